/* Introductions: who can introduce us, and asking for it. */
#include "base/limits.h"
#include "ops/internal.h"
#include "record/region.h"
#include "service/access.h"
#include "service/introductions.h"

#include <sodium.h>

enum { CHAINS_DEFAULT = 3, PATH_MAX_ACTORS = PATHS_HOPS_MAX + 1, PATH_MIN_ACTORS = 3 };

#define RECORD_PARAMETER(n, kind, en, fr)          \
    {                                              \
        .name = (n), .place = IN_QUERY, .field = { \
            .name = (n),                           \
            .type = FIELD_REF,                     \
            .target = (kind),                      \
            .label_en = (n),                       \
            .label_fr = (n),                       \
            .help_en = (en),                       \
            .help_fr = (fr)                        \
        }                                          \
    }
#define COUNT_PARAMETER(n, most, en, fr)           \
    {                                              \
        .name = (n), .place = IN_QUERY, .field = { \
            .name = (n),                           \
            .type = FIELD_INTEGER,                 \
            .min = 1,                              \
            .max = (most),                         \
            .label_en = (n),                       \
            .label_fr = (n),                       \
            .help_en = (en),                       \
            .help_fr = (fr)                        \
        }                                          \
    }

/* What is asked for: the parameter, its word in the answer, the kind of record it names. */
static const struct {
    const char *parameter, *word, *target;
} asked_for[] = {
    [INTRODUCE_TO_ACTOR] = { "to", "actor", "actor" },
    [INTRODUCE_TO_REGION] = { "region", "region", NULL },
    [INTRODUCE_TO_CAPABILITY] = { "capability", "capability", "concept" },
    [INTRODUCE_TO_TOPIC] = { "topic", "topic", NULL },
};
enum { ASKED = sizeof asked_for / sizeof *asked_for };

static bool readable(struct call *c, struct slice id, const char *kind)
{
    return snapshot_readable(c->snapshot, id, kinds_find(node_kinds(c->node), slice_of(kind)));
}

static int read_asked(struct call *c, struct introduction_query *q)
{
    size_t given = 0;
    for (size_t i = 0; i < ASKED; i++) {
        struct slice text = call_text(c, asked_for[i].parameter);
        if (!text.len)
            continue;
        given++;
        q->what = (enum introduction_what)i;
        q->asked = text;
        if (asked_for[i].target && !readable(c, text, asked_for[i].target))
            return error_set(c->err, EN_NOT_FOUND, "there is no such %s", asked_for[i].target);
    }
    if (given != 1)
        return error_field(c->err, S("to"), REASON_RULE,
                           "one of to, region, capability and topic is needed");
    return 0;
}

static int read_query(struct call *c, struct introduction_query *q)
{
    *q = (struct introduction_query){ .of = call_text(c, "of"),
                                      .without = call_text(c, "without"),
                                      .hops = (uint32_t)call_int(c, "hops", PATHS_HOPS_MAX),
                                      .count = (uint32_t)call_int(c, "k", CHAINS_DEFAULT),
                                      .as_of = shape_day(call_as_of(c) / 1000) };
    int code = read_asked(c, q);
    if (code < 0)
        return code;
    if ((q->of.len && !readable(c, q->of, "actor")) ||
        (q->without.len && !readable(c, q->without, "actor")))
        return error_set(c->err, EN_NOT_FOUND, "there is no such actor");
    if (!q->of.len)
        q->of = settings_home(c->snapshot);
    return q->of.len ? 0 : error_field(c->err, S("of"), REASON_REQUIRED, "%s", "");
}

static void write_target(const struct introduction_query *q, struct render *r)
{
    struct json_writer *out = r->out;
    jw_key(out, "target");
    jw_object(out);
    jw_key_cstr(out, "what", asked_for[q->what].word);
    if (!asked_for[q->what].target)
        jw_key_text(out, "text", q->asked);
    else if (refs_add(r->refs, q->asked))
        jw_key_text(out, "record", q->asked);
    if (q->what == INTRODUCE_TO_REGION && region_name(q->asked, false)) {
        jw_key_cstr(out, "name", region_name(q->asked, false));
        jw_key_cstr(out, "name_fr", region_name(q->asked, true));
    }
    jw_object_end(out);
}

