/*
 * Engagements: contacts that are planned, were held, or were cancelled.
 *
 * Evidence: a held engagement is contact between every two participants, in both directions; who
 * cancels within a week of the day fails the others. Beyond LIMIT_EVIDENCE_PARTICIPANTS actors a
 * gathering says nothing about any pair. A poor outcome is still contact: the outcome is not
 * evidence of trustworthiness.
 */
#include "base/limits.h"
#include "record/registry.h"

static const int64_t SHORT_NOTICE_MS = 7LL * 86400 * 1000;

static const struct choice modes[] = {
    { "visit", "Visit", "Visite" },
    { "meeting", "Meeting", "Réunion" },
    { "call", "Call", "Appel" },
    { "message", "Message", "Message" },
    { "exercise", "Exercise", "Exercice" },
    { "training", "Training", "Instruction" },
    { "deployment", "Deployment", "Déploiement" },
    { "summit", "Summit", "Sommet" },
    { "exchange", "Exchange", "Échange" },
    { "ceremony", "Ceremony", "Cérémonie" },
    { "conference", "Conference", "Conférence" },
    { "support", "Support", "Soutien" },
    { "other", "Other", "Autre" },
    { 0 },
};

static const struct choice statuses[] = {
    { "planned", "Planned", "Prévue" },
    { "held", "Held", "Tenue" },
    { "cancelled", "Cancelled", "Annulée" },
    { 0 },
};

static const struct choice outcomes[] = {
    { "positive", "Positive", "Favorable" },
    { "neutral", "Neutral", "Neutre" },
    { "negative", "Negative", "Défavorable" },
    { 0 },
};

static const struct field participant_fields[] = {
    { .name = "actor",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Participant",
      .label_fr = "Participant",
      .help_en = "Who took part.",
      .help_fr = "Qui a participé." },
    { .name = "position",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "actor",
      .label_en = "Position held then",
      .label_fr = "Poste occupé alors",
      .help_en = "The position the person spoke from.",
      .help_fr = "Le poste au titre duquel la personne intervenait." },
    { 0 },
};

static const struct field fields[] = {
    { .name = "title",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .label_en = "Title",
      .label_fr = "Titre",
      .help_en = "A line that tells it from others.",
      .help_fr = "Une ligne qui la distingue des autres." },
    { .name = "when",
      .type = FIELD_WHEN,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .label_en = "When",
      .label_fr = "Quand",
      .help_en = "The day or the instant it begins.",
      .help_fr = "Le jour ou l'instant où elle commence." },
    { .name = "until",
      .type = FIELD_WHEN,
      .label_en = "Until",
      .label_fr = "Jusqu'à",
      .help_en = "The day or the instant it ends.",
      .help_fr = "Le jour ou l'instant où elle se termine." },
    { .name = "all_day",
      .type = FIELD_BOOL,
      .label_en = "All day",
      .label_fr = "Toute la journée",
      .help_en = "It takes whole days.",
      .help_fr = "Elle occupe des journées entières." },
    { .name = "mode",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = modes,
      .label_en = "Mode",
      .label_fr = "Mode",
      .help_en = "The form of the contact.",
      .help_fr = "La forme du contact." },
    { .name = "place",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Place",
      .label_fr = "Lieu",
      .help_en = "Where it takes place, in words.",
      .help_fr = "L'endroit, en toutes lettres." },
    { .name = "country",
      .type = FIELD_COUNTRY,
      .flags = FIELD_INDEXED,
      .label_en = "Country",
      .label_fr = "Pays",
      .help_en = "Where it takes place: ISO 3166-1 code.",
      .help_fr = "Le pays où elle a lieu : code ISO 3166-1." },
    FIELD_POINT_LATITUDE,
    FIELD_POINT_LONGITUDE,
    { .name = "status",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = statuses,
      .label_en = "Status",
      .label_fr = "État",
      .help_en = "Planned, held or cancelled.",
      .help_fr = "Prévue, tenue ou annulée." },
    { .name = "cancelled_by",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "actor",
      .label_en = "Cancelled by",
      .label_fr = "Annulée par",
      .help_en = "Who called it off.",
      .help_fr = "Qui l'a annulée." },
    { .name = "cancelled_on",
      .type = FIELD_WHEN,
      .label_en = "Cancelled on",
      .label_fr = "Annulée le",
      .help_en = "When the others were told.",
      .help_fr = "Date à laquelle les autres ont été prévenus." },
    { .name = "cancelled_why",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .max = 1000,
      .label_en = "Reason for cancelling",
      .label_fr = "Motif de l'annulation",
      .help_en = "The reason that was given.",
      .help_fr = "Le motif invoqué." },
    { .name = "participants",
      .type = FIELD_OBJECT,
      .flags = FIELD_MANY,
      .fields = participant_fields,
      .label_en = "Participants",
      .label_fr = "Participants",
      .help_en = "Who took part, each with the position held then.",
      .help_fr = "Qui a participé, avec le poste occupé alors." },
    { .name = "relationships",
      .type = FIELD_REF,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .target = "relationship",
      .max = 100,
      .label_en = "Relationships",
      .label_fr = "Relations",
      .help_en = "The relationships that it served.",
      .help_fr = "Les relations qu'elle a servies." },
    { .name = "topics",
      .type = FIELD_TEXT,
      .flags = FIELD_MANY | FIELD_INDEXED | FIELD_SEARCHED,
      .max = 50,
      .label_en = "Topics",
      .label_fr = "Sujets",
      .help_en = "What was spoken of.",
      .help_fr = "Ce dont il a été question." },
    { .name = "aim",
      .type = FIELD_LONGTEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Aim",
      .label_fr = "Objectif",
      .help_en = "What it was meant to bring about.",
      .help_fr = "Ce qu'elle devait apporter." },
    { .name = "summary",
      .type = FIELD_LONGTEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Summary",
      .label_fr = "Compte rendu",
      .help_en = "What happened.",
      .help_fr = "Ce qui s'est passé." },
    { .name = "outcome",
      .type = FIELD_ENUM,
      .flags = FIELD_INDEXED,
      .choices = outcomes,
      .label_en = "Outcome",
      .label_fr = "Résultat",
      .help_en = "How it went, once held.",
      .help_fr = "Comment elle s'est déroulée, une fois tenue." },
    { .name = "next_steps",
      .type = FIELD_LONGTEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Next steps",
      .label_fr = "Suites à donner",
      .help_en = "What follows. What someone promised belongs in a commitment.",
      .help_fr = "La suite. Ce qui a été promis relève d'un engagement à tenir." },
    { 0 },
};

