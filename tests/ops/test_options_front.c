/*
 * The front of 12 needs over 60 offers, against a judge that knows no columns: it goes through
 * every way of using the offers one by one, keeps those that cover the need, and of these the ones
 * that no other is at most as bad as. What the product shows must be exactly that.
 *
 * The judge matches by itself, from the tables below; only forecasts come from the trust service.
 */
#include "desk.h"

#include "service/trust.h"

#include <math.h>

enum { ACTORS = 14, CONCEPTS = 11, OFFERS = 60, NEEDS = 12, LINES = 3, OWN = 2 };
enum { HOUR_MS = 3600 * 1000, FRONT_MAX = 400, CHOICES_MAX = 24 };

/* ---- the fixture ---- */

/* The first two are our own. Promises kept to us and broken. */
static const struct {
    int kept, broken;
} promises[ACTORS] = { { 0, 0 }, { 0, 0 }, { 6, 0 }, { 3, 1 }, { 1, 1 }, { 2, 0 }, { 8, 1 },
                       { 0, 0 }, { 4, 0 }, { 1, 2 }, { 5, 2 }, { 2, 2 }, { 0, 1 }, { 3, 0 } };

static const struct {
    const char *name;
    int broader, same; /* -1: none; same: an exact mapping */
} concepts[CONCEPTS] = {
    { "airlift", -1, -1 },      { "heavy airlift", 0, -1 }, { "helicopters", 0, -1 },
    { "water", -1, -1 },        { "pumps", 3, -1 },         { "medics", -1, -1 },
    { "surgery", 5, -1 },       { "boats", -1, -1 },        { "divers", -1, -1 },
    { "Lufttransport", -1, 0 }, { "Fluggerät", 9, -1 },
};

/* Arrangements in force between home and an actor; covers lists concepts, -1 ends. */
static const struct {
    int actor, covers[5];
} arrangements[] = {
    { 2, { 0, 8, -1 } },    { 4, { 0, 8, -1 } }, { 6, { 9, 3, -1 } },
    { 7, { 6, 8, 4, -1 } }, { 8, { 0, 9, -1 } }, { 10, { 8, 3, 5, -1 } },
    { 11, { 7, 8, -1 } },   { 12, { 5, -1 } },   { 13, { 7, -1 } },
};
enum { ARRANGEMENTS = sizeof arrangements / sizeof *arrangements };

/* region: W anywhere, N Northern America, C Canada, E Europe. flags: S shareable, L last resort,
 * A the one asset of the actor. basis: M mechanism, G agreement. */
