/*
 * Follows the ledger as one viewer: a line for every change that this viewer may read, those of
 * other processes too. Sequence numbers stay inside: they count entries the viewer may not know of.
 */
#include "cli/follow.h"

#include "cli/render.h"
#include "cli/run.h"
#include "cli/signals.h"

enum { FOLLOW_BATCH = 200, FOLLOW_WAIT_MS = 500 };

struct follow {
    struct cli *c;
    struct node *node;
    const struct viewer *viewer;
    int64_t after;
    int64_t left; /* changes still to print; negative: no end */
    struct error *err;
};

static void json_line(const struct change *x, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    jw_key_text(&w, "event", x->event_id);
    jw_key_text(&w, "kind", x->kind);
    jw_key_text(&w, "id", x->id);
    jw_key_int(&w, "version", x->version);
    jw_key_cstr(&w, "operation", x->operation);
    jw_object_end(&w);
    buf_add_char(out, '\n');
}

static void line(const struct follow *f, const struct change *x, struct buf *out)
{
    switch (f->c->options.output) {
    case OUTPUT_JSON:
        json_line(x, out);
        break;
    case OUTPUT_CSV:
        buf_printf(out, SLICE_FMT "," SLICE_FMT "," SLICE_FMT ",%lld,%s\r\n",
                   SLICE_ARG(x->event_id), SLICE_ARG(x->kind), SLICE_ARG(x->id),
                   (long long)x->version, x->operation);
        break;
    case OUTPUT_TEXT:
        buf_printf(out, "%-8s %-12.*s " SLICE_FMT "  %s %lld\n", x->operation, (int)x->kind.len,
                   x->kind.ptr, SLICE_ARG(x->id), tr(f->c, "version", "version"),
                   (long long)x->version);
        break;
    }
}

/* Prints what is new; the arena of the changes lives for one batch. */
static int batch(struct follow *f)
{
    struct arena *a cleanup_arena = arena_new(LIMIT_ARENA);
    struct buf out cleanup_buf = { 0 };
    struct change *changes = NULL;
    size_t count = 0;
    int64_t last = f->after;
    buf_init(&out, LIMIT_RESPONSE);
    if (!a) {
        return error_set(f->err, EN_NO_MEMORY, "no memory for the changes");
    }
    int code = node_refresh(f->node, f->err);
    code = code == 0 ? node_changes(f->node, f->viewer, a, f->after, FOLLOW_BATCH, f->err, &changes,
                                    &count, &last)
                     : code;
    if (code < 0) {
        return code;
    }
    for (size_t i = 0; i < count && f->left != 0; i++) {
        line(f, &changes[i], &out);
        f->left -= f->left > 0;
    }
    f->after = last;
    return render_write(f->c->out, &out, f->err);
}

static int loop(struct follow *f)
{
    int code = 0;
    if (f->c->options.output == OUTPUT_CSV) {
        fputs("event,kind,id,version,operation\r\n", f->c->out);
    }
    while (code == 0 && f->left != 0 && !signals_came()) {
        int64_t before = f->after;
        code = batch(f);
        if (code == 0 && f->after == before && f->left != 0) {
            node_wait(f->node, f->after, FOLLOW_WAIT_MS);
        }
    }
    return code;
}

/* Where to begin: after the event of --since, at the beginning with --since start, or now. */
static int begin(struct follow *f, const struct arguments *args)
{
    const char *since = args_text(f->c, args, "since");
    struct ledger_head head;
    if (since && strcmp(since, "start") == 0) {
        f->after = 0;
        return 0;
    }
    if (since) {
        f->after = node_seq_of(f->node, f->viewer, slice_of(since));
        return f->after > 0 ? 0 : error_field(f->err, S("--since"), REASON_REFERENCE, "%s", since);
    }
    int code = ledger_head_get(node_ledger(f->node), f->err, &head);
    f->after = code == 0 ? head.seq : 0;
    return code;
}

int follow_run(struct cli *c, const struct arguments *args, struct error *err)
{
    struct progress p;
    struct node *n cleanup_node = NULL;
    struct follow f = { .c = c, .err = err };
    int code = args_int(c, args, "limit", 1, INT64_MAX, -1, err, &f.left);
    if (code < 0) {
        return code;
    }
    signals_hold();
    progress_init(&p, c);
    code = run_open(c, /* create= */ false, &p, err, &n);
    f.node = n;
    code = code == 0 ? run_viewer(c, n, err, &f.viewer) : code;
    code = code == 0 ? begin(&f, args) : code;
    return code == 0 ? loop(&f) : code;
}
