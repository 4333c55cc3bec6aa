/*
 * What the label tests share: cmocka with its headers in order, a small policy whose labels can all
 * be listed, the shipped policy, and short ways to read and write labels.
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

#include "base/when.h"
#include "label/intern.h"
#include "label/label.h"

enum { CHECK_MEMORY = 256 * 1024 * 1024 };

/* A policy file around its parts, in which the prefix ent: is our own namespace. */
#define SPIF_OPEN(name, oid)                                                                   \
    "<SPIF xmlns='http://www.xmlspif.org/spif' xmlns:ent='urn:entente:policy:1' "              \
    "schemaVersion='2.1' creationDate='20260101000000Z' originatorDN='O=T' keyIdentifier='0' " \
    "privilegeId='1.2' rbacId='1.2'><securityPolicyId name='" name "' id='" oid "'/>"
#define SPIF_CLOSE "</SPIF>"

/* LOW < HIGH (by hierarchy; their lacv say the reverse); Need: X, Y; Rel: A, B, C and the group G,
 * which A leaves and C joins on 2020-01-01; Team: P; Note (informative): STAFF, MEDICAL. */
extern const char small_policy_text[];
struct policy *small_policy(void);
struct policy *load_policy(struct slice text);
/* policy/<name>.spif.xml of the source tree; the default is entente. */
struct policy *shipped_policy(const char *name);
struct policy *default_policy(void);
/* The whole file, NUL-terminated; free() it. */
char *source_file(const char *name, size_t *ret_len);

const struct label *label_of(const struct policy *p, struct arena *a, const char *json);
const struct label *label_of_text(const struct policy *p, struct arena *a, const char *text);
const struct clearance *clearance_of(const struct policy *p, struct arena *a, const char *json);
int64_t day(const char *text);

/* Canonical JSON, text form, marking; each in the arena, NUL-terminated. */
const char *json_of(const struct policy *p, struct arena *a, const struct label *l);
const char *text_of(const struct policy *p, struct arena *a, const struct label *l);
const char *marking_of(const struct policy *p, struct arena *a, const struct label *l, bool french);

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

#define run_suite(tests) \
    (cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests(tests, NULL, NULL))
