/*
 * Peers: the card by which we are met, meeting others, comparing fingerprints. See exchange.h.
 *
 * Invariant: keys are pinned when a peer is met and never change; nothing is exchanged before
 * somebody has compared the fingerprint with what the partner read out. Nobody gives a peer a
 * clearance above their own, and none gets more than it had without a recorded decision
 * (release.h).
 */
#include "service/access_internal.h"
#include "service/exchange.h"
#include "service/signed_json.h"

#include "base/limits.h"

#include <sodium.h>

#define CARD_FORMAT "entente card 1"

void peer_fingerprint(struct uuid instance, const uint8_t sign_key[32], const uint8_t box_key[32],
                      char ret[FINGERPRINT_TEXT + 1])
{
    static const uint8_t domain[] = "entente fingerprint 1";
    uint8_t hash[40];
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, sizeof hash);
    crypto_generichash_update(&h, domain, sizeof domain);
    crypto_generichash_update(&h, instance.bytes, sizeof instance.bytes);
    crypto_generichash_update(&h, sign_key, 32);
    crypto_generichash_update(&h, box_key, 32);
    crypto_generichash_final(&h, hash, sizeof hash);
    for (int group = 0; group < 8; group++) {
        uint64_t n = 0;
        for (int i = 0; i < 5; i++)
            n = n << 8 | hash[5 * group + i];
        n %= 100000;
        for (int i = 4; i >= 0; i--, n /= 10)
            ret[6 * group + i] = (char)('0' + n % 10);
        ret[6 * group + 5] = group < 7 ? ' ' : '\0';
    }
}

static struct slice fingerprint_of(struct arena *a, const struct peer *p)
{
    char text[FINGERPRINT_TEXT + 1];
    peer_fingerprint(p->instance, p->sign_key, p->box_key, text);
    return arena_copy(a, slice_of(text));
}

/* ---- finding ---- */

static const struct json *list_of(const struct json *body, const char *name)
{
    const struct json *list = json_get(body, name);
    return list && list->type == JSON_ARRAY && list->count ? list : NULL;
}

int peer_clearance(const struct policy *p, struct arena *a, const struct json *body,
                   struct error *err, const struct clearance **ret)
{
    const struct clearance *c = NULL;
    int code = clearance_parse(p, a, json_get(body, "clearance"), S("/clearance"), err, &c);
    if (code == 0)
        c = clearance_of_organisation(a, c);
    if (code == 0 && !c)
        code = error_set(err, EN_NO_MEMORY, "clearance");
    if (code == 0)
        *ret = c;
    return code;
}

static int read_peer(struct snapshot *s, const struct row *row, struct error *err, struct peer *ret)
{
    struct arena *a = snapshot_arena(s);
    struct peer p = { .id = row->id,
                      .name = json_get_text(row->body, "name"),
                      .actor = json_get_text(row->body, "actor"),
                      .state = json_get_text(row->body, "state"),
                      .url = json_get_text(row->body, "url"),
                      .tls_pin = json_get_text(row->body, "tls_pin"),
                      .trust_anchor = json_get_text(row->body, "trust_anchor"),
                      .revocation_list = json_get_text(row->body, "revocation_list"),
                      .kinds_out = list_of(row->body, "kinds_out"),
                      .kinds_in = list_of(row->body, "kinds_in") };
    if (!uuid_parse(json_get_text(row->body, "instance"), &p.instance) ||
        !hex_read(json_get_text(row->body, "sign_key"), p.sign_key, 32) ||
        !hex_read(json_get_text(row->body, "box_key"), p.box_key, 32))
        return error_set(err, EN_CORRUPT, "a peer without its keys");
    p.fingerprint = fingerprint_of(a, &p);
    int code = p.fingerprint.ptr ? 0 : error_set(err, EN_NO_MEMORY, "peer");
    if (code == 0 && json_get(row->body, "clearance"))
        code = peer_clearance(snapshot_policy(s), a, row->body, err, &p.clearance);
    if (code == 0)
        *ret = p;
    return code;
}

