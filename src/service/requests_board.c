/*
 * The board of requests: see requests_board.h.
 *
 * A request is shown in the state that it has, unless it was submitted after the date asked about.
 * Of a partner count the requests that were put to it: answered in time, in part, declined with or
 * without a reason, not at all, still open. Its success rate is (in time + half of late or in part)
 * over all that are decided; a refusal with a reason counts as decided and not against it in trust,
 * but it did not bring what was asked.
 */
#include "service/requests_board.h"

#include "base/limits.h"

#include <stdlib.h>

enum { HOUR_MS = 3600 * 1000, STATES = 12 };

static const char *const states[STATES] = {
    "draft",    "submitted", "validated", "sourcing", "offered",   "accepted",
    "deployed", "released",  "settled",   "declined", "cancelled", "expired",
};

struct item {
    struct slice id;
    uint32_t label;
    const struct json *body;
    int state;
    bool out;
    struct slice origin; /* of a partner's request; empty: ours */
    struct slice other;
    int64_t submitted_ms, answered_ms, due_ms; /* INT64_MAX: not stated, or later than asked */
};

struct board {
    struct render *render;
    struct arena *arena;
    struct slice of;
    int64_t as_of_ms;
    struct item *items;
    size_t count, capacity;
};

static int64_t moment(const struct json *body, const char *name, bool last)
{
    struct when w;
    if (!when_parse(json_get_text(body, name), &w))
        return INT64_MAX;
    return last ? when_last_ms(w) : when_first_ms(w);
}

static int state_of(const struct json *body)
{
    struct slice word = json_get_text(body, "state");
    for (int i = 0; i < STATES; i++)
        if (slice_is(word, states[i]))
            return i;
    return 0;
}

static int grow(struct board *b)
{
    if (b->count < b->capacity)
        return 0;
    if (b->count >= LIMIT_BOARD)
        return EN_TOO_LARGE;
    size_t wider = b->capacity ? b->capacity * 2 : 64;
    struct item *moved = arena_array_of(b->arena, struct item, wider);
    if (!moved)
        return EN_NO_MEMORY;
    if (b->count)
        memcpy(moved, b->items, b->count * sizeof *moved);
    b->items = moved;
    b->capacity = wider;
    return 0;
}

/* Empty for our own. */
static struct slice foreign_origin(struct board *b, struct slice origin)
{
    char own[UUID_TEXT + 1];
    uuid_format(snapshot_instance(b->render->snapshot), own);
    return slice_is(origin, own) ? S("") : arena_copy(b->arena, origin);
}

/* The columns: id, label, body, whether it is this actor who asks, origin. */
static int take(void *context, const struct slice *c)
{
    struct board *b = context;
    struct json *body = NULL;
    int64_t label = 0;
    int code = grow(b);
    if (code < 0)
        return code;
    struct slice id = arena_copy(b->arena, c[0]), text = arena_copy(b->arena, c[2]);
    if (!id.ptr || !text.ptr || !slice_to_int64(c[1], &label) ||
        json_parse(b->arena, text, NULL, &body) < 0)
        return EN_NO_MEMORY;
    struct item x = { .id = id, .label = (uint32_t)label, .body = body, .state = state_of(body) };
    x.out = slice_is(c[3], "1");
    x.origin = foreign_origin(b, c[4]);
    x.other = json_get_text(body, x.out ? "to" : "from");
    x.submitted_ms = moment(body, "submitted_on", false);
    x.answered_ms = moment(body, "answered_on", false);
    x.due_ms = moment(body, "response_due", true);
    if (x.submitted_ms != INT64_MAX && x.submitted_ms > b->as_of_ms)
        return 0;
    if (x.answered_ms > b->as_of_ms)
        x.answered_ms = INT64_MAX;
    b->items[b->count++] = x;
    return 0;
}

/* Both ends must be readable: a request of somebody hidden is none. A partner has a record of its
 * own for this actor: it is known by an annotation, or by an external id that both bear. */
