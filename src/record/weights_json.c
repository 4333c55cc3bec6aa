/*
 * The weights policy as JSON, both ways.
 *
 * Form: {"stakes":{...},"events":{"commitment.kept":{"dimensions":[..],"positive":1,"negative":0,
 * "stakes":"record"}},"model":{"lambda":1.5,...},"introductions":{"unit":0.8,...}}. What a file
 * does not say keeps its default; what is not known is refused, so that a misspelt name is never
 * silently ignored. Invariant: parse(write(w)) is w.
 */
#include "record/weights_table.h"

#include "base/limits.h"

#include <stddef.h>
#include <stdio.h>

struct parameter_row {
    const char *name;
    size_t offset;
    double min, max;
};

static const struct parameter_row stakes_rows[] = {
    { "routine", offsetof(struct weights, routine), 0, 10000 },
    { "significant", offsetof(struct weights, significant), 0, 10000 },
    { "critical", offsetof(struct weights, critical), 0, 10000 },
    { 0 },
};

static const struct parameter_row model_rows[] = {
    { "lambda", offsetof(struct weights, lambda), 0.01, 100 },
    { "prior_weight", offsetof(struct weights, prior_weight), 0.01, 1000 },
    { "kappa", offsetof(struct weights, kappa), 0, 100 },
    { "reporter_cap", offsetof(struct weights, reporter_cap), 0, 1000000 },
    { "prior_strength", offsetof(struct weights, prior_strength), 0.01, 1000 },
    { "reciprocity", offsetof(struct weights, reciprocity), 0, 1 },
    { "witness_cap", offsetof(struct weights, witness_cap), 0, 1000000 },
    { "base_rate_default", offsetof(struct weights, base_rate_default), 0.01, 0.99 },
    { "own_delivery", offsetof(struct weights, own_delivery), 0.01, 1 },
    { "delivery_floor", offsetof(struct weights, delivery_floor), 0, 0.99 },
    { 0 },
};

static const struct parameter_row introductions_rows[] = {
    { "posting", offsetof(struct weights, tie_posting), 0.0001, 1 },
    { "unit", offsetof(struct weights, tie_unit), 0.0001, 1 },
    { "membership", offsetof(struct weights, tie_membership), 0.0001, 1 },
    { "dormant", offsetof(struct weights, tie_dormant), 0.0001, 1 },
    { "access_weak", offsetof(struct weights, access_weak), 0.0001, 1 },
    { "access_fair", offsetof(struct weights, access_fair), 0.0001, 1 },
    { "access_strong", offsetof(struct weights, access_strong), 0.0001, 1 },
    { 0 },
};

struct duration_row {
    const char *name;
    size_t offset;
};

static const struct duration_row duration_rows[] = {
    { "half_life_strategic", offsetof(struct weights, half_life_strategic) },
    { "half_life_situational", offsetof(struct weights, half_life_situational) },
    { "half_life_time_bound", offsetof(struct weights, half_life_time_bound) },
    { "half_life_individual", offsetof(struct weights, half_life_individual) },
    { 0 },
};

enum { DAY = 86400, DAYS_MAX = 36500 };

struct reader {
    struct error *err;
    int code;
};

static void refuse(struct reader *r, const char *group, struct slice name, const char *member,
                   enum reason reason, const char *detail)
{
    char pointer[96];
    int n = snprintf(pointer, sizeof pointer, "%s/" SLICE_FMT "%s", group,
                     (int)(name.len > 60 ? 60 : name.len), name.ptr, member);
    size_t len = n < 0 ? 0 : n < (int)sizeof pointer ? (size_t)n : sizeof pointer - 1;
    r->code = error_field(r->err, slice_make(pointer, len), reason, "%s", detail);
}

static void read_number(struct reader *r, const char *group, struct slice name, const char *member,
                        const struct json *v, double min, double max, double *ret)
{
    char range[48];
    if (v->type != JSON_NUMBER) {
        refuse(r, group, name, member, REASON_TYPE, "number");
    } else if (!(v->number >= min && v->number <= max)) {
        snprintf(range, sizeof range, "%g..%g", min, max);
        refuse(r, group, name, member, REASON_RANGE, range);
    } else {
        *ret = v->number;
    }
}

static double *number_at(struct weights *w, size_t offset)
{
    return (double *)(void *)((char *)w + offset);
}

static int64_t *integer_at(struct weights *w, size_t offset)
{
    return (int64_t *)(void *)((char *)w + offset);
}