static int find_row(struct snapshot *s, struct slice which, struct error *err, struct row *ret)
{
    const struct kind *k = kinds_find(snapshot_kinds(s), S("peer"));
    struct uuid id;
    int code = EN_NOT_FOUND;
    if (uuid_parse(which, &id)) {
        code = snapshot_get(s, k, which, err, ret);
        if (code == 0)
            code = snapshot_body(s, ret, err);
        if (code == EN_NOT_FOUND)
            code = access_find(s, "peer", "instance", which, err, ret);
    } else if (which.len) {
        code = access_find(s, "peer", "name", which, err, ret);
    }
    if (code == EN_NOT_FOUND || (code == 0 && ret->retracted)) {
        error_clear(err);
        return error_set(err, EN_NOT_FOUND, "there is no such peer");
    }
    return code;
}

/* What could not be read must not look absent. */
static int close_reading(struct snapshot *s, int code, struct error *err)
{
    int failure = snapshot_failure(s);
    snapshot_close(s);
    if (failure < 0 && failure != code) {
        error_clear(err);
        return error_set(err, failure, "peers cannot be read");
    }
    return code;
}

int peer_find(struct node *n, struct arena *a, struct slice which, int64_t now_ms,
              struct error *err, struct peer *ret)
{
    struct snapshot *s = NULL;
    struct row row;
    int code = access_identity_open(n, a, now_ms, err, &s);
    if (code < 0)
        return code;
    code = find_row(s, which, err, &row);
    if (code == 0)
        code = read_peer(s, &row, err, ret);
    return close_reading(s, code, err);
}

static int list_rows(struct snapshot *s, struct error *err, struct page *ret)
{
    struct list_query q = { .kind = kinds_find(snapshot_kinds(s), S("peer")),
                            .order = LIST_TITLE,
                            .limit = LIMIT_PEERS };
    return snapshot_list(s, &q, err, ret);
}

int peer_list(struct node *n, struct arena *a, int64_t now_ms, struct error *err, struct peer **ret,
              size_t *ret_count)
{
    struct snapshot *s = NULL;
    struct page page = { 0 };
    int code = access_identity_open(n, a, now_ms, err, &s);
    if (code < 0)
        return code;
    code = list_rows(s, err, &page);
    struct peer *all = arena_array_of(a, struct peer, page.count + 1);
    if (code == 0 && !all)
        code = error_set(err, EN_NO_MEMORY, "peers");
    for (size_t i = 0; code == 0 && i < page.count; i++) {
        code = snapshot_body(s, &page.rows[i], err);
        if (code == 0)
            code = read_peer(s, &page.rows[i], err, &all[i]);
    }
    code = close_reading(s, code, err);
    if (code == 0) {
        *ret = all;
        *ret_count = page.count;
    }
    return code;
}

/* ---- cards ---- */

static int card_object(struct node *n, struct arena *a, const struct card_details *details,
                       int64_t now_ms, struct json **ret)
{
    struct json *o = json_new_object(a);
    uint8_t sign[32], box[32];
    char instance[UUID_TEXT + 1];
    signer_public_keys(node_signer(n), sign, box);
    uuid_format(ledger_instance(n->ledger), instance);
    if (json_set_int(a, o, "at", now_ms) < 0 || json_set_text(a, o, "format", S(CARD_FORMAT)) < 0 ||
        json_set_text(a, o, "instance", slice_of(instance)) < 0 ||
        json_set_text(a, o, "sign_key", hex_write(a, sign, 32)) < 0 ||
        json_set_text(a, o, "box_key", hex_write(a, box, 32)) < 0 ||
        json_set_text(a, o, "policy", policy_id(n->policy)) < 0)
        return EN_NO_MEMORY;
    if (json_set_nonempty(a, o, "name", details->name) < 0 ||
        json_set_nonempty(a, o, "url", details->url) < 0 ||
        json_set_nonempty(a, o, "tls_pin", details->tls_pin) < 0)
        return EN_NO_MEMORY;
    *ret = o;
    return 0;
}