static const struct fixture_offer {
    int actor, concept, type, quantity, burden, notice;
    char region;
    const char *flags;
    int needs;
    char basis;
} offers[OFFERS] = {
    { 0, 0, 3, 1, 10, 72, 'W', "L", -1, 'G' },  { 1, 4, 1, 4, 5, 48, 'W', "A", -1, 'M' },
    { 2, 7, 0, 3, 20, 12, 'W', "", -1, 'M' },   { 3, 9, 3, 2, 25, 96, 'N', "A", -1, 'M' },
    { 4, 8, 1, 4, 25, 12, 'E', "", 0, 'G' },    { 5, 6, 1, 2, 8, 24, 'C', "", -1, 'M' },
    { 6, 9, 1, 1, 4, 48, 'W', "A", -1, 'G' },   { 7, 9, 3, 3, 2, 24, 'W', "L", -1, 'M' },
    { 8, 0, 1, 2, 12, 6, 'E', "", -1, 'G' },    { 9, 8, 0, 1, 5, 48, 'W', "", 0, 'M' },
    { 10, 8, 0, 2, 10, 6, 'C', "S", -1, 'G' },  { 11, 7, 1, 1, 15, 24, 'W', "A", -1, 'G' },
    { 12, 4, 3, 1, 15, 48, 'N', "S", -1, 'G' }, { 13, 7, 1, 2, 4, 12, 'N', "L", -1, 'G' },
    { 10, 4, 1, 4, 20, 48, 'E', "", -1, 'G' },  { 10, 6, 2, 3, 15, 12, 'W', "", 0, 'G' },
    { 4, 9, 1, 4, 8, 72, 'E', "SA", -1, 'G' },  { 7, 8, 1, 2, 10, 24, 'W', "", -1, 'G' },
    { 11, 4, 2, 2, 25, 24, 'W', "", -1, 'M' },  { 2, 9, 3, 2, 4, 12, 'W', "", -1, 'M' },
    { 2, 2, 1, 2, 4, 48, 'E', "", -1, 'G' },    { 10, 10, 2, 3, 12, 96, 'W', "", -1, 'M' },
    { 2, 0, 1, 2, 2, 48, 'N', "", -1, 'M' },    { 8, 8, 2, 1, 15, 48, 'W', "", -1, 'M' },
    { 6, 9, 0, 1, 25, 24, 'W', "", -1, 'M' },   { 12, 6, 2, 2, 25, 12, 'C', "A", 0, 'G' },
    { 0, 1, 1, 2, 25, 6, 'C', "", -1, 'M' },    { 3, 5, 2, 2, 2, 6, 'W', "L", -1, 'M' },
    { 2, 8, 1, 1, 5, 96, 'N', "L", -1, 'G' },   { 1, 7, 1, 2, 8, 96, 'E', "", -1, 'M' },
    { 9, 4, 1, 1, 20, 72, 'W', "", -1, 'G' },   { 11, 8, 1, 2, 2, 24, 'W', "", 0, 'G' },
    { 0, 8, 1, 2, 8, 48, 'W', "", -1, 'M' },    { 0, 5, 1, 1, 8, 24, 'W', "S", -1, 'G' },
    { 6, 3, 1, 2, 5, 6, 'W', "", -1, 'M' },     { 4, 2, 0, 1, 2, 48, 'E', "", -1, 'G' },
    { 2, 4, 1, 1, 4, 12, 'N', "S", -1, 'M' },   { 2, 9, 1, 2, 5, 6, 'N', "", -1, 'G' },
    { 11, 8, 1, 1, 4, 12, 'N', "L", -1, 'G' },  { 9, 7, 2, 1, 10, 48, 'E', "", -1, 'M' },
    { 0, 6, 2, 1, 8, 6, 'W', "S", 0, 'M' },     { 9, 0, 3, 1, 20, 24, 'C', "S", -1, 'M' },
    { 3, 9, 0, 1, 25, 96, 'W', "", -1, 'M' },   { 9, 7, 1, 2, 12, 72, 'C', "A", -1, 'G' },
    { 9, 10, 1, 2, 5, 72, 'C', "", -1, 'M' },   { 2, 2, 1, 1, 12, 72, 'C', "", -1, 'G' },
    { 6, 4, 1, 1, 15, 12, 'E', "", -1, 'G' },   { 7, 4, 1, 1, 15, 72, 'W', "", -1, 'G' },
    { 2, 2, 1, 2, 4, 12, 'E', "", -1, 'M' },    { 11, 8, 2, 1, 8, 6, 'C', "S", -1, 'M' },
    { 10, 8, 1, 2, 4, 96, 'E', "S", -1, 'M' },  { 2, 8, 1, 2, 4, 72, 'E', "L", 0, 'G' },
    { 7, 6, 1, 1, 2, 48, 'W', "", 0, 'G' },     { 13, 4, 0, 1, 4, 48, 'C', "", -1, 'M' },
    { 1, 10, 3, 2, 10, 12, 'W', "", -1, 'M' },  { 0, 7, 1, 1, 10, 96, 'W', "", -1, 'G' },
    { 7, 8, 0, 2, 8, 96, 'W', "", -1, 'G' },    { 3, 2, 1, 2, 25, 48, 'W', "", -1, 'M' },
    { 8, 10, 3, 2, 8, 48, 'C', "LA", -1, 'G' }, { 1, 10, 2, 3, 8, 72, 'W', "S", -1, 'M' },
};

