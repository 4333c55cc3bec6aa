/*
 * DIR/config.json: how people come in. What is absent is off; what is misspelt is refused when the
 * node is opened, because a setting that silently does not act is worse than none.
 *
 * {"password_login": "everyone" | "administrators" | "nobody",
 *  "oidc": {"name_en", "name_fr", "issuer", "client_id", "client_secret_file", "redirect",
 *           "scopes": [], "ca_file", "userinfo", "rules": [...]},
 *  "client_certificates": {"name_en", "name_fr", "trust_anchors", "revocation_lists",
 *                          "proxies": [], "rules": [...]}}
 * Rules are told in identity_rules.h; docs/identity.md is the guide.
 */
#pragma once

#include "service/identity_rules.h"

#define OIDC_LOGIN_PATH "/oidc/login"
#define OIDC_REDIRECT_PATH "/oidc/callback"

enum password_login { PASSWORD_EVERYONE, PASSWORD_ADMINISTRATORS, PASSWORD_NOBODY };

struct oidc_config {
    struct slice name_en, name_fr; /* on the button */
    struct slice issuer, client_id, redirect;
    struct slice redirect_path; /* of redirect */
    struct slice secret_file;   /* path, or empty: a public client */
    struct slice ca_file;       /* path, or empty: the system's trust anchors */
    struct slice scopes;        /* separated by spaces, openid first */
    bool userinfo;
    struct identity_rules rules;
};

#define CERTIFICATE_LOGIN_PATH "/certificate/login"
#define CERTIFICATE_HEADER "Client-Cert"

struct certificate_config {
    struct slice name_en, name_fr; /* on the button */
    struct slice trust_anchors;    /* path of a PEM file */
    struct slice revocation_lists; /* path of a PEM file, or empty */
    const struct json *proxies;    /* addresses whose Client-Cert header counts, or NULL */
    struct identity_rules rules;
};

struct config {
    enum password_login password_login;
    const struct oidc_config *oidc;                /* NULL: not configured */
    const struct certificate_config *certificates; /* NULL: not configured */
};

/* text: the file, or empty. Relative paths are made absolute from the directory. All in the arena.
 */
int config_parse(struct arena *a, const struct policy *p, const char *directory, struct slice text,
                 struct error *err, struct config *ret);
const char *password_login_word(enum password_login value);
