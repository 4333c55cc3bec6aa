/* Who one is; users, tokens and the audit of reads. */
#include "base/limits.h"
#include "ops/internal.h"
#include "service/access.h"
#include "service/config.h"

#include <stdlib.h>

static void write_permissions(unsigned permissions, struct json_writer *out)
{
    static const struct {
        unsigned bit;
        const char *word;
    } all[] = { { PERMIT_READ, "read" },
                { PERMIT_WRITE, "write" },
                { PERMIT_STEWARD, "steward" },
                { PERMIT_DISCLOSE, "disclose" },
                { PERMIT_ADMIN, "admin" } };
    jw_key(out, "permissions");
    jw_array(out);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (permissions & all[i].bit)
            jw_cstr(out, all[i].word);
    jw_array_end(out);
}

/* What a clearance lets one read, in words: its form, and the highest class it holds. */
static void write_clearance(struct call *c, struct json_writer *out)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    clearance_write(node_policy(c->node), c->viewer->clearance, &text);
    if (buf_failed(&text))
        snapshot_fail(c->snapshot, EN_NO_MEMORY);
    jw_key(out, "clearance");
    jw_raw(out, buf_slice(&text));
}

static void write_home(struct call *c, struct json_writer *out)
{
    struct slice home = settings_home(c->snapshot);
    struct row row;
    jw_key(out, "home");
    if (!home.len || snapshot_get(c->snapshot, NULL, home, NULL, &row) < 0) {
        jw_null(out);
        return;
    }
    jw_object(out);
    jw_key_text(out, "id", home);
    render_titles(c->snapshot, &row, out);
    jw_object_end(out);
}

static int handle_me(struct call *c)
{
    struct json_writer out;
    char instance[UUID_TEXT + 1];
    const struct viewer *v = c->viewer;
    jw_init(&out, c->out);
    uuid_format(ledger_instance(node_ledger(c->node)), instance);
    jw_object(&out);
    jw_key(&out, "user");
    jw_object(&out);
    jw_key_text(&out, "id", records_user(v, c->arena));
    jw_key_text(&out, "username", v->username);
    jw_key_text(&out, "display_name", v->display_name);
    jw_key_cstr(&out, "language", v->french ? "fr" : "en");
    jw_object_end(&out);
    jw_key_cstr(&out, "role", role_word(v->role));
    write_permissions(v->permissions, &out);
    write_clearance(c, &out);
    write_home(c, &out);
    jw_key_cstr(&out, "instance", instance);
    jw_key_cstr(&out, "version", ENTENTE_VERSION);
    render_instant(&out, "now", c->now_ms);
    render_marking(c->snapshot, snapshot_marking(c->snapshot), &out);
    jw_object_end(&out);
    return 0;
}

static void write_way(struct json_writer *out, struct slice name_en, struct slice name_fr,
                      const char *href)
{
    jw_object(out);
    jw_key_text(out, "name_en", name_en);
    jw_key_text(out, "name_fr", name_fr);
    jw_key_cstr(out, "href", href);
    jw_object_end(out);
}

/* What the sign-in page offers. The same for everybody, and nothing about users. */
static int handle_login_ways(struct call *c)
{
    const struct config *config = node_config(c->node);
    struct json_writer out;
    jw_init(&out, c->out);
    jw_object(&out);
    jw_key_cstr(&out, "password", password_login_word(config->password_login));
    jw_key(&out, "providers");
    jw_array(&out);
    const struct oidc_config *o = config->oidc;
    const struct certificate_config *k = config->certificates;
    if (o)
        write_way(&out, o->name_en, o->name_fr, OIDC_LOGIN_PATH);
    if (k)
        write_way(&out, k->name_en, k->name_fr, CERTIFICATE_LOGIN_PATH);
    jw_array_end(&out);
    jw_object_end(&out);
    return 0;
}

static int handle_password(struct call *c)
{
    struct write_context w = call_write(c);
    return access_change_password(&w, json_get_text(c->body, "current"),
                                  json_get_text(c->body, "new"), c->err);
}

/* ---- lists of system records ---- */

