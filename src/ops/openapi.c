/*
 * The OpenAPI 3.1 document, made from the operation table, the kinds and the answer schemas
 * (schemas.json). What is not in the table is not in the document; the API tests hold every
 * response against it.
 */
#include "base/limits.h"
#include "ops/internal.h"
#include "service/embedded.h"

#include <stdlib.h>

/* ---- schemas of fields ---- */

static void write_field_schema(const struct field *f, bool strict, struct json_writer *out);

static void write_enum(const struct choice *choices, struct json_writer *out)
{
    jw_key(out, "enum");
    jw_array(out);
    for (const struct choice *c = choices; c->value; c++)
        jw_cstr(out, c->value);
    jw_array_end(out);
}

/* Properties and, in requests, the required ones. An answer may lack a required reference. */
static void write_fields(const struct field *fields, bool strict, struct json_writer *out)
{
    jw_key(out, "properties");
    jw_object(out);
    for (const struct field *f = fields; f->name; f++)
        if (!(f->flags & FIELD_SECRET)) {
            jw_key(out, f->name);
            write_field_schema(f, strict, out);
        }
    jw_object_end(out);
}

static void write_required(const struct field *fields, struct json_writer *out)
{
    bool any = false;
    for (const struct field *f = fields; f->name && !any; f++)
        any = (f->flags & FIELD_REQUIRED) && !(f->flags & FIELD_SECRET);
    if (!any)
        return;
    jw_key(out, "required");
    jw_array(out);
    for (const struct field *f = fields; f->name; f++)
        if ((f->flags & FIELD_REQUIRED) && !(f->flags & FIELD_SECRET))
            jw_cstr(out, f->name);
    jw_array_end(out);
}

static void write_scalar(const struct field *f, bool strict, struct json_writer *out)
{
    switch (f->type) {
    case FIELD_BOOL:
        jw_key_cstr(out, "type", "boolean");
        break;
    case FIELD_INTEGER:
    case FIELD_DECIMAL:
        jw_key_cstr(out, "type", f->type == FIELD_INTEGER ? "integer" : "number");
        if (f->min != f->max) {
            jw_key_int(out, "minimum", f->min);
            jw_key_int(out, "maximum", f->max);
        }
        break;
    case FIELD_OBJECT:
        jw_key_cstr(out, "type", "object");
        write_fields(f->fields, strict, out);
        if (strict)
            write_required(f->fields, out);
        break;
    case FIELD_LABEL:
        jw_key_cstr(out, "type", "object");
        break;
    default:
        jw_key_cstr(out, "type", "string");
        if (f->choices)
            write_enum(f->choices, out);
        if (f->type == FIELD_REF)
            jw_key_cstr(out, "format", "uuid");
        if (f->type == FIELD_DURATION)
            jw_key_cstr(out, "format", "duration");
        break;
    }
    if (f->help_en)
        jw_key_cstr(out, "description", f->help_en);
}

static void write_field_schema(const struct field *f, bool strict, struct json_writer *out)
{
    jw_object(out);
    if (!(f->flags & FIELD_MANY)) {
        write_scalar(f, strict, out);
    } else {
        jw_key_cstr(out, "type", "array");
        jw_key(out, "items");
        jw_object(out);
        write_scalar(f, strict, out);
        jw_object_end(out);
    }
    jw_object_end(out);
}

static void write_ref(struct json_writer *out, const char *schema)
{
    char text[160] = "#/components/schemas/";
    strncat(text, schema, sizeof text - strlen(text) - 1);
    jw_object(out);
    jw_key_cstr(out, "$ref", text);
    jw_object_end(out);
}

static void write_key_type(struct json_writer *out, const char *name, const char *type)
{
    jw_key(out, name);
    jw_object(out);
    jw_key_cstr(out, "type", type);
    jw_object_end(out);
}

static void capital(const struct kind *k, const char *end, char ret[80])
{
    struct buf text cleanup_buf;
    buf_init(&text, 79);
    buf_add_char(&text, (char)(k->name[0] - 'a' + 'A'));
    buf_add_cstr(&text, k->name + 1);
    buf_add_cstr(&text, end);
    struct slice s = buf_slice(&text);
    memcpy(ret, s.ptr, s.len);
    ret[s.len] = '\0';
}

