/* What records say about trust (golden), and how the policy weighs it. Dates are in days since
 * 1970-01-01: 19844 is 2024-05-01. */
#include "record_check.h"

#include "record/weights.h"

static void note_testimony(void *context, const struct testimony *t)
{
    struct buf *out = context;
    buf_printf(out, "%s %c<-%c day %lld", t->event, t->truster.ptr[35], t->trustee.ptr[35],
               (long long)(t->at_ms / 86400000));
    if (t->stakes.len)
        buf_printf(out, " " SLICE_FMT, SLICE_ARG(t->stakes));
    if (t->dimension.len)
        buf_printf(out, " " SLICE_FMT, SLICE_ARG(t->dimension));
    if (t->share < 1)
        buf_printf(out, " share %g", t->share);
    buf_add_char(out, '\n');
}

static void assert_testimony(const char *kind, const char *body, const char *expected)
{
    cleanup_fixture struct fixture f = fixture_new();
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_BODY);
    const struct kind *k = kind_named(&f, kind);
    k->testify(clean(&f, kind, body), note_testimony, &out);
    assert_string_equal(buf_slice(&out).ptr, expected);
}

static void note_item(void *context, const struct evidence_item *e)
{
    buf_printf(context, "%s %c<-%c %lld %s %+d %u stakes %d\n", e->event, e->truster.ptr[35],
               e->trustee.ptr[35], (long long)(e->at_ms / 86400000),
               dimension_choices[e->dimension].value, e->valence, e->w_micro, e->stakes);
}

static void assert_items(const char *policy, const char *kind, const char *body,
                         const char *expected)
{
    cleanup_fixture struct fixture f = fixture_new();
    cleanup_buf struct buf out;
    struct weights w;
    struct error err = { 0 };
    buf_init(&out, LIMIT_BODY);
    if (weights_parse(slice_of(policy), &err, &w))
        fail_msg("%s", err.message);
    record_evidence(kind_named(&f, kind), clean(&f, kind, body), &w, note_item, &out);
    assert_string_equal(buf_slice(&out).ptr, expected);
}

#define COMMITMENT                                                                       \
    "{\"from\":\"" ID_A "\",\"to\":\"" ID_B "\",\"text\":\"T\",\"stakes\":\"critical\"," \
    "\"due\":\"2024-05-01\","

static void a_commitment_speaks_of_who_promised_when_it_is_decided(void **state)
{
    (void)state;
    assert_testimony("commitment", COMMITMENT "\"state\":\"open\"}", "");
    assert_testimony("commitment", COMMITMENT "\"state\":\"kept\",\"decided_on\":\"2024-05-01\"}",
                     "commitment.kept b<-a day 19844 critical\n");
    assert_testimony("commitment", COMMITMENT "\"state\":\"late\",\"decided_on\":\"2024-05-02\"}",
                     "commitment.late b<-a day 19845 critical\n");
    assert_testimony("commitment", COMMITMENT "\"state\":\"broken\",\"decided_on\":\"2024-05\"}",
                     "commitment.broken b<-a day 19844 critical\n");
    assert_testimony("commitment", COMMITMENT "\"state\":\"waived\",\"decided_on\":\"2024-05\"}",
                     "");
    assert_testimony("commitment", COMMITMENT "\"state\":\"disputed\",\"decided_on\":\"2024\"}",
                     "");
}

#define DISCLOSURE                                                                             \
    "{\"from\":\"" ID_A "\",\"to\":\"" ID_B "\",\"what\":\"vulnerability\",\"summary\":\"S\"," \
    "\"given\":\"2024-05-01\","

static void a_confidence_is_honoured_after_a_year(void **state)
{
    (void)state;
    assert_testimony("disclosure", DISCLOSURE "\"state\":\"in_confidence\"}",
                     "disclosure.honoured a<-b day 20209\n"); /* 19844 + 365 */
    assert_testimony("disclosure",
                     DISCLOSURE "\"state\":\"honoured\",\"decided_on\":\"2024-06-01\"}",
                     "disclosure.honoured a<-b day 20209\n"); /* saying so early earns nothing */
    assert_testimony("disclosure",
                     DISCLOSURE "\"state\":\"honoured\",\"decided_on\":\"2025-06-01\"}",
                     "disclosure.honoured a<-b day 20240\n");
    assert_testimony("disclosure",
                     DISCLOSURE "\"state\":\"breached\",\"decided_on\":\"2024-06-01\"}",
                     "disclosure.breached a<-b day 19875\n");
    assert_testimony("disclosure",
                     DISCLOSURE "\"state\":\"released\",\"decided_on\":\"2024-06-01\"}", "");
}

