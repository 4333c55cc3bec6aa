/*
 * The words of the reasons; see reason.h.
 */
#include "identity/reason.h"

const char *identity_reason_word(enum identity_reason reason)
{
    static const char *const words[IDENTITY_REASONS_] = {
        [IDENTITY_OK] = "ok",
        [IDENTITY_UNREACHABLE] = "unreachable",
        [IDENTITY_DISCOVERY] = "discovery",
        [IDENTITY_STATE] = "state",
        [IDENTITY_ISSUER] = "issuer",
        [IDENTITY_DENIED] = "denied",
        [IDENTITY_CODE] = "code",
        [IDENTITY_BUSY] = "busy",
        [IDENTITY_CERTIFICATE] = "certificate",
        [IDENTITY_MALFORMED] = "token-malformed",
        [IDENTITY_ALGORITHM] = "token-algorithm",
        [IDENTITY_KEY] = "token-key",
        [IDENTITY_SIGNATURE] = "token-signature",
        [IDENTITY_TOKEN_ISSUER] = "token-issuer",
        [IDENTITY_AUDIENCE] = "token-audience",
        [IDENTITY_PARTY] = "token-party",
        [IDENTITY_EXPIRED] = "token-expired",
        [IDENTITY_ISSUED] = "token-issued",
        [IDENTITY_NONCE] = "token-nonce",
        [IDENTITY_SUBJECT] = "token-subject",
        [IDENTITY_ACCESS_HASH] = "token-access-hash",
        [IDENTITY_USERINFO] = "userinfo",
        [IDENTITY_NO_RULE] = "no-rule",
        [IDENTITY_CEILING] = "ceiling",
        [IDENTITY_ACCOUNT] = "account",
        [IDENTITY_NAME_TAKEN] = "name-taken",
        [IDENTITY_INACTIVE] = "inactive",
        [IDENTITY_FAULT] = "fault",
    };
    return reason < IDENTITY_REASONS_ && words[reason] ? words[reason] : "fault";
}
