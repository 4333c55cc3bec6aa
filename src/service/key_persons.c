/* Key persons: see key_persons.h. */
#include "service/key_persons.h"

#include "record/agreement_status.h"
#include "service/relations.h"

#include <stdlib.h>

enum { YEAR_DAYS = 365 };

/* What one person carried of one relationship. */
struct part {
    size_t relation;
    struct slice person;
    const struct tour *tour; /* the newest by which they did */
    uint32_t carried;
};

struct key_person {
    struct slice person;
    const struct tour *tour;
    bool ends;
    int64_t days_left;
    struct part *parts; /* those that rest on them */
    size_t part_count;
};

struct finding {
    struct snapshot *snapshot;
    struct arena *arena;
    struct roster *roster;
    struct slice of;
    int64_t as_of;
    struct relations relations;
    struct contacts contacts;
    uint32_t *total; /* contacts of each relationship */
    struct part *parts;
    size_t part_count, part_capacity;
    struct key_person *persons;
    size_t person_count;
};

/* ---- who carried what ---- */

static struct part *part_of(struct finding *f, size_t relation, const struct carrier *c)
{
    size_t i = f->part_count;
    while (i > 0 && f->parts[i - 1].relation == relation) {
        i--;
        if (slice_eq(f->parts[i].person, c->person))
            return &f->parts[i];
    }
    if (f->part_count == f->part_capacity) {
        size_t wider = f->part_capacity ? f->part_capacity * 2 : 64;
        struct part *parts = arena_array_of(f->arena, struct part, wider);
        if (!parts)
            return NULL;
        if (f->part_count)
            memcpy(parts, f->parts, f->part_count * sizeof *parts);
        f->parts = parts;
        f->part_capacity = wider;
    }
    f->parts[f->part_count] = (struct part){ .relation = relation, .person = c->person };
    return &f->parts[f->part_count++];
}

static bool first_of_person(const struct contact *c, size_t carrier)
{
    for (size_t i = 0; i < carrier; i++)
        if (slice_eq(c->carriers[i].person, c->carriers[carrier].person))
            return false;
    return true;
}

static int tally(struct finding *f, size_t relation)
{
    struct slice partner = f->relations.items[relation].partner;
    for (size_t i = 0; i < f->contacts.count; i++) {
        const struct contact *c = &f->contacts.items[i];
        if (!contact_with(c, partner))
            continue;
        snapshot_mark_number(f->snapshot, c->label);
        f->total[relation]++;
        for (size_t j = 0; j < c->carrier_count; j++) {
            if (!c->carriers[j].person.len || !first_of_person(c, j))
                continue;
            struct part *p = part_of(f, relation, &c->carriers[j]);
            if (!p)
                return EN_NO_MEMORY;
            p->carried++;
            p->tour = c->carriers[j].tour;
        }
    }
    return 0;
}

static bool rests(const struct finding *f, const struct part *p)
{
    return 2 * p->carried > f->total[p->relation];
}

/* ---- persons ---- */

/* Of several postings the one in which they carried it, as long as they are in it. */
static void find_end(struct finding *f, struct key_person *k, const struct tour *carried)
{
    int64_t now = f->as_of * 1000;
    const struct tour *today = roster_post(f->roster, k->person, now);
    k->tour = carried && carried->last_ms >= now ? carried : today ? today : carried;
    k->ends = k->tour && k->tour->last_ms != INT64_MAX;
    if (k->ends) {
        int64_t last = k->tour->last_ms - (k->tour->last_ms % DAY_MS + DAY_MS) % DAY_MS;
        int64_t day = now - (now % DAY_MS + DAY_MS) % DAY_MS;
        k->days_left = (last - day) / DAY_MS;
    }
}

static int gather(struct finding *f)
{
    f->persons = arena_array_of(f->arena, struct key_person, f->part_count + 1);
    if (!f->persons)
        return EN_NO_MEMORY;
    for (size_t i = 0; i < f->part_count; i++) {
        size_t k = 0;
        if (!rests(f, &f->parts[i]))
            continue;
        while (k < f->person_count && !slice_eq(f->persons[k].person, f->parts[i].person))
            k++;
        struct key_person *person = &f->persons[k];
        if (k == f->person_count) {
            *person = (struct key_person){ .person = f->parts[i].person };
            person->parts = arena_array_of(f->arena, struct part, f->relations.count + 1);
            if (!person->parts)
                return EN_NO_MEMORY;
            find_end(f, person, f->parts[i].tour);
            f->person_count++;
        }
        person->parts[person->part_count++] = f->parts[i];
    }
    return 0;
}

