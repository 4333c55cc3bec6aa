/* vCards as actors: see vcards.h. */
#include "base/limits.h"
#include "format/vcard.h"
#include "record/country.h"
#include "service/transfer_items.h"
#include "service/transfer_names.h"
#include "service/vcards.h"

#include <stdlib.h>

/* What a card can state: the other fields of the actor that it means stay. */
static const char *const stated[] = { "nature",   "name_en",   "name_fr",   "short_en",
                                      "short_fr", "contacts",  "languages", "country",
                                      "latitude", "longitude", "notes",     NULL };

struct reading {
    struct arena *arena;
    struct snapshot *snapshot;
    struct names names;
    const struct kind *actor;
    struct transfer_item *items;
    size_t count, capacity;
};

/* ---- making a body ---- */

struct card {
    struct reading *r;
    const struct vcard *vcard;
    struct json *body;
    struct buf notes;
};

static void set(struct card *c, const char *name, const struct json *value)
{
    if (value)
        json_object_set(c->r->arena, c->body, slice_of(name), value); /* the arena remembers */
}

static void set_text(struct card *c, const char *name, struct slice text)
{
    json_set_nonempty(c->r->arena, c->body, name, slice_trim(text)); /* the arena remembers */
}

static void note(struct card *c, const char *what, struct slice text)
{
    text = slice_trim(text);
    if (!text.len)
        return;
    if (c->notes.len)
        buf_add_char(&c->notes, '\n');
    buf_add_cstr(&c->notes, what);
    buf_add(&c->notes, text);
}

static const struct vcard_property *first(const struct card *c, const char *name)
{
    size_t at = 0;
    return vcard_find(c->vcard, name, &at);
}

static struct slice first_text(const struct card *c, const char *name)
{
    const struct vcard_property *p = first(c, name);
    return p ? slice_trim(vcard_text(c->r->arena, p->value)) : S("");
}

/* The property in that language: stated so; for English also without a language. */
static struct slice in_language(const struct card *c, const char *name, const char *language)
{
    const struct vcard_property *p, *plain = NULL;
    for (size_t at = 0; (p = vcard_find(c->vcard, name, &at)) != NULL;) {
        struct slice tag = vcard_parameter(p, "LANGUAGE");
        if (slice_eq_fold(slice_cut(&tag, '-'), slice_of(language)))
            return vcard_text(c->r->arena, p->value);
        if (!vcard_parameter(p, "LANGUAGE").len && !plain)
            plain = p;
    }
    bool english = strcmp(language, "en") == 0;
    return english && plain ? vcard_text(c->r->arena, plain->value) : S("");
}

/* Given and family name, for cards without a formatted name. */
static struct slice name_of_parts(const struct card *c)
{
    struct slice parts[VCARD_PARTS_MAX];
    const struct vcard_property *p = first(c, "N");
    size_t count = p ? vcard_split(c->r->arena, p->value, ';', parts) : 0;
    if (count < 2 || !parts[1].len)
        return count ? parts[0] : S("");
    return arena_printf(c->r->arena, SLICE_FMT " " SLICE_FMT, SLICE_ARG(parts[1]),
                        SLICE_ARG(parts[0]));
}

static void take_names(struct card *c)
{
    struct slice english = in_language(c, "FN", "en"), french = in_language(c, "FN", "fr");
    if (!english.len)
        english = french.len ? french : first_text(c, "FN");
    if (!english.len)
        english = name_of_parts(c);
    if (!english.len)
        english = first_text(c, "ORG");
    set_text(c, "name_en", english);
    if (!slice_eq(english, french))
        set_text(c, "name_fr", french);
    set_text(c, "short_en", in_language(c, "NICKNAME", "en"));
    set_text(c, "short_fr", in_language(c, "NICKNAME", "fr"));
}

/* Our own word first; a company's card of an address book next; a group of people is a community.
 */
static void take_nature(struct card *c)
{
    struct slice own = first_text(c, "X-ENTENTE-NATURE"), kind = first_text(c, "KIND");
    struct slice shown = first_text(c, "X-ABSHOWAS");
    const char *nature = slice_eq_fold(kind, S("org"))        ? "organisation"
                         : slice_eq_fold(kind, S("group"))    ? "community"
                         : slice_eq_fold(shown, S("COMPANY")) ? "organisation"
                                                              : "person";
    set_text(c, "nature", own.len ? own : slice_of(nature));
}

static void add_contact(struct card *c, struct json *list, struct slice text)
{
    struct json *value = NULL;
    text = slice_trim(text);
    if (text.len && list && (value = json_new_text(c->r->arena, text)) != NULL)
        json_array_add(c->r->arena, list, value);
}

