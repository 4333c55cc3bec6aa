/*
 * Parsing a bundle in a sandboxed child: see bundle_parser.h.
 *
 * The child speaks frames: a type, a length (4 bytes), content. Lines come as they are found; the
 * last frame says how it ended. Invariant: a child that is killed, hangs or says anything else is a
 * bundle that does not hold; it never takes its parent with it.
 */
#include "service/bundle_parser.h"

#include "base/limits.h"
#include "base/sandbox.h"
#include "format/statement.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum frame_type { FRAME_LINE = 1, FRAME_END = 2 };

enum {
    FRAME_HEAD = 5,
    OUTBOX = 64 * 1024,
    CPU_SECONDS = 300,  /* of the child: far beyond the largest bundle */
    SILENCE_MS = 60000, /* that long without a byte means that it hangs */
};

struct ending {
    int32_t code;
    uint8_t signature[BUNDLE_SIGNATURE];
    char message[160];
};

/* ---- the child ---- */

struct child {
    int fd;
    size_t used;
    uint8_t outbox[OUTBOX];
};

static void flush(struct child *c)
{
    size_t at = 0;
    while (at < c->used) {
        ssize_t n = write(c->fd, c->outbox + at, c->used - at);
        if (n <= 0 && errno != EINTR)
            _exit(3); /* the parent is gone */
        at += n > 0 ? (size_t)n : 0;
    }
    c->used = 0;
}

static void add(struct child *c, const void *bytes, size_t len)
{
    const uint8_t *from = bytes;
    while (len) {
        size_t room = OUTBOX - c->used, n = len < room ? len : room;
        memcpy(c->outbox + c->used, from, n);
        c->used += n;
        from += n;
        len -= n;
        if (c->used == OUTBOX)
            flush(c);
    }
}

static void add_frame(struct child *c, enum frame_type type, const void *bytes, size_t len)
{
    uint8_t head[FRAME_HEAD] = { (uint8_t)type, (uint8_t)(len >> 24), (uint8_t)(len >> 16),
                                 (uint8_t)(len >> 8), (uint8_t)len };
    add(c, head, sizeof head);
    add(c, bytes, len);
}

static int send_line(void *context, struct slice line)
{
    add_frame(context, FRAME_LINE, line.ptr, line.len);
    return 0;
}

static int limit_time(void)
{
    static const struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS };
    return setrlimit(RLIMIT_CPU, &cpu) == 0 ? 0 : -errno;
}

int bundle_parser_confine(int fd)
{
    /* mprotect: the heap of a thread that is not the first grows by it */
    static const int calls[] = { SYS_read,     SYS_write,   SYS_exit_group, SYS_exit,
                                 SYS_brk,      SYS_mmap,    SYS_munmap,     SYS_mremap,
                                 SYS_mprotect, SYS_madvise, SYS_futex,      SYS_rt_sigreturn };
    return sandbox_alone(fd, "entente-parser") != 0 || limit_time() != 0 ||
                   sandbox_enter(calls, sizeof calls / sizeof *calls) != 0
               ? EN_IO
               : 0;
}

static _Noreturn void run_child(int fd, struct bundle_reader *r)
{
    static struct child c; /* of this process alone */
    struct ending end = { .code = EN_IO };
    struct error err = { 0 };
    if (bundle_parser_confine(fd) < 0)
        _exit(2);
    end.code = bundle_check(r, &err, send_line, &c);
    if (end.code == 0)
        bundle_reader_signature(r, end.signature);
    else
        memcpy(end.message, err.message, sizeof end.message - 1);
    add_frame(&c, FRAME_END, &end, sizeof end);
    flush(&c);
    _exit(0);
}

/* ---- the parent ---- */

struct parent {
    int fd;
    size_t start, end;
    uint8_t inbox[OUTBOX];
};

/* 1 when there is more, 0 at the end, negative when it hangs. */
static int fill(struct parent *p, struct error *err)
{
    struct pollfd wait = { .fd = p->fd, .events = POLLIN };
    ssize_t n;
    int ready;
    do
        ready = poll(&wait, 1, SILENCE_MS);
    while (ready < 0 && errno == EINTR);
    if (ready <= 0)
        return error_set(err, EN_BUSY, "the parser of bundles gave no answer in time");
    do
        n = read(p->fd, p->inbox, sizeof p->inbox);
    while (n < 0 && errno == EINTR);
    p->start = 0;
    p->end = n > 0 ? (size_t)n : 0;
    return n > 0;
}

static int cut_off(struct error *err)
{
    return error_set(err, EN_INVALID, "the bundle made its parser fail");
}

static int take(struct parent *p, void *to, size_t len, struct error *err)
{
    uint8_t *at = to;
    while (len) {
        if (p->start == p->end) {
            int code = fill(p, err);
            if (code <= 0)
                return code < 0 ? code : cut_off(err);
        }
        size_t there = p->end - p->start, n = len < there ? len : there;
        memcpy(at, p->inbox + p->start, n);
        p->start += n;
        at += n;
        len -= n;
    }
    return 0;
}