/* What every record shows beside its fields. */
static void write_record_properties(const struct kind *k, struct json_writer *out)
{
    jw_key(out, "properties");
    jw_object(out);
    static const char *const texts[] = {
        "id", "kind", "origin", "origin_name", "created", "updated"
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        write_key_type(out, texts[i], "string");
    write_key_type(out, "version", "integer");
    write_key_type(out, "retracted", "boolean");
    write_key_type(out, "theirs", "boolean");
    jw_key(out, "label");
    write_ref(out, "Label");
    jw_key(out, "marking");
    write_ref(out, "Marking");
    jw_key(out, "refs");
    write_ref(out, "Refs");
    const struct field *tables[] = { common_fields, k->fields };
    for (int i = 0; i < 2; i++)
        for (const struct field *f = tables[i]; f->name; f++)
            if (!(f->flags & FIELD_SECRET)) {
                jw_key(out, f->name);
                write_field_schema(f, false, out);
            }
    jw_object_end(out);
}

static void write_record_schema(const struct kind *k, struct json_writer *out)
{
    static const char *const always[] = { "id",      "kind",   "version", "label",
                                          "marking", "origin", "created", "updated" };
    jw_object(out);
    jw_key_cstr(out, "type", "object");
    jw_key_cstr(out, "description", k->help_en);
    jw_key(out, "required");
    jw_array(out);
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        jw_cstr(out, always[i]);
    jw_array_end(out);
    jw_key_bool(out, "additionalProperties", false);
    write_record_properties(k, out);
    jw_object_end(out);
}

static void write_list_schema(const char *item, struct json_writer *out)
{
    static const char *const always[] = { "items", "refs", "marking" };
    jw_object(out);
    jw_key_cstr(out, "type", "object");
    jw_key(out, "required");
    jw_array(out);
    for (int i = 0; i < 3; i++)
        jw_cstr(out, always[i]);
    jw_array_end(out);
    jw_key(out, "properties");
    jw_object(out);
    jw_key(out, "items");
    jw_object(out);
    jw_key_cstr(out, "type", "array");
    jw_key(out, "items");
    write_ref(out, item);
    jw_object_end(out);
    write_key_type(out, "next", "string");
    jw_key(out, "refs");
    write_ref(out, "Refs");
    jw_key(out, "marking");
    write_ref(out, "Marking");
    jw_object_end(out);
    jw_object_end(out);
}

/* What a client states: the fields, and the label. */
static void write_input_schema(const struct kind *k, struct json_writer *out)
{
    jw_object(out);
    jw_key_cstr(out, "type", "object");
    write_required(k->fields, out);
    jw_key(out, "properties");
    jw_object(out);
    jw_key(out, "label");
    write_ref(out, "Label");
    if (slice_is(slice_of(k->name), "user"))
        write_key_type(out, "password", "string");
    const struct field *tables[] = { common_fields, k->fields };
    for (int i = 0; i < 2; i++)
        for (const struct field *f = tables[i]; f->name; f++)
            if (!(f->flags & FIELD_SECRET)) {
                jw_key(out, f->name);
                write_field_schema(f, true, out);
            }
    jw_object_end(out);
    jw_object_end(out);
}

static void write_schemas(const struct kinds *kinds, struct arena *a, struct json_writer *out)
{
    struct json *fixed = NULL;
    char name[80], item[80];
    jw_key(out, "schemas");
    jw_object(out);
    if (json_parse(a, slice_of(embedded_schemas), NULL, &fixed) == 0)
        for (uint32_t i = 0; i < fixed->count; i++) {
            jw_key_slice(out, fixed->members[i].name);
            jw_json(out, &fixed->members[i].value);
        }
    for (size_t i = 0; i < kinds->count; i++) {
        const struct kind *k = kinds->items[i];
        capital(k, "", item);
        jw_key(out, item);
        write_record_schema(k, out);
        capital(k, "List", name);
        jw_key(out, name);
        write_list_schema(item, out);
        capital(k, "Input", name);
        jw_key(out, name);
        write_input_schema(k, out);
    }
    jw_object_end(out);
}

/* ---- operations ---- */

/* What is no reader's is no peer's. */
static bool is_asked_as_a_peer(const struct operation *o)
{
    return (o->flags & OP_READ) && (o->permission & (PERMIT_READ | PERMIT_SELF));
}

static void write_parameters(const struct operation *o, struct json_writer *out)
{
    jw_key(out, "parameters");
    jw_array(out);
    for (const struct parameter *p = o->parameters; p && p->name; p++) {
        bool in_path = p->place == IN_PATH;
        jw_object(out);
        jw_key_cstr(out, "name", p->name);
        jw_key_cstr(out, "in", in_path ? "path" : "query");
        if (in_path || (p->field.flags & FIELD_REQUIRED))
            jw_key_bool(out, "required", true);
        if (p->field.help_en)
            jw_key_cstr(out, "description", p->field.help_en);
        jw_key(out, "schema");
        jw_object(out);
        struct field bare = p->field;
        bare.help_en = NULL;
        write_scalar(&bare, true, out);
        jw_object_end(out);
        jw_object_end(out);
    }
    static const struct {
        unsigned flag;
        const char *name, *help;
    } headers[] = { { OP_IF_MATCH, "If-Match", "ETag of the version that you saw." },
                    { OP_CREATED, "Idempotency-Key",
                      "Repeat a request without repeating its effect." },
                    { OP_READ, "Entente-As",
                      "A peer (id, instance or name) with whose eyes to read; for disclosure "
                      "officers. The query parameter `as` is the same." } };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
        if (!(o->flags & headers[i].flag))
            continue;
        if (headers[i].flag == OP_READ && !is_asked_as_a_peer(o))
            continue;
        jw_object(out);
        jw_key_cstr(out, "name", headers[i].name);
        jw_key_cstr(out, "in", "header");
        jw_key_cstr(out, "description", headers[i].help);
        jw_key(out, "schema");
        jw_object(out);
        jw_key_cstr(out, "type", "string");
        jw_object_end(out);
        jw_object_end(out);
    }
    jw_array_end(out);
}

