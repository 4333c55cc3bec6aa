/*
 * Relationships: dated ties between two actors, with what we want of them and how often we mean to
 * meet. Several dated ones may exist between one pair. Trust is never a field of it: trust is
 * folded from evidence at every read.
 */
#include "record/registry.h"

static const struct choice natures[] = {
    { "institutional", "Institutional", "Institutionnelle" },
    { "interpersonal", "Interpersonal", "Interpersonnelle" },
    { 0 },
};

static const struct choice horizons[] = {
    { "situational", "Situational", "Situationnelle" },
    { "strategic", "Strategic", "Stratégique" },
    { 0 },
};

static const struct choice terms[] = {
    { "time_bound", "Time-bound", "À durée limitée" },
    { "enduring", "Enduring", "Durable" },
    { 0 },
};

const struct choice priority_choices[] = {
    { "T1", "T1 Critical", "T1 Cruciale" },
    { "T2", "T2 Vital", "T2 Vitale" },
    { "T3", "T3 Highly desirable", "T3 Très souhaitable" },
    { "T4", "T4 Desirable", "T4 Souhaitable" },
    { "T5", "T5 Dormant", "T5 En sommeil" },
    { 0 },
};

static const struct choice postures[] = {
    { "dormant", "Dormant", "En sommeil" },  { "initiate", "Initiate", "Amorcer" },
    { "develop", "Develop", "Développer" },  { "improve", "Improve", "Améliorer" },
    { "maintain", "Maintain", "Maintenir" }, { 0 },
};

static const struct choice levels[] = {
    { "deconflicted", "Deconflicted", "Sans interférence" },
    { "compatible", "Compatible", "Compatible" },
    { "integrated", "Integrated", "Intégré" },
    { 0 },
};

static const struct field integration_fields[] = {
    { .name = "channel",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .max = 100,
      .label_en = "Channel",
      .label_fr = "Voie",
      .help_en = "What is shared or done together, e.g. logistics, intelligence, training.",
      .help_fr = "Ce qui est mis en commun, p. ex. logistique, renseignement, instruction." },
    { .name = "level",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED,
      .choices = levels,
      .label_en = "Level",
      .label_fr = "Niveau",
      .help_en = "How far the two sides work as one today.",
      .help_fr = "Jusqu'où les deux parties agissent de concert aujourd'hui." },
    { .name = "target",
      .type = FIELD_ENUM,
      .choices = levels,
      .label_en = "Target level",
      .label_fr = "Niveau visé",
      .help_en = "The level that is wanted.",
      .help_fr = "Le niveau souhaité." },
    { .name = "date",
      .type = FIELD_WHEN,
      .label_en = "Target date",
      .label_fr = "Échéance visée",
      .help_en = "By when the target level is wanted.",
      .help_fr = "Date à laquelle le niveau visé devrait être atteint." },
    { 0 },
};

