/*
 * A client's certificate, checked, as claims for the administrator's rules.
 *
 * Invariant: claims come out only when the chain leads to one of the configured trust anchors, is
 * valid now, is meant for clients and is on none of the configured revocation lists; a list whose
 * time is over, or that its authority did not sign, lets nobody in. Who holds the key is proven by
 * TLS, here or at the proxy that the door trusts.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"

enum { CHAIN_MAX = 8, CERTIFICATE_MAX = 16 * 1024 };

struct chain {
    struct slice certificates[CHAIN_MAX]; /* DER, the client's own first */
    size_t count;
};

struct certified {
    struct slice issuer, subject; /* distinguished names, RFC 4514 */
    const struct json *claims;    /* issuer, subject, serial, common_name, email[], dns[], uri[] */
};

/* anchors, revoked: PEM texts; revoked may be empty. EN_FORBIDDEN when the chain does not hold,
 * EN_INVALID when the PEM texts do not. */
int certificate_check(struct slice anchors, struct slice revoked, const struct chain *chain,
                      struct arena *a, struct error *err, struct certified *ret);

/* As a proxy hands it on: ":base64 of DER:" (RFC 9440) or a percent-encoded PEM text. */
bool certificate_from_header(struct arena *a, struct slice header, struct chain *ret);
