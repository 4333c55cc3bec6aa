/*
 * The five words of TLP 2.0, from the least to the most restricted: see tlp.h.
 *
 * Invariant: the row number is the order. Must never translate a word.
 */
#include "label/tlp.h"

#include <assert.h>

static const struct tlp_info words[TLP_COUNT_] = {
    [TLP_CLEAR] = { "CLEAR", "#FFFFFF", "Everyone", "Tout le monde" },
    [TLP_GREEN] = { "GREEN", "#33FF00", "The community", "La communauté" },
    [TLP_AMBER] = { "AMBER", "#FFC000", "The organisation and its clients",
                    "L'organisation et ses clients" },
    [TLP_AMBER_STRICT] = { "AMBER+STRICT", "#FFC000", "The organisation only",
                           "L'organisation seulement" },
    [TLP_RED] = { "RED", "#FF2B2B", "The named recipients only",
                  "Les destinataires nommés seulement" },
};

const struct tlp_info *tlp_info(enum tlp tlp)
{
    assert(tlp < TLP_COUNT_);
    return &words[tlp];
}

bool tlp_parse(struct slice text, enum tlp *ret)
{
    if (text.len > 4 && slice_eq_fold(slice_make(text.ptr, 4), S("TLP:"))) {
        text = slice_make(text.ptr + 4, text.len - 4);
    }
    if (slice_eq_fold(text, S("WHITE"))) {
        *ret = TLP_CLEAR;
        return true;
    }
    for (unsigned i = 0; i < TLP_COUNT_; i++) {
        if (slice_eq_fold(text, slice_of(words[i].name))) {
            *ret = (enum tlp)i;
            return true;
        }
    }
    return false;
}
