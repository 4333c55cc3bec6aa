/* Being asked to stop: by Ctrl-C or by the service manager. */
#pragma once

#include <stdbool.h>

/* SIGINT and SIGTERM wait to be asked for, in every thread started from now on; a closed pipe is an
 * error of write, not an end. */
void signals_hold(void);
/* Waits until one comes, so many seconds at most; true when one came. */
bool signals_wait(int seconds);
/* True when one has come; takes it. */
bool signals_came(void);
