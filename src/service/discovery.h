/* What the files of discovery share; nothing outside this folder includes it. */
#pragma once

#include "kernel/seek.h"
#include "service/cells.h"
#include "service/health.h"
#include "service/introductions.h"

enum { REASON_LINES_MAX = 3, REASON_CELLS_MAX = 2 };

/* One actor to seek. */
struct finding {
    uint32_t actor;
    int64_t gain; /* of what is missing, beyond those before it */
    double score;
    struct structure_link link;                      /* common 0: none */
    const struct cells_fit *lines[REASON_LINES_MAX]; /* the fits that are new */
    uint32_t line_count;
    const struct cell *cells[REASON_CELLS_MAX]; /* those that are new and weigh most */
    uint32_t cell_count;
};

/* "reasons":[...] of a finding: discovery_reasons.c */
void finding_write_reasons(const struct cells *c, const struct finding *f, struct render *r);
