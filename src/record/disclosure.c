/*
 * Disclosures: a strength or a vulnerability that one actor confided to another.
 *
 * Evidence, about the one who was told (to): a confidence that held for a year is honoured, whether
 * or not anyone wrote that down; a breach counts when it happened. The year is counted from the
 * day it was given, so the evidence exists from the start but lies in the future until then: who
 * declares it honoured sooner does not make the year shorter. No clock is read here.
 */
#include "record/registry.h"

static const int64_t YEAR_MS = 365LL * 86400 * 1000;

static const struct choice whats[] = {
    { "strength", "Strength", "Force" },
    { "vulnerability", "Vulnerability", "Vulnérabilité" },
    { 0 },
};

static const struct choice states[] = {
    { "in_confidence", "In confidence", "Sous le sceau du secret" },
    { "honoured", "Honoured", "Respectée" },
    { "breached", "Breached", "Trahie" },
    { "released", "Released by its owner", "Levée par son auteur" },
    { 0 },
};

static const struct field fields[] = {
    { .name = "from",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Confided by",
      .label_fr = "Confiée par",
      .help_en = "Who took the risk of telling.",
      .help_fr = "Qui a pris le risque de se confier." },
    { .name = "to",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Confided to",
      .label_fr = "Confiée à",
      .help_en = "Who was told.",
      .help_fr = "À qui elle a été faite." },
    { .name = "what",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = whats,
      .label_en = "What",
      .label_fr = "Objet",
      .help_en = "A strength or a vulnerability.",
      .help_fr = "Une force ou une vulnérabilité." },
    { .name = "summary",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .max = 1000,
      .label_en = "Summary",
      .label_fr = "Résumé",
      .help_en = "What was confided, in no more detail than this record's label allows.",
      .help_fr = "Ce qui a été confié, sans plus de détail que ne le permet l'étiquette de cette "
                 "fiche." },
    { .name = "given",
      .type = FIELD_WHEN,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .label_en = "Given",
      .label_fr = "Faite le",
      .help_en = "When it was confided.",
      .help_fr = "Date de la confidence." },
    { .name = "handling",
      .type = FIELD_LONGTEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Handling rule",
      .label_fr = "Règle de traitement",
      .help_en = "What the one who was told may do with it.",
      .help_fr = "Ce que le destinataire peut en faire." },
    { .name = "state",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = states,
      .label_en = "State",
      .label_fr = "État",
      .help_en = "Where the confidence stands.",
      .help_fr = "Où en est la confidence." },
    { .name = "decided_on",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Decided on",
      .label_fr = "Tranché le",
      .help_en = "When it was honoured, breached or released. Honoured counts a year after it was "
                 "given at the earliest.",
      .help_fr = "Date à laquelle elle a été respectée, trahie ou levée. Le respect compte au plus "
                 "tôt un an après la confidence." },
    { 0 },
};

enum { IN_CONFIDENCE = 1 << 0, HONOURED = 1 << 1, BREACHED = 1 << 2, RELEASED = 1 << 3 };

/* What was honoured may still be breached or released later. What was breached or released stays
 * so, unless that was a mistake: then it is in confidence again. */
const struct state_row disclosure_states[] = {
    { "in_confidence", HONOURED | BREACHED | RELEASED },
    { "honoured", IN_CONFIDENCE | BREACHED | RELEASED },
    { "breached", IN_CONFIDENCE },
    { "released", IN_CONFIDENCE },
    { 0 },
};

static int check_decided(const struct json *body, struct error *err)
{
    if (slice_is(json_get_text(body, "state"), "in_confidence"))
        return rule_unset(body, "decided_on", "a confidence that lasts is not decided yet", err);
    if (!json_get(body, "decided_on"))
        return error_field(err, S("/decided_on"), REASON_RULE,
                           "needed once a confidence is honoured, breached or released");
    return rule_order(body, "given", "decided_on", S(""), err);
}

static int check(const struct json *body, struct error *err)
{
    int differ = rule_differ(body, "from", "to", "a disclosure needs two different actors", err);
    int decided = check_decided(body, err);
    return differ ? differ : decided;
}

static int advance(const struct json *before, const struct json *after, struct error *err)
{
    return rule_advance(disclosure_states, "state", before, after, err);
}

static void emit(const struct json *body, const char *event, int64_t at_ms, testimony_sink sink,
                 void *context)
{
    sink(context, &(struct testimony){
                      .event = event,
                      .truster = json_get_text(body, "from"),
                      .trustee = json_get_text(body, "to"),
                      .at_ms = at_ms,
                      .share = 1,
                  });
}

static void testify(const struct json *body, testimony_sink sink, void *context)
{
    struct slice state = json_get_text(body, "state");
    struct when given, decided;
    if (!rule_when(body, "given", &given))
        return;
    int64_t year = when_first_ms(given) + YEAR_MS;
    if (!rule_when(body, "decided_on", &decided)) {
        emit(body, "disclosure.honoured", year, sink, context);
        return;
    }
    int64_t at = when_first_ms(decided);
    if (slice_is(state, "honoured"))
        emit(body, "disclosure.honoured", at > year ? at : year, sink, context);
    else if (at > year)
        emit(body, "disclosure.honoured", year, sink, context);
    if (slice_is(state, "breached"))
        emit(body, "disclosure.breached", at, sink, context);
}

const struct kind kind_disclosure = {
    .name = "disclosure",
    .plural = "disclosures",
    .title_en = "Disclosure",
    .title_fr = "Confidence",
    .help_en = "A strength or a vulnerability that one actor confided to another.",
    .help_fr = "Une force ou une vulnérabilité qu'un acteur a confiée à un autre.",
    .fields = fields,
    .name_field = "summary",
    .when_field = "given",
    .check = check,
    .advance = advance,
    .testify = testify,
};
