/*
 * Signing in and out.
 *
 * Invariant: a failed attempt says one thing only, whatever was wrong, and costs the same work; the
 * attempt was counted before it was made.
 */
#pragma once

#include "http/door.h"

int login_by_password(struct request *r);
/* GET /login?code=...: a redirect, with the session's cookie when the code held. */
int login_by_code(struct request *r);
int logout(struct request *r);
/* Puts the session's CSRF token into an answer that is a JSON object. */
int login_add_csrf(struct request *r);
