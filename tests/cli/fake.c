/*
 * A small operation table behind the real command line: what the tests of the door run against.
 *
 * The operations answer with fixed values or with what they were given ("echo"), so a golden file
 * shows what the door made of the words and how it laid out the answer. Node, ledger, server and
 * model are pretended; kinds are the real ones.
 */
#include "fake.h"

#include "base/limits.h"
#include "cli/serve_peers.h"
#include "http/server.h"
#include "ledger/signer.h"
#include "ops/ops.h"
#include "service/options_file.h"
#include "service/policy_file.h"
#include "service/predict.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct node {
    const struct kinds *kinds;
    struct arena *arena;
    int64_t seq;
};

/* What the call carried, as JSON. */
static int echo(struct call *c)
{
    struct json_writer w;
    jw_init(&w, c->out);
    jw_object(&w);
    jw_key(&w, "parameters");
    jw_json(&w, c->parameters);
    if (c->body) {
        jw_key(&w, "body");
        jw_json(&w, c->body);
    }
    if (c->raw.len > 0) {
        jw_key_text(&w, "raw", c->raw);
    }
    if (c->if_match.len > 0) {
        jw_key_text(&w, "if_match", c->if_match);
    }
    jw_key_text(&w, "viewer", c->viewer->username);
    jw_object_end(&w);
    return 0;
}

/* "bad..." is a file with a wrong row. */
static int answer_import(struct call *c)
{
    if (!slice_starts(c->raw, S("bad"))) {
        return echo(c);
    }
    buf_add_cstr(c->out, "{\"rows\":2,\"failed\":1,\"errors\":[{\"line\":3,\"column\":\"nature\","
                         "\"code\":\"choice\",\"detail\":\"is not one of the allowed words\"}]}");
    return 0;
}

static int answer_list(struct call *c)
{
    struct slice cursor = json_get_text(c->parameters, "cursor");
    struct slice external = json_get_text(c->parameters, "external_ids");
    if (external.len > 0) {
        buf_add_cstr(c->out, slice_is(external, "sample:b") ? "{\"items\":[{\"id\":\"" FAKE_B
                                                              "\"}]}"
                                                            : "{\"items\":[]}");
        return 0;
    }
    if (json_get(c->parameters, "limit")) {
        buf_add_cstr(c->out, fake_names);
        return 0;
    }
    if (slice_is(json_get_text(c->parameters, "q"), "theirs")) {
        buf_add_cstr(c->out, fake_theirs);
        return 0;
    }
    buf_add_cstr(c->out, slice_is(cursor, "2") ? fake_actors_2 : fake_actors);
    return 0;
}

static int answer_get(struct call *c)
{
    if (!slice_is(json_get_text(c->parameters, "id"), FAKE_1)) {
        return error_set(c->err, EN_NOT_FOUND, "%s", "");
    }
    buf_add_cstr(c->out, fake_actor);
    c->etag = S("3");
    return 0;
}

static int answer_portfolio(struct call *c)
{
    buf_add_cstr(c->out, fake_portfolio);
    return 0;
}

static int answer_explain(struct call *c)
{
    buf_add_cstr(c->out, fake_explain);
    return 0;
}

static int answer_export(struct call *c)
{
    buf_add_cstr(c->out, "{\"seq\":1}\n{\"seq\":2}\n");
    return 0;
}

static int answer_users(struct call *c)
{
    buf_add_cstr(c->out, "{\"items\":[{\"id\":\"00000000-0000-7000-8000-000000000002\","
                         "\"username\":\"reader\",\"role\":\"reader\"}]}");
    return 0;
}

static int answer_audits(struct call *c)
{
    buf_add_cstr(c->out, fake_audits);
    return 0;
}

static int answer_verify(struct call *c)
{
    for (int64_t i = 0; i <= 20; i++) {
        if (c->progress) {
            c->progress(c->progress_context, "verify", i * 5, 100);
        }
    }
    buf_add_cstr(c->out, "{\"entries\":100,\"sound\":true}");
    return 0;
}

