/*
 * Numbers between text and double, exactly rounded in both directions, whatever the locale.
 *
 * Reading: decimal digits D and exponent e, no trailing zeros in D. When D <= 2^53 and |e| <= 22, D
 * and 10^|e| are exact doubles and one multiplication or division rounds once (W. Clinger, "How to
 * Read Floating Point Numbers Accurately", 1990). Otherwise strtod decides, given "<D>e<e>":
 * without a decimal point the locale has no say.
 *
 * Writing (ECMA-262 Number::toString, as RFC 8785 demands): the fewest digits that read back as the
 * same double, and of those the nearest. Most numbers people enter have at most 15 digits: for them
 * v * 10^p, rounded, is already D. The rest try 15, 16, 17 digits of printf, which rounds
 * correctly. Infinities and NaN never come here.
 */
#include "base/json_internal.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const double powers_of_ten[] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};
enum { EXACT_POWERS = 22 };

/* No double needs more than 767 significant digits to be told from a midpoint; further digits only
 * matter by not being zero. */
enum { DIGITS_MAX = 780, DIGITS_ROOM = DIGITS_MAX + 32 };

struct decimal {
    bool negative;
    bool inexact; /* non-zero digits were dropped */
    size_t count;
    int64_t exponent; /* value = digits as an integer, times 10^exponent */
    char digits[DIGITS_ROOM];
};

static void add_digit(struct decimal *d, char c, bool fraction)
{
    if (d->count == 0 && c == '0') {
        d->exponent -= fraction;
    } else if (d->count < DIGITS_MAX) {
        d->digits[d->count++] = c;
        d->exponent -= fraction;
    } else {
        d->inexact |= c != '0';
        d->exponent += !fraction;
    }
}

static int64_t read_exponent(const char *at, const char *end)
{
    bool negative = *at == '-';
    at += negative || *at == '+';
    int64_t value = 0;
    for (; at < end; at++) {
        /* saturates far beyond what any number of digits could balance */
        value = value < INT64_C(1000000000000000) ? value * 10 + (*at - '0') : value;
    }
    return negative ? -value : value;
}

static void read_decimal(struct slice text, struct decimal *d)
{
    const char *at = text.ptr;
    const char *end = at + text.len;
    d->count = 0;
    d->exponent = 0;
    d->inexact = false;
    d->negative = *at == '-';
    at += d->negative;
    for (; at < end && char_is_digit(*at); at++) {
        add_digit(d, *at, false);
    }
    if (at < end && *at == '.') {
        for (at++; at < end && char_is_digit(*at); at++) {
            add_digit(d, *at, true);
        }
    }
    if (at < end) {
        d->exponent += read_exponent(at + 1, end);
    }
    while (!d->inexact && d->count > 0 && d->digits[d->count - 1] == '0') {
        d->count--;
        d->exponent++;
    }
}

/* The slow, always right way. */
static double decimal_to_double(struct decimal *d)
{
    int64_t magnitude = d->exponent + (int64_t)d->count;
    if (magnitude < -400) {
        return 0;
    }
    if (magnitude > 400) {
        return HUGE_VAL;
    }
    if (d->inexact) {
        d->digits[d->count++] = '1';
        d->exponent--;
    }
    snprintf(d->digits + d->count, sizeof(d->digits) - d->count, "e%d", (int)d->exponent);
    return strtod(d->digits, NULL);
}

static void set_integer(struct json *v, const struct decimal *d, uint64_t mantissa)
{
    int64_t value = (int64_t)mantissa;
    for (int64_t i = 0; i < d->exponent; i++) {
        value *= 10;
    }
    v->is_integer = true;
    v->integer = d->negative ? -value : value;
}

bool json_number_read(struct slice text, struct json *v)
{
    struct decimal d;
    read_decimal(text, &d);
    uint64_t mantissa = 0;
    if (d.count <= 17) {
        for (size_t i = 0; i < d.count; i++) {
            mantissa = mantissa * 10 + (uint64_t)(d.digits[i] - '0');
        }
    }
    v->is_integer = false;
    v->integer = 0;
    if (d.count == 0) {
        d.exponent = 0;
    }
    double value = 0;
    if (d.count <= 17 && mantissa <= (uint64_t)JSON_INTEGER_MAX && d.exponent >= -EXACT_POWERS &&
        d.exponent <= EXACT_POWERS) {
        value = d.exponent < 0 ? (double)mantissa / powers_of_ten[-d.exponent]
                               : (double)mantissa * powers_of_ten[d.exponent];
        if (d.exponent >= 0 && value <= (double)JSON_INTEGER_MAX) {
            set_integer(v, &d, mantissa);
        }
    } else {
        value = decimal_to_double(&d);
    }
    v->number = d.negative ? -value : value;
    return value <= DBL_MAX;
}

/* Digits of a positive double: value = 0.d1d2d3... * 10^point. */
struct digits {
    int count;
    int point;
    char text[20];
};

