/*
 * The structured log of the doors: one line of JSON per event on standard error, never text from a
 * record. Library code is silent. Control characters cannot break a line (they are escaped).
 */
#pragma once

#include "base/slice.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

void log_set_level(enum log_level least);

/* A field of a log line: exactly one of text or number. */
struct log_field {
    const char *name;
    struct slice text;
    int64_t number;
    bool is_number;
};

void log_event(enum log_level level, const char *event, const struct log_field *fields, size_t count);

#define log_text(n, t) ((struct log_field){ .name = (n), .text = (t) })
#define log_number(n, v) ((struct log_field){ .name = (n), .number = (v), .is_number = true })
#define log_line(level, event, ...)                                                                \
    log_event((level), (event), (const struct log_field[]){ __VA_ARGS__ },                         \
              sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))
