/*
 * What would make an offer usable that is not: each reason against it becomes an action with a
 * price, and a first step to take. The prices are relative efforts, stated here and nowhere else:
 *
 *   1 confirm a mapping: ask the two owners whether their words mean the same
 *   2 shorten notice, open a window, release a label, agree on a language: one decision of one
 * party 3 raise a type, bring more, extend the region, earn trust: means or time must be found 5
 * sign an agreement: to negotiate, with one partner, for all that it brings 8 find a capability:
 * nobody known offers it
 *
 * An action on a partner counts once for all that the partner brings, one on an offer for that
 * offer. Two partners who rest on the same mapping count it each.
 */
#include "service/options_internal.h"

const struct repair_row repair_rows[REPAIR_COUNT] = {
    [REPAIR_CONFIRM_MAPPING] = { "confirm_mapping", 1, FIT_MAPPING, false,
                                 "Confirm that the two capabilities are the same",
                                 "Confirmer que les deux capacités sont la même" },
    [REPAIR_RAISE_TYPE] = { "raise_type", 3, FIT_TYPE, false, "Raise what is offered by one type",
                            "Relever l'offre d'un type" },
    [REPAIR_SHORTEN_NOTICE] = { "shorten_notice", 2, FIT_NOTICE, false,
                                "Agree on a shorter notice to move",
                                "Convenir d'un préavis de mouvement plus court" },
    [REPAIR_OPEN_WINDOW] = { "open_window", 2, FIT_WINDOW | FIT_SUSTAIN, false,
                             "Extend when, or for how long, it is available",
                             "Étendre la période ou la durée de disponibilité" },
    [REPAIR_REGION] = { "region", 3, FIT_REGION, false, "Extend the offer to the region",
                        "Étendre l'offre à la région" },
    [REPAIR_SIGN_AGREEMENT] = { "sign_agreement", 5, FIT_AGREEMENT, true,
                                "Sign an agreement that covers it",
                                "Signer un accord qui la couvre" },
    [REPAIR_RELEASE_LABEL] = { "release_label", 2, FIT_LABEL, true,
                               "Release to this partner what must be told",
                               "Autoriser la communication au partenaire de ce qu'il faut lui "
                               "dire" },
    [REPAIR_SIGN_SHARING] = { "sign_agreement", 5, FIT_SHARING, true,
                              "Sign an agreement to share information",
                              "Signer un accord d'échange d'information" },
    [REPAIR_LANGUAGE] = { "language", 2, FIT_LANGUAGE, true,
                          "Agree on a language, or bring an interpreter",
                          "Convenir d'une langue, ou fournir un interprète" },
    [REPAIR_EARN_TRUST] = { "earn_trust", 3, FIT_TRUST, true,
                            "Build the trust that counting on this partner takes",
                            "Bâtir la confiance qu'il faut pour compter sur ce partenaire" },
    [REPAIR_MORE_QUANTITY] = { "more_quantity", 3, 0, false, "Ask for more of it",
                               "En demander davantage" },
    [REPAIR_FIND_CAPABILITY] = { "find_capability", 8, 0, false,
                                 "Find somebody who has the capability",
                                 "Trouver qui possède la capacité" },
};

/* What no agreement between the two can change. */
static bool beyond_repair(const struct option_desk *d, const struct fit *f, unsigned reasons)
{
    const struct option_line *l = &d->lines[f->line];
    const struct option_offer *x = &d->offers[f->offer];
    bool far_type = (reasons & FIT_TYPE) && x->type != l->type + 1;
    bool too_far_away = (reasons & FIT_NOTICE) && f->left_ms < 0;
    return (reasons & (FIT_UNIT | FIT_LAST_RESORT)) || far_type || too_far_away;
}

bool option_repairs_of(const struct option_desk *d, const struct fit *f, unsigned reasons,
                       enum repair *ret, uint32_t *ret_count)
{
    uint32_t count = 0;
    if (beyond_repair(d, f, reasons))
        return false;
    for (int i = 0; i < REPAIR_COUNT; i++)
        if (repair_rows[i].reason & reasons)
            ret[count++] = (enum repair)i;
    *ret_count = count;
    return true;
}
