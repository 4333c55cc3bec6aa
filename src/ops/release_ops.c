/* Releases: the disclosure officer's queue, proposing, deciding and revoking, and what a partner
 * has, would get and does not get. docs/release.md is their page. */
#include "service/release.h"

#include "base/limits.h"
#include "ops/internal.h"
#include "service/difference.h"
#include "service/exchange.h"

enum { DAY_MS = 86400000, WITHIN_DAYS = 14 };

static const struct kind *release_kind(const struct call *c)
{
    return kinds_find(node_kinds(c->node), S("release"));
}

/* ---- the queue ---- */

static int write_releases(struct call *c, struct answer *a, const char *name,
                          const struct slice *ids, size_t count)
{
    int code = 0;
    jw_key(&a->out, name);
    jw_array(&a->out);
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct row row;
        code = snapshot_get(c->snapshot, NULL, ids[i], c->err, &row); /* of a record or a peer */
        if (code == 0)
            code = render_record(&a->render, &row, c->err);
    }
    jw_array_end(&a->out);
    return code;
}

static int handle_queue(struct call *c)
{
    struct release_queue q = { 0 };
    struct answer a;
    int64_t within = call_int(c, "days", WITHIN_DAYS) * DAY_MS;
    int code = release_queue_read(c->snapshot, within, c->err, &q);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code == 0)
        code = write_releases(c, &a, "proposed", q.proposed, q.proposed_count);
    if (code == 0)
        code = write_releases(c, &a, "expiring", q.expiring, q.expiring_count);
    if (code == 0)
        code = write_releases(c, &a, "review", q.review, q.review_count);
    return code < 0 ? code : answer_end(&a);
}

/* ---- decisions ---- */

static int handle_propose(struct call *c)
{
    struct written done;
    struct write_context w = call_write(c);
    int code = release_propose(&w, c->body, c->err, &done);
    return code < 0 ? code : answer_written(c, release_kind(c), &done);
}

static int handle_decide(struct call *c)
{
    struct written done;
    struct write_context w = call_write(c);
    int code = release_decide(&w, call_text(c, "id"), c->body, c->err, &done);
    return code < 0 ? code : answer_written(c, release_kind(c), &done);
}

static int handle_revoke(struct call *c)
{
    struct written done;
    struct write_context w = call_write(c);
    int code =
        release_revoke(&w, call_text(c, "id"), json_get_text(c->body, "remark"), c->err, &done);
    return code < 0 ? code : answer_written(c, /* a record's or a peer's */ NULL, &done);
}

/* ---- the decisions over one peer ---- */

static int handle_peer_releases(struct call *c)
{
    struct peer peer;
    struct page page;
    struct answer a;
    struct filter of = { .field = S("peer") };
    struct list_query q = { .kind = kinds_find(node_kinds(c->node), S("peer_release")),
                            .filters = &of,
                            .filter_count = 1,
                            .order = LIST_WHEN,
                            .descending = true,
                            .limit = (size_t)call_int(c, "limit", LIMIT_PAGE_DEFAULT),
                            .after = call_text(c, "cursor") };
    int code = call_peer(c, &peer);
    of.value = peer.id;
    if (code == 0)
        code = call_enter_snapshot(c);
    if (code == 0)
        code = snapshot_list(c->snapshot, &q, c->err, &page);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    return answer_page(&a, &page);
}

/* ---- the difference ---- */

static const char *why_word(const struct difference_item *x)
{
    static const char *const words[] = {
        [WHY_NOT] = "orcon", [WHY_POLICY] = "policy", [WHY_CLASS] = "class",
        [WHY_TAG] = "tag",   [WHY_TLP] = "tlp",       [WHY_PERSON] = "person"
    };
    return x->why == HELD_REASON ? exchange_reason_word(x->reason)
                                 : words[x->why == HELD_ORCON ? WHY_NOT : x->denial.why];
}

