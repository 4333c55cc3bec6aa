/*
 * The instances of the obligation kind: their fields, rules, life cycle and evidence. Internal to
 * src/record.
 */
#pragma once

#include "record/registry.h"

extern const struct field obligation_instance_fields[];

int obligation_check_instances(const struct json *body, struct error *err);
int obligation_advance(const struct json *before, const struct json *after, struct error *err);
void obligation_testify(const struct json *body, testimony_sink sink, void *context);
