/*
 * Carrying over what a writer cannot see: a change by someone who was shown a record without its
 * unreadable references must not delete them.
 */
#pragma once

#include "picture/picture.h"

/* Adds to `fields` (the record as the writer wants it) the references of `before` that the writer
 * may not read: single ones that are unset, items of lists, and optional references of list items
 * whose required references are the same. Neither tells the writer anything. */
int carry_hidden(struct snapshot *s, const struct kind *k, const struct json *before,
                 struct json *fields, struct error *err);
