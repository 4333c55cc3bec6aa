/*
 * The batch door: reads a batch, lets the mode answer it, and hands over the answer whole or not at
 * all (predict.h).
 */
#include "service/predict.h"

#include "service/predict_batch.h"

/* A batch is as large as its input; this only stops a runaway. */
#define PREDICT_MEMORY ((size_t)8 << 30)

int predict_run(const struct predict_options *o, struct slice evidence, struct slice queries,
                struct buf *out, predict_progress progress, void *context, struct error *err)
{
    int code = predict_options_check(o, err);
    if (code < 0)
        return code;
    cleanup_arena struct arena *arena = arena_new(PREDICT_MEMORY);
    if (!arena)
        return error_set(err, EN_NO_MEMORY, "no memory");
    struct batch b = { .options = o, .arena = arena, .progress = progress, .context = context };
    size_t before = out->len;
    code = batch_read(&b, evidence, queries, err);
    if (code == 0)
        code = o->values ? predict_values(&b, out, err) : predict_events(&b, out, err);
    if (code == 0 && buf_failed(out))
        code = error_set(err, EN_TOO_LARGE, "the answer is too large");
    if (code < 0)
        buf_truncate(out, before);
    return code;
}
