/*
 * Records of one kind that another format than CSV brought: judged, reported and written exactly as
 * the rows of a CSV file are (transfer.h).
 */
#pragma once

#include "service/transfer.h"

struct transfer_item {
    int64_t line;      /* where the file states it */
    struct slice id;   /* of the record that it changes; empty: found by its external ids, or new */
    struct json *body; /* made by the builders of json.h; NULL: refused for `reason` */
    enum reason reason;
    struct slice detail;
};

/* fields: what the format can state, NULL at the end: a field that is among them and that an item
 * does not state is unset in the record it changes; all others stay. The snapshot of w is closed.
 */
int transfer_import_items(struct write_context *w, const struct kind *k,
                          const struct transfer_item *items, size_t count,
                          const char *const *fields, bool dry_run,
                          const struct transfer_progress *progress, struct error *err,
                          struct transfer_report *ret);