/* Fails with the code that was asked for. */
static int answer_fail(struct call *c)
{
    int64_t code = 0;
    slice_to_int64(json_get_text(c->parameters, "code"), &code);
    if (code == -EN_INVALID) {
        error_field(c->err, S("/name_en"), REASON_REQUIRED, "%s", "");
        error_field(c->err, S("/latitude"), REASON_RANGE, "-90..90");
    }
    return error_set(c->err, (int)-code, "as was asked");
}

static const struct choice natures[] = {
    { "organisation", "Organisation", "Organisation" },
    { "person", "Person", "Personne" },
    { 0 },
};

static const struct parameter list_parameters[] = {
    { "q",
      IN_QUERY,
      { .name = "q",
        .type = FIELD_TEXT,
        .help_en = "Words to find.",
        .help_fr = "Mots à trouver." } },
    { "nature",
      IN_QUERY,
      { .name = "nature",
        .type = FIELD_ENUM,
        .choices = natures,
        .help_en = "Only of this nature.",
        .help_fr = "Seulement de cette nature." } },
    { "regions",
      IN_QUERY,
      { .name = "regions",
        .type = FIELD_TEXT,
        .flags = FIELD_MANY,
        .help_en = "Only of these regions.",
        .help_fr = "Seulement de ces régions." } },
    { "since_from",
      IN_QUERY,
      { .name = "since_from",
        .type = FIELD_WHEN,
        .help_en = "Since that date.",
        .help_fr = "Depuis cette date." } },
    { "cursor",
      IN_QUERY,
      { .name = "cursor",
        .type = FIELD_TEXT,
        .help_en = "Where to go on.",
        .help_fr = "Où continuer." } },
    { 0 },
};
static const struct parameter id_parameters[] = {
    { "id",
      IN_PATH,
      { .name = "id",
        .type = FIELD_REF,
        .target = "actor",
        .help_en = "The record.",
        .help_fr = "La fiche." } },
    { 0 },
};
static const struct parameter pair_parameters[] = {
    { "truster",
      IN_QUERY,
      { .name = "truster",
        .type = FIELD_REF,
        .flags = FIELD_REQUIRED,
        .target = "actor",
        .help_en = "Who trusts.",
        .help_fr = "Qui fait confiance." } },
    { "trustee",
      IN_QUERY,
      { .name = "trustee",
        .type = FIELD_REF,
        .flags = FIELD_REQUIRED,
        .target = "actor",
        .help_en = "Who is trusted.",
        .help_fr = "À qui." } },
    { "as_of",
      IN_QUERY,
      { .name = "as_of",
        .type = FIELD_WHEN,
        .help_en = "As of this date.",
        .help_fr = "À cette date." } },
    { 0 },
};
static const struct parameter fail_parameters[] = {
    { "code",
      IN_PATH,
      { .name = "code", .type = FIELD_INTEGER, .help_en = "The code.", .help_fr = "Le code." } },
    { 0 },
};
static const struct parameter import_parameters[] = {
    { "dry_run",
      IN_QUERY,
      { .name = "dry_run",
        .type = FIELD_BOOL,
        .help_en = "Only report.",
        .help_fr = "Seulement un rapport." } },
    { 0 },
};
static const struct field reason_body[] = {
    { .name = "reason",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED,
      .help_en = "Why.",
      .help_fr = "Pourquoi." },
    { .name = "count", .type = FIELD_INTEGER, .help_en = "How many.", .help_fr = "Combien." },
    { .name = "urgent",
      .type = FIELD_BOOL,
      .help_en = "Whether it is urgent.",
      .help_fr = "Si c'est urgent." },
    { 0 },
};

