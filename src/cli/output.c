/*
 * Writing an answer to a file: see output.h.
 *
 * Invariant: a file has its name only when it is complete, and an answer that was to be bound is
 * not written without its binding: the sidecar comes first, so that a crash between the two leaves
 * a sidecar that does not fit, which is noticed, and never a file without its label.
 */
#include "cli/output.h"

#include "cli/render.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int output_begin(struct cli *c, struct output *o, struct error *err)
{
    *o = (struct output){ .before = c->out, .width = c->width };
    FILE *memory = open_memstream(&o->bytes, &o->len);
    if (!memory) {
        return error_set(err, EN_NO_MEMORY, "no memory for the answer");
    }
    c->out = memory;
    c->width = 0;
    return 0;
}

static int write_all(int fd, struct slice bytes)
{
    while (bytes.len > 0) {
        ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            return -1;
        }
        bytes = slice_make(bytes.ptr + n, bytes.len - (size_t)n);
    }
    return fsync(fd);
}

int output_save(struct cli *c, const char *path, struct slice bytes, struct error *err)
{
    char *temporary = (char *)(uintptr_t)arena_printf(c->arena, "%s.XXXXXX", path).ptr;
    int fd = temporary ? mkostemp(temporary, O_CLOEXEC) : -1; /* mode 0600 */
    if (!temporary) {
        return error_set(err, EN_NO_MEMORY, "no memory for the answer");
    }
    if (fd < 0) {
        return error_set(err, EN_IO, "%s: %s", path, strerror(errno));
    }
    int failed = write_all(fd, bytes) != 0 ? errno : 0;
    close(fd);
    if (!failed && rename(temporary, path) != 0) {
        failed = errno;
    }
    if (failed) {
        unlink(temporary);
        return error_set(err, EN_IO, "%s: %s", path, strerror(failed));
    }
    return 0;
}

static int save_binding(struct cli *c, struct slice bytes, struct call *call)
{
    const char *path = c->options.out;
    const char *slash = strrchr(path, '/');
    struct slice name = slice_of(slash ? slash + 1 : path);
    struct buf binding cleanup_buf = { 0 };
    buf_init(&binding, LIMIT_RESPONSE);
    static const char *const forms[] = {
        [OUTPUT_TEXT] = "text/plain", [OUTPUT_JSON] = "application/json", [OUTPUT_CSV] = "text/csv"
    };
    const char *media = call->operation->media;
    int code = ops_bind_file(call, name, slice_of(media ? media : forms[c->options.output]), bytes,
                             &binding);
    if (code < 0) {
        return code;
    }
    struct slice sidecar = arena_printf(c->arena, "%s.bdo", path);
    return sidecar.ptr ? output_save(c, sidecar.ptr, buf_slice(&binding), call->err)
                       : error_set(call->err, EN_NO_MEMORY, "no memory for the answer");
}

int output_check(struct cli *c, struct error *err)
{
    char *temporary = (char *)(uintptr_t)arena_printf(c->arena, "%s.XXXXXX", c->options.out).ptr;
    struct stat there;
    if (!temporary) {
        return error_set(err, EN_NO_MEMORY, "no memory for the answer");
    }
    if (stat(c->options.out, &there) == 0 && S_ISDIR(there.st_mode)) {
        return error_set(err, EN_IO, "%s: %s", c->options.out, strerror(EISDIR));
    }
    int fd = mkostemp(temporary, O_CLOEXEC);
    if (fd < 0) {
        return error_set(err, EN_IO, "%s: %s", c->options.out, strerror(errno));
    }
    close(fd);
    unlink(temporary);
    return 0;
}

/* The answer is lost, but not what was done for it. */
static int tell_done(struct cli *c, int code, struct call *call)
{
    struct slice done = c->options.french ? call->done_fr : call->done_en;
    char why[sizeof call->err->message];
    if (!done.len) {
        return code;
    }
    memcpy(why, call->err->message, sizeof why);
    return error_set(call->err, code, SLICE_FMT " (%s)", SLICE_ARG(done), why);
}

int output_end(struct cli *c, struct output *o, int code, struct call *call)
{
    bool whole = fflush(c->out) == 0;
    fclose(c->out);
    c->out = o->before;
    c->width = o->width;
    if (code == 0 && !whole) {
        code = error_set(call->err, EN_NO_MEMORY, "no memory for the answer");
    }
    struct slice bytes = slice_make(o->bytes, o->len);
    if (code == 0 && c->options.bind) {
        code = save_binding(c, bytes, call);
    }
    if (code == 0) {
        code = output_save(c, c->options.out, bytes, call->err);
    }
    if (code == 0) {
        struct slice marking = c->options.french ? call->marking_fr : call->marking_en;
        render_remark(c, "%s: %zu " SLICE_FMT "\n", c->options.out, o->len, SLICE_ARG(marking));
    }
    free(o->bytes);
    return code < 0 ? tell_done(c, code, call) : code;
}
