/*
 * Signing in with a certificate: GET /certificate/login, over mutual TLS on this listener, or as a
 * proxy hands the certificate on.
 *
 * Invariant: a header with a certificate counts only when the connection comes from an address that
 * the administrator named as the proxy's; from anywhere else it is as if it were not there. Trust
 * anchors and revocation lists are read anew at every sign-in, so a new list acts at once.
 */
#pragma once

#include "http/door.h"

struct certificate_config;

/* NULL: not configured. */
const struct certificate_config *certificate_configured(const struct http_server *s);
/* On the connection's own thread: keeps what the connection or the proxy's header shows. */
void certificate_take(struct request *r, struct MHD_Connection *connection);
int certificate_login(struct request *r);