static int read_items(struct board *b, struct error *err)
{
    static const char sql[] =
        "WITH self_v(id) AS (SELECT ?1 UNION SELECT iif(k.about = ?1, k.same_as, k.about)"
        " FROM annotations_v k JOIN record_v r ON r.num = k.num WHERE r.retracted = 0"
        " AND (k.about = ?1 OR k.same_as = ?1) UNION SELECT o.id FROM record_v x JOIN item_v i"
        " ON i.num = x.num AND i.field = 'external_ids' CROSS JOIN item_v j"
        " ON j.field = 'external_ids' AND j.value = i.value JOIN record_v o ON o.num = j.num"
        " AND o.kind = 'actor' WHERE x.id = ?1)"
        " SELECT r.id, r.label, r.body, k.\"from\" IN (SELECT id FROM self_v), r.origin"
        " FROM requests_v k JOIN record_v r ON r.num = k.num"
        " JOIN record_v f ON f.id = k.\"from\" JOIN record_v t ON t.id = k.\"to\""
        " WHERE (k.\"from\" IN (SELECT id FROM self_v) OR k.\"to\" IN (SELECT id FROM self_v))"
        " AND r.retracted = 0 AND f.retracted = 0 AND t.retracted = 0 ORDER BY r.id";
    int code = b->of.len ? snapshot_query(b->render->snapshot, sql, &b->of, 1, err, take, b) : 0;
    if (code == EN_TOO_LARGE)
        return error_set(err, code, "more than %d requests", LIMIT_BOARD);
    for (size_t i = 0; code == 0 && i < b->count; i++)
        snapshot_mark_number(b->render->snapshot, b->items[i].label);
    return code < 0 ? error_set(err, code, "the requests cannot be read") : 0;
}

/* ---- columns ---- */

static void write_text(struct json_writer *out, const char *name, const struct json *body)
{
    struct slice text = json_get_text(body, name);
    if (text.len)
        jw_key_text(out, name, text);
}

static void write_actor(struct render *r, const char *name, const struct json *body)
{
    struct slice id = json_get_text(body, name);
    if (refs_add(r->refs, id))
        jw_key_text(r->out, name, id);
}

static int64_t hours(int64_t ms)
{
    return ms >= 0 ? ms / HOUR_MS : -((-ms + HOUR_MS - 1) / HOUR_MS);
}

static void write_item(struct board *b, const struct item *x)
{
    struct render *r = b->render;
    struct json_writer *out = r->out;
    jw_object(out);
    if (refs_add(r->refs, x->id))
        jw_key_text(out, "request", x->id);
    jw_key_text(out, "title", json_get_text(x->body, "text"));
    write_actor(r, "from", x->body);
    write_actor(r, "to", x->body);
    jw_key_cstr(out, "direction", x->out ? "out" : "in");
    write_actor(r, "need", x->body);
    write_text(out, "response_due", x->body);
    if (x->due_ms != INT64_MAX && x->answered_ms == INT64_MAX && x->state >= 1 && x->state <= 3)
        jw_key_int(out, "hours_left", hours(x->due_ms - b->as_of_ms));
    write_text(out, "answer", x->body);
    write_text(out, "stakes", x->body);
    render_origin(r, x->origin);
    jw_object_end(out);
}

static int compare_items(const void *x, const void *y)
{
    const struct item *a = x, *b = y;
    if (a->state != b->state)
        return a->state < b->state ? -1 : 1;
    if (a->due_ms != b->due_ms)
        return a->due_ms < b->due_ms ? -1 : 1;
    return slice_compare(a->id, b->id);
}

static void write_columns(struct board *b)
{
    struct json_writer *out = b->render->out;
    jw_key(out, "columns");
    jw_array(out);
    for (int state = 0; state < STATES; state++) {
        jw_object(out);
        jw_key_cstr(out, "state", states[state]);
        jw_key(out, "items");
        jw_array(out);
        for (size_t i = 0; i < b->count; i++)
            if (b->items[i].state == state)
                write_item(b, &b->items[i]);
        jw_array_end(out);
        jw_object_end(out);
    }
    jw_array_end(out);
}

