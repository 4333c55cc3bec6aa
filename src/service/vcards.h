/*
 * Actors as vCards, and vCards as actors.
 *
 * A position is no person: it goes out as KIND:group whose MEMBER is who holds it today; a person's
 * card names the post and the organisation held today. Both languages of a name go out as two
 * alternatives of one FN. What vCard has no place for goes out as X-ENTENTE-NATURE, -CONTACT,
 * -AUDIENCE, -INSTRUMENT and -MARKING.
 *
 * Coming in, a card is found again by its UID: our own urn:uuid of a record that the importer may
 * read means that record, any other becomes the external id "vcard:<UID>"; a card without one is
 * known by its name and first e-mail address. An organisation (ORG) that a readable actor is called
 * becomes the parent. TITLE, ROLE and an ORG that nobody is called go to the notes, so that nothing
 * is lost; pictures, keys and the like are read over.
 */
#pragma once

#include "service/render.h"
#include "service/transfer.h"

/* Writes the card of the actor as the viewer sees it. */
int vcard_of_actor(struct snapshot *s, struct row *actor, struct buf *out, struct error *err);
/* The report has one row per card; lines are those of BEGIN:VCARD. The snapshot of w is closed. */
int vcards_import(struct write_context *w, struct slice text, bool dry_run,
                  const struct transfer_progress *progress, struct error *err,
                  struct transfer_report *ret);
