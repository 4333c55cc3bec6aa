/*
 * Making the table: the static rows, then for each kind the rows every kind has; of a kind that is
 * written by decisions only, the reading ones.
 *
 * A kind's list takes as parameters every indexed field, dates also as FIELD_from and FIELD_until,
 * and indexed reference fields of nested objects as "list.field".
 */
#include "base/limits.h"
#include "ops/internal.h"

struct row_pattern {
    const char *verb;
    const char *method;
    const char *path; /* after /api/v1/PLURAL */
    unsigned permission, flags;
    bool has_id;
    const struct field *body;
    const char *answer; /* NULL: the kind's own record schema; "+": its list */
    const char *media;
    const char *help_en, *help_fr; /* %s: the kind's plural */
    int (*handle)(struct call *c);
};

static const struct field retract_body[] = {
    { .name = "reason",
      .type = FIELD_TEXT,
      .max = 500,
      .label_en = "Reason",
      .label_fr = "Motif",
      .help_en = "Why it no longer holds.",
      .help_fr = "Pourquoi elle n'est plus valable." },
    { 0 },
};

static const struct field redact_body[] = {
    { .name = "version",
      .type = FIELD_INTEGER,
      .max = INT32_MAX,
      .label_en = "Version",
      .label_fr = "Version",
      .help_en = "Whose content is destroyed; 0 or absent: all of them.",
      .help_fr = "Celle dont le contenu est détruit ; 0 ou absent : toutes." },
    { 0 },
};

static const struct row_pattern patterns[] = {
    { "list", "GET", "", PERMIT_READ, OP_READ | OP_PAGED, false, NULL, "+", NULL,
      "Lists %s, with filters.", "Liste : %s, avec filtres.", handle_list },
    { "get", "GET", "/{id}", PERMIT_READ, OP_READ, true, NULL, NULL, NULL,
      "Shows one record of %s.", "Montre une fiche : %s.", handle_get },
    { "create", "POST", "", PERMIT_WRITE, OP_WRITE | OP_CREATED, false, NULL, NULL, NULL,
      "States a new record of %s.", "Crée une fiche : %s.", handle_create },
    { "change", "PATCH", "/{id}", PERMIT_WRITE, OP_WRITE | OP_IF_MATCH, true, NULL, NULL, NULL,
      "Changes a record of %s by merge patch.", "Modifie une fiche par correctif : %s.",
      handle_change },
    { "retract", "POST", "/{id}/retract", PERMIT_WRITE, OP_WRITE | OP_IF_MATCH, true, retract_body,
      "Version", NULL, "Retracts a record of %s; its history remains.",
      "Retire une fiche : %s ; son historique reste.", handle_retract },
    { "restore", "POST", "/{id}/restore", PERMIT_WRITE, OP_WRITE, true, NULL, NULL, NULL,
      "Takes back the retraction of a record of %s.", "Rétablit une fiche retirée : %s.",
      handle_restore },
    { "redact", "POST", "/{id}/redact", PERMIT_STEWARD, OP_WRITE, true, redact_body, "Version",
      NULL,
      "Destroys the content of one version, or of all, of a record of %s; the chain still "
      "verifies.",
      "Détruit le contenu d'une version, ou de toutes : %s ; la chaîne reste "
      "vérifiable.",
      handle_redact },
    { "history", "GET", "/{id}/history", PERMIT_READ, OP_READ, true, NULL, "History", NULL,
      "Shows all versions of a record of %s.", "Montre toutes les versions d'une fiche : %s.",
      handle_history },
    { "export", "GET", ".csv", PERMIT_READ, OP_READ, false, NULL, NULL, "text/csv",
      "Exports %s as CSV, with the filters of the list.",
      "Exporte en CSV : %s, avec les filtres de la liste.", handle_export_csv },
    { "import", "POST", "/import", PERMIT_STEWARD, OP_WRITE | OP_RAW_BODY | OP_LONG, false, NULL,
      "ImportReport", NULL, "Imports %s from CSV; says row by row what is wrong.",
      "Importe du CSV : %s ; dit ligne par ligne ce qui ne va pas.", handle_import_csv },
};
enum { PATTERN_COUNT = sizeof patterns / sizeof *patterns };