static struct operation table[] = {
    { "actor.list", "GET", "/api/v1/actors", PERMIT_READ, OP_READ | OP_PAGED, list_parameters,
      .help_en = "List actors. Filters may be combined.",
      .help_fr = "Lister les acteurs. Les filtres se combinent.", .handle = answer_list },
    { "actor.get", "GET", "/api/v1/actors/{id}", PERMIT_READ, OP_READ, id_parameters,
      .help_en = "Show one actor.", .help_fr = "Montrer un acteur.", .handle = answer_get },
    { "actor.create", "POST", "/api/v1/actors", PERMIT_WRITE, OP_WRITE | OP_CREATED, NULL,
      .help_en = "Create an actor.", .help_fr = "Créer un acteur.", .handle = echo },
    { "actor.change", "PATCH", "/api/v1/actors/{id}", PERMIT_WRITE, OP_WRITE | OP_IF_MATCH,
      id_parameters, .help_en = "Change an actor.", .help_fr = "Modifier un acteur.",
      .handle = echo },
    { "actor.retract", "POST", "/api/v1/actors/{id}/retract", PERMIT_STEWARD,
      OP_WRITE | OP_IF_MATCH, id_parameters, .body = reason_body, .help_en = "Retract an actor.",
      .help_fr = "Retirer un acteur.", .handle = echo },
    { "actor.import", "POST", "/api/v1/actors/import", PERMIT_STEWARD,
      OP_WRITE | OP_RAW_BODY | OP_LONG, import_parameters, .help_en = "Import actors from CSV.",
      .help_fr = "Importer des acteurs en CSV.", .handle = answer_import },
    { "audit.list", "GET", "/api/v1/audits", PERMIT_ADMIN, OP_READ, NULL,
      .help_en = "Who read what.", .help_fr = "Qui a lu quoi.", .handle = answer_audits },
    { "portfolio", "GET", "/api/v1/portfolio", PERMIT_READ, OP_READ | OP_PAGED, NULL,
      .help_en = "Every relationship.", .help_fr = "Toutes les relations.",
      .handle = answer_portfolio },
    { "trust", "GET", "/api/v1/trust", PERMIT_READ, OP_READ, pair_parameters,
      .help_en = "Trust of one in another.", .help_fr = "Confiance de l'un envers l'autre.",
      .handle = echo },
    { "trust.explain", "GET", "/api/v1/trust/explain", PERMIT_READ, OP_READ, pair_parameters,
      .help_en = "What a figure rests on.", .help_fr = "Sur quoi repose un chiffre.",
      .handle = answer_explain },
    { "user.list", "GET", "/api/v1/users", PERMIT_ADMIN, OP_READ | OP_PAGED, NULL,
      .help_en = "List users.", .help_fr = "Lister les utilisateurs.", .handle = answer_users },
    { "verify", NULL, NULL, PERMIT_ADMIN, OP_READ | OP_NO_HTTP | OP_LONG, NULL,
      .help_en = "Check the ledger.", .help_fr = "Vérifier le registre.", .handle = answer_verify },
    { "export", "GET", "/api/v1/export", PERMIT_READ, OP_READ, NULL,
      .media = "application/x-ndjson", .help_en = "Export all.", .help_fr = "Tout exporter.",
      .handle = answer_export },
    { "fail", NULL, NULL, PERMIT_READ, OP_READ | OP_NO_HTTP, fail_parameters,
      .help_en = "Fail with a code.", .help_fr = "Échouer avec un code.", .handle = answer_fail },
    { "login", "POST", "/api/v1/login", PERMIT_NONE, OP_NO_CLI, NULL, .help_en = "Log in.",
      .help_fr = "Ouvrir une session.", .handle = echo },
};
enum { ROWS = sizeof(table) / sizeof(table[0]) };
static const struct operations all = { table, ROWS };

int operations_make(struct arena *a, const struct kinds *kinds, struct error *err,
                    const struct operations **ret)
{
    (void)a;
    (void)err;
    table[2].kind = table[3].kind = kinds_find(kinds, S("actor"));
    *ret = &all;
    return 0;
}

const struct operation *operations_find(const struct operations *o, struct slice name)
{
    for (size_t i = 0; i < o->count; i++) {
        if (slice_is(name, o->items[i].name)) {
            return &o->items[i];
        }
    }
    return NULL;
}

int ops_run(struct call *c)
{
    int code = c->operation->handle(c);
    c->parameters = NULL; /* a caller may not count on what it passed */
    return code;
}

/* No signature here: what it would be of. */
int ops_bind_file(struct call *c, struct slice name, struct slice media, struct slice bytes,
                  struct buf *out)
{
    (void)c;
    buf_printf(out, SLICE_FMT " " SLICE_FMT " %zu", SLICE_ARG(name), SLICE_ARG(media), bytes.len);
    return 0;
}

