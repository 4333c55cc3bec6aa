/*
 * The decision and the join against plain set semantics, over every label of a small policy.
 *
 * The judge knows no clauses, no canonical order and no absorption: a label is bits as its author
 * wrote them, a reader is bits, a group is the bits of its members at one of two dates. What is
 * asked of the engine: it reads exactly as the judge does; the readers of a join are exactly the
 * readers of both; the join is commutative, associative and idempotent; and labels that mean the
 * same have the same canonical bytes (of the 65,536 sets of clauses over four atoms 168 are
 * different: the fourth Dedekind number; asked are all of up to four clauses, all minimal ones and
 * one in sixteen of the rest).
 */
#include "check.h"

enum { A = 1, B = 2, C = 4, G = 8, ATOMS = 4, CLAUSES = 1 << ATOMS };

/* clauses: bit m says that the clause with the atoms m is there. */
struct raw {
    unsigned level, need, rel, team, tlp;
    unsigned only; /* 0: anyone; else 1 and, from bit 1, who of PERSONS is named */
};

struct reader {
    unsigned level, need, rel, team, tlp;
    unsigned person; /* 0: nobody in particular; else who of PERSONS, from 1 */
};

enum { PERSONS = 3 };
static struct uuid person_id(unsigned person)
{
    return (struct uuid){ { 0x70, [15] = (uint8_t)person } };
}

/* ---- the judge ---- */

static bool judge_clauses(unsigned clauses, unsigned atoms, unsigned members, unsigned held)
{
    for (unsigned m = 0; m < 1U << atoms; m++) {
        unsigned expanded = m & G ? m | members : m;
        if ((clauses >> m & 1) && !(expanded & held)) {
            return false;
        }
    }
    return true;
}

static bool judge(const struct raw *l, const struct reader *k, bool late)
{
    bool named = !l->only || (k->person && l->only >> k->person & 1);
    return named && l->level <= k->level && l->tlp <= k->tlp && !(l->need & ~k->need) &&
           judge_clauses(l->rel, ATOMS, late ? B | C : A | B, k->rel) &&
           judge_clauses(l->team, 1, 0, k->team);
}

/* ---- the same labels and readers, said to the engine ---- */

static void say_names(struct buf *out, unsigned bits, const char *names)
{
    const char *comma = "";
    for (unsigned i = 0; names[i]; i++) {
        if (bits >> i & 1) {
            buf_printf(out, "%s\"%c\"", comma, names[i]);
            comma = ",";
        }
    }
}

static void say_clauses(struct buf *out, const char *tag, unsigned clauses, unsigned atoms,
                        const char *names)
{
    const char *comma = "";
    if (clauses == 0) {
        return;
    }
    buf_printf(out, "\"%s\":[", tag);
    for (unsigned m = 0; m < 1U << atoms; m++) {
        if (clauses >> m & 1) {
            buf_printf(out, "%s[", comma);
            say_names(out, m, names);
            buf_add_char(out, ']');
            comma = ",";
        }
    }
    buf_add_char(out, ']');
}

static void say_persons(struct buf *out, unsigned only)
{
    const char *comma = "";
    if (!only) {
        return;
    }
    buf_add_cstr(out, "\"persons\":[");
    for (unsigned i = PERSONS; i > 0; i--) { /* not as the canonical form has them */
        char id[UUID_TEXT + 1];
        uuid_format(person_id(i), id);
        if (only >> i & 1) {
            buf_printf(out, "%s\"%s\"", comma, id);
            comma = ",";
        }
    }
    buf_add_cstr(out, "],");
}

static const char *const tlp_words[] = { "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED" };

