/* Peers: meeting, confirming and changing them, and what a partner needs to meet us.
 * docs/exchange.md is their page; what is sent and taken is in exchange_ops.c. */
#include "service/exchange.h"

#include "base/limits.h"
#include "ops/internal.h"
#include "service/release.h"

#include <sodium.h>

void call_leave_snapshot(struct call *c)
{
    snapshot_close(c->snapshot);
    c->snapshot = NULL;
}

int call_enter_snapshot(struct call *c)
{
    return node_snapshot(c->node, c->viewer, c->arena, c->now_ms, c->err, &c->snapshot);
}

static const struct kind *peer_kind(const struct call *c)
{
    return kinds_find(node_kinds(c->node), S("peer"));
}

static int write_fingerprint(struct call *c, const struct row *row, struct json_writer *out)
{
    struct uuid instance;
    uint8_t sign[32], box[32];
    char text[FINGERPRINT_TEXT + 1];
    struct slice sign_hex = json_get_text(row->body, "sign_key");
    struct slice box_hex = json_get_text(row->body, "box_key");
    if (!uuid_parse(json_get_text(row->body, "instance"), &instance) ||
        sodium_hex2bin(sign, 32, sign_hex.ptr, sign_hex.len, NULL, NULL, NULL) != 0 ||
        sodium_hex2bin(box, 32, box_hex.ptr, box_hex.len, NULL, NULL, NULL) != 0)
        return error_set(c->err, EN_CORRUPT, "a peer without its keys");
    peer_fingerprint(instance, sign, box, text);
    jw_key_cstr(out, "fingerprint", text);
    return 0;
}

static int write_peer(struct call *c, struct render *r, struct row *row)
{
    int code = render_record_open(r, row, c->err);
    if (code == 0)
        code = write_fingerprint(c, row, r->out);
    jw_object_end(r->out);
    return code;
}

static int handle_peer_list(struct call *c)
{
    struct list_query q = { .kind = peer_kind(c),
                            .order = LIST_TITLE,
                            .limit = (size_t)call_int(c, "limit", LIMIT_PAGE_DEFAULT),
                            .after = call_text(c, "cursor") };
    struct page page;
    struct answer a;
    int code = snapshot_list(c->snapshot, &q, c->err, &page);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    jw_key(&a.out, "items");
    jw_array(&a.out);
    for (size_t i = 0; code == 0 && i < page.count; i++)
        code = write_peer(c, &a.render, &page.rows[i]);
    jw_array_end(&a.out);
    if (page.next.len)
        jw_key_text(&a.out, "next", page.next);
    return code < 0 ? code : answer_end(&a);
}

static int answer_peer(struct call *c, struct slice id)
{
    struct row row;
    struct json_writer out;
    struct render r = { .snapshot = c->snapshot, .out = &out, .refs = refs_new(c->snapshot) };
    if (!r.refs)
        return error_set(c->err, EN_NO_MEMORY, "peer");
    int code = snapshot_get(c->snapshot, peer_kind(c), id, c->err, &row);
    if (code == 0)
        code = render_etag(c->snapshot, &row, c->err, &c->etag);
    if (code < 0)
        return code;
    jw_init(&out, c->out);
    code = render_record_open(&r, &row, c->err);
    if (code == 0)
        code = write_fingerprint(c, &row, &out);
    refs_write(r.refs, &out);
    jw_object_end(&out);
    return code;
}

int call_peer(struct call *c, struct peer *ret)
{
    call_leave_snapshot(c);
    return peer_find(c->node, c->arena, call_text(c, "id"), c->now_ms, c->err, ret);
}

static int handle_peer_get(struct call *c)
{
    struct peer p;
    int code = call_peer(c, &p);
    if (code == 0)
        code = call_enter_snapshot(c);
    return code < 0 ? code : answer_peer(c, p.id);
}

static struct json *without(struct call *c, const struct json *body, const char *name)
{
    const struct json *nothing = json_new_object(c->arena);
    struct json *rest = nothing ? json_merge_patch(c->arena, body, nothing) : NULL;
    if (rest)
        json_object_remove(rest, slice_of(name));
    return rest;
}

static int handle_peer_meet(struct call *c)
{
    struct slice id;
    struct json *input = without(c, c->body, "card");
    call_leave_snapshot(c);
    if (!input)
        return error_set(c->err, EN_NO_MEMORY, "peer");
    int code = peer_meet(c->node, c->viewer, c->arena, json_get_text(c->body, "card"), input,
                         c->now_ms, c->err, &id);
    if (code == 0)
        code = call_enter_snapshot(c);
    if (code < 0)
        return code;
    c->location = arena_printf(c->arena, "/api/v1/peers/" SLICE_FMT, SLICE_ARG(id));
    return answer_peer(c, id);
}

