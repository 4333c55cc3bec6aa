/* The nurture policy as JSON, both ways: see nurture.h. */
#include "service/nurture.h"

#include "base/limits.h"

#include <stddef.h>
#include <stdio.h>

static const char *const priority_words[NURTURE_PRIORITIES] = {
    "none", "T1", "T2", "T3", "T4", "T5"
};

struct reader {
    struct error *err;
    const struct kind *engagement;
    struct nurture *policy;
    int code;
};

static void refuse(struct reader *r, const char *group, struct slice name, const char *member,
                   enum reason reason, const char *detail)
{
    char pointer[96];
    int n = snprintf(pointer, sizeof pointer, "%s/" SLICE_FMT "%s", group,
                     (int)(name.len > 40 ? 40 : name.len), name.ptr, member);
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

static void read_count(struct reader *r, struct slice name, const struct json *v, int64_t max,
                       int64_t *ret)
{
    char range[48];
    snprintf(range, sizeof range, "1..%lld", (long long)max);
    if (v->type != JSON_NUMBER || !v->is_integer || v->integer < 1 || v->integer > max)
        refuse(r, "/plan", name, "", REASON_RANGE, range);
    else
        *ret = v->integer;
}

int nurture_priority(struct slice priority)
{
    for (int i = 1; i < NURTURE_PRIORITIES; i++)
        if (slice_is(priority, priority_words[i]))
            return i;
    return 0;
}

static void read_importance(struct reader *r, const struct json *v)
{
    for (uint32_t i = 0; i < v->count; i++) {
        const struct json_member *m = &v->members[i];
        int priority = nurture_priority(m->name);
        double *at = &r->policy->importance[priority];
        if (slice_is(m->name, "criticality"))
            at = &r->policy->criticality;
        else if (priority == 0 && !slice_is(m->name, "none")) {
            refuse(r, "/importance", m->name, "", REASON_UNKNOWN_FIELD, "");
            continue;
        }
        read_number(r, "/importance", m->name, "", &m->value, 0, 1000, at);
    }
}

static void read_must_do(struct reader *r, const struct json *v)
{
    unsigned bits = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        const struct json *item = &v->items[i];
        int priority = item->type == JSON_STRING ? nurture_priority(item->text) : 0;
        if (!priority && !(item->type == JSON_STRING && slice_is(item->text, "none")))
            refuse(r, "", S("must_do"), "", REASON_CHOICE, "T1 T2 T3 T4 T5 none");
        bits |= 1u << priority;
    }
    r->policy->must_do = bits;
}

/* ---- forms of engagement ---- */

static bool is_mode(const struct kind *engagement, struct slice name)
{
    const struct field *f = kind_field(engagement, S("mode"));
    for (const struct choice *c = f ? f->choices : NULL; c && c->value; c++)
        if (slice_is(name, c->value))
            return name.len < NURTURE_FIELD;
    return false;
}

static uint32_t find_type(const struct nurture *p, struct slice name)
{
    uint32_t i = 0;
    while (i < p->type_count && !slice_is(name, p->types[i].mode))
        i++;
    return i;
}

static void drop_type(struct nurture *p, uint32_t at)
{
    if (at == p->type_count)
        return;
    for (p->type_count--; at < p->type_count; at++)
        p->types[at] = p->types[at + 1];
}

static void read_form(struct reader *r, struct slice name, const struct json *v,
                      struct attention_type *form)
{
    for (uint32_t i = 0; i < v->count; i++) {
        struct slice member = v->members[i].name;
        const struct json *value = &v->members[i].value;
        if (slice_is(member, "hours"))
            read_number(r, "/types", name, "/hours", value, 0.05, 1000, &form->hours);
        else if (slice_is(member, "kept"))
            read_number(r, "/types", name, "/kept", value, 0, 1000, &form->kept);
        else if (slice_is(member, "broken"))
            read_number(r, "/types", name, "/broken", value, 0, 1000, &form->broken);
        else if (slice_is(member, "success"))
            read_number(r, "/types", name, "/success", value, 0, 1, &form->success);
        else if (!slice_is(member, "travels"))
            refuse(r, "/types", name, "/?", REASON_UNKNOWN_FIELD, "");
        else if (value->type != JSON_BOOL)
            refuse(r, "/types", name, "/travels", REASON_TYPE, "boolean");
        else
            form->travels = value->boolean;
    }
    if (form->hours <= 0)
        refuse(r, "/types", name, "/hours", REASON_REQUIRED, "");
}

