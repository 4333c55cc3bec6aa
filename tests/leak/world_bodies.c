/* Random bodies: see world_bodies.h. One function per kind. */
#include "world_bodies.h"

#include <stdlib.h>
#include <string.h>

static struct slice date(struct world *w)
{
    char text[32];
    when_format_ms(world_moment(w), false, text);
    return arena_copy(w->arena, slice_make(text, 10));
}

static const char *const words[] = { "divers", "boats",   "harbour", "permission",
                                     "Québec", "medical", "airlift", "exchange" };
static const char *word(struct world *w)
{
    return words[world_random(w, sizeof words / sizeof *words)];
}

#define ID(kind) SLICE_ARG(world_id(w, kind))

/* Some record of this kind, without drawing lots: what else a seed makes stays as it is. */
static struct slice some_id(const struct world *w, const char *kind, size_t from)
{
    for (size_t i = 0; i < w->count; i++) {
        size_t at = (from * 7 + i) % w->count;
        if (strcmp(w->kinds[at], kind) == 0)
            return w->ids[at];
    }
    return S("01890000-0000-7000-8000-000000000000");
}

static const char *const stakes[] = { "routine", "significant", "critical" };

/* Some are positions and persons, so that posts have holders and packs to hand over. */
static struct slice actor_body(struct world *w)
{
    static const char *const natures[] = { "organisation", "position", "person", "organisation",
                                           "unit" };
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    bool nested = r % 2 == 0;
    struct slice parent = nested ? some_id(w, "actor", r) : S("");
    return arena_printf(a,
                        "{\"nature\":\"%s\",\"name_en\":\"%s %u\",\"country\":\"%s\","
                        "\"instruments\":[\"military\"],\"latitude\":%u,\"longitude\":%u,"
                        "\"external_ids\":[\"w:%u\"]%s" SLICE_FMT "%s}",
                        natures[r % 5], word(w), r, r % 3 ? "FRA" : "CAN", r % 80, r % 170, r % 40,
                        nested ? ",\"parent\":\"" : "", SLICE_ARG(parent), nested ? "\"" : "");
}

static struct slice relationship_body(struct world *w)
{
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    return arena_printf(a,
                        "{\"a\":\"" SLICE_FMT "\",\"b\":\"" SLICE_FMT
                        "\",\"nature\":\"%s\",\"horizon\":\"%s\",\"priority\":\"T%u\","
                        "\"steward\":\"" SLICE_FMT "\",\"cadence_longest\":%u}",
                        ID("actor"), ID("actor"), r % 5 ? "institutional" : "interpersonal",
                        r % 2 ? "strategic" : "situational", r % 5 + 1, ID("actor"), r % 200 + 1);
}

static struct slice engagement_body(struct world *w)
{
    struct arena *a = w->arena;
    return arena_printf(a,
                        "{\"title\":\"%s %s\",\"when\":\"" SLICE_FMT "\",\"mode\":\"meeting\","
                        "\"status\":\"%s\",\"participants\":[{\"actor\":\"" SLICE_FMT
                        "\",\"position\":\"" SLICE_FMT "\"},{\"actor\":\"" SLICE_FMT
                        "\"}],\"relationships\":[\"" SLICE_FMT "\"],\"topics\":[\"%s\"]}",
                        word(w), word(w), SLICE_ARG(date(w)),
                        world_random(w, 4) ? "held" : "planned", ID("actor"), ID("actor"),
                        ID("actor"), ID("relationship"), word(w));
}

static struct slice commitment_body(struct world *w)
{
    static const char *const states[] = { "open", "kept", "late", "broken" };
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    const char *state = states[r % 4];
    return arena_printf(
        a,
        "{\"from\":\"" SLICE_FMT "\",\"to\":\"" SLICE_FMT "\",\"text\":\"%s %u\","
        "\"due\":\"" SLICE_FMT "\",\"stakes\":\"%s\",\"state\":\"%s\"%s" SLICE_FMT "%s}",
        ID("actor"), ID("actor"), word(w), r, SLICE_ARG(date(w)), stakes[r % 3], state,
        r % 4 ? ",\"decided_on\":\"" : "", SLICE_ARG(r % 4 ? date(w) : S("")), r % 4 ? "\"" : "");
}

static struct slice disclosure_body(struct world *w)
{
    struct arena *a = w->arena;
    return arena_printf(a,
                        "{\"from\":\"" SLICE_FMT "\",\"to\":\"" SLICE_FMT "\",\"what\":"
                        "\"vulnerability\",\"summary\":\"%s\",\"given\":\"" SLICE_FMT
                        "\",\"state\":\"in_confidence\"}",
                        ID("actor"), ID("actor"), word(w), SLICE_ARG(date(w)));
}

