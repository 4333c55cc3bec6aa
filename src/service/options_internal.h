/* What the files of options share; nothing outside this folder includes it. */
#pragma once

#include "base/duration.h"
#include "base/limits.h"
#include "kernel/beta.h"
#include "kernel/cover.h"
#include "kernel/coverage.h"
#include "record/region.h"
#include "service/answering.h"
#include "service/agreements.h"
#include "service/node_internal.h"
#include "service/options.h"
#include "service/trust.h"

/* Why an offer is not enough for a line, as it stands: bits. */
enum fit_reason {
    FIT_MAPPING = 1 << 0, /* its capability is only close to the one asked */
    FIT_TYPE = 1 << 1,    /* less able, or how able is not stated */
    FIT_UNIT = 1 << 2,    /* counted in another unit */
    FIT_NOTICE = 1 << 3,  /* would be there too late */
    FIT_WINDOW = 1 << 4,  /* not open while it is needed */
    FIT_SUSTAIN = 1 << 5, /* not for so long */
    FIT_REGION = 1 << 6,
    FIT_AGREEMENT = 1 << 7, /* no agreement in force covers it */
    FIT_LABEL = 1 << 8,     /* what must be told may not be told to this partner */
    FIT_SHARING = 1 << 9,   /* may be, but no agreement to share information is in force */
    FIT_LANGUAGE = 1 << 10,
    FIT_LAST_RESORT = 1 << 11,
    FIT_TRUST = 1 << 12, /* less likely to deliver than the policy counts on */
};
enum { FIT_REASONS = 13 };

/* What was assumed, or should be known: bits. */
enum fit_note {
    NOTE_NOTICE = 1 << 0, /* notice not stated: taken as just in time */
    NOTE_SUSTAIN = 1 << 1,
    NOTE_UNIT = 1 << 2,
    NOTE_LANGUAGES = 1 << 3,
    NOTE_NO_AGREEMENT = 1 << 4,   /* the need would like one, and none is in force */
    NOTE_AGREEMENT_ENDS = 1 << 5, /* before the need does */
    NOTE_SELF_DECLARED = 1 << 6,
    NOTE_ATTESTATION_PAST = 1 << 7,
    NOTE_LAST_RESORT = 1 << 8,
};
enum { FIT_NOTES = 9 };

const char *fit_reason_word(int bit);
const char *fit_note_word(int bit);

/* One requirement of the need whose capability the viewer may read. */
struct option_line {
    struct slice capability, unit, required_by, note;
    struct answerings concepts;
    int64_t type;         /* least able type that is enough; 0: any */
    int64_t quantity;     /* millionths */
    int64_t measure;      /* millionths that count one */
    int32_t base, demand; /* counted: the quantity, and redundancy times it */
    int32_t redundancy;
    int64_t begin_ms, end_ms, deadline_ms; /* deadline INT64_MAX: none */
    struct duration duration;
};

/* A complement: a capability without which some offer is of no use. */
struct option_class {
    struct slice concept;
    struct answerings concepts;
};

struct option_link {
    struct slice capability;
    struct slice agreement; /* empty: none in force */
    int64_t ends_on;
};

struct option_actor {
    struct slice id, country, parent;
    struct row row;
    bool own, without;
    bool releasable, shares; /* what the need tells: may be told, and is covered by an agreement */
    bool speaks, languages_stated;
    struct option_link *links; /* what was asked of the agreements */
    size_t link_count, link_capacity;
    struct trust_figure figure;
    double forecast;
    struct interval interval;
    int32_t risk;
    uint32_t partner; /* number among the partners of a problem */
};

struct option_offer {
    struct slice id, capability;
    uint32_t label, actor;
    const struct json *body;
    int64_t type, quantity; /* millionths */
    int32_t burden;
    bool last_resort, shareable;
    struct slice asset;
    uint32_t wants, gives; /* bits of classes */
};

/* An offer beside a line whose capability it has. */
struct fit {
    uint32_t offer, line;
    unsigned reasons, notes;
    int32_t readiness; /* hours from now until it is there */
    int64_t left_ms;   /* what the journey leaves of the time for notice; < 0: nothing */
    struct slice mapping, agreement;
};

