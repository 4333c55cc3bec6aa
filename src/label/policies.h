/*
 * The policies that an instance knows: its own and those of its partners, and the translation of a
 * label from one of them into another.
 *
 * A translation follows the equivalences that the policy files state (SPIF 2.1) and nothing else:
 * what has no mapping is refused with EN_FORBIDDEN, a higher class never becomes a lower one, and
 * nobody can read the translation who could not read the original. TLP, originators and the review
 * date mean the same everywhere and are kept.
 */
#pragma once

#include "label/label.h"

struct policies;

/* own is borrowed and must outlive the result. texts: policy files of others; one with the name or
 * the identifier of an earlier one takes its place, and one with own's is left out. */
int policies_load(const struct policy *own, const struct slice *texts, size_t count,
                  struct error *err, struct policies **ret);
void policies_free(struct policies *all);
const struct policy *policies_own(const struct policies *all);
/* By name, without regard to ASCII case, or by object identifier; NULL when there is none. */
const struct policy *policies_find(const struct policies *all, struct slice name);
size_t policies_count(const struct policies *all);
const struct policy *policies_at(const struct policies *all, size_t index); /* 0: own */

/* Do their files, one of them or both, state equivalences? */
bool label_translates(const struct policy *from, const struct policy *to);
/* A label as its originator wrote it ("policy" is required), as a label of `to`. The same policy
 * parses. EN_INVALID when it is no label of the policy it names; EN_FORBIDDEN when that policy is
 * not known here or something has no mapping. */
int label_translate(const struct policies *all, const struct policy *to, struct arena *a,
                    const struct json *label, struct error *err, const struct label **ret);
