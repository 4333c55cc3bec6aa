/* The handover pack on paper: see handover_page.h. */
#include "service/handover_page.h"

#include "base/when.h"

#include <math.h>

struct page {
    struct buf *out;
    const struct json *answer, *refs;
    bool french;
};

/* A text in the page's language. */
#define TR(p, en, fr) ((p)->french ? (fr) : (en))

/* The marking stands in the head and the foot of one outer table: the browsers repeat both on every
 * printed sheet. */
static const char style[] =
    ":root{color-scheme:light}body{font:11pt/1.4 \"Liberation Sans\",Arial,sans-serif;color:#111;"
    "background:#fff;margin:0 auto;max-width:19cm;padding:0 .5cm}"
    "h1{font-size:17pt;margin:0 0 .2em}h2{font-size:13pt;margin:1.4em 0 .3em;border-bottom:1px "
    "solid #888;break-after:avoid}p{margin:.3em 0}table{border-collapse:collapse;width:100%}"
    "main table{font-size:9.5pt}main th,main td{text-align:left;vertical-align:top;"
    "padding:.25em .5em;border-bottom:1px solid #ccc}main th{background:#eee;border-bottom:1px "
    "solid #888}main tr{break-inside:avoid}main td.n{text-align:right;white-space:nowrap}"
    "thead{display:table-header-group}tfoot{display:table-footer-group}"
    ".m{text-align:center;font-weight:bold;font-size:10pt;padding:.25cm 0}small{color:#444}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.1em 1em;margin:.5em 0}"
    "dt{font-weight:bold}dd{margin:0}"
    "@page{size:auto;margin:1.2cm}@media print{body{max-width:none;padding:0}}";

/* ---- texts ---- */

static void add_text(struct page *p, struct slice text)
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

static void add(struct page *p, const char *markup)
{
    buf_add_cstr(p->out, markup);
}

/* The title of a record that the answer refers to. */
static struct slice title_of(const struct page *p, struct slice id)
{
    const struct json *ref = json_get_slice(p->refs, id);
    return json_get_text(ref, p->french ? "title_fr" : "title");
}

static void add_title(struct page *p, const struct json *item, const char *name)
{
    add_text(p, title_of(p, json_get_text(item, name)));
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
static void add_word(struct page *p, struct slice value)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_is(value, words[i].value)) {
            add(p, TR(p, words[i].en, words[i].fr));
            return;
        }
    add_text(p, value);
}

/* "2 January 2026", "2 janvier 2026"; what is no whole day stands as stated. */
static void add_date(struct page *p, struct slice date)
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
        add_text(p, date);
        return;
    }
    when_civil(when_first_ms(w), &year, &month, &day);
    buf_printf(p->out,
               p->french && day == 1 ? "%der\xc2\xa0%s\xc2\xa0%d" : "%d\xc2\xa0%s\xc2\xa0%d", day,
               TR(p, en, fr)[(month + 11) % 12], year);
}

/* A share as a percentage: "62 %" in French, "62%" in English. */
static void add_share(struct page *p, const struct json *item, const char *name)
{
    const struct json *v = json_get(item, name);
    if (v)
        buf_printf(p->out, "%ld%s", lround(v->number * 100), TR(p, "%", "\xc2\xa0%"));
}

/* ---- tables ---- */

static void heading(struct page *p, const char *en, const char *fr)
{
    add(p, "<h2>");
    add(p, TR(p, en, fr));
    add(p, "</h2>\n");
}

static const struct json *items_of(const struct json *in, const char *name, uint32_t *ret_count)
{
    const struct json *list = json_get(in, name);
    *ret_count = list && list->type == JSON_ARRAY ? list->count : 0;
    return list ? list->items : NULL;
}

struct column {
    const char *en, *fr;
};

static void table_begin(struct page *p, const struct column *columns)
{
    add(p, "<table><thead><tr>");
    for (const struct column *c = columns; c->en; c++) {
        add(p, "<th scope=\"col\">");
        add(p, TR(p, c->en, c->fr));
        add(p, "</th>");
    }
    add(p, "</tr></thead><tbody>\n");
}

