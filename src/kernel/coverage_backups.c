/*
 * The best backup and the best two of a coalition.
 *
 * One pass over the coalition leaves its states; a candidate is then judged by one look at each.
 * Let A be the states in which the causes that a shares with others hold, alpha the probability
 * that a delivers there, g_a and s_a the mass in A that a completes and does not complete. With b
 * likewise, and gamma the probability that both deliver in A and B (a cause they share counts
 * once):
 *
 *   P(with a)   = P + alpha g_a
 *   P(with a,b) = P + alpha g_a + beta g_b + gamma sum over A and B of ([ab completes] - [a] - [b])
 *               <= P + k_a + k_b,   k = alpha (g + s/2), since gamma <= alpha, beta and the sum
 *                                   counts at most min(s_a, s_b)
 *
 * Pairs are taken in falling order of k and the search ends where the bound is below the best; and
 * states are looked at from the heaviest on, so that a pair is given up as soon as what is left
 * could not make it the best. Probabilities are compared as integers of 1e-12, so that the order is
 * total and a tie is a tie. O(candidates * states + looks of pairs at states); after
 * COVERAGE_LOOKS_MAX of these the best so far stands, marked as not proven.
 */
#include "kernel/coverage_run.h"

#include "base/fault.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct candidate {
    uint32_t column;
    const int32_t *brings; /* per requirement, up to the demand */
    uint64_t conditions;   /* its causes by which the states are split */
    uint64_t others;       /* its other causes */
    double held;           /* alpha */
    double gain, stays;    /* g, s */
    double potential;      /* k */
};

/* A state in falling order of mass, and the mass from here on. */
struct heavy {
    double mass, tail;
    uint32_t state;
};

struct search {
    const struct coverage_need *need;
    const struct coverage_states *states;
    struct heavy *heavy;
    uint64_t looks;
    double covered;
    struct candidate *list;
    uint32_t count;
    int32_t *rows;
};

/* A choice and what orders it. */
struct choice {
    int64_t rank; /* probability in 1e-12 */
    int64_t burden;
    uint32_t columns[2], count;
};

static int64_t rank_of(double probability)
{
    return (int64_t)floor(probability * 1e12 + 0.5);
}

static bool better(const struct choice *x, const struct choice *y)
{
    if (x->rank != y->rank)
        return x->rank > y->rank;
    if (x->burden != y->burden)
        return x->burden < y->burden;
    if (x->columns[0] != y->columns[0])
        return x->columns[0] < y->columns[0];
    return x->columns[1] < y->columns[1];
}

static void fill_row(const struct coverage_need *need, const struct coverage_column *c,
                     int32_t *row)
{
    memset(row, 0, need->requirement_count * sizeof(*row));
    for (uint32_t k = 0; k < c->part_count; k++) {
        uint32_t r = c->parts[k].requirement;
        int32_t room = need->demands[r] - row[r];
        row[r] += c->parts[k].quantity < room ? c->parts[k].quantity : room;
    }
}

static bool completes(const int32_t *missing, const int32_t *a, const int32_t *b, uint32_t width)
{
    for (uint32_t r = 0; r < width; r++) {
        if (missing[r] - a[r] > (b ? b[r] : 0))
            return false;
    }
    return true;
}

static double all_hold(const struct coverage_need *need, uint64_t causes)
{
    double p = 1;
    for (uint32_t k = 0; k < need->cause_count; k++) {
        if (causes >> k & 1)
            p *= need->causes[k];
    }
    return p;
}

static void judge_one(const struct search *s, struct candidate *c)
{
    const struct coverage_states *x = s->states;
    for (uint32_t i = 0; i < x->count; i++) {
        if ((x->causes[i] & c->conditions) != c->conditions)
            continue;
        if (completes(coverage_states_missing(x, i), c->brings, NULL, x->width))
            c->gain += x->mass[i];
        else
            c->stays += x->mass[i];
    }
    c->potential = c->held * (c->gain + c->stays / 2);
}

