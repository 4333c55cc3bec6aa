/*
 * The real operation table seen from the command line: what a row may not leave out, and the
 * examples, each of which must be taken as it stands.
 */
#include "base/limits.h"
#include "cli/args.h"
#include "cli/doors.h"
#include "cli/examples.h"

/* cmocka needs these first */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static struct cli make(struct arena *a)
{
    struct cli c = { .arena = a, .out = stdout, .err = stderr };
    struct error err = { 0 };
    const struct verb *own = NULL;
    size_t count = 0;
    assert_int_equal(kinds_make(a, (struct slice){ 0 }, &err, &c.kinds), 0);
    assert_int_equal(operations_make(a, c.kinds, &err, &c.operations), 0);
    assert_int_equal(doors_make(a, &err, &own, &count), 0);
    assert_int_equal(verbs_make(a, c.operations, own, count, &err, &c.verbs), 0);
    return c;
}

/* Splits at spaces; double quotes hold a word together. In place. */
static int split(char *line, char **words, int most)
{
    int count = 0;
    while (*line && count < most) {
        bool quoted = *line == '"';
        words[count++] = line += quoted;
        while (*line && *line != (quoted ? '"' : ' ')) {
            line++;
        }
        while (*line && (*line == ' ' || (quoted && *line == '"'))) {
            quoted = quoted && *line != '"';
            *line++ = '\0';
        }
    }
    return count;
}

/* The words of an example up to what the shell does with the rest. */
static int words_of(struct arena *a, const char *line, char **words, int most)
{
    int count = split(arena_cstr(a, slice_of(line)), words, most);
    for (int i = 0; i < count; i++) {
        if (strcmp(words[i], "|") == 0 || strcmp(words[i], ">") == 0) {
            return i;
        }
    }
    return count;
}

/* The file that an example reads. */
static void write_password_file(void)
{
    char folder[] = "/tmp/entente-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    FILE *f = fopen("password.json", "w");
    assert_non_null(f);
    fputs("{\"password\":\"maple maple maple\"}", f);
    assert_int_equal(fclose(f), 0);
}

static void every_example_is_taken_as_it_stands(void **state)
{
    struct arena *a cleanup_arena = arena_new(LIMIT_ARENA);
    struct cli c = make(a);
    (void)state;
    write_password_file();
    for (const struct example *e = examples; e->verb; e++) {
        char *words[64];
        int count = words_of(a, e->line, words, 64);
        int at = count > 1 && strcmp(words[0], "--dir") == 0 ? 2 : 0, used = 0;
        struct error err = { 0 };
        struct arguments args;
        c.options = (struct options){ 0 }; /* the one before may have set some */
        const struct verb *v = verbs_match(c.verbs, a, words + at, count - at, &used);
        if (!v || strcmp(v->name, e->verb) != 0) {
            fail_msg("%s: names %s", e->line, v ? v->name : "no verb");
        }
        if (args_parse(&c, v, words + at + used, count - at - used, &err, &args) != 0) {
            fail_msg("%s: %s", e->line, err.message);
        }
    }
    assert_int_equal(unlink("password.json"), 0);
}

static void every_verb_says_what_it_does_in_both_languages(void **state)
{
    struct arena *a cleanup_arena = arena_new(LIMIT_ARENA);
    struct cli c = make(a);
    (void)state;
    assert_true(c.verbs->count > 90);
    for (size_t i = 0; i < c.verbs->count; i++) {
        const struct operation *o = c.verbs->items[i].operation;
        if (!o->help_en || !*o->help_en || !o->help_fr || !*o->help_fr ||
            strcmp(o->help_en, o->help_fr) == 0) {
            fail_msg("%s lacks help in a language", c.verbs->items[i].name);
        }
    }
}

struct seen {
    const char *verb;
    const char *names[256];
    size_t count;
};

static int check_flag(void *context, const struct flag *f)
{
    struct seen *seen = context;
    if (!f->help || !*f->help) {
        fail_msg("%s --%s lacks help", seen->verb, f->name);
    }
    for (size_t i = 0; i < seen->count; i++) {
        if (strcmp(seen->names[i], f->name) == 0) {
            fail_msg("%s has --%s twice", seen->verb, f->name);
        }
    }
    assert_true(seen->count < 256);
    seen->names[seen->count++] = f->name;
    return 0;
}

static void every_flag_has_help_and_stands_once(void **state)
{
    struct arena *a cleanup_arena = arena_new(LIMIT_ARENA);
    struct cli c = make(a);
    (void)state;
    for (int french = 0; french < 2; french++) {
        c.options.french = french;
        for (size_t i = 0; i < c.verbs->count; i++) {
            struct seen seen = { .verb = c.verbs->items[i].name };
            flags_of(&c, c.verbs->items[i].operation, check_flag, &seen);
        }
    }
}

static void no_secret_is_a_flag(void **state)
{
    struct arena *a cleanup_arena = arena_new(LIMIT_ARENA);
    struct cli c = make(a);
    char user[] = "user", create[] = "create", flag[] = "--password-hash", value[] = "x";
    char *words[] = { user, create, flag, value };
    struct error err = { 0 };
    struct arguments args;
    int used = 0;
    (void)state;
    const struct verb *v = verbs_match(c.verbs, a, words, 4, &used);
    assert_non_null(v);
    assert_int_equal(args_parse(&c, v, words + used, 4 - used, &err, &args), EN_INVALID);
    assert_non_null(strstr(err.message, "--password-hash"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_is_taken_as_it_stands),
        cmocka_unit_test(every_verb_says_what_it_does_in_both_languages),
        cmocka_unit_test(every_flag_has_help_and_stands_once),
        cmocka_unit_test(no_secret_is_a_flag),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("cli table", tests, NULL, NULL);
}
