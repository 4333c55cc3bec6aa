/*
 * Who asks: the session cookie or the bearer token, and for the cookie that the request was meant.
 *
 * Invariant: the viewer is made from the user as stored at this moment, so a changed clearance or a
 * deactivated user acts on the next request; there the session itself ends, and signing in again is
 * the way on, even when all is as before by then. A cookie alone changes nothing: unsafe requests
 * repeat the session's CSRF token and come from our own pages.
 */
#pragma once

#include "http/door.h"

/* Fills viewer, session and bearer. An ended session is nobody; a bad token is refused:
 * EN_UNAUTHENTICATED in r->err. */
int auth_identify(struct request *r);
/* For unsafe methods under a session: the CSRF token and the origin. EN_FORBIDDEN in r->err. */
int auth_check_intent(struct request *r);
/* The origin alone, for signing in. */
int auth_check_origin(struct request *r);
/* The Set-Cookie line that starts a session (or, with an empty token, ends it). */
struct slice auth_cookie(const struct http_server *s, struct arena *a, struct slice token);
/* Starts a session that rests on what the viewer is now. */
void auth_start_session(struct http_server *s, const struct viewer *v, int64_t now_ms,
                        char ret_token[SESSION_TOKEN_TEXT + 1]);
/* Does what the stream was opened with still hold? For one who waits: no activity is noted. */
int auth_again(struct http_server *s, struct arena *a, struct slice session, struct slice bearer,
               int64_t now_ms, const struct viewer **ret);
