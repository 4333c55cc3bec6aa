/*
 * What the base tests share: cmocka with its headers in order, a seeded generator, a short way to
 * parse. Every random test prints nothing and depends on its seed alone.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

/* splitmix64 (G. Steele, D. Lea, C. Flood, 2014) */
static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline uint32_t random_below(uint64_t *state, uint32_t limit)
{
    return (uint32_t)((random_next(state) >> 32) * limit >> 32);
}

#define assert_slice(actual, expected)                                              \
    do {                                                                            \
        struct slice actual_ = (actual);                                            \
        assert_int_equal(actual_.len, strlen(expected));                            \
        assert_memory_equal(actual_.len ? actual_.ptr : "", expected, actual_.len); \
    } while (0)

#define run_suite(tests) \
    (cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests(tests, NULL, NULL))
