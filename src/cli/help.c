/*
 * Help texts, laid out in two columns and wrapped. Everything about a verb comes from its row;
 * only the frame is written here.
 */
#include "cli/help.h"

#include "cli/examples.h"
#include "cli/options.h"
#include "cli/render.h"
#include "cli/width.h"

enum { INDENT = 2, LEFT = 28, WIDTH = 92 };

static size_t page_width(const struct cli *c)
{
    return c->width > 40 && c->width < WIDTH ? (size_t)c->width : WIDTH;
}

/* Words of the text from the present column on, wrapped to a margin. */
static void wrapped(const struct cli *c, struct slice text, size_t column, size_t margin,
                    struct buf *out)
{
    bool first = true;
    while (text.len > 0) {
        struct slice word = slice_cut(&text, ' ');
        size_t width = width_of(word);
        if (!first && column + 1 + width > page_width(c)) {
            buf_add_char(out, '\n');
            width_pad(margin, out);
            column = margin;
            first = true;
        }
        if (!first) {
            buf_add_char(out, ' ');
        }
        buf_add(out, word);
        column += width + !first;
        first = false;
    }
    buf_add_char(out, '\n');
}

static void row(const struct cli *c, struct slice left, struct slice right, struct buf *out)
{
    width_pad(INDENT, out);
    buf_add(out, left);
    if (right.len == 0) {
        buf_add_char(out, '\n');
        return;
    }
    if (width_of(left) + 2 > LEFT) {
        buf_add_char(out, '\n');
        width_pad(INDENT + LEFT, out);
    } else {
        width_pad(LEFT - width_of(left), out);
    }
    wrapped(c, right, INDENT + LEFT, INDENT + LEFT, out);
}

struct slice help_sentence(const struct cli *c, const struct operation *o)
{
    struct slice text = slice_trim(slice_of(tr(c, o->help_en, o->help_fr)));
    struct slice rest = text;
    while (rest.len > 0) {
        struct slice sentence = slice_cut(&rest, '.');
        if (rest.len == 0 || rest.ptr[0] == ' ') {
            return slice_make(text.ptr, (size_t)(sentence.ptr + sentence.len - text.ptr));
        }
    }
    return text;
}

static int usage_flag(void *context, const struct flag *f)
{
    struct buf *out = context;
    if (f->positional) {
        buf_printf(out, f->required ? " %s" : " [%s]", f->name);
    } else if (f->required && !f->body) {
        buf_printf(out, " --%s %s", f->name, f->placeholder ? f->placeholder : "");
    }
    return 0;
}

void help_usage(const struct cli *c, const struct verb *v, struct buf *out)
{
    buf_add_cstr(out, v->name);
    flags_of(c, v->operation, usage_flag, out);
    buf_add_cstr(out, " [OPTIONS]");
}

struct rows {
    const struct cli *c;
    struct buf *out;
    int part; /* 0 positions, 1 options, 2 fields */
    size_t printed;
};

static const char *const part_titles[][2] = {
    { "Arguments:", "Arguments :" },
    { "Options:", "Options :" },
    { "Fields:", "Champs :" },
};

static void choices_text(const struct choice *choices, struct buf *out)
{
    const char *separator = "";
    for (; choices && choices->value; choices++) {
        buf_printf(out, "%s%s", separator, choices->value);
        separator = " | ";
    }
}

/* "help (required; repeat for several; one of: a | b)" */
static void describe(const struct cli *c, const struct flag *f, struct buf *out)
{
    const char *separator = " (";
    struct slice help = slice_trim(slice_of(f->help));
    while (help.len > 0 && help.ptr[help.len - 1] == '.') {
        help.len--;
    }
    buf_add(out, help);
    if (f->required && !f->positional) {
        buf_printf(out, "%s%s", separator, tr(c, "required", "obligatoire"));
        separator = "; ";
    }
    if (f->many) {
        buf_printf(out, "%s%s", separator, tr(c, "repeat for several", "à répéter pour plusieurs"));
        separator = "; ";
    }
    if (f->target) {
        buf_printf(out, "%s%s: %s", separator, tr(c, "kind", "type"), f->target);
        separator = "; ";
    }
    if (f->choices && f->choices->value) {
        buf_printf(out, "%s", separator);
        choices_text(f->choices, out);
        separator = "; ";
    }
    if (separator[0] == ';') {
        buf_add_char(out, ')');
    }
}

