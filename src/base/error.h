/*
 * Errors: a code from a short list, a sentence, and where it concerns a field, which field and why.
 *
 * Functions return 0 or a negative `enum en_code`, and fill a `struct error` that the caller passes
 * in (NULL is allowed: nobody wants to know). One table maps a code to its HTTP status, its process
 * exit code and its title in English and French. Reasons for field errors come from a second table,
 * so that both languages say the same. An error never carries memory to free.
 */
#pragma once

#include "base/slice.h"

enum en_code {
    EN_OK = 0,
    EN_INVALID = -1,         /* the input is wrong: see the fields */
    EN_UNAUTHENTICATED = -2, /* who are you? */
    EN_FORBIDDEN = -3,       /* you may not do this */
    EN_NOT_FOUND = -4,       /* absent, or not readable by you: the same thing */
    EN_CONFLICT = -5,        /* the state forbids it */
    EN_STALE = -6,           /* the record changed since you read it */
    EN_PRECONDITION = -7,    /* If-Match is required */
    EN_TOO_LARGE = -8,       /* a limit is exceeded */
    EN_TOO_MANY = -9,        /* slow down */
    EN_UNSUPPORTED = -10,    /* media type, method or feature that is not offered */
    EN_GONE = -11,           /* retracted */
    EN_NO_MEMORY = -12,
    EN_BUSY = -13,
    EN_IO = -14,
    EN_CORRUPT = -15,        /* a hash, a signature or a stored form does not hold */
    EN_INTERNAL = -16,
};

/* Why a field was refused; texts in error.c. */
enum reason {
    REASON_NONE,
    REASON_REQUIRED,
    REASON_UNKNOWN_FIELD,
    REASON_TYPE,      /* expected another JSON type; detail says which */
    REASON_TOO_LONG,  /* detail: the limit */
    REASON_TOO_MANY,  /* detail: the limit */
    REASON_CHOICE,    /* not one of the allowed words */
    REASON_FORMAT,    /* detail: the format expected */
    REASON_RANGE,     /* detail: the range */
    REASON_REFERENCE, /* names no record (that you may read) */
    REASON_ORDER,     /* ends before it begins; detail: the other field */
    REASON_READ_ONLY,
    REASON_DUPLICATE,
    REASON_TRANSITION, /* this state cannot follow the present one */
    REASON_LABEL,      /* not a label of the policy, or above your clearance */
    REASON_TEXT,       /* not valid UTF-8 or has control characters */
    REASON_RULE,       /* a rule across fields; the detail says it whole */
    REASON_COUNT_
};

enum { ERROR_FIELDS_MAX = 16 };

struct field_error {
    char pointer[96]; /* JSON pointer, or a CSV column name */
    enum reason reason;
    char detail[112];
};

struct error {
    int code;
    char message[240];
    const char *origin; /* "file.c:line" of the first report */
    unsigned field_count;
    struct field_error fields[ERROR_FIELDS_MAX];
};

/* Sets code and message, keeps collected fields; returns code. err may be NULL. */
int error_set_at(struct error *err, const char *origin, int code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Adds one field error (past the maximum it only counts as failed); sets EN_INVALID; returns it. */
int error_field_at(struct error *err, const char *origin, struct slice pointer, enum reason reason,
                   const char *format, ...) __attribute__((format(printf, 5, 6)));

#define ERROR_STRING_(x) #x
#define ERROR_LINE_(x) ERROR_STRING_(x)
#define ERROR_ORIGIN __FILE__ ":" ERROR_LINE_(__LINE__)
#define error_set(err, code, ...) error_set_at((err), ERROR_ORIGIN, (code), __VA_ARGS__)
#define error_field(err, pointer, reason, ...)                                                     \
    error_field_at((err), ERROR_ORIGIN, (pointer), (reason), __VA_ARGS__)

void error_clear(struct error *err);

struct code_info {
    int code;
    const char *word; /* stable, for machines: "not-found" */
    int http_status;
    int exit_code;
    const char *title_en;
    const char *title_fr;
};
const struct code_info *error_code_info(int code);
const char *error_reason_word(enum reason reason);
/* "is required" / "est obligatoire"; french chooses. */
const char *error_reason_text(enum reason reason, bool french);