static void a_confidence_that_held_a_year_keeps_that_merit(void **state)
{
    (void)state;
    assert_testimony("disclosure",
                     DISCLOSURE "\"state\":\"breached\",\"decided_on\":\"2025-05-02\"}",
                     "disclosure.honoured a<-b day 20209\ndisclosure.breached a<-b day 20210\n");
    assert_testimony("disclosure",
                     DISCLOSURE "\"state\":\"released\",\"decided_on\":\"2025-05-02\"}",
                     "disclosure.honoured a<-b day 20209\n");
    assert_testimony("disclosure",
                     DISCLOSURE "\"state\":\"breached\",\"decided_on\":\"2025-05-01\"}",
                     "disclosure.breached a<-b day 20209\n"); /* the year was not over */
}

#define PARTICIPANTS                                                                               \
    "\"participants\":[{\"actor\":\"" ID_A "\"},{\"actor\":\"" ID_B "\"},{\"actor\":\"" ID_C "\"}" \
    "]}"
#define ENGAGEMENT "{\"title\":\"T\",\"when\":\"2024-05-01\",\"mode\":\"visit\","

static void a_held_engagement_is_contact_between_every_two(void **state)
{
    (void)state;
    const char *pairs = "engagement.held a<-b day 19844\nengagement.held a<-c day 19844\n"
                        "engagement.held b<-a day 19844\nengagement.held b<-c day 19844\n"
                        "engagement.held c<-a day 19844\nengagement.held c<-b day 19844\n";
    assert_testimony("engagement", ENGAGEMENT "\"status\":\"held\"," PARTICIPANTS, pairs);
    assert_testimony("engagement",
                     ENGAGEMENT "\"status\":\"held\",\"outcome\":\"negative\"," PARTICIPANTS,
                     pairs); /* still contact */
    assert_testimony("engagement", ENGAGEMENT "\"status\":\"planned\"," PARTICIPANTS, "");
    assert_testimony("engagement", ENGAGEMENT "\"status\":\"held\"}", "");
}

static void cancelling_late_speaks_of_who_cancelled(void **state)
{
    (void)state;
    const char *two = "engagement.cancelled_late a<-b day 19837\n"
                      "engagement.cancelled_late c<-b day 19837\n";
#define CANCELLED "\"status\":\"cancelled\",\"cancelled_by\":\"" ID_B "\",\"cancelled_on\":"
    assert_testimony("engagement", ENGAGEMENT CANCELLED "\"2024-04-24\"," PARTICIPANTS, two);
    assert_testimony("engagement", ENGAGEMENT CANCELLED "\"2024-04-23\"," PARTICIPANTS, "");
    assert_testimony("engagement", ENGAGEMENT CANCELLED "\"2024-04-23T23:59:59Z\"," PARTICIPANTS,
                     "");
    assert_testimony("engagement", ENGAGEMENT CANCELLED "\"2024-05-02\"," PARTICIPANTS,
                     "engagement.cancelled_late a<-b day 19845\n"
                     "engagement.cancelled_late c<-b day 19845\n"); /* after the day itself */
    assert_testimony("engagement",
                     ENGAGEMENT
                     "\"status\":\"cancelled\",\"cancelled_on\":\"2024-05-01\"," PARTICIPANTS,
                     ""); /* nobody is named */
}

static size_t testimonies_of_gathering(int participants)
{
    cleanup_fixture struct fixture f = fixture_new();
    cleanup_buf struct buf body, out;
    buf_init(&body, LIMIT_BODY);
    buf_init(&out, LIMIT_BODY);
    buf_add_cstr(&body, ENGAGEMENT "\"status\":\"held\",\"participants\":[");
    for (int i = 0; i < participants; i++)
        buf_printf(&body, "%s{\"actor\":\"01890000-0000-7000-8000-%012d\"}", i ? "," : "", i);
    buf_add_cstr(&body, "]}");
    kind_named(&f, "engagement")->testify(clean(&f, "engagement", body.ptr), note_testimony, &out);
    size_t lines = 0;
    for (size_t i = 0; i < out.len; i++)
        lines += out.ptr[i] == '\n';
    return lines;
}

