/*
 * Labels from one policy into another: what is stated is mapped, everything else is refused, and no
 * translation has a reader whom the original has not. Asked of random labels of the shipped
 * policies and of persons who hold clearances in all of them.
 */
#include "check.h"

#include "label/policies.h"

/* ---- the shipped policies ---- */

struct world {
    struct policy *own; /* entente */
    struct policies *all;
    struct arena *a;
};

static int set_up(void **state)
{
    static const char *const names[] = { "entente", "nato", "can", "tlp" };
    struct world *w = calloc(1, sizeof(*w));
    struct slice texts[4];
    char *heap[4];
    for (size_t i = 0; i < 4; i++) {
        char path[64];
        size_t len = 0;
        snprintf(path, sizeof(path), "policy/%s.spif.xml", names[i]);
        heap[i] = source_file(path, &len);
        texts[i] = slice_make(heap[i], len);
    }
    w->own = default_policy();
    w->a = arena_new(CHECK_MEMORY);
    assert_int_equal(policies_load(w->own, texts, 4, NULL, &w->all), 0);
    for (size_t i = 0; i < 4; i++) {
        free(heap[i]);
    }
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;
    policies_free(w->all);
    policy_free(w->own);
    arena_free(w->a);
    free(w);
    return 0;
}

static int translate(const struct policies *all, const struct policy *from, const struct policy *to,
                     struct arena *a, const struct label *l, struct error *err,
                     const struct label **ret)
{
    struct json *v = NULL;
    assert_int_equal(json_parse(a, slice_of(json_of(from, a, l)), NULL, &v), 0);
    return label_translate(all, to, a, v, err, ret);
}

static void own_comes_first_and_a_policy_is_found_by_name_and_by_identifier(void **state)
{
    const struct world *w = *state;
    assert_int_equal(policies_count(w->all), 4); /* own is not there twice */
    assert_ptr_equal(policies_own(w->all), w->own);
    assert_ptr_equal(policies_at(w->all, 0), w->own);
    assert_null(policies_at(w->all, 4));
    assert_ptr_equal(policies_find(w->all, S("Entente-Default")), w->own);
    assert_ptr_equal(policies_find(w->all, S("1.3.26.1.3.1")), policies_find(w->all, S("NATO")));
    assert_null(policies_find(w->all, S("US")));
}

