/*
 * What the request's headers ask for: language, gzip, media types, entity tags, cookies.
 *
 * Pure functions over header texts; an absent header is the empty slice. They must never fail: what
 * cannot be understood is as if it were not there, except where "no" is the safe answer.
 */
#pragma once

#include "base/slice.h"

/* French before English by quality? The fallback decides when neither is wanted. */
bool negotiate_french(struct slice accept_language, bool fallback);

/* gzip is listed (or "*") with a quality above zero. */
bool negotiate_gzip(struct slice accept_encoding);

/* The media type equals `type`, and its charset, when given, is utf-8. */
bool media_is(struct slice content_type, const char *type);

/* If-None-Match: does the list hold this tag (given without quotes)? Weak comparison. */
bool etag_listed(struct slice header, struct slice tag);

/* If-Match: the one strong tag without quotes, or "*"; false for anything else. */
bool etag_single(struct slice header, struct slice *ret);

/* The value of a cookie in a Cookie header; empty when absent or given twice. */
struct slice cookie_find(struct slice header, struct slice name);

/* The host part of an Origin ("https://host:1") equals the Host header. */
bool origin_is_host(struct slice origin, struct slice host);
