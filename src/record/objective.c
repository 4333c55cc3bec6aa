/*
 * Objectives: what several partners want to bring about, and who stands behind it how far. An
 * endorsement is dated, because support comes and goes; no evidence is given.
 */
#include "record/registry.h"

static const struct choice degrees[] = {
    { "full", "Full", "Entier" },
    { "partial", "Partial", "Partiel" },
    { "reserved", "With reservations", "Avec réserves" },
    { 0 },
};

static const struct field endorsement_fields[] = {
    { .name = "actor",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Actor",
      .label_fr = "Acteur",
      .help_en = "Who endorses it.",
      .help_fr = "Qui l'appuie." },
    { .name = "on",
      .type = FIELD_WHEN,
      .label_en = "On",
      .label_fr = "Date",
      .help_en = "When that was said.",
      .help_fr = "Date à laquelle cela a été dit." },
    { .name = "degree",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED,
      .choices = degrees,
      .label_en = "Degree",
      .label_fr = "Degré",
      .help_en = "How far it goes.",
      .help_fr = "Jusqu'où va l'appui." },
    { 0 },
};

static const struct field fields[] = {
    { .name = "title",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .label_en = "Title (English)",
      .label_fr = "Titre (anglais)",
      .help_en = "What is to be brought about, in English or in its own language.",
      .help_fr = "Ce qui doit être accompli, en anglais ou dans sa propre langue." },
    { .name = "title_fr",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Title (French)",
      .label_fr = "Titre (français)",
      .help_en = "The same in French.",
      .help_fr = "La même chose en français." },
    { .name = "parent",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "objective",
      .label_en = "Serves",
      .label_fr = "Sert",
      .help_en = "The larger objective that it is a part of.",
      .help_fr = "L'objectif plus vaste dont il fait partie." },
    { .name = "owner",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "actor",
      .label_en = "Owner",
      .label_fr = "Responsable",
      .help_en = "Who answers for it.",
      .help_fr = "Qui en répond." },
    { .name = "shared_with",
      .type = FIELD_REF,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Shared with",
      .label_fr = "Partagé avec",
      .help_en = "Who wants the same.",
      .help_fr = "Qui veut la même chose." },
    { .name = "endorsements",
      .type = FIELD_OBJECT,
      .flags = FIELD_MANY,
      .fields = endorsement_fields,
      .label_en = "Endorsements",
      .label_fr = "Appuis",
      .help_en = "Who has endorsed it, when and how far. A later word of the same actor stands "
                 "beside the earlier one.",
      .help_fr = "Qui l'a appuyé, quand et jusqu'où. Une parole ultérieure du même acteur figure "
                 "à côté de la précédente." },
    { 0 },
};

/* The same actor may speak again only on another day. */
static int check(const struct json *body, struct error *err)
{
    const struct json *list = json_get(body, "endorsements");
    int code = 0;
    for (uint32_t i = 1; list && i < list->count; i++) {
        const struct json *one = &list->items[i];
        uint32_t j = 0;
        while (j < i &&
               !(slice_eq(json_get_text(one, "actor"), json_get_text(&list->items[j], "actor")) &&
                 slice_eq(json_get_text(one, "on"), json_get_text(&list->items[j], "on"))))
            j++;
        if (j < i)
            code = rule_report_item(err, "endorsements", i, "actor", REASON_DUPLICATE, "");
    }
    return code;
}

const struct kind kind_objective = {
    .name = "objective",
    .plural = "objectives",
    .title_en = "Objective",
    .title_fr = "Objectif",
    .help_en = "Something that partners want together.",
    .help_fr = "Ce que des partenaires veulent ensemble.",
    .fields = fields,
    .name_field = "title",
    .name_field_fr = "title_fr",
    .check = check,
};
