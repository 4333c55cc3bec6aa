/*
 * Labels in XML and sidecars as operations: what is bound verifies, and what was changed is named.
 */
#include "desk.h"

#include "base/when.h"
#include "ledger/signer.h"
#include "service/bindings.h"

#include <signal.h>
#include <sodium.h>
#include <unistd.h>

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));

    assert_non_null(d);
    desk_open(d);
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    desk_done(*state);
    free(*state);
    return 0;
}

static const struct with plain = { 0 };

#define LABEL "SECRET; Caveat: LEGAL; Releasable To: CAN, USA; TLP:AMBER"

static const char *path_of(struct desk *d, const char *name)
{
    return desk_text(d, "%s/%s", d->directory, name);
}

static void write_file(const char *path, const char *bytes, size_t len)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, len, f), len);
    fclose(f);
}

/* A file with its sidecar; the sidecar's text. */
static struct slice bind_file(struct desk *d, const char *name)
{
    const char *path = path_of(d, name);
    struct asked a;

    write_file(path, "what is bound\n", 14);
    a = desk_must(
        d, "binding.make",
        desk_text(d, "{\"path\":\"%s\",\"label\":\"" LABEL "\",\"media\":\"text/plain\"}", path),
        NULL, plain);
    write_file(desk_text(d, "%s.bdo", path), a.text.ptr, a.text.len);
    return a.text;
}

static struct asked check(struct desk *d, const char *name, const char *more)
{
    return desk_ask(d, "binding.verify",
                    desk_text(d, "{\"path\":\"%s\"%s}", path_of(d, name), more), NULL, plain);
}

static void what_is_bound_verifies(void **state)
{
    static const char *const names[] = { "note.txt", "note.txt.bdo" };
    struct desk *d = *state;

    bind_file(d, "note.txt");
    for (int i = 0; i < 2; i++) {
        struct asked a = check(d, names[i], "");

        assert_int_equal(a.code, 0);
        assert_true(json_get_bool(a.json, "sound", false));
        assert_true(slice_is(json_get_text(a.json, "signed_by"), "us"));
        assert_true(slice_is(json_get_text(a.json, "text"), LABEL));
        assert_true(slice_is(json_get_text(a.json, "media"), "text/plain"));
        assert_true(slice_is(json_get_text(json_get(a.json, "marking"), "en"),
                             "SECRET // LEGAL // REL TO CAN, USA // TLP:AMBER"));
    }
}

static void a_name_with_spaces_and_accents_is_found_again(void **state)
{
    struct desk *d = *state;

    bind_file(d, "un r\303\251sum\303\251 (2).txt");
    assert_int_equal(check(d, "un r\303\251sum\303\251 (2).txt", "").code, 0);
}

static void a_changed_file_is_named(void **state)
{
    struct desk *d = *state;
    struct asked a;

    bind_file(d, "note.txt");
    write_file(path_of(d, "note.txt"), "what is bounD\n", 14);
    a = check(d, "note.txt", "");
    assert_int_equal(a.code, EN_CORRUPT);
    assert_non_null(strstr(a.err.message, "note.txt was changed"));
    assert_int_equal(unlink(path_of(d, "note.txt")), 0);
    assert_int_equal(check(d, "note.txt", "").code, EN_NOT_FOUND);
}

static void a_changed_label_is_named(void **state)
{
    struct desk *d = *state;
    struct slice text = bind_file(d, "note.txt");
    char *copy = malloc(text.len);
    char *at;
    struct asked a;

    assert_non_null(copy);
    memcpy(copy, text.ptr, text.len);
    at = memmem(copy, text.len, ">USA<", 5);
    assert_non_null(at);
    memcpy(at, ">FRA<", 5);
    write_file(path_of(d, "note.txt.bdo"), copy, text.len);
    free(copy);
    a = check(d, "note.txt", "");
    assert_int_equal(a.code, EN_CORRUPT);
    assert_string_equal(a.err.message, "the label was changed after it was signed");
    a = desk_ask(d, "binding.verify", desk_text(d, "{\"path\":\"%s\"}", path_of(d, "note.txt")),
                 NULL, (struct with){ .french = true });
    assert_string_equal(
        a.err.message,
        "l'\303\251tiquette a \303\251t\303\251 modifi\303\251e apr\303\250s sa signature");
}

