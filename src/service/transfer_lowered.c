/* Decisions behind labels that fall in a restored file: see transfer_lowered.h. */
#include "service/transfer_lowered.h"

void lowered_done(struct lowered *l)
{
    names_done(&l->names);
}

/* The number of this label text, given one when it is new. */
static int number_of(struct lowered *l, struct arena *a, struct slice text, size_t *ret)
{
    const struct uuid none = { { 0 } };
    const struct name_slot *slot = names_find(&l->names, NAME_LABEL_TEXT, S(""), text);
    if (slot) {
        *ret = (size_t)slot->number;
        return 0;
    }
    if (l->count == l->capacity) {
        size_t wider = l->capacity ? 2 * l->capacity : 32;
        struct slice *labels = arena_array_of(a, struct slice, wider);
        if (!labels)
            return EN_NO_MEMORY;
        if (l->count)
            memcpy(labels, l->labels, l->count * sizeof *labels);
        l->labels = labels;
        l->capacity = wider;
    }
    struct slice kept = arena_copy(a, text);
    if (!kept.ptr ||
        names_put(&l->names, NAME_LABEL_TEXT, S(""), text, none, (int64_t)l->count) < 0)
        return EN_NO_MEMORY;
    l->labels[l->count] = kept;
    *ret = l->count++;
    return 0;
}

static int label_of(struct snapshot *s, struct slice text, struct error *err,
                    const struct label **ret)
{
    struct json *json = NULL;
    int code = json_parse(snapshot_arena(s), text, err, &json);
    return code < 0
               ? code
               : label_parse(snapshot_policy(s), snapshot_arena(s), json, S("label"), err, ret);
}

/* Is this entry the decision that is waited for? */
static bool is_decision(const struct lowered *l, struct snapshot *s, const struct draft *d)
{
    struct json *body = NULL;
    const struct label *stated = NULL, *after = NULL;
    struct uuid record;
    return d && d->operation == ENTRY_PUT && slice_is(d->kind, "release") &&
           json_parse(snapshot_arena(s), d->body, NULL, &body) == 0 &&
           slice_is(json_get_text(body, "nature"), "lower") &&
           slice_is(json_get_text(body, "state"), "approved") &&
           uuid_parse(json_get_text(body, "record"), &record) && uuid_eq(record, l->record) &&
           label_parse(snapshot_policy(s), snapshot_arena(s), json_get(body, "label_after"), S(""),
                       NULL, &stated) == 0 &&
           label_of(s, l->labels[l->after], NULL, &after) == 0 && label_equal(stated, after);
}

static struct json *grounds_of(struct arena *a)
{
    struct json *grounds = json_new_object(a);
    struct slice reason = S("the file states the lower label without a decision");
    bool good = json_set_text(a, grounds, "authority", S("restored from a file")) == 0 &&
                json_set_text(a, grounds, "reason", reason) == 0;
    return good ? grounds : NULL;
}

static int settle(struct lowered *l, struct snapshot *s, const struct draft *next, int64_t now_ms,
                  struct error *err, struct draft *ret, bool *ret_add)
{
    struct release_change c = { .record = l->record, .now_ms = now_ms };
    *ret_add = false;
    if (!l->waiting)
        return 0;
    l->waiting = false;
    if (is_decision(l, s, next))
        return 0;
    int code = label_of(s, l->labels[l->before], err, &c.before);
    if (code == 0)
        code = label_of(s, l->labels[l->after], err, &c.after);
    c.grounds = grounds_of(snapshot_arena(s));
    if (code == 0 && !c.grounds)
        code = error_set(err, EN_NO_MEMORY, "import");
    if (code == 0)
        code = release_judge(s, &c, err, ret, ret_add);
    if (code == 0 && *ret_add) {
        ret->user = records_user(snapshot_viewer(s), snapshot_arena(s));
        ret->at_ms = l->at_ms;
        l->recorded++;
    }
    return code;
}

/* Does this version have a lower label than the one before it? */
static int compare(struct lowered *l, struct snapshot *s, const struct draft *d, size_t before,
                   size_t after, struct error *err)
{
    const struct label *was, *is;
    enum label_change change = LABEL_KEPT;
    int code = label_of(s, l->labels[before], err, &was);
    if (code == 0)
        code = label_of(s, l->labels[after], err, &is);
    if (code == 0 && label_change_of(s, was, is, &change) < 0)
        code = error_set(err, EN_NO_MEMORY, "import");
    if (code == 0 && change == LABEL_LOWERED) {
        l->waiting = true;
        l->record = d->record;
        l->before = before;
        l->after = after;
        l->at_ms = d->at_ms;
    }
    return code;
}

int lowered_take(struct lowered *l, struct snapshot *s, const struct draft *d, int64_t now_ms,
                 struct error *err, struct draft *ret, bool *ret_add)
{
    char id[UUID_TEXT + 1];
    size_t number = 0;
    int code = settle(l, s, d, now_ms, err, ret, ret_add);
    if (code < 0)
        return code;
    uuid_format(d->record, id);
    if (number_of(l, snapshot_arena(s), d->label, &number) < 0)
        return error_set(err, EN_NO_MEMORY, "import");
    const struct name_slot *slot = names_find(&l->names, NAME_LABEL, S(""), slice_of(id));
    if (slot && (size_t)slot->number != number)
        code = compare(l, s, d, (size_t)slot->number, number, err);
    if (code == 0 &&
        names_put(&l->names, NAME_LABEL, S(""), slice_of(id), d->record, (int64_t)number) < 0)
        code = error_set(err, EN_NO_MEMORY, "import");
    return code;
}

int lowered_end(struct lowered *l, struct snapshot *s, int64_t now_ms, struct error *err,
                struct draft *ret, bool *ret_add)
{
    return settle(l, s, NULL, now_ms, err, ret, ret_add);
}
