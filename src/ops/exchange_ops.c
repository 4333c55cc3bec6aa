/* Exchange: previewing, sending, inspecting, taking, receipts, log, proof and both sides of a
 * thing. docs/exchange.md is their page; peers themselves are in peer_ops.c. */
#include "service/exchange.h"

#include "base/limits.h"
#include "ops/internal.h"
#include "service/release.h"

#include <sodium.h>

/* ---- sending ---- */

static void write_counts(struct json_writer *out, const struct exchange_counts *n, bool taking)
{
    jw_key(out, "counts");
    jw_object(out);
    jw_key_int(out, "put", n->put);
    jw_key_int(out, "retract", n->retract);
    jw_key_int(out, "redact", n->redact);
    jw_key_int(out, "withdraw", n->withdraw);
    jw_key_int(out, "refused", n->refused);
    if (taking)
        jw_key_int(out, "unchanged", n->unchanged);
    jw_object_end(out);
}

static void write_reason(struct json_writer *out, enum exchange_reason reason)
{
    jw_key_cstr(out, "reason", exchange_reason_word(reason));
    jw_key_cstr(out, "says_en", exchange_reason_text(reason, false));
    jw_key_cstr(out, "says_fr", exchange_reason_text(reason, true));
}

/* What the officer may read of it: all of it, or the preview had been refused. */
static void write_change(struct answer *a, const struct exchange_change *x)
{
    struct snapshot *s = a->render.snapshot;
    struct row row;
    jw_object(&a->out);
    jw_key_text(&a->out, "record", x->record);
    jw_key_cstr(&a->out, "operation", statement_word(x->operation));
    if (snapshot_get(s, NULL, x->record, NULL, &row) == 0) {
        jw_key_cstr(&a->out, "kind", row.kind->name);
        render_titles(s, &row, &a->out);
        if (!render_origin(&a->render, row.origin))
            jw_key_text(&a->out, "origin", row.origin);
        render_marking(s, row.label, &a->out);
    }
    jw_object_end(&a->out);
}

enum part { PART_NEW, PART_CHANGED, PART_WITHDRAWN };

static enum part part_of(const struct exchange_change *x)
{
    if (x->operation != STATE_PUT)
        return PART_WITHDRAWN;
    return x->is_new ? PART_NEW : PART_CHANGED;
}

static void write_part(struct answer *a, const char *name, const struct exchange_preview *p,
                       enum part part)
{
    size_t shown = 0;
    jw_key(&a->out, name);
    jw_array(&a->out);
    for (size_t i = 0; i < p->change_count && shown < LIMIT_PREVIEW; i++)
        if (part_of(&p->changes[i]) == part) {
            write_change(a, &p->changes[i]);
            shown++;
        }
    jw_array_end(&a->out);
}

static void write_held(struct answer *a, const struct exchange_preview *p)
{
    struct snapshot *s = a->render.snapshot;
    jw_key(&a->out, "held_back");
    jw_array(&a->out);
    for (size_t i = 0; i < p->held_count && i < LIMIT_PREVIEW; i++) {
        struct row row;
        if (snapshot_get(s, NULL, p->held[i].record, NULL, &row) < 0)
            continue;
        jw_object(&a->out);
        jw_key_text(&a->out, "record", row.id);
        jw_key_cstr(&a->out, "kind", row.kind->name);
        render_titles(s, &row, &a->out);
        render_origin(&a->render, row.origin);
        write_reason(&a->out, p->held[i].reason);
        jw_object_end(&a->out);
    }
    jw_array_end(&a->out);
}

static void count_parts(const struct exchange_preview *p, struct json_writer *out)
{
    int64_t n[3] = { 0 };
    for (size_t i = 0; i < p->change_count; i++)
        n[part_of(&p->changes[i])]++;
    jw_key(out, "counts");
    jw_object(out);
    jw_key_int(out, "new", n[PART_NEW]);
    jw_key_int(out, "changed", n[PART_CHANGED]);
    jw_key_int(out, "withdrawn", n[PART_WITHDRAWN]);
    jw_key_int(out, "held_back", (int64_t)p->held_count);
    jw_object_end(out);
}

static int answer_preview(struct call *c, const struct peer *peer, const struct exchange_preview *p)
{
    struct answer a;
    int code = answer_begin(c, &a);
    if (code < 0)
        return code;
    jw_key_text(&a.out, "peer", peer->id);
    jw_key_text(&a.out, "peer_name", peer->name);
    jw_key_int(&a.out, "number", p->number);
    jw_key_int(&a.out, "base", p->base);
    jw_key_int(&a.out, "has", p->has);
    jw_key_bool(&a.out, "more", p->more);
    count_parts(p, &a.out);
    write_part(&a, "new", p, PART_NEW);
    write_part(&a, "changed", p, PART_CHANGED);
    write_part(&a, "withdrawn", p, PART_WITHDRAWN);
    write_held(&a, p);
    snapshot_mark(c->snapshot, p->label);
    return answer_end(&a);
}

