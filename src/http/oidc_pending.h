/*
 * Sign-ins that are under way at an identity provider: what must come back, and to which browser.
 *
 * Invariant: every sign-in has a state, a nonce, a PKCE verifier and a cookie of its own, each 256
 * random bits; it is found by the hash of its state, only together with its cookie, once, within
 * ten minutes. The table is bounded: at most PENDING_PER_ADDRESS of one address, the oldest gives
 * way.
 */
#pragma once

#include "base/slice.h"

enum {
    PENDING_TEXT = 43, /* 32 bytes in URL-safe base64 */
    PENDING_NEXT = 256,
    PENDING_LIFE_MS = 10 * 60 * 1000,
    PENDING_MAX = 1024,
    PENDING_PER_ADDRESS = 64,
};

struct pending_table;

struct pending {
    char state[PENDING_TEXT + 1];
    char cookie[PENDING_TEXT + 1];
    char nonce[PENDING_TEXT + 1];
    char verifier[PENDING_TEXT + 1];
    char next[PENDING_NEXT + 1]; /* where to go afterwards */
    int64_t begun_ms;
};

struct pending_table *pending_new(void); /* NULL when there is no memory */
void pending_free(struct pending_table *t);

/* A path on this server, fit to be gone to afterwards. */
bool pending_fits(struct slice next);
/* next: such a path, or anything else, which becomes "/". */
void pending_make(struct pending_table *t, struct slice address, struct slice next, int64_t now_ms,
                  struct pending *ret);
/* Uses it up, whether or not the cookie is right. False: unknown, used, too old, another browser's.
 * What it gives has no state and no cookie. */
bool pending_take(struct pending_table *t, struct slice state, struct slice cookie, int64_t now_ms,
                  struct pending *ret);
