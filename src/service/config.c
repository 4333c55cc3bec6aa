/*
 * Reading config.json; see config.h.
 */
#include "service/config.h"

#include "base/limits.h"
#include "record/record.h"

#include <arpa/inet.h>

static const struct choice password_choices[] = {
    [PASSWORD_EVERYONE] = { "everyone", "Everyone", "Tous" },
    [PASSWORD_ADMINISTRATORS] = { "administrators", "Administrators", "Administrateurs" },
    [PASSWORD_NOBODY] = { "nobody", "Nobody", "Personne" },
    { 0 },
};

static const struct field oidc_fields[] = {
    { .name = "name_en", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 60 },
    { .name = "name_fr", .type = FIELD_TEXT, .max = 60 },
    { .name = "issuer", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 300 },
    { .name = "client_id", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 255 },
    { .name = "client_secret_file", .type = FIELD_TEXT, .max = 1000 },
    { .name = "redirect", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 300 },
    { .name = "ca_file", .type = FIELD_TEXT, .max = 1000 },
    { .name = "scopes", .type = FIELD_TEXT, .flags = FIELD_MANY, .max = 20 },
    { .name = "userinfo", .type = FIELD_BOOL },
    { .name = "rules",
      .type = FIELD_OBJECT,
      .flags = FIELD_MANY | FIELD_REQUIRED,
      .max = RULES_MAX,
      .fields = identity_rule_fields },
    { 0 },
};

static const struct field certificate_fields[] = {
    { .name = "name_en", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 60 },
    { .name = "name_fr", .type = FIELD_TEXT, .max = 60 },
    { .name = "trust_anchors", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 1000 },
    { .name = "revocation_lists", .type = FIELD_TEXT, .max = 1000 },
    { .name = "proxies", .type = FIELD_TEXT, .flags = FIELD_MANY, .max = 20 },
    { .name = "rules",
      .type = FIELD_OBJECT,
      .flags = FIELD_MANY | FIELD_REQUIRED,
      .max = RULES_MAX,
      .fields = identity_rule_fields },
    { 0 },
};

static const struct field config_fields[] = {
    { .name = "password_login", .type = FIELD_ENUM, .choices = password_choices },
    { .name = "oidc", .type = FIELD_OBJECT, .fields = oidc_fields },
    { .name = "client_certificates", .type = FIELD_OBJECT, .fields = certificate_fields },
    { 0 },
};

const char *password_login_word(enum password_login value)
{
    return password_choices[value].value;
}

static struct slice path_of(struct arena *a, const char *directory, struct slice name)
{
    return name.len == 0 || name.ptr[0] == '/'
               ? name
               : arena_printf(a, "%s/" SLICE_FMT, directory, SLICE_ARG(name));
}

/* "openid profile": openid is asked for in any case. */
static struct slice join_scopes(struct arena *a, const struct json *list)
{
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_TEXT);
    buf_add_cstr(&out, "openid");
    for (uint32_t i = 0; list && i < list->count; i++) {
        if (!slice_is(list->items[i].text, "openid")) {
            buf_add_char(&out, ' ');
            buf_add(&out, list->items[i].text);
        }
    }
    return arena_copy(a, buf_slice(&out));
}

/* What follows scheme and host; empty when it is no such address, or has a query or fragment. */
static struct slice path_of_url(struct slice url)
{
    bool plain = slice_starts(url, S("http://"));
    if ((!plain && !slice_starts(url, S("https://"))) || memchr(url.ptr, '?', url.len) ||
        memchr(url.ptr, '#', url.len))
        return S("");
    size_t at = plain ? 7 : 8;
    const char *slash = memchr(url.ptr + at, '/', url.len - at);
    return slash && slash > url.ptr + at ? slice_make(slash, url.len - (size_t)(slash - url.ptr))
                                         : S("");
}

