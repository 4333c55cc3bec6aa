/*
 * Which label a row of an import gives its record: see transfer_import.h.
 *
 * Invariant: nobody states a label above their own clearance, none is lowered without a decision,
 * and what comes in without a label is read by nobody but whoever brought it, until they say
 * what it is (standards: a missing label is not the lowest one).
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

/* Of a row that states none: the import's usual one; an annotation's is that of what it is about,
 * which a row above it may only be about to state, and no lower than the one the import states. */
static int default_label(struct import *im, const struct json *body, struct error *err,
                         const struct label **ret)
{
    int code = records_default_label(im->s, im->row, im->kind, body, err, ret);
    if (code == 0 && *ret == policy_default_label(im->policy))
        *ret = im->usual;
    else if (code == 0)
        *ret = label_join(im->policy, im->row, *ret, im->usual);
    if (code == 0 && !*ret)
        code = error_set(err, EN_NO_MEMORY, "label");
    return code == EN_NOT_FOUND ? error_field(err, S("label"), REASON_REQUIRED,
                                              "what it is about cannot be read yet")
                                : code;
}

static int read_label(struct import *im, struct slice cell, const struct json *body,
                      struct error *err)
{
    const struct label *l = NULL;
    if (im->label && cell.len && slice_eq(cell, im->label_cell))
        return 0;
    int code = cell.len ? label_parse_text(im->policy, im->keep, cell, S("label"), err, &l)
                        : default_label(im, body, err, &l);
    if (code < 0)
        return code;
    if (l && l == im->usual && im->label == l)
        return 0;
    if (!viewer_may_read(im->viewer, im->policy, l, im->now_ms))
        return error_field(err, S("label"), REASON_LABEL, "above your clearance");
    return keep_label(im, cell.len || l == im->usual ? im->keep : im->row, cell, l, err);
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
    im->unlabelled += im->withheld && cell.len == 0;
    *ret = im->label_json;
    *ret_same = t->found && label_equal(t->row.label, im->label);
    if (t->found && !*ret_same)
        code = records_check_persons(t->row.label, im->label, S("label"), err);
    return code < 0 || *ret_same
               ? code
               : label_check_new(im->policy, im->label, im->now_ms, S("label"), err);
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

/* Nobody should wonder where the records are that they brought. */
void import_note_unlabelled(struct import *im)
{
    struct buf marking[2];
    for (int french = 0; french < 2; french++) {
        buf_init(&marking[french], LIMIT_TEXT);
        label_write_marking(im->policy, im->usual, french, &marking[french]);
    }
    if (im->unlabelled > 0)
        report_note(&im->report,
                    arena_printf(im->keep,
                                 "new records without a label: %lld; they are marked " SLICE_FMT
                                 ", and nobody else reads them until you give them a label or "
                                 "the import states one",
                                 (long long)im->unlabelled, SLICE_ARG(buf_slice(&marking[0]))),
                    arena_printf(im->keep,
                                 "nouvelles fiches sans étiquette : %lld ; elles portent " SLICE_FMT
                                 ", et personne d'autre ne les lit tant que vous ne leur donnez "
                                 "pas d'étiquette ou que l'importation n'en indique pas",
                                 (long long)im->unlabelled, SLICE_ARG(buf_slice(&marking[1]))),
                    im->keep);
    buf_done(&marking[0]);
    buf_done(&marking[1]);
}

/* The label that the import states; NULL when it states none. */
static int stated_label(struct import *im, struct slice text, struct error *err)
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

int import_read_usual(struct import *im, struct slice text, struct error *err)
{
    int code = stated_label(im, text, err);
    if (code < 0 || im->usual)
        return code;
    im->withheld = true;
    im->usual = label_for_person(im->policy, im->keep, policy_default_label(im->policy),
                                 viewer_person(im->viewer));
    return im->usual ? 0 : error_set(err, EN_NO_MEMORY, "label");
}
