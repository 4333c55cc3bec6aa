/*
 * The answer of the batch door of options (options_file.h): one JSON object, a point a line.
 *
 * Figures are integers but for the probability that all members deliver, exp(-risk / 1000), with
 * six decimals, and the gap.
 */
#include "base/json.h"
#include "service/options_file.h"

#include <math.h>

#define OPTIONS_MEMORY ((size_t)2 << 30)

static void write_head(const struct cover_front *f, bool readiness, struct buf *out)
{
    static const char *const states[] = {
        [COVER_EXACT] = "exact", [COVER_WITHIN] = "within", [COVER_STOPPED] = "stopped"
    };
    struct json_writer w;
    buf_printf(out, "{\n\"state\": \"%s\",\n\"gap\": ", states[f->state]);
    jw_init(&w, out);
    if (f->gap < HUGE_VAL)
        jw_fixed(&w, f->gap, 6);
    else
        jw_null(&w);
    buf_printf(out, ",\n\"nodes\": %llu,\n\"infeasible\": %s,\n", (unsigned long long)f->nodes,
               f->infeasible ? "true" : "false");
    buf_printf(out, "\"objectives\": [\"burden\", \"risk\", \"partners\"%s],\n\"points\": [",
               readiness ? ", \"readiness\"" : "");
}

static void write_point(const struct options_file *x, const struct cover_point *p, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    jw_key_int(&w, "burden", p->burden);
    jw_key_int(&w, "risk", p->risk);
    jw_key_fixed(&w, "probability", exp(-p->risk / 1000.0), 6);
    jw_key_int(&w, "partners", p->partners);
    jw_key_int(&w, "readiness", p->readiness);
    jw_key_int(&w, "weakest", p->weakest);
    jw_key(&w, "members");
    jw_array(&w);
    for (uint32_t i = 0; i < p->column_count; i++) {
        const struct options_name *name = &x->names[p->columns[i]];
        jw_object(&w);
        jw_key_text(&w, "partner", name->partner);
        jw_key_text(&w, "mode", name->mode);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
}

static void write(const struct options_file *x, const struct cover_front *f, bool readiness,
                  struct buf *out)
{
    write_head(f, readiness, out);
    for (uint32_t i = 0; i < f->count; i++) {
        buf_add_cstr(out, i ? ",\n" : "\n");
        write_point(x, &f->points[i], out);
    }
    buf_add_cstr(out, f->count ? "\n]\n}\n" : "]\n}\n");
}

int options_file_solve(struct slice text, const struct cover_options *o, struct buf *out,
                       struct error *err)
{
    cleanup_arena struct arena *a = arena_new(OPTIONS_MEMORY);
    struct options_file x;
    struct cover_front f;
    if (!a)
        return error_set(err, EN_NO_MEMORY, "no memory");
    size_t before = out->len;
    int code = options_file_read(text, a, err, &x);
    if (code == 0)
        code = cover_solve(&x.in, o, a, err, &f);
    if (code < 0)
        return code;
    write(&x, &f, o->readiness, out);
    if (buf_failed(out)) {
        code = error_set(err, EN_TOO_LARGE, "the answer is too large");
        buf_truncate(out, before);
    }
    return code;
}
