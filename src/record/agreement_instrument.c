/* Reading an agreement's body: its parties, what they did, its terms and its stated days; when its
 * rule lets it enter into force; where its terms end. The rules stand in agreement_status.c. */
#include "record/agreement_internal.h"

#include <stdlib.h>

enum { BINDS = 1, SIGNS = 2, ENDS = 4, NOTICE = 8 };

static const struct {
    const char *word;
    unsigned flags;
} act_rows[ACT_COUNT] = {
    [ACT_SIGNATURE] = { "signature", SIGNS },
    [ACT_DEFINITIVE_SIGNATURE] = { "definitive_signature", SIGNS | BINDS },
    [ACT_RATIFICATION] = { "ratification", SIGNS | BINDS },
    [ACT_ACCEPTANCE] = { "acceptance", SIGNS | BINDS },
    [ACT_APPROVAL] = { "approval", SIGNS | BINDS },
    [ACT_ACCESSION] = { "accession", SIGNS | BINDS },
    [ACT_SUCCESSION] = { "succession", SIGNS | BINDS },
    [ACT_PROVISIONAL] = { "provisional_application", 0 },
    [ACT_PROVISIONAL_END] = { "end_of_provisional_application", ENDS },
    [ACT_RESERVATION] = { "reservation", 0 },
    [ACT_DECLARATION] = { "declaration", 0 },
    [ACT_NOTICE] = { "notice_of_termination", ENDS | NOTICE },
    [ACT_OBJECTION] = { "objection_to_renewal", ENDS },
    [ACT_CONSENT] = { "consent_to_renewal", 0 },
    [ACT_WITHDRAWAL] = { "withdrawal", ENDS | NOTICE },
    [ACT_SUSPENSION] = { "suspension", 0 },
    [ACT_RESUMPTION] = { "resumption", 0 },
};

const char *act_word(enum act_kind kind)
{
    return act_rows[kind].word;
}

bool act_binds(enum act_kind kind)
{
    return act_rows[kind].flags & BINDS;
}

bool act_signs(enum act_kind kind)
{
    return act_rows[kind].flags & SIGNS;
}

/* ---- days ---- */

int64_t day_of(int64_t ms)
{
    int64_t rest = ms % DAY_MS;
    return ms - (rest < 0 ? rest + DAY_MS : rest);
}

int64_t day_after(int64_t day, struct duration d, int times)
{
    return day == DAY_NEVER ? DAY_NEVER : day_of(duration_after(day, d, times));
}

/* A beginning: the first day that the date can mean. */
static int64_t first_day(const struct json *body, const char *name)
{
    struct when w;
    return when_parse(json_get_text(body, name), &w) ? day_of(when_first_ms(w)) : DAY_NEVER;
}

/* An end: the last day that it can mean. */
static int64_t last_day(const struct json *body, const char *name)
{
    struct when w;
    return when_parse(json_get_text(body, name), &w) ? day_of(when_last_ms(w)) : DAY_NEVER;
}

/* A stated last day, as the first day without. */
static int64_t day_past(const struct json *body, const char *name)
{
    int64_t last = last_day(body, name);
    return last == DAY_NEVER ? DAY_NEVER : last + DAY_MS;
}

/* ---- terms ---- */

static int64_t count_days_least(struct duration d)
{
    return (int64_t)d.months * 28 + d.days + d.seconds / 86400;
}

int64_t term_most(const struct instrument *i)
{
    enum { CALENDAR_DAYS = 3700000 }; /* more than ten thousand years */
    int64_t least = count_days_least(i->period);
    int64_t most = least > 0 ? CALENDAR_DAYS / least : 0;
    return i->renewal_limit > 0 && i->renewal_limit < most ? i->renewal_limit : most;
}

int64_t term_end(const struct instrument *i, int64_t entry, int64_t n)
{
    if (i->expires != DAY_NEVER)
        return i->expires;
    if (!i->has_term || entry == DAY_NEVER)
        return DAY_NEVER;
    struct duration whole = { .months = (int32_t)(i->term.months + n * i->period.months),
                              .days = (int32_t)(i->term.days + n * i->period.days),
                              .seconds = i->term.seconds + n * i->period.seconds };
    return day_after(entry, whole, 1);
}

int64_t term_notice(const struct instrument *i, int64_t end)
{
    int64_t day = i->has_notice ? day_after(end, i->notice, -1) : end;
    return day < end ? day : end - DAY_MS;
}

/* ---- members ---- */

static size_t member_of(struct instrument *i, struct slice actor)
{
    size_t at = 0;
    while (at < i->member_count && !slice_eq(i->members[at].actor, actor))
        at++;
    if (at == i->member_count)
        i->members[i->member_count++] = (struct member){ .actor = actor,
                                                         .joined = DAY_NEVER,
                                                         .left = DAY_NEVER,
                                                         .consent_on = DAY_NEVER,
                                                         .consent_to_renewal = DAY_NEVER,
                                                         .since = DAY_NEVER };
    return at;
}

