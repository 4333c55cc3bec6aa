/*
 * Vocabularies: an owner's words, as a SKOS concept scheme. The words themselves are concepts; how
 * two owners' words correspond is a mapping. A vocabulary gives no evidence.
 */
#include "record/registry.h"

static const struct field fields[] = {
    { .name = "title",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .label_en = "Title (English)",
      .label_fr = "Titre (anglais)",
      .help_en = "The title in English, or in its own language when it has no English one.",
      .help_fr = "Le titre en anglais, ou dans sa propre langue à défaut." },
    { .name = "title_fr",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Title (French)",
      .label_fr = "Titre (français)",
      .help_en = "The title in French.",
      .help_fr = "Le titre en français." },
    { .name = "namespace",
      .type = FIELD_TEXT,
      .flags = FIELD_INDEXED,
      .label_en = "Namespace",
      .label_fr = "Espace de noms",
      .help_en = "The URI that the concepts' own URIs begin with, e.g. https://example.org/terms/",
      .help_fr = "L'URI par laquelle commencent celles des concepts, p. ex. "
                 "https://example.org/termes/" },
    { .name = "owner",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "actor",
      .label_en = "Owner",
      .label_fr = "Propriétaire",
      .help_en = "Who decides what its words mean.",
      .help_fr = "Qui décide du sens de ses mots." },
    { .name = "edition",
      .type = FIELD_TEXT,
      .max = 100,
      .label_en = "Edition",
      .label_fr = "Édition",
      .help_en = "The owner's own number for this state of it, e.g. 2025-1.",
      .help_fr = "Le numéro que le propriétaire donne à cet état, p. ex. 2025-1." },
    { .name = "description",
      .type = FIELD_LONGTEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Description",
      .label_fr = "Description",
      .help_en = "What the vocabulary is for.",
      .help_fr = "Ce à quoi sert le vocabulaire." },
    { 0 },
};

/* RFC 3986: a scheme, a colon, and no white space. */
static bool is_uri(struct slice text)
{
    size_t i = 0;
    while (i < text.len && text.ptr[i] != ':' && text.ptr[i] != '/' && text.ptr[i] != ' ')
        i++;
    return i > 0 && i + 1 < text.len && text.ptr[i] == ':' && !memchr(text.ptr, ' ', text.len);
}

static int check(const struct json *body, struct error *err)
{
    struct slice namespace = json_get_text(body, "namespace");
    if (slice_empty(namespace) || is_uri(namespace))
        return 0;
    return error_field(err, S("/namespace"), REASON_RULE, "not a URI");
}

const struct kind kind_vocabulary = {
    .name = "vocabulary",
    .plural = "vocabularies",
    .title_en = "Vocabulary",
    .title_fr = "Vocabulaire",
    .help_en = "An owner's words, and what they mean to that owner.",
    .help_fr = "Les mots d'un propriétaire et le sens qu'il leur donne.",
    .fields = fields,
    .name_field = "title",
    .name_field_fr = "title_fr",
    .check = check,
};
