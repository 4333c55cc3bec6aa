/* Needs and what can be done about them: options, gaps, what each partner is worth, requests. */
#include "base/limits.h"
#include "ops/internal.h"
#include "record/registry.h"
#include "service/access.h"
#include "service/options.h"
#include "service/requests_board.h"

/* ---- inputs ---- */

/* "a,b": ids of actors that the viewer may read. */
static int read_without(struct call *c, struct option_query *q)
{
    const struct kind *actor = kinds_find(node_kinds(c->node), S("actor"));
    struct slice rest = call_text(c, "without");
    size_t most = 1;
    if (!rest.len)
        return 0;
    for (size_t i = 0; i < rest.len; i++)
        most += rest.ptr[i] == ',';
    if (most > LIMIT_LIST)
        return error_field(c->err, S("without"), REASON_TOO_MANY, "%d", LIMIT_LIST);
    struct slice *ids = arena_array_of(c->arena, struct slice, most);
    if (!ids)
        return error_set(c->err, EN_NO_MEMORY, "options");
    while (rest.ptr) {
        struct slice id = slice_trim(slice_cut(&rest, ','));
        if (!snapshot_readable(c->snapshot, id, actor))
            return error_field(c->err, S("without"), REASON_REFERENCE, "%s", "");
        ids[q->without_count++] = id;
    }
    q->without = ids;
    return 0;
}

static int read_query(struct call *c, struct option_query *ret)
{
    *ret = (struct option_query){ .need = call_text(c, "id"),
                                  .as_of_ms = call_as_of(c),
                                  .limit = (size_t)call_int(c, "limit", 0) };
    return read_without(c, ret);
}

/* ---- handlers ---- */

typedef int (*need_question)(struct node *n, const struct option_query *q, struct render *r,
                             struct error *err);

