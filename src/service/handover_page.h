/*
 * The handover pack as one page for paper: self-contained HTML, marked at top and bottom of every
 * printed sheet, in English or French. It is made from the JSON answer, so it shows what that
 * shows.
 */
#pragma once

#include "base/json.h"

/* answer: what the operation `handover` gave, with refs and marking. */
int handover_page(const struct json *answer, bool french, struct buf *out, struct error *err);