static struct slice assessment_body(struct world *w)
{
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    return arena_printf(a,
                        "{\"relationship\":\"" SLICE_FMT "\",\"truster\":\"" SLICE_FMT
                        "\",\"trustee\":\"" SLICE_FMT "\",\"dimension\":\"ability\",\"valence\":"
                        "\"%s\",\"on\":\"" SLICE_FMT "\"}",
                        ID("relationship"), ID("actor"), ID("actor"),
                        r % 2 ? "positive" : "negative", SLICE_ARG(date(w)));
}

static struct slice vocabulary_body(struct world *w)
{
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    return arena_printf(a, "{\"title\":\"%s %u\",\"owner\":\"" SLICE_FMT "\"}", word(w), r,
                        ID("actor"));
}

static struct slice concept_body(struct world *w)
{
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    return arena_printf(a,
                        "{\"vocabulary\":\"" SLICE_FMT
                        "\",\"pref\":\"%s %u\",\"broader\":[\"" SLICE_FMT
                        "\"],\"capability\":true}",
                        ID("vocabulary"), word(w), r, ID("concept"));
}

static struct slice mapping_body(struct world *w)
{
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    return arena_printf(a,
                        "{\"from\":\"" SLICE_FMT "\",\"to\":\"" SLICE_FMT
                        "\",\"relation\":\"%s\",\"by\":\"" SLICE_FMT "\"}",
                        ID("concept"), ID("concept"), r % 2 ? "exact" : "close", ID("actor"));
}

static struct slice objective_body(struct world *w)
{
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    return arena_printf(a,
                        "{\"title\":\"%s %u\",\"owner\":\"" SLICE_FMT
                        "\",\"endorsements\":[{\"actor\":\"" SLICE_FMT "\",\"degree\":\"full\"}]}",
                        word(w), r, ID("actor"), ID("actor"));
}

static struct slice offer_body(struct world *w)
{
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    return arena_printf(a,
                        "{\"actor\":\"" SLICE_FMT "\",\"capability\":\"" SLICE_FMT
                        "\",\"quantity\":%u,\"notice\":\"PT%uH\",\"basis\":\"%s\","
                        "\"agreement\":\"" SLICE_FMT "\",\"attested_by\":\"" SLICE_FMT
                        "\",\"needs\":[\"" SLICE_FMT "\"]}",
                        ID("actor"), ID("concept"), r % 4 + 1, r % 72,
                        r % 3 ? "mechanism" : "agreement", ID("agreement"), ID("actor"),
                        ID("concept"));
}

static struct slice access_body(struct world *w)
{
    struct arena *a = w->arena;
    static const char *const matters[] = { "\"person\"", "\"region\",\"region\":\"021\"",
                                           "\"tool\"" };
    return arena_printf(a,
                        "{\"holder\":\"" SLICE_FMT "\",\"to\":%s,\"target\":\"" SLICE_FMT
                        "\",\"subject\":\"%s\",\"concept\":\"" SLICE_FMT "\"}",
                        ID("actor"), matters[w->count % 3], ID("actor"), word(w),
                        SLICE_ARG(some_id(w, "concept", w->count)));
}

static struct slice need_body(struct world *w)
{
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    return arena_printf(
        a,
        "{\"title\":\"%s %u\",\"objective\":\"" SLICE_FMT "\",\"region\":\"CA-AB\","
        "\"state\":\"open\",\"agreement_rule\":\"%s\",\"requirements\":[{\"capability\":"
        "\"" SLICE_FMT "\",\"quantity\":%u},{\"capability\":\"" SLICE_FMT
        "\",\"required_by\":\"" SLICE_FMT "\"}],\"common_causes\":[{\"actors\":[\"" SLICE_FMT
        "\",\"" SLICE_FMT "\"],\"probability\":0.%u}]}",
        word(w), r, ID("objective"), r % 2 ? "required" : "not_needed", ID("concept"), r % 5 + 1,
        ID("concept"), SLICE_ARG(date(w)), ID("actor"), ID("actor"), r % 9 + 1);
}

static struct slice posting_body(struct world *w)
{
    struct arena *a = w->arena;
    struct slice until = world_random(w, 2)
                             ? arena_printf(a, ",\"until\":\"" SLICE_FMT "\"", SLICE_ARG(date(w)))
                             : S("");
    return arena_printf(a,
                        "{\"person\":\"" SLICE_FMT "\",\"position\":\"" SLICE_FMT
                        "\",\"from\":\"%s\"" SLICE_FMT "}",
                        ID("actor"), ID("actor"), world_random(w, 2) ? "2023" : "2024-12",
                        SLICE_ARG(until));
}