static void labels_of_the_shipped_policies_become_these(void **state)
{
    static const struct {
        const char *from, *label, *to, *becomes; /* NULL: refused */
    } cases[] = {
        { "NATO", "SECRET; Context: NATO", "entente-default", "SECRET; Releasable To: NATO" },
        { "NATO", "TOP SECRET; Context: NATO; TLP:RED", "entente-default",
          "TOP SECRET; Releasable To: NATO; TLP:RED" },
        { "NATO", "SECRET; Context: NATO; Administrative: STAFF", "entente-default",
          "SECRET; Releasable To: NATO" },
        { "NATO", "SECRET; Context: ANYONE; Only: CAN, FIN", "entente-default",
          "SECRET; Releasable To: CAN, FIN" },
        { "NATO", "SECRET; Context: NATO; Additional Sensitivity: ATOMAL", "entente-default",
          NULL },
        { "NATO", "SECRET; Context: KFOR", "entente-default", NULL },
        { "NATO", "SECRET; Context: ANYONE; Releasable To: ISAF, CAN", "entente-default", NULL },
        { "NATO", "RESTRICTED; Context: NATO", "CAN", NULL },
        { "NATO", "SECRET; Context: NATO; Releasable To: CAN, USA", "CAN",
          "SECRET; Releasable To: CAN, USA; Releasable To: NATO" },
        { "NATO", "SECRET; Context: NATO; Releasable To: NOBODY", "CAN",
          "SECRET; Releasable To: NOBODY" },
        { "entente-default", "SECRET; Releasable To: CAN, NATO", "NATO",
          "SECRET; Releasable To: CAN, NATO" },
        { "entente-default", "SECRET; Caveat: LEGAL", "NATO", NULL },
        { "entente-default", "SECRET; Releasable To: EU", "NATO", NULL },
        { "entente-default", "RESTRICTED", "CAN", NULL },
        { "entente-default", "SECRET; Releasable To: FVEY; Releasable To: CAN, USA", "CAN",
          "SECRET; Releasable To: CAN, USA; Releasable To: FVEY" },
        { "CAN", "UNCLASSIFIED; Protected: B; Releasable To: CAN", "entente-default", NULL },
        { "CAN", "SECRET; Releasable To: CAN", "entente-default", "SECRET; Releasable To: CAN" },
        { "TLP", "AMBER+STRICT", "entente-default", "UNCLASSIFIED; TLP:AMBER+STRICT" },
        { "entente-default", "UNCLASSIFIED; TLP:AMBER", "TLP", "AMBER; TLP:AMBER" },
        { "entente-default", "RESTRICTED; TLP:AMBER", "TLP", NULL },
        { "TLP", "RED", "NATO", NULL },
        { "NATO",
          "SECRET; Context: NATO; ORCON: 0190a1b2-0000-7000-8000-00000000000a; REVIEW: 2031-01-02",
          "entente-default",
          "SECRET; Releasable To: NATO; ORCON: 0190a1b2-0000-7000-8000-00000000000a; "
          "REVIEW: 2031-01-02T00:00:00Z" },
        { "CAN", "SECRET; Releasable To: CAN; TLP:GREEN", "CAN",
          "SECRET; Releasable To: CAN; TLP:GREEN" },
    };
    const struct world *w = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct policy *from = policies_find(w->all, slice_of(cases[i].from));
        const struct policy *to = policies_find(w->all, slice_of(cases[i].to));
        const struct label *l = NULL;
        struct error err = { 0 };
        int code =
            translate(w->all, from, to, w->a, label_of_text(from, w->a, cases[i].label), &err, &l);
        if (code != (cases[i].becomes ? 0 : EN_FORBIDDEN)) {
            fail_msg("%s %s: %d %s", cases[i].from, cases[i].label, code, err.message);
        }
        if (l) {
            assert_string_equal(text_of(to, w->a, l), cases[i].becomes);
        } else {
            assert_null(cases[i].becomes);
            assert_int_equal(err.code, EN_FORBIDDEN);
        }
    }
}

static void an_unknown_policy_or_class_or_no_policy_at_all_is_refused(void **state)
{
    static const struct {
        const char *json;
        int code;
    } cases[] = {
        { "{\"class\":\"SECRET\",\"policy\":\"US\"}", EN_FORBIDDEN },
        { "{\"class\":\"SECRET\",\"policy\":\"nato\"}", EN_FORBIDDEN },
        { "{\"class\":\"COSMIC\",\"policy\":\"NATO\"}", EN_INVALID },
        { "{\"class\":\"SECRET\",\"policy\":\"NATO\",\"secret\":1}", EN_INVALID },
        { "{\"class\":\"SECRET\"}", EN_INVALID },
        { "{\"policy\":\"NATO\"}", EN_INVALID },
        { "{}", EN_INVALID },
        { "null", EN_INVALID },
        { "\"SECRET\"", EN_INVALID },
    };
    const struct world *w = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct json *v = NULL;
        struct error err = { 0 };
        const struct label *l = NULL;
        assert_int_equal(json_parse(w->a, slice_of(cases[i].json), NULL, &v), 0);
        assert_int_equal(label_translate(w->all, w->own, w->a, v, &err, &l), cases[i].code);
        assert_int_equal(err.code, cases[i].code);
        assert_null(l);
    }
    const struct label *l = NULL;
    assert_int_equal(label_translate(w->all, w->own, w->a, NULL, NULL, &l), EN_INVALID);
}

/* ---- no reader outside the original's ---- */

static const char *const countries[] = { "CAN", "USA", "FIN", "SWE", "JPN", "CHE", "UKR", "ZWE" };
static const char *const dates[] = { "2020-06-01", "2023-05-01", "2026-01-01" };
static const char *const ranks[] = { "UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET",
                                     "TOP SECRET" };