static void table_end(struct page *p)
{
    add(p, "</tbody></table>\n");
}

static void none(struct page *p)
{
    add(p, TR(p, "<p>None.</p>\n", "<p>Rien.</p>\n"));
}

typedef void (*row_writer)(struct page *p, const struct json *item);

static void table(struct page *p, const struct json *in, const char *name,
                  const struct column *columns, row_writer write)
{
    uint32_t count;
    const struct json *items = items_of(in, name, &count);
    if (count == 0) {
        none(p);
        return;
    }
    table_begin(p, columns);
    for (uint32_t i = 0; i < count; i++) {
        add(p, "<tr><td>");
        write(p, &items[i]);
        add(p, "</td></tr>\n");
    }
    table_end(p);
}

#define NEXT "</td><td>"
#define NEXT_NUMBER "</td><td class=\"n\">"

/* ---- columns ---- */

static const struct column relationship_columns[] = {
    { "Partner", "Partenaire" },
    { "Priority", "Priorité" },
    { "Our trust", "Notre confiance" },
    { "Their trust", "Leur confiance" },
    { "Last contact", "Dernier contact" },
    { "Contacts in a year", "Contacts en un an" },
    { 0 },
};
static const struct column personal_columns[] = {
    { "Partner", "Partenaire" },
    { "Trust in them", "Confiance en eux" },
    { "Their trust", "Leur confiance" },
    { 0 },
};
static const struct column commitment_columns[] = {
    { "Promise", "Promesse" }, { "Due", "Échéance" }, { "Stakes", "Enjeu" }, { 0 }
};
static const struct column obligation_columns[] = {
    { "Obligation", "Obligation" },
    { "Agreement", "Accord" },
    { "Due", "Échéance" },
    { "State", "État" },
    { 0 },
};
static const struct column engagement_columns[] = {
    { "When", "Quand" }, { "What", "Quoi" }, { "With", "Avec" }, { "Outcome", "Résultat" }, { 0 },
};
static const struct column person_columns[] = {
    { "Partner", "Partenaire" }, { "Post", "Poste" },     { "Person", "Personne" },
    { "Since", "Depuis" },       { "Until", "Jusqu'au" }, { 0 },
};
static const struct column agreement_columns[] = {
    { "Agreement", "Accord" },
    { "With", "Avec" },
    { "State", "État" },
    { "Ends", "Prend fin" },
    { "Notice by", "Préavis avant le" },
    { 0 },
};
static const struct column disclosure_columns[] = {
    { "What", "Quoi" },
    { "Kind", "Nature" },
    { "Handling", "Traitement" },
    { "State", "État" },
    { 0 },
};
static const struct column request_columns[] = {
    { "Request", "Demande" }, { "State", "État" }, { "Answer due", "Réponse attendue" }, { 0 }
};
static const struct column need_columns[] = {
    { "Need", "Besoin" },
    { "Capability", "Capacité" },
    { "Offered by", "Offert par" },
    { "Offers of others", "Offres d'autres" },
    { 0 },
};
static const struct column met_columns[] = {
    { "Met", "Rencontré" }, { "On", "Le" }, { "At", "Lors de" }, { 0 }
};
static const struct column unmet_columns[] = {
    { "Not yet met", "Pas encore rencontré" }, { "Planned", "Prévu" }, { "At", "Lors de" }, { 0 }
};

/* ---- rows ---- */

static void add_list(struct page *p, const struct json *item, const char *name)
{
    uint32_t count;
    const struct json *items = items_of(item, name, &count);
    for (uint32_t i = 0; i < count; i++) {
        add(p, i ? ", " : "");
        add_text(p, items[i].text);
    }
}

static void add_words(struct page *p, const struct json *item)
{
    uint32_t count;
    const struct json *list = items_of(item, "words", &count);
    if (count == 0)
        return;
    add(p, "<br><small>");
    add(p, TR(p, "Words to watch: ", "Mots à surveiller : "));
    for (uint32_t i = 0; i < count; i++) {
        add(p, i ? "; " : "");
        add_title(p, &list[i], "from");
        add(p, " (");
        add_word(p, json_get_text(&list[i], "relation"));
        add(p, ") ");
        add_title(p, &list[i], "to");
    }
    add(p, "</small>");
}

