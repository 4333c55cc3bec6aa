/*
 * Operation rows read as flags. Three sources, in this order: the row's parameters, what the
 * shape of the operation brings along (--all, --if-match, --body, --clear, FILE), and the fields of
 * the body. Invariant: whatever this list names, args.c takes; whatever it does not, args.c
 * refuses.
 */
#include "cli/flags.h"

/* The kind whose records the operation creates or changes: the row's, or the one it is called
 * after, as "user.create" is. */
static const struct kind *stated_kind(const struct cli *c, const struct operation *o)
{
    struct slice rest = slice_of(o->name);
    bool patch = o->method && strcmp(o->method, "PATCH") == 0;
    if (o->body || (o->flags & OP_RAW_BODY) || !(patch || (o->flags & OP_CREATED))) {
        return NULL;
    }
    return o->kind ? o->kind : kinds_find(c->kinds, slice_cut(&rest, '.'));
}

bool operation_has_body(const struct cli *c, const struct operation *o)
{
    return o->body || stated_kind(c, o);
}

bool operation_is_patch(const struct cli *c, const struct operation *o)
{
    return operation_has_body(c, o) && o->method && strcmp(o->method, "PATCH") == 0;
}

/* Every record may carry a label; it is no field of any kind. */
static const struct field label_field = {
    .name = "label",
    .type = FIELD_LABEL,
    .help_en = "who may read it: JSON, or short (\"SECRET; Releasable To: CAN, USA\")",
    .help_fr = "qui peut la lire : JSON, ou forme courte (« SECRET; Releasable To: CAN, USA »)",
};

/* Secrets have no flag: what is typed in a command is seen by others. They go through --body. */
static int each_field(const struct field *f, field_each each, void *context)
{
    int code = 0;
    for (; f && f->name && code == 0; f++) {
        if (f->flags & FIELD_SPREAD) {
            code = each_field(f->fields, each, context);
        } else {
            code = f->flags & FIELD_SECRET ? 0 : each(context, f);
        }
    }
    return code;
}

const struct field *operation_spread(const struct operation *o, const struct field *member)
{
    for (const struct field *f = o->body; f && f->name; f++) {
        for (const struct field *m = f->flags & FIELD_SPREAD ? f->fields : NULL; m && m->name;
             m++) {
            if (m == member) {
                return f;
            }
        }
    }
    return NULL;
}

int operation_body_fields(const struct cli *c, const struct operation *o, field_each each,
                          void *context)
{
    const struct kind *k = stated_kind(c, o);
    int code = each_field(k ? k->fields : o->body, each, context);
    if (!k || k->system || code != 0) {
        return code;
    }
    code = each_field(common_fields, each, context);
    return code == 0 ? each(context, &label_field) : code;
}

const char *flag_name(struct arena *a, const char *name)
{
    char *text = arena_cstr(a, slice_of(name));
    for (char *p = text; p && *p; p++) {
        *p = *p == '_' || *p == '.' ? '-' : *p;
    }
    return text ? text : name;
}

static const char *placeholder(const struct cli *c, const struct field *f)
{
    switch (f->type) {
    case FIELD_BOOL:
        return NULL;
    case FIELD_ENUM:
        return tr(c, "WORD", "MOT");
    case FIELD_REF:
        return "ID";
    case FIELD_WHEN:
        return "DATE";
    case FIELD_INTEGER:
        return "N";
    case FIELD_DECIMAL:
        return "X";
    case FIELD_COUNTRY:
        return tr(c, "COUNTRY", "PAYS");
    case FIELD_DURATION:
        return tr(c, "DURATION", "DURÉE");
    case FIELD_REGION:
        return tr(c, "REGION", "RÉGION");
    case FIELD_LANGUAGE:
        return tr(c, "LANGUAGE", "LANGUE");
    case FIELD_LABEL:
        return tr(c, "LABEL", "ÉTIQUETTE");
    case FIELD_OBJECT:
        return tr(c, "KEY=VALUE,...", "CLÉ=VALEUR,...");
    case FIELD_CODE:
        return f->target ? f->target : tr(c, "TEXT", "TEXTE");
    default:
        return tr(c, "TEXT", "TEXTE");
    }
}

