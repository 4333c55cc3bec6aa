/* Stating releases: judging a change of label, proposing, deciding, revoking. See release.h. */
#include "service/release_internal.h"

#include "base/limits.h"
#include "service/access_internal.h"

#define GROUND(n, t, f, m, le, lf, he, hf)                                                      \
    {                                                                                           \
        .name = (n), .type = (t), .flags = (f), .max = (m), .label_en = (le), .label_fr = (lf), \
        .help_en = (he), .help_fr = (hf)                                                        \
    }
#define AUTHORITY(flags)                                                        \
    GROUND("authority", FIELD_TEXT, flags, LIMIT_NAME, "Authority", "Autorité", \
           "On whose authority: an order, an agreement, an office.",            \
           "En vertu de quoi : un ordre, un accord, une charge.")
#define REASON(flags)                                                                 \
    GROUND("reason", FIELD_TEXT, flags, 500, "Reason", "Motif", "Why more may read.", \
           "Pourquoi l'accès est élargi.")
#define UNTIL                                                                                \
    GROUND("until", FIELD_WHEN, 0, 0, "Until", "Jusqu'à", "The last day on which it holds.", \
           "Le dernier jour de validité.")
#define REVIEW                                                     \
    GROUND("review", FIELD_WHEN, 0, 0, "Review on", "À revoir le", \
           "When the decision is to be looked at again.",          \
           "La date à laquelle la décision est à réexaminer.")

static const struct choice natures[] = {
    { "lower", "Lower label", "Étiquette abaissée" },
    { "onward", "Onward release", "Diffusion à un tiers" },
    { 0 },
};

static const struct choice decisions[] = {
    { "approve", "Approve", "Approuver" },
    { "refuse", "Refuse", "Refuser" },
    { 0 },
};

const struct field release_grounds[] = {
    AUTHORITY(FIELD_REQUIRED), REASON(FIELD_REQUIRED), UNTIL, REVIEW, { 0 }
};

const struct field release_proposal[] = {
    { .name = "nature",
      .type = FIELD_ENUM,
      .choices = natures,
      .label_en = "Nature",
      .label_fr = "Nature",
      .help_en = "A lower label for one record (when absent), or an onward release to a partner.",
      .help_fr = "Une étiquette plus basse pour une fiche (par défaut), ou la diffusion à un "
                 "tiers." },
    { .name = "record",
      .type = FIELD_REF,
      .label_en = "Record",
      .label_fr = "Fiche",
      .help_en = "What is released. Onward without one: everything that we originate.",
      .help_fr = "Ce qui est diffusé. Tiers, sans fiche : tout ce qui vient de nous." },
    { .name = "label",
      .type = FIELD_LABEL,
      .label_en = "Label",
      .label_fr = "Étiquette",
      .help_en =
          "Lowering: the record's new label. Onward: the label of the grant itself, which the "
          "partner must be able to read.",
      .help_fr = "Abaissement : la nouvelle étiquette de la fiche. Tiers : l'étiquette de "
                 "l'autorisation, que le partenaire doit pouvoir lire." },
    { .name = "to",
      .type = FIELD_TEXT,
      .flags = FIELD_MANY,
      .max = 50,
      .label_en = "To",
      .label_fr = "À",
      .help_en =
          "Onward: peers, or partner instances by id. Lowering: who reads it then, in words.",
      .help_fr = "Tiers : des pairs, ou des instances par identifiant. Abaissement : qui la lira, "
                 "en mots." },
    REASON(FIELD_REQUIRED),
    AUTHORITY(0),
    UNTIL,
    REVIEW,
    { 0 },
};

const struct field release_decision[] = {
    { .name = "decision",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED,
      .choices = decisions,
      .label_en = "Decision",
      .label_fr = "Décision",
      .help_en = "Approve or refuse.",
      .help_fr = "Approuver ou refuser." },
    AUTHORITY(0),
    GROUND("remark", FIELD_TEXT, 0, 500, "Remark", "Remarque", "What the decision adds.",
           "Ce que la décision ajoute."),
    UNTIL,
    REVIEW,
    { 0 },
};

static const char *const ground_names[] = { "authority", "reason", "until", "review", NULL };

/* ---- a change of label ---- */

/* Another instance must consent: ours is not its only originator. */
static bool is_controlled(struct snapshot *s, const struct label *l)
{
    const struct uuid *of = NULL;
    size_t count = label_originators(l, &of);
    for (size_t i = 0; i < count; i++)
        if (!uuid_eq(of[i], snapshot_instance(s)))
            return true;
    return false;
}

