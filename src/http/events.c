/*
 * The event stream and its follower thread; see events.h.
 *
 * A reader with nothing to send suspends its connection; the follower fills the stream's buffer and
 * resumes it. Attention is looked at when a stream is opened, when a change was sent on it, and
 * when the day ends; of a few streams a round, since a look costs more than a change. The follower
 * works on a stream without holding the lock (`busy`), because it asks the node; a reader that
 * closes meanwhile leaves the stream to the follower (`closed`).
 */
#include "http/events.h"

#include "http/auth.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    TICK_MS = 500,
    CHECK_MS = 5000, /* a quiet stream's session is looked at this often */
    HEARTBEAT_MS = 15000,
    CHANGES_AT_ONCE = 100,
    LOOKS_AT_ONCE = 4,        /* in one round: a look costs more than a change */
    LOOK_MS = 1000,           /* a stream's attention is not looked at more often */
    PENDING_FULL = 64 * 1024, /* then the reader must take some first */
    PENDING_MAX = 1024 * 1024,
    STREAM_ARENA = 16 * 1024 * 1024,
    BLOCK = 4096,
};
#define DAY_MS INT64_C(86400000)

struct stream {
    struct streams *all;
    struct MHD_Connection *connection;
    char *session; /* one of the two */
    char *bearer;
    struct uuid user;
    uint64_t number; /* in the order of opening */
    int64_t after;   /* seq of the last change looked at */
    struct buf pending;
    size_t taken;       /* bytes of pending already sent */
    int64_t written_us; /* steady clock */
    int64_t checked_us;
    struct watch *watch; /* the last look at attention, or NULL */
    int64_t watch_day;
    int64_t looked_us;
    bool look; /* something was sent since the last look */
    bool suspended;
    bool ended;  /* nothing more will come */
    bool busy;   /* the follower works on it */
    bool closed; /* the reader is gone */
};

struct streams {
    struct http_server *server;
    pthread_mutex_t lock;
    pthread_cond_t let_go;
    pthread_t follower;
    struct stream *slots[LIMIT_STREAMS];
    size_t count;
    uint64_t opened;
    bool ending;
};

static void stream_free(struct stream *one)
{
    buf_done(&one->pending);
    watch_free(one->watch);
    free(one->session);
    free(one->bearer);
    free(one);
}

/* Under the lock. */
static void forget(struct streams *all, struct stream *one)
{
    for (size_t i = 0; i < LIMIT_STREAMS; i++) {
        if (all->slots[i] == one) {
            all->slots[i] = NULL;
            all->count--;
            pthread_cond_broadcast(&all->let_go);
        }
    }
}

void events_abandon(struct stream *one)
{
    struct streams *all = one->all;
    pthread_mutex_lock(&all->lock);
    bool busy = one->busy;
    one->closed = true;
    if (!busy) {
        forget(all, one);
    }
    pthread_mutex_unlock(&all->lock);
    if (!busy) {
        stream_free(one);
    }
}

static void on_closed(void *context)
{
    events_abandon(context);
}

/* Called by the library when the socket can take more. */
static ssize_t on_read(void *context, uint64_t position, char *out, size_t max)
{
    (void)position;
    struct stream *one = context;
    ssize_t count = 0;
    pthread_mutex_lock(&one->all->lock);
    size_t left = one->pending.len - one->taken;
    if (left > 0) {
        size_t n = left < max ? left : max;
        memcpy(out, one->pending.ptr + one->taken, n);
        one->taken += n;
        count = (ssize_t)n;
        if (one->taken == one->pending.len) {
            buf_clear(&one->pending);
            one->taken = 0;
        }
    } else if (one->ended) {
        count = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        one->suspended = true;
        MHD_suspend_connection(one->connection);
    }
    pthread_mutex_unlock(&one->all->lock);
    return count;
}

struct MHD_Response *events_response(struct request *r)
{
    struct stream *one = r->answer.stream;
    r->answer.stream = NULL;
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, on_read, one, on_closed);
    if (!response) {
        events_abandon(one);
    }
    return response;
}

