/*
 * Global options: one table for parsing, help, man page and completion.
 *
 * Order of precedence: the option, then ENTENTE_DIR or LC_ALL, LC_MESSAGES, LANG, then the default.
 * Invariant: this file is the only one of the door that reads the environment.
 */
#include "cli/options.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

const struct global_option global_options[] = {
    { "dir", "d", "DIR", NULL,
      "the instance's directory (default: $ENTENTE_DIR, else ~/.local/share/entente)",
      "le répertoire de l'instance (défaut : $ENTENTE_DIR, sinon ~/.local/share/entente)" },
    { "as", NULL, "USER", NULL, "see and act as this user (default: the operator at the console)",
      "voir et agir comme cet utilisateur (défaut : l'opérateur à la console)" },
    { "as-partner", NULL, "PEER", NULL,
      "read as this peer would (id, instance or name); for disclosure officers",
      "lire comme le ferait ce pair (identifiant, instance ou nom) ; pour la divulgation" },
    { "output", "o", "FORM", "text json csv", "form of the answer: text, json or csv",
      "forme de la réponse : text, json ou csv" },
    { "columns", NULL, "A,B,...", NULL, "only these columns, in this order",
      "ces colonnes seulement, dans cet ordre" },
    { "lang", NULL, "LANG", "en fr", "language of texts: en or fr (default: from LANG)",
      "langue des textes : en ou fr (défaut : selon LANG)" },
    { "out", NULL, "FILE", NULL, "write the answer to this file",
      "écrire la réponse dans ce fichier" },
    { "bdo", NULL, NULL, NULL,
      "with --out: bind the file to its label (STANAG 4778), in FILE.bdo beside it",
      "avec --out : lier le fichier à son étiquette (STANAG 4778), dans FILE.bdo à côté" },
    { "quiet", "q", NULL, NULL, "no remarks, only the answer",
      "aucune remarque, seulement la réponse" },
    { "no-progress", NULL, NULL, NULL, "no progress bar", "aucune barre de progression" },
    { "version", "V", NULL, NULL, "print the version", "afficher la version" },
    { "help", "h", NULL, NULL, "print help", "afficher l'aide" },
    { 0 },
};

static bool french_locale(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        if (value && *value) {
            return strncmp(value, "fr", 2) == 0;
        }
    }
    return false;
}

int options_width(FILE *stream)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    int64_t stated;
    if (!isatty(fileno(stream))) {
        return 0;
    }
    if (columns && slice_to_int64(slice_of(columns), &stated) && stated > 20 && stated < 10000) {
        return (int)stated;
    }
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 20) {
        return size.ws_col;
    }
    return 80;
}

int options_init(struct cli *c, struct error *err)
{
    const char *own = getenv("ENTENTE_DIR");
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    struct slice directory;
    if (own && *own) {
        directory = arena_copy(c->arena, slice_of(own));
    } else if (data && *data) {
        directory = arena_printf(c->arena, "%s/entente", data);
    } else {
        directory = arena_printf(c->arena, "%s/.local/share/entente", home && *home ? home : ".");
    }
    if (!directory.ptr) {
        return error_set(err, EN_NO_MEMORY, "no memory for the options");
    }
    c->options.directory = directory.ptr;
    c->options.french = french_locale();
    c->width = options_width(c->out);
    return 0;
}

/* The option that `text` ("--output=json", "-o") names, with what follows '=' in *ret_value. */
static const struct global_option *named(const char *text, const char **ret_value)
{
    for (const struct global_option *o = global_options; o->name; o++) {
        size_t len = strlen(o->name);
        if (text[0] == '-' && o->shorthand && strcmp(text + 1, o->shorthand) == 0) {
            *ret_value = NULL;
            return o;
        }
        if (strncmp(text, "--", 2) == 0 && strncmp(text + 2, o->name, len) == 0 &&
            (text[2 + len] == '\0' || text[2 + len] == '=')) {
            *ret_value = text[2 + len] == '=' ? text + 3 + len : NULL;
            return o;
        }
    }
    return NULL;
}

static int set_output(struct cli *c, const char *value, struct error *err)
{
    static const char *const words[] = { "text", "json", "csv" };
    for (unsigned i = 0; i < 3; i++) {
        if (strcmp(value, words[i]) == 0) {
            c->options.output = (enum output_form)i;
            return 0;
        }
    }
    return error_field(err, S("--output"), REASON_CHOICE, "text, json, csv");
}

static int set_language(struct cli *c, const char *value, struct error *err)
{
    if (strcmp(value, "en") != 0 && strcmp(value, "fr") != 0) {
        return error_field(err, S("--lang"), REASON_CHOICE, "en, fr");
    }
    c->options.french = value[0] == 'f';
    return 0;
}

static int set(struct cli *c, const char *name, const char *value, struct error *err)
{
    if (strcmp(name, "dir") == 0) {
        c->options.directory = value;
    } else if (strcmp(name, "as") == 0) {
        c->options.as = value;
    } else if (strcmp(name, "as-partner") == 0) {
        c->options.as_partner = value;
    } else if (strcmp(name, "out") == 0) {
        c->options.out = value;
    } else if (strcmp(name, "bdo") == 0) {
        c->options.bind = true;
    } else if (strcmp(name, "columns") == 0) {
        c->options.columns = slice_of(value);
    } else if (strcmp(name, "output") == 0) {
        return set_output(c, value, err);
    } else if (strcmp(name, "lang") == 0) {
        return set_language(c, value, err);
    } else if (strcmp(name, "quiet") == 0) {
        c->options.quiet = true;
    } else if (strcmp(name, "no-progress") == 0) {
        c->options.no_progress = true;
    } else if (strcmp(name, "version") == 0) {
        c->options.version = true;
    } else {
        c->options.help = true;
    }
    return 0;
}

int options_take(struct cli *c, char *const *argv, int argc, int *index, bool *ret_taken,
                 struct error *err)
{
    const char *value = NULL;
    const struct global_option *o = named(argv[*index], &value);
    *ret_taken = o != NULL;
    if (!o) {
        return 0;
    }
    if (o->value && !value) {
        if (*index + 1 >= argc) {
            return error_field(err, arena_printf(c->arena, "--%s", o->name), REASON_REQUIRED, "%s",
                               o->value);
        }
        value = argv[++*index];
    } else if (!o->value && value) {
        return error_field(err, arena_printf(c->arena, "--%s", o->name), REASON_FORMAT, "--%s",
                           o->name);
    }
    ++*index;
    return set(c, o->name, value, err);
}
