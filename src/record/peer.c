/*
 * Peers: the other instances that this one knows, with the keys pinned when they were met. A system
 * kind: it is offered through its own operations, never as a record.
 *
 * Invariant: instance and keys never change; whoever comes with others is another peer. Only a
 * confirmed peer is sent anything, or has anything taken from it.
 */
#include "record/registry.h"

enum { KINDS_MAX = 64 };

static const struct choice states[] = {
    { "met", "Met, not confirmed", "Rencontré, non confirmé" },
    { "confirmed", "Confirmed", "Confirmé" },
    { "suspended", "Suspended", "Suspendu" },
    { "ended", "Ended", "Terminé" },
    { 0 },
};

enum { MET = 1 << 0, CONFIRMED = 1 << 1, SUSPENDED = 1 << 2, ENDED = 1 << 3 };

const struct state_row peer_states[] = {
    { "met", CONFIRMED | ENDED },
    { "confirmed", SUSPENDED | ENDED },
    { "suspended", CONFIRMED | ENDED },
    { "ended", 0 },
    { 0 },
};

static const struct field fields[] = {
    { .name = "name",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .label_en = "Name",
      .label_fr = "Nom",
      .help_en = "What we call this peer.",
      .help_fr = "Le nom que nous donnons à ce pair." },
    { .name = "actor",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "actor",
      .label_en = "Actor",
      .label_fr = "Acteur",
      .help_en = "The actor that it is.",
      .help_fr = "L'acteur qu'il est." },
    { .name = "instance",
      .type = FIELD_CODE,
      .flags = FIELD_REQUIRED | FIELD_INDEXED | FIELD_UNIQUE,
      .max = 36,
      .label_en = "Instance",
      .label_fr = "Instance",
      .help_en = "Its instance's id, as its card states it.",
      .help_fr = "L'identifiant de son instance, selon sa carte." },
    { .name = "sign_key",
      .type = FIELD_CODE,
      .flags = FIELD_REQUIRED,
      .max = 64,
      .label_en = "Signing key",
      .label_fr = "Clé de signature",
      .help_en = "Its Ed25519 public key, in hexadecimal.",
      .help_fr = "Sa clé publique Ed25519, en hexadécimal." },
    { .name = "box_key",
      .type = FIELD_CODE,
      .flags = FIELD_REQUIRED,
      .max = 64,
      .label_en = "Sealing key",
      .label_fr = "Clé de scellement",
      .help_en = "Its X25519 public key, in hexadecimal.",
      .help_fr = "Sa clé publique X25519, en hexadécimal." },
    { .name = "state",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = states,
      .label_en = "State",
      .label_fr = "État",
      .help_en = "Whether we exchange with it.",
      .help_fr = "Si nous échangeons avec lui." },
    { .name = "clearance",
      .type = FIELD_LABEL,
      .label_en = "Clearance",
      .label_fr = "Habilitation",
      .help_en = "What it may read of ours.",
      .help_fr = "Ce qu'il peut lire chez nous." },
    { .name = "url",
      .type = FIELD_TEXT,
      .max = 500,
      .label_en = "Address",
      .label_fr = "Adresse",
      .help_en = "Where its exchange port answers, e.g. https://partner.example:8443.",
      .help_fr = "Où répond son port d'échange, p. ex. https://partenaire.example:8443." },
    { .name = "tls_pin",
      .type = FIELD_CODE,
      .flags = FIELD_INDEXED,
      .max = 44,
      .label_en = "TLS pin",
      .label_fr = "Empreinte TLS",
      .help_en = "SHA-256 of its TLS public key, in base64.",
      .help_fr = "SHA-256 de sa clé publique TLS, en base64." },
    { .name = "trust_anchor",
      .type = FIELD_LONGTEXT,
      .label_en = "Trust anchor",
      .label_fr = "Ancre de confiance",
      .help_en = "The certificates (PEM) that vouch for its certificate.",
      .help_fr = "Les certificats (PEM) qui répondent du sien." },
    { .name = "revocation_list",
      .type = FIELD_LONGTEXT,
      .label_en = "Revocation list",
      .label_fr = "Liste de révocation",
      .help_en = "The list (PEM) of certificates that no longer hold.",
      .help_fr = "La liste (PEM) des certificats qui ne valent plus." },
    { .name = "kinds_out",
      .type = FIELD_CODE,
      .flags = FIELD_MANY,
      .max = KINDS_MAX,
      .label_en = "Kinds sent",
      .label_fr = "Types envoyés",
      .help_en = "Kinds of record that it is sent; all that it may read, when empty.",
      .help_fr = "Types de fiches envoyés ; tous ceux qu'il peut lire, si vide." },
    { .name = "kinds_in",
      .type = FIELD_CODE,
      .flags = FIELD_MANY,
      .max = KINDS_MAX,
      .label_en = "Kinds taken",
      .label_fr = "Types reçus",
      .help_en = "Kinds of record that are taken from it; all, when empty.",
      .help_fr = "Types de fiches acceptés de lui ; tous, si vide." },
    { .name = "confirmed_on",
      .type = FIELD_WHEN,
      .label_en = "Confirmed on",
      .label_fr = "Confirmé le",
      .help_en = "When the fingerprint was compared.",
      .help_fr = "Date à laquelle l'empreinte a été comparée." },
    { 0 },
};

static int same(const struct json *before, const struct json *after, const char *name,
                struct error *err)
{
    char pointer[32];

    if (slice_eq(json_get_text(before, name), json_get_text(after, name)))
        return 0;
    pointer[0] = '/';
    memcpy(pointer + 1, name, strlen(name) + 1);
    return error_field(err, slice_of(pointer), REASON_READ_ONLY, "%s", "");
}

static int advance(const struct json *before, const struct json *after, struct error *err)
{
    int code = rule_advance(peer_states, "state", before, after, err);

    code |= same(before, after, "instance", err);
    code |= same(before, after, "sign_key", err);
    code |= same(before, after, "box_key", err);
    return code ? EN_INVALID : 0;
}

const struct kind kind_peer = {
    .name = "peer",
    .plural = "peers",
    .title_en = "Peer",
    .title_fr = "Pair",
    .help_en = "Another instance that this one exchanges with.",
    .help_fr = "Une autre instance avec laquelle celle-ci échange.",
    .fields = fields,
    .name_field = "name",
    .advance = advance,
    .system = true,
};