static int flag_row(void *context, const struct flag *f)
{
    struct rows *r = context;
    struct buf right cleanup_buf = { 0 };
    if ((f->positional ? 0 : f->body ? 2 : 1) != r->part) {
        return 0;
    }
    if (r->printed++ == 0) {
        buf_printf(r->out, "\n%s\n", tr(r->c, part_titles[r->part][0], part_titles[r->part][1]));
    }
    buf_init(&right, LIMIT_TEXT);
    describe(r->c, f, &right);
    struct slice left = f->positional ? slice_of(f->name)
                        : f->placeholder
                            ? arena_printf(r->c->arena, "--%s %s", f->name, f->placeholder)
                            : arena_printf(r->c->arena, "--%s", f->name);
    row(r->c, left, buf_slice(&right), r->out);
    return 0;
}

static void example_rows(const struct cli *c, const char *verb, struct buf *out)
{
    bool first = true;
    for (const struct example *e = examples; e->verb; e++) {
        if (strcmp(e->verb, verb) == 0) {
            buf_add_cstr(out, first ? tr(c, "\nExamples:\n", "\nExemples :\n") : "");
            buf_printf(out, "  # %s\n  entente %s\n", tr(c, e->en, e->fr), e->line);
            first = false;
        }
    }
}

void help_verb(const struct cli *c, const struct verb *v, struct buf *out)
{
    struct slice text = slice_trim(slice_of(tr(c, v->operation->help_en, v->operation->help_fr)));
    wrapped(c, text, 0, 0, out);
    buf_printf(out, "\n%s entente ", tr(c, "Usage:", "Usage :"));
    help_usage(c, v, out);
    buf_add_char(out, '\n');
    for (int part = 0; part < 3; part++) {
        struct rows r = { .c = c, .out = out, .part = part };
        flags_of(c, v->operation, flag_row, &r);
    }
    example_rows(c, v->name, out);
    buf_add_cstr(out, tr(c, "\nOptions of every verb: entente help options\n",
                         "\nOptions de tous les verbes : entente help options\n"));
}

static void option_rows(const struct cli *c, struct buf *out)
{
    buf_add_cstr(out, tr(c, "Options of every verb, before or after it:\n",
                         "Options de tous les verbes, avant ou après :\n"));
    for (const struct global_option *o = global_options; o->name; o++) {
        struct slice left = arena_printf(c->arena, "%s%s%s--%s%s%s", o->shorthand ? "-" : "    ",
                                         o->shorthand ? o->shorthand : "", o->shorthand ? ", " : "",
                                         o->name, o->value ? " " : "", o->value ? o->value : "");
        row(c, left, slice_of(tr(c, o->help_en, o->help_fr)), out);
    }
}

void help_list(const struct cli *c, struct slice group, struct buf *out)
{
    for (size_t i = 0; i < c->verbs->count; i++) {
        const struct verb *v = &c->verbs->items[i];
        struct slice name = slice_of(v->name);
        if (group.len > 0 &&
            !(slice_starts(name, group) && (name.len == group.len || name.ptr[group.len] == ' '))) {
            continue;
        }
        row(c, name, help_sentence(c, v->operation), out);
    }
}

/* Where the verbs that begin with the same word end. */
static size_t group_end(const struct cli *c, size_t begin)
{
    struct slice rest = slice_of(c->verbs->items[begin].name);
    const struct slice word = slice_cut(&rest, ' ');
    size_t end = begin + 1;
    for (; end < c->verbs->count; end++) {
        rest = slice_of(c->verbs->items[end].name);
        if (!slice_eq(slice_cut(&rest, ' '), word)) {
            break;
        }
    }
    return end;
}

/* What follows the first word of each verb of a group; before that what the word does alone, when
 * it is a verb too. */
