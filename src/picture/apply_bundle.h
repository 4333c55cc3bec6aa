/* What a bundle record says of the holdings of peers: one part of apply.c. */
#pragma once

#include "base/json.h"
#include "base/uuid.h"
#include "picture/db.h"

struct apply_bundle; /* prepared statements */

int apply_bundle_new(sqlite3 *db, struct error *err, struct apply_bundle **ret);
void apply_bundle_free(struct apply_bundle *b);
/* The body of one version of a bundle record; `each` gets every record that it speaks of. */
typedef void (*bundle_sink)(void *context, struct uuid record);
int apply_bundle(struct apply_bundle *b, struct arena *a, const struct json *body, uint32_t label,
                 struct error *err, bundle_sink each, void *context);
