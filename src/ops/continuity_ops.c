/* Continuity: on whom relationships rest, and what whoever takes over a post must know, as an
 * answer and as a page for paper. */
#include "base/limits.h"
#include "ops/internal.h"
#include "service/access.h"
#include "service/calendar_file.h"
#include "service/handover.h"
#include "service/handover_page.h"
#include "service/key_persons.h"
#include "service/vcards.h"

#define QUERY_OF(en, fr)                            \
    {                                               \
        .name = "of", .place = IN_QUERY, .field = { \
            .name = "of",                           \
            .type = FIELD_REF,                      \
            .target = "actor",                      \
            .label_en = "of",                       \
            .label_fr = "of",                       \
            .help_en = (en),                        \
            .help_fr = (fr)                         \
        }                                           \
    }

static const struct choice languages[] = { { "en", "English", "Anglais" },
                                           { "fr", "French", "Français" },
                                           { 0 } };

/* The actor stated, else home. What is no readable actor names nothing. */
static struct slice subject(struct call *c)
{
    struct slice stated = call_text(c, "of");
    const struct kind *actor = kinds_find(node_kinds(c->node), S("actor"));
    if (!stated.len)
        return settings_home(c->snapshot);
    return snapshot_readable(c->snapshot, stated, actor) ? stated : S("");
}

static void write_as_of(struct call *c, struct answer *a)
{
    char as_of[32];
    when_format_ms(call_as_of(c) / 1000 * 1000, false, as_of);
    jw_key_cstr(&a->out, "as_of", as_of);
}