static void a_link_beside_a_sidecar_is_not_followed(void **state)
{
    struct desk *d = *state;

    bind_file(d, "note.txt");
    assert_int_equal(rename(path_of(d, "note.txt"), path_of(d, "other.txt")), 0);
    assert_int_equal(symlink(path_of(d, "other.txt"), path_of(d, "note.txt")), 0);
    assert_int_equal(check(d, "note.txt", "").code, EN_FORBIDDEN);
}

/* A sidecar of another instance. */
static void a_stranger_s_signature_needs_somebody_to_vouch_for_it(void **state)
{
    struct desk *d = *state;
    struct desk other;
    struct asked a;
    struct asked key;

    desk_open(&other);
    bind_file(&other, "note.txt");
    key = desk_must(&other, "binding.key", NULL, NULL, plain);
    a = desk_ask(d, "binding.verify",
                 desk_text(d, "{\"path\":\"%s\"}", path_of(&other, "note.txt")), NULL, plain);
    assert_int_equal(a.code, EN_FORBIDDEN);
    assert_non_null(strstr(
        a.err.message, desk_text(d, SLICE_FMT, SLICE_ARG(json_get_text(key.json, "fingerprint")))));
    a = desk_must(
        d, "binding.verify",
        desk_text(d, "{\"path\":\"%s\",\"any_key\":\"true\"}", path_of(&other, "note.txt")), NULL,
        plain);
    assert_true(slice_is(json_get_text(a.json, "signed_by"), "unknown"));
    write_file(path_of(d, "their.pem"), json_get_text(key.json, "pem").ptr,
               json_get_text(key.json, "pem").len);
    a = desk_must(d, "binding.verify",
                  desk_text(d, "{\"path\":\"%s\",\"key\":\"%s\"}", path_of(&other, "note.txt"),
                            path_of(d, "their.pem")),
                  NULL, plain);
    assert_true(slice_is(json_get_text(a.json, "signed_by"), "given"));
    desk_done(&other);
}

static void an_old_binding_holds_after_a_restart(void **state)
{
    struct desk *d = *state;

    bind_file(d, "note.txt");
    desk_reopen(d);
    assert_int_equal(check(d, "note.txt", "").code, 0);
}

static void labels_go_to_xml_and_back(void **state)
{
    struct desk *d = *state;
    struct asked xml = desk_must(d, "label.to-xml", "{\"label\":\"" LABEL "\"}", NULL, plain);
    struct call c = { .node = d->node, .viewer = node_operator(d->node), .arena = d->arena };
    struct json *answer = NULL;
    struct error err = { 0 };
    cleanup_buf struct buf out;

    buf_init(&out, 1 << 20);
    c.operation = operations_find(d->operations, S("label.from-xml"));
    c.parameters = json_new_object(d->arena);
    c.raw = xml.text;
    c.out = &out;
    c.err = &err;
    assert_int_equal(ops_run(&c), 0);
    assert_int_equal(json_parse(d->arena, arena_copy(d->arena, buf_slice(&out)), &err, &answer), 0);
    assert_true(slice_is(json_get_text(answer, "text"), LABEL));
    c.raw = S("<a/>");
    assert_int_equal(ops_run(&c), EN_INVALID);
    assert_non_null(strstr(err.message, "not a STANAG 4774 label"));
}

