/*
 * Offers: how much of a capability an actor can bring, where, how soon, for how long, at what cost
 * to us, and under what.
 *
 * An attestation by somebody else is kept apart from what the actor says of itself: without
 * `attested_by` or `standard` an offer is self-declared. An offer is what could be done; what was
 * done are requests and transactions, and only those give evidence.
 */
#include "record/registry.h"

static const struct choice bases[] = {
    { "agreement", "Under an agreement", "En vertu d'un accord" },
    { "mechanism", "Through a mechanism open to all", "Par un mécanisme ouvert à tous" },
    { "mandate", "By its own mandate", "En vertu de son propre mandat" },
    { "ad_hoc", "Case by case", "Au cas par cas" },
    { 0 },
};

static const struct field window_fields[] = {
    { .name = "from",
      .type = FIELD_WHEN,
      .label_en = "From",
      .label_fr = "Du",
      .help_en = "When it becomes available.",
      .help_fr = "Début de la disponibilité." },
    { .name = "until",
      .type = FIELD_WHEN,
      .label_en = "Until",
      .label_fr = "Au",
      .help_en = "When it ceases to be available.",
      .help_fr = "Fin de la disponibilité." },
    { 0 },
};

static const struct field fields[] = {
    { .name = "actor",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Brought by",
      .label_fr = "Apportée par",
      .help_en = "Who would come.",
      .help_fr = "Qui viendrait." },
    { .name = "offered_by",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "actor",
      .label_en = "Decided by",
      .label_fr = "Décidée par",
      .help_en = "Who decides that it may come, when that is somebody else.",
      .help_fr = "Qui décide de son envoi, lorsque c'est quelqu'un d'autre." },
    { .name = "capability",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "concept",
      .label_en = "Capability",
      .label_fr = "Capacité",
      .help_en = "What can be done.",
      .help_fr = "Ce qui peut être fait." },
    { .name = "title",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Title",
      .label_fr = "Titre",
      .help_en = "What it is called, when that helps to tell it from others.",
      .help_fr = "Son nom, lorsqu'il aide à la distinguer d'une autre." },
    { .name = "type",
      .type = FIELD_INTEGER,
      .flags = FIELD_INDEXED,
      .min = 1,
      .max = 9,
      .label_en = "Type",
      .label_fr = "Type",
      .help_en = "Level of ability by the capability's definition; type 1 is the most able.",
      .help_fr = "Niveau selon la définition de la capacité; le type 1 est le plus apte." },
    { .name = "quantity",
      .type = FIELD_DECIMAL,
      .min = 0,
      .max = 1000000000,
      .label_en = "Quantity",
      .label_fr = "Quantité",
      .help_en = "How much of it; 1 when not stated.",
      .help_fr = "Combien; 1 lorsque rien n'est indiqué." },
    { .name = "unit",
      .type = FIELD_TEXT,
      .max = 60,
      .label_en = "Unit",
      .label_fr = "Unité",
      .help_en = "What the quantity counts; the capability's unit when not stated.",
      .help_fr = "Ce que compte la quantité; à défaut, l'unité de la capacité." },
    { .name = "regions",
      .type = FIELD_REGION,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .label_en = "Regions",
      .label_fr = "Régions",
      .help_en = "Where it can be brought: UN M49 or ISO 3166 codes. Empty: anywhere.",
      .help_fr = "Où elle peut être apportée : codes M49 de l'ONU ou ISO 3166. Vide : partout." },
    { .name = "windows",
      .type = FIELD_OBJECT,
      .flags = FIELD_MANY,
      .max = 50,
      .fields = window_fields,
      .label_en = "Availability",
      .label_fr = "Disponibilité",
      .help_en = "When it is available. Empty: all the time that the offer stands.",
      .help_fr = "Quand elle est disponible. Vide : aussi longtemps que l'offre tient." },
    { .name = "from",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "From",
      .label_fr = "Du",
      .help_en = "Since when the offer stands.",
      .help_fr = "Depuis quand l'offre tient." },
    { .name = "until",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Until",
      .label_fr = "Au",
      .help_en = "Until when the offer stands.",
      .help_fr = "Jusqu'à quand l'offre tient." },
    { .name = "notice",
      .type = FIELD_DURATION,
      .label_en = "Notice to move",
      .label_fr = "Préavis de départ",
      .help_en = "From the call to departure, e.g. PT12H or P2D.",
      .help_fr = "De l'appel au départ, p. ex. PT12H ou P2D." },
    { .name = "travel",
      .type = FIELD_DURATION,
      .label_en = "Travel time",
      .label_fr = "Temps de trajet",
      .help_en = "From departure to arrival where it is needed, e.g. PT8H.",
      .help_fr = "Du départ à l'arrivée sur les lieux, p. ex. PT8H." },
    { .name = "sustain",
      .type = FIELD_DURATION,
      .label_en = "Sustained for",
      .label_fr = "Durée soutenue",
      .help_en = "How long it can stay at work, e.g. P21D. Empty: as long as it is needed.",
      .help_fr = "Combien de temps elle peut être maintenue, p. ex. P21D. Vide : aussi longtemps "
                 "qu'il le faut." },
    { .name = "burden",
      .type = FIELD_DECIMAL,
      .min = 0,
      .max = 1000,
      .label_en = "Burden",
      .label_fr = "Charge",
      .help_en =
          "What taking it costs us, beside other offers: money, favours, effort. 10 when not "
          "stated, 5 for our own.",
      .help_fr = "Ce qu'il nous en coûte de l'accepter, par rapport aux autres offres : argent, "
                 "faveurs, efforts. 10 à défaut, 5 pour les nôtres." },
    { .name = "shareable",
      .type = FIELD_BOOL,
      .flags = FIELD_INDEXED,
      .label_en = "Shareable",
      .label_fr = "Partageable",
      .help_en = "Whether it may serve several requirements at once.",
      .help_fr = "Si elle peut servir plusieurs besoins à la fois." },
    { .name = "asset",
      .type = FIELD_CODE,
      .flags = FIELD_INDEXED,
      .label_en = "Asset",
      .label_fr = "Moyen",
      .help_en = "Offers of one actor with the same asset exclude each other: it is one and the "
                 "same thing.",
      .help_fr =
          "Les offres d'un même acteur portant le même moyen s'excluent : c'est une seule et "
          "même chose." },
    { .name = "basis",
      .type = FIELD_ENUM,
      .flags = FIELD_INDEXED,
      .choices = bases,
      .label_en = "Basis",
      .label_fr = "Fondement",
      .help_en = "Under what it can be asked for. A mechanism or a mandate needs no further "
                 "agreement; everything else does.",
      .help_fr = "Ce qui permet de la demander. Un mécanisme ou un mandat n'exige pas d'autre "
                 "accord; tout le reste en exige un." },
    { .name = "agreement",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "agreement",
      .label_en = "Agreement",
      .label_fr = "Accord",
      .help_en = "The agreement under which it is offered.",
      .help_fr = "L'accord en vertu duquel elle est offerte." },
    { .name = "mechanism",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .max = 500,
      .label_en = "Mechanism",
      .label_fr = "Mécanisme",
      .help_en = "Through what, and on what conditions, it is called upon.",
      .help_fr = "Par quelle voie et à quelles conditions il y est fait appel." },
    { .name = "attested_by",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "actor",
      .label_en = "Attested by",
      .label_fr = "Attestée par",
      .help_en =
          "Who has verified it. Empty, with no standard either: declared by the actor itself.",
      .help_fr = "Qui l'a vérifiée. Vide, sans norme non plus : déclarée par l'acteur lui-même." },
    { .name = "standard",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .max = 200,
      .label_en = "Standard",
      .label_fr = "Norme",
      .help_en = "The standard it was verified against.",
      .help_fr = "La norme au regard de laquelle elle a été vérifiée." },
    { .name = "level",
      .type = FIELD_TEXT,
      .max = 100,
      .label_en = "Level",
      .label_fr = "Niveau",
      .help_en = "The level that was attested.",
      .help_fr = "Le niveau attesté." },
    { .name = "attested_until",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Attested until",
      .label_fr = "Attestée jusqu'au",
      .help_en = "When the attestation lapses.",
      .help_fr = "Date d'expiration de l'attestation." },
    { .name = "stand_alone",
      .type = FIELD_BOOL,
      .label_en = "Stands alone",
      .label_fr = "Autonome",
      .help_en = "Whether it can do its work without a complement; true when not stated and "
                 "nothing is needed.",
      .help_fr = "Si elle peut agir sans complément; vrai si rien n'est indiqué ni nécessaire." },
    { .name = "needs",
      .type = FIELD_REF,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .target = "concept",
      .label_en = "Needs",
      .label_fr = "Exige",
      .help_en = "The capabilities that it cannot do without, e.g. airlift.",
      .help_fr = "Les capacités dont elle ne peut se passer, p. ex. le transport aérien." },
    { .name = "last_resort",
      .type = FIELD_BOOL,
      .flags = FIELD_INDEXED,
      .label_en = "Last resort",
      .label_fr = "Dernier recours",
      .help_en = "Whether it may be called upon only when nothing else will do.",
      .help_fr = "S'il ne faut y faire appel qu'à défaut de toute autre solution." },
    FIELD_POINT_LATITUDE,
    FIELD_POINT_LONGITUDE,
    { 0 },
};