static int handle_key_persons(struct call *c)
{
    struct answer a;
    struct slice of = subject(c);
    int code = answer_begin(c, &a);
    if (code < 0)
        return code;
    write_as_of(c, &a);
    if (of.len && refs_add(a.render.refs, of))
        jw_key_text(&a.out, "of", of);
    code = key_persons_write(c->node, c->snapshot, of, call_as_of(c) / 1000, &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

static int handle_handover(struct call *c)
{
    struct answer a;
    struct row row;
    int code = snapshot_get(c->snapshot, kinds_find(node_kinds(c->node), S("actor")),
                            call_text(c, "id"), c->err, &row);
    if (code == 0 && row.retracted)
        code = error_set(c->err, EN_GONE, "the record was retracted; its history remains");
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    write_as_of(c, &a);
    code = handover_write(c->node, c->snapshot, &row, settings_home(c->snapshot),
                          call_as_of(c) / 1000, &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

/* The page shows the answer: it is made first, then put on paper. */
static int handle_page(struct call *c)
{
    struct buf page cleanup_buf = { 0 };
    struct json *answer = NULL;
    struct slice language = call_text(c, "language");
    buf_init(&page, LIMIT_RESPONSE);
    int code = handle_handover(c);
    if (code == 0 && buf_failed(c->out))
        code = error_set(c->err, EN_TOO_LARGE, "the page is too large");
    if (code == 0)
        code = json_parse(c->arena, buf_slice(c->out), c->err, &answer);
    bool french = language.len ? slice_is(language, "fr") : c->french;
    if (code == 0)
        code = handover_page(answer, french, &page, c->err);
    if (code < 0)
        return code;
    buf_clear(c->out);
    buf_add(c->out, buf_slice(&page));
    return 0;
}

/* ---- contacts ---- */

static int handle_vcard(struct call *c)
{
    struct row row;
    int code = snapshot_get(c->snapshot, kinds_find(node_kinds(c->node), S("actor")),
                            call_text(c, "id"), c->err, &row);
    if (code == 0 && row.retracted)
        code = error_set(c->err, EN_GONE, "the record was retracted; its history remains");
    return code == 0 ? vcard_of_actor(c->snapshot, &row, c->out, c->err) : code;
}

static struct transfer_progress progress_of(const struct call *c)
{
    return (struct transfer_progress){ .step = c->progress, .context = c->progress_context };
}

static int handle_import_vcard(struct call *c)
{
    struct transfer_report report;
    struct transfer_progress progress = progress_of(c);
    struct write_context w = call_write(c);
    w.unlabelled = call_text(c, "label");
    int code =
        vcards_import(&w, c->raw, call_bool(c, "dry_run", false), &progress, c->err, &report);
    return code < 0 ? code : answer_report(c, &report);
}

/* ---- calendars ---- */

enum { FILE_BACK_DAYS = 90, FILE_AHEAD_DAYS = 366, FILE_SPAN_DAYS = 3660 };
#define DAY_MS INT64_C(86400000)

static int handle_calendar_file(struct call *c)
{
    int64_t today = c->now_ms - c->now_ms % DAY_MS;
    struct slice of = call_text(c, "of");
    struct when from, until;
    struct calendar_file_query q = { .of = of,
                                     .from = today - FILE_BACK_DAYS * DAY_MS,
                                     .until = today + FILE_AHEAD_DAYS * DAY_MS - 1,
                                     .as_of_ms = c->now_ms,
                                     .french = c->french,
                                     .accepted = call_bool(c, "accepted", false) };
    if (when_parse(call_text(c, "from"), &from))
        q.from = when_first_ms(from);
    if (when_parse(call_text(c, "until"), &until))
        q.until = when_last_ms(until);
    if (q.from > q.until)
        return error_field(c->err, S("from"), REASON_ORDER, "until");
    if (q.until - q.from > FILE_SPAN_DAYS * DAY_MS)
        return error_field(c->err, S("until"), REASON_RANGE, "at most ten years after from");
    if (of.len && !snapshot_readable(c->snapshot, of, kinds_find(node_kinds(c->node), S("actor"))))
        return error_field(c->err, S("of"), REASON_REFERENCE, "%s", "");
    return calendar_file_write(c->snapshot, &q, c->out, c->err);
}

static int handle_import_calendar(struct call *c)
{
    struct transfer_report report;
    struct transfer_progress progress = progress_of(c);
    struct write_context w = call_write(c);
    w.unlabelled = call_text(c, "label");
    int code = calendar_file_import(&w, c->raw, call_bool(c, "dry_run", false), &progress, c->err,
                                    &report);
    return code < 0 ? code : answer_report(c, &report);
}

/* ---- rows ---- */

static const struct parameter calendar_parameters[] = {
    QUERY_OF("Only what concerns this actor; everything you may read, when absent.",
             "Seulement ce qui concerne cet acteur ; tout ce que vous pouvez lire, si absent."),
    PARAMETER("from", IN_QUERY, FIELD_WHEN, 0, "The first day; ninety days ago, when absent.",
              "Le premier jour ; il y a 90 jours, si absent."),
    PARAMETER("until", IN_QUERY, FIELD_WHEN, 0, "The last day; in a year, when absent.",
              "Le dernier jour ; dans un an, si absent."),
    PARAMETER("accepted", IN_QUERY, FIELD_BOOL, 0,
              "Only engagements that were accepted from a plan.",
              "Seulement les activités acceptées d'un plan."),
    { 0 },
};

static const struct parameter vcard_parameters[] = { PATH_ID, { 0 } };
static const struct parameter import_parameters[] = {
    PARAMETER("dry_run", IN_QUERY, FIELD_BOOL, 0, "Check only; write nothing.",
              "Vérifier seulement ; ne rien écrire."),
    QUERY_UNLABELLED,
    { 0 },
};
static const struct parameter key_parameters[] = {
    QUERY_OF("Whose relationships; the home actor's, when absent.",
             "Les relations de qui ; de l'acteur d'attache, si absent."),
    QUERY_AS_OF,
    { 0 },
};
static const struct parameter handover_parameters[] = {
    PARAMETER("id", IN_PATH, FIELD_CODE, FIELD_REQUIRED, "A position, or a person who holds one.",
              "Un poste, ou une personne qui en occupe un."),
    QUERY_AS_OF,
    { 0 },
};
static const struct parameter page_parameters[] = {
    PARAMETER("id", IN_PATH, FIELD_CODE, FIELD_REQUIRED, "A position, or a person who holds one.",
              "Un poste, ou une personne qui en occupe un."),
    QUERY_AS_OF,
    { .name = "language",
      .place = IN_QUERY,
      .field = { .name = "language",
                 .type = FIELD_ENUM,
                 .choices = languages,
                 .label_en = "language",
                 .label_fr = "language",
                 .help_en = "Of the page; the reader's own, when absent.",
                 .help_fr = "De la page ; celle du lecteur, si absent." } },
    { 0 },
};

const struct operation continuity_rows[] = {
    { "key-persons", "GET", "/api/v1/key-persons", PERMIT_READ, OP_READ, key_parameters, NULL, NULL,
      "KeyPersons", NULL,
      "Lists the persons on whom relationships rest, those who leave soonest first.",
      "Liste les personnes dont dépendent des relations, celles qui partent le plus tôt d'abord.",
      handle_key_persons },
    { "handover", "GET", "/api/v1/handover/{id}", PERMIT_READ, OP_READ, handover_parameters, NULL,
      NULL, "Handover", NULL, "Tells whoever takes over a post all that they must know.",
      "Dit à qui reprend un poste tout ce qu'il doit savoir.", handle_handover },
    { "handover.html", "GET", "/api/v1/handover/{id}/handover.html", PERMIT_READ, OP_READ,
      page_parameters, NULL, NULL, NULL, "text/html", "The handover pack as a page for printing.",
      "Le dossier de passation, en page à imprimer.", handle_page },
    { "actor.vcard", "GET", "/api/v1/actors/{id}/vcard", PERMIT_READ, OP_READ, vcard_parameters,
      NULL, NULL, NULL, "text/vcard", "Shows an actor as a vCard for an address book.",
      "Montre un acteur en vCard, pour un carnet d'adresses.", handle_vcard },
    { .name = "actor.import-vcard",
      .method = "POST",
      .path = "/api/v1/actors/import-vcard",
      .permission = PERMIT_STEWARD,
      .flags = OP_WRITE | OP_RAW_BODY | OP_LONG,
      .parameters = import_parameters,
      .answer = "ImportReport",
      .help_en = "Imports actors from vCards; says card by card what is wrong.",
      .help_fr = "Importe des acteurs de vCards ; dit carte par carte ce qui ne va pas.",
      .handle = handle_import_vcard,
      .takes = "text/vcard" },
    { "calendar.ics", "GET", "/api/v1/calendar.ics", PERMIT_READ | PERMIT_CALENDAR, OP_READ,
      calendar_parameters, NULL, NULL, NULL, "text/calendar",
      "Engagements, commitments and what falls due, for a calendar program.",
      "Activités, engagements et échéances, pour un programme d'agenda.", handle_calendar_file },
    { .name = "engagement.import-ics",
      .method = "POST",
      .path = "/api/v1/engagements/import-ics",
      .permission = PERMIT_STEWARD,
      .flags = OP_WRITE | OP_RAW_BODY | OP_LONG,
      .parameters = import_parameters,
      .answer = "ImportReport",
      .help_en = "Imports engagements from a calendar file; says event by event what is wrong.",
      .help_fr = "Importe des activités d'un fichier d'agenda ; dit événement par événement ce qui "
                 "ne va pas.",
      .handle = handle_import_calendar,
      .takes = "text/calendar" },
    { 0 },
};
