/*
 * entente: the command-line door. Words to a verb, a verb to an operation, its answer to the
 * terminal; the exit code is the error's.
 *
 * Invariant: standard output carries the answer and nothing else.
 */
#include "cli/cli.h"
#include "cli/doors.h"
#include "cli/help.h"
#include "cli/input.h"
#include "cli/options.h"
#include "cli/render.h"
#include "cli/run.h"

/* The fields that an instance adds to the kinds, so that they are flags too. */
static int load_kinds(struct cli *c, struct error *err)
{
    struct buf text cleanup_buf = { 0 };
    buf_init(&text, LIMIT_BODY);
    struct slice path = arena_printf(c->arena, "%s/fields.json", c->options.directory);
    int code = path.ptr ? input_read(path.ptr, &text, err) : EN_NO_MEMORY;
    if (code < 0 && code != EN_NOT_FOUND) {
        return code;
    }
    error_clear(err);
    struct slice custom = code == 0 ? arena_copy(c->arena, buf_slice(&text)) : (struct slice){ 0 };
    code = kinds_make(c->arena, custom, err, &c->kinds);
    return code == 0 ? operations_make(c->arena, c->kinds, err, &c->operations) : code;
}

static int load_verbs(struct cli *c, struct error *err)
{
    const struct verb *own = NULL;
    size_t own_count = 0;
    int code = load_kinds(c, err);
    code = code == 0 ? doors_make(c->arena, err, &own, &own_count) : code;
    return code == 0 ? verbs_make(c->arena, c->operations, own, own_count, err, &c->verbs) : code;
}

/* The words up to the first flag, as they would name a verb. */
static struct slice typed_words(struct cli *c, char *const *words, int count)
{
    struct slice typed = slice_of(words[0]);
    for (int i = 1; i < count && i < 3 && words[i][0] != '-'; i++) {
        typed = arena_printf(c->arena, SLICE_FMT " %s", SLICE_ARG(typed), words[i]);
    }
    return typed;
}

static int print_help(struct cli *c, const struct verb *v, struct slice group, struct error *err)
{
    struct buf out cleanup_buf = { 0 };
    buf_init(&out, LIMIT_RESPONSE);
    if (v) {
        help_verb(c, v, &out);
    } else if (group.len > 0) {
        help_list(c, group, &out);
    } else {
        help_short(c, &out);
    }
    return render_write(c->out, &out, err);
}

static int run_verb(struct cli *c, char *const *words, int count, struct error *err)
{
    int used = 0;
    struct arguments args;
    const struct verb *v = verbs_match(c->verbs, c->arena, words, count, &used);
    if (!v && verbs_is_group(c->verbs, slice_of(words[0])) &&
        (count == 1 || words[1][0] == '-' || c->options.help)) {
        return print_help(c, NULL, slice_of(words[0]), err);
    }
    if (!v) {
        return help_unknown(c, typed_words(c, words, count), err);
    }
    int code = args_parse(c, v, words + used, count - used, err, &args);
    if (code < 0) {
        return code;
    }
    if (c->options.help) {
        return print_help(c, v, (struct slice){ 0 }, err);
    }
    return v->run ? v->run(c, &args, err) : run_operation(c, &args, err);
}

static int run(struct cli *c, char *const *argv, int argc, struct error *err)
{
    int at = 1, code = options_init(c, err);
    while (code == 0 && at < argc && argv[at][0] == '-') {
        bool taken = false;
        const char *word = argv[at];
        code = options_take(c, argv, argc, &at, &taken, err);
        if (code == 0 && !taken) {
            return error_field(err, slice_of(word), REASON_UNKNOWN_FIELD, "entente help options");
        }
    }
    if (code == 0 && c->options.version) {
        fprintf(c->out, "entente %s\n", ENTENTE_VERSION);
        return 0;
    }
    code = code == 0 ? load_verbs(c, err) : code;
    if (code < 0) {
        return code;
    }
    return at < argc ? run_verb(c, argv + at, argc - at, err)
                     : print_help(c, NULL, (struct slice){ 0 }, err);
}

int main(int argc, char **argv)
{
    struct error err = { 0 };
    struct arena *arena cleanup_arena = arena_new(CLI_ARENA);
    struct cli c = { .arena = arena, .out = stdout, .err = stderr };
    if (!arena) {
        fputs("entente: not enough memory\n", stderr);
        return error_code_info(EN_NO_MEMORY)->exit_code;
    }
    return run(&c, argv, argc, &err) < 0 ? render_error(&c, &err) : 0;
}
