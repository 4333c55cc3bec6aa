/* Filling a report: see transfer.h for what it says. Internal to the transfer files. */
#pragma once

#include "service/transfer.h"

/* Everything a report holds is copied into the arena. */
void report_row(struct transfer_report *r, struct arena *a, int64_t line, struct slice column,
                enum reason reason, struct slice detail);
/* True when the code concerns one row alone; other failures end the import. */
bool report_is_row_error(int code);
void report_note(struct transfer_report *r, struct slice en, struct slice fr, struct arena *a);