static int compare_persons(const void *x, const void *y)
{
    const struct key_person *a = x, *b = y;
    if (a->ends != b->ends)
        return a->ends ? -1 : 1;
    if (a->ends && a->days_left != b->days_left)
        return a->days_left < b->days_left ? -1 : 1;
    if (a->part_count != b->part_count)
        return a->part_count > b->part_count ? -1 : 1;
    return slice_compare(a->person, b->person);
}

/* ---- writing ---- */

struct counting {
    struct snapshot *snapshot;
    int64_t count;
};

static int count_one(void *context, const struct slice *columns)
{
    struct counting *c = context;
    int64_t label = 0;
    slice_to_int64(columns[0], &label);
    snapshot_mark_number(c->snapshot, (uint32_t)label);
    c->count++;
    return 0;
}

/* Promises still open with the partners that rest on the person, either way. */
static int count_commitments(struct finding *f, const struct key_person *k, struct error *err,
                             int64_t *ret)
{
    static const char sql[] =
        "SELECT r.label FROM commitments_v k JOIN record_v r ON r.num = k.num WHERE k.own"
        " AND k.state = 'open'"
        " AND ((k.\"from\" = ?1 AND k.\"to\" = ?2) OR (k.\"from\" = ?2 AND k.\"to\" = ?1))";
    struct counting c = { .snapshot = f->snapshot };
    int code = 0;
    for (size_t i = 0; code == 0 && i < k->part_count; i++) {
        struct slice partner = f->relations.items[k->parts[i].relation].partner;
        size_t j = 0;
        while (j < i && !slice_eq(partner, f->relations.items[k->parts[j].relation].partner))
            j++;
        struct slice values[] = { f->of, partner };
        if (j == i)
            code = snapshot_query(f->snapshot, sql, values, 2, err, count_one, &c);
    }
    *ret = c.count;
    return code;
}

static int write_person(struct finding *f, const struct key_person *k, struct trust_desk *d,
                        struct render *r, struct error *err)
{
    int64_t open = 0;
    int code = count_commitments(f, k, err, &open);
    if (code < 0 || !refs_add(r->refs, k->person))
        return code;
    jw_object(r->out);
    if (!k->tour || !tour_write(k->tour, r))
        jw_key_text(r->out, "person", k->person);
    if (k->ends)
        jw_key_int(r->out, "days_left", k->days_left);
    jw_key(r->out, "relationships");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < k->part_count; i++) {
        const struct part *p = &k->parts[i];
        jw_object(r->out);
        code = relation_write_trust(&f->relations.items[p->relation], f->of, d, f->as_of, r, err);
        jw_key_int(r->out, "contacts", f->total[p->relation]);
        jw_key_fixed(r->out, "share", (double)p->carried / f->total[p->relation], 6);
        jw_object_end(r->out);
    }
    jw_array_end(r->out);
    if (code == 0)
        code = relations_write_personal("personal", k->person, d, f->as_of, r, err);
    jw_key_int(r->out, "open_commitments", open);
    jw_object_end(r->out);
    return code;
}

static int find(struct finding *f, struct error *err)
{
    struct contacts_query q = { .of = f->of,
                                .from = (f->as_of - YEAR_DAYS * INT64_C(86400)) * 1000,
                                .until = f->as_of * 1000 + 999 };
    int code = roster_open(f->snapshot, err, &f->roster);
    if (code == 0)
        code = relations_of(f->snapshot, f->of, f->as_of, err, &f->relations);
    if (code == 0)
        code = relations_partners(f->snapshot, &f->relations, err, &q.partners);
    if (code == 0)
        code = contacts_read(f->snapshot, f->roster, &q, err, &f->contacts);
    f->total = arena_array_of(f->arena, uint32_t, f->relations.count + 1);
    if (code == 0 && !f->total)
        code = EN_NO_MEMORY;
    for (size_t i = 0; code == 0 && i < f->relations.count; i++)
        code = tally(f, i);
    if (code == 0)
        code = gather(f);
    if (code == 0 && f->person_count > 1)
        qsort(f->persons, f->person_count, sizeof *f->persons, compare_persons);
    return code == EN_NO_MEMORY ? error_set(err, EN_NO_MEMORY, "key persons") : code;
}

int key_persons_write(struct node *n, struct snapshot *s, struct slice of, int64_t as_of,
                      struct render *r, struct error *err)
{
    struct finding f = { .snapshot = s, .arena = snapshot_arena(s), .of = of, .as_of = as_of };
    struct trust_desk *d = NULL;
    int code = of.len ? find(&f, err) : 0;
    if (code == 0 && of.len)
        code = trust_open(n, s, err, &d);
    jw_key(r->out, "items");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < f.person_count; i++)
        code = write_person(&f, &f.persons[i], d, r, err);
    jw_array_end(r->out);
    trust_close(d);
    return code;
}
