/*
 * Items of a stage: the columns that can begin by its latest hour and can matter.
 *
 * Left out are columns that want what nobody gives, that bring nothing anybody needs, and that are
 * dominated. Column p precedes q when p brings at least what q brings to every requirement, at no
 * more burden and risk, wants no class that q does not want, gives every class that q gives, begins
 * no later (where the stage has several hours), and is not q's equal with the higher index. q can
 * go
 *
 *   - when a column of its own partner precedes it (take that one in its place), or
 *   - when n columns of other partners with a single mode precede it, n = max_r ceil(d_r / q_r):
 *     either one of them is free to take its place, or all are in the coalition and meet the
 *     demands of q's requirements by themselves.
 *
 * What is kept may still be preceded by columns of other partners, fewer than that. A coalition
 * that has such a column q but not the partner P of one that precedes it can exchange q for it. So
 * only coalitions need be looked for that have P wherever they have q; `betters` lists those P, and
 * a column with as many of them as a coalition can have members goes too.
 *
 * Columns that were left out count as preceding ones: each exchange moves to a smaller column in a
 * finite order, so exchanging ends at a coalition of kept columns that is at least as good.
 *
 * Cost: for each q the columns of its rarest requirement, so about n^2 / R comparisons of a mask.
 */
#include "kernel/cover_internal.h"

#include <stdlib.h>

struct columns {
    struct cover_stage *st;
    struct cover_item *item;
    uint32_t count;
    uint32_t *modes;                /* per partner */
    uint32_t *row_item, *row_first; /* items of a row */
    uint32_t row_count[COVER_ROWS_MAX];
    uint32_t members_max; /* of a coalition in which every member is needed */
    uint32_t *seen, mark; /* per partner: counted for this q */
};

static int compare_parts(const void *a, const void *b)
{
    const struct cover_part *x = a, *y = b;
    return x->requirement < y->requirement ? -1 : x->requirement > y->requirement;
}

static bool take_parts(struct cover_stage *st, const struct cover_column *c, struct cover_item *ret)
{
    struct cover_part *parts = arena_array_of(st->arena, struct cover_part, c->part_count + 1);
    if (!parts)
        return false;
    for (uint32_t i = 0; i < c->part_count; i++) {
        int32_t demand = st->in->demands[c->parts[i].requirement];
        parts[i] = c->parts[i];
        parts[i].quantity = parts[i].quantity < demand ? parts[i].quantity : demand;
        ret->mask |= (uint64_t)1 << parts[i].requirement;
    }
    qsort(parts, c->part_count, sizeof(*parts), compare_parts);
    ret->parts = parts;
    ret->part_count = c->part_count;
    return true;
}

static bool take_columns(struct columns *x, bool several_hours)
{
    struct cover_stage *st = x->st;
    for (uint32_t j = 0; j < st->in->column_count; j++) {
        const struct cover_column *c = &st->in->columns[j];
        if (c->readiness > st->hours[st->hour_count - 1])
            continue;
        struct cover_item *it = &x->item[x->count++];
        *it = (struct cover_item){ .column = j,
                                   .partner = c->partner,
                                   .burden = c->burden,
                                   .risk = c->risk,
                                   .readiness = c->readiness,
                                   .begins = several_hours ? c->readiness : 0,
                                   .wants = c->wants & ~c->gives,
                                   .gives = c->gives };
        if (!take_parts(st, c, it))
            return false;
    }
    return true;
}

/* Until nothing changes: nobody gives what it wants, or it serves no row and gives nothing wanted.
 */
static void drop_useless(struct columns *x)
{
    bool changed = true;
    while (changed) {
        uint32_t wanted = 0, given = 0, kept = 0;
        for (uint32_t i = 0; i < x->count; i++) {
            wanted |= x->item[i].wants;
            given |= x->item[i].gives;
        }
        for (uint32_t i = 0; i < x->count; i++) {
            struct cover_item *it = &x->item[i];
            it->gives &= wanted;
            if ((it->wants & ~given) == 0 && (it->part_count > 0 || it->gives != 0))
                x->item[kept++] = *it;
        }
        changed = kept < x->count;
        x->count = kept;
    }
}