static void write_media(struct json_writer *out, const char *media)
{
    jw_key(out, "content");
    jw_object(out);
    jw_key(out, media);
    jw_object(out);
    jw_key(out, "schema");
}

static void end_media(struct json_writer *out)
{
    jw_object_end(out);
    jw_object_end(out);
}

/* The kind that a body states, also for users and tokens, whose rows name none. */
static const struct kind *body_kind(const struct operation *o, const struct kinds *kinds)
{
    if (o->kind)
        return o->kind;
    if (strncmp(o->name, "user.c", 6) == 0)
        return kinds_find(kinds, S("user"));
    return strcmp(o->name, "token.create") == 0 ? kinds_find(kinds, S("token")) : NULL;
}

static void write_body(const struct operation *o, const struct kinds *kinds,
                       struct json_writer *out)
{
    const struct kind *k = body_kind(o, kinds);
    bool patch = strcmp(o->method, "PATCH") == 0;
    if (!(o->flags & OP_WRITE) && !o->body)
        return;
    if (!o->body && !(o->flags & OP_RAW_BODY) && (!k || strstr(o->path, "/restore")))
        return;
    jw_key(out, "requestBody");
    jw_object(out);
    jw_key_bool(out, "required", true);
    write_media(out, o->flags & OP_RAW_BODY ? (o->takes  ? o->takes
                                               : o->kind ? "text/csv"
                                                         : "application/x-ndjson")
                     : patch                ? "application/merge-patch+json"
                                            : "application/json");
    if (o->flags & OP_RAW_BODY) {
        jw_object(out);
        jw_key_cstr(out, "type", "string");
        jw_object_end(out);
    } else if (o->body) {
        jw_object(out);
        jw_key_cstr(out, "type", "object");
        write_required(o->body, out);
        write_fields(o->body, true, out);
        jw_object_end(out);
    } else if (patch) {
        jw_object(out);
        jw_key_cstr(out, "type", "object");
        jw_object_end(out);
    } else {
        char name[80];
        capital(k, "Input", name);
        write_ref(out, name);
    }
    end_media(out);
    jw_object_end(out);
}

static void write_answer(const struct operation *o, struct json_writer *out)
{
    jw_key(out, o->flags & OP_EMPTY ? "204" : o->flags & OP_CREATED ? "201" : "200");
    jw_object(out);
    jw_key_cstr(out, "description", o->help_en);
    if (!(o->flags & OP_EMPTY)) {
        const char *media = o->media ? o->media : "application/json";
        write_media(out, media);
        if (o->answer && strcmp(media, "application/json") == 0) {
            write_ref(out, o->answer);
        } else {
            jw_object(out);
            jw_key_cstr(out, "type", o->media ? "string" : "object");
            jw_object_end(out);
        }
        end_media(out);
    }
    jw_object_end(out);
}

static void write_problem(struct json_writer *out, int code)
{
    const struct code_info *info = error_code_info(code);
    char status[4] = { (char)('0' + info->http_status / 100),
                       (char)('0' + info->http_status / 10 % 10),
                       (char)('0' + info->http_status % 10), '\0' };
    jw_key(out, status);
    jw_object(out);
    jw_key_cstr(out, "description", info->title_en);
    write_media(out, "application/problem+json");
    write_ref(out, "Problem");
    end_media(out);
    jw_object_end(out);
}

