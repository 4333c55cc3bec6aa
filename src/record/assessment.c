/*
 * Assessments: a human judgement of one side's trustworthiness for the other, with its reasons.
 *
 * It is opinion, not fact: as evidence it weighs at most as much as one routine promise, scaled by
 * its own weight (half when unstated), and explanations call it an opinion.
 */
#include "record/registry.h"

const struct choice dimension_choices[] = {
    { "ability", "Ability", "Compétence" },
    { "benevolence", "Benevolence", "Bienveillance" },
    { "integrity", "Integrity", "Intégrité" },
    { 0 },
};

static const struct choice valences[] = {
    { "positive", "Positive", "Favorable" },
    { "negative", "Negative", "Défavorable" },
    { 0 },
};

static const struct field fields[] = {
    { .name = "relationship",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "relationship",
      .label_en = "Relationship",
      .label_fr = "Relation",
      .help_en = "The relationship that is judged.",
      .help_fr = "La relation dont il s'agit." },
    { .name = "truster",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Who trusts",
      .label_fr = "Qui fait confiance",
      .help_en = "The side whose trust is at issue.",
      .help_fr = "La partie dont la confiance est en cause." },
    { .name = "trustee",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Who is trusted",
      .label_fr = "À qui l'on fait confiance",
      .help_en = "The side that is judged.",
      .help_fr = "La partie qui est jugée." },
    { .name = "dimension",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = dimension_choices,
      .label_en = "Dimension",
      .label_fr = "Dimension",
      .help_en = "Can they (ability), do they mean us well (benevolence), do they keep to their "
                 "principles (integrity)?",
      .help_fr = "En sont-ils capables (compétence), nous veulent-ils du bien (bienveillance), "
                 "restent-ils fidèles à leurs principes (intégrité)?" },
    { .name = "valence",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = valences,
      .label_en = "Valence",
      .label_fr = "Sens",
      .help_en = "For or against trust.",
      .help_fr = "En faveur de la confiance ou non." },
    { .name = "weight",
      .type = FIELD_DECIMAL,
      .min = 0,
      .max = 1,
      .label_en = "Weight",
      .label_fr = "Poids",
      .help_en = "From 0 to 1: how sure you are; 0.5 when left empty.",
      .help_fr = "De 0 à 1 : votre degré de certitude; 0,5 si ce champ est vide." },
    { .name = "rationale",
      .type = FIELD_LONGTEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .label_en = "Rationale",
      .label_fr = "Justification",
      .help_en = "What you base it on. It is shown with the figure that it moves.",
      .help_fr = "Ce sur quoi vous vous fondez. Elle accompagne le chiffre qu'elle modifie." },
    { .name = "by",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "actor",
      .label_en = "By",
      .label_fr = "Par",
      .help_en = "Whose judgement it is.",
      .help_fr = "L'auteur de l'appréciation." },
    { .name = "on",
      .type = FIELD_WHEN,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .label_en = "On",
      .label_fr = "Date",
      .help_en = "The date it speaks of.",
      .help_fr = "La date à laquelle elle se rapporte." },
    { 0 },
};

static int check(const struct json *body, struct error *err)
{
    return rule_differ(body, "truster", "trustee", "an assessment needs two different actors", err);
}

static void testify(const struct json *body, testimony_sink sink, void *context)
{
    const struct json *weight = json_get(body, "weight");
    struct when on;
    if (!rule_when(body, "on", &on))
        return;
    sink(context,
         &(struct testimony){
             .event = slice_is(json_get_text(body, "valence"), "negative") ? "assessment.negative"
                                                                           : "assessment.positive",
             .truster = json_get_text(body, "truster"),
             .trustee = json_get_text(body, "trustee"),
             .at_ms = when_first_ms(on),
             .dimension = json_get_text(body, "dimension"),
             .share = weight ? weight->number : 0.5,
         });
}

const struct kind kind_assessment = {
    .name = "assessment",
    .plural = "assessments",
    .title_en = "Assessment",
    .title_fr = "Appréciation",
    .help_en = "A judgement, with its reasons, of how far one side can be trusted by the other.",
    .help_fr = "Un jugement motivé sur la confiance qu'une partie peut accorder à l'autre.",
    .fields = fields,
    .name_refs = { "truster", "trustee" },
    .when_field = "on",
    .check = check,
    .testify = testify,
};
