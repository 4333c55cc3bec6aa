/*
 * Percent-encoding as URLs and form bodies take it (RFC 3986): everything but letters, digits and
 * "-._~" becomes %XX.
 */
#pragma once

#include "base/buf.h"

void percent_encode(struct buf *out, struct slice text);