static const struct label *say_label(const struct policy *p, struct arena *a, const struct raw *l)
{
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    buf_add_char(&b, '{');
    say_persons(&b, l->only);
    buf_printf(&b, "\"class\":\"%s\",\"tlp\":\"%s\",\"restrictive\":{\"Need\":[",
               l->level ? "HIGH" : "LOW", tlp_words[l->tlp]);
    say_names(&b, l->need, "XY");
    buf_add_cstr(&b, "]},\"permissive\":{");
    say_clauses(&b, "Rel", l->rel, ATOMS, "ABCG");
    buf_add_cstr(&b, l->rel && l->team ? "," : "");
    say_clauses(&b, "Team", l->team, 1, "P");
    buf_add_cstr(&b, "}}");
    return label_of(p, a, b.ptr);
}

static const struct clearance *say_reader(const struct policy *p, struct arena *a,
                                          const struct reader *k)
{
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    buf_printf(&b, "{\"class\":\"%s\",\"tlp\":\"%s\",\"restrictive\":{\"Need\":[",
               k->level ? "HIGH" : "LOW", tlp_words[k->tlp]);
    say_names(&b, k->need, "XY");
    buf_add_cstr(&b, "]},\"permissive\":{\"Rel\":[");
    say_names(&b, k->rel, "ABCG");
    buf_add_cstr(&b, "],\"Team\":[");
    say_names(&b, k->team, "P");
    buf_add_cstr(&b, "]}}");
    return clearance_of(p, a, b.ptr);
}

/* ---- worlds: lists of labels and of readers, and who reads what ---- */

enum { READERS_MAX = 512, WORDS = READERS_MAX / 32 };

struct readers_of {
    uint64_t bits[WORDS]; /* two per reader: early, late */
};

struct world {
    struct policy *p;
    struct arena *a;
    struct reader readers[READERS_MAX];
    const struct clearance *clearances[READERS_MAX];
    uint32_t reader_count;
    struct raw *raws;
    const struct label **labels;
    struct readers_of *judged;
    uint32_t label_count;
    int64_t dates[2];
};

static void world_init(struct world *w, uint32_t labels_max)
{
    *w = (struct world){ .p = small_policy(), .a = arena_new(CHECK_MEMORY) };
    assert_non_null(w->a);
    w->raws = calloc(labels_max, sizeof(*w->raws));
    w->labels = calloc(labels_max, sizeof(struct label *));
    w->judged = calloc(labels_max, sizeof(*w->judged));
    assert_true(w->raws && w->labels && w->judged);
    w->dates[0] = day("2019-12-31");
    w->dates[1] = day("2020-01-01");
}

static void world_done(struct world *w)
{
    free(w->raws);
    free(w->labels);
    free(w->judged);
    arena_free(w->a);
    policy_free(w->p);
}

static void add_reader(struct world *w, struct reader k)
{
    assert_true(w->reader_count < READERS_MAX);
    w->readers[w->reader_count] = k;
    w->clearances[w->reader_count++] = say_reader(w->p, w->a, &k);
}

static void add_label(struct world *w, struct raw l)
{
    uint32_t n = w->label_count++;
    w->raws[n] = l;
    w->labels[n] = say_label(w->p, w->a, &l);
    for (uint32_t k = 0; k < w->reader_count; k++) {
        for (uint32_t late = 0; late < 2; late++) {
            if (judge(&l, &w->readers[k], late)) {
                w->judged[n].bits[k / 32] |= UINT64_C(1) << (2 * k % 64 + late);
            }
        }
    }
}

static struct readers_of ask(const struct world *w, const struct label *l)
{
    struct readers_of said = { 0 };
    for (uint32_t k = 0; k < w->reader_count; k++) {
        for (uint32_t late = 0; late < 2; late++) {
            struct uuid id = person_id(w->readers[k].person);
            if (label_may_read_by(w->p, w->clearances[k], w->readers[k].person ? &id : NULL, l,
                                  w->dates[late])) {
                said.bits[k / 32] |= UINT64_C(1) << (2 * k % 64 + late);
            }
        }
    }
    return said;
}

static bool same(const struct readers_of *x, const struct readers_of *y)
{
    return memcmp(x, y, sizeof(*x)) == 0;
}

