/*
 * Labels in XML (STANAG 4774) and bindings (STANAG 4778): reading and writing labels for everybody,
 * sidecars of files at the console, and the binding of any answer for both doors.
 */
#include "service/bindings.h"

#include "base/limits.h"
#include "label/policies.h"
#include "ops/internal.h"

static int handle_to_xml(struct call *c)
{
    struct label_xml_source source = { .now_ms = c->now_ms };
    const struct label *l = NULL;
    char instance[UUID_TEXT + 1];
    int code = label_parse_text(node_policy(c->node), c->arena, call_text(c, "label"), S("label"),
                                c->err, &l);
    if (code < 0)
        return code;
    uuid_format(ledger_instance(node_ledger(c->node)), instance);
    source.originator = arena_printf(c->arena, "urn:uuid:%s", instance);
    code = label_xml_write(node_policy(c->node), c->arena, l, &source, c->err, c->out);
    buf_add_char(c->out, '\n');
    return code;
}

static void write_marking(struct call *c, const struct label *l, struct json_writer *out)
{
    static const char *const names[] = { "en", "fr" };
    jw_key(out, "marking");
    jw_object(out);
    for (int french = 0; french < 2; french++) {
        struct buf text cleanup_buf;
        buf_init(&text, LIMIT_TEXT);
        label_write_marking(node_policy(c->node), l, french, &text);
        jw_key_text(out, names[french], buf_slice(&text));
    }
    jw_object_end(out);
}

/* "label", "text", "marking", and what the XML says of its making. */
static void write_label(struct call *c, const struct label *l, const struct label_xml *x,
                        struct json_writer *out)
{
    struct buf text cleanup_buf;
    buf_init(&text, XML_BYTES);
    label_write_text(node_policy(c->node), l, &text);
    jw_key(out, "label");
    label_write_json(node_policy(c->node), l, out);
    jw_key_text(out, "text", buf_slice(&text));
    write_marking(c, l, out);
    if (x->originator.len)
        jw_key_text(out, "originator", x->originator);
    if (x->has_created)
        render_instant(out, "created", x->created_ms);
}

static int handle_from_xml(struct call *c)
{
    const struct label *l = NULL;
    struct label_xml x;
    int code = label_xml_read(c->arena, c->raw, c->err, &x);
    if (code == 0)
        code = label_xml_translate(node_policies(c->node), node_policy(c->node), c->arena, &x,
                                   c->err, &l);
    if (code < 0)
        return code;
    struct json_writer out;
    jw_init(&out, c->out);
    jw_object(&out);
    write_label(c, l, &x, &out);
    jw_object_end(&out);
    return 0;
}

static int handle_key(struct call *c)
{
    uint8_t point[BINDING_POINT];
    char fingerprint[65];
    struct buf pem cleanup_buf;
    int code = bindings_public_key(c->node, c->err, point);
    if (code < 0)
        return code;
    buf_init(&pem, LIMIT_TEXT);
    binding_write_pem(point, &pem);
    binding_fingerprint(point, fingerprint);
    struct json_writer out;
    jw_init(&out, c->out);
    jw_object(&out);
    jw_key_cstr(&out, "fingerprint", fingerprint);
    jw_key_text(&out, "pem", buf_slice(&pem));
    jw_object_end(&out);
    return 0;
}

static int handle_make(struct call *c)
{
    const struct label *l = NULL;
    struct slice media = call_text(c, "media");
    char *path = arena_cstr(c->arena, call_text(c, "path"));
    if (!path)
        return error_set(c->err, EN_NO_MEMORY, "binding");
    int code = label_parse_text(node_policy(c->node), c->arena, call_text(c, "label"), S("label"),
                                c->err, &l);
    return code < 0 ? code
                    : bindings_make_file(c->node, c->arena, l, path,
                                         media.len ? media : S("application/octet-stream"),
                                         c->now_ms, c->err, c->out);
}

/* Those beside the originator's, as they are written: their policies need not be known here. */
static void write_others(const struct binding *b, struct json_writer *out)
{
    static const char *const kinds[] = {
        [LABEL_XML_ALTERNATIVE] = "alternative", [LABEL_XML_SUCCESSOR] = "successor"
    };
    jw_key(out, "other_labels");
    jw_array(out);
    for (uint32_t i = 0; i < b->other_count; i++) {
        const struct binding_other *o = &b->others[i];
        jw_object(out);
        jw_key_cstr(out, "kind", kinds[o->label.kind]);
        if (o->problem.len) {
            jw_key_text(out, "problem", o->problem);
        } else {
            jw_key_text(out, "policy", o->label.policy_name);
            jw_key(out, "label");
            jw_json(out, o->label.label);
        }
        jw_object_end(out);
    }
    jw_array_end(out);
}

static void write_check(struct call *c, const struct bindings_check *k, struct json_writer *out)
{
    static const char *const by[] = {
        [BINDING_BY_US] = "us", [BINDING_BY_GIVEN] = "given", [BINDING_BY_UNKNOWN] = "unknown"
    };
    jw_key_bool(out, "sound", true);
    jw_key_text(out, "file", k->payload);
    if (k->binding.payload.media.len)
        jw_key_text(out, "media", k->binding.payload.media);
    jw_key_cstr(out, "signed_by", by[k->by]);
    jw_key_cstr(out, "fingerprint", k->fingerprint);
    write_label(c, k->label, &k->binding.label, out);
    jw_key_cstr(out, "read_as", k->by_alternative ? "alternative" : "originator");
    write_others(&k->binding, out);
}

