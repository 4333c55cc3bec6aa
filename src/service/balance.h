/*
 * The ledger of mutual support: what two actors supplied to each other under an agreement, by year
 * and currency, what of it is settled and what is still owed.
 *
 * A transaction counts from its delivery (or its settlement, when that came first), unless it was
 * only ordered or was cancelled. Nothing is netted across agreements, years or currencies: each is
 * a row of its own. What is given back in kind is counted in its unit, apart from its value. Every
 * value enters once as supplied and once as received, so the net sums of a currency are zero.
 *
 * A transaction of which the viewer may not read both actors is left out whole.
 */
#pragma once

#include "service/render.h"

struct balance_query {
    struct slice agreement, of, partner; /* ids, or empty: any */
    int64_t as_of_ms;
};

/* Writes the members rows, totals and sums into the open object. */
int balance_write(struct snapshot *s, const struct balance_query *q, struct render *r,
                  struct error *err);
