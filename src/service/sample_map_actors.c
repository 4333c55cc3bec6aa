/*
 * The sample's actors, positions and memberships as rows of our kinds, seen from a Canadian home.
 *
 * An actor comes after its parent, because a row can only refer to rows above it.
 */
#include "service/sample_cells.h"

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

/* Kind of the body at the top of the row's chain of parents. */
static struct slice root_kind(const struct sheet *s, size_t row)
{
    struct slice parent = sheet_cell(s, row, "parent");
    for (int depth = 0; parent.len && depth < 32; depth++) {
        size_t up = sheet_find(s, parent);
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
    cell_start(&c, &w, out, columns);
    while (more) {
        more = false;
        for (size_t i = 0; i < s->rows; i++) {
            struct slice parent = sheet_cell(s, i, "parent");
            size_t up = parent.len ? sheet_find(s, parent) : SIZE_MAX;
            if (written[i] || (up != SIZE_MAX && !written[up]))
                continue;
            write_actor(&c, s, i);
            written[i] = more = true;
        }
    }
    return cell_finish(&c, err);
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
    cell_start(&c, &w, out, columns);
    for (size_t i = 0; i < s->rows; i++) {
        struct slice organisation = sheet_cell(s, i, "organisation");
        size_t at = sheet_find(&files->actors, organisation);
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
    return cell_finish(&c, err);
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
    cell_start(&c, &w, out, columns);
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
    return cell_finish(&c, err);
}
