/*
 * Restoring an export: every line is judged, then all entries are appended in their order.
 *
 * A version whose body was destroyed comes back as an empty one, which the REDACT entry behind it
 * destroys again. Bodies pass record_check, but neither references nor life cycles are judged: what
 * stood may stand again, in any order. Labels may not be above the clearance of who restores. An
 * export by someone who could not read everything lacks references to the rest: a version that
 * cannot stand without one is left out, and the report says how many were. A label that falls
 * stands with its decision (transfer_lowered.h).
 */
#include "base/limits.h"
#include "service/access_internal.h"
#include "service/records.h"
#include "service/transfer_lowered.h"
#include "service/transfer_names.h"
#include "service/transfer_report.h"
#include "service/transfer_spool.h"

enum { LINE_ARENA = 64 * 1024 * 1024, LINE_MAX = 2 * LIMIT_RECORD };

struct restore {
    struct node *node;
    const struct viewer *viewer;
    struct snapshot *s;
    struct arena *keep, *line;
    int64_t now_ms;
    bool partial; /* the export is of someone who could not read everything */
    int64_t left_out;
    int64_t consents;   /* of other instances, that were left out */
    int64_t unlabelled; /* records that whoever restores alone reads */
    struct names names; /* versions by record */
    struct lowered lowered;
    struct spool spool;
    struct transfer_report report;
};

static int parse_operation(struct slice word, struct error *err, enum entry_operation *ret)
{
    for (int o = ENTRY_PUT; o <= ENTRY_REDACT; o++) {
        if (!slice_is(word, entry_operation_word((enum entry_operation)o)))
            continue;
        *ret = (enum entry_operation)o;
        return 0;
    }
    return error_field(err, S("operation"), REASON_CHOICE, "put, retract or redact");
}

/* A line without a label is not one that was exported: as a row that is imported without one. */
static int default_label(struct restore *r, const struct kind *k, const struct json *line,
                         struct error *err, const struct label **ret)
{
    int code = records_default_label(r->s, r->line, k, json_get(line, "body"), err, ret);
    if (code == EN_NOT_FOUND)
        return error_field(err, S("label"), REASON_REQUIRED, "what it is about cannot be read yet");
    if (code == 0 && names_find(&r->names, NAME_RECORD, S(""), json_get_text(line, "id")))
        return error_field(err, S("label"), REASON_REQUIRED, "another version of it has one");
    if (code < 0)
        return code;
    *ret = label_for_person(node_policy(r->node), r->line, *ret, viewer_person(r->viewer));
    r->unlabelled++;
    return *ret ? 0 : error_set(err, EN_NO_MEMORY, "label");
}

/* What runs the instance is hidden by permission and never by a label. */
static int system_label(struct restore *r, const struct label *stated, struct error *err,
                        const struct label **ret)
{
    *ret = policy_lowest_label(node_policy(r->node));
    return !stated || label_equal(stated, *ret)
               ? 0
               : error_field(err, S("label"), REASON_LABEL, "a system record has the lowest");
}

/* May whoever restores state it? */
static int check_label(struct restore *r, const struct label *l, struct error *err)
{
    if (viewer_may_read(r->viewer, node_policy(r->node), l, r->now_ms))
        return 0;
    return error_field(err, S("label"), REASON_LABEL,
                       label_names_persons(l) ? "it is for other persons: restore at the console"
                                              : "above your clearance");
}

static int restore_label(struct restore *r, const struct kind *k, const struct json *line,
                         struct error *err, struct slice *ret)
{
    const struct policy *p = node_policy(r->node);
    const struct json *stated = json_get(line, "label");
    const struct label *l = NULL;
    bool nothing =
        !stated || stated->type == JSON_NULL || (stated->type == JSON_OBJECT && stated->count == 0);
    int code = nothing ? 0 : label_parse(p, r->line, stated, S("label"), err, &l);
    if (code == 0 && k->system)
        code = system_label(r, l, err, &l);
    else if (code == 0 && nothing)
        code = default_label(r, k, line, err, &l);
    if (code == 0)
        code = check_label(r, l, err);
    if (code < 0)
        return code;
    *ret = label_text(p, r->line, l);
    return ret->ptr ? 0 : error_set(err, EN_NO_MEMORY, "import");
}

