/*
 * Writing a problem document; see problem.h. The type is a path of this server, stable for ever:
 * /problems/ and the code's word.
 */
#include "http/problem.h"

#include <stdio.h>

bool problem_is_fault(int code)
{
    return code == EN_IO || code == EN_CORRUPT || code == EN_INTERNAL || code == EN_NO_MEMORY;
}

static void write_field(struct json_writer *w, const struct field_error *f, bool french)
{
    char detail[sizeof(f->detail) + 96];
    const char *text = error_reason_text(f->reason, french);
    if (f->detail[0]) {
        snprintf(detail, sizeof(detail), french ? "%s : %s" : "%s: %s", text, f->detail);
    } else {
        snprintf(detail, sizeof(detail), "%s", text);
    }
    jw_object(w);
    jw_key_cstr(w, "pointer", f->pointer);
    jw_key_cstr(w, "code", error_reason_word(f->reason));
    jw_key_cstr(w, "detail", detail);
    jw_object_end(w);
}

void problem_write(const struct error *err, int status, struct slice instance, bool french,
                   struct buf *out)
{
    const struct code_info *info = error_code_info(err->code);
    char type[64];
    snprintf(type, sizeof(type), "/problems/%s", info->word);
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    jw_key_cstr(&w, "type", type);
    jw_key_cstr(&w, "title", french ? info->title_fr : info->title_en);
    jw_key_int(&w, "status", status ? status : info->http_status);
    if (err->message[0] && !problem_is_fault(err->code)) {
        jw_key_cstr(&w, "detail", err->message);
    }
    jw_key_cstr(&w, "code", info->word);
    if (instance.len > 0) {
        jw_key_text(&w, "instance", instance);
    }
    if (err->field_count > 0) {
        jw_key(&w, "errors");
        jw_array(&w);
        for (unsigned i = 0; i < err->field_count && i < ERROR_FIELDS_MAX; i++) {
            write_field(&w, &err->fields[i], french);
        }
        jw_array_end(&w);
    }
    jw_object_end(&w);
}
