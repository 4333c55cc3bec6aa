/* Nurture: what fades, where the hours of the coming weeks go, accepting a line, the digest. */
#include "base/limits.h"
#include "ops/internal.h"
#include "service/access.h"
#include "service/digest.h"

/* ---- inputs ---- */

/* The actor that a question is about: the one stated, else home. What is no readable actor names
 * nothing. */
static struct slice subject(struct call *c)
{
    struct slice stated = call_text(c, "of");
    const struct kind *actor = kinds_find(node_kinds(c->node), S("actor"));
    if (!stated.len)
        return settings_home(c->snapshot);
    return snapshot_readable(c->snapshot, stated, actor) ? stated : S("");
}

/* "2026-12-24,2026-12-25": days. */
static int read_blackout(struct call *c, struct plan_query *q)
{
    struct slice rest = call_text(c, "blackout");
    int64_t *days = arena_array_of(c->arena, int64_t, LIMIT_BLACKOUTS);
    if (!days)
        return error_set(c->err, EN_NO_MEMORY, "plan");
    while (rest.ptr && rest.len) {
        struct when w;
        if (q->blackout_count == LIMIT_BLACKOUTS)
            return error_field(c->err, S("blackout"), REASON_TOO_MANY, "%d", LIMIT_BLACKOUTS);
        if (!when_parse(slice_trim(slice_cut(&rest, ',')), &w) || w.precision != WHEN_DAY)
            return error_field(c->err, S("blackout"), REASON_FORMAT, "2026-12-24,2026-12-25");
        days[q->blackout_count++] = when_first_ms(w) / 86400000;
    }
    q->blackout = days;
    return 0;
}

/* "6" for every week, or "6/4/0" week by week, the last one for all that follow. */
static int read_hours(struct call *c, struct slice text, struct plan_budget *b)
{
    uint32_t weeks = 0;
    do {
        struct json *v = NULL;
        struct slice one = slice_trim(slice_cut(&text, '/'));
        if (weeks == ATTENTION_WEEKS_MAX)
            return error_field(c->err, S("budgets"), REASON_TOO_MANY, "%d", ATTENTION_WEEKS_MAX);
        if (json_parse(c->arena, one, NULL, &v) < 0 || v->type != JSON_NUMBER ||
            !(v->number >= 0 && v->number <= 168))
            return error_field(c->err, S("budgets"), REASON_RANGE, "0..168");
        b->hours[weeks++] = v->number;
    } while (text.ptr && text.len);
    for (; weeks < ATTENTION_WEEKS_MAX; weeks++)
        b->hours[weeks] = b->hours[weeks - 1];
    return 0;
}

/* A readable actor by its id or by an id that others know it by. */
static int read_person(struct call *c, struct slice text, struct slice *ret)
{
    const struct kind *actor = kinds_find(node_kinds(c->node), S("actor"));
    struct row row;
    if (snapshot_readable(c->snapshot, text, actor)) {
        *ret = text;
        return 0;
    }
    int code = snapshot_find_external(c->snapshot, actor, text, NULL, &row);
    if (code < 0 && code != EN_NOT_FOUND)
        return error_set(c->err, code, "the actors cannot be read");
    if (code < 0 || row.retracted)
        return error_field(c->err, S("budgets"), REASON_REFERENCE, "%s", "");
    *ret = row.id;
    return 0;
}

/* "PERSON=HOURS,PERSON=HOURS/HOURS": what each one can give. */
static int read_budgets(struct call *c, struct plan_query *q)
{
    struct slice rest = call_text(c, "budgets");
    struct plan_budget *all = NULL;
    int code = 0;
    if (!rest.len)
        return 0;
    all = arena_array_of(c->arena, struct plan_budget, LIMIT_PLAN_PERSONS);
    if (!all)
        return error_set(c->err, EN_NO_MEMORY, "plan");
    while (code == 0 && rest.ptr && rest.len) {
        struct slice hours = slice_trim(slice_cut(&rest, ','));
        struct slice person = slice_trim(slice_cut(&hours, '='));
        if (q->budget_count == LIMIT_PLAN_PERSONS)
            return error_field(c->err, S("budgets"), REASON_TOO_MANY, "%d", LIMIT_PLAN_PERSONS);
        struct plan_budget *b = &all[q->budget_count++];
        code = read_person(c, person, &b->person);
        if (code == 0)
            code = read_hours(c, hours, b);
        for (struct plan_budget *other = all; code == 0 && other < b; other++)
            if (slice_eq(other->person, b->person))
                code = error_field(c->err, S("budgets"), REASON_DUPLICATE, "%s", "");
    }
    q->budgets = all;
    return code;
}

