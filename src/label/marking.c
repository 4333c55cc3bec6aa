/*
 * The marking people read, in English or French: "SECRET // LEGAL // REL TO CAN, USA // TLP:AMBER".
 *
 * Every segment between " // " is one demand on the reader, and all hold together; so a second
 * release clause is a segment of its own, which cannot be misread as "or". TLP:CLEAR demands
 * nothing and is not written; TLP words stay English capitals in French (TLP 2.0).
 */
#include "label/model.h"

#include <assert.h>

static struct slice phrase(const struct word *w, bool french)
{
    return french ? w->marking_fr : w->marking_en;
}

static void add_phrases(const struct tag *tag, struct set s, const char *separator, bool french,
                        struct buf *out)
{
    for (uint32_t i = 0; i < s.count; i++) {
        if (i > 0) {
            buf_add_cstr(out, separator);
        }
        buf_add(out, phrase(&tag->atoms[s.atoms[i]], french));
    }
}

static void add_clause(const struct tag *tag, struct set clause, bool french, struct buf *out)
{
    buf_add(out, S(" // "));
    if (clause.count == 0) {
        buf_add(out, french ? tag->nobody_fr : tag->nobody_en);
        return;
    }
    buf_add(out, phrase(&tag->word, french));
    buf_add_char(out, ' ');
    add_phrases(tag, clause, ", ", french, out);
}

void label_write_marking(const struct policy *p, const struct label *l, bool french,
                         struct buf *out)
{
    assert(l->policy == p);
    buf_add(out, phrase(&p->levels[l->level], french));
    for (uint32_t t = 0; t < p->restrictive_count; t++) {
        if (l->restrictive[t].count > 0) {
            buf_add(out, S(" // "));
            add_phrases(&p->restrictive[t], l->restrictive[t], "/", french, out);
        }
    }
    for (uint32_t t = 0; t < p->permissive_count; t++) {
        for (uint32_t i = 0; i < l->permissive[t].count; i++) {
            add_clause(&p->permissive[t], l->permissive[t].items[i], french, out);
        }
    }
    if (l->originator_count > 0) {
        buf_add(out, S(" // ORCON"));
    }
    if (l->tlp != TLP_CLEAR) {
        buf_add(out, S(" // TLP:"));
        buf_add_cstr(out, tlp_info(l->tlp)->name);
    }
}
