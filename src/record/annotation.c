/*
 * Annotations: what we say about a record, of ours or of a partner. A record that came from another
 * instance is never edited; it is annotated, and the annotation is a record of ours. `same_as`
 * states that a partner's record and one of ours are about one thing. No evidence is given.
 */
#include "record/registry.h"

static const struct choice stances[] = {
    { "agree", "We agree", "Nous sommes d'accord" },
    { "dispute", "We dispute it", "Nous le contestons" },
    { "note", "A note", "Une remarque" },
    { 0 },
};

static const struct field fields[] = {
    { .name = "about",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .label_en = "About",
      .label_fr = "Au sujet de",
      .help_en = "The record that is annotated.",
      .help_fr = "La fiche annotée." },
    { .name = "stance",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = stances,
      .label_en = "Stance",
      .label_fr = "Position",
      .help_en = "Whether we agree with what it says.",
      .help_fr = "Si nous sommes d'accord avec ce qu'elle dit." },
    { .name = "text",
      .type = FIELD_LONGTEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Text",
      .label_fr = "Texte",
      .help_en = "What we have to say about it.",
      .help_fr = "Ce que nous avons à en dire." },
    { .name = "same_as",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .label_en = "Same as",
      .label_fr = "Identique à",
      .help_en = "The record of ours that is about the same thing.",
      .help_fr = "Notre fiche qui porte sur la même chose." },
    { 0 },
};

static int check(const struct json *body, struct error *err)
{
    int code = rule_differ(body, "about", "same_as", "a record is always the same as itself", err);
    bool says = json_get_text(body, "text").len || json_get_text(body, "same_as").len;

    if (!says && slice_is(json_get_text(body, "stance"), "note"))
        return error_field(err, S("/text"), REASON_REQUIRED, "%s", "");
    return code;
}

const struct kind kind_annotation = {
    .name = "annotation",
    .plural = "annotations",
    .title_en = "Annotation",
    .title_fr = "Annotation",
    .help_en = "What we say about a record, also one of a partner's.",
    .help_fr = "Ce que nous disons d'une fiche, même de celle d'un partenaire.",
    .fields = fields,
    .name_refs = { "about" },
    .check = check,
};
