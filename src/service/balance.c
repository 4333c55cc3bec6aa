/* The ledger of mutual support: see balance.h. */
#include "service/balance.h"

#include "base/when.h"
#include "service/bodies.h"
#include "service/exact.h"

#include <stdlib.h>

enum { SETTLEMENTS = 3 };
static const char *const settlement_words[SETTLEMENTS] = { "cash", "replacement_in_kind",
                                                           "equal_value_exchange" };
enum { IN_KIND = 1 };

/* One transaction, as it stood on the day. */
struct supply {
    struct slice agreement, a, b; /* a before b */
    int year;                     /* 0: not known */
    struct slice currency;        /* empty: it has no value */
    bool from_a;
    struct exact value, settled, open;
    int settlement;
    struct slice item, unit; /* of what is counted in kind; empty: nothing is */
    struct exact quantity;
};

struct supplies {
    struct arena *arena;
    struct snapshot *snapshot;
    struct refs *refs;
    const struct balance_query *query;
    struct supply *items;
    size_t count, capacity;
};

/* ---- reading ---- */

static int settlement_of(const struct json *body)
{
    for (int i = 0; i < SETTLEMENTS; i++)
        if (slice_is(json_get_text(body, "settlement"), settlement_words[i]))
            return i;
    return 0;
}

/* The day from which it counts; false: it does not, yet. */
static bool counts_from(const struct json *body, int64_t as_of_ms, int *ret_year)
{
    static const char *const dates[] = { "delivered", "settled", "due" };
    struct slice state = json_get_text(body, "state");
    struct when w;
    int month, day;
    *ret_year = 0;
    if (slice_is(state, "ordered") || slice_is(state, "cancelled"))
        return false;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        if (when_parse(json_get_text(body, dates[i]), &w)) {
            when_civil(when_first_ms(w), ret_year, &month, &day);
            return when_first_ms(w) <= as_of_ms;
        }
    return true;
}

/* Settled by then: what was given in return, at least its own value is closed. */
static void settle(const struct json *body, int64_t as_of_ms, struct supply *s)
{
    struct slice state = json_get_text(body, "state");
    struct when w;
    bool dated = when_parse(json_get_text(body, "settled"), &w);
    if (slice_is(state, "waived"))
        return;
    s->open = s->value;
    if (!slice_is(state, "settled") || (dated && when_first_ms(w) > as_of_ms))
        return;
    s->open = (struct exact){ 0 };
    if (!exact_of(json_get(body, "settled_value"), &s->settled))
        s->settled = s->value;
}

static struct supply supply_of(const struct json *body, int year, int64_t as_of_ms)
{
    struct slice supplier = json_get_text(body, "supplier");
    struct slice receiver = json_get_text(body, "receiver");
    bool first = slice_compare(supplier, receiver) < 0;
    struct supply s = { .agreement = json_get_text(body, "agreement"),
                        .a = first ? supplier : receiver,
                        .b = first ? receiver : supplier,
                        .year = year,
                        .from_a = first,
                        .settlement = settlement_of(body) };
    bool valued = exact_of(json_get(body, "value"), &s.value);
    if (valued)
        s.currency = json_get_text(body, "currency");
    settle(body, as_of_ms, &s);
    if ((!valued || s.settlement == IN_KIND) && exact_of(json_get(body, "quantity"), &s.quantity)) {
        s.item = json_get_text(body, "item");
        s.unit = json_get_text(body, "unit");
    }
    return s;
}

static bool grow(struct supplies *l)
{
    if (l->count < l->capacity)
        return true;
    size_t wider = l->capacity ? l->capacity * 2 : 64;
    struct supply *items = arena_array_of(l->arena, struct supply, wider);
    if (!items)
        return false;
    if (l->count)
        memcpy(items, l->items, l->count * sizeof *items);
    l->items = items;
    l->capacity = wider;
    return true;
}

static int take_supply(struct supplies *l, const struct body *found)
{
    int year = 0;
    if (!counts_from(found->json, l->query->as_of_ms, &year))
        return 0;
    struct supply s = supply_of(found->json, year, l->query->as_of_ms);
    if (!refs_add(l->refs, s.a) || !refs_add(l->refs, s.b))
        return 0;
    if (s.agreement.len && !refs_add(l->refs, s.agreement))
        s.agreement = S("");
    snapshot_mark_number(l->snapshot, found->label);
    if (!grow(l))
        return EN_NO_MEMORY;
    l->items[l->count++] = s;
    return 0;
}

