/* Comparing doubles in tests; cmocka 1.1.5 compares floats only. Include after cmocka.h. */
#pragma once

#include <math.h>
#include <stdio.h>

/* NaN is near nothing. */
#define assert_near(got, want, tolerance)                                                         \
    do {                                                                                          \
        double got_ = (got), want_ = (want);                                                      \
        if (!(fabs(got_ - want_) <= (tolerance))) {                                               \
            print_error("%.17g is not within %.3g of %.17g\n", got_, (double)(tolerance), want_); \
            fail();                                                                               \
        }                                                                                         \
    } while (0)