int label_change_of(struct snapshot *s, const struct label *before, const struct label *after,
                    enum label_change *ret)
{
    if (label_equal(before, after)) {
        *ret = LABEL_KEPT;
        return 0;
    }
    if (is_controlled(s, before)) {
        *ret = LABEL_CONTROLLED;
        return 0;
    }
    if (label_same_demand(before, after)) { /* a review date or an informative value */
        *ret = LABEL_KEPT;
        return 0;
    }
    const struct label *join = label_join(snapshot_policy(s), snapshot_arena(s), before, after);
    if (!join)
        return EN_NO_MEMORY;
    *ret = label_same_demand(join, after) ? LABEL_RAISED : LABEL_LOWERED;
    return 0;
}

static int refuse_controlled(struct error *err)
{
    return error_set(err, EN_FORBIDDEN, "its originator controls this label and alone changes it");
}

static int draft_new(struct snapshot *s, const struct release_body *b, const struct label *l,
                     int64_t now_ms, struct error *err, struct draft *ret)
{
    *ret = (struct draft){
        .operation = ENTRY_PUT, .kind = S("release"), .record = uuid_new(now_ms), .expected = 0
    };
    int code = release_body_text(s, b, err, &ret->body);
    return code < 0 ? code : release_label_text(s, l, err, &ret->label);
}

static void set_labels(struct release_body *b, struct snapshot *s, struct uuid record,
                       const struct label *before, const struct label *after)
{
    char id[UUID_TEXT + 1];
    uuid_format(record, id);
    release_set(b, "nature", S("lower"));
    release_set(b, "record", slice_of(id));
    release_set_json(b, "label_before", label_json(snapshot_policy(s), b->arena, before));
    release_set_json(b, "label_after", label_json(snapshot_policy(s), b->arena, after));
}

/* What one person alone reads is theirs to show to others, as it was theirs to label: the rest of
 * the label may not come down with it. */
static bool gives_free(struct snapshot *s, const struct release_change *c)
{
    const struct policy *p = snapshot_policy(s);
    const struct viewer *v = snapshot_viewer(s);
    enum label_change change;
    if (!(v->permissions & PERMIT_WRITE) || !label_is_of_person(c->before, viewer_person(v)))
        return false;
    const struct label *before = label_for_anyone(p, snapshot_arena(s), c->before);
    const struct label *after = label_for_anyone(p, snapshot_arena(s), c->after);
    return before && after && label_change_of(s, before, after, &change) == 0 &&
           (change == LABEL_KEPT || change == LABEL_RAISED);
}

/* The record's readers before learn of the decision. What named persons read nobody else could
 * learn of: whoever reads the rest of it and the record now. */
static const struct label *decision_label(struct snapshot *s, const struct release_change *c)
{
    const struct policy *p = snapshot_policy(s);
    struct arena *a = snapshot_arena(s);
    const struct label *rest = label_for_anyone(p, a, c->before);
    return label_names_persons(c->before) && rest ? label_join(p, a, rest, c->after) : rest;
}

/* What is given free would not come back without vanishing for those who found it. */
static int check_until(const struct release_change *c, const struct json *grounds,
                       struct error *err)
{
    return json_get(grounds, "until") && label_narrows_persons(c->after, c->before)
               ? error_field(err, S("/release/until"), REASON_RULE,
                             "what named persons give free stays so")
               : 0;
}

int release_judge(struct snapshot *s, const struct release_change *c, struct error *err,
                  struct draft *ret, bool *ret_lowers)
{
    const struct viewer *v = snapshot_viewer(s);
    struct json *grounds = NULL;
    enum label_change change;
    *ret_lowers = false;
    if (label_change_of(s, c->before, c->after, &change) < 0)
        return error_set(err, EN_NO_MEMORY, "label");
    if (change == LABEL_CONTROLLED)
        return refuse_controlled(err);
    if (change != LABEL_LOWERED)
        return 0;
    if (!(v->permissions & PERMIT_DISCLOSE) && !gives_free(s, c))
        return error_set(
            err, EN_FORBIDDEN,
            label_is_of_person(c->before, viewer_person(v))
                ? "you alone read it and may give it free: the rest of its label stays as it is"
                : "this lets more read: propose a release, and a disclosure officer decides");
    if (!c->grounds || c->grounds->type != JSON_OBJECT)
        return error_field(
            err, S("/release"), REASON_REQUIRED,
            "a lower label needs a release: propose one, or state its authority and reason");
    int code = fields_check(release_grounds, snapshot_arena(s), c->grounds, S("/release"), NULL,
                            err, &grounds);
    if (code == 0)
        code = check_until(c, grounds, err);
    if (code < 0)
        return code;
    struct release_body b = release_body_new(snapshot_arena(s));
    set_labels(&b, s, c->record, c->before, c->after);
    release_copy(&b, grounds, ground_names);
    release_set(&b, "state", S("approved"));
    release_set(&b, "proposed_by", records_user(v, b.arena));
    release_sign(&b, v, c->now_ms);
    const struct label *of = decision_label(s, c);
    code = of ? draft_new(s, &b, of, c->now_ms, err, ret) : error_set(err, EN_NO_MEMORY, "label");
    *ret_lowers = code == 0;
    return code;
}