static int read_oidc(struct arena *a, const struct policy *p, const char *directory,
                     const struct json *json, struct error *err, const struct oidc_config **ret)
{
    struct oidc_config *c = arena_new_of(a, struct oidc_config);
    if (!c)
        return error_set(err, EN_NO_MEMORY, "configuration");
    *c = (struct oidc_config){
        .name_en = json_get_text(json, "name_en"),
        .name_fr = json_get_text(json, "name_fr"),
        .issuer = json_get_text(json, "issuer"),
        .client_id = json_get_text(json, "client_id"),
        .redirect = json_get_text(json, "redirect"),
        .redirect_path = path_of_url(json_get_text(json, "redirect")),
        .secret_file = path_of(a, directory, json_get_text(json, "client_secret_file")),
        .ca_file = path_of(a, directory, json_get_text(json, "ca_file")),
        .scopes = join_scopes(a, json_get(json, "scopes")),
        .userinfo = json_get_bool(json, "userinfo", true),
    };
    if (c->name_fr.len == 0)
        c->name_fr = c->name_en;
    int code = 0;
    if (!slice_starts(c->issuer, S("https://")))
        code = error_field(err, S("/oidc/issuer"), REASON_FORMAT, "an https address");
    if (!slice_is(c->redirect_path, OIDC_REDIRECT_PATH))
        code = error_field(err, S("/oidc/redirect"), REASON_FORMAT,
                           "this instance's address with the path %s", OIDC_REDIRECT_PATH);
    int rules =
        identity_rules_parse(p, a, json_get(json, "rules"), S("/oidc/rules"), err, &c->rules);
    *ret = c;
    return code < 0 ? code : rules;
}

/* One machine each: the door knows an IPv6 client only by its network. */
static bool is_machine(struct arena *a, struct slice address)
{
    struct in_addr unused;
    char *text = arena_cstr(a, address);
    return text && (strcmp(text, "::1") == 0 || inet_pton(AF_INET, text, &unused) == 1);
}

static int read_certificates(struct arena *a, const struct policy *p, const char *directory,
                             const struct json *json, struct error *err,
                             const struct certificate_config **ret)
{
    struct certificate_config *c = arena_new_of(a, struct certificate_config);
    int code = 0;
    if (!c)
        return error_set(err, EN_NO_MEMORY, "configuration");
    *c = (struct certificate_config){
        .name_en = json_get_text(json, "name_en"),
        .name_fr = json_get_text(json, "name_fr"),
        .trust_anchors = path_of(a, directory, json_get_text(json, "trust_anchors")),
        .revocation_lists = path_of(a, directory, json_get_text(json, "revocation_lists")),
        .proxies = json_get(json, "proxies"),
    };
    if (c->name_fr.len == 0)
        c->name_fr = c->name_en;
    for (uint32_t i = 0; c->proxies && i < c->proxies->count; i++)
        if (!is_machine(a, c->proxies->items[i].text))
            code = error_field(err, S("/client_certificates/proxies"), REASON_FORMAT,
                               "IPv4 addresses, or ::1");
    int rules = identity_rules_parse(p, a, json_get(json, "rules"), S("/client_certificates/rules"),
                                     err, &c->rules);
    *ret = c;
    return code < 0 ? code : rules;
}

static enum password_login read_password_login(const struct json *json)
{
    struct slice word = json_get_text(json, "password_login");
    for (int i = PASSWORD_EVERYONE; i <= PASSWORD_NOBODY; i++)
        if (slice_is(word, password_choices[i].value))
            return (enum password_login)i;
    return PASSWORD_EVERYONE;
}

static int parse(struct arena *a, const struct policy *p, const char *directory, struct slice text,
                 struct error *err, struct config *ret)
{
    struct json *json = NULL, *clean = NULL;
    int code = json_parse(a, text, err, &json);
    if (code == 0 && json->type != JSON_OBJECT)
        code = error_set(err, EN_INVALID, "config.json is no JSON object");
    if (code == 0)
        code = fields_check(config_fields, a, json, S(""), NULL, err, &clean);
    if (code < 0)
        return code;
    ret->password_login = read_password_login(clean);
    if (json_get(clean, "oidc"))
        code = read_oidc(a, p, directory, json_get(clean, "oidc"), err, &ret->oidc);
    const struct json *certificates = json_get(clean, "client_certificates");
    if (code == 0 && certificates)
        code = read_certificates(a, p, directory, certificates, err, &ret->certificates);
    if (code == 0 && ret->password_login == PASSWORD_NOBODY && !ret->oidc && !ret->certificates)
        code = error_field(err, S("/password_login"), REASON_RULE,
                           "nobody could sign in: configure oidc first");
    return code;
}

/* The first thing that is wrong, with the file's name: whoever starts a server sees no form. */
static int name_file(int code, struct error *err)
{
    char what[sizeof err->message] = "";
    if (err) {
        memcpy(what, err->message, sizeof what);
        error_clear(err);
    }
    return error_set(err, code, "config.json: %s", what);
}

int config_parse(struct arena *a, const struct policy *p, const char *directory, struct slice text,
                 struct error *err, struct config *ret)
{
    struct config c = { .password_login = PASSWORD_EVERYONE };
    int code = slice_trim(text).len ? parse(a, p, directory, text, err, &c) : 0;
    if (code < 0)
        return name_file(code, err);
    *ret = c;
    return 0;
}