/* region: A Alberta, D Germany, - nowhere in particular. rule: r required, p preferred, n not
 * needed. deadline in hours, 0: none. */
static const struct fixture_need {
    char region, rule;
    bool last_resort;
    struct fixture_line {
        int concept, type, quantity, deadline, redundancy; /* redundancy 0: no line */
    } lines[LINES];
} needs[NEEDS] = {
    { 'A', 'r', false, { { 0, 2, 2, 72, 1 }, { 5, 0, 1, 72, 1 } } },
    { 'A', 'r', false, { { 3, 2, 5, 72, 1 } } },
    { 'D', 'r', false, { { 0, 0, 3, 96, 1 }, { 8, 0, 1, 96, 1 } } },
    { '-', 'r', false, { { 8, 1, 2, 48, 2 } } },
    { 'A', 'p', false, { { 7, 2, 3, 48, 1 }, { 6, 2, 1, 24, 1 } } },
    { 'D', 'n', false, { { 4, 1, 4, 72, 1 } } },
    { 'A', 'r', true, { { 5, 0, 1, 48, 2 }, { 7, 0, 2, 96, 1 } } },
    { '-', 'r', false, { { 10, 0, 2, 0, 1 }, { 9, 3, 2, 12, 1 } } },
    { 'A', 'r', false, { { 1, 1, 2, 24, 1 }, { 2, 0, 1, 24, 1 } } },
    { 'D', 'r', false, { { 6, 1, 1, 24, 1 }, { 5, 2, 1, 48, 1 }, { 3, 0, 1, 96, 1 } } },
    { 'A', 'r', false, { { 7, 1, 2, 96, 1 }, { 7, 0, 1, 24, 1 } } },
    { '-', 'p', true, { { 2, 1, 2, 48, 1 }, { 4, 2, 2, 24, 1 } } },
};

/* ---- as records ---- */

struct fixture {
    struct desk desk;
    const char *actors[ACTORS], *concepts[CONCEPTS], *needs[NEEDS];
    int risks[ACTORS];
};

static const struct with plain = { 0 };

static const char *make(struct desk *d, const char *kind, const char *body)
{
    return desk_id(d, desk_must(d, desk_text(d, "%s.create", kind), NULL, body, plain));
}

static void make_actors(struct fixture *x)
{
    struct desk *d = &x->desk;
    struct error err = { 0 };
    struct write_context w = { .node = d->node, .now_ms = DESK_NOW };
    for (int i = 0; i < ACTORS; i++)
        x->actors[i] =
            make(d, "actor",
                 desk_text(d, "{\"nature\":\"organisation\",\"name_en\":\"Actor %d\"%s%s%s}", i,
                           i == 1 ? ",\"parent\":\"" : "", i == 1 ? x->actors[0] : "",
                           i == 1 ? "\"" : ""));
    assert_int_equal(
        node_snapshot(d->node, node_operator(d->node), d->arena, DESK_NOW, &err, &w.snapshot), 0);
    assert_int_equal(settings_put(&w, S("home"), slice_of(x->actors[0]), &err), 0);
    for (int i = OWN; i < ACTORS; i++)
        for (int j = 0; j < promises[i].kept + promises[i].broken; j++)
            make(d, "commitment",
                 desk_text(d,
                           "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"t\",\"stakes\":"
                           "\"significant\",\"state\":\"%s\",\"decided_on\":\"2026-0%d-01\"}",
                           x->actors[i], x->actors[0], j < promises[i].kept ? "kept" : "broken",
                           j % 4 + 1));
}