static void relationship_row(struct page *p, const struct json *item)
{
    struct slice purpose = json_get_text(item, "purpose");
    uint32_t topics;
    add(p, "<b>");
    add_title(p, item, "partner");
    add(p, "</b>");
    if (purpose.len) {
        add(p, "<br>");
        add_text(p, purpose);
    }
    items_of(item, "topics", &topics);
    if (topics) {
        add(p, "<br><small>");
        add(p, TR(p, "Topics: ", "Sujets : "));
        add_list(p, item, "topics");
        add(p, "</small>");
    }
    add_words(p, item);
    add(p, NEXT);
    add_text(p, json_get_text(item, "priority"));
    add(p, NEXT_NUMBER);
    add_share(p, item, "trust");
    add(p, NEXT_NUMBER);
    add_share(p, item, "earned");
    add(p, NEXT);
    add_date(p, json_get_text(item, "last_contact"));
    add(p, NEXT_NUMBER);
    buf_add_int(p->out, json_get_int(item, "contacts", 0));
}

static void personal_row(struct page *p, const struct json *item)
{
    add_title(p, item, "partner");
    add(p, NEXT_NUMBER);
    add_share(p, item, "trust");
    add(p, NEXT_NUMBER);
    add_share(p, item, "earned");
}

static void commitment_row(struct page *p, const struct json *item)
{
    struct slice due = json_get_text(item, "due");
    add_text(p, json_get_text(item, "text"));
    add(p, "<br><small>");
    add_title(p, item, "from");
    add(p, " → ");
    add_title(p, item, "to");
    add(p, "</small>" NEXT);
    add_date(p, due);
    add(p, NEXT);
    add_word(p, json_get_text(item, "stakes"));
}

static void obligation_row(struct page *p, const struct json *item)
{
    add_text(p, json_get_text(item, "text"));
    add(p, "<br><small>");
    add_title(p, item, "obligor");
    add(p, " → ");
    add_title(p, item, "beneficiary");
    add(p, "</small>" NEXT);
    add_title(p, item, "agreement");
    add(p, NEXT);
    add_date(p, json_get_text(item, "due"));
    add(p, NEXT);
    add_word(p, json_get_text(item, "state"));
}

static void engagement_row(struct page *p, const struct json *item)
{
    uint32_t count;
    const struct json *who = items_of(item, "participants", &count);
    struct slice summary = json_get_text(item, "summary");
    struct slice told = summary.len ? summary : json_get_text(item, "aim");
    add_date(p, json_get_text(item, "when"));
    add(p, NEXT "<b>");
    add_text(p, json_get_text(item, "title"));
    add(p, "</b>");
    if (told.len) {
        add(p, "<br>");
        add_text(p, told);
    }
    if (json_get_text(item, "next_steps").len) {
        add(p, TR(p, "<br>Next: ", "<br>Suite : "));
        add_text(p, json_get_text(item, "next_steps"));
    }
    add(p, NEXT);
    for (uint32_t i = 0; i < count; i++) {
        add(p, i ? "<br>" : "");
        add_title(p, &who[i], "actor");
    }
    add(p, NEXT);
    add_word(p, json_get_text(item, "outcome"));
}

static void person_row(struct page *p, const struct json *item)
{
    add_title(p, item, "partner");
    add(p, NEXT);
    add_title(p, item, "position");
    add(p, NEXT);
    add_title(p, item, "person");
    add(p, NEXT);
    add_date(p, json_get_text(item, "from"));
    add(p, NEXT);
    add_date(p, json_get_text(item, "until"));
}

static void agreement_row(struct page *p, const struct json *item)
{
    uint32_t count;
    const struct json *partners = items_of(item, "partners", &count);
    add_title(p, item, "agreement");
    add(p, NEXT);
    for (uint32_t i = 0; i < count; i++) {
        add(p, i ? ", " : "");
        add_text(p, title_of(p, partners[i].text));
    }
    add(p, NEXT);
    add_word(p, json_get_text(item, "state"));
    add(p, NEXT);
    add_date(p, json_get_text(item, "ends_on"));
    add(p, NEXT);
    add_date(p, json_get_text(item, "notice_by"));
}