static char *copy(struct slice s)
{
    char *text = s.len > 0 ? malloc(s.len + 1) : NULL;
    if (text) {
        memcpy(text, s.ptr, s.len);
        text[s.len] = '\0';
    }
    return text;
}

/* Where to begin: after the event the client saw last, or with what comes next. */
static int64_t position_of(struct request *r)
{
    struct node *node = r->server->options.node;
    struct slice last = r->headers.last_event_id;
    int64_t seq = last.len > 0 && last.len <= UUID_TEXT ? node_seq_of(node, r->viewer, last) : 0;
    return seq > 0 ? seq : node_wait(node, /* after= */ 0, /* timeout_ms= */ 0);
}

static int64_t day_of(int64_t ms)
{
    return ms / DAY_MS;
}

/* The first look. Of a reader who comes back it is as of the day of the event seen last, and the
 * next look tells what the days have changed; evidence of later days is not in it either. */
static bool first_look(struct request *r, struct stream *one)
{
    struct node *node = r->server->options.node;
    struct slice last = r->headers.last_event_id;
    int64_t now = when_clock_ms();
    int64_t seen =
        last.len > 0 && last.len <= UUID_TEXT ? node_moment_of(node, r->viewer, last) : 0;
    struct attention_change *changes = NULL;
    size_t count = 0;
    one->look = seen > 0;
    one->watch_day = day_of(seen > 0 && seen < now ? seen : now);
    return node_watch(node, r->viewer, r->arena, now, one->watch_day, &r->err, &one->watch,
                      &changes, &count) == 0;
}

static struct stream *stream_new(struct request *r)
{
    struct stream *one = calloc(1, sizeof(*one));
    if (!one) {
        return NULL;
    }
    one->all = r->server->streams;
    one->connection = r->connection;
    one->session = copy(r->session);
    one->bearer = copy(r->bearer);
    one->user = r->viewer->user;
    one->after = position_of(r);
    one->written_us = one->checked_us = door_clock_us();
    buf_init(&one->pending, PENDING_MAX);
    buf_add_cstr(&one->pending, "retry: 3000\n\n"); /* so that the head goes out at once */
    if (buf_failed(&one->pending) || (!one->session && !one->bearer) || !first_look(r, one)) {
        stream_free(one);
        return NULL;
    }
    return one;
}

/* Under the lock: nothing more will come; the reader is told. */
static void end(struct stream *one)
{
    one->ended = true;
    if (one->suspended) {
        one->suspended = false;
        MHD_resume_connection(one->connection);
    }
}

/* Under the lock. */
static void end_oldest_of(struct streams *all, struct uuid user)
{
    struct stream *oldest = NULL;
    size_t own = 0;
    for (size_t i = 0; i < LIMIT_STREAMS; i++) {
        struct stream *one = all->slots[i];
        if (one && !one->ended && uuid_eq(one->user, user)) {
            own++;
            oldest = !oldest || one->number < oldest->number ? one : oldest;
        }
    }
    if (own >= STREAMS_PER_USER) {
        end(oldest);
    }
}

static bool admit(struct streams *all, struct stream *one)
{
    bool admitted = false;
    pthread_mutex_lock(&all->lock);
    one->number = all->opened++;
    end_oldest_of(all, one->user);
    for (size_t i = 0; i < LIMIT_STREAMS && !admitted && !all->ending; i++) {
        if (!all->slots[i]) {
            all->slots[i] = one;
            all->count++;
            admitted = true;
        }
    }
    pthread_mutex_unlock(&all->lock);
    return admitted;
}

int events_open(struct request *r)
{
    if (!(r->viewer->permissions & PERMIT_READ)) {
        return error_set(&r->err, EN_FORBIDDEN, "this needs the permission to read");
    }
    r->answer.status = 200;
    r->answer.type = "text/event-stream";
    r->answer.language = false;
    if (r->is_head) {
        return 0;
    }
    struct stream *one = stream_new(r);
    if (!one) {
        return error_set(&r->err, EN_NO_MEMORY, "no memory for the stream");
    }
    if (!admit(r->server->streams, one)) {
        stream_free(one);
        r->answer.retry_after = 5;
        return error_set(&r->err, EN_BUSY, "%d streams are open", LIMIT_STREAMS);
    }
    r->answer.stream = one;
    r->answer.is_stream = true;
    return 0;
}

