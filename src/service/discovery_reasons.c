/* Why somebody should be sought, in English and in French: see discovery.c. */
#include "base/limits.h"
#include "record/registry.h"
#include "service/discovery.h"

/* Both titles of a record that the viewer may read, noted for the answer's refs. */
static struct reference named(struct render *r, struct slice id)
{
    struct reference found = { .title = S(""), .title_fr = S("") };
    if (refs_add(r->refs, id))
        (void)snapshot_reference(r->snapshot, id, NULL, &found);
    return found;
}

static void open_reason(const char *kind, struct slice en, struct slice fr, struct json_writer *out)
{
    jw_object(out);
    jw_key_cstr(out, "kind", kind);
    jw_key_text(out, "detail", en);
    jw_key_text(out, "detail_fr", fr);
    jw_key(out, "via");
    jw_array(out);
}

static void close_reason(struct json_writer *out)
{
    jw_array_end(out);
    jw_object_end(out);
}

static void write_via(struct render *r, struct slice id)
{
    if (refs_add(r->refs, id))
        jw_text(r->out, id);
}

/* "\"Boats\" for \"Flood relief\"", and the same in French. */
static void what_for_what(const struct cells *c, const struct cells_line *l, struct render *r,
                          struct slice *ret_en, struct slice *ret_fr)
{
    struct reference what = named(r, l->capability);
    struct reference why = named(r, c->needs.items[l->need].id);
    *ret_en = arena_printf(c->shape->arena, "\"" SLICE_FMT "\" for \"" SLICE_FMT "\"",
                           SLICE_ARG(what.title), SLICE_ARG(why.title));
    *ret_fr = arena_printf(c->shape->arena, "« " SLICE_FMT " » pour « " SLICE_FMT " »",
                           SLICE_ARG(what.title_fr), SLICE_ARG(why.title_fr));
}

static void write_line(const struct cells *c, const struct cells_fit *f, struct render *r)
{
    struct arena *a = c->shape->arena;
    const struct cells_line *l = &c->lines[f->line];
    struct slice en, fr;
    what_for_what(c, l, r, &en, &fr);
    if (l->holders == 0) {
        en = arena_printf(a, "%s " SLICE_FMT ", which none of our partners can.",
                          f->is_access ? "Could give access to" : "Could bring", SLICE_ARG(en));
        fr = arena_printf(a, "%s " SLICE_FMT ", ce qu'aucun de nos partenaires ne peut.",
                          f->is_access ? "Pourrait donner accès à" : "Pourrait apporter",
                          SLICE_ARG(fr));
    } else {
        struct reference only = named(r, c->shape->actors[l->holder].id);
        en = arena_printf(a, "%s " SLICE_FMT " beside " SLICE_FMT ", the only one so far.",
                          f->is_access ? "Could give access to" : "Could bring", SLICE_ARG(en),
                          SLICE_ARG(only.title));
        fr = arena_printf(a, "%s " SLICE_FMT " outre " SLICE_FMT ", seul à ce jour.",
                          f->is_access ? "Pourrait donner accès à" : "Pourrait apporter",
                          SLICE_ARG(fr), SLICE_ARG(only.title_fr));
    }
    open_reason("gap", en, fr, r->out);
    write_via(r, c->needs.items[l->need].id);
    write_via(r, l->capability);
    write_via(r, f->offer);
    close_reason(r->out);
}

static const struct choice *audience_of(const struct cells *c, struct slice word)
{
    const struct kind *kind = kinds_find(snapshot_kinds(c->shape->snapshot), S("actor"));
    return choice_find(kind_field(kind, S("audience"))->choices, word);
}

/* An actor that stands in the cell by an access to its region: the access is named. */
static void write_cell(const struct cells *c, const struct cell *cell, uint32_t actor,
                       struct render *r)
{
    const struct choice *instrument = &instrument_choices[cell->instrument];
    const struct choice *audience = audience_of(c, cell->audience);
    const char *where = region_name(cell->region, false), *ou = region_name(cell->region, true);
    if (!audience || !where || !ou)
        return;
    open_reason("gap",
                arena_printf(c->shape->arena,
                             "No relationship stands yet in: %s, %s, %s (demand %lld).",
                             instrument->en, where, audience->en, (long long)cell->demand),
                arena_printf(c->shape->arena,
                             "Aucune relation n'existe encore pour : %s, %s, %s (demande %lld).",
                             instrument->fr, ou, audience->fr, (long long)cell->demand),
                r->out);
    for (uint32_t i = cells_first_access(c, actor);
         i < c->access_count && c->accesses[i].holder == actor; i++)
        if (slice_eq(c->accesses[i].region, cell->region))
            write_via(r, c->accesses[i].id);
    close_reason(r->out);
}

static void write_link(const struct cells *c, const struct structure_link *link, struct render *r)
{
    struct reference best = named(r, c->shape->actors[link->via[0]].id);
    bool one = link->common == 1;
    open_reason(
        "structural",
        arena_printf(c->shape->arena, "%u contact%s in common; the closest is " SLICE_FMT ".",
                     link->common, one ? "" : "s", SLICE_ARG(best.title)),
        arena_printf(c->shape->arena, "%u contact%s en commun ; le plus proche est " SLICE_FMT ".",
                     link->common, one ? "" : "s", SLICE_ARG(best.title_fr)),
        r->out);
    for (uint32_t i = 0; i < link->via_count; i++)
        write_via(r, c->shape->actors[link->via[i]].id);
    close_reason(r->out);
}

void finding_write_reasons(const struct cells *c, const struct finding *f, struct render *r)
{
    jw_key(r->out, "reasons");
    jw_array(r->out);
    for (uint32_t i = 0; i < f->line_count; i++)
        write_line(c, f->lines[i], r);
    for (uint32_t i = 0; i < f->cell_count; i++)
        write_cell(c, f->cells[i], f->actor, r);
    if (f->link.common)
        write_link(c, &f->link, r);
    jw_array_end(r->out);
}
