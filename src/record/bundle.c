/*
 * Bundles: what was sent to a peer and what was taken from one, statement by statement, and the
 * receipts. A system kind. A bundle of many statements is kept as several records (parts); the
 * first holds what is said of the whole. From these records the picture derives what each peer has.
 *
 * `statements` is base64 of packed rows; service/exchange_rows.h says which. The record bears the
 * join of the labels of what was in it: whoever may not read that does not see that it was sent.
 */
#include "record/registry.h"

#include "base/limits.h"

static const struct choice directions[] = {
    { "made", "Sent", "Envoyé" },
    { "taken", "Taken", "Reçu" },
    { 0 },
};

static const struct choice states[] = {
    { "made", "Made", "Produit" },
    { "taken", "Taken", "Accepté" },
    { "receipted", "Receipted", "Accusé de réception" },
    { "gap", "They lack what came before", "Il leur manque ce qui précède" },
    { 0 },
};

static const struct field count_fields[] = {
    { .name = "put",
      .type = FIELD_INTEGER,
      .max = 1000000000,
      .label_en = "Stated",
      .label_fr = "Énoncés",
      .help_en = "Records that it states.",
      .help_fr = "Fiches qu'il énonce." },
    { .name = "retract",
      .type = FIELD_INTEGER,
      .max = 1000000000,
      .label_en = "Retracted",
      .label_fr = "Rétractés",
      .help_en = "Records that it retracts.",
      .help_fr = "Fiches qu'il rétracte." },
    { .name = "redact",
      .type = FIELD_INTEGER,
      .max = 1000000000,
      .label_en = "Redacted",
      .label_fr = "Caviardés",
      .help_en = "Records whose content it destroys.",
      .help_fr = "Fiches dont il détruit le contenu." },
    { .name = "withdraw",
      .type = FIELD_INTEGER,
      .max = 1000000000,
      .label_en = "Withdrawn",
      .label_fr = "Retirés",
      .help_en = "Records that are no longer provided.",
      .help_fr = "Fiches qui ne sont plus fournies." },
    { .name = "refused",
      .type = FIELD_INTEGER,
      .max = 1000000000,
      .label_en = "Refused",
      .label_fr = "Refusés",
      .help_en = "Statements that the receiver refused.",
      .help_fr = "Énoncés que le destinataire a refusés." },
    { 0 },
};

#define BUNDLE_TEXT(n, t, fl, mx, en, fr, hen, hfr)                                               \
    {                                                                                             \
        .name = (n), .type = (t), .flags = (fl), .max = (mx), .label_en = (en), .label_fr = (fr), \
        .help_en = (hen), .help_fr = (hfr)                                                        \
    }

static const struct field fields[] = {
    { .name = "peer",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "peer",
      .label_en = "Peer",
      .label_fr = "Pair",
      .help_en = "To whom it went, or from whom it came.",
      .help_fr = "À qui il est allé, ou de qui il vient." },
    { .name = "direction",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = directions,
      .label_en = "Direction",
      .label_fr = "Sens",
      .help_en = "Sent by us, or taken from them.",
      .help_fr = "Envoyé par nous, ou reçu d'eux." },
    { .name = "state",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = states,
      .label_en = "State",
      .label_fr = "État",
      .help_en = "What became of it.",
      .help_fr = "Ce qu'il en est advenu." },
    BUNDLE_TEXT("number", FIELD_INTEGER, FIELD_REQUIRED | FIELD_INDEXED, 1000000000, "Number",
                "Numéro", "Its number among those of this peer and direction.",
                "Son numéro parmi ceux de ce pair et de ce sens."),
    BUNDLE_TEXT("base", FIELD_INTEGER, 0, 1000000000, "Base", "Base",
                "It holds everything that changed since the bundle of this number.",
                "Il contient tout ce qui a changé depuis le lot de ce numéro."),
    BUNDLE_TEXT("part", FIELD_INTEGER, FIELD_INDEXED, 1000000, "Part", "Partie",
                "Which record of it this is, from 0.", "De quelle fiche il s'agit, à partir de 0."),
    BUNDLE_TEXT("parts", FIELD_INTEGER, 0, 1000000, "Parts", "Parties",
                "How many records it is kept in.", "En combien de fiches il est conservé."),
    BUNDLE_TEXT("hash", FIELD_CODE, FIELD_REQUIRED | FIELD_INDEXED, 64, "Hash", "Empreinte",
                "BLAKE2b-256 of what was signed.", "BLAKE2b-256 de ce qui a été signé."),
    BUNDLE_TEXT("at", FIELD_WHEN, FIELD_REQUIRED | FIELD_INDEXED, 0, "At", "Le",
                "When it was made or taken.", "Date à laquelle il a été produit ou reçu."),
    BUNDLE_TEXT("size", FIELD_INTEGER, 0, INT64_C(1) << 40, "Size", "Taille",
                "Bytes of the sealed file.", "Octets du fichier scellé."),
    BUNDLE_TEXT("look", FIELD_INTEGER, 0, INT64_C(1) << 52, "Look", "Relevé",
                "How far the ledger had been looked at.",
                "Jusqu'où le registre avait été parcouru."),
    BUNDLE_TEXT("basis", FIELD_CODE, 0, 64, "Basis", "Fondement",
                "Hash of the clearance, policy and kinds that it was made under.",
                "Empreinte de l'habilitation, de la politique et des types appliqués."),
    BUNDLE_TEXT("more", FIELD_BOOL, 0, 0, "More follows", "Suite à venir",
                "It did not hold all that there was to say: another bundle follows.",
                "Il ne contenait pas tout ce qu'il y avait à dire : un autre lot suit."),
    BUNDLE_TEXT("rest", FIELD_CODE, 0, 36, "Rest", "Reste",
                "The record at which the next bundle goes on.",
                "La fiche à laquelle reprend le lot suivant."),
    BUNDLE_TEXT("taken_up_to", FIELD_INTEGER, 0, 1000000000, "Taken up to", "Reçu jusqu'à",
                "The last bundle that the receipt says was taken.",
                "Le dernier lot reçu, selon l'accusé."),
    BUNDLE_TEXT("head", FIELD_CODE, 0, 64, "Head", "Tête",
                "Hash of the receiver's ledger when it was taken.",
                "Empreinte du registre du destinataire à la réception."),
    BUNDLE_TEXT("statements", FIELD_LONGTEXT, FIELD_MANY, 64, "Statements", "Énoncés",
                "What it said of which record, packed.",
                "Ce qu'il disait de quelle fiche, sous forme compacte."),
    { .name = "counts",
      .type = FIELD_OBJECT,
      .fields = count_fields,
      .label_en = "Counts",
      .label_fr = "Nombres",
      .help_en = "How many statements of each sort.",
      .help_fr = "Combien d'énoncés de chaque sorte." },
    BUNDLE_TEXT("receipted_at", FIELD_WHEN, FIELD_INDEXED, 0, "Receipted at", "Accusé le",
                "When the receipt says that it was taken.", "Date de réception selon l'accusé."),
    BUNDLE_TEXT("receipt", FIELD_LONGTEXT, FIELD_MANY, 64, "Receipt", "Accusé de réception",
                "The signed receipt.", "L'accusé de réception signé."),
    { 0 },
};

const struct kind kind_bundle = {
    .name = "bundle",
    .plural = "bundles",
    .title_en = "Bundle",
    .title_fr = "Lot",
    .help_en = "What was sent to a peer, or taken from one.",
    .help_fr = "Ce qui a été envoyé à un pair, ou reçu de lui.",
    .fields = fields,
    .name_refs = { "peer" },
    .when_field = "at",
    .system = true,
};
