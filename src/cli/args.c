/*
 * Flags and positions to an operation's inputs.
 *
 * Path parameters are positions. Query parameters and body fields are flags (dashes for
 * underscores); a list repeats its flag. A required parameter that no flag gave takes the next free
 * position, so that `entente trust A B` needs no flags. A field of the body goes through the same
 * conversion as a CSV cell; whole bodies come from --body. What a word means is decided by the
 * operation's row and by nothing else; the values are checked by ops_run, not here.
 */
#include "cli/args.h"

#include "cli/input.h"
#include "cli/options.h"
#include "record/record.h"

struct parse {
    struct cli *c;
    const struct operation *operation;
    struct error *err;
    struct arguments *ret;
    char *const *words;
    int count, at;
    const char *positions[16];
    size_t position_count;
    struct slice flag;       /* the name of the flag at hand, without dashes */
    const char *inline_text; /* what follows '=' */
    const struct field *found;
};

static int no_memory(struct error *err)
{
    return error_set(err, EN_NO_MEMORY, "no memory for the arguments");
}

static struct slice dashed(struct parse *p)
{
    return arena_printf(p->c->arena, "--" SLICE_FMT, SLICE_ARG(p->flag));
}

static bool flag_is(const struct parse *p, const char *name)
{
    const char *f = p->flag.ptr;
    size_t i = 0;
    for (; i < p->flag.len && name[i]; i++) {
        char expected = name[i] == '_' || name[i] == '.' ? '-' : name[i];
        char typed = f[i] == '_' ? '-' : f[i];
        if (typed != expected) {
            return false;
        }
    }
    return i == p->flag.len && name[i] == '\0';
}

/* The flag's value: after '=', or the next word. NULL with a field error. */
static const char *value_of(struct parse *p)
{
    if (p->inline_text) {
        return p->inline_text;
    }
    if (p->at < p->count) {
        return p->words[p->at++];
    }
    error_field(p->err, dashed(p), REASON_REQUIRED, "=...");
    return NULL;
}

/* A switch needs no value: --primary is true, --primary=false is not. */
static const char *switch_or_value(struct parse *p, const struct field *f)
{
    if (f->type == FIELD_BOOL) {
        return p->inline_text ? p->inline_text : "true";
    }
    return value_of(p);
}

static int set_parameter(struct parse *p, const struct parameter *parameter, const char *text)
{
    struct arena *a = p->c->arena;
    struct slice value = slice_of(text);
    struct slice before = json_get_text(p->ret->parameters, parameter->name);
    if ((parameter->field.flags & FIELD_MANY) && before.len > 0) {
        value = arena_printf(a, SLICE_FMT ";%s", SLICE_ARG(before), text);
    }
    struct json *v = json_new_text(a, value);
    if (!v || json_object_set(a, p->ret->parameters, slice_of(parameter->name), v) < 0) {
        return no_memory(p->err);
    }
    return 0;
}

static int body_member(struct parse *p, struct slice name, const struct json *value)
{
    struct arena *a = p->c->arena;
    if (!p->ret->body) {
        p->ret->body = json_new_object(a);
    }
    if (!p->ret->body || !value || json_object_set(a, p->ret->body, name, value) < 0) {
        return no_memory(p->err);
    }
    return 0;
}

/* A label may be given in its short text form, which its own layer reads. */
static struct json *label_value(struct parse *p, struct slice text)
{
    struct json *v = NULL;
    if (slice_starts(slice_trim(text), S("{"))) {
        return json_parse(p->c->arena, text, p->err, &v) < 0 ? NULL : v;
    }
    return json_new_text(p->c->arena, text);
}

/* References stay texts here: a name in place of an id is looked up when the viewer is known. */
static struct json *reference_value(struct parse *p, const struct field *f, const char *text)
{
    struct arena *a = p->c->arena;
    struct slice rest = slice_of(text);
    struct json *list = f->flags & FIELD_MANY ? json_new_array(a) : NULL;
    if (!(f->flags & FIELD_MANY)) {
        return json_new_text(a, rest);
    }
    while (list && rest.len > 0) {
        struct json *one = json_new_text(a, slice_trim(slice_cut(&rest, ';')));
        if (!one || json_array_add(a, list, one) < 0) {
            return NULL;
        }
    }
    return list;
}