static bool brings(const struct cover_item *p, const struct cover_item *q)
{
    uint32_t at = 0;
    for (uint32_t i = 0; i < q->part_count; i++) {
        while (p->parts[at].requirement != q->parts[i].requirement)
            at++; /* p serves every row of q: the caller has compared the masks */
        if (p->parts[at].quantity < q->parts[i].quantity)
            return false;
    }
    return true;
}

static bool as_good(const struct cover_item *p, const struct cover_item *q)
{
    return (q->mask & ~p->mask) == 0 && p->burden <= q->burden && p->risk <= q->risk &&
           p->begins <= q->begins && (p->wants & ~q->wants) == 0 && (q->gives & ~p->gives) == 0 &&
           brings(p, q);
}

static bool precedes(const struct cover_item *p, const struct cover_item *q)
{
    return as_good(p, q) && (p->column < q->column || !as_good(q, p));
}

static uint32_t replacements(const struct cover_stage *st, const struct cover_item *q)
{
    int32_t most = 1;
    for (uint32_t i = 0; i < q->part_count; i++) {
        int32_t quantity = q->parts[i].quantity;
        int32_t n = (st->in->demands[q->parts[i].requirement] + quantity - 1) / quantity;
        most = n > most ? n : most;
    }
    return (uint32_t)most;
}

/* Items among which all that precede q are: those of its rarest row; NULL: all. */
static const uint32_t *shortest_row(const struct columns *x, const struct cover_item *q,
                                    uint32_t *ret_length)
{
    const uint32_t *row = NULL;
    *ret_length = x->count;
    for (uint32_t i = 0; i < q->part_count; i++) {
        uint32_t r = q->parts[i].requirement;
        if (!row || x->row_count[r] < *ret_length) {
            row = x->row_item + x->row_first[r];
            *ret_length = x->row_count[r];
        }
    }
    return row;
}

static bool dominated(struct columns *x, const struct cover_item *q)
{
    uint32_t length, found = 0, needed = replacements(x->st, q);
    const uint32_t *row = shortest_row(x, q, &length);
    x->mark++;
    for (uint32_t i = 0; i < length; i++) {
        const struct cover_item *p = &x->item[row ? row[i] : i];
        if (p == q || !precedes(p, q))
            continue;
        if (p->partner == q->partner)
            return true;
        if (x->modes[p->partner] == 1 && x->seen[p->partner] != x->mark) {
            x->seen[p->partner] = x->mark;
            if (++found >= needed)
                return true;
        }
    }
    return false;
}

static bool index_rows(struct columns *x)
{
    uint32_t partners = x->st->in->partner_count, parts = 0, at = 0;
    memset(x->row_count, 0, sizeof(x->row_count));
    x->mark = 0;
    for (uint32_t i = 0; i < x->count; i++)
        parts += x->item[i].part_count;
    x->modes = arena_array_of(x->st->temporary, uint32_t, partners + 1);
    x->seen = arena_array_of(x->st->temporary, uint32_t, partners + 1);
    x->row_item = arena_array_of(x->st->temporary, uint32_t, parts + 1);
    x->row_first = arena_array_of(x->st->temporary, uint32_t, COVER_ROWS_MAX);
    if (!x->modes || !x->seen || !x->row_item || !x->row_first)
        return false;
    for (uint32_t i = 0; i < x->count; i++) {
        x->modes[x->item[i].partner]++;
        for (uint32_t k = 0; k < x->item[i].part_count; k++)
            x->row_count[x->item[i].parts[k].requirement]++;
    }
    for (uint32_t r = 0; r < x->st->rows; r++) {
        x->row_first[r] = at;
        at += x->row_count[r];
        x->row_count[r] = 0;
    }
    for (uint32_t i = 0; i < x->count; i++) {
        for (uint32_t k = 0; k < x->item[i].part_count; k++) {
            uint32_t r = x->item[i].parts[k].requirement;
            x->row_item[x->row_first[r] + x->row_count[r]++] = i;
        }
    }
    return true;
}