static int handle_peer_confirm(struct call *c)
{
    struct peer p;
    int code = call_peer(c, &p);
    if (code == 0)
        code =
            peer_confirm(c->node, c->viewer, c->arena, p.id, json_get_text(c->body, "fingerprint"),
                         json_get(c->body, "release"), c->now_ms, c->err);
    if (code == 0)
        code = call_enter_snapshot(c);
    return code < 0 ? code : answer_peer(c, p.id);
}

static int handle_peer_change(struct call *c)
{
    struct peer p;
    int code = call_peer(c, &p);
    if (code == 0)
        code = peer_change(c->node, c->viewer, c->arena, p.id, c->body, c->if_match, c->now_ms,
                           c->err);
    if (code == 0)
        code = call_enter_snapshot(c);
    return code < 0 ? code : answer_peer(c, p.id);
}

static int handle_card(struct call *c)
{
    struct card_details details = { .name = call_text(c, "name"),
                                    .url = call_text(c, "url"),
                                    .tls_pin = call_text(c, "tls_pin") };
    int code = details.tls_pin.len ? 0 : network_pin(c, &details.tls_pin);
    return code < 0 ? code : exchange_card(c->node, c->viewer, &details, c->now_ms, c->err, c->out);
}

/* What to read out when a partner confirms us. */
static int handle_fingerprint(struct call *c)
{
    struct slice card;
    struct peer own;
    struct answer a;
    struct buf text cleanup_buf;
    struct card_details none = { .name = S(""), .url = S(""), .tls_pin = S("") };
    buf_init(&text, LIMIT_CARD);
    int code = exchange_card(c->node, c->viewer, &none, c->now_ms, c->err, &text);
    card = arena_copy(c->arena, buf_slice(&text));
    if (code == 0)
        code = card_read(c->arena, card, c->err, &own);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    char instance[UUID_TEXT + 1];
    uuid_format(own.instance, instance);
    jw_key_cstr(&a.out, "instance", instance);
    jw_key_text(&a.out, "fingerprint", own.fingerprint);
    return answer_end(&a);
}

/* ---- rows ---- */

#define PEER_FIELDS                                                                             \
    PLAIN_FIELD("name", FIELD_TEXT, 0, 0, "Name", "Nom", "What you call this peer.",            \
                "Le nom que vous donnez à ce pair."),                                           \
        { .name = "actor",                                                                      \
          .type = FIELD_REF,                                                                    \
          .target = "actor",                                                                    \
          .label_en = "Actor",                                                                  \
          .label_fr = "Acteur",                                                                 \
          .help_en = "The actor that it is.",                                                   \
          .help_fr = "L'acteur qu'il est." },                                                   \
        PLAIN_FIELD("clearance", FIELD_LABEL, 0, 0, "Clearance", "Habilitation",                \
                    "What it may read of yours; nothing is sent without one.",                  \
                    "Ce qu'il peut lire chez vous ; rien n'est envoyé sans cela."),             \
        PLAIN_FIELD("url", FIELD_TEXT, 0, 500, "Address", "Adresse",                            \
                    "Where its exchange port answers.", "Où répond son port d'échange."),       \
        PLAIN_FIELD("tls_pin", FIELD_CODE, 0, 44, "TLS pin", "Empreinte TLS",                   \
                    "SHA-256 of its TLS public key, in base64.",                                \
                    "SHA-256 de sa clé publique TLS, en base64."),                              \
        PLAIN_FIELD("trust_anchor", FIELD_LONGTEXT, 0, 0, "Trust anchor", "Ancre de confiance", \
                    "The certificates (PEM) that vouch for its own.",                           \
                    "Les certificats (PEM) qui répondent du sien."),                            \
        PLAIN_FIELD("revocation_list", FIELD_LONGTEXT, 0, 0, "Revocation list",                 \
                    "Liste de révocation", "Certificates (PEM) that no longer hold.",           \
                    "Les certificats (PEM) qui ne valent plus."),                               \
        PLAIN_FIELD("kinds_out", FIELD_CODE, FIELD_MANY, 64, "Kinds sent", "Types envoyés",     \
                    "Kinds of record that it is sent; all, when empty.",                        \
                    "Types de fiches envoyés ; tous, si vide."),                                \
        PLAIN_FIELD("kinds_in", FIELD_CODE, FIELD_MANY, 64, "Kinds taken", "Types reçus",       \
                    "Kinds of record that are taken from it; all, when empty.",                 \
                    "Types de fiches acceptés de lui ; tous, si vide.")

/* Needed only where the peer may have more than before: the service says so. */
#define GROUNDS                                                                                    \
    {                                                                                              \
        .name = "release", .type = FIELD_OBJECT, .flags = FIELD_SPREAD, .fields = release_grounds, \
        .label_en = "Release", .label_fr = "Diffusion",                                            \
        .help_en = "Where the peer may have more than before: on whose authority, and why.",       \
        .help_fr = "Si le pair peut en recevoir plus : en vertu de quoi, et pour quel motif."      \
    }