static const struct parameter list_controls[] = {
    QUERY_LIMIT,
    QUERY_CURSOR,
    PARAMETER("q", IN_QUERY, FIELD_TEXT, 0, "Words to find.", "Mots à trouver."),
    PARAMETER("sort", IN_QUERY, FIELD_CODE, 0,
              "updated, when or title; with - in front: descending.",
              "updated, when ou title ; précédé de - : ordre décroissant."),
    PARAMETER("retracted", IN_QUERY, FIELD_BOOL, 0, "Only retracted records.",
              "Seulement les fiches retirées."),
};
static const struct parameter import_controls[] = {
    PARAMETER("dry_run", IN_QUERY, FIELD_BOOL, 0, "Check only; write nothing.",
              "Vérifier seulement ; ne rien écrire."),
    QUERY_UNLABELLED,
};
/* Of whatever may lower labels; a change may state "release" in its body instead. */
static const struct parameter release_controls[] = {
    PARAMETER("release_authority", IN_QUERY, FIELD_TEXT, 0,
              "On whose authority labels may be lowered.",
              "En vertu de quoi des étiquettes peuvent être abaissées."),
    PARAMETER("release_reason", IN_QUERY, FIELD_TEXT, 0, "Why they are.", "Pour quel motif."),
    PARAMETER("release_until", IN_QUERY, FIELD_WHEN, 0, "The last day on which that holds.",
              "Le dernier jour de validité."),
};
static const struct parameter id_parameter = PATH_ID;

struct rows {
    struct arena *arena;
    struct operation *items;
    size_t count, capacity;
};

struct parameters {
    struct arena *arena;
    struct parameter *items;
    size_t count, capacity;
};

static void add_parameter(struct parameters *p, const struct parameter *one)
{
    if (p->count + 1 < p->capacity)
        p->items[p->count++] = *one;
}

static void add_filter(struct parameters *p, const struct field *f, const char *prefix,
                       const char *suffix)
{
    struct parameter filter = { .place = IN_QUERY, .field = *f };
    struct slice name = arena_printf(p->arena, "%s%s%s%s", prefix ? prefix : "", prefix ? "." : "",
                                     f->name, suffix);
    if (!name.ptr)
        return;
    filter.name = filter.field.name = name.ptr;
    filter.field.flags = 0;
    if (f->flags & FIELD_MANY)
        filter.field.max = 0; /* counted the list's items, not the text */
    if (f->type == FIELD_LONGTEXT)
        filter.field.type = FIELD_TEXT;
    add_parameter(p, &filter);
}

static void add_filters(struct parameters *p, const struct field *fields, const char *prefix)
{
    for (const struct field *f = fields; f->name; f++) {
        if (f->type == FIELD_OBJECT && !prefix)
            add_filters(p, f->fields, f->name);
        bool filtered = prefix ? f->type == FIELD_REF : (f->flags & FIELD_INDEXED) != 0;
        if (!filtered || f->type == FIELD_OBJECT || (f->flags & FIELD_SECRET))
            continue;
        add_filter(p, f, prefix, "");
        if (f->type == FIELD_WHEN) {
            add_filter(p, f, prefix, "_from");
            add_filter(p, f, prefix, "_until");
        }
    }
}

static const struct parameter *kind_parameters(struct arena *a, const struct kind *k,
                                               const struct row_pattern *pattern)
{
    struct parameters p = { .arena = a, .capacity = 128 };
    p.items = arena_array_of(a, struct parameter, p.capacity);
    if (!p.items)
        return NULL;
    if (pattern->has_id)
        add_parameter(&p, &id_parameter);
    if (pattern->handle == handle_list || pattern->handle == handle_export_csv) {
        for (size_t i = 0; i < sizeof list_controls / sizeof *list_controls; i++)
            add_parameter(&p, &list_controls[i]);
        add_filters(&p, k->fields, NULL);
        add_filters(&p, common_fields, NULL);
    }
    if (pattern->handle == handle_import_csv)
        for (size_t i = 0; i < sizeof import_controls / sizeof *import_controls; i++)
            add_parameter(&p, &import_controls[i]);
    if (pattern->handle == handle_import_csv || pattern->handle == handle_change)
        for (size_t i = 0; i < sizeof release_controls / sizeof *release_controls; i++)
            add_parameter(&p, &release_controls[i]);
    return p.items;
}

