/*
 * Why a sign-in was refused: one word each, for the log, the address of the sign-in page and the
 * tests. The page has a sentence for each in both languages (web/src/i18n).
 */
#pragma once

enum identity_reason {
    IDENTITY_OK,
    /* the way there and back */
    IDENTITY_UNREACHABLE, /* the provider did not answer, or not as it should */
    IDENTITY_DISCOVERY,   /* its discovery document is not ours, or lacks what we need */
    IDENTITY_STATE,       /* no sign-in of this browser was waiting for this answer */
    IDENTITY_ISSUER,      /* the answer comes from another provider */
    IDENTITY_DENIED,      /* the provider says that it was refused */
    IDENTITY_CODE,        /* the provider does not take the code */
    IDENTITY_BUSY,
    IDENTITY_CERTIFICATE, /* there is none, or it does not hold: the log says why */
    /* the ID token */
    IDENTITY_MALFORMED,
    IDENTITY_ALGORITHM,
    IDENTITY_KEY,
    IDENTITY_SIGNATURE,
    IDENTITY_TOKEN_ISSUER,
    IDENTITY_AUDIENCE,
    IDENTITY_PARTY,
    IDENTITY_EXPIRED,
    IDENTITY_ISSUED,
    IDENTITY_NONCE,
    IDENTITY_SUBJECT,
    IDENTITY_ACCESS_HASH,
    IDENTITY_USERINFO,
    /* what the administrator's rules make of it */
    IDENTITY_NO_RULE,
    IDENTITY_CEILING,
    IDENTITY_ACCOUNT, /* no account name, or no account where one must exist */
    IDENTITY_NAME_TAKEN,
    IDENTITY_INACTIVE,
    IDENTITY_FAULT, /* of ours */
    IDENTITY_REASONS_
};

/* "signature"; never NULL. */
const char *identity_reason_word(enum identity_reason reason);