static int list_system(struct call *c, const char *kind, const struct filter *filters, size_t count)
{
    struct list_query q = { .kind = kinds_find(node_kinds(c->node), slice_of(kind)),
                            .filters = filters,
                            .filter_count = count,
                            .order = LIST_UPDATED,
                            .descending = true,
                            .limit = (size_t)call_int(c, "limit", LIMIT_PAGE_DEFAULT),
                            .after = call_text(c, "cursor") };
    struct page page;
    struct answer a;
    int code = snapshot_list(c->snapshot, &q, c->err, &page);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    return answer_page(&a, &page);
}

static int handle_user_list(struct call *c)
{
    return list_system(c, "user", NULL, 0);
}

static int handle_user_get(struct call *c)
{
    struct row row;
    int code = snapshot_get(c->snapshot, kinds_find(node_kinds(c->node), S("user")),
                            call_text(c, "id"), c->err, &row);
    return code < 0 ? code : answer_record(c, &row);
}

static int handle_user_create(struct call *c)
{
    struct written done;
    struct write_context w = call_write(c);
    int code = access_create_user(&w, c->body, c->err, &done);
    return code < 0 ? code : answer_written(c, kinds_find(node_kinds(c->node), S("user")), &done);
}

static int handle_user_change(struct call *c)
{
    struct written done;
    struct write_context w = call_write(c);
    int code = access_change_user(&w, call_text(c, "id"), c->body, c->if_match, c->err, &done);
    return code < 0 ? code : answer_written(c, kinds_find(node_kinds(c->node), S("user")), &done);
}

/* One's own tokens; all of them for an administrator who asks. */
static int handle_token_list(struct call *c)
{
    struct filter own = { S("user"), records_user(c->viewer, c->arena) };
    bool all = call_bool(c, "all", false) && (c->viewer->permissions & PERMIT_ADMIN);
    return list_system(c, "token", &own, all ? 0 : 1);
}

static int handle_token_create(struct call *c)
{
    struct written done;
    struct slice secret;
    struct json_writer out;
    struct write_context w = call_write(c);
    int code = access_create_token(&w, c->body, c->err, &secret, &done);
    if (code < 0)
        return code;
    jw_init(&out, c->out);
    jw_object(&out);
    jw_key_text(&out, "id", done.id);
    jw_key_text(&out, "token", secret);
    jw_object_end(&out);
    c->location = S("/api/v1/tokens");
    return 0;
}

static int handle_token_revoke(struct call *c)
{
    struct written done;
    struct json_writer out;
    struct write_context w = call_write(c);
    int code = access_revoke_token(&w, call_text(c, "id"), c->err, &done);
    if (code < 0)
        return code;
    jw_init(&out, c->out);
    jw_object(&out);
    jw_key_text(&out, "id", done.id);
    jw_key_int(&out, "version", done.version);
    jw_key_bool(&out, "revoked", true);
    jw_object_end(&out);
    return 0;
}

static int handle_audit_list(struct call *c)
{
    struct filter reader = { S("reader"), call_text(c, "reader") };
    return list_system(c, "audit", &reader, reader.value.len ? 1 : 0);
}

/* ---- rows ---- */

static const struct field password_body[] = {
    { .name = "current",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED,
      .max = 200,
      .label_en = "Current password",
      .label_fr = "Mot de passe actuel",
      .help_en = "The password that you have now.",
      .help_fr = "Votre mot de passe actuel." },
    { .name = "new",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED,
      .max = 200,
      .label_en = "New password",
      .label_fr = "Nouveau mot de passe",
      .help_en = "At least 10 characters.",
      .help_fr = "Au moins 10 caractères." },
    { 0 },
};
static const struct field login_body[] = {
    { .name = "username",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED,
      .max = 64,
      .label_en = "User name",
      .label_fr = "Nom d'utilisateur",
      .help_en = "Who you are.",
      .help_fr = "Qui vous êtes." },
    { .name = "password",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED,
      .max = 200,
      .label_en = "Password",
      .label_fr = "Mot de passe",
      .help_en = "Your password.",
      .help_fr = "Votre mot de passe." },
    { 0 },
};
static const struct parameter page_parameters[] = { QUERY_LIMIT, QUERY_CURSOR, { 0 } };
static const struct parameter id_parameters[] = { PATH_ID, { 0 } };
static const struct parameter token_parameters[] = {
    PARAMETER("all", IN_QUERY, FIELD_BOOL, 0, "Everybody's tokens (administrators).",
              "Les jetons de tous (administrateurs)."),
    QUERY_LIMIT,
    QUERY_CURSOR,
    { 0 },
};
static const struct parameter audit_parameters[] = {
    PARAMETER("reader", IN_QUERY, FIELD_CODE, 0, "Reads by this user id.",
              "Lectures par cet identifiant d'utilisateur."),
    QUERY_LIMIT,
    QUERY_CURSOR,
    { 0 },
};

