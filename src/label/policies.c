/*
 * The policies that an instance knows: see policies.h.
 *
 * Invariant: names and object identifiers differ, so that a name finds one policy; own is the
 * first.
 */
#include "label/policies.h"

#include "base/fault.h"
#include "label/model.h"

struct policies {
    const struct policy *own; /* borrowed */
    struct policy **others;   /* heap */
    size_t count;
};

static bool is_same(const struct policy *x, const struct policy *y)
{
    return slice_eq_fold(x->id, y->id) || slice_eq(x->oid, y->oid);
}

/* Puts it in the place of the first that it replaces; any other that it equals goes. */
static void put(struct policies *all, struct policy *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (is_same(all->others[i], p)) {
            policy_free(all->others[i]);
        } else {
            all->others[kept++] = all->others[i];
        }
    }
    all->others[kept++] = p;
    all->count = kept;
}

int policies_load(const struct policy *own, const struct slice *texts, size_t count,
                  struct error *err, struct policies **ret)
{
    struct policies *all = base_calloc(1, sizeof(*all));
    struct policy **others = all ? base_calloc(count + 1, sizeof(struct policy *)) : NULL;
    if (!others) {
        base_free(all);
        return error_set(err, EN_NO_MEMORY, "no memory for the policies");
    }
    *all = (struct policies){ .own = own, .others = others };
    for (size_t i = 0; i < count; i++) {
        struct policy *p = NULL;
        int code = policy_load(texts[i], err, &p);
        if (code != 0) {
            policies_free(all);
            return code;
        }
        if (is_same(p, own)) {
            policy_free(p);
        } else {
            put(all, p);
        }
    }
    *ret = all;
    return 0;
}

void policies_free(struct policies *all)
{
    if (!all) {
        return;
    }
    for (size_t i = 0; i < all->count; i++) {
        policy_free(all->others[i]);
    }
    base_free(all->others);
    base_free(all);
}

const struct policy *policies_own(const struct policies *all)
{
    return all->own;
}

size_t policies_count(const struct policies *all)
{
    return all->count + 1;
}

const struct policy *policies_at(const struct policies *all, size_t index)
{
    return index == 0 ? all->own : index <= all->count ? all->others[index - 1] : NULL;
}

const struct policy *policies_find(const struct policies *all, struct slice name)
{
    for (size_t i = 0; i < policies_count(all); i++) {
        const struct policy *p = policies_at(all, i);
        if (slice_eq_fold(p->id, name) || slice_eq(p->oid, name)) {
            return p;
        }
    }
    return NULL;
}