/* Who has a place in the instrument without being bound by it. */
static bool is_observer(struct slice role)
{
    static const char *const words[] = { "depositary", "dépositaire", "Dépositaire",
                                         "observer",   "observateur", "observatrice" };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (slice_eq_fold(role, slice_of(words[i])))
            return true;
    return false;
}

static int64_t later(int64_t a, int64_t b)
{
    return a == DAY_NEVER || (b != DAY_NEVER && b > a) ? b : a;
}

static void read_parties(struct instrument *i, const struct json *list)
{
    for (uint32_t at = 0; list && at < list->count; at++) {
        const struct json *row = &list->items[at];
        if (!json_get_text(row, "party").len)
            continue;
        size_t index = member_of(i, json_get_text(row, "party"));
        struct member *m = &i->members[index];
        struct stay s = { index, first_day(row, "joined"), day_past(row, "left") };
        m->listed = true;
        m->role = json_get_text(row, "role").len ? json_get_text(row, "role") : m->role;
        m->observer = is_observer(m->role);
        m->joined = later(m->joined, s.joined);
        m->left = later(m->left, s.gone);
        i->stays[i->stay_count++] = s;
    }
}

static bool act_of(struct slice word, enum act_kind *ret)
{
    for (int k = 0; k < ACT_COUNT; k++)
        if (slice_is(word, act_rows[k].word)) {
            *ret = (enum act_kind)k;
            return true;
        }
    return false;
}

static void read_act(struct instrument *i, const struct json *row)
{
    struct act a;
    if (!act_of(json_get_text(row, "action"), &a.kind) || !json_get_text(row, "party").len)
        return;
    bool ends = act_rows[a.kind].flags & ENDS;
    a.done = ends ? last_day(row, "deposited") : first_day(row, "deposited");
    a.effect = ends ? last_day(row, "effective") : first_day(row, "effective");
    if (a.done == DAY_NEVER)
        return;
    if (a.effect == DAY_NEVER)
        a.effect = act_rows[a.kind].flags & NOTICE ? day_after(a.done, i->notice, 1) : a.done;
    a.member = member_of(i, json_get_text(row, "party"));
    i->acts[i->act_count++] = a;
}

/* What an act says about its member whenever it is done. */
static void note_acts(struct instrument *i)
{
    for (size_t at = 0; at < i->act_count; at++) {
        const struct act *a = &i->acts[at];
        struct member *m = &i->members[a->member];
        if (!act_binds(a->kind))
            continue;
        bool accedes = a->kind == ACT_ACCESSION || a->kind == ACT_SUCCESSION;
        m->acceding = accedes && (m->acceding || !m->has_act);
        m->has_act = true;
    }
}

/* ---- consent ---- */

/* Nothing but the day of conclusion tells that the listed ones signed. */
static bool concluded_signs(const struct instrument *i)
{
    for (size_t at = 0; at < i->act_count; at++)
        if (i->acts[at].kind == ACT_SIGNATURE || i->acts[at].kind == ACT_DEFINITIVE_SIGNATURE)
            return false;
    return i->concluded != DAY_NEVER;
}

static bool anybody_dated(const struct instrument *i)
{
    for (size_t at = 0; at < i->member_count; at++)
        if (i->members[at].has_act || i->members[at].joined != DAY_NEVER)
            return true;
    return false;
}

static bool implies_consent(const struct instrument *i, const struct member *m)
{
    if (!m->listed || m->observer || m->has_act || m->joined != DAY_NEVER)
        return false;
    if (i->rule == ENTRY_NONE || i->rule == ENTRY_DATE)
        return true;
    return i->in_force != DAY_NEVER && (i->rule != ENTRY_THRESHOLD || !anybody_dated(i));
}

static void earliest(int64_t *day, int64_t other)
{
    if (other < *day)
        *day = other;
}

/* The day on which each member's consent counts for the entry into force, as known today. */
static void find_consent(struct instrument *i)
{
    bool signing = i->rule == ENTRY_SIGNATURE;
    for (size_t at = 0; at < i->act_count; at++) {
        const struct act *a = &i->acts[at];
        if (a->done <= i->today && (act_binds(a->kind) || (signing && act_signs(a->kind))))
            earliest(&i->members[a->member].consent_on, a->done);
    }
    for (size_t at = 0; at < i->stay_count; at++) {
        struct member *m = &i->members[i->stays[at].member];
        if (!m->has_act)
            earliest(&m->consent_on, i->stays[at].joined);
    }
    for (size_t at = 0; signing && i->concluded_signs && at < i->member_count; at++)
        if (i->members[at].listed && !i->members[at].observer && !i->members[at].has_act)
            earliest(&i->members[at].consent_on, i->concluded);
}

/* ---- the body ---- */

static int word_index(struct slice word, const char *const *words)
{
    for (int at = 0; words[at]; at++)
        if (slice_is(word, words[at]))
            return at + 1;
    return 0;
}

static bool read_duration(const struct json *body, const char *name, struct duration *ret)
{
    return duration_parse(json_get_text(body, name), ret) && !duration_is_zero(*ret);
}

