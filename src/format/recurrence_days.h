/* Whether a recurrence rule can name any day at all. Internal to src/format. */
#pragma once

#include <libical/ical.h>
#include <stdbool.h>

/* False: surely none, in no year. libical would look for one to the end of its calendar, for
 * seconds. INTERVAL and the first day are not considered: what they rule out is soon found. */
bool recurrence_may_happen(const struct icalrecurrencetype *r);