/* Every way this operation can fail, each status once, ascending. */
static void write_problems(const struct operation *o, struct json_writer *out)
{
    bool has_id = o->path && strstr(o->path, "{id}") != NULL;
    bool body = (o->flags & (OP_WRITE | OP_RAW_BODY)) || o->body;
    jw_key(out, "400");
    jw_object(out);
    jw_key_cstr(out, "description", "Malformed request");
    write_media(out, "application/problem+json");
    write_ref(out, "Problem");
    end_media(out);
    jw_object_end(out);
    write_problem(out, EN_UNAUTHENTICATED);
    write_problem(out, EN_FORBIDDEN);
    if (has_id || is_asked_as_a_peer(o) || strcmp(o->name, "network") == 0)
        write_problem(out, EN_NOT_FOUND);
    if (body)
        write_problem(out, EN_CONFLICT);
    if (has_id)
        write_problem(out, EN_GONE);
    if (o->flags & OP_IF_MATCH)
        write_problem(out, EN_STALE);
    write_problem(out, EN_TOO_LARGE);
    if (body)
        write_problem(out, EN_UNSUPPORTED);
    write_problem(out, EN_INVALID);
    if (o->flags & OP_IF_MATCH)
        write_problem(out, EN_PRECONDITION);
    write_problem(out, EN_TOO_MANY);
    write_problem(out, EN_IO);
    write_problem(out, EN_BUSY);
}

static void write_operation(const struct operation *o, const struct kinds *kinds,
                            struct json_writer *out)
{
    static const struct {
        const char *method, *member;
    } methods[] = { { "GET", "get" }, { "POST", "post" }, { "PATCH", "patch" } };
    for (size_t i = 0; i < 3; i++)
        if (strcmp(o->method, methods[i].method) == 0)
            jw_key(out, methods[i].member);
    jw_object(out);
    jw_key_cstr(out, "operationId", o->name);
    jw_key_cstr(out, "summary", o->help_en);
    jw_key_cstr(out, "x-summary-fr", o->help_fr);
    jw_key(out, "tags");
    jw_array(out);
    jw_cstr(out, o->kind ? o->kind->plural : "instance");
    jw_array_end(out);
    if (o->permission == PERMIT_NONE) {
        jw_key(out, "security");
        jw_array(out);
        jw_array_end(out);
    }
    write_parameters(o, out);
    write_body(o, kinds, out);
    jw_key(out, "responses");
    jw_object(out);
    write_answer(o, out);
    write_problems(o, out);
    jw_object_end(out);
    jw_object_end(out);
}

static bool is_public(const struct operation *o)
{
    return o->method && !(o->flags & OP_NO_HTTP);
}

/* A path's operations stand together under it. */
static void write_paths(const struct operations *all, const struct kinds *kinds,
                        struct json_writer *out)
{
    jw_key(out, "paths");
    jw_object(out);
    for (size_t i = 0; i < all->count; i++) {
        const struct operation *o = &all->items[i];
        bool first = is_public(o);
        for (size_t j = 0; first && j < i; j++)
            first = !is_public(&all->items[j]) || strcmp(all->items[j].path, o->path) != 0;
        if (!first)
            continue;
        jw_key(out, o->path);
        jw_object(out);
        for (size_t j = i; j < all->count; j++)
            if (is_public(&all->items[j]) && strcmp(all->items[j].path, o->path) == 0)
                write_operation(&all->items[j], kinds, out);
        jw_object_end(out);
    }
    jw_object_end(out);
}

static void write_security(struct json_writer *out)
{
    jw_key(out, "securitySchemes");
    jw_object(out);
    jw_key(out, "session");
    jw_object(out);
    jw_key_cstr(out, "type", "apiKey");
    jw_key_cstr(out, "in", "cookie");
    jw_key_cstr(out, "name", "entente");
    jw_object_end(out);
    jw_key(out, "token");
    jw_object(out);
    jw_key_cstr(out, "type", "http");
    jw_key_cstr(out, "scheme", "bearer");
    jw_object_end(out);
    jw_object_end(out);
}

void ops_openapi(const struct operations *all, const struct kinds *kinds, struct arena *a,
                 struct buf *out)
{
    static const char *const schemes[] = { "session", "token" };
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    jw_key_cstr(&w, "openapi", "3.1.0");
    jw_key(&w, "info");
    jw_object(&w);
    jw_key_cstr(&w, "title", "Entente");
    jw_key_cstr(&w, "version", ENTENTE_VERSION);
    jw_key_cstr(&w, "description",
                "Relationships of organisations that act through partners: "
                "trust that explains itself, per viewer.");
    jw_key(&w, "license");
    jw_object(&w);
    jw_key_cstr(&w, "name", "Apache-2.0");
    jw_key_cstr(&w, "identifier", "Apache-2.0");
    jw_object_end(&w);
    jw_object_end(&w);
    jw_key(&w, "security");
    jw_array(&w);
    for (int i = 0; i < 2; i++) {
        jw_object(&w);
        jw_key(&w, schemes[i]);
        jw_array(&w);
        jw_array_end(&w);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    write_paths(all, kinds, &w);
    jw_key(&w, "components");
    jw_object(&w);
    write_schemas(kinds, a, &w);
    write_security(&w);
    jw_object_end(&w);
    jw_object_end(&w);
}