static int read_query(struct call *c, struct plan_query *ret)
{
    const struct nurture *p = node_nurture(c->node);
    const struct kind *actor = kinds_find(node_kinds(c->node), S("actor"));
    *ret = (struct plan_query){ .of = subject(c),
                                .as_of = call_as_of(c) / 1000,
                                .weeks = (uint32_t)call_int(c, "weeks", p->weeks),
                                .person = call_text(c, "person") };
    int code = call_number(c, "hours", 0, 168, p->hours, &ret->hours);
    if (code == 0)
        code = call_number(c, "floor", 0.01, 0.99, p->floor, &ret->floor);
    if (code == 0 && ret->person.len && !snapshot_readable(c->snapshot, ret->person, actor))
        code = error_field(c->err, S("person"), REASON_REFERENCE, "%s", "");
    if (code == 0)
        code = read_budgets(c, ret);
    return code < 0 ? code : read_blackout(c, ret);
}

/* ---- handlers ---- */

static int handle_fading(struct call *c)
{
    struct answer a;
    struct fading_query q = { .of = subject(c),
                              .as_of = call_as_of(c) / 1000,
                              .limit = (size_t)call_int(c, "limit", LIMIT_PAGE_DEFAULT) };
    int code = call_number(c, "floor", 0.01, 0.99, node_nurture(c->node)->floor, &q.floor);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code == 0)
        code = fading_write(c->node, &q, &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

typedef int (*plan_question)(struct node *n, const struct plan_query *q, struct render *r,
                             struct error *err);

static int answer_plan(struct call *c, plan_question question)
{
    struct plan_query q;
    struct answer a;
    int code = read_query(c, &q);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code == 0)
        code = question(c->node, &q, &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

static int handle_plan(struct call *c)
{
    return answer_plan(c, plan_write);
}

static int handle_attention(struct call *c)
{
    return answer_plan(c, digest_write);
}

static int print_attention(struct call *c, enum digest_form form)
{
    struct plan_query q;
    int code = read_query(c, &q);
    return code < 0 ? code
                    : digest_print(c->node, c->snapshot, &q, form, c->french, c->err, c->out);
}

static int handle_text(struct call *c)
{
    return print_attention(c, DIGEST_TEXT);
}

static int handle_html(struct call *c)
{
    return print_attention(c, DIGEST_HTML);
}

static int handle_accept(struct call *c)
{
    struct written done;
    struct write_context w = call_write(c);
    int code = plan_accept(&w, c->body, c->err, &done);
    const struct kind *engagement = kinds_find(node_kinds(c->node), S("engagement"));
    return code < 0 ? code : answer_written(c, engagement, &done);
}

static int handle_policy(struct call *c)
{
    struct json_writer out;
    jw_init(&out, c->out);
    nurture_write(node_nurture(c->node), &out);
    return 0;
}

/* ---- rows ---- */

#define QUERY_OF(en, fr)                            \
    {                                               \
        .name = "of", .place = IN_QUERY, .field = { \
            .name = "of",                           \
            .type = FIELD_REF,                      \
            .target = "actor",                      \
            .label_en = "of",                       \
            .label_fr = "of",                       \
            .help_en = (en),                        \
            .help_fr = (fr)                         \
        }                                           \
    }
#define QUERY_FLOOR                                                                         \
    PARAMETER("floor", IN_QUERY, FIELD_DECIMAL, 0, "Trust below this fades, 0.01 to 0.99.", \
              "Sous ce seuil, la relation s'étiole ; de 0,01 à 0,99.")
#define QUERY_WEEKS                                       \
    {                                                     \
        .name = "weeks", .place = IN_QUERY, .field = {    \
            .name = "weeks",                              \
            .type = FIELD_INTEGER,                        \
            .min = 1,                                     \
            .max = ATTENTION_WEEKS_MAX,                   \
            .label_en = "weeks",                          \
            .label_fr = "weeks",                          \
            .help_en = "How many weeks to plan.",         \
            .help_fr = "Nombre de semaines à planifier." \
        }                                                 \
    }
#define PLAN_PARAMETERS                                                                        \
    QUERY_OF("Whose relationships; the home actor's, when absent.",                            \
             "Les relations de qui ; de l'acteur d'attache, si absent."),                      \
        PARAMETER("hours", IN_QUERY, FIELD_DECIMAL, 0, "Free hours a week, 0 to 168.",         \
                  "Heures libres par semaine, de 0 à 168."),                                   \
        QUERY_WEEKS, QUERY_FLOOR,                                                              \
        PARAMETER("blackout", IN_QUERY, FIELD_TEXT, 0,                                         \
                  "Days without any engagement, separated by commas.",                         \
                  "Jours sans aucune activité, séparés par des virgules."),                    \
        { .name = "person",                                                                    \
          .place = IN_QUERY,                                                                   \
          .field = { .name = "person",                                                         \
                     .type = FIELD_REF,                                                        \
                     .target = "actor",                                                        \
                     .label_en = "person",                                                     \
                     .label_fr = "person",                                                     \
                     .help_en = "Only relationships that this person serves.",                 \
                     .help_fr = "Seulement les relations que sert cette personne." } },        \
        PARAMETER("budgets", IN_QUERY, FIELD_TEXT, 0,                                          \
                  "Hours a week of several persons, each with what they serve: "               \
                  "PERSON=HOURS,PERSON=HOURS/HOURS; / parts weeks.",                           \
                  "Heures par semaine de plusieurs personnes, chacune avec ce qu'elle sert : " \
                  "PERSONNE=HEURES,PERSONNE=HEURES/HEURES ; / sépare les semaines."),          \
        QUERY_AS_OF

static const struct parameter fading_parameters[] = {
    QUERY_OF("Whose relationships; the home actor's, when absent.",
             "Les relations de qui ; de l'acteur d'attache, si absent."),
    QUERY_FLOOR,
    QUERY_AS_OF,
    QUERY_LIMIT,
    { 0 },
};
static const struct parameter plan_parameters[] = { PLAN_PARAMETERS, { 0 } };

static const struct field accept_body[] = {
    { .name = "relationship",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED,
      .target = "relationship",
      .label_en = "Relationship",
      .label_fr = "Relation",
      .help_en = "The line's relationship.",
      .help_fr = "La relation de la ligne." },
    { .name = "type",
      .type = FIELD_CODE,
      .flags = FIELD_REQUIRED,
      .max = 16,
      .label_en = "Form",
      .label_fr = "Forme",
      .help_en = "The form of engagement: call, meeting, visit ...",
      .help_fr = "La forme de l'activité : call, meeting, visit ..." },
    { .name = "on",
      .type = FIELD_WHEN,
      .flags = FIELD_REQUIRED,
      .label_en = "On",
      .label_fr = "Le",
      .help_en = "The day, or the instant it begins.",
      .help_fr = "Le jour, ou l'instant où elle commence." },
    { .name = "title",
      .type = FIELD_TEXT,
      .max = LIMIT_NAME,
      .label_en = "Title",
      .label_fr = "Titre",
      .help_en = "Form and partner, when absent.",
      .help_fr = "Forme et partenaire, si absent." },
    { .name = "place",
      .type = FIELD_TEXT,
      .max = LIMIT_NAME,
      .label_en = "Place",
      .label_fr = "Lieu",
      .help_en = "Where it takes place, in words.",
      .help_fr = "L'endroit, en toutes lettres." },
    { .name = "label",
      .type = FIELD_LABEL,
      .label_en = "Label",
      .label_fr = "Étiquette",
      .help_en = "Not below what the engagement tells; just that, when absent.",
      .help_fr = "Pas moins que ce que l'activité révèle ; exactement cela, si absent." },
    { 0 },
};

const struct operation nurture_rows[] = {
    { "fading", "GET", "/api/v1/fading", PERMIT_READ, OP_READ, fading_parameters, NULL, NULL,
      "Fading", NULL,
      "Shows when trust falls below a floor if nothing is done, and contact against cadence.",
      "Montre quand la confiance passe sous un seuil si rien n'est fait, et les contacts.",
      handle_fading },
    { "plan", "GET", "/api/v1/plan", PERMIT_READ, OP_READ, plan_parameters, NULL, NULL, "Plan",
      NULL, "Plans the free hours of the coming weeks where they do most good, and says why.",
      "Planifie les heures libres des semaines à venir là où elles servent le plus, et dit "
      "pourquoi.",
      handle_plan },
    { "plan.accept", "POST", "/api/v1/plan/accept", PERMIT_WRITE, OP_WRITE | OP_CREATED, NULL,
      accept_body, NULL, "Engagement", NULL,
      "Makes a planned engagement of a line of the plan; asked again, writes nothing twice.",
      "Fait d'une ligne du plan une activité prévue ; répété, n'écrit rien deux fois.",
      handle_accept },
    { "plan.policy", "GET", "/api/v1/plan/policy", PERMIT_SELF, 0, NULL, NULL, NULL,
      "NurturePolicy", NULL,
      "Shows what priorities, forms of engagement and travel count in a plan.",
      "Montre ce que priorités, formes d'activité et déplacements comptent dans un plan.",
      handle_policy },
    { "attention", "GET", "/api/v1/attention", PERMIT_READ, OP_READ, plan_parameters, NULL, NULL,
      "Attention", NULL, "Tells what fades, what to do this week and what is planned.",
      "Dit ce qui s'étiole, quoi faire cette semaine et ce qui est prévu.", handle_attention },
    { "attention.text", "GET", "/api/v1/attention.txt", PERMIT_READ, OP_READ, plan_parameters, NULL,
      NULL, NULL, "text/plain", "The same as plain text, ready to be sent.",
      "De même en texte simple, prêt à envoyer.", handle_text },
    { "attention.html", "GET", "/api/v1/attention.html", PERMIT_READ, OP_READ, plan_parameters,
      NULL, NULL, NULL, "text/html", "The same as one HTML page, ready to be sent.",
      "De même en une page HTML, prête à envoyer.", handle_html },
    { 0 },
};
