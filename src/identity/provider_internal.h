/* What the files of the provider share; nothing else includes it. */
#pragma once

#include "identity/fetch.h"
#include "identity/provider.h"

#include <pthread.h>

enum { FETCHED_ARENA = 1 << 23 };

struct metadata {
    struct slice authorize, token, keys, userinfo;
    bool names_issuer;   /* its answers carry "iss" (RFC 9207) */
    bool secret_in_form; /* it does not take HTTP Basic at the token endpoint */
};

struct provider {
    struct provider_options options;
    const char *ca_file;
    struct arena *arena;

    pthread_mutex_t lock; /* held by whoever uses what follows, also while it is fetched */
    struct arena *said;   /* memory of metadata */
    struct metadata metadata;
    int64_t said_ms;
    struct key_set *keys;
    int64_t keys_ms;
    int64_t renewed_ms; /* since when renewals are counted */
    unsigned renewals;
};

/* All under the lock. */
int provider_get_json(struct provider *p, struct arena *a, struct slice url, struct slice bearer,
                      enum identity_reason *ret_reason, struct error *err, struct slice *ret_text,
                      const struct json **ret);
int provider_know(struct provider *p, int64_t now_ms, enum identity_reason *ret_reason,
                  struct error *err);
int provider_know_keys(struct provider *p, int64_t now_ms, enum identity_reason *ret_reason,
                       struct error *err);
/* The keys once more, because one is missing; false when that was too often or did not work. */
bool provider_renew_keys(struct provider *p, int64_t now_ms);
