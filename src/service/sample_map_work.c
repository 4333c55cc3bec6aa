/*
 * What the actors of the sample have done with each other: agreements, engagements and requests for
 * assistance, as rows of our kinds.
 */
#include "service/sample_cells.h"

#include <ctype.h>

static const struct word_pair agreement_instruments[] = {
    { "treaty", "treaty" },
    { "arrangement", "arrangement" },
    { "exchange-of-notes", "exchange_of_notes" },
    { "joint-declaration", "joint_declaration" },
    { "partnership", "partnership" },
    { 0 },
};

/* The parties with their dates; the short list of the agreement's row when they have no rows. */
static void write_parties(struct cell *c, const struct sheet *parties, struct slice agreement,
                          struct slice listed)
{
    for (size_t i = 0; i < parties->rows; i++) {
        static const char *const members[] = { "role", "joined", "left" };
        if (!slice_eq(sheet_cell(parties, i, "agreement"), agreement))
            continue;
        buf_printf(&c->text, "%sparty=sample:" SLICE_FMT, c->text.len ? ";" : "",
                   SLICE_ARG(sheet_cell(parties, i, "party")));
        for (size_t m = 0; m < sizeof members / sizeof *members; m++) {
            struct slice value = sheet_cell(parties, i, members[m]);
            if (value.len)
                buf_printf(&c->text, ",%s=" SLICE_FMT, members[m], SLICE_ARG(value));
        }
    }
    if (c->text.len == 0)
        add_items(c, listed, "party");
    cell_end(c);
}

int sample_agreements(const struct sample_files *files, const struct sheet *s, struct arena *a,
                      struct error *err, struct buf *out)
{
    static const char *const columns[] = { "external_ids", "title", "instrument", "concluded",
                                           "in_force",     "ended", "subjects",   "parties",
                                           "notes",        NULL };
    struct csv_writer w;
    struct cell c;
    (void)a;
    cell_start(&c, &w, out, columns);
    for (size_t i = 0; i < s->rows; i++) {
        struct slice id = sheet_cell(s, i, "id");
        write_ids(&c, id, sheet_cell(s, i, "external_ids"));
        csv_write_text(&w, sheet_cell(s, i, "title"));
        csv_write_text(&w, slice_of(map_word(agreement_instruments,
                                             sheet_cell(s, i, "instrument_type"), "other")));
        csv_write_text(&w, sheet_cell(s, i, "signed"));
        csv_write_text(&w, sheet_cell(s, i, "in_force"));
        csv_write_text(&w, sheet_cell(s, i, "ended"));
        csv_write_text(&w, sheet_cell(s, i, "purposes"));
        write_parties(&c, &files->parties, id, sheet_cell(s, i, "parties"));
        write_notes(&c, s, i);
        csv_end_row(&w);
    }
    return cell_finish(&c, err);
}

/* ---- engagements ---- */

static const struct word_pair modes[] = {
    { "official-visit", "visit" },
    { "request-answered", "support" },
    { "interagency-support", "support" },
    { "exercise", "exercise" },
    { "deployment", "deployment" },
    { "meeting", "meeting" },
    { "training", "training" },
    { "summit", "summit" },
    { 0 },
};

static void write_participants(struct cell *c, struct slice actors)
{
    add_items(c, actors, "actor");
    cell_end(c);
}

