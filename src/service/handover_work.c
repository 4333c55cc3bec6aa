/* The relationships of a post with what was spoken of in them, the succession, and the engagements:
 * parts of the handover pack. See handover.h. */
#include "service/handover_internal.h"

#include "service/bodies.h"

#define DAY_MS INT64_C(86400000)
enum { YEAR_DAYS = 365 };

static void write_date(struct json_writer *out, const char *name, int64_t ms)
{
    char text[32];
    when_format_ms(ms, false, text);
    jw_key_text(out, name, slice_make(text, 10));
}

/* ---- topics and words ---- */

/* What was spoken of with the partner, the newest first, each once. */
static void write_topics(struct handover *h, const struct relation *one, struct render *r)
{
    struct slice seen[HANDOVER_TOPICS_MAX];
    size_t count = 0;
    jw_key(r->out, "topics");
    jw_array(r->out);
    for (size_t i = h->contacts.count; i-- > 0 && count < HANDOVER_TOPICS_MAX;) {
        const struct contact *c = &h->contacts.items[i];
        const struct json *list = json_get(c->body, "topics");
        if (!contact_with(c, one->partner))
            continue;
        for (uint32_t t = 0; list && t < list->count && count < HANDOVER_TOPICS_MAX; t++) {
            size_t j = 0;
            while (j < count && !slice_eq(seen[j], list->items[t].text))
                j++;
            if (j < count)
                continue;
            snapshot_mark_number(h->snapshot, c->label);
            seen[count++] = list->items[t].text;
            jw_text(r->out, list->items[t].text);
        }
    }
    jw_array_end(r->out);
}

/* The partner's words that do not mean exactly what ours do: where misunderstandings begin. */
static int write_words(struct handover *h, const struct relation *one, struct render *r,
                       struct error *err)
{
    static const char sql[] =
        "SELECT r.id, r.label, r.body FROM vocabularies_v w JOIN record_v v ON v.num = w.num"
        " JOIN concepts_v c ON c.vocabulary = v.id JOIN record_v f ON f.num = c.num"
        " JOIN mappings_v k ON k.\"from\" = f.id OR k.\"to\" = f.id"
        " JOIN record_v r ON r.num = k.num"
        " WHERE w.owner = ?1 AND k.relation <> 'exact' ORDER BY r.id";
    struct bodies all = { 0 };
    int code = bodies_read(h->snapshot, sql, &one->partner, 1, err, &all);
    jw_key(r->out, "words");
    jw_array(r->out);
    for (size_t i = 0, count = 0; code == 0 && i < all.count && count < HANDOVER_WORDS_MAX; i++) {
        const struct json *b = all.items[i].json;
        struct slice from = json_get_text(b, "from"), to = json_get_text(b, "to");
        bool again = i > 0 && slice_eq(all.items[i].id, all.items[i - 1].id);
        if (again || !refs_add(r->refs, from) || !refs_add(r->refs, to))
            continue;
        snapshot_mark_number(h->snapshot, all.items[i].label);
        jw_object(r->out);
        jw_key_text(r->out, "from", from);
        jw_key_text(r->out, "relation", json_get_text(b, "relation"));
        jw_key_text(r->out, "to", to);
        jw_object_end(r->out);
        count++;
    }
    jw_array_end(r->out);
    return code;
}

/* ---- relationships ---- */

/* Newest contact and how many in the last year, persons and positions of both sides counted. */
static void write_contact(struct handover *h, const struct relation *one, struct render *r)
{
    int64_t seconds = trust_last_contact(h->desk, h->of, one->partner, h->as_of);
    int64_t newest = seconds == INT64_MIN ? INT64_MIN : seconds * 1000;
    int64_t year = h->now_ms - YEAR_DAYS * DAY_MS, count = 0;
    for (size_t i = 0; i < h->contacts.count; i++) {
        const struct contact *c = &h->contacts.items[i];
        if (!c->held || !c->own || !contact_with(c, one->partner))
            continue;
        snapshot_mark_number(h->snapshot, c->label);
        newest = c->at_ms > newest ? c->at_ms : newest;
        count += c->at_ms >= year;
    }
    jw_key_int(r->out, "contacts", count);
    if (newest != INT64_MIN) {
        write_date(r->out, "last_contact", newest);
        jw_key_int(r->out, "days_since", (h->now_ms - newest) / DAY_MS);
    }
}

static int write_relationship(struct handover *h, size_t at, struct render *r, struct error *err)
{
    static const char *const texts[] = { "nature",   "horizon", "term",
                                         "priority", "posture", "purpose" };
    static const char *const numbers[] = { "cadence_ideal", "cadence_longest" };
    const struct relation *one = &h->relations.items[at];
    bool own = strcmp(h->basis[at], "party") == 0;
    jw_object(r->out);
    int code = relation_write_trust(one, own ? h->post : h->of, h->desk, h->as_of, r, err);
    jw_key_cstr(r->out, "basis", h->basis[at]);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (json_get_text(one->body, texts[i]).len)
            jw_key_text(r->out, texts[i], json_get_text(one->body, texts[i]));
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (json_get(one->body, numbers[i]))
            jw_key_int(r->out, numbers[i], json_get_int(one->body, numbers[i], 0));
    write_contact(h, one, r);
    write_topics(h, one, r);
    if (code == 0)
        code = write_words(h, one, r, err);
    jw_object_end(r->out);
    return code;
}