/* Everything that a question about one need stands on. In the snapshot's arena. */
struct option_desk {
    struct node *node;
    struct snapshot *snapshot;
    struct arena *arena;
    const struct option_query *query;
    struct trust_desk *trust;
    struct agreements *agreements;
    struct row need;
    struct slice principal; /* who needs it: the requester, or home */
    struct slice home;
    bool principal_is_ours;         /* home, or part of it */
    const struct label *disclosure; /* NULL: nothing beyond what is public */
    struct option_line *lines;      /* and one more: the need as a whole */
    uint32_t line_count;
    struct option_class *classes;
    uint32_t class_count;
    struct option_actor *actors; /* by id once all are read */
    uint32_t actor_count, actor_capacity;
    struct option_offer *offers; /* by id */
    uint32_t offer_count, offer_capacity;
    struct fit *fits; /* by line, then offer */
    uint32_t fit_count, fit_capacity;
    bool last_resort; /* offers of last resort are counted on */
    uint64_t budget;  /* steps of one search */
};

/* options_read.c */
int option_desk_open(struct node *n, struct snapshot *s, const struct option_query *q,
                     struct error *err, struct option_desk **ret);
void option_desk_close(struct option_desk *d);
/* options_concepts.c: all concepts that answer one: itself, narrower ones, exact mappings; and with
 * `close` those that a close mapping puts beside them. */
int option_concepts(struct option_desk *d, struct slice concept, bool close, struct error *err,
                    struct answerings *ret);
/* options_actors.c */
int option_actor_of(struct option_desk *d, struct slice id, struct error *err, uint32_t *ret);
int option_agreement_of(struct option_desk *d, uint32_t actor, struct slice capability,
                        struct error *err, const struct option_link **ret);
/* Who it is to us, what it may be told, how likely it delivers. */
int option_actor_judge(struct option_desk *d, uint32_t actor, struct error *err);
int option_label_json(struct option_desk *d, const struct label *l, struct error *err,
                      struct json **ret);
bool option_is_under(struct option_desk *d, struct slice actor, struct slice top);
/* options_match.c */
int option_match(struct option_desk *d, struct error *err);
/* The fit of an offer beside a line, or NULL. Line `line_count` is the need as a whole: how an
 * offer may be used as a complement. */
const struct fit *option_fit(const struct option_desk *d, uint32_t line, uint32_t offer);
/* A decimal as millionths, rounded down or up; 0 when it is none. */
int64_t option_millionths(const struct json *v, bool up, int64_t fallback);

/* ---- repairs: what would make a fit usable ---- */

enum repair {
    REPAIR_CONFIRM_MAPPING,
    REPAIR_RAISE_TYPE,
    REPAIR_SHORTEN_NOTICE,
    REPAIR_OPEN_WINDOW,
    REPAIR_REGION,
    REPAIR_SIGN_AGREEMENT,
    REPAIR_RELEASE_LABEL,
    REPAIR_SIGN_SHARING,
    REPAIR_LANGUAGE,
    REPAIR_EARN_TRUST,
    REPAIR_MORE_QUANTITY,
    REPAIR_FIND_CAPABILITY,
    REPAIR_COUNT
};
/* The one place of the prices. */
struct repair_row {
    const char *word;
    int32_t price;
    unsigned reason; /* the reason that it takes away, or 0 */
    bool of_partner; /* done once for all that the partner brings */
    const char *en, *fr;
};
extern const struct repair_row repair_rows[REPAIR_COUNT];

/* What takes these reasons away, in the order of the table; false when something cannot be mended.
 */
bool option_repairs_of(const struct option_desk *d, const struct fit *f, unsigned reasons,
                       enum repair *ret, uint32_t *ret_count);

struct repair_action {
    enum repair repair;
    const struct fit *fit; /* NULL for what is to be found */
    uint32_t line;         /* UINT32_MAX: a complement */
    uint32_t class;
};

/* ---- columns ---- */

enum { USE_COMPLEMENT = UINT32_MAX };
struct option_use {
    uint32_t offer;
    const struct fit *fit; /* NULL: only as a complement */
    int64_t quantity;      /* millionths counted on */
};

