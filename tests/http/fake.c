/*
 * The stand-in for ops and service; see fake.h. It implements exactly the functions of ops.h and
 * node.h that the door calls.
 */
#include "fake.h"

#include "base/limits.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum { USERS = 5, CHANGES_MAX = 1000 };

struct node {
    pthread_mutex_t lock;
    bool removed[USERS + 1];
    uint8_t standing[USERS + 1];
    struct {
        char id[UUID_TEXT + 1];
        bool hidden;
    } changes[CHANGES_MAX];
    int64_t count;
    _Atomic int runs;
    _Atomic int attention;
};

static const struct {
    const char *name, *token;
    enum role role;
    unsigned permissions;
    bool french;
} users[USERS + 1] = {
    { "" },
    { "reader", "ent_reader", ROLE_READER, PERMIT_SELF | PERMIT_READ, false },
    { "contributor", "ent_contributor", ROLE_CONTRIBUTOR, PERMIT_SELF | PERMIT_READ | PERMIT_WRITE,
      false },
    { "steward", "ent_steward", ROLE_STEWARD,
      PERMIT_SELF | PERMIT_READ | PERMIT_WRITE | PERMIT_STEWARD, false },
    { "administrator", "ent_administrator", ROLE_ADMINISTRATOR,
      PERMIT_SELF | PERMIT_READ | PERMIT_WRITE | PERMIT_STEWARD | PERMIT_ADMIN, false },
    { "lectrice", "ent_lectrice", ROLE_READER, PERMIT_SELF | PERMIT_READ, true },
};

struct uuid fake_user(unsigned number)
{
    return (struct uuid){ .bytes = { [15] = (uint8_t)number } };
}

struct node *fake_node_new(void)
{
    struct node *n = calloc(1, sizeof(*n));
    if (n) {
        pthread_mutex_init(&n->lock, NULL);
    }
    return n;
}

void fake_node_free(struct node *n)
{
    pthread_mutex_destroy(&n->lock);
    free(n);
}

void fake_user_remove(struct node *n, unsigned number)
{
    pthread_mutex_lock(&n->lock);
    n->removed[number] = true;
    pthread_mutex_unlock(&n->lock);
}

void fake_user_change(struct node *n, unsigned number)
{
    pthread_mutex_lock(&n->lock);
    n->standing[number]++;
    pthread_mutex_unlock(&n->lock);
}

void fake_change(struct node *n, const char *id, bool hidden)
{
    pthread_mutex_lock(&n->lock);
    memcpy(n->changes[n->count].id, id, strnlen(id, UUID_TEXT));
    n->changes[n->count].hidden = hidden;
    n->count++;
    pthread_mutex_unlock(&n->lock);
}

int fake_runs(struct node *n)
{
    return atomic_load(&n->runs);
}

/* ---- node.h ---- */

static int viewer_of(struct node *n, struct arena *a, unsigned number, bool is_token,
                     struct error *err, const struct viewer **ret)
{
    const unsigned row = number <= USERS ? number : 1; /* further ones are all readers */
    pthread_mutex_lock(&n->lock);
    bool removed = n->removed[row];
    uint8_t standing = n->standing[row];
    pthread_mutex_unlock(&n->lock);
    struct viewer *v = removed ? NULL : arena_new_of(a, struct viewer);
    if (!v) {
        return error_set(err, EN_UNAUTHENTICATED, "no such user");
    }
    *v = (struct viewer){ .user = fake_user(number),
                          .username = slice_of(users[row].name),
                          .role = users[row].role,
                          .permissions = users[row].permissions,
                          .french = users[row].french,
                          .is_token = is_token,
                          .standing = { standing } };
    *ret = v;
    return 0;
}

int access_login(struct node *n, struct arena *a, struct slice username, struct slice password,
                 int64_t now_ms, struct error *err, const struct viewer **ret)
{
    (void)now_ms;
    for (unsigned i = 1; i <= USERS; i++) {
        if (slice_is(username, users[i].name) && slice_is(password, "correct horse")) {
            return viewer_of(n, a, i, false, err, ret);
        }
    }
    return error_set(err, EN_UNAUTHENTICATED, "wrong name or password");
}

