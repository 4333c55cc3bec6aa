/*
 * Labels that only named persons read: "persons", a list of users' ids.
 *
 * It is a demand beside all others: the reader holds the rest of the label and is one of them. A
 * list without anybody is nobody, which is what two labels that name different persons make
 * together. An instance's users are known to itself alone, so such a label has no equivalent
 * elsewhere and no partner ever reads it. Invariant: sorted, without duplicates. Must never take
 * "no one named" for "nobody named": the first is anyone.
 */
#include "label/model.h"

#include <stdlib.h>

uint32_t ids_normalise(struct uuid *ids, uint32_t count)
{
    if (count > 1) {
        qsort(ids, count, sizeof(*ids), uuid_order);
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (kept == 0 || !uuid_eq(ids[kept - 1], ids[i])) {
            ids[kept++] = ids[i];
        }
    }
    return kept;
}

bool persons_have(struct persons p, const struct uuid *id)
{
    for (uint32_t i = 0; i < p.count; i++) {
        if (uuid_eq(p.ids[i], *id)) {
            return true;
        }
    }
    return false;
}

bool persons_join(struct arena *a, struct persons x, struct persons y, struct persons *ret)
{
    if (!x.named || !y.named) {
        *ret = x.named ? x : y;
        return true;
    }
    struct uuid *both = arena_array_of(a, struct uuid, x.count + 1);
    if (!both) {
        return false;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < x.count; i++) {
        if (persons_have(y, &x.ids[i])) {
            both[count++] = x.ids[i];
        }
    }
    *ret = (struct persons){ .named = true, .ids = both, .count = count };
    return true;
}

bool persons_equal(struct persons x, struct persons y)
{
    bool equal = x.named == y.named && x.count == y.count;
    for (uint32_t i = 0; equal && i < x.count; i++) {
        equal = uuid_eq(x.ids[i], y.ids[i]);
    }
    return equal;
}

void persons_write(struct persons p, struct json_writer *w)
{
    if (!p.named) {
        return;
    }
    jw_key(w, "persons");
    jw_array(w);
    for (uint32_t i = 0; i < p.count; i++) {
        char id[UUID_TEXT + 1];
        uuid_format(p.ids[i], id);
        jw_text(w, slice_make(id, UUID_TEXT));
    }
    jw_array_end(w);
}

bool label_names_persons(const struct label *l)
{
    return l->persons.named;
}

const struct label *label_for_person(const struct policy *p, struct arena *a, const struct label *l,
                                     const struct uuid *person)
{
    struct label *ret = arena_new_of(a, struct label);
    struct uuid *id = arena_new_of(a, struct uuid);
    if (!ret || !id || l->policy != p) {
        return NULL;
    }
    *ret = *l;
    ret->persons = (struct persons){ .named = true, .ids = id };
    if (person) {
        *id = *person;
        ret->persons.count = 1;
    }
    return ret;
}

const struct label *label_for_anyone(const struct policy *p, struct arena *a, const struct label *l)
{
    if (!l->persons.named || l->policy != p) {
        return l;
    }
    struct label *ret = arena_new_of(a, struct label);
    if (ret) {
        *ret = *l;
        ret->persons = (struct persons){ 0 };
    }
    return ret;
}

bool label_is_of_person(const struct label *l, const struct uuid *person)
{
    return person && l->persons.named && l->persons.count == 1 && persons_have(l->persons, person);
}

bool label_narrows_persons(const struct label *before, const struct label *after)
{
    bool narrows = after->persons.named && !before->persons.named;
    for (uint32_t i = 0; after->persons.named && i < before->persons.count; i++) {
        narrows = narrows || !persons_have(after->persons, &before->persons.ids[i]);
    }
    return narrows;
}
