/* The instance: its kinds and policies for forms, and whole-instance maintenance at the console. */
#include "base/limits.h"
#include "ops/internal.h"
#include "service/access.h"

#include <sodium.h>

static void write_choices(const struct choice *choices, struct json_writer *out)
{
    jw_key(out, "choices");
    jw_array(out);
    for (const struct choice *c = choices; c->value; c++) {
        jw_object(out);
        jw_key_cstr(out, "value", c->value);
        jw_key_cstr(out, "en", c->en);
        jw_key_cstr(out, "fr", c->fr);
        jw_object_end(out);
    }
    jw_array_end(out);
}

static void write_fields(const struct field *fields, struct json_writer *out)
{
    for (const struct field *f = fields; f->name; f++) {
        if (f->flags & FIELD_SECRET)
            continue;
        jw_object(out);
        jw_key_cstr(out, "name", f->name);
        jw_key_cstr(out, "type", field_type_word(f->type));
        jw_key_bool(out, "many", (f->flags & FIELD_MANY) != 0);
        jw_key_bool(out, "required", (f->flags & FIELD_REQUIRED) != 0);
        jw_key_bool(out, "indexed", (f->flags & FIELD_INDEXED) != 0);
        if (f->type == FIELD_REF)
            jw_key_cstr(out, "target", f->target);
        if (f->choices)
            write_choices(f->choices, out);
        if (f->type == FIELD_INTEGER || f->type == FIELD_DECIMAL) {
            jw_key_int(out, "min", f->min);
            jw_key_int(out, "max", f->max);
        } else if (f->max) {
            jw_key_int(out, "max", f->max);
        }
        jw_key_cstr(out, "label_en", f->label_en);
        jw_key_cstr(out, "label_fr", f->label_fr);
        jw_key_cstr(out, "help_en", f->help_en);
        jw_key_cstr(out, "help_fr", f->help_fr);
        if (f->fields) {
            jw_key(out, "fields");
            jw_array(out);
            write_fields(f->fields, out);
            jw_array_end(out);
        }
        jw_object_end(out);
    }
}

static int handle_kinds(struct call *c)
{
    const struct kinds *kinds = node_kinds(c->node);
    struct json_writer out;
    jw_init(&out, c->out);
    jw_object(&out);
    jw_key(&out, "items");
    jw_array(&out);
    for (size_t i = 0; i < kinds->count; i++) {
        const struct kind *k = kinds->items[i];
        if (k->system)
            continue;
        jw_object(&out);
        jw_key_cstr(&out, "name", k->name);
        jw_key_cstr(&out, "plural", k->plural);
        jw_key_cstr(&out, "title_en", k->title_en);
        jw_key_cstr(&out, "title_fr", k->title_fr);
        jw_key_cstr(&out, "help_en", k->help_en);
        jw_key_cstr(&out, "help_fr", k->help_fr);
        jw_key_cstr(&out, "when_field", k->when_field);
        jw_key(&out, "fields");
        jw_array(&out);
        write_fields(k->fields, &out);
        write_fields(common_fields, &out);
        jw_array_end(&out);
        jw_object_end(&out);
    }
    jw_array_end(&out);
    jw_object_end(&out);
    return 0;
}

static int handle_policy(struct call *c)
{
    struct json_writer out;
    jw_init(&out, c->out);
    policy_describe(node_policy(c->node), &out);
    return 0;
}

static int handle_weights(struct call *c)
{
    struct json_writer out;
    jw_init(&out, c->out);
    weights_write(node_weights(c->node), &out);
    return 0;
}

/* ---- maintenance ---- */

static void ledger_step(void *context, int64_t done, int64_t total)
{
    struct call *c = context;
    if (c->progress)
        c->progress(c->progress_context, c->operation->name, done, total);
}

static void write_hash(struct json_writer *out, const char *name, const struct hash *hash)
{
    char hex[HASH_SIZE * 2 + 1];
    sodium_bin2hex(hex, sizeof hex, hash->bytes, HASH_SIZE);
    jw_key_cstr(out, name, hex);
}

static int handle_verify(struct call *c)
{
    struct ledger_progress progress = { .step = ledger_step, .context = c };
    struct ledger_report r = { 0 };
    struct hash anchor;
    struct slice stated = call_text(c, "anchor");
    size_t len = 0;
    if (stated.len &&
        (sodium_hex2bin(anchor.bytes, HASH_SIZE, stated.ptr, stated.len, NULL, &len, NULL) != 0 ||
         len != HASH_SIZE))
        return error_field(c->err, S("anchor"), REASON_FORMAT, "64 hexadecimal digits");
    int code =
        ledger_verify(node_ledger(c->node), stated.len ? &anchor : NULL, &progress, c->err, &r);
    if (code < 0)
        return code;
    struct json_writer out;
    jw_init(&out, c->out);
    jw_object(&out);
    jw_key_bool(&out, "sound", true);
    jw_key_int(&out, "entries", r.entries);
    jw_key_int(&out, "heads", r.heads);
    jw_key_int(&out, "redacted", r.redacted);
    write_hash(&out, "head", &r.head.hash);
    if (r.head.seq)
        render_instant(&out, "at", r.head.at_ms);
    jw_object_end(&out);
    return 0;
}

static int answer_done(struct call *c, const char *name, struct slice value)
{
    struct json_writer out;
    jw_init(&out, c->out);
    jw_object(&out);
    jw_key_text(&out, name, value);
    jw_object_end(&out);
    return 0;
}

