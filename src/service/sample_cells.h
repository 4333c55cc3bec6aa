/*
 * What the mappings of the sample's files are written with: words, and cells of the rows they make.
 * Internal to the sample importer.
 *
 * Every record gets the external id "sample:<id of the file>", and its source and basis in the
 * notes. Words of the sample that we have no field for are not guessed: they are left out.
 */
#pragma once

#include "service/sample_map.h"

struct word_pair {
    const char *from, *to; /* from NULL ends a table; to NULL: nothing of ours */
};

const char *map_word(const struct word_pair *table, struct slice word, const char *fallback);

/* Row writers put a cell together before they hand it over. */
struct cell {
    struct csv_writer *out;
    struct buf text;
};

void cell_start(struct cell *c, struct csv_writer *w, struct buf *out, const char *const *columns);
void cell_end(struct cell *c);
int cell_finish(struct cell *c, struct error *err);

/* One cell each. */
void write_ids(struct cell *c, struct slice id, struct slice others);
void write_reference(struct cell *c, struct slice id);
/* A remark of the row, then where it comes from. */
void write_notes(struct cell *c, const struct sheet *s, size_t row);

/* Into the cell: "a;b" as list items of one member each: "actor=sample:a;actor=sample:b". */
void add_items(struct cell *c, struct slice list, const char *member);
/* The same before write_notes puts the rest: a line of its own. */
void add_line(struct cell *c, const char *what, struct slice text);

/* The row with that id; SIZE_MAX when there is none. */
size_t sheet_find(const struct sheet *s, struct slice id);
