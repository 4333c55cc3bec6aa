/*
 * Mappings: how a concept of one vocabulary corresponds to one of another (SKOS).
 *
 * Only an exact match says that the two mean the same; a close one is a candidate that a person
 * must confirm. "Broad" reads: the second is broader than the first. No evidence is given.
 */
#include "record/registry.h"

static const struct choice relations[] = {
    { "exact", "Exact match", "Équivalence exacte" },
    { "close", "Close match", "Équivalence approchée" },
    { "broad", "The second is broader", "Le second est plus général" },
    { "narrow", "The second is narrower", "Le second est plus précis" },
    { "related", "Related match", "Association" },
    { 0 },
};

static const struct field fields[] = {
    { .name = "from",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "concept",
      .label_en = "First concept",
      .label_fr = "Premier concept",
      .help_en = "The concept that the mapping starts from.",
      .help_fr = "Le concept dont part la correspondance." },
    { .name = "to",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "concept",
      .label_en = "Second concept",
      .label_fr = "Second concept",
      .help_en = "The concept that it is compared with.",
      .help_fr = "Le concept auquel il est comparé." },
    { .name = "relation",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = relations,
      .label_en = "Relation",
      .label_fr = "Rapport",
      .help_en = "How far the two mean the same.",
      .help_fr = "Jusqu'où les deux ont le même sens." },
    { .name = "by",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "actor",
      .label_en = "By",
      .label_fr = "Par",
      .help_en = "Who says so.",
      .help_fr = "Qui l'affirme." },
    { .name = "since",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Since",
      .label_fr = "Depuis",
      .help_en = "From when it holds.",
      .help_fr = "Date à partir de laquelle elle vaut." },
    { .name = "basis",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .max = 500,
      .label_en = "Basis",
      .label_fr = "Fondement",
      .help_en = "What it rests on, e.g. an exchange of definitions.",
      .help_fr = "Ce sur quoi elle repose, p. ex. un échange de définitions." },
    { 0 },
};

static int check(const struct json *body, struct error *err)
{
    return rule_differ(body, "from", "to", "a mapping needs two different concepts", err);
}

const struct kind kind_mapping = {
    .name = "mapping",
    .plural = "mappings",
    .title_en = "Mapping",
    .title_fr = "Correspondance",
    .help_en = "How a word of one owner corresponds to a word of another.",
    .help_fr = "La façon dont un mot d'un propriétaire correspond à celui d'un autre.",
    .fields = fields,
    .name_refs = { "from", "to" },
    .when_field = "since",
    .check = check,
};
