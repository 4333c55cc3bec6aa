/*
 * The viewer: who asks. There is no function that returns a record without one.
 *
 * A viewer is a user, a token or a partner instance, with a clearance, a role and the moment at
 * which it asks (group membership is read at that date). Its mask is made when a picture is opened
 * for it.
 *
 * A partner instance reads a label with originators only when each of them is that partner itself
 * or has granted it onward release: of all it states, or of this one record (picture/onward.c).
 */
#pragma once

#include "base/uuid.h"
#include "label/label.h"

enum role { ROLE_READER = 1, ROLE_CONTRIBUTOR, ROLE_STEWARD, ROLE_DISCLOSURE_OFFICER,
            ROLE_ADMINISTRATOR };

enum permission {
    PERMIT_NONE = 0,      /* anyone, even without login */
    PERMIT_SELF = 1 << 0, /* anyone who is logged in */
    PERMIT_READ = 1 << 1,
    PERMIT_WRITE = 1 << 2,    /* contributor: create, change, retract, restore */
    PERMIT_STEWARD = 1 << 3,  /* redact, import */
    PERMIT_ADMIN = 1 << 4,    /* users, tokens of others, configuration */
    PERMIT_CALENDAR = 1 << 5, /* a feed's token: what a calendar shows, and nothing else */
    PERMIT_DISCLOSE = 1 << 6, /* disclosure officer: lower a label, grant, ask as a partner, send */
};

enum { STANDING = 16 };

struct viewer {
    struct uuid user; /* all zero: the operator at the console */
    struct slice username;
    struct slice display_name;
    enum role role;
    unsigned permissions; /* what role and token scope leave */
    bool french;
    bool is_token;
    const struct clearance *clearance;
    bool is_partner;              /* a partner instance, or an officer who asks as one */
    struct uuid partner_instance; /* whose onward grants count */
    const struct clearance *also; /* held besides, or NULL: an officer sees no more than both */
    /* Of a user: changes with role, clearance and activity. A session holds while it is the same. */
    uint8_t standing[STANDING];
};

/* Who the viewer is for labels that name persons; NULL: nobody whom they could name. */
const struct uuid *viewer_person(const struct viewer *v);
/* May this viewer give a record the label: would they still read it? */
bool viewer_may_read(const struct viewer *v, const struct policy *p, const struct label *l,
                     int64_t at_ms);

/* Permissions of a role. */
unsigned role_permissions(enum role role);
const char *role_word(enum role role);
bool role_parse(struct slice word, enum role *ret);
