/*
 * Releases: the decisions by which more may read. A lowering gives one record a lower label or more
 * readers; an onward grant lets a partner instance have what its originator controls (ORCON).
 *
 * Invariant: a decision says who decided, on what authority and why, and none is undone by editing:
 * it is revoked or expires. Written by service/release.c only (`decided`), a lowering in the same
 * append as the label that it changes. An onward grant speaks for the instance that states it and
 * for no other: its origin is the originator (picture/onward.c).
 */
#include "base/limits.h"
#include "record/registry.h"
#include "record/rules.h"

static const struct choice natures[] = {
    { "lower", "Lower label", "Étiquette abaissée" },
    { "onward", "Onward release", "Diffusion à un tiers" },
    { 0 },
};

static const struct choice states[] = {
    { "proposed", "Proposed", "Proposée" }, { "approved", "Approved", "Approuvée" },
    { "refused", "Refused", "Refusée" },    { "revoked", "Revoked", "Révoquée" },
    { "expired", "Expired", "Expirée" },    { 0 },
};

static const struct field fields[] = {
    { .name = "nature",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = natures,
      .label_en = "Nature",
      .label_fr = "Nature",
      .help_en = "A lower label for one record, or an onward release to a partner.",
      .help_fr = "Une étiquette plus basse pour une fiche, ou la diffusion à un tiers." },
    { .name = "record",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .label_en = "Record",
      .label_fr = "Fiche",
      .help_en = "What is released. An onward release without one is of everything we originate.",
      .help_fr = "Ce qui est diffusé. Sans fiche, la diffusion à un tiers vaut pour tout ce qui "
                 "vient de nous." },
    { .name = "to",
      .type = FIELD_TEXT,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .max = 50,
      .label_en = "To",
      .label_fr = "À",
      .help_en = "Onward: the partner instances by id. Lowering: who reads it now, in words.",
      .help_fr = "Tiers : les instances partenaires, par identifiant. Abaissement : qui la lit "
                 "désormais, en mots." },
    { .name = "label_before",
      .type = FIELD_LABEL,
      .label_en = "Label before",
      .label_fr = "Étiquette d'avant",
      .help_en = "To which the record returns when the decision ends.",
      .help_fr = "Celle que la fiche reprend quand la décision prend fin." },
    { .name = "label_after",
      .type = FIELD_LABEL,
      .label_en = "Label after",
      .label_fr = "Étiquette d'après",
      .help_en = "The label that the decision gives the record.",
      .help_fr = "L'étiquette que la décision donne à la fiche." },
    { .name = "reason",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .max = 500,
      .label_en = "Reason",
      .label_fr = "Motif",
      .help_en = "Why more may read.",
      .help_fr = "Pourquoi l'accès est élargi." },
    { .name = "authority",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .max = LIMIT_NAME,
      .label_en = "Authority",
      .label_fr = "Autorité",
      .help_en = "On whose authority: an order, an agreement, an office.",
      .help_fr = "En vertu de quoi : un ordre, un accord, une charge." },
    { .name = "remark",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .max = 500,
      .label_en = "Remark",
      .label_fr = "Remarque",
      .help_en = "What whoever decided or revoked it added.",
      .help_fr = "Ce qu'a ajouté la personne qui a décidé ou révoqué." },
    { .name = "until",
      .type = FIELD_WHEN,
      .label_en = "Until",
      .label_fr = "Jusqu'à",
      .help_en = "The last day on which it holds. Empty: until it is revoked.",
      .help_fr = "Le dernier jour de validité. Vide : jusqu'à révocation." },
    { .name = "review",
      .type = FIELD_WHEN,
      .label_en = "Review on",
      .label_fr = "À revoir le",
      .help_en = "When the decision is to be looked at again.",
      .help_fr = "La date à laquelle la décision est à réexaminer." },
    { .name = "state",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = states,
      .label_en = "State",
      .label_fr = "État",
      .help_en = "Only an approved release has an effect.",
      .help_fr = "Seule une diffusion approuvée a un effet." },
    { .name = "proposed_by",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .max = 64,
      .label_en = "Proposed by",
      .label_fr = "Proposée par",
      .help_en = "Id of the user who asked for it.",
      .help_fr = "Identifiant de l'utilisateur qui l'a demandée." },
    { .name = "decided_by",
      .type = FIELD_TEXT,
      .flags = FIELD_INDEXED,
      .max = 64,
      .label_en = "Decided by",
      .label_fr = "Décidée par",
      .help_en = "Id of the user who decided.",
      .help_fr = "Identifiant de l'utilisateur qui a décidé." },
    { .name = "decided_at",
      .type = FIELD_WHEN,
      .label_en = "Decided at",
      .label_fr = "Décidée le",
      .help_en = "The moment of the decision.",
      .help_fr = "Le moment de la décision." },
    { 0 },
};

enum { PROPOSED = 1, APPROVED = 2, REFUSED = 4, REVOKED = 8, EXPIRED = 16 };

const struct state_row release_states[] = {
    { "proposed", APPROVED | REFUSED | REVOKED },
    { "approved", REVOKED | EXPIRED },
    { "refused", 0 },
    { "revoked", 0 },
    { "expired", 0 },
    { 0 },
};

static int needs(const struct json *body, const char *name, const char *pointer,
                 const char *sentence, struct error *err)
{
    return json_get(body, name) ? 0
                                : error_field(err, slice_of(pointer), REASON_RULE, "%s", sentence);
}

static int check_nature(const struct json *body, struct error *err)
{
    if (slice_is(json_get_text(body, "nature"), "onward"))
        return needs(body, "to", "/to", "an onward release names the partner instances", err);
    int code = needs(body, "record", "/record", "a lowering names its record", err);
    if (code == 0)
        code = needs(body, "label_before", "/label_before", "a lowering names both labels", err);
    return code < 0
               ? code
               : needs(body, "label_after", "/label_after", "a lowering names both labels", err);
}

static int check(const struct json *body, struct error *err)
{
    static const char who[] = "a decision names who decided and when";
    int code = check_nature(body, err);
    if (slice_is(json_get_text(body, "state"), "approved")) {
        if (code == 0)
            code = needs(body, "authority", "/authority", "a decision names its authority", err);
        if (code == 0)
            code = needs(body, "decided_by", "/decided_by", who, err);
        if (code == 0)
            code = needs(body, "decided_at", "/decided_at", who, err);
    }
    return code;
}

static int advance(const struct json *before, const struct json *after, struct error *err)
{
    return rule_advance(release_states, "state", before, after, err);
}

const struct kind kind_release = {
    .name = "release",
    .plural = "releases",
    .title_en = "Release",
    .title_fr = "Diffusion",
    .help_en = "A decision by which more may read: a lower label, or an onward release.",
    .help_fr = "Une décision qui élargit l'accès : étiquette abaissée ou diffusion à un tiers.",
    .fields = fields,
    .name_field = "reason",
    .decided = true,
    .check = check,
    .advance = advance,
};
