/*
 * The sample's files as rows of our kinds, seen from a Canadian home.
 *
 * Every record gets the external id "sample:<id of the file>", and its source and basis in the
 * notes. Words of the sample that we have no field for are not guessed: they are left out. An
 * actor comes after its parent, because a row can only refer to rows above it.
 */
#include "service/sample_map.h"

#include "base/limits.h"

struct word_pair {
    const char *from, *to; /* from NULL ends a table; to NULL: nothing of ours */
};

static const char *map_word(const struct word_pair *table, struct slice word, const char *fallback)
{
    for (const struct word_pair *p = table; p->from; p++)
        if (slice_is(word, p->from))
            return p->to;
    return fallback;
}

/* ---- cells ---- */

/* Row writers put a cell together before they hand it over. */
struct cell {
    struct csv_writer *out;
    struct buf text;
};

static void cell_end(struct cell *c)
{
    if (buf_failed(&c->text))
        c->out->out->failed = true;
    csv_write_text(c->out, buf_slice(&c->text));
    buf_clear(&c->text);
}

static void write_ids(struct cell *c, struct slice id, struct slice others)
{
    buf_printf(&c->text, "sample:" SLICE_FMT, SLICE_ARG(id));
    if (others.len)
        buf_printf(&c->text, ";" SLICE_FMT, SLICE_ARG(others));
    cell_end(c);
}

static void write_reference(struct cell *c, struct slice id)
{
    if (id.len)
        buf_printf(&c->text, "sample:" SLICE_FMT, SLICE_ARG(id));
    cell_end(c);
}

/* "a;b" as list items of one member each: "actor=sample:a;actor=sample:b". */
static void add_items(struct cell *c, struct slice list, const char *member)
{
    while (list.len) {
        struct slice id = slice_trim(slice_cut(&list, ';'));
        buf_printf(&c->text, "%s%s=sample:" SLICE_FMT, c->text.len ? ";" : "", member,
                   SLICE_ARG(id));
    }
}

/* A remark of the row, then where it comes from. */
static void write_notes(struct cell *c, const struct sheet *s, size_t row)
{
    struct slice note = sheet_cell(s, row, "note"), source = sheet_cell(s, row, "source");
    struct slice basis = sheet_cell(s, row, "basis"), as_of = sheet_cell(s, row, "as_of");
    if (note.len)
        buf_printf(&c->text, SLICE_FMT "\n", SLICE_ARG(note));
    if (as_of.len)
        buf_printf(&c->text, "As of: " SLICE_FMT "\n", SLICE_ARG(as_of));
    buf_printf(&c->text, "Source: " SLICE_FMT, SLICE_ARG(source));
    if (basis.len)
        buf_printf(&c->text, "\nBasis: " SLICE_FMT, SLICE_ARG(basis));
    cell_end(c);
}

static void write_columns(struct csv_writer *w, const char *const *names)
{
    for (; *names; names++)
        csv_write_text(w, slice_of(*names));
    csv_end_row(w);
}

static int finish(struct cell *c, struct error *err)
{
    int code = buf_failed(c->out->out) ? error_set(err, EN_NO_MEMORY, "sample") : 0;
    buf_done(&c->text);
    return code;
}

static void start(struct cell *c, struct csv_writer *w, struct buf *out, const char *const *names)
{
    csv_writer_init(w, out, /* bom= */ false);
    write_columns(w, names);
    *c = (struct cell){ .out = w };
    buf_init(&c->text, LIMIT_CSV_FIELD);
}

/* ---- actors ---- */

static const struct word_pair natures[] = {
    { "state", "state" },
    { "unit-service", "unit" },
    { 0 },
};

static const struct word_pair audiences[] = {
    { "multilateral-organisation", "multilateral" },
    { "alliance", "multilateral" },
    { "ngo", "ngo" },
    { "civil-society", "ngo" },
    { "industry-body", "industry" },
    { "university-institute", "academia" },
    { 0 },
};

