/*
 * The kind `audit`: who read which records above the lowest level. Written before the answer
 * leaves, labelled with the join of what was read, shown to administrators only.
 */
#include "base/limits.h"
#include "record/registry.h"

static const struct field fields[] = {
    { .name = "operation",
      .type = FIELD_CODE,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .max = 64,
      .label_en = "Operation",
      .label_fr = "Opération",
      .help_en = "What was asked.",
      .help_fr = "Ce qui a été demandé." },
    { .name = "reader",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .max = 64,
      .label_en = "Reader",
      .label_fr = "Lecteur",
      .help_en = "Id of the user who read.",
      .help_fr = "Identifiant de l'utilisateur qui a lu." },
    { .name = "count",
      .type = FIELD_INTEGER,
      .max = 1000000000,
      .label_en = "Record count",
      .label_fr = "Nombre de fiches",
      .help_en = "How many records above the lowest level were shown.",
      .help_fr = "Combien de fiches au-dessus du niveau le plus bas ont été montrées." },
    { .name = "records",
      .type = FIELD_TEXT,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .max = LIMIT_LIST,
      .label_en = "Record ids",
      .label_fr = "Identifiants des fiches",
      .help_en = "The first of them.",
      .help_fr = "Les premières d'entre elles." },
    { .name = "seen_as",
      .type = FIELD_TEXT,
      .max = 64,
      .label_en = "Seen as",
      .label_fr = "Vu comme",
      .help_en = "Id of the peer with whose eyes it was read, if any.",
      .help_fr = "Identifiant du pair avec les yeux duquel la lecture a été faite, s'il y a "
                 "lieu." },
    { 0 },
};

const struct kind kind_audit = {
    .name = "audit",
    .plural = "audits",
    .title_en = "Audited read",
    .title_fr = "Lecture consignée",
    .help_en = "Who read which records above the lowest level.",
    .help_fr = "Qui a lu quelles fiches au-dessus du niveau le plus bas.",
    .fields = fields,
    .name_field = "operation",
    .system = true,
};