int access_user(struct node *n, struct arena *a, struct uuid user, int64_t now_ms,
                struct error *err, const struct viewer **ret)
{
    (void)now_ms;
    return viewer_of(n, a, user.bytes[15], false, err, ret);
}

int access_token(struct node *n, struct arena *a, struct slice token, int64_t now_ms,
                 struct error *err, const struct viewer **ret)
{
    (void)now_ms;
    for (unsigned i = 1; i <= USERS; i++) {
        if (slice_is(token, users[i].token)) {
            return viewer_of(n, a, i, true, err, ret);
        }
    }
    int64_t number = 0;
    if (slice_starts(token, S("ent_n")) &&
        slice_to_int64(slice_make(token.ptr + 5, token.len - 5), &number) && number < 256) {
        return viewer_of(n, a, (unsigned)number, true, err, ret);
    }
    return error_set(err, EN_UNAUTHENTICATED, "unknown token");
}

const struct config *node_config(const struct node *n)
{
    (void)n;
    return NULL; /* no identity provider: tests/oidc has a real one */
}

int access_vouched(struct node *n, struct arena *a, const struct vouched *who, int64_t now_ms,
                   enum identity_reason *ret_reason, struct error *err, struct slice *ret_rule,
                   const struct viewer **ret)
{
    (void)n, (void)a, (void)who, (void)now_ms, (void)ret_rule, (void)ret;
    *ret_reason = IDENTITY_NO_RULE;
    return error_set(err, EN_FORBIDDEN, "nobody is vouched for here");
}

int64_t node_moment_of(struct node *n, const struct viewer *v, struct slice event_id)
{
    return node_seq_of(n, v, event_id) > 0 && slice_starts(event_id, S("old")) ? 1 : 0;
}

/* ---- attention: one relationship, in the state set; on the first day of all it was fine ---- */

struct watch {
    int state;
};

void fake_attention(struct node *n, int state)
{
    atomic_store(&n->attention, state);
}

int node_watch(struct node *n, const struct viewer *v, struct arena *a, int64_t now_ms, int64_t day,
               struct error *err, struct watch **watch, struct attention_change **ret,
               size_t *ret_count)
{
    static const char *const words[] = { "later", "soon", "below" };
    (void)v;
    (void)now_ms;
    struct watch *now = malloc(sizeof *now);
    struct attention_change *one = arena_new_of(a, struct attention_change);
    if (!now || !one) {
        free(now);
        return error_set(err, EN_NO_MEMORY, "no memory");
    }
    now->state = day == 0 ? 0 : atomic_load(&n->attention);
    *one = (struct attention_change){ .relationship = "tie",
                                      .trust = words[now->state],
                                      .contact = "due" };
    *ret = one;
    *ret_count = *watch && (*watch)->state != now->state;
    watch_free(*watch);
    *watch = now;
    return 0;
}

void watch_free(struct watch *w)
{
    free(w);
}

int node_refresh(struct node *n, struct error *err)
{
    (void)n;
    (void)err;
    return 0;
}

const struct kinds *node_kinds(const struct node *n)
{
    (void)n;
    return NULL;
}

int64_t node_wait(struct node *n, int64_t after, int timeout_ms)
{
    for (;;) {
        pthread_mutex_lock(&n->lock);
        int64_t count = n->count;
        pthread_mutex_unlock(&n->lock);
        if (count > after || timeout_ms <= 0) {
            return count;
        }
        const struct timespec pause = { .tv_nsec = 1000000 };
        nanosleep(&pause, NULL);
        timeout_ms--;
    }
}

int64_t node_seq_of(struct node *n, const struct viewer *v, struct slice event_id)
{
    (void)v;
    int64_t found = 0;
    pthread_mutex_lock(&n->lock);
    for (int64_t i = 0; i < n->count; i++) {
        found = slice_is(event_id, n->changes[i].id) ? i + 1 : found;
    }
    pthread_mutex_unlock(&n->lock);
    return found;
}

