/*
 * A CSV file whole in memory, cells found by row and column name: what the mapping of the sample
 * files reads. Internal to the sample importer.
 */
#pragma once

#include "format/csv.h"

struct sheet {
    struct slice *names; /* of the columns */
    size_t columns;
    struct slice *cells; /* row by row, `columns` each */
    size_t rows;
};

/* Everything lives in the arena. */
int sheet_read(struct arena *a, struct slice text, struct error *err, struct sheet *ret);
/* Empty when there is no such column. */
struct slice sheet_cell(const struct sheet *s, size_t row, const char *column);
bool sheet_has(const struct sheet *s, const char *column);