static void digits_of_integer(uint64_t value, int decimals, struct digits *ret)
{
    char reversed[20];
    int count = 0;
    for (; value > 0; value /= 10) {
        reversed[count++] = (char)('0' + value % 10);
    }
    ret->point = count - decimals;
    ret->count = count;
    for (int i = 0; i < count; i++) {
        ret->text[i] = reversed[count - 1 - i];
    }
    while (ret->count > 1 && ret->text[ret->count - 1] == '0') {
        ret->count--;
    }
}

/* Numbers of at most 15 digits: any two of those are different doubles, so the first p for which
 * the rounded v * 10^p reads back as v is the shortest form. */
static bool short_digits(double value, struct digits *ret)
{
    for (int p = 0; p <= EXACT_POWERS; p++) {
        double scaled = value * powers_of_ten[p];
        if (scaled >= (p == 0 ? (double)JSON_INTEGER_MAX : 1e15)) {
            return false;
        }
        double rounded = rint(scaled);
        if (rounded / powers_of_ten[p] == value) {
            digits_of_integer((uint64_t)rounded, p, ret);
            return true;
        }
    }
    return false;
}

static bool reads_back(const struct digits *d, double value)
{
    char text[48];
    snprintf(text, sizeof(text), "%.*se%d", d->count, d->text, d->point - d->count);
    return strtod(text, NULL) == value;
}

/* The next larger number of as many digits. */
static void increment(struct digits *d)
{
    int i = d->count - 1;
    while (i >= 0 && d->text[i] == '9') {
        d->text[i--] = '0';
    }
    if (i >= 0) {
        d->text[i]++;
    } else {
        d->text[0] = '1'; /* 99 becomes 100, which is 1 and two zeros to drop */
        d->point++;
    }
}

/* The nearest number of that many digits, if it reads back as value. */
static bool rounded_digits(double value, int count, struct digits *ret)
{
    char text[40];
    snprintf(text, sizeof(text), "%.*e", count - 1, value);
    const char *at = text;
    ret->count = 0;
    for (; *at != 'e'; at++) {
        if (char_is_digit(*at)) { /* whatever the locale puts between is skipped */
            ret->text[ret->count++] = *at;
        }
    }
    ret->point = (int)strtol(at + 1, NULL, 10) + 1;
    bool found = reads_back(ret, value);
    if (!found) {
        /* The gap below a power of two is half the gap above: the nearest may miss where the
         * next larger still hits. */
        int exponent = 0;
        if (frexp(value, &exponent) == 0.5) {
            increment(ret);
            found = reads_back(ret, value);
        }
    }
    while (ret->count > 1 && ret->text[ret->count - 1] == '0') {
        ret->count--;
    }
    return found;
}

static void shortest_digits(double value, struct digits *ret)
{
    if (short_digits(value, ret)) {
        return;
    }
    /* subnormals have fewer bits, so fewer digits may do and the 15 are not unique */
    for (int count = value < DBL_MIN ? 1 : 15; count < 17; count++) {
        if (rounded_digits(value, count, ret)) {
            return;
        }
    }
    rounded_digits(value, 17, ret);
}

static size_t put(char *ret, size_t at, const char *text, int count)
{
    memcpy(ret + at, text, (size_t)count);
    return at + (size_t)count;
}

static size_t put_zeros(char *ret, size_t at, int count)
{
    memset(ret + at, '0', (size_t)count);
    return at + (size_t)count;
}

static size_t put_exponent(char *ret, size_t at, int exponent)
{
    ret[at++] = 'e';
    ret[at++] = exponent < 0 ? '-' : '+';
    unsigned left = (unsigned)(exponent < 0 ? -exponent : exponent);
    if (left >= 100) {
        ret[at++] = (char)('0' + left / 100);
    }
    if (left >= 10) {
        ret[at++] = (char)('0' + left / 10 % 10);
    }
    ret[at++] = (char)('0' + left % 10);
    return at;
}

/* ECMA-262 6.1.6.1.20, steps 6 to 10; point is its n, count its k. */
static size_t lay_out(const struct digits *d, char *ret, size_t at)
{
    if (d->point > 0 && d->point <= 21) {
        if (d->count <= d->point) {
            at = put(ret, at, d->text, d->count);
            return put_zeros(ret, at, d->point - d->count);
        }
        at = put(ret, at, d->text, d->point);
        ret[at++] = '.';
        return put(ret, at, d->text + d->point, d->count - d->point);
    }
    if (d->point > -6 && d->point <= 0) {
        at = put(ret, at, "0.", 2);
        at = put_zeros(ret, at, -d->point);
        return put(ret, at, d->text, d->count);
    }
    ret[at++] = d->text[0];
    if (d->count > 1) {
        ret[at++] = '.';
        at = put(ret, at, d->text + 1, d->count - 1);
    }
    return put_exponent(ret, at, d->point - 1);
}

size_t json_number_format(double value, char ret[JSON_NUMBER_TEXT])
{
    if (value == 0) { /* also -0: ES6 writes it without the sign */
        ret[0] = '0';
        return 1;
    }
    size_t at = 0;
    if (value < 0) {
        ret[at++] = '-';
    }
    struct digits d = { .count = 0 };
    shortest_digits(fabs(value), &d);
    return lay_out(&d, ret, at);
}
