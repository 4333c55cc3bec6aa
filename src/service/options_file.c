/*
 * Reading a need and its offers (options_file.h). Whatever is unknown, missing, doubled or out of
 * range is refused with its JSON pointer; nothing is guessed. What passes keeps to kernel/cover.h,
 * so the kernel has nothing left to refuse.
 */
#include "service/options_file.h"

#include "base/json.h"
#include "label/read.h"

#include <math.h>
#include <stdlib.h>

struct offers {
    struct reader r;
    struct slice requirements[COVER_REQUIREMENTS_MAX];
    uint32_t requirement_count;
    struct slice classes[COVER_CLASSES_MAX];
    uint32_t class_count;
    struct cover_column *columns;
    struct options_name *names;
    uint32_t column_count;
};

static bool read_id(struct offers *x, const struct json *object, struct path at, struct slice *ret)
{
    const struct json *v = json_get(object, "id");
    struct path id = path_name(at, S("id"));
    if (!read_type(&x->r, v, JSON_STRING, id))
        return false;
    if (slice_empty(v->text)) {
        reader_refuse(&x->r, id, REASON_REQUIRED, "%s", "");
        return false;
    }
    *ret = v->text;
    return true;
}

/* A whole number within the range; the fallback when it is absent and may be. */
static int32_t read_number(struct offers *x, const struct json *v, struct path at, int32_t least,
                           int32_t most, int32_t fallback)
{
    if (!v && fallback >= 0)
        return fallback;
    if (!read_type(&x->r, v, JSON_NUMBER, at))
        return least;
    if (!v->is_integer || v->integer < least || v->integer > most) {
        reader_refuse(&x->r, at, REASON_RANGE, "%d..%d", least, most);
        return least;
    }
    return (int32_t)v->integer;
}

static int compare_names(const void *a, const void *b)
{
    const struct json *const *x = a, *const *y = b;
    int order = slice_compare(json_get_text(*x, "id"), json_get_text(*y, "id"));
    return order != 0 ? order : (*x > *y) - (*x < *y);
}

/* No two objects of the list have the same id. */
static void read_unique(struct offers *x, const struct json *list, struct path at)
{
    const struct json **sorted = arena_alloc_array(x->r.a, list->count + 1, sizeof(*sorted));
    if (!sorted) {
        reader_no_memory(&x->r);
        return;
    }
    for (uint32_t i = 0; i < list->count; i++)
        sorted[i] = &list->items[i];
    qsort(sorted, list->count, sizeof(*sorted), compare_names);
    for (uint32_t i = 1; i < list->count; i++) {
        struct slice id = json_get_text(sorted[i], "id");
        if (!slice_empty(id) && slice_eq(id, json_get_text(sorted[i - 1], "id")))
            reader_refuse(&x->r,
                          path_name(path_index(at, (uint32_t)(sorted[i] - list->items)), S("id")),
                          REASON_DUPLICATE, SLICE_FMT, SLICE_ARG(id));
    }
}

static const int32_t *read_requirements(struct offers *x, const struct json *list)
{
    static const char *const known[] = { "id", "demand", NULL };
    struct path at = path_of(S("/requirements"));
    int32_t *demands = arena_array_of(x->r.a, int32_t, COVER_REQUIREMENTS_MAX);
    if (!demands || !read_type(&x->r, list, JSON_ARRAY, at))
        return demands;
    if (list->count < 1 || list->count > COVER_REQUIREMENTS_MAX) {
        reader_refuse(&x->r, at, REASON_RANGE, "1..%d", COVER_REQUIREMENTS_MAX);
        return demands;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        const struct json *v = &list->items[i];
        struct path one = path_index(at, i);
        x->requirement_count++;
        if (!read_type(&x->r, v, JSON_OBJECT, one))
            continue;
        read_known(&x->r, v, one, known);
        (void)read_id(x, v, one, &x->requirements[i]);
        demands[i] = read_number(x, json_get(v, "demand"), path_name(one, S("demand")), 1,
                                 COVER_DEMAND_MAX, -1);
    }
    read_unique(x, list, at);
    return demands;
}

/* Risk of a probability: round(-1000 ln p), halves away from zero. */
static int32_t read_probability(struct offers *x, const struct json *v, struct path at)
{
    if (!read_type(&x->r, v, JSON_NUMBER, at))
        return 0;
    if (!(v->number > 0 && v->number <= 1)) {
        reader_refuse(&x->r, at, REASON_RANGE, "above 0, at most 1");
        return 0;
    }
    return (int32_t)llround(-1000 * log(v->number));
}

static int32_t read_risk(struct offers *x, const struct json *mode, struct path at)
{
    const struct json *risk = json_get(mode, "risk"), *p = json_get(mode, "probability");
    if (risk && p) {
        reader_refuse(&x->r, path_name(at, S("risk")), REASON_RULE,
                      "state the risk or the probability, not both");
        return 0;
    }
    if (risk)
        return read_number(x, risk, path_name(at, S("risk")), 0, COVER_VALUE_MAX, -1);
    return read_probability(x, p, path_name(at, S("probability")));
}