/* planned -> held, cancelled; both may be corrected back to planned. */
const struct state_row engagement_states[] = {
    { "planned", 1U << 1 | 1U << 2 },
    { "held", 1U << 0 },
    { "cancelled", 1U << 0 },
    { 0 },
};

static int check_cancelled(const struct json *body, struct error *err)
{
    static const char *const members[] = { "cancelled_by", "cancelled_on", "cancelled_why" };
    if (slice_is(json_get_text(body, "status"), "cancelled"))
        return 0;
    int code = 0;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        int c = rule_unset(body, members[i], "only with the status cancelled", err);
        code = c ? c : code;
    }
    return code;
}

static int check_participants(const struct json *body, struct error *err)
{
    const struct json *list = json_get(body, "participants");
    int code = 0;
    for (uint32_t i = 1; list && i < list->count; i++) {
        struct slice actor = json_get_text(&list->items[i], "actor");
        uint32_t j = 0;
        while (j < i && !slice_eq(actor, json_get_text(&list->items[j], "actor")))
            j++;
        if (j < i)
            code = rule_report_item(err, "participants", i, "actor", REASON_DUPLICATE, "");
    }
    return code;
}

static int check(const struct json *body, struct error *err)
{
    int codes[] = {
        rule_order(body, "when", "until", S(""), err),
        rule_point(body, err),
        check_cancelled(body, err),
        check_participants(body, err),
        slice_is(json_get_text(body, "status"), "held")
            ? 0
            : rule_unset(body, "outcome", "only with the status held", err),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i])
            return codes[i];
    }
    return 0;
}

static int advance(const struct json *before, const struct json *after, struct error *err)
{
    return rule_advance(engagement_states, "status", before, after, err);
}

/* Every ordered pair: each met the other. */
static void testify_held(const struct json *list, int64_t at_ms, testimony_sink sink, void *context)
{
    for (uint32_t i = 0; i < list->count; i++) {
        for (uint32_t j = 0; j < list->count; j++) {
            struct testimony t = {
                .event = "engagement.held",
                .truster = json_get_text(&list->items[i], "actor"),
                .trustee = json_get_text(&list->items[j], "actor"),
                .at_ms = at_ms,
                .share = 1,
            };
            if (!slice_eq(t.truster, t.trustee))
                sink(context, &t);
        }
    }
}

/* At short notice: told less than a week before the day, or after it. */
static void testify_cancelled(const struct json *body, const struct json *list, int64_t at_ms,
                              testimony_sink sink, void *context)
{
    struct when told;
    struct slice by = json_get_text(body, "cancelled_by");
    if (slice_empty(by) || !rule_when(body, "cancelled_on", &told) ||
        when_first_ms(told) < at_ms - SHORT_NOTICE_MS)
        return;
    for (uint32_t i = 0; i < list->count; i++) {
        struct testimony t = {
            .event = "engagement.cancelled_late",
            .truster = json_get_text(&list->items[i], "actor"),
            .trustee = by,
            .at_ms = when_first_ms(told),
            .share = 1,
        };
        if (!slice_eq(t.truster, by))
            sink(context, &t);
    }
}

static void testify(const struct json *body, testimony_sink sink, void *context)
{
    const struct json *list = json_get(body, "participants");
    struct when when;
    if (!list || list->count > LIMIT_EVIDENCE_PARTICIPANTS || !rule_when(body, "when", &when))
        return;
    struct slice status = json_get_text(body, "status");
    if (slice_is(status, "held"))
        testify_held(list, when_first_ms(when), sink, context);
    else if (slice_is(status, "cancelled"))
        testify_cancelled(body, list, when_first_ms(when), sink, context);
}

const struct kind kind_engagement = {
    .name = "engagement",
    .plural = "engagements",
    .title_en = "Engagement",
    .title_fr = "Activité",
    .help_en = "A contact between partners: planned, held or cancelled.",
    .help_fr = "Un contact entre partenaires : prévu, tenu ou annulé.",
    .fields = fields,
    .name_field = "title",
    .when_field = "when",
    .check = check,
    .advance = advance,
    .testify = testify,
};