static struct slice membership_body(struct world *w)
{
    struct arena *a = w->arena;
    return arena_printf(a, "{\"member\":\"" SLICE_FMT "\",\"group\":\"" SLICE_FMT "\"}",
                        ID("actor"), ID("actor"));
}

/* Concluded and in force on random days, with a term that may renew, acts and what it covers. */
static struct slice agreement_body(struct world *w)
{
    static const char *const rules[] = { "", ",\"entry_rule\":\"signature\"",
                                         ",\"entry_rule\":\"ratification\"",
                                         ",\"entry_rule\":\"threshold\",\"entry_threshold\":1" };
    static const char *const terms[] = {
        "", ",\"term\":\"P6M\",\"renewal\":\"automatic\",\"notice_period\":\"P30D\"",
        ",\"term\":\"P1Y\",\"renewal\":\"consent\"", ",\"expires\":\"2025\""
    };
    static const char *const acts[] = { "signature", "ratification", "withdrawal",
                                        "notice_of_termination", "suspension" };
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    struct slice one = world_id(w, "actor"), other = world_id(w, "actor");
    struct slice dated =
        r % 3 ? arena_printf(a, ",\"in_force\":\"" SLICE_FMT "\"", SLICE_ARG(date(w))) : S("");
    return arena_printf(
        a,
        "{\"title\":\"%s %u\",\"instrument\":\"mou\",\"parties\":[{\"party\":\"" SLICE_FMT
        "\"},{\"party\":\"" SLICE_FMT "\",\"joined\":\"2024\"}],\"covers\":[\"" SLICE_FMT
        "\"],\"supersedes\":\"" SLICE_FMT "\",\"actions\":[{\"party\":\"" SLICE_FMT
        "\",\"action\":\"%s\",\"deposited\":\"" SLICE_FMT "\"},{\"party\":\"" SLICE_FMT
        "\",\"action\":\"%s\",\"deposited\":\"" SLICE_FMT "\"}]" SLICE_FMT "%s%s}",
        word(w), r, SLICE_ARG(one), SLICE_ARG(other), ID("concept"), ID("agreement"),
        SLICE_ARG(one), acts[r % 2], SLICE_ARG(date(w)), SLICE_ARG(other), acts[r % 5],
        SLICE_ARG(date(w)), SLICE_ARG(dated), rules[r / 4 % 4], terms[r / 16 % 4]);
}

static struct slice obligation_body(struct world *w)
{
    static const char *const triggers[] = { "\"date\"",
                                            "\"recurrence\",\"recurrence\":\"FREQ=MONTHLY\"",
                                            "\"request\"", "\"event\"" };
    static const char *const states[] = { "fulfilled", "late", "breached", "waived" };
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    return arena_printf(
        a,
        "{\"agreement\":\"" SLICE_FMT "\",\"obligor\":\"" SLICE_FMT
        "\",\"beneficiary\":\"" SLICE_FMT
        "\",\"act\":\"provide\",\"text\":\"%s %u\",\"capability\":\"" SLICE_FMT
        "\",\"trigger\":%s,\"starts\":\"" SLICE_FMT "\",\"due_within\":\"P%uD\",\"stakes\":\"%s\","
        "\"survives\":%s,\"instances\":[{\"on\":\"" SLICE_FMT "\",\"request\":\"" SLICE_FMT
        "\",\"state\":\"%s\",\"decided_on\":\"" SLICE_FMT "\"},{\"on\":\"" SLICE_FMT
        "\",\"state\":\"due\"}]}",
        ID("agreement"), ID("actor"), ID("actor"), word(w), r, ID("concept"), triggers[r % 4],
        SLICE_ARG(date(w)), r % 40, stakes[r % 3], r % 2 ? "true" : "false", SLICE_ARG(date(w)),
        ID("request"), states[r / 4 % 4], SLICE_ARG(date(w)), SLICE_ARG(date(w)));
}

static struct slice transaction_body(struct world *w)
{
    static const char *const ways[] = { "cash", "replacement_in_kind", "equal_value_exchange" };
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000);
    struct slice settled =
        r % 2   ? arena_printf(a, "\"settled\",\"settled\":\"" SLICE_FMT "\"", SLICE_ARG(date(w)))
        : r % 3 ? S("\"delivered\"")
                : S("\"defaulted\"");
    return arena_printf(
        a,
        "{\"agreement\":\"" SLICE_FMT "\",\"supplier\":\"" SLICE_FMT "\",\"receiver\":\"" SLICE_FMT
        "\",\"item\":\"%s\",\"quantity\":%u,\"unit\":\"t\",\"value\":%u.5,\"currency\":\"%s\","
        "\"delivered\":\"" SLICE_FMT "\",\"settlement\":\"%s\",\"due\":\"" SLICE_FMT
        "\",\"request\":\"" SLICE_FMT "\",\"state\":" SLICE_FMT "}",
        ID("agreement"), ID("actor"), ID("actor"), word(w), r % 9, r, r % 5 ? "CAD" : "EUR",
        SLICE_ARG(date(w)), ways[r % 3], SLICE_ARG(date(w)), ID("request"), SLICE_ARG(settled));
}