/* ---- proposing ---- */

/* The record that a proposal names, of ours and in force. */
static int find_record(struct write_context *w, const struct json *input, struct error *err,
                       struct row *ret)
{
    struct slice id = json_get_text(input, "record");
    int code = id.len ? snapshot_get(w->snapshot, NULL, id, NULL, ret) : EN_NOT_FOUND;
    if (code == EN_NOT_FOUND || (code == 0 && (ret->retracted || ret->kind->system)))
        return error_field(err, S("/record"), id.len ? REASON_REFERENCE : REASON_REQUIRED, "%s",
                           "");
    if (code == 0 && !release_is_own(w->node, ret))
        return error_set(err, EN_FORBIDDEN, "the record is a partner's; its originator decides");
    return code;
}

static int read_label(struct write_context *w, const struct json *stated, struct error *err,
                      const struct label **ret)
{
    const struct policy *p = snapshot_policy(w->snapshot);
    int code = label_parse(p, snapshot_arena(w->snapshot), stated, S("/label"), err, ret);
    if (code == 0 && !viewer_may_read(snapshot_viewer(w->snapshot), p, *ret, w->now_ms))
        code = error_field(err, S("/label"), REASON_LABEL, "above your clearance");
    return code < 0 ? code : label_check_new(p, *ret, w->now_ms, S("/label"), err);
}

static int propose_lower(struct write_context *w, const struct json *input, struct release_body *b,
                         struct error *err, const struct label **ret_label)
{
    struct snapshot *s = w->snapshot;
    const struct label *after = NULL;
    const struct json *stated = json_get(input, "label");
    enum label_change change;
    struct row row;
    struct uuid record;
    int code = find_record(w, input, err, &row);
    if (code == 0 && !stated)
        code = error_field(err, S("/label"), REASON_REQUIRED, "%s", "");
    if (code == 0)
        code = read_label(w, stated, err, &after);
    if (code == 0 &&
        (!uuid_parse(row.id, &record) || label_change_of(s, row.label, after, &change) < 0))
        code = error_set(err, EN_NO_MEMORY, "label");
    if (code < 0)
        return code;
    if (change == LABEL_CONTROLLED)
        return refuse_controlled(err);
    if (change != LABEL_LOWERED)
        return error_field(err, S("/label"), REASON_RULE,
                           "it lets nobody read who does not yet: change the record itself");
    if (label_is_of_person(row.label, viewer_person(snapshot_viewer(s))))
        return error_field(err, S("/record"), REASON_RULE,
                           "no officer could read it: you alone change its label");
    code = records_check_persons(row.label, after, S("/label/persons"), err);
    if (code < 0)
        return code;
    set_labels(b, s, record, row.label, after);
    if (json_get(input, "to"))
        release_set_json(b, "to", json_get(input, "to"));
    *ret_label = row.label;
    return 0;
}

/* A peer by id or name is its instance; another id is an instance that we need not know. */
static struct slice instance_of(struct snapshot *s, struct slice word)
{
    const struct kind *k = kinds_find(snapshot_kinds(s), S("peer"));
    struct uuid id;
    struct row row;
    if (snapshot_get(s, k, word, NULL, &row) == 0 && snapshot_body(s, &row, NULL) == 0)
        return json_get_text(row.body, "instance");
    if (access_find(s, "peer", "name", word, NULL, &row) == 0)
        return json_get_text(row.body, "instance");
    return uuid_parse(word, &id) ? word : S("");
}

static int set_instances(struct snapshot *s, const struct json *to, struct release_body *b,
                         struct error *err)
{
    struct json *all = json_new_array(b->arena);
    if (!to || to->count == 0)
        return error_field(err, S("/to"), REASON_REQUIRED, "%s", "");
    for (uint32_t i = 0; all && i < to->count; i++) {
        struct slice instance = instance_of(s, to->items[i].text);
        if (!instance.len)
            return error_field(err, S("/to"), REASON_REFERENCE, "no such peer or instance");
        struct json *text = json_new_text(b->arena, instance);
        if (!text || json_array_add(b->arena, all, text) < 0)
            all = NULL;
    }
    release_set_json(b, "to", all);
    return 0;
}