static bool leaks(const struct readers_of *said, const struct readers_of *allowed)
{
    for (uint32_t i = 0; i < WORDS; i++) {
        if (said->bits[i] & ~allowed->bits[i]) {
            return true;
        }
    }
    return false;
}

static struct readers_of both(const struct readers_of *x, const struct readers_of *y)
{
    struct readers_of b;
    for (uint32_t i = 0; i < WORDS; i++) {
        b.bits[i] = x->bits[i] & y->bits[i];
    }
    return b;
}

/* Every reader over Rel; the rest of the clearance as given. */
static void add_readers(struct world *w, struct reader k, unsigned rel_step)
{
    for (k.rel = 0; k.rel < CLAUSES; k.rel += rel_step) {
        add_reader(w, k);
    }
}

/* Bit sets of clauses that are minimal: no clause within another. Found by the definition. */
static bool minimal(unsigned clauses)
{
    for (unsigned m = 0; m < CLAUSES; m++) {
        for (unsigned n = 0; n < CLAUSES; n++) {
            if ((clauses >> m & 1) && (clauses >> n & 1) && m != n && (m & n) == m) {
                return false;
            }
        }
    }
    return true;
}

/* ---- the tests ---- */

static void sets_of_clauses_over_four_atoms_are_read_as_plain_sets_say(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, 1);
    add_readers(&w, (struct reader){ .level = 1, .need = 3, .team = 1, .tlp = 4 }, 1);
    struct label_table *t = label_table_new(w.p);
    assert_non_null(t);
    uint64_t seed = 4;
    unsigned asked = 0;
    for (unsigned clauses = 0; clauses < 1U << CLAUSES; clauses++) {
        bool few = __builtin_popcount(clauses) <= 4;
        if (!few && !minimal(clauses) && random_below(&seed, 16) != 0) {
            continue; /* all of them take ten seconds under the sanitizers */
        }
        asked++;
        cleanup_arena struct arena *a = arena_new(CHECK_MEMORY);
        struct arena *kept = w.a;
        w.a = a;
        w.label_count = 0;
        w.judged[0] = (struct readers_of){ 0 };
        add_label(&w, (struct raw){ .rel = clauses });
        struct readers_of said = ask(&w, w.labels[0]);
        assert_true(same(&said, &w.judged[0]));
        uint32_t number = 0;
        const char *text = json_of(w.p, a, w.labels[0]);
        assert_int_equal(label_table_intern(t, slice_of(text), NULL, &number), 0);
        w.a = kept;
    }
    assert_int_equal(label_table_count(t) - 1, 168);
    assert_true(asked > 6000);
    label_table_free(t);
    world_done(&w);
}

static void add_minimal_labels(struct world *w)
{
    for (unsigned clauses = 0; clauses < 1U << CLAUSES; clauses++) {
        if (minimal(clauses)) {
            add_label(w, (struct raw){ .rel = clauses });
        }
    }
}

/* All pairs: exact intersection, commutative (so one order is asked), idempotent. */
static void check_pairs(struct world *w)
{
    cleanup_arena struct arena *a = arena_new(CHECK_MEMORY);
    for (uint32_t x = 0; x < w->label_count; x++) {
        for (uint32_t y = x; y < w->label_count; y++) {
            const struct label *xy = label_join(w->p, a, w->labels[x], w->labels[y]);
            const struct label *yx = label_join(w->p, a, w->labels[y], w->labels[x]);
            assert_true(xy && yx);
            assert_true(label_equal(xy, yx));
            struct readers_of said = ask(w, xy);
            struct readers_of wanted = both(&w->judged[x], &w->judged[y]);
            assert_true(same(&said, &wanted));
            if (x == y) {
                assert_true(label_equal(xy, w->labels[x]));
            }
            arena_reset(a);
        }
    }
}