static void read_type(struct reader *r, const struct json_member *m)
{
    struct nurture *p = r->policy;
    uint32_t at = find_type(p, m->name);
    if (!is_mode(r->engagement, m->name)) {
        refuse(r, "/types", m->name, "", REASON_CHOICE, "a mode of engagements");
    } else if (m->value.type == JSON_NULL) {
        drop_type(p, at);
    } else if (m->value.type != JSON_OBJECT) {
        refuse(r, "/types", m->name, "", REASON_TYPE, "object");
    } else if (at == ATTENTION_TYPES_MAX) {
        refuse(r, "", S("types"), "", REASON_TOO_MANY, "16");
    } else {
        if (at == p->type_count) {
            p->types[p->type_count++] = (struct nurture_type){ .form = { .success = 1 } };
            memcpy(p->types[at].mode, m->name.ptr, m->name.len);
        }
        read_form(r, m->name, &m->value, &p->types[at].form);
    }
}

/* ---- travel, plans ---- */

static void read_region(struct reader *r, const struct json_member *m)
{
    struct nurture *p = r->policy;
    uint32_t at = 0;
    while (at < p->region_count && !slice_is(m->name, p->regions[at].country))
        at++;
    if (m->name.len != 3) {
        refuse(r, "/trips/regions", m->name, "", REASON_FORMAT, "CAN");
    } else if (at == NURTURE_REGIONS_MAX) {
        refuse(r, "/trips", S("regions"), "", REASON_TOO_MANY, "64");
    } else {
        if (at == p->region_count) {
            p->regions[p->region_count++] = (struct nurture_region){ .hours = 0 };
            memcpy(p->regions[at].country, m->name.ptr, 3);
        }
        read_number(r, "/trips/regions", m->name, "", &m->value, 0, 1000, &p->regions[at].hours);
    }
}

static void read_trips(struct reader *r, const struct json *v)
{
    for (uint32_t i = 0; i < v->count; i++) {
        const struct json_member *m = &v->members[i];
        if (slice_is(m->name, "same_country"))
            read_number(r, "/trips", m->name, "", &m->value, 0, 1000,
                        &r->policy->trip_same_country);
        else if (slice_is(m->name, "abroad"))
            read_number(r, "/trips", m->name, "", &m->value, 0, 1000, &r->policy->trip_abroad);
        else if (!slice_is(m->name, "regions"))
            refuse(r, "/trips", m->name, "", REASON_UNKNOWN_FIELD, "");
        else if (m->value.type != JSON_OBJECT)
            refuse(r, "/trips", m->name, "", REASON_TYPE, "object");
        else
            for (uint32_t k = 0; k < m->value.count; k++)
                read_region(r, &m->value.members[k]);
    }
}

static void read_plan(struct reader *r, const struct json *v)
{
    struct nurture *p = r->policy;
    for (uint32_t i = 0; i < v->count; i++) {
        const struct json_member *m = &v->members[i];
        if (slice_is(m->name, "hours"))
            read_number(r, "/plan", m->name, "", &m->value, 0, 168, &p->hours);
        else if (slice_is(m->name, "floor"))
            read_number(r, "/plan", m->name, "", &m->value, 0.01, 0.99, &p->floor);
        else if (slice_is(m->name, "weeks"))
            read_count(r, m->name, &m->value, ATTENTION_WEEKS_MAX, &p->weeks);
        else if (slice_is(m->name, "working_days"))
            read_count(r, m->name, &m->value, 7, &p->working_days);
        else if (slice_is(m->name, "gap_days"))
            read_count(r, m->name, &m->value, 365, &p->gap_days);
        else
            refuse(r, "/plan", m->name, "", REASON_UNKNOWN_FIELD, "");
    }
}

