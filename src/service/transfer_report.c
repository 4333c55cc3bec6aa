/*
 * Reports of imports: the counts, the first errors, the notes; and their JSON.
 *
 * Invariant: `failed` counts rows, not errors; past TRANSFER_ERRORS_MAX errors are only counted by
 * their rows. A report never says anything about records that the importer may not read.
 */
#include "service/transfer_report.h"

#include "base/limits.h"

void report_row(struct transfer_report *r, struct arena *a, int64_t line, struct slice column,
                enum reason reason, struct slice detail)
{
    if (!r->errors)
        r->errors = arena_array_of(a, struct transfer_row_error, TRANSFER_ERRORS_MAX);
    if (!r->errors || r->error_count == TRANSFER_ERRORS_MAX)
        return;
    r->errors[r->error_count++] = (struct transfer_row_error){ .line = line,
                                                               .column = arena_copy(a, column),
                                                               .reason = reason,
                                                               .detail = arena_copy(a, detail) };
}

bool report_is_row_error(int code)
{
    return code == EN_INVALID || code == EN_TOO_LARGE || code == EN_CONFLICT ||
           code == EN_FORBIDDEN || code == EN_NOT_FOUND;
}

void report_note(struct transfer_report *r, struct slice en, struct slice fr, struct arena *a)
{
    if (!r->notes)
        r->notes = arena_array_of(a, struct transfer_note, TRANSFER_NOTES_MAX);
    if (!r->notes || r->note_count == TRANSFER_NOTES_MAX)
        return;
    r->notes[r->note_count++] = (struct transfer_note){ arena_copy(a, en), arena_copy(a, fr) };
}

static void write_error(const struct transfer_row_error *e, bool french, struct json_writer *out)
{
    struct buf detail cleanup_buf;
    buf_init(&detail, LIMIT_TEXT);
    if (e->reason != REASON_NONE)
        buf_add_cstr(&detail, error_reason_text(e->reason, french));
    if (detail.len && e->detail.len)
        buf_add_cstr(&detail, french ? " : " : ": ");
    buf_add(&detail, e->detail);
    jw_object(out);
    jw_key_int(out, "line", e->line);
    jw_key_text(out, "column", e->column);
    jw_key_cstr(out, "code", error_reason_word(e->reason));
    jw_key_text(out, "detail", buf_slice(&detail));
    jw_object_end(out);
}

void transfer_write_report(const struct transfer_report *r, bool french, struct json_writer *out)
{
    jw_key_int(out, "rows", r->rows);
    jw_key_int(out, "created", r->created);
    jw_key_int(out, "changed", r->changed);
    jw_key_int(out, "unchanged", r->unchanged);
    jw_key_int(out, "failed", r->failed);
    jw_key_bool(out, "dry_run", r->dry_run);
    jw_key(out, "errors");
    jw_array(out);
    for (size_t i = 0; i < r->error_count; i++)
        write_error(&r->errors[i], french, out);
    jw_array_end(out);
    jw_key(out, "notes");
    jw_array(out);
    for (size_t i = 0; i < r->note_count; i++)
        jw_text(out, french ? r->notes[i].fr : r->notes[i].en);
    jw_array_end(out);
}
