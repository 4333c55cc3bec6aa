/*
 * Header negotiation; see negotiate.h. Rules: RFC 9110 (12.5.3, 12.5.4, 8.8.3, 13.1), RFC 6265.
 */
#include "http/negotiate.h"

/* Quality of one list element's parameters ("q=0.8") in thousandths; 1000 when not stated. */
static int quality(struct slice parameters)
{
    while (parameters.len > 0) {
        struct slice value = slice_trim(slice_cut(&parameters, ';'));
        struct slice name = slice_trim(slice_cut(&value, '='));
        value = slice_trim(value);
        if (!slice_eq_fold(name, S("q")) || value.len == 0) {
            continue;
        }
        int q = value.ptr[0] == '1' ? 1000 : 0;
        int unit = 100;
        for (size_t i = 2; i < value.len && i < 5 && unit > 0; i++, unit /= 10) {
            if (value.ptr[i] < '0' || value.ptr[i] > '9') {
                return 0;
            }
            q += (value.ptr[i] - '0') * unit;
        }
        return q > 1000 ? 1000 : q;
    }
    return 1000;
}

/* "fr" matches "fr" and "fr-CA". */
static bool is_language(struct slice tag, struct slice language)
{
    return tag.len >= 2 && slice_eq_fold(slice_make(tag.ptr, 2), language) &&
           (tag.len == 2 || tag.ptr[2] == '-');
}

bool negotiate_french(struct slice accept_language, bool fallback)
{
    int english = 0;
    int french = 0;
    while (accept_language.len > 0) {
        struct slice parameters = slice_cut(&accept_language, ',');
        struct slice tag = slice_trim(slice_cut(&parameters, ';'));
        int q = quality(parameters);
        if (is_language(tag, S("en")) && q > english) {
            english = q;
        } else if (is_language(tag, S("fr")) && q > french) {
            french = q;
        }
    }
    return english == french ? fallback : french > english;
}

bool negotiate_gzip(struct slice accept_encoding)
{
    bool any = false;
    while (accept_encoding.len > 0) {
        struct slice parameters = slice_cut(&accept_encoding, ',');
        struct slice coding = slice_trim(slice_cut(&parameters, ';'));
        if (slice_eq_fold(coding, S("gzip")) || slice_eq_fold(coding, S("x-gzip"))) {
            return quality(parameters) > 0;
        }
        any = any || (slice_is(coding, "*") && quality(parameters) > 0);
    }
    return any;
}

static struct slice unquote(struct slice s)
{
    return s.len >= 2 && s.ptr[0] == '"' && s.ptr[s.len - 1] == '"'
               ? slice_make(s.ptr + 1, s.len - 2)
               : s;
}

bool media_is(struct slice content_type, const char *type)
{
    struct slice essence = slice_trim(slice_cut(&content_type, ';'));
    if (!slice_eq_fold(essence, slice_of(type))) {
        return false;
    }
    while (content_type.len > 0) {
        struct slice value = slice_trim(slice_cut(&content_type, ';'));
        struct slice name = slice_trim(slice_cut(&value, '='));
        if (slice_eq_fold(name, S("charset")) &&
            !slice_eq_fold(unquote(slice_trim(value)), S("utf-8"))) {
            return false;
        }
    }
    return true;
}

bool etag_listed(struct slice header, struct slice tag)
{
    while (header.len > 0) {
        struct slice item = slice_trim(slice_cut(&header, ','));
        if (slice_is(item, "*")) {
            return true;
        }
        if (slice_starts(item, S("W/"))) {
            item = slice_make(item.ptr + 2, item.len - 2);
        }
        if (item.len >= 2 && item.ptr[0] == '"' && slice_eq(unquote(item), tag)) {
            return true;
        }
    }
    return false;
}

bool etag_single(struct slice header, struct slice *ret)
{
    struct slice tag = slice_trim(header);
    if (slice_is(tag, "*")) {
        *ret = tag;
        return true;
    }
    struct slice inner = unquote(tag);
    if (inner.len + 2 != tag.len || inner.len == 0 || memchr(inner.ptr, '"', inner.len)) {
        return false;
    }
    *ret = inner;
    return true;
}

struct slice cookie_find(struct slice header, struct slice name)
{
    struct slice found = { 0 };
    while (header.len > 0) {
        struct slice value = slice_trim(slice_cut(&header, ';'));
        struct slice cookie = slice_trim(slice_cut(&value, '='));
        if (!slice_eq(cookie, name)) {
            continue;
        }
        /* A second cookie of this name was planted by someone: trust neither. */
        if (found.ptr) {
            return (struct slice){ 0 };
        }
        found = slice_trim(value);
        found.ptr = found.ptr ? found.ptr : "";
    }
    return found;
}

bool origin_is_host(struct slice origin, struct slice host)
{
    struct slice rest = origin;
    if (slice_starts(rest, S("https://"))) {
        rest = slice_make(rest.ptr + 8, rest.len - 8);
    } else if (slice_starts(rest, S("http://"))) {
        rest = slice_make(rest.ptr + 7, rest.len - 7);
    } else {
        return false;
    }
    return host.len > 0 && slice_eq_fold(rest, host);
}
