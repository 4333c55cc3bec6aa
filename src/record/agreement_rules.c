/*
 * The rules across the fields of an agreement.
 *
 * Terms that contradict each other are refused here, so that what computes the status of an
 * agreement never meets them: a renewal that renews for no time, a rule for the entry into force
 * without its number, an act on a text that is still negotiated.
 */
#include "record/agreement_parts.h"

#include "base/duration.h"

/* The same party may appear again only with another day of joining. */
static int check_parties(const struct json *body, struct error *err)
{
    const struct json *list = json_get(body, "parties");
    int code = 0;
    for (uint32_t i = 0; list && i < list->count; i++) {
        const struct json *party = &list->items[i];
        struct when joined, left;
        if (rule_when(party, "joined", &joined) && rule_when(party, "left", &left) &&
            when_after(joined, left))
            code = rule_report_item(err, "parties", i, "left", REASON_ORDER, "joined");
        uint32_t j = 0;
        while (
            j < i &&
            !(slice_eq(json_get_text(party, "party"), json_get_text(&list->items[j], "party")) &&
              slice_eq(json_get_text(party, "joined"), json_get_text(&list->items[j], "joined"))))
            j++;
        if (j < i)
            code = rule_report_item(err, "parties", i, "party", REASON_DUPLICATE, "");
    }
    return code;
}

static bool same_member(const struct json *a, const struct json *b, const char *name)
{
    return slice_eq(json_get_text(a, name), json_get_text(b, name));
}

/* Leaving cannot take effect before it was said; other acts may reach back. */
static bool is_leaving(const struct json *action)
{
    struct slice word = json_get_text(action, "action");
    return slice_is(word, "notice_of_termination") || slice_is(word, "withdrawal");
}

static int check_actions(const struct json *body, struct error *err)
{
    const struct json *list = json_get(body, "actions");
    int code = 0;
    for (uint32_t i = 0; list && i < list->count; i++) {
        const struct json *one = &list->items[i];
        struct when said, effective;
        if (is_leaving(one) && rule_when(one, "deposited", &said) &&
            rule_when(one, "effective", &effective) && when_after(said, effective))
            code = rule_report_item(err, "actions", i, "effective", REASON_ORDER, "deposited");
        uint32_t j = 0;
        while (j < i && !(same_member(one, &list->items[j], "party") &&
                          same_member(one, &list->items[j], "action") &&
                          same_member(one, &list->items[j], "deposited")))
            j++;
        if (j < i)
            code = rule_report_item(err, "actions", i, "action", REASON_DUPLICATE, "");
    }
    return code;
}

static int check_stage(const struct json *body, struct error *err)
{
    struct slice stage = json_get_text(body, "stage");
    if (slice_empty(stage) || slice_is(stage, "agreed"))
        return 0;
    int concluded =
        rule_unset(body, "concluded", "a text that is still negotiated is not concluded", err);
    int acts = rule_unset(body, "actions", "nobody acts on a text that is still negotiated", err);
    return concluded ? concluded : acts;
}

static int check_entry(const struct json *body, struct error *err)
{
    struct slice rule = json_get_text(body, "entry_rule");
    bool threshold = slice_is(rule, "threshold");
    int number = 0, delay = 0;
    if (threshold && !json_get(body, "entry_threshold"))
        number = error_field(err, S("/entry_threshold"), REASON_RULE,
                             "needed with the entry rule threshold");
    if (!threshold)
        number = rule_unset(body, "entry_threshold", "only with the entry rule threshold", err);
    if (slice_empty(rule) || slice_is(rule, "date"))
        delay = rule_unset(body, "entry_delay", "only with an entry rule other than a date", err);
    return number ? number : delay;
}

static int check_length(const struct json *body, const char *name, struct slice pointer,
                        struct error *err)
{
    struct duration length;
    if (!duration_parse(json_get_text(body, name), &length) || !duration_is_zero(length))
        return 0;
    return error_field(err, pointer, REASON_RULE, "longer than nothing");
}

static int check_renewal(const struct json *body, struct error *err)
{
    struct slice renewal = json_get_text(body, "renewal");
    if (slice_empty(renewal) || slice_is(renewal, "none")) {
        int period = rule_unset(body, "renewal_period", "only with a renewal", err);
        int limit = rule_unset(body, "renewal_limit", "only with a renewal", err);
        return period ? period : limit;
    }
    if (json_get(body, "term") || (json_get(body, "expires") && json_get(body, "renewal_period")))
        return 0;
    return error_field(err, S("/term"), REASON_RULE,
                       "a renewal needs a term, or an end and a renewal period");
}

int agreement_check(const struct json *body, struct error *err)
{
    int codes[] = {
        rule_order(body, "concluded", "ended", S(""), err),
        rule_order(body, "in_force", "ended", S(""), err),
        rule_order(body, "in_force", "expires", S(""), err),
        rule_order(body, "provisional_from", "provisional_until", S(""), err),
        check_parties(body, err),
        check_stage(body, err),
        check_actions(body, err),
        check_entry(body, err),
        check_length(body, "term", S("/term"), err),
        check_length(body, "renewal_period", S("/renewal_period"), err),
        check_renewal(body, err),
    };
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (codes[i])
            return codes[i];
    }
    return 0;
}