int sample_engagements(const struct sample_files *files, const struct sheet *s, struct arena *a,
                       struct error *err, struct buf *out)
{
    static const char *const columns[] = { "external_ids", "title",   "when",    "until",
                                           "mode",         "place",   "country", "status",
                                           "participants", "summary", "notes",   NULL };
    struct csv_writer w;
    struct cell c;
    (void)files;
    (void)a;
    cell_start(&c, &w, out, columns);
    for (size_t i = 0; i < s->rows; i++) {
        struct slice occasion = sheet_cell(s, i, "occasion"), detail = sheet_cell(s, i, "detail");
        write_ids(&c, sheet_cell(s, i, "id"), S(""));
        csv_write_text(&w, sheet_cell(s, i, "title"));
        csv_write_text(&w, sheet_cell(s, i, "date_start"));
        csv_write_text(&w, sheet_cell(s, i, "date_end"));
        csv_write_text(&w, slice_of(map_word(modes, sheet_cell(s, i, "type"), "other")));
        csv_write_text(&w, sheet_cell(s, i, "location"));
        csv_write_text(&w, sheet_cell(s, i, "location_country"));
        csv_write_text(&w, S("held"));
        write_participants(&c, sheet_cell(s, i, "actors"));
        buf_add(&c.text, occasion);
        if (occasion.len && detail.len)
            buf_add_char(&c.text, '\n');
        buf_add(&c.text, detail);
        cell_end(&c);
        write_notes(&c, s, i);
        csv_end_row(&w);
    }
    return cell_finish(&c, err);
}

/* ---- requests for assistance ---- */

/* What was asked, in one line: "flood, Southern Alberta: sandbagging, evacuation". */
static void write_request_text(struct cell *c, const struct sheet *s, size_t row)
{
    struct slice hazard = sheet_cell(s, row, "hazard"), place = sheet_cell(s, row, "location");
    struct slice tasks = sheet_cell(s, row, "tasks");
    buf_add(&c->text, hazard);
    if (place.len)
        buf_printf(&c->text, "%s" SLICE_FMT, c->text.len ? ", " : "", SLICE_ARG(place));
    if (tasks.len)
        buf_printf(&c->text, "%s" SLICE_FMT, c->text.len ? ": " : "", SLICE_ARG(tasks));
    if (c->text.len)
        c->text.ptr[0] = (char)toupper((unsigned char)c->text.ptr[0]);
    cell_end(c);
}

static void write_request_notes(struct cell *c, const struct sample_files *files,
                                const struct sheet *s, size_t row)
{
    size_t via = sheet_find(&files->actors, sheet_cell(s, row, "via"));
    if (via != SIZE_MAX)
        add_line(c, "Through: ", sheet_cell(&files->actors, via, "name_en"));
    add_line(c, "Peak strength: ", sheet_cell(s, row, "peak_personnel"));
    write_notes(c, s, row);
}

/* When the day is not known, the month (or year) of the answer: these answers came within days. */
static struct slice submitted_on(const struct sheet *s, size_t row)
{
    struct slice requested = sheet_cell(s, row, "requested");
    struct slice answered = sheet_cell(s, row, "answered");
    if (requested.len)
        return requested;
    return slice_make(answered.ptr, answered.len > 7 ? 7 : answered.len);
}

/* All of them were answered, and all are over; how they were settled is not known. */
int sample_requests(const struct sample_files *files, const struct sheet *s, struct arena *a,
                    struct error *err, struct buf *out)
{
    static const char *const columns[] = {
        "external_ids", "from",         "to",          "nature",      "text",  "stakes", "state",
        "answer",       "submitted_on", "answered_on", "released_on", "notes", NULL
    };
    struct csv_writer w;
    struct cell c;
    (void)a;
    cell_start(&c, &w, out, columns);
    for (size_t i = 0; i < s->rows; i++) {
        if (!slice_is(sheet_cell(s, i, "outcome"), "answered"))
            continue;
        write_ids(&c, sheet_cell(s, i, "id"), S(""));
        write_reference(&c, sheet_cell(s, i, "requester"));
        write_reference(&c, sheet_cell(s, i, "provider"));
        csv_write_text(&w, S("support"));
        write_request_text(&c, s, i);
        csv_write_text(&w, S("critical"));
        csv_write_text(&w, S("released"));
        csv_write_text(&w, S("full"));
        csv_write_text(&w, submitted_on(s, i));
        csv_write_text(&w, sheet_cell(s, i, "answered"));
        csv_write_text(&w, sheet_cell(s, i, "ended"));
        write_request_notes(&c, files, s, i);
        csv_end_row(&w);
    }
    return cell_finish(&c, err);
}
