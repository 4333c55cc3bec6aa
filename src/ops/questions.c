/* The questions: trust, its explanation, series and what-if; portfolio, brief, today, network,
 * search. */
#include "base/limits.h"
#include "ops/internal.h"
#include "service/access.h"
#include "service/brief.h"
#include "service/network_view.h"
#include "service/nurture.h"
#include "service/portfolio.h"
#include "service/series.h"
#include "service/today.h"

#include <math.h>

static const struct choice directions[] = { { "positive", "Positive", "Positif" },
                                            { "negative", "Negative", "Négatif" },
                                            { 0 } };
static const struct choice stakes[] = { { "routine", "Routine", "Courant" },
                                        { "significant", "Significant", "Important" },
                                        { "critical", "Critical", "Critique" },
                                        { 0 } };
static const struct choice readouts[] = { { "trust", "Prudent", "Prudente" },
                                          { "forecast", "Calibrated", "Calibrée" },
                                          { 0 } };

#define QUERY_ENUM(n, list, en, fr)                \
    {                                              \
        .name = (n), .place = IN_QUERY, .field = { \
            .name = (n),                           \
            .type = FIELD_ENUM,                    \
            .choices = (list),                     \
            .label_en = (n),                       \
            .label_fr = (n),                       \
            .help_en = (en),                       \
            .help_fr = (fr)                        \
        }                                          \
    }
#define QUERY_ACTOR(n, flag, en, fr)               \
    {                                              \
        .name = (n), .place = IN_QUERY, .field = { \
            .name = (n),                           \
            .type = FIELD_REF,                     \
            .flags = (flag),                       \
            .target = "actor",                     \
            .label_en = (n),                       \
            .label_fr = (n),                       \
            .help_en = (en),                       \
            .help_fr = (fr)                        \
        }                                          \
    }
#define PAIR_PARAMETERS                                                                \
    QUERY_ACTOR("truster", FIELD_REQUIRED, "Whose trust.", "La confiance de qui."),    \
        QUERY_ACTOR("trustee", FIELD_REQUIRED, "In whom.", "En qui."), QUERY_AS_OF,    \
        QUERY_ENUM("dimension", dimension_choices, "One dimension; all, when absent.", \
                   "Une dimension ; toutes, si absent.")

/* Both actors readable, the date and the dimension. */
static int pair_query(struct call *c, struct trust_query *ret)
{
    const struct kind *actor = kinds_find(node_kinds(c->node), S("actor"));
    *ret = (struct trust_query){ .truster = call_text(c, "truster"),
                                 .trustee = call_text(c, "trustee"),
                                 .as_of = call_as_of(c) / 1000,
                                 .dimension = trust_dimension_of(call_text(c, "dimension")) };
    if (!snapshot_readable(c->snapshot, ret->truster, actor))
        return error_field(c->err, S("truster"), REASON_REFERENCE, "%s", "");
    if (!snapshot_readable(c->snapshot, ret->trustee, actor))
        return error_field(c->err, S("trustee"), REASON_REFERENCE, "%s", "");
    if (slice_eq(ret->truster, ret->trustee))
        return error_field(c->err, S("trustee"), REASON_RULE, "another actor than the truster");
    return 0;
}

/* A desk, a pair and an open answer: what the four trust questions begin with. */
struct trust_call {
    struct trust_query query;
    struct trust_desk *desk;
    struct answer answer;
};

static int trust_begin(struct call *c, struct trust_call *t)
{
    *t = (struct trust_call){ 0 };
    int code = pair_query(c, &t->query);
    if (code == 0)
        code = trust_open(c->node, c->snapshot, c->err, &t->desk);
    if (code == 0)
        code = answer_begin(c, &t->answer);
    if (code == 0) {
        refs_add(t->answer.render.refs, t->query.truster);
        refs_add(t->answer.render.refs, t->query.trustee);
    }
    return code;
}

static int trust_end(struct trust_call *t, int code)
{
    trust_close(t->desk);
    return code < 0 ? code : answer_end(&t->answer);
}

static int handle_trust(struct call *c)
{
    struct trust_call t;
    int code = trust_begin(c, &t);
    if (code == 0)
        code = trust_write_all(t.desk, &t.query, &t.answer.out, c->err);
    return trust_end(&t, code);
}

static const char *source_word(enum term_source source)
{
    return source == TERM_DIRECT ? NULL : source == TERM_RECIPROCAL ? "reciprocal" : "witness";
}