static void the_join_of_all_168_conjunctions_is_read_by_exactly_the_readers_of_both(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, 168);
    add_readers(&w, (struct reader){ .level = 1, .need = 3, .team = 1, .tlp = 4 }, 1);
    add_minimal_labels(&w);
    assert_int_equal(w.label_count, 168);
    check_pairs(&w);
    world_done(&w);
}

/* Every mix of level, need, team and a release over A, B and the group. */
static void add_mixed(struct world *w)
{
    static const unsigned needs[] = { 0, 1, 2 };
    for (unsigned rel = 0; rel < 1U << CLAUSES; rel++) {
        bool without_c = (rel & 0xF0F0U) == 0; /* clauses that name C */
        if (!minimal(rel) || !without_c) {
            continue;
        }
        for (unsigned mix = 0; mix < 2 * 3 * 2; mix++) {
            unsigned team = mix / 6 * 2; /* anyone, or one clause: P */
            add_label(w,
                      (struct raw){
                          .level = mix % 2, .need = needs[mix / 2 % 3], .rel = rel, .team = team });
        }
    }
}

static void mixed_labels(struct world *w)
{
    world_init(w, 20 * 12);
    for (unsigned k = 0; k < 2 * 4 * 2; k++) {
        struct reader reader = { .level = k & 1, .need = k >> 1 & 3, .team = k >> 3 };
        for (unsigned rel = 0; rel < CLAUSES; rel++) {
            reader.rel = rel;
            if (!(rel & B)) { /* C stands for the members of the group, B is both early and late */
                add_reader(w, reader);
            }
        }
    }
    add_mixed(w);
    assert_int_equal(w->label_count, 20 * 12);
}

static void the_join_over_all_parts_at_once_is_read_by_exactly_the_readers_of_both(void **state)
{
    (void)state;
    struct world w;
    mixed_labels(&w);
    check_pairs(&w);
    world_done(&w);
}

/* Every set of named persons, nobody and anyone, with and without other demands. */
static void persons_labels(struct world *w)
{
    static const unsigned rels[] = { 0, 1U << A, 1U << (A | B) | 1U << G };
    world_init(w, 9 * 2 * 2 * 3);
    for (unsigned person = 0; person <= PERSONS; person++) {
        for (unsigned k = 0; k < 2 * 2 * 4; k++) {
            static const unsigned held[] = { 0, A, B, A | C };
            add_reader(
                w, (struct reader){
                       .level = k & 1, .need = k >> 1 & 1, .rel = held[k >> 2], .person = person });
        }
    }
    for (unsigned who = 0; who <= 1U << PERSONS; who++) {
        for (unsigned mix = 0; mix < 2 * 2 * 3; mix++) {
            add_label(w, (struct raw){ .level = mix & 1,
                                       .need = mix >> 1 & 1,
                                       .rel = rels[mix >> 2],
                                       .only = who == 0 ? 0 : 1 | (who - 1) << 1 });
        }
    }
    assert_int_equal(w->label_count, 9 * 2 * 2 * 3);
}

static void
the_join_of_labels_for_named_persons_is_read_by_exactly_the_readers_of_both(void **state)
{
    (void)state;
    struct world w;
    persons_labels(&w);
    for (uint32_t i = 0; i < w.label_count; i++) {
        struct readers_of said = ask(&w, w.labels[i]);
        assert_true(same(&said, &w.judged[i]));
        assert_true(label_may_read(w.p, clearance_all(w.p), w.labels[i], 0)); /* the operator */
        const char *text = json_of(w.p, w.a, w.labels[i]);
        assert_true(label_equal(label_of(w.p, w.a, text), w.labels[i]));
        assert_true(
            label_equal(label_of_text(w.p, w.a, text_of(w.p, w.a, w.labels[i])), w.labels[i]));
        for (uint32_t k = 0; k < i; k++) {
            assert_false(label_equal(w.labels[i], w.labels[k]));
        }
    }
    check_pairs(&w);
    world_done(&w);
}

