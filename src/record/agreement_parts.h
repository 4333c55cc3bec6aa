/*
 * The parts of the agreement kind: what an agreement says of its parties, and its rules across
 * fields. Internal to src/record.
 */
#pragma once

#include "record/registry.h"

extern const struct field agreement_party_fields[];
extern const struct field agreement_action_fields[];

int agreement_check(const struct json *body, struct error *err);
