/*
 * What the ledger tests share: a directory that goes away, a ledger in it, short ways to append,
 * and raw SQL for those who tamper.
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

#include "ledger/ledger.h"

enum { T0 = 1700000000 }; /* seconds; the tests' now, in ms, is T0 * 1000 */
#define NOW_MS (INT64_C(1000) * T0)

struct fixture {
    char directory[64];
    char ledger_dir[80];
    char backup[80];
    struct ledger *l;
    struct error err;
};

/* A temporary directory with a new ledger in "directory/l". */
void fixture_open(struct fixture *f);
void fixture_reopen(struct fixture *f);
void fixture_close(struct fixture *f); /* keeps the files */
void fixture_done(struct fixture *f);

int fixture_setup(void **state);
int fixture_teardown(void **state);

struct uuid id_of(unsigned n);
struct draft put_of(unsigned record, int64_t expected, const char *body);
/* Appends and returns the code. */
int append(struct fixture *f, const struct draft *d, size_t count, struct appended *ret);
/* Appends one put that must succeed. */
struct appended put(struct fixture *f, unsigned record, int64_t expected, const char *body);
struct appended must(struct fixture *f, struct draft d);
void fill(struct fixture *f, unsigned count);
/* Runs SQL on the closed ledger with its triggers out of the way. */
void tamper(struct fixture *f, const char *sql);
/* First bad entry, 0 when sound; the report's words are kept. */
int64_t verify(struct fixture *f, const struct hash *anchor, struct ledger_report *ret);
void assert_sound(struct fixture *f);
/* True when a file of the ledger's directory has these bytes. */
bool files_contain(const char *directory, const void *bytes, size_t len);

#define assert_ok(f, call)                                      \
    do {                                                        \
        int r_ = (call);                                        \
        if (r_ != 0) {                                          \
            fail_msg("%s: %d %s", #call, r_, (f)->err.message); \
        }                                                       \
    } while (0)

#define run_suite(tests) \
    (cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests(tests, NULL, NULL))