static int answer_need(struct call *c, need_question question)
{
    struct option_query q;
    struct answer a;
    int code = read_query(c, &q);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code == 0)
        code = question(c->node, &q, &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

static int handle_options(struct call *c)
{
    return answer_need(c, options_write);
}

static int handle_gaps(struct call *c)
{
    return answer_need(c, options_write_gaps);
}

static int handle_criticality(struct call *c)
{
    return answer_need(c, options_write_criticality);
}

static int handle_option(struct call *c)
{
    struct option_query q;
    struct answer a;
    int code = read_query(c, &q);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code == 0)
        code = options_write_one(c->node, &q, call_text(c, "key"), &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

static int handle_request(struct call *c)
{
    struct option_query q;
    struct answer a;
    const struct slice *ids = NULL;
    size_t count = 0;
    int code = read_query(c, &q);
    if (code < 0)
        return code;
    struct write_context w = call_write(c);
    code = options_request(&w, &q, call_text(c, "key"), c->body, c->err, &ids, &count);
    if (code == 0)
        code = node_snapshot(c->node, c->viewer, c->arena, c->now_ms, c->err, &c->snapshot);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    jw_key(&a.out, "requests");
    jw_array(&a.out);
    for (size_t i = 0; i < count; i++)
        if (refs_add(a.render.refs, ids[i]))
            jw_text(&a.out, ids[i]);
    jw_array_end(&a.out);
    return answer_end(&a);
}

static int handle_board(struct call *c)
{
    struct answer a;
    char as_of[32];
    const struct kind *actor = kinds_find(node_kinds(c->node), S("actor"));
    struct slice of = call_text(c, "of");
    of = !of.len                                     ? settings_home(c->snapshot)
         : snapshot_readable(c->snapshot, of, actor) ? of
                                                     : S("");
    int code = answer_begin(c, &a);
    if (code < 0)
        return code;
    when_format_ms(call_as_of(c), false, as_of);
    jw_key_cstr(&a.out, "as_of", as_of);
    if (of.len && refs_add(a.render.refs, of))
        jw_key_text(&a.out, "of", of);
    code = requests_board_write(of, call_as_of(c), &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

/* ---- rows ---- */

#define PATH_KEY                                                               \
    PARAMETER("key", IN_PATH, FIELD_CODE, FIELD_REQUIRED, "The option's key.", \
              "La clé de l'option.")
#define QUERY_WITHOUT                                                                        \
    PARAMETER("without", IN_QUERY, FIELD_TEXT, 0,                                            \
              "Partners that are not counted on: ids, separated by commas.",                 \
              "Partenaires sur lesquels on ne compte pas : identifiants, séparés par des " \
              "virgules.")

static const struct parameter options_parameters[] = {
    PATH_ID,
    QUERY_AS_OF,
    QUERY_WITHOUT,
    { .name = "limit",
      .place = IN_QUERY,
      .field = { .name = "limit",
                 .type = FIELD_INTEGER,
                 .min = 1,
                 .max = LIMIT_PAGE,
                 .label_en = "limit",
                 .label_fr = "limit",
                 .help_en = "How many options to show, from the least burden.",
                 .help_fr = "Nombre d'options à montrer, à partir de la moindre charge." } },
    { 0 },
};
static const struct parameter option_parameters[] = {
    PATH_ID, PATH_KEY, QUERY_AS_OF, QUERY_WITHOUT, { 0 },
};
static const struct parameter need_parameters[] = {
    PATH_ID,
    QUERY_AS_OF,
    QUERY_WITHOUT,
    { 0 },
};
static const struct parameter request_parameters[] = {
    PATH_ID, PATH_KEY, QUERY_AS_OF, QUERY_WITHOUT, { 0 },
};
static const struct parameter board_parameters[] = {
    { .name = "of",
      .place = IN_QUERY,
      .field = { .name = "of",
                 .type = FIELD_REF,
                 .target = "actor",
                 .label_en = "of",
                 .label_fr = "of",
                 .help_en = "Whose requests; the home actor's, when absent.",
                 .help_fr = "Les demandes de qui ; de l'acteur d'attache, si absent." } },
    QUERY_AS_OF,
    { 0 },
};

static const struct field request_body[] = {
    { .name = "text",
      .type = FIELD_TEXT,
      .max = 1000,
      .label_en = "Request",
      .label_fr = "Demande",
      .help_en = "What is asked, in one sentence; the need's title, when absent.",
      .help_fr = "Ce qui est demandé, en une phrase ; le titre du besoin, si absent." },
    { .name = "response_due",
      .type = FIELD_WHEN,
      .label_en = "Answer due",
      .label_fr = "Réponse attendue",
      .help_en = "The last moment at which an answer is in time.",
      .help_fr = "Le dernier moment où une réponse arrive à temps." },
    { .name = "stakes",
      .type = FIELD_ENUM,
      .choices = stakes_choices,
      .label_en = "Stakes",
      .label_fr = "Enjeux",
      .help_en = "What hangs on it; from the need's priority, when absent.",
      .help_fr = "Ce qui en dépend ; selon la priorité du besoin, si absent." },
    { .name = "label",
      .type = FIELD_LABEL,
      .label_en = "Label",
      .label_fr = "Étiquette",
      .help_en = "Not below what the request tells; just that, when absent.",
      .help_fr = "Pas moins que ce que la demande révèle ; exactement cela, si absent." },
    { .name = "submit",
      .type = FIELD_BOOL,
      .label_en = "Submit",
      .label_fr = "Présenter",
      .help_en = "Submitted at once, and not kept as a draft.",
      .help_fr = "Présentée aussitôt, et non gardée comme brouillon." },
    { 0 },
};

const struct operation option_rows[] = {
    { "need.options", "GET", "/api/v1/needs/{id}/options", PERMIT_READ, OP_READ, options_parameters,
      NULL, NULL, "Options", NULL,
      "Shows which coalitions of partners can cover a need, how surely, and who was left out why.",
      "Montre quelles coalitions de partenaires peuvent combler un besoin, avec quelle assurance, "
      "et qui est écarté pourquoi.",
      handle_options },
    { "need.option", "GET", "/api/v1/needs/{id}/options/{key}", PERMIT_READ, OP_READ,
      option_parameters, NULL, NULL, "OptionPage", NULL,
      "Shows one option: why these partners, and what becomes of it when one drops out.",
      "Montre une option : pourquoi ces partenaires, et ce qu'il en advient si l'un se retire.",
      handle_option },
    { "need.gaps", "GET", "/api/v1/needs/{id}/gaps", PERMIT_READ, OP_READ, need_parameters, NULL,
      NULL, "Gaps", NULL, "Shows what is missing for a need, and the least that would close it.",
      "Montre ce qui manque à un besoin, et le minimum qui y remédierait.", handle_gaps },
    { "need.criticality", "GET", "/api/v1/needs/{id}/criticality", PERMIT_READ, OP_READ,
      need_parameters, NULL, NULL, "Criticality", NULL,
      "Shows what each partner is worth to a need.",
      "Montre ce que chaque partenaire vaut pour un besoin.", handle_criticality },
    { "need.request", "POST", "/api/v1/needs/{id}/options/{key}/requests", PERMIT_WRITE, OP_WRITE,
      request_parameters, request_body, NULL, "OptionRequests", NULL,
      "Writes one request to each partner of an option; asked again, writes nothing twice.",
      "Écrit une demande à chaque partenaire d'une option ; répété, n'écrit rien deux fois.",
      handle_request },
    { "requests.board", "GET", "/api/v1/requests-board", PERMIT_READ, OP_READ, board_parameters,
      NULL, NULL, "RequestBoard", NULL, "Shows requests by their state, and how partners answered.",
      "Montre les demandes selon leur état, et comment les partenaires ont répondu.",
      handle_board },
    { 0 },
};
