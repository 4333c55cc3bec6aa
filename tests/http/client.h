/*
 * A raw HTTP client for the tests: it sends exactly the bytes it is given.
 */
#pragma once

#include "base/buf.h"

#include <stdint.h>

struct client {
    int fd;
};

/* Fails the test when it cannot connect. */
struct client client_open(uint16_t port);
void client_send(struct client *c, struct slice bytes);
/* Everything until the server closes; false when it did not close in time. */
bool client_read_all(struct client *c, struct buf *out);
/* What comes until the server closes or is silent for so long. */
void client_read_for(struct client *c, struct buf *out, int silence_ms);
/* Until the text appears (true) or the server closes or five seconds pass (false). */
bool client_read_until(struct client *c, struct buf *out, const char *text);
void client_close(struct client *c);

/* One exchange on its own connection: sends the bytes and reads until the server closes. */
void client_exchange(uint16_t port, struct slice bytes, struct buf *out);

/* Of a whole answer: its status, one header (empty when absent), its body. */
int reply_status(const struct buf *reply);
struct slice reply_header(const struct buf *reply, const char *name);
struct slice reply_body(const struct buf *reply);
