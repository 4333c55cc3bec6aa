/* Contact and delivery of many relationships at once: fills nurture rows (nurture_rows.h). */
#pragma once

#include "service/nurture_rows.h"

int contacts_fill(struct snapshot *s, struct slice of, int64_t as_of, struct nurture_rows *rows,
                  struct error *err);
int deliveries_fill(struct snapshot *s, struct slice of, int64_t as_of, struct nurture_rows *rows,
                    struct error *err);
