/*
 * What the files of the portfolio share: the figures of one row, each only when it is asked for, as
 * an order or a filter over all rows needs few of them.
 */
#pragma once

#include "service/portfolio.h"
#include "service/portfolio_rows.h"

/* The newest held engagement that names a relationship, whoever was there. */
struct named_contact {
    struct slice relationship;
    int64_t newest; /* seconds */
};
struct named_contacts {
    struct named_contact *items; /* by relationship */
    size_t count;
};
int named_contacts_read(struct snapshot *s, int64_t as_of, struct error *err,
                        struct named_contacts *ret);

/* What the figures are made from. */
struct figuring {
    struct trust_desk *desk;
    struct node *node;
    const struct portfolio_query *query;
    struct named_contacts named;
};

/* What a row shows, or what it is sorted by. */
enum part {
    PART_NAME = 0,
    PART_TRUST = 1,
    PART_EARNED = 2,
    PART_TREND = 4,
    PART_CONTACT = 8,
    PART_FALLS = 16
};
enum { PART_ALL = PART_TRUST | PART_EARNED | PART_TREND | PART_CONTACT | PART_FALLS };

int portfolio_fill(const struct figuring *f, unsigned parts, struct portfolio_row *row,
                   struct error *err);
/* Bits of enum fading_need, from contact and falls. */
unsigned portfolio_needs(const struct portfolio_row *row);
int64_t portfolio_days_before(int64_t as_of, int64_t days);
/* A row without its figures; its texts are where those of the light row are. */
struct portfolio_row portfolio_row_of(const struct light_row *l, const struct weights *w,
                                      int64_t as_of);
