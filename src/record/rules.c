/*
 * Shared cross-field rules, the life-cycle table walker, and every sentence in both languages.
 */
#include "record/rules.h"

#include <stdio.h>

const struct rule_text rule_texts[] = {
    /* types and formats */
    { "text", "texte" },
    { "true or false", "vrai ou faux" },
    { "number", "nombre" },
    { "whole number", "nombre entier" },
    { "list", "liste" },
    { "object", "objet" },
    { "id of a record (UUID)", "identifiant d'une fiche (UUID)" },
    { "YYYY, YYYY-MM, YYYY-MM-DD or an RFC 3339 instant",
      "AAAA, AAAA-MM, AAAA-MM-JJ ou instant RFC 3339" },
    { "ISO 3166-1 country code, e.g. CAN", "code de pays ISO 3166-1, p. ex. CAN" },
    { "language tag, e.g. fr-CA", "étiquette de langue, p. ex. fr-CA" },
    { "ISO 8601 duration, e.g. P6M, P14D or PT36H", "durée ISO 8601, p. ex. P6M, P14D ou PT36H" },
    { "UN M49 or ISO 3166 code, e.g. 021, CAN or CA-AB",
      "code M49 de l'ONU ou ISO 3166, p. ex. 021, CAN ou CA-AB" },
    { "a recurrence of RFC 5545, e.g. FREQ=YEARLY;BYMONTH=3",
      "une récurrence RFC 5545, p. ex. FREQ=YEARLY;BYMONTH=3" },
    { "an ISO 4217 code in capitals, e.g. CAD", "un code ISO 4217 en majuscules, p. ex. CAD" },
    { "a code without spaces", "un code sans espaces" },
    { "JSON", "JSON" },
    { "key=value,key=value", "clé=valeur,clé=valeur" },
    { "x_ and then a-z, 0-9 or _", "x_ suivi de a-z, 0-9 ou _" },
    /* rules */
    { "latitude and longitude come together", "la latitude et la longitude vont de pair" },
    { "the person and the position are the same", "la personne et le poste sont identiques" },
    { "a group is not a member of itself", "un groupe n'est pas membre de lui-même" },
    { "the two sides are the same actor", "les deux parties sont le même acteur" },
    { "the longest interval is shorter than the ideal one",
      "l'intervalle maximal est plus court que l'intervalle idéal" },
    { "only with the status cancelled", "seulement si l'activité est annulée" },
    { "only with the status held", "seulement si l'activité a été tenue" },
    { "needed once a commitment is kept, late or broken",
      "obligatoire dès qu'un engagement est tenu, en retard ou rompu" },
    { "an open commitment is not decided yet", "un engagement ouvert n'est pas encore tranché" },
    { "an onward release names the partner instances",
      "une diffusion à un tiers nomme les instances partenaires" },
    { "a lowering names its record", "un abaissement nomme sa fiche" },
    { "a lowering names both labels", "un abaissement nomme les deux étiquettes" },
    { "a decision names its authority", "une décision nomme son autorité" },
    { "a decision names who decided and when", "une décision dit qui a décidé, et quand" },
    { "a commitment needs two different actors", "un engagement lie deux acteurs différents" },
    { "a late commitment needs a due date", "un engagement en retard exige une échéance" },
    { "it was decided after it was due: the state is \"late\"",
      "il a été tranché après l'échéance : l'état est « late »" },
    { "it was decided before it was due: the state is \"kept\"",
      "il a été tranché avant l'échéance : l'état est « kept »" },
    { "a disclosure needs two different actors", "une confidence lie deux acteurs différents" },
    { "a confidence that lasts is not decided yet",
      "une confidence qui dure n'est pas encore tranchée" },
    { "needed once a confidence is honoured, breached or released",
      "obligatoire dès qu'une confidence est respectée, trahie ou levée" },
    { "an assessment needs two different actors",
      "une appréciation porte sur deux acteurs différents" },
    { "not a URI", "ce n'est pas une URI" },
    { "a broader concept is not also a related one",
      "un concept plus général n'est pas aussi un concept associé" },
    { "it is the preferred label already", "c'est déjà le libellé privilégié" },
    { "only for a capability", "seulement pour une capacité" },
    { "a mapping needs two different concepts",
      "une correspondance porte sur deux concepts différents" },
    { "an attestation names who gave it or the standard",
      "une attestation nomme son auteur ou la norme" },
    { "what needs a complement does not stand alone",
      "ce qui exige un complément n'est pas autonome" },
    { "nobody needs access to themselves", "nul n'a besoin d'un accès à soi-même" },
    { "access to a person names whom", "un accès à une personne dit à qui" },
    { "access to a region names the region", "un accès à une région nomme la région" },
    { "access to a tool or an insight says which",
      "un accès à un outil ou à une connaissance dit auquel" },
    { "more than nothing", "plus que rien" },
    { "it would come after the need is over", "il arriverait une fois le besoin passé" },
    { "a common cause has at least two actors", "une cause commune touche au moins deux acteurs" },
    { "a text that is still negotiated is not concluded",
      "un texte encore en négociation n'est pas conclu" },
    { "nobody acts on a text that is still negotiated",
      "aucun acte ne porte sur un texte encore en négociation" },
    { "needed with the entry rule threshold",
      "obligatoire si l'entrée en vigueur dépend d'un nombre de parties" },
    { "only with the entry rule threshold",
      "seulement si l'entrée en vigueur dépend d'un nombre de parties" },
    { "only with an entry rule other than a date",
      "seulement si l'entrée en vigueur ne tient pas à une date" },
    { "needed with a date or a recurrence", "obligatoire pour une date ou une récurrence" },
    { "only with the trigger recurrence", "seulement pour une date récurrente" },
    { "needed with the trigger recurrence", "obligatoire pour une date récurrente" },
    { "it was fulfilled after it was due: the state is \"late\"",
      "il a été rempli après l'échéance : l'état est « late »" },
    { "it was fulfilled before it was due: the state is \"fulfilled\"",
      "il a été rempli avant l'échéance : l'état est « fulfilled »" },
    { "needed once an instance is fulfilled, late or breached",
      "obligatoire dès qu'une occurrence est remplie, en retard ou enfreinte" },
    { "what is due is not decided yet", "ce qui est dû n'est pas encore tranché" },
    { "an obligation binds two different actors", "une obligation lie deux acteurs différents" },
    { "a value needs its currency", "une valeur exige sa monnaie" },
    { "needed once it is delivered", "obligatoire dès la livraison" },
    { "only what was due can be defaulted on", "il n'y a défaut que sur une échéance" },
    { "needed once it is settled", "obligatoire dès le règlement" },
    { "only once it is settled", "seulement une fois réglée" },
    { "a transaction needs two different actors",
      "une transaction a lieu entre deux acteurs différents" },
    { "a draft has not been submitted", "un brouillon n'a pas été présenté" },
    { "a draft has no answer", "un brouillon n'a pas de réponse" },
    { "needed once a request is submitted", "obligatoire dès que la demande est présentée" },
    { "once a request is offered, the answer is \"full\" or \"part\"",
      "dès qu'une offre est reçue, la réponse est « full » ou « part »" },
    { "a declined request has an answer", "une demande refusée a reçu une réponse" },
    { "only of an expired request", "seulement pour une demande expirée" },
    { "no answer came", "aucune réponse n'est venue" },
    { "needed with an answer", "obligatoire avec une réponse" },
    { "a request needs two different actors", "une demande a lieu entre deux acteurs différents" },
    { "longer than nothing", "une durée non nulle" },
    { "only with a renewal", "seulement en cas de reconduction" },
    { "a renewal needs a term, or an end and a renewal period",
      "une reconduction exige une durée, ou une fin et une durée de reconduction" },
    { 0 },
};