/* ---- partners ---- */

struct record_of {
    int asked, in_time, part, late, declined, ignored, open;
    int64_t *hours;
    size_t hour_count;
};

static void count_item(const struct item *x, struct record_of *t)
{
    struct slice answer = json_get_text(x->body, "answer");
    bool answered = x->answered_ms != INT64_MAX;
    t->asked++;
    if (answered && x->submitted_ms != INT64_MAX && x->answered_ms >= x->submitted_ms)
        t->hours[t->hour_count++] = (x->answered_ms - x->submitted_ms) / HOUR_MS;
    if (answered && slice_is(answer, "full"))
        *(x->answered_ms > x->due_ms ? &t->late : &t->in_time) += 1;
    else if (answered && slice_is(answer, "part"))
        t->part++;
    else if (slice_is(answer, "declined") && json_get_text(x->body, "reason").len)
        t->declined++;
    else if (slice_is(answer, "declined") || (slice_is(answer, "none") && x->state == 11))
        t->ignored++;
    else
        t->open++;
}

static int compare_hours(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

static void write_partner(struct board *b, struct slice actor, struct record_of *t)
{
    struct json_writer *out = b->render->out;
    int decided = t->asked - t->open;
    jw_object(out);
    if (refs_add(b->render->refs, actor))
        jw_key_text(out, "actor", actor);
    jw_key_int(out, "asked", t->asked);
    jw_key_int(out, "answered_in_time", t->in_time);
    jw_key_int(out, "answered_late", t->late);
    jw_key_int(out, "part", t->part);
    jw_key_int(out, "declined", t->declined);
    jw_key_int(out, "ignored", t->ignored);
    jw_key_int(out, "open", t->open);
    if (t->hour_count > 0) {
        qsort(t->hours, t->hour_count, sizeof *t->hours, compare_hours);
        int64_t low = t->hours[(t->hour_count - 1) / 2], high = t->hours[t->hour_count / 2];
        jw_key_fixed(out, "median_answer_hours", (double)(low + high) / 2, 1);
    }
    if (decided > 0)
        jw_key_fixed(out, "success_rate", (t->in_time + 0.5 * (t->part + t->late)) / decided, 3);
    jw_object_end(out);
}

static int compare_partners(const void *x, const void *y)
{
    const struct item *a = x, *b = y;
    int by_actor = slice_compare(a->other, b->other);
    return by_actor ? by_actor : slice_compare(a->id, b->id);
}

/* Of the requests that went out, but for drafts and what was taken back. */
static bool counts(const struct item *x)
{
    return x->out && !x->origin.len && x->submitted_ms != INT64_MAX && x->state != 0 &&
           x->state != 10;
}

static int write_partners(struct board *b, struct error *err)
{
    int64_t *space = arena_array_of(b->arena, int64_t, b->count + 1);
    if (!space)
        return error_set(err, EN_NO_MEMORY, "requests");
    if (b->count > 1)
        qsort(b->items, b->count, sizeof *b->items, compare_partners);
    jw_key(b->render->out, "partners");
    jw_array(b->render->out);
    for (size_t i = 0; i < b->count;) {
        struct slice actor = b->items[i].other;
        struct record_of t = { .hours = space };
        for (; i < b->count && slice_eq(b->items[i].other, actor); i++)
            if (counts(&b->items[i]))
                count_item(&b->items[i], &t);
        if (t.asked > 0)
            write_partner(b, actor, &t);
    }
    jw_array_end(b->render->out);
    return 0;
}

int requests_board_write(struct slice of, int64_t as_of_ms, struct render *r, struct error *err)
{
    struct board b = {
        .render = r, .arena = snapshot_arena(r->snapshot), .of = of, .as_of_ms = as_of_ms
    };
    int code = read_items(&b, err);
    if (code < 0)
        return code;
    if (b.count > 1)
        qsort(b.items, b.count, sizeof *b.items, compare_items);
    write_columns(&b);
    return write_partners(&b, err);
}
