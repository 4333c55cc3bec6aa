/*
 * The whole of a bundle, line by line: what the sandboxed parser runs over hostile bytes.
 *
 * Invariant: a bundle that passes has one manifest, statements in ascending order of their records
 * (so no record twice), and one summary whose counts are right. The last line is known only when
 * the next one is asked for, so one line is always held back.
 */
#include "format/bundle.h"
#include "format/statement.h"

#include "base/limits.h"

enum { LINE_MEMORY = 64 * 1024 * 1024 }; /* the tree of one line */

struct checker {
    struct arena *arena;
    struct error *err;
    line_sink each;
    void *context;
    struct buf held; /* the line before this one */
    uint32_t lines;
    struct uuid last;
    int64_t counts[4];
};

static int check_statement(struct checker *c, struct slice line)
{
    struct statement s;
    int code = statement_parse(c->arena, line, c->err, &s);
    if (code < 0)
        return code;
    if (c->lines > 1 && uuid_compare(c->last, s.record) >= 0)
        return error_set(c->err, EN_INVALID, "the statements of the bundle are not in order");
    c->last = s.record;
    c->counts[s.operation - 1]++;
    return 0;
}

static int check_summary(struct checker *c, struct slice line)
{
    struct summary s;
    int code = summary_parse(c->arena, line, c->err, &s);
    if (code == 0 && memcmp(s.counts, c->counts, sizeof s.counts) != 0)
        code = error_set(c->err, EN_INVALID, "the bundle does not hold what its summary says");
    return code;
}

/* The line that was held: its place is known now. */
static int settle(struct checker *c, bool is_last)
{
    struct slice line = buf_slice(&c->held);
    struct manifest m;
    int code;
    arena_reset(c->arena);
    if (c->lines == 0)
        code = manifest_parse(c->arena, line, c->err, &m);
    else
        code = is_last ? check_summary(c, line) : check_statement(c, line);
    c->lines++;
    return code < 0 ? code : c->each(c->context, line);
}

static int check_lines(struct checker *c, struct bundle_reader *r)
{
    struct slice line;
    bool holding = false;
    int code;
    while ((code = bundle_next(r, c->err, &line)) == 1) {
        code = holding ? settle(c, /* is_last= */ false) : 0;
        if (code != 0)
            return code;
        buf_clear(&c->held);
        buf_add(&c->held, line);
        if (buf_failed(&c->held))
            return error_set(c->err, EN_NO_MEMORY, "out of memory");
        holding = true;
    }
    if (code < 0)
        return code;
    if (!holding || c->lines == 0)
        return error_set(c->err, EN_INVALID, "the bundle has no summary");
    return settle(c, /* is_last= */ true);
}

int bundle_check(struct bundle_reader *r, struct error *err, line_sink each, void *context)
{
    struct checker c = { .err = err, .each = each, .context = context };
    int code;
    c.arena = arena_new(LINE_MEMORY);
    if (!c.arena)
        return error_set(err, EN_NO_MEMORY, "out of memory");
    buf_init(&c.held, LIMIT_STATEMENT);
    code = check_lines(&c, r);
    buf_done(&c.held);
    arena_free(c.arena);
    return code;
}
