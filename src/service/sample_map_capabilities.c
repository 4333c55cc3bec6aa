/*
 * The sample's words and capabilities as rows of our kinds: one vocabulary per scheme, a concept
 * per row, the mappings between them, and what actors offer.
 *
 * Every row of capabilities.csv is a capability, also the heads of its trees: a need may ask for
 * any team of a classification. Types are not stated: the schemes that have them list each type as
 * a concept of its own. What an offer rests on and who attested it is read from its conditions.
 */
#include "service/sample_cells.h"

#include "base/limits.h"

/* The schemes of both files; an owner that the sample does not have is left out. */
static const struct scheme {
    const char *name;
    const char *title_en, *title_fr;
    const char *owner;
    const char *unit; /* what a quantity of its capabilities counts, or "" */
} schemes[] = {
    { "canada-classified", "Canadian classified information", "Information classifiée du Canada",
      "ca-tbs", "" },
    { "canada-protected", "Canadian protected information", "Information protégée du Canada",
      "ca-tbs", "" },
    { "cansofcom-core-tasks", "CANSOFCOM core tasks", "Tâches essentielles du COMFOSCAN",
      "ca-cansofcom", "" },
    { "caveats", "Caveats", "Mises en garde", "", "" },
    { "element-of-state-power", "Elements of state power", "Éléments de la puissance de l'État",
      "ca-cansofcom", "" },
    { "engagement-type", "Types of engagement", "Types d'activités", "", "" },
    { "eu-civil-protection-modules", "European civil protection modules and capacities",
      "Modules et capacités européens de protection civile", "eu-ucpm", "module" },
    { "fema-nims", "FEMA typed resources (NIMS)", "Ressources typées de la FEMA (NIMS)", "us-fema",
      "" },
    { "insarag", "INSARAG classification of search and rescue teams",
      "Classification INSARAG des équipes de recherche et sauvetage", "un-insarag", "team" },
    { "nato-classification", "NATO classifications", "Classifications de l'OTAN", "nato", "" },
    { "nato-coe", "Disciplines of NATO centres of excellence",
      "Disciplines des centres d'excellence de l'OTAN", "nato", "" },
    { "nato-information-credibility", "Credibility of information (Admiralty code)",
      "Vraisemblance de l'information (code de l'Amirauté)", "nato", "" },
    { "nato-sof-tasks", "NATO special operations principal tasks",
      "Tâches principales des opérations spéciales de l'OTAN", "nato", "" },
    { "nato-source-reliability", "Reliability of sources (Admiralty code)",
      "Fiabilité des sources (code de l'Amirauté)", "nato", "" },
    { "public-functions", "Public security functions", "Fonctions de sécurité publique", "", "" },
    { "relationship-nature", "Natures of relationships", "Natures de relations", "ca-cansofcom",
      "" },
    { "tlp-2.0", "Traffic Light Protocol 2.0", "Traffic Light Protocol 2.0", "", "" },
    { "un-peacekeeping-units", "United Nations peacekeeping unit types",
      "Types d'unités de maintien de la paix des Nations Unies", "un-dpo", "" },
    { "ussocom-core-activities", "USSOCOM core activities", "Activités essentielles de l'USSOCOM",
      "us-socom", "" },
    { "who-emt", "WHO emergency medical team types", "Types d'équipes médicales d'urgence de l'OMS",
      "", "team" },
    { 0 },
};

static const struct scheme *scheme_find(struct slice name)
{
    for (const struct scheme *s = schemes; s->name; s++)
        if (slice_is(name, s->name))
            return s;
    return NULL;
}

/* ---- vocabularies ---- */

/* True in the first row of its scheme; schemes are few, so the rows above are looked through. */
static bool is_first(const struct sheet *s, size_t row)
{
    struct slice scheme = sheet_cell(s, row, "scheme");
    for (size_t i = 0; i < row; i++)
        if (slice_eq(sheet_cell(s, i, "scheme"), scheme))
            return false;
    return true;
}

static void write_vocabulary_reference(struct cell *c, struct slice scheme)
{
    buf_printf(&c->text, "sample:vocabulary/" SLICE_FMT, SLICE_ARG(scheme));
    cell_end(c);
}

static void write_vocabulary(struct cell *c, const struct sample_files *files,
                             const struct sheet *s, size_t row)
{
    struct slice name = sheet_cell(s, row, "scheme");
    const struct scheme *scheme = scheme_find(name);
    struct slice owner = scheme ? slice_of(scheme->owner) : S("");
    write_vocabulary_reference(c, name);
    csv_write_text(c->out, scheme ? slice_of(scheme->title_en) : name);
    csv_write_text(c->out, scheme ? slice_of(scheme->title_fr) : S(""));
    write_reference(c, sheet_find(&files->actors, owner) == SIZE_MAX ? S("") : owner);
    write_notes(c, s, row);
    csv_end_row(c->out);
}

