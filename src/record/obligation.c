/*
 * Obligations: what an agreement binds one actor to do for another, and when.
 *
 * What falls due on dates or by recurrence is computed; an instance is stored once it is decided,
 * or when a request or an event called for it.
 *
 * Evidence: each instance fulfilled, late or breached, about the obligor, for the beneficiary, on
 * the day it was decided. Late is after the due date and its days of grace: an instance decided
 * surely after them cannot be "fulfilled", and one decided surely before it was due cannot be
 * "late".
 */
#include "record/registry.h"

#include "base/duration.h"
#include "record/recurrence.h"

#include <stdio.h>

static const struct choice acts[] = {
    { "provide", "Provide", "Fournir" },    { "permit", "Permit", "Permettre" },
    { "notify", "Notify", "Aviser" },       { "consult", "Consult", "Consulter" },
    { "protect", "Protect", "Protéger" },   { "reimburse", "Reimburse", "Rembourser" },
    { "refrain", "Refrain", "S'abstenir" }, { 0 },
};

static const struct choice triggers[] = {
    { "date", "A date", "Une date" },
    { "recurrence", "A recurring date", "Une date récurrente" },
    { "request", "A request", "Une demande" },
    { "event", "An event", "Un événement" },
    { 0 },
};

static const struct choice states[] = {
    { "due", "Due", "Dû" },
    { "fulfilled", "Fulfilled", "Rempli" },
    { "late", "Fulfilled late", "Rempli en retard" },
    { "waived", "Waived", "Levé" },
    { "disputed", "Disputed", "Contesté" },
    { "breached", "Breached", "Enfreint" },
    { 0 },
};

static const struct field instance_fields[] = {
    { .name = "on",
      .type = FIELD_WHEN,
      .flags = FIELD_REQUIRED,
      .label_en = "Occurrence",
      .label_fr = "Occurrence",
      .help_en = "The date of the rule, or when the request or event called for it.",
      .help_fr = "La date prévue, ou celle de la demande ou de l'événement." },
    { .name = "due",
      .type = FIELD_WHEN,
      .label_en = "Due",
      .label_fr = "Échéance",
      .help_en = "The last moment at which it is on time; the due rule says it, when absent.",
      .help_fr = "Le dernier moment pour être à temps ; à défaut, la règle d'échéance le dit." },
    { .name = "request",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "request",
      .label_en = "Request",
      .label_fr = "Demande",
      .help_en = "The request that called for it.",
      .help_fr = "La demande qui l'a déclenché." },
    { .name = "state",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED,
      .choices = states,
      .label_en = "State",
      .label_fr = "État",
      .help_en = "Where it stands.",
      .help_fr = "Où il en est." },
    { .name = "decided_on",
      .type = FIELD_WHEN,
      .label_en = "Decided on",
      .label_fr = "Tranché le",
      .help_en = "When it was fulfilled, breached, waived or disputed.",
      .help_fr = "Date à laquelle il a été rempli, enfreint, levé ou contesté." },
    { .name = "note",
      .type = FIELD_TEXT,
      .max = 1000,
      .label_en = "Note",
      .label_fr = "Remarque",
      .help_en = "What is worth knowing about it.",
      .help_fr = "Ce qu'il est utile d'en savoir." },
    { 0 },
};

