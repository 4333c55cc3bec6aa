/*
 * Offers against the lines of a need: for every offer whose capability answers a line, what keeps
 * it from being counted on, all of it at once, and what had to be assumed.
 *
 * A fit without reasons may be used as it stands. What is not stated is taken in the offer's favour
 * and noted; but an unstated type is not known to be able enough.
 */
#include "service/options_internal.h"

#include <stdlib.h>

enum { MILLION = 1000000, HOUR_MS = 3600 * 1000 };

static const char *const reason_words[FIT_REASONS] = {
    "close_mapping", "type",  "unit",    "notice",   "window",      "sustain", "region",
    "agreement",     "label", "sharing", "language", "last_resort", "trust",
};
static const char *const note_words[FIT_NOTES] = {
    "notice_not_stated",    "sustain_not_stated", "unit_not_stated",
    "languages_not_stated", "no_agreement",       "agreement_ends_before",
    "self_declared",        "attestation_past",   "last_resort",
};

const char *fit_reason_word(int bit)
{
    return reason_words[bit];
}

const char *fit_note_word(int bit)
{
    return note_words[bit];
}

/* ---- when ---- */

static int64_t after(int64_t ms, const struct json *body, const char *name)
{
    struct duration d;
    return duration_parse(json_get_text(body, name), &d) ? duration_after(ms, d, 1) : ms;
}

static int32_t hours_between(int64_t from_ms, int64_t until_ms)
{
    int64_t ms = until_ms > from_ms ? until_ms - from_ms : 0;
    int64_t hours = (ms + HOUR_MS - 1) / HOUR_MS;
    return hours < COVER_VALUE_MAX ? (int32_t)hours : COVER_VALUE_MAX;
}

static void match_notice(const struct option_desk *d, const struct option_line *l,
                         const struct json *offer, struct fit *f)
{
    int64_t now = d->query->as_of_ms, travelled = after(now, offer, "travel");
    int64_t there = after(after(now, offer, "notice"), offer, "travel");
    f->left_ms = l->deadline_ms == INT64_MAX ? INT64_MAX : l->deadline_ms - travelled;
    f->readiness = hours_between(now, there);
    if (!json_get(offer, "notice")) {
        f->notes |= NOTE_NOTICE;
        if (l->deadline_ms != INT64_MAX && l->deadline_ms > there) /* just in time */
            f->readiness = hours_between(now, l->deadline_ms);
    }
    if (there > l->deadline_ms)
        f->reasons |= FIT_NOTICE;
}

static bool spans(const struct json *window, const struct option_line *l)
{
    struct when from, until;
    return (!when_parse(json_get_text(window, "from"), &from) ||
            when_first_ms(from) <= l->begin_ms) &&
           (!when_parse(json_get_text(window, "until"), &until) ||
            l->end_ms <= when_last_ms(until));
}

static void match_window(const struct option_line *l, const struct json *offer, struct fit *f)
{
    const struct json *windows = json_get(offer, "windows");
    bool open = !windows || windows->count == 0;
    for (uint32_t i = 0; !open && i < windows->count; i++)
        open = spans(&windows->items[i], l);
    if (!open || !spans(offer, l))
        f->reasons |= FIT_WINDOW;
}

static void match_sustain(const struct option_line *l, const struct json *offer, struct fit *f)
{
    struct duration sustain;
    if (duration_is_zero(l->duration))
        return;
    if (!duration_parse(json_get_text(offer, "sustain"), &sustain))
        f->notes |= NOTE_SUSTAIN;
    else if (duration_after(l->begin_ms, sustain, 1) < duration_after(l->begin_ms, l->duration, 1))
        f->reasons |= FIT_SUSTAIN;
}

/* ---- what and where ---- */

static void match_ability(const struct option_line *l, const struct option_offer *x, struct fit *f)
{
    struct slice unit = json_get_text(x->body, "unit");
    if (l->type > 0 && (x->type == 0 || x->type > l->type))
        f->reasons |= FIT_TYPE;
    if (l->unit.len && !unit.len)
        f->notes |= NOTE_UNIT;
    else if (l->unit.len && !slice_eq_fold(l->unit, unit))
        f->reasons |= FIT_UNIT;
}

