/*
 * The instances of an obligation: when each fell due, and whether it was fulfilled.
 *
 * Evidence: each instance fulfilled, late or breached, about the obligor, for the beneficiary, on
 * the day it was decided. Late is after the due date and its days of grace: an instance decided
 * surely after them cannot be "fulfilled", and one decided surely before it was due cannot be
 * "late".
 */
#include "record/obligation_parts.h"

#include "base/duration.h"

#include <stdio.h>

static const struct choice states[] = {
    { "due", "Due", "Dû" },
    { "fulfilled", "Fulfilled", "Rempli" },
    { "late", "Fulfilled late", "Rempli en retard" },
    { "waived", "Waived", "Levé" },
    { "disputed", "Disputed", "Contesté" },
    { "breached", "Breached", "Enfreint" },
    { 0 },
};

const struct field obligation_instance_fields[] = {
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

int obligation_check_instances(const struct json *body, struct error *err)
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

/* An instance that stood in the version before may only take its next steps. */
int obligation_advance(const struct json *before, const struct json *after, struct error *err)
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

void obligation_testify(const struct json *body, testimony_sink sink, void *context)
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
