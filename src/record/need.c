/*
 * Needs: what must be brought about, line by line, where and by when. Each line names a capability
 * and how much of it; which coalitions of partners cover all lines is computed, never stored.
 *
 * Partners that fail together are stated as common causes: a cause holds with its probability, or
 * all of its actors fail at once. A need gives no evidence; the requests that come of it do.
 */
#include "record/registry.h"

enum { REQUIREMENTS_MAX = 64, CAUSES_MAX = 32 };

static const struct choice agreement_rules[] = {
    { "required", "An agreement must cover it", "Un accord doit le couvrir" },
    { "preferred", "Preferably under an agreement", "De préférence en vertu d'un accord" },
    { "not_needed", "No agreement needed", "Aucun accord nécessaire" },
    { 0 },
};

static const struct choice states[] = {
    { "open", "Open", "Ouvert" },
    { "met", "Met", "Comblé" },
    { "closed", "Closed", "Clos" },
    { 0 },
};

static const struct field requirement_fields[] = {
    { .name = "capability",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "concept",
      .label_en = "Capability",
      .label_fr = "Capacité",
      .help_en = "What is needed. Anything narrower will do as well.",
      .help_fr = "Ce qu'il faut. Toute capacité plus précise convient aussi." },
    { .name = "type",
      .type = FIELD_INTEGER,
      .min = 1,
      .max = 9,
      .label_en = "Least type",
      .label_fr = "Type minimal",
      .help_en = "The least able type that is still enough; type 1 is the most able.",
      .help_fr = "Le type le moins apte qui suffit encore; le type 1 est le plus apte." },
    { .name = "quantity",
      .type = FIELD_DECIMAL,
      .min = 0,
      .max = 1000000000,
      .label_en = "Quantity",
      .label_fr = "Quantité",
      .help_en = "How much of it; 1 when not stated. Several partners may add up to it.",
      .help_fr = "Combien; 1 à défaut. Plusieurs partenaires peuvent s'y mettre." },
    { .name = "unit",
      .type = FIELD_TEXT,
      .max = 60,
      .label_en = "Unit",
      .label_fr = "Unité",
      .help_en = "What the quantity counts; the capability's unit when not stated.",
      .help_fr = "Ce que compte la quantité; à défaut, l'unité de la capacité." },
    { .name = "required_by",
      .type = FIELD_WHEN,
      .label_en = "Required by",
      .label_fr = "Requis pour le",
      .help_en = "When it must be in place.",
      .help_fr = "Date à laquelle il doit être en place." },
    { .name = "duration",
      .type = FIELD_DURATION,
      .label_en = "For how long",
      .label_fr = "Pendant combien de temps",
      .help_en = "How long it must be at work, e.g. P14D.",
      .help_fr = "Combien de temps il doit être à l'œuvre, p. ex. P14D." },
    { .name = "redundancy",
      .type = FIELD_INTEGER,
      .min = 1,
      .max = 4,
      .label_en = "Redundancy",
      .label_fr = "Redondance",
      .help_en = "How many partners must each be able to bring it, when the quantity is 1.",
      .help_fr =
          "Combien de partenaires doivent chacun pouvoir l'apporter, si la quantité est 1." },
    { .name = "note",
      .type = FIELD_TEXT,
      .max = 500,
      .label_en = "Note",
      .label_fr = "Note",
      .help_en = "Anything else that matters for this line.",
      .help_fr = "Toute autre précision sur cette ligne." },
    { 0 },
};

static const struct field cause_fields[] = {
    { .name = "actors",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_MANY | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Actors",
      .label_fr = "Acteurs",
      .help_en = "The partners that fail together.",
      .help_fr = "Les partenaires qui font défaut ensemble." },
    { .name = "probability",
      .type = FIELD_DECIMAL,
      .flags = FIELD_REQUIRED,
      .min = 0,
      .max = 1,
      .label_en = "Probability",
      .label_fr = "Probabilité",
      .help_en = "How likely it is, from 0 to 1, that what they all depend on holds.",
      .help_fr = "La probabilité, de 0 à 1, que tienne ce dont ils dépendent tous." },
    { .name = "note",
      .type = FIELD_TEXT,
      .max = 500,
      .label_en = "Note",
      .label_fr = "Note",
      .help_en = "What they depend on, e.g. one runway.",
      .help_fr = "Ce dont ils dépendent, p. ex. une seule piste." },
    { 0 },
};

