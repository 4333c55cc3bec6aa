/*
 * The JSON parser: RFC 8259, strictly, in one pass, into an arena.
 *
 * The text is copied into the arena once and strings are decoded in place there (a decoded string
 * is never longer than its source), so a string value costs no copy of its own. Zero bytes after
 * the copy end every scan: no loop has to compare with the end. Items of an open array or object
 * wait on one scratch stack and move to the arena, contiguous, when it closes.
 *
 * Invariant: a tree that is returned has valid UTF-8 without NUL, unique names per object, and
 * respects the limits of depth and values. Recursion is bounded by LIMIT_JSON_DEPTH. The parser
 * must never guess: duplicate names, lone surrogates and numbers beyond a double are errors.
 */
#include "base/json.h"

#include "base/fault.h"
#include "base/json_internal.h"
#include "base/limits.h"
#include "base/utf8.h"

struct parser {
    struct slice source; /* untouched, for line and column */
    char *text;          /* the copy, decoded in place up to `at` */
    char *at;
    struct arena *arena;
    struct error *err;
    char *stack; /* items of the open containers */
    size_t stack_len;
    size_t stack_capacity;
    unsigned depth;
    uint32_t values;
};

enum { FIRST_STACK = 4096 };

static int parse_value(struct parser *p, struct json *ret);

static int fail_at(struct parser *p, const char *at, int code, const char *message)
{
    size_t offset = (size_t)(at - p->text);
    unsigned line = 1;
    unsigned column = 1;
    for (size_t i = 0; i < offset && i < p->source.len; i++) {
        char c = p->source.ptr[i];
        if (c == '\n') {
            line++;
            column = 1;
        } else if (!utf8_continues(c)) {
            column++;
        }
    }
    return error_set(p->err, code, "JSON, line %u, column %u: %s", line, column, message);
}

static int fail(struct parser *p, const char *message)
{
    bool ended = (size_t)(p->at - p->text) >= p->source.len;
    return fail_at(p, p->at, EN_INVALID, ended ? "the text ends too early" : message);
}

static int fail_memory(struct parser *p)
{
    return error_set(p->err, EN_NO_MEMORY, "not enough memory for a JSON text of %zu bytes",
                     p->source.len);
}

static inline void skip_space(struct parser *p)
{
    while (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t') {
        p->at++;
    }
}

/* at stands on the opening quote. */
static int parse_string(struct parser *p, struct slice *ret)
{
    const char *wrong = json_text_decode(&p->at, p->text + p->source.len, ret);
    return wrong ? fail(p, wrong) : 0;
}

static int parse_number(struct parser *p, struct json *ret)
{
    const char *wrong = json_number_scan(&p->at, ret);
    return wrong ? fail(p, wrong) : 0;
}

static int parse_word(struct parser *p, struct slice word, struct json value, struct json *ret)
{
    if (strncmp(p->at, word.ptr, word.len) != 0) {
        return fail(p, "expected a value");
    }
    p->at += word.len;
    *ret = value;
    return 0;
}

/* ---- arrays and objects ---- */

static int grow_stack(struct parser *p)
{
    size_t capacity = p->stack_capacity ? p->stack_capacity * 2 : FIRST_STACK;
    char *stack = base_realloc(p->stack, capacity);
    if (!stack) {
        return fail_memory(p);
    }
    p->stack = stack;
    p->stack_capacity = capacity;
    return 0;
}

/* Inline, so that the two sizes are constants and the copies a few moves. */
static inline int push(struct parser *p, const void *item, size_t size)
{
    while (size > p->stack_capacity - p->stack_len) {
        int r = grow_stack(p);
        if (r < 0) {
            return r;
        }
    }
    memcpy(p->stack + p->stack_len, item, size);
    p->stack_len += size;
    return 0;
}

/* Moves what was pushed since base into the arena. */
static int pop_all(struct parser *p, size_t base, void **ret)
{
    size_t size = p->stack_len - base;
    if (size > 0) {
        *ret = arena_alloc(p->arena, size);
        if (!*ret) {
            return fail_memory(p);
        }
        memcpy(*ret, p->stack + base, size);
    }
    p->stack_len = base;
    return 0;
}

static int enter(struct parser *p)
{
    if (p->depth == LIMIT_JSON_DEPTH) {
        return fail_at(p, p->at, EN_TOO_LARGE, "nested too deeply");
    }
    p->depth++;
    p->at++;
    skip_space(p);
    return 0;
}

/* After an item: true in *ret_more after a comma, false after the closing bracket. */
static int next_item(struct parser *p, char closing, bool *ret_more)
{
    skip_space(p);
    if (*p->at == closing) {
        *ret_more = false;
    } else if (*p->at == ',') {
        *ret_more = true;
    } else {
        return fail(p, closing == ']' ? "expected ',' or ']'" : "expected ',' or '}'");
    }
    p->at++;
    skip_space(p);
    return 0;
}

