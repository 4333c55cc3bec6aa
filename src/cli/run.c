/*
 * One operation from the command line: the same call that the HTTP door makes, with the operator or
 * the user of --as for a viewer. The door decides nothing about records: whatever may be read or
 * written is decided by ops_run.
 */
#include "cli/run.h"

#include "cli/input.h"
#include "cli/output.h"
#include "cli/pages.h"
#include "cli/render.h"
#include "cli/resolve.h"

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

void run_closep(struct node **n)
{
    if (*n) {
        node_close(*n);
    }
}

int run_open(struct cli *c, bool create, struct progress *p, struct error *err, struct node **ret)
{
    struct stat status;
    const char *directory = c->options.directory;
    if (!create && stat(directory, &status) < 0) {
        return error_set(err, EN_NOT_FOUND,
                         tr(c, "no instance in %s (make one: entente --dir %s init)",
                            "aucune instance dans %s (pour en créer une : entente --dir %s init)"),
                         directory, directory);
    }
    struct node_options o = { .directory = directory,
                              .create = create,
                              .now_ms = when_clock_ms(),
                              .progress = progress_show,
                              .progress_context = p };
    int code = node_open(&o, err, ret);
    progress_done(p);
    if (code < 0) {
        return code;
    }
    /* From here on the rows speak of the instance's own kinds. */
    c->kinds = node_kinds(*ret);
    return operations_make(c->arena, c->kinds, err, &c->operations);
}

static int run_by_name(struct cli *c, struct node *n, const struct viewer *v, struct slice as,
                       const char *name, struct json *parameters, const struct json *body,
                       struct error *err, struct json **ret)
{
    struct buf out cleanup_buf = { 0 };
    buf_init(&out, LIMIT_RESPONSE);
    struct call call = { .node = n, .viewer = v, .arena = c->arena, .out = &out, .err = err };
    call.operation = operations_find(c->operations, slice_of(name));
    if (!call.operation) {
        return error_set(err, EN_UNSUPPORTED, "no operation \"%s\"", name);
    }
    call.now_ms = when_clock_ms();
    call.french = c->options.french;
    call.parameters = parameters ? parameters : json_new_object(c->arena);
    call.body = body;
    call.as = as;
    int code = call.parameters ? ops_run(&call) : error_set(err, EN_NO_MEMORY, "no memory");
    if (code < 0 || out.len == 0) {
        *ret = code < 0 ? *ret : NULL;
        return code;
    }
    struct slice text = arena_copy(c->arena, buf_slice(&out));
    return text.ptr ? json_parse(c->arena, text, err, ret)
                    : error_set(err, EN_NO_MEMORY, "no memory");
}

int run_named(struct cli *c, struct node *n, const struct viewer *v, const char *name,
              struct json *parameters, const struct json *body, struct error *err,
              struct json **ret)
{
    return run_by_name(c, n, v, (struct slice){ 0 }, name, parameters, body, err, ret);
}

int run_named_as(struct cli *c, struct node *n, const struct viewer *v, struct slice as,
                 const char *name, struct json *parameters, struct error *err, struct json **ret)
{
    return run_by_name(c, n, v, as, name, parameters, NULL, err, ret);
}

static bool find_user(const struct json *page, struct slice name, struct uuid *ret)
{
    const struct json *items = json_get(page, "items");
    for (uint32_t i = 0; items && items->type == JSON_ARRAY && i < items->count; i++) {
        const struct json *user = &items->items[i];
        if (slice_eq(json_get_text(user, "username"), name)) {
            return uuid_parse(json_get_text(user, "id"), ret);
        }
    }
    return false;
}

int run_user_named(struct cli *c, struct node *n, const struct viewer *v, struct slice name,
                   struct error *err, struct uuid *ret)
{
    struct slice cursor = { 0 };
    do {
        struct json *page = NULL, *parameters = json_new_object(c->arena);
        if (!parameters || json_set_nonempty(c->arena, parameters, "cursor", cursor) < 0) {
            return error_set(err, EN_NO_MEMORY, "no memory");
        }
        int code = run_named(c, n, v, "user.list", parameters, NULL, err, &page);
        if (code < 0) {
            return code;
        }
        if (find_user(page, name, ret)) {
            return 0;
        }
        cursor = json_get_text(page, "next");
    } while (cursor.len > 0);
    return error_set(err, EN_NOT_FOUND,
                     tr(c, "no user \"" SLICE_FMT "\"", "aucun utilisateur « " SLICE_FMT " »"),
                     SLICE_ARG(name));
}

int run_viewer(struct cli *c, struct node *n, struct error *err, const struct viewer **ret)
{
    struct uuid id;
    if (!c->options.as) {
        *ret = node_operator(n);
        return 0;
    }
    struct slice name = slice_of(c->options.as);
    if (!uuid_parse(name, &id)) {
        int code = run_user_named(c, n, node_operator(n), name, err, &id);
        if (code < 0) {
            return code;
        }
    }
    return access_user(n, c->arena, id, when_clock_ms(), err, ret);
}