static int handle_verify(struct call *c)
{
    struct bindings_check check;
    struct slice key = call_text(c, "key");
    struct bindings_query q = { .path = arena_cstr(c->arena, call_text(c, "path")),
                                .key_path = key.len ? arena_cstr(c->arena, key) : NULL,
                                .any_key = call_bool(c, "any_key", false) };
    if (!q.path)
        return error_set(c->err, EN_NO_MEMORY, "binding");
    int code = bindings_verify(c->node, c->arena, &q, c->err, &check);
    if (code < 0)
        return code;
    struct json_writer out;
    jw_init(&out, c->out);
    jw_object(&out);
    write_check(c, &check, &out);
    jw_object_end(&out);
    return 0;
}

static int bind_answer(struct call *c, const struct bound *what, struct buf *out)
{
    if (!c->label)
        return error_set(c->err, EN_UNSUPPORTED, "this answer has no label to be bound to");
    return bindings_make(c->node, c->arena, c->label, what, c->now_ms, c->err, out);
}

int ops_bind(struct call *c, struct slice uri, struct slice media, struct slice bytes,
             struct buf *out)
{
    return bind_answer(c, &(struct bound){ .uri = uri, .media = media, .bytes = bytes }, out);
}

int ops_bind_file(struct call *c, struct slice name, struct slice media, struct slice bytes,
                  struct buf *out)
{
    struct slice back;
    struct buf uri cleanup_buf;
    buf_init(&uri, LIMIT_TEXT);
    binding_add_uri(&uri, name);
    int code = binding_file_name(c->arena, buf_slice(&uri), c->err, &back);
    struct bound what = {
        .uri = buf_slice(&uri), .media = media, .bytes = bytes, .alternatives = true
    };
    return code < 0 ? code : bind_answer(c, &what, out);
}

static const struct parameter to_xml_parameters[] = {
    PARAMETER("label", IN_QUERY, FIELD_TEXT, FIELD_REQUIRED,
              "A label in its short form: SECRET; Releasable To: CAN, USA.",
              "Une étiquette sous sa forme courte : SECRET; Releasable To: CAN, USA."),
    { 0 },
};
static const struct parameter make_parameters[] = {
    PARAMETER("path", IN_PATH, FIELD_TEXT, FIELD_REQUIRED, "The file that is bound to the label.",
              "Le fichier à lier à l'étiquette."),
    PARAMETER("label", IN_QUERY, FIELD_TEXT, FIELD_REQUIRED,
              "A label in its short form: SECRET; Releasable To: CAN, USA.",
              "Une étiquette sous sa forme courte : SECRET; Releasable To: CAN, USA."),
    PARAMETER("media", IN_QUERY, FIELD_TEXT, 0, "The file's media type: text/csv.",
              "Le type de média du fichier : text/csv."),
    { 0 },
};
static const struct parameter verify_parameters[] = {
    PARAMETER("path", IN_PATH, FIELD_TEXT, FIELD_REQUIRED, "A file, or its sidecar (.bdo).",
              "Un fichier, ou sa liaison (.bdo)."),
    PARAMETER(
        "key", IN_QUERY, FIELD_TEXT, 0,
        "File with the public key or certificate (PEM) of whoever must have signed; this "
        "instance's, when absent.",
        "Fichier de la clé publique ou du certificat (PEM) de qui doit avoir signé ; celle de "
        "cette instance, si absent."),
    PARAMETER("any_key", IN_QUERY, FIELD_BOOL, 0,
              "Whoever signed: tells that nothing was changed, not by whom.",
              "Peu importe qui a signé : dit que rien n'a été modifié, pas par qui."),
    { 0 },
};

const struct operation binding_rows[] = {
    { "label.to-xml", "GET", "/api/v1/label/to-xml", PERMIT_SELF, 0, to_xml_parameters, NULL, NULL,
      NULL, "application/xml", "Writes a label as STANAG 4774 XML.",
      "Écrit une étiquette en XML STANAG 4774.", handle_to_xml },
    { .name = "label.from-xml",
      .method = "POST",
      .path = "/api/v1/label/from-xml",
      .permission = PERMIT_SELF,
      .flags = OP_RAW_BODY,
      .answer = "LabelRead",
      .help_en = "Reads a label in STANAG 4774 XML, or says what is wrong with it.",
      .help_fr = "Lit une étiquette en XML STANAG 4774, ou dit ce qui ne va pas.",
      .handle = handle_from_xml,
      .takes = "application/xml" },
    { "binding.key", "GET", "/api/v1/binding/key", PERMIT_SELF, 0, NULL, NULL, NULL, "BindingKey",
      NULL, "The public key that this instance's bindings are checked with.",
      "La clé publique qui sert à vérifier les liaisons de cette instance.", handle_key },
    { "binding.make", NULL, NULL, PERMIT_ADMIN, OP_NO_HTTP, make_parameters, NULL, NULL, NULL,
      "application/xml", "Binds a file to a label: prints the sidecar (STANAG 4778).",
      "Lie un fichier à une étiquette : imprime la liaison (STANAG 4778).", handle_make },
    { "binding.verify", NULL, NULL, PERMIT_ADMIN, OP_NO_HTTP, verify_parameters, NULL, NULL, NULL,
      NULL, "Checks a file and its label against the sidecar, and names what was changed.",
      "Vérifie un fichier et son étiquette avec la liaison, et nomme ce qui a changé.",
      handle_verify },
    { 0 },
};