static const char *printed(struct arena *a, const char *format, const char *word)
{
    struct buf text cleanup_buf;
    buf_init(&text, 1024);
    const char *at = strstr(format, "%s");
    buf_add(&text, slice_make(format, (size_t)(at - format)));
    buf_add_cstr(&text, word);
    buf_add_cstr(&text, at + 2);
    return arena_cstr(a, buf_slice(&text));
}

static const char *answer_name(struct arena *a, const struct kind *k, const char *suffix)
{
    struct slice name = arena_printf(a, "%c%s%s", k->name[0] - 'a' + 'A', k->name + 1, suffix);
    return name.ptr;
}

static void add_pattern(struct rows *r, const struct kind *k, const struct row_pattern *p)
{
    struct operation *o = &r->items[r->count++];
    struct slice name = arena_printf(r->arena, "%s.%s", k->name, p->verb);
    struct slice path = arena_printf(r->arena, "/api/v1/%s%s", k->plural, p->path);
    *o = (struct operation){
        .name = name.ptr,
        .method = p->method,
        .path = path.ptr,
        .permission = p->permission,
        .flags = p->flags,
        .parameters = kind_parameters(r->arena, k, p),
        .body = p->body,
        .kind = k,
        .answer = p->media              ? NULL
                  : !p->answer          ? answer_name(r->arena, k, "")
                  : p->answer[0] == '+' ? answer_name(r->arena, k, "List")
                                        : p->answer,
        .media = p->media,
        .help_en = printed(r->arena, p->help_en, k->plural),
        .help_fr = printed(r->arena, p->help_fr, k->title_fr),
        .handle = p->handle,
    };
}

static bool is_read(const struct row_pattern *p)
{
    return (p->flags & OP_READ) != 0;
}

static size_t count_rows(const struct operation *rows)
{
    size_t count = 0;
    while (rows[count].name)
        count++;
    return count;
}

int operations_make(struct arena *a, const struct kinds *kinds, struct error *err,
                    const struct operations **ret)
{
    const struct operation *const tables[] = { questions_rows,    access_rows,  instance_rows,
                                               transfer_rows,     option_rows,  agreement_rows,
                                               introduction_rows, nurture_rows, continuity_rows,
                                               health_rows,       release_rows, peer_rows,
                                               exchange_rows,     network_rows, binding_rows };
    struct rows r = { .arena = a, .capacity = kinds->count * PATTERN_COUNT };
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        r.capacity += count_rows(tables[i]);
    r.items = arena_array_of(a, struct operation, r.capacity + 1);
    struct operations *all = arena_new_of(a, struct operations);
    if (!r.items || !all)
        return error_set(err, EN_NO_MEMORY, "operations");
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        for (size_t j = 0; j < count_rows(tables[i]); j++)
            r.items[r.count++] = tables[i][j];
    for (size_t i = 0; i < kinds->count; i++)
        for (size_t j = 0; j < PATTERN_COUNT && !kinds->items[i]->system; j++)
            if (!kinds->items[i]->decided || is_read(&patterns[j]))
                add_pattern(&r, kinds->items[i], &patterns[j]);
    if (arena_failed(a))
        return error_set(err, EN_NO_MEMORY, "operations");
    *all = (struct operations){ .items = r.items, .count = r.count };
    *ret = all;
    return route_index(all, a, err);
}

const struct operation *operations_find(const struct operations *all, struct slice name)
{
    for (size_t i = 0; i < all->count; i++)
        if (slice_is(name, all->items[i].name))
            return &all->items[i];
    return NULL;
}