enum { COUNTRIES = 8, DATES = 3, RANKS = 5, PERSONS = COUNTRIES * RANKS * 2, POLICIES = 4 };

/* A person, in the words of each policy. Those of a member of NATO on the day hold its context;
 * those of its partners hold Releasable. */
static const struct clearance *hold(const struct policy *p, struct arena *a, unsigned person,
                                    const char *date)
{
    const char *country = countries[person % COUNTRIES];
    unsigned rank = person / COUNTRIES % RANKS;
    const char *tlp = person / COUNTRIES / RANKS ? "RED" : "GREEN";
    bool fin = person % COUNTRIES == 2;
    bool swe = person % COUNTRIES == 3;
    bool member = person % COUNTRIES < 2 || (fin && day(date) >= day("2023-04-04")) ||
                  (swe && day(date) >= day("2024-03-07"));
    bool partner = person % COUNTRIES >= 4 && person % COUNTRIES < 7;
    static const char *const four[] = { "UNCLASSIFIED", "CONFIDENTIAL", "SECRET", "TOP SECRET" };
    const struct clearance *c = NULL;
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    if (slice_is(policy_id(p), "entente-default")) {
        buf_printf(&b, "%s; Releasable To: %s; Caveat: LEGAL, MEDICAL", ranks[rank], country);
    } else if (slice_is(policy_id(p), "NATO")) {
        buf_add_cstr(&b, ranks[rank]);
        buf_add_cstr(&b, member ? "; Context: NATO" : partner ? "; Context: Releasable" : "");
        if (person % COUNTRIES < 7) {
            buf_printf(&b, "; Releasable To: %s; Only: %s", country, country);
        }
    } else if (slice_is(policy_id(p), "CAN")) {
        buf_printf(&b, "%s; Protected: C", four[rank - (rank > 0)]);
        if (person % COUNTRIES < 7) {
            buf_printf(&b, "; Releasable To: %s", country);
        }
    } else {
        buf_add_cstr(&b, tlp); /* the TLP policy: the class is the TLP */
    }
    buf_printf(&b, "; TLP:%s", tlp);
    assert_int_equal(clearance_parse_text(p, a, buf_slice(&b), S(""), NULL, &c), 0);
    return c;
}

static void say_clause(struct buf *b, uint64_t *seed, const char *tag, const char *const *atoms,
                       unsigned count)
{
    buf_printf(b, "; %s: %s", tag, atoms[random_below(seed, count)]);
    for (unsigned more = random_below(seed, 3); more > 0; more--) {
        buf_printf(b, ", %s", atoms[random_below(seed, count)]);
    }
}

/* A label of the policy, with groups and with what has no equivalent. */
static const struct label *any_label(const struct policy *p, struct arena *a, uint64_t *seed)
{
    static const char *const tlps[] = { "CLEAR", "GREEN", "AMBER", "RED" };
    static const char *const entente[] = { "CAN", "USA", "FIN",  "SWE",  "JPN", "CHE",
                                           "UKR", "ZWE", "NATO", "FVEY", "EU",  "ACGU" };
    static const char *const nato[] = { "CAN", "USA", "FIN",  "SWE", "JPN",
                                        "CHE", "UKR", "NATO", "KFOR" };
    static const char *const can[] = { "CAN", "USA", "FIN", "JPN", "CHE", "NATO", "FVEY", "ACGU" };
    static const char *const contexts[] = { "NATO", "Releasable", "NATO", "KFOR" };
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    bool is_nato = slice_is(policy_id(p), "NATO");
    bool is_can = slice_is(policy_id(p), "CAN");
    if (slice_is(policy_id(p), "TLP")) {
        return label_of_text(p, a, tlps[random_below(seed, 4)]);
    }
    static const char *const four[] = { "UNCLASSIFIED", "CONFIDENTIAL", "SECRET", "TOP SECRET" };
    buf_add_cstr(&b, is_can ? four[random_below(seed, 4)] : ranks[random_below(seed, RANKS)]);
    unsigned clauses = random_below(seed, 3);
    for (unsigned i = 0; i < clauses; i++) {
        say_clause(&b, seed, "Releasable To",
                   is_nato  ? nato
                   : is_can ? can
                            : entente,
                   is_nato  ? 9
                   : is_can ? 8
                            : 12);
    }
    if (clauses == 0 && is_can) {
        buf_add_cstr(&b, "; Releasable To: ANYONE");
    }
    if (is_nato && random_below(seed, 4)) {
        say_clause(&b, seed, "Context", contexts, 4);
    } else if (is_nato && clauses == 0) {
        buf_add_cstr(&b, "; Context: ANYONE");
    }
    if (is_nato && random_below(seed, 5) == 0) {
        say_clause(&b, seed, "Only", nato, 8);
    }
    if (random_below(seed, 8) == 0) {
        buf_add_cstr(&b, is_nato  ? "; Additional Sensitivity: ATOMAL"
                         : is_can ? "; Protected: B"
                                  : "; Caveat: LEGAL");
    }
    buf_printf(&b, "; TLP:%s", tlps[random_below(seed, 4)]);
    return label_of_text(p, a, b.ptr);
}