/* An answer is bound to the join of what it shows. */
static void an_answer_is_bound_to_what_it_shows(void **state)
{
    struct desk *d = *state;
    struct error err = { 0 };
    struct binding b;
    const struct label *l = NULL;
    cleanup_buf struct buf text;
    cleanup_buf struct buf out;
    cleanup_buf struct buf bdo;
    struct call c = { .node = d->node, .viewer = node_operator(d->node), .arena = d->arena };

    desk_actor(d, "One",
               "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[[\"CAN\",\"USA\"]]}}");
    desk_actor(d, "Two",
               "{\"class\":\"RESTRICTED\",\"permissive\":{\"Releasable To\":[[\"CAN\",\"JPN\"]]}}");
    buf_init(&out, 1 << 20);
    buf_init(&bdo, 1 << 20);
    buf_init(&text, 1 << 20);
    c.operation = operations_find(d->operations, S("actor.list"));
    c.parameters = json_new_object(d->arena);
    c.now_ms = d->now_ms;
    c.out = &out;
    c.err = &err;
    assert_int_equal(ops_run(&c), 0);
    assert_int_equal(
        ops_bind_file(&c, S("actors.json"), S("application/json"), buf_slice(&out), &bdo), 0);
    assert_int_equal(binding_read(d->arena, buf_slice(&bdo), NULL, &err, &b), 0);
    assert_int_equal(
        label_xml_label(node_policy(d->node), d->arena, &b.label, S("label"), &err, &l), 0);
    label_write_text(node_policy(d->node), l, &text);
    assert_true(slice_is(buf_slice(&text), "SECRET; Releasable To: CAN"));
    c.label = NULL;
    assert_int_equal(ops_bind(&c, S("x"), S("text/plain"), S("x"), &bdo), EN_UNSUPPORTED);
}

static void a_dead_signing_process_is_named(void **state)
{
    struct desk *d = *state;
    struct asked a;
    const char *key = path_of(d, "key");
    const char *away = path_of(d, "away");

    write_file(path_of(d, "note.txt"), "x", 1);
    assert_int_equal(rename(key, away), 0);
    assert_int_equal(kill(signer_process(node_signer(d->node)), SIGKILL), 0);
    a = desk_ask(d, "binding.make",
                 desk_text(d, "{\"path\":\"%s\",\"label\":\"SECRET\"}", path_of(d, "note.txt")),
                 NULL, plain);
    assert_int_equal(a.code, EN_IO);
    assert_non_null(strstr(a.err.message, "signing process"));
    assert_int_equal(rename(away, key), 0);
    bind_file(d, "note.txt");
}

#define at_desk(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* ---- labels beside the originator's ---- */

#define INFORMATION(policy, class, more)                                       \
    "<s:ConfidentialityInformation><s:PolicyIdentifier>" policy                \
    "</s:PolicyIdentifier><s:Classification>" class "</s:Classification>" more \
                                                    "</s:ConfidentialityInformation>"
#define LABELLED(root, policy, class, more)                   \
    "<s:" root "ConfidentialityLabel xmlns:s=\"" LABEL_XML_NS \
    "\">" INFORMATION(policy, class, more) "</s:" root "ConfidentialityLabel>"
#define OWN(policy, class, more) LABELLED("originator", policy, class, more)
#define ALSO(policy, class, more) LABELLED("alternative", policy, class, more)
#define CATEGORY(type, tag, value)                       \
    "<s:Category Type=\"" type "\" TagName=\"" tag "\">" \
    "<s:GenericValue>" value "</s:GenericValue></s:Category>"

static int sign(void *context, const uint8_t sha256[32], struct error *err, uint8_t ret[64])
{
    return signer_ecdsa(context, sha256, err, ret);
}

static void bind_labels(struct desk *d, const char *const *labels, const char *name)
{
    struct binding_signer signer = { .sign = sign, .context = node_signer(d->node) };
    struct binding_payload payload = { .uri = slice_of(name), .media = S("text/plain") };
    struct error err = { 0 };
    struct slice texts[4];
    size_t count = 0;
    cleanup_buf struct buf out;

    write_file(path_of(d, name), "bound", 5);
    crypto_hash_sha256(payload.digest, (const uint8_t *)"bound", 5);
    for (; count < 4 && labels[count]; count++) {
        texts[count] = slice_of(labels[count]);
    }
    buf_init(&out, BINDING_BYTES);
    assert_int_equal(bindings_public_key(d->node, &err, signer.point), 0);
    assert_int_equal(binding_write(texts, count, &payload, &signer, &err, &out), 0);
    write_file(desk_text(d, "%s.bdo", path_of(d, name)), out.ptr, out.len);
}

