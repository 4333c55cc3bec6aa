/*
 * Obligations: what an agreement binds one actor to do for another, and when. What came of it each
 * time is in obligation_instances.c.
 *
 * What falls due on dates or by recurrence is computed; an instance is stored once it is decided,
 * or when a request or an event called for it.
 */
#include "record/obligation_parts.h"
#include "record/recurrence.h"

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
      .fields = obligation_instance_fields,
      .label_en = "Instances",
      .label_fr = "Occurrences",
      .help_en = "Each time it fell due, and what came of it.",
      .help_fr = "Chaque fois qu'il est devenu exigible, et ce qu'il en est advenu." },
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

static int check(const struct json *body, struct error *err)
{
    int codes[] = {
        rule_differ(body, "obligor", "beneficiary", "an obligation binds two different actors",
                    err),
        rule_order(body, "starts", "until", S(""), err),
        check_trigger(body, err),
        obligation_check_instances(body, err),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i])
            return codes[i];
    }
    return 0;
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
    .advance = obligation_advance,
    .testify = obligation_testify,
};