/* The probability with both; less than `least` (and no more than that is known) where it is. */
static double judge_pair(struct search *s, const struct candidate *a, const struct candidate *b,
                         double least)
{
    const struct coverage_states *x = s->states;
    uint64_t conditions = a->conditions | b->conditions;
    double gamma = s->need->columns[a->column].probability *
                   s->need->columns[b->column].probability *
                   all_hold(s->need, a->others | b->others);
    double alone = s->covered + a->held * a->gain + b->held * b->gain;
    double both = 0;
    for (uint32_t i = 0; i < x->count; i++) {
        const struct heavy *h = &s->heavy[i];
        s->looks++;
        if (alone + gamma * (both + h->tail) < least)
            return alone + gamma * (both + h->tail);
        if ((x->causes[h->state] & conditions) != conditions)
            continue;
        const int32_t *missing = coverage_states_missing(x, h->state);
        int by_one = completes(missing, a->brings, NULL, x->width) +
                     completes(missing, b->brings, NULL, x->width);
        if (by_one == 2)
            both -= h->mass;
        else if (by_one == 0 && completes(missing, a->brings, b->brings, x->width))
            both += h->mass;
    }
    return alone + gamma * both;
}

static int by_mass(const void *x, const void *y)
{
    const struct heavy *a = x, *b = y;
    if (a->mass > b->mass || a->mass < b->mass)
        return a->mass > b->mass ? -1 : 1;
    return (a->state > b->state) - (a->state < b->state);
}

static int weigh(struct search *s, struct error *err)
{
    uint32_t count = s->states->count;
    s->heavy = base_calloc(count ? count : 1, sizeof(*s->heavy));
    if (!s->heavy)
        return error_set(err, EN_NO_MEMORY, "no memory for %u states", count);
    for (uint32_t i = 0; i < count; i++)
        s->heavy[i] = (struct heavy){ .mass = s->states->mass[i], .state = i };
    qsort(s->heavy, count, sizeof(*s->heavy), by_mass);
    double tail = 0;
    for (uint32_t i = count; i-- > 0;)
        s->heavy[i].tail = tail += s->heavy[i].mass;
    return 0;
}

