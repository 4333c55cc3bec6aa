/*
 * jansson behind one function: its header and ours use the same names for different things, so they
 * never meet in one file. Both sides write what they read in a plain form and the forms are
 * compared.
 */
#pragma once

#include "base/buf.h"

/* True when jansson accepts the text; what it read is then appended to out:
 * n t f, d<hex float>; s<length>:<bytes>, [values], {names and values}. */
bool jansson_reads(struct slice text, struct buf *out);