static const struct field fields[] = {
    { .name = "title",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .label_en = "Title (English)",
      .label_fr = "Titre (anglais)",
      .help_en = "What must be brought about, in English or in its own language.",
      .help_fr = "Ce qui doit être accompli, en anglais ou dans sa propre langue." },
    { .name = "title_fr",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Title (French)",
      .label_fr = "Titre (français)",
      .help_en = "The same in French.",
      .help_fr = "La même chose en français." },
    { .name = "objective",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "objective",
      .label_en = "Objective",
      .label_fr = "Objectif",
      .help_en = "The objective that it serves.",
      .help_fr = "L'objectif qu'il sert." },
    { .name = "requester",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "actor",
      .label_en = "Requester",
      .label_fr = "Demandeur",
      .help_en = "Who needs it; the home actor when not stated.",
      .help_fr = "Qui en a besoin; à défaut, l'acteur d'attache." },
    { .name = "region",
      .type = FIELD_REGION,
      .flags = FIELD_INDEXED,
      .label_en = "Region",
      .label_fr = "Région",
      .help_en = "Where: a UN M49 or ISO 3166 code, e.g. CA-AB.",
      .help_fr = "Où : code M49 de l'ONU ou ISO 3166, p. ex. CA-AB." },
    { .name = "place",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Place",
      .label_fr = "Lieu",
      .help_en = "Where, in words.",
      .help_fr = "Où, en mots." },
    FIELD_POINT_LATITUDE,
    FIELD_POINT_LONGITUDE,
    { .name = "from",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "From",
      .label_fr = "Du",
      .help_en = "When it begins.",
      .help_fr = "Quand il commence." },
    { .name = "until",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Until",
      .label_fr = "Au",
      .help_en = "When it ends.",
      .help_fr = "Quand il prend fin." },
    { .name = "priority",
      .type = FIELD_ENUM,
      .flags = FIELD_INDEXED,
      .choices = priority_choices,
      .label_en = "Priority",
      .label_fr = "Priorité",
      .help_en = "From T1 (critical) to T5 (dormant).",
      .help_fr = "De T1 (cruciale) à T5 (en sommeil)." },
    { .name = "languages",
      .type = FIELD_LANGUAGE,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .max = 30,
      .label_en = "Languages",
      .label_fr = "Langues",
      .help_en = "A partner must speak one of them. Empty: any language.",
      .help_fr = "Un partenaire doit parler l'une d'elles. Vide : toute langue." },
    { .name = "legal",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .max = 500,
      .label_en = "Legal constraints",
      .label_fr = "Contraintes juridiques",
      .help_en = "What the law asks of whoever comes.",
      .help_fr = "Ce que le droit exige de qui viendrait." },
    { .name = "disclosure",
      .type = FIELD_LABEL,
      .label_en = "To be disclosed",
      .label_fr = "À divulguer",
      .help_en = "The label of what partners must be told to take part. Empty: nothing that is not "
                 "public.",
      .help_fr =
          "L'étiquette de ce que les partenaires doivent savoir pour participer. Vide : rien "
          "qui ne soit public." },
    { .name = "agreement_rule",
      .type = FIELD_ENUM,
      .flags = FIELD_INDEXED,
      .choices = agreement_rules,
      .label_en = "Agreement",
      .label_fr = "Accord",
      .help_en = "Whether an agreement in force must cover each contribution; it must when not "
                 "stated.",
      .help_fr = "Si un accord en vigueur doit couvrir chaque apport; oui à défaut." },
    { .name = "last_resort",
      .type = FIELD_BOOL,
      .flags = FIELD_INDEXED,
      .label_en = "Last resort open",
      .label_fr = "Dernier recours permis",
      .help_en = "Whether offers of last resort may be called upon from the start.",
      .help_fr = "S'il est permis de faire d'emblée appel aux offres de dernier recours." },
    { .name = "close_when",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .max = 500,
      .label_en = "Closed when",
      .label_fr = "Clos lorsque",
      .help_en = "The condition on which it is over.",
      .help_fr = "La condition qui y met fin." },
    { .name = "state",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = states,
      .label_en = "State",
      .label_fr = "État",
      .help_en = "Where it stands.",
      .help_fr = "Où il en est." },
    { .name = "requirements",
      .type = FIELD_OBJECT,
      .flags = FIELD_REQUIRED | FIELD_MANY,
      .max = REQUIREMENTS_MAX,
      .fields = requirement_fields,
      .label_en = "Requirements",
      .label_fr = "Exigences",
      .help_en = "Everything that must be there; each line must be covered.",
      .help_fr = "Tout ce qu'il faut; chaque ligne doit être couverte." },
    { .name = "common_causes",
      .type = FIELD_OBJECT,
      .flags = FIELD_MANY,
      .max = CAUSES_MAX,
      .fields = cause_fields,
      .label_en = "Common causes of failure",
      .label_fr = "Causes communes de défaillance",
      .help_en = "Which partners fail together, and how surely they hold.",
      .help_fr =
          "Quels partenaires font défaut ensemble, et avec quelle probabilité ils tiennent." },
    { 0 },
};

