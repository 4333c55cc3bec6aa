/*
 * Tokens: how programs act for a user, with a narrower scope and an end. A system kind; only the
 * hash of the secret is kept.
 */
#include "record/registry.h"

static const struct choice scopes[] = {
    { "read", "Read", "Lecture" },
    { "write", "Read and write", "Lecture et écriture" },
    { "admin", "Administration", "Administration" },
    { "calendar", "Calendar feed only", "Flux d'agenda seulement" },
    { 0 },
};

static const struct field fields[] = {
    { .name = "user",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED, /* the service states it where the input does not */
      .target = "user",
      .label_en = "User",
      .label_fr = "Utilisateur",
      .help_en = "For whom the token acts; yourself, unless an administrator names another.",
      .help_fr = "Au nom de qui le jeton agit ; vous-même, sauf si un administrateur en nomme un "
                 "autre." },
    { .name = "name",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED,
      .max = 100,
      .label_en = "Name",
      .label_fr = "Nom",
      .help_en = "What it is for.",
      .help_fr = "À quoi il sert." },
    { .name = "scope",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED,
      .choices = scopes,
      .label_en = "Scope",
      .label_fr = "Portée",
      .help_en = "The most that it may do, within what the user may do.",
      .help_fr = "Le maximum qu'il permet, dans la limite des droits de l'utilisateur." },
    { .name = "hash",
      .type = FIELD_CODE,
      .flags = FIELD_REQUIRED | FIELD_SECRET | FIELD_INDEXED | FIELD_UNIQUE,
      .max = 160,
      .label_en = "Hash",
      .label_fr = "Empreinte",
      .help_en = "Hash of the secret, never shown.",
      .help_fr = "Empreinte du secret, jamais affichée." },
    { .name = "expires",
      .type = FIELD_WHEN,
      .flags = FIELD_REQUIRED,
      .label_en = "Expires",
      .label_fr = "Expire le",
      .help_en = "After this instant it is refused.",
      .help_fr = "Après cet instant, il est refusé." },
    { .name = "revoked",
      .type = FIELD_BOOL,
      .label_en = "Revoked",
      .label_fr = "Révoqué",
      .help_en = "A revoked token is refused for good.",
      .help_fr = "Un jeton révoqué est refusé définitivement." },
    { 0 },
};

const struct kind kind_token = {
    .name = "token",
    .plural = "tokens",
    .title_en = "API token",
    .title_fr = "Jeton d'API",
    .help_en = "How a program acts for a user.",
    .help_fr = "Comment un programme agit au nom d'un utilisateur.",
    .fields = fields,
    .name_field = "name",
    .system = true,
};