/* Each member brings the last unit of some demand, or gives a class that nobody else gives. */
static uint32_t members_needed(const struct cover_stage *st, const struct cover_item *item,
                               uint32_t count, const struct cover_options *o)
{
    uint32_t members = 0, wanted = 0, limit = o->partners_max ? o->partners_max : COVER_MEMBERS_MAX;
    for (uint32_t r = 0; r < st->rows; r++)
        members += (uint32_t)st->in->demands[r];
    for (uint32_t i = 0; i < count; i++)
        wanted |= item[i].wants;
    members += (uint32_t)__builtin_popcount(wanted);
    return members < limit ? members : limit;
}

static bool drop_dominated(struct columns *x)
{
    bool *gone = arena_array_of(x->st->temporary, bool, x->count + 1);
    uint32_t kept = 0;
    if (!gone || !index_rows(x))
        return false;
    for (uint32_t i = 0; i < x->count; i++)
        gone[i] = dominated(x, &x->item[i]);
    for (uint32_t i = 0; i < x->count; i++) {
        if (!gone[i])
            x->item[kept++] = x->item[i];
    }
    x->count = kept;
    return true;
}

/* The partners better than q, at most as many as a coalition has members. */
static uint32_t betters_of(struct columns *x, const struct cover_item *q, uint32_t *ret)
{
    uint32_t length, count = 0;
    const uint32_t *row = shortest_row(x, q, &length);
    x->mark++;
    for (uint32_t i = 0; i < length && count < x->members_max; i++) {
        const struct cover_item *p = &x->item[row ? row[i] : i];
        if (p->partner == q->partner || x->seen[p->partner] == x->mark || !precedes(p, q))
            continue;
        x->seen[p->partner] = x->mark;
        ret[count++] = p->partner;
    }
    return count;
}

static bool find_betters(struct columns *x)
{
    uint32_t found[COVER_MEMBERS_MAX], kept = 0;
    if (!index_rows(x))
        return false;
    for (uint32_t i = 0; i < x->count; i++) {
        struct cover_item *it = &x->item[i];
        it->better_count = betters_of(x, it, found);
        uint32_t *betters = arena_array_of(x->st->arena, uint32_t, it->better_count + 1);
        if (!betters)
            return false;
        memcpy(betters, found, it->better_count * sizeof(*betters));
        it->betters = betters;
    }
    for (uint32_t i = 0; i < x->count; i++) {
        if (x->item[i].better_count < x->members_max)
            x->item[kept++] = x->item[i];
    }
    x->count = kept;
    return true;
}

/* Requirements become rows, those that few serve first: neighbours share a group (cover_groups.c).
 * Parts are owned by the stage, so they are renamed in place. */
static void order_rows(struct columns *x)
{
    uint32_t served[COVER_ROWS_MAX] = { 0 }, order[COVER_ROWS_MAX], row_of[COVER_ROWS_MAX];
    struct cover_stage *st = x->st;
    for (uint32_t i = 0; i < x->count; i++) {
        for (uint32_t k = 0; k < x->item[i].part_count; k++)
            served[x->item[i].parts[k].requirement]++;
    }
    for (uint32_t r = 0; r < st->rows; r++) {
        uint32_t at = r;
        for (; at > 0 && served[order[at - 1]] > served[r]; at--)
            order[at] = order[at - 1];
        order[at] = r;
    }
    for (uint32_t r = 0; r < st->rows; r++) {
        row_of[order[r]] = r;
        st->demand[r] = st->in->demands[order[r]];
    }
    for (uint32_t i = 0; i < x->count; i++) {
        struct cover_item *it = &x->item[i];
        struct cover_part *parts = (struct cover_part *)(uintptr_t)it->parts;
        it->mask = 0;
        for (uint32_t k = 0; k < it->part_count; k++) {
            parts[k].requirement = row_of[parts[k].requirement];
            it->mask |= (uint64_t)1 << parts[k].requirement;
        }
        qsort(parts, it->part_count, sizeof(*parts), compare_parts);
    }
}

