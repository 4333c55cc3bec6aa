/*
 * Which label a row of an import gives its record: see transfer_import.h.
 *
 * Invariant: nobody states a label above their own clearance, and none is lowered without a
 * decision.
 */
#include "base/limits.h"
#include "service/transfer_import.h"

/* a: where it lives; with the row, when it is of this row alone */
static int keep_label(struct import *im, struct arena *a, struct slice cell, const struct label *l,
                      struct error *err)
{
    im->label_cell = arena_copy(a, cell);
    im->label_json = label_text(im->policy, a, l);
    im->label = l;
    return im->label_json.ptr ? 0 : error_set(err, EN_NO_MEMORY, "label");
}

/* Of a row that states none: the import's, or the policy's; an annotation's is no lower than that
 * of what it is about, which a row above it may only be about to state. */
static int default_label(struct import *im, const struct json *body, struct error *err,
                         const struct label **ret)
{
    int code = records_default_label(im->s, im->row, im->kind, body, err, ret);
    if (code == 0 && im->usual) {
        bool none = *ret == policy_default_label(im->policy);
        *ret = none ? im->usual : label_join(im->policy, im->row, *ret, im->usual);
        if (!*ret)
            code = error_set(err, EN_NO_MEMORY, "label");
    }
    return code == EN_NOT_FOUND ? error_field(err, S("label"), REASON_REQUIRED,
                                              "what it is about cannot be read yet")
                                : code;
}

static int read_label(struct import *im, struct slice cell, const struct json *body,
                      struct error *err)
{
    const struct label *l = NULL;
    const struct label *usual = im->usual ? im->usual : policy_default_label(im->policy);
    if (im->label && cell.len && slice_eq(cell, im->label_cell))
        return 0;
    int code = cell.len ? label_parse_text(im->policy, im->keep, cell, S("label"), err, &l)
                        : default_label(im, body, err, &l);
    if (code < 0)
        return code;
    if (l && l == usual && im->label == l)
        return 0;
    if (!label_may_read(im->policy, im->viewer->clearance, l, im->now_ms))
        return error_field(err, S("label"), REASON_LABEL, "above your clearance");
    return keep_label(im, cell.len || l == usual ? im->keep : im->row, cell, l, err);
}

/* The label of the new version; an empty cell leaves a record's label as it is. */
int import_row_label(struct import *im, struct slice cell, const struct json *body,
                     const struct target *t, struct error *err, struct slice *ret, bool *ret_same)
{
    *ret_same = false;
    if (t->found && cell.len == 0) {
        *ret = label_text(im->policy, im->row, t->row.label);
        *ret_same = true;
        return ret->ptr ? 0 : error_set(err, EN_NO_MEMORY, "label");
    }
    int code = read_label(im, cell, body, err);
    if (code < 0)
        return code;
    im->unlabelled += cell.len == 0 && im->label == policy_default_label(im->policy);
    *ret = im->label_json;
    *ret_same = t->found && label_equal(t->row.label, im->label);
    if (!*ret_same)
        code = label_check_new(im->policy, im->label, im->now_ms, S("label"), err);
    if (code < 0)
        return code;
    return 0;
}

/* The decision that stands behind a row that lowers its record's label. What may not be is the
 * column's error, so that the report says in which row. */
int import_row_release(struct import *im, const struct target *t, struct error *err,
                       struct draft *ret, bool *ret_lowers)
{
    struct release_change c = {
        .before = t->row.label, .after = im->label, .grounds = im->grounds, .now_ms = im->now_ms
    };
    struct error e = { 0 };
    if (!uuid_parse(t->row.id, &c.record))
        return error_set(err, EN_CORRUPT, "a record without an id");
    int code = release_judge(im->s, &c, &e, ret, ret_lowers);
    if (code == EN_FORBIDDEN)
        return error_field(err, S("label"), REASON_LABEL, "%.110s", e.message);
    if (code == EN_INVALID)
        return error_field(
            err, S("label"), REASON_RULE,
            "a lower label needs a release: propose one, or state its authority and reason");
    ret->user = im->user;
    return code < 0 ? error_set(err, code, "the decision was not written") : 0;
}

/* Nobody should learn by accident what the policy makes of records that say nothing. */
void import_note_unlabelled(struct import *im)
{
    struct buf marking[2];
    for (int french = 0; french < 2; french++) {
        buf_init(&marking[french], LIMIT_TEXT);
        label_write_marking(im->policy, policy_default_label(im->policy), french, &marking[french]);
    }
    if (im->unlabelled > 0)
        report_note(&im->report,
                    arena_printf(im->keep,
                                 "new records without a label: %lld; they are marked " SLICE_FMT
                                 " unless the import states another",
                                 (long long)im->unlabelled, SLICE_ARG(buf_slice(&marking[0]))),
                    arena_printf(im->keep,
                                 "nouvelles fiches sans étiquette : %lld ; elles portent " SLICE_FMT
                                 ", sauf si l'importation en indique une autre",
                                 (long long)im->unlabelled, SLICE_ARG(buf_slice(&marking[1]))),
                    im->keep);
    buf_done(&marking[0]);
    buf_done(&marking[1]);
}

/* The label that the import states for new records that state none. */
int import_read_usual(struct import *im, struct slice text, struct error *err)
{
    const struct slice at = S("label");
    struct json *json = NULL;
    if (text.len == 0)
        return 0;
    if (text.ptr[0] != '{')
        return label_parse_text(im->policy, im->keep, text, at, err, &im->usual);
    int code = json_parse(im->keep, text, err, &json);
    if (code < 0 || json->count == 0) /* an empty one states nothing */
        return code;
    return label_parse(im->policy, im->keep, json, at, err, &im->usual);
}
