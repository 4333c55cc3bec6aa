/*
 * A bar with rate and time left, redrawn at most ten times a second on one line of standard error.
 *
 * It shows only when standard error is a terminal and neither --quiet nor --no-progress was given,
 * so that logs and pipes stay clean. It never writes to standard output.
 */
#include "cli/progress.h"

#include "cli/options.h"
#include "cli/width.h"

enum { REDRAW_MS = 100, BAR = 24 };

void progress_init(struct progress *p, const struct cli *c)
{
    int width = options_width(c->err);
    bool wanted = !c->options.quiet && !c->options.no_progress && width > 0;
    *p = (struct progress){ .stream = wanted ? c->err : NULL,
                            .french = c->options.french,
                            .width = width };
}

static void duration(int64_t seconds, struct buf *out)
{
    if (seconds >= 3600) {
        buf_printf(out, "%lldh%02lld", (long long)(seconds / 3600), (long long)(seconds / 60 % 60));
    } else {
        buf_printf(out, "%lld:%02lld", (long long)(seconds / 60), (long long)(seconds % 60));
    }
}

static void bar(int64_t done, int64_t total, struct buf *out)
{
    int64_t full = total > 0 ? done * BAR / total : 0;
    buf_add_char(out, '[');
    for (int64_t i = 0; i < BAR; i++) {
        buf_add_char(out, i < full ? '#' : '.');
    }
    buf_printf(out, "] %3lld%% ", (long long)(total > 0 ? done * 100 / total : 0));
}

void progress_line(const struct progress *p, const char *what, int64_t done, int64_t total,
                   int64_t elapsed_ms, struct buf *out)
{
    buf_printf(out, "%s ", what ? what : "");
    done = total > 0 && done > total ? total : done;
    if (total > 0) {
        bar(done, total, out);
    }
    buf_add_int(out, done);
    if (elapsed_ms < 500 || done <= 0) {
        return;
    }
    int64_t rate = done * 1000 / elapsed_ms;
    buf_printf(out, "  %lld/s", (long long)rate);
    if (total > done && rate > 0) {
        buf_add_cstr(out, p->french ? "  reste " : "  left ");
        duration((total - done) / rate, out);
    }
}

void progress_show(void *context, const char *what, int64_t done, int64_t total)
{
    struct progress *p = context;
    if (!p->stream) {
        return;
    }
    int64_t now = when_clock_ms();
    if (!slice_is(p->what, what ? what : "")) {
        p->what = slice_of(what ? what : "");
        p->began_ms = now;
        p->shown_ms = 0;
    }
    if (now - p->shown_ms < REDRAW_MS && done != total) {
        return;
    }
    struct buf line cleanup_buf = { 0 };
    struct buf cut cleanup_buf = { 0 };
    buf_init(&line, 1024);
    buf_init(&cut, 1024);
    progress_line(p, what, done, total, now - p->began_ms, &line);
    width_cut(buf_slice(&line), (size_t)p->width - 1, &cut);
    fprintf(p->stream, "\r\033[K" SLICE_FMT, SLICE_ARG(buf_slice(&cut)));
    fflush(p->stream);
    p->shown_ms = now;
    p->drawn = true;
}

void progress_done(struct progress *p)
{
    if (p->stream && p->drawn) {
        fputs("\r\033[K", p->stream);
        fflush(p->stream);
        p->drawn = false;
    }
}
