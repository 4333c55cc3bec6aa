/* What the files of the agreement's status share: the instrument as read, its course, and the
 * events noted on the way. Nothing else includes it. Days are the milliseconds of their beginning.
 */
#pragma once

#include "base/duration.h"
#include "record/agreement_status.h"

enum act_kind {
    ACT_SIGNATURE,
    ACT_DEFINITIVE_SIGNATURE,
    ACT_RATIFICATION,
    ACT_ACCEPTANCE,
    ACT_APPROVAL,
    ACT_ACCESSION,
    ACT_SUCCESSION,
    ACT_PROVISIONAL,
    ACT_PROVISIONAL_END,
    ACT_RESERVATION,
    ACT_DECLARATION,
    ACT_NOTICE,
    ACT_OBJECTION,
    ACT_CONSENT,
    ACT_WITHDRAWAL,
    ACT_SUSPENSION,
    ACT_RESUMPTION,
    ACT_COUNT
};
const char *act_word(enum act_kind kind);
bool act_binds(enum act_kind kind);
bool act_signs(enum act_kind kind); /* signatures, and what goes beyond them */

struct act {
    enum act_kind kind;
    size_t member;
    int64_t done;   /* day of deposit: from then on it is known */
    int64_t effect; /* first day of its effect */
};

enum entry_rule { ENTRY_NONE, ENTRY_DATE, ENTRY_SIGNATURE, ENTRY_RATIFICATION, ENTRY_THRESHOLD };
enum renewal { RENEWAL_NONE, RENEWAL_AUTOMATIC, RENEWAL_CONSENT };

struct member {
    struct slice actor, role;
    bool listed;        /* among the parties, or there is no such list */
    bool observer;      /* depositary or observer: never a party */
    bool implied;       /* bound with the agreement's entry into force, nothing else being said */
    bool acceding;      /* of its binding acts all are accessions or successions */
    bool has_act;       /* a binding act */
    int64_t joined;     /* the last stated one; DAY_NEVER: none */
    int64_t left;       /* first day after the last stated one; DAY_NEVER: none */
    int64_t consent_on; /* what counts for the entry into force; DAY_NEVER: none */
    /* as the course goes on */
    bool signed_, consent, withdrawn, suspended, provisional, provisional_off;
    int64_t consent_to_renewal; /* the last one */
    enum party_state state;
    int64_t since;
};

/* A stated period of a party. */
struct stay {
    size_t member;
    int64_t joined, gone; /* first day, first day after; DAY_NEVER: not stated */
};

struct instrument {
    struct arena *arena;
    int64_t today, superseded_on;
    struct member *members;
    size_t member_count;
    struct stay *stays;
    size_t stay_count;
    struct act *acts; /* all of them: those done after today are only foreseen */
    size_t act_count;
    enum entry_rule rule;
    int64_t threshold, minimum, renewal_limit;
    enum renewal renewal;
    struct duration delay, term, period, notice;
    bool has_term, has_notice;
    bool concluded_signs; /* the day of conclusion is all that tells who signed */
    /* stated days: beginnings are first days; ends are the first day after */
    int64_t concluded, in_force, ended, expires, provisional_from, provisional_end;
};

/* Reads the body. */
int instrument_read(struct arena *a, const struct json *body, int64_t today, int64_t superseded_on,
                    struct error *err, struct instrument *ret);
/* The day on which the rule lets it enter into force, from what is known; DAY_NEVER when not. */
int64_t instrument_entry(const struct instrument *i);

/* First day after the n-th renewal's term (0: the first term), counted from the entry into force.
 */
int64_t term_end(const struct instrument *i, int64_t entry, int64_t n);
/* Last day to object to the renewal at this end. */
int64_t term_notice(const struct instrument *i, int64_t end);
/* The most renewals that can be counted within the calendar. */
int64_t term_most(const struct instrument *i);

int64_t day_of(int64_t ms);
/* The day a duration before (times -1) or after; a part of a day counts as none. */
int64_t day_after(int64_t day, struct duration d, int times);

/* ---- the course ---- */

struct event_list {
    struct arena *arena;
    struct agreement_event *items;
    size_t count, capacity;
    bool failed;
};
void event_add(struct event_list *l, int64_t at, const char *event, struct slice party,
               const char *source);

/* What the course comes to: as it stood at the end of today, and what is known to follow. */
struct course {
    bool provisional, suspended; /* today */
    int64_t entry, provisional_on, provisional_end;
    int64_t signed_on, suspended_on, resumed_on;
    int64_t end, end_known_on; /* first day after; the day since when that is certain */
    enum agreement_end reason;
    int renewals;                    /* until today */
    int64_t boundary;                /* the next end of a term after today, or DAY_NEVER */
    bool renews;                     /* and it is followed by another */
    struct agreement_party *parties; /* today */
};
int course_run(struct instrument *i, struct event_list *events, struct error *err,
               struct course *ret);

/* ---- what is known, day by day ---- */

/* In the order in which they count on one day. */
enum effect_kind {
    EFFECT_LEAVE,
    EFFECT_NOTICE,
    EFFECT_JOIN,
    EFFECT_SIGN,
    EFFECT_ENTRY,
    EFFECT_PROVISIONAL,
    EFFECT_PROVISIONAL_END,
    EFFECT_SUSPEND,
    EFFECT_RESUME,
    EFFECT_OBJECT,
    EFFECT_RENEW,
    EFFECT_NONE, /* a day to look again */
};

struct effect {
    int64_t day;
    enum effect_kind kind;
    size_t member;
    int64_t known; /* since when; INT64_MIN: stated */
};

struct effects {
    struct effect *items; /* by day, then in the order above */
    size_t count;
};
/* All that is known today and takes effect some day. */
int effects_list(const struct instrument *i, int64_t entry, struct error *err, struct effects *ret);

/* ---- the walk through the course ---- */

struct walk {
    struct instrument *i;
    struct event_list *events;
    struct effects effects;
    size_t at;
    struct course c;
    bool in_force, ended, seen;  /* seen: today is over */
    bool whole;                  /* provisionally applied by all, as stated */
    int64_t term, boundary;      /* number of the running term, and its end */
    int64_t stop_at, stop_known; /* the term after which an objection lets no other follow */
    int64_t known_on;            /* since when the end of the running term is what it is */
    int renewals_shown;
};

static inline bool walk_bound(const struct walk *w, const struct member *m)
{
    return w->in_force && !w->ended && m->consent && !m->observer;
}
static inline bool walk_renews_alone(const struct walk *w)
{
    return w->i->renewal == RENEWAL_AUTOMATIC && w->i->expires == DAY_NEVER;
}
/* A computed end; a stated one wins over it, and takes its reason when both are one day. */
void walk_end(struct walk *w, int64_t day, enum agreement_end reason, int64_t known);
/* The number of the last term, as far as it is known. */
int64_t walk_last_term(const struct walk *w);
/* All ends of terms until this day, and on it. */
void walk_terms(struct walk *w, int64_t day);
/* The first end of a term that an objection of this day is in time for. */
void walk_objection(struct walk *w, int64_t day);