static void a_gathering_of_many_says_nothing_about_pairs(void **state)
{
    (void)state;
    size_t most = LIMIT_EVIDENCE_PARTICIPANTS;
    assert_int_equal(testimonies_of_gathering((int)most), most * (most - 1));
    assert_int_equal(testimonies_of_gathering((int)most + 1), 0);
}

#define ASSESSMENT                                                                \
    "{\"relationship\":\"" ID_D "\",\"truster\":\"" ID_A "\",\"trustee\":\"" ID_B \
    "\",\"dimension\":\"benevolence\",\"rationale\":\"R\",\"on\":\"2024-05\","

static void an_assessment_speaks_as_stated(void **state)
{
    (void)state;
    assert_testimony("assessment", ASSESSMENT "\"valence\":\"positive\",\"weight\":0.25}",
                     "assessment.positive a<-b day 19844 benevolence share 0.25\n");
    assert_testimony("assessment", ASSESSMENT "\"valence\":\"negative\"}",
                     "assessment.negative a<-b day 19844 benevolence share 0.5\n");
}

#define OBLIGATION                                                                 \
    "{\"agreement\":\"" ID_D "\",\"obligor\":\"" ID_A "\",\"beneficiary\":\"" ID_B \
    "\",\"text\":\"T\",\"trigger\":\"event\",\"stakes\":\"significant\",\"instances\":["
#define INSTANCE(on, state, decided) \
    "{\"on\":\"" on "\",\"state\":\"" state "\",\"decided_on\":\"" decided "\"}"

static void an_obligation_speaks_of_each_decided_instance(void **state)
{
    (void)state;
    assert_testimony("obligation",
                     OBLIGATION INSTANCE("2024-05-01", "fulfilled", "2024-05-01") "," INSTANCE(
                         "2024-04-01", "late", "2024-05-02") "," INSTANCE("2024-03-01", "breached",
                                                                          "2024-05") "]}",
                     "obligation.fulfilled b<-a day 19844 significant\n"
                     "obligation.late b<-a day 19845 significant\n"
                     "obligation.breached b<-a day 19844 significant\n");
    assert_testimony("obligation",
                     OBLIGATION INSTANCE("2024", "waived", "2024-05") "," INSTANCE(
                         "2023", "disputed", "2024-05") ",{\"on\":\"2022\",\"state\":\"due\"}]}",
                     "");
}

#define TRANSACTION                                                                          \
    "{\"supplier\":\"" ID_A "\",\"receiver\":\"" ID_B "\",\"item\":\"Fuel\",\"settlement\":" \
    "\"replacement_in_kind\","

static void a_transaction_speaks_of_who_owes_the_settlement(void **state)
{
    (void)state;
    assert_testimony("transaction", TRANSACTION "\"state\":\"settled\",\"settled\":\"2024-05-01\"}",
                     "transaction.settled a<-b day 19844\n"); /* never due */
    assert_testimony("transaction",
                     TRANSACTION "\"state\":\"settled\",\"settled\":\"2024-05-01\",\"due\":"
                                 "\"2024-05-01\"}",
                     "transaction.settled a<-b day 19844\n");
    assert_testimony("transaction",
                     TRANSACTION "\"state\":\"settled\",\"settled\":\"2024-05-01\",\"due\":"
                                 "\"2024-04-30\"}",
                     "transaction.overdue a<-b day 19844\n");
    assert_testimony("transaction", TRANSACTION "\"state\":\"defaulted\",\"due\":\"2024-05-01\"}",
                     "transaction.overdue a<-b day 19844\n");
    assert_testimony("transaction", TRANSACTION "\"state\":\"defaulted\",\"due\":\"2024-05\"}",
                     "transaction.overdue a<-b day 19874\n"); /* the month was over */
    static const char *const silent[] = { "ordered", "waived", "disputed", "cancelled" };
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++) {
        cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
        assert_testimony(
            "transaction",
            arena_printf(a, TRANSACTION "\"state\":\"%s\",\"due\":\"2024-05\"}", silent[i]).ptr,
            "");
    }
}

