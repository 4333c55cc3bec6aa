/* See check.h. A helper that fails fails the test that called it. */
#include "check.h"

const char small_policy_text[] = SPIF_OPEN(
    "small",
    "2.25.1") "<securityClassifications>"
              "<securityClassification name='HIGH' lacv='1' hierarchy='20'/>"
              "<securityClassification name='LOW' lacv='7' "
              "hierarchy='10'/></securityClassifications>"
              "<securityCategoryTagSets><securityCategoryTagSet name='Need' id='2.25.1.1'>"
              "<securityCategoryTag name='Need' tagType='restrictive'><tagCategory name='X' "
              "lacv='1'/>"
              "<tagCategory name='Y' lacv='2'/></securityCategoryTag></securityCategoryTagSet>"
              "<securityCategoryTagSet name='Rel' id='2.25.1.2'>"
              "<securityCategoryTag name='Rel' tagType='enumerated' enumType='permissive'>"
              "<tagCategory name='A' lacv='1'/><tagCategory name='B' lacv='2'/>"
              "<tagCategory name='C' lacv='3'/><tagCategory name='G' "
              "lacv='4'/></securityCategoryTag>"
              "</securityCategoryTagSet><securityCategoryTagSet name='Team' id='2.25.1.3'>"
              "<securityCategoryTag tagType='permissive'><tagCategory name='P' lacv='1'/>"
              "</securityCategoryTag></securityCategoryTagSet>"
              "<securityCategoryTagSet name='Note' id='2.25.1.4'>"
              "<securityCategoryTag tagType='tagType7' tag7Encoding='bitSetAttributes'>"
              "<tagCategory name='STAFF' lacv='1'/><tagCategory name='MEDICAL' lacv='2'/>"
              "</securityCategoryTag></securityCategoryTagSet></securityCategoryTagSets>"
              "<extensions><ent:policy default='LOW'><ent:tag name='Rel'><ent:group name='G'>"
              "<ent:member name='A' until='2020-01-01'/><ent:member name='B'/>"
              "<ent:member name='C' "
              "from='2020-01-01'/></ent:group></ent:tag></ent:policy></extensions>" SPIF_CLOSE;

struct policy *load_policy(struct slice text)
{
    struct error err = { 0 };
    struct policy *p = NULL;
    if (policy_load(text, &err, &p) != 0) {
        fail_msg("%s", err.message);
    }
    return p;
}

struct policy *small_policy(void)
{
    return load_policy(slice_of(small_policy_text));
}

char *source_file(const char *name, size_t *ret_len)
{
    char path[4096];
    const char *root = getenv("ENTENTE_SOURCE");
    snprintf(path, sizeof(path), "%s/%s", root ? root : ".", name);
    FILE *f = fopen(path, "rb");
    if (!f) {
        fail_msg("cannot open %s", path);
    }
    size_t capacity = 1024 * 1024;
    char *text = calloc(1, capacity);
    assert_non_null(text);
    *ret_len = fread(text, 1, capacity - 1, f);
    fclose(f);
    return text;
}

struct policy *default_policy(void)
{
    return shipped_policy("entente");
}

struct policy *shipped_policy(const char *name)
{
    char path[64];
    size_t len = 0;
    snprintf(path, sizeof(path), "policy/%s.spif.xml", name);
    char *text = source_file(path, &len);
    struct policy *p = load_policy(slice_make(text, len));
    free(text); /* on purpose before any use: the policy keeps its own copies */
    return p;
}

static struct json *parse(struct arena *a, const char *text)
{
    struct error err = { 0 };
    struct json *v = NULL;
    if (json_parse(a, slice_of(text), &err, &v) != 0) {
        fail_msg("%s: %s", text, err.message);
    }
    return v;
}

const struct label *label_of(const struct policy *p, struct arena *a, const char *json)
{
    struct error err = { 0 };
    const struct label *l = NULL;
    if (label_parse(p, a, parse(a, json), S("/label"), &err, &l) != 0) {
        fail_msg("%s: %s", json, err.message);
    }
    return l;
}

const struct label *label_of_text(const struct policy *p, struct arena *a, const char *text)
{
    struct error err = { 0 };
    const struct label *l = NULL;
    if (label_parse_text(p, a, slice_of(text), S("label"), &err, &l) != 0) {
        fail_msg("%s: %s", text, err.message);
    }
    return l;
}

const struct clearance *clearance_of(const struct policy *p, struct arena *a, const char *json)
{
    struct error err = { 0 };
    const struct clearance *c = NULL;
    if (clearance_parse(p, a, parse(a, json), S("/clearance"), &err, &c) != 0) {
        fail_msg("%s: %s", json, err.message);
    }
    return c;
}

int64_t day(const char *text)
{
    struct when w;
    assert_true(when_parse(slice_of(text), &w));
    return when_first_ms(w);
}

static const char *keep(struct arena *a, struct buf *b)
{
    assert_false(buf_failed(b));
    const char *text = arena_cstr(a, buf_slice(b));
    assert_non_null(text);
    return text;
}

const char *json_of(const struct policy *p, struct arena *a, const struct label *l)
{
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    label_write(p, l, &b);
    return keep(a, &b);
}

const char *text_of(const struct policy *p, struct arena *a, const struct label *l)
{
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    label_write_text(p, l, &b);
    return keep(a, &b);
}

const char *marking_of(const struct policy *p, struct arena *a, const struct label *l, bool french)
{
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    label_write_marking(p, l, french, &b);
    return keep(a, &b);
}
