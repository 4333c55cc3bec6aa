/*
 * The digest: what needs attention this week, ready to be sent by whoever sends mail for the site:
 * what fades, what the plan proposes for the first week, and what is planned anyhow. As JSON, as
 * plain text, and as one HTML page that needs nothing beside it.
 *
 * Text and page begin and end with the marking of all that they show; every text from a record is
 * escaped in the page.
 */
#pragma once

#include "service/fading.h"
#include "service/plan.h"

enum digest_form { DIGEST_TEXT, DIGEST_HTML };

/* Members into the open object. */
int digest_write(struct node *n, const struct plan_query *q, struct render *r, struct error *err);
/* The whole document, in the reader's language. */
int digest_print(struct node *n, struct snapshot *s, const struct plan_query *q,
                 enum digest_form form, bool french, struct error *err, struct buf *out);
