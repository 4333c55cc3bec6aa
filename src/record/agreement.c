/*
 * Agreements: instruments between parties, from a treaty to a partnership.
 *
 * This is what is written in the instrument. What it obliges whom to do, and whether that was done,
 * are records of their own; an agreement by itself gives no evidence.
 */
#include "record/registry.h"

static const struct choice instruments[] = {
    { "treaty", "Treaty", "Traité" },
    { "sofa", "Status of forces agreement", "Convention sur le statut des forces" },
    { "mou", "Memorandum of understanding", "Protocole d'entente" },
    { "arrangement", "Arrangement", "Arrangement" },
    { "acsa", "Acquisition and cross-servicing agreement", "Accord d'acquisition et de soutien" },
    { "information_sharing", "Information sharing", "Échange d'information" },
    { "implementing", "Implementing arrangement", "Arrangement de mise en œuvre" },
    { "contract", "Contract", "Contrat" },
    { "exchange_of_notes", "Exchange of notes", "Échange de notes" },
    { "joint_declaration", "Joint declaration", "Déclaration conjointe" },
    { "partnership", "Partnership", "Partenariat" },
    { "other", "Other", "Autre" },
    { 0 },
};

static const struct field party_fields[] = {
    { .name = "party",
      .type = FIELD_REF,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .target = "actor",
      .label_en = "Party",
      .label_fr = "Partie",
      .help_en = "Who is bound.",
      .help_fr = "Qui est lié." },
    { .name = "role",
      .type = FIELD_TEXT,
      .max = 100,
      .label_en = "Role",
      .label_fr = "Rôle",
      .help_en = "For example party, depositary, observer.",
      .help_fr = "Par exemple partie, dépositaire, observateur." },
    { .name = "joined",
      .type = FIELD_WHEN,
      .label_en = "Joined",
      .label_fr = "Depuis",
      .help_en = "When it became a party.",
      .help_fr = "Date à laquelle elle est devenue partie." },
    { .name = "left",
      .type = FIELD_WHEN,
      .label_en = "Left",
      .label_fr = "Retrait",
      .help_en = "When it ceased to be one.",
      .help_fr = "Date à laquelle elle a cessé de l'être." },
    { 0 },
};