static struct slice request_body(struct world *w)
{
    static const char *const ends[] = {
        "\"submitted\"",
        "\"offered\",\"answer\":\"full\"",
        "\"accepted\",\"answer\":\"part\"",
        "\"declined\",\"answer\":\"declined\"",
        "\"declined\",\"answer\":\"declined\",\"reason\":\"r\"",
        "\"expired\",\"answer\":\"none\"",
    };
    struct arena *a = w->arena;
    uint32_t r = world_random(w, 1000), end = r % 6;
    struct slice answered =
        end == 0 || end == 5
            ? S("")
            : arena_printf(a, ",\"answered_on\":\"" SLICE_FMT "\"", SLICE_ARG(date(w)));
    return arena_printf(
        a,
        "{\"from\":\"" SLICE_FMT "\",\"to\":\"" SLICE_FMT "\",\"nature\":\"support\",\"text\":"
        "\"%s %u\",\"need\":\"" SLICE_FMT "\",\"agreement\":\"" SLICE_FMT
        "\",\"lines\":[{\"capability\":\"" SLICE_FMT "\",\"offer\":\"" SLICE_FMT
        "\",\"quantity\":%u}],\"stakes\":\"%s\",\"submitted_on\":\"2023-11\",\"response_due\":"
        "\"" SLICE_FMT "\",\"state\":%s" SLICE_FMT "}",
        ID("actor"), ID("actor"), word(w), r, ID("need"), ID("agreement"), ID("concept"),
        ID("offer"), r % 4 + 1, stakes[r % 3], SLICE_ARG(date(w)), ends[end], SLICE_ARG(answered));
}

/* Rather a record that originators control than another. */
static struct slice controlled_id(struct world *w)
{
    for (int tries = 0; tries < 40; tries++) {
        size_t at = world_random(w, (uint32_t)w->count);
        if (memmem(w->labels[at].ptr, w->labels[at].len, "orcon", 5))
            return w->ids[at];
    }
    return world_id(w, NULL);
}

/* Mostly grants of one record to the partner, some of everything to another; the rest must have no
 * effect. */
static struct slice release_body(struct world *w)
{
    static const char *const states[] = { "approved", "approved", "approved", "proposed",
                                          "revoked" };
    static const char *const untils[] = { "", "", "\"until\":\"2024-01-10\",",
                                          "\"until\":\"2031\"," };
    uint32_t r = world_random(w, 64);
    bool all = r % 32 == 0;
    return arena_printf(w->arena,
                        "{\"nature\":\"%s\",%s" SLICE_FMT "%s\"to\":[\"%s\"],\"reason\":\"%s\",%s"
                        "\"authority\":\"o\",\"proposed_by\":\"p\",\"decided_by\":\"d\","
                        "\"decided_at\":\"2024-01-01T00:00:00Z\",\"state\":\"%s\"}",
                        r % 9 == 8 ? "lower" : "onward", all ? "" : "\"record\":\"",
                        SLICE_ARG(all ? S("") : controlled_id(w)), all ? "" : "\",",
                        all || r % 8 == 7 ? WORLD_ORIGINATOR_A : WORLD_PARTNER, word(w),
                        untils[world_random(w, 4)], states[world_random(w, 5)]);
}

static const struct {
    const char *kind;
    struct slice (*make)(struct world *w);
} bodies[] = {
    { "actor", actor_body },
    { "relationship", relationship_body },
    { "engagement", engagement_body },
    { "commitment", commitment_body },
    { "disclosure", disclosure_body },
    { "assessment", assessment_body },
    { "vocabulary", vocabulary_body },
    { "concept", concept_body },
    { "mapping", mapping_body },
    { "objective", objective_body },
    { "offer", offer_body },
    { "access", access_body },
    { "need", need_body },
    { "posting", posting_body },
    { "membership", membership_body },
    { "agreement", agreement_body },
    { "obligation", obligation_body },
    { "transaction", transaction_body },
    { "request", request_body },
    { "release", release_body },
};

struct slice world_body(struct world *w, const char *kind)
{
    size_t i = 0, count = sizeof bodies / sizeof *bodies;
    while (i < count && strcmp(bodies[i].kind, kind) != 0)
        i++;
    if (i == count)
        abort();
    return bodies[i].make(w);
}
