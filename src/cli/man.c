/*
 * The manual page entente(1) for man-db and groff. Everything about verbs comes from their rows.
 *
 * Invariant: no text of a row can be taken for a request: leading dots and quotes, backslashes
 * and hyphens are escaped.
 */
#include "cli/man.h"

#include "cli/examples.h"
#include "cli/help.h"
#include "cli/options.h"
#include "cli/render.h"

static void escaped(struct slice text, struct buf *out)
{
    bool line_start = true;
    for (size_t i = 0; i < text.len; i++) {
        char ch = text.ptr[i];
        if (line_start && (ch == '.' || ch == '\'')) {
            buf_add_cstr(out, "\\&");
        }
        if (ch == '\\') {
            buf_add_cstr(out, "\\e");
        } else if (ch == '-') {
            buf_add_cstr(out, "\\-");
        } else {
            buf_add_char(out, ch);
        }
        line_start = ch == '\n';
    }
}

static void text(const char *line, struct buf *out)
{
    escaped(slice_of(line), out);
    buf_add_char(out, '\n');
}

static void section(const struct cli *c, const char *en, const char *fr, struct buf *out)
{
    buf_printf(out, ".SH %s\n", tr(c, en, fr));
}

/* A tagged paragraph: tag in bold, an argument in italics, then the text. */
static void tagged(const char *tag, const char *argument, const char *help, struct buf *out)
{
    buf_add_cstr(out, ".TP\n\\fB");
    escaped(slice_of(tag), out);
    buf_add_cstr(out, "\\fR");
    if (argument) {
        buf_add_cstr(out, " \\fI");
        escaped(slice_of(argument), out);
        buf_add_cstr(out, "\\fR");
    }
    buf_add_char(out, '\n');
    text(help && *help ? help : "\\&", out);
}

struct page {
    const struct cli *c;
    struct buf *out;
};

static int flag_paragraph(void *context, const struct flag *f)
{
    struct page *p = context;
    struct slice tag =
        f->positional ? slice_of(f->name) : arena_printf(p->c->arena, "--%s", f->name);
    struct buf help cleanup_buf = { 0 };
    buf_init(&help, LIMIT_TEXT);
    buf_add_cstr(&help, f->help);
    for (const struct choice *choice = f->choices; choice && choice->value; choice++) {
        buf_printf(&help, "%s%s", choice == f->choices ? " (" : " | ", choice->value);
    }
    if (f->choices && f->choices->value) {
        buf_add_char(&help, ')');
    }
    if (f->required && !f->positional) {
        buf_printf(&help, " %s", tr(p->c, "(required)", "(obligatoire)"));
    }
    if (help.len == 0) {
        buf_add_cstr(&help, f->name);
    }
    tagged(tag.ptr, f->positional ? NULL : f->placeholder, buf_slice(&help).ptr, p->out);
    return 0;
}

static void verbs(const struct cli *c, struct buf *out)
{
    section(c, "COMMANDS", "COMMANDES", out);
    for (size_t i = 0; i < c->verbs->count; i++) {
        const struct verb *v = &c->verbs->items[i];
        struct buf usage cleanup_buf = { 0 };
        buf_init(&usage, LIMIT_TEXT);
        help_usage(c, v, &usage);
        buf_add_cstr(out, ".SS \"");
        escaped(buf_slice(&usage), out);
        buf_add_cstr(out, "\"\n");
        text(tr(c, v->operation->help_en, v->operation->help_fr), out);
        struct page p = { c, out };
        flags_of(c, v->operation, flag_paragraph, &p);
    }
}

static void options(const struct cli *c, struct buf *out)
{
    section(c, "OPTIONS", "OPTIONS", out);
    for (const struct global_option *o = global_options; o->name; o++) {
        struct slice tag = o->shorthand ? arena_printf(c->arena, "-%s, --%s", o->shorthand, o->name)
                                        : arena_printf(c->arena, "--%s", o->name);
        tagged(tag.ptr, o->value, tr(c, o->help_en, o->help_fr), out);
    }
}

