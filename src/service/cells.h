/*
 * What the network covers, in cells: instrument of power x region x audience; and what the open
 * needs ask for, so that a cell is worth something. Shared by coverage_view.c and discovery.c.
 *
 * Regions are those of the reader's map: the country of `of` as a whole, and everywhere else the
 * areas of UN M49 right above the countries ("154" Northern Europe); what acts in a wider area
 * stands in that one, and who states no place in the World. An actor acts where it says, else in
 * its country; wherever it gives access to; and wherever one of its offers reaches an open need.
 *
 * An offer fits a line of a need when its capability answers the line and its regions hold the
 * need's; an access to a tool or an insight fits it in the same way. Quantities, notice and
 * agreements are not looked at here: `need gaps` tells of them. A line is held by our own, and by a
 * partner: whoever has a relationship in force with `of`. Demand of a cell: for every line that
 * somebody of this instrument and audience could fit there, what its need's priority weighs
 * (shape_weight).
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

/* An offer, or an access, that fits a line. */
struct cells_fit {
    uint32_t line, actor;
    struct slice offer;
    bool is_access;
};

/* An access in force, to a region or to what a concept names. */
struct cells_access {
    uint32_t holder, label;
    struct slice id, concept;
    struct slice stated, region; /* as stated, and of the reader's map; empty: none */
};

struct cell {
    int instrument;
    struct slice region, audience;
    int64_t demand;
    uint32_t relationships;    /* whose partner stands in it */
    uint32_t first, count;     /* its actors in `standing`, by number */
    uint32_t partners, offers; /* of these: with a relationship; offers that fit a line there */
    uint32_t accesses;         /* that lead there, or to what is asked for there */
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
    struct cells_access *accesses; /* by holder, id */
    uint32_t access_count;
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
/* Is what fits asked for in the region where the actor stands? */
bool cells_is_asked(const struct cells *c, const struct standing *s, const struct cells_fit *f);
/* cells_access.c */
int cells_read_accesses(struct cells *c, struct error *err);
uint32_t cells_first_access(const struct cells *c, uint32_t actor);
int cells_count_accesses(struct cells *c);
/* The first fit of the actor, or where it would stand. */
uint32_t cells_first_fit(const struct cells *c, uint32_t actor);
/* The region of the reader's map that a code falls in. */
struct slice cells_region(const struct cells *c, struct slice code);
/* The word of an instrument, "unstated" for none, and of it the label. */
const char *cells_instrument(int instrument);