static void nobody_reads_a_translation_who_could_not_read_the_original(void **state)
{
    const struct world *w = *state;
    const struct clearance *held[POLICIES][DATES][PERSONS];
    uint64_t seed = 5;
    unsigned mapped = 0;
    unsigned refused = 0;
    unsigned readers = 0;
    for (unsigned p = 0; p < POLICIES; p++) {
        for (unsigned d = 0; d < DATES; d++) {
            for (unsigned k = 0; k < PERSONS; k++) {
                held[p][d][k] = hold(policies_at(w->all, p), w->a, k, dates[d]);
            }
        }
    }
    cleanup_arena struct arena *a = arena_new(CHECK_MEMORY);
    for (unsigned i = 0; i < 12000; i++) {
        unsigned from = random_below(&seed, POLICIES);
        unsigned to = random_below(&seed, POLICIES);
        const struct policy *source = policies_at(w->all, from);
        const struct policy *target = policies_at(w->all, to);
        const struct label *l = any_label(source, a, &seed);
        const struct label *m = NULL;
        int code = translate(w->all, source, target, a, l, NULL, &m);
        assert_true(code == 0 || code == EN_FORBIDDEN);
        mapped += code == 0 && from != to;
        refused += code != 0;
        for (unsigned d = 0; m && d < DATES; d++) {
            for (unsigned k = 0; k < PERSONS; k++) {
                int64_t at = day(dates[d]);
                bool reads = label_may_read(target, held[to][d][k], m, at);
                readers += reads;
                if (reads && !label_may_read(source, held[from][d][k], l, at)) {
                    fail_msg("%s -> %s: person %u on %s", text_of(source, a, l),
                             text_of(target, a, m), k, dates[d]);
                }
            }
        }
        arena_reset(a);
    }
    /* the question was not empty */
    assert_true(mapped > 1500 && refused > 1500 && readers > 20000);
}

/* ---- what files may state ---- */

#define CLASS(name, lacv, rank, inside)                                                    \
    "<securityClassification name='" name "' lacv='" lacv "' hierarchy='" rank "'>" inside \
    "</securityClassification>"
#define EQ_CLASS(lacv, applied) \
    "<equivalentClassification policyRef='b' lacv='" lacv "' applied='" applied "'/>"
#define EQ(set, type, lacv, applied)                                                    \
    "<equivalentSecCategoryTag policyRef='b' tagSetId='2.25.22." set "' tagType='" type \
    "' lacv='" lacv "' applied='" applied "'/>"
#define DISCARD(type)                                                       \
    "<equivalentSecCategoryTag policyRef='b' tagSetId='0.0' tagType='" type \
    "' lacv='0' applied='encrypt' action='discard'/>"
#define TAG(policy, set, name, type, values)                                \
    "<securityCategoryTagSet name='" name "' id='2.25." policy "." set "'>" \
    "<securityCategoryTag tagType='" type "'>" values                       \
    "</securityCategoryTag></securityCategoryTagSet>"
