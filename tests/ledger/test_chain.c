/*
 * The bytes that are hashed and signed, against values written out by hand: they are fixed for
 * ever.
 */
#include "fixture.h"

#include "base/json.h"
#include "ledger/chain.h"

#include <sodium.h>

static struct entry sample(void)
{
    struct entry e = { .seq = 7,
                       .id = id_of(1),
                       .at_ms = 1700000000123,
                       .instance = id_of(2),
                       .user = S("u\"1\n\xc3\xa9"),
                       .operation = ENTRY_PUT,
                       .kind = S("actor"),
                       .record = id_of(3),
                       .version = 2,
                       .label = S("{\"class\":\"X\"}"),
                       .body = S("{}") };

    memset(e.body_hash.bytes, 0xab, HASH_SIZE);
    memset(e.previous.bytes, 0x01, HASH_SIZE);
    return e;
}

static void assert_header(const struct entry *e, const char *expected)
{
    struct buf out;

    buf_init(&out, 4096);
    chain_write_header(e, &out);
    assert_string_equal(out.ptr, expected);
    buf_done(&out);
}

#define HEX_AB "abababababababababababababababababababababababababababababababab"
#define HEX_01 "0101010101010101010101010101010101010101010101010101010101010101"

static void the_header_is_the_canonical_form_of_its_members(void **state)
{
    struct entry e = sample();

    (void)state;
    assert_header(&e, "{\"at\":1700000000123,\"body_hash\":\"" HEX_AB "\",\"format\":1,"
                      "\"id\":\"018f0000-0000-7000-8000-000000000001\","
                      "\"instance\":\"018f0000-0000-7000-8000-000000000002\",\"kind\":\"actor\","
                      "\"label\":{\"class\":\"X\"},\"operation\":\"put\",\"previous\":\"" HEX_01
                      "\",\"record\":\"018f0000-0000-7000-8000-000000000003\","
                      "\"user\":\"u\\\"1\\n\xc3\xa9\",\"version\":2}");
}

static void a_redaction_names_its_version_and_a_request_its_key(void **state)
{
    struct entry e = sample();

    (void)state;
    e.operation = ENTRY_REDACT;
    e.redacts = 1;
    e.request = S("k-1");
    assert_header(&e, "{\"at\":1700000000123,\"body_hash\":\"" HEX_AB "\",\"format\":1,"
                      "\"id\":\"018f0000-0000-7000-8000-000000000001\","
                      "\"instance\":\"018f0000-0000-7000-8000-000000000002\",\"kind\":\"actor\","
                      "\"label\":{\"class\":\"X\"},\"operation\":\"redact\",\"previous\":\"" HEX_01
                      "\",\"record\":\"018f0000-0000-7000-8000-000000000003\",\"redacts\":1,"
                      "\"request\":\"k-1\",\"user\":\"u\\\"1\\n\xc3\xa9\",\"version\":2}");
}

static void the_header_equals_what_the_json_writer_makes_canonical(void **state)
{
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct entry e = sample();
    struct json *tree = NULL;
    struct buf header;
    struct buf again;

    (void)state;
    e.operation = ENTRY_REDACT;
    e.request = S("k\\2");
    buf_init(&header, 4096);
    buf_init(&again, 4096);
    chain_write_header(&e, &header);
    assert_int_equal(json_parse(a, buf_slice(&header), NULL, &tree), 0);
    json_write_canonical(a, tree, &again);
    assert_string_equal(header.ptr, again.ptr);
    buf_done(&header);
    buf_done(&again);
}

static void every_member_changes_the_hash(void **state)
{
    struct entry variants[12];
    struct hash hashes[12];
    struct buf scratch;

    (void)state;
    for (size_t i = 0; i < 12; i++) {
        variants[i] = sample();
    }
    variants[1].at_ms++;
    variants[2].body_hash.bytes[31] ^= 1;
    variants[3].id.bytes[15] ^= 1;
    variants[4].instance.bytes[15] ^= 1;
    variants[5].kind = S("actoR");
    variants[6].label = S("{\"class\":\"Y\"}");
    variants[7].operation = ENTRY_RETRACT;
    variants[8].previous.bytes[0] ^= 1;
    variants[9].record.bytes[15] ^= 1;
    variants[10].user = S("u2");
    variants[11].version++;
    buf_init(&scratch, 4096);
    for (size_t i = 0; i < 12; i++) {
        assert_int_equal(chain_hash(&variants[i], &scratch, &hashes[i]), 0);
        for (size_t j = 0; j < i; j++) {
            assert_false(hash_eq(&hashes[i], &hashes[j]));
        }
    }
    buf_done(&scratch);
}

static void hashes_are_blake2b_256(void **state)
{
    static const char empty[] = "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8";
    uint8_t salt[SALT_SIZE] = { 1 };
    uint8_t joined[SALT_SIZE + 2] = { 1 };
    char text[HASH_TEXT + 1];
    struct hash hash;
    uint8_t whole[HASH_SIZE];

    (void)state;
    chain_body_hash(NULL, S(""), &hash);
    hash_format(&hash, text);
    assert_string_equal(text, empty);
    memcpy(joined + SALT_SIZE, "{}", 2);
    crypto_generichash(whole, HASH_SIZE, joined, sizeof(joined), NULL, 0);
    chain_body_hash(salt, S("{}"), &hash);
    assert_memory_equal(hash.bytes, whole, HASH_SIZE);
}

static void a_head_message_binds_domain_instance_position_and_hash(void **state)
{
    struct ledger_head head = { .seq = 0x0102030405060708 };
    uint8_t message[HEAD_MESSAGE_SIZE];
    uint8_t expected[HEAD_MESSAGE_SIZE] = "entente head 1";

    (void)state;
    memset(head.hash.bytes, 0xcd, HASH_SIZE);
    memcpy(expected + 16, id_of(9).bytes, 16);
    for (int i = 0; i < 8; i++) {
        expected[32 + i] = (uint8_t)(i + 1);
    }
    memset(expected + 40, 0xcd, HASH_SIZE);
    chain_head_message(id_of(9), &head, message);
    assert_memory_equal(message, expected, sizeof(message));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_header_is_the_canonical_form_of_its_members),
        cmocka_unit_test(a_redaction_names_its_version_and_a_request_its_key),
        cmocka_unit_test(the_header_equals_what_the_json_writer_makes_canonical),
        cmocka_unit_test(every_member_changes_the_hash),
        cmocka_unit_test(hashes_are_blake2b_256),
        cmocka_unit_test(a_head_message_binds_domain_instance_position_and_hash),
    };

    return run_suite(tests);
}