const char *rule_text(const char *english, bool french)
{
    if (!french)
        return english;
    for (const struct rule_text *t = rule_texts; t->en; t++) {
        if (strcmp(t->en, english) == 0)
            return t->fr;
    }
    return english;
}

void rule_errors_to_french(struct error *err)
{
    for (unsigned i = 0; i < err->field_count && i < ERROR_FIELDS_MAX; i++) {
        char *detail = err->fields[i].detail;
        const char *french = rule_text(detail, true);
        if (french != detail)
            snprintf(detail, sizeof err->fields[i].detail, "%s", french);
    }
}

static struct slice pointer_to(char buffer[96], struct slice prefix, const char *name)
{
    int n = snprintf(buffer, 96, SLICE_FMT "/%s", SLICE_ARG(prefix), name);
    return slice_make(buffer, n < 0 ? 0 : n < 96 ? (size_t)n : 95);
}

bool rule_when(const struct json *body, const char *name, struct when *ret)
{
    return when_parse(json_get_text(body, name), ret);
}

int rule_order(const struct json *body, const char *first, const char *last, struct slice prefix,
               struct error *err)
{
    struct when begin, end;
    char pointer[96];
    if (!rule_when(body, first, &begin) || !rule_when(body, last, &end) || !when_after(begin, end))
        return 0;
    return error_field(err, pointer_to(pointer, prefix, last), REASON_ORDER, "%s", first);
}