static void match_region(const struct option_desk *d, const struct json *offer, struct fit *f)
{
    struct slice region = json_get_text(d->need.body, "region");
    const struct json *regions = json_get(offer, "regions");
    bool within = !region.len || !regions || regions->count == 0;
    for (uint32_t i = 0; !within && i < regions->count; i++)
        within = region_within(region, regions->items[i].text);
    if (!within)
        f->reasons |= FIT_REGION;
}

static void match_attestation(const struct option_desk *d, const struct option_line *l,
                              const struct json *offer, struct fit *f)
{
    struct when until;
    struct slice by = json_get_text(offer, "attested_by");
    if (!by.len || !snapshot_readable(d->snapshot, by, NULL))
        f->notes |= NOTE_SELF_DECLARED;
    else if (when_parse(json_get_text(offer, "attested_until"), &until) &&
             when_last_ms(until) < l->end_ms)
        f->notes |= NOTE_ATTESTATION_PAST;
}

/* ---- who ---- */

/* The agreement that the offer itself names, when it binds the two together now. */
static int stated_agreement(struct option_desk *d, const struct option_offer *x, struct error *err,
                            struct option_link *ret)
{
    struct slice stated = json_get_text(x->body, "agreement");
    const struct agreement_link *links = NULL;
    size_t count = 0;
    ret->agreement = S("");
    if (!stated.len)
        return 0;
    int code = agreements_between(d->agreements, d->principal, d->actors[x->actor].id, S(""),
                                  &links, &count);
    for (size_t i = 0; code == 0 && i < count; i++)
        if (slice_eq(links[i].agreement, stated))
            *ret = (struct option_link){ .agreement = links[i].agreement,
                                         .ends_on = links[i].ends_on };
    return code < 0 ? error_set(err, code, "the agreements cannot be read") : 0;
}

static bool needs_agreement(const struct option_desk *d, const struct option_offer *x)
{
    struct slice basis = json_get_text(x->body, "basis");
    return !d->actors[x->actor].own && !slice_is(basis, "mandate") &&
           !slice_is(basis, "mechanism") &&
           !slice_is(json_get_text(d->need.body, "agreement_rule"), "not_needed");
}

/* Under the offer's own agreement; else one that covers its capability, or the one asked. */
static int match_agreement(struct option_desk *d, const struct option_line *l,
                           const struct option_offer *x, struct error *err, struct fit *f)
{
    const struct option_link *found = NULL;
    struct option_link link;
    f->agreement = S("");
    if (!needs_agreement(d, x))
        return 0;
    int code = stated_agreement(d, x, err, &link);
    if (code == 0 && !link.agreement.len)
        code = option_agreement_of(d, x->actor, x->capability, err, &found);
    if (code == 0 && found && !found->agreement.len)
        code = option_agreement_of(d, x->actor, l->capability, err, &found);
    if (code < 0)
        return code;
    link = found ? *found : link;
    f->agreement = link.agreement;
    if (link.agreement.len && link.ends_on < l->end_ms)
        f->notes |= NOTE_AGREEMENT_ENDS;
    if (!link.agreement.len) {
        bool preferred = slice_is(json_get_text(d->need.body, "agreement_rule"), "preferred");
        f->notes |= preferred ? NOTE_NO_AGREEMENT : 0;
        f->reasons |= preferred ? 0 : FIT_AGREEMENT;
    }
    return 0;
}

static void match_actor(const struct option_desk *d, const struct option_actor *a, struct fit *f)
{
    if (!a->releasable)
        f->reasons |= FIT_LABEL;
    if (!a->shares)
        f->reasons |= FIT_SHARING;
    if (!a->speaks)
        f->reasons |= FIT_LANGUAGE;
    if (!a->own && !a->languages_stated && json_get(d->need.body, "languages"))
        f->notes |= NOTE_LANGUAGES;
    if (!a->own && a->forecast < node_weights(d->node)->delivery_floor)
        f->reasons |= FIT_TRUST;
}

/* ---- together ---- */

static int match_one(struct option_desk *d, uint32_t line, uint32_t offer, struct error *err,
                     struct fit *f)
{
    const struct option_line *l = &d->lines[line];
    struct option_offer *x = &d->offers[offer];
    const struct answering *answer = answering_find(&l->concepts, x->capability);
    *f = (struct fit){ .offer = offer, .line = line, .mapping = answer ? answer->mapping : S("") };
    if (f->mapping.len)
        f->reasons |= FIT_MAPPING;
    if (x->last_resort) {
        f->reasons |= FIT_LAST_RESORT;
        f->notes |= NOTE_LAST_RESORT;
    }
    match_ability(l, x, f);
    match_notice(d, l, x->body, f);
    match_window(l, x->body, f);
    match_sustain(l, x->body, f);
    match_region(d, x->body, f);
    match_attestation(d, l, x->body, f);
    match_actor(d, &d->actors[x->actor], f);
    return match_agreement(d, l, x, err, f);
}

