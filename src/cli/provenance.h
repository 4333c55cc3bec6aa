/*
 * Whose a record is, in text: "from NAME" beside what a partner states, "reported by NAME" beside
 * what a partner thinks of somebody, which is never ours. CSV and JSON keep the members as they
 * are.
 */
#pragma once

#include "cli/table.h"

/* The column that says it. */
#define PROVENANCE "origin"

/* Another instance's, in an answer that is for people. */
bool provenance_is_theirs(const struct table_style *style, const struct json *object);
/* One of the members that the text stands for. */
bool provenance_is_member(struct slice name);
/* NULL without memory. */
struct json *provenance_text(const struct table_style *style, const struct json *object);
