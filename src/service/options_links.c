/*
 * The first step of an action: the kind of record to make, or the record to change, and what to
 * fill in, so that a form can be opened on it.
 */
#include "service/options_internal.h"

enum { MILLION = 1000000 };

static void write_texts(struct json_writer *out, const char *name, const struct slice *items,
                        size_t count)
{
    jw_key(out, name);
    jw_array(out);
    for (size_t i = 0; i < count; i++)
        jw_text(out, items[i]);
    jw_array_end(out);
}

static void write_date(struct json_writer *out, const char *name, int64_t ms)
{
    char text[32];
    when_format_ms(ms, false, text);
    jw_key_text(out, name, slice_make(text, 10));
}

static void preset_agreement(struct option_desk *d, const struct option_offer *x, bool sharing,
                             struct json_writer *out)
{
    struct slice parties[] = { d->principal, d->actors[x->actor].id };
    jw_key_cstr(out, "instrument", sharing ? "information_sharing" : "arrangement");
    jw_key_cstr(out, "stage", "negotiating");
    jw_key(out, "parties");
    jw_array(out);
    for (int i = 0; i < 2; i++) {
        jw_object(out);
        jw_key_text(out, "party", parties[i]);
        jw_object_end(out);
    }
    jw_array_end(out);
    if (!sharing)
        write_texts(out, "covers", &x->capability, 1);
}

static void preset_notice(const struct fit *f, struct json_writer *out)
{
    struct buf text cleanup_buf;
    buf_init(&text, 64);
    duration_write((struct duration){ .seconds = f->left_ms / 1000 / 3600 * 3600 }, &text);
    jw_key_text(out, "notice", buf_slice(&text));
}

static void preset_regions(struct option_desk *d, const struct option_offer *x,
                           struct json_writer *out)
{
    const struct json *has = json_get(x->body, "regions");
    jw_key(out, "regions");
    jw_array(out);
    for (uint32_t i = 0; has && i < has->count; i++)
        jw_text(out, has->items[i].text);
    jw_text(out, json_get_text(d->need.body, "region"));
    jw_array_end(out);
}

static void preset_window(const struct option_line *l, const struct fit *f, struct json_writer *out)
{
    struct buf text cleanup_buf;
    buf_init(&text, 64);
    if (f->reasons & FIT_SUSTAIN) {
        duration_write(l->duration, &text);
        jw_key_text(out, "sustain", buf_slice(&text));
    }
    if (!(f->reasons & FIT_WINDOW))
        return;
    jw_key(out, "windows");
    jw_array(out);
    jw_object(out);
    write_date(out, "from", l->begin_ms);
    write_date(out, "until", l->end_ms);
    jw_object_end(out);
    jw_array_end(out);
}

static void preset_capability(struct option_desk *d, const struct repair_action *a,
                              struct json_writer *out)
{
    if (a->line == UINT32_MAX) {
        jw_key_text(out, "capability", d->classes[a->class].concept);
        return;
    }
    const struct option_line *l = &d->lines[a->line];
    jw_key_text(out, "capability", l->capability);
    jw_key(out, "quantity");
    jw_double(out, (double)l->quantity / MILLION);
    if (l->type > 0)
        jw_key_int(out, "type", l->type);
    if (l->unit.len)
        jw_key_text(out, "unit", l->unit);
}

static void preset_engagement(struct option_desk *d, const struct option_offer *x,
                              struct json_writer *out)
{
    struct slice who[] = { d->principal, d->actors[x->actor].id };
    jw_key_cstr(out, "status", "planned");
    jw_key(out, "participants");
    jw_array(out);
    for (int i = 0; i < 2; i++) {
        jw_object(out);
        jw_key_text(out, "actor", who[i]);
        jw_object_end(out);
    }
    jw_array_end(out);
}

/* The record that the first step makes or changes: its kind, and its id when it is there. */
static const char *link_kind(struct option_desk *d, const struct repair_action *a,
                             struct slice *ret_id)
{
    const struct fit *f = a->fit;
    *ret_id = S("");
    switch (a->repair) {
    case REPAIR_SIGN_AGREEMENT:
    case REPAIR_SIGN_SHARING:
        return "agreement";
    case REPAIR_EARN_TRUST:
        return "engagement";
    case REPAIR_FIND_CAPABILITY:
        return "offer";
    case REPAIR_CONFIRM_MAPPING:
        *ret_id = f->mapping;
        return "mapping";
    case REPAIR_RELEASE_LABEL:
    case REPAIR_LANGUAGE:
        *ret_id = d->need.id;
        return "need";
    default:
        *ret_id = d->offers[f->offer].id;
        return "offer";
    }
}

static void write_preset(struct option_desk *d, const struct repair_action *a,
                         struct json_writer *out)
{
    const struct fit *f = a->fit;
    const struct option_offer *x = f ? &d->offers[f->offer] : NULL;
    switch (a->repair) {
    case REPAIR_CONFIRM_MAPPING:
        jw_key_cstr(out, "relation", "exact");
        break;
    case REPAIR_RAISE_TYPE:
        jw_key_int(out, "type", d->lines[a->line].type);
        break;
    case REPAIR_SHORTEN_NOTICE:
        preset_notice(f, out);
        break;
    case REPAIR_OPEN_WINDOW:
        preset_window(&d->lines[a->line], f, out);
        break;
    case REPAIR_REGION:
        preset_regions(d, x, out);
        break;
    case REPAIR_SIGN_AGREEMENT:
    case REPAIR_SIGN_SHARING:
        preset_agreement(d, x, a->repair == REPAIR_SIGN_SHARING, out);
        break;
    case REPAIR_EARN_TRUST:
        preset_engagement(d, x, out);
        break;
    case REPAIR_MORE_QUANTITY:
        jw_key(out, "quantity");
        jw_double(out, (double)d->lines[a->line].quantity / MILLION);
        break;
    case REPAIR_FIND_CAPABILITY:
        preset_capability(d, a, out);
        break;
    default:
        break;
    }
}

void option_write_link(struct option_desk *d, const struct repair_action *a, struct render *r)
{
    struct json_writer *out = r->out;
    struct slice id;
    jw_key(out, "link");
    jw_object(out);
    jw_key_cstr(out, "kind", link_kind(d, a, &id));
    if (id.len && refs_add(r->refs, id))
        jw_key_text(out, "id", id);
    jw_key(out, "preset");
    jw_object(out);
    write_preset(d, a, out);
    jw_object_end(out);
    jw_object_end(out);
}