static void example_lines(const struct cli *c, struct buf *out)
{
    section(c, "EXAMPLES", "EXEMPLES", out);
    for (const struct example *e = examples; e->verb; e++) {
        buf_add_cstr(out, ".PP\n");
        text(tr(c, e->en, e->fr), out);
        buf_add_cstr(out, ".PP\n.EX\n");
        buf_add_cstr(out, "entente ");
        text(e->line, out);
        buf_add_cstr(out, ".EE\n");
    }
}

static void exit_codes(const struct cli *c, struct buf *out)
{
    section(c, "EXIT STATUS", "CODES DE SORTIE", out);
    for (int code = EN_OK; code >= EN_INTERNAL; code--) {
        const struct code_info *info = error_code_info(code);
        struct slice number = arena_printf(c->arena, "%d", info->exit_code);
        tagged(number.ptr, NULL, tr(c, info->title_en, info->title_fr), out);
    }
}

static void head(const struct cli *c, struct buf *out)
{
    buf_printf(out, ".TH ENTENTE 1 \"\" \"entente %s\" \"%s\"\n", ENTENTE_VERSION,
               tr(c, "User commands", "Commandes"));
    section(c, "NAME", "NOM", out);
    text(tr(c, "entente - relationships, agreements and trust between partners",
            "entente - relations, accords et confiance entre partenaires"),
         out);
    section(c, "SYNOPSIS", "SYNOPSIS", out);
    buf_printf(out, ".B entente\n[\\fIOPTIONS\\fR] \\fI%s\\fR ...\n", tr(c, "VERB", "VERBE"));
    section(c, "DESCRIPTION", "DESCRIPTION", out);
    text(
        tr(c,
           "One program and one directory of data. The verbs below are the operations of the HTTP "
           "API and a few for the console. Whoever can read the directory is the operator and "
           "sees everything; --as shows what a user sees.",
           "Un programme et un répertoire de données. Les verbes ci-dessous sont les opérations de "
           "l'API HTTP et quelques autres pour la console. Qui peut lire le répertoire est "
           "l'opérateur et voit tout ; --as montre ce que voit un utilisateur."),
        out);
    buf_add_cstr(out, ".PP\n");
    text(tr(c,
            "Required options may be given in their order without their names. An option that may "
            "be repeated also takes several values separated by semicolons.",
            "Les options obligatoires peuvent être données dans leur ordre, sans leur nom. Une "
            "option répétable accepte aussi plusieurs valeurs séparées par des points-virgules."),
         out);
}

static void files(const struct cli *c, struct buf *out)
{
    section(c, "FILES", "FICHIERS", out);
    tagged("ledger.db", NULL,
           tr(c, "the ledger: the only truth, the file to keep",
              "le registre : la seule vérité, le fichier à garder"),
           out);
    tagged("key", NULL, tr(c, "the instance's signing key", "la clé de signature de l'instance"),
           out);
    tagged("picture.db", NULL,
           tr(c, "what the ledger shows; may be deleted, is made anew",
              "ce que montre le registre ; peut être supprimé, est refait"),
           out);
    section(c, "ENVIRONMENT", "ENVIRONNEMENT", out);
    tagged("ENTENTE_DIR", NULL, tr(c, "the instance's directory", "le répertoire de l'instance"),
           out);
    tagged("LC_ALL, LC_MESSAGES, LANG", NULL,
           tr(c, "French when the value begins with \"fr\"",
              "français quand la valeur commence par « fr »"),
           out);
}

int man_run(struct cli *c, const struct arguments *args, struct error *err)
{
    struct buf out cleanup_buf = { 0 };
    (void)args;
    buf_init(&out, LIMIT_RESPONSE);
    head(c, &out);
    options(c, &out);
    verbs(c, &out);
    files(c, &out);
    exit_codes(c, &out);
    example_lines(c, &out);
    return render_write(c->out, &out, err);
}