static int restore_body(struct restore *r, const struct kind *k, const struct json *line,
                        struct error *err, struct slice *ret)
{
    const struct json *stated = json_get(line, "body");
    struct buf text cleanup_buf = { 0 };
    struct json *body = NULL;
    if (!stated && json_get_bool(line, "redacted", false)) {
        *ret = S("{}");
        return 0;
    }
    if (!stated)
        return error_field(err, S("body"), REASON_REQUIRED, "%s", "");
    int code = record_check(k, r->line, stated, NULL, err, &body);
    if (code < 0)
        return code;
    buf_init(&text, LIMIT_RECORD);
    json_write_canonical(r->line, body, &text);
    *ret = arena_copy(r->line, buf_slice(&text));
    return ret->ptr && !buf_failed(&text) ? 0 : error_set(err, EN_NO_MEMORY, "import");
}

/* What a retraction says beside: its reason. */
static int restore_remark(struct restore *r, const struct json *line, struct error *err,
                          struct slice *ret)
{
    const struct json *body = json_get(line, "body");
    struct buf text cleanup_buf = { 0 };
    if (!body)
        return 0;
    buf_init(&text, LIMIT_RECORD);
    json_write_canonical(r->line, body, &text);
    *ret = arena_copy(r->line, buf_slice(&text));
    return ret->ptr && !buf_failed(&text) ? 0 : error_set(err, EN_NO_MEMORY, "import");
}

/* Counts the record's versions; the first one must find no record. */
static int restore_version(struct restore *r, struct slice id, struct draft *d, struct error *err)
{
    struct row unused;
    const struct name_slot *slot = names_find(&r->names, NAME_RECORD, S(""), id);
    d->expected = slot ? slot->number : 0;
    if (!slot && snapshot_get(r->s, NULL, id, NULL, &unused) == 0)
        return error_field(err, S("id"), REASON_DUPLICATE, "the record exists already");
    if (!slot && d->operation != ENTRY_PUT)
        return error_field(err, S("operation"), REASON_ORDER, "put");
    return names_put(&r->names, NAME_RECORD, S(""), id, d->record, d->expected + 1) < 0
               ? error_set(err, EN_NO_MEMORY, "import")
               : 0;
}

/* Time never falls along the chain, so an entry from the future would hold all later ones there. */
static int restore_time(struct restore *r, const struct json *line, struct error *err,
                        int64_t *ret_ms)
{
    struct when at;
    if (!when_parse(json_get_text(line, "at"), &at) || at.precision != WHEN_INSTANT || at.ms <= 0)
        return error_field(err, S("at"), REASON_FORMAT, "RFC 3339");
    if (at.ms > r->now_ms + LIMIT_AHEAD_MS)
        return error_field(err, S("at"), REASON_RANGE, "not in the future");
    *ret_ms = at.ms;
    return 0;
}

/* Nobody gets a second user of one name, or of one identity. */
static int check_username(struct restore *r, const struct kind *k, const struct json *line,
                          struct error *err)
{
    struct page page;
    struct filter filter = { .field = S("username"),
                             .value =
                                 slice_trim(json_get_text(json_get(line, "body"), "username")) };
    struct list_query q = {
        .kind = k, .filters = &filter, .filter_count = 1, .order = LIST_UPDATED, .limit = 1
    };
    if (strcmp(k->name, "user") != 0 || filter.value.len == 0)
        return 0;
    int code = snapshot_list(r->s, &q, err, &page);
    if (code == 0 && page.count > 0)
        code = error_field(err, S("username"), REASON_DUPLICATE, "this name is taken");
    return code < 0 ? code : access_check_subject(r->s, json_get(line, "body"), S(""), err);
}

/* Nor one who may read more than the one who restores. */
static int check_clearance(struct restore *r, const struct kind *k, const struct json *line,
                           struct error *err)
{
    const struct clearance *c;
    if (strcmp(k->name, "user") != 0)
        return 0;
    int code =
        clearance_parse(node_policy(r->node), r->line,
                        json_get(json_get(line, "body"), "clearance"), S("clearance"), err, &c);
    if (code == 0 && !clearance_within(c, r->viewer->clearance))
        code = error_field(err, S("clearance"), REASON_LABEL, "above your own clearance");
    return code;
}

/* Nor a token of somebody who may read more than the one who restores. */
static int check_token(struct restore *r, const struct kind *k, const struct json *line,
                       struct error *err)
{
    struct write_context w = { .node = r->node, .snapshot = r->s, .now_ms = r->now_ms };
    struct row user;
    if (strcmp(k->name, "token") != 0)
        return 0;
    int code = snapshot_get(r->s, kinds_find(node_kinds(r->node), S("user")),
                            json_get_text(json_get(line, "body"), "user"), NULL, &user);
    /* one of this file was judged by itself */
    return code == EN_NOT_FOUND ? 0
           : code < 0           ? code
                                : access_check_place(&w, &user, S("user"), err);
}