int exchange_card(struct node *n, const struct viewer *v, const struct card_details *details,
                  int64_t now_ms, struct error *err, struct buf *ret)
{
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct json *o = NULL;
    (void)v; /* a card tells nothing that is not public */
    if (!a || card_object(n, a, details, now_ms, &o) < 0)
        return error_set(err, EN_NO_MEMORY, "card");
    if (details->name.len > LIMIT_NAME || details->url.len > 500 || details->tls_pin.len > 44)
        return error_set(err, EN_TOO_LARGE, "a card is short");
    return signed_json_write(node_signer(n), SIGN_CARD, a, o, err, ret);
}

/* The sealing key is the signing key in another form: a card that says otherwise is none. */
static bool keys_agree(const uint8_t sign_key[32], const uint8_t box_key[32])
{
    uint8_t derived[32];
    return crypto_sign_ed25519_pk_to_curve25519(derived, sign_key) == 0 &&
           sodium_memcmp(derived, box_key, sizeof derived) == 0;
}

int card_read(struct arena *a, struct slice card, struct error *err, struct peer *ret)
{
    struct json *o = NULL;
    struct peer p = { 0 };
    int code = signed_json_read(a, card, LIMIT_CARD, err, &o);
    if (code < 0)
        return code;
    p.name = json_get_text(o, "name");
    p.url = json_get_text(o, "url");
    p.tls_pin = json_get_text(o, "tls_pin");
    if (!slice_is(json_get_text(o, "format"), CARD_FORMAT) ||
        !uuid_parse(json_get_text(o, "instance"), &p.instance) ||
        !hex_read(json_get_text(o, "sign_key"), p.sign_key, 32) ||
        !hex_read(json_get_text(o, "box_key"), p.box_key, 32) || !keys_agree(p.sign_key, p.box_key))
        return error_set(err, EN_INVALID, "this is not the card of an instance");
    code = signed_json_verify(a, o, SIGN_CARD, p.sign_key, err);
    if (code == EN_CORRUPT) {
        error_clear(err);
        return error_set(err, code, "the card was changed: its signature does not hold");
    }
    p.fingerprint = fingerprint_of(a, &p);
    if (code == 0)
        *ret = p;
    return code;
}

/* ---- meeting ---- */

static struct write_context write_begin(struct node *n, struct snapshot *s, int64_t now_ms)
{
    return (struct write_context){ .node = n, .snapshot = s, .now_ms = now_ms };
}

/* before: what the peer has, which may be above whoever makes it less; or NULL. */
static int check_clearance(struct snapshot *s, const struct json *stated,
                           const struct clearance *before, struct error *err)
{
    const struct clearance *c;
    if (!stated || stated->type == JSON_NULL)
        return 0;
    int code =
        clearance_parse(snapshot_policy(s), snapshot_arena(s), stated, S("/clearance"), err, &c);
    if (code == 0 && !clearance_within(c, snapshot_viewer(s)->clearance) &&
        !(before && clearance_within(c, before)))
        code = error_field(err, S("/clearance"), REASON_LABEL, "above your own clearance");
    if (code == 0 && clearance_of_organisation(snapshot_arena(s), c) != c)
        code = error_field(err, S("/clearance"), REASON_LABEL,
                           "TLP:RED is for named persons: an organisation holds at most "
                           "TLP:AMBER+STRICT");
    return code;
}

static const char *const pinned[] = { "instance", "sign_key", "box_key", "state", "confirmed_on" };

static int check_not_pinned(const struct json *input, size_t count, struct error *err)
{
    char pointer[32];
    int code = 0;
    for (size_t i = 0; i < count; i++) {
        if (!json_get(input, pinned[i]))
            continue;
        pointer[0] = '/';
        memcpy(pointer + 1, pinned[i], strlen(pinned[i]) + 1);
        code = error_field(err, slice_of(pointer), REASON_READ_ONLY, "%s", "");
    }
    return code;
}

