/*
 * Options: from a need to the exact set of coalitions that cover it, for a viewer.
 *
 * Everything is read through the snapshot: offers, concepts, mappings, agreements, actors and the
 * evidence behind each partner's forecast. What the viewer may not read is no part of any option,
 * of no count and of no reason why not. Nothing is stored: the same records and the same date give
 * the same bytes.
 *
 * How it goes: the need's lines are matched with offers (options_match.c), what each partner could
 * bring becomes columns (options_columns.c), the kernel finds the front (options_solve.c). What is
 * missing is found by the same kernel over columns that cost repairs (options_gaps.c).
 */
#pragma once

#include "service/records.h"
#include "service/render.h"

struct option_query {
    struct slice need;           /* id */
    int64_t as_of_ms;            /* the date asked about */
    const struct slice *without; /* partners that are not counted on: ids */
    size_t without_count;
    size_t limit; /* options shown; 0: LIMIT_OPTIONS_SHOWN */
};

/* Each opens what it needs, writes the members of its answer into the open object, and is done with
 * it. EN_NOT_FOUND for a need that is absent or unreadable, and for a key of no option;
 * EN_CONFLICT when neither the need's requester nor the home actor is known. */
int options_write(struct node *n, const struct option_query *q, struct render *r,
                  struct error *err);
int options_write_one(struct node *n, const struct option_query *q, struct slice key,
                      struct render *r, struct error *err);
int options_write_gaps(struct node *n, const struct option_query *q, struct render *r,
                       struct error *err);
int options_write_criticality(struct node *n, const struct option_query *q, struct render *r,
                              struct error *err);

/* One request to each partner of the option that is not our own, all or none. Partners who have
 * theirs keep it. input: response_due, stakes, text, label, submit. The snapshot is closed. */
int options_request(struct write_context *w, const struct option_query *q, struct slice key,
                    const struct json *input, struct error *err, const struct slice **ret_ids,
                    size_t *ret_count);
