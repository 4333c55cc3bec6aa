/*
 * Releases to peers: the decisions by which another instance may have more of ours than before,
 * because it was given a clearance, a higher one, or more kinds, or is sent to again. A system
 * kind: like the peer itself it is read by those who may disclose, and by nobody as a record.
 *
 * Invariant: stands in the same append as the version of the peer that it allows; says who decided,
 * on what authority and why, and what the peer had before. Undone by revocation or by its date
 * only (service/release_peer.c), never by editing.
 */
#include "base/limits.h"
#include "record/registry.h"
#include "record/rules.h"

enum { KINDS_MAX = 64 };

static const struct choice natures[] = {
    { "clearance", "Release to a peer", "Diffusion à un pair" },
    { 0 },
};

static const struct choice states[] = {
    { "approved", "Approved", "Approuvée" },
    { "revoked", "Revoked", "Révoquée" },
    { "expired", "Expired", "Expirée" },
    { 0 },
};

static const struct field fields[] = {
    { .name = "nature",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED,
      .choices = natures,
      .label_en = "Nature",
      .label_fr = "Nature",
      .help_en = "What is let.",
      .help_fr = "Ce qui est permis." },
    { .name = "peer",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "peer",
      .label_en = "Peer",
      .label_fr = "Pair",
      .help_en = "Who may have more.",
      .help_fr = "Qui peut en recevoir plus." },
    PLAIN_FIELD("clearance_before", FIELD_LABEL, 0, 0, "Clearance before", "Habilitation d'avant",
                "To which the peer returns when the decision ends; none, when empty.",
                "Celle que le pair reprend quand la décision prend fin ; aucune, si vide."),
    PLAIN_FIELD("clearance_after", FIELD_LABEL, FIELD_REQUIRED, 0, "Clearance after",
                "Habilitation d'après", "What the peer may read by the decision.",
                "Ce que le pair peut lire en vertu de la décision."),
    PLAIN_FIELD("kinds_before", FIELD_CODE, FIELD_MANY, KINDS_MAX, "Kinds sent before",
                "Types envoyés avant", "Kinds that it was sent; all, when empty.",
                "Types qui lui étaient envoyés ; tous, si vide."),
    PLAIN_FIELD("kinds_after", FIELD_CODE, FIELD_MANY, KINDS_MAX, "Kinds sent after",
                "Types envoyés après", "Kinds that it is sent; all, when empty.",
                "Types qui lui sont envoyés ; tous, si vide."),
    PLAIN_FIELD("state_before", FIELD_CODE, 0, 20, "State before", "État d'avant",
                "Where the peer was suspended: the state to which it returns.",
                "Si le pair était suspendu : l'état auquel il revient."),
    PLAIN_FIELD("state_after", FIELD_CODE, 0, 20, "State after", "État d'après",
                "Where the peer was suspended: the state that the decision gives it.",
                "Si le pair était suspendu : l'état que la décision lui donne."),
    PLAIN_FIELD("reason", FIELD_TEXT, FIELD_REQUIRED, 500, "Reason", "Motif", "Why more may read.",
                "Pourquoi l'accès est élargi."),
    PLAIN_FIELD("authority", FIELD_TEXT, FIELD_REQUIRED, LIMIT_NAME, "Authority", "Autorité",
                "On whose authority: an order, an agreement, an office.",
                "En vertu de quoi : un ordre, un accord, une charge."),
    PLAIN_FIELD("remark", FIELD_TEXT, 0, 500, "Remark", "Remarque",
                "What whoever revoked it added.", "Ce qu'a ajouté la personne qui l'a révoquée."),
    PLAIN_FIELD("until", FIELD_WHEN, 0, 0, "Until", "Jusqu'à",
                "The last day on which it holds. Empty: until it is revoked.",
                "Le dernier jour de validité. Vide : jusqu'à révocation."),
    PLAIN_FIELD("review", FIELD_WHEN, 0, 0, "Review on", "À revoir le",
                "When the decision is to be looked at again.",
                "La date à laquelle la décision est à réexaminer."),
    { .name = "state",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = states,
      .label_en = "State",
      .label_fr = "État",
      .help_en = "Only an approved release has an effect.",
      .help_fr = "Seule une diffusion approuvée a un effet." },
    PLAIN_FIELD("decided_by", FIELD_TEXT, FIELD_REQUIRED, 64, "Decided by", "Décidée par",
                "Id of the user who decided.", "Identifiant de l'utilisateur qui a décidé."),
    PLAIN_FIELD("decided_at", FIELD_WHEN, FIELD_REQUIRED | FIELD_INDEXED, 0, "Decided at",
                "Décidée le", "The moment of the decision.", "Le moment de la décision."),
    { 0 },
};

static int advance(const struct json *before, const struct json *after, struct error *err)
{
    return rule_advance(release_states, "state", before, after, err);
}

const struct kind kind_peer_release = {
    .name = "peer_release",
    .plural = "peer_releases",
    .title_en = "Release to a peer",
    .title_fr = "Diffusion à un pair",
    .help_en = "A decision by which another instance may have more of ours.",
    .help_fr = "Une décision par laquelle une autre instance peut recevoir plus de nous.",
    .fields = fields,
    .name_refs = { "peer" },
    .when_field = "decided_at",
    .system = true,
    .decided = true,
    .advance = advance,
};