static int handle_preview(struct call *c)
{
    struct peer peer;
    struct exchange_preview p;
    int code = call_peer(c, &peer);
    if (code == 0)
        code = exchange_preview(c->node, c->viewer, c->arena, peer.id, call_int(c, "most", 0),
                                c->now_ms, c->err, &p);
    if (code == 0)
        code = call_enter_snapshot(c);
    return code < 0 ? code : answer_preview(c, &peer, &p);
}

static int handle_export(struct call *c)
{
    struct peer peer;
    struct exchange_made made;
    const struct exchange_wish wish = { .most = call_int(c, "most", 0) };
    int code = call_peer(c, &peer);
    if (code == 0)
        code = exchange_make(c->node, c->viewer, c->arena, peer.id, &wish, c->now_ms, c->err,
                             c->out, &made);
    if (code < 0)
        return code;
    c->label = made.label;
    c->done_en = arena_printf(c->arena,
                              "bundle %lld was made, though nobody got it: export again, and the "
                              "next one holds what it held",
                              (long long)made.number);
    c->done_fr = arena_printf(c->arena,
                              "le lot %lld a été préparé, mais personne ne l'a reçu : exportez de "
                              "nouveau, et le suivant contient ce qu'il contenait",
                              (long long)made.number);
    return call_mark(c, made.label);
}

/* ---- taking ---- */

static void write_refusals(struct json_writer *out, const struct exchange_taken *t)
{
    jw_key(out, "refusals");
    jw_array(out);
    for (size_t i = 0; i < t->refusal_count; i++) {
        jw_object(out);
        jw_key_text(out, "record", t->refusals[i].record);
        jw_key_text(out, "statement", t->refusals[i].statement);
        write_reason(out, t->refusals[i].reason);
        jw_object_end(out);
    }
    jw_array_end(out);
}

static void write_taken_changes(struct json_writer *out, const struct exchange_taken *t)
{
    jw_key(out, "changes");
    jw_array(out);
    for (size_t i = 0; i < t->change_count; i++) {
        const struct exchange_change *x = &t->changes[i];
        jw_object(out);
        jw_key_text(out, "record", x->record);
        jw_key_cstr(out, "kind", x->kind ? x->kind->name : "");
        jw_key_cstr(out, "operation", statement_word(x->operation));
        jw_key_bool(out, "new", x->is_new);
        if (x->title.len || x->title_fr.len) {
            jw_key_text(out, "title", x->title);
            jw_key_text(out, "title_fr", x->title_fr);
        }
        jw_object_end(out);
    }
    jw_array_end(out);
}