static int handle_introductions(struct call *c)
{
    struct answer a;
    struct introduction_query q;
    struct introduction_answer found = { 0 };
    struct trust_desk *d = NULL;
    char as_of[32];
    int code = read_query(c, &q);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code == 0)
        code = trust_open(c->node, c->snapshot, c->err, &d);
    if (code == 0)
        code = introductions_find(c->node, c->snapshot, &q, c->err, &found);
    if (code == 0) {
        when_format_ms(q.as_of * 1000, false, as_of);
        jw_key_cstr(&a.out, "as_of", as_of);
        if (refs_add(a.render.refs, q.of))
            jw_key_text(&a.out, "of", q.of);
        jw_key_int(&a.out, "hops", q.hops);
        write_target(&q, &a.render);
        code = introductions_write(&found, d, &a.render, c->err);
    }
    introductions_done(&found);
    trust_close(d);
    return code < 0 ? code : answer_end(&a);
}

/* ---- asking ---- */

static int read_path(struct call *c, struct slice *actors, uint32_t *ret_count)
{
    const struct json *path = json_get(c->body, "path");
    uint32_t count = path ? path->count : 0;
    if (count < PATH_MIN_ACTORS || count > PATH_MAX_ACTORS)
        return error_field(c->err, S("/path"), REASON_RANGE, "%d..%d", PATH_MIN_ACTORS,
                           PATH_MAX_ACTORS);
    for (uint32_t i = 0; i < count; i++) {
        actors[i] = path->items[i].text;
        if (!readable(c, actors[i], "actor"))
            return error_field(c->err, S("/path"), REASON_REFERENCE, "%s", "");
        for (uint32_t j = 0; j < i; j++)
            if (slice_eq(actors[i], actors[j]))
                return error_field(c->err, S("/path"), REASON_DUPLICATE, "%s", "");
    }
    *ret_count = count;
    return 0;
}

/* "Please introduce us to NAME.", with who stands between when they are several. */
static struct slice default_text(struct call *c, const struct slice *actors, uint32_t count)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_TEXT);
    for (uint32_t i = count - 1; i >= 2; i--) {
        struct reference named = { 0 };
        (void)snapshot_reference(c->snapshot, actors[i], NULL, &named);
        buf_add_cstr(&text, i < count - 1 ? c->french ? ", par " : ", through "
                            : c->french   ? "Veuillez nous présenter : "
                                          : "Please introduce us to ");
        buf_add(&text, c->french && named.title_fr.len ? named.title_fr : named.title);
    }
    buf_add_cstr(&text, ".");
    return arena_copy(c->arena, buf_slice(&text));
}

