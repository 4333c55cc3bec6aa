/*
 * Refuses an instance that does not keep to cover.h, naming the field by its place in the arrays
 * ("/columns/3/parts/0/quantity"). Everything after this may rely on it: sums of a coalition fit 32
 * bits, indices are within their arrays, no column names a requirement twice.
 */
#include "kernel/cover_internal.h"

#include <stdio.h>

#define MEMBER(format, ...) member((char[64]){ 0 }, format, __VA_ARGS__)

static struct slice __attribute__((format(printf, 2, 3)))
member(char *space, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(space, 64, format, args);
    va_end(args);
    return slice_of(space);
}

static int check_demands(const struct cover_instance *in, struct error *err)
{
    if (in->requirement_count < 1 || in->requirement_count > COVER_REQUIREMENTS_MAX)
        return error_field(err, S("/requirements"), REASON_RANGE, "1 to %d",
                           COVER_REQUIREMENTS_MAX);
    for (uint32_t r = 0; r < in->requirement_count; r++) {
        if (in->demands[r] < 1 || in->demands[r] > COVER_DEMAND_MAX)
            return error_field(err, MEMBER("/requirements/%u/demand", r), REASON_RANGE, "1 to %d",
                               COVER_DEMAND_MAX);
    }
    return 0;
}

static int check_value(int32_t value, const char *name, uint32_t column, struct error *err)
{
    if (value >= 0 && value <= COVER_VALUE_MAX)
        return 0;
    return error_field(err, MEMBER("/columns/%u/%s", column, name), REASON_RANGE, "0 to %d",
                       COVER_VALUE_MAX);
}

static int check_parts(const struct cover_instance *in, uint32_t column, struct error *err)
{
    const struct cover_column *c = &in->columns[column];
    uint64_t seen = 0;
    for (uint32_t i = 0; i < c->part_count; i++) {
        const struct cover_part *p = &c->parts[i];
        if (p->requirement >= in->requirement_count)
            return error_field(err, MEMBER("/columns/%u/parts/%u/requirement", column, i),
                               REASON_RANGE, "0 to %u", in->requirement_count - 1);
        if (seen >> p->requirement & 1U)
            return error_field(err, MEMBER("/columns/%u/parts/%u/requirement", column, i),
                               REASON_DUPLICATE, "named before in this column");
        if (p->quantity < 1)
            return error_field(err, MEMBER("/columns/%u/parts/%u/quantity", column, i),
                               REASON_RANGE, "1 or more");
        seen |= (uint64_t)1 << p->requirement;
    }
    return 0;
}

static int check_column(const struct cover_instance *in, uint32_t column, struct error *err)
{
    const struct cover_column *c = &in->columns[column];
    if (c->partner >= in->partner_count)
        return error_field(err, MEMBER("/columns/%u/partner", column), REASON_RANGE,
                           "below the number of partners, %u", in->partner_count);
    int code = check_value(c->burden, "burden", column, err);
    code = code == 0 ? check_value(c->risk, "risk", column, err) : code;
    code = code == 0 ? check_value(c->readiness, "readiness", column, err) : code;
    return code == 0 ? check_parts(in, column, err) : code;
}

int cover_check(const struct cover_instance *in, const struct cover_options *o, struct error *err)
{
    int code = check_demands(in, err);
    if (code < 0)
        return code;
    if (in->column_count > COVER_COLUMNS_MAX)
        return error_field(err, S("/columns"), REASON_TOO_MANY, "%d", COVER_COLUMNS_MAX);
    for (uint32_t j = 0; j < in->column_count && code == 0; j++)
        code = check_column(in, j, err);
    if (code == 0 && !(o->epsilon >= 0 && o->epsilon <= 1))
        code = error_field(err, S("/epsilon"), REASON_RANGE, "0 to 1");
    if (code == 0 && o->partners_max > COVER_MEMBERS_MAX)
        code = error_field(err, S("/partners_max"), REASON_RANGE, "0 to %d", COVER_MEMBERS_MAX);
    return code;
}
