/*
 * For csv_judge.py: JSON Lines of texts on standard input; for each, the rows that our reader finds
 * (until the first error, which is null) as one JSON line.
 */
#include "format/csv.h"

#include "base/json.h"

#include <stdio.h>
#include <stdlib.h>

static void dump(struct arena *a, struct slice text, struct json_writer *w)
{
    struct csv_reader r;
    struct csv_row row;
    int code = csv_open(&r, text, ',', NULL);
    jw_array(w);
    while (code >= 0 && (code = csv_next(&r, a, NULL, &row)) > 0) {
        jw_array(w);
        for (size_t i = 0; i < row.count; i++)
            jw_text(w, row.cells[i]);
        jw_array_end(w);
    }
    if (code < 0)
        jw_null(w);
    jw_array_end(w);
}

int main(void)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t len;
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    while (a && (len = getline(&line, &capacity, stdin)) > 0) {
        struct json *text;
        struct json_writer w;
        cleanup_buf struct buf out;
        buf_init(&out, LIMIT_BODY);
        arena_reset(a);
        if (json_parse(a, slice_make(line, (size_t)len), NULL, &text) || text->type != JSON_STRING)
            return 1;
        jw_init(&w, &out);
        dump(a, text->text, &w);
        puts(buf_slice(&out).ptr);
    }
    free(line);
    return 0;
}
