/*
 * Trust for a viewer: the kernel's figures over the evidence this viewer may read, as of any date.
 *
 * Nothing is stored: every figure is folded from the columns under the viewer's label mask. The
 * half-life of a pair (half_life.h) comes from the readable relationships between the two actors
 * that are in force at the date asked about (an unset end is open): strategic or enduring, else
 * situational or unknown, time-bound, interpersonal; the longest wins, and with none in force it is
 * situational. A pair has one half-life at a date, whichever relationship it is read through; a
 * series is drawn with that of its last day. Actors are numbered by the order of their ids, so that
 * sums run in an order that evidence which the viewer may not read cannot change.
 */
#pragma once

#include "kernel/explain.h"
#include "kernel/network.h"
#include "picture/picture.h"
#include "service/node.h"
#include "service/render.h"

struct trust_desk; /* one snapshot's folds, kept while it is open */

/* In the snapshot's arena; trust_close frees what the kernel allocated. */
int trust_open(struct node *n, struct snapshot *s, struct error *err, struct trust_desk **ret);
void trust_close(struct trust_desk *d);

enum { TRUST_ALL = -1 }; /* all dimensions together */

struct trust_query {
    struct slice truster, trustee; /* ids */
    int64_t as_of;                 /* seconds */
    int dimension;                 /* enum trust_dimension or TRUST_ALL */
    int64_t half_life;             /* seconds; 0: from the relationships between the two */
};

struct trust_figure {
    struct opinion trust, forecast;
    struct network_reading reading;
    int64_t half_life;
    uint32_t evidence; /* visible records that say something about the pair itself */
};

int trust_figure(struct trust_desk *d, const struct trust_query *q, struct error *err,
                 struct trust_figure *ret);

/* A commitment decided at as_of, weighed by the policy: micro-units by dimension. */
struct trust_promise {
    uint32_t kept[TRUST_DIMENSIONS], broken[TRUST_DIMENSIONS];
};
struct trust_promise trust_promise_of(const struct weights *w, bool broken, struct slice stakes);
/* What it weighs in the query's dimension, in units. */
struct evidence trust_promise_units(const struct trust_promise *p, int dimension);
/* The figure as it stands, and as it will be with this promise recorded: the pair's own evidence
 * and the base rate move, everything else is held (one more promise between the two enters nobody
 * else's reputation of them here, as a pair's prior leaves its own evidence out). */
int trust_what_if(struct trust_desk *d, const struct trust_query *q, const struct trust_promise *p,
                  struct error *err, struct trust_figure *ret_before,
                  struct trust_figure *ret_after);

/* Half-life of the pair in seconds, from the readable relationships in force at as_of. */
int64_t trust_half_life(struct trust_desk *d, struct slice a, struct slice b, int64_t as_of);

/* Newest contact (a held engagement) between the two at or before as_of, in seconds; INT64_MIN
 * when there is none that the viewer may see. */
int64_t trust_last_contact(struct trust_desk *d, struct slice a, struct slice b, int64_t as_of);

/* The items behind a figure: direct, reciprocal and witnesses' terms, newest first. */
struct trust_explanation {
    struct trust_figure figure;
    struct opinion opinion; /* of the read-out that was asked for */
    double lambda;
    struct trust_term *terms;
    size_t count;
    const struct pair_index *index;
};
int trust_explain(struct trust_desk *d, const struct trust_query *q, bool forecast,
                  struct error *err, struct trust_explanation *ret);
/* Id of the actor with this number in the desk's index. */
struct uuid trust_actor(const struct trust_desk *d, uint32_t number);

const struct trust_parameters *trust_parameters_of(struct trust_desk *d);

/* "trust","forecast","belief","disbelief","uncertainty","prior","evidence" members. */
void trust_write_figure(const struct trust_figure *f, struct json_writer *out);
int trust_dimension_of(struct slice word); /* TRUST_ALL for the empty word */
const char *trust_dimension_word(int dimension);
