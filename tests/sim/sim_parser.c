/*
 * The parser of bundles without its process: see sim.h.
 *
 * The linker puts __wrap_bundle_parse in the place of bundle_parse (tests/sim/meson.build). A
 * process for every bundle is most of what a small bundle costs. That one is tested by every other
 * test of exchange and by some worlds; what is parsed, checked and hashed is the same in both.
 */
#include "sim.h"

#include "base/limits.h"
#include "format/statement.h"
#include "service/bundle_parser.h"

#include <sodium.h>

int __real_bundle_parse(struct slice bundle, const uint8_t session_key[BUNDLE_SESSION_KEY],
                        struct error *err, struct parsed_bundle *ret);
int __wrap_bundle_parse(struct slice bundle, const uint8_t session_key[BUNDLE_SESSION_KEY],
                        struct error *err, struct parsed_bundle *ret);

static bool forked = true;

void sim_parse_forked(bool yes)
{
    forked = yes;
}

struct lines {
    struct buf *text;
    crypto_generichash_state hash;
};

static int keep_line(void *context, struct slice line)
{
    struct lines *l = context;
    crypto_generichash_update(&l->hash, (const uint8_t *)line.ptr, line.len);
    crypto_generichash_update(&l->hash, (const uint8_t *)"\n", 1);
    buf_add(l->text, line);
    buf_add(l->text, S("\n"));
    return 0;
}

int __wrap_bundle_parse(struct slice bundle, const uint8_t session_key[BUNDLE_SESSION_KEY],
                        struct error *err, struct parsed_bundle *ret)
{
    struct bundle_reader *r = NULL;
    struct lines lines = { .text = &ret->lines };
    if (forked)
        return __real_bundle_parse(bundle, session_key, err, ret);
    buf_init(&ret->lines, LIMIT_BUNDLE_PLAIN);
    crypto_generichash_init(&lines.hash, NULL, 0, BUNDLE_HASH);
    int code = bundle_reader_new(bundle, session_key, err, &r);
    if (code == 0)
        code = bundle_check(r, err, keep_line, &lines);
    if (code == 0)
        bundle_reader_signature(r, ret->signature);
    bundle_reader_free(r);
    crypto_generichash_final(&lines.hash, ret->hash, sizeof ret->hash);
    return code;
}
