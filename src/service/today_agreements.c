/* Today, of agreements: see today_agreements.h. */
#include "service/today_agreements.h"

#include "service/bodies.h"
#include "service/calendar.h"

#include <stdlib.h>

enum { BACK_DAYS = 731, SOON_DAYS = 14, NOTICE_DAYS = 90, EACH_MAX = 50 };

struct moment {
    int64_t as_of_ms, today; /* the day's beginning */
};

typedef bool (*wanted)(const struct calendar_item *i, const struct moment *m);

static bool is_overdue(const struct calendar_item *i, const struct moment *m)
{
    (void)m;
    return i->what == CALENDAR_OBLIGATION && strcmp(i->state, "overdue") == 0;
}

static bool is_due_soon(const struct calendar_item *i, const struct moment *m)
{
    bool open = strcmp(i->state, "due") == 0 || strcmp(i->state, "upcoming") == 0;
    return i->what == CALENDAR_OBLIGATION && open && i->day <= m->today + SOON_DAYS * DAY_MS;
}

/* The last day for notice, and the end of what does not renew. */
static bool is_notice(const struct calendar_item *i, const struct moment *m)
{
    return (i->what == CALENDAR_NOTICE || i->what == CALENDAR_EXPIRES) && i->day >= m->today;
}

static int write_items(const char *name, const struct calendar *c, wanted want,
                       const struct moment *m, struct render *r, struct error *err)
{
    size_t shown = 0;
    int code = 0;
    jw_key(r->out, name);
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < c->count && shown < EACH_MAX; i++) {
        if (!want(&c->items[i], m))
            continue;
        shown++;
        code = calendar_write_item(&c->items[i], m->as_of_ms, r, err);
    }
    jw_array_end(r->out);
    return code;
}

/* ---- requests ---- */

struct waiting {
    const struct body *body;
    int64_t due; /* day; DAY_NEVER: none is stated */
};

static int compare_waiting(const void *x, const void *y)
{
    const struct waiting *a = x, *b = y;
    if (a->due != b->due)
        return a->due < b->due ? -1 : 1;
    return slice_compare(a->body->id, b->body->id);
}

static int write_request(const struct waiting *w, struct slice home, const struct moment *m,
                         struct render *r, struct error *err)
{
    const struct json *body = w->body->json;
    struct slice from = json_get_text(body, "from"), to = json_get_text(body, "to");
    struct json_writer *out = r->out;
    struct row row;
    int code = snapshot_get(r->snapshot, NULL, w->body->id, err, &row);
    if (code < 0)
        return code;
    jw_object(out);
    jw_key_text(out, "record", w->body->id);
    render_titles(r->snapshot, &row, out);
    render_origin(r, row.origin);
    if (refs_add(r->refs, from))
        jw_key_text(out, "from", from);
    if (refs_add(r->refs, to))
        jw_key_text(out, "to", to);
    jw_key_text(out, "state", json_get_text(body, "state"));
    jw_key_cstr(out, "direction", slice_eq(to, home) ? "in" : "out");
    if (json_get_text(body, "stakes").len)
        jw_key_text(out, "stakes", json_get_text(body, "stakes"));
    if (w->due != DAY_NEVER) {
        jw_key_text(out, "response_due", json_get_text(body, "response_due"));
        jw_key_int(out, "days", (w->due - m->today) / DAY_MS);
    }
    jw_object_end(out);
    return 0;
}

static int write_requests(struct slice home, const struct moment *m, struct render *r,
                          struct error *err)
{
    static const char sql[] =
        "SELECT r.id, r.label, r.body FROM requests_v k JOIN record_v r ON r.num = k.num"
        " WHERE k.state IN ('submitted', 'validated', 'sourcing')"
        " AND (k.\"from\" = ?1 OR k.\"to\" = ?1) ORDER BY r.id";
    struct bodies all = { 0 };
    int code = home.len ? bodies_read(r->snapshot, sql, &home, 1, err, &all) : 0;
    struct waiting *list =
        arena_array_of(snapshot_arena(r->snapshot), struct waiting, all.count + 1);
    if (code == 0 && !list)
        code = error_set(err, EN_NO_MEMORY, "today");
    for (size_t i = 0; code == 0 && i < all.count; i++) {
        struct when due;
        bool dated = when_parse(json_get_text(all.items[i].json, "response_due"), &due);
        int64_t last = dated ? when_last_ms(due) : 0;
        list[i] = (struct waiting){ &all.items[i], dated ? last - last % DAY_MS : DAY_NEVER };
    }
    if (code == 0 && all.count > 1)
        qsort(list, all.count, sizeof *list, compare_waiting);
    jw_key(r->out, "requests_waiting");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < all.count && i < EACH_MAX; i++)
        code = write_request(&list[i], home, m, r, err);
    jw_array_end(r->out);
    return code;
}

int today_write_agreements(struct snapshot *s, struct slice home, int64_t as_of, struct render *r,
                           struct error *err)
{
    int64_t now = as_of * 1000;
    struct moment m = { now, now - (now % DAY_MS + DAY_MS) % DAY_MS };
    struct calendar_query q = { .of = home,
                                .from = m.today - BACK_DAYS * DAY_MS,
                                .until = m.today + (NOTICE_DAYS + 1) * DAY_MS - 1,
                                .as_of_ms = now,
                                .what = 1u << CALENDAR_OBLIGATION | 1u << CALENDAR_NOTICE |
                                        1u << CALENDAR_EXPIRES };
    struct calendar c = { 0 };
    int code = home.len ? calendar_make(s, &q, err, &c) : 0;
    if (code == 0)
        code = write_items("obligations_overdue", &c, is_overdue, &m, r, err);
    if (code == 0)
        code = write_items("obligations_due_soon", &c, is_due_soon, &m, r, err);
    if (code == 0)
        code = write_items("agreement_notices", &c, is_notice, &m, r, err);
    return code < 0 ? code : write_requests(home, &m, r, err);
}
