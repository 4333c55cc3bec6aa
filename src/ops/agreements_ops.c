/* Agreements: where one stands on a day and all about it, the calendar of work, the ledger of
 * mutual support. */
#include "base/limits.h"
#include "ops/internal.h"
#include "service/agreement_page.h"
#include "service/balance.h"
#include "service/calendar.h"

enum { CALENDAR_BACK_DAYS = 30, CALENDAR_AHEAD_DAYS = 180, CALENDAR_SPAN_DAYS = 3660 };

#define QUERY_MOMENT                                                                   \
    PARAMETER("as_of", IN_QUERY, FIELD_WHEN, 0,                                        \
              "As it stands then, in the past or, as far as is known, in the future; " \
              "now, when absent.",                                                     \
              "Selon l'état à cette date, passée ou, pour ce qui en est connu, à " \
              "venir ; maintenant, si absent.")
#define QUERY_NAMED(n, kind, en, fr)               \
    {                                              \
        .name = (n), .place = IN_QUERY, .field = { \
            .name = (n),                           \
            .type = FIELD_REF,                     \
            .target = (kind),                      \
            .label_en = (n),                       \
            .label_fr = (n),                       \
            .help_en = (en),                       \
            .help_fr = (fr)                        \
        }                                          \
    }

/* The last millisecond of the moment that is asked about; unlike call_as_of, it may lie ahead. */
static int64_t moment(const struct call *c)
{
    struct when w;
    return when_parse(call_text(c, "as_of"), &w) ? when_last_ms(w) : c->now_ms;
}

/* A readable record of this kind, or a field error: absent and unreadable are alike. */
static int check_named(struct call *c, const char *name, const char *kind)
{
    struct slice id = call_text(c, name);
    if (!id.len ||
        snapshot_readable(c->snapshot, id, kinds_find(node_kinds(c->node), slice_of(kind))))
        return 0;
    return error_field(c->err, slice_of(name), REASON_REFERENCE, "%s", "");
}

/* ---- one agreement ---- */

struct agreement_call {
    struct agreements *all;
    size_t at;
    int64_t as_of; /* seconds */
    struct answer answer;
};

static int agreement_begin(struct call *c, struct agreement_call *a)
{
    struct row row;
    struct slice id = call_text(c, "id");
    const struct kind *kind = kinds_find(node_kinds(c->node), S("agreement"));
    *a = (struct agreement_call){ .as_of = moment(c) / 1000 };
    int code = snapshot_get(c->snapshot, kind, id, c->err, &row);
    if (code == 0 && row.retracted)
        code = error_set(c->err, EN_GONE, "the record was retracted; its history remains");
    if (code == 0)
        code = agreements_open(c->snapshot, a->as_of, c->err, &a->all);
    if (code == 0 && !agreements_find(a->all, id, &a->at))
        code = error_set(c->err, EN_NOT_FOUND, "there is no such agreement");
    return code < 0 ? code : answer_begin(c, &a->answer);
}

static int handle_status(struct call *c)
{
    struct agreement_call a;
    int code = agreement_begin(c, &a);
    if (code < 0)
        return code;
    agreement_write_status(a.all, a.at, a.as_of, &a.answer.render);
    return answer_end(&a.answer);
}

static int handle_page(struct call *c)
{
    struct agreement_call a;
    int code = agreement_begin(c, &a);
    if (code == 0)
        code = agreement_write_page(a.all, a.at, a.as_of, &a.answer.render, c->err);
    return code < 0 ? code : answer_end(&a.answer);
}

/* ---- calendar ---- */

static int calendar_query_of(struct call *c, struct calendar_query *ret)
{
    int64_t today = c->now_ms - c->now_ms % DAY_MS;
    struct when from, until;
    *ret = (struct calendar_query){ .of = call_text(c, "of"),
                                    .from = today - CALENDAR_BACK_DAYS * DAY_MS,
                                    .until = today + (CALENDAR_AHEAD_DAYS + 1) * DAY_MS - 1,
                                    .as_of_ms = c->now_ms };
    if (when_parse(call_text(c, "from"), &from))
        ret->from = when_first_ms(from);
    if (when_parse(call_text(c, "until"), &until))
        ret->until = when_last_ms(until);
    if (ret->from > ret->until)
        return error_field(c->err, S("from"), REASON_ORDER, "until");
    if (ret->until - ret->from > CALENDAR_SPAN_DAYS * DAY_MS)
        return error_field(c->err, S("until"), REASON_RANGE, "at most ten years after from");
    return check_named(c, "of", "actor");
}

