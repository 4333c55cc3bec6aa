/*
 * Accesses: who can reach which person, region, tool or insight. What cannot be bought or borrowed
 * is often a way in; this says who has one, how good it is, and what it rests on. No evidence.
 */
#include "record/registry.h"

static const struct choice matters[] = {
    { "person", "Person", "Personne" },
    { "region", "Region", "Région" },
    { "tool", "Tool", "Outil" },
    { "insight", "Insight", "Connaissance" },
    { 0 },
};

static const struct choice strengths[] = {
    { "weak", "Weak", "Faible" },
    { "fair", "Fair", "Passable" },
    { "strong", "Strong", "Solide" },
    { 0 },
};

static const struct field fields[] = {
    { .name = "holder",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Holder",
      .label_fr = "Détenteur",
      .help_en = "Who has the access.",
      .help_fr = "Qui dispose de l'accès." },
    { .name = "to",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = matters,
      .label_en = "To what",
      .label_fr = "À quoi",
      .help_en = "What kind of thing can be reached.",
      .help_fr = "Le genre de chose qui peut être atteinte." },
    { .name = "target",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "actor",
      .label_en = "Whom",
      .label_fr = "Qui",
      .help_en = "The person, position or organisation that can be reached.",
      .help_fr = "La personne, le poste ou l'organisation qui peut être joint." },
    { .name = "region",
      .type = FIELD_REGION,
      .flags = FIELD_INDEXED,
      .label_en = "Region",
      .label_fr = "Région",
      .help_en = "Where one can go or act: a UN M49 or ISO 3166 code.",
      .help_fr = "Où il est possible d'aller ou d'agir : code M49 de l'ONU ou ISO 3166." },
    { .name = "subject",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Subject",
      .label_fr = "Objet",
      .help_en = "What it is, in words.",
      .help_fr = "Ce dont il s'agit, en mots." },
    { .name = "concept",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "concept",
      .label_en = "Concept",
      .label_fr = "Concept",
      .help_en = "The same as a word of a vocabulary.",
      .help_fr = "La même chose, par un mot d'un vocabulaire." },
    { .name = "strength",
      .type = FIELD_ENUM,
      .flags = FIELD_INDEXED,
      .choices = strengths,
      .label_en = "Strength",
      .label_fr = "Solidité",
      .help_en = "How far one can count on it.",
      .help_fr = "Jusqu'où l'on peut compter dessus." },
    { .name = "basis",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .max = 500,
      .label_en = "Basis",
      .label_fr = "Fondement",
      .help_en = "What it rests on: a posting, an arrangement, an old friendship.",
      .help_fr = "Ce sur quoi il repose : une affectation, un arrangement, une vieille amitié." },
    { .name = "from",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "From",
      .label_fr = "Du",
      .help_en = "Since when.",
      .help_fr = "Depuis quand." },
    { .name = "until",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Until",
      .label_fr = "Au",
      .help_en = "Until when; empty while it lasts.",
      .help_fr = "Jusqu'à quand; vide tant qu'il dure." },
    { 0 },
};

/* What is named must be of the sort that the access is said to be to. */
static int check_matter(const struct json *body, struct error *err)
{
    struct slice to = json_get_text(body, "to");
    bool subject = json_get(body, "subject") != NULL;
    bool concept = json_get(body, "concept") != NULL;
    if (slice_is(to, "person") && !subject && !json_get(body, "target"))
        return error_field(err, S("/target"), REASON_RULE, "access to a person names whom");
    if (slice_is(to, "region") && !json_get(body, "region"))
        return error_field(err, S("/region"), REASON_RULE, "access to a region names the region");
    if ((slice_is(to, "tool") || slice_is(to, "insight")) && !subject && !concept)
        return error_field(err, S("/subject"), REASON_RULE,
                           "access to a tool or an insight says which");
    return 0;
}

static int check(const struct json *body, struct error *err)
{
    int codes[] = {
        rule_differ(body, "holder", "target", "nobody needs access to themselves", err),
        check_matter(body, err),
        rule_order(body, "from", "until", S(""), err),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i])
            return codes[i];
    }
    return 0;
}

const struct kind kind_access = {
    .name = "access",
    .plural = "accesses",
    .title_en = "Access",
    .title_fr = "Accès",
    .help_en = "Who can reach which person, region, tool or insight.",
    .help_fr = "Qui peut atteindre quelle personne, région, connaissance ou quel outil.",
    .fields = fields,
    .name_refs = { "holder", "target", "concept" },
    .when_field = "from",
    .check = check,
};