#define VALUE(name, lacv, inside) \
    "<tagCategory name='" name "' lacv='" lacv "'>" inside "</tagCategory>"
#define PLAIN(name, lacv) "<tagCategory name='" name "' lacv='" lacv "'/>"

static const char b_text[] = SPIF_OPEN("b", "2.25.22") "<securityClassifications>" CLASS(
    "B1", "1", "1", "") CLASS("B2", "2", "2", "")
    CLASS("B3", "3", "3", "") "</securityClassifications><securityCategoryTagSets>" TAG(
        "22", "1", "Need", "restrictive", PLAIN("x", "1") PLAIN("y", "2"))
        TAG("22", "2", "Rel", "permissive", PLAIN("P", "1") PLAIN("Q", "2") PLAIN("H", "3"))
            TAG("22", "3", "Other", "permissive", PLAIN("P", "1"))
                TAG("22", "4", "Note", "tagType7",
                    PLAIN("n", "1")) "</securityCategoryTagSets><extensions><ent:policy "
                                     "default='B1'><ent:tag name='Rel'>"
                                     "<ent:group name='H'><ent:member name='P'/><ent:member "
                                     "name='Q' until='2020-01-01'/>"
                                     "</ent:group></ent:tag></ent:policy></extensions>" SPIF_CLOSE;