/* The instruments of states and alliances that cover both sides are many: named, not tabled. */
static void agreements(struct page *p)
{
    uint32_t count, direct = 0, named = 0;
    const struct json *items = items_of(p->answer, "agreements", &count);
    while (direct < count && json_get_bool(&items[direct], "direct", false))
        direct++;
    heading(p, "Agreements", "Accords");
    if (direct == 0)
        none(p);
    else
        table_begin(p, agreement_columns);
    for (uint32_t i = 0; i < direct; i++) {
        add(p, "<tr><td>");
        agreement_row(p, &items[i]);
        add(p, "</td></tr>\n");
    }
    if (direct)
        table_end(p);
    for (uint32_t i = direct; i < count; i++) {
        if (named++ == 0)
            add(p, TR(p, "<p><small>Also binding both sides, by their states or parents: ",
                      "<p><small>Lient aussi les deux parties, par leur État ou leur "
                      "organisation : "));
        else
            add(p, "; ");
        add_title(p, &items[i], "agreement");
    }
    add(p, named ? ".</small></p>\n" : "");
}

static void disclosure_row(struct page *p, const struct json *item)
{
    add_text(p, json_get_text(item, "summary"));
    add(p, "<br><small>");
    add_title(p, item, "from");
    add(p, " → ");
    add_title(p, item, "to");
    add(p, "</small>" NEXT);
    add_word(p, json_get_text(item, "what"));
    add(p, NEXT);
    add_text(p, json_get_text(item, "handling"));
    add(p, NEXT);
    add_word(p, json_get_text(item, "state"));
}

static void request_row(struct page *p, const struct json *item)
{
    add_text(p, json_get_text(item, "text"));
    add(p, "<br><small>");
    add_title(p, item, "from");
    add(p, " → ");
    add_title(p, item, "to");
    add(p, "</small>" NEXT);
    add_word(p, json_get_text(item, "state"));
    add(p, NEXT);
    add_date(p, json_get_text(item, "response_due"));
}

static void need_row(struct page *p, const struct json *item)
{
    add_title(p, item, "need");
    add(p, NEXT);
    add_title(p, item, "capability");
    add(p, NEXT);
    add_title(p, item, "partner");
    add(p, NEXT_NUMBER);
    buf_add_int(p->out, json_get_int(item, "other_offers", 0));
}

static void met_row(struct page *p, const struct json *item)
{
    add_title(p, item, "partner");
    add(p, NEXT);
    add_date(p, json_get_text(item, "on"));
    add(p, NEXT);
    add_title(p, item, "engagement");
}

static void unmet_row(struct page *p, const struct json *item)
{
    add_title(p, item, "partner");
    add(p, NEXT);
    add_date(p, json_get_text(item, "planned"));
    add(p, NEXT);
    add_title(p, item, "engagement");
}

/* ---- the page ---- */

static void marking(struct page *p, const char *group)
{
    const struct json *m = json_get(p->answer, "marking");
    buf_printf(p->out, "<%s><tr><td class=\"m\">", group);
    add_text(p, json_get_text(m, TR(p, "en", "fr")));
    buf_printf(p->out, "</td></tr></%s>\n", group);
}

static void term(struct page *p, const char *en, const char *fr, const char *member)
{
    const struct json *tour = json_get(p->answer, member);
    if (!tour)
        return;
    add(p, "<dt>");
    add(p, TR(p, en, fr));
    add(p, "</dt><dd>");
    add_title(p, tour, "person");
    struct slice from = json_get_text(tour, "from"), until = json_get_text(tour, "until");
    if (from.len) {
        add(p, TR(p, ", from ", ", du "));
        add_date(p, from);
    }
    if (until.len) {
        add(p, TR(p, " until ", " au "));
        add_date(p, until);
    }
    add(p, "</dd>");
}