/* An address on one line, with what it has. */
static struct slice address_line(struct card *c, const struct vcard_property *p)
{
    struct slice parts[VCARD_PARTS_MAX];
    struct buf line cleanup_buf;
    size_t count = vcard_split(c->r->arena, p->value, ';', parts);
    buf_init(&line, LIMIT_TEXT);
    for (size_t i = 0; i < count && i < 6; i++) {
        if (!slice_trim(parts[i]).len)
            continue;
        buf_add_cstr(&line, line.len ? ", " : "");
        buf_add(&line, slice_trim(parts[i]));
    }
    const struct country *country = count > 6 ? country_find_words(slice_trim(parts[6])) : NULL;
    if (country && !json_get(c->body, "country"))
        set_text(c, "country", slice_of(country->alpha3));
    if (count > 6 && line.len && slice_trim(parts[6]).len) {
        buf_add_cstr(&line, ", ");
        buf_add(&line, slice_trim(parts[6]));
    }
    return arena_copy(c->r->arena, buf_slice(&line));
}

static void take_contacts(struct card *c)
{
    static const char *const names[] = { "TEL", "EMAIL", "IMPP", "URL", "X-ENTENTE-CONTACT" };
    struct json *list = json_new_array(c->r->arena);
    const struct vcard_property *p;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t at = 0; (p = vcard_find(c->vcard, names[i], &at)) != NULL;)
            add_contact(c, list, vcard_text(c->r->arena, p->value));
    for (size_t at = 0; (p = vcard_find(c->vcard, "ADR", &at)) != NULL;)
        add_contact(c, list, address_line(c, p));
    if (list && list->count)
        set(c, "contacts", list);
}

static void take_languages(struct card *c)
{
    struct json *list = json_new_array(c->r->arena);
    const struct vcard_property *p;
    for (size_t at = 0; (p = vcard_find(c->vcard, "LANG", &at)) != NULL;)
        add_contact(c, list, p->value);
    if (list && list->count)
        set(c, "languages", list);
}

/* "geo:45.4,-75.7" of version 4, "45.4;-75.7" of version 3. */
static void take_place(struct card *c)
{
    const struct vcard_property *p = first(c, "GEO");
    struct slice rest = p ? p->value : S("");
    bool uri = slice_starts(rest, S("geo:"));
    struct json *number;
    if (uri)
        rest = slice_make(rest.ptr + 4, rest.len - 4);
    struct slice latitude = slice_cut(&rest, uri ? ',' : ';');
    struct slice longitude = rest.ptr ? slice_cut(&rest, ';') : S("");
    struct slice texts[] = { slice_trim(latitude), slice_trim(longitude) };
    static const char *const names[] = { "latitude", "longitude" };
    for (size_t i = 0; texts[0].len && texts[1].len && i < 2; i++) {
        const struct field *f = kind_field(c->r->actor, slice_of(names[i]));
        number = field_from_text(f, c->r->arena, texts[i], S(""), NULL);
        set(c, names[i], number);
    }
}

/* An organisation whose name a readable actor bears is the parent; another is noted. */
static void take_organisation(struct card *c)
{
    struct slice parts[VCARD_PARTS_MAX];
    const struct vcard_property *p = first(c, "ORG");
    size_t count = p ? vcard_split(c->r->arena, p->value, ';', parts) : 0;
    char id[UUID_TEXT + 1];
    struct uuid found;
    if (slice_is(json_get_text(c->body, "nature"), "organisation") && count == 1 &&
        slice_eq(slice_trim(parts[0]), json_get_text(c->body, "name_en")))
        return; /* itself */
    for (size_t i = count; i-- > 0;) {
        struct slice name = slice_trim(parts[i]);
        if (name.len &&
            names_resolve(&c->r->names, c->r->snapshot, c->r->actor, NULL, name, &found)) {
            uuid_format(found, id);
            set_text(c, "parent", arena_copy(c->r->arena, slice_of(id)));
            return;
        }
    }
    if (count)
        note(c, "ORG: ", vcard_text(c->r->arena, p->value));
}

static void take_notes(struct card *c)
{
    static const char *const named[] = { "TITLE", "ROLE" };
    const struct vcard_property *p;
    buf_init(&c->notes, LIMIT_RECORD);
    for (size_t at = 0; (p = vcard_find(c->vcard, "NOTE", &at)) != NULL;)
        note(c, "", vcard_text(c->r->arena, p->value));
    bool own = first(c, "X-ENTENTE-NATURE") != NULL; /* its post is a posting here */
    for (size_t i = 0; !own && i < sizeof named / sizeof *named; i++)
        if (first(c, named[i]))
            note(c, i == 0 ? "TITLE: " : "ROLE: ", first_text(c, named[i]));
    if (!own)
        take_organisation(c);
    set_text(c, "notes", arena_copy(c->r->arena, buf_slice(&c->notes)));
    buf_done(&c->notes);
}