static int handle_calendar(struct call *c)
{
    struct answer a;
    struct calendar_query q;
    struct calendar calendar = { 0 };
    int code = calendar_query_of(c, &q);
    if (code == 0)
        code = calendar_make(c->snapshot, &q, c->err, &calendar);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    write_day(&a.out, "from", q.from);
    write_day(&a.out, "until", q.until);
    if (q.of.len && refs_add(a.render.refs, q.of))
        jw_key_text(&a.out, "of", q.of);
    jw_key(&a.out, "items");
    jw_array(&a.out);
    for (size_t i = 0; code == 0 && i < calendar.count; i++)
        code = calendar_write_item(&calendar.items[i], q.as_of_ms, &a.render, c->err);
    jw_array_end(&a.out);
    jw_key_bool(&a.out, "truncated", calendar.cut);
    return code < 0 ? code : answer_end(&a);
}

/* ---- balance ---- */

static int handle_balance(struct call *c)
{
    struct answer a;
    struct balance_query q = { .agreement = call_text(c, "agreement"),
                               .of = call_text(c, "of"),
                               .partner = call_text(c, "partner"),
                               .as_of_ms = call_as_of(c) };
    char as_of[32];
    int code = check_named(c, "agreement", "agreement");
    if (code == 0)
        code = check_named(c, "of", "actor");
    if (code == 0)
        code = check_named(c, "partner", "actor");
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    when_format_ms(q.as_of_ms, false, as_of);
    jw_key_cstr(&a.out, "as_of", as_of);
    code = balance_write(c->snapshot, &q, &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

/* ---- rows ---- */

static const struct parameter agreement_parameters[] = { PATH_ID, QUERY_MOMENT, { 0 } };
static const struct parameter calendar_parameters[] = {
    PARAMETER("from", IN_QUERY, FIELD_WHEN, 0, "The first day; thirty days ago, when absent.",
              "Le premier jour ; il y a trente jours, si absent."),
    PARAMETER("until", IN_QUERY, FIELD_WHEN, 0, "The last day; in 180 days, when absent.",
              "Le dernier jour ; dans 180 jours, si absent."),
    QUERY_NAMED("of", "actor", "Only what this actor owes or is owed.",
                "Seulement ce que cet acteur doit, ou ce qui lui est dû."),
    { 0 },
};
static const struct parameter balance_parameters[] = {
    QUERY_NAMED("agreement", "agreement", "Only what was supplied under this agreement.",
                "Seulement ce qui a été fourni au titre de cet accord."),
    QUERY_NAMED("of", "actor", "Only what this actor supplied or received.",
                "Seulement ce que cet acteur a fourni ou reçu."),
    QUERY_NAMED("partner", "actor", "And that with this other one.", "Et avec cet autre acteur."),
    QUERY_AS_OF,
    { 0 },
};

const struct operation agreement_rows[] = {
    { "agreement.status", "GET", "/api/v1/agreements/{id}/status", PERMIT_READ, OP_READ,
      agreement_parameters, NULL, NULL, "AgreementStatus", NULL,
      "Shows where an agreement stands, who is bound, and what comes next.",
      "Montre où en est un accord, qui est lié et ce qui vient ensuite.", handle_status },
    { "agreement.page", "GET", "/api/v1/agreements/{id}/page", PERMIT_READ, OP_READ,
      agreement_parameters, NULL, NULL, "AgreementPage", NULL,
      "Shows an agreement with its obligations, what was supplied under it, and the balance.",
      "Montre un accord avec ses obligations, ce qui a été fourni à ce titre et le solde.",
      handle_page },
    { "calendar", "GET", "/api/v1/calendar", PERMIT_READ, OP_READ, calendar_parameters, NULL, NULL,
      "Calendar", NULL, "Lists what falls due, ends or has to be said, day by day.",
      "Liste ce qui arrive à échéance, prend fin ou doit être dit, jour par jour.",
      handle_calendar },
    { "balance", "GET", "/api/v1/balance", PERMIT_READ, OP_READ, balance_parameters, NULL, NULL,
      "BalanceAnswer", NULL,
      "Shows who supplied what to whom, by agreement, year and currency, and what is still owed.",
      "Montre qui a fourni quoi à qui, par accord, année et monnaie, et ce qui reste dû.",
      handle_balance },
    { 0 },
};
