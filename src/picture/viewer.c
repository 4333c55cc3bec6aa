/* Who asks, roles and what they permit: see viewer.h. */
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

const struct uuid *viewer_person(const struct viewer *v)
{
    static const struct uuid console = { { 0 } };
    return v->is_partner || uuid_eq(v->user, console) ? NULL : &v->user;
}

bool viewer_may_read(const struct viewer *v, const struct policy *p, const struct label *l,
                     int64_t at_ms)
{
    return label_may_read_by(p, v->clearance, viewer_person(v), l, at_ms) &&
           (!v->also || label_may_read(p, v->also, l, at_ms));
}