/* One way in which one partner may take part. */
struct option_mode {
    uint32_t actor, partner; /* actor UINT32_MAX: somebody to be found */
    int32_t burden, risk, readiness, price;
    uint32_t wants, gives;
    uint64_t repairs;  /* bits of the partner's actions */
    int64_t *quantity; /* millionths by line, at most the line's own */
    struct option_use *uses;
    uint32_t use_count;
    const struct repair_action *actions; /* of the partner; bit i is action i */
    struct cover_part *parts;
    uint32_t part_count;
};

struct option_problem {
    struct option_mode *modes; /* by partner's actor id, in a fixed order */
    uint32_t mode_count, mode_capacity;
    uint32_t partner_count, line_count;
    struct cover_column *columns; /* beside the modes */
    int32_t *demands;
    bool capped; /* some partner had more ways than are looked at */
    bool repairs;
};

/* options_columns.c. Usable fits only, or with repairs those that can be made usable too. */
int option_columns(struct option_desk *d, bool repairs, struct error *err,
                   struct option_problem *ret);

/* ---- options ---- */

struct option {
    char key[17];
    const struct option_mode **members; /* by actor id */
    uint32_t member_count;
    double probability, low, high, all_deliver;
    bool bounded; /* the probability is a lower bound */
    unsigned digits;
    int32_t burden, readiness, risk, price;
    const struct option_mode *weakest;
    const struct option_mode **backups[2];
    uint32_t backup_counts[2];
    double backup_probability[2];
    int64_t backup_burden[2];
};

struct option_set {
    struct option_problem problem;
    struct cover_front front;
    struct option *options; /* in the front's order */
    uint32_t count;
};

/* options_solve.c. Without offers of last resort first, unless the need allows them; with them when
 * nothing covers it else. */
int option_solve(struct option_desk *d, struct error *err, struct option_set *ret);
int option_front(struct option_desk *d, const struct option_problem *p, struct error *err,
                 struct cover_front *ret);
/* The options of a front's points. */
int option_list(struct option_desk *d, const struct option_problem *p, const struct cover_front *f,
                struct error *err, struct option **ret);
/* options_drop.c: solved again as if this actor were not there. */
int option_solve_without(struct option_desk *d, uint32_t actor, struct error *err,
                         struct option_set *ret);
/* So many searches follow: together they take no longer than one answer may. */
void option_share_budget(struct option_desk *d, uint32_t searches);
int option_by_key(const struct option_set *set, struct slice key, struct error *err,
                  struct option **ret);
struct slices {
    struct arena *arena;
    struct slice *items;
    size_t count;
};
/* Ids of the readable requests that came of this option. */
int option_requests(struct option_desk *d, struct slice key, struct error *err, struct slices *ret);
/* options_odds.c: does the actor, or what it is part of, fail when this cause of the need does? */
bool option_hangs_on(struct option_desk *d, const struct json *cause, uint32_t actor);
/* options_odds.c: probability, interval, digits of an option. */
struct option_odds;
int option_odds_open(struct option_desk *d, const struct option_problem *p, struct error *err,
                     struct option_odds **ret);
void option_odds_close(struct option_odds *o);
int option_odds_of(struct option_odds *o, struct option *x, struct error *err);
int option_odds_backups(struct option_odds *o, struct option *x, struct error *err);

/* options_worth.c: what each partner of a problem is worth, with at most as many lines as the
 * criticality kernel takes. */
int option_values(struct option_desk *d, const struct option_problem *p, struct error *err,
                  double *shapley, double *banzhaf);
/* options_worth.c: what hangs on each partner of a need, by number of the partner. */
struct option_reliance {
    struct slice actor;
    bool own;
    uint32_t with; /* options that it is in */
    bool indispensable;
};
int option_reliances(struct option_desk *d, const struct option_set *set, struct error *err,
                     struct option_reliance **ret, uint32_t *ret_count);

/* options_write.c: the option as an object, left open for more members. */
void option_write_open(struct option_desk *d, const struct option *x, struct render *r);
/* Its members alone, in an object that is open. */
void option_write_members(struct option_desk *d, const struct option *x, struct render *r);
void option_write_head(struct option_desk *d, struct render *r);
/* options_links.c: "link":{"kind","id","preset"}, the first step of the action. */
void option_write_link(struct option_desk *d, const struct repair_action *a, struct render *r);
/* options_gaps.c: the members of the answer. */
int option_write_gaps(struct option_desk *d, bool feasible, struct render *r, struct error *err);
