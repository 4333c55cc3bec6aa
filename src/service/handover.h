/*
 * The handover pack of a post: what whoever takes it over must know, in one answer.
 *
 * The post's relationships are those of which it is the steward or an end, and those of its
 * organisation whose contact in the last two years went through it. The organisation is home when
 * the post is part of home, else the nearest organisation or state above it. A person stands for
 * the post they hold (or last held, or will hold).
 *
 * Institutional relationships stay: they are the pack. Interpersonal ones of the holder go with the
 * holder and are listed apart. Succession: the incoming person is who comes within 180 days or, when
 * nobody does, who took over within the last year; a partner counts as met once a held engagement
 * shows the incoming person with it, at the earliest a year before their posting began (a visit made
 * together with the predecessor counts).
 */
#pragma once

#include "service/contacts.h"
#include "service/trust.h"

/* actor: a position or a person; EN_INVALID for another nature. Writes the members of the answer
 * into the open object. as_of in seconds. */
int handover_write(struct node *n, struct snapshot *s, struct row *actor, struct slice home,
                   int64_t as_of, struct render *r, struct error *err);