static void make_concepts(struct fixture *x)
{
    struct desk *d = &x->desk;
    const char *v = make(d, "vocabulary", "{\"title\":\"Capabilities\"}");
    for (int i = 0; i < CONCEPTS; i++) {
        int b = concepts[i].broader;
        x->concepts[i] =
            make(d, "concept",
                 desk_text(d, "{\"vocabulary\":\"%s\",\"pref\":\"%s\",\"capability\":true%s%s%s}",
                           v, concepts[i].name, b >= 0 ? ",\"broader\":[\"" : "",
                           b >= 0 ? x->concepts[b] : "", b >= 0 ? "\"]" : ""));
    }
    for (int i = 0; i < CONCEPTS; i++)
        if (concepts[i].same >= 0)
            make(d, "mapping",
                 desk_text(d, "{\"from\":\"%s\",\"to\":\"%s\",\"relation\":\"exact\"}",
                           x->concepts[i], x->concepts[concepts[i].same]));
}

static void make_arrangements(struct fixture *x)
{
    struct desk *d = &x->desk;
    for (int i = 0; i < ARRANGEMENTS; i++) {
        const char *covers = "";
        for (int j = 0; arrangements[i].covers[j] >= 0; j++)
            covers = desk_text(d, "%s%s\"%s\"", covers, j ? "," : "",
                               x->concepts[arrangements[i].covers[j]]);
        make(d, "agreement",
             desk_text(d,
                       "{\"title\":\"A %d\",\"instrument\":\"arrangement\",\"in_force\":\"2024\","
                       "\"parties\":[{\"party\":\"%s\"},{\"party\":\"%s\"}],\"covers\":[%s]}",
                       i, x->actors[0], x->actors[arrangements[i].actor], covers));
    }
}

static void make_offers(struct fixture *x)
{
    struct desk *d = &x->desk;
    for (int i = 0; i < OFFERS; i++) {
        const struct fixture_offer *o = &offers[i];
        const char *region = o->region == 'N'   ? ",\"regions\":[\"021\"]"
                             : o->region == 'C' ? ",\"regions\":[\"CAN\"]"
                             : o->region == 'E' ? ",\"regions\":[\"150\"]"
                                                : "";
        const char *type = o->type ? desk_text(d, ",\"type\":%d", o->type) : "";
        const char *wants =
            o->needs >= 0
                ? desk_text(d, ",\"stand_alone\":false,\"needs\":[\"%s\"]", x->concepts[o->needs])
                : "";
        make(d, "offer",
             desk_text(d,
                       "{\"actor\":\"%s\",\"capability\":\"%s\",\"quantity\":%d,\"burden\":%d,"
                       "\"notice\":\"PT%dH\",\"basis\":\"%s\"%s%s%s%s%s%s}",
                       x->actors[o->actor], x->concepts[o->concept], o->quantity, o->burden,
                       o->notice, o->basis == 'M' ? "mechanism" : "agreement", type, region, wants,
                       strchr(o->flags, 'S') ? ",\"shareable\":true" : "",
                       strchr(o->flags, 'L') ? ",\"last_resort\":true" : "",
                       strchr(o->flags, 'A') ? ",\"asset\":\"one\"" : ""));
    }
}

static const char *line_text(struct fixture *x, const struct fixture_line *l)
{
    struct desk *d = &x->desk;
    char by[32];
    when_format_ms(DESK_NOW + (int64_t)l->deadline * HOUR_MS, true, by);
    return desk_text(d, "{\"capability\":\"%s\",\"quantity\":%d,\"redundancy\":%d%s%s%s%s}",
                     x->concepts[l->concept], l->quantity, l->redundancy,
                     l->type ? desk_text(d, ",\"type\":%d", l->type) : "",
                     l->deadline ? ",\"required_by\":\"" : "", l->deadline ? by : "",
                     l->deadline ? "\"" : "");
}