static int parse_items(struct parser *p)
{
    bool more = *p->at != ']';
    if (!more) {
        p->at++;
    }
    while (more) {
        struct json item;
        int r = parse_value(p, &item);
        if (r == 0) {
            r = push(p, &item, sizeof(item));
        }
        if (r == 0) {
            r = next_item(p, ']', &more);
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int parse_array(struct parser *p, struct json *ret)
{
    size_t base = p->stack_len;
    void *items = NULL;
    int r = enter(p);
    if (r == 0) {
        r = parse_items(p);
    }
    uint32_t count = (uint32_t)((p->stack_len - base) / sizeof(struct json));
    if (r == 0) {
        r = pop_all(p, base, &items);
    }
    if (r == 0) {
        *ret = (struct json){ .type = JSON_ARRAY, .count = count, .items = items };
        p->depth--;
    }
    return r;
}

static int parse_member(struct parser *p, struct json_member *ret)
{
    if (*p->at != '"') {
        return fail(p, "expected a name in quotes");
    }
    int r = parse_string(p, &ret->name);
    if (r < 0) {
        return r;
    }
    skip_space(p);
    if (*p->at != ':') {
        return fail(p, "expected ':'");
    }
    p->at++;
    skip_space(p);
    return parse_value(p, &ret->value);
}

static int parse_members(struct parser *p)
{
    bool more = *p->at != '}';
    if (!more) {
        p->at++;
    }
    while (more) {
        struct json_member member;
        int r = parse_member(p, &member);
        if (r == 0) {
            r = push(p, &member, sizeof(member));
        }
        if (r == 0) {
            r = next_item(p, '}', &more);
        }
        if (r < 0) {
            return r;
        }
    }
    return 0;
}

static int fail_duplicate(struct parser *p, struct slice name)
{
    return fail_at(p, name.ptr, EN_INVALID, "this name appears twice in its object");
}

/* Many members: sorting finds a duplicate in n log n, whatever names an enemy chooses. */
static int check_many_names(struct parser *p, const struct json_member *members, uint32_t count)
{
    const struct json_member **order = base_malloc(2 * (size_t)count * sizeof(const void *));
    if (!order) {
        return fail_memory(p);
    }
    for (uint32_t i = 0; i < count; i++) {
        order[i] = &members[i];
    }
    json_sort_members(order, order + count, count);
    int r = 0;
    for (uint32_t i = 1; i < count && r == 0; i++) {
        if (slice_eq(order[i - 1]->name, order[i]->name)) {
            r = fail_duplicate(p, order[i]->name);
        }
    }
    base_free(order);
    return r;
}

/* Few members: a filter of 256 bits on length, first and last byte; only where it hits are the
 * names before compared. */
static int check_names(struct parser *p, const struct json_member *members, uint32_t count)
{
    enum { FEW = 64 };
    if (count > FEW) {
        return check_many_names(p, members, count);
    }
    uint64_t filter[4] = { 0 };
    for (uint32_t i = 0; i < count; i++) {
        struct slice name = members[i].name;
        unsigned hash = (unsigned)name.len;
        if (name.len > 0) {
            hash = hash * 31 + (unsigned char)name.ptr[0] * 7 +
                   (unsigned char)name.ptr[name.len - 1] * 3 +
                   (unsigned char)name.ptr[name.len / 2];
        }
        uint64_t bit = UINT64_C(1) << (hash & 63);
        uint64_t *word = &filter[hash >> 6 & 3];
        for (uint32_t j = 0; (*word & bit) && j < i; j++) {
            if (slice_eq(members[j].name, name)) {
                return fail_duplicate(p, name);
            }
        }
        *word |= bit;
    }
    return 0;
}

static int parse_object(struct parser *p, struct json *ret)
{
    size_t base = p->stack_len;
    void *members = NULL;
    int r = enter(p);
    if (r == 0) {
        r = parse_members(p);
    }
    uint32_t count = (uint32_t)((p->stack_len - base) / sizeof(struct json_member));
    if (r == 0) {
        r = pop_all(p, base, &members);
    }
    if (r == 0) {
        r = check_names(p, members, count);
    }
    if (r == 0) {
        *ret = (struct json){ .type = JSON_OBJECT, .count = count, .members = members };
        p->depth--;
    }
    return r;
}

/* at stands on the first byte of the value. */
static int parse_value(struct parser *p, struct json *ret)
{
    if (++p->values > LIMIT_JSON_VALUES) {
        return fail_at(p, p->at, EN_TOO_LARGE, "too many values");
    }
    switch (*p->at) {
    case '"':
        *ret = (struct json){ .type = JSON_STRING };
        return parse_string(p, &ret->text);
    case '{':
        return parse_object(p, ret);
    case '[':
        return parse_array(p, ret);
    case 't':
        return parse_word(p, S("true"), (struct json){ .type = JSON_BOOL, .boolean = true }, ret);
    case 'f':
        return parse_word(p, S("false"), (struct json){ .type = JSON_BOOL }, ret);
    case 'n':
        return parse_word(p, S("null"), (struct json){ .type = JSON_NULL }, ret);
    default:
        if (*p->at == '-' || (*p->at >= '0' && *p->at <= '9')) {
            return parse_number(p, ret);
        }
        return fail(p, "expected a value");
    }
}

static int parse_document(struct parser *p, struct json *ret)
{
    skip_space(p);
    int r = parse_value(p, ret);
    if (r < 0) {
        return r;
    }
    skip_space(p);
    if (p->at < p->text + p->source.len) {
        return fail(p, "something follows the value");
    }
    return 0;
}

int json_parse(struct arena *a, struct slice text, struct error *err, struct json **ret)
{
    struct parser p = { .source = text, .arena = a, .err = err };
    struct json *root = arena_new_of(a, struct json);
    p.text = text.len < SIZE_MAX - JSON_PADDING ? arena_alloc(a, text.len + JSON_PADDING) : NULL;
    if (!root || !p.text) {
        return fail_memory(&p);
    }
    if (text.len > 0) {
        memcpy(p.text, text.ptr, text.len);
    }
    p.at = p.text;
    int r = parse_document(&p, root);
    base_free(p.stack);
    if (r == 0) {
        *ret = root;
    }
    return r;
}