static int by_potential(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    if (a->potential > b->potential || a->potential < b->potential)
        return a->potential > b->potential ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

static struct choice best_one(const struct search *s)
{
    struct choice best = { .rank = rank_of(s->covered) };
    for (uint32_t i = 0; i < s->count; i++) {
        const struct candidate *a = &s->list[i];
        struct choice c = { .rank = rank_of(s->covered + a->held * a->gain),
                            .burden = s->need->columns[a->column].burden,
                            .columns = { a->column, 0 },
                            .count = 1 };
        if (best.count == 0 ? c.rank > best.rank : better(&c, &best))
            best = c;
    }
    return best;
}

enum { ROUNDING = 8 }; /* in 1e-12: how far a bound and what it bounds may be off by rounding */

static bool is_worse(double bound, const struct choice *best)
{
    return rank_of(bound) + ROUNDING < best->rank;
}

/* May not be taken together, or cannot be the best by k with the min itself instead of the mean. */
static bool hopeless(const struct search *s, const struct candidate *a, const struct candidate *b,
                     const struct choice *best)
{
    double gamma = a->held < b->held ? a->held : b->held;
    double sum = a->stays < b->stays ? a->stays : b->stays;
    return s->need->columns[a->column].partner == s->need->columns[b->column].partner ||
           is_worse(s->covered + a->held * a->gain + b->held * b->gain + gamma * sum, best);
}

static struct choice pair_of(struct search *s, const struct candidate *a, const struct candidate *b,
                             const struct choice *best)
{
    bool first = a->column < b->column; /* one order, so that a pair has one probability */
    const struct candidate *low = first ? a : b, *high = first ? b : a;
    double least = (double)(best->rank - 2 * ROUNDING) * 1e-12;
    return (struct choice){ .rank = rank_of(judge_pair(s, low, high, least)),
                            .burden = (int64_t)s->need->columns[a->column].burden +
                                      s->need->columns[b->column].burden,
                            .columns = { low->column, high->column },
                            .count = 2 };
}

/* Must be surer than the best one, whose rank is given. */
static struct choice best_two(struct search *s, int64_t rank_of_one)
{
    struct choice best = { .rank = rank_of_one };
    qsort(s->list, s->count, sizeof(*s->list), by_potential);
    for (uint32_t i = 0; i + 1 < s->count; i++) {
        for (uint32_t k = i + 1; k < s->count && s->looks < COVERAGE_LOOKS_MAX; k++) {
            const struct candidate *a = &s->list[i], *b = &s->list[k];
            if (is_worse(s->covered + a->potential + b->potential, &best))
                break;
            if (hopeless(s, a, b, &best))
                continue;
            struct choice c = pair_of(s, a, b, &best);
            if (best.count == 0 ? c.rank > best.rank : better(&c, &best))
                best = c;
        }
    }
    return best;
}

static bool is_in(const struct coverage_need *need, const uint32_t *members, uint32_t count,
                  uint32_t column)
{
    for (uint32_t i = 0; i < count; i++) {
        if (need->columns[members[i]].partner == need->columns[column].partner)
            return true;
    }
    return false;
}

static int by_column(const void *x, const void *y)
{
    const struct candidate *a = x, *b = y;
    return (a->column > b->column) - (a->column < b->column);
}

/* Fills the list with the candidates that may join, by column, each once. */
static void gather(struct search *s, const struct coverage_task *t, const uint32_t *candidates,
                   uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t column = candidates ? candidates[i] : i;
        if (!is_in(t->need, t->members, t->count, column))
            s->list[s->count++].column = column;
    }
    if (s->count == 0)
        return;
    qsort(s->list, s->count, sizeof(*s->list), by_column);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < s->count; i++) {
        if (s->list[i].column != s->list[kept - 1].column)
            s->list[kept++].column = s->list[i].column;
    }
    s->count = kept;
    for (uint32_t i = 0; i < s->count; i++) {
        int32_t *row = s->rows + (size_t)i * t->need->requirement_count;
        fill_row(t->need, &t->need->columns[s->list[i].column], row);
        s->list[i].brings = row;
    }
}

/* What any two candidates may add together to each requirement, and all their causes. */
static void reserve(const struct search *s, int64_t *ret_most, uint64_t *ret_causes)
{
    *ret_causes = 0;
    for (uint32_t r = 0; r < s->need->requirement_count; r++) {
        int64_t first = 0, second = 0;
        for (uint32_t i = 0; i < s->count; i++) {
            int64_t q = s->list[i].brings[r];
            second = q > first ? first : q > second ? q : second;
            first = q > first ? q : first;
        }
        ret_most[r] = first + second;
    }
    for (uint32_t i = 0; i < s->count; i++)
        *ret_causes |= s->need->columns[s->list[i].column].causes;
}

static int judge(struct search *s, const struct coverage_task *task, struct coverage_work *w,
                 struct error *err, struct choice *ret_one, struct choice *ret_two)
{
    int64_t most[COVERAGE_REQUIREMENTS_MAX];
    struct coverage_task t = *task;
    struct coverage_pass p;
    t.reserve = most;
    reserve(s, most, &t.reserve_causes);
    int rc = coverage_run(&t, w, err, &p);
    if (rc < 0)
        return rc;
    s->covered = p.covered;
    s->states = &w->now;
    for (uint32_t i = 0; i < s->count; i++) {
        struct candidate *c = &s->list[i];
        const struct coverage_column *column = &s->need->columns[c->column];
        c->conditions = column->causes & p.open;
        c->others = column->causes & ~p.open;
        c->held = column->probability * all_hold(s->need, c->others);
        judge_one(s, c);
    }
    rc = weigh(s, err);
    if (rc < 0)
        return rc;
    *ret_one = best_one(s);
    *ret_two = best_two(s, ret_one->rank);
    return 0;
}