static int compare_supplies(const void *x, const void *y)
{
    const struct supply *a = x, *b = y;
    int order = slice_compare(a->agreement, b->agreement);
    order = order ? order : slice_compare(a->a, b->a);
    order = order ? order : slice_compare(a->b, b->b);
    order = order ? order : (a->year > b->year) - (a->year < b->year);
    order = order ? order : slice_compare(a->currency, b->currency);
    order = order ? order : slice_compare(a->item, b->item);
    return order ? order : slice_compare(a->unit, b->unit);
}

static int read_supplies(struct supplies *l, struct error *err)
{
    static const char sql[] =
        "SELECT r.id, r.label, r.body FROM transactions_v k JOIN record_v r ON r.num = k.num"
        " WHERE k.own AND (?1 = '' OR k.agreement = ?1) AND (?2 = '' OR k.supplier = ?2 OR "
        "k.receiver = ?2)"
        " AND (?3 = '' OR k.supplier = ?3 OR k.receiver = ?3) ORDER BY r.id";
    const struct balance_query *q = l->query;
    struct slice values[] = { q->agreement, q->of, q->partner };
    struct bodies found = { 0 };
    int code = bodies_read(l->snapshot, sql, values, 3, err, &found);
    for (size_t i = 0; code == 0 && i < found.count; i++)
        code = take_supply(l, &found.items[i]);
    if (code < 0)
        return error_set(err, code, "record");
    if (l->count > 1)
        qsort(l->items, l->count, sizeof *l->items, compare_supplies);
    return 0;
}

/* ---- rows ---- */

static bool same_row(const struct supply *x, const struct supply *y)
{
    return slice_eq(x->agreement, y->agreement) && slice_eq(x->a, y->a) && slice_eq(x->b, y->b) &&
           x->year == y->year && slice_eq(x->currency, y->currency);
}

/* In kind: each item in its unit. */
static void write_in_kind(const struct supply *rows, size_t count, struct json_writer *out)
{
    jw_key(out, "in_kind");
    jw_array(out);
    for (size_t first = 0, end; first < count; first = end) {
        struct exact given = { 0 }, taken = { 0 };
        for (end = first; end < count && slice_eq(rows[end].item, rows[first].item) &&
                          slice_eq(rows[end].unit, rows[first].unit);
             end++)
            *(rows[end].from_a ? &given : &taken) =
                exact_add(rows[end].from_a ? given : taken, rows[end].quantity);
        if (!rows[first].item.len)
            continue;
        jw_object(out);
        jw_key_text(out, "item", rows[first].item);
        if (rows[first].unit.len)
            jw_key_text(out, "unit", rows[first].unit);
        exact_write(out, "a_to_b", given);
        exact_write(out, "b_to_a", taken);
        jw_object_end(out);
    }
    jw_array_end(out);
}

struct sums {
    struct exact a_to_b, b_to_a, settled, owed_by_a, owed_by_b, by_settlement[SETTLEMENTS];
};

static struct sums sums_of(const struct supply *rows, size_t count)
{
    struct sums s = { 0 };
    for (size_t i = 0; i < count; i++) {
        struct exact *value = rows[i].from_a ? &s.a_to_b : &s.b_to_a;
        struct exact *owed = rows[i].from_a ? &s.owed_by_b : &s.owed_by_a;
        struct exact *kind = &s.by_settlement[rows[i].settlement];
        *value = exact_add(*value, rows[i].value);
        *owed = exact_add(*owed, rows[i].open);
        *kind = exact_add(*kind, rows[i].value);
        s.settled = exact_add(s.settled, rows[i].settled);
    }
    return s;
}

static void write_row(const struct supply *rows, size_t count, struct json_writer *out)
{
    struct sums s = sums_of(rows, count);
    jw_object(out);
    if (rows->agreement.len)
        jw_key_text(out, "agreement", rows->agreement);
    jw_key_text(out, "a", rows->a);
    jw_key_text(out, "b", rows->b);
    if (rows->year)
        jw_key_int(out, "year", rows->year);
    if (rows->currency.len)
        jw_key_text(out, "currency", rows->currency);
    exact_write(out, "a_to_b", s.a_to_b);
    exact_write(out, "b_to_a", s.b_to_a);
    exact_write(out, "net", exact_minus(s.a_to_b, s.b_to_a));
    exact_write(out, "settled", s.settled);
    exact_write(out, "open", exact_add(s.owed_by_a, s.owed_by_b));
    exact_write(out, "owed_by_a", s.owed_by_a);
    exact_write(out, "owed_by_b", s.owed_by_b);
    jw_key(out, "by_settlement");
    jw_object(out);
    for (int i = 0; i < SETTLEMENTS; i++)
        exact_write(out, settlement_words[i], s.by_settlement[i]);
    jw_object_end(out);
    write_in_kind(rows, count, out);
    jw_object_end(out);
}