static bool read_parameter(struct reader *r, const char *group, const struct parameter_row *rows,
                           const struct json_member *m, struct weights *w)
{
    for (const struct parameter_row *p = rows; p->name; p++) {
        if (!slice_is(m->name, p->name))
            continue;
        read_number(r, group, m->name, "", &m->value, p->min, p->max, number_at(w, p->offset));
        return true;
    }
    return false;
}

static bool read_duration(struct reader *r, const struct json_member *m, struct weights *w)
{
    for (const struct duration_row *p = duration_rows; p->name; p++) {
        int64_t seconds;
        if (!slice_is(m->name, p->name))
            continue;
        if (m->value.type != JSON_STRING || !when_parse_duration(m->value.text, &seconds))
            refuse(r, "/model", m->name, "", REASON_FORMAT, "730d");
        else if (seconds < DAY || seconds > (int64_t)DAYS_MAX * DAY)
            refuse(r, "/model", m->name, "", REASON_RANGE, "1d..36500d");
        else
            *integer_at(w, p->offset) = seconds;
        return true;
    }
    return false;
}

static void read_model(struct reader *r, const struct json *v, struct weights *w)
{
    for (uint32_t i = 0; i < v->count; i++) {
        const struct json_member *m = &v->members[i];
        if (read_parameter(r, "/model", model_rows, m, w) || read_duration(r, m, w))
            continue;
        if (!slice_is(m->name, "fading_days"))
            refuse(r, "/model", m->name, "", REASON_UNKNOWN_FIELD, "");
        else if (!m->value.is_integer || m->value.integer < 1 || m->value.integer > DAYS_MAX)
            refuse(r, "/model", m->name, "", REASON_RANGE, "1..36500");
        else
            w->fading_days = m->value.integer;
    }
}

static void read_stakes(struct reader *r, const struct json *v, struct weights *w)
{
    for (uint32_t i = 0; i < v->count; i++) {
        if (!read_parameter(r, "/stakes", stakes_rows, &v->members[i], w))
            refuse(r, "/stakes", v->members[i].name, "", REASON_UNKNOWN_FIELD, "");
    }
    if (w->routine > w->significant || w->significant > w->critical)
        refuse(r, "", S("stakes"), "", REASON_RANGE, "routine <= significant <= critical");
}

static void read_introductions(struct reader *r, const struct json *v, struct weights *w)
{
    for (uint32_t i = 0; i < v->count; i++) {
        if (!read_parameter(r, "/introductions", introductions_rows, &v->members[i], w))
            refuse(r, "/introductions", v->members[i].name, "", REASON_UNKNOWN_FIELD, "");
    }
}

static void read_dimensions(struct reader *r, struct slice event, const struct json *v,
                            struct weight_row *row)
{
    if (v->type == JSON_STRING && slice_is(v->text, "record")) {
        row->dimensions = 0;
        return;
    }
    unsigned bits = 0;
    for (uint32_t i = 0; v->type == JSON_ARRAY && i < v->count; i++) {
        unsigned d = 0;
        while (d < DIMENSION_COUNT && !(v->items[i].type == JSON_STRING &&
                                        slice_is(v->items[i].text, dimension_choices[d].value)))
            d++;
        if (d == DIMENSION_COUNT) {
            refuse(r, "/events", event, "/dimensions", REASON_CHOICE, "");
            return;
        }
        bits |= 1U << d;
    }
    if (bits)
        row->dimensions = bits;
    else
        refuse(r, "/events", event, "/dimensions", REASON_TYPE, "list");
}

static void refuse_member(struct reader *r, struct slice event, struct slice name)
{
    char member[48];
    snprintf(member, sizeof member, "/" SLICE_FMT, (int)(name.len > 40 ? 40 : name.len), name.ptr);
    refuse(r, "/events", event, member, REASON_UNKNOWN_FIELD, "");
}

static void read_event(struct reader *r, const struct json_member *event, struct weights *w)
{
    const struct json *v = &event->value;
    struct weight_row *row = weights_find(w, event->name);
    if (!row) {
        refuse(r, "/events", event->name, "", REASON_UNKNOWN_FIELD, "");
        return;
    }
    if (v->type != JSON_OBJECT) {
        refuse(r, "/events", event->name, "", REASON_TYPE, "object");
        return;
    }
    for (uint32_t i = 0; i < v->count; i++) {
        struct slice name = v->members[i].name;
        const struct json *value = &v->members[i].value;
        if (slice_is(name, "dimensions"))
            read_dimensions(r, event->name, value, row);
        else if (slice_is(name, "positive"))
            read_number(r, "/events", event->name, "/positive", value, 0, 1, &row->positive);
        else if (slice_is(name, "negative"))
            read_number(r, "/events", event->name, "/negative", value, 0, 1, &row->negative);
        else if (slice_is(name, "stakes") && value->type == JSON_STRING &&
                 slice_is(value->text, "record"))
            row->stakes = 0;
        else if (slice_is(name, "stakes"))
            read_number(r, "/events", event->name, "/stakes", value, 1e-6, 10000, &row->stakes);
        else
            refuse_member(r, event->name, name);
    }
}

