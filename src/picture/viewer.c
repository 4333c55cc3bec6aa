/* Roles and what they permit: see viewer.h. */
#include "picture/viewer.h"

static const char *const words[] = { [ROLE_READER] = "reader",
                                     [ROLE_CONTRIBUTOR] = "contributor",
                                     [ROLE_STEWARD] = "steward",
                                     [ROLE_DISCLOSURE_OFFICER] = "disclosure_officer",
                                     [ROLE_ADMINISTRATOR] = "administrator" };

unsigned role_permissions(enum role role)
{
    unsigned all = PERMIT_SELF | PERMIT_READ;
    if (role >= ROLE_CONTRIBUTOR)
        all |= PERMIT_WRITE;
    if (role >= ROLE_STEWARD)
        all |= PERMIT_STEWARD;
    if (role >= ROLE_DISCLOSURE_OFFICER)
        all |= PERMIT_DISCLOSE;
    if (role >= ROLE_ADMINISTRATOR)
        all |= PERMIT_ADMIN;
    return all;
}

const char *role_word(enum role role)
{
    return role >= ROLE_READER && role <= ROLE_ADMINISTRATOR ? words[role] : "none";
}

bool role_parse(struct slice word, enum role *ret)
{
    for (enum role r = ROLE_READER; r <= ROLE_ADMINISTRATOR; r++)
        if (slice_is(word, words[r])) {
            *ret = r;
            return true;
        }
    return false;
}