static void write_rows(const struct supplies *l, struct json_writer *out)
{
    jw_key(out, "rows");
    jw_array(out);
    for (size_t first = 0, end; first < l->count; first = end) {
        for (end = first; end < l->count && same_row(&l->items[end], &l->items[first]);)
            end++;
        write_row(l->items + first, end - first, out);
    }
    jw_array_end(out);
}

/* ---- totals ---- */

/* One side of a supply. */
struct side {
    struct slice agreement, actor, currency;
    struct exact supplied, received;
};

static int compare_sides(const void *x, const void *y)
{
    const struct side *a = x, *b = y;
    int order = slice_compare(a->currency, b->currency);
    order = order ? order : slice_compare(a->agreement, b->agreement);
    return order ? order : slice_compare(a->actor, b->actor);
}

static struct side *list_sides(const struct supplies *l, size_t *ret_count)
{
    struct side *sides = arena_array_of(l->arena, struct side, l->count * 2 + 1);
    size_t count = 0;
    for (size_t i = 0; sides && i < l->count; i++) {
        const struct supply *s = &l->items[i];
        if (!s->currency.len)
            continue;
        sides[count++] = (struct side){ .agreement = s->agreement,
                                        .actor = s->from_a ? s->a : s->b,
                                        .currency = s->currency,
                                        .supplied = s->value };
        sides[count++] = (struct side){ .agreement = s->agreement,
                                        .actor = s->from_a ? s->b : s->a,
                                        .currency = s->currency,
                                        .received = s->value };
    }
    if (count > 1)
        qsort(sides, count, sizeof *sides, compare_sides);
    *ret_count = count;
    return sides;
}

static void write_totals(const struct side *sides, size_t count, struct json_writer *out)
{
    jw_key(out, "totals");
    jw_array(out);
    for (size_t first = 0, end; first < count; first = end) {
        struct exact supplied = { 0 }, received = { 0 };
        for (end = first; end < count && compare_sides(&sides[end], &sides[first]) == 0; end++) {
            supplied = exact_add(supplied, sides[end].supplied);
            received = exact_add(received, sides[end].received);
        }
        jw_object(out);
        if (sides[first].agreement.len)
            jw_key_text(out, "agreement", sides[first].agreement);
        jw_key_text(out, "actor", sides[first].actor);
        jw_key_text(out, "currency", sides[first].currency);
        exact_write(out, "supplied", supplied);
        exact_write(out, "received", received);
        exact_write(out, "net", exact_minus(supplied, received));
        jw_object_end(out);
    }
    jw_array_end(out);
}

static void write_sums(const struct side *sides, size_t count, struct json_writer *out)
{
    jw_key(out, "sums");
    jw_array(out);
    for (size_t first = 0, end; first < count; first = end) {
        struct exact net = { 0 };
        for (end = first; end < count && slice_eq(sides[end].currency, sides[first].currency);
             end++)
            net = exact_add(net, exact_minus(sides[end].supplied, sides[end].received));
        jw_object(out);
        jw_key_text(out, "currency", sides[first].currency);
        exact_write(out, "net", net);
        jw_object_end(out);
    }
    jw_array_end(out);
}

int balance_write(struct snapshot *s, const struct balance_query *q, struct render *r,
                  struct error *err)
{
    struct supplies l = { .arena = snapshot_arena(s), .snapshot = s, .refs = r->refs, .query = q };
    size_t count = 0;
    int code = read_supplies(&l, err);
    struct side *sides = code == 0 ? list_sides(&l, &count) : NULL;
    if (code < 0)
        return code;
    if (!sides)
        return error_set(err, EN_NO_MEMORY, "balance");
    write_rows(&l, r->out);
    write_totals(sides, count, r->out);
    write_sums(sides, count, r->out);
    return 0;
}
