/* Actors as vCards: see vcards.h. */
#include "base/limits.h"
#include "format/vcard.h"
#include "service/roster.h"
#include "service/vcards.h"

#define URN "urn:uuid:"

static struct slice urn(struct arena *a, struct slice id)
{
    return arena_printf(a, URN SLICE_FMT, SLICE_ARG(id));
}

/* Both languages as alternatives of one property; one alone stands without a language. */
static void add_twins(struct buf *out, const char *name, const struct json *body, const char *en,
                      const char *fr)
{
    struct slice english = json_get_text(body, en), french = json_get_text(body, fr);
    if (!french.len || slice_eq(english, french)) {
        vcard_add_text(out, name, "", english);
        return;
    }
    vcard_add_text(out, name, "ALTID=1;LANGUAGE=en", english);
    vcard_add_text(out, name, "ALTID=1;LANGUAGE=fr", french);
}

static const char *kind_word(struct slice nature)
{
    return slice_is(nature, "person")     ? "individual"
           : slice_is(nature, "position") ? "group"
                                          : "org";
}

/* ---- contacts ---- */

static bool is_number(struct slice text)
{
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!memchr("0123456789+()-./ ", text.ptr[i], 17))
            return false;
        digits += text.ptr[i] >= '0' && text.ptr[i] <= '9';
    }
    return digits >= 5;
}

static bool is_address(struct slice text)
{
    const char *at = text.len ? memchr(text.ptr, '@', text.len) : NULL;
    return at && at > text.ptr && at + 1 < text.ptr + text.len && !memchr(text.ptr, ' ', text.len);
}

static void add_contact(struct buf *out, struct slice text)
{
    if (slice_starts(text, S("tel:")))
        vcard_add_value(out, "TEL", "VALUE=uri", text);
    else if (is_number(text))
        vcard_add_text(out, "TEL", "VALUE=text", text);
    else if (slice_starts(text, S("http://")) || slice_starts(text, S("https://")))
        vcard_add_value(out, "URL", "", text);
    else if (is_address(text))
        vcard_add_text(out, "EMAIL", "", text);
    else
        vcard_add_text(out, "X-ENTENTE-CONTACT", "", text);
}

typedef void (*adder)(struct buf *out, struct slice text);

static void add_each(struct buf *out, const struct json *body, const char *name, adder add)
{
    const struct json *list = json_get(body, name);
    for (uint32_t i = 0; list && i < list->count; i++)
        add(out, list->items[i].text);
}

static void add_language(struct buf *out, struct slice text)
{
    vcard_add_value(out, "LANG", "", text);
}

static void add_instrument(struct buf *out, struct slice text)
{
    vcard_add_text(out, "X-ENTENTE-INSTRUMENT", "", text);
}

static void add_place(struct arena *a, const struct json *body, struct buf *out)
{
    const struct json *latitude = json_get(body, "latitude");
    const struct json *longitude = json_get(body, "longitude");
    struct slice address[7] = {
        S(""), S(""), S(""), S(""), S(""), S(""), json_get_text(body, "country")
    };
    if (address[6].len)
        vcard_add_parts(out, "ADR", "", ';', address, 7);
    if (latitude && longitude)
        vcard_add_value(out, "GEO", "",
                        arena_printf(a, "geo:%.6f,%.6f", latitude->number, longitude->number));
}

/* ---- who belongs where ---- */

static bool is_organisation(void *context, struct slice actor, struct slice nature)
{
    (void)context;
    (void)actor;
    return slice_is(nature, "organisation") || slice_is(nature, "state");
}

/* A reference's title, marked as shown. */
static struct slice shown_title(struct snapshot *s, struct slice id)
{
    struct row row;
    return id.len && snapshot_get(s, NULL, id, NULL, &row) == 0 ? snapshot_title(s, &row, false)
                                                                : S("");
}

static void add_organisation(struct snapshot *s, struct roster *r, struct slice from,
                             struct buf *out)
{
    struct slice above = roster_climb(r, from, snapshot_now(s), is_organisation, NULL);
    struct slice name = shown_title(s, above);
    if (name.len)
        vcard_add_parts(out, "ORG", "", ';', &name, 1);
}

static int add_belonging(struct snapshot *s, struct row *actor, struct slice nature,
                         struct buf *out, struct error *err)
{
    struct roster *r = NULL;
    int code = roster_open(s, err, &r);
    if (code < 0)
        return code;
    int64_t now = snapshot_now(s);
    const struct tour *post = slice_is(nature, "person") ? roster_post(r, actor->id, now) : NULL;
    const struct tour *holder =
        slice_is(nature, "position") ? roster_holder(r, actor->id, now) : NULL;
    const struct tour *shown = post ? post : holder;
    if (shown)
        snapshot_mark_number(s, shown->label);
    if (post)
        vcard_add_text(out, "TITLE", "", shown_title(s, post->position));
    if (holder)
        vcard_add_value(out, "MEMBER", "", urn(snapshot_arena(s), holder->person));
    struct slice from = post ? post->position : json_get_text(actor->body, "parent");
    if (from.len)
        add_organisation(s, r, from, out);
    return 0;
}

/* ---- the card ---- */

static void add_revision(struct buf *out, int64_t ms)
{
    char text[32], plain[20];
    size_t n = 0;
    when_format_ms(ms, false, text);
    for (const char *c = text; *c && n + 1 < sizeof plain; c++)
        if (*c != '-' && *c != ':')
            plain[n++] = *c;
    vcard_add_value(out, "REV", "", slice_make(plain, n));
}

static void add_marking(struct snapshot *s, struct buf *out)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_TEXT);
    label_write_marking(snapshot_policy(s), snapshot_marking(s), false, &text);
    vcard_add_text(out, "X-ENTENTE-MARKING", "", buf_slice(&text));
}

int vcard_of_actor(struct snapshot *s, struct row *actor, struct buf *out, struct error *err)
{
    struct arena *a = snapshot_arena(s);
    int code = snapshot_body(s, actor, err);
    if (code < 0)
        return code;
    const struct json *b = actor->body;
    struct slice nature = json_get_text(b, "nature");
    vcard_begin(out);
    vcard_add_value(out, "KIND", "", slice_of(kind_word(nature)));
    vcard_add_value(out, "UID", "", urn(a, actor->id));
    add_twins(out, "FN", b, "name_en", "name_fr");
    add_twins(out, "NICKNAME", b, "short_en", "short_fr");
    code = add_belonging(s, actor, nature, out, err);
    add_each(out, b, "contacts", add_contact);
    add_each(out, b, "languages", add_language);
    add_place(a, b, out);
    vcard_add_text(out, "NOTE", "", json_get_text(b, "notes"));
    vcard_add_text(out, "X-ENTENTE-NATURE", "", nature);
    vcard_add_text(out, "X-ENTENTE-AUDIENCE", "", json_get_text(b, "audience"));
    add_each(out, b, "instruments", add_instrument);
    add_revision(out, actor->updated_ms);
    add_marking(s, out);
    vcard_end(out);
    return code;
}