static int64_t common_measure(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Quantities become small whole numbers: counted in the greatest measure that divides what is asked
 * and everything offered. Where that makes more than the kernel counts, the measure is a share of
 * the demand: then demand rounds up and offers round down, so that nothing is promised twice. */
static void measure_line(struct option_desk *d, struct option_line *l, const struct fit *fits,
                         uint32_t count)
{
    int64_t most = COVER_DEMAND_MAX / l->redundancy;
    l->measure = l->quantity;
    for (uint32_t i = 0; i < count; i++) {
        int64_t q = d->offers[fits[i].offer].quantity;
        if (q > 0 && q < l->quantity)
            l->measure = common_measure(l->measure, q);
    }
    if (l->quantity / l->measure > most)
        l->measure = (l->quantity + most - 1) / most;
    l->base = (int32_t)((l->quantity + l->measure - 1) / l->measure);
    l->demand = l->base * l->redundancy;
}

/* The need as a whole, for complements: there before the first line begins, until the last ends. */
static void whole_line(struct option_desk *d)
{
    struct option_line *whole = &d->lines[d->line_count];
    *whole = (struct option_line){ .quantity = MILLION,
                                   .measure = MILLION,
                                   .base = 1,
                                   .redundancy = 1,
                                   .deadline_ms = INT64_MAX,
                                   .begin_ms = d->query->as_of_ms,
                                   .end_ms = d->query->as_of_ms };
    for (uint32_t i = 0; i < d->line_count; i++) {
        const struct option_line *l = &d->lines[i];
        whole->begin_ms = i == 0 || l->begin_ms < whole->begin_ms ? l->begin_ms : whole->begin_ms;
        whole->end_ms = i == 0 || l->end_ms > whole->end_ms ? l->end_ms : whole->end_ms;
        if (l->deadline_ms < whole->deadline_ms)
            whole->deadline_ms = l->deadline_ms;
    }
}

static int match_complements(struct option_desk *d, struct error *err)
{
    int code = 0;
    whole_line(d);
    for (uint32_t offer = 0; code == 0 && offer < d->offer_count; offer++) {
        const struct option_offer *x = &d->offers[offer];
        if (!x->gives || x->quantity <= 0 || d->actors[x->actor].without)
            continue;
        code = match_one(d, d->line_count, offer, err, &d->fits[d->fit_count]);
        d->fit_count += code == 0;
    }
    return code;
}

static int compare_fits(const void *x, const void *y)
{
    const struct fit *a = x, *b = y;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->offer < b->offer ? -1 : a->offer > b->offer;
}

const struct fit *option_fit(const struct option_desk *d, uint32_t line, uint32_t offer)
{
    struct fit key = { .line = line, .offer = offer };
    return d->fit_count ? bsearch(&key, d->fits, d->fit_count, sizeof key, compare_fits) : NULL;
}

int option_match(struct option_desk *d, struct error *err)
{
    size_t most = (size_t)(d->line_count + 1) * d->offer_count;
    d->fits = arena_array_of(d->arena, struct fit, most + 1);
    if (!d->fits)
        return error_set(err, EN_NO_MEMORY, "options");
    for (uint32_t line = 0; line < d->line_count; line++) {
        uint32_t first = d->fit_count;
        for (uint32_t offer = 0; offer < d->offer_count; offer++) {
            const struct option_offer *x = &d->offers[offer];
            if (x->quantity <= 0 || d->actors[x->actor].without ||
                !answering_find(&d->lines[line].concepts, x->capability))
                continue;
            int code = match_one(d, line, offer, err, &d->fits[d->fit_count]);
            if (code < 0)
                return code;
            d->fit_count++;
        }
        measure_line(d, &d->lines[line], d->fits + first, d->fit_count - first);
    }
    d->last_resort = json_get_bool(d->need.body, "last_resort", false);
    return match_complements(d, err);
}