static void joins_of_three(struct world *w)
{
    cleanup_arena struct arena *a = arena_new(CHECK_MEMORY);
    uint64_t seed = 14;
    for (int i = 0; i < 20000; i++) {
        const struct label *x = w->labels[random_below(&seed, w->label_count)];
        const struct label *y = w->labels[random_below(&seed, w->label_count)];
        const struct label *z = w->labels[random_below(&seed, w->label_count)];
        const struct label *left = label_join(w->p, a, label_join(w->p, a, x, y), z);
        const struct label *right = label_join(w->p, a, x, label_join(w->p, a, y, z));
        assert_true(left && label_equal(left, right));
        assert_string_equal(json_of(w->p, a, left), json_of(w->p, a, right));
        arena_reset(a);
    }
    world_done(w);
}

static void the_join_does_not_care_how_three_labels_are_grouped(void **state)
{
    (void)state;
    struct world w;
    mixed_labels(&w);
    joins_of_three(&w);
    persons_labels(&w);
    joins_of_three(&w);
}

static void labels_are_equal_exactly_when_their_canonical_bytes_are(void **state)
{
    (void)state;
    struct world w;
    mixed_labels(&w);
    const char **texts = calloc(w.label_count, sizeof(*texts));
    assert_non_null(texts);
    for (uint32_t x = 0; x < w.label_count; x++) {
        texts[x] = json_of(w.p, w.a, w.labels[x]);
        const struct label *back = label_of(w.p, w.a, texts[x]);
        assert_true(label_equal(back, w.labels[x]));
        assert_string_equal(json_of(w.p, w.a, back), texts[x]);
        const struct label *from_text = label_of_text(w.p, w.a, text_of(w.p, w.a, back));
        assert_true(label_equal(from_text, back));
    }
    for (uint32_t x = 0; x < w.label_count; x++) {
        for (uint32_t y = 0; y < w.label_count; y++) {
            assert_true(label_equal(w.labels[x], w.labels[y]) == (strcmp(texts[x], texts[y]) == 0));
            assert_true(label_equal(w.labels[x], w.labels[y]) == (x == y));
        }
    }
    free(texts);
    world_done(&w);
}

/* The judge must be able to catch the classical mistake: the same tag twice, merged as "or". */
static void merging_clauses_by_union_would_leak_and_the_judge_sees_it(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, 168);
    add_readers(&w, (struct reader){ .level = 1, .need = 3, .team = 1, .tlp = 4 }, 1);
    for (unsigned m = 1; m < CLAUSES; m++) {
        add_label(&w, (struct raw){ .rel = 1U << m });
    }
    unsigned leaking = 0;
    for (unsigned m = 1; m < CLAUSES; m++) {
        for (unsigned n = 1; n < CLAUSES; n++) {
            struct readers_of merged = ask(&w, w.labels[(m | n) - 1]);
            struct readers_of allowed = both(&w.judged[m - 1], &w.judged[n - 1]);
            struct readers_of joined =
                ask(&w, label_join(w.p, w.a, w.labels[m - 1], w.labels[n - 1]));
            leaking += leaks(&merged, &allowed);
            assert_false(leaks(&joined, &allowed));
        }
    }
    assert_true(leaking > 100);
    world_done(&w);
}

static void the_tlp_of_a_join_is_the_stricter_for_all_pairs_and_readers(void **state)
{
    (void)state;
    struct world w;
    world_init(&w, 10);
    for (unsigned tlp = 0; tlp < 5; tlp++) {
        for (unsigned level = 0; level < 2; level++) {
            add_reader(&w, (struct reader){ .tlp = tlp, .level = level });
        }
    }
    for (unsigned tlp = 0; tlp < 5; tlp++) {
        for (unsigned level = 0; level < 2; level++) {
            add_label(&w, (struct raw){ .tlp = tlp, .level = level });
        }
    }
    check_pairs(&w);
    for (unsigned x = 0; x < 5; x++) {
        for (unsigned y = 0; y < 5; y++) {
            const struct label *xy = label_join(w.p, w.a, w.labels[2 * x], w.labels[2 * y]);
            assert_true(label_equal(xy, w.labels[2 * (x > y ? x : y)]));
        }
    }
    world_done(&w);
}