static const struct field fields[] = {
    { .name = "agreement",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "agreement",
      .label_en = "Agreement",
      .label_fr = "Accord",
      .help_en = "The agreement that binds to it.",
      .help_fr = "L'accord qui y oblige." },
    { .name = "obligor",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Obligor",
      .label_fr = "Débiteur",
      .help_en = "Who is bound to do it.",
      .help_fr = "Qui est tenu de le faire." },
    { .name = "beneficiary",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Beneficiary",
      .label_fr = "Bénéficiaire",
      .help_en = "To whom it is owed.",
      .help_fr = "À qui cela est dû." },
    { .name = "act",
      .type = FIELD_ENUM,
      .flags = FIELD_INDEXED,
      .choices = acts,
      .label_en = "Act",
      .label_fr = "Acte",
      .help_en = "What kind of act it is.",
      .help_fr = "La nature de l'acte." },
    { .name = "text",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .max = 1000,
      .label_en = "Obligation",
      .label_fr = "Obligation",
      .help_en = "What is owed, in one sentence.",
      .help_fr = "Ce qui est dû, en une phrase." },
    { .name = "capability",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "concept",
      .label_en = "Capability",
      .label_fr = "Capacité",
      .help_en = "The capability that is to be provided.",
      .help_fr = "La capacité à fournir." },
    { .name = "quantity",
      .type = FIELD_DECIMAL,
      .min = 0,
      .max = 1000000000000,
      .label_en = "Quantity",
      .label_fr = "Quantité",
      .help_en = "How much of it.",
      .help_fr = "Combien." },
    { .name = "unit",
      .type = FIELD_TEXT,
      .max = 60,
      .label_en = "Unit",
      .label_fr = "Unité",
      .help_en = "What the quantity counts.",
      .help_fr = "Ce que compte la quantité." },
    { .name = "trigger",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = triggers,
      .label_en = "Trigger",
      .label_fr = "Déclencheur",
      .help_en = "What makes it fall due.",
      .help_fr = "Ce qui le rend exigible." },
    { .name = "starts",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Starts",
      .label_fr = "Début",
      .help_en = "The date, or the first date of the recurrence.",
      .help_fr = "La date, ou la première date de la récurrence." },
    { .name = "recurrence",
      .type = FIELD_TEXT,
      .max = 500,
      .label_en = "Recurrence",
      .label_fr = "Récurrence",
      .help_en = "A rule of iCalendar (RFC 5545), e.g. FREQ=YEARLY;BYMONTH=3.",
      .help_fr = "Une règle d'iCalendar (RFC 5545), p. ex. FREQ=YEARLY;BYMONTH=3." },
    { .name = "until",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Until",
      .label_fr = "Fin",
      .help_en = "The last day on which it can fall due anew.",
      .help_fr = "Le dernier jour où il peut redevenir exigible." },
    { .name = "due_within",
      .type = FIELD_DURATION,
      .label_en = "Due within",
      .label_fr = "À remplir sous",
      .help_en = "From the trigger to the due date, e.g. P30D; at once, when absent.",
      .help_fr = "Du déclenchement à l'échéance, p. ex. P30D ; sans délai à défaut." },
    { .name = "grace",
      .type = FIELD_DURATION,
      .label_en = "Grace",
      .label_fr = "Délai de grâce",
      .help_en = "How long after the due date it still counts as on time.",
      .help_fr = "Combien de temps après l'échéance il compte encore comme à temps." },
    { .name = "stakes",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = stakes_choices,
      .label_en = "Stakes",
      .label_fr = "Enjeux",
      .help_en = "What hangs on it.",
      .help_fr = "Ce qui en dépend." },
    { .name = "survives",
      .type = FIELD_BOOL,
      .label_en = "Survives",
      .label_fr = "Survit",
      .help_en = "Whether it still binds after the agreement has ended.",
      .help_fr = "S'il lie encore après la fin de l'accord." },
    { .name = "instances",
      .type = FIELD_OBJECT,
      .flags = FIELD_MANY,
      .fields = instance_fields,
      .label_en = "Instances",
      .label_fr = "Occurrences",
      .help_en = "Each time it fell due, and what came of it.",
      .help_fr = "Chaque fois qu'il est devenu exigible, et ce qu'il en est advenu." },
    { 0 },
};

enum {
    DUE = 1 << 0,
    FULFILLED = 1 << 1,
    LATE = 1 << 2,
    WAIVED = 1 << 3,
    DISPUTED = 1 << 4,
    BREACHED = 1 << 5
};

