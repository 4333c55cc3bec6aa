/* Texts, words, dates and tables of the handover pack on paper: see handover_page_internal.h. */
#include "service/handover_page_internal.h"

#include "base/when.h"

#include <math.h>

/* ---- texts ---- */

void page_text(struct page *p, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '<')
            buf_add_cstr(p->out, "&lt;");
        else if (c == '>')
            buf_add_cstr(p->out, "&gt;");
        else if (c == '&')
            buf_add_cstr(p->out, "&amp;");
        else if (c == '"')
            buf_add_cstr(p->out, "&quot;");
        else if (c == '\n')
            buf_add_cstr(p->out, "<br>");
        else
            buf_add_char(p->out, c);
    }
}

void page_add(struct page *p, const char *markup)
{
    buf_add_cstr(p->out, markup);
}

/* The title of a record that the answer refers to. */
struct slice page_title_of(const struct page *p, struct slice id)
{
    const struct json *ref = json_get_slice(p->refs, id);
    return json_get_text(ref, p->french ? "title_fr" : "title");
}

void page_title(struct page *p, const struct json *item, const char *name)
{
    page_text(p, page_title_of(p, json_get_text(item, name)));
}

void page_whose(struct page *p, const struct json *item)
{
    struct slice name = json_get_text(item, "origin_name");
    if (!json_get_bool(item, "theirs", false))
        return;
    page_add(p, " <small>(");
    if (name.len) {
        page_add(p, TR(p, "from ", "de "));
        page_text(p, name);
    } else {
        page_add(p, TR(p, "from another instance", "d'une autre instance"));
    }
    page_add(p, ")</small>");
}

struct word {
    const char *value, *en, *fr;
};

static const struct word words[] = {
    { "routine", "routine", "courant" },
    { "significant", "significant", "important" },
    { "critical", "critical", "crucial" },
    { "in_confidence", "in confidence", "sous le sceau de la confidence" },
    { "honoured", "honoured", "respectée" },
    { "released", "released", "libérée" },
    { "breached", "breached", "trahie" },
    { "strength", "strength", "force" },
    { "vulnerability", "vulnerability", "vulnérabilité" },
    { "held", "held", "tenue" },
    { "planned", "planned", "prévue" },
    { "upcoming", "upcoming", "à venir" },
    { "due", "due", "à échéance" },
    { "overdue", "overdue", "en retard" },
    { "in_force", "in force", "en vigueur" },
    { "expiring", "expiring", "arrive à terme" },
    { "provisionally_applied", "provisionally applied", "appliqué à titre provisoire" },
    { "suspended", "suspended", "suspendu" },
    { "signed", "signed", "signé" },
    { "agreed", "agreed", "texte arrêté" },
    { "negotiating", "under negotiation", "en négociation" },
    { "draft", "draft", "ébauche" },
    { "submitted", "submitted", "présentée" },
    { "validated", "validated", "validée" },
    { "sourcing", "sourcing", "en recherche" },
    { "offered", "offered", "offre reçue" },
    { "accepted", "accepted", "acceptée" },
    { "deployed", "deployed", "déployée" },
    { "positive", "positive", "favorable" },
    { "neutral", "neutral", "neutre" },
    { "negative", "negative", "défavorable" },
    { "close", "close to", "proche de" },
    { "broad", "narrower than", "plus précis que" },
    { "narrow", "broader than", "plus général que" },
    { "related", "related to", "associé à" },
};

/* A word of the record in the page's language; an unknown one stands as it is. */
void page_word(struct page *p, struct slice value)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is(value, words[i].value)) {
            page_add(p, TR(p, words[i].en, words[i].fr));
            return;
        }
    page_text(p, value);
}

/* "2 January 2026", "2 janvier 2026"; what is no whole day stands as stated. */
void page_date(struct page *p, struct slice date)
{
    static const char *const en[] = { "January",   "February", "March",    "April",
                                      "May",       "June",     "July",     "August",
                                      "September", "October",  "November", "December" };
    static const char *const fr[] = { "janvier",   "février", "mars",     "avril",
                                      "mai",       "juin",    "juillet",  "août",
                                      "septembre", "octobre", "novembre", "décembre" };
    struct when w;
    int year = 1, month = 1, day = 1;
    if (!when_parse(date, &w) || w.precision < WHEN_DAY) {
        page_text(p, date);
        return;
    }
    when_civil(when_first_ms(w), &year, &month, &day);
    buf_printf(p->out,
               p->french && day == 1 ? "%der\xc2\xa0%s\xc2\xa0%d" : "%d\xc2\xa0%s\xc2\xa0%d", day,
               TR(p, en, fr)[(month + 11) % 12], year);
}

/* A share as a percentage: "62 %" in French, "62%" in English. */
void page_share(struct page *p, const struct json *item, const char *name)
{
    const struct json *v = json_get(item, name);
    if (v)
        buf_printf(p->out, "%ld%s", lround(v->number * 100), TR(p, "%", "\xc2\xa0%"));
}

/* ---- tables ---- */

void page_heading(struct page *p, const char *en, const char *fr)
{
    page_add(p, "<h2>");
    page_add(p, TR(p, en, fr));
    page_add(p, "</h2>\n");
}

const struct json *page_items(const struct json *in, const char *name, uint32_t *ret_count)
{
    const struct json *list = json_get(in, name);
    *ret_count = list && list->type == JSON_ARRAY ? list->count : 0;
    return list ? list->items : NULL;
}

void page_table_begin(struct page *p, const struct page_column *columns)
{
    page_add(p, "<table><thead><tr>");
    for (const struct page_column *c = columns; c->en; c++) {
        page_add(p, "<th scope=\"col\">");
        page_add(p, TR(p, c->en, c->fr));
        page_add(p, "</th>");
    }
    page_add(p, "</tr></thead><tbody>\n");
}

void page_table_end(struct page *p)
{
    page_add(p, "</tbody></table>\n");
}

void page_none(struct page *p)
{
    page_add(p, TR(p, "<p>None.</p>\n", "<p>Rien.</p>\n"));
}

void page_table(struct page *p, const struct json *in, const char *name,
                const struct page_column *columns, page_row write)
{
    uint32_t count;
    const struct json *items = page_items(in, name, &count);
    if (count == 0) {
        page_none(p);
        return;
    }
    page_table_begin(p, columns);
    for (uint32_t i = 0; i < count; i++) {
        page_add(p, "<tr><td>");
        write(p, &items[i]);
        page_add(p, "</td></tr>\n");
    }
    page_table_end(p);
}
