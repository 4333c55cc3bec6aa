/*
 * Sessions of signed-in browsers, in memory only: a restart signs everyone out.
 *
 * Invariant: the table knows a session by the hash of its 256-bit random token, never by the token,
 * so a memory dump signs nobody in. A session says who, never what they may do: the viewer is made
 * anew from the user at every request, and the door ends a session whose user's role, clearance or
 * activity is no more what it was (auth.h). It ends after a time of idleness and, in any case,
 * after a fixed time; the number is limited in all and per user. All calls may come from any
 * thread.
 */
#pragma once

#include "base/uuid.h"

enum {
    SESSION_TOKEN_TEXT = 43, /* 32 bytes in URL-safe base64 */
    SESSION_IDLE_MS = 2 * 60 * 60 * 1000,
    SESSION_ABSOLUTE_MS = 12 * 60 * 60 * 1000,
    SESSION_PER_USER = 50,
    SESSION_STANDING = 16,
};

struct sessions;

/* NULL when there is no memory. limit: how many at most. */
struct sessions *sessions_new(size_t limit);
void sessions_free(struct sessions *s);

/* Whose a session is, and what it rests on: the viewer's standing when it was started. */
struct session_of {
    struct uuid user;
    uint8_t standing[SESSION_STANDING];
};

/* Starts one and writes its token. At a limit the one idle for longest gives way. */
void sessions_start(struct sessions *s, const struct session_of *of, int64_t now_ms,
                    char ret_token[SESSION_TOKEN_TEXT + 1]);
/* Whose it is; false when there is none or it has ended. touch: this use counts as activity. */
bool sessions_find(struct sessions *s, struct slice token, int64_t now_ms, bool touch,
                   struct session_of *ret);
void sessions_end(struct sessions *s, struct slice token);
/* Ends all of a user but the one with this token (which may be empty). */
void sessions_end_user(struct sessions *s, struct uuid user, struct slice but_token);
size_t sessions_count(struct sessions *s, int64_t now_ms);

/* The token that unsafe requests of this session must repeat in X-Entente-CSRF. */
void sessions_csrf(const struct sessions *s, struct slice token, char ret[SESSION_TOKEN_TEXT + 1]);
bool sessions_csrf_holds(const struct sessions *s, struct slice token, struct slice csrf);