static int take_line(struct parent *p, size_t len, char *scratch, struct parsed_bundle *ret,
                     crypto_generichash_state *hash, struct error *err)
{
    if (len == 0 || len > LIMIT_STATEMENT)
        return cut_off(err);
    int code = take(p, scratch, len, err);
    if (code < 0)
        return code;
    if (memchr(scratch, '\n', len))
        return cut_off(err);
    scratch[len] = '\n';
    crypto_generichash_update(hash, (const uint8_t *)scratch, len + 1);
    buf_add(&ret->lines, slice_make(scratch, len + 1));
    return buf_failed(&ret->lines)
               ? error_set(err, ret->lines.no_memory ? EN_NO_MEMORY : EN_TOO_LARGE,
                           "the bundle holds more than a bundle may")
               : 0;
}

/* The codes that a bundle can be refused with; nothing else is taken from the child's mouth. */
static int ending_code(const struct ending *end, struct error *err)
{
    char message[sizeof end->message];
    memcpy(message, end->message, sizeof message);
    message[sizeof message - 1] = '\0';
    switch (end->code) {
    case EN_CORRUPT:
    case EN_INVALID:
    case EN_TOO_LARGE:
    case EN_NO_MEMORY:
        if (!slice_is_utf8(slice_of(message)))
            return cut_off(err);
        return error_set(err, end->code, "%s", message);
    default:
        return cut_off(err);
    }
}

static int take_end(struct parent *p, size_t len, struct parsed_bundle *ret, struct error *err)
{
    struct ending end;
    if (len != sizeof end)
        return cut_off(err);
    int code = take(p, &end, sizeof end, err);
    if (code == 0 && end.code != 0)
        code = ending_code(&end, err);
    memcpy(ret->signature, end.signature, sizeof ret->signature);
    return code;
}

static int listen_to(struct parent *p, char *scratch, struct error *err, struct parsed_bundle *ret)
{
    crypto_generichash_state hash;
    crypto_generichash_init(&hash, NULL, 0, BUNDLE_HASH);
    for (;;) {
        uint8_t head[FRAME_HEAD];
        int code = take(p, head, sizeof head, err);
        if (code < 0)
            return code;
        size_t len = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 | head[4];
        if (head[0] == FRAME_LINE)
            code = take_line(p, len, scratch, ret, &hash, err);
        else
            code = head[0] == FRAME_END ? take_end(p, len, ret, err) : cut_off(err);
        if (code < 0)
            return code;
        if (head[0] == FRAME_END)
            break;
    }
    crypto_generichash_final(&hash, ret->hash, sizeof ret->hash);
    return 0;
}

/* A child that still runs has nothing more to say. */
static void end_child(pid_t pid)
{
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
        /* once more */
    }
}

static int run_parser(struct bundle_reader *r, struct parent *p, char *scratch, struct error *err,
                      struct parsed_bundle *ret)
{
    int ends[2];
    pid_t pid;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return error_set(err, EN_IO, "no socket for the parser: %s", strerror(errno));
    pid = fork();
    if (pid == 0)
        run_child(ends[1], r);
    close(ends[1]);
    p->fd = ends[0];
    int code = pid < 0 ? error_set(err, EN_IO, "no process for the parser: %s", strerror(errno))
                       : listen_to(p, scratch, err, ret);
    close(ends[0]);
    if (pid > 0)
        end_child(pid);
    return code;
}

int bundle_parse(struct slice bundle, const uint8_t session_key[BUNDLE_SESSION_KEY],
                 struct error *err, struct parsed_bundle *ret)
{
    cleanup_arena struct arena *a = arena_new(LIMIT_STATEMENT + 2 * OUTBOX);
    struct bundle_reader *r = NULL;
    buf_init(&ret->lines, LIMIT_BUNDLE_PLAIN);
    struct parent *p = a ? arena_new_of(a, struct parent) : NULL;
    char *scratch = a ? arena_alloc(a, LIMIT_STATEMENT + 1) : NULL;
    if (!p || !scratch)
        return error_set(err, EN_NO_MEMORY, "out of memory");
    int code = bundle_reader_new(bundle, session_key, err, &r);
    if (code == 0)
        code = run_parser(r, p, scratch, err, ret);
    bundle_reader_free(r);
    return code;
}

void parsed_bundle_done(struct parsed_bundle *p)
{
    buf_done(&p->lines);
}

bool parsed_bundle_line(const struct parsed_bundle *p, size_t *at, struct slice *ret)
{
    struct slice all = buf_slice(&p->lines);
    if (*at >= all.len)
        return false;
    const char *end = memchr(all.ptr + *at, '\n', all.len - *at);
    size_t len = end ? (size_t)(end - (all.ptr + *at)) : all.len - *at;
    *ret = slice_make(all.ptr + *at, len);
    *at += len + 1;
    return true;
}