static void read_root(struct reader *r, const struct json *root, struct weights *w)
{
    for (uint32_t i = 0; i < root->count; i++) {
        struct slice name = root->members[i].name;
        const struct json *v = &root->members[i].value;
        bool known = slice_is(name, "stakes") || slice_is(name, "events") ||
                     slice_is(name, "model") || slice_is(name, "introductions");
        if (!known)
            refuse(r, "", name, "", REASON_UNKNOWN_FIELD, "");
        else if (v->type != JSON_OBJECT)
            refuse(r, "", name, "", REASON_TYPE, "object");
        else if (slice_is(name, "stakes"))
            read_stakes(r, v, w);
        else if (slice_is(name, "model"))
            read_model(r, v, w);
        else if (slice_is(name, "introductions"))
            read_introductions(r, v, w);
        else
            for (uint32_t e = 0; e < v->count; e++)
                read_event(r, &v->members[e], w);
    }
}

int weights_parse(struct slice text, struct error *err, struct weights *ret)
{
    struct weights w;
    struct json *root;
    struct reader r = { .err = err };
    weights_defaults(&w);
    if (!slice_empty(slice_trim(text))) {
        cleanup_arena struct arena *a = arena_new(LIMIT_BODY);
        if (!a)
            return error_set(err, EN_NO_MEMORY, "no memory for the weights policy");
        int code = json_parse(a, text, err, &root);
        if (code)
            return code;
        if (root->type != JSON_OBJECT)
            return error_field(err, S(""), REASON_TYPE, "object");
        read_root(&r, root, &w);
        if (r.code)
            return r.code;
    }
    *ret = w;
    return 0;
}

static void write_event(const struct weight_row *row, struct json_writer *out)
{
    jw_key(out, row->event);
    jw_object(out);
    jw_key(out, "dimensions");
    if (row->dimensions) {
        jw_array(out);
        for (unsigned d = 0; d < DIMENSION_COUNT; d++) {
            if (row->dimensions >> d & 1)
                jw_cstr(out, dimension_choices[d].value);
        }
        jw_array_end(out);
    } else {
        jw_cstr(out, "record");
    }
    jw_key(out, "positive");
    jw_double(out, row->positive);
    jw_key(out, "negative");
    jw_double(out, row->negative);
    jw_key(out, "stakes");
    if (row->stakes > 0)
        jw_double(out, row->stakes);
    else
        jw_cstr(out, "record");
    jw_object_end(out);
}

static void write_parameters(const struct weights *w, const struct parameter_row *rows,
                             struct json_writer *out)
{
    for (const struct parameter_row *p = rows; p->name; p++) {
        double value;
        memcpy(&value, (const char *)w + p->offset, sizeof value);
        jw_key(out, p->name);
        jw_double(out, value);
    }
}

static void write_durations(const struct weights *w, struct json_writer *out)
{
    for (const struct duration_row *p = duration_rows; p->name; p++) {
        int64_t seconds;
        char text[32];
        memcpy(&seconds, (const char *)w + p->offset, sizeof seconds);
        bool days = seconds % DAY == 0;
        snprintf(text, sizeof text, "%lld%c", (long long)(days ? seconds / DAY : seconds),
                 days ? 'd' : 's');
        jw_key_cstr(out, p->name, text);
    }
}

void weights_write(const struct weights *w, struct json_writer *out)
{
    jw_object(out);
    jw_key(out, "stakes");
    jw_object(out);
    write_parameters(w, stakes_rows, out);
    jw_object_end(out);
    jw_key(out, "events");
    jw_object(out);
    for (size_t i = 0; i < w->count; i++)
        write_event(&w->rows[i], out);
    jw_object_end(out);
    jw_key(out, "model");
    jw_object(out);
    write_durations(w, out);
    write_parameters(w, model_rows, out);
    jw_key_int(out, "fading_days", w->fading_days);
    jw_object_end(out);
    jw_key(out, "introductions");
    jw_object(out);
    write_parameters(w, introductions_rows, out);
    jw_object_end(out);
    jw_object_end(out);
}