/* Alternatives speak only where the originator's policy says nothing here, all of them together,
 * and none that cannot be read is passed over: it might be the strictest. */
static void alternatives_never_let_read_more(void **state)
{
    static const struct {
        const char *labels[4];
        const char *text; /* NULL: refused */
        bool alternative;
    } rows[] = {
        { { OWN("NATO", "SECRET", ""), ALSO("entente-default", "UNCLASSIFIED", "") },
          "SECRET",
          false },
        { { OWN("north", "SECRET", ""), ALSO("NATO", "SECRET", ""),
            ALSO("entente-default", "CONFIDENTIAL", "") },
          "SECRET",
          true },
        { { OWN("north", "SECRET", ""), ALSO("south", "UNCLASSIFIED", ""),
            ALSO("entente-default", "RESTRICTED", CATEGORY("PERMISSIVE", "Releasable To", "CAN")) },
          "RESTRICTED; Releasable To: CAN",
          true },
        { { OWN("north", "SECRET", "") }, NULL, false },
        { { OWN("north", "SECRET", ""), ALSO("south", "SECRET", "") }, NULL, false },
        { { OWN("north", "SECRET", ""),
            ALSO("entente-default", "TOP SECRET", CATEGORY("PERMISSIVE", "Releasable To", "ZZZ")),
            ALSO("NATO", "UNCLASSIFIED", "") },
          NULL,
          false },
        { { OWN("north", "SECRET", ""),
            ALSO("entente-default", "TOP SECRET", CATEGORY("ODD", "Releasable To", "CAN")),
            ALSO("NATO", "UNCLASSIFIED", "") },
          NULL,
          false },
        { { OWN("north", "SECRET", ""), ALSO("CAN", "MOST SECRET", ""),
            ALSO("NATO", "UNCLASSIFIED", "") },
          NULL,
          false },
        { { OWN("CAN", "UNCLASSIFIED", CATEGORY("RESTRICTIVE", "Protected", "B")),
            ALSO("NATO", "UNCLASSIFIED", "") },
          NULL,
          false },
        { { OWN("entente-default", "MOST SECRET", ""), ALSO("NATO", "UNCLASSIFIED", "") },
          NULL,
          false },
        { { OWN("north", "SECRET", ""), LABELLED("successor", "NATO", "UNCLASSIFIED", "") },
          NULL,
          false },
    };
    struct desk *d = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct asked a;

        bind_labels(d, rows[i].labels, "several.txt");
        a = check(d, "several.txt", "");
        if ((a.code == 0) != (rows[i].text != NULL)) {
            fail_msg("row %zu: %d %s", i, a.code, a.err.message);
        }
        if (rows[i].text) {
            assert_string_equal(arena_cstr(d->arena, json_get_text(a.json, "text")), rows[i].text);
            assert_true(slice_is(json_get_text(a.json, "read_as"),
                                 rows[i].alternative ? "alternative" : "originator"));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        at_desk(what_is_bound_verifies),
        at_desk(alternatives_never_let_read_more),
        at_desk(a_name_with_spaces_and_accents_is_found_again),
        at_desk(a_changed_file_is_named),
        at_desk(a_changed_label_is_named),
        at_desk(a_link_beside_a_sidecar_is_not_followed),
        at_desk(a_stranger_s_signature_needs_somebody_to_vouch_for_it),
        at_desk(an_old_binding_holds_after_a_restart),
        at_desk(labels_go_to_xml_and_back),
        at_desk(an_answer_is_bound_to_what_it_shows),
        at_desk(a_dead_signing_process_is_named),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
