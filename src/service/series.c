/* Trust over time: see series.h. Events are the direct items of the pair, newest first. */
#include "service/series.h"

static void write_point(struct json_writer *out, int64_t at, const struct trust_figure *f)
{
    char text[32];
    when_format_ms(at * 1000, false, text);
    jw_object(out);
    jw_key_cstr(out, "at", text);
    jw_key_fixed(out, "trust", f->trust.expectation, 6);
    jw_key_fixed(out, "forecast", f->forecast.expectation, 6);
    jw_key_fixed(out, "belief", f->trust.belief, 6);
    jw_key_fixed(out, "uncertainty", f->trust.uncertainty, 6);
    jw_object_end(out);
}

/* One line per record and moment, though it may give items in two dimensions. */
static int write_events(struct snapshot *s, const struct trust_explanation *x,
                        const struct series_query *q, struct render *r, struct error *err)
{
    const struct columns *c = snapshot_columns(s);
    uint32_t last = UINT32_MAX;
    int64_t last_at = 0;
    for (size_t i = 0; i < x->count; i++) {
        const struct trust_term *t = &x->terms[i];
        struct row row;
        char at[32];
        if (t->source != TERM_DIRECT || c->at[t->item] < q->from ||
            (c->record[t->item] == last && c->at[t->item] == last_at))
            continue;
        last = c->record[t->item];
        last_at = c->at[t->item];
        int code = snapshot_record(s, last, err, &row);
        if (code < 0)
            return code;
        when_format_ms(c->at[t->item] * 1000, false, at);
        jw_object(r->out);
        jw_key_cstr(r->out, "at", at);
        jw_key_text(r->out, "record", row.id);
        jw_key_cstr(r->out, "kind", row.kind->name);
        render_titles(s, &row, r->out);
        jw_key_int(r->out, "valence", trust_side_broken(t->side) ? -1 : 1);
        jw_object_end(r->out);
    }
    return 0;
}

int series_write(struct trust_desk *d, struct snapshot *s, const struct series_query *q,
                 struct render *r, struct error *err)
{
    struct trust_query then = q->pair;
    struct trust_explanation x;
    int code = 0;
    then.half_life = trust_half_life(d, then.truster, then.trustee, q->until);
    jw_key(r->out, "points");
    jw_array(r->out);
    for (int i = 0; code == 0 && i < q->points; i++) {
        struct trust_figure f;
        then.as_of = q->from + (q->until - q->from) * i / (q->points - 1);
        code = trust_figure(d, &then, err, &f);
        if (code == 0)
            write_point(r->out, then.as_of, &f);
    }
    jw_array_end(r->out);
    then.as_of = q->until;
    if (code == 0)
        code = trust_explain(d, &then, false, err, &x);
    jw_key(r->out, "events");
    jw_array(r->out);
    if (code == 0)
        code = write_events(s, &x, q, r, err);
    jw_array_end(r->out);
    return code;
}