/* The instance. */
int ops_tend(struct node *n, int64_t now_ms, struct error *err)
{
    (void)n;
    (void)now_ms;
    (void)err;
    return 0;
}

int node_open(const struct node_options *options, struct error *err, struct node **ret)
{
    struct node *n = calloc(1, sizeof(*n));
    (void)options;
    n->arena = arena_new(LIMIT_ARENA);
    n->seq = 2;
    *ret = n;
    return kinds_make(n->arena, (struct slice){ 0 }, err, &n->kinds);
}

void node_close(struct node *n)
{
    arena_free(n->arena);
    free(n);
}

const struct kinds *node_kinds(const struct node *n)
{
    return n->kinds;
}

struct ledger *node_ledger(struct node *n)
{
    return (struct ledger *)(void *)n;
}

const struct policy *node_policy(const struct node *n)
{
    (void)n;
    return NULL;
}

const struct viewer *node_operator(struct node *n)
{
    static const struct viewer console = { .username = { "operator", 8 } };
    (void)n;
    return &console;
}

int node_refresh(struct node *n, struct error *err)
{
    (void)n;
    (void)err;
    return 0;
}

int access_user(struct node *n, struct arena *a, struct uuid user, int64_t now_ms,
                struct error *err, const struct viewer **ret)
{
    static const struct viewer reader = { .username = { "reader", 6 } };
    (void)n;
    (void)a;
    (void)now_ms;
    (void)err;
    (void)user;
    *ret = &reader;
    return 0;
}

int node_changes(struct node *n, const struct viewer *v, struct arena *a, int64_t after, size_t max,
                 struct error *err, struct change **ret, size_t *ret_count, int64_t *ret_last)
{
    struct change *changes = arena_array_of(a, struct change, 4);
    (void)v;
    (void)max;
    (void)err;
    for (int64_t seq = after + 1; seq <= n->seq; seq++) {
        changes[*ret_count] = (struct change){ .event_id = seq == 1 ? S("e1") : S("e2"),
                                               .kind = S("actor"),
                                               .id = S("1"),
                                               .version = seq,
                                               .operation = "put",
                                               .seq = seq };
        *ret_count += 1;
    }
    *ret = changes;
    *ret_last = n->seq;
    return 0;
}

int64_t node_seq_of(struct node *n, const struct viewer *v, struct slice event_id)
{
    (void)n;
    (void)v;
    return slice_is(event_id, "e1") ? 1 : slice_is(event_id, "e2") ? 2 : 0;
}

int64_t node_wait(struct node *n, int64_t after, int timeout_ms)
{
    usleep((useconds_t)timeout_ms * 10);
    return n->seq > after ? n->seq : after;
}

int ledger_head_get(struct ledger *l, struct error *err, struct ledger_head *ret)
{
    (void)l;
    (void)err;
    *ret = (struct ledger_head){ .seq = 2 };
    return 0;
}

struct uuid ledger_instance(const struct ledger *l)
{
    (void)l;
    return (struct uuid){ { 0 } };
}

void ledger_public_key(const struct ledger *l, uint8_t ret[32])
{
    (void)l;
    memset(ret, 0xab, 32);
}

int ledger_restore(const char *path, const char *directory, int64_t now_ms, struct error *err)
{
    (void)directory;
    (void)now_ms;
    return error_set(err, EN_CONFLICT, "%s is not restored here", path);
}

void clearance_write(const struct policy *p, const struct clearance *c, struct buf *out)
{
    (void)p;
    (void)c;
    buf_add_cstr(out, "{}");
}

int clearance_parse_text(const struct policy *p, struct arena *a, struct slice text,
                         struct slice pointer, struct error *err, const struct clearance **ret)
{
    (void)p;
    (void)a;
    if (!slice_starts(text, S("SECRET"))) {
        return error_field(err, pointer, REASON_LABEL, "%s", "");
    }
    *ret = (const struct clearance *)(const void *)text.ptr;
    return 0;
}