/* What others stated comes from them, signed; from a file it is the word of whoever restores, who
 * must be one who may read all that they ever said. */
static int check_instance(struct restore *r, const struct draft *d, struct error *err)
{
    static const struct uuid own = { { 0 } };
    if (uuid_eq(d->instance, own) ||
        clearance_within(clearance_all(node_policy(r->node)), r->viewer->clearance))
        return 0;
    return error_field(err, S("instance"), REASON_LABEL,
                       "only who may read everything restores what other instances stated");
}

static int restore_draft(struct restore *r, const struct json *line, struct error *err,
                         struct draft *ret)
{
    const struct kind *k = kinds_find(node_kinds(r->node), json_get_text(line, "kind"));
    struct slice id = json_get_text(line, "id");
    struct draft d = { .user = json_get_text(line, "user"),
                       .redacts = json_get_int(line, "redacts", 0) };
    if (!k || strcmp(k->name, "audit") == 0 || strcmp(k->name, "bundle") == 0 ||
        strcmp(k->name, "peer") == 0 || strcmp(k->name, "peer_release") == 0)
        return error_field(err, S("kind"), REASON_CHOICE, "%s", "");
    d.kind = slice_of(k->name);
    if (json_get(line, "instance") &&
        (k->system || !uuid_parse(json_get_text(line, "instance"), &d.instance)))
        return error_field(err, S("instance"), REASON_FORMAT, "UUID");
    if (!uuid_parse(id, &d.record))
        return error_field(err, S("id"), REASON_FORMAT, "UUID");
    int code = restore_time(r, line, err, &d.at_ms);
    if (code < 0)
        return code;
    if (d.user.len == 0 || d.user.len > LIMIT_NAME)
        return error_field(err, S("user"), REASON_REQUIRED, "%s", "");
    code = parse_operation(json_get_text(line, "operation"), err, &d.operation);
    if (code == 0)
        code = restore_label(r, k, line, err, &d.label);
    if (code == 0 && d.operation == ENTRY_PUT)
        code = restore_body(r, k, line, err, &d.body);
    else if (code == 0)
        code = restore_remark(r, line, err, &d.body);
    if (code == 0)
        code = check_username(r, k, line, err);
    if (code == 0)
        code = check_clearance(r, k, line, err);
    if (code == 0)
        code = check_token(r, k, line, err);
    if (code == 0)
        code = check_instance(r, &d, err);
    if (code == 0)
        code = restore_version(r, id, &d, err);
    *ret = d;
    return code;
}

/* The head of an export; absent in a file that was cut by hand. */
static int check_head(struct restore *r, const struct json *line, struct error *err)
{
    if (json_get_int(line, "entente_export", 0) != 1)
        return error_field(err, S("entente_export"), REASON_FORMAT, "1");
    if (!slice_eq(json_get_text(line, "policy"), policy_id(node_policy(r->node))))
        return error_field(err, S("policy"), REASON_LABEL,
                           "the policy of this instance is another");
    r->partial = !json_get_bool(line, "complete", true);
    return 0;
}

static int restore_line(struct restore *r, struct slice text, struct error *err)
{
    struct json *line = NULL;
    struct draft d;
    if (text.len > LINE_MAX)
        return error_set(err, EN_TOO_LARGE, "a line may have %d bytes", LINE_MAX);
    int code = json_parse(r->line, text, err, &line);
    if (code < 0)
        return code;
    if (line->type != JSON_OBJECT)
        return error_set(err, EN_INVALID, "a line is a JSON object");
    if (json_get(line, "entente_export"))
        return check_head(r, line, err);
    r->report.rows++;
    code = restore_draft(r, line, err, &d);
    if (code < 0)
        return code;
    static const struct uuid own = { { 0 } };
    bool foreign = !uuid_eq(d.instance, own);
    if (foreign && slice_is(d.kind, "release")) { /* consent is heard from who consents */
        r->consents += d.expected == 0;
        return 0;
    }
    r->report.created += d.expected == 0;
    r->report.changed += d.expected > 0;
    struct draft decision;
    bool add = false;
    if (foreign) /* whose originator decides over its label */
        return r->report.failed ? 0 : spool_add(&r->spool, &d, err);
    code = lowered_take(&r->lowered, r->s, &d, r->now_ms, err, &decision, &add);
    if (code < 0 || r->report.failed)
        return code;
    if (add)
        code = spool_add(&r->spool, &decision, err);
    return code < 0 ? code : spool_add(&r->spool, &d, err);
}