static const struct word_pair instruments[] = {
    { "defence", "military" },
    { "diplomatic", "diplomatic" },
    { "economic", "economic" },
    { "immigration-and-border", "law_enforcement" },
    { "informational", "informational" },
    { "intelligence", "informational" },
    { "law-enforcement", "law_enforcement" },
    { "legal", "legal" },
    { 0 },
};

/* Members of NATO (2024) and of the five-nation community: allies of a Canadian home. */
static const char allied_states[] =
    "ALB AUS BEL BGR CZE DEU DNK ESP EST FIN FRA GBR GRC HRV HUN ISL ITA LTU LUX LVA MKD MNE NLD"
    " NOR NZL POL PRT ROU SVK SVN SWE TUR USA";

static bool is_allied(struct slice country)
{
    return country.len == 3 &&
           memmem(allied_states, sizeof allied_states - 1, country.ptr, country.len) != NULL;
}

static size_t find_actor(const struct sheet *s, struct slice id)
{
    for (size_t i = 0; i < s->rows; i++)
        if (slice_eq(sheet_cell(s, i, "id"), id))
            return i;
    return SIZE_MAX;
}

/* Kind of the body at the top of the row's chain of parents. */
static struct slice root_kind(const struct sheet *s, size_t row)
{
    struct slice parent = sheet_cell(s, row, "parent");
    for (int depth = 0; parent.len && depth < 32; depth++) {
        size_t up = find_actor(s, parent);
        if (up == SIZE_MAX)
            break;
        row = up;
        parent = sheet_cell(s, row, "parent");
    }
    return sheet_cell(s, row, "kind");
}

static const char *audience_of(const struct sheet *s, size_t row)
{
    struct slice kind = sheet_cell(s, row, "kind"), country = sheet_cell(s, row, "country");
    const char *direct = map_word(audiences, kind, NULL);
    bool own = slice_is(country, "CAN");
    bool armed = slice_is(kind, "military-command") || slice_is(kind, "unit-service");
    if (direct)
        return direct;
    if (own)
        return slice_is(kind, "state") ? "political_authority" : armed ? "internal" : "interagency";
    if (strcmp(map_word(audiences, root_kind(s, row), ""), "multilateral") == 0)
        return "multilateral";
    if (is_allied(country))
        return "ally";
    return country.len ? "partner_nation" : "other";
}

static void write_instruments(struct cell *c, struct slice domains, struct slice kind)
{
    bool military = slice_is(kind, "military-command");
    if (military)
        buf_add_cstr(&c->text, "military");
    while (domains.len) {
        const char *word = map_word(instruments, slice_trim(slice_cut(&domains, ';')), NULL);
        if (!word || (military && strcmp(word, "military") == 0) ||
            (c->text.len && memmem(c->text.ptr, c->text.len, word, strlen(word))))
            continue;
        if (c->text.len)
            buf_add_char(&c->text, ';');
        buf_add_cstr(&c->text, word);
    }
    cell_end(c);
}

static void write_actor(struct cell *c, const struct sheet *s, size_t row)
{
    struct slice kind = sheet_cell(s, row, "kind");
    write_ids(c, sheet_cell(s, row, "id"), S(""));
    csv_write_text(c->out, slice_of(map_word(natures, kind, "organisation")));
    csv_write_text(c->out, sheet_cell(s, row, "name_en"));
    csv_write_text(c->out, sheet_cell(s, row, "name_fr"));
    csv_write_text(c->out, sheet_cell(s, row, "abbr_en"));
    csv_write_text(c->out, sheet_cell(s, row, "abbr_fr"));
    write_reference(c, sheet_cell(s, row, "parent"));
    csv_write_text(c->out, sheet_cell(s, row, "country"));
    csv_write_text(c->out, slice_of(audience_of(s, row)));
    write_instruments(c, sheet_cell(s, row, "domains"), kind);
    csv_write_text(c->out, sheet_cell(s, row, "since"));
    csv_write_text(c->out, sheet_cell(s, row, "until"));
    write_notes(c, s, row);
    csv_end_row(c->out);
}