static void read_covers(struct offers *x, const struct json *v, struct path at,
                        struct cover_column *ret)
{
    if (!v || !read_type(&x->r, v, JSON_OBJECT, at))
        return;
    struct cover_part *parts = arena_array_of(x->r.a, struct cover_part, v->count + 1);
    if (!parts) {
        reader_no_memory(&x->r);
        return;
    }
    for (uint32_t i = 0; i < v->count; i++) {
        const struct json_member *m = &v->members[i];
        uint32_t r = 0;
        while (r < x->requirement_count && !slice_eq(x->requirements[r], m->name))
            r++;
        if (r == x->requirement_count)
            reader_refuse(&x->r, path_name(at, m->name), REASON_REFERENCE, "no such requirement");
        parts[i].requirement = r;
        parts[i].quantity =
            read_number(x, &m->value, path_name(at, m->name), 1, COVER_VALUE_MAX, -1);
    }
    ret->parts = parts;
    ret->part_count = v->count;
}

static uint32_t class_bit(struct offers *x, struct slice name, struct path at)
{
    for (uint32_t c = 0; c < x->class_count; c++) {
        if (slice_eq(x->classes[c], name))
            return 1U << c;
    }
    if (x->class_count == COVER_CLASSES_MAX) {
        reader_refuse(&x->r, at, REASON_TOO_MANY, "%d", COVER_CLASSES_MAX);
        return 0;
    }
    x->classes[x->class_count] = name;
    return 1U << x->class_count++;
}

static uint32_t read_classes(struct offers *x, const struct json *v, struct path at)
{
    uint32_t bits = 0;
    if (!v || !read_type(&x->r, v, JSON_ARRAY, at))
        return 0;
    for (uint32_t i = 0; i < v->count; i++) {
        if (read_type(&x->r, &v->items[i], JSON_STRING, path_index(at, i)))
            bits |= class_bit(x, v->items[i].text, path_index(at, i));
    }
    return bits;
}

static void read_mode(struct offers *x, const struct json *v, struct path at, uint32_t partner,
                      struct slice partner_id)
{
    static const char *const known[] = { "id",     "burden", "risk",  "probability", "readiness",
                                         "covers", "wants",  "gives", NULL };
    struct cover_column *c = &x->columns[x->column_count];
    struct options_name *name = &x->names[x->column_count++];
    if (!read_type(&x->r, v, JSON_OBJECT, at))
        return;
    read_known(&x->r, v, at, known);
    name->partner = partner_id;
    (void)read_id(x, v, at, &name->mode);
    c->partner = partner;
    c->burden =
        read_number(x, json_get(v, "burden"), path_name(at, S("burden")), 0, COVER_VALUE_MAX, -1);
    c->risk = read_risk(x, v, at);
    c->readiness = read_number(x, json_get(v, "readiness"), path_name(at, S("readiness")), 0,
                               COVER_VALUE_MAX, 0);
    read_covers(x, json_get(v, "covers"), path_name(at, S("covers")), c);
    c->wants = read_classes(x, json_get(v, "wants"), path_name(at, S("wants")));
    c->gives = read_classes(x, json_get(v, "gives"), path_name(at, S("gives")));
}

static void read_partner(struct offers *x, const struct json *v, struct path at, uint32_t partner)
{
    static const char *const known[] = { "id", "modes", NULL };
    struct slice id = { 0 };
    if (!read_type(&x->r, v, JSON_OBJECT, at))
        return;
    read_known(&x->r, v, at, known);
    (void)read_id(x, v, at, &id);
    const struct json *modes = json_get(v, "modes");
    struct path modes_at = path_name(at, S("modes"));
    if (!read_type(&x->r, modes, JSON_ARRAY, modes_at))
        return;
    if (modes->count > COVER_COLUMNS_MAX - x->column_count) {
        reader_refuse(&x->r, modes_at, REASON_TOO_MANY, "%d", COVER_COLUMNS_MAX);
        return;
    }
    for (uint32_t i = 0; i < modes->count; i++)
        read_mode(x, &modes->items[i], path_index(modes_at, i), partner, id);
    read_unique(x, modes, modes_at);
}

static uint32_t read_partners(struct offers *x, const struct json *list)
{
    struct path at = path_of(S("/partners"));
    if (!read_type(&x->r, list, JSON_ARRAY, at))
        return 0;
    for (uint32_t i = 0; i < list->count; i++)
        read_partner(x, &list->items[i], path_index(at, i), i);
    read_unique(x, list, at);
    return list->count;
}

int options_file_read(struct slice text, struct arena *a, struct error *err,
                      struct options_file *ret)
{
    static const char *const known[] = { "requirements", "partners", NULL };
    struct json *v = NULL;
    int code = json_parse(a, text, err, &v);
    if (code < 0)
        return code;
    struct offers *x = arena_new_of(a, struct offers);
    struct cover_column *columns = arena_array_of(a, struct cover_column, COVER_COLUMNS_MAX);
    struct options_name *names = arena_array_of(a, struct options_name, COVER_COLUMNS_MAX);
    if (!x || !columns || !names)
        return error_set(err, EN_NO_MEMORY, "no memory for the options");
    *x = (struct offers){ .r = { a, err, 0 }, .columns = columns, .names = names };
    struct path top = path_of(S(""));
    if (!read_type(&x->r, v, JSON_OBJECT, top))
        return x->r.code;
    read_known(&x->r, v, top, known);
    const int32_t *demands = read_requirements(x, json_get(v, "requirements"));
    uint32_t partners = read_partners(x, json_get(v, "partners"));
    if (arena_failed(a))
        return error_set(err, EN_NO_MEMORY, "no memory for the options");
    if (x->r.code < 0)
        return x->r.code;
    *ret = (struct options_file){ .in = { .demands = demands,
                                          .requirement_count = x->requirement_count,
                                          .columns = columns,
                                          .column_count = x->column_count,
                                          .partner_count = partners },
                                  .names = names };
    return 0;
}