static struct json *field_value(struct parse *p, const struct field *f, const char *text)
{
    if (f->type == FIELD_LABEL) {
        return label_value(p, slice_of(text));
    }
    if (f->type == FIELD_REF) {
        return reference_value(p, f, text);
    }
    return field_from_text(f, p->c->arena, slice_of(text), dashed(p), p->err);
}

/* A member of an object whose members are flags of their own. */
static int spread_member(struct parse *p, const struct field *object, struct slice name,
                         const struct json *value)
{
    struct arena *a = p->c->arena;
    const struct json *before = json_get(p->ret->body, object->name);
    struct json *patch = json_new_object(a);
    if (!patch || json_object_set(a, patch, name, value) < 0) {
        return no_memory(p->err);
    }
    bool known = before && before->type == JSON_OBJECT;
    return body_member(p, slice_of(object->name),
                       known ? json_merge_patch(a, before, patch) : patch);
}

static int set_field(struct parse *p, const struct field *f, const char *text)
{
    struct arena *a = p->c->arena;
    struct slice name = slice_of(f->name);
    struct json *v =
        f->flags & FIELD_FILE ? json_new_text(a, slice_of(text)) : field_value(p, f, text);
    p->ret->file = f->flags & FIELD_FILE ? f : p->ret->file;
    if (!v) {
        return p->err->code < 0 ? EN_INVALID : no_memory(p->err);
    }
    const struct json *before = json_get_slice(p->ret->body, name);
    if ((f->flags & FIELD_MANY) && before && before->type == JSON_ARRAY && v->type == JSON_ARRAY) {
        struct json *joined = json_new_array(a);
        for (uint32_t i = 0; joined && i < before->count; i++) {
            json_array_add(a, joined, &before->items[i]);
        }
        for (uint32_t i = 0; joined && i < v->count; i++) {
            json_array_add(a, joined, &v->items[i]);
        }
        v = joined;
    }
    const struct field *object = operation_spread(p->operation, f);
    return object ? spread_member(p, object, name, v) : body_member(p, name, v);
}

static int find_field(void *context, const struct field *f)
{
    struct parse *p = context;
    if (!p->found && flag_is(p, f->name)) {
        p->found = f;
    }
    return 0;
}

static int read_body(struct parse *p, const char *path)
{
    struct buf text cleanup_buf = { 0 };
    struct json *body = NULL;
    buf_init(&text, LIMIT_BODY);
    int code = input_read(path, &text, p->err);
    if (code < 0) {
        return code;
    }
    struct slice kept = arena_copy(p->c->arena, buf_slice(&text));
    if (!kept.ptr) {
        return no_memory(p->err);
    }
    code = json_parse(p->c->arena, kept, p->err, &body);
    if (code < 0) {
        return code;
    }
    if (p->ret->body || body->type != JSON_OBJECT) {
        return error_field(p->err, S("--body"), REASON_TYPE, "%s",
                           p->ret->body ? "give --body before the flags that change it"
                                        : "a JSON object");
    }
    p->ret->body = body;
    return 0;
}

/* The field that --clear names becomes null in the merge patch. */
static int clear_field(struct parse *p, const char *name)
{
    p->flag = slice_of(name);
    p->found = NULL;
    operation_body_fields(p->c, p->operation, find_field, p);
    if (!p->found) {
        return error_field(p->err, S("--clear"), REASON_UNKNOWN_FIELD, "%s", name);
    }
    return body_member(p, slice_of(p->found->name), json_new_null(p->c->arena));
}

