/*
 * The verb table is made from the operation table: one verb an operation, words split at dots.
 *
 * Invariant: sorted and without duplicates; a verb of this door gives way to an operation of the
 * same name. Nothing here prints.
 */
#include "cli/verbs.h"

#include <stdlib.h>

static const char *spaced(struct arena *a, const char *name)
{
    char *text = arena_cstr(a, slice_of(name));
    for (char *p = text; p && *p; p++) {
        if (*p == '.') {
            *p = ' ';
        } else if (*p == '_') {
            *p = '-';
        }
    }
    return text;
}

static int by_name(const void *x, const void *y)
{
    const struct verb *a = x, *b = y;
    int order = strcmp(a->name, b->name);
    /* An operation before this door's verb of the same name, so that the first one stays. */
    return order != 0 ? order : (a->run != NULL) - (b->run != NULL);
}

int verbs_make(struct arena *a, const struct operations *operations, const struct verb *own,
               size_t own_count, struct error *err, const struct verbs **ret)
{
    struct verbs *all = arena_new_of(a, struct verbs);
    struct verb *items = arena_array_of(a, struct verb, operations->count + own_count + 1);
    if (!all || !items) {
        return error_set(err, EN_NO_MEMORY, "no memory for the verbs");
    }
    size_t count = 0;
    for (size_t i = 0; i < operations->count; i++) {
        const struct operation *o = &operations->items[i];
        if (!(o->flags & OP_NO_CLI)) {
            items[count++] = (struct verb){ .name = spaced(a, o->name), .operation = o };
        }
    }
    for (size_t i = 0; i < own_count; i++) {
        items[count++] = own[i];
    }
    if (arena_failed(a)) {
        return error_set(err, EN_NO_MEMORY, "no memory for the verbs");
    }
    qsort(items, count, sizeof(items[0]), by_name);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || strcmp(items[kept - 1].name, items[i].name) != 0) {
            items[kept++] = items[i];
        }
    }
    *all = (struct verbs){ .items = items, .count = kept };
    *ret = all;
    return 0;
}

static const struct verb *find(const struct verbs *all, struct slice name)
{
    for (size_t i = 0; i < all->count; i++) {
        if (slice_is(name, all->items[i].name)) {
            return &all->items[i];
        }
    }
    return NULL;
}

const struct verb *verbs_match(const struct verbs *all, struct arena *a, char *const *words,
                               int count, int *ret_used)
{
    const struct verb *best = NULL;
    struct slice typed = { .ptr = "" };
    for (int i = 0; i < count && i < 4; i++) {
        typed = i == 0 ? slice_of(words[0])
                       : arena_printf(a, SLICE_FMT " %s", SLICE_ARG(typed), words[i]);
        const struct verb *v = find(all, typed);
        if (v) {
            best = v;
            *ret_used = i + 1;
        }
    }
    return best;
}

bool verbs_is_group(const struct verbs *all, struct slice word)
{
    for (size_t i = 0; i < all->count; i++) {
        struct slice name = slice_of(all->items[i].name);
        if (name.len > word.len && name.ptr[word.len] == ' ' && slice_starts(name, word)) {
            return true;
        }
    }
    return false;
}

enum { NEAR_MAX = 64 };

/* Levenshtein distance; texts longer than NEAR_MAX are far from everything. */
static size_t distance(struct slice a, struct slice b)
{
    size_t row[NEAR_MAX + 1];
    if (a.len > NEAR_MAX || b.len > NEAR_MAX) {
        return NEAR_MAX;
    }
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t changed = diagonal + (a.ptr[i - 1] != b.ptr[j - 1]);
            diagonal = row[j];
            size_t added = row[j] + 1 < row[j - 1] + 1 ? row[j] + 1 : row[j - 1] + 1;
            row[j] = changed < added ? changed : added;
        }
    }
    return row[b.len];
}

const struct verb *verbs_nearest(const struct verbs *all, struct slice typed)
{
    const struct verb *best = NULL;
    size_t least = typed.len / 3 + 1;
    for (size_t i = 0; i < all->count; i++) {
        size_t far = distance(typed, slice_of(all->items[i].name));
        if (far <= least && far < typed.len) {
            best = far < least || !best ? &all->items[i] : best;
            least = far;
        }
    }
    return best;
}