static int write_term(struct call *c, struct trust_call *t, const struct trust_term *term)
{
    static const char *const stakes_words[] = { NULL, "routine", "significant", "critical" };
    const struct columns *columns = snapshot_columns(c->snapshot);
    struct json_writer *out = &t->answer.out;
    struct evidence_note note;
    struct row row;
    char at[32];
    int code = snapshot_record(c->snapshot, columns->record[term->item], c->err, &row);
    if (code == 0)
        code = snapshot_evidence_note(c->snapshot, term->item, c->err, &note);
    if (code < 0)
        return code;
    when_format_ms(columns->at[term->item] * 1000, false, at);
    jw_object(out);
    jw_key_text(out, "record", row.id);
    jw_key_cstr(out, "kind", row.kind->name);
    render_titles(c->snapshot, &row, out);
    jw_key_text(out, "event", note.event);
    jw_key_cstr(out, "at", at);
    jw_key_int(out, "valence", trust_side_broken(term->side) ? -1 : 1);
    jw_key_cstr(out, "dimension", trust_dimension_word((int)trust_side_dimension(term->side)));
    jw_key_cstr(out, "stakes", note.stakes < 4 ? stakes_words[note.stakes] : NULL);
    jw_key_fixed(out, "weight", columns->w_micro[term->item] / 1e6, 6);
    jw_key_fixed(out, "decay", (double)term->decay / 4294967296.0, 6);
    jw_key_fixed(out, "scale", term->scale, 6);
    jw_key_fixed(out, "contribution", (double)term->ppm / 1e6, 6);
    jw_key_int(out, "contribution_ppm", term->ppm);
    jw_key_cstr(out, "via", source_word(term->source));
    if (term->source == TERM_WITNESS) {
        char id[UUID_TEXT + 1];
        uuid_format(trust_actor(t->desk, term->via), id);
        if (refs_add(t->answer.render.refs, slice_of(id)))
            jw_key_cstr(out, "witness", id);
    }
    jw_object_end(out);
    return 0;
}

static int write_explanation(struct call *c, struct trust_call *t,
                             const struct trust_explanation *x, bool forecast)
{
    struct json_writer *out = &t->answer.out;
    const struct network_prior *p = &x->figure.reading.prior;
    int64_t sum = 0;
    int code = 0;
    jw_key_cstr(out, "readout", forecast ? "forecast" : "trust"); /* lambda may be 1 in both */
    jw_key_fixed(out, "lambda", x->lambda, 4);
    jw_key_fixed(out, "base_rate", p->base_rate, 6);
    jw_key_fixed(out, "reputation", p->reputation, 6);
    jw_key_fixed(out, "disposition", p->disposition, 6);
    jw_key_fixed(out, "expectation", (double)explain_ppm(x->opinion.expectation) / 1e6, 6);
    jw_key_int(out, "expectation_ppm", explain_ppm(x->opinion.expectation));
    jw_key_int(out, "prior_ppm", explain_ppm(x->opinion.prior));
    jw_key(out, "items");
    jw_array(out);
    for (size_t i = 0; code == 0 && i < x->count; i++) {
        code = write_term(c, t, &x->terms[i]);
        sum += x->terms[i].ppm;
    }
    jw_array_end(out);
    jw_key_int(out, "sum_ppm", sum);
    return code;
}

static int handle_explain(struct call *c)
{
    struct trust_call t;
    struct trust_explanation x;
    int code = trust_begin(c, &t);
    if (code == 0)
        code = trust_write_all(t.desk, &t.query, &t.answer.out, c->err);
    bool forecast = slice_is(call_text(c, "readout"), "forecast");
    if (code == 0)
        code = trust_explain(t.desk, &t.query, forecast, c->err, &x);
    if (code == 0)
        code = write_explanation(c, &t, &x, forecast);
    return trust_end(&t, code);
}

static int handle_series(struct call *c)
{
    struct trust_call t;
    int code = trust_begin(c, &t);
    struct series_query q = { .points = (int)call_int(c, "points", 60) };
    struct when w;
    if (code == 0) {
        q.pair = t.query;
        q.until = t.query.as_of;
        q.from = q.until - (int64_t)730 * 86400;
        if (when_parse(call_text(c, "from"), &w))
            q.from = when_first_ms(w) / 1000;
        if (when_parse(call_text(c, "until"), &w) && when_last_ms(w) / 1000 < q.until)
            q.until = when_last_ms(w) / 1000;
        if (q.from >= q.until)
            code = error_field(c->err, S("from"), REASON_ORDER, "until");
    }
    if (code == 0)
        code = series_write(t.desk, c->snapshot, &q, &t.answer.render, c->err);
    return trust_end(&t, code);
}

