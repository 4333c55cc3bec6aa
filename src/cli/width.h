/* How wide a text is on a terminal, and texts that cannot steer one. */
#pragma once

#include "base/buf.h"

/* Columns the text takes: 2 for wide characters, 0 for combining ones. */
size_t width_of(struct slice text);
/* Appends the text, cut to `most` columns with an ellipsis when longer. 0: no limit. */
void width_cut(struct slice text, size_t most, struct buf *out);
/* Appends the text with every control character replaced, line ends too unless kept. */
void width_clean(struct slice text, bool keep_lines, struct buf *out);
void width_pad(size_t columns, struct buf *out);