/* Flags that come with the shape of an operation and not with its row. 1 when taken. */
static int shape_flag(struct parse *p)
{
    unsigned flags = p->operation->flags;
    bool body = operation_has_body(p->c, p->operation);
    bool patch = operation_is_patch(p->c, p->operation);
    if ((flags & OP_PAGED) && flag_is(p, "all")) {
        p->ret->all = true;
        return 1;
    }
    if (!((flags & OP_IF_MATCH) && flag_is(p, "if-match")) && !(body && flag_is(p, "body")) &&
        !(patch && flag_is(p, "clear"))) {
        return 0;
    }
    bool is_body = flag_is(p, "body"), is_clear = flag_is(p, "clear");
    const char *text = value_of(p);
    if (!text) {
        return EN_INVALID;
    }
    if (is_body || is_clear) {
        int code = is_body ? read_body(p, text) : clear_field(p, text);
        return code < 0 ? code : 1;
    }
    p->ret->if_match = slice_of(text);
    return 1;
}

static const struct parameter *find_parameter(const struct parse *p)
{
    const struct parameter *list = p->operation->parameters;
    for (; list && list->name; list++) {
        if (flag_is(p, list->name)) {
            return list;
        }
    }
    return NULL;
}

/* 1 when the operation knows the flag, 0 when not. */
static int own_flag(struct parse *p)
{
    const char *text;
    p->found = NULL;
    operation_body_fields(p->c, p->operation, find_field, p);
    const struct parameter *parameter = find_parameter(p);
    if (!parameter && !p->found) {
        return shape_flag(p);
    }
    const struct field *f = p->found;
    text = switch_or_value(p, parameter ? &parameter->field : f);
    if (!text) {
        return EN_INVALID;
    }
    int code = parameter ? set_parameter(p, parameter, text) : set_field(p, f, text);
    return code < 0 ? code : 1;
}

static int take_flag(struct parse *p, const char *word)
{
    const char *equals = strchr(word, '=');
    bool global = false;
    if (strncmp(word, "--", 2) == 0) {
        p->flag = slice_make(word + 2, equals ? (size_t)(equals - word - 2) : strlen(word + 2));
        p->inline_text = equals ? equals + 1 : NULL;
        p->at++;
        int taken = own_flag(p);
        if (taken != 0) {
            return taken < 0 ? taken : 0;
        }
        p->at--;
    }
    int code = options_take(p->c, p->words, p->count, &p->at, &global, p->err);
    if (code < 0 || global) {
        p->at += code < 0;
        return code;
    }
    p->at++;
    return error_set(
        p->err, EN_INVALID,
        tr(p->c, "no option %s here (entente help %s)", "aucune option %s ici (entente help %s)"),
        word, p->ret->verb->name);
}

static int no_place(struct parse *p, const char *text)
{
    return error_set(p->err, EN_INVALID,
                     tr(p->c, "no place for \"%s\" (entente help %s)",
                        "rien à faire de « %s » (entente help %s)"),
                     text, p->ret->verb->name);
}

static int take_word(struct parse *p, bool *only_positions)
{
    const char *text = p->words[p->at];
    if (!*only_positions && strcmp(text, "--") == 0) {
        *only_positions = true;
        p->at++;
        return 0;
    }
    if (!*only_positions && text[0] == '-' && text[1] != '\0') {
        return take_flag(p, text);
    }
    p->at++;
    if (p->position_count == sizeof(p->positions) / sizeof(p->positions[0])) {
        return no_place(p, text);
    }
    p->positions[p->position_count++] = text;
    return 0;
}

static bool positional(const struct parameter *q)
{
    return q->place == IN_PATH;
}

/* Words that no flag took: the path of a file, or all that is left as one text. */
static int place_fields(struct parse *p, size_t *used)
{
    for (const struct field *f = p->operation->body; f && f->name; f++) {
        if (!(f->flags & (FIELD_FILE | FIELD_PLACED)) || *used == p->position_count ||
            json_get(p->ret->body, f->name)) {
            continue;
        }
        struct slice text = slice_of(p->positions[(*used)++]);
        while ((f->flags & FIELD_PLACED) && *used < p->position_count) {
            text = arena_printf(p->c->arena, SLICE_FMT " %s", SLICE_ARG(text),
                                p->positions[(*used)++]);
        }
        int code = text.ptr ? set_field(p, f, text.ptr) : no_memory(p->err);
        if (code < 0) {
            return code;
        }
    }
    return 0;
}