static void write_figure(struct json_writer *out, const char *name, const struct trust_figure *f)
{
    jw_key(out, name);
    jw_object(out);
    trust_write_figure(f, out);
    jw_object_end(out);
}

/* A figure that may be beyond reach: null then. */
static void write_reach(struct json_writer *out, const char *name, double value)
{
    jw_key(out, name);
    if (isfinite(value))
        jw_fixed(out, value, 6);
    else
        jw_null(out);
}

/* PAPER: "lost faster than it can be earned". What it takes to return, the prior held. */
static void write_recovery(struct call *c, struct trust_call *t, const struct trust_figure *before,
                           const struct trust_figure *after, double breach)
{
    const struct trust_parameters *p = trust_parameters_of(t->desk);
    struct json_writer *out = &t->answer.out;
    struct trust_promise routine = trust_promise_of(node_weights(c->node), false, S("routine"));
    double each = trust_promise_units(&routine, t->query.dimension).kept;
    double prior = before->trust.prior, was = before->trust.expectation;
    double kept = opinion_kept_to_reach(after->reading.total, prior, p->lambda, was, p);
    double count = each > 0 ? ceil(kept / each - 1e-9) : kept > 0 ? HUGE_VAL : 0;
    jw_key(out, "recovery");
    jw_object(out);
    write_reach(out, "kept_weight", kept);
    write_reach(out, "kept_routine", count);
    write_reach(out, "closed_form", opinion_kept_to_return(was, prior, p->lambda, breach, p));
    jw_key_bool(out, "reachable", isfinite(count));
    jw_object_end(out);
}

static int handle_what_if(struct call *c)
{
    struct trust_call t;
    struct trust_figure before, after;
    bool broken = slice_is(call_text(c, "valence"), "negative");
    struct trust_promise promise =
        trust_promise_of(node_weights(c->node), broken, call_text(c, "stakes"));
    int code = trust_begin(c, &t);
    if (code == 0)
        code = trust_what_if(t.desk, &t.query, &promise, c->err, &before, &after);
    if (code < 0)
        return trust_end(&t, code);
    write_figure(&t.answer.out, "before", &before);
    write_figure(&t.answer.out, "after", &after);
    double breach = trust_promise_units(&promise, t.query.dimension).broken;
    write_recovery(c, &t, &before, &after, breach);
    return trust_end(&t, 0);
}

/* ---- portfolio, brief, today, network, search ---- */

/* The actor that a question is about: the one stated, else home. What is no readable actor names
 * nothing. */
static struct slice subject(struct call *c, const char *parameter)
{
    struct slice stated = call_text(c, parameter);
    const struct kind *actor = kinds_find(node_kinds(c->node), S("actor"));
    if (!stated.len)
        return settings_home(c->snapshot);
    return snapshot_readable(c->snapshot, stated, actor) ? stated : S("");
}

/* A filter that must be one of the words of a kind's field, as a list's filters must. */
static int filter_word(struct call *c, const char *kind, const char *name, struct slice *ret)
{
    const struct kind *k = kinds_find(node_kinds(c->node), slice_of(kind));
    const struct field *f = kind_field(k, slice_of(name));
    struct slice text = call_text(c, name);
    struct json *word =
        text.len ? field_from_text(f, c->arena, text, slice_of(name), c->err) : NULL;
    if (text.len && !word)
        return EN_INVALID;
    *ret = word ? word->text : text;
    return 0;
}

static const struct choice attentions[] = {
    { "any", "Any of these", "L'un ou l'autre" },
    { "below", "Trust below the floor", "Confiance sous le seuil" },
    { "soon", "Trust falls below it within 30 days", "Confiance sous le seuil d'ici 30 jours" },
    { "overdue", "Contact overdue", "Contact en retard" },
    { "one_sided", "One-sided", "À sens unique" },
    { 0 }
};