int sample_vocabularies(const struct sample_files *files, const struct sheet *s, struct arena *a,
                        struct error *err, struct buf *out)
{
    static const char *const columns[] = { "external_ids", "title", "title_fr",
                                           "owner",        "notes", NULL };
    struct csv_writer w;
    struct cell c;
    (void)a;
    cell_start(&c, &w, out, columns);
    for (size_t i = 0; i < s->rows; i++)
        if (is_first(s, i))
            write_vocabulary(&c, files, s, i);
    return cell_finish(&c, err);
}

/* ---- concepts ---- */

/* A notation has no spaces; a code that has some stays readable as another label. */
static void write_notation(struct cell *c, struct slice code)
{
    for (size_t i = 0; i < code.len; i++)
        buf_add_char(&c->text, code.ptr[i] == ' ' ? '-' : code.ptr[i]);
    cell_end(c);
    csv_write_text(c->out, memchr(code.ptr, ' ', code.len) ? code : S(""));
}

/* The words of the registers: vocabularies.csv. */
int sample_words(const struct sample_files *files, const struct sheet *s, struct arena *a,
                 struct error *err, struct buf *out)
{
    static const char *const columns[] = { "external_ids", "vocabulary", "notation", "alt", "pref",
                                           "pref_fr",      "definition", "notes",    NULL };
    struct csv_writer w;
    struct cell c;
    (void)files;
    (void)a;
    cell_start(&c, &w, out, columns);
    for (size_t i = 0; i < s->rows; i++) {
        struct slice scheme = sheet_cell(s, i, "scheme"), code = sheet_cell(s, i, "code");
        buf_printf(&c.text, "sample:" SLICE_FMT "/" SLICE_FMT, SLICE_ARG(scheme), SLICE_ARG(code));
        cell_end(&c);
        write_vocabulary_reference(&c, scheme);
        write_notation(&c, code);
        csv_write_text(&w, sheet_cell(s, i, "label_en"));
        csv_write_text(&w, sheet_cell(s, i, "label_fr"));
        csv_write_text(&w, sheet_cell(s, i, "definition"));
        write_notes(&c, s, i);
        csv_end_row(&w);
    }
    return cell_finish(&c, err);
}

int sample_capabilities(const struct sample_files *files, const struct sheet *s, struct arena *a,
                        struct error *err, struct buf *out)
{
    static const char *const columns[] = { "external_ids", "vocabulary", "notation", "pref",
                                           "pref_fr",      "definition", "broader",  "capability",
                                           "unit",         "notes",      NULL };
    struct csv_writer w;
    struct cell c;
    (void)files;
    (void)a;
    cell_start(&c, &w, out, columns);
    for (size_t i = 0; i < s->rows; i++) {
        struct slice id = sheet_cell(s, i, "id"), scheme = sheet_cell(s, i, "scheme");
        const struct scheme *known = scheme_find(scheme);
        write_ids(&c, id, S(""));
        write_vocabulary_reference(&c, scheme);
        csv_write_text(&w, id);
        csv_write_text(&w, sheet_cell(s, i, "name_en"));
        csv_write_text(&w, sheet_cell(s, i, "name_fr"));
        csv_write_text(&w, sheet_cell(s, i, "description"));
        write_reference(&c, sheet_cell(s, i, "parent"));
        csv_write_text(&w, S("true"));
        csv_write_text(&w, slice_is(id, "un-uniformed") ? S("person")
                           : known                      ? slice_of(known->unit)
                                                        : S(""));
        write_notes(&c, s, i);
        csv_end_row(&w);
    }
    return cell_finish(&c, err);
}

/* ---- mappings ---- */

static const struct word_pair relations[] = {
    { "exactMatch", "exact" },   { "closeMatch", "close" },     { "broadMatch", "broad" },
    { "narrowMatch", "narrow" }, { "relatedMatch", "related" }, { 0 },
};

int sample_mappings(const struct sample_files *files, const struct sheet *s, struct arena *a,
                    struct error *err, struct buf *out)
{
    static const char *const columns[] = {
        "external_ids", "from", "to", "relation", "basis", NULL
    };
    struct csv_writer w;
    struct cell c;
    (void)files;
    (void)a;
    cell_start(&c, &w, out, columns);
    for (size_t i = 0; i < s->rows; i++) {
        struct slice from = sheet_cell(s, i, "from"), to = sheet_cell(s, i, "to");
        buf_printf(&c.text, "sample:" SLICE_FMT "/" SLICE_FMT, SLICE_ARG(from), SLICE_ARG(to));
        cell_end(&c);
        write_reference(&c, from);
        write_reference(&c, to);
        csv_write_text(&w, slice_of(map_word(relations, sheet_cell(s, i, "relation"), "")));
        csv_write_text(&w, sheet_cell(s, i, "source"));
        csv_end_row(&w);
    }
    return cell_finish(&c, err);
}

