/* The health of the network: its shape, what it covers, whom it depends on, whom to seek. */
#include "base/limits.h"
#include "ops/internal.h"
#include "service/access.h"
#include "service/health.h"

typedef int (*health_question)(struct node *n, const struct health_query *q, struct render *r,
                               struct error *err);

/* An actor that may not be read is told of as one that does not exist. */
static int answer_health(struct call *c, health_question question)
{
    const struct kind *actor = kinds_find(node_kinds(c->node), S("actor"));
    struct slice stated = call_text(c, "of");
    struct health_query q = { .of = stated.len ? stated : settings_home(c->snapshot),
                              .as_of = call_as_of(c) / 1000,
                              .limit = (size_t)call_int(c, "limit", 0) };
    struct answer a;
    if (q.of.len && !snapshot_readable(c->snapshot, q.of, actor)) {
        if (stated.len)
            return error_set(c->err, EN_NOT_FOUND, "there is no such actor");
        q.of = S("");
    }
    int code = answer_begin(c, &a);
    if (code == 0)
        code = question(c->node, &q, &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

static int handle_health(struct call *c)
{
    return answer_health(c, health_write);
}

static int handle_coverage(struct call *c)
{
    return answer_health(c, coverage_write);
}

static int handle_dependence(struct call *c)
{
    return answer_health(c, dependence_write);
}

static int handle_discovery(struct call *c)
{
    return answer_health(c, discovery_write);
}

#define QUERY_OF                                                                     \
    {                                                                                \
        .name = "of", .place = IN_QUERY, .field = {                                  \
            .name = "of",                                                            \
            .type = FIELD_REF,                                                       \
            .target = "actor",                                                       \
            .label_en = "of",                                                        \
            .label_fr = "of",                                                        \
            .help_en = "Whose network; the home actor's, when absent.",              \
            .help_fr = "Le réseau de qui ; celui de l'acteur d'attache, si absent." \
        }                                                                            \
    }

static const struct parameter health_parameters[] = { QUERY_OF, QUERY_AS_OF, { 0 } };
static const struct parameter discovery_parameters[] = {
    QUERY_OF,
    QUERY_AS_OF,
    { .name = "limit",
      .place = IN_QUERY,
      .field = { .name = "limit",
                 .type = FIELD_INTEGER,
                 .min = 1,
                 .max = LIMIT_HEALTH_SHOWN,
                 .label_en = "limit",
                 .label_fr = "limit",
                 .help_en = "How many actors to name.",
                 .help_fr = "Nombre d'acteurs à nommer." } },
    { 0 },
};

const struct operation health_rows[] = {
    { "health", "GET", "/api/v1/health", PERMIT_READ, OP_READ, health_parameters, NULL, NULL,
      "Health", NULL,
      "Shows where the network would break, who stands between whom, and how each audience is "
      "trusted.",
      "Montre où le réseau se romprait, qui relie qui, et la confiance par auditoire.",
      handle_health },
    { "coverage", "GET", "/api/v1/coverage", PERMIT_READ, OP_READ, health_parameters, NULL, NULL,
      "Coverage", NULL,
      "Shows which instruments of power the relationships cover, by region and audience, and what "
      "is empty.",
      "Montre quels instruments de puissance les relations couvrent, par région et auditoire, et "
      "ce qui est vide.",
      handle_coverage },
    { "dependence", "GET", "/api/v1/dependence", PERMIT_READ, OP_READ, health_parameters, NULL,
      NULL, "Dependence", NULL,
      "Shows which partner's loss takes which options away, and how many actors it cuts off.",
      "Montre quelles options la perte de chaque partenaire supprime, et combien d'acteurs elle "
      "isole.",
      handle_dependence },
    { "discovery", "GET", "/api/v1/discovery", PERMIT_READ, OP_READ, discovery_parameters, NULL,
      NULL, "Discovery", NULL, "Shows with whom a new relationship would add most, and why.",
      "Montre avec qui une nouvelle relation apporterait le plus, et pourquoi.", handle_discovery },
    { 0 },
};