static const struct field fields[] = {
    { .name = "title",
      .type = FIELD_TEXT,
      .flags = FIELD_REQUIRED | FIELD_SEARCHED,
      .max = 500,
      .label_en = "Title (English)",
      .label_fr = "Titre (anglais)",
      .help_en = "The title in English, or in its own language when it has no English one.",
      .help_fr = "Le titre en anglais, ou dans sa propre langue à défaut." },
    { .name = "title_fr",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .max = 500,
      .label_en = "Title (French)",
      .label_fr = "Titre (français)",
      .help_en = "The title in French.",
      .help_fr = "Le titre en français." },
    { .name = "instrument",
      .type = FIELD_ENUM,
      .flags = FIELD_REQUIRED | FIELD_INDEXED,
      .choices = instruments,
      .label_en = "Instrument",
      .label_fr = "Instrument",
      .help_en = "The form of the agreement.",
      .help_fr = "La forme de l'accord." },
    { .name = "binding",
      .type = FIELD_BOOL,
      .flags = FIELD_INDEXED,
      .label_en = "Legally binding",
      .label_fr = "Juridiquement contraignant",
      .help_en = "Whether it binds in law.",
      .help_fr = "S'il lie en droit." },
    { .name = "parent",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "agreement",
      .label_en = "Under",
      .label_fr = "Au titre de",
      .help_en = "The agreement that this one is made under.",
      .help_fr = "L'accord-cadre dont celui-ci relève." },
    { .name = "amends",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "agreement",
      .label_en = "Amends",
      .label_fr = "Modifie",
      .help_en = "The agreement that this one changes.",
      .help_fr = "L'accord que celui-ci modifie." },
    { .name = "supersedes",
      .type = FIELD_REF,
      .flags = FIELD_INDEXED,
      .target = "agreement",
      .label_en = "Supersedes",
      .label_fr = "Remplace",
      .help_en = "The agreement that this one replaces.",
      .help_fr = "L'accord que celui-ci remplace." },
    { .name = "subjects",
      .type = FIELD_TEXT,
      .flags = FIELD_MANY | FIELD_INDEXED | FIELD_SEARCHED,
      .max = 50,
      .label_en = "Subjects",
      .label_fr = "Objets",
      .help_en = "What it is about.",
      .help_fr = "Ce dont il traite." },
    { .name = "concluded",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Concluded",
      .label_fr = "Conclu le",
      .help_en = "When it was signed or adopted.",
      .help_fr = "Date de signature ou d'adoption." },
    { .name = "in_force",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "In force",
      .label_fr = "En vigueur le",
      .help_en = "When it took effect.",
      .help_fr = "Date de prise d'effet." },
    { .name = "ended",
      .type = FIELD_WHEN,
      .flags = FIELD_INDEXED,
      .label_en = "Ended",
      .label_fr = "Fin",
      .help_en = "When it ceased to have effect.",
      .help_fr = "Date à laquelle il a cessé d'avoir effet." },
    { .name = "place",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .label_en = "Place",
      .label_fr = "Lieu",
      .help_en = "Where it was concluded.",
      .help_fr = "Lieu de conclusion." },
    { .name = "parties",
      .type = FIELD_OBJECT,
      .flags = FIELD_MANY,
      .fields = party_fields,
      .label_en = "Parties",
      .label_fr = "Parties",
      .help_en = "Who is bound, and from when to when. A party that left and came back is listed "
                 "twice.",
      .help_fr = "Qui est lié, et de quand à quand. Une partie qui s'est retirée puis est revenue "
                 "figure deux fois." },
    { .name = "term",
      .type = FIELD_TEXT,
      .max = 500,
      .label_en = "Term",
      .label_fr = "Durée",
      .help_en = "How long it lasts, e.g. five years.",
      .help_fr = "Sa durée, p. ex. cinq ans." },
    { .name = "renewal",
      .type = FIELD_TEXT,
      .max = 500,
      .label_en = "Renewal",
      .label_fr = "Reconduction",
      .help_en = "How it is renewed.",
      .help_fr = "Comment il est reconduit." },
    { .name = "notice_period",
      .type = FIELD_TEXT,
      .max = 200,
      .label_en = "Notice period",
      .label_fr = "Délai de préavis",
      .help_en = "How long before leaving a party must say so.",
      .help_fr = "Délai dans lequel une partie doit annoncer son retrait." },
    { .name = "termination",
      .type = FIELD_LONGTEXT,
      .label_en = "Termination",
      .label_fr = "Dénonciation",
      .help_en = "How it can be ended.",
      .help_fr = "Comment il peut y être mis fin." },
    { .name = "surviving",
      .type = FIELD_LONGTEXT,
      .label_en = "Surviving clauses",
      .label_fr = "Clauses survivantes",
      .help_en = "What still binds after the end.",
      .help_fr = "Ce qui lie encore après la fin." },
    { .name = "scope",
      .type = FIELD_TEXT,
      .flags = FIELD_SEARCHED,
      .max = 500,
      .label_en = "Geographic scope",
      .label_fr = "Portée géographique",
      .help_en = "Where it applies.",
      .help_fr = "Où il s'applique." },
    { .name = "text_hash",
      .type = FIELD_CODE,
      .max = 160,
      .label_en = "Hash of the text",
      .label_fr = "Empreinte du texte",
      .help_en = "The hash of the authentic text, e.g. sha256:...",
      .help_fr = "L'empreinte du texte authentique, p. ex. sha256:..." },
    { .name = "text_location",
      .type = FIELD_TEXT,
      .max = 1000,
      .label_en = "Location of the text",
      .label_fr = "Emplacement du texte",
      .help_en = "Where the authentic text is kept.",
      .help_fr = "L'endroit où le texte authentique est conservé." },
    { 0 },
};

/* The same party may appear again only with another day of joining. */
static int check_parties(const struct json *body, struct error *err)
{
    const struct json *list = json_get(body, "parties");
    int code = 0;
    for (uint32_t i = 0; list && i < list->count; i++) {
        const struct json *party = &list->items[i];
        struct when joined, left;
        if (rule_when(party, "joined", &joined) && rule_when(party, "left", &left) &&
            when_after(joined, left))
            code = rule_report_item(err, "parties", i, "left", REASON_ORDER, "joined");
        uint32_t j = 0;
        while (
            j < i &&
            !(slice_eq(json_get_text(party, "party"), json_get_text(&list->items[j], "party")) &&
              slice_eq(json_get_text(party, "joined"), json_get_text(&list->items[j], "joined"))))
            j++;
        if (j < i)
            code = rule_report_item(err, "parties", i, "party", REASON_DUPLICATE, "");
    }
    return code;
}

static int check(const struct json *body, struct error *err)
{
    int concluded = rule_order(body, "concluded", "ended", S(""), err);
    int in_force = concluded ? 0 : rule_order(body, "in_force", "ended", S(""), err);
    int parties = check_parties(body, err);
    return concluded ? concluded : in_force ? in_force : parties;
}

const struct kind kind_agreement = {
    .name = "agreement",
    .plural = "agreements",
    .title_en = "Agreement",
    .title_fr = "Accord",
    .help_en = "An instrument between parties.",
    .help_fr = "Un instrument entre des parties.",
    .fields = fields,
    .name_field = "title",
    .name_field_fr = "title_fr",
    .when_field = "concluded",
    .check = check,
};
