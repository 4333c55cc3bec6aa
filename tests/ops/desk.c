/* The desk: see desk.h. */
#include "desk.h"

#include "base/limits.h"

#include <dirent.h>
#include <unistd.h>

static void must(int code, const struct error *err, const char *what)
{
    if (code < 0)
        fail_msg("%s: %d %s (%s)", what, code, err->message, err->origin ? err->origin : "");
}

static void open_node(struct desk *d)
{
    struct error err = { 0 };
    struct node_options o = { .directory = d->directory, .create = true, .now_ms = DESK_NOW };
    must(node_open(&o, &err, &d->node), &err, "node");
    must(operations_make(d->arena, node_kinds(d->node), &err, &d->operations), &err, "operations");
}

void desk_open(struct desk *d)
{
    /* where syncs cost nothing, if there is such a place */
    const char *place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    *d = (struct desk){ .arena = arena_new((size_t)LIMIT_ARENA * 4), .now_ms = DESK_NOW };
    snprintf(d->directory, sizeof d->directory, "%s/entente-desk-XXXXXX", place);
    assert_non_null(mkdtemp(d->directory));
    open_node(d);
}

void desk_close(struct desk *d)
{
    node_close(d->node);
    d->node = NULL;
}

void desk_reopen(struct desk *d)
{
    desk_close(d);
    open_node(d);
}

void desk_done(struct desk *d)
{
    desk_close(d);
    DIR *all = opendir(d->directory);
    for (struct dirent *e; all && (e = readdir(all));)
        if (e->d_name[0] != '.')
            unlinkat(dirfd(all), e->d_name, 0);
    if (all)
        closedir(all);
    rmdir(d->directory);
    arena_free(d->arena);
}

static struct json *parsed(struct desk *d, const char *text)
{
    struct json *json = NULL;
    struct error err = { 0 };
    if (text)
        must(json_parse(d->arena, slice_of(text), &err, &json), &err, text);
    return json;
}

struct asked desk_ask(struct desk *d, const char *operation, const char *parameters,
                      const char *body, struct with with)
{
    struct asked a = { 0 };
    struct buf out cleanup_buf;
    struct json *json = NULL, *given = parsed(d, parameters ? parameters : "{}");
    buf_init(&out, LIMIT_RESPONSE);
    struct call c = { .node = with.node ? with.node : d->node,
                      .operation = operations_find(d->operations, slice_of(operation)),
                      .viewer = with.viewer ? with.viewer
                                : with.node ? node_operator(with.node)
                                            : node_operator(d->node),
                      .arena = d->arena,
                      .now_ms = d->now_ms,
                      .french = with.french,
                      .parameters = json_merge_patch(d->arena, given, json_new_object(d->arena)),
                      .body = parsed(d, body),
                      .if_match = slice_of(with.if_match ? with.if_match : "*"),
                      .idempotency_key = slice_of(with.key ? with.key : ""),
                      .as = slice_of(with.as),
                      .out = &out,
                      .err = &a.err };
    assert_non_null(c.operation);
    if (with.fault)
        with.fault->arm(with.n);
    a.code = ops_run(&c);
    a.struck = with.fault && with.fault->disarm();
    a.text = arena_copy(d->arena, buf_slice(&out));
    a.etag = c.etag;
    a.location = c.location;
    a.marking = c.marking_en;
    a.as_peer = c.as_peer;
    a.as_narrowed = c.as_narrowed;
    if (a.code == 0 && out.len && json_parse(d->arena, a.text, NULL, &json) == 0)
        a.json = json;
    return a;
}

struct asked desk_must(struct desk *d, const char *operation, const char *parameters,
                       const char *body, struct with with)
{
    struct asked a = desk_ask(d, operation, parameters, body, with);
    if (a.code < 0)
        fail_msg("%s %s: %d %s %s %s", operation, body ? body : "", a.code, a.err.message,
                 a.err.fields[0].pointer, a.err.fields[0].detail);
    return a;
}

const char *desk_text(struct desk *d, const char *format, ...)
{
    char text[4096];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    assert_true(n >= 0 && (size_t)n < sizeof text);
    return arena_cstr(d->arena, slice_make(text, (size_t)n));
}

const char *desk_id(struct desk *d, struct asked a)
{
    return arena_cstr(d->arena, json_get_text(a.json, "id"));
}

