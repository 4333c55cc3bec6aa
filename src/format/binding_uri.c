/*
 * Names of files as references, and back: see binding.h.
 *
 * Invariant: what comes back is one plain name: no separator, no dot in front, no control
 * character, whatever was hidden behind percent signs. Must never give a path.
 */
#include "format/binding.h"

void binding_add_uri(struct buf *out, struct slice name)
{
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '.' || c == '_' || c == '~';

        if (plain) {
            buf_add_char(out, (char)c);
        } else {
            buf_printf(out, "%%%02X", c);
        }
    }
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

/* Percent-decoded; false when a % is not followed by two digits. */
static bool decode(struct slice uri, char *ret, size_t *ret_len)
{
    size_t len = 0;

    for (size_t i = 0; i < uri.len; i++) {
        if (uri.ptr[i] != '%') {
            ret[len++] = uri.ptr[i];
            continue;
        }
        if (i + 2 >= uri.len || hex(uri.ptr[i + 1]) < 0 || hex(uri.ptr[i + 2]) < 0) {
            return false;
        }
        ret[len++] = (char)(hex(uri.ptr[i + 1]) * 16 + hex(uri.ptr[i + 2]));
        i += 2;
    }
    *ret_len = len;
    return true;
}

int binding_file_name(struct arena *a, struct slice uri, struct error *err, struct slice *ret)
{
    char *name = arena_alloc(a, uri.len + 1);
    size_t len = 0;
    bool ok;

    if (!name) {
        return error_set(err, EN_NO_MEMORY, "no memory for a binding");
    }
    /* a scheme, a host, a query or a fragment would need one of these, undecoded */
    ok = !memchr(uri.ptr, ':', uri.len) && !memchr(uri.ptr, '?', uri.len) &&
         !memchr(uri.ptr, '#', uri.len) && decode(uri, name, &len) && len > 0 && name[0] != '.' &&
         !memchr(name, '/', len) && !memchr(name, '\\', len) &&
         slice_is_utf8(slice_make(name, len));
    for (size_t i = 0; ok && i < len; i++) {
        ok = (unsigned char)name[i] >= 0x20 && name[i] != 0x7f;
    }
    if (!ok) {
        return error_set(err, EN_FORBIDDEN, "the binding speaks of data outside its directory");
    }
    name[len] = '\0';
    *ret = slice_make(name, len);
    return 0;
}