static int peer_fields(struct snapshot *s, const struct peer *card, const struct json *input,
                       struct error *err, struct json **ret)
{
    struct arena *a = snapshot_arena(s);
    const struct json *nothing = json_new_object(a);
    struct json *o = nothing ? json_merge_patch(a, input ? input : nothing, nothing) : NULL;
    char instance[UUID_TEXT + 1];
    int code = check_not_pinned(input, sizeof pinned / sizeof *pinned, err);
    if (code == 0)
        code = check_clearance(s, json_get(input, "clearance"), NULL, err);
    if (code < 0)
        return code;
    uuid_format(card->instance, instance);
    struct slice name = card->name.len ? card->name : arena_copy(a, slice_of(instance));
    if (!o || json_set_text(a, o, "instance", arena_copy(a, slice_of(instance))) < 0 ||
        json_set_text(a, o, "sign_key", hex_write(a, card->sign_key, 32)) < 0 ||
        json_set_text(a, o, "box_key", hex_write(a, card->box_key, 32)) < 0 ||
        json_set_text(a, o, "state", S("met")) < 0 ||
        (!json_get(o, "name") && json_set_text(a, o, "name", name) < 0) ||
        (card->url.len && !json_get(o, "url") && json_set_text(a, o, "url", card->url) < 0) ||
        (card->tls_pin.len && !json_get(o, "tls_pin") &&
         json_set_text(a, o, "tls_pin", card->tls_pin) < 0))
        return error_set(err, EN_NO_MEMORY, "peer");
    *ret = o;
    return 0;
}

/* Known by this instance or this name? */
static int check_unknown(struct snapshot *s, const struct peer *card, struct slice name,
                         struct error *err)
{
    char instance[UUID_TEXT + 1];
    struct row row;
    uuid_format(card->instance, instance);
    int code = access_find(s, "peer", "instance", slice_of(instance), NULL, &row);
    if (code == 0) {
        uint8_t key[32];
        bool same = hex_read(json_get_text(row.body, "sign_key"), key, 32) &&
                    memcmp(key, card->sign_key, 32) == 0;
        return error_set(err, EN_CONFLICT,
                         same ? "this peer is known already"
                              : "this instance is known under another key: do not trust the card");
    }
    if (code == EN_NOT_FOUND)
        code = access_find(s, "peer", "name", name, NULL, &row);
    if (code == 0)
        return error_field(err, S("/name"), REASON_DUPLICATE, "this name is taken");
    return code == EN_NOT_FOUND ? 0 : error_set(err, code, "peers cannot be read");
}

static int own_card(struct node *n, const struct peer *card, struct error *err)
{
    return uuid_eq(card->instance, ledger_instance(n->ledger))
               ? error_set(err, EN_CONFLICT, "this is your own card")
               : 0;
}

int peer_meet(struct node *n, const struct viewer *v, struct arena *a, struct slice card,
              const struct json *input, int64_t now_ms, struct error *err, struct slice *ret_id)
{
    struct snapshot *s = NULL;
    struct json *fields = NULL;
    struct written done;
    struct peer p;
    int code = card_read(a, card, err, &p);
    if (code == 0)
        code = own_card(n, &p, err);
    if (code == 0)
        code = node_snapshot(n, v, a, now_ms, err, &s);
    if (code < 0)
        return code;
    code = peer_fields(s, &p, input, err, &fields);
    if (code == 0)
        code = check_unknown(s, &p, json_get_text(fields, "name"), err);
    if (code < 0) {
        snapshot_close(s);
        return code;
    }
    struct write_context w = write_begin(n, s, now_ms);
    code = access_create_system(&w, "peer", fields, err, &done);
    if (code == 0)
        *ret_id = done.id;
    return code;
}

/* ---- confirming and changing ---- */

