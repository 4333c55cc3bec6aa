/*
 * The simulation of exchange: several instances in one process, a virtual clock, a carrier that
 * loses, doubles, reorders, delays, cuts, damages and misdirects, and a model that says from plain
 * sets what each instance may hold. Peers are suspended, and instances set back to backups.
 *
 * A world is made from one seed and kept for many episodes. An episode writes and carries at
 * random; then the carrier turns fair until nothing is left to say, and the world is compared with
 * the model. Ids are random, so nothing that is decided here may depend on them: the same seed
 * gives the same outcomes, statement by statement.
 */
#pragma once

#include "../service/exchange_world.h"

#include <stdint.h>

#define HOUR_MS INT64_C(3600000)
#define DAY_MS (24 * HOUR_MS)

enum {
    SITES_MAX = 10,
    ITEMS_MAX = 400,
    EDITIONS_MAX = 2000,
    MAIL_MAX = 24,
    LONG_LIFE = 12, /* episodes */
};

enum item_kind { ITEM_ACTOR, ITEM_NOTE, ITEM_GRANT, ITEM_KINDS };
enum item_state { ITEM_LIVE, ITEM_RETRACTED, ITEM_REDACTED, ITEM_LOST };

/* A label of the model: an order, one of a few sets of nations, an order, and originator control.
 */
struct mark {
    int level;   /* UNCLASSIFIED, RESTRICTED, CONFIDENTIAL, SECRET */
    int nations; /* all; CAN; CAN and GBR; CAN, GBR and from its day on SWE */
    int tlp;     /* none, GREEN, AMBER, RED */
    bool controlled;
    bool personal; /* for a named user of its site */
};
struct grade { /* a clearance */
    int level, nation;
    int tlp; /* CLEAR, GREEN, AMBER, AMBER+STRICT */
};

struct item {
    char id[UUID_TEXT + 1];
    enum item_kind kind;
    int origin;
    int text;         /* which text it bears */
    int texts;        /* how many it ever bore, also before it was set back */
    struct mark mark; /* of its newest version */
    enum item_state state;
    int about, same_as; /* notes: other items; same_as -1: none */
    int firsts;         /* versions that bear the first text */
    int destroyed;      /* texts up to this one were destroyed; 0: none */
    int of, to;         /* grants: of which item (-1: everything), to which site */
    bool approved;
    int64_t until_ms; /* 0: no end */
};

/* What was once said under one label, and which sites may have come by it rightly. */
struct edition {
    int item, text;
    struct mark mark;
    unsigned may; /* a bit per site */
};

/* What an instance knew when it was backed up. */
struct memory {
    struct item items[ITEMS_MAX];
    int item_count;
    struct grade grade[SITES_MAX];
    unsigned kinds[SITES_MAX], wants[SITES_MAX];
    bool suspended[SITES_MAX];
};

struct mail {
    int from, to; /* to: whom it was made for */
    bool receipt;
    struct buf bytes;
};

struct sim {
    uint64_t seed, state; /* of the world; of the generator */
    int episode, episodes;
    int site_count;
    int bundle_most; /* records that one bundle may state; 0: all */
    struct site sites[SITES_MAX];
    char peer_ids[SITES_MAX][SITES_MAX][UUID_TEXT + 1];
    char instances[SITES_MAX][UUID_TEXT + 1];
    bool linked[SITES_MAX][SITES_MAX];
    struct grade grade[SITES_MAX][SITES_MAX]; /* [a][b]: what a lets b read */
    unsigned kinds[SITES_MAX][SITES_MAX];     /* what a sends to b: a bit per kind */
    unsigned wants[SITES_MAX][SITES_MAX];     /* what a takes from b: a bit per kind */
    bool suspended[SITES_MAX][SITES_MAX];     /* a suspended b */
    struct memory *memories[SITES_MAX];       /* NULL: no backup */
    bool uneven; /* somebody was set back, or wants other kinds: gaps are to be expected */
    /* the next one is made also when there is nothing to say, as it is after a day */
    bool forced[SITES_MAX][SITES_MAX];
    int nation[SITES_MAX];
    int64_t seen[SITES_MAX]; /* entries of each ledger that were looked at */
    int64_t now_ms;
    struct item items[ITEMS_MAX];
    int item_count;
    struct edition editions[EDITIONS_MAX];
    int edition_count;
    struct mail mail[MAIL_MAX];
    int mail_count;
    bool settled[SITES_MAX][SITES_MAX]; /* nothing has happened since this link was found idle */
    uint64_t trace;                     /* of everything that was decided and came out */
    int64_t delivered, damaged, exchanged;
    bool loud;
};

