/*
 * Checks of single texts, each pure: control characters, language tags. Internal to src/record.
 */
#pragma once

#include "base/arena.h"

/* True when the text has none of the characters that no field may hold: control characters (tab
 * and, with lines, newline are allowed), and the marks that reverse or embed the reading
 * direction, with which a text could show another marking or name than it holds. */
bool text_is_clean(struct slice text, bool lines);
/* CRLF becomes LF; NULL slice when memory fails. */
struct slice text_unify_lines(struct arena *a, struct slice text);
/* A language tag in its usual case (fr-CA, zh-Hant); empty when it is none. */
struct slice language_clean(struct arena *a, struct slice text);
