/*
 * Requests: one partner asks another for support or information, from the draft to the settlement.
 *
 * Evidence, about the one who was asked, for the one who asked, once the request was submitted: a
 * full answer in time is answered; a full answer that came late, or a partial one, is partly; a
 * refusal with its reason weighs nothing; a refusal without one, or silence until it expired, is
 * ignored.
 */
#include "record/registry.h"

enum { LINES_MAX = 64 };

static const struct choice natures[] = {
    { "support", "Support", "Soutien" },
    { "information", "Information", "Information" },
    { 0 },
};

static const struct choice states[] = {
    { "draft", "Draft", "Brouillon" },
    { "submitted", "Submitted", "Présentée" },
    { "validated", "Validated", "Validée" },
    { "sourcing", "Sourcing", "En recherche" },
    { "offered", "Offered", "Offre reçue" },
    { "accepted", "Accepted", "Acceptée" },
    { "deployed", "Deployed", "Déployée" },
    { "released", "Released", "Libérée" },
    { "settled", "Settled", "Réglée" },
    { "declined", "Declined", "Refusée" },
    { "cancelled", "Cancelled", "Annulée" },
    { "expired", "Expired", "Expirée" },
    { 0 },
};

static const struct choice answers[] = {
    { "full", "In full", "Entière" },
    { "part", "In part", "Partielle" },
    { "declined", "Declined", "Refus" },
    { "none", "No answer", "Sans réponse" },
    { 0 },
};

static const struct field line_fields[] = {
    { .name = "capability",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "concept",
      .label_en = "Capability",
      .label_fr = "Capacité",
      .help_en = "What is asked for.",
      .help_fr = "Ce qui est demandé." },
    { .name = "offer",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "offer",
      .label_en = "Offer",
      .label_fr = "Offre",
      .help_en = "The standing offer that it calls upon.",
      .help_fr = "L'offre permanente à laquelle elle fait appel." },
    { .name = "type",
      .type = FIELD_INTEGER,
      .min = 1,
      .max = 9,
      .label_en = "Type",
      .label_fr = "Type",
      .help_en = "The least able type that is still enough; 1 is the most able.",
      .help_fr = "Le type le moins apte qui suffit encore ; 1 est le plus apte." },
    { .name = "quantity",
      .type = FIELD_DECIMAL,
      .min = 0,
      .max = 1000000000000,
      .label_en = "Quantity",
      .label_fr = "Quantité",
      .help_en = "How much is asked for.",
      .help_fr = "La quantité demandée." },
    { .name = "unit",
      .type = FIELD_TEXT,
      .max = 60,
      .label_en = "Unit",
      .label_fr = "Unité",
      .help_en = "What the quantity counts.",
      .help_fr = "Ce que compte la quantité." },
    { .name = "required_by",
      .type = FIELD_WHEN,
      .label_en = "Required by",
      .label_fr = "Requis pour le",
      .help_en = "When it must be there.",
      .help_fr = "Quand cela doit être en place." },
    { .name = "note",
      .type = FIELD_TEXT,
      .max = 1000,
      .label_en = "Note",
      .label_fr = "Remarque",
      .help_en = "What is worth knowing about it.",
      .help_fr = "Ce qu'il est utile d'en savoir." },
    { .name = "answered_quantity",
      .type = FIELD_DECIMAL,
      .min = 0,
      .max = 1000000000000,
      .label_en = "Quantity answered",
      .label_fr = "Quantité accordée",
      .help_en = "How much the answer grants.",
      .help_fr = "La quantité que la réponse accorde." },
    { 0 },
};

