/*
 * What the files of the handover pack on paper share: one sink, texts escaped, words and dates in
 * the page's language, tables. Every text of a record passes page_text, which escapes it.
 */
#pragma once

#include "service/handover_page.h"

struct page {
    struct buf *out;
    const struct json *answer, *refs;
    bool french;
};

/* A text in the page's language. */
#define TR(p, en, fr) ((p)->french ? (fr) : (en))

/* ---- handover_page_text.c ---- */

void page_add(struct page *p, const char *markup);
void page_text(struct page *p, struct slice text);
/* The title of a record that the answer refers to. */
struct slice page_title_of(const struct page *p, struct slice id);
void page_title(struct page *p, const struct json *item, const char *name);
/* " (from NAME)" after a record of another instance; nothing after ours. */
void page_whose(struct page *p, const struct json *item);
/* A word of the record in the page's language; an unknown one stands as it is. */
void page_word(struct page *p, struct slice value);
/* "2 January 2026", "2 janvier 2026"; what is no whole day stands as stated. */
void page_date(struct page *p, struct slice date);
/* A share as a percentage: "62 %" in French, "62%" in English. */
void page_share(struct page *p, const struct json *item, const char *name);
void page_heading(struct page *p, const char *en, const char *fr);
const struct json *page_items(const struct json *in, const char *name, uint32_t *ret_count);
void page_none(struct page *p);

struct page_column {
    const char *en, *fr;
};
/* Writes the cells of one row, NEXT between them. */
typedef void (*page_row)(struct page *p, const struct json *item);
#define NEXT "</td><td>"
#define NEXT_NUMBER "</td><td class=\"n\">"
void page_table_begin(struct page *p, const struct page_column *columns);
void page_table_end(struct page *p);
void page_table(struct page *p, const struct json *in, const char *name,
                const struct page_column *columns, page_row write);

/* ---- the sections, in the order of the page ---- */

/* handover_page_people.c */
void page_relationships(struct page *p);
void page_succession(struct page *p);
void page_people(struct page *p);
/* handover_page_promises.c */
void page_promises(struct page *p);
void page_agreements(struct page *p);
/* handover_page_work.c */
void page_ahead(struct page *p);
void page_requests(struct page *p);
void page_needs(struct page *p);
void page_year(struct page *p);