static const struct field meet_body[] = {
    PLAIN_FIELD("card", FIELD_LONGTEXT, FIELD_REQUIRED | FIELD_FILE, LIMIT_CARD, "Card", "Carte",
                "The card that the partner handed over.", "La carte que le partenaire a remise."),
    PEER_FIELDS,
    GROUNDS,
    { 0 },
};

static const struct choice change_states[] = {
    { "confirmed", "Confirmed", "Confirmé" },
    { "suspended", "Suspended", "Suspendu" },
    { "ended", "Ended", "Terminé" },
    { 0 },
};

static const struct field change_body[] = {
    PEER_FIELDS,
    { .name = "state",
      .type = FIELD_ENUM,
      .choices = change_states,
      .label_en = "State",
      .label_fr = "État",
      .help_en = "Whether you exchange with it.",
      .help_fr = "Si vous échangez avec lui." },
    GROUNDS,
    { 0 },
};

static const struct field confirm_body[] = {
    PLAIN_FIELD("fingerprint", FIELD_TEXT, FIELD_REQUIRED | FIELD_PLACED, 100, "Fingerprint",
                "Empreinte", "Eight groups of five digits, as the partner reads them out.",
                "Huit groupes de cinq chiffres, tels que le partenaire les lit."),
    GROUNDS,
    { 0 },
};

static const struct parameter peer_parameters[] = { PATH_PEER, { 0 } };
static const struct parameter list_parameters[] = { QUERY_LIMIT, QUERY_CURSOR, { 0 } };
static const struct parameter card_parameters[] = {
    PARAMETER("name", IN_QUERY, FIELD_TEXT, 0, "What this instance is called.",
              "Le nom de cette instance."),
    PARAMETER("url", IN_QUERY, FIELD_TEXT, 0, "Where its exchange port answers.",
              "Où répond son port d'échange."),
    PARAMETER("tls_pin", IN_QUERY, FIELD_CODE, 0, "SHA-256 of its TLS public key, in base64.",
              "SHA-256 de sa clé publique TLS, en base64."),
    { 0 },
};

const struct operation peer_rows[] = {
    { .name = "peer.list",
      .method = "GET",
      .path = "/api/v1/peers",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_READ | OP_PAGED,
      .parameters = list_parameters,
      .answer = "ShownPeers",
      .help_en = "Lists the instances that this one exchanges with.",
      .help_fr = "Énumère les instances avec lesquelles celle-ci échange.",
      .handle = handle_peer_list },
    { .name = "peer.get",
      .method = "GET",
      .path = "/api/v1/peers/{id}",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_READ,
      .parameters = peer_parameters,
      .answer = "ShownPeer",
      .help_en = "Shows one peer with the fingerprint of its keys.",
      .help_fr = "Montre un pair et l'empreinte de ses clés.",
      .handle = handle_peer_get },
    { .name = "peer.meet",
      .method = "POST",
      .path = "/api/v1/peers",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_WRITE | OP_CREATED,
      .body = meet_body,
      .answer = "ShownPeer",
      .help_en = "Meets a partner by its card: its keys are pinned from now on.",
      .help_fr = "Rencontre un partenaire par sa carte : ses clés sont désormais fixées.",
      .handle = handle_peer_meet },
    { .name = "peer.confirm",
      .method = "POST",
      .path = "/api/v1/peers/{id}/confirm",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_WRITE,
      .parameters = peer_parameters,
      .body = confirm_body,
      .answer = "ShownPeer",
      .help_en = "Confirms a peer by the fingerprint that the partner reads out.",
      .help_fr = "Confirme un pair par l'empreinte que le partenaire lit à voix haute.",
      .handle = handle_peer_confirm },
    { .name = "peer.change",
      .method = "PATCH",
      .path = "/api/v1/peers/{id}",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_WRITE | OP_IF_MATCH,
      .parameters = peer_parameters,
      .body = change_body,
      .answer = "ShownPeer",
      .help_en = "Changes what is agreed with a peer; its keys never change.",
      .help_fr = "Modifie ce qui est convenu avec un pair ; ses clés ne changent jamais.",
      .handle = handle_peer_change },
    { .name = "exchange.card",
      .method = "GET",
      .path = "/api/v1/exchange/card",
      .permission = PERMIT_DISCLOSE,
      .parameters = card_parameters,
      .answer = "Card",
      .media = "application/json", /* a file as it stands, on the command line too */
      .help_en = "Writes this instance's card, by which a partner meets it.",
      .help_fr = "Écrit la carte de cette instance, par laquelle un partenaire la rencontre.",
      .handle = handle_card },
    { .name = "exchange.fingerprint",
      .method = "GET",
      .path = "/api/v1/exchange/fingerprint",
      .permission = PERMIT_DISCLOSE,
      .answer = "Fingerprint",
      .help_en = "Shows this instance's own fingerprint, to be read out to a partner.",
      .help_fr = "Montre l'empreinte de cette instance, à lire au partenaire.",
      .handle = handle_fingerprint },
    { 0 },
};