const struct viewer *desk_viewer(struct desk *d, enum role role, const char *clearance)
{
    struct error err = { 0 };
    struct viewer *v = arena_new_of(d->arena, struct viewer);
    *v = (struct viewer){ .user = uuid_new(DESK_NOW),
                          .username = S("someone"),
                          .display_name = S("Someone"),
                          .role = role,
                          .permissions = role_permissions(role) };
    must(clearance_parse(d->node->policy, d->arena, parsed(d, clearance), S(""), &err,
                         &v->clearance),
         &err, clearance);
    return v;
}

const char *desk_peer(struct desk *d, const char *name, char digit, const char *clearance)
{
    struct error err = { 0 };
    struct appended done;
    char id[UUID_TEXT + 1], instance[UUID_TEXT + 1] = "xxxxxxxx-xxxx-7xxx-8xxx-xxxxxxxxxxxx";
    char key[65];
    for (char *c = instance; *c; c++)
        *c = *c == 'x' ? digit : *c;
    memset(key, digit, 64);
    key[64] = '\0';
    const char *body = desk_text(d,
                                 "{\"box_key\":\"%s\",\"clearance\":%s,\"instance\":\"%s\","
                                 "\"name\":\"%s\",\"sign_key\":\"%s\",\"state\":\"confirmed\"}",
                                 key, clearance, instance, name, key);
    struct buf label cleanup_buf;
    buf_init(&label, LIMIT_RECORD);
    label_write(d->node->policy, policy_lowest_label(d->node->policy), &label);
    struct draft draft = { .operation = ENTRY_PUT,
                           .kind = S("peer"),
                           .record = uuid_new(DESK_NOW),
                           .label = buf_slice(&label),
                           .body = slice_of(body),
                           .user = S("00000000-0000-0000-0000-000000000000") };
    must(ledger_append(d->node->ledger, &draft, 1, DESK_NOW, &err, &done), &err, "peer");
    uuid_format(draft.record, id);
    return desk_text(d, "%s", id);
}

const char *desk_actor(struct desk *d, const char *name, const char *label)
{
    const char *body = desk_text(d, "{\"nature\":\"organisation\",\"name_en\":\"%s\"%s%s}", name,
                                 label ? ",\"label\":" : "", label ? label : "");
    return desk_id(d, desk_must(d, "actor.create", NULL, body, (struct with){ 0 }));
}

void desk_assert_rebuilds_alike(struct desk *d)
{
    struct buf before cleanup_buf;
    struct buf after cleanup_buf;
    struct error err = { 0 };
    buf_init(&before, LIMIT_ARENA);
    buf_init(&after, LIMIT_ARENA);
    must(node_refresh(d->node, &err), &err, "refresh");
    must(picture_dump(d->node->picture, &before, &err), &err, "dump");
    must(picture_rebuild(d->node->picture, d->node->ledger, &err), &err, "rebuild");
    must(picture_dump(d->node->picture, &after, &err), &err, "dump");
    assert_true(before.len > 0);
    assert_true(slice_eq(buf_slice(&before), buf_slice(&after)));
}

void desk_assert_sound(struct desk *d)
{
    struct ledger_report report;
    struct error err = { 0 };
    must(ledger_verify(d->node->ledger, NULL, NULL, &err, &report), &err, "verify");
}

uint32_t desk_count(struct asked a)
{
    const struct json *items = json_get(a.json, "items");
    assert_non_null(items);
    return items->count;
}

bool desk_files_contain(struct desk *d, const char *bytes)
{
    bool found = false;
    DIR *all = opendir(d->directory);
    for (struct dirent *e; !found && (e = readdir(all));) {
        char path[400];
        snprintf(path, sizeof path, "%s/%s", d->directory, e->d_name);
        FILE *f = e->d_name[0] == '.' ? NULL : fopen(path, "rb");
        struct buf text cleanup_buf;
        buf_init(&text, LIMIT_ARENA);
        char chunk[8192];
        size_t got;
        while (f && (got = fread(chunk, 1, sizeof chunk, f)) > 0)
            buf_add(&text, slice_make(chunk, got));
        if (f)
            fclose(f);
        found = text.len && memmem(text.ptr, text.len, bytes, strlen(bytes)) != NULL;
        if (found)
            print_message("# found in %s\n", e->d_name);
    }
    closedir(all);
    return found;
}
