/* People on the handover pack: relationships, who met whom, who holds which post. */
#include "service/handover_page_internal.h"

static const struct page_column relationship_columns[] = {
    { "Partner", "Partenaire" },
    { "Priority", "Priorité" },
    { "Our trust", "Notre confiance" },
    { "Their trust", "Leur confiance" },
    { "Last contact", "Dernier contact" },
    { "Contacts in a year", "Contacts en un an" },
    { 0 },
};
static const struct page_column personal_columns[] = {
    { "Partner", "Partenaire" },
    { "Trust in them", "Confiance en eux" },
    { "Their trust", "Leur confiance" },
    { 0 },
};
static const struct page_column met_columns[] = {
    { "Met", "Rencontré" }, { "On", "Le" }, { "At", "Lors de" }, { 0 }
};
static const struct page_column unmet_columns[] = {
    { "Not yet met", "Pas encore rencontré" }, { "Planned", "Prévu" }, { "At", "Lors de" }, { 0 }
};
static const struct page_column person_columns[] = {
    { "Partner", "Partenaire" }, { "Post", "Poste" },     { "Person", "Personne" },
    { "Since", "Depuis" },       { "Until", "Jusqu'au" }, { 0 },
};

static void add_list(struct page *p, const struct json *item, const char *name)
{
    uint32_t count;
    const struct json *items = page_items(item, name, &count);
    for (uint32_t i = 0; i < count; i++) {
        page_add(p, i ? ", " : "");
        page_text(p, items[i].text);
    }
}

static void word_list(struct page *p, const struct json *item)
{
    uint32_t count;
    const struct json *list = page_items(item, "words", &count);
    if (count == 0)
        return;
    page_add(p, "<br><small>");
    page_add(p, TR(p, "Words to watch: ", "Mots à surveiller : "));
    for (uint32_t i = 0; i < count; i++) {
        page_add(p, i ? "; " : "");
        page_title(p, &list[i], "from");
        page_add(p, " (");
        page_word(p, json_get_text(&list[i], "relation"));
        page_add(p, ") ");
        page_title(p, &list[i], "to");
    }
    page_add(p, "</small>");
}

static void relationship_row(struct page *p, const struct json *item)
{
    struct slice purpose = json_get_text(item, "purpose");
    uint32_t topics;
    page_add(p, "<b>");
    page_title(p, item, "partner");
    page_add(p, "</b>");
    if (purpose.len) {
        page_add(p, "<br>");
        page_text(p, purpose);
    }
    page_items(item, "topics", &topics);
    if (topics) {
        page_add(p, "<br><small>");
        page_add(p, TR(p, "Topics: ", "Sujets : "));
        add_list(p, item, "topics");
        page_add(p, "</small>");
    }
    word_list(p, item);
    page_add(p, NEXT);
    page_text(p, json_get_text(item, "priority"));
    page_add(p, NEXT_NUMBER);
    page_share(p, item, "trust");
    page_add(p, NEXT_NUMBER);
    page_share(p, item, "earned");
    page_add(p, NEXT);
    page_date(p, json_get_text(item, "last_contact"));
    page_add(p, NEXT_NUMBER);
    buf_add_int(p->out, json_get_int(item, "contacts", 0));
}

static void personal_row(struct page *p, const struct json *item)
{
    page_title(p, item, "partner");
    page_add(p, NEXT_NUMBER);
    page_share(p, item, "trust");
    page_add(p, NEXT_NUMBER);
    page_share(p, item, "earned");
}

static void met_row(struct page *p, const struct json *item)
{
    page_title(p, item, "partner");
    page_add(p, NEXT);
    page_date(p, json_get_text(item, "on"));
    page_add(p, NEXT);
    page_title(p, item, "engagement");
}

static void unmet_row(struct page *p, const struct json *item)
{
    page_title(p, item, "partner");
    page_add(p, NEXT);
    page_date(p, json_get_text(item, "planned"));
    page_add(p, NEXT);
    page_title(p, item, "engagement");
}

static void person_row(struct page *p, const struct json *item)
{
    page_title(p, item, "partner");
    page_add(p, NEXT);
    page_title(p, item, "position");
    page_add(p, NEXT);
    page_title(p, item, "person");
    page_add(p, NEXT);
    page_date(p, json_get_text(item, "from"));
    page_add(p, NEXT);
    page_date(p, json_get_text(item, "until"));
}

void page_relationships(struct page *p)
{
    uint32_t personal;
    page_heading(p, "Relationships of the post", "Relations du poste");
    page_table(p, p->answer, "relationships", relationship_columns, relationship_row);
    page_items(p->answer, "personal", &personal);
    if (personal) {
        page_heading(p, "What goes with the person", "Ce qui part avec la personne");
        page_table(p, p->answer, "personal", personal_columns, personal_row);
    }
}

void page_succession(struct page *p)
{
    const struct json *s = json_get(p->answer, "succession");
    uint32_t met, unmet;
    if (!s)
        return;
    page_heading(p, "Whom the successor has met", "Qui le successeur a rencontré");
    page_add(p, "<p>");
    page_title(p, s, "person");
    page_add(p, "</p>\n");
    page_items(s, "unmet", &unmet);
    page_items(s, "met", &met);
    if (unmet)
        page_table(p, s, "unmet", unmet_columns, unmet_row);
    else
        page_add(p, TR(p, "<p>All partners have been met.</p>\n",
                       "<p>Tous les partenaires ont été rencontrés.</p>\n"));
    if (met)
        page_table(p, s, "met", met_columns, met_row);
    else
        page_add(p, TR(p, "<p>Nobody has been met yet.</p>\n",
                       "<p>Personne n'a encore été rencontré.</p>\n"));
}

void page_people(struct page *p)
{
    page_heading(p, "People of the partners", "Personnes chez les partenaires");
    page_table(p, p->answer, "people", person_columns, person_row);
}