static void write_says(struct json_writer *out, const struct difference_item *x)
{
    static const struct {
        const char *word, *en, *fr;
    } all[] = {
        { "orcon", "An originator has not granted it.", "Un auteur n'y a pas consenti." },
        { "policy", "Its label is of another policy.",
          "Son étiquette relève d'une autre politique." },
        { "person", "It is for named persons of this instance.",
          "Elle est réservée à des personnes désignées de cette instance." },
        { "class", "The partner does not hold its class.",
          "Le partenaire n'est pas habilité à sa classification." },
        { "tag", "The partner does not hold this value.",
          "Le partenaire ne détient pas cette valeur." },
        { "tlp", "The partner does not hold its TLP.", "Le partenaire n'est pas admis à son TLP." },
    };
    const char *word = why_word(x);
    jw_key_cstr(out, "why", word);
    if (x->why == HELD_LABEL && x->denial.tag.len)
        jw_key_text(out, "tag", x->denial.tag);
    if (x->why == HELD_LABEL && x->denial.value.len)
        jw_key_text(out, "value", x->denial.value);
    if (x->why == HELD_REASON) {
        jw_key_cstr(out, "says_en", exchange_reason_text(x->reason, /* french= */ false));
        jw_key_cstr(out, "says_fr", exchange_reason_text(x->reason, /* french= */ true));
    }
    for (size_t i = 0; x->why != HELD_REASON && i < sizeof all / sizeof *all; i++)
        if (strcmp(all[i].word, word) == 0) {
            jw_key_cstr(out, "says_en", all[i].en);
            jw_key_cstr(out, "says_fr", all[i].fr);
        }
}

static int write_list(struct call *c, struct answer *a, const char *name,
                      const struct difference_list *list)
{
    int code = 0;
    jw_key(&a->out, name);
    jw_object(&a->out);
    jw_key_int(&a->out, "count", (int64_t)list->count);
    jw_key(&a->out, "items");
    jw_array(&a->out);
    for (size_t i = 0; code == 0 && i < list->shown; i++) {
        struct row row;
        code = snapshot_get(c->snapshot, NULL, list->items[i].id, c->err, &row);
        if (code < 0)
            break;
        jw_object(&a->out);
        jw_key_text(&a->out, "record", row.id);
        jw_key_cstr(&a->out, "kind", row.kind->name);
        render_titles(c->snapshot, &row, &a->out);
        render_origin(&a->render, row.origin);
        jw_key(&a->out, "label");
        label_write_json(node_policy(c->node), row.label, &a->out);
        jw_key_bool(&a->out, "has", list->items[i].has);
        if (list->items[i].why != HELD_NOT)
            write_says(&a->out, &list->items[i]);
        jw_object_end(&a->out);
    }
    jw_array_end(&a->out);
    jw_object_end(&a->out);
    return code;
}

static int write_difference(struct call *c, const struct difference *d)
{
    struct answer a;
    int code = answer_begin(c, &a);
    if (code < 0)
        return code;
    jw_key(&a.out, "peer");
    jw_object(&a.out);
    jw_key_text(&a.out, "id", d->peer);
    jw_key_text(&a.out, "name", d->name);
    jw_key_text(&a.out, "instance", d->instance);
    jw_object_end(&a.out);
    jw_key_bool(&a.out, "narrowed", d->narrowed);
    code = write_list(c, &a, "has", &d->has);
    if (code == 0)
        code = write_list(c, &a, "would_get", &d->would_get);
    if (code == 0)
        code = write_list(c, &a, "held_back", &d->held_back);
    return code < 0 ? code : answer_end(&a);
}

static int handle_difference(struct call *c)
{
    struct difference d;
    size_t limit = (size_t)call_int(c, "limit", LIMIT_PAGE_DEFAULT);
    call_leave_snapshot(c);
    int code = difference_read(c->node, c->arena, call_text(c, "id"), c->viewer, c->now_ms, limit,
                               c->err, &c->snapshot, &d);
    return code < 0 ? code : write_difference(c, &d);
}

/* ---- rows ---- */

