/*
 * Any bytes as a binding. What must hold: a refusal says so; one that is accepted under the key
 * that it brings is accepted again under that key, says the same, and is refused under another; its
 * data is a name beside it, or refused.
 */
#include "fuzz.h"

#include "format/binding.h"

enum { MEMORY = 64 * 1024 * 1024 };

static void check_name(struct arena *a, struct slice uri)
{
    struct slice name;

    if (binding_file_name(a, uri, NULL, &name) != 0)
        return;
    must(name.len > 0 && name.ptr[0] != '.' && name.ptr[name.len] == '\0');
    must(!memchr(name.ptr, '/', name.len) && !memchr(name.ptr, '\0', name.len));
}

static void check_again(struct arena *a, struct slice text, const struct binding *b)
{
    struct error err = { 0 };
    struct binding again;
    uint8_t other[BINDING_POINT];

    must(binding_read(a, text, b->point, &err, &again) == 0);
    must(json_equal(again.label.label, b->label.label));
    must(slice_eq(again.payload.uri, b->payload.uri));
    must(memcmp(again.payload.digest, b->payload.digest, BINDING_DIGEST) == 0);
    memcpy(other, b->point, sizeof(other));
    other[0] ^= 1; /* hardly ever a point, and never this one */
    must(binding_read(a, text, other, &err, &again) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_make((const char *)data, size);
    struct error err = { 0 };
    struct arena *a = arena_new(MEMORY);
    struct binding b;

    if (!a)
        return 0;
    int code = binding_read(a, text, NULL, &err, &b);
    must(code == 0 || (code < 0 && err.code == code && err.message[0]));
    check_name(a, text);
    if (code == 0) {
        must(b.label.label && b.payload.uri.len > 0);
        check_name(a, b.payload.uri);
        check_again(a, text, &b);
    }
    arena_free(a);
    return 0;
}
