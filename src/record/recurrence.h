/*
 * Recurrence rules as obligations state them: the value of an RRULE of RFC 5545, for example
 * "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=31". Only their form is judged here; what days they name is
 * computed by whoever asks.
 */
#pragma once

#include "base/slice.h"

/* True for a rule of days: FREQ is DAILY, WEEKLY, MONTHLY or YEARLY, each part stands once, in
 * capitals and within its range, and not both COUNT and UNTIL are there. Parts that count hours,
 * minutes or seconds are refused: an obligation falls due on days. */
bool recurrence_is_rule(struct slice text);
