/* An agreement as a page tells it: where it stands, what it obliges whom to, what was supplied
 * under it, the balance of that, and the promises born of it. */
#pragma once

#include "service/agreements.h"
#include "service/render.h"

/* The members of AgreementStatus into the open object. Acts and places of parties that the viewer
 * may not read are absent. as_of in seconds. */
void agreement_write_status(const struct agreements *g, size_t agreement, int64_t as_of,
                            struct render *r);
/* The members of AgreementPage into the open object. */
int agreement_write_page(const struct agreements *g, size_t agreement, int64_t as_of,
                         struct render *r, struct error *err);

/* "name": "2026-11-27"; nothing for DAY_NEVER. */
void write_day(struct json_writer *out, const char *name, int64_t day);