int handover_write_relationships(struct handover *h, struct render *r, struct error *err)
{
    int code = 0;
    jw_key(r->out, "relationships");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < h->relations.count; i++)
        code = write_relationship(h, i, r, err);
    jw_array_end(r->out);
    return code;
}

/* ---- succession ---- */

/* The first held engagement that shows the incoming person with the partner. */
static const struct contact *first_met(const struct handover *h, struct slice partner)
{
    int64_t first = h->incoming->first_ms;
    int64_t from = first == INT64_MIN ? INT64_MIN : first - YEAR_DAYS * DAY_MS;
    for (size_t i = 0; i < h->contacts.count; i++) {
        const struct contact *c = &h->contacts.items[i];
        if (c->held && c->own && c->at_ms >= from && contact_with(c, partner) &&
            contact_by(c, h->incoming->person))
            return c;
    }
    return NULL;
}

static const struct contact *next_planned(const struct handover *h, struct slice partner)
{
    for (size_t i = 0; i < h->contacts.count; i++) {
        const struct contact *c = &h->contacts.items[i];
        if (!c->held && c->own && contact_with(c, partner))
            return c;
    }
    return NULL;
}

static void write_meeting(struct handover *h, const struct contact *c, const char *date,
                          struct render *r)
{
    if (!c || !refs_add(r->refs, c->engagement))
        return;
    snapshot_mark_number(h->snapshot, c->label);
    jw_key_text(r->out, date, json_get_text(c->body, "when"));
    jw_key_text(r->out, "engagement", c->engagement);
}

/* Partners on one side of the line: met, or not yet, with what is planned. */
static void write_side(struct handover *h, bool met, struct render *r)
{
    jw_key(r->out, met ? "met" : "unmet");
    jw_array(r->out);
    for (size_t i = 0; i < h->partners.count; i++) {
        struct slice partner = h->partners.items[i];
        const struct contact *c = first_met(h, partner);
        if ((c != NULL) != met || !refs_add(r->refs, partner))
            continue;
        jw_object(r->out);
        jw_key_text(r->out, "partner", partner);
        if (met)
            write_meeting(h, c, "on", r);
        else
            write_meeting(h, next_planned(h, partner), "planned", r);
        jw_object_end(r->out);
    }
    jw_array_end(r->out);
}

int handover_write_succession(struct handover *h, struct render *r, struct error *err)
{
    (void)err;
    if (!h->incoming || !refs_add(r->refs, h->incoming->person))
        return 0;
    jw_key(r->out, "succession");
    jw_object(r->out);
    snapshot_mark_number(h->snapshot, h->incoming->label);
    jw_key_text(r->out, "person", h->incoming->person);
    if (h->incoming->from.len)
        jw_key_text(r->out, "since", h->incoming->from);
    write_side(h, true, r);
    write_side(h, false, r);
    jw_object_end(r->out);
    return 0;
}

/* ---- engagements ---- */

static bool concerns(const struct handover *h, const struct contact *c)
{
    for (size_t i = 0; i < h->partners.count; i++)
        if (contact_with(c, h->partners.items[i]))
            return true;
    return false;
}

static int render_contact(const struct contact *c, struct render *r, struct error *err)
{
    struct row row;
    int code = snapshot_get(r->snapshot, NULL, c->engagement, err, &row);
    return code == 0 ? render_record(r, &row, err) : code;
}

int handover_write_engagements(struct handover *h, struct render *r, struct error *err)
{
    int code = 0;
    int64_t year = h->now_ms - YEAR_DAYS * DAY_MS;
    jw_key(r->out, "engagements");
    jw_object(r->out);
    jw_key(r->out, "planned");
    jw_array(r->out);
    for (size_t i = 0, count = 0; code == 0 && i < h->contacts.count; i++)
        if (!h->contacts.items[i].held && concerns(h, &h->contacts.items[i]) &&
            count++ < HANDOVER_EACH_MAX)
            code = render_contact(&h->contacts.items[i], r, err);
    jw_array_end(r->out);
    jw_key(r->out, "recent");
    jw_array(r->out);
    for (size_t i = h->contacts.count, count = 0; code == 0 && i-- > 0;) {
        const struct contact *c = &h->contacts.items[i];
        if (c->held && c->at_ms >= year && concerns(h, c) && count++ < HANDOVER_EACH_MAX)
            code = render_contact(c, r, err);
    }
    jw_array_end(r->out);
    jw_object_end(r->out);
    return code;
}