static const struct field fields[] = {
    { .name = "from",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Asked by",
      .label_fr = "Demandé par",
      .help_en = "Who asks.",
      .help_fr = "Qui demande." },
    { .name = "to",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Asked of",
      .label_fr = "Demandé à",
      .help_en = "Who is asked.",
      .help_fr = "À qui la demande s'adresse." },
    { .name = "nature",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = natures,
      .label_en = "Nature",
      .label_fr = "Nature",
      .help_en = "What is asked for.",
      .help_fr = "Ce qui est demandé." },
    { .name = "text",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .max = 1000,
      .label_en = "Request",
      .label_fr = "Demande",
      .help_en = "What is asked, in one sentence.",
      .help_fr = "Ce qui est demandé, en une phrase." },
    { .name = "need",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "need",
      .label_en = "Need",
      .label_fr = "Besoin",
      .help_en = "The need that it is to meet.",
      .help_fr = "Le besoin à combler." },
    { .name = "option",
      .type = FIELD_CODE,
      .flags = FIELD_INDEXED,
      .label_en = "Option",
      .label_fr = "Option",
      .help_en = "The key of the option that it came from.",
      .help_fr = "La clé de l'option dont elle vient." },
    { .name = "lines",
      .type = FIELD_OBJECT,
      .flags = FIELD_MANY,
      .max = LINES_MAX,
      .fields = line_fields,
      .label_en = "Lines",
      .label_fr = "Lignes",
      .help_en = "What is asked, line by line.",
      .help_fr = "Ce qui est demandé, ligne par ligne." },
    { .name = "agreement",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "agreement",
      .label_en = "Agreement",
      .label_fr = "Accord",
      .help_en = "The agreement under which it is asked.",
      .help_fr = "L'accord au titre duquel elle est faite." },
    { .name = "stakes",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = stakes_choices,
      .label_en = "Stakes",
      .label_fr = "Enjeux",
      .help_en = "What hangs on it.",
      .help_fr = "Ce qui en dépend." },
    { .name = "response_due",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Answer due",
      .label_fr = "Réponse attendue le",
      .help_en = "The last moment at which an answer is on time.",
      .help_fr = "Le dernier moment pour répondre à temps." },
    { .name = "state",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = states,
      .label_en = "State",
      .label_fr = "État",
      .help_en = "Where it stands.",
      .help_fr = "Où elle en est." },
    { .name = "submitted_on",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Submitted on",
      .label_fr = "Présentée le",
      .help_en = "When it was sent.",
      .help_fr = "Date d'envoi." },
    { .name = "answered_on",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Answered on",
      .label_fr = "Répondue le",
      .help_en = "When the answer came.",
      .help_fr = "Date de la réponse." },
    { .name = "accepted_on",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Accepted on",
      .label_fr = "Acceptée le",
      .help_en = "When the offer was accepted; the request then binds.",
      .help_fr = "Date d'acceptation de l'offre ; la demande lie dès lors." },
    { .name = "deployed_on",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Deployed on",
      .label_fr = "Déployée le",
      .help_en = "When it was deployed.",
      .help_fr = "Date du déploiement." },
    { .name = "released_on",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Released on",
      .label_fr = "Libérée le",
      .help_en = "When it was released.",
      .help_fr = "Date de la libération." },
    { .name = "settled_on",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Settled on",
      .label_fr = "Réglée le",
      .help_en = "When everything was settled.",
      .help_fr = "Date du règlement final." },
    { .name = "closed_on",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Closed on",
      .label_fr = "Close le",
      .help_en = "When it was cancelled or expired.",
      .help_fr = "Date d'annulation ou d'expiration." },
    { .name = "answer",
      .type = FIELD_ENUM,
      .flags = FIELD_INDEXED,
      .choices = answers,
      .label_en = "Answer",
      .label_fr = "Réponse",
      .help_en = "What was answered.",
      .help_fr = "Ce qui a été répondu." },
    { .name = "reason",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .max = 1000,
      .label_en = "Reason",
      .label_fr = "Motif",
      .help_en = "Why it was declined. A refusal with its reason says nothing against the partner.",
      .help_fr = "Le motif du refus. Un refus motivé ne dit rien contre le partenaire." },
    { .name = "last_resort",
      .type = FIELD_BOOL,
      .flags = FIELD_INDEXED,
      .label_en = "Last resort",
      .label_fr = "Dernier recours",
      .help_en = "Whether it calls upon an offer of last resort.",
      .help_fr = "Si elle fait appel à une offre de dernier recours." },
    { 0 },
};

enum {
    DRAFT = 1 << 0,
    SUBMITTED = 1 << 1,
    VALIDATED = 1 << 2,
    SOURCING = 1 << 3,
    OFFERED = 1 << 4,
    ACCEPTED = 1 << 5,
    DEPLOYED = 1 << 6,
    RELEASED = 1 << 7,
    SETTLED = 1 << 8,
    DECLINED = 1 << 9,
    CANCELLED = 1 << 10,
    EXPIRED = 1 << 11,
    LOST = DECLINED | CANCELLED | EXPIRED
};

/* Validation and sourcing may be passed over. What ended may be opened again to correct it. */
const struct state_row request_states[] = {
    { "draft", SUBMITTED | CANCELLED },
    { "submitted", VALIDATED | SOURCING | OFFERED | LOST },
    { "validated", SOURCING | OFFERED | LOST },
    { "sourcing", OFFERED | LOST },
    { "offered", ACCEPTED | LOST },
    { "accepted", DEPLOYED | CANCELLED },
    { "deployed", RELEASED },
    { "released", SETTLED },
    { "settled", RELEASED },
    { "declined", SUBMITTED },
    { "cancelled", DRAFT | SUBMITTED },
    { "expired", SUBMITTED },
    { 0 },
};

static bool is_any_of(struct slice word, const char *const words[])
{
    for (size_t i = 0; words[i]; i++) {
        if (slice_is(word, words[i]))
            return true;
    }
    return false;
}

