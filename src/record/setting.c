/*
 * The kind `setting`: what the instance as a whole has decided, by name ("home": the home actor).
 * A system kind: it is offered through its own operations, never as a record.
 */
#include "record/registry.h"

static const struct field fields[] = {
    { .name = "name",
      .type = FIELD_CODE,
      .flags = FIELD_REQUIRED | FIELD_INDEXED | FIELD_UNIQUE,
      .max = 64,
      .label_en = "Name",
      .label_fr = "Nom",
      .help_en = "The setting.",
      .help_fr = "Le réglage." },
    { .name = "value",
      .type = FIELD_TEXT,
      .label_en = "Value",
      .label_fr = "Valeur",
      .help_en = "Its value.",
      .help_fr = "Sa valeur." },
    { 0 },
};

const struct kind kind_setting = {
    .name = "setting",
    .plural = "settings",
    .title_en = "Setting",
    .title_fr = "Réglage",
    .help_en = "What the instance as a whole has decided.",
    .help_fr = "Ce que l'instance dans son ensemble a décidé.",
    .fields = fields,
    .name_field = "name",
    .system = true,
};
