/*
 * Any bytes as a calendar. What must hold: reading ends; what is told is within its limits, its
 * texts are UTF-8, its times are dates of ours and its end is not before its start; an event
 * written again reads back with the same identity, times and title.
 */
#include "fuzz.h"

#include "format/ics.h"

#include <string.h>

enum { MEMORY = 128 * 1024 * 1024 };
#define YEAR INT64_C(31536000000)

static void check_again(struct arena *a, const struct ics_item *item)
{
    struct ics_writer w;
    struct ics_list back;
    struct error err = { 0 };
    struct buf out;
    buf_init(&out, MEMORY);
    ics_begin(&w, a, S("n"), S(""), &out);
    must(ics_add(&w, item, NULL) == 0 || arena_failed(a));
    ics_end(&w);
    if (!buf_failed(&out) && !arena_failed(a)) {
        must(ics_read(buf_slice(&out), INT64_MIN / 2, INT64_MAX / 2, a, &err, &back) == 0 ||
             arena_failed(a));
        if (!arena_failed(a)) {
            must(back.count == 1 && !back.items[0].wrong);
            must(slice_eq(back.items[0].start, item->start));
            must(slice_eq(back.items[0].until, item->until));
        }
    }
    buf_done(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ics_list all = { 0 };
    struct error err = { 0 };
    struct when start, until;
    struct arena *a = arena_new(MEMORY);
    if (!a)
        return 0;
    int64_t now = INT64_C(1780000000000);
    int code =
        ics_read(slice_make((const char *)data, size), now - YEAR, now + YEAR, a, &err, &all);
    must(code == 0 || (code < 0 && err.code == code && err.message[0]));
    for (size_t i = 0; code == 0 && i < all.count; i++) {
        const struct ics_item *item = &all.items[i];
        must(slice_is_utf8(item->uid) && slice_is_utf8(item->summary));
        must(item->people_count <= ICS_PEOPLE_MAX);
        if (item->wrong || item->kind != ICS_EVENT)
            continue;
        must(when_parse(item->start, &start));
        must(!item->until.len || (when_parse(item->until, &until) && until.ms > start.ms));
        if (i < 20)
            check_again(a, item);
    }
    arena_free(a);
    return 0;
}
