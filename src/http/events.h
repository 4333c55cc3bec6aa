/*
 * The event stream: changes as they happen, as far as the viewer may read them; and, as
 * `attention`, the relationships whose state of attention changed for this viewer, because of a
 * change or because days passed.
 *
 * Invariant: every event is checked against the viewer as it stands when it is written; a session
 * or token that has ended ends the stream. One thread follows the ledger for all streams; a waiting
 * stream costs no thread. What a slow reader has not taken is bounded: it is read from the ledger
 * again when there is room. A user with too many streams loses the oldest: nobody can take them
 * all.
 */
#pragma once

#include "http/door.h"

enum { STREAMS_PER_USER = 16 };

/* Starts the follower. NULL when threads or memory cannot be had. */
struct streams *streams_new(struct http_server *s);
/* Ends all streams; returns when the last reader has let go or the time is over. */
void streams_end(struct streams *all, int timeout_ms);
void streams_free(struct streams *all);
size_t streams_count(struct streams *all);

/* GET /api/v1/events: makes the stream (EN_BUSY at LIMIT_STREAMS). */
int events_open(struct request *r);
/* The response that reads from the answer's stream; takes the stream over, also on failure. */
struct MHD_Response *events_response(struct request *r);
/* A stream that was never sent. */
void events_abandon(struct stream *one);
