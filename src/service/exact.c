/* Exact decimals: see exact.h. */
#include "service/exact.h"

#include "base/buf.h"

enum { PLACES = 9, DIGITS_MAX = 20 };

struct digits {
    char text[64];
    int count, point; /* digits before the point */
    bool negative;
};

/* Sign, digits and where the point falls; the exponent moves it. */
static bool read_digits(struct slice text, struct digits *d)
{
    size_t at = 0;
    bool after = false;
    *d = (struct digits){ 0 };
    d->negative = text.len && text.ptr[0] == '-';
    at += d->negative;
    for (; at < text.len && text.ptr[at] != 'e' && text.ptr[at] != 'E'; at++) {
        if (text.ptr[at] == '.') {
            after = true;
            continue;
        }
        if (text.ptr[at] < '0' || text.ptr[at] > '9' || d->count == (int)sizeof d->text)
            return false;
        d->text[d->count++] = text.ptr[at];
        d->point += !after;
    }
    int64_t exponent = 0;
    if (at < text.len &&
        !slice_to_int64(slice_make(text.ptr + at + 1, text.len - at - 1), &exponent))
        return false;
    if (exponent > 100 || exponent < -1000)
        return false;
    d->point += (int)exponent;
    return d->count > 0;
}

bool exact_of(const struct json *number, struct exact *ret)
{
    struct digits d;
    __int128 value = 0;
    if (!number || number->type != JSON_NUMBER || !read_digits(number->text, &d))
        return false;
    for (int i = 0; i < d.point + PLACES; i++) {
        int digit = i < d.count ? d.text[i] - '0' : 0;
        if (i >= DIGITS_MAX + PLACES && value != 0)
            return false;
        value = value * 10 + digit;
    }
    ret->nano = d.negative ? -value : value;
    return true;
}

struct exact exact_add(struct exact a, struct exact b)
{
    return (struct exact){ a.nano + b.nano };
}

struct exact exact_minus(struct exact a, struct exact b)
{
    return (struct exact){ a.nano - b.nano };
}

void exact_write(struct json_writer *out, const char *name, struct exact value)
{
    char text[64];
    size_t at = sizeof text;
    bool negative = value.nano < 0, digits = false;
    unsigned __int128 rest =
        negative ? -(unsigned __int128)value.nano : (unsigned __int128)value.nano;
    for (int place = 0; place <= PLACES || rest; place++) {
        char digit = (char)('0' + (int)(rest % 10));
        rest /= 10;
        if (place == PLACES && digits)
            text[--at] = '.';
        digits |= digit != '0' && place < PLACES;
        if (digits || place >= PLACES)
            text[--at] = digit;
    }
    if (negative)
        text[--at] = '-';
    jw_key(out, name);
    jw_raw(out, slice_make(text + at, sizeof text - at));
}