/* Its label is the join of what it was made from: the actors and the ties of the path. */
static int make_request(struct call *c, const struct slice *actors, uint32_t count,
                        const struct label *label, struct json **ret)
{
    struct arena *a = c->arena;
    struct json *r = json_new_object(a);
    const struct json *due = json_get(c->body, "response_due");
    bool submit = json_get_bool(c->body, "submit", false);
    struct slice text = json_get_text(c->body, "text");
    char today[32];
    when_format_ms(c->now_ms, false, today);
    if (!text.len)
        text = default_text(c, actors, count);
    const struct {
        const char *name;
        struct slice text;
    } members[] = {
        { "from", actors[0] },      { "to", actors[1] },
        { "nature", S("support") }, { "text", text },
        { "stakes", S("routine") }, { "state", submit ? S("submitted") : S("draft") },
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        json_set_text(a, r, members[i].name, members[i].text);
    if (submit)
        json_set_text(a, r, "submitted_on", slice_make(today, 10));
    if (due)
        json_object_set(a, r, S("response_due"), due);
    const struct json *stated = label_json(node_policy(c->node), a, label);
    if (json_object_set(a, r, S("label"), stated) < 0 || arena_failed(a))
        return error_set(c->err, EN_NO_MEMORY, "request");
    *ret = r;
    return 0;
}

/* Without a key of the caller's, what is asked and the day are the key: asked twice, stated once.
 */
static int request_key(struct call *c, const struct json *request, struct slice *ret)
{
    struct buf text cleanup_buf;
    unsigned char hash[16];
    char hex[2 * sizeof hash + 1];
    struct slice user = records_user(c->viewer, c->arena);
    buf_init(&text, LIMIT_RECORD);
    json_write_canonical(c->arena, json_get(c->body, "path"), &text);
    json_write_canonical(c->arena, request, &text);
    if (buf_failed(&text))
        return error_set(c->err, EN_NO_MEMORY, "request");
    crypto_generichash(hash, sizeof hash, (const unsigned char *)text.ptr, text.len, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    char today[32];
    when_format_ms(c->now_ms, false, today);
    *ret = arena_printf(c->arena, SLICE_FMT ":introduction:%.10s:%s", SLICE_ARG(user), today, hex);
    return ret->ptr ? 0 : error_set(c->err, EN_NO_MEMORY, "request");
}

static int handle_request(struct call *c)
{
    struct slice actors[PATH_MAX_ACTORS], key = S("");
    struct json *request = NULL;
    struct written done;
    uint32_t count = 0;
    const struct label *label = NULL;
    const struct kind *kind = kinds_find(node_kinds(c->node), S("request"));
    int code = read_path(c, actors, &count);
    if (code == 0)
        code = introductions_check_path(c->node, c->snapshot, actors, count,
                                        shape_day(c->now_ms / 1000), c->err, &label);
    if (code == 0)
        code = make_request(c, actors, count, label, &request);
    if (code == 0)
        code = request_key(c, request, &key);
    if (code < 0)
        return code;
    struct write_context w = call_write(c);
    if (!w.request.len)
        w.request = key;
    code = records_create(&w, kind, request, c->err, &done);
    return code < 0 ? code : answer_written(c, kind, &done);
}

/* ---- rows ---- */

static const struct parameter introductions_parameters[] = {
    RECORD_PARAMETER("to", "actor", "To this actor.", "Auprès de cet acteur."),
    PARAMETER("region", IN_QUERY, FIELD_REGION, 0, "To anyone who gives access to this region.",
              "Auprès de quiconque donne accès à cette région."),
    RECORD_PARAMETER("capability", "concept", "To anyone who has this capability.",
                     "Auprès de quiconque a cette capacité."),
    PARAMETER("topic", IN_QUERY, FIELD_TEXT, 0,
              "To anyone whose accesses or offers have these words.",
              "Auprès de quiconque a des accès ou des offres contenant ces mots."),
    RECORD_PARAMETER("of", "actor", "Who is to be introduced; the home actor, when absent.",
                     "Qui doit être présenté ; l'acteur d'attache, si absent."),
    COUNT_PARAMETER("hops", PATHS_HOPS_MAX, "Most ties of a chain; 4, when absent.",
                    "Nombre maximal de liens d'une chaîne ; 4, si absent."),
    COUNT_PARAMETER("k", PATHS_CHAINS_MAX, "Chains of each sort; 3, when absent.",
                    "Nombre de chaînes de chaque sorte ; 3, si absent."),
    RECORD_PARAMETER("without", "actor", "Not through this actor.", "Sans passer par cet acteur."),
    QUERY_AS_OF,
    { 0 },
};
static const struct field request_body[] = {
    { .name = "path",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_MANY,
      .target = "actor",
      .max = PATH_MAX_ACTORS,
      .label_en = "Path",
      .label_fr = "Chaîne",
      .help_en = "Who asks, who is asked to introduce, and on to the one to be met.",
      .help_fr =
          "Qui demande, qui est prié de présenter, et ainsi jusqu'à qui l'on veut joindre." },
    { .name = "text",
      .type = FIELD_TEXT,
      .max = 1000,
      .label_en = "Request",
      .label_fr = "Demande",
      .help_en = "What is asked; a plain sentence, when absent.",
      .help_fr = "Ce qui est demandé ; une simple phrase, si absent." },
    { .name = "response_due",
      .type = FIELD_WHEN,
      .label_en = "Answer due",
      .label_fr = "Réponse attendue le",
      .help_en = "The last moment at which an answer is on time.",
      .help_fr = "Le dernier moment pour répondre à temps." },
    { .name = "submit",
      .type = FIELD_BOOL,
      .label_en = "Send",
      .label_fr = "Envoyer",
      .help_en = "Submitted at once; a draft, when absent.",
      .help_fr = "Présentée aussitôt ; un brouillon, si absent." },
    { 0 },
};

const struct operation introduction_rows[] = {
    { "introductions", "GET", "/api/v1/introductions", PERMIT_READ, OP_READ,
      introductions_parameters, NULL, NULL, "Introductions", NULL,
      "Finds who can introduce you to an actor, or to a region, capability or topic.",
      "Trouve qui peut vous présenter à un acteur, ou donner accès à une région, une capacité ou "
      "un "
      "sujet.",
      handle_introductions },
    { "introduction.request", "POST", "/api/v1/introductions/request", PERMIT_WRITE,
      OP_WRITE | OP_CREATED, NULL, request_body, NULL, "Request", NULL,
      "Asks the first intermediary of a chain for an introduction.",
      "Demande une présentation au premier intermédiaire d'une chaîne.", handle_request },
    { 0 },
};
