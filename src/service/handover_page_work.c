/* The work, on the handover pack: meetings, requests, needs. */
#include "service/handover_page_internal.h"

static const struct page_column engagement_columns[] = {
    { "When", "Quand" }, { "What", "Quoi" }, { "With", "Avec" }, { "Outcome", "Résultat" }, { 0 },
};
static const struct page_column planned_columns[] = {
    { "When", "Quand" }, { "What", "Quoi" }, { "With", "Avec" }, { 0 }
};
static const struct page_column request_columns[] = {
    { "Request", "Demande" }, { "State", "État" }, { "Answer due", "Réponse attendue" }, { 0 }
};
static const struct page_column need_columns[] = {
    { "Need", "Besoin" },
    { "Capability", "Capacité" },
    { "Offered by", "Offert par" },
    { "Offers of others", "Offres d'autres" },
    { 0 },
};

static void engagement_cells(struct page *p, const struct json *item)
{
    uint32_t count;
    const struct json *who = page_items(item, "participants", &count);
    struct slice summary = json_get_text(item, "summary");
    struct slice told = summary.len ? summary : json_get_text(item, "aim");
    page_date(p, json_get_text(item, "when"));
    page_add(p, NEXT "<b>");
    page_text(p, json_get_text(item, "title"));
    page_add(p, "</b>");
    page_whose(p, item);
    if (told.len) {
        page_add(p, "<br>");
        page_text(p, told);
    }
    if (json_get_text(item, "next_steps").len) {
        page_add(p, TR(p, "<br>Next: ", "<br>Suite : "));
        page_text(p, json_get_text(item, "next_steps"));
    }
    page_add(p, NEXT);
    for (uint32_t i = 0; i < count; i++) {
        page_add(p, i ? "<br>" : "");
        page_title(p, &who[i], "actor");
    }
}

static void engagement_row(struct page *p, const struct json *item)
{
    engagement_cells(p, item);
    page_add(p, NEXT);
    page_word(p, json_get_text(item, "outcome"));
}

static void request_row(struct page *p, const struct json *item)
{
    page_text(p, json_get_text(item, "text"));
    page_whose(p, item);
    page_add(p, "<br><small>");
    page_title(p, item, "from");
    page_add(p, " → ");
    page_title(p, item, "to");
    page_add(p, "</small>" NEXT);
    page_word(p, json_get_text(item, "state"));
    page_add(p, NEXT);
    page_date(p, json_get_text(item, "response_due"));
}

static void need_row(struct page *p, const struct json *item)
{
    page_title(p, item, "need");
    page_add(p, NEXT);
    page_title(p, item, "capability");
    if (json_get(item, "through")) {
        page_add(p, TR(p, "<br><small>by ", "<br><small>par "));
        page_title(p, item, "through");
        page_add(p, "</small>");
    }
    page_add(p, NEXT);
    page_title(p, item, "partner");
    page_add(p, NEXT_NUMBER);
    buf_add_int(p->out, json_get_int(item, "other_offers", 0));
}

void page_ahead(struct page *p)
{
    page_heading(p, "Meetings ahead", "Rencontres à venir");
    page_table(p, json_get(p->answer, "engagements"), "planned", planned_columns, engagement_cells);
}

void page_requests(struct page *p)
{
    page_heading(p, "Requests under way", "Demandes en cours");
    page_table(p, p->answer, "requests", request_columns, request_row);
}

void page_needs(struct page *p)
{
    page_heading(p, "Needs that count on these partners",
                 "Besoins qui comptent sur ces partenaires");
    page_table(p, p->answer, "needs", need_columns, need_row);
}

void page_year(struct page *p)
{
    page_heading(p, "The last year", "La dernière année");
    page_table(p, json_get(p->answer, "engagements"), "recent", engagement_columns, engagement_row);
}