static const struct field revoke_body[] = {
    { .name = "remark",
      .type = FIELD_TEXT,
      .max = 500,
      .label_en = "Remark",
      .label_fr = "Remarque",
      .help_en = "Why it no longer holds.",
      .help_fr = "Pourquoi elle ne vaut plus." },
    { 0 },
};

static const struct parameter queue_parameters[] = {
    { .name = "days",
      .place = IN_QUERY,
      .field = { .name = "days",
                 .type = FIELD_INTEGER,
                 .min = 0,
                 .max = 3660,
                 .label_en = "days",
                 .label_fr = "days",
                 .help_en = "Decisions that end within so many days; 14, when absent.",
                 .help_fr = "Les décisions qui prennent fin dans ce nombre de jours ; 14, si "
                            "absent." } },
    { 0 },
};
static const struct parameter id_parameters[] = { PATH_ID, { 0 } };
static const struct parameter releases_parameters[] = {
    PARAMETER("id", IN_PATH, FIELD_TEXT, FIELD_REQUIRED,
              "The peer: its id, its name or its instance.",
              "Le pair : son identifiant, son nom ou son instance."),
    QUERY_LIMIT,
    QUERY_CURSOR,
    { 0 },
};
static const struct parameter difference_parameters[] = {
    PARAMETER("id", IN_PATH, FIELD_CODE, FIELD_REQUIRED, "The peer's id, or its instance's.",
              "L'identifiant du pair, ou de son instance."),
    QUERY_LIMIT,
    { 0 },
};

const struct operation release_rows[] = {
    { "release.queue", "GET", "/api/v1/releases/queue", PERMIT_DISCLOSE, OP_READ, queue_parameters,
      NULL, NULL, "ReleaseQueue", NULL,
      "Lists what waits for a disclosure officer: proposals, decisions about to end or to review.",
      "Liste ce qui attend la personne chargée de la divulgation : propositions, décisions qui "
      "prennent fin ou sont à revoir.",
      handle_queue },
    { "release.propose", "POST", "/api/v1/releases/propose", PERMIT_WRITE, OP_WRITE | OP_CREATED,
      NULL, release_proposal, NULL, "Release", NULL,
      "Proposes that more may read: a lower label, or an onward release.",
      "Propose d'élargir l'accès : étiquette abaissée ou diffusion à un tiers.", handle_propose },
    { "release.decide", "POST", "/api/v1/releases/{id}/decide", PERMIT_DISCLOSE, OP_WRITE,
      id_parameters, release_decision, NULL, "Release", NULL,
      "Approves or refuses a proposed release; an approved lowering takes effect with it.",
      "Approuve ou refuse une diffusion proposée ; un abaissement approuvé prend aussitôt effet.",
      handle_decide },
    { "release.revoke", "POST", "/api/v1/releases/{id}/revoke", PERMIT_WRITE, OP_WRITE,
      id_parameters, revoke_body, NULL, "AnyRelease", NULL,
      "Takes back a release; the label before, or what a peer had before, returns.",
      "Révoque une diffusion ; l'étiquette d'avant, ou ce qu'un pair avait avant, revient.",
      handle_revoke },
    { "peer.releases", "GET", "/api/v1/peers/{id}/releases", PERMIT_DISCLOSE, OP_READ | OP_PAGED,
      releases_parameters, NULL, NULL, "PeerReleases", NULL,
      "Lists the decisions by which a peer may have what it may, newest first.",
      "Liste les décisions qui fondent ce qu'un pair peut recevoir, de la plus récente à la plus "
      "ancienne.",
      handle_peer_releases },
    { "peer.difference", "GET", "/api/v1/peers/{id}/difference", PERMIT_DISCLOSE, OP_READ,
      difference_parameters, NULL, NULL, "Difference", NULL,
      "Shows what a partner has, what it would newly get, and what is held back and why.",
      "Montre ce qu'un partenaire a, ce qu'il recevrait de nouveau, et ce qui est retenu et "
      "pourquoi.",
      handle_difference },
    { 0 },
};
