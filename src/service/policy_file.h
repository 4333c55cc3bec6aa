/* What a security policy file says, in short, without an instance: `entente policy check`. */
#pragma once

#include "base/buf.h"
#include "base/error.h"

/* One JSON object: name, identifier, digest, classes, tags, equivalents, the label of a record that
 * has none. EN_INVALID names the line and the element that is wrong. */
int policy_file_check(struct slice text, struct buf *out, struct error *err);
