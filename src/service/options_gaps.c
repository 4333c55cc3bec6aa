/*
 * What is missing for a need, and the cheapest ways to close it: the same columns and the same
 * kernel, with the actions that each way takes as the price to keep low in place of the burden.
 *
 * The headline names lines that cannot be covered even alone. Where each line can, but not all of
 * them together, it names a set of lines of which none can be left out without the rest becoming
 * possible. A feasible need has no gap; asked for, it shows what actions would make it surer or
 * need fewer partners.
 */
#include "service/options_internal.h"

enum { REPAIRS_SHOWN = 20, MILLION = 1000000 };

/* ---- actions ---- */

static void write_action(struct option_desk *d, const struct repair_action *a, struct render *r)
{
    struct json_writer *out = r->out;
    const struct repair_row *row = &repair_rows[a->repair];
    jw_object(out);
    jw_key_cstr(out, "action", row->word);
    if (a->fit) {
        const struct option_offer *x = &d->offers[a->fit->offer];
        if (refs_add(r->refs, d->actors[x->actor].id))
            jw_key_text(out, "actor", d->actors[x->actor].id);
        if (!row->of_partner && refs_add(r->refs, x->id))
            jw_key_text(out, "offer", x->id);
    }
    if (a->line < d->line_count)
        jw_key_int(out, "requirement", a->line);
    struct slice capability = a->fit                  ? d->offers[a->fit->offer].capability
                              : a->line != UINT32_MAX ? d->lines[a->line].capability
                                                      : d->classes[a->class].concept;
    if (refs_add(r->refs, capability))
        jw_key_text(out, "capability", capability);
    jw_key_cstr(out, "detail", row->en);
    jw_key_cstr(out, "detail_fr", row->fr);
    jw_key_int(out, "price", row->price);
    option_write_link(d, a, r);
    jw_object_end(out);
}

static void write_repair(struct option_desk *d, const struct option *x, struct render *r)
{
    struct json_writer *out = r->out;
    int64_t burden = 0;
    jw_object(out);
    jw_key_int(out, "price", x->price);
    jw_key_fixed(out, "probability", x->probability, 6);
    jw_key_int(out, "digits", x->digits);
    jw_key_int(out, "partners", x->member_count);
    jw_key(out, "members");
    jw_array(out);
    for (uint32_t i = 0; i < x->member_count; i++) {
        burden += x->members[i]->burden;
        if (x->members[i]->actor != UINT32_MAX &&
            refs_add(r->refs, d->actors[x->members[i]->actor].id))
            jw_text(out, d->actors[x->members[i]->actor].id);
    }
    jw_array_end(out);
    jw_key_fixed(out, "burden", (double)burden / 10, 1);
    jw_key(out, "actions");
    jw_array(out);
    for (uint32_t i = 0; i < x->member_count; i++)
        for (int bit = 0; bit < 64; bit++)
            if (x->members[i]->repairs >> bit & 1)
                write_action(d, &x->members[i]->actions[bit], r);
    jw_array_end(out);
    jw_object_end(out);
}

static int write_repairs(struct option_desk *d, struct render *r, struct error *err)
{
    struct option_problem p;
    struct cover_front front;
    struct option *all = NULL;
    int code = option_columns(d, /* repairs= */ true, err, &p);
    if (code == 0)
        code = option_front(d, &p, err, &front);
    if (code == 0)
        code = option_list(d, &p, &front, err, &all);
    jw_key(r->out, "repairs");
    jw_array(r->out);
    for (uint32_t i = 0, shown = 0; code == 0 && i < front.count && shown < REPAIRS_SHOWN; i++)
        if (all[i].price > 0) {
            write_repair(d, &all[i], r);
            shown++;
        }
    jw_array_end(r->out);
    return code;
}

/* ---- the headline ---- */

/* Most that can be had of each line alone, counted as the kernel counts it. */
static void best_alone(const struct option_desk *d, const struct option_problem *p, int64_t *ret)
{
    int64_t of_partner[COVER_REQUIREMENTS_MAX] = { 0 };
    memset(ret, 0, d->line_count * sizeof *ret);
    for (uint32_t i = 0; i < p->mode_count; i++) {
        const struct option_mode *m = &p->modes[i];
        for (uint32_t k = 0; k < m->part_count; k++)
            if (m->parts[k].quantity > of_partner[m->parts[k].requirement])
                of_partner[m->parts[k].requirement] = m->parts[k].quantity;
        if (i + 1 < p->mode_count && p->modes[i + 1].partner == m->partner)
            continue;
        for (uint32_t r = 0; r < d->line_count; r++) {
            ret[r] += of_partner[r];
            of_partner[r] = 0;
        }
    }
}