static int handle_backup(struct call *c)
{
    struct ledger_progress progress = { .step = ledger_step, .context = c };
    char *path = arena_cstr(c->arena, call_text(c, "path"));
    if (!path)
        return error_set(c->err, EN_NO_MEMORY, "backup");
    int code = ledger_backup(node_ledger(c->node), path, &progress, c->err);
    return code < 0 ? code : answer_done(c, "backup", slice_of(path));
}

/* Hash of the picture's dump: equal before and after a rebuild. */
static int picture_hash(struct call *c, char ret[65])
{
    struct buf dump cleanup_buf;
    unsigned char hash[32];
    buf_init(&dump, (size_t)4 << 30);
    int code = picture_dump(node_picture(c->node), &dump, c->err);
    if (code < 0)
        return code;
    crypto_generichash(hash, sizeof hash, (const unsigned char *)dump.ptr, dump.len, NULL, 0);
    sodium_bin2hex(ret, 65, hash, sizeof hash);
    return 0;
}

static int handle_rebuild(struct call *c)
{
    char before[65], after[65];
    int code = picture_hash(c, before);
    if (code == 0)
        code = picture_rebuild(node_picture(c->node), node_ledger(c->node), c->err);
    if (code == 0)
        code = picture_hash(c, after);
    if (code < 0)
        return code;
    struct json_writer out;
    jw_init(&out, c->out);
    jw_object(&out);
    jw_key_cstr(&out, "before", before);
    jw_key_cstr(&out, "after", after);
    jw_key_bool(&out, "identical", strcmp(before, after) == 0);
    jw_object_end(&out);
    return 0;
}

static int handle_dump(struct call *c)
{
    return picture_dump(node_picture(c->node), c->out, c->err);
}

static int handle_home(struct call *c)
{
    const struct kind *actor = kinds_find(node_kinds(c->node), S("actor"));
    struct slice stated = call_text(c, "actor");
    struct row row;
    int code = snapshot_get(c->snapshot, actor, stated, NULL, &row);
    if (code < 0)
        code = snapshot_find_external(c->snapshot, actor, stated, c->err, &row);
    if (code < 0)
        return error_field(c->err, S("actor"), REASON_REFERENCE, "%s", "");
    struct write_context w = call_write(c);
    struct slice id = row.id;
    code = settings_put(&w, S("home"), id, c->err);
    return code < 0 ? code : answer_done(c, "home", id);
}

static const struct parameter verify_parameters[] = {
    PARAMETER("anchor", IN_QUERY, FIELD_CODE, 0,
              "A head hash noted earlier that the chain must hold.",
              "Empreinte de tête notée plus tôt, que la chaîne doit contenir."),
    { 0 },
};
static const struct parameter path_parameters[] = {
    PARAMETER("path", IN_PATH, FIELD_TEXT, FIELD_REQUIRED, "The file to write.",
              "Le fichier à écrire."),
    { 0 },
};
static const struct parameter home_parameters[] = {
    PARAMETER("actor", IN_PATH, FIELD_TEXT, FIELD_REQUIRED, "Its id or an external id.",
              "Son identifiant ou un identifiant externe."),
    { 0 },
};

const struct operation instance_rows[] = {
    { "kinds", "GET", "/api/v1/kinds", PERMIT_SELF, 0, NULL, NULL, NULL, "Kinds", NULL,
      "Describes the kinds of records and their fields.",
      "Décrit les types de fiches et leurs champs.", handle_kinds },
    { "policy", "GET", "/api/v1/policy", PERMIT_SELF, 0, NULL, NULL, NULL, "Policy", NULL,
      "Describes the security policy's labels.",
      "Décrit les étiquettes de la politique de sécurité.", handle_policy },
    { "trust.policy", "GET", "/api/v1/trust/policy", PERMIT_SELF, 0, NULL, NULL, NULL,
      "TrustPolicy", NULL, "Shows what each event weighs, and the model's parameters.",
      "Montre le poids de chaque événement et les paramètres du modèle.", handle_weights },
    { "verify", NULL, NULL, PERMIT_ADMIN, OP_NO_HTTP | OP_LONG, verify_parameters, NULL, NULL, NULL,
      NULL, "Checks every entry, link and signature of the ledger.",
      "Vérifie chaque entrée, chaque lien et chaque signature du registre.", handle_verify },
    { "backup", NULL, NULL, PERMIT_ADMIN, OP_NO_HTTP | OP_LONG, path_parameters, NULL, NULL, NULL,
      NULL, "Writes ledger and key to one consistent file while in use.",
      "Écrit registre et clé dans un seul fichier cohérent, en cours d'utilisation.",
      handle_backup },
    { "rebuild", NULL, NULL, PERMIT_ADMIN, OP_NO_HTTP | OP_LONG, NULL, NULL, NULL, NULL, NULL,
      "Makes the picture again from the ledger, and compares.",
      "Refait l'image à partir du registre, et compare.", handle_rebuild },
    { "dump", NULL, NULL, PERMIT_ADMIN, OP_NO_HTTP, NULL, NULL, NULL, NULL, "text/plain",
      "Prints every row of the picture.", "Imprime chaque ligne de l'image.", handle_dump },
    { "home", NULL, NULL, PERMIT_ADMIN, OP_NO_HTTP | OP_WRITE, home_parameters, NULL, NULL, NULL,
      NULL, "Sets the organisation that owns this instance.",
      "Désigne l'organisation à qui appartient cette instance.", handle_home },
    { 0 },
};