int rule_differ(const struct json *body, const char *one, const char *other, const char *sentence,
                struct error *err)
{
    struct slice x = json_get_text(body, one);
    char pointer[96];
    if (slice_empty(x) || !slice_eq(x, json_get_text(body, other)))
        return 0;
    return error_field(err, pointer_to(pointer, S(""), other), REASON_RULE, "%s", sentence);
}

int rule_point(const struct json *body, struct error *err)
{
    bool latitude = json_get(body, "latitude") != NULL;
    bool longitude = json_get(body, "longitude") != NULL;
    if (latitude == longitude)
        return 0;
    return error_field(err, latitude ? S("/longitude") : S("/latitude"), REASON_RULE,
                       "latitude and longitude come together");
}

int rule_unset(const struct json *body, const char *name, const char *sentence, struct error *err)
{
    char pointer[96];
    if (!json_get(body, name))
        return 0;
    return error_field(err, pointer_to(pointer, S(""), name), REASON_RULE, "%s", sentence);
}

int rule_report_item(struct error *err, const char *list, uint32_t index, const char *member,
                     enum reason reason, const char *detail)
{
    char pointer[96];
    int n = snprintf(pointer, sizeof pointer, "/%s/%u/%s", list, index, member);
    size_t len = n < 0 ? 0 : n < (int)sizeof pointer ? (size_t)n : sizeof pointer - 1;
    return error_field(err, slice_make(pointer, len), reason, "%s", detail);
}

static int state_index(const struct state_row *table, struct slice state)
{
    for (int i = 0; table[i].state; i++) {
        if (slice_is(state, table[i].state))
            return i;
    }
    return -1;
}

bool rule_may_follow(const struct state_row *table, struct slice before, struct slice after)
{
    int from = state_index(table, before);
    int to = state_index(table, after);
    return from >= 0 && to >= 0 && (from == to || (table[from].next >> to & 1));
}

int rule_advance(const struct state_row *table, const char *field, const struct json *before,
                 const struct json *after, struct error *err)
{
    struct slice from = json_get_text(before, field);
    struct slice to = json_get_text(after, field);
    char pointer[96];
    if (slice_empty(from) || rule_may_follow(table, from, to))
        return 0;
    return error_field(err, pointer_to(pointer, S(""), field), REASON_TRANSITION,
                       SLICE_FMT " -> " SLICE_FMT, SLICE_ARG(from), SLICE_ARG(to));
}
