/*
 * UUIDs: making version 7, text and back, order.
 *
 * Invariant: ids of one millisecond sort by their random bits and ids of different milliseconds by
 * time. The time is all that an id tells. Only uuid_new touches the system's randomness.
 */
#include "base/uuid.h"

#include <sodium.h>

struct uuid uuid_v7(int64_t ms, const uint8_t random[10])
{
    struct uuid id;
    for (int i = 0; i < 6; i++) {
        id.bytes[i] = (uint8_t)((uint64_t)ms >> (40 - 8 * i));
    }
    memcpy(id.bytes + 6, random, 10);
    id.bytes[6] = (uint8_t)(0x70 | (id.bytes[6] & 0x0F)); /* version 7 */
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3F)); /* variant 10 */
    return id;
}

/* A dash stands before these bytes. */
static bool dash_before(int byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void uuid_format(struct uuid id, char ret[UUID_TEXT + 1])
{
    static const char hex[] = "0123456789abcdef";
    int at = 0;
    for (int i = 0; i < 16; i++) {
        if (dash_before(i)) {
            ret[at++] = '-';
        }
        ret[at++] = hex[id.bytes[i] >> 4];
        ret[at++] = hex[id.bytes[i] & 15];
    }
    ret[at] = '\0';
}

/* The value of a digit and one more; 0 for what is no digit. */
static const uint8_t digit_plus_1[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* A loop without ways out: an id is read for every item of evidence when an instance opens. */
bool uuid_parse(struct slice text, struct uuid *ret)
{
    static const uint8_t digits_at[16] = {
        0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34
    };
    if (text.len != UUID_TEXT) {
        return false;
    }
    struct uuid id;
    const unsigned char *s = (const unsigned char *)text.ptr;
    bool good = s[8] == '-' && s[13] == '-' && s[18] == '-' && s[23] == '-';
    for (int i = 0; i < 16; i++) {
        unsigned high = digit_plus_1[s[digits_at[i]]], low = digit_plus_1[s[digits_at[i] + 1]];
        good &= high != 0 && low != 0;
        id.bytes[i] = (uint8_t)((high - 1) << 4 | (low - 1));
    }
    if (good) {
        *ret = id;
    }
    return good;
}

int uuid_compare(struct uuid a, struct uuid b)
{
    int order = memcmp(a.bytes, b.bytes, sizeof(a.bytes));
    return (order > 0) - (order < 0);
}

int uuid_order(const void *a, const void *b)
{
    return uuid_compare(*(const struct uuid *)a, *(const struct uuid *)b);
}

struct uuid uuid_new(int64_t ms)
{
    uint8_t random[10];
    randombytes_buf(random, sizeof(random));
    return uuid_v7(ms, random);
}