static int search_backups(const struct coverage_task *t, const uint32_t *candidates, uint32_t count,
                          struct coverage_work *w, struct error *err, struct choice *ret_one,
                          struct choice *ret_two, bool *ret_proven)
{
    struct search s = { .need = t->need };
    size_t width = t->need->requirement_count ? t->need->requirement_count : 1;
    s.list = base_calloc(count ? count : 1, sizeof(*s.list));
    s.rows = base_calloc(count ? count : 1, width * sizeof(*s.rows));
    int rc = 0;
    if (s.list && s.rows) {
        gather(&s, t, candidates, count);
        rc = judge(&s, t, w, err, ret_one, ret_two);
    } else {
        rc = error_set(err, EN_NO_MEMORY, "no memory for %u candidates", count);
    }
    *ret_proven = s.looks < COVERAGE_LOOKS_MAX;
    base_free(s.heavy);
    base_free(s.list);
    base_free(s.rows);
    return rc;
}

/* The choice with the coalition's coverage as coverage_of gives it. */
static int backup_of(const struct coverage_task *t, const struct choice *c, struct coverage_work *w,
                     struct error *err, struct coverage_backup *ret)
{
    uint32_t members[COVERAGE_MEMBERS_MAX];
    struct coverage_backup b = { .count = c->count, .burden = c->burden };
    if (t->count)
        memcpy(members, t->members, t->count * sizeof(*members));
    for (uint32_t i = 0; i < c->count; i++)
        members[t->count + i] = b.columns[i] = c->columns[i];
    int rc = coverage_of(t->need, members, t->count + c->count, w, err, &b.with);
    if (rc == 0)
        *ret = b;
    return rc;
}

static int check(const struct coverage_task *t, const uint32_t *candidates, uint32_t count,
                 struct error *err)
{
    if (t->count > COVERAGE_MEMBERS_MAX - 2)
        return error_set(err, EN_TOO_LARGE, "%u members leave no room for two backups", t->count);
    if (count > COVERAGE_CANDIDATES_MAX)
        return error_set(err, EN_TOO_LARGE, "%u candidates, at most %d", count,
                         COVERAGE_CANDIDATES_MAX);
    int rc = coverage_check(t->need, t->members, t->count, err);
    for (uint32_t i = 0; i < count && rc == 0; i++)
        rc = coverage_check_column(t->need, candidates ? candidates[i] : i, err);
    return rc;
}

int coverage_backups(const struct coverage_need *need, const uint32_t *members, uint32_t count,
                     const uint32_t *candidates, uint32_t candidate_count, struct coverage_work *w,
                     struct error *err, struct coverage_backups *ret)
{
    struct coverage_task t = { .need = need,
                               .members = members,
                               .count = count,
                               .reading = COVERAGE_EXPECTED,
                               .only = COVERAGE_EVERY };
    uint32_t extra = candidates ? candidate_count : need->column_count;
    struct choice none = { 0 }, one, two;
    struct coverage_backup alone = { 0 };
    struct coverage_backups b = { 0 };
    int rc = check(&t, candidates, extra, err);
    if (rc == 0)
        rc = search_backups(&t, candidates, extra, w, err, &one, &two, &b.proven);
    if (rc == 0)
        rc = backup_of(&t, &none, w, err, &alone);
    if (rc == 0)
        rc = backup_of(&t, &one, w, err, &b.one);
    if (rc == 0)
        rc = backup_of(&t, &two, w, err, &b.two);
    if (rc < 0)
        return rc;
    b.alone = alone.with;
    *ret = b;
    return 0;
}