int node_changes(struct node *n, const struct viewer *v, struct arena *a, int64_t after, size_t max,
                 struct error *err, struct change **ret, size_t *ret_count, int64_t *ret_last)
{
    (void)v;
    struct change *changes = arena_array_of(a, struct change, max);
    if (!changes) {
        return error_set(err, EN_NO_MEMORY, "no memory");
    }
    size_t count = 0;
    pthread_mutex_lock(&n->lock);
    int64_t at = after;
    for (; at < n->count && count < max; at++) {
        if (!n->changes[at].hidden) {
            struct slice id = arena_copy(a, slice_of(n->changes[at].id));
            changes[count++] = (struct change){ .event_id = id,
                                                .kind = S("actor"),
                                                .id = id,
                                                .version = 1,
                                                .operation = "put",
                                                .seq = at + 1 };
        }
    }
    pthread_mutex_unlock(&n->lock);
    *ret = changes;
    *ret_count = count;
    *ret_last = at;
    return 0;
}

/* ---- ops.h ---- */

static int show_me(struct call *c)
{
    struct json_writer w;
    jw_init(&w, c->out);
    jw_object(&w);
    jw_key_text(&w, "name", c->viewer->username);
    jw_object_end(&w);
    return 0;
}

/* Shows what it was called with. */
static int echo(struct call *c)
{
    struct json_writer w;
    jw_init(&w, c->out);
    jw_object(&w);
    jw_key(&w, "parameters");
    jw_json(&w, c->parameters);
    if (c->body) {
        jw_key(&w, "body");
        jw_json(&w, c->body);
    }
    jw_key_int(&w, "raw", (int64_t)c->raw.len);
    jw_key_text(&w, "if_match", c->if_match);
    jw_key_text(&w, "idempotency_key", c->idempotency_key);
    jw_key_bool(&w, "french", c->french);
    jw_key_text(&w, "next", S("c+1"));
    jw_object_end(&w);
    c->etag = S("v7");
    c->location = S("/api/v1/things/1");
    c->marking_en = S("UNCLASSIFIED // 100%");
    c->marking_fr = S("NON CLASSIFIÉ");
    return 0;
}

static int big(struct call *c)
{
    buf_add_cstr(c->out, "{\"text\":\"");
    for (int i = 0; i < 5000; i++) {
        buf_add_cstr(c->out, "0123456789");
    }
    buf_add_cstr(c->out, "\"}");
    return 0;
}

static int fail(struct call *c)
{
    int64_t code = 0;
    slice_to_int64(json_get_text(c->parameters, "code"), &code);
    if (code == EN_INVALID) {
        return error_field(c->err, S("/name_en"), REASON_TOO_LONG, "300");
    }
    return error_set(c->err, (int)code, "the inner words");
}

static int overflow(struct call *c)
{
    while (!buf_failed(c->out)) {
        buf_add(c->out, S("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"));
    }
    return 0;
}

static const struct operation items[] = {
    { "me", "GET", "/api/v1/me", PERMIT_SELF, OP_READ, .handle = show_me },
    { "thing.list", "GET", "/api/v1/things", PERMIT_READ, OP_READ | OP_PAGED, .handle = echo },
    { "thing.create", "POST", "/api/v1/things", PERMIT_WRITE, OP_WRITE | OP_CREATED,
      .handle = echo },
    { "thing.change", "PATCH", "/api/v1/things/{id}", PERMIT_WRITE, OP_WRITE | OP_IF_MATCH,
      .handle = echo },
    { "thing.get", "GET", "/api/v1/things/{id}", PERMIT_READ, OP_READ, .handle = echo },
    { "thing.import", "POST", "/api/v1/things/import", PERMIT_STEWARD, OP_WRITE | OP_RAW_BODY,
      .handle = echo },
    { "thing.csv", "GET", "/api/v1/things.csv", PERMIT_READ, OP_READ, .media = "text/csv",
      .handle = big },
    { "thing.drop", "POST", "/api/v1/things/drop", PERMIT_WRITE, OP_WRITE | OP_EMPTY,
      .handle = echo },
    { "password", "POST", "/api/v1/password", PERMIT_SELF, OP_WRITE | OP_EMPTY, .handle = echo },
    { "big", "GET", "/api/v1/big", PERMIT_NONE, OP_READ, .handle = big },
    { "fail", "GET", "/api/v1/fail", PERMIT_NONE, OP_READ, .handle = fail },
    { "overflow", "GET", "/api/v1/overflow", PERMIT_NONE, OP_READ, .handle = overflow },
};
static const struct operations table = { items, sizeof(items) / sizeof(items[0]) };