static int check_submitted(const struct json *body, struct slice state, struct error *err)
{
    if (slice_is(state, "draft")) {
        int day = rule_unset(body, "submitted_on", "a draft has not been submitted", err);
        int answer = rule_unset(body, "answer", "a draft has no answer", err);
        return day ? day : answer;
    }
    if (slice_is(state, "cancelled") || json_get(body, "submitted_on"))
        return 0;
    return error_field(err, S("/submitted_on"), REASON_RULE, "needed once a request is submitted");
}

/* The answer that the state presupposes. An offer may itself be declined or expire; what was
 * answered stands. */
static int check_answer(const struct json *body, struct slice state, struct error *err)
{
    static const char *const granted[] = { "offered",  "accepted", "deployed",
                                           "released", "settled",  NULL };
    struct slice answer = json_get_text(body, "answer");
    bool yes = slice_is(answer, "full") || slice_is(answer, "part");
    const char *sentence = NULL;
    if (is_any_of(state, granted) && !yes)
        sentence = "once a request is offered, the answer is \"full\" or \"part\"";
    else if (slice_is(state, "declined") && slice_empty(answer))
        sentence = "a declined request has an answer";
    else if (slice_is(answer, "none") && !slice_is(state, "expired"))
        sentence = "only of an expired request";
    return sentence ? error_field(err, S("/answer"), REASON_RULE, "%s", sentence) : 0;
}

static int check_answered(const struct json *body, struct slice state, struct error *err)
{
    struct slice answer = json_get_text(body, "answer");
    if (slice_is(state, "draft"))
        return rule_unset(body, "answered_on", "a draft has no answer", err);
    if (slice_is(answer, "none"))
        return rule_unset(body, "answered_on", "no answer came", err);
    if (slice_empty(answer) || json_get(body, "answered_on"))
        return 0;
    return error_field(err, S("/answered_on"), REASON_RULE, "needed with an answer");
}

static int check(const struct json *body, struct error *err)
{
    struct slice state = json_get_text(body, "state");
    int codes[] = {
        rule_differ(body, "from", "to", "a request needs two different actors", err),
        rule_order(body, "submitted_on", "response_due", S(""), err),
        rule_order(body, "submitted_on", "answered_on", S(""), err),
        rule_order(body, "answered_on", "accepted_on", S(""), err),
        rule_order(body, "accepted_on", "deployed_on", S(""), err),
        rule_order(body, "deployed_on", "released_on", S(""), err),
        rule_order(body, "released_on", "settled_on", S(""), err),
        rule_order(body, "submitted_on", "closed_on", S(""), err),
        check_submitted(body, state, err),
        check_answer(body, state, err),
        check_answered(body, state, err),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i])
            return codes[i];
    }
    return 0;
}

static int advance(const struct json *before, const struct json *after, struct error *err)
{
    return rule_advance(request_states, "state", before, after, err);
}

/* What the answer says; NULL: nothing yet. */
static const char *event_of(const struct json *body, const struct when *answered)
{
    struct slice answer = json_get_text(body, "answer");
    struct when due;
    bool late = answered && rule_when(body, "response_due", &due) && when_after(*answered, due);
    if (slice_is(answer, "full"))
        return late ? "request.partly" : "request.answered";
    if (slice_is(answer, "part"))
        return "request.partly";
    if (slice_is(answer, "declined") && json_get(body, "reason"))
        return "request.declined";
    return slice_empty(answer) ? NULL : "request.ignored";
}

/* Silence speaks when the answer was due, or else when the request was closed. */
static void testify(const struct json *body, testimony_sink sink, void *context)
{
    struct when answered, at;
    bool has_answer = rule_when(body, "answered_on", &answered);
    const char *event = event_of(body, has_answer ? &answered : NULL);
    if (!event || !json_get(body, "submitted_on"))
        return;
    int64_t at_ms = 0;
    if (has_answer)
        at_ms = when_first_ms(answered);
    else if (rule_when(body, "response_due", &at) || rule_when(body, "closed_on", &at))
        at_ms = when_last_ms(at);
    else
        return;
    sink(context, &(struct testimony){
                      .event = event,
                      .truster = json_get_text(body, "from"),
                      .trustee = json_get_text(body, "to"),
                      .at_ms = at_ms,
                      .stakes = json_get_text(body, "stakes"),
                      .share = 1,
                  });
}

const struct kind kind_request = {
    .name = "request",
    .plural = "requests",
    .title_en = "Request",
    .title_fr = "Demande",
    .help_en = "One partner asks another for support or information, and what came of it.",
    .help_fr = "Un partenaire demande soutien ou information à un autre, et la suite donnée.",
    .fields = fields,
    .name_field = "text",
    .when_field = "response_due",
    .check = check,
    .advance = advance,
    .testify = testify,
};