/* What a file states of one class A2 and of the values of its tags, and what a label becomes. */
static const struct {
    const char *classes, *values, *policy, *label, *becomes;
} stated[] = {
#define TWO \
    CLASS("A1", "9", "1", EQ_CLASS("1", "both")) CLASS("A2", "8", "2", EQ_CLASS("2", "encrypt"))
#define REL(inside) TAG("21", "2", "Rel", "permissive", inside)
#define NONE TAG("21", "2", "Rel", "permissive", PLAIN("P", "1"))
    { TWO, NONE, "", "A2", "B2" },
    { TWO, NONE, "", "A2; Rel: P", NULL },
    { TWO, NONE, "", "A2; Rel: NOBODY", "B2; Rel: NOBODY" },
    /* the highest of several; decrypt does not count outward */
    { CLASS("A2", "1", "1", EQ_CLASS("1", "both") EQ_CLASS("3", "encrypt")), NONE, "", "A2", "B3" },
    { CLASS("A2", "1", "1", EQ_CLASS("1", "encrypt") EQ_CLASS("3", "decrypt")), NONE, "", "A2",
      "B1" },
    { CLASS("A2", "1", "1", EQ_CLASS("1", "decrypt")), NONE, "", "A2", NULL },
    { CLASS("A2", "1", "1", EQ_CLASS("7", "both")), NONE, "", "A2", NULL },
    /* a mapping that crosses over would map down */
    { CLASS("A1", "1", "1", EQ_CLASS("3", "both")) CLASS("A2", "2", "2", EQ_CLASS("2", "both")),
      NONE, "", "A2", NULL },
    { CLASS("A1", "1", "1", EQ_CLASS("2", "both")) CLASS("A2", "2", "2", EQ_CLASS("2", "both")),
      NONE, "", "A2", "B2" },
    /* values */
    { TWO, REL(VALUE("P", "1", EQ("2", "permissive", "1", "both"))), "", "A2; Rel: P",
      "B2; Rel: P" },
    { TWO, REL(VALUE("P", "1", EQ("2", "permissive", "1", "decrypt"))), "", "A2; Rel: P", NULL },
    { TWO,
      REL(VALUE("P", "1", EQ("2", "permissive", "1", "both") EQ("2", "permissive", "2", "both"))),
      "", "A2; Rel: P", "B2; Rel: P, Q" },
    { TWO,
      REL(VALUE("P", "1", EQ("2", "permissive", "1", "both"))
              VALUE("Z", "2", DISCARD("permissive"))),
      "", "A2; Rel: P, Z", "B2; Rel: P" },
    { TWO, REL(VALUE("Z", "2", DISCARD("permissive"))), "", "A2; Rel: Z", NULL },
    { TWO, REL(VALUE("P", "1", EQ("2", "permissive", "1", "both")) PLAIN("Z", "2")), "",
      "A2; Rel: P, Z", NULL },
    { TWO,
      REL(VALUE("P", "1", EQ("2", "permissive", "1", "both"))
              VALUE("Q", "2", EQ("3", "permissive", "1", "both"))),
      "", "A2; Rel: P; Rel: Q", "B2; Rel: P; Other: P" },
    { TWO,
      REL(VALUE("P", "1", EQ("2", "permissive", "1", "both"))
              VALUE("Q", "2", EQ("3", "permissive", "1", "both"))),
      "", "A2; Rel: P, Q", NULL }, /* one clause over two tags would be "or" */
    { TWO, REL(VALUE("P", "1", EQ("1", "restrictive", "1", "both"))), "", "A2; Rel: P", NULL },
    { TWO,
      TAG("21", "1", "Need", "restrictive",
          VALUE("x", "1", EQ("1", "restrictive", "1", "both") EQ("1", "restrictive", "2", "both"))),
      "", "A2; Need: x", "B2; Need: x, y" },
    { TWO, TAG("21", "1", "Need", "restrictive", VALUE("x", "1", DISCARD("restrictive"))), "",
      "A2; Need: x", NULL },
    { TWO,
      TAG("21", "4", "Note", "tagType7",
          VALUE("n", "1", DISCARD("tagType7")) VALUE("m", "2", EQ("4", "tagType7", "1", "both"))),
      "", "A2; Note: n, m", "B2; Note: n" },
    { TWO, TAG("21", "4", "Note", "tagType7", PLAIN("n", "1")), "", "A2; Note: n", NULL },
/* groups: the target's may have no member more, on no day */
#define GROUP(members)                                                                      \
    "<extensions><ent:policy default='A2'><ent:tag name='Rel'><ent:group name='G'>" members \
    "</ent:group></ent:tag></ent:policy></extensions>"
#define G_AND_MEMBERS                                           \
    REL(VALUE("P", "1", EQ("2", "permissive", "1", "both"))     \
            VALUE("Q", "2", EQ("2", "permissive", "2", "both")) \
                VALUE("G", "3", EQ("2", "permissive", "3", "both")))
    { TWO, G_AND_MEMBERS, GROUP("<ent:member name='P'/><ent:member name='Q'/>"), "A2; Rel: G",
      "B2; Rel: H" },
    { TWO, G_AND_MEMBERS, GROUP("<ent:member name='P'/>"), "A2; Rel: G", NULL },
    { TWO, G_AND_MEMBERS, GROUP("<ent:member name='P'/><ent:member name='Q' until='2019-01-01'/>"),
      "A2; Rel: G", NULL },
    { TWO, G_AND_MEMBERS, GROUP("<ent:member name='P' from='1999-01-01'/><ent:member name='Q'/>"),
      "A2; Rel: G", NULL },
};

static void files_state_equivalences_and_nothing_else_is_mapped(void **state)
{
    const struct world *w = *state;
    for (size_t i = 0; i < sizeof(stated) / sizeof(stated[0]); i++) {
        struct slice text = arena_printf(
            w->a,
            SPIF_OPEN("a", "2.25.21") "<securityClassifications>%s</securityClassifications>"
                                      "<securityCategoryTagSets>%s</securityCategoryTagSets>"
                                      "<equivalentPolicies><equivalentPolicy name='b' "
                                      "id='2.25.22'/></equivalentPolicies>%s" SPIF_CLOSE,
            stated[i].classes, stated[i].values, stated[i].policy);
        struct policy *b = load_policy(slice_of(b_text));
        struct policies *all = NULL;
        struct error err = { 0 };
        const struct label *l = NULL;
        assert_int_equal(policies_load(b, &text, 1, &err, &all), 0);
        const struct policy *from = policies_find(all, S("a"));
        int code =
            translate(all, from, b, w->a, label_of_text(from, w->a, stated[i].label), &err, &l);
        if (code != (stated[i].becomes ? 0 : EN_FORBIDDEN)) {
            fail_msg("case %zu, %s: %d %s", i, stated[i].label, code, err.message);
        }
        if (l) {
            assert_string_equal(text_of(b, w->a, l), stated[i].becomes);
        }
        policies_free(all);
        policy_free(b);
    }
}