uint32_t sim_random(struct sim *w, uint32_t below);
void sim_trace(struct sim *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sim_fail(struct sim *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define sim_check(w, what, ...)         \
    do {                                \
        if (!(what))                    \
            sim_fail((w), __VA_ARGS__); \
    } while (0)

/* ---- the model (sim_model.c): sets and orders, no library ---- */

bool model_reads(const struct grade *g, const struct mark *m, int64_t now_ms);
int model_item(const struct sim *w, struct slice id); /* -1: none */
void model_edition(struct sim *w, int item);
/* Who may have come by what: to be called whenever anything changed. */
void model_spread(struct sim *w);
/* Which sites hold what once everything was exchanged: a bit per site and item. Two bits of doubt
 * are kept apart: where the answer hangs on what a site knew before. */
struct model_holding {
    unsigned holds[ITEMS_MAX];
    unsigned open[ITEMS_MAX];
    int relays[ITEMS_MAX][SITES_MAX]; /* through how many instances it came, where it is held */
};
void model_settle(struct sim *w, struct model_holding *ret);
/* May `from` state the item to `to`, given what each holds? */
bool model_may_go(struct sim *w, const struct model_holding *h, int from, int to, int item);

/* ---- the instances (sim_world.c) ---- */

void sim_open(struct sim *w, uint64_t seed);
void sim_close(struct sim *w);
/* Removes what the worlds were begun from. */
void sim_end(void);
/* Are bundles parsed in a process of their own, as they are outside of tests? (sim_parser.c) */
void sim_parse_forked(bool yes);
void sim_tick(struct sim *w);
void sim_label_text(const struct sim *w, const struct mark *m, int origin, char ret[160]);
struct grade sim_random_grade(struct sim *w, int of);
/* A patch of a peer that gives it this clearance. */
void sim_grade_patch(const struct grade *g, char *ret, size_t size);

/* ---- what is written in them (sim_write.c) ---- */

/* One random write somewhere. */
void sim_write(struct sim *w);
void sim_patch_peer(struct sim *w, int site, int to, const char *text);
/* A patch of this list of kinds; null for all of them. */
void sim_kinds_patch(const char *field, unsigned kinds, char *ret, size_t size);

/* ---- what befalls them (sim_fate.c) ---- */

/* A peer is suspended, or resumed. */
void sim_suspend(struct sim *w, int site);
/* True when nobody is suspended any more; unless_lucky: some stay so. */
bool sim_resume_all(struct sim *w, bool unless_lucky);
void sim_change_wants(struct sim *w, int site);
void sim_save(struct sim *w, int site);
void sim_set_back(struct sim *w, int site);
void sim_forget(struct sim *w); /* frees what was remembered */

/* ---- the carrier (sim_carrier.c) ---- */

void sim_make(struct sim *w, int from, int to);
/* One letter arrives, or is lost, doubled, cut or misdirected. */
void sim_carry(struct sim *w);
/* Fair exchange until nothing is left to say. */
void sim_settle(struct sim *w);

/* ---- the comparison (sim_check.c) ---- */

/* After every delivery: what came to this site may be there. */
void sim_check_arrivals(struct sim *w, int site);
void sim_check_settled(struct sim *w);
