/*
 * The spool's file: pieces of a fixed head and the draft's texts, read back in the order written.
 *
 * The request key of a draft is not kept: imports are idempotent by external id. A batch ends at
 * LIMIT_BATCH drafts or BATCH_BYTES, whichever comes first, but never between a version and the
 * release right behind it: the decision to lower a label stands with the label or not at all.
 */
#include "service/transfer_spool.h"

#include "base/fault.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { WAITING_MAX = 1024 * 1024, BATCH_BYTES = 8 * 1024 * 1024 };

struct piece {
    struct uuid record;
    struct uuid instance;
    int64_t expected, redacts, at_ms;
    uint32_t operation, kind, label, body, user; /* operation, and lengths of the texts */
    uint32_t unused;
};

static int spool_file(const char *directory)
{
    int file = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    char name[4096];
    if (file >= 0 || strlen(directory) + 16 > sizeof name)
        return file;
    struct buf path cleanup_buf = { 0 }; /* file systems without O_TMPFILE */
    buf_init(&path, sizeof name);
    buf_add_cstr(&path, directory);
    buf_add_cstr(&path, "/import-XXXXXX");
    if (buf_failed(&path))
        return -1;
    memcpy(name, path.ptr, path.len + 1);
    file = mkostemp(name, O_CLOEXEC);
    if (file >= 0)
        unlink(name);
    return file;
}

int spool_open(struct spool *s, const char *directory, struct error *err)
{
    *s = (struct spool){ .file = spool_file(directory) };
    if (s->file < 0)
        return error_set(err, EN_IO, "%s: %s", directory, strerror(errno));
    buf_init(&s->waiting, WAITING_MAX + LIMIT_RECORD * 2);
    return 0;
}

void spool_done(struct spool *s)
{
    if (s->file >= 0)
        close(s->file);
    buf_done(&s->waiting);
    s->file = -1;
}

static int flush(struct spool *s, struct error *err)
{
    size_t at = 0;
    while (at < s->waiting.len) {
        ssize_t n = write(s->file, s->waiting.ptr + at, s->waiting.len - at);
        if (n < 0 && errno != EINTR)
            return error_set(err, EN_IO, "the import cannot be kept: %s", strerror(errno));
        at += n > 0 ? (size_t)n : 0;
    }
    buf_clear(&s->waiting);
    return 0;
}

int spool_add(struct spool *s, const struct draft *d, struct error *err)
{
    struct piece p = { .record = d->record,
                       .instance = d->instance,
                       .expected = d->expected,
                       .redacts = d->redacts,
                       .at_ms = d->at_ms,
                       .operation = d->operation,
                       .kind = (uint32_t)d->kind.len,
                       .label = (uint32_t)d->label.len,
                       .body = (uint32_t)d->body.len,
                       .user = (uint32_t)d->user.len };
    buf_add(&s->waiting, slice_make((const char *)&p, sizeof p));
    buf_add(&s->waiting, d->kind);
    buf_add(&s->waiting, d->label);
    buf_add(&s->waiting, d->body);
    buf_add(&s->waiting, d->user);
    if (buf_failed(&s->waiting))
        return error_set(err, EN_NO_MEMORY, "import");
    s->count++;
    return s->waiting.len >= WAITING_MAX ? flush(s, err) : 0;
}

/* Reading back: a window over the file that always holds whole pieces. */
struct window {
    int file;
    char *bytes;
    size_t len, at, capacity;
};

/* Moves the window on and fills it. */
static int fill(struct window *w, struct error *err)
{
    memmove(w->bytes, w->bytes + w->at, w->len - w->at);
    w->len -= w->at;
    w->at = 0;
    while (w->len < w->capacity) {
        ssize_t n = read(w->file, w->bytes + w->len, w->capacity - w->len);
        if (n < 0 && errno != EINTR)
            return error_set(err, EN_IO, "the import cannot be read back: %s", strerror(errno));
        if (n == 0)
            break;
        w->len += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static struct slice take(struct window *w, uint32_t len)
{
    struct slice s = slice_make(w->bytes + w->at, len);
    w->at += len;
    return s;
}

/* The next draft if the window holds all of it. */
static bool next(struct window *w, struct draft *ret)
{
    struct piece p;
    if (w->len - w->at < sizeof p)
        return false;
    memcpy(&p, w->bytes + w->at, sizeof p);
    if (w->len - w->at - sizeof p < (size_t)p.kind + p.label + p.body + p.user)
        return false;
    w->at += sizeof p;
    *ret = (struct draft){ .operation = (enum entry_operation)p.operation,
                           .record = p.record,
                           .instance = p.instance,
                           .expected = p.expected,
                           .redacts = p.redacts,
                           .at_ms = p.at_ms };
    ret->kind = take(w, p.kind);
    ret->label = take(w, p.label);
    ret->body = take(w, p.body);
    ret->user = take(w, p.user);
    return true;
}

/* The last version of a batch waits for the next one: its decision may be the first there. */
static void hold_back(struct window *w, const struct draft *drafts, size_t *count)
{
    if (*count < 2 || slice_is(drafts[*count - 1].kind, "release"))
        return;
    const struct draft *last = &drafts[--*count];
    w->at -=
        sizeof(struct piece) + last->kind.len + last->label.len + last->body.len + last->user.len;
}

static int append_batches(struct spool *s, struct window *w, struct draft *drafts,
                          struct appended *results, struct ledger *l, int64_t now_ms,
                          const struct transfer_progress *progress, struct error *err)
{
    int64_t done = 0;
    while (done < s->count) {
        size_t count = 0;
        int code = fill(w, err);
        while (code == 0 && count < LIMIT_BATCH && next(w, &drafts[count]))
            count++;
        if (code == 0 && done + (int64_t)count < s->count)
            hold_back(w, drafts, &count);
        if (code == 0 && count == 0)
            code = error_set(err, EN_INTERNAL, "the import lost its place");
        if (code == 0)
            code = ledger_append(l, drafts, count, now_ms, err, results);
        if (code < 0 && done > 0 && err) {
            struct error cause = *err;
            return error_set(err, code, "%.160s (%lld of %lld entries are written)", cause.message,
                             (long long)done, (long long)s->count);
        }
        if (code < 0)
            return code;
        done += (int64_t)count;
        if (progress && progress->step)
            progress->step(progress->context, "writing", done, s->count);
    }
    return 0;
}

int spool_append(struct spool *s, struct node *n, int64_t now_ms,
                 const struct transfer_progress *progress, struct error *err)
{
    struct window w = { .file = s->file, .capacity = BATCH_BYTES };
    int code = flush(s, err);
    if (code < 0)
        return code;
    if (lseek(s->file, 0, SEEK_SET) != 0)
        return error_set(err, EN_IO, "the import cannot be read back: %s", strerror(errno));
    w.bytes = base_malloc(w.capacity);
    struct draft *drafts = base_calloc(LIMIT_BATCH, sizeof *drafts);
    struct appended *results = base_calloc(LIMIT_BATCH, sizeof *results);
    node_bulk_begin(n);
    code = w.bytes && drafts && results
               ? append_batches(s, &w, drafts, results, node_ledger(n), now_ms, progress, err)
               : error_set(err, EN_NO_MEMORY, "import");
    int followed = node_bulk_end(n, code == 0 ? err : NULL);
    code = code == 0 ? followed : code;
    base_free(w.bytes);
    base_free(drafts);
    base_free(results);
    return code;
}