#define REQUEST                                                                                    \
    "{\"from\":\"" ID_A "\",\"to\":\"" ID_B "\",\"nature\":\"support\",\"text\":\"T\",\"stakes\":" \
    "\"critical\",\"response_due\":\"2024-05-10\","
#define SENT REQUEST "\"submitted_on\":\"2024-04-01\","
#define ANSWERED(answer, day) "\"answer\":\"" answer "\",\"answered_on\":\"" day "\""

static void a_request_speaks_of_who_was_asked_by_its_answer(void **state)
{
    (void)state;
    assert_testimony("request", REQUEST "\"state\":\"draft\"}", "");
    assert_testimony("request", SENT "\"state\":\"sourcing\"}", "");
    assert_testimony("request", SENT "\"state\":\"offered\"," ANSWERED("full", "2024-05-10") "}",
                     "request.answered a<-b day 19853 critical\n");
    assert_testimony("request", SENT "\"state\":\"offered\"," ANSWERED("full", "2024-05") "}",
                     "request.answered a<-b day 19844 critical\n"); /* not surely late */
    assert_testimony("request", SENT "\"state\":\"settled\"," ANSWERED("full", "2024-05-11") "}",
                     "request.partly a<-b day 19854 critical\n");
    assert_testimony("request", SENT "\"state\":\"offered\"," ANSWERED("part", "2024-05-01") "}",
                     "request.partly a<-b day 19844 critical\n");
    assert_testimony("request", SENT "\"state\":\"cancelled\"," ANSWERED("full", "2024-05-01") "}",
                     "request.answered a<-b day 19844 critical\n"); /* what was answered stands */
    assert_testimony("request",
                     REQUEST "\"state\":\"cancelled\"," ANSWERED("full", "2024-05-01") "}",
                     ""); /* never submitted */
}

static void a_refusal_speaks_only_without_its_reason(void **state)
{
    (void)state;
#define REFUSED SENT "\"state\":\"declined\"," ANSWERED("declined", "2024-05-01")
    assert_testimony("request", REFUSED ",\"reason\":\"R\"}",
                     "request.declined a<-b day 19844 critical\n");
    assert_testimony("request", REFUSED "}", "request.ignored a<-b day 19844 critical\n");
    assert_items("", "request", REFUSED ",\"reason\":\"R\"}", "");
    assert_items("", "request", REFUSED "}",
                 "request.ignored a<-b 19844 ability -1 2000000 stakes 3\n"
                 "request.ignored a<-b 19844 benevolence -1 2000000 stakes 3\n");
}

static void silence_speaks_once_the_answer_was_due(void **state)
{
    (void)state;
    assert_testimony("request", SENT "\"state\":\"expired\",\"answer\":\"none\"}",
                     "request.ignored a<-b day 19853 critical\n");
    assert_testimony("request", SENT "\"state\":\"expired\"}", ""); /* nobody says it was silence */
#define UNTIMED                                                                                    \
    "{\"from\":\"" ID_A "\",\"to\":\"" ID_B "\",\"nature\":\"support\",\"text\":\"T\",\"stakes\":" \
    "\"routine\",\"submitted_on\":\"2024\",\"state\":\"expired\",\"answer\":\"none\""
    assert_testimony("request", UNTIMED ",\"closed_on\":\"2024-05-02\"}",
                     "request.ignored a<-b day 19845 routine\n");
    assert_testimony("request", UNTIMED "}", "");
}

static void other_kinds_give_no_evidence(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    static const char *const silent[] = { "actor",     "posting", "membership", "relationship",
                                          "agreement", "user",    "token" };
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++)
        assert_null(kind_named(&f, silent[i])->testify);
}

