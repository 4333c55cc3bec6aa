/*
 * Postings: a person holds a position for a time. Several at once are possible; an open end is
 * usual. A successor inherits the relationships of the position, never those of the person.
 */
#include "record/registry.h"

static const struct field fields[] = {
    { .name = "person",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Person",
      .label_fr = "Personne",
      .help_en = "Who holds the position.",
      .help_fr = "La personne qui occupe le poste." },
    { .name = "position",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Position",
      .label_fr = "Poste",
      .help_en = "The position held.",
      .help_fr = "Le poste occupé." },
    { .name = "from",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "From",
      .label_fr = "Du",
      .help_en = "First day in the position.",
      .help_fr = "Premier jour en poste." },
    { .name = "until",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Until",
      .label_fr = "Au",
      .help_en = "Last day in the position; empty while it lasts.",
      .help_fr = "Dernier jour en poste; vide tant que l'affectation dure." },
    { .name = "primary",
      .type = FIELD_BOOL,
      .flags = FIELD_INDEXED,
      .label_en = "Main posting",
      .label_fr = "Affectation principale",
      .help_en = "The person's main position, when there are several.",
      .help_fr = "Le poste principal de la personne, s'il y en a plusieurs." },
    { 0 },
};

static int check(const struct json *body, struct error *err)
{
    int differ =
        rule_differ(body, "person", "position", "the person and the position are the same", err);
    int order = rule_order(body, "from", "until", S(""), err);
    return differ ? differ : order;
}

const struct kind kind_posting = {
    .name = "posting",
    .plural = "postings",
    .title_en = "Posting",
    .title_fr = "Affectation",
    .help_en = "A person holds a position for a time.",
    .help_fr = "Une personne occupe un poste pendant un certain temps.",
    .fields = fields,
    .name_refs = { "person", "position" },
    .when_field = "from",
    .check = check,
};