static struct flag flag_of(const struct cli *c, const struct field *f, const char *name)
{
    const char *help = tr(c, f->help_en, f->help_fr);
    const char *label = tr(c, f->label_en, f->label_fr);
    return (struct flag){ .name = flag_name(c->arena, name),
                          .placeholder = placeholder(c, f),
                          .help = help && *help ? help
                                  : label       ? label
                                                : "",
                          .choices = f->choices,
                          .target = f->type == FIELD_REF ? f->target : NULL,
                          .required = f->flags & FIELD_REQUIRED,
                          .many = f->flags & FIELD_MANY };
}

static const char *upper(struct arena *a, const char *name)
{
    char *text = arena_cstr(a, slice_of(name));
    for (char *p = text; p && *p; p++) {
        *p = *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
    }
    return text ? text : name;
}

static int parameters(const struct cli *c, const struct operation *o, enum parameter_place place,
                      flag_each each, void *context)
{
    int code = 0;
    for (const struct parameter *p = o->parameters; p && p->name && code == 0; p++) {
        if (p->place == place) {
            struct flag f = flag_of(c, &p->field, p->name);
            f.positional = place == IN_PATH;
            f.name = f.positional ? upper(c->arena, f.name) : f.name;
            f.required = f.required || (f.positional && !f.many);
            f.placeholder = f.positional && !f.placeholder ? "VALUE" : f.placeholder;
            code = each(context, &f);
        }
    }
    return code;
}

static bool has_parameter(const struct operation *o, const char *name)
{
    const struct parameter *p = o->parameters;
    while (p && p->name && strcmp(p->name, name) != 0) {
        p++;
    }
    return p && p->name;
}

/* The flags that come with the shape of an operation. */
static int shape_flags(const struct cli *c, const struct operation *o, flag_each each,
                       void *context)
{
    const struct {
        bool has;
        struct flag flag;
    } shape[] = {
        { (o->flags & OP_PAGED) && !has_parameter(o, "all"),
          { .name = "all", .help = tr(c, "every page, to the end", "toutes les pages") } },
        { o->flags & OP_IF_MATCH,
          { .name = "if-match",
            .placeholder = "ETAG",
            .help = tr(c, "the version that is changed, as `get` prints it; \"*\" for any",
                       "la version modifiée, telle que `get` l'affiche ; « * » pour n'importe "
                       "laquelle") } },
        { operation_has_body(c, o),
          { .name = "body",
            .placeholder = tr(c, "FILE", "FICHIER"),
            .help = tr(c, "the whole input as a JSON object; \"-\" reads standard input",
                       "toute l'entrée en un objet JSON ; « - » lit l'entrée standard") } },
        { operation_is_patch(c, o),
          { .name = "clear",
            .placeholder = tr(c, "FIELD", "CHAMP"),
            .many = true,
            .help = tr(c, "remove this field's value", "enlever la valeur de ce champ") } },
    };
    int code = 0;
    for (size_t i = 0; i < sizeof(shape) / sizeof(shape[0]) && code == 0; i++) {
        code = shape[i].has ? each(context, &shape[i].flag) : 0;
    }
    return code;
}

struct body_flags {
    const struct cli *c;
    flag_each each;
    void *context;
    bool patch;
    const struct operation *operation;
};

static int body_flag(void *context, const struct field *f)
{
    struct body_flags *b = context;
    struct flag flag = flag_of(b->c, f, f->name);
    flag.body = true;
    /* a patch states only what changes, and what is spread may be left out whole */
    flag.required = flag.required && !b->patch && !operation_spread(b->operation, f);
    return b->each(b->context, &flag);
}

int flags_of(const struct cli *c, const struct operation *o, flag_each each, void *context)
{
    struct body_flags b = { c, each, context, operation_is_patch(c, o), o };
    int code = parameters(c, o, IN_PATH, each, context);
    if (code == 0 && (o->flags & OP_RAW_BODY)) {
        struct flag file = { .name = tr(c, "FILE", "FICHIER"),
                             .placeholder = tr(c, "FILE", "FICHIER"),
                             .positional = true,
                             .help = tr(c, "the data; without it, or \"-\", standard input",
                                        "les données ; sans lui, ou « - », l'entrée standard") };
        code = each(context, &file);
    }
    code = code == 0 ? parameters(c, o, IN_QUERY, each, context) : code;
    code = code == 0 ? shape_flags(c, o, each, context) : code;
    return code == 0 ? operation_body_fields(c, o, body_flag, &b) : code;
}