static struct reader common(const struct reader *x, const struct reader *y)
{
    return (struct reader){ .level = x->level < y->level ? x->level : y->level,
                            .tlp = x->tlp < y->tlp ? x->tlp : y->tlp,
                            .need = x->need & y->need,
                            .rel = x->rel & y->rel,
                            .team = x->team & y->team };
}

/* What two clearances have in common is what their parts have, and reads nothing that one of them
 * does not. */
static void the_meet_of_two_clearances_reads_no_more_than_either(void **state)
{
    (void)state;
    struct world w;
    uint64_t seed = 11;
    world_init(&w, 200);
    for (unsigned n = 0; n < 120; n++) {
        add_reader(&w, (struct reader){ .level = random_below(&seed, 2),
                                        .need = random_below(&seed, 4),
                                        .team = random_below(&seed, 2),
                                        .tlp = random_below(&seed, 5),
                                        .rel = random_below(&seed, CLAUSES) });
    }
    for (unsigned n = 0; n < 200; n++) {
        add_label(&w, (struct raw){ .level = random_below(&seed, 2),
                                    .need = random_below(&seed, 4) & random_below(&seed, 4),
                                    .team = random_below(&seed, 3) ? 0 : 2,
                                    .tlp = random_below(&seed, 4),
                                    .rel = random_below(&seed, 2)
                                               ? 0
                                               : 1U << (1 + random_below(&seed, CLAUSES - 1)) });
    }
    unsigned read = 0, narrower = 0;
    for (uint32_t x = 0; x < w.reader_count; x++) {
        for (uint32_t y = x; y < w.reader_count; y++) {
            cleanup_arena struct arena *a = arena_new(CHECK_MEMORY);
            const struct clearance *xy = clearance_meet(a, w.clearances[x], w.clearances[y]);
            const struct clearance *yx = clearance_meet(a, w.clearances[y], w.clearances[x]);
            struct reader k = common(&w.readers[x], &w.readers[y]);
            const struct clearance *said = say_reader(w.p, a, &k);
            assert_true(xy && yx);
            assert_true(clearance_within(xy, said) && clearance_within(said, xy));
            assert_true(clearance_within(yx, xy) && clearance_within(xy, yx));
            assert_true(clearance_within(xy, w.clearances[x]));
            for (uint32_t n = (x + y) % 7; n < w.label_count; n += 7) {
                bool both_read = judge(&w.raws[n], &w.readers[x], true) &&
                                 judge(&w.raws[n], &w.readers[y], true);
                bool reads = label_may_read(w.p, xy, w.labels[n], w.dates[1]);
                assert_true(both_read || !reads);
                read += reads;
                narrower += both_read && !reads; /* each meets another part of a clause */
            }
        }
    }
    assert_true(read > 1000 && narrower > 10);
    world_done(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sets_of_clauses_over_four_atoms_are_read_as_plain_sets_say),
        cmocka_unit_test(the_join_of_all_168_conjunctions_is_read_by_exactly_the_readers_of_both),
        cmocka_unit_test(the_join_over_all_parts_at_once_is_read_by_exactly_the_readers_of_both),
        cmocka_unit_test(
            the_join_of_labels_for_named_persons_is_read_by_exactly_the_readers_of_both),
        cmocka_unit_test(the_join_does_not_care_how_three_labels_are_grouped),
        cmocka_unit_test(labels_are_equal_exactly_when_their_canonical_bytes_are),
        cmocka_unit_test(merging_clauses_by_union_would_leak_and_the_judge_sees_it),
        cmocka_unit_test(the_meet_of_two_clearances_reads_no_more_than_either),
        cmocka_unit_test(the_tlp_of_a_join_is_the_stricter_for_all_pairs_and_readers),
    };
    return run_suite(tests);
}
