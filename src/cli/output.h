/*
 * An answer into a file, and its binding (STANAG 4778) beside it.
 */
#pragma once

#include "cli/cli.h"

struct output {
    FILE *before; /* where answers went */
    char *bytes;
    size_t len;
    int width;
};

/* Could a file stand there? Asked before anything is done whose answer would be lost. */
int output_check(struct cli *c, struct error *err);
/* From here on the answer is kept in memory. */
int output_begin(struct cli *c, struct output *o, struct error *err);
/* Writes it, when code is 0, to the file of --out, replacing what is there; with --bdo the sidecar
 * too. Both are complete and private (0600), or not there. Returns code, or what went wrong. */
int output_end(struct cli *c, struct output *o, int code, struct call *call);
/* A whole private file in one step, replacing what is there. */
int output_save(struct cli *c, const char *path, struct slice bytes, struct error *err);