static void the_default_policy_weighs_as_documented(void **state)
{
    (void)state;
    assert_items("", "commitment", COMMITMENT "\"state\":\"kept\",\"decided_on\":\"2024-05-01\"}",
                 "commitment.kept b<-a 19844 ability +1 2000000 stakes 3\n"
                 "commitment.kept b<-a 19844 integrity +1 2000000 stakes 3\n");
    assert_items("", "commitment", COMMITMENT "\"state\":\"late\",\"decided_on\":\"2024-05-02\"}",
                 "commitment.late b<-a 19845 ability +1 1000000 stakes 3\n"
                 "commitment.late b<-a 19845 ability -1 1000000 stakes 3\n"
                 "commitment.late b<-a 19845 integrity +1 1000000 stakes 3\n"
                 "commitment.late b<-a 19845 integrity -1 1000000 stakes 3\n");
    assert_items("", "disclosure",
                 DISCLOSURE "\"state\":\"breached\",\"decided_on\":\"2025-05-02\"}",
                 "disclosure.honoured a<-b 20209 integrity +1 2000000 stakes 2\n"
                 "disclosure.breached a<-b 20210 integrity -1 4000000 stakes 3\n");
    assert_items("", "obligation", OBLIGATION INSTANCE("2024-04-01", "late", "2024-05-02") "]}",
                 "obligation.late b<-a 19845 ability +1 500000 stakes 2\n"
                 "obligation.late b<-a 19845 ability -1 500000 stakes 2\n"
                 "obligation.late b<-a 19845 integrity +1 500000 stakes 2\n"
                 "obligation.late b<-a 19845 integrity -1 500000 stakes 2\n");
    assert_items("", "transaction", TRANSACTION "\"state\":\"defaulted\",\"due\":\"2024-05-01\"}",
                 "transaction.overdue a<-b 19844 integrity -1 1000000 stakes 1\n");
    assert_items("", "engagement",
                 ENGAGEMENT CANCELLED "\"2024-05-01\",\"participants\":[{\"actor\":\"" ID_A "\"}]}",
                 "engagement.cancelled_late a<-b 19844 benevolence -1 250000 stakes 0\n");
    assert_items("", "assessment", ASSESSMENT "\"valence\":\"negative\"}",
                 "assessment.negative a<-b 19844 benevolence -1 500000 stakes 1\n");
    assert_items("", "assessment", ASSESSMENT "\"valence\":\"negative\",\"weight\":0}", "");
}

static void the_policy_can_be_changed(void **state)
{
    (void)state;
    assert_items("{\"events\":{\"commitment.kept\":{\"dimensions\":[\"ability\",\"benevolence\","
                 "\"integrity\"],\"stakes\":2}}}",
                 "commitment", COMMITMENT "\"state\":\"kept\",\"decided_on\":\"2024-05-01\"}",
                 "commitment.kept b<-a 19844 ability +1 471405 stakes 1\n"
                 "commitment.kept b<-a 19844 benevolence +1 471405 stakes 1\n"
                 "commitment.kept b<-a 19844 integrity +1 471404 stakes 1\n");
    assert_items("{\"stakes\":{\"critical\":100}}", "commitment",
                 COMMITMENT "\"state\":\"broken\",\"decided_on\":\"2024-05-01\"}",
                 "commitment.broken b<-a 19844 ability -1 5000000 stakes 3\n"
                 "commitment.broken b<-a 19844 integrity -1 5000000 stakes 3\n");
    assert_items("{\"events\":{\"commitment.broken\":{\"positive\":0,\"negative\":0}}}",
                 "commitment", COMMITMENT "\"state\":\"broken\",\"decided_on\":\"2024-05-01\"}",
                 "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commitment_speaks_of_who_promised_when_it_is_decided),
        cmocka_unit_test(a_confidence_is_honoured_after_a_year),
        cmocka_unit_test(a_confidence_that_held_a_year_keeps_that_merit),
        cmocka_unit_test(a_held_engagement_is_contact_between_every_two),
        cmocka_unit_test(cancelling_late_speaks_of_who_cancelled),
        cmocka_unit_test(a_gathering_of_many_says_nothing_about_pairs),
        cmocka_unit_test(an_assessment_speaks_as_stated),
        cmocka_unit_test(an_obligation_speaks_of_each_decided_instance),
        cmocka_unit_test(a_transaction_speaks_of_who_owes_the_settlement),
        cmocka_unit_test(a_request_speaks_of_who_was_asked_by_its_answer),
        cmocka_unit_test(a_refusal_speaks_only_without_its_reason),
        cmocka_unit_test(silence_speaks_once_the_answer_was_due),
        cmocka_unit_test(other_kinds_give_no_evidence),
        cmocka_unit_test(the_default_policy_weighs_as_documented),
        cmocka_unit_test(the_policy_can_be_changed),
    };
    return run_suite(tests);
}
