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

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool uuid_parse(struct slice text, struct uuid *ret)
{
    if (text.len != UUID_TEXT) {
        return false;
    }
    struct uuid id;
    const char *at = text.ptr;
    for (int i = 0; i < 16; i++) {
        if (dash_before(i) && *at++ != '-') {
            return false;
        }
        int high = hex_digit(*at++);
        int low = hex_digit(*at++);
        if (high < 0 || low < 0) {
            return false;
        }
        id.bytes[i] = (uint8_t)(high << 4 | low);
    }
    *ret = id;
    return true;
}

int uuid_compare(struct uuid a, struct uuid b)
{
    int order = memcmp(a.bytes, b.bytes, sizeof(a.bytes));
    return (order > 0) - (order < 0);
}

struct uuid uuid_new(int64_t ms)
{
    uint8_t random[10];
    randombytes_buf(random, sizeof(random));
    return uuid_v7(ms, random);
}