/* Is the need without these lines still impossible? */
static int still_impossible(struct option_desk *d, const struct option_problem *p,
                            const bool *left_out, struct error *err, bool *ret)
{
    struct cover_front front;
    struct option_problem some = *p;
    some.columns = arena_array_of(d->arena, struct cover_column, p->mode_count + 1);
    some.demands = arena_array_of(d->arena, int32_t, d->line_count + 1);
    struct cover_part *parts =
        arena_array_of(d->arena, struct cover_part, (size_t)p->mode_count * d->line_count + 1);
    uint32_t place[COVER_REQUIREMENTS_MAX], count = 0;
    if (!some.columns || !some.demands || !parts)
        return error_set(err, EN_NO_MEMORY, "options");
    for (uint32_t r = 0; r < d->line_count; r++)
        if (!left_out[r]) {
            some.demands[count] = p->demands[r];
            place[r] = count++;
        }
    for (uint32_t i = 0; i < p->mode_count; i++) {
        some.columns[i] = p->columns[i];
        some.columns[i].parts = parts;
        some.columns[i].part_count = 0;
        for (uint32_t k = 0; k < p->columns[i].part_count; k++)
            if (!left_out[p->columns[i].parts[k].requirement]) {
                uint32_t at = p->columns[i].parts[k].requirement;
                *parts++ = (struct cover_part){ place[at], p->columns[i].parts[k].quantity };
                some.columns[i].part_count++;
            }
    }
    some.line_count = count;
    int code = option_front(d, &some, err, &front);
    *ret = code == 0 && front.infeasible;
    return code;
}

/* Leaves lines out one after the other, the last first, as long as the rest stays impossible. */
static int irreducible(struct option_desk *d, const struct option_problem *p, struct error *err,
                       bool *ret_left_out)
{
    uint64_t budget = d->budget;
    int code = 0;
    d->budget = budget / d->line_count;
    for (uint32_t r = d->line_count; code == 0 && r-- > 0;) {
        bool impossible = false;
        ret_left_out[r] = true;
        code = still_impossible(d, p, ret_left_out, err, &impossible);
        ret_left_out[r] = !(code == 0 && !impossible);
    }
    d->budget = budget;
    return code;
}

static void write_reasons(struct option_desk *d, uint32_t line, struct json_writer *out)
{
    unsigned allowed = d->last_resort ? FIT_LAST_RESORT : 0u;
    uint32_t counts[FIT_REASONS] = { 0 };
    for (uint32_t i = 0; i < d->fit_count; i++)
        for (int bit = 0; d->fits[i].line == line && bit < FIT_REASONS; bit++)
            counts[bit] += (d->fits[i].reasons & ~allowed) >> bit & 1;
    jw_key(out, "reasons");
    jw_object(out);
    for (int bit = 0; bit < FIT_REASONS; bit++)
        if (counts[bit])
            jw_key_int(out, fit_reason_word(bit), counts[bit]);
    jw_object_end(out);
}

static int write_missing(struct option_desk *d, bool feasible, struct render *r, struct error *err)
{
    struct option_problem p;
    int64_t best[COVER_REQUIREMENTS_MAX] = { 0 };
    bool left_out[COVER_REQUIREMENTS_MAX] = { false };
    bool alone = false; /* some line is impossible by itself */
    struct json_writer *out = r->out;
    int code = feasible ? 0 : option_columns(d, /* repairs= */ false, err, &p);
    if (!feasible && code == 0) {
        best_alone(d, &p, best);
        for (uint32_t i = 0; i < d->line_count; i++)
            alone |= best[i] < d->lines[i].demand;
        if (!alone)
            code = irreducible(d, &p, err, left_out);
    }
    jw_key(out, "missing");
    jw_array(out);
    for (uint32_t i = 0; !feasible && code == 0 && i < d->line_count; i++) {
        const struct option_line *l = &d->lines[i];
        if (alone ? best[i] >= l->demand : left_out[i])
            continue;
        int64_t had = best[i] < l->demand ? best[i] : l->demand;
        jw_object(out);
        jw_key_int(out, "requirement", i);
        if (refs_add(r->refs, l->capability))
            jw_key_text(out, "capability", l->capability);
        jw_key(out, "quantity");
        jw_double(out, (double)l->quantity * l->redundancy / MILLION);
        jw_key(out, "best_quantity");
        jw_double(out, had == l->demand ? (double)l->quantity * l->redundancy / MILLION
                                        : (double)(had * l->measure) / MILLION);
        write_reasons(d, i, out);
        jw_object_end(out);
    }
    jw_array_end(out);
    return code;
}

int option_write_gaps(struct option_desk *d, bool feasible, struct render *r, struct error *err)
{
    jw_key_bool(r->out, "feasible", feasible);
    int code = write_repairs(d, r, err);
    return code < 0 ? code : write_missing(d, feasible, r, err);
}
