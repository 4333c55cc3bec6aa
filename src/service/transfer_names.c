/*
 * The map of names: open addressing, never shrinking; and the order in which a reference is looked
 * for: external id before title, the file's own rows before the picture.
 *
 * Invariant: a title that names two records names none. Only readable records are ever found.
 */
#include "service/transfer_names.h"

#include "base/fault.h"

#include <sodium.h>
#include <sqlite3.h>

static void make_key(enum name_role role, struct slice kind, struct slice text, uint64_t ret[2])
{
    crypto_generichash_blake2b_state h;
    unsigned char head[2] = { (unsigned char)role, (unsigned char)kind.len };
    crypto_generichash_blake2b_init(&h, NULL, 0, 16);
    crypto_generichash_blake2b_update(&h, head, sizeof head);
    crypto_generichash_blake2b_update(&h, (const unsigned char *)kind.ptr, kind.len);
    crypto_generichash_blake2b_update(&h, (const unsigned char *)text.ptr, text.len);
    crypto_generichash_blake2b_final(&h, (unsigned char *)ret, 16);
}

void names_done(struct names *n)
{
    base_free(n->slots);
    *n = (struct names){ 0 };
}

static struct name_slot *slot_of(const struct names *n, const uint64_t key[2])
{
    size_t at = (size_t)key[0] & (n->capacity - 1);
    while ((n->slots[at].key[0] | n->slots[at].key[1]) != 0 &&
           (n->slots[at].key[0] != key[0] || n->slots[at].key[1] != key[1]))
        at = (at + 1) & (n->capacity - 1);
    return &n->slots[at];
}

struct name_slot *names_find(const struct names *n, enum name_role role, struct slice kind,
                             struct slice text)
{
    uint64_t key[2];
    if (n->capacity == 0)
        return NULL;
    make_key(role, kind, text, key);
    struct name_slot *slot = slot_of(n, key);
    return (slot->key[0] | slot->key[1]) != 0 ? slot : NULL;
}

static int grow(struct names *n)
{
    struct names wider = { .capacity = n->capacity ? n->capacity * 2 : 1024, .count = n->count };
    wider.slots = base_calloc(wider.capacity, sizeof *wider.slots);
    if (!wider.slots)
        return EN_NO_MEMORY;
    for (size_t i = 0; i < n->capacity; i++)
        if ((n->slots[i].key[0] | n->slots[i].key[1]) != 0)
            *slot_of(&wider, n->slots[i].key) = n->slots[i];
    base_free(n->slots);
    *n = wider;
    return 0;
}

int names_put(struct names *n, enum name_role role, struct slice kind, struct slice text,
              struct uuid id, int64_t number)
{
    uint64_t key[2];
    if (2 * (n->count + 1) > n->capacity && grow(n) < 0)
        return EN_NO_MEMORY;
    make_key(role, kind, text, key);
    struct name_slot *slot = slot_of(n, key);
    if ((slot->key[0] | slot->key[1]) == 0)
        n->count++;
    *slot = (struct name_slot){ .key = { key[0], key[1] }, .id = id, .number = number };
    return 0;
}

/* Of whatever kind; how many kinds have one. */
static size_t count_external(struct snapshot *s, struct slice text, bool own, struct uuid *ret)
{
    struct row row;
    const struct kinds *all = snapshot_kinds(s);
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct kind *k = all->items[i];
        if (k->system || (own ? snapshot_find_own(s, k, text, NULL, &row)
                              : snapshot_find_external(s, k, text, NULL, &row)) < 0)
            continue;
        count += uuid_parse(row.id, ret);
    }
    return count;
}

/* A partner may use an id that one of ours has: ours is meant. */
static bool find_external(struct snapshot *s, const struct kind *kind, struct slice text,
                          struct uuid *ret)
{
    struct row row;
    if (kind)
        return snapshot_find_external(s, kind, text, NULL, &row) == 0 && uuid_parse(row.id, ret);
    size_t own = count_external(s, text, /* own= */ true, ret);
    return own == 1 || (own == 0 && count_external(s, text, /* own= */ false, ret) == 1);
}

/* Number of readable records with exactly this title: 0, 1, or 2 for several. */
static int find_title(struct snapshot *s, const struct kind *kind, struct slice text,
                      struct uuid *ret)
{
    sqlite3_stmt *st = NULL;
    int count = 0;
    if (!kind || text.len == 0 ||
        snapshot_prepare(s,
                         "SELECT id FROM record_v WHERE kind = ?1 AND retracted = 0 AND title = ?2"
                         " ORDER BY id LIMIT 2",
                         NULL, &st) < 0) {
        snapshot_fail(s, EN_IO);
        return 0;
    }
    sqlite3_bind_text(st, 1, kind->name, -1, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, text.ptr, (int)text.len, SQLITE_STATIC);
    int rc;
    while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
        struct uuid id;
        const char *column = (const char *)sqlite3_column_text(st, 0);
        if (column && uuid_parse(slice_of(column), &id) && ++count == 1)
            *ret = id;
    }
    sqlite3_finalize(st);
    if (rc != SQLITE_DONE) /* not "none": who asked must not go on */
        snapshot_fail(s, rc == SQLITE_NOMEM ? EN_NO_MEMORY : EN_IO);
    return count;
}

static bool resolve_title(struct names *n, struct snapshot *s, const struct kind *kind,
                          struct slice text, struct uuid *ret)
{
    struct uuid id;
    const struct name_slot *row =
        kind ? names_find(n, NAME_TITLE, slice_of(kind->name), text) : NULL;
    int count = find_title(s, kind, text, &id);
    if (row && row->number == 0) /* two rows of this title */
        return false;
    if (row && (count == 0 || (count == 1 && uuid_eq(row->id, id)))) {
        *ret = row->id;
        return true;
    }
    if (row || count != 1)
        return false;
    *ret = id;
    return true;
}

bool names_resolve(struct names *n, struct snapshot *s, const struct kind *kind,
                   const struct kind *own, struct slice text, struct uuid *ret)
{
    struct slice word = kind ? slice_of(kind->name) : S("");
    const struct name_slot *slot = names_find(n, NAME_FOUND, word, text);
    if (!slot && (!kind || kind == own))
        slot = names_find(n, NAME_EXTERNAL, slice_of(own->name), text);
    if (slot) {
        *ret = slot->id;
        return true;
    }
    if (find_external(s, kind, text, ret) || resolve_title(n, s, kind, text, ret))
        /* a failure to remember costs time only */
        return names_put(n, NAME_FOUND, word, text, *ret, 0) <= 0;
    return false;
}
