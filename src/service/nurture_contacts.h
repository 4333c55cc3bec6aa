/* Contact and delivery of many relationships at once, or of one: fills nurture rows
 * (nurture_rows.h). */
#pragma once

#include "service/nurture_rows.h"

int contacts_fill(struct snapshot *s, struct slice of, int64_t as_of, struct nurture_rows *rows,
                  struct error *err);
int deliveries_fill(struct snapshot *s, struct slice of, int64_t as_of, struct nurture_rows *rows,
                    struct error *err);
int contacts_fill_one(struct snapshot *s, struct slice of, int64_t as_of, struct nurture_row *row,
                      struct error *err);
int deliveries_fill_one(struct snapshot *s, struct slice of, int64_t as_of, struct nurture_row *row,
                        struct error *err);