/* The target's own file counts before the source's; what a file requires of mapped labels is added.
 */
static void the_word_of_the_targets_file_counts_and_required_values_are_added(void **state)
{
    const struct world *w = *state;
    static const char c_text[] = SPIF_OPEN("c", "2.25.23") "<securityClassifications>" CLASS(
        "C1", "1", "1",
        EQ_CLASS("3", "decrypt") "<equivalentClassification policyRef='b' lacv='2' "
                                 "applied='encrypt'>"
                                 "<requiredCategory operation='all'><categoryGroup "
                                 "tagSetRef='Rel' "
                                 "tagType='permissive' "
                                 "lacv='2'/></requiredCategory></"
                                 "equivalentClassification>") "</"
                                                              "securityClassifications>"
                                                              "<equivalentPolicies><"
                                                              "equivalentPolicy "
                                                              "name='b' id='2.25.22'>"
                                                              "<requiredCategory "
                                                              "operation='all'><"
                                                              "categoryGroup "
                                                              "tagSetRef='Need' "
                                                              "tagType='restrictive' "
                                                              "lacv='1'/"
                                                              "><categoryGroup "
                                                              "tagSetRef='Note' "
                                                              "tagType='tagType7' "
                                                              "lacv='1'/>"
                                                              "</requiredCategory></"
                                                              "equivalentPolicy></"
                                                              "equivalentPolicies"
                                                              ">" SPIF_CLOSE;
    struct slice text = slice_of(c_text);
    struct policy *b = load_policy(slice_of(b_text));
    struct policies *all = NULL;
    const struct label *l = NULL;
    assert_int_equal(policies_load(b, &text, 1, NULL, &all), 0);
    const struct policy *c = policies_find(all, S("c"));
    assert_int_equal(translate(all, b, c, w->a, label_of_text(b, w->a, "B3"), NULL, &l), 0);
    assert_string_equal(text_of(c, w->a, l), "C1");
    assert_int_equal(translate(all, b, c, w->a, label_of_text(b, w->a, "B2"), NULL, &l),
                     EN_FORBIDDEN);
    assert_int_equal(translate(all, c, b, w->a, label_of_text(c, w->a, "C1"), NULL, &l), 0);
    assert_string_equal(text_of(b, w->a, l), "B2; Need: x; Rel: Q; Note: n");
    policies_free(all);
    policy_free(b);
}

static void a_later_file_takes_the_place_of_an_earlier_and_a_wrong_one_is_refused(void **state)
{
    const struct world *w = *state;
    struct slice two[] = { slice_of(b_text),
                           slice_of(SPIF_OPEN("B", "2.25.99") "<securityClassifications>" CLASS(
                               "ONLY", "1", "1", "") "</securityClassifications>" SPIF_CLOSE) };
    struct policies *all = NULL;
    struct error err = { 0 };
    assert_int_equal(policies_load(w->own, two, 2, NULL, &all), 0);
    assert_int_equal(policies_count(all), 2);
    assert_true(slice_is(policy_oid(policies_find(all, S("b"))), "2.25.99"));
    policies_free(all);
    two[1] = S("<SPIF/>");
    all = NULL;
    assert_int_equal(policies_load(w->own, two, 2, &err, &all), EN_INVALID);
    assert_null(all);
}

#define case_(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_(own_comes_first_and_a_policy_is_found_by_name_and_by_identifier),
        case_(labels_of_the_shipped_policies_become_these),
        case_(an_unknown_policy_or_class_or_no_policy_at_all_is_refused),
        case_(nobody_reads_a_translation_who_could_not_read_the_original),
        case_(files_state_equivalences_and_nothing_else_is_mapped),
        case_(the_word_of_the_targets_file_counts_and_required_values_are_added),
        case_(a_later_file_takes_the_place_of_an_earlier_and_a_wrong_one_is_refused),
    };
    return run_suite(tests);
}