/* Positions go to path parameters, then to required parameters that no flag gave. */
static int place_positions(struct parse *p, size_t *used)
{
    for (int round = 0; round < 2; round++) {
        const struct parameter *q = p->operation->parameters;
        for (; q && q->name && *used < p->position_count; q++) {
            bool wanted =
                round == 0 ? positional(q) : !positional(q) && (q->field.flags & FIELD_REQUIRED);
            bool given = json_get(p->ret->parameters, q->name) != NULL;
            bool many = round == 0 && (q->field.flags & FIELD_MANY);
            for (int code; wanted && !given && *used < p->position_count; given = !many) {
                code = set_parameter(p, q, p->positions[(*used)++]);
                if (code < 0) {
                    return code;
                }
            }
        }
    }
    if ((p->operation->flags & OP_RAW_BODY) && *used < p->position_count) {
        p->ret->raw = p->positions[(*used)++];
    }
    return place_fields(p, used);
}

static int check_complete(struct parse *p, size_t used)
{
    int code = 0;
    const struct parameter *q = p->operation->parameters;
    for (; q && q->name; q++) {
        bool optional = positional(q) && (q->field.flags & FIELD_MANY); /* as in `help [VERB...]` */
        if ((positional(q) || (q->field.flags & FIELD_REQUIRED)) && !optional &&
            !json_get(p->ret->parameters, q->name)) {
            const char *dashes = positional(q) ? "" : "--";
            struct slice name =
                arena_printf(p->c->arena, "%s%s", dashes, flag_name(p->c->arena, q->name));
            code =
                error_field(p->err, name, REASON_REQUIRED, "entente help %s", p->ret->verb->name);
        }
    }
    for (; used < p->position_count; used++) {
        code = no_place(p, p->positions[used]);
    }
    return code;
}

int args_parse(struct cli *c, const struct verb *v, char *const *words, int count,
               struct error *err, struct arguments *ret)
{
    struct parse p = {
        .c = c, .operation = v->operation, .err = err, .ret = ret, .words = words, .count = count
    };
    bool only_positions = false;
    size_t used = 0;
    int code = 0;
    *ret = (struct arguments){ .verb = v, .parameters = json_new_object(c->arena) };
    if (!ret->parameters) {
        return no_memory(err);
    }
    while (p.at < count) {
        int one = take_word(&p, &only_positions);
        code = one < 0 ? one : code;
        if (one < 0 && err->field_count == 0) {
            break; /* what follows would hide this message */
        }
    }
    if (code < 0 || c->options.help) {
        return c->options.help ? 0 : code;
    }
    code = place_positions(&p, &used);
    return code < 0 ? code : check_complete(&p, used);
}

const char *args_text(const struct cli *c, const struct arguments *args, const char *name)
{
    const struct json *v = json_get(args->parameters, name);
    return v && v->type == JSON_STRING ? arena_cstr(c->arena, v->text) : NULL;
}

bool args_switch(const struct arguments *args, const char *name)
{
    struct slice text = json_get_text(args->parameters, name);
    return slice_is(text, "true") || slice_is(text, "1") || slice_is(text, "yes");
}

int args_int(const struct cli *c, const struct arguments *args, const char *name, int64_t least,
             int64_t most, int64_t fallback, struct error *err, int64_t *ret)
{
    struct slice text = json_get_text(args->parameters, name);
    int64_t value = fallback;
    if (text.len > 0 && (!slice_to_int64(text, &value) || value < least || value > most)) {
        struct slice flag = arena_printf(c->arena, "--%s", flag_name(c->arena, name));
        return error_field(err, flag, REASON_RANGE, "%lld..%lld", (long long)least,
                           (long long)most);
    }
    *ret = value;
    return 0;
}
