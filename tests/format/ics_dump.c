/* Reads a calendar on standard input and prints one JSON array a component: uid, start, until,
 * summary, description, status. With --write it writes a calendar from such lines. */
#include "format/ics.h"

#include "base/json.h"

#include <stdio.h>

static void dump(const struct ics_item *i)
{
    cleanup_buf struct buf out;
    struct json_writer w;
    struct slice texts[] = { i->uid, i->start, i->until, i->summary, i->description, i->status };
    buf_init(&out, 1 << 24);
    jw_init(&w, &out);
    jw_array(&w);
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
        jw_text(&w, texts[t]);
    jw_cstr(&w, i->wrong);
    jw_array_end(&w);
    printf("%.*s\n", (int)out.len, out.ptr);
}

static int write_all(struct arena *a, struct slice lines)
{
    struct ics_writer w;
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 24);
    ics_begin(&w, a, S("dump"), S("UNCLASSIFIED"), &out);
    while (lines.len) {
        struct json *v;
        struct ics_item item = { .kind = ICS_EVENT };
        if (json_parse(a, slice_cut(&lines, '\n'), NULL, &v) < 0)
            return 1;
        item.uid = v->items[0].text;
        item.start = v->items[1].text;
        item.until = v->items[2].text;
        item.summary = v->items[3].text;
        item.description = v->items[4].text;
        item.status = v->items[5].text;
        if (ics_add(&w, &item, NULL) < 0)
            return 1;
    }
    ics_end(&w);
    fwrite(out.ptr, 1, out.len, stdout);
    return buf_failed(&out);
}

int main(int argc, char **argv)
{
    cleanup_buf struct buf in;
    char chunk[4096];
    size_t got;
    struct ics_list all = { 0 };
    struct error err = { 0 };
    struct arena *a = arena_new(1 << 28);
    buf_init(&in, 1 << 24);
    while ((got = fread(chunk, 1, sizeof chunk, stdin)) > 0)
        buf_add(&in, slice_make(chunk, got));
    int code;
    if (argc > 1 && strcmp(argv[1], "--write") == 0)
        code = write_all(a, buf_slice(&in));
    else
        code = ics_read(buf_slice(&in), when_from_civil(2026, 1, 1), when_from_civil(2026, 12, 31),
                        a, &err, &all);
    for (size_t i = 0; i < all.count; i++)
        dump(&all.items[i]);
    if (code < 0)
        fprintf(stderr, "%s\n", err.message);
    arena_free(a);
    return code != 0;
}
