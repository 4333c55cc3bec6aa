/*
 * Any bytes as vCards. What must hold: reading ends, every step moves on and lines never go back;
 * every value is UTF-8; the text of a property, written again, stays within 75 octets a line and
 * reads back equal, and so do the parts of a structured value.
 */
#include "fuzz.h"

#include "format/vcard.h"

#include <string.h>

enum { MEMORY = 64 * 1024 * 1024 };

/* What a line may hold: without what the writer leaves out. */
static struct slice plain(struct arena *a, struct slice text)
{
    char *kept = arena_alloc(a, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; kept && i < text.len; i++)
        if ((unsigned char)text.ptr[i] >= 0x20 || text.ptr[i] == '\t' || text.ptr[i] == '\n')
            kept[n++] = text.ptr[i];
    return slice_make(kept, n);
}

static void check_lines(struct slice text)
{
    while (text.len) {
        struct slice line = slice_cut(&text, '\n');
        must(line.len > 0 && line.ptr[line.len - 1] == '\r' && line.len <= 76);
        must(slice_is_utf8(line));
    }
}

static void check_again(struct arena *a, const struct vcard_property *p)
{
    struct slice parts[VCARD_PARTS_MAX], back[VCARD_PARTS_MAX];
    struct vcard_reader r;
    struct vcard c;
    size_t at = 0, count = vcard_split(a, p->value, ';', parts);
    struct slice text = plain(a, vcard_text(a, p->value));
    cleanup_buf struct buf out;
    buf_init(&out, MEMORY);
    for (size_t i = 0; i < count; i++)
        parts[i] = plain(a, parts[i]);
    vcard_begin(&out);
    vcard_add_text(&out, "NOTE", "LANGUAGE=fr", text);
    vcard_add_parts(&out, "N", "", ';', parts, count);
    vcard_end(&out);
    if (buf_failed(&out) || arena_failed(a))
        return; /* longer than a line may be, once escaped */
    check_lines(buf_slice(&out));
    vcard_open(&r, buf_slice(&out));
    must(vcard_next(&r, a, NULL, &c) == 1);
    const struct vcard_property *note = vcard_find(&c, "note", &at);
    must(text.len ? note && slice_eq(vcard_text(a, note->value), text) : !note);
    at = 0;
    const struct vcard_property *name = vcard_find(&c, "N", &at);
    must(name && vcard_split(a, name->value, ';', back) == count);
    for (size_t i = 0; i < count; i++)
        must(slice_eq(parts[i], back[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vcard_reader r;
    int code = 1;
    struct arena *a = arena_new(MEMORY);
    if (!a)
        return 0;
    vcard_open(&r, slice_make((const char *)data, size));
    while (code != 0 && !arena_failed(a)) {
        struct error err = { 0 };
        struct vcard c;
        size_t before = r.at;
        unsigned line = r.line;
        code = vcard_next(&r, a, &err, &c);
        must(code == 0 || code == 1 || (code < 0 && err.code == code && err.message[0]));
        must(code == 0 || r.at > before);
        must(r.line >= line && r.at <= size);
        for (size_t i = 0; code == 1 && i < c.count; i++) {
            must(slice_is_utf8(c.properties[i].value));
            must(c.properties[i].line >= c.line);
            check_again(a, &c.properties[i]);
        }
    }
    arena_free(a);
    return 0;
}
