/*
 * Concepts: one word of a vocabulary (SKOS), in particular a capability that can be offered and
 * needed.
 *
 * Invariants, as far as one record can tell: what is broader is not also merely related (SKOS S27),
 * an alternative label is not the preferred one of its language (S13), and only a capability has
 * types, a unit, prerequisites and complements. A concept gives no evidence.
 */
#include "record/registry.h"

static const struct field fields[] = {
    { .name = "vocabulary",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "vocabulary",
      .label_en = "Vocabulary",
      .label_fr = "Vocabulaire",
      .help_en = "The vocabulary that it belongs to.",
      .help_fr = "Le vocabulaire dont il fait partie." },
    { .name = "notation",
      .type = FIELD_CODE,
      .flags = FIELD_INDEXED,
      .label_en = "Notation",
      .label_fr = "Notation",
      .help_en = "Its code in the vocabulary.",
      .help_fr = "Son code dans le vocabulaire." },
    { .name = "pref",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .label_en = "Label (English)",
      .label_fr = "Libellé (anglais)",
      .help_en =
          "The preferred word in English, or in its own language when it has no English one.",
      .help_fr = "Le mot privilégié en anglais, ou dans sa propre langue à défaut." },
    { .name = "pref_fr",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Label (French)",
      .label_fr = "Libellé (français)",
      .help_en = "The preferred word in French.",
      .help_fr = "Le mot privilégié en français." },
    { .name = "alt",
      .type = FIELD_TEXT,
      .flags = FIELD_MANY | FIELD_SEARCHED,
      .max = 50,
      .label_en = "Other labels (English)",
      .label_fr = "Autres libellés (anglais)",
      .help_en = "Other words for the same in English.",
      .help_fr = "D'autres mots anglais pour la même chose." },
    { .name = "alt_fr",
      .type = FIELD_TEXT,
      .flags = FIELD_MANY | FIELD_SEARCHED,
      .max = 50,
      .label_en = "Other labels (French)",
      .label_fr = "Autres libellés (français)",
      .help_en = "Other words for the same in French.",
      .help_fr = "D'autres mots français pour la même chose." },
    { .name = "definition",
      .type = FIELD_LONGTEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Definition (English)",
      .label_fr = "Définition (anglais)",
      .help_en = "What it means, in English.",
      .help_fr = "Ce qu'il signifie, en anglais." },
    { .name = "definition_fr",
      .type = FIELD_LONGTEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Definition (French)",
      .label_fr = "Définition (français)",
      .help_en = "What it means, in French.",
      .help_fr = "Ce qu'il signifie, en français." },
    { .name = "broader",
      .type = FIELD_REF,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .target = "concept",
      .label_en = "Broader",
      .label_fr = "Plus général",
      .help_en = "The concepts that this one is a kind of. Without any it is a top concept.",
      .help_fr = "Les concepts dont celui-ci est un cas particulier. Sans eux, il est au sommet." },
    { .name = "related",
      .type = FIELD_REF,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .target = "concept",
      .label_en = "Related",
      .label_fr = "Associé",
      .help_en = "Concepts that have to do with it without being broader or narrower.",
      .help_fr = "Les concepts qui s'y rattachent sans être plus généraux ni plus précis." },
    { .name = "deprecated",
      .type = FIELD_BOOL,
      .flags = FIELD_INDEXED,
      .label_en = "Deprecated",
      .label_fr = "Désuet",
      .help_en = "Whether it should no longer be used.",
      .help_fr = "S'il ne faut plus l'employer." },
    { .name = "capability",
      .type = FIELD_BOOL,
      .flags = FIELD_INDEXED,
      .label_en = "Capability",
      .label_fr = "Capacité",
      .help_en = "Whether it is something that can be offered and needed.",
      .help_fr = "S'il désigne une chose qui peut être offerte et demandée." },
    { .name = "types",
      .type = FIELD_INTEGER,
      .min = 1,
      .max = 9,
      .label_en = "Number of types",
      .label_fr = "Nombre de types",
      .help_en = "How many levels of ability its definition has; type 1 is the most able.",
      .help_fr = "Le nombre de niveaux que prévoit sa définition; le type 1 est le plus apte." },
    { .name = "unit",
      .type = FIELD_TEXT,
      .max = 60,
      .label_en = "Unit",
      .label_fr = "Unité",
      .help_en = "What a quantity of it counts, e.g. team, aircraft, m3/h.",
      .help_fr = "Ce que compte une quantité, p. ex. équipe, aéronef, m3/h." },
    { .name = "prerequisites",
      .type = FIELD_REF,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .target = "concept",
      .label_en = "Prerequisites",
      .label_fr = "Préalables",
      .help_en = "Capabilities that must be there before it can begin.",
      .help_fr = "Les capacités qui doivent être en place avant qu'elle puisse commencer." },
    { .name = "complements",
      .type = FIELD_REF,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .target = "concept",
      .label_en = "Complements",
      .label_fr = "Compléments",
      .help_en = "Capabilities that it is usually combined with.",
      .help_fr = "Les capacités auxquelles elle s'associe d'ordinaire." },
    { 0 },
};

static bool holds(const struct json *list, struct slice text)
{
    for (uint32_t i = 0; list && i < list->count; i++) {
        if (slice_eq(list->items[i].text, text))
            return true;
    }
    return false;
}

static int check_related(const struct json *body, struct error *err)
{
    const struct json *broader = json_get(body, "broader"), *related = json_get(body, "related");
    for (uint32_t i = 0; related && i < related->count; i++) {
        if (holds(broader, related->items[i].text))
            return error_field(err, S("/related"), REASON_RULE,
                               "a broader concept is not also a related one");
    }
    return 0;
}

static int check_labels(const struct json *body, const char *label, const char *others,
                        struct slice pointer, struct error *err)
{
    struct slice preferred = json_get_text(body, label);
    if (slice_empty(preferred) || !holds(json_get(body, others), preferred))
        return 0;
    return error_field(err, pointer, REASON_RULE, "it is the preferred label already");
}

static int check_capability(const struct json *body, struct error *err)
{
    static const char *const members[] = { "types", "unit", "prerequisites", "complements" };
    const struct json *capability = json_get(body, "capability");
    int code = 0;
    if (capability && capability->boolean)
        return 0;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        int c = rule_unset(body, members[i], "only for a capability", err);
        code = c ? c : code;
    }
    return code;
}

static int check(const struct json *body, struct error *err)
{
    int codes[] = {
        check_related(body, err),
        check_labels(body, "pref", "alt", S("/alt"), err),
        check_labels(body, "pref_fr", "alt_fr", S("/alt_fr"), err),
        check_capability(body, err),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i])
            return codes[i];
    }
    return 0;
}

const struct kind kind_concept = {
    .name = "concept",
    .plural = "concepts",
    .title_en = "Concept",
    .title_fr = "Concept",
    .help_en = "One word of a vocabulary; in particular a capability.",
    .help_fr = "Un mot d'un vocabulaire, notamment une capacité.",
    .fields = fields,
    .name_field = "pref",
    .name_field_fr = "pref_fr",
    .check = check,
};
