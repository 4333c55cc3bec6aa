/*
 * Commitments: what one actor promised another, and whether it was kept.
 *
 * Evidence: kept, late and broken, about the one who promised (from), for the one who was promised
 * (to), on the day it was decided. A late promise is not a kept one: a decision dated surely after
 * the due date cannot be "kept", and one dated surely before it cannot be "late".
 */
#include "record/registry.h"

const struct choice stakes_choices[] = {
    { "routine", "Routine", "Courants" },
    { "significant", "Significant", "Importants" },
    { "critical", "Critical", "Cruciaux" },
    { 0 },
};

static const struct choice states[] = {
    { "open", "Open", "Ouvert" },
    { "kept", "Kept", "Tenu" },
    { "late", "Kept late", "Tenu en retard" },
    { "broken", "Broken", "Rompu" },
    { "waived", "Waived", "Levé" },
    { "disputed", "Disputed", "Contesté" },
    { 0 },
};

static const struct field fields[] = {
    { .name = "from",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Promised by",
      .label_fr = "Promis par",
      .help_en = "Who made the promise.",
      .help_fr = "Qui a fait la promesse." },
    { .name = "to",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Promised to",
      .label_fr = "Promis à",
      .help_en = "Who relies on it.",
      .help_fr = "Qui compte dessus." },
    { .name = "text",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .max = 1000,
      .label_en = "Commitment",
      .label_fr = "Engagement",
      .help_en = "What was promised, in one sentence.",
      .help_fr = "Ce qui a été promis, en une phrase." },
    { .name = "due",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Due",
      .label_fr = "Échéance",
      .help_en = "The last moment at which it is kept on time.",
      .help_fr = "Le dernier moment où il est tenu à temps." },
    { .name = "stakes",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = stakes_choices,
      .label_en = "Stakes",
      .label_fr = "Enjeux",
      .help_en = "What hangs on it.",
      .help_fr = "Ce qui en dépend." },
    { .name = "state",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = states,
      .label_en = "State",
      .label_fr = "État",
      .help_en = "Where it stands.",
      .help_fr = "Où il en est." },
    { .name = "made_on",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Made on",
      .label_fr = "Pris le",
      .help_en = "When the promise was made.",
      .help_fr = "Date à laquelle la promesse a été faite." },
    { .name = "decided_on",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Decided on",
      .label_fr = "Tranché le",
      .help_en = "When it was kept, broken, waived or disputed.",
      .help_fr = "Date à laquelle il a été tenu, rompu, levé ou contesté." },
    { .name = "born_of",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .label_en = "Born of",
      .label_fr = "Issu de",
      .help_en = "The engagement, agreement or request that it comes from.",
      .help_fr = "L'activité, l'accord ou la demande dont il est issu." },
    { 0 },
};

enum {
    OPEN = 1 << 0,
    KEPT = 1 << 1,
    LATE = 1 << 2,
    BROKEN = 1 << 3,
    WAIVED = 1 << 4,
    DISPUTED = 1 << 5
};

/* An open promise may end in any way; a decided one may be disputed, or reopened to correct it; a
 * dispute may be settled in any way. */
const struct state_row commitment_states[] = {
    { "open", KEPT | LATE | BROKEN | WAIVED | DISPUTED },
    { "kept", OPEN | DISPUTED },
    { "late", OPEN | DISPUTED },
    { "broken", OPEN | DISPUTED },
    { "waived", OPEN | DISPUTED },
    { "disputed", OPEN | KEPT | LATE | BROKEN | WAIVED },
    { 0 },
};

static int check_decided(const struct json *body, struct slice state, struct error *err)
{
    bool decided = slice_is(state, "kept") || slice_is(state, "late") || slice_is(state, "broken");
    if (decided && !json_get(body, "decided_on"))
        return error_field(err, S("/decided_on"), REASON_RULE,
                           "needed once a commitment is kept, late or broken");
    if (slice_is(state, "open"))
        return rule_unset(body, "decided_on", "an open commitment is not decided yet", err);
    return 0;
}

/* The word must agree with the dates. */
static int check_punctual(const struct json *body, struct slice state, struct error *err)
{
    struct when due, decided;
    bool has_due = rule_when(body, "due", &due);
    if (slice_is(state, "late") && !has_due)
        return error_field(err, S("/due"), REASON_RULE, "a late commitment needs a due date");
    if (!has_due || !rule_when(body, "decided_on", &decided))
        return 0;
    if (slice_is(state, "kept") && when_after(decided, due))
        return error_field(err, S("/state"), REASON_RULE,
                           "it was decided after it was due: the state is \"late\"");
    if (slice_is(state, "late") && when_after(due, decided))
        return error_field(err, S("/state"), REASON_RULE,
                           "it was decided before it was due: the state is \"kept\"");
    return 0;
}

static int check(const struct json *body, struct error *err)
{
    struct slice state = json_get_text(body, "state");
    int codes[] = {
        rule_differ(body, "from", "to", "a commitment needs two different actors", err),
        rule_order(body, "made_on", "due", S(""), err),
        rule_order(body, "made_on", "decided_on", S(""), err),
        check_decided(body, state, err),
        check_punctual(body, state, err),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i])
            return codes[i];
    }
    return 0;
}

static int advance(const struct json *before, const struct json *after, struct error *err)
{
    return rule_advance(commitment_states, "state", before, after, err);
}

static void testify(const struct json *body, testimony_sink sink, void *context)
{
    static const struct {
        const char *state;
        const char *event;
    } events[] = {
        { "kept", "commitment.kept" },
        { "late", "commitment.late" },
        { "broken", "commitment.broken" },
    };
    struct slice state = json_get_text(body, "state");
    struct when decided;
    if (!rule_when(body, "decided_on", &decided))
        return;
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++) {
        if (!slice_is(state, events[i].state))
            continue;
        sink(context, &(struct testimony){
                          .event = events[i].event,
                          .truster = json_get_text(body, "to"),
                          .trustee = json_get_text(body, "from"),
                          .at_ms = when_first_ms(decided),
                          .stakes = json_get_text(body, "stakes"),
                          .share = 1,
                      });
    }
}

const struct kind kind_commitment = {
    .name = "commitment",
    .plural = "commitments",
    .title_en = "Commitment",
    .title_fr = "Engagement",
    .help_en = "What one actor promised another, and whether it was kept.",
    .help_fr = "Ce qu'un acteur a promis à un autre, et si la promesse a été tenue.",
    .fields = fields,
    .name_field = "text",
    .when_field = "due",
    .check = check,
    .advance = advance,
    .testify = testify,
};
