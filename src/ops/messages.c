/*
 * Messages in French: see messages.h. A format is matched from left to right; a place takes as
 * little as lets the rest match, and the first row that matches the whole sentence is taken.
 */
#include "ops/messages.h"

#include "base/utf8.h"
#include "record/rules.h"

#include <stdio.h>
#include <string.h>

const struct message_row message_rows[] = {
    /* who may do what */
    { "log in first", "connectez-vous d'abord" },
    { "your role does not permit this", "votre rôle ne le permet pas" },
    { "the name or the password is not right", "le nom ou le mot de passe n'est pas le bon" },
    { "the token is not right, or has expired", "le jeton n'est pas le bon, ou il a expiré" },
    { "this user may not log in", "cet utilisateur ne peut pas se connecter" },
    { "a token makes no tokens; log in", "un jeton ne crée pas de jeton ; connectez-vous" },
    { "this is not your password", "ce n'est pas votre mot de passe" },
    { "this name is taken", "ce nom est déjà pris" },
    { "this user is cleared above you", "cet utilisateur est habilité au-dessus de vous" },
    { "state the password", "indiquez le mot de passe" },
    { "whose token it is", "à qui est le jeton" },
    { "only an administrator makes tokens for others",
      "seul un administrateur crée des jetons pour d'autres" },
    { "only a steward may lower a label or add a reader",
      "seul un responsable peut abaisser une étiquette ou ajouter un lecteur" },
    { "only a steward may lower a label", "seul un responsable peut abaisser une étiquette" },
    { "above your clearance", "au-dessus de votre habilitation" },
    { "above your own clearance", "au-dessus de votre propre habilitation" },
    { "these records have one label", "ces fiches ont une étiquette fixe" },
    { "users cannot be read", "les utilisateurs ne peuvent pas être lus" },
    { "settings cannot be read", "les réglages ne peuvent pas être lus" },
    /* records */
    { "there is no such record", "cette fiche n'existe pas" },
    { "there is no such actor", "cet acteur n'existe pas" },
    { "there is no such agreement", "cet accord n'existe pas" },
    { "there is no such version", "cette version n'existe pas" },
    { "there is no such entry", "cette entrée n'existe pas" },
    { "there is no such %s", "rien de tel : %1" },
    { "the record has changed since you read it", "la fiche a changé depuis que vous l'avez lue" },
    { "the record was retracted; its history remains",
      "la fiche a été retirée ; son historique demeure" },
    { "the record was retracted; restore it first",
      "la fiche a été retirée ; rétablissez-la d'abord" },
    { "the record was retracted before", "la fiche était déjà retirée" },
    { "the record is not retracted", "la fiche n'est pas retirée" },
    { "the record was not written", "la fiche n'a pas été écrite" },
    { "the record exists already", "la fiche existe déjà" },
    { "its content was destroyed", "son contenu a été détruit" },
    { "send If-Match with the ETag of the version that you saw",
      "envoyez If-Match avec l'ETag de la version que vous avez vue" },
    { "this key was used for another request", "cette clé a servi à une autre requête" },
    { "a record is a JSON object", "une fiche est un objet JSON" },
    { "a merge patch is a JSON object", "une modification est un objet JSON" },
    { "a JSON object is expected as the body", "un objet JSON est attendu comme corps" },
    { "a record may have %d bytes", "une fiche peut avoir %1 octets" },
    { "the record is larger than %d bytes", "la fiche dépasse %1 octets" },
    { "a record without an id", "une fiche sans identifiant" },
    { "a record without a label", "une fiche sans étiquette" },
    { "a version without a record", "une version sans fiche" },
    { "record %s exists already", "la fiche %1 existe déjà" },
    { "record %s has no version %lld", "la fiche %1 n'a pas de version %2" },
    { "record %s is at version %lld, not %lld", "la fiche %1 en est à la version %2, non %3" },
    { "there is no record %s", "la fiche %1 n'existe pas" },
    { "a label is longer than %d bytes", "une étiquette dépasse %1 octets" },
    { "at most %d labels", "au plus %1 étiquettes" },
    { "a request key is text of at most %d bytes",
      "une clé de requête est un texte d'au plus %1 octets" },
    { "the time of a draft is in the future", "la date d'une entrée est dans l'avenir" },
    /* labels */
    { "a number", "un nombre" },
    { "a list", "une liste" },
    { "an object", "un objet" },
    { "not offered here", "pas offert ici" },
    { "no value of %s", "aucune valeur de %1" },
    { "no class of %s", "aucune classe de %1" },
    { "the policy here is %s", "la politique est ici %1" },
    { "a clause; [[]] is nobody, no tag is anyone",
      "une clause ; [[]] : personne, sans balise : tous" },
    { "no such tag", "cette balise n'existe pas" },
    { "no permissive tag", "pas une balise permissive" },
    { "no restrictive tag", "pas une balise restrictive" },
    { "\"%s\" is no tag", "« %1 » n'est pas une balise" },
    { "\"%s\" is no class of %s", "« %1 » n'est pas une classe de %2" },
    { "\"%s\" is no value of %s", "« %1 » n'est pas une valeur de %2" },
    { "one line of UTF-8", "une ligne en UTF-8" },
    { "TLP:CLEAR, GREEN, AMBER, AMBER+STRICT or RED",
      "TLP:CLEAR, GREEN, AMBER, AMBER+STRICT ou RED" },
    { "CLEAR, GREEN, AMBER, AMBER+STRICT or RED", "CLEAR, GREEN, AMBER, AMBER+STRICT ou RED" },
    /* rules between records */
    { "another truster than the relationship's sides",
      "celui qui fait confiance n'est pas une partie de la relation" },
    { "another trustee than the relationship's sides",
      "celui en qui l'on a confiance n'est pas une partie de la relation" },
    { "in the future", "dans l'avenir" },
    /* parameters and fields */
    { "no such parameter", "ce paramètre n'existe pas" },
    { "no such filter", "ce filtre n'existe pas" },
    { "more filters than a list takes", "plus de filtres qu'une liste n'en admet" },
    { "not together with filters or words", "pas avec des filtres ni des mots" },
    { "another actor than the truster", "un autre acteur que celui qui fait confiance" },
    { "a cursor of an earlier answer", "un curseur d'une réponse précédente" },
    { "the name of a kind", "le nom d'un type de fiche" },
    { "at least %d characters", "au moins %1 caractères" },
    { "at most ten years after from", "au plus dix ans après from" },
    { "a date to come", "une date à venir" },
    { "a text", "un texte" },
    { "64 hexadecimal digits", "64 chiffres hexadécimaux" },
    { "not in the future", "pas dans l'avenir" },
    { "put, retract or redact", "put, retract ou redact" },
    /* files in and out */
    { "a line is a JSON object", "une ligne est un objet JSON" },
    { "a line may have %d bytes", "une ligne peut avoir %1 octets" },
    { "line %lld %s", "ligne %1 %2" },
    { "line %lld", "ligne %1" },
    { "line %u has more cells than the header", "la ligne %1 a plus de cellules que l'en-tête" },
    { "the row has more cells than the header", "la ligne a plus de cellules que l'en-tête" },
    { "line %u, column %zu: %s", "ligne %1, colonne %2 : %3" },
    { "JSON, line %u, column %u: %s", "JSON, ligne %1, colonne %2 : %3" },
    { "line %u: %s", "ligne %1 : %2" },
    { "not UTF-8", "ce n'est pas de l'UTF-8" },
    { "longer than %d bytes", "plus longue que %1 octets" },
    { "only versions 4.0 and 3.0 are read", "seules les versions 4.0 et 3.0 sont lues" },
    { "a card has too many lines", "une carte a trop de lignes" },
    { "a card that is not ended", "une carte qui n'est pas terminée" },
    { "a card without its version", "une carte sans sa version" },
    { "a card within a card", "une carte dans une carte" },
    { "BEGIN:VCARD is expected", "BEGIN:VCARD est attendu" },
    { "a line without the name of a property", "une ligne sans nom de propriété" },
    { "a line without a colon", "une ligne sans deux-points" },
    { "a parameter without a name", "un paramètre sans nom" },
    { "a parameter whose quote does not close", "un paramètre dont le guillemet ne se ferme pas" },
    { "too many parameters", "trop de paramètres" },
    { "a file may have %d cards", "un fichier peut avoir %1 cartes" },
    { "the file is not UTF-8", "le fichier n'est pas en UTF-8" },
    { "the calendar is too large or too deeply nested",
      "l'agenda est trop grand ou trop imbriqué" },
    { "this is no calendar: BEGIN:VCALENDAR is expected",
      "ce n'est pas un agenda : BEGIN:VCALENDAR est attendu" },
    { "it recurs more often than daily", "il revient plus d'une fois par jour" },
    { "its rule names no days", "sa règle ne désigne aucun jour" },
    { "it has no start that can be read", "il n'a pas de début lisible" },
    { "it has no UID", "il n'a pas d'UID" },
    { "the calendar is too large: ask for less", "l'agenda est trop grand : demandez-en moins" },
    { "the page is too large", "la page est trop grande" },
    { "a position or a person is handed over", "seuls un poste ou une personne se transmettent" },
    { "%lld rows are wrong; their file was not loaded",
      "%1 lignes sont fautives ; leur fichier n'a pas été chargé" },
    { "%s cannot be read", "%1 ne peut pas être lu" },
    { "%s is larger than %d bytes", "%1 dépasse %2 octets" },
    { "%s has columns of the sample that are not known",
      "%1 a des colonnes inconnues de l'échantillon" },
    { "%s has none of the files that can be loaded",
      "%1 n'a aucun des fichiers qui peuvent être chargés" },
    { "%.160s (%lld of %lld entries are written)", "%1 (%2 entrées sur %3 sont écrites)" },
    { "these ids belong to different records",
      "ces identifiants appartiennent à des fiches différentes" },
    { "the policy of this instance is another", "la politique de cette instance est une autre" },
    { "the file is empty: it needs a line of column names",
      "le fichier est vide : il lui faut une ligne de noms de colonnes" },
    { "the file is UTF-16; save it as CSV UTF-8",
      "le fichier est en UTF-16 ; enregistrez-le en CSV UTF-8" },
    { "no column of this file is a field of %s",
      "aucune colonne de ce fichier n'est un champ de %1" },
    { "the import cannot be kept: %s", "l'importation ne peut pas être conservée : %1" },
    { "the import cannot be read back: %s", "l'importation ne peut pas être relue : %1" },
    { "the import lost its place", "l'importation a perdu sa place" },
    { "the export is larger than %zu bytes", "l'exportation dépasse %1 octets" },
    { "the answer is larger than %d bytes", "la réponse dépasse %1 octets" },
    { "the answer is too large", "la réponse est trop grande" },
    /* batches of predictions */
    { "%s has no such column", "%1 n'a pas cette colonne" },
    { "%s line %u: %s", "%1 ligne %2 : %3" },
    { "%s, line %u, column %s: %s", "%1, ligne %2, colonne %3 : %4" },
    { "%s, line %u: more fields than columns", "%1, ligne %2 : plus de champs que de colonnes" },
    { "%s, line 1, column %s: the column is missing",
      "%1, ligne 1, colonne %2 : la colonne manque" },
    { "%s: no header line", "%1 : pas de ligne d'en-tête" },
    { "evidence has too many rows", "les preuves ont trop de lignes" },
    { "queries has too many rows", "les questions ont trop de lignes" },
    { "flag without a setting", "option sans réglage" },
    /* the instance */
    { "this operation belongs to another door", "cette opération passe par une autre porte" },
    { "the operation needs too much memory", "l'opération demande trop de mémoire" },
    { "the batch is too large for memory", "le lot est trop grand pour la mémoire" },
    { "the records cannot be read", "les fiches ne peuvent pas être lues" },
    { "the ledger cannot be read", "le registre ne peut pas être lu" },
    { "the picture cannot be read", "l'image ne peut pas être lue" },
    { "the picture is being made anew", "l'image est en train d'être refaite" },
    { "cannot read the ledger", "le registre ne peut pas être lu" },
    { "entry %lld does not hold: %s", "l'entrée %1 n'est pas intègre : %2" },
    { "%s exists", "%1 existe" },
    { "%s exists; a backup replaces nothing", "%1 existe ; une sauvegarde ne remplace rien" },
    /* what was being done, where no more can be said */
    { "record", "fiche" },
    { "portfolio", "portefeuille" },
    { "trust", "confiance" },
    { "changes", "modifications" },
    { "filters", "filtres" },
    { "snapshot: labels", "lecture : étiquettes" },
    { "user", "utilisateur" },
    { "token", "jeton" },
    { 0 },
};