/* Of one instance: the same steps as a commitment's. */
const struct state_row obligation_states[] = {
    { "due", FULFILLED | LATE | WAIVED | DISPUTED | BREACHED },
    { "fulfilled", DUE | DISPUTED },
    { "late", DUE | DISPUTED },
    { "waived", DUE | DISPUTED },
    { "disputed", DUE | FULFILLED | LATE | WAIVED | BREACHED },
    { "breached", DUE | DISPUTED },
    { 0 },
};

static int check_trigger(const struct json *body, struct error *err)
{
    struct slice trigger = json_get_text(body, "trigger");
    bool recurs = slice_is(trigger, "recurrence");
    int starts = 0, rule = 0;
    if ((recurs || slice_is(trigger, "date")) && !json_get(body, "starts"))
        starts = error_field(err, S("/starts"), REASON_RULE, "needed with a date or a recurrence");
    if (!recurs)
        rule = rule_unset(body, "recurrence", "only with the trigger recurrence", err);
    else if (!json_get(body, "recurrence"))
        rule =
            error_field(err, S("/recurrence"), REASON_RULE, "needed with the trigger recurrence");
    else if (!recurrence_is_rule(json_get_text(body, "recurrence")))
        rule = error_field(err, S("/recurrence"), REASON_FORMAT,
                           "a recurrence of RFC 5545, e.g. FREQ=YEARLY;BYMONTH=3");
    return starts ? starts : rule;
}

/* The first and the last millisecond at which an instance is on time but for its grace. */
static void due_range(const struct json *body, const struct json *instance, int64_t *ret_first,
                      int64_t *ret_last)
{
    struct when due;
    struct duration within = { 0 };
    bool stated = rule_when(instance, "due", &due);
    if (!stated)
        rule_when(instance, "on", &due);
    if (!stated)
        duration_parse(json_get_text(body, "due_within"), &within);
    *ret_first = duration_after(when_first_ms(due), within, 1);
    *ret_last = duration_after(when_last_ms(due), within, 1);
}

static int check_punctual(const struct json *body, const struct json *instance, uint32_t i,
                          struct error *err)
{
    struct slice state = json_get_text(instance, "state");
    struct duration grace = { 0 };
    struct when decided;
    int64_t first, last;
    if (!rule_when(instance, "decided_on", &decided))
        return 0;
    due_range(body, instance, &first, &last);
    duration_parse(json_get_text(body, "grace"), &grace);
    if (slice_is(state, "fulfilled") && when_first_ms(decided) > duration_after(last, grace, 1))
        return rule_report_item(err, "instances", i, "state", REASON_RULE,
                                "it was fulfilled after it was due: the state is \"late\"");
    if (slice_is(state, "late") && when_last_ms(decided) < first)
        return rule_report_item(err, "instances", i, "state", REASON_RULE,
                                "it was fulfilled before it was due: the state is \"fulfilled\"");
    return 0;
}

static int check_decided(const struct json *instance, uint32_t i, struct error *err)
{
    struct slice state = json_get_text(instance, "state");
    bool decided =
        slice_is(state, "fulfilled") || slice_is(state, "late") || slice_is(state, "breached");
    bool dated = json_get(instance, "decided_on") != NULL;
    if (decided && !dated)
        return rule_report_item(err, "instances", i, "decided_on", REASON_RULE,
                                "needed once an instance is fulfilled, late or breached");
    if (slice_is(state, "due") && dated)
        return rule_report_item(err, "instances", i, "decided_on", REASON_RULE,
                                "what is due is not decided yet");
    return 0;
}

static bool same_instance(const struct json *a, const struct json *b)
{
    return slice_eq(json_get_text(a, "on"), json_get_text(b, "on")) &&
           slice_eq(json_get_text(a, "request"), json_get_text(b, "request"));
}

