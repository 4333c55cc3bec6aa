/* Prints what our reader makes of vCards on standard input, as JSON lines: what the judge compares.
 * With --write, cards made from JSON lines [[name, parameters, text], ...] by our writer. */
#include "format/vcard.h"

#include "base/json.h"

#include <stdio.h>

static void dump(struct arena *a, const struct vcard *c)
{
    cleanup_buf struct buf out;
    struct json_writer w;
    buf_init(&out, 1 << 24);
    jw_init(&w, &out);
    jw_array(&w);
    for (size_t i = 0; i < c->count; i++) {
        struct slice parts[VCARD_PARTS_MAX];
        const struct vcard_property *p = &c->properties[i];
        size_t count = vcard_split(a, p->value, ';', parts);
        jw_array(&w);
        jw_text(&w, p->name);
        jw_array(&w);
        for (size_t j = 0; j < p->parameter_count; j++) {
            jw_array(&w);
            jw_text(&w, p->parameters[j].name);
            jw_text(&w, p->parameters[j].value);
            jw_array_end(&w);
        }
        jw_array_end(&w);
        jw_text(&w, vcard_text(a, p->value));
        jw_array(&w);
        for (size_t j = 0; j < count; j++)
            jw_text(&w, parts[j]);
        jw_array_end(&w);
        jw_array_end(&w);
    }
    jw_array_end(&w);
    printf("%.*s\n", (int)out.len, out.ptr);
}

static int write_card(struct arena *a, struct slice line)
{
    struct json *card;
    cleanup_buf struct buf out;
    buf_init(&out, 1 << 24);
    if (json_parse(a, line, NULL, &card) < 0)
        return 1;
    vcard_begin(&out);
    for (uint32_t i = 0; i < card->count; i++) {
        const struct json *p = card->items[i].items;
        vcard_add_text(&out, arena_cstr(a, p[0].text), arena_cstr(a, p[1].text), p[2].text);
    }
    vcard_end(&out);
    fwrite(out.ptr, 1, out.len, stdout);
    return 0;
}

int main(int argc, char **argv)
{
    cleanup_buf struct buf in;
    char chunk[4096];
    size_t got;
    struct vcard_reader r;
    struct vcard c;
    int code;
    struct arena *a = arena_new(1 << 28);
    buf_init(&in, 1 << 24);
    while ((got = fread(chunk, 1, sizeof chunk, stdin)) > 0)
        buf_add(&in, slice_make(chunk, got));
    struct slice rest = buf_slice(&in);
    if (argc > 1 && strcmp(argv[1], "--write") == 0) {
        for (code = 0; rest.len && code == 0;)
            code = write_card(a, slice_cut(&rest, '\n'));
    } else {
        vcard_open(&r, rest);
        while ((code = vcard_next(&r, a, NULL, &c)) == 1)
            dump(a, &c);
    }
    arena_free(a);
    return code < 0;
}