static bool originates(struct snapshot *s, const struct label *l)
{
    const struct uuid *of = NULL;
    size_t count = label_originators(l, &of);
    for (size_t i = 0; i < count; i++)
        if (uuid_eq(of[i], snapshot_instance(s)))
            return true;
    return false;
}

/* The label without its originators: whoever may read the rest of it may know of the grant. */
static int plain_label(struct write_context *w, const struct label *l, struct error *err,
                       const struct label **ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    const struct json *json = label_json(snapshot_policy(w->snapshot), a, l);
    struct json *copy = json_new_object(a);
    for (uint32_t i = 0; json && copy && i < json->count; i++)
        if (!slice_is(json->members[i].name, "orcon") &&
            json_object_set(a, copy, json->members[i].name, &json->members[i].value) < 0)
            copy = NULL;
    return json && copy ? read_label(w, copy, err, ret) : error_set(err, EN_NO_MEMORY, "label");
}

/* A partner reads no grant that names originators, so neither may the grant's own label. */
static int propose_onward(struct write_context *w, const struct json *input, struct release_body *b,
                          struct error *err, const struct label **ret_label)
{
    struct snapshot *s = w->snapshot;
    const struct json *stated = json_get(input, "label");
    struct row row = { 0 };
    int code = 0;
    if (json_get_text(input, "record").len) {
        code = snapshot_get(s, NULL, json_get_text(input, "record"), NULL, &row);
        if (code == EN_NOT_FOUND || (code == 0 && (row.retracted || row.kind->system)))
            return error_field(err, S("/record"), REASON_REFERENCE, "%s", "");
        if (code == 0 && !originates(s, row.label))
            return error_field(err, S("/record"), REASON_RULE,
                               "its label does not name this instance as an originator");
        release_set(b, "record", row.id);
    }
    release_set(b, "nature", S("onward"));
    if (code == 0)
        code = set_instances(s, json_get(input, "to"), b, err);
    if (code == 0 && (stated || !row.label))
        code = read_label(w, stated, err, ret_label);
    else if (code == 0)
        code = plain_label(w, row.label, err, ret_label);
    if (code == 0 && label_has_originators(*ret_label))
        code = error_field(err, S("/label"), REASON_RULE,
                           "no partner could read a grant that names originators itself");
    return code;
}

int release_propose(struct write_context *w, const struct json *input, struct error *err,
                    struct written *ret)
{
    struct snapshot *s = w->snapshot;
    struct release_body b = release_body_new(snapshot_arena(s));
    struct slice user = records_user(snapshot_viewer(s), b.arena);
    const struct label *label = NULL;
    struct draft d;
    bool onward = slice_is(json_get_text(input, "nature"), "onward");
    int code = onward ? propose_onward(w, input, &b, err, &label)
                      : propose_lower(w, input, &b, err, &label);
    if (code == 0 && release_is_over(input, w->now_ms))
        code = error_field(err, S("/until"), REASON_RULE, "it would be over already");
    release_copy(&b, input, ground_names);
    release_set(&b, "state", S("proposed"));
    release_set(&b, "proposed_by", user);
    if (code == 0)
        code = draft_new(s, &b, label, w->now_ms, err, &d);
    return release_append(w, &d, 1, user, code, err, ret);
}

/* ---- deciding ---- */

static int find_release(struct write_context *w, struct slice id, struct error *err,
                        struct row *ret)
{
    int code = release_find(w->snapshot, id, err, ret);
    if (code == 0 && !release_is_own(w->node, ret))
        code = error_set(err, EN_FORBIDDEN, "the release is a partner's; its originator decides");
    return code;
}

