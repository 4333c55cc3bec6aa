/*
 * Any bytes as an instance of options. What must hold: a refusal names a field or a place in the
 * text and gives nothing; what is accepted passes the kernel's own check, and a short search gives
 * points that are sums of their columns and a JSON answer.
 */
#include "fuzz.h"

#include "base/json.h"
#include "service/options_file.h"

enum { MEMORY = 256 * 1024 * 1024, ANSWER = 64 * 1024 * 1024, NODES = 40 };

static void check_point(const struct options_file *x, const struct cover_point *p)
{
    int32_t burden = 0, risk = 0, have[COVER_REQUIREMENTS_MAX] = { 0 };
    for (uint32_t i = 0; i < p->column_count; i++) {
        must(p->columns[i] < x->in.column_count);
        const struct cover_column *c = &x->in.columns[p->columns[i]];
        burden += c->burden;
        risk += c->risk;
        for (uint32_t k = 0; k < c->part_count; k++)
            have[c->parts[k].requirement] +=
                c->parts[k].quantity < COVER_DEMAND_MAX ? c->parts[k].quantity : COVER_DEMAND_MAX;
    }
    must(burden == p->burden && risk == p->risk);
    for (uint32_t r = 0; r < x->in.requirement_count; r++)
        must(have[r] >= x->in.demands[r]);
}

static void check_answer(struct arena *a, struct slice text, const struct cover_options *o)
{
    struct json *v = NULL;
    cleanup_buf struct buf out;
    buf_init(&out, ANSWER);
    must(options_file_solve(text, o, &out, NULL) == 0);
    must(json_parse(a, buf_slice(&out), NULL, &v) == 0 && json_get(v, "points"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_make((const char *)data, size);
    struct options_file x = { 0 };
    struct error err = { 0 };
    struct cover_front f;
    struct cover_options o = { .budget = NODES, .readiness = true };
    cleanup_arena struct arena *a = arena_new(MEMORY);
    must(a);
    int code = options_file_read(text, a, &err, &x);
    if (code != 0) {
        must(err.code == code && err.message[0] && !x.names);
        must(slice_is_utf8(slice_of(err.message)));
        return 0;
    }
    must(cover_solve(&x.in, &o, a, &err, &f) == 0);
    for (uint32_t i = 0; i < f.count; i++)
        check_point(&x, &f.points[i]);
    check_answer(a, text, &o);
    return 0;
}
