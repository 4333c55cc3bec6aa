/* Labels of partners in our policy, and the join over very many labels. */
#include "service/exchange_internal.h"

#include "base/limits.h"
#include "label/policies.h"

int exchange_label_read(struct node *n, struct arena *a, const struct json *label,
                        struct error *err, const struct label **ret)
{
    if (!json_get_text(label, "policy").len)
        return error_set(err, EN_INVALID, "a label names its policy");
    int code = label_translate(n->policies, n->policy, a, label, err, ret);
    if (code == 0 && label_names_persons(*ret))
        code = error_set(err, EN_FORBIDDEN, "nobody elsewhere knows our users");
    return code;
}

static int remember(struct label_sum *sum, struct slice text)
{
    if (sum->seen_count == sum->seen_capacity) {
        size_t wider = sum->seen_capacity ? sum->seen_capacity * 2 : 16;
        struct slice *more = arena_array_of(sum->arena, struct slice, wider);
        if (!more)
            return EN_NO_MEMORY;
        if (sum->seen_count)
            memcpy(more, sum->seen, sum->seen_count * sizeof *more);
        sum->seen = more;
        sum->seen_capacity = wider;
    }
    sum->seen[sum->seen_count] = arena_copy(sum->arena, text);
    return sum->seen[sum->seen_count++].ptr ? 0 : EN_NO_MEMORY;
}

/* The label again, in memory that stays. */
static const struct label *keep(struct label_sum *sum, struct slice text)
{
    const struct label *l = NULL;
    struct json *json = NULL;
    struct slice copy = arena_copy(sum->arena, text);
    if (!copy.ptr || json_parse(sum->arena, copy, NULL, &json) < 0 ||
        label_parse(sum->policy, sum->arena, json, S(""), NULL, &l) < 0)
        return NULL;
    return l;
}

int label_sum_add(struct label_sum *sum, const struct label *l)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    label_write(sum->policy, l, &text);
    if (buf_failed(&text))
        return EN_NO_MEMORY;
    for (size_t i = sum->seen_count; i-- > 0;)
        if (slice_eq(sum->seen[i], buf_slice(&text)))
            return 0;
    const struct label *kept = keep(sum, buf_slice(&text));
    if (!kept || remember(sum, buf_slice(&text)) < 0)
        return EN_NO_MEMORY;
    sum->join = sum->join ? label_join(sum->policy, sum->arena, sum->join, kept) : kept;
    return sum->join ? 0 : EN_NO_MEMORY;
}