int label_parse_text(const struct policy *p, struct arena *a, struct slice text,
                     struct slice pointer, struct error *err, const struct label **ret)
{
    (void)p;
    (void)a;
    if (!slice_starts(text, S("SECRET"))) {
        return error_field(err, pointer, REASON_LABEL, "%s", "");
    }
    *ret = (const struct label *)(const void *)text.ptr;
    return 0;
}

/* There is no policy here, so nothing is said in its words. */
struct slice policy_id(const struct policy *p)
{
    (void)p;
    return S("");
}

struct slice policy_reading(const struct policy *p, struct slice tag, struct slice name,
                            bool french)
{
    (void)p;
    (void)tag;
    (void)french;
    return name;
}

void label_write(const struct policy *p, const struct label *l, struct buf *out)
{
    (void)p;
    (void)l;
    buf_add_cstr(out, "{\"class\":\"SECRET\"}");
}

/* The server: never started by these tests. */
int http_serve(const struct http_options *options, struct error *err, struct http_server **ret)
{
    (void)options;
    (void)ret;
    return error_set(err, EN_UNSUPPORTED, "no server in this test");
}

uint16_t http_port(const struct http_server *s)
{
    (void)s;
    return 0;
}

void http_stop(struct http_server *s)
{
    (void)s;
}

void http_login_code(struct http_server *s, struct uuid user, char ret[HTTP_CODE_TEXT + 1])
{
    (void)s;
    (void)user;
    ret[0] = '\0';
}

int serve_peers_start(struct cli *c, const struct arguments *args, struct node *n,
                      struct error *err, struct serve_peers **ret)
{
    (void)c;
    (void)args;
    (void)n;
    (void)ret;
    return error_set(err, EN_UNSUPPORTED, "no peers in this test");
}

void serve_peers_stop(struct serve_peers *s)
{
    (void)s;
}

/* The model: says what it was given. */
const struct predict_flag predict_flags[] = {
    { "half-life", "DURATION|none", "Time in which evidence loses half its weight",
      "Temps dans lequel un élément perd la moitié de son poids" },
    { "values", NULL, "Predict ratings", "Prédire des notes" },
    { NULL, NULL, NULL, NULL },
};

struct predict_options predict_options_default(void)
{
    return (struct predict_options){ .value_scale = 1 };
}

int predict_options_set(struct predict_options *o, const char *flag_name, struct slice value,
                        struct error *err)
{
    if (slice_is(slice_of(flag_name), "values")) {
        o->values = true;
        return 0;
    }
    return slice_is(value, "730d") ? 0
                                   : error_field(err, slice_of(flag_name), REASON_FORMAT, "730d");
}

int predict_options_check(const struct predict_options *o, struct error *err)
{
    (void)o;
    (void)err;
    return 0;
}

int predict_run(const struct predict_options *o, struct slice evidence, struct slice queries,
                struct buf *out, predict_progress progress, void *context, struct error *err)
{
    (void)err;
    if (progress) {
        progress(context, 1, 1);
    }
    buf_printf(out, "values,evidence,queries\n%d,%zu,%zu\n", o->values, evidence.len, queries.len);
    return 0;
}

int policy_file_check(struct slice text, struct buf *out, struct error *err)
{
    if (slice_is(text, "?")) {
        return error_set(err, EN_INVALID, "line %d, SPIF: not a policy", 1);
    }
    buf_printf(out, "{\"policy\":\"fake\",\"bytes\":%zu}", text.len);
    return 0;
}

/* The options kernel: says what it was given. */
int options_file_solve(struct slice text, const struct cover_options *o, struct buf *out,
                       struct error *err)
{
    if (slice_is(text, "?")) {
        return error_field(err, S("/requirements"), REASON_REQUIRED, "%s", "a list");
    }
    buf_printf(out, "bytes %zu budget %llu epsilon %.3f partners %u readiness %d\n", text.len,
               (unsigned long long)o->budget, o->epsilon, o->partners_max, o->readiness);
    return 0;
}

struct signer *node_signer(struct node *n)
{
    (void)n;
    return NULL;
}

struct uuid signer_instance(const struct signer *s)
{
    (void)s;
    return (struct uuid){ { 0 } };
}
