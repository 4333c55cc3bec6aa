/*
 * What the network covers, in cells: instrument of power x region x audience; and what the open
 * needs ask for, so that a cell is worth something. Shared by coverage_view.c and discovery.c.
 *
 * Regions are those of the reader's map: the country of `of` as a whole, and everywhere else the
 * areas of UN M49 right above the countries ("154" Northern Europe); what acts in a wider area
 * stands in that one, and who states no place in the World. An actor acts where it says, else in
 * its country; and wherever one of its offers reaches an open need.
 *
 * An offer fits a line of a need when its capability answers the line and its regions hold the
 * need's. Quantities, notice and agreements are not looked at here: `need gaps` tells of them. A
 * line is held by our own, and by a partner: whoever has a relationship in force with `of`. Demand
 * of a cell: for every line that somebody of this instrument and audience could fit there, what its
 * need's priority weighs (shape_weight).
 */
#pragma once

#include "service/options_internal.h"
#include "service/shape.h"

enum { CELL_UNSTATED = SHAPE_INSTRUMENTS, CELL_INSTRUMENTS };

struct cells_line {
    uint32_t need; /* among the needs */
    struct slice capability;
    int64_t weight;
    bool fitted;      /* by anybody */
    uint32_t holders; /* of ours and our partners, who can bring it: none, one, or more */
    uint32_t holder;  /* the first of them */
};

/* An offer that fits a line. */
struct cells_fit {
    uint32_t line, actor;
    struct slice offer;
};

struct cell {
    int instrument;
    struct slice region, audience;
    int64_t demand;
    uint32_t relationships;    /* whose partner stands in it */
    uint32_t first, count;     /* its actors in `standing`, by number */
    uint32_t partners, offers; /* of these: with a relationship; offers that fit a line there */
};

struct standing {
    int instrument;
    struct slice region, audience;
    uint32_t actor, cell;
};

struct cells {
    struct shape *shape;
    uint32_t of;
    struct slice home; /* country */
    const bool *partner;
    struct bodies needs;
    struct slice *regions; /* per need, of the reader's map; empty: none stated */
    struct cells_line *lines;
    uint32_t line_count, line_capacity;
    struct cells_fit *fits; /* by actor, line, offer */
    uint32_t fit_count, fit_capacity;
    struct standing *standing; /* by cell, actor */
    uint32_t standing_count, standing_capacity;
    struct cell *cells; /* by instrument, region, audience */
    uint32_t cell_count;
};

/* In the shape's arena. */
int cells_read(struct shape *x, uint32_t of, struct error *err, struct cells *ret);
/* cells_demand.c: needs, lines and fits. */
int cells_read_demand(struct cells *c, struct error *err);
/* The first fit of the actor, or where it would stand. */
uint32_t cells_first_fit(const struct cells *c, uint32_t actor);
/* The region of the reader's map that a code falls in. */
struct slice cells_region(const struct cells *c, struct slice code);
/* The word of an instrument, "unstated" for none, and of it the label. */
const char *cells_instrument(int instrument);