static void make_needs(struct fixture *x)
{
    struct desk *d = &x->desk;
    for (int i = 0; i < NEEDS; i++) {
        const char *lines = "";
        for (int j = 0; j < LINES && needs[i].lines[j].redundancy; j++)
            lines = desk_text(d, "%s%s%s", lines, j ? "," : "", line_text(x, &needs[i].lines[j]));
        x->needs[i] = make(
            d, "need",
            desk_text(d,
                      "{\"title\":\"Need %d\",\"state\":\"open\",\"agreement_rule\":\"%s\"%s%s,"
                      "\"requirements\":[%s]}",
                      i,
                      needs[i].rule == 'r'   ? "required"
                      : needs[i].rule == 'p' ? "preferred"
                                             : "not_needed",
                      needs[i].region == 'A'   ? ",\"region\":\"CA-AB\""
                      : needs[i].region == 'D' ? ",\"region\":\"DEU\""
                                               : "",
                      needs[i].last_resort ? ",\"last_resort\":true" : "", lines));
    }
}

/* -1000 ln of the forecasts, as whole numbers. */
static void read_risks(struct fixture *x)
{
    struct desk *d = &x->desk;
    struct error err = { 0 };
    struct snapshot *s = NULL;
    struct trust_desk *t = NULL;
    assert_int_equal(node_snapshot(d->node, node_operator(d->node), d->arena, DESK_NOW, &err, &s),
                     0);
    assert_int_equal(trust_open(d->node, s, &err, &t), 0);
    for (int i = 0; i < ACTORS; i++) {
        struct trust_figure f;
        struct trust_query q = { .truster = slice_of(x->actors[0]),
                                 .trustee = slice_of(x->actors[i]),
                                 .as_of = DESK_NOW / 1000,
                                 .dimension = TRUST_ALL };
        double p = node_weights(d->node)->own_delivery;
        if (i >= OWN) {
            assert_int_equal(trust_figure(t, &q, &err, &f), 0);
            p = f.forecast.expectation;
        }
        assert_true(p >= node_weights(d->node)->delivery_floor);
        x->risks[i] = (int)lround(-1000 * log(p));
    }
    trust_close(t);
    snapshot_close(s);
}

/* ---- the judge: who fits what ---- */

static bool answers(int asked, int offered)
{
    for (int at = offered, steps = 0; at >= 0 && steps < CONCEPTS; steps++) {
        if (at == asked || concepts[at].same == asked ||
            (concepts[asked].same >= 0 && concepts[asked].same == at))
            return true;
        at = concepts[at].broader >= 0 ? concepts[at].broader : concepts[at].same;
    }
    return false;
}

/* Without mappings: an arrangement names a capability or a broader one. */
static bool is_covered(int actor, int concept)
{
    for (int i = 0; i < ARRANGEMENTS; i++)
        for (int j = 0; arrangements[i].actor == actor && arrangements[i].covers[j] >= 0; j++)
            for (int at = concept; at >= 0; at = concepts[at].broader)
                if (at == arrangements[i].covers[j])
                    return true;
    return false;
}

static bool in_region(char need, char offer)
{
    return need == '-' || offer == 'W' || (need == 'A' && (offer == 'N' || offer == 'C')) ||
           (need == 'D' && offer == 'E');
}

/* asked: the concept of the line, or that of the offer itself when it only complements. */
static bool may(const struct fixture_need *n, const struct fixture_offer *o, int asked,
                int deadline, bool last_resort)
{
    bool agreed = o->actor < OWN || o->basis == 'M' || n->rule != 'r' ||
                  is_covered(o->actor, o->concept) || is_covered(o->actor, asked);
    return agreed && in_region(n->region, o->region) && (!deadline || o->notice <= deadline) &&
           (last_resort || !strchr(o->flags, 'L'));
}

static bool fits(const struct fixture_need *n, const struct fixture_line *l,
                 const struct fixture_offer *o, bool last_resort)
{
    return answers(l->concept, o->concept) && (!l->type || (o->type && o->type <= l->type)) &&
           may(n, o, l->concept, l->deadline, last_resort);
}

/* ---- the judge: every way ---- */

struct point {
    int burden, risk, partners, readiness;
};