int run_show(struct cli *c, const struct buf *answer, struct error *err)
{
    struct json *tree = NULL;
    struct call none = { 0 };
    struct slice text = arena_copy(c->arena, buf_slice(answer));
    if (!text.ptr || buf_failed(answer)) {
        return error_set(err, EN_NO_MEMORY, "no memory for the answer");
    }
    int code = json_parse(c->arena, text, err, &tree);
    return code < 0 ? code : render_answer(c, &none, tree, err);
}

/* An import with wrong rows has shown its report and has written nothing: no script goes on. */
static int judge_report(struct cli *c, const struct call *call, const struct json *answer)
{
    int64_t failed = json_get_int(answer, "failed", 0);
    if (!(call->operation->flags & OP_RAW_BODY) || failed <= 0) {
        return 0;
    }
    return error_set(call->err, EN_INVALID,
                     tr(c, "wrong rows: %lld; nothing was written",
                        "lignes fautives : %lld ; rien n'a été écrit"),
                     (long long)failed);
}

/* The part of the answer that goes back to whom the file came from, beside the file. */
static int write_beside(struct cli *c, const struct arguments *args, const struct call *call,
                        struct json *answer)
{
    const char *member = call->operation->beside;
    struct slice text = member ? json_get_text(answer, member) : S("");
    size_t len = 0;
    if (!text.len || !args->raw || strcmp(args->raw, "-") == 0) {
        return 0;
    }
    uint8_t *bytes = arena_alloc(c->arena, text.len);
    struct slice path = arena_printf(c->arena, "%s.%s", args->raw, member);
    if (!bytes || !path.ptr) {
        return error_set(call->err, EN_NO_MEMORY, "no memory");
    }
    if (sodium_base642bin(bytes, text.len, text.ptr, text.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        return error_set(call->err, EN_INTERNAL, "%s: not base64", member);
    }
    int code = output_save(c, path.ptr, slice_make((const char *)bytes, len), call->err);
    for (uint32_t i = 0; code == 0 && i < answer->count; i++) {
        if (slice_is(answer->members[i].name, member)) {
            answer->members[i].value.text = path; /* what is shown says where it stands */
        }
    }
    return code;
}

static int show(struct cli *c, const struct arguments *args, struct call *call)
{
    struct json *answer = NULL;
    if (call->out->len == 0) {
        return 0;
    }
    if (call->operation->media) {
        /* CSV, JSON Lines, ...: the bytes are the answer. */
        return buf_failed(call->out) ? error_set(call->err, EN_TOO_LARGE, "the output is too large")
                                     : render_write(c->out, call->out, call->err);
    }
    int code = pages_parse(c, call, &answer);
    if (code == EN_TOO_LARGE && c->options.output == OUTPUT_JSON) {
        return render_write(c->out, call->out, call->err);
    }
    if (code < 0) {
        return code;
    }
    code = write_beside(c, args, call, answer);
    if (code < 0) {
        return code;
    }
    code = args->all ? pages_show(c, call, args->parameters, answer)
                     : render_answer(c, call, answer, call->err);
    return code < 0 ? code : judge_report(c, call, answer);
}

/* To standard output, or to the file that was asked for, with its binding. */
static int show_where(struct cli *c, const struct arguments *args, struct call *call)
{
    struct output out;
    int code;
    if (!c->options.out) {
        return c->options.bind ? error_field(call->err, S("--bdo"), REASON_RULE, "%s",
                                             tr(c, "needs --out FILE", "exige --out FICHIER"))
                               : show(c, args, call);
    }
    if (c->options.bind && args->all) { /* the label is that of one answer */
        return error_field(call->err, S("--bdo"), REASON_RULE, "%s",
                           tr(c, "not together with --all", "pas avec --all"));
    }
    code = output_begin(c, &out, call->err);
    if (code == 0) {
        code = output_end(c, &out, show(c, args, call), call);
    }
    return code;
}

static int read_raw(struct cli *c, const struct arguments *args, struct buf *raw, struct error *err)
{
    const char *path = args->raw ? args->raw : "-";
    if (!(args->verb->operation->flags & OP_RAW_BODY)) {
        return 0;
    }
    if (strcmp(path, "-") == 0 && isatty(STDIN_FILENO)) {
        render_remark(c, tr(c, "Reading standard input; end with Ctrl-D.\n",
                            "Lecture de l'entrée standard ; terminez par Ctrl-D.\n"));
    }
    return input_read(path, raw, err);
}

/* The content of the file that a field of the body names. */
static int read_file(struct cli *c, const struct arguments *args, struct error *err)
{
    struct buf text cleanup_buf = { 0 };
    if (!args->file) {
        return 0;
    }
    char *path = arena_cstr(c->arena, json_get_text(args->body, args->file->name));
    buf_init(&text, LIMIT_BODY);
    int code = path ? input_read(path, &text, err) : EN_NO_MEMORY;
    if (code < 0) {
        return code;
    }
    struct slice kept = arena_copy(c->arena, slice_trim(buf_slice(&text)));
    struct json *v = kept.ptr ? json_new_text(c->arena, kept) : NULL;
    if (!v || json_object_set(c->arena, args->body, slice_of(args->file->name), v) < 0) {
        return error_set(err, EN_NO_MEMORY, "no memory for %s", path);
    }
    return 0;
}

/* The JSON form of a label, or of a clearance, given in its short text form. */
static int spell(struct cli *c, struct node *n, struct slice text, bool clearance,
                 struct error *err, struct buf *out)
{
    const struct policy *policy = node_policy(n);
    const struct label *label = NULL;
    const struct clearance *held = NULL;
    int code = clearance
                   ? clearance_parse_text(policy, c->arena, text, S("--clearance"), err, &held)
                   : label_parse_text(policy, c->arena, text, S("--label"), err, &label);
    if (held) {
        clearance_write(policy, held, out);
    } else if (label) {
        label_write(policy, label, out);
    }
    return code;
}

/* A label in its short text form becomes JSON here, where the instance's policy is known. */
static int spell_label(struct cli *c, struct node *n, struct json *body, const char *name,
                       struct error *err)
{
    const struct json *stated = json_get(body, name);
    struct json *spelled = NULL;
    struct buf text cleanup_buf = { 0 };
    if (!stated || stated->type != JSON_STRING) {
        return 0;
    }
    buf_init(&text, LIMIT_RECORD);
    int code = spell(c, n, stated->text, strcmp(name, "clearance") == 0, err, &text);
    if (code < 0) {
        return code;
    }
    struct slice kept = arena_copy(c->arena, buf_slice(&text));
    code = kept.ptr ? json_parse(c->arena, kept, err, &spelled) : EN_NO_MEMORY;
    code = code == 0 ? json_object_set(c->arena, body, slice_of(name), spelled) : code;
    return code == EN_NO_MEMORY ? error_set(err, code, "no memory for the label") : code;
}

static int run_in(struct cli *c, const struct arguments *args, struct node *n, struct progress *p,
                  struct error *err)
{
    struct buf out cleanup_buf = { 0 };
    struct buf raw cleanup_buf = { 0 };
    const struct viewer *viewer = NULL;
    buf_init(&out, CLI_OUTPUT);
    buf_init(&raw, (size_t)4 * LIMIT_IMPORT_BODY);
    int code = run_viewer(c, n, err, &viewer);
    code = code == 0 ? read_raw(c, args, &raw, err) : code;
    code = code == 0 ? read_file(c, args, err) : code;
    code = code == 0 ? resolve_references(c, n, viewer, args, err) : code;
    code = code == 0 && args->body ? spell_label(c, n, args->body, "label", err) : code;
    code = code == 0 && args->body ? spell_label(c, n, args->body, "clearance", err) : code;
    if (code < 0) {
        return code;
    }
    struct call call = { .node = n,
                         .operation =
                             operations_find(c->operations, slice_of(args->verb->operation->name)),
                         .viewer = viewer,
                         .arena = c->arena,
                         .now_ms = when_clock_ms(),
                         .french = c->options.french,
                         .parameters = args->parameters,
                         .body = args->body,
                         .raw = buf_slice(&raw),
                         .if_match = args->if_match,
                         .progress = progress_show,
                         .progress_context = p,
                         .out = &out,
                         .err = err };
    if (!call.operation) {
        return error_set(err, EN_INTERNAL, "%s: no such operation", args->verb->operation->name);
    }
    if (!call.body && operation_has_body(c, call.operation)) {
        call.body = json_new_object(c->arena);
    }
    call.as = c->options.as_partner ? slice_of(c->options.as_partner) : (struct slice){ 0 };
    code = c->options.out ? output_check(c, err) : 0;
    code = code == 0 ? ops_run(&call) : code;
    progress_done(p);
    if (code == 0 && call.as_narrowed) {
        render_remark(c,
                      tr(c, "You may read less than this peer: it may see more than is shown.\n",
                         "Vous pouvez lire moins que ce pair : il voit peut-être plus que ce qui "
                         "est montré.\n"));
    }
    if (code == EN_PRECONDITION && (call.operation->flags & OP_IF_MATCH)) {
        /* In the words of this door: the operation speaks of a header. */
        return error_set(err, code, "%s",
                         tr(c, "--if-match with the ETag that get prints, or '*' for any",
                            "--if-match avec l'ETag que get affiche, ou '*' pour toute version"));
    }
    return code < 0 ? code : show_where(c, args, &call);
}

int run_operation(struct cli *c, const struct arguments *args, struct error *err)
{
    struct progress p;
    struct node *n cleanup_node = NULL;
    progress_init(&p, c);
    int code = run_open(c, /* create= */ false, &p, err, &n);
    return code < 0 ? code : run_in(c, args, n, &p, err);
}