static void write_receipt(struct call *c, struct json_writer *out, const struct buf *receipt)
{
    size_t size = sodium_base64_ENCODED_LEN(receipt->len, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(c->arena, size);
    if (!text)
        return; /* the arena's failure fails the answer */
    sodium_bin2base64(text, size, (const uint8_t *)receipt->ptr, receipt->len,
                      sodium_base64_VARIANT_ORIGINAL);
    jw_key_cstr(out, "receipt", text);
}

/* Looking at a bundle takes nothing, and does not say that it did. */
static void write_outcome(struct json_writer *out, enum bundle_outcome outcome, bool taking)
{
    bool would = outcome == BUNDLE_TAKEN && !taking;
    jw_key_cstr(out, "outcome", bundle_outcome_word(outcome));
    jw_key_cstr(out, "says_en",
                would ? "The bundle would be taken." : bundle_outcome_text(outcome, false));
    jw_key_cstr(out, "says_fr",
                would ? "Le lot serait accepté." : bundle_outcome_text(outcome, true));
}

static void write_taken(struct json_writer *out, const struct exchange_taken *t, bool taking)
{
    write_outcome(out, t->outcome, taking);
    if (t->peer.len) {
        jw_key_text(out, "peer", t->peer);
        jw_key_text(out, "peer_name", t->peer_name);
    }
    if (t->number) {
        jw_key_int(out, "number", t->number);
        jw_key_int(out, "base", t->base);
        jw_key_int(out, "taken_up_to", t->taken_up_to);
        jw_key_cstr(out, "hash", t->hash);
        render_instant(out, "made_at", t->made_ms);
        jw_key_bool(out, "same_policy", t->same_policy);
        jw_key_bool(out, "more", t->more);
    }
}

static int answer_taken(struct call *c, const struct exchange_taken *t, const struct buf *receipt)
{
    struct answer a;
    int code = call_enter_snapshot(c);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    write_taken(&a.out, t, /* taking= */ receipt != NULL);
    write_counts(&a.out, &t->counts, /* taking= */ true);
    write_refusals(&a.out, t);
    write_taken_changes(&a.out, t);
    if (receipt && receipt->len)
        write_receipt(c, &a.out, receipt);
    if (t->label)
        snapshot_mark(c->snapshot, t->label);
    return answer_end(&a);
}

static int handle_inspect(struct call *c)
{
    struct exchange_taken t;
    call_leave_snapshot(c);
    int code = exchange_inspect(c->node, c->viewer, c->arena, c->raw, c->now_ms, c->err, &t);
    return code < 0 ? code : answer_taken(c, &t, NULL);
}

/* What is no bundle for us from a peer is an error to whoever hands it in. */
static int code_of(enum bundle_outcome outcome)
{
    switch (outcome) {
    case BUNDLE_TAKEN:
    case BUNDLE_OLD:
    case BUNDLE_GAP:
        return 0;
    case BUNDLE_TOO_LARGE:
        return EN_TOO_LARGE;
    case BUNDLE_DAMAGED:
    case BUNDLE_MALFORMED:
        return EN_INVALID;
    default:
        return EN_FORBIDDEN;
    }
}

static int handle_import(struct call *c)
{
    struct buf receipt cleanup_buf;
    struct exchange_taken t;
    buf_init(&receipt, LIMIT_RECEIPT);
    call_leave_snapshot(c);
    int code = exchange_take(c->node, c->viewer, c->arena, c->raw, c->now_ms, c->err, &t, &receipt);
    if (code < 0)
        return code;
    code = code_of(t.outcome);
    return code < 0 ? error_set(c->err, code, "%s", bundle_outcome_text(t.outcome, c->french))
                    : answer_taken(c, &t, &receipt);
}

static int handle_receipt(struct call *c)
{
    struct exchange_receipted r;
    struct answer a;
    call_leave_snapshot(c);
    int code = exchange_receipt(c->node, c->viewer, c->arena, c->raw, c->now_ms, c->err, &r);
    if (code == 0)
        code = call_enter_snapshot(c);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    jw_key_text(&a.out, "peer", r.peer);
    jw_key_int(&a.out, "number", r.number);
    jw_key_text(&a.out, "outcome", r.outcome);
    jw_key_bool(&a.out, "more", r.more);
    write_counts(&a.out, &r.counts, /* taking= */ false);
    return answer_end(&a);
}

/* ---- afterwards ---- */

static int handle_log(struct call *c)
{
    struct answer a;
    struct slice peer = call_text(c, "peer");
    if (peer.len) {
        struct peer p;
        call_leave_snapshot(c);
        int found = peer_find(c->node, c->arena, peer, c->now_ms, c->err, &p);
        if (found == 0)
            found = call_enter_snapshot(c);
        if (found < 0)
            return found;
        peer = p.id;
    }
    int code = answer_begin(c, &a);
    if (code == 0)
        code = exchange_log(c->snapshot, peer, (size_t)call_int(c, "limit", LIMIT_PAGE_DEFAULT),
                            call_text(c, "cursor"), &a.out, c->err);
    return code < 0 ? code : answer_end(&a);
}

static int handle_proof(struct call *c)
{
    struct answer a;
    int code = answer_begin(c, &a);
    if (code == 0)
        code = exchange_proof(c->snapshot, call_text(c, "id"), &a.out, c->err);
    return code < 0 ? code : answer_end(&a);
}

static int handle_sides(struct call *c)
{
    struct answer a;
    int code = answer_begin(c, &a);
    if (code == 0)
        code = sides_write(c->node, call_text(c, "id"), &a.render, c->err);
    return code < 0 ? code : answer_end(&a);
}

static int handle_adopt(struct call *c)
{
    struct written done;
    struct write_context w = call_write(c);
    int code = exchange_adopt(&w, call_text(c, "id"), c->err, &done);
    if (code == 0)
        code = call_enter_snapshot(c);
    if (code < 0)
        return code;
    struct row row;
    code = snapshot_get(c->snapshot, NULL, done.id, c->err, &row);
    if (code == 0)
        c->location =
            arena_printf(c->arena, "/api/v1/%s/" SLICE_FMT, row.kind->plural, SLICE_ARG(done.id));
    return code < 0 ? code : answer_record(c, &row);
}

/* ---- rows ---- */

static const struct parameter bundle_parameters[] = {
    PATH_PEER,
    { .name = "most",
      .place = IN_QUERY,
      .field = { .name = "most",
                 .type = FIELD_INTEGER,
                 .min = 1,
                 .max = LIMIT_BUNDLE_PUTS,
                 .label_en = "most",
                 .label_fr = "most",
                 .help_en = "At most this many records; the rest is in the next bundle, once this "
                            "one is receipted.",
                 .help_fr = "Au plus ce nombre de fiches ; le reste est dans le lot suivant, une "
                            "fois celui-ci accusé." } },
    { 0 },
};
static const struct parameter record_parameters[] = { PATH_ID, { 0 } };
static const struct parameter log_parameters[] = {
    PARAMETER("peer", IN_QUERY, FIELD_TEXT, 0, "Only this peer's bundles.",
              "Seulement les lots de ce pair."),
    QUERY_LIMIT,
    QUERY_CURSOR,
    { 0 },
};

#define BUNDLE_MEDIA "application/vnd.entente.bundle"

const struct operation exchange_rows[] = {
    { .name = "exchange.preview",
      .method = "GET",
      .path = "/api/v1/peers/{id}/preview",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_READ | OP_LONG,
      .parameters = bundle_parameters,
      .answer = "ExchangePreview",
      .help_en = "Shows what the next bundle for a peer would hold.",
      .help_fr = "Montre ce que contiendrait le prochain lot destiné à un pair.",
      .handle = handle_preview },
    { .name = "exchange.export",
      .method = "POST",
      .path = "/api/v1/peers/{id}/bundles",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_WRITE | OP_LONG,
      .parameters = bundle_parameters,
      .media = BUNDLE_MEDIA,
      .help_en = "Makes the next bundle for a peer, signed and sealed to it.",
      .help_fr = "Produit le prochain lot destiné à un pair, signé et scellé pour lui.",
      .handle = handle_export },
    { .name = "exchange.inspect",
      .method = "POST",
      .path = "/api/v1/exchange/inspect",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_WRITE | OP_RAW_BODY | OP_LONG,
      .answer = "ExchangeTaken",
      .help_en = "Shows what taking a bundle would do, and takes nothing.",
      .help_fr = "Montre ce que ferait la prise d'un lot, sans rien prendre.",
      .handle = handle_inspect,
      .takes = BUNDLE_MEDIA },
    { .name = "exchange.import",
      .method = "POST",
      .path = "/api/v1/exchange/import",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_WRITE | OP_RAW_BODY | OP_LONG,
      .answer = "ExchangeTaken",
      .help_en = "Takes a bundle and answers with the receipt for its sender.",
      .help_fr = "Prend un lot et répond par l'accusé de réception pour son expéditeur.",
      .handle = handle_import,
      .takes = BUNDLE_MEDIA,
      .beside = "receipt" },
    { .name = "exchange.receipt",
      .method = "POST",
      .path = "/api/v1/exchange/receipts",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_WRITE | OP_RAW_BODY,
      .answer = "ExchangeReceipted",
      .help_en = "Takes in the receipt for a bundle that was sent.",
      .help_fr = "Enregistre l'accusé de réception d'un lot envoyé.",
      .handle = handle_receipt,
      .takes = "application/vnd.entente.receipt+json" },
    { .name = "exchange.log",
      .method = "GET",
      .path = "/api/v1/exchange/log",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_READ | OP_PAGED,
      .parameters = log_parameters,
      .answer = "ExchangeLog",
      .help_en = "Lists the bundles sent and taken, newest first.",
      .help_fr = "Énumère les lots envoyés et reçus, du plus récent au plus ancien.",
      .handle = handle_log },
    { .name = "exchange.proof",
      .method = "GET",
      .path = "/api/v1/proof/{id}",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_READ,
      .parameters = record_parameters,
      .answer = "ExchangeProof",
      .help_en = "Proves when a record, its retraction or its withdrawal was sent and receipted.",
      .help_fr = "Prouve quand une fiche, sa rétractation ou son retrait a été envoyé et reçu.",
      .handle = handle_proof },
    { .name = "adopt",
      .method = "POST",
      .path = "/api/v1/sides/{id}/adopt",
      .permission = PERMIT_WRITE,
      .flags = OP_WRITE | OP_CREATED,
      .parameters = record_parameters,
      .answer = "Adopted",
      .help_en = "States a record of ours from a partner's, as the answer to it.",
      .help_fr = "Énonce une fiche à nous à partir de celle d'un partenaire, comme réponse.",
      .handle = handle_adopt },
    { .name = "sides",
      .method = "GET",
      .path = "/api/v1/sides/{id}",
      .permission = PERMIT_READ,
      .flags = OP_READ,
      .parameters = record_parameters,
      .answer = "Sides",
      .help_en = "Shows what both sides say of one thing, and where they differ.",
      .help_fr = "Montre ce que les deux parties disent d'une même chose, et où elles diffèrent.",
      .handle = handle_sides },
    { 0 },
};