static bool index_partners(struct cover_stage *st)
{
    uint32_t partners = st->in->partner_count;
    st->partner_first = arena_array_of(st->arena, uint32_t, partners + 2);
    st->partner_item = arena_array_of(st->arena, uint32_t, st->count + 1);
    if (!st->partner_first || !st->partner_item)
        return false;
    for (uint32_t i = 0; i < st->count; i++)
        st->partner_first[st->item[i].partner + 2]++;
    for (uint32_t p = 0; p < partners; p++)
        st->partner_first[p + 2] += st->partner_first[p + 1];
    for (uint32_t i = 0; i < st->count; i++)
        st->partner_item[st->partner_first[st->item[i].partner + 1]++] = i;
    return true;
}

/* What follows from the items: kind of problem, sizes, whether the demands can be met at all. */
static void measure(struct cover_stage *st, const struct cover_options *o)
{
    int64_t most[COVER_ROWS_MAX] = { 0 };
    uint32_t members = members_needed(st, st->item, st->count, o), partners = 0, wanted = 0;
    int32_t burden = 0, risk = 0;
    st->pure = true;
    for (uint32_t i = 0; i < st->count; i++) {
        const struct cover_item *it = &st->item[i];
        burden = it->burden > burden ? it->burden : burden;
        risk = it->risk > risk ? it->risk : risk;
        wanted |= it->wants;
        for (uint32_t k = 0; k < it->part_count; k++)
            most[it->parts[k].requirement] += it->parts[k].quantity;
    }
    for (uint32_t p = 0; p < st->in->partner_count; p++) {
        uint32_t modes = st->partner_first[p + 1] - st->partner_first[p];
        partners += modes > 0;
        st->pure = st->pure && modes <= 1;
    }
    st->served = true;
    for (uint32_t r = 0; r < st->rows; r++) {
        st->pure = st->pure && st->demand[r] == 1;
        st->served = st->served && most[r] >= st->demand[r];
    }
    st->pure = st->pure && wanted == 0;
    members = members < partners ? members : partners;
    st->members_max = members > 0 ? members : 1;
    st->burden_end = (int32_t)st->members_max * burden + 1;
    st->risk_end = (int32_t)st->members_max * risk + 1;
}

static bool allocate(struct cover_stage *st)
{
    st->weight = arena_array_of(st->arena, struct lanes, st->count + 1);
    st->reduced = arena_array_of(st->arena, struct lanes, st->count + 1);
    st->order = arena_array_of(st->arena, uint32_t, st->count + 1);
    st->proven = arena_array_of(st->arena, uint32_t, st->hour_count);
    return st->weight && st->reduced && st->order && st->proven;
}

int cover_stage_make(const struct cover_instance *in, const struct cover_options *o,
                     const int32_t *hours, uint32_t hour_count, bool objective,
                     struct cover_stage *ret)
{
    struct cover_stage st = { .in = in,
                              .arena = ret->arena,
                              .temporary = ret->temporary,
                              .hours = hours,
                              .hour_count = hour_count,
                              .rows = in->requirement_count };
    struct columns x = { .st = &st };
    x.item = arena_array_of(st.arena, struct cover_item, in->column_count + 1);
    if (!x.item || !take_columns(&x, objective && hour_count > 1))
        return EN_NO_MEMORY;
    drop_useless(&x);
    if (!drop_dominated(&x))
        return EN_NO_MEMORY;
    x.members_max = members_needed(&st, x.item, x.count, o);
    if (!find_betters(&x))
        return EN_NO_MEMORY;
    drop_useless(&x);
    order_rows(&x);
    st.item = x.item;
    st.count = x.count;
    if (!index_partners(&st) || !allocate(&st))
        return EN_NO_MEMORY;
    for (uint32_t h = 0; h < hour_count; h++)
        st.proven[h] = COVER_GAP_NONE;
    measure(&st, o);
    *ret = st;
    return 0;
}