/* The version of the record that an approved lowering writes. */
static int lower_record(struct write_context *w, const struct row *release, struct error *err,
                        struct draft *ret)
{
    struct snapshot *s = w->snapshot;
    const struct policy *p = snapshot_policy(s);
    const struct label *before, *after;
    struct row row;
    int code = snapshot_get(s, NULL, json_get_text(release->body, "record"), err, &row);
    if (code == 0)
        code = label_parse(p, snapshot_arena(s), json_get(release->body, "label_before"),
                           S("/label_before"), err, &before);
    if (code == 0)
        code = label_parse(p, snapshot_arena(s), json_get(release->body, "label_after"),
                           S("/label_after"), err, &after);
    if (code == 0 && (row.retracted || !label_equal(row.label, before)))
        code = error_set(err, EN_CONFLICT, "the record has another label by now: propose it anew");
    if (code == 0 && !viewer_may_read(snapshot_viewer(s), p, after, w->now_ms))
        code = error_set(err, EN_FORBIDDEN, "above your clearance");
    if (code == 0)
        code = records_check_persons(row.label, after, S("/label/persons"), err);
    if (code == 0)
        code = release_draft_version(s, &row, after, err, ret);
    if (code == 0)
        ret->body = row.body_text;
    return code;
}

static int approve(struct write_context *w, struct row *release, struct release_body *patch,
                   const struct json *input, struct error *err, struct draft *drafts,
                   size_t *ret_count)
{
    bool lower = slice_is(json_get_text(release->body, "nature"), "lower");
    if (!json_get(input, "authority") && !json_get(release->body, "authority"))
        return error_field(err, S("/authority"), REASON_REQUIRED, "%s", "");
    if (release_is_over(json_get(input, "until") ? input : release->body, w->now_ms))
        return error_field(err, S("/until"), REASON_RULE, "it would be over already");
    release_set(patch, "state", S("approved"));
    int code = lower ? lower_record(w, release, err, &drafts[0]) : 0;
    *ret_count = lower ? 1 : 0;
    return code;
}

int release_decide(struct write_context *w, struct slice id, const struct json *input,
                   struct error *err, struct written *ret)
{
    static const char *const names[] = { "authority", "remark", "until", "review", NULL };
    struct snapshot *s = w->snapshot;
    struct release_body patch = release_body_new(snapshot_arena(s));
    struct slice user = records_user(snapshot_viewer(s), patch.arena);
    struct draft drafts[2];
    struct row row;
    size_t count = 0;
    int code = find_release(w, id, err, &row);
    if (code == 0 && (row.retracted || !slice_is(json_get_text(row.body, "state"), "proposed")))
        code = error_set(err, EN_CONFLICT, "it was decided before");
    release_copy(&patch, input, names);
    if (code == 0)
        release_sign(&patch, snapshot_viewer(s), w->now_ms);
    if (code == 0 && slice_is(json_get_text(input, "decision"), "approve"))
        code = approve(w, &row, &patch, input, err, drafts, &count);
    else
        release_set(&patch, "state", S("refused"));
    if (code == 0)
        code = patch.failed ? error_set(err, EN_NO_MEMORY, "release")
                            : release_revise(s, &row, patch.json, err, &drafts[count]);
    return release_append(w, drafts, count + 1, user, code, err, ret);
}

/* The writer goes on with the operator's eyes: what the record was raised to since may hide it. */
static int reopen_as_operator(struct write_context *w, struct error *err)
{
    struct arena *a = snapshot_arena(w->snapshot);
    snapshot_close(w->snapshot);
    w->snapshot = NULL;
    return node_snapshot(w->node, node_operator(w->node), a, w->now_ms, err, &w->snapshot);
}

int release_revoke(struct write_context *w, struct slice id, struct slice remark, struct error *err,
                   struct written *ret)
{
    const struct viewer *v = snapshot_viewer(w->snapshot);
    struct release_body patch = release_body_new(snapshot_arena(w->snapshot));
    struct slice user = records_user(v, patch.arena);
    struct row row;
    int code = find_release(w, id, err, &row);
    struct slice state = code == 0 ? json_get_text(row.body, "state") : S("");
    bool proposed = slice_is(state, "proposed");
    bool own = code == 0 && proposed && slice_eq(json_get_text(row.body, "proposed_by"), user);
    if (code == 0 && !(v->permissions & PERMIT_DISCLOSE) && !own)
        code = error_set(err, EN_FORBIDDEN, "only a disclosure officer revokes a release");
    if (code == 0 && (row.retracted || !(proposed || slice_is(state, "approved"))))
        code = error_set(err, EN_CONFLICT, "the release has no effect any more");
    release_set(&patch, "state", S("revoked"));
    if (remark.len)
        release_set(&patch, "remark", remark);
    if (code == 0)
        release_sign(&patch, v, w->now_ms);
    if (code == 0 && patch.failed)
        code = error_set(err, EN_NO_MEMORY, "release");
    if (code < 0)
        return release_append(w, NULL, 0, user, code, err, ret);
    code = reopen_as_operator(w, err);
    return code < 0 ? code : release_end(w, id, patch.json, user, err, ret);
}