static void write_change(struct buf *out, const struct change *c)
{
    struct json_writer w;
    buf_printf(out, "id: " SLICE_FMT "\nevent: change\ndata: ", SLICE_ARG(c->event_id));
    jw_init(&w, out);
    jw_object(&w);
    jw_key_text(&w, "kind", c->kind);
    jw_key_text(&w, "id", c->id);
    jw_key_int(&w, "version", c->version);
    jw_key_cstr(&w, "operation", c->operation);
    jw_object_end(&w);
    buf_add_cstr(out, "\n\n");
}

/* The viewer as of an entry that is known to stand: the picture is brought up to it first. */
static bool look_again(struct stream *one, struct arena *a, const struct viewer **ret)
{
    struct http_server *s = one->all->server;
    return node_refresh(s->options.node, NULL) == 0 &&
           auth_again(s, a, slice_of(one->session), slice_of(one->bearer), when_clock_ms(), ret) ==
               0 &&
           ((*ret)->permissions & PERMIT_READ);
}

/* What is new for this stream up to the entry `last`, into out; false ends the stream. Later
 * changes wait for the next round: their viewer must be read after they stood, so that a clearance
 * withdrawn before a change acts on it. `room`: how much out may hold. */
static bool gather(struct stream *one, int64_t last, size_t room, struct buf *out)
{
    cleanup_arena struct arena *a = arena_new(STREAM_ARENA);
    const struct viewer *viewer = NULL;
    if (!a || !look_again(one, a, &viewer)) {
        return false;
    }
    while (one->after < last && out->len < room) {
        struct change *changes = NULL;
        size_t count = 0;
        int64_t seen = one->after;
        if (node_changes(one->all->server->options.node, viewer, a, one->after, CHANGES_AT_ONCE,
                         NULL, &changes, &count, &seen) != 0) {
            return false;
        }
        for (size_t i = 0; i < count && changes[i].seq <= last; i++) {
            write_change(out, &changes[i]);
            one->look = true;
        }
        if (seen <= one->after) {
            return true;
        }
        one->after = seen < last ? seen : last;
        arena_reset(a);
        if (!look_again(one, a, &viewer)) {
            return false;
        }
    }
    return true;
}

/* Without an id: the last event seen remains the last change, from which a reader goes on. */
static void write_attention(struct buf *out, const struct attention_change *c, int64_t day)
{
    struct json_writer w;
    char date[32];
    when_format_ms(day * DAY_MS, false, date);
    buf_add_cstr(out, "event: attention\ndata: ");
    jw_init(&w, out);
    jw_object(&w);
    jw_key_cstr(&w, "relationship", c->relationship);
    jw_key_cstr(&w, "trust", c->trust);
    jw_key_cstr(&w, "contact", c->contact);
    jw_key_text(&w, "day", slice_make(date, 10));
    jw_object_end(&w);
    buf_add_cstr(out, "\n\n");
}

static bool wants_look(const struct stream *one, int64_t now_us)
{
    return (one->look || day_of(when_clock_ms()) != one->watch_day) &&
           now_us - one->looked_us > LOOK_MS * INT64_C(1000);
}

/* What has changed in the states of attention, into out; false ends the stream. */
static bool look(struct stream *one, int64_t now_us, struct buf *out)
{
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    struct node *node = one->all->server->options.node;
    const struct viewer *viewer = NULL;
    struct attention_change *changes = NULL;
    size_t count = 0;
    int64_t now = when_clock_ms();
    if (!a || !look_again(one, a, &viewer)) {
        return false;
    }
    one->looked_us = now_us;
    one->look = false;
    one->watch_day = day_of(now);
    if (node_watch(node, viewer, a, now, one->watch_day, NULL, &one->watch, &changes, &count) < 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        write_attention(out, &changes[i], one->watch_day);
    }
    return true;
}