static void read_root(struct reader *r, const struct json *root)
{
    for (uint32_t i = 0; i < root->count; i++) {
        struct slice name = root->members[i].name;
        const struct json *v = &root->members[i].value;
        bool list = slice_is(name, "must_do"), types = slice_is(name, "types");
        bool importance = slice_is(name, "importance"), trips = slice_is(name, "trips");
        if (!list && !types && !importance && !trips && !slice_is(name, "plan"))
            refuse(r, "", name, "", REASON_UNKNOWN_FIELD, "");
        else if (v->type != (list ? JSON_ARRAY : JSON_OBJECT))
            refuse(r, "", name, "", REASON_TYPE, list ? "list" : "object");
        else if (list)
            read_must_do(r, v);
        else if (importance)
            read_importance(r, v);
        else if (trips)
            read_trips(r, v);
        else if (!types)
            read_plan(r, v);
        else
            for (uint32_t t = 0; t < v->count; t++)
                read_type(r, &v->members[t]);
    }
}

int nurture_parse(struct slice text, const struct kind *engagement, const struct nurture *base,
                  struct error *err, struct nurture *ret)
{
    struct nurture p =
        base ? *base : (struct nurture){ .weeks = 1, .working_days = 5, .gap_days = 1 };
    struct reader r = { .err = err, .engagement = engagement, .policy = &p };
    struct json *root;
    if (!slice_empty(slice_trim(text))) {
        cleanup_arena struct arena *a = arena_new(LIMIT_BODY);
        if (!a)
            return error_set(err, EN_NO_MEMORY, "no memory for the nurture policy");
        int code = json_parse(a, text, err, &root);
        if (code < 0)
            return code;
        if (root->type != JSON_OBJECT)
            return error_field(err, S(""), REASON_TYPE, "object");
        read_root(&r, root);
        if (r.code < 0)
            return r.code;
    }
    *ret = p;
    return 0;
}

double nurture_trip(const struct nurture *p, struct slice home_country, struct slice country)
{
    if (country.len && slice_eq(country, home_country))
        return p->trip_same_country;
    for (uint32_t i = 0; i < p->region_count; i++)
        if (slice_is(country, p->regions[i].country))
            return p->regions[i].hours;
    return p->trip_abroad;
}

/* ---- writing ---- */

static void write_number(struct json_writer *out, const char *name, double value)
{
    jw_key(out, name);
    jw_double(out, value);
}

static void write_types(const struct nurture *p, struct json_writer *out)
{
    jw_key(out, "types");
    jw_object(out);
    for (uint32_t i = 0; i < p->type_count; i++) {
        const struct attention_type *t = &p->types[i].form;
        jw_key(out, p->types[i].mode);
        jw_object(out);
        write_number(out, "hours", t->hours);
        write_number(out, "kept", t->kept);
        write_number(out, "broken", t->broken);
        write_number(out, "success", t->success);
        jw_key_bool(out, "travels", t->travels);
        jw_object_end(out);
    }
    jw_object_end(out);
}

static void write_trips(const struct nurture *p, struct json_writer *out)
{
    jw_key(out, "trips");
    jw_object(out);
    write_number(out, "same_country", p->trip_same_country);
    write_number(out, "abroad", p->trip_abroad);
    jw_key(out, "regions");
    jw_object(out);
    for (uint32_t i = 0; i < p->region_count; i++)
        write_number(out, p->regions[i].country, p->regions[i].hours);
    jw_object_end(out);
    jw_object_end(out);
}

void nurture_write(const struct nurture *p, struct json_writer *out)
{
    jw_object(out);
    jw_key(out, "importance");
    jw_object(out);
    for (int i = 0; i < NURTURE_PRIORITIES; i++)
        write_number(out, priority_words[i], p->importance[i]);
    write_number(out, "criticality", p->criticality);
    jw_object_end(out);
    jw_key(out, "must_do");
    jw_array(out);
    for (int i = 0; i < NURTURE_PRIORITIES; i++)
        if (p->must_do >> i & 1)
            jw_cstr(out, priority_words[i]);
    jw_array_end(out);
    write_types(p, out);
    write_trips(p, out);
    jw_key(out, "plan");
    jw_object(out);
    write_number(out, "hours", p->hours);
    jw_key_int(out, "weeks", p->weeks);
    write_number(out, "floor", p->floor);
    jw_key_int(out, "working_days", p->working_days);
    jw_key_int(out, "gap_days", p->gap_days);
    jw_object_end(out);
    jw_object_end(out);
}
