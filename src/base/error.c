/*
 * Errors: setting them, and the two tables that give every code and every reason its words.
 *
 * Invariant: texts are cut at a character boundary and always end with NUL; the origin is that of
 * the first report, where the trouble began. It must never allocate: no memory is one of the
 * errors.
 */
#include "base/error.h"

#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>

static const struct code_info codes[] = {
    { EN_OK, "ok", 200, 0, "Done", "Terminé" },
    { EN_INVALID, "invalid", 422, 2, "The input is not valid", "Les données ne sont pas valides" },
    { EN_UNAUTHENTICATED, "unauthenticated", 401, 3, "Sign in first", "Connectez-vous d'abord" },
    { EN_FORBIDDEN, "forbidden", 403, 4, "You may not do this", "Vous n'avez pas ce droit" },
    { EN_NOT_FOUND, "not-found", 404, 5, "Not found", "Introuvable" },
    { EN_CONFLICT, "conflict", 409, 6, "The present state does not allow this",
      "L'état actuel ne le permet pas" },
    { EN_STALE, "stale", 412, 7, "The record has changed since you read it",
      "La fiche a changé depuis que vous l'avez lue" },
    { EN_PRECONDITION, "precondition-required", 428, 8, "State the version that you change",
      "Indiquez la version que vous modifiez" },
    { EN_TOO_LARGE, "too-large", 413, 9, "A limit is exceeded", "Une limite est dépassée" },
    { EN_TOO_MANY, "too-many", 429, 10, "Too many attempts: wait a while",
      "Trop de tentatives : patientez un moment" },
    { EN_UNSUPPORTED, "unsupported", 415, 11, "This form is not supported",
      "Cette forme n'est pas prise en charge" },
    { EN_GONE, "gone", 410, 12, "The record was retracted", "La fiche a été retirée" },
    { EN_NO_MEMORY, "no-memory", 503, 13, "Not enough memory", "Mémoire insuffisante" },
    { EN_BUSY, "busy", 503, 14, "Busy: try again", "Occupé : réessayez" },
    { EN_IO, "io", 500, 15, "Reading or writing failed", "La lecture ou l'écriture a échoué" },
    { EN_CORRUPT, "corrupt", 500, 16, "Stored data does not hold",
      "Les données enregistrées ne sont pas intègres" },
    { EN_INTERNAL, "internal", 500, 17, "A fault in this program", "Une erreur de ce programme" },
};

enum { CODE_COUNT = sizeof(codes) / sizeof(codes[0]) };
_Static_assert(CODE_COUNT == -EN_INTERNAL + 1, "every code has its row, in order");

static const struct {
    const char *word, *en, *fr;
} reasons[] = {
    [REASON_NONE] = { "none", "is fine", "est correct" },
    [REASON_REQUIRED] = { "required", "is required", "est obligatoire" },
    [REASON_UNKNOWN_FIELD] = { "unknown-field", "is not a known field",
                               "n'est pas un champ connu" },
    [REASON_TYPE] = { "type", "has the wrong type", "n'a pas le bon type" },
    [REASON_TOO_LONG] = { "too-long", "is too long", "est trop long" },
    [REASON_TOO_MANY] = { "too-many", "has too many items", "a trop d'éléments" },
    [REASON_CHOICE] = { "choice", "is not one of the allowed words",
                        "n'est pas un des mots permis" },
    [REASON_FORMAT] = { "format", "has the wrong format", "n'a pas le bon format" },
    [REASON_RANGE] = { "range", "is out of range", "est hors limites" },
    [REASON_REFERENCE] = { "reference", "names no known record", "ne désigne aucune fiche connue" },
    [REASON_ORDER] = { "order", "ends before it begins", "se termine avant de commencer" },
    [REASON_READ_ONLY] = { "read-only", "may not be set", "ne peut pas être modifié" },
    [REASON_DUPLICATE] = { "duplicate", "appears twice", "figure deux fois" },
    [REASON_TRANSITION] = { "transition", "cannot follow the present state",
                            "ne peut pas suivre l'état actuel" },
    [REASON_LABEL] = { "label", "is not a label that you may use",
                       "n'est pas une étiquette que vous pouvez utiliser" },
    [REASON_TEXT] = { "text", "holds invalid or control characters",
                      "contient des caractères invalides ou de contrôle" },
    [REASON_RULE] = { "rule", "breaks a rule", "enfreint une règle" },
};
_Static_assert(sizeof(reasons) / sizeof(reasons[0]) == REASON_COUNT_, "every reason has its row");

/* printf into a fixed array, without half a character at the end. */
__attribute__((format(printf, 3, 0))) static void print(char *ret, size_t size, const char *format,
                                                        va_list args)
{
    int len = format ? vsnprintf(ret, size, format, args) : 0;
    if (len <= 0) {
        ret[0] = '\0';
    } else if ((size_t)len >= size) {
        ret[utf8_whole(ret, size - 1)] = '\0';
    }
}

static void set_code(struct error *err, const char *origin, int code)
{
    if (err->code == EN_OK) {
        err->origin = origin;
    }
    err->code = code;
}

int error_set_at(struct error *err, const char *origin, int code, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        print(err->message, sizeof(err->message), format, args);
        va_end(args);
        set_code(err, origin, code);
    }
    return code;
}

static void copy_pointer(char *ret, size_t size, struct slice pointer)
{
    size_t len = pointer.len < size ? pointer.len : utf8_whole(pointer.ptr, size - 1);
    if (len > 0) {
        memcpy(ret, pointer.ptr, len);
    }
    ret[len] = '\0';
}

/* The message of an error that has only fields so far: its first field says it. */
static void describe_field(struct error *err, const struct field_error *field)
{
    bool detail = field->detail[0] != '\0';
    snprintf(err->message, sizeof(err->message), "%s %s%s%s%s", field->pointer,
             error_reason_text(field->reason, false), detail ? " (" : "", field->detail,
             detail ? ")" : "");
}

int error_field_at(struct error *err, const char *origin, struct slice pointer, enum reason reason,
                   const char *format, ...)
{
    if (!err) {
        return EN_INVALID;
    }
    set_code(err, origin, EN_INVALID);
    if (err->field_count >= ERROR_FIELDS_MAX) {
        return EN_INVALID;
    }
    struct field_error *field = &err->fields[err->field_count++];
    copy_pointer(field->pointer, sizeof(field->pointer), pointer);
    field->reason = reason;
    va_list args;
    va_start(args, format);
    print(field->detail, sizeof(field->detail), format, args);
    va_end(args);
    if (err->message[0] == '\0') {
        describe_field(err, field);
    }
    return EN_INVALID;
}

void error_clear(struct error *err)
{
    if (err) {
        /* the unused fields are dead weight: an error is cleared far more often than filled */
        err->code = EN_OK;
        err->message[0] = '\0';
        err->origin = NULL;
        err->field_count = 0;
    }
}

const struct code_info *error_code_info(int code)
{
    bool known = code <= 0 && code > -CODE_COUNT;
    return &codes[known ? -code : -EN_INTERNAL];
}

static enum reason known_reason(enum reason reason)
{
    return (unsigned)reason < REASON_COUNT_ ? reason : REASON_RULE;
}

const char *error_reason_word(enum reason reason)
{
    return reasons[known_reason(reason)].word;
}

const char *error_reason_text(enum reason reason, bool french)
{
    reason = known_reason(reason);
    return french ? reasons[reason].fr : reasons[reason].en;
}
