/*
 * Chooses the form and carries its bytes to the stream; a full disk or a closed pipe is an error.
 */
#include "cli/render.h"

#include "ops/messages.h"

#include <errno.h>
#include <stdarg.h>

static const struct form *form_of(const struct cli *c)
{
    static const struct form *const forms[] = { &form_text, &form_json, &form_csv };
    return forms[c->options.output];
}

int render_write(FILE *stream, const struct buf *text, struct error *err)
{
    if (buf_failed(text)) {
        return error_set(err, EN_TOO_LARGE, "the output is too large");
    }
    struct slice s = buf_slice(text);
    if (fwrite(s.ptr, 1, s.len, stream) != s.len || fflush(stream) != 0) {
        return error_set(err, EN_IO, "output: %s", strerror(errno));
    }
    return 0;
}

/* What the person at the terminal should know about the answer that now stands there. */
static void remarks(struct render *r, const struct call *call)
{
    struct cli *c = r->c;
    if (r->left_out > 0) {
        render_remark(c,
                      tr(c, "More columns (%zu): --output json, or --columns A,B\n",
                         "Autres colonnes (%zu) : --output json, ou --columns A,B\n"),
                      r->left_out);
    }
    if (r->next.len > 0) {
        render_remark(c,
                      tr(c, "More: --cursor " SLICE_FMT " (or --all)\n",
                         "Suite : --cursor " SLICE_FMT " (ou --all)\n"),
                      SLICE_ARG(r->next));
    }
    if (call->etag.len > 0 && c->options.output == OUTPUT_TEXT) {
        render_remark(c, "ETag: " SLICE_FMT "\n", SLICE_ARG(call->etag));
    }
}

int render_answer(struct cli *c, const struct call *call, const struct json *answer,
                  struct error *err)
{
    struct buf out cleanup_buf = { 0 };
    buf_init(&out, CLI_OUTPUT);
    struct slice marking = c->options.french ? call->marking_fr : call->marking_en;
    if (marking.len == 0) {
        marking = json_get_text(json_get(answer, "marking"), c->options.french ? "fr" : "en");
    }
    struct render r = { .c = c,
                        .operation = call->operation ? call->operation->name : "",
                        .answer = answer,
                        .policy = call->node ? node_policy(call->node) : NULL,
                        .marking = marking,
                        .out = &out,
                        .err = err };
    int code = form_of(c)->answer(&r);
    if (code == 0) {
        code = render_write(c->out, &out, err);
    }
    if (code == 0) {
        remarks(&r, call);
    }
    return code;
}

int render_error(struct cli *c, struct error *e)
{
    struct buf out cleanup_buf = { 0 };
    buf_init(&out, LIMIT_RECORD);
    if (c->options.french) {
        messages_to_french(e);
    }
    form_of(c)->error(c, e, &out);
    render_write(c->err, &out, NULL);
    return error_code_info(e->code)->exit_code;
}

void render_remark(struct cli *c, const char *format, ...)
{
    va_list args;
    if (c->options.quiet) {
        return;
    }
    va_start(args, format);
    vfprintf(c->err, format, args);
    va_end(args);
}