static int check_windows(const struct json *body, struct error *err)
{
    const struct json *list = json_get(body, "windows");
    int code = 0;
    for (uint32_t i = 0; list && i < list->count; i++) {
        struct when from, until;
        if (rule_when(&list->items[i], "from", &from) &&
            rule_when(&list->items[i], "until", &until) && when_after(from, until))
            code = rule_report_item(err, "windows", i, "until", REASON_ORDER, "from");
    }
    return code;
}

static int check_attestation(const struct json *body, struct error *err)
{
    static const char *const members[] = { "level", "attested_until" };
    int code = 0;
    if (json_get(body, "attested_by") || json_get(body, "standard"))
        return 0;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        int c =
            rule_unset(body, members[i], "an attestation names who gave it or the standard", err);
        code = c ? c : code;
    }
    return code;
}

static int check_stand_alone(const struct json *body, struct error *err)
{
    const struct json *alone = json_get(body, "stand_alone");
    if (!alone || !alone->boolean || !json_get(body, "needs"))
        return 0;
    return error_field(err, S("/stand_alone"), REASON_RULE,
                       "what needs a complement does not stand alone");
}

static int check(const struct json *body, struct error *err)
{
    int codes[] = {
        rule_order(body, "from", "until", S(""), err),
        check_windows(body, err),
        check_attestation(body, err),
        check_stand_alone(body, err),
        rule_point(body, err),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i])
            return codes[i];
    }
    return 0;
}

const struct kind kind_offer = {
    .name = "offer",
    .plural = "offers",
    .title_en = "Offer",
    .title_fr = "Offre",
    .help_en = "How much of a capability an actor can bring, where, how soon and under what.",
    .help_fr = "Ce qu'un acteur peut apporter d'une capacité, où, quand et à quel titre.",
    .fields = fields,
    .name_refs = { "actor", "capability" },
    .when_field = "from",
    .check = check,
};