enum { OPEN = 1 << 0, MET = 1 << 1, CLOSED = 1 << 2 };

/* What was met or closed may be opened again. */
const struct state_row need_states[] = {
    { "open", MET | CLOSED },
    { "met", OPEN | CLOSED },
    { "closed", OPEN },
    { 0 },
};

static int check_requirements(const struct json *body, struct error *err)
{
    const struct json *list = json_get(body, "requirements");
    struct when until;
    bool ends = rule_when(body, "until", &until);
    int code = 0;
    for (uint32_t i = 0; list && i < list->count; i++) {
        const struct json *line = &list->items[i], *quantity = json_get(line, "quantity");
        struct when by;
        if (quantity && quantity->number <= 0)
            code = rule_report_item(err, "requirements", i, "quantity", REASON_RULE,
                                    "more than nothing");
        if (ends && rule_when(line, "required_by", &by) && when_after(by, until))
            code = rule_report_item(err, "requirements", i, "required_by", REASON_RULE,
                                    "it would come after the need is over");
    }
    return code;
}

static int check_causes(const struct json *body, struct error *err)
{
    const struct json *list = json_get(body, "common_causes");
    int code = 0;
    for (uint32_t i = 0; list && i < list->count; i++) {
        const struct json *actors = json_get(&list->items[i], "actors");
        if (actors && actors->count < 2)
            code = rule_report_item(err, "common_causes", i, "actors", REASON_RULE,
                                    "a common cause has at least two actors");
    }
    return code;
}

static int check(const struct json *body, struct error *err)
{
    int codes[] = {
        rule_order(body, "from", "until", S(""), err),
        rule_point(body, err),
        check_requirements(body, err),
        check_causes(body, err),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i])
            return codes[i];
    }
    return 0;
}

static int advance(const struct json *before, const struct json *after, struct error *err)
{
    return rule_advance(need_states, "state", before, after, err);
}

const struct kind kind_need = {
    .name = "need",
    .plural = "needs",
    .title_en = "Need",
    .title_fr = "Besoin",
    .help_en = "What must be brought about: its lines, where and by when.",
    .help_fr = "Ce qui doit être accompli : ses lignes, où et pour quand.",
    .fields = fields,
    .name_field = "title",
    .name_field_fr = "title_fr",
    .when_field = "from",
    .check = check,
    .advance = advance,
};
