/*
 * Memberships: an actor belongs to a group for a time. Group expansion in labels is the policy's
 * matter; this record only says what is known about the group.
 */
#include "record/registry.h"

static const struct field fields[] = {
    { .name = "member",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Member",
      .label_fr = "Membre",
      .help_en = "Who belongs.",
      .help_fr = "Qui fait partie du groupe." },
    { .name = "group",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Group",
      .label_fr = "Groupe",
      .help_en = "The organisation, alliance or community that it belongs to.",
      .help_fr = "L'organisation, l'alliance ou la communauté dont il s'agit." },
    { .name = "status",
      .type = FIELD_TEXT,
      .flags = FIELD_INDEXED | FIELD_SEARCHED,
      .max = 100,
      .label_en = "Status",
      .label_fr = "Statut",
      .help_en = "For example member, observer, partner, candidate.",
      .help_fr = "Par exemple membre, observateur, partenaire, candidat." },
    { .name = "from",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "From",
      .label_fr = "Du",
      .help_en = "When the membership began.",
      .help_fr = "Début de l'appartenance." },
    { .name = "until",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Until",
      .label_fr = "Au",
      .help_en = "When it ended; empty while it lasts.",
      .help_fr = "Fin de l'appartenance; vide tant qu'elle dure." },
    { 0 },
};

static int check(const struct json *body, struct error *err)
{
    int differ = rule_differ(body, "member", "group", "a group is not a member of itself", err);
    int order = rule_order(body, "from", "until", S(""), err);
    return differ ? differ : order;
}

const struct kind kind_membership = {
    .name = "membership",
    .plural = "memberships",
    .title_en = "Membership",
    .title_fr = "Appartenance",
    .help_en = "An actor belongs to a group for a time.",
    .help_fr = "Un acteur fait partie d'un groupe pendant un certain temps.",
    .fields = fields,
    .name_refs = { "member", "group" },
    .when_field = "from",
    .check = check,
};
