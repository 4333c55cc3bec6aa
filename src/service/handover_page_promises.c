/* What binds, on the handover pack: promises, obligations, confidences, agreements. */
#include "service/handover_page_internal.h"

static const struct page_column commitment_columns[] = {
    { "Promise", "Promesse" }, { "Due", "Échéance" }, { "Stakes", "Enjeu" }, { 0 }
};
static const struct page_column obligation_columns[] = {
    { "Obligation", "Obligation" },
    { "Agreement", "Accord" },
    { "Due", "Échéance" },
    { "State", "État" },
    { 0 },
};
static const struct page_column disclosure_columns[] = {
    { "What", "Quoi" },
    { "Kind", "Nature" },
    { "Handling", "Traitement" },
    { "State", "État" },
    { 0 },
};
static const struct page_column agreement_columns[] = {
    { "Agreement", "Accord" },
    { "With", "Avec" },
    { "State", "État" },
    { "Ends", "Prend fin" },
    { "Notice by", "Préavis avant le" },
    { 0 },
};

static void commitment_row(struct page *p, const struct json *item)
{
    struct slice due = json_get_text(item, "due");
    page_text(p, json_get_text(item, "text"));
    page_whose(p, item);
    page_add(p, "<br><small>");
    page_title(p, item, "from");
    page_add(p, " → ");
    page_title(p, item, "to");
    page_add(p, "</small>" NEXT);
    page_date(p, due);
    page_add(p, NEXT);
    page_word(p, json_get_text(item, "stakes"));
}

static void obligation_row(struct page *p, const struct json *item)
{
    page_text(p, json_get_text(item, "text"));
    page_add(p, "<br><small>");
    page_title(p, item, "obligor");
    page_add(p, " → ");
    page_title(p, item, "beneficiary");
    page_add(p, "</small>" NEXT);
    page_title(p, item, "agreement");
    page_add(p, NEXT);
    page_date(p, json_get_text(item, "due"));
    page_add(p, NEXT);
    page_word(p, json_get_text(item, "state"));
}

static void disclosure_row(struct page *p, const struct json *item)
{
    page_text(p, json_get_text(item, "summary"));
    page_whose(p, item);
    page_add(p, "<br><small>");
    page_title(p, item, "from");
    page_add(p, " → ");
    page_title(p, item, "to");
    page_add(p, "</small>" NEXT);
    page_word(p, json_get_text(item, "what"));
    page_add(p, NEXT);
    page_text(p, json_get_text(item, "handling"));
    page_add(p, NEXT);
    page_word(p, json_get_text(item, "state"));
}

void page_promises(struct page *p)
{
    const struct json *both = json_get(p->answer, "commitments");
    page_heading(p, "What we promised", "Ce que nous avons promis");
    page_table(p, both, "ours", commitment_columns, commitment_row);
    page_heading(p, "What they promised", "Ce qu'ils ont promis");
    page_table(p, both, "theirs", commitment_columns, commitment_row);
    page_heading(p, "Obligations under agreements", "Obligations au titre d'accords");
    page_table(p, p->answer, "obligations", obligation_columns, obligation_row);
    page_heading(p, "Confidences and how to handle them", "Confidences et comment les traiter");
    page_table(p, p->answer, "disclosures", disclosure_columns, disclosure_row);
}

static void agreement_row(struct page *p, const struct json *item)
{
    uint32_t count;
    const struct json *partners = page_items(item, "partners", &count);
    page_title(p, item, "agreement");
    page_add(p, NEXT);
    for (uint32_t i = 0; i < count; i++) {
        page_add(p, i ? ", " : "");
        page_text(p, page_title_of(p, partners[i].text));
    }
    page_add(p, NEXT);
    page_word(p, json_get_text(item, "state"));
    page_add(p, NEXT);
    page_date(p, json_get_text(item, "ends_on"));
    page_add(p, NEXT);
    page_date(p, json_get_text(item, "notice_by"));
}

/* The instruments of states and alliances that cover both sides are many: named, not tabled. */
void page_agreements(struct page *p)
{
    uint32_t count, direct = 0, named = 0;
    const struct json *items = page_items(p->answer, "agreements", &count);
    while (direct < count && json_get_bool(&items[direct], "direct", false))
        direct++;
    page_heading(p, "Agreements", "Accords");
    if (direct == 0)
        page_none(p);
    else
        page_table_begin(p, agreement_columns);
    for (uint32_t i = 0; i < direct; i++) {
        page_add(p, "<tr><td>");
        agreement_row(p, &items[i]);
        page_add(p, "</td></tr>\n");
    }
    if (direct)
        page_table_end(p);
    for (uint32_t i = direct; i < count; i++) {
        if (named++ == 0)
            page_add(p, TR(p, "<p><small>Also binding both sides, by their states or parents: ",
                           "<p><small>Lient aussi les deux parties, par leur État ou leur "
                           "organisation : "));
        else
            page_add(p, "; ");
        page_title(p, &items[i], "agreement");
    }
    page_add(p, named ? ".</small></p>\n" : "");
}
