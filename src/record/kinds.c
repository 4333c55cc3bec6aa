/*
 * The registry of kinds. A new kind is one file and one line here.
 *
 * Invariant: names and plurals are unique, and field names within a kind (common fields included)
 * are unique; the tests walk every table to prove it.
 */
#include "record/registry.h"

static const struct kind *const built_in[] = {
    &kind_actor,       &kind_posting,    &kind_membership, &kind_relationship, &kind_engagement,
    &kind_commitment,  &kind_disclosure, &kind_assessment, &kind_agreement,    &kind_obligation,
    &kind_transaction, &kind_request,    &kind_vocabulary, &kind_concept,      &kind_mapping,
    &kind_objective,   &kind_need,       &kind_offer,      &kind_access,       &kind_annotation,
    &kind_release,     &kind_user,       &kind_token,      &kind_setting,      &kind_audit,
    &kind_peer,        &kind_bundle,     &kind_peer_release,
};

enum { BUILT_IN = sizeof built_in / sizeof built_in[0] };

const struct choice instrument_choices[] = {
    { "diplomatic", "Diplomatic", "Diplomatique" },
    { "informational", "Informational", "Informationnel" },
    { "military", "Military", "Militaire" },
    { "economic", "Economic", "Économique" },
    { "legal", "Legal", "Juridique" },
    { "law_enforcement", "Law enforcement", "Application de la loi" },
    { 0 },
};

const struct field common_fields[] = {
    { .name = "external_ids",
      .type = FIELD_TEXT,
      .flags = FIELD_MANY | FIELD_INDEXED,
      .max = 20,
      .label_en = "External ids",
      .label_fr = "Identifiants externes",
      .help_en = "What other systems call this record, e.g. crm:4711. Imports find it by them.",
      .help_fr = "Le nom de cette fiche dans d'autres systèmes, p. ex. crm:4711. Les importations "
                 "la retrouvent ainsi." },
    { .name = "notes",
      .type = FIELD_LONGTEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Notes",
      .label_fr = "Notes",
      .help_en = "Anything else worth keeping.",
      .help_fr = "Toute autre précision utile." },
    { 0 },
};

int kinds_make(struct arena *a, struct slice custom, struct error *err, const struct kinds **ret)
{
    struct kinds *all = arena_new_of(a, struct kinds);
    if (!all)
        return error_set(err, EN_NO_MEMORY, "no memory for the kinds");
    all->items = built_in;
    all->count = BUILT_IN;
    if (!slice_empty(slice_trim(custom))) {
        const struct kind **items = arena_array_of(a, const struct kind *, BUILT_IN);
        if (!items)
            return error_set(err, EN_NO_MEMORY, "no memory for the kinds");
        memcpy(items, built_in, sizeof built_in);
        int code = custom_fields_apply(a, custom, err, items, BUILT_IN);
        if (code)
            return code;
        all->items = items;
    }
    *ret = all;
    return 0;
}

const struct kind *kinds_find(const struct kinds *all, struct slice name)
{
    for (size_t i = 0; i < all->count; i++) {
        if (slice_is(name, all->items[i]->name))
            return all->items[i];
    }
    return NULL;
}

const struct kind *kinds_find_plural(const struct kinds *all, struct slice plural)
{
    for (size_t i = 0; i < all->count; i++) {
        if (slice_is(plural, all->items[i]->plural))
            return all->items[i];
    }
    return NULL;
}

const struct field *field_find(const struct field *fields, struct slice name)
{
    for (const struct field *f = fields; f && f->name; f++) {
        if (slice_is(name, f->name))
            return f;
    }
    return NULL;
}

const struct field *kind_field(const struct kind *k, struct slice name)
{
    const struct field *f = field_find(k->fields, name);
    return f ? f : field_find(common_fields, name);
}

const struct choice *choice_find(const struct choice *choices, struct slice value)
{
    for (const struct choice *c = choices; c && c->value; c++) {
        if (slice_is(value, c->value))
            return c;
    }
    return NULL;
}

const char *field_type_word(enum field_type type)
{
    static const char *const words[] = {
        [FIELD_TEXT] = "text",         [FIELD_LONGTEXT] = "longtext", [FIELD_ENUM] = "enum",
        [FIELD_REF] = "ref",           [FIELD_WHEN] = "when",         [FIELD_BOOL] = "bool",
        [FIELD_INTEGER] = "integer",   [FIELD_DECIMAL] = "decimal",   [FIELD_COUNTRY] = "country",
        [FIELD_LANGUAGE] = "language", [FIELD_CODE] = "code",         [FIELD_LABEL] = "label",
        [FIELD_OBJECT] = "object",     [FIELD_DURATION] = "duration", [FIELD_REGION] = "region",
    };
    return words[type];
}