static const struct field fields[] = {
    { .name = "a",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "One side",
      .label_fr = "Première partie",
      .help_en = "The first of the two actors; usually our side.",
      .help_fr = "Le premier des deux acteurs; en général le nôtre." },
    { .name = "b",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Other side",
      .label_fr = "Seconde partie",
      .help_en = "The second of the two actors; usually the partner.",
      .help_fr = "Le second des deux acteurs; en général le partenaire." },
    { .name = "nature",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = natures,
      .label_en = "Nature",
      .label_fr = "Nature",
      .help_en = "Between institutions or between people.",
      .help_fr = "Entre institutions ou entre personnes." },
    { .name = "horizon",
      .type = FIELD_ENUM,
      .flags = FIELD_INDEXED,
      .choices = horizons,
      .label_en = "Horizon",
      .label_fr = "Horizon",
      .help_en = "For one situation, or for the long run. It sets how fast evidence ages.",
      .help_fr = "Pour une situation donnée ou à long terme. Détermine la vitesse à laquelle les "
                 "indices vieillissent." },
    { .name = "term",
      .type = FIELD_ENUM,
      .flags = FIELD_INDEXED,
      .choices = terms,
      .label_en = "Term",
      .label_fr = "Durée",
      .help_en = "With an end in sight, or enduring.",
      .help_fr = "À durée limitée ou durable." },
    { .name = "from",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "From",
      .label_fr = "Du",
      .help_en = "When the relationship began.",
      .help_fr = "Début de la relation." },
    { .name = "until",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Until",
      .label_fr = "Au",
      .help_en = "When it ended; empty while it lasts.",
      .help_fr = "Fin de la relation; vide tant qu'elle dure." },
    { .name = "purpose",
      .type = FIELD_LONGTEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Purpose",
      .label_fr = "But",
      .help_en = "What the relationship is for.",
      .help_fr = "La raison d'être de la relation." },
    { .name = "steward",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "actor",
      .label_en = "Steward",
      .label_fr = "Responsable",
      .help_en = "The position or person that looks after it; preferably a position.",
      .help_fr = "Le poste ou la personne qui en a la charge; de préférence un poste." },
    { .name = "priority",
      .type = FIELD_ENUM,
      .flags = FIELD_INDEXED,
      .choices = priority_choices,
      .label_en = "Priority",
      .label_fr = "Priorité",
      .help_en = "From T1 (critical) to T5 (dormant).",
      .help_fr = "De T1 (cruciale) à T5 (en sommeil)." },
    { .name = "posture",
      .type = FIELD_ENUM,
      .flags = FIELD_INDEXED,
      .choices = postures,
      .label_en = "Posture",
      .label_fr = "Posture",
      .help_en = "What we mean to do with it now.",
      .help_fr = "Ce que nous entendons en faire maintenant." },
    { .name = "cadence_ideal",
      .type = FIELD_INTEGER,
      .min = 1,
      .max = 3650,
      .label_en = "Ideal interval (days)",
      .label_fr = "Intervalle idéal (jours)",
      .help_en = "Days between two contacts, ideally.",
      .help_fr = "Nombre de jours entre deux contacts, idéalement." },
    { .name = "cadence_longest",
      .type = FIELD_INTEGER,
      .min = 1,
      .max = 3650,
      .label_en = "Longest interval (days)",
      .label_fr = "Intervalle maximal (jours)",
      .help_en = "Days without contact after which the relationship counts as fading.",
      .help_fr = "Nombre de jours sans contact après lequel la relation est réputée s'étioler." },
    { .name = "instruments",
      .type = FIELD_ENUM,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .choices = instrument_choices,
      .label_en = "Instruments of power",
      .label_fr = "Instruments de puissance",
      .help_en = "The means the relationship brings to bear.",
      .help_fr = "Les moyens que la relation mobilise." },
    { .name = "integration",
      .type = FIELD_OBJECT,
      .flags = FIELD_MANY,
      .max = 50,
      .fields = integration_fields,
      .label_en = "Integration",
      .label_fr = "Intégration",
      .help_en = "Per channel, how far the two sides work as one.",
      .help_fr = "Par voie, jusqu'où les deux parties agissent de concert." },
    { 0 },
};

/* A channel is stated once. */
static int check_channels(const struct json *body, struct error *err)
{
    const struct json *list = json_get(body, "integration");
    int code = 0;
    for (uint32_t i = 1; list && i < list->count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (!slice_eq_fold(json_get_text(&list->items[i], "channel"),
                               json_get_text(&list->items[j], "channel")))
                continue;
            code = rule_report_item(err, "integration", i, "channel", REASON_DUPLICATE, "");
            break;
        }
    }
    return code;
}

static int check(const struct json *body, struct error *err)
{
    int code = rule_differ(body, "a", "b", "the two sides are the same actor", err);
    int order = rule_order(body, "from", "until", S(""), err);
    int channels = check_channels(body, err);
    int64_t ideal = json_get_int(body, "cadence_ideal", 0);
    int64_t longest = json_get_int(body, "cadence_longest", INT64_MAX);
    if (ideal > longest)
        code = error_field(err, S("/cadence_longest"), REASON_RULE,
                           "the longest interval is shorter than the ideal one");
    return code ? code : order ? order : channels;
}

const struct kind kind_relationship = {
    .name = "relationship",
    .plural = "relationships",
    .title_en = "Relationship",
    .title_fr = "Relation",
    .help_en = "A dated tie between two actors.",
    .help_fr = "Un lien daté entre deux acteurs.",
    .fields = fields,
    .name_refs = { "a", "b" },
    .when_field = "from",
    .check = check,
};
