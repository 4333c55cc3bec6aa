/*
 * Is this certificate the peer's? One decision for both ends of a connection.
 *
 * A peer is known by the key that was pinned when we met (tls_pin), or by a trust anchor of its own
 * with a revocation list. Where both are stated both must hold. With an anchor and no pin the
 * certificate must name the instance (subject alternative name urn:uuid:<instance>), because an
 * anchor vouches for many.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/uuid.h"

#include <gnutls/gnutls.h>

/* A peer as its record states it; texts live in the arena of who read it. */
struct net_peer {
    struct slice id; /* of the record */
    struct slice name;
    struct uuid instance;
    bool confirmed;
    struct slice url;
    struct slice tls_pin;         /* base64, or empty */
    struct slice trust_anchor;    /* PEM, or empty */
    struct slice revocation_list; /* PEM, or empty */
};

enum peer_verdict {
    PEER_FITS,
    PEER_NO_CERTIFICATE,
    PEER_NOT_PINNED, /* the record states neither pin nor anchor */
    PEER_OTHER_KEY,  /* not the pinned one */
    PEER_EARLY,      /* not valid yet */
    PEER_EXPIRED,
    PEER_UNTRUSTED, /* the anchor does not vouch for it */
    PEER_REVOKED,
    PEER_LIST_INVALID, /* the revocation list is damaged, not the anchor's, or has no anchor */
    PEER_LIST_OLD,     /* its next update is overdue: who was revoked since is not known */
    PEER_ANCHOR_INVALID,
    PEER_OTHER_INSTANCE /* the certificate names another instance */
};

/* Which end of the connection the certificate was shown by. */
enum peer_end { PEER_IS_SERVER, PEER_IS_CLIENT };

/* The chain is DER, leaf first, as GnuTLS gives it. */
enum peer_verdict certificate_judge(const struct net_peer *p, const gnutls_datum_t *chain,
                                    unsigned count, enum peer_end end, int64_t now_ms);
/* The verdict as an error about this peer: EN_FORBIDDEN. */
int certificate_refuse(const struct net_peer *p, enum peer_verdict verdict, struct error *err);
/* The confirmed peer whose certificate this is, or NULL. */
const struct net_peer *certificate_owner(const struct net_peer *peers, size_t peer_count,
                                         const gnutls_datum_t *chain, unsigned count,
                                         int64_t now_ms);