const struct operations *fake_operations(void)
{
    return &table;
}

const struct operation *operations_find(const struct operations *all, struct slice name)
{
    for (size_t i = 0; i < all->count; i++) {
        if (slice_is(name, all->items[i].name)) {
            return &all->items[i];
        }
    }
    return NULL;
}

/* Exact paths, then "{id}" as the one segment after the prefix. */
static bool matches(struct slice pattern, struct slice path, struct slice *ret_id)
{
    struct slice tail = S("{id}");
    *ret_id = (struct slice){ 0 };
    if (slice_eq(pattern, path)) {
        return true;
    }
    if (pattern.len < tail.len ||
        !slice_eq(slice_make(pattern.ptr + pattern.len - tail.len, tail.len), tail)) {
        return false;
    }
    struct slice prefix = slice_make(pattern.ptr, pattern.len - tail.len);
    if (!slice_starts(path, prefix) || path.len == prefix.len) {
        return false;
    }
    *ret_id = slice_make(path.ptr + prefix.len, path.len - prefix.len);
    return memchr(ret_id->ptr, '/', ret_id->len) == NULL;
}

int operations_route(const struct operations *all, struct arena *a, struct slice method,
                     struct slice path, const struct operation **ret, struct json **ret_parameters,
                     struct slice *ret_allow)
{
    struct slice allow = { 0 };
    for (size_t i = 0; i < all->count; i++) {
        const struct operation *op = &all->items[i];
        struct slice id;
        if (!matches(slice_of(op->path), path, &id)) {
            continue;
        }
        if (slice_is(method, op->method)) {
            *ret = op;
            *ret_parameters = json_new_object(a);
            return id.len == 0 ? 0
                               : json_object_set(a, *ret_parameters, S("id"), json_new_text(a, id));
        }
        allow = allow.len == 0 ? arena_printf(a, "%s", op->method)
                               : arena_printf(a, SLICE_FMT ", %s", SLICE_ARG(allow), op->method);
    }
    *ret_allow = allow;
    return allow.len > 0 ? EN_UNSUPPORTED : EN_NOT_FOUND;
}

int ops_run(struct call *c)
{
    unsigned needed = c->operation->permission;
    if (needed != PERMIT_NONE && !c->viewer) {
        return error_set(c->err, EN_UNAUTHENTICATED, "sign in");
    }
    if (needed != PERMIT_NONE && !(c->viewer->permissions & needed)) {
        return error_set(c->err, EN_FORBIDDEN, "not with this role");
    }
    atomic_fetch_add(&c->node->runs, 1);
    return c->operation->handle(c);
}

/* No signature here: what it would be of. */
int ops_bind(struct call *c, struct slice uri, struct slice media, struct slice bytes,
             struct buf *out)
{
    (void)c;
    buf_printf(out, SLICE_FMT " " SLICE_FMT " %zu", SLICE_ARG(uri), SLICE_ARG(media), bytes.len);
    return 0;
}

void ops_openapi(const struct operations *all, const struct kinds *kinds, struct arena *a,
                 struct buf *out)
{
    (void)kinds;
    (void)a;
    buf_add_cstr(out, "{\"openapi\":\"3.1.0\",\"paths\":{");
    for (size_t i = 0; i < all->count; i++) {
        buf_printf(out, "%s\"%s %s\":{}", i ? "," : "", all->items[i].method, all->items[i].path);
    }
    buf_add_cstr(out, "}}");
}