/* ---- offers ---- */

static bool says(struct slice text, const char *words)
{
    return memmem(text.ptr, text.len, words, strlen(words)) != NULL;
}

/* Open to all who ask under its own rules, or to us because it is our own nation's task. */
static const char *basis_of(const struct sample_files *files, const struct sheet *s, size_t row)
{
    static const char *const mechanisms[] = { "WHO EMT", "INSARAG", "ERCC", "Security Council" };
    struct slice conditions = sheet_cell(s, row, "conditions"), note = sheet_cell(s, row, "note");
    size_t actor = sheet_find(&files->actors, sheet_cell(s, row, "actor"));
    bool own = actor != SIZE_MAX && slice_is(sheet_cell(&files->actors, actor, "country"), "CAN");
    bool task = slice_is(note, "mandate") || slice_is(note, "core task");
    if ((own && task) || says(conditions, "on direction of the Government"))
        return "mandate";
    for (size_t i = 0; i < sizeof mechanisms / sizeof mechanisms[0]; i++)
        if (says(conditions, mechanisms[i]))
            return "mechanism";
    return "";
}

/* Who has classified the team, against what; nothing for what an actor says of itself. */
static void write_attestation(struct cell *c, const struct sample_files *files,
                              struct slice capability)
{
    static const struct {
        const char *prefix, *standard, *by;
    } standards[] = {
        { "who-emt-", "WHO EMT classification", "" },
        { "insarag-", "INSARAG external classification (IEC/IER)", "un-insarag" },
    };
    size_t concept = sheet_find(&files->capabilities, capability);
    for (size_t i = 0; i < sizeof standards / sizeof standards[0]; i++) {
        struct slice by = slice_of(standards[i].by);
        if (!slice_starts(capability, slice_of(standards[i].prefix)))
            continue;
        write_reference(c, sheet_find(&files->actors, by) == SIZE_MAX ? S("") : by);
        csv_write_text(c->out, slice_of(standards[i].standard));
        csv_write_text(c->out, concept == SIZE_MAX
                                   ? S("")
                                   : sheet_cell(&files->capabilities, concept, "name_en"));
        return;
    }
    for (int i = 0; i < 3; i++)
        csv_write_text(c->out, S(""));
}

/* "m49-001;iso-can" as the codes themselves. */
static void write_regions(struct cell *c, struct slice regions)
{
    while (regions.len) {
        struct slice code = slice_trim(slice_cut(&regions, ';'));
        struct slice rest = code;
        slice_cut(&rest, '-');
        buf_printf(&c->text, "%s" SLICE_FMT, c->text.len ? ";" : "",
                   SLICE_ARG(rest.len ? rest : code));
    }
    cell_end(c);
}

static void write_offer(struct cell *c, const struct sample_files *files, const struct sheet *s,
                        size_t row)
{
    struct slice actor = sheet_cell(s, row, "actor"), by = sheet_cell(s, row, "offered_by");
    struct slice capability = sheet_cell(s, row, "capability");
    write_ids(c, sheet_cell(s, row, "id"), S(""));
    write_reference(c, actor);
    write_reference(c, slice_eq(actor, by) ? S("") : by);
    write_reference(c, capability);
    csv_write_text(c->out, sheet_cell(s, row, "quantity"));
    write_regions(c, sheet_cell(s, row, "region"));
    csv_write_text(c->out, sheet_cell(s, row, "since"));
    csv_write_text(c->out, sheet_cell(s, row, "until"));
    csv_write_text(c->out, slice_of(basis_of(files, s, row)));
    csv_write_text(c->out, sheet_cell(s, row, "conditions"));
    write_attestation(c, files, capability);
    write_notes(c, s, row);
    csv_end_row(c->out);
}

int sample_offers(const struct sample_files *files, const struct sheet *s, struct arena *a,
                  struct error *err, struct buf *out)
{
    static const char *const columns[] = { "external_ids", "actor",     "offered_by",  "capability",
                                           "quantity",     "regions",   "from",        "until",
                                           "basis",        "mechanism", "attested_by", "standard",
                                           "level",        "notes",     NULL };
    struct csv_writer w;
    struct cell c;
    (void)a;
    cell_start(&c, &w, out, columns);
    for (size_t i = 0; i < s->rows; i++)
        write_offer(&c, files, s, i);
    return cell_finish(&c, err);
}