static void note_count(struct restore *r, int64_t count, const char *en, const char *fr)
{
    if (count)
        report_note(&r->report, arena_printf(r->keep, "%lld %s", (long long)count, en),
                    arena_printf(r->keep, "%lld %s", (long long)count, fr), r->keep);
}

static int restore_end(struct restore *r, struct error *err)
{
    struct draft decision;
    bool add = false;
    int code = lowered_end(&r->lowered, r->s, r->now_ms, err, &decision, &add);
    if (code == 0 && add && !r->report.failed)
        code = spool_add(&r->spool, &decision, err);
    note_count(r, r->lowered.recorded,
               "labels fall without a decision in the file; one was recorded for each",
               "étiquettes s'abaissent sans décision dans le fichier ; une a été consignée pour "
               "chacune");
    return code;
}

static void fail_line(struct restore *r, int64_t line, const struct error *e)
{
    unsigned shown = e->field_count < ERROR_FIELDS_MAX ? e->field_count : ERROR_FIELDS_MAX;
    for (unsigned i = 0; i < shown; i++)
        report_row(&r->report, r->keep, line, slice_of(e->fields[i].pointer), e->fields[i].reason,
                   slice_of(e->fields[i].detail));
    if (shown == 0)
        report_row(&r->report, r->keep, line, S(""), REASON_FORMAT, slice_of(e->message));
    r->report.failed++;
}

/* What a reader who may not read everything leaves behind: a body without a required reference, or
 * the end of a record that has no beginning. */
static bool is_gap(const struct restore *r, const struct error *e)
{
    bool gap = r->partial && e->field_count > 0 && e->field_count <= ERROR_FIELDS_MAX;
    for (unsigned i = 0; gap && i < e->field_count; i++)
        gap =
            e->fields[i].reason == REASON_REQUIRED ||
            (e->fields[i].reason == REASON_ORDER && strcmp(e->fields[i].pointer, "operation") == 0);
    return gap;
}

static void note_left_out(struct restore *r)
{
    note_count(r, r->unlabelled,
               "records have no label; nobody else reads them until you give them one",
               "fiches sont sans étiquette ; personne d'autre ne les lit tant que vous ne leur en "
               "donnez pas");
    note_count(r, r->consents,
               "consents of other instances to onward release were left out: they come from their "
               "originators, in bundles",
               "consentements d'autres instances à une diffusion à des tiers ont été omis : ils "
               "viennent de leurs auteurs, par lots");
    note_count(r, r->left_out,
               "versions refer to what their exporter could not read, and were left out",
               "versions renvoient à ce que leur exportateur ne pouvait lire, et ont été omises");
}

static int restore_lines(struct restore *r, struct slice lines,
                         const struct transfer_progress *progress, struct error *err)
{
    struct slice rest = lines;
    for (int64_t number = 1; rest.ptr && rest.len; number++) {
        struct slice text = slice_trim(slice_cut(&rest, '\n'));
        struct error e = { 0 };
        arena_reset(r->line);
        int code = text.len ? restore_line(r, text, &e) : 0;
        if (code < 0 && !report_is_row_error(code)) {
            if (err)
                *err = e;
            return code;
        }
        if (code < 0 && is_gap(r, &e))
            r->left_out++;
        else if (code < 0)
            fail_line(r, number, &e);
        if (progress && progress->step && number % 1000 == 0)
            progress->step(progress->context, "checking",
                           (int64_t)(rest.ptr ? rest.ptr - lines.ptr : 0), (int64_t)lines.len);
    }
    return 0;
}

int transfer_import(struct write_context *w, struct slice lines,
                    const struct transfer_progress *progress, struct error *err,
                    struct transfer_report *ret)
{
    struct arena *line cleanup_arena = arena_new(LINE_ARENA);
    struct restore r = { .node = w->node,
                         .viewer = snapshot_viewer(w->snapshot),
                         .s = w->snapshot,
                         .keep = snapshot_arena(w->snapshot),
                         .line = line,
                         .now_ms = w->now_ms,
                         .spool = { .file = -1 } };
    int code = line ? spool_open(&r.spool, node_directory(w->node), err)
                    : error_set(err, EN_NO_MEMORY, "import");
    if (code == 0)
        code = restore_lines(&r, lines, progress, err);
    if (code == 0)
        code = restore_end(&r, err);
    snapshot_close(w->snapshot);
    note_left_out(&r);
    if (code == 0 && r.report.failed)
        r.report.created = r.report.changed = 0;
    else if (code == 0)
        code = spool_append(&r.spool, w->node, w->now_ms, progress, err);
    spool_done(&r.spool);
    names_done(&r.names);
    lowered_done(&r.lowered);
    if (code == 0)
        *ret = r.report;
    return code;
}