struct judge {
    const struct fixture *fixture;
    const struct fixture_need *need;
    bool last_resort;
    int line_count;
    struct {
        const struct fixture_offer *offer;
        unsigned uses[2 * LINES + 2]; /* sets of lines; the empty set: as a complement only */
        int use_count;
    } choices[OFFERS];
    int count;
    /* the way being tried */
    int brought[LINES][ACTORS], used[ACTORS], assets[ACTORS];
    int burden;
    int chosen[OFFERS], chosen_count;
    struct point front[FRONT_MAX];
    int front_count;
    long ways;
};

static bool is_wanted(int concept)
{
    for (int i = 0; i < OFFERS; i++)
        if (offers[i].needs >= 0 && answers(offers[i].needs, concept))
            return true;
    return false;
}

static void list_choices(struct judge *j)
{
    int soonest = 0;
    for (int r = 0; r < j->line_count; r++) {
        int d = j->need->lines[r].deadline;
        soonest = d && (!soonest || d < soonest) ? d : soonest;
    }
    for (int i = 0; i < OFFERS; i++) {
        const struct fixture_offer *o = &offers[i];
        unsigned all = 0;
        int at = j->count;
        j->choices[at].offer = o;
        j->choices[at].use_count = 0;
        for (int r = 0; r < j->line_count; r++)
            if (fits(j->need, &j->need->lines[r], o, j->last_resort)) {
                all |= 1u << r;
                j->choices[at].uses[j->choices[at].use_count++] = 1u << r;
            }
        if (strchr(o->flags, 'S') && (all & (all - 1)))
            j->choices[at].uses[j->choices[at].use_count++] = all;
        if (is_wanted(o->concept) && may(j->need, o, o->concept, soonest, j->last_resort))
            j->choices[at].uses[j->choices[at].use_count++] = 0;
        j->count += j->choices[at].use_count > 0;
    }
}

static bool covers(const struct judge *j)
{
    for (int r = 0; r < j->line_count; r++) {
        const struct fixture_line *l = &j->need->lines[r];
        int sum = 0;
        for (int a = 0; a < ACTORS; a++)
            sum += j->brought[r][a] < l->quantity ? j->brought[r][a] : l->quantity;
        if (sum < l->quantity * l->redundancy)
            return false;
    }
    for (int i = 0; i < j->chosen_count; i++) {
        int wanted = offers[j->chosen[i]].needs;
        bool met = wanted < 0;
        for (int k = 0; !met && k < j->chosen_count; k++)
            met = answers(wanted, offers[j->chosen[k]].concept);
        if (!met)
            return false;
    }
    return true;
}

static bool at_most(const struct point *x, const struct point *y)
{
    return x->burden <= y->burden && x->risk <= y->risk && x->partners <= y->partners &&
           x->readiness <= y->readiness;
}

static void keep(struct judge *j)
{
    struct point p = { .burden = j->burden };
    for (int a = 0; a < ACTORS; a++) {
        p.partners += j->used[a] > 0;
        p.risk += j->used[a] > 0 ? j->fixture->risks[a] : 0;
    }
    for (int i = 0; i < j->chosen_count; i++)
        if (offers[j->chosen[i]].notice > p.readiness)
            p.readiness = offers[j->chosen[i]].notice;
    int left = 0;
    for (int i = 0; i < j->front_count; i++)
        if (at_most(&j->front[i], &p))
            return;
    for (int i = 0; i < j->front_count; i++)
        if (!at_most(&p, &j->front[i]))
            j->front[left++] = j->front[i];
    assert_true(left < FRONT_MAX);
    j->front[left++] = p;
    j->front_count = left;
}

