/*
 * What every fuzz target offers: one function that takes any bytes and aborts when a property does
 * not hold. libFuzzer calls it when built with -Dfuzz=true; replay.c calls it on a corpus
 * otherwise.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An assert that says which law was broken and is never compiled out. */
#define must(condition)                                                                      \
    do {                                                                                     \
        if (!(condition)) {                                                                  \
            fprintf(stderr, "%s:%d: broken property: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                         \
        }                                                                                    \
    } while (0)