/* ---- which record it is ---- */

/* External ids hold no white space. */
static struct slice external(struct arena *a, struct slice id)
{
    char *text = arena_alloc(a, id.len + 1);
    for (size_t i = 0; text && i < id.len; i++)
        text[i] = (unsigned char)id.ptr[i] <= ' ' || id.ptr[i] == ';' ? '_' : id.ptr[i];
    return text ? slice_make(text, id.len) : S("");
}

/* An address book that lost our word for the nature does not change it. */
static void keep_nature(struct card *c, struct slice id)
{
    struct row row;
    if (first(c, "X-ENTENTE-NATURE") || snapshot_get(c->r->snapshot, NULL, id, NULL, &row) < 0 ||
        snapshot_body(c->r->snapshot, &row, NULL) < 0)
        return;
    set_text(c, "nature", json_get_text(row.body, "nature"));
}

static void identify(struct card *c, struct transfer_item *item)
{
    struct arena *a = c->r->arena;
    struct slice uid = first_text(c, "UID"), prefix = S("urn:uuid:");
    struct slice bare =
        slice_starts(uid, prefix) ? slice_make(uid.ptr + prefix.len, uid.len - prefix.len) : uid;
    if (snapshot_readable(c->r->snapshot, bare, c->r->actor)) {
        item->id = bare;
        keep_nature(c, bare);
        return;
    }
    if (!uid.len)
        uid = arena_printf(a, SLICE_FMT "/" SLICE_FMT, SLICE_ARG(json_get_text(c->body, "name_en")),
                           SLICE_ARG(first_text(c, "EMAIL")));
    struct slice id = arena_printf(a, "vcard:" SLICE_FMT, SLICE_ARG(external(a, uid)));
    struct json *list = json_new_array(a);
    struct json *value = json_new_text(a, id);
    if (list && value && json_array_add(a, list, value) == 0)
        set(c, "external_ids", list);
}

static struct transfer_item item_of(struct reading *r, const struct vcard *v)
{
    struct transfer_item item = { .line = v->line, .id = S("") };
    struct card c = { .r = r, .vcard = v, .body = json_new_object(r->arena) };
    if (!c.body)
        return item;
    take_nature(&c);
    take_names(&c);
    take_contacts(&c);
    take_languages(&c);
    take_place(&c);
    take_notes(&c);
    identify(&c, &item);
    item.body = c.body;
    return item;
}

/* ---- the file ---- */

static bool add_item(struct reading *r, const struct transfer_item *item)
{
    if (r->count == r->capacity) {
        size_t wider = r->capacity ? r->capacity * 2 : 64;
        struct transfer_item *items = arena_array_of(r->arena, struct transfer_item, wider);
        if (!items)
            return false;
        if (r->count)
            memcpy(items, r->items, r->count * sizeof *items);
        r->items = items;
        r->capacity = wider;
    }
    r->items[r->count++] = *item;
    return true;
}

static int read_cards(struct reading *r, struct slice text, struct error *err)
{
    struct vcard_reader reader;
    vcard_open(&reader, text);
    for (;;) {
        struct error e = { 0 };
        struct vcard v;
        unsigned line = reader.line + 1;
        int code = vcard_next(&reader, r->arena, &e, &v);
        if (code == 0)
            return 0;
        if (r->count == LIMIT_CARDS)
            return error_set(err, EN_TOO_LARGE, "a file may have %d cards", LIMIT_CARDS);
        struct transfer_item item = { .line = line, .id = S(""), .reason = REASON_RULE };
        if (code == 1)
            item = item_of(r, &v);
        else
            item.detail = arena_copy(r->arena, slice_of(e.message));
        if (arena_failed(r->arena) || !add_item(r, &item))
            return error_set(err, EN_NO_MEMORY, "import");
    }
}

int vcards_import(struct write_context *w, struct slice text, bool dry_run,
                  const struct transfer_progress *progress, struct error *err,
                  struct transfer_report *ret)
{
    struct reading r = { .arena = snapshot_arena(w->snapshot),
                         .snapshot = w->snapshot,
                         .actor = kinds_find(node_kinds(w->node), S("actor")) };
    int code = read_cards(&r, text, err);
    int failure = snapshot_failure(w->snapshot);
    names_done(&r.names);
    if (code == 0 && failure < 0)
        code = error_set(err, failure, "the records cannot be read");
    if (code == 0)
        return transfer_import_items(w, r.actor, r.items, r.count, stated, dry_run, progress, err,
                                     ret);
    snapshot_close(w->snapshot);
    return code;
}