/* Parents first: passes over the rows until no pass writes one. */
int sample_actors(const struct sample_files *files, const struct sheet *s, struct arena *a,
                  struct error *err, struct buf *out)
{
    static const char *const columns[] = { "external_ids", "nature",      "name_en", "name_fr",
                                           "short_en",     "short_fr",    "parent",  "country",
                                           "audience",     "instruments", "since",   "until",
                                           "notes",        NULL };
    struct csv_writer w;
    struct cell c;
    bool *written = arena_array_of(a, bool, s->rows + 1);
    bool more = true;
    (void)files;
    if (!written)
        return error_set(err, EN_NO_MEMORY, "sample");
    start(&c, &w, out, columns);
    while (more) {
        more = false;
        for (size_t i = 0; i < s->rows; i++) {
            struct slice parent = sheet_cell(s, i, "parent");
            size_t up = parent.len ? find_actor(s, parent) : SIZE_MAX;
            if (written[i] || (up != SIZE_MAX && !written[up]))
                continue;
            write_actor(&c, s, i);
            written[i] = more = true;
        }
    }
    return finish(&c, err);
}

int sample_positions(const struct sample_files *files, const struct sheet *s, struct arena *a,
                     struct error *err, struct buf *out)
{
    static const char *const columns[] = { "external_ids", "nature", "name_en",
                                           "name_fr",      "parent", "country",
                                           "audience",     "notes",  NULL };
    struct csv_writer w;
    struct cell c;
    (void)a;
    start(&c, &w, out, columns);
    for (size_t i = 0; i < s->rows; i++) {
        struct slice organisation = sheet_cell(s, i, "organisation");
        size_t at = find_actor(&files->actors, organisation);
        struct slice country = at == SIZE_MAX ? S("") : sheet_cell(&files->actors, at, "country");
        bool minister =
            memmem(sheet_cell(s, i, "id").ptr, sheet_cell(s, i, "id").len, "minister", 8) != NULL;
        write_ids(&c, sheet_cell(s, i, "id"), S(""));
        csv_write_text(&w, S("position"));
        csv_write_text(&w, sheet_cell(s, i, "title_en"));
        csv_write_text(&w, sheet_cell(s, i, "title_fr"));
        write_reference(&c, organisation);
        csv_write_text(&w, country);
        csv_write_text(&w, minister         ? S("political_authority")
                           : at == SIZE_MAX ? S("")
                                            : slice_of(audience_of(&files->actors, at)));
        write_notes(&c, s, i);
        csv_end_row(&w);
    }
    return finish(&c, err);
}

int sample_memberships(const struct sample_files *files, const struct sheet *s, struct arena *a,
                       struct error *err, struct buf *out)
{
    static const char *const columns[] = { "external_ids", "member", "group", "status",
                                           "from",         "until",  "notes", NULL };
    struct csv_writer w;
    struct cell c;
    (void)files;
    (void)a;
    start(&c, &w, out, columns);
    for (size_t i = 0; i < s->rows; i++) {
        struct slice member = sheet_cell(s, i, "actor"), group = sheet_cell(s, i, "group");
        buf_printf(&c.text, "sample:" SLICE_FMT "/" SLICE_FMT, SLICE_ARG(member), SLICE_ARG(group));
        cell_end(&c);
        write_reference(&c, member);
        write_reference(&c, group);
        csv_write_text(&w, sheet_cell(s, i, "status"));
        csv_write_text(&w, sheet_cell(s, i, "since"));
        csv_write_text(&w, sheet_cell(s, i, "until"));
        write_notes(&c, s, i);
        csv_end_row(&w);
    }
    return finish(&c, err);
}

/* ---- agreements ---- */

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
    start(&c, &w, out, columns);
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
    return finish(&c, err);
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
    start(&c, &w, out, columns);
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
    return finish(&c, err);
}