static int check_dates(const struct json *body, const struct json *instance, uint32_t i,
                       struct error *err)
{
    struct when on, starts, due;
    if (!rule_when(instance, "on", &on))
        return 0;
    if (rule_when(body, "starts", &starts) && when_after(starts, on))
        return rule_report_item(err, "instances", i, "on", REASON_ORDER, "starts");
    if (rule_when(instance, "due", &due) && when_after(on, due))
        return rule_report_item(err, "instances", i, "due", REASON_ORDER, "on");
    return 0;
}

static int check_instances(const struct json *body, struct error *err)
{
    const struct json *list = json_get(body, "instances");
    int code = 0;
    for (uint32_t i = 0; list && i < list->count; i++) {
        const struct json *one = &list->items[i];
        int codes[] = { check_dates(body, one, i, err), check_decided(one, i, err),
                        check_punctual(body, one, i, err), 0 };
        uint32_t j = 0;
        while (j < i && !same_instance(one, &list->items[j]))
            j++;
        if (j < i)
            codes[3] = rule_report_item(err, "instances", i, "on", REASON_DUPLICATE, "");
        for (size_t c = 0; c < sizeof codes / sizeof codes[0]; c++)
            code = code ? code : codes[c];
    }
    return code;
}

static int check(const struct json *body, struct error *err)
{
    int codes[] = {
        rule_differ(body, "obligor", "beneficiary", "an obligation binds two different actors",
                    err),
        rule_order(body, "starts", "until", S(""), err),
        check_trigger(body, err),
        check_instances(body, err),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i])
            return codes[i];
    }
    return 0;
}

/* An instance that stood in the version before may only take its next steps. */
static int advance(const struct json *before, const struct json *after, struct error *err)
{
    const struct json *was = json_get(before, "instances"), *is = json_get(after, "instances");
    int code = 0;
    for (uint32_t i = 0; was && is && i < is->count; i++) {
        struct slice to = json_get_text(&is->items[i], "state");
        for (uint32_t j = 0; j < was->count; j++) {
            struct slice from = json_get_text(&was->items[j], "state");
            if (!same_instance(&is->items[i], &was->items[j]) ||
                rule_may_follow(obligation_states, from, to))
                continue;
            char step[64];
            snprintf(step, sizeof step, SLICE_FMT " -> " SLICE_FMT, SLICE_ARG(from), SLICE_ARG(to));
            code = rule_report_item(err, "instances", i, "state", REASON_TRANSITION, step);
        }
    }
    return code;
}

static void testify(const struct json *body, testimony_sink sink, void *context)
{
    static const struct {
        const char *state;
        const char *event;
    } events[] = {
        { "fulfilled", "obligation.fulfilled" },
        { "late", "obligation.late" },
        { "breached", "obligation.breached" },
    };
    const struct json *list = json_get(body, "instances");
    for (uint32_t i = 0; list && i < list->count; i++) {
        struct slice state = json_get_text(&list->items[i], "state");
        struct when decided;
        if (!rule_when(&list->items[i], "decided_on", &decided))
            continue;
        for (size_t e = 0; e < sizeof events / sizeof events[0]; e++) {
            if (!slice_is(state, events[e].state))
                continue;
            sink(context, &(struct testimony){
                              .event = events[e].event,
                              .truster = json_get_text(body, "beneficiary"),
                              .trustee = json_get_text(body, "obligor"),
                              .at_ms = when_first_ms(decided),
                              .stakes = json_get_text(body, "stakes"),
                              .share = 1,
                          });
        }
    }
}

const struct kind kind_obligation = {
    .name = "obligation",
    .plural = "obligations",
    .title_en = "Obligation",
    .title_fr = "Obligation",
    .help_en = "What an agreement binds one actor to do for another, and each time it fell due.",
    .help_fr = "Ce à quoi un accord oblige un acteur envers un autre, et chaque échéance.",
    .fields = fields,
    .name_field = "text",
    .when_field = "starts",
    .check = check,
    .advance = advance,
    .testify = testify,
};