const struct operation access_rows[] = {
    { "me", "GET", "/api/v1/me", PERMIT_SELF, OP_READ, NULL, NULL, NULL, "Me", NULL,
      "Says who you are and what you may do.", "Dit qui vous êtes et ce que vous pouvez faire.",
      handle_me },
    { "login", "POST", "/api/v1/login", PERMIT_NONE, OP_NO_CLI, NULL, login_body, NULL, "Me", NULL,
      "Logs in with name and password; sets the session cookie.",
      "Ouvre une session avec nom et mot de passe ; pose le témoin de session.", NULL },
    { "login.ways", "GET", "/api/v1/login/ways", PERMIT_NONE, OP_NO_CLI, NULL, NULL, NULL,
      "LoginWays", NULL, "Says how one may sign in here.", "Dit comment on peut se connecter ici.",
      handle_login_ways },
    { "logout", "POST", "/api/v1/logout", PERMIT_SELF, OP_NO_CLI | OP_EMPTY, NULL, NULL, NULL, NULL,
      NULL, "Ends the session.", "Ferme la session.", NULL },
    { "events", "GET", "/api/v1/events", PERMIT_READ, OP_NO_CLI, NULL, NULL, NULL, NULL,
      "text/event-stream", "Streams changes as they happen.",
      "Diffuse les changements au fur et à mesure.", NULL },
    { "password", "POST", "/api/v1/password", PERMIT_SELF, OP_WRITE | OP_EMPTY, NULL, password_body,
      NULL, NULL, NULL, "Changes your own password.", "Change votre propre mot de passe.",
      handle_password },
    { "user.list", "GET", "/api/v1/users", PERMIT_ADMIN, OP_READ | OP_PAGED, page_parameters, NULL,
      NULL, "UserList", NULL, "Lists users.", "Liste les utilisateurs.", handle_user_list },
    { "user.get", "GET", "/api/v1/users/{id}", PERMIT_ADMIN, OP_READ, id_parameters, NULL, NULL,
      "User", NULL, "Shows a user.", "Montre un utilisateur.", handle_user_get },
    { "user.create", "POST", "/api/v1/users", PERMIT_ADMIN, OP_WRITE | OP_CREATED, NULL, NULL, NULL,
      "User", NULL, "Makes a user.", "Crée un utilisateur.", handle_user_create },
    { "user.change", "PATCH", "/api/v1/users/{id}", PERMIT_ADMIN, OP_WRITE | OP_IF_MATCH,
      id_parameters, NULL, NULL, "User", NULL, "Changes a user; acts at once on open sessions.",
      "Modifie un utilisateur ; agit aussitôt sur les sessions ouvertes.", handle_user_change },
    { "token.list", "GET", "/api/v1/tokens", PERMIT_SELF, OP_READ | OP_PAGED, token_parameters,
      NULL, NULL, "TokenList", NULL, "Lists your API tokens.", "Liste vos jetons d'API.",
      handle_token_list },
    { "token.create", "POST", "/api/v1/tokens", PERMIT_SELF, OP_WRITE | OP_CREATED, NULL, NULL,
      NULL, "NewToken", NULL, "Makes an API token; its secret is shown once.",
      "Crée un jeton d'API ; son secret n'est montré qu'une fois.", handle_token_create },
    { "token.revoke", "POST", "/api/v1/tokens/{id}/revoke", PERMIT_SELF, OP_WRITE, id_parameters,
      NULL, NULL, "Version", NULL, "Revokes an API token for good.",
      "Révoque un jeton d'API définitivement.", handle_token_revoke },
    { "audit.list", "GET", "/api/v1/audits", PERMIT_ADMIN, OP_READ | OP_PAGED, audit_parameters,
      NULL, NULL, "AuditList", NULL, "Lists audited reads of records above the lowest level.",
      "Liste les lectures consignées de fiches au-dessus du niveau le plus bas.",
      handle_audit_list },
    { 0 },
};