static void group_line(const struct cli *c, size_t begin, size_t end, struct buf *line)
{
    for (size_t i = begin; i < end; i++) {
        struct slice rest = slice_of(c->verbs->items[i].name);
        slice_cut(&rest, ' ');
        if (rest.len > 0) {
            buf_add(line, rest);
            buf_add_char(line, ' ');
            continue;
        }
        buf_add(line, help_sentence(c, c->verbs->items[i].operation));
        buf_add_cstr(line, tr(c, "; with: ", " ; avec : "));
    }
}

/* A group on one line, so that ninety verbs fit a screen; a verb of one word alone with what it
 * does. */
static void groups(const struct cli *c, struct buf *out)
{
    struct buf line cleanup_buf = { 0 };
    buf_init(&line, LIMIT_TEXT);
    for (size_t begin = 0, end; begin < c->verbs->count; begin = end) {
        struct slice rest = slice_of(c->verbs->items[begin].name);
        struct slice word = slice_cut(&rest, ' ');
        end = group_end(c, begin);
        if (end == begin + 1 && rest.len == 0) {
            row(c, word, help_sentence(c, c->verbs->items[begin].operation), out);
            continue;
        }
        buf_clear(&line);
        group_line(c, begin, end, &line);
        row(c, word, slice_trim(buf_slice(&line)), out);
    }
}

void help_short(const struct cli *c, struct buf *out)
{
    buf_printf(out,
               tr(c, "entente %s - relationships, agreements and trust between partners\n\n",
                  "entente %s - relations, accords et confiance entre partenaires\n\n"),
               ENTENTE_VERSION);
    buf_add_cstr(out, tr(c, "Usage: entente [OPTIONS] VERB ...\n\nVerbs:\n",
                         "Usage : entente [OPTIONS] VERBE ...\n\nVerbes :\n"));
    groups(c, out);
    buf_add_cstr(out, tr(c,
                         "\nentente help VERB      what a verb takes, with examples"
                         "\nentente help verbs     every verb with one line"
                         "\nentente help options   options of every verb\n",
                         "\nentente help VERBE     ce que prend un verbe, avec des exemples"
                         "\nentente help verbs     chaque verbe en une ligne"
                         "\nentente help options   les options de tous les verbes\n"));
}

int help_unknown(const struct cli *c, struct slice typed, struct error *err)
{
    const struct verb *near = verbs_nearest(c->verbs, typed);
    if (near) {
        return error_set(err, EN_INVALID,
                         tr(c, "no verb \"" SLICE_FMT "\"; did you mean \"%s\"?",
                            "aucun verbe « " SLICE_FMT " » ; vouliez-vous dire « %s » ?"),
                         SLICE_ARG(typed), near->name);
    }
    return error_set(err, EN_INVALID,
                     tr(c, "no verb \"" SLICE_FMT "\" (entente help)",
                        "aucun verbe « " SLICE_FMT " » (entente help)"),
                     SLICE_ARG(typed));
}

/* Positions of a list arrive separated by semicolons. */
static struct slice words_typed(const struct cli *c, struct slice list)
{
    char *text = arena_cstr(c->arena, list);
    for (char *p = text; p && *p; p++) {
        *p = *p == ';' ? ' ' : *p;
    }
    return slice_of(text ? text : "");
}

int help_run(struct cli *c, const struct arguments *args, struct error *err)
{
    struct buf out cleanup_buf = { 0 };
    buf_init(&out, LIMIT_RESPONSE);
    struct slice typed = words_typed(c, json_get_text(args->parameters, "verb"));
    const struct verb *v = NULL;
    for (size_t i = 0; i < c->verbs->count; i++) {
        v = slice_is(typed, c->verbs->items[i].name) ? &c->verbs->items[i] : v;
    }
    if (typed.len == 0) {
        help_short(c, &out);
    } else if (slice_is(typed, "options")) {
        option_rows(c, &out);
    } else if (slice_is(typed, "verbs")) {
        help_list(c, (struct slice){ 0 }, &out);
    } else if (v) {
        help_verb(c, v, &out);
    } else if (verbs_is_group(c->verbs, typed)) {
        help_list(c, typed, &out);
    } else {
        return help_unknown(c, typed, err);
    }
    return render_write(c->out, &out, err);
}
