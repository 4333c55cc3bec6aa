/* The words and sentences of exchange, in both languages. */
#include "service/exchange.h"

#include "format/statement.h"

const char *statement_word(enum statement_operation operation)
{
    return statement_operation_word((int)operation);
}

struct words {
    const char *word, *en, *fr;
};

static const struct words reasons[EXCHANGE_REASONS] = {
    [EXCHANGE_FINE] = { "fine", "Nothing stands against it.", "Rien ne s'y oppose." },
    [EXCHANGE_UNKNOWN_KIND] = { "unknown_kind", "This kind of record is not taken here.",
                                "Ce type de fiche n'est pas accepté ici." },
    [EXCHANGE_INVALID] = { "invalid", "It is not a valid record of its kind.",
                           "Ce n'est pas une fiche valide de son type." },
    [EXCHANGE_LABEL_UNMAPPED] = { "label_unmapped",
                                  "Its label has no equivalent in the receiver's policy.",
                                  "Son étiquette n'a pas d'équivalent dans la politique du "
                                  "destinataire." },
    [EXCHANGE_LABEL_UNKNOWN] = { "label_unknown", "Its label is not a label of its policy.",
                                 "Son étiquette n'est pas une étiquette de sa politique." },
    [EXCHANGE_ABOVE_US] = { "above_us", "Nobody at the receiver may read it.",
                            "Personne chez le destinataire ne peut la lire." },
    [EXCHANGE_NOT_ORIGINATOR] = { "not_originator",
                                  "The receiver takes it from its originator only.",
                                  "Le destinataire ne l'accepte que de son auteur." },
    [EXCHANGE_OWN_RECORD] = { "own_record", "The receiver is its originator.",
                              "Le destinataire en est l'auteur." },
    [EXCHANGE_OLDER] = { "older", "The receiver has a newer revision.",
                         "Le destinataire en a une révision plus récente." },
    [EXCHANGE_TAMPERED] = { "tampered",
                            "The record is known as another originator's, or of another kind.",
                            "La fiche est connue comme celle d'un autre auteur, ou d'un autre "
                            "type." },
    [EXCHANGE_TOO_LARGE] = { "too_large", "It is larger than a record may be.",
                             "Elle dépasse la taille permise." },
    [EXCHANGE_KIND] = { "kind", "This kind of record is not sent to this peer.",
                        "Ce type de fiche n'est pas envoyé à ce pair." },
    [EXCHANGE_REFERENCE] = { "reference",
                             "It cannot be stated without naming what the peer may not read.",
                             "Elle ne peut être énoncée sans nommer ce que le pair ne peut pas "
                             "lire." },
    [EXCHANGE_SET_ASIDE] = { "set_aside",
                             "What stands here was left as it is, and the sender is not told: it "
                             "may not know of that.",
                             "Ce qui se trouve ici est resté tel quel, et l'expéditeur n'en sait "
                             "rien : il ne peut en avoir connaissance." },
};

const char *exchange_reason_word(enum exchange_reason reason)
{
    return (unsigned)reason < EXCHANGE_REASONS ? reasons[reason].word : "unknown";
}

const char *exchange_reason_text(enum exchange_reason reason, bool french)
{
    if ((unsigned)reason >= EXCHANGE_REASONS)
        return french ? "Motif inconnu." : "The reason is not known.";
    return french ? reasons[reason].fr : reasons[reason].en;
}

static const struct words outcomes[] = {
    [BUNDLE_TAKEN] = { "taken", "The bundle was taken.", "Le lot a été accepté." },
    [BUNDLE_OLD] = { "old", "This bundle, or a later one, was taken before. Nothing changed.",
                     "Ce lot, ou un plus récent, a déjà été accepté. Rien n'a changé." },
    [BUNDLE_GAP] = { "gap",
                     "The bundle builds on one that never came. Nothing changed; the receipt tells "
                     "the sender where to begin again.",
                     "Le lot s'appuie sur un lot jamais reçu. Rien n'a changé ; l'accusé dit à "
                     "l'expéditeur d'où reprendre." },
    [BUNDLE_NOT_OURS] = { "not_ours", "The bundle is for another instance. Nothing changed.",
                          "Le lot est destiné à une autre instance. Rien n'a changé." },
    [BUNDLE_STRANGER] = { "stranger",
                          "The bundle is from an instance that is no peer. Nothing changed.",
                          "Le lot vient d'une instance qui n'est pas un pair. Rien n'a changé." },
    [BUNDLE_UNCONFIRMED] = { "unconfirmed",
                             "The bundle is from a peer that is not confirmed. Nothing changed.",
                             "Le lot vient d'un pair qui n'est pas confirmé. Rien n'a changé." },
    [BUNDLE_FORGED] = { "forged", "The signature is not the peer's. Nothing changed.",
                        "La signature n'est pas celle du pair. Rien n'a changé." },
    [BUNDLE_DAMAGED] = { "damaged",
                         "The bundle was cut short or changed on its way. Nothing changed; have it "
                         "sent again.",
                         "Le lot a été tronqué ou modifié en chemin. Rien n'a changé ; faites-le "
                         "renvoyer." },
    [BUNDLE_MALFORMED] = { "malformed", "This is not in the form of a bundle. Nothing changed.",
                           "Ceci n'a pas la forme d'un lot. Rien n'a changé." },
    [BUNDLE_TOO_LARGE] = { "too_large",
                           "The bundle is larger than a bundle may be. Nothing changed.",
                           "Le lot dépasse la taille permise. Rien n'a changé." },
    [BUNDLE_ABOVE_YOU] = { "above_you", "The bundle is above your clearance. Nothing changed.",
                           "Le lot dépasse votre habilitation. Rien n'a changé." },
};

static const struct words *outcome_words(enum bundle_outcome outcome)
{
    static const struct words none = { "unknown", "Nothing is known of it.", "On n'en sait rien." };
    bool known = outcome >= BUNDLE_TAKEN && outcome <= BUNDLE_ABOVE_YOU;
    return known ? &outcomes[outcome] : &none;
}

const char *bundle_outcome_word(enum bundle_outcome outcome)
{
    return outcome_words(outcome)->word;
}

const char *bundle_outcome_text(enum bundle_outcome outcome, bool french)
{
    return french ? outcome_words(outcome)->fr : outcome_words(outcome)->en;
}