enum { PLACES_MAX = 9 };

struct place {
    const char *text;
    size_t len;
};

/* Length of the conversion that begins here: "%s", "%lld", "%.160s"; 0 when none does. */
static size_t conversion(const char *format)
{
    if (*format != '%')
        return 0;
    size_t len = 1 + strspn(format + 1, ".0123456789*lz");
    return strchr("sdu", format[len]) ? len + 1 : 0;
}

static bool match(const char *format, const char *text, struct place *places, size_t count)
{
    for (; *format; format++, text++) {
        size_t skip = conversion(format);
        if (skip) {
            for (size_t len = 1; count < PLACES_MAX && len <= strlen(text); len++) {
                places[count] = (struct place){ text, len };
                if (match(format + skip, text + len, places, count + 1))
                    return true;
            }
            return false;
        }
        if (*format != *text)
            return false;
    }
    return *text == '\0';
}

static void add(char *ret, size_t size, const char *text, size_t len)
{
    size_t used = strlen(ret), room = size - 1 - used;
    size_t take = len <= room ? len : utf8_whole(text, room);
    memcpy(ret + used, text, take);
    ret[used + take] = '\0';
}

static void fill(const char *french, const struct place *places, char *ret, size_t size)
{
    ret[0] = '\0';
    for (const char *c = french; *c; c++) {
        if (c[0] != '%' || c[1] < '1' || c[1] > '9') {
            size_t len = 1 + strcspn(c + 1, "%");
            add(ret, size, c, len);
            c += len - 1;
            continue;
        }
        const struct place *p = &places[*++c - '1'];
        char part[sizeof((struct error *)0)->message], twin[sizeof part];
        snprintf(part, sizeof part, "%.*s", (int)p->len, p->text);
        bool known = message_in_french(part, twin, sizeof twin);
        add(ret, size, known ? twin : part, strlen(known ? twin : part));
    }
}

