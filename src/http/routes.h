/*
 * What the door answers itself, beside the operation table: signing in and out, the event stream,
 * the state of the server, its description, and the pages.
 *
 * Invariant: none of these shows a record but through an operation, or a change that the viewer
 * may read.
 */
#pragma once

#include "http/door.h"

struct door_route {
    const char *method;
    const char *path;
    enum door_row row;
    bool needs_viewer;
    bool takes_json;
    bool is_long;   /* for a worker */
    bool is_prefix; /* of the paths that it answers */
    int (*handle)(struct request *r);
};

/* NULL when the path is not ours. *ret_allow: the methods, when the path is ours but the method is
 * not. */
const struct door_route *routes_find(struct slice method, struct slice path,
                                     const char **ret_allow);
/* The name of a row (below ROW_COUNT) in metrics and log. */
const char *routes_row_name(size_t row);

/* An embedded page; EN_NOT_FOUND. */
int routes_page(struct request *r);
/* Makes the kept OpenAPI document. */
int routes_make_openapi(struct http_server *s, struct error *err);