/* Under the lock: hands over what was gathered and wakes the reader. */
static void deliver(struct stream *one, const struct buf *news, bool alive, int64_t now_us)
{
    one->checked_us = now_us;
    buf_add(&one->pending, buf_slice(news));
    if (news->len > 0) {
        one->written_us = now_us;
    } else if (now_us - one->written_us > HEARTBEAT_MS * INT64_C(1000)) {
        buf_add_cstr(&one->pending, ":\n\n");
        one->written_us = now_us;
    }
    one->ended = one->ended || !alive || buf_failed(&one->pending) || buf_failed(news);
    if (one->suspended && (one->ended || one->pending.len > 0)) {
        one->suspended = false;
        MHD_resume_connection(one->connection);
    }
}

static bool is_due(const struct stream *one, int64_t last, int64_t now_us)
{
    return !one->ended && (one->after < last || wants_look(one, now_us) ||
                           now_us - one->checked_us > CHECK_MS * INT64_C(1000));
}

/* `looks`: how many more looks at attention this round may take. */
static void serve(struct streams *all, size_t slot, int64_t last, int *looks)
{
    int64_t now_us = door_clock_us();
    pthread_mutex_lock(&all->lock);
    struct stream *one = all->slots[slot];
    if (!one || !is_due(one, last, now_us)) {
        pthread_mutex_unlock(&all->lock);
        return;
    }
    one->busy = true;
    size_t waiting = one->pending.len - one->taken;
    pthread_mutex_unlock(&all->lock);

    cleanup_buf struct buf news;
    buf_init(&news, PENDING_MAX / 2);
    bool alive = gather(one, last, waiting < PENDING_FULL ? PENDING_FULL - waiting : 0, &news);
    if (alive && *looks > 0 && one->after >= last && wants_look(one, now_us)) {
        *looks -= 1;
        alive = look(one, now_us, &news);
    }

    pthread_mutex_lock(&all->lock);
    one->busy = false;
    bool closed = one->closed;
    if (closed) {
        forget(all, one);
    } else {
        deliver(one, &news, alive, now_us);
    }
    pthread_mutex_unlock(&all->lock);
    if (closed) {
        stream_free(one);
    }
}

static bool is_ending(struct streams *all)
{
    pthread_mutex_lock(&all->lock);
    bool ending = all->ending;
    pthread_mutex_unlock(&all->lock);
    return ending;
}

static void *follow(void *context)
{
    struct streams *all = context;
    struct node *node = all->server->options.node;
    int64_t last = 0;
    size_t first = 0;
    while (!is_ending(all)) {
        last = node_wait(node, last, TICK_MS);
        int looks = LOOKS_AT_ONCE;
        for (size_t i = 0; i < LIMIT_STREAMS; i++) {
            serve(all, (first + i) % LIMIT_STREAMS, last, &looks);
        }
        first = (first + 1) % LIMIT_STREAMS; /* each one comes first in its turn */
    }
    return NULL;
}

struct streams *streams_new(struct http_server *s)
{
    struct streams *all = calloc(1, sizeof(*all));
    if (!all) {
        return NULL;
    }
    all->server = s;
    pthread_mutex_init(&all->lock, NULL);
    pthread_cond_init(&all->let_go, NULL);
    if (pthread_create(&all->follower, NULL, follow, all) != 0) {
        all->ending = true;
        pthread_mutex_destroy(&all->lock);
        pthread_cond_destroy(&all->let_go);
        free(all);
        return NULL;
    }
    return all;
}

void streams_end(struct streams *all, int timeout_ms)
{
    pthread_mutex_lock(&all->lock);
    all->ending = true;
    pthread_mutex_unlock(&all->lock);
    pthread_join(all->follower, NULL);

    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += timeout_ms / 1000 + 1;
    pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < LIMIT_STREAMS; i++) {
        struct stream *one = all->slots[i];
        if (one) {
            end(one);
        }
    }
    while (all->count > 0 && pthread_cond_timedwait(&all->let_go, &all->lock, &until) == 0) {
    }
    pthread_mutex_unlock(&all->lock);
}

void streams_free(struct streams *all)
{
    if (all) {
        pthread_mutex_destroy(&all->lock);
        pthread_cond_destroy(&all->let_go);
        free(all);
    }
}

size_t streams_count(struct streams *all)
{
    pthread_mutex_lock(&all->lock);
    size_t count = all->count;
    pthread_mutex_unlock(&all->lock);
    return count;
}