static void use(struct judge *j, int at, unsigned lines, int sign)
{
    const struct fixture_offer *o = j->choices[at].offer;
    for (int r = 0; r < j->line_count; r++)
        if (lines >> r & 1)
            j->brought[r][o->actor] += sign * o->quantity;
    j->used[o->actor] += sign;
    j->burden += sign * o->burden * 10;
    if (strchr(o->flags, 'A'))
        j->assets[o->actor] += sign;
    if (sign > 0)
        j->chosen[j->chosen_count++] = (int)(o - offers);
    else
        j->chosen_count--;
}

/* More of an offer never helps a way that covers already, so the search stops there. */
static void try_from(struct judge *j, int at)
{
    j->ways++;
    if (covers(j)) {
        keep(j);
        return;
    }
    if (at == j->count)
        return;
    try_from(j, at + 1);
    const struct fixture_offer *o = j->choices[at].offer;
    if (strchr(o->flags, 'A') && j->assets[o->actor] > 0)
        return;
    for (int i = 0; i < j->choices[at].use_count; i++) {
        use(j, at, j->choices[at].uses[i], 1);
        try_from(j, at + 1);
        use(j, at, j->choices[at].uses[i], -1);
    }
}

static void judge(struct judge *j, const struct fixture *x, int need)
{
    for (int turn = 0; turn < 2; turn++) {
        *j = (struct judge){ .fixture = x, .need = &needs[need] };
        j->last_resort = turn == 1 || needs[need].last_resort;
        while (j->line_count < LINES && needs[need].lines[j->line_count].redundancy)
            j->line_count++;
        list_choices(j);
        assert_true(j->count <= CHOICES_MAX);
        try_from(j, 0);
        if (j->front_count > 0)
            return;
    }
}

/* ---- the comparison ---- */

static bool has_point(const struct judge *j, const struct point *p)
{
    for (int i = 0; i < j->front_count; i++)
        if (j->front[i].burden == p->burden && j->front[i].risk == p->risk &&
            j->front[i].partners == p->partners && j->front[i].readiness == p->readiness)
            return true;
    return false;
}

static void compare(struct fixture *x, int need, int *ret_points)
{
    static struct judge j;
    struct desk *d = &x->desk;
    struct asked a =
        desk_must(d, "need.options",
                  desk_text(d, "{\"id\":\"%s\",\"limit\":\"200\"}", x->needs[need]), NULL, plain);
    judge(&j, x, need);
    const struct json *options = json_get(a.json, "options");
    print_message("# need %d: %d offers, %ld ways, %d points\n", need, j.count, j.ways,
                  j.front_count);
    assert_true(slice_is(json_get_text(a.json, "state"), "exact"));
    assert_int_equal(json_get_bool(a.json, "infeasible", false), j.front_count == 0);
    assert_int_equal(options->count, j.front_count);
    for (uint32_t i = 0; i < options->count; i++) {
        const struct json *o = &options->items[i];
        struct point p = { (int)lround(json_get(o, "burden")->number * 10),
                           (int)json_get_int(o, "risk", -1), (int)json_get_int(o, "partners", -1),
                           (int)json_get_int(o, "readiness_hours", -1) };
        if (!has_point(&j, &p))
            fail_msg("need %d: burden %d, risk %d, partners %d, ready in %d is not of the front",
                     need, p.burden, p.risk, p.partners, p.readiness);
    }
    *ret_points += j.front_count;
}

static void the_front_is_that_of_going_through_every_way(void **state)
{
    struct fixture *x = calloc(1, sizeof *x);
    int points = 0, impossible = 0;
    (void)state;
    desk_open(&x->desk);
    make_actors(x);
    make_concepts(x);
    make_arrangements(x);
    make_offers(x);
    make_needs(x);
    read_risks(x);
    for (int i = 0; i < NEEDS; i++) {
        int before = points;
        compare(x, i, &points);
        impossible += points == before;
    }
    print_message("# %d points, %d needs that cannot be covered\n", points, impossible);
    assert_true(points >= 2 * NEEDS);
    assert_true(impossible >= 1 && impossible <= 3);
    desk_done(&x->desk);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_front_is_that_of_going_through_every_way),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