/* Which rows the word asks for. */
static void filter_attention(struct slice word, struct portfolio_query *q)
{
    q->needs = slice_is(word, "any")       ? FADING_ANY
               : slice_is(word, "below")   ? FADING_BELOW
               : slice_is(word, "soon")    ? FADING_SOON
               : slice_is(word, "overdue") ? FADING_OVERDUE
                                           : 0;
    q->one_sided = slice_is(word, "one_sided");
}

static int handle_portfolio(struct call *c)
{
    struct answer a;
    struct trust_desk *d = NULL;
    struct portfolio p = { 0 };
    struct portfolio_query q = { .of = subject(c, "of"),
                                 .as_of = call_as_of(c) / 1000,
                                 .words = call_text(c, "q"),
                                 .sort = call_text(c, "sort"),
                                 .limit = (size_t)call_int(c, "limit", LIMIT_PAGE_DEFAULT),
                                 .after = call_text(c, "cursor") };
    static const char *const words[] = { "partner",      "trust",     "earned",   "trend",
                                         "last_contact", "fading_on", "priority", NULL };
    struct slice word;
    bool descending;
    char as_of[32];
    int code =
        call_sort(c, words, "partner, trust, earned, trend, last_contact, fading_on or priority",
                  &word, &descending);
    filter_attention(call_text(c, "attention"), &q);
    if (code == 0)
        code = call_number(c, "floor", 0.01, 0.99, node_nurture(c->node)->floor, &q.floor);
    if (filter_word(c, "actor", "audience", &q.audience) < 0 ||
        filter_word(c, "relationship", "priority", &q.priority) < 0 ||
        filter_word(c, "relationship", "posture", &q.posture) < 0)
        return EN_INVALID;
    code = code < 0 ? code : answer_begin(c, &a);
    if (code < 0)
        return code;
    code = trust_open(c->node, c->snapshot, c->err, &d);
    if (code == 0 && q.of.len)
        code = portfolio_make(d, c->node, c->snapshot, &q, c->err, &p);
    when_format_ms(q.as_of * 1000, false, as_of);
    jw_key_cstr(&a.out, "as_of", as_of);
    if (q.of.len && refs_add(a.render.refs, q.of))
        jw_key_text(&a.out, "of", q.of);
    jw_key_fixed(&a.out, "floor", q.floor, 4);
    jw_key(&a.out, "items");
    jw_array(&a.out);
    for (size_t i = 0; code == 0 && i < p.count; i++)
        code = portfolio_write_row(d, &p.rows[i], &q, /* spark= */ true, &a.render, c->err);
    jw_array_end(&a.out);
    if (p.next.len)
        jw_key_text(&a.out, "next", p.next);
    trust_close(d);
    return code < 0 ? code : answer_end(&a);
}