bool message_in_french(const char *english, char *ret, size_t size)
{
    const char *rule = rule_text(english, true);
    if (rule != english) {
        ret[0] = '\0';
        add(ret, size, rule, strlen(rule));
        return true;
    }
    for (const struct message_row *r = message_rows; r->en; r++) {
        struct place places[PLACES_MAX] = { 0 };
        if (match(r->en, english, places, 0)) {
            fill(r->fr, places, ret, size);
            return true;
        }
    }
    return false;
}

static void describe(const struct field_error *f, bool french, char *ret, size_t size)
{
    bool detail = f->detail[0] != '\0';
    snprintf(ret, size, "%s %s%s%s%s", f->pointer, error_reason_text(f->reason, french),
             detail ? " (" : "", f->detail, detail ? ")" : "");
}

void messages_to_french(struct error *err)
{
    char text[sizeof err->message];
    char first[sizeof err->message] = "";
    if (err->field_count)
        describe(&err->fields[0], false, first, sizeof first);
    bool described = err->field_count && strcmp(first, err->message) == 0;
    for (unsigned i = 0; i < err->field_count && i < ERROR_FIELDS_MAX; i++) {
        struct field_error *f = &err->fields[i];
        if (message_in_french(f->detail, text, sizeof f->detail))
            memcpy(f->detail, text, strlen(text) + 1);
    }
    if (described)
        describe(&err->fields[0], true, err->message, sizeof err->message);
    else if (message_in_french(err->message, text, sizeof text))
        memcpy(err->message, text, strlen(text) + 1);
    else if (err->code == EN_NO_MEMORY) /* the name of the part that had none */
        snprintf(err->message, sizeof err->message, "%s", error_code_info(err->code)->title_fr);
}