/* The digits alone are compared: people write spaces, dashes and line breaks as they like. */
static bool same_fingerprint(struct slice said, struct slice known)
{
    size_t at = 0, digits = 0;
    for (size_t i = 0; i < said.len; i++) {
        if (!char_is_digit(said.ptr[i]))
            continue;
        while (at < known.len && !char_is_digit(known.ptr[at]))
            at++;
        if (at == known.len || known.ptr[at++] != said.ptr[i])
            return false;
        digits++;
    }
    return digits == 40;
}

/* The clearance as it will be: a patch states only what changes of it. */
static int check_patched(struct snapshot *s, const struct json *body, const struct json *patch,
                         struct error *err)
{
    struct arena *a = snapshot_arena(s);
    const struct json *stated = json_get(patch, "clearance");
    const struct json *had = json_get(body, "clearance");
    const struct clearance *before = NULL;
    if (!stated)
        return 0;
    if (had && peer_clearance(snapshot_policy(s), a, body, NULL, &before) == EN_NO_MEMORY)
        return error_set(err, EN_NO_MEMORY, "clearance");
    if (had)
        stated = json_merge_patch(a, had, stated);
    return stated ? check_clearance(s, stated, before, err)
                  : error_set(err, EN_NO_MEMORY, "clearance");
}

static int change(struct node *n, const struct viewer *v, struct arena *a, struct slice which,
                  const struct json *patch, struct slice etag, int64_t now_ms, struct error *err)
{
    struct snapshot *s = NULL;
    struct written done;
    struct row row;
    int code = node_snapshot(n, v, a, now_ms, err, &s);
    if (code < 0)
        return code;
    code = find_row(s, which, err, &row);
    if (code == 0)
        code = check_patched(s, row.body, patch, err);
    if (code < 0) {
        snapshot_close(s);
        return code;
    }
    struct write_context w = write_begin(n, s, now_ms);
    return records_change(&w, row.kind, row.id, patch, etag, err, &done);
}

int peer_confirm(struct node *n, const struct viewer *v, struct arena *a, struct slice peer,
                 struct slice fingerprint, const struct json *grounds, int64_t now_ms,
                 struct error *err)
{
    struct peer p;
    char now[32];
    int code = peer_find(n, a, peer, now_ms, err, &p);
    if (code < 0)
        return code;
    if (!same_fingerprint(fingerprint, p.fingerprint))
        return error_field(err, S("/fingerprint"), REASON_RULE,
                           "this is not the peer's fingerprint");
    when_format_ms(now_ms, false, now);
    struct json *patch = json_new_object(a);
    if (!patch || json_set_text(a, patch, "state", S("confirmed")) < 0 ||
        json_set_text(a, patch, "confirmed_on", arena_copy(a, slice_of(now))) < 0 ||
        (grounds && json_object_set(a, patch, S("release"), grounds) < 0))
        return error_set(err, EN_NO_MEMORY, "peer");
    return change(n, v, a, p.id, patch, S("*"), now_ms, err);
}

int peer_change(struct node *n, const struct viewer *v, struct arena *a, struct slice peer,
                const struct json *patch, struct slice etag, int64_t now_ms, struct error *err)
{
    struct peer p;
    int code = peer_find(n, a, peer, now_ms, err, &p);
    if (code == 0)
        code = check_not_pinned(patch, 3, err);
    if (code == 0 && json_get(patch, "label"))
        code = error_field(err, S("/label"), REASON_READ_ONLY, "%s", "");
    if (code == 0 && json_get(patch, "confirmed_on"))
        code = error_field(err, S("/confirmed_on"), REASON_READ_ONLY, "%s", "");
    if (code == 0 && slice_is(p.state, "met") &&
        slice_is(json_get_text(patch, "state"), "confirmed"))
        code = error_field(err, S("/state"), REASON_RULE, "compare the fingerprint first");
    return code < 0 ? code : change(n, v, a, p.id, patch, etag, now_ms, err);
}
