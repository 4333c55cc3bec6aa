/* An instance in a directory of its own, and short ways to import, export and look. */
#pragma once

#include "service/access.h"
#include "service/transfer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define NOW_MS INT64_C(1780000000000)

struct world {
    char directory[64];
    struct node *node;
    struct arena *arena;
    struct error err;
};

int world_setup(void **state);
int world_teardown(void **state);
/* A second instance beside it; world_close removes it. */
void world_open(struct world *w);
void world_close(struct world *w);

const struct kind *world_kind(struct world *w, const char *name);
struct snapshot *world_look(struct world *w, const struct viewer *v);
struct write_context world_write(struct world *w, const struct viewer *v);
/* Entries of the ledger. */
int64_t world_entries(struct world *w);

/* A steward who may read up to the class (and nothing that is released to some only). */
const struct viewer *world_reader(struct world *w, const char *class_name);

/* Rows without a label are UNCLASSIFIED. */
struct transfer_report world_import(struct world *w, const char *kind, const char *csv);
struct transfer_report world_import_as(struct world *w, const struct viewer *v, const char *kind,
                                       const char *csv, bool dry_run);
/* The CSV or JSON Lines that the viewer gets; free with buf_done. */
void world_csv(struct world *w, const struct viewer *v, const char *kind, struct buf *out);
void world_lines(struct world *w, const struct viewer *v, struct buf *out);
void world_digest(struct world *w, char ret[65]);
struct transfer_report world_restore(struct world *w, struct slice lines);

/* The body member of the record with this external id, as JSON text; "" when unset. */
struct slice world_field(struct world *w, const char *kind, const char *external_id,
                         const char *field);
struct slice world_id(struct world *w, const char *kind, const char *external_id);

bool report_has(const struct transfer_report *r, int64_t line, const char *column,
                enum reason reason);
