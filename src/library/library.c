/*
 * The library door: include/entente.h on the operation table. It adds nothing: names, inputs,
 * permissions and answers are the table's. The clock is read here, as in every door.
 */
#include "entente.h"

#include "base/fault.h"
#include "base/limits.h"
#include "ops/ops.h"

struct en_instance {
    struct node *node;
    struct arena *arena;
    const struct operations *operations;
};

struct en_result {
    struct arena *arena;
    struct buf text;
    struct error err;
    const char *etag, *marking;
};

int en_instance_open(const char *directory, int create, en_instance **ret_instance)
{
    struct node_options options = { .directory = directory,
                                    .create = create != 0,
                                    .now_ms = when_clock_ms() };
    struct en_instance *i = base_calloc(1, sizeof *i);
    struct error err = { 0 };
    *ret_instance = NULL;
    if (!i)
        return EN_NO_MEMORY;
    i->arena = arena_new(LIMIT_ARENA);
    int code = i->arena ? node_open(&options, &err, &i->node) : EN_NO_MEMORY;
    if (code == 0)
        code = operations_make(i->arena, node_kinds(i->node), &err, &i->operations);
    if (code < 0) {
        en_instance_free(i);
        return code;
    }
    *ret_instance = i;
    return 0;
}

void en_instance_free(en_instance *instance)
{
    if (!instance)
        return;
    node_close(instance->node);
    arena_free(instance->arena);
    base_free(instance);
}

static int parse(struct arena *a, const char *text, const char *what, struct error *err,
                 struct json **ret)
{
    *ret = NULL;
    if (!text)
        return 0;
    int code = json_parse(a, slice_of(text), err, ret);
    if (code == 0 && (*ret)->type != JSON_OBJECT)
        code = error_set(err, EN_INVALID, "%s: a JSON object is expected", what);
    return code;
}

static int run(en_instance *i, const char *token, const struct operation *o, const char *parameters,
               const char *body, const char *etag, struct en_result *r)
{
    struct json *given = NULL, *parsed = NULL;
    struct call c = { .node = i->node,
                      .operation = o,
                      .viewer = node_operator(i->node),
                      .arena = r->arena,
                      .now_ms = when_clock_ms(),
                      .if_match = slice_of(etag),
                      .out = &r->text,
                      .err = &r->err };
    int code = parse(r->arena, parameters, "parameters", &r->err, &given);
    if (code == 0 && (o->flags & OP_RAW_BODY))
        c.raw = slice_of(body);
    else if (code == 0)
        code = parse(r->arena, body, "body", &r->err, &parsed);
    if (code == 0 && token)
        code = access_token(i->node, r->arena, slice_of(token), c.now_ms, &r->err, &c.viewer);
    if (code < 0)
        return code;
    c.parameters = given ? given : json_new_object(r->arena);
    c.body = parsed;
    code = ops_run(&c);
    r->etag = arena_cstr(r->arena, c.etag);
    r->marking = arena_cstr(r->arena, c.marking_en);
    return code;
}

int en_instance_change(en_instance *instance, const char *token, const char *operation,
                       const char *parameters, const char *body, const char *etag,
                       en_result **ret_result)
{
    struct en_result *r = base_calloc(1, sizeof *r);
    *ret_result = NULL;
    if (!r)
        return EN_NO_MEMORY;
    buf_init(&r->text, LIMIT_RESPONSE);
    r->arena = arena_new(LIMIT_ARENA);
    const struct operation *o = operations_find(instance->operations, slice_of(operation));
    int code;
    if (!r->arena)
        code = error_set(&r->err, EN_NO_MEMORY, "result");
    else if (!o || (o->flags & OP_NO_CLI))
        code = error_set(&r->err, EN_UNSUPPORTED, "there is no operation %s", operation);
    else
        code = run(instance, token, o, parameters, body, etag, r);
    if (code < 0)
        buf_clear(&r->text);
    r->err.code = code;
    *ret_result = r;
    return code;
}

int en_instance_call(en_instance *instance, const char *token, const char *operation,
                     const char *parameters, const char *body, en_result **ret_result)
{
    return en_instance_change(instance, token, operation, parameters, body, "", ret_result);
}

const char *en_result_text(const en_result *result)
{
    return result && result->text.ptr ? result->text.ptr : "";
}

size_t en_result_size(const en_result *result)
{
    return result ? result->text.len : 0;
}

const char *en_result_etag(const en_result *result)
{
    return result && result->etag ? result->etag : "";
}

const char *en_result_marking(const en_result *result)
{
    return result && result->marking ? result->marking : "";
}

int en_result_code(const en_result *result)
{
    return result ? result->err.code : EN_NO_MEMORY;
}

const char *en_result_word(const en_result *result)
{
    return error_code_info(en_result_code(result))->word;
}

const char *en_result_message(const en_result *result)
{
    return result ? result->err.message : "";
}

void en_result_free(en_result *result)
{
    if (!result)
        return;
    buf_done(&result->text);
    arena_free(result->arena);
    base_free(result);
}