static void head(struct page *p)
{
    struct slice post = json_get_text(p->answer, "post");
    struct slice name = title_of(p, post.len ? post : json_get_text(p->answer, "person"));
    buf_printf(p->out,
               "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
               "<meta name=\"viewport\" content=\"width=device-width\"><title>%s ",
               TR(p, "en", "fr"), TR(p, "Handover:", "Passation :"));
    add_text(p, name);
    buf_printf(p->out,
               "</title><style>%s</style></head><body>\n"
               "<table role=\"presentation\">",
               style);
    marking(p, "thead");
    marking(p, "tfoot");
    add(p, "<tbody><tr><td><main><p>");
    add(p, TR(p, "Handover pack</p><h1>", "Dossier de passation</p><h1>"));
    add_text(p, name);
    add(p, "</h1>\n<p>");
    add_title(p, p->answer, "of");
    add(p, TR(p, ", as of ", ", au "));
    add_date(p, json_get_text(p->answer, "as_of"));
    add(p, "</p>\n<dl>");
    term(p, "Holder", "Titulaire", "holder");
    term(p, "Before", "Avant", "predecessor");
    term(p, "Next", "Ensuite", "successor");
    add(p, "</dl>\n");
}

static void succession(struct page *p)
{
    const struct json *s = json_get(p->answer, "succession");
    uint32_t met, unmet;
    if (!s)
        return;
    heading(p, "Whom the successor has met", "Qui le successeur a rencontré");
    add(p, "<p>");
    add_title(p, s, "person");
    add(p, "</p>\n");
    items_of(s, "unmet", &unmet);
    items_of(s, "met", &met);
    if (unmet)
        table(p, s, "unmet", unmet_columns, unmet_row);
    else
        add(p, TR(p, "<p>All partners have been met.</p>\n",
                  "<p>Tous les partenaires ont été rencontrés.</p>\n"));
    if (met)
        table(p, s, "met", met_columns, met_row);
    else
        add(p, TR(p, "<p>Nobody has been met yet.</p>\n",
                  "<p>Personne n'a encore été rencontré.</p>\n"));
}

static void promises(struct page *p)
{
    const struct json *both = json_get(p->answer, "commitments");
    heading(p, "What we promised", "Ce que nous avons promis");
    table(p, both, "ours", commitment_columns, commitment_row);
    heading(p, "What they promised", "Ce qu'ils ont promis");
    table(p, both, "theirs", commitment_columns, commitment_row);
    heading(p, "Obligations under agreements", "Obligations au titre d'accords");
    table(p, p->answer, "obligations", obligation_columns, obligation_row);
    heading(p, "Confidences and how to handle them", "Confidences et comment les traiter");
    table(p, p->answer, "disclosures", disclosure_columns, disclosure_row);
}

static void body(struct page *p)
{
    const struct json *engagements = json_get(p->answer, "engagements");
    uint32_t personal;
    heading(p, "Relationships of the post", "Relations du poste");
    table(p, p->answer, "relationships", relationship_columns, relationship_row);
    items_of(p->answer, "personal", &personal);
    if (personal) {
        heading(p, "What goes with the person", "Ce qui part avec la personne");
        table(p, p->answer, "personal", personal_columns, personal_row);
    }
    succession(p);
    promises(p);
    heading(p, "Meetings ahead", "Rencontres à venir");
    table(p, engagements, "planned", engagement_columns, engagement_row);
    heading(p, "People of the partners", "Personnes chez les partenaires");
    table(p, p->answer, "people", person_columns, person_row);
    agreements(p);
    heading(p, "Requests under way", "Demandes en cours");
    table(p, p->answer, "requests", request_columns, request_row);
    heading(p, "Needs that count on these partners", "Besoins qui comptent sur ces partenaires");
    table(p, p->answer, "needs", need_columns, need_row);
    heading(p, "The last year", "La dernière année");
    table(p, engagements, "recent", engagement_columns, engagement_row);
}

int handover_page(const struct json *answer, bool french, struct buf *out, struct error *err)
{
    struct page p = {
        .out = out, .answer = answer, .refs = json_get(answer, "refs"), .french = french
    };
    head(&p);
    body(&p);
    add(&p, "</main></td></tr></tbody></table></body></html>\n");
    if (!buf_failed(out))
        return 0;
    return error_set(err, out->no_memory ? EN_NO_MEMORY : EN_TOO_LARGE, "the page is too large");
}
