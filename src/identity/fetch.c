/*
 * The HTTPS client; see fetch.h.
 */
#include "identity/fetch.h"

#include <curl/curl.h>
#include <sodium.h>

enum { URL_MAX = 2048 };

int fetch_begin(struct error *err)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK
               ? 0
               : error_set(err, EN_INTERNAL, "the HTTPS client cannot start");
}

bool fetch_url_fits(struct slice url)
{
    const struct slice scheme = S("https://");
    if (url.len > URL_MAX || !slice_starts(url, scheme)) {
        return false;
    }
    for (size_t i = 0; i < url.len; i++) {
        char c = url.ptr[i];
        if (c <= 0x20 || c == 0x7F || (c & 0x80) || c == '#' || c == '\\' || c == '"') {
            return false;
        }
    }
    struct slice rest = slice_make(url.ptr + scheme.len, url.len - scheme.len);
    struct slice host = slice_cut(&rest, '/');
    struct slice bare = host;
    return slice_cut(&bare, '?').len == host.len && host.len > 0 && host.ptr[0] != ':' &&
           !memchr(host.ptr, '@', host.len);
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct buf *body = context;
    buf_add(body, slice_make(bytes, size * count));
    return buf_failed(body) ? 0 : size * count;
}

static struct curl_slist *headers_of(const struct fetch *f, struct arena *a)
{
    struct curl_slist *list = curl_slist_append(NULL, "Accept: application/json");
    if (list && f->bearer.len > 0) {
        struct slice line =
            arena_printf(a, "Authorization: Bearer " SLICE_FMT, SLICE_ARG(f->bearer));
        struct curl_slist *longer = line.ptr ? curl_slist_append(list, line.ptr) : NULL;
        if (!longer) {
            curl_slist_free_all(list);
        }
        list = longer;
    }
    return list;
}

static bool set_security(CURL *curl, const struct fetch *f)
{
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
           (!f->ca_file || (curl_easy_setopt(curl, CURLOPT_CAINFO, f->ca_file) == CURLE_OK &&
                            curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK));
}

static bool set_limits(CURL *curl)
{
    return curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)FETCH_TIMEOUT_MS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)FETCH_CONNECT_MS) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MAXFILESIZE, (long)FETCH_BYTES) == CURLE_OK;
}

static bool set_request(CURL *curl, const struct fetch *f, struct arena *a,
                        struct curl_slist *headers, struct buf *body)
{
    char *url = arena_cstr(a, f->url);
    bool ok = url && curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
              curl_easy_setopt(curl, CURLOPT_WRITEDATA, body) == CURLE_OK;
    if (ok && f->form.len > 0) {
        ok = curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)f->form.len) == CURLE_OK &&
             curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, f->form.ptr) == CURLE_OK;
    }
    if (ok && f->user.len > 0) {
        char *user = arena_cstr(a, f->user), *secret = arena_cstr(a, f->secret);
        ok = user && secret && curl_easy_setopt(curl, CURLOPT_USERNAME, user) == CURLE_OK &&
             curl_easy_setopt(curl, CURLOPT_PASSWORD, secret) == CURLE_OK &&
             curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) == CURLE_OK;
    }
    return ok;
}

static int read_answer(CURL *curl, struct arena *a, const struct buf *body, struct error *err,
                       struct fetched *ret)
{
    const char *type = NULL;
    struct fetched got = { 0 };
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &got.status);
    curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    struct slice rest = arena_copy(a, slice_of(type));
    got.type = slice_trim(slice_cut(&rest, ';'));
    got.body = arena_copy(a, buf_slice(body));
    if (!got.body.ptr) {
        return error_set(err, EN_NO_MEMORY, "answer");
    }
    *ret = got;
    return 0;
}

static int perform(CURL *curl, const struct fetch *f, struct arena *a, struct curl_slist *headers,
                   struct error *err, struct fetched *ret)
{
    cleanup_buf struct buf body;
    buf_init(&body, FETCH_BYTES);
    if (!headers || !set_security(curl, f) || !set_limits(curl) ||
        !set_request(curl, f, a, headers, &body)) {
        return error_set(err, EN_NO_MEMORY, "the HTTPS client cannot be set up");
    }
    CURLcode rc = curl_easy_perform(curl);
    int code = rc == CURLE_OK ? read_answer(curl, a, &body, err, ret)
                              : error_set(err, EN_IO, "the identity provider does not answer: %s",
                                          curl_easy_strerror(rc));
    if (body.ptr) { /* it may have held tokens */
        sodium_memzero(body.ptr, body.len);
    }
    return code;
}

int fetch_run(const struct fetch *f, struct arena *a, struct error *err, struct fetched *ret)
{
    if (!fetch_url_fits(f->url)) {
        return error_set(err, EN_INVALID, "the identity provider has an address that is not https");
    }
    CURL *curl = curl_easy_init();
    if (!curl) {
        return error_set(err, EN_NO_MEMORY, "the HTTPS client");
    }
    struct curl_slist *headers = headers_of(f, a);
    int code = perform(curl, f, a, headers, err, ret);
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return code;
}