static void read_terms(struct instrument *i, const struct json *body)
{
    static const char *const rules[] = { "date", "signature", "ratification", "threshold", NULL };
    static const char *const renewals[] = { "automatic", "consent", NULL };
    i->rule = (enum entry_rule)word_index(json_get_text(body, "entry_rule"), rules);
    i->renewal = (enum renewal)word_index(json_get_text(body, "renewal"), renewals);
    i->threshold = json_get_int(body, "entry_threshold", 0);
    i->minimum = json_get_int(body, "minimum_parties", 0);
    i->renewal_limit = json_get_int(body, "renewal_limit", 0);
    read_duration(body, "entry_delay", &i->delay);
    i->has_notice = read_duration(body, "notice_period", &i->notice);
    i->has_term = read_duration(body, "term", &i->term) && count_days_least(i->term) > 0;
    if (!read_duration(body, "renewal_period", &i->period))
        i->period = i->term;
    i->concluded = first_day(body, "concluded");
    i->in_force = first_day(body, "in_force");
    i->ended = day_past(body, "ended");
    i->expires = day_past(body, "expires");
    i->provisional_from = first_day(body, "provisional_from");
    i->provisional_end = day_past(body, "provisional_until");
}

int instrument_read(struct arena *a, const struct json *body, int64_t today, int64_t superseded_on,
                    struct error *err, struct instrument *ret)
{
    const struct json *parties = json_get(body, "parties"), *acts = json_get(body, "actions");
    size_t party_count = parties ? parties->count : 0, act_count = acts ? acts->count : 0;
    struct instrument i = { .arena = a, .today = today, .superseded_on = superseded_on };
    i.members = arena_array_of(a, struct member, party_count + act_count + 1);
    i.stays = arena_array_of(a, struct stay, party_count + 1);
    i.acts = arena_array_of(a, struct act, act_count + 1);
    if (!i.members || !i.stays || !i.acts)
        return error_set(err, EN_NO_MEMORY, "agreement");
    read_terms(&i, body);
    read_parties(&i, parties);
    for (uint32_t at = 0; at < act_count; at++)
        read_act(&i, &acts->items[at]);
    for (size_t at = 0; party_count == 0 && at < i.member_count; at++)
        i.members[at].listed = true;
    note_acts(&i);
    i.concluded_signs = concluded_signs(&i);
    find_consent(&i);
    for (size_t at = 0; at < i.member_count; at++)
        i.members[at].implied = implies_consent(&i, &i.members[at]);
    *ret = i;
    return 0;
}

/* ---- the rule for entry into force ---- */

/* A member's consent comes or goes. */
struct turn {
    int64_t day;
    size_t member;
    bool comes;
};

static int compare_turns(const void *x, const void *y)
{
    const struct turn *a = x, *b = y;
    if (a->day != b->day)
        return a->day < b->day ? -1 : 1;
    if (a->comes != b->comes)
        return a->comes ? 1 : -1;
    return a->member < b->member ? -1 : a->member > b->member;
}

static size_t list_turns(const struct instrument *i, struct turn *turns)
{
    size_t count = 0;
    for (size_t at = 0; at < i->member_count; at++)
        if (i->members[at].consent_on != DAY_NEVER && !i->members[at].observer)
            turns[count++] = (struct turn){ i->members[at].consent_on, at, true };
    for (size_t at = 0; at < i->act_count; at++) {
        const struct act *a = &i->acts[at];
        if (a->done <= i->today && (a->kind == ACT_WITHDRAWAL || a->kind == ACT_NOTICE))
            turns[count++] = (struct turn){ a->effect, a->member, false };
    }
    for (size_t at = 0; at < i->stay_count; at++)
        if (i->stays[at].gone != DAY_NEVER)
            turns[count++] = (struct turn){ i->stays[at].gone, i->stays[at].member, false };
    qsort(turns, count, sizeof *turns, compare_turns);
    return count;
}

static bool rule_holds(const struct instrument *i, const bool *consents)
{
    int64_t count = 0;
    bool all = true;
    for (size_t at = 0; at < i->member_count; at++) {
        const struct member *m = &i->members[at];
        count += consents[at];
        all &= consents[at] || !m->listed || m->observer || m->acceding;
    }
    return i->rule == ENTRY_THRESHOLD ? i->threshold > 0 && count >= i->threshold
                                      : all && count >= 2;
}

int64_t instrument_entry(const struct instrument *i)
{
    if (i->in_force != DAY_NEVER)
        return i->in_force;
    if (i->rule == ENTRY_NONE || i->rule == ENTRY_DATE)
        return DAY_NEVER;
    size_t most = i->member_count + i->act_count + i->stay_count;
    struct turn *turns = arena_array_of(i->arena, struct turn, most + 1);
    bool *consents = arena_array_of(i->arena, bool, i->member_count + 1);
    size_t count = turns && consents ? list_turns(i, turns) : 0;
    for (size_t at = 0; at < count; at++) {
        consents[turns[at].member] = turns[at].comes;
        bool last_of_day = at + 1 == count || turns[at + 1].day != turns[at].day;
        if (last_of_day && rule_holds(i, consents))
            return day_after(turns[at].day, i->delay, 1);
    }
    return DAY_NEVER;
}