static int handle_brief(struct call *c)
{
    struct answer a;
    struct row row;
    int code = snapshot_get(c->snapshot, kinds_find(node_kinds(c->node), S("actor")),
                            call_text(c, "id"), c->err, &row);
    if (code == 0 && row.retracted)
        code = error_set(c->err, EN_GONE, "the record was retracted; its history remains");
    if (code == 0)
        code = answer_begin(c, &a);
    if (code == 0)
        code = brief_write(c->node, c->snapshot, subject(c, "of"), &row, call_as_of(c) / 1000,
                           &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

static int handle_today(struct call *c)
{
    struct answer a;
    char as_of[32];
    int64_t seconds = call_as_of(c) / 1000;
    int code = answer_begin(c, &a);
    if (code < 0)
        return code;
    when_format_ms(seconds * 1000, false, as_of);
    jw_key_cstr(&a.out, "as_of", as_of);
    code = today_write(c->node, c->snapshot, subject(c, "of"), seconds, &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

static int handle_network(struct call *c)
{
    struct answer a;
    struct slice center = subject(c, "center");
    if (call_text(c, "center").len && !center.len)
        return error_set(c->err, EN_NOT_FOUND, "there is no such actor");
    int code = answer_begin(c, &a);
    if (code == 0)
        code = network_write(c->node, c->snapshot, center, (int)call_int(c, "depth", 1),
                             call_as_of(c) / 1000, &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

static int handle_search(struct call *c)
{
    struct answer a;
    struct hit *hits;
    size_t count = 0;
    struct slice next, kind = call_text(c, "kind");
    const struct kind *k = kind.len ? kinds_find(node_kinds(c->node), kind) : NULL;
    if (kind.len && (!k || k->system))
        return error_field(c->err, S("kind"), REASON_CHOICE, "the name of a kind");
    int code = snapshot_search(c->snapshot, call_text(c, "q"), k,
                               (size_t)call_int(c, "limit", LIMIT_PAGE_DEFAULT),
                               call_text(c, "cursor"), c->err, &hits, &count, &next);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    jw_key(&a.out, "items");
    jw_array(&a.out);
    for (size_t i = 0; i < count; i++) {
        jw_object(&a.out);
        jw_key_cstr(&a.out, "kind", hits[i].row.kind->name);
        jw_key_text(&a.out, "id", hits[i].row.id);
        render_titles(c->snapshot, &hits[i].row, &a.out);
        render_origin(&a.render, hits[i].row.origin);
        if (hits[i].row.at.len)
            jw_key_text(&a.out, "at", hits[i].row.at);
        jw_key_text(&a.out, "snippet", hits[i].snippet);
        render_marking(c->snapshot, hits[i].row.label, &a.out);
        jw_object_end(&a.out);
    }
    jw_array_end(&a.out);
    if (next.len)
        jw_key_text(&a.out, "next", next);
    return answer_end(&a);
}

/* ---- rows ---- */

static const struct parameter pair_parameters[] = { PAIR_PARAMETERS, { 0 } };
static const struct parameter explain_parameters[] = {
    PAIR_PARAMETERS,
    QUERY_ENUM("readout", readouts, "The prudent figure, or the calibrated one.",
               "Le chiffre prudent, ou le chiffre calibré."),
    { 0 },
};
static const struct parameter series_parameters[] = {
    PAIR_PARAMETERS,
    PARAMETER("from", IN_QUERY, FIELD_WHEN, 0,
              "First date; two years before the last, when absent.",
              "Première date ; deux ans avant la dernière, si absent."),
    PARAMETER("until", IN_QUERY, FIELD_WHEN, 0, "Last date; now, when absent.",
              "Dernière date ; maintenant, si absent."),
    { .name = "points",
      .place = IN_QUERY,
      .field = { .name = "points",
                 .type = FIELD_INTEGER,
                 .min = 2,
                 .max = LIMIT_SERIES,
                 .label_en = "points",
                 .label_fr = "points",
                 .help_en = "How many points.",
                 .help_fr = "Nombre de points." } },
    { 0 },
};
static const struct parameter what_if_parameters[] = {
    PAIR_PARAMETERS,
    QUERY_ENUM(
        "valence", directions,
        "Kept or broken now, weighed as a commitment. Recovery holds the prior.",
        "Tenue ou rompue maintenant, pesée comme un engagement. Le retour suppose un a priori "
        "constant."),
    QUERY_ENUM("stakes", stakes, "How much is at stake.", "L'enjeu."),
    { 0 },
};
static const struct parameter portfolio_parameters[] = {
    QUERY_ACTOR("of", 0, "Whose relationships; the home actor's, when absent.",
                "Les relations de qui ; de l'acteur d'attache, si absent."),
    QUERY_AS_OF,
    PARAMETER("q", IN_QUERY, FIELD_TEXT, 0, "Part of the partner's name.",
              "Partie du nom du partenaire."),
    PARAMETER("audience", IN_QUERY, FIELD_CODE, 0, "Partners of this audience.",
              "Partenaires de ce public."),
    PARAMETER("priority", IN_QUERY, FIELD_CODE, 0, "T1 to T5.", "T1 à T5."),
    PARAMETER("posture", IN_QUERY, FIELD_CODE, 0,
              "dormant, initiate, develop, improve or maintain.",
              "dormant, initiate, develop, improve ou maintain."),
    QUERY_ENUM("attention", attentions, "Only relationships in force that call for attention.",
               "Seulement les relations en vigueur qui demandent attention."),
    PARAMETER("floor", IN_QUERY, FIELD_DECIMAL, 0, "Trust below this fades, 0.01 to 0.99.",
              "Sous ce seuil, la relation s'étiole ; de 0,01 à 0,99."),
    PARAMETER("sort", IN_QUERY, FIELD_CODE, 0,
              "partner, trust, earned, trend, last_contact, fading_on or priority; - in front: "
              "descending.",
              "partner, trust, earned, trend, last_contact, fading_on ou priority ; précédé de - : "
              "décroissant."),
    QUERY_LIMIT,
    QUERY_CURSOR,
    { 0 },
};
static const struct parameter brief_parameters[] = {
    PATH_ID,
    QUERY_AS_OF,
    QUERY_ACTOR("of", 0, "Seen from whom; the home actor, when absent.",
                "Du point de vue de qui ; de l'acteur d'attache, si absent."),
    { 0 },
};
static const struct parameter today_parameters[] = {
    QUERY_AS_OF,
    QUERY_ACTOR("of", 0, "For whom; the home actor, when absent.",
                "Pour qui ; l'acteur d'attache, si absent."),
    { 0 },
};
static const struct parameter network_parameters[] = {
    QUERY_ACTOR("center", 0, "Around whom; the home actor, when absent.",
                "Autour de qui ; de l'acteur d'attache, si absent."),
    { .name = "depth",
      .place = IN_QUERY,
      .field = { .name = "depth",
                 .type = FIELD_INTEGER,
                 .min = 1,
                 .max = 2,
                 .label_en = "depth",
                 .label_fr = "depth",
                 .help_en = "Ties away from the centre.",
                 .help_fr = "Liens depuis le centre." } },
    QUERY_AS_OF,
    { 0 },
};
static const struct parameter search_parameters[] = {
    PARAMETER("q", IN_QUERY, FIELD_TEXT, FIELD_REQUIRED, "Words; each must begin some word.",
              "Mots ; chacun doit commencer un mot."),
    PARAMETER("kind", IN_QUERY, FIELD_CODE, 0, "Only this kind.", "Seulement ce type de fiche."),
    QUERY_LIMIT,
    QUERY_CURSOR,
    { 0 },
};

const struct operation questions_rows[] = {
    { "trust.get", "GET", "/api/v1/trust", PERMIT_READ, OP_READ, pair_parameters, NULL, NULL,
      "Trust", NULL, "Shows how far one actor trusts another, as you may see it.",
      "Montre la confiance d'un acteur en un autre, telle que vous pouvez la voir.", handle_trust },
    { "trust.explain", "GET", "/api/v1/trust/explain", PERMIT_READ, OP_READ, explain_parameters,
      NULL, NULL, "Explanation", NULL, "Explains the figure, record by record.",
      "Explique le chiffre, fiche par fiche.", handle_explain },
    { "trust.series", "GET", "/api/v1/trust/series", PERMIT_READ, OP_READ, series_parameters, NULL,
      NULL, "Series", NULL, "Shows trust over time with the events on it.",
      "Montre la confiance au fil du temps, avec les événements.", handle_series },
    { "trust.what-if", "GET", "/api/v1/trust/what-if", PERMIT_READ, OP_READ, what_if_parameters,
      NULL, NULL, "WhatIf", NULL,
      "Shows what one more kept or broken promise would do, and what it takes to return.",
      "Montre l'effet d'une promesse tenue ou rompue de plus, et ce qu'il faut pour revenir.",
      handle_what_if },
    { "portfolio", "GET", "/api/v1/portfolio", PERMIT_READ, OP_READ | OP_PAGED,
      portfolio_parameters, NULL, NULL, "Portfolio", NULL,
      "Lists relationships with trust both ways, trend and last contact.",
      "Liste les relations : confiance dans les deux sens, tendance, dernier contact.",
      handle_portfolio },
    { "brief", "GET", "/api/v1/partners/{id}/brief", PERMIT_READ, OP_READ, brief_parameters, NULL,
      NULL, "Brief", NULL, "Tells everything to know about one partner before a meeting.",
      "Dit tout ce qu'il faut savoir d'un partenaire avant une rencontre.", handle_brief },
    { "today", "GET", "/api/v1/today", PERMIT_READ, OP_READ, today_parameters, NULL, NULL, "Today",
      NULL, "Tells what needs attention.", "Dit ce qui demande attention.", handle_today },
    { "network", "GET", "/api/v1/network", PERMIT_READ, OP_READ, network_parameters, NULL, NULL,
      "Network", NULL, "Shows the ties around one actor.", "Montre les liens autour d'un acteur.",
      handle_network },
    { "search", "GET", "/api/v1/search", PERMIT_READ, OP_READ | OP_PAGED, search_parameters, NULL,
      NULL, "SearchResult", NULL, "Finds records by their words, newest first.",
      "Trouve des fiches par leurs mots, les plus récentes d'abord.", handle_search },
    { 0 },
};
