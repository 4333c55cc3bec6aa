/*
 * What the ways of signing in by somebody's word share: the session in the end, or the word of what
 * went wrong in the address of the sign-in page and in the log.
 */
#pragma once

#include "http/door.h"

/* 303; EN_NO_MEMORY when the location is none. */
int vouched_redirect(struct request *r, struct slice location);
/* Back to the sign-in page; r->err is logged and cleared. */
int vouched_refuse(struct request *r, const char *method, enum identity_reason reason,
                   struct slice rule);
/* Applies the rules, starts a session and goes to `next`; or refuses. */
int vouched_sign_in(struct request *r, const char *method, const struct vouched *who,
                    struct slice next);
