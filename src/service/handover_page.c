/* The handover pack on paper: see handover_page.h. */
#include "service/handover_page_internal.h"

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

static void marking(struct page *p, const char *group)
{
    const struct json *m = json_get(p->answer, "marking");
    buf_printf(p->out, "<%s><tr><td class=\"m\">", group);
    page_text(p, json_get_text(m, TR(p, "en", "fr")));
    buf_printf(p->out, "</td></tr></%s>\n", group);
}

static void term(struct page *p, const char *en, const char *fr, const char *member)
{
    const struct json *tour = json_get(p->answer, member);
    if (!tour)
        return;
    page_add(p, "<dt>");
    page_add(p, TR(p, en, fr));
    page_add(p, "</dt><dd>");
    page_title(p, tour, "person");
    struct slice from = json_get_text(tour, "from"), until = json_get_text(tour, "until");
    if (from.len) {
        page_add(p, TR(p, ", from ", ", du "));
        page_date(p, from);
    }
    if (until.len) {
        page_add(p, TR(p, " until ", " au "));
        page_date(p, until);
    }
    page_add(p, "</dd>");
}

static void head(struct page *p)
{
    struct slice post = json_get_text(p->answer, "post");
    struct slice name = page_title_of(p, post.len ? post : json_get_text(p->answer, "person"));
    buf_printf(p->out,
               "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">"
               "<meta name=\"viewport\" content=\"width=device-width\"><title>%s ",
               TR(p, "en", "fr"), TR(p, "Handover:", "Passation :"));
    page_text(p, name);
    buf_printf(p->out,
               "</title><style>%s</style></head><body>\n"
               "<table role=\"presentation\">",
               style);
    marking(p, "thead");
    marking(p, "tfoot");
    page_add(p, "<tbody><tr><td><main><p>");
    page_add(p, TR(p, "Handover pack</p><h1>", "Dossier de passation</p><h1>"));
    page_text(p, name);
    page_add(p, "</h1>\n<p>");
    page_title(p, p->answer, "of");
    page_add(p, TR(p, ", as of ", ", au "));
    page_date(p, json_get_text(p->answer, "as_of"));
    page_add(p, "</p>\n<dl>");
    term(p, "Holder", "Titulaire", "holder");
    term(p, "Before", "Avant", "predecessor");
    term(p, "Next", "Ensuite", "successor");
    page_add(p, "</dl>\n");
}

static void body(struct page *p)
{
    page_relationships(p);
    page_succession(p);
    page_promises(p);
    page_ahead(p);
    page_people(p);
    page_agreements(p);
    page_requests(p);
    page_needs(p);
    page_year(p);
}

int handover_page(const struct json *answer, bool french, struct buf *out, struct error *err)
{
    struct page p = {
        .out = out, .answer = answer, .refs = json_get(answer, "refs"), .french = french
    };
    head(&p);
    body(&p);
    page_add(&p, "</main></td></tr></tbody></table></body></html>\n");
    if (!buf_failed(out))
        return 0;
    return error_set(err, out->no_memory ? EN_NO_MEMORY : EN_TOO_LARGE, "the page is too large");
}
