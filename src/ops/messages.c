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
    /* releases */
    { "this lets more read: propose a release, and a disclosure officer decides",
      "cela élargit l'accès : proposez une diffusion, la personne chargée de la divulgation "
      "décide" },
    { "a lower label needs a release: its authority and reason",
      "une étiquette plus basse exige une diffusion : son autorité et son motif" },
    { "its originator controls this label and alone changes it",
      "seul son auteur, qui contrôle cette étiquette, la modifie" },
    { "it lets nobody read who does not yet: change the record itself",
      "personne de plus ne lirait : modifiez la fiche elle-même" },
    { "this is stated by a decision, not as a record",
      "ceci s'énonce par une décision, non comme une fiche" },
    { "the record is a partner's; its originator decides",
      "la fiche est celle d'un partenaire ; son auteur décide" },
    { "the release is a partner's; its originator decides",
      "la diffusion est celle d'un partenaire ; son auteur décide" },
    { "its label does not name this instance as an originator",
      "son étiquette ne nomme pas cette instance comme auteur" },
    { "no partner could read a grant that names originators itself",
      "aucun partenaire ne pourrait lire une autorisation qui nomme elle-même des auteurs" },
    { "no such peer or instance", "aucun pair ni aucune instance de ce nom" },
    { "the record has another label by now: propose it anew",
      "la fiche a depuis une autre étiquette : proposez-la de nouveau" },
    { "it was decided before", "la décision a déjà été prise" },
    { "it would be over already", "elle aurait déjà pris fin" },
    { "only a disclosure officer revokes a release",
      "seule la personne chargée de la divulgation révoque une diffusion" },
    { "the release has no effect any more", "la diffusion n'a plus d'effet" },
    { "the decision was not written", "la décision n'a pas été écrite" },
    { "a release names a label that the policy does not know",
      "une diffusion nomme une étiquette que la politique ne connaît pas" },
    { "releases that are over cannot be ended",
      "les diffusions échues ne peuvent pas être closes" },
    { "the releases cannot be read", "les diffusions ne peuvent pas être lues" },
    { "a peer without its instance", "un pair sans instance" },
    { "only a disclosure officer asks as a peer",
      "seule la personne chargée de la divulgation consulte comme un pair" },
    { "nothing is written as a peer", "rien ne s'écrit comme un pair" },
    { "this address does not answer as a peer", "cette adresse ne répond pas comme un pair" },
    { "above your clearance", "au-dessus de votre habilitation" },
    { "above your own clearance", "au-dessus de votre propre habilitation" },
    { "these records have one label", "ces fiches ont une étiquette fixe" },
    { "users cannot be read", "les utilisateurs ne peuvent pas être lus" },
    { "settings cannot be read", "les réglages ne peuvent pas être lus" },
    /* exchange with peers */
    { "the parser of bundles gave no answer in time",
      "l'analyseur de lots n'a pas répondu à temps" },
    { "no process for the parser: %s", "aucun processus pour l'analyseur : %1" },
    { "no socket for the parser: %s", "aucune connexion pour l'analyseur : %1" },
    { "the bundle holds more than a bundle may", "le lot contient plus que ce qui est permis" },
    { "the bundle made its parser fail", "le lot a fait échouer son analyseur" },
    { "a record cannot be read", "une fiche ne peut pas être lue" },
    { "a label names its policy", "une étiquette nomme sa politique" },
    { "the label is of a policy that is not known here",
      "l'étiquette relève d'une politique inconnue ici" },
    { "the bundles cannot be read", "les lots ne peuvent pas être lus" },
    { "a bundle may have %d statements", "un lot peut avoir %1 énoncés" },
    { "only a disclosure officer exchanges with peers",
      "seul un responsable de la divulgation échange avec les pairs" },
    { "the peer has no clearance: state what it may read",
      "le pair n'a pas d'habilitation : indiquez ce qu'il peut lire" },
    { "the peer is not confirmed: compare fingerprints first",
      "le pair n'est pas confirmé : comparez d'abord les empreintes" },
    { "the peer may read more than you may", "le pair peut lire plus que vous" },
    { "the preview needs too much memory", "l'aperçu demande trop de mémoire" },
    { "the bundle is empty", "le lot est vide" },
    { "the bundle ends early", "le lot s'arrête trop tôt" },
    { "the bundle needs too much memory", "le lot demande trop de mémoire" },
    { "the statements of the bundle are not in order", "les énoncés du lot ne sont pas en ordre" },
    { "another bundle is being taken; try again",
      "un autre lot est en cours de prise ; réessayez" },
    { "another bundle of this peer was handled just now",
      "un autre lot de ce pair vient d'être traité" },
    { "there is no such bundle", "il n'y a pas de tel lot" },
    { "a peer without its keys", "un pair sans ses clés" },
    { "a record without a version", "une fiche sans version" },
    { "the receipt is for a bundle that we did not make",
      "l'accusé porte sur un lot que nous n'avons pas produit" },
    { "the receipt is for another instance", "l'accusé est destiné à une autre instance" },
    { "the receipt's signature is not the peer's",
      "la signature de l'accusé n'est pas celle du pair" },
    { "this is not a receipt", "ceci n'est pas un accusé de réception" },
    { "this receipt is being handled; try again",
      "cet accusé est en cours de traitement ; réessayez" },
    { "the record is ours already", "la fiche est déjà la nôtre" },
    { "we have a record of this already", "nous avons déjà une fiche à ce sujet" },
    { "a card is short", "une carte est courte" },
    { "compare the fingerprint first", "comparez d'abord l'empreinte" },
    { "peers cannot be read", "les pairs ne peuvent pas être lus" },
    { "there is no such peer", "il n'y a pas de tel pair" },
    { "the card was changed: its signature does not hold",
      "la carte a été modifiée : sa signature ne tient pas" },
    { "this instance is known under another key: do not trust the card",
      "cette instance est connue sous une autre clé : ne vous fiez pas à la carte" },
    { "this is not the card of an instance", "ceci n'est pas la carte d'une instance" },
    { "this is not the peer's fingerprint", "ce n'est pas l'empreinte du pair" },
    { "this is your own card", "c'est votre propre carte" },
    { "this peer is known already", "ce pair est déjà connu" },
    { "the record is a partner's; annotate it instead",
      "la fiche est celle d'un partenaire ; annotez-la" },
    { "record %s is another instance's; annotate it instead",
      "la fiche %1 est celle d'une autre instance ; annotez-la" },
    { "a JSON object is expected", "un objet JSON est attendu" },
    { "the signature does not hold", "la signature ne tient pas" },
    { "the text is too long", "le texte est trop long" },
    { "the text may have %zu bytes", "le texte peut avoir %1 octets" },
    /* needs and options */
    { "the relationships cannot be read", "les relations ne peuvent pas être lues" },
    { "the needs cannot be read", "les besoins ne peuvent pas être lus" },
    { "the engagements cannot be read", "les activités ne peuvent pas être lues" },
    { "the engagement was not written", "l'activité n'a pas été écrite" },
    { "below what the engagement tells", "moins que ce que l'activité révèle" },
    { "the agreements cannot be read", "les accords ne peuvent pas être lus" },
    { "the capabilities cannot be read", "les capacités ne peuvent pas être lues" },
    { "the network cannot be read", "le réseau ne peut pas être lu" },
    { "the coverage cannot be read", "la couverture ne peut pas être lue" },
    { "the offers cannot be read", "les offres ne peuvent pas être lues" },
    { "the requests cannot be read", "les demandes ne peuvent pas être lues" },
    { "the requests were not written", "les demandes n'ont pas été écrites" },
    { "more than %d concepts answer one capability",
      "plus de %1 concepts répondent à une capacité" },
    { "more than %d offers answer the need", "plus de %1 offres répondent au besoin" },
    { "more than %d requests", "plus de %1 demandes" },
    { "offers for this need ask for more than %d complements",
      "les offres pour ce besoin exigent plus de %1 compléments" },
    { "state who needs it: there is no requester and no home",
      "indiquez à qui est le besoin : il n'y a ni demandeur ni acteur d'attache" },
    { "the need has no such option now", "le besoin n'a pas cette option à présent" },
    { "the need is not open", "le besoin n'est pas ouvert" },
    { "below what the request tells", "en deçà de ce que la demande révèle" },
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
    { "one of to, region, capability and topic is needed",
      "il faut un seul de to, region, capability et topic" },
    { "no tie leads there from the one before", "aucun lien n'y mène depuis le précédent" },
    { "another actor than the truster", "un autre acteur que celui qui fait confiance" },
    { "updated, when or title", "updated, when ou title" },
    { "partner, trust, earned, trend, last_contact or priority",
      "partner, trust, earned, trend, last_contact ou priority" },
    { "a cursor of an earlier answer", "un curseur d'une réponse précédente" },
    { "the name of a kind", "le nom d'un type de fiche" },
    { "at least %d characters", "au moins %1 caractères" },
    { "at most ten years after from", "au plus dix ans après from" },
    { "a date to come", "une date à venir" },
    { "a text", "un texte" },
    { "string", "texte" },
    { "64 hexadecimal digits", "64 chiffres hexadécimaux" },
    { "not in the future", "pas dans l'avenir" },
    { "put, retract or redact", "put, retract ou redact" },
    /* files in and out */
    { "a line is a JSON object", "une ligne est un objet JSON" },
    { "a line may have %d bytes", "une ligne peut avoir %1 octets" },
    { "line %u, column %zu: %s", "ligne %1, colonne %2 : %3" },
    { "line %u has more cells than the header", "la ligne %1 a plus de cellules que l'en-tête" },
    { "the row has more cells than the header", "la ligne a plus de cellules que l'en-tête" },
    { "this quote is never closed", "ce guillemet n'est jamais fermé" },
    { "text after the closing quote", "du texte suit le guillemet fermant" },
    { "the cell ending here is too long", "la cellule qui finit ici est trop longue" },
    { "the cell ending here is not UTF-8; save the file as CSV UTF-8",
      "la cellule qui finit ici n'est pas en UTF-8 ; enregistrez le fichier en CSV UTF-8" },
    { "too many columns", "trop de colonnes" },
    { "a quote or a line end cannot separate cells",
      "un guillemet ou une fin de ligne ne peut pas séparer des cellules" },
    { "line %lld %s", "ligne %1 %2" },
    { "line %lld", "ligne %1" },
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
    /* JSON */
    { "expected a value", "une valeur est attendue" },
    { "expected a name in quotes", "un nom entre guillemets est attendu" },
    { "expected ':'", "« : » est attendu" },
    { "expected ',' or ']'", "« , » ou « ] » est attendu" },
    { "expected ',' or '}'", "« , » ou « } » est attendu" },
    { "expected a number after the minus sign", "un nombre est attendu après le signe moins" },
    { "a number breaks off", "un nombre s'interrompt" },
    { "a number is too large", "un nombre est trop grand" },
    { "something follows the value", "quelque chose suit la valeur" },
    { "the text ends too early", "le texte finit trop tôt" },
    { "the text is not valid UTF-8", "le texte n'est pas en UTF-8" },
    { "nested too deeply", "imbrication trop profonde" },
    { "too many values", "trop de valeurs" },
    { "this name appears twice in its object", "ce nom figure deux fois dans son objet" },
    { "a string may not hold the character 0", "un texte ne peut pas contenir le caractère 0" },
    { "\\u needs four hexadecimal digits", "\\u demande quatre chiffres hexadécimaux" },
    { "half of a surrogate pair", "la moitié d'une paire de substitution" },
    { "an unknown escape in a string", "un échappement inconnu dans un texte" },
    { "a control character in a string", "un caractère de contrôle dans un texte" },
    /* the HTTP door */
    { "only Bearer tokens are accepted", "seuls les jetons Bearer sont acceptés" },
    { "the request comes from another site", "la requête vient d'un autre site" },
    { "the request comes from another origin", "la requête vient d'une autre origine" },
    { "X-Entente-CSRF is missing or wrong", "X-Entente-CSRF manque ou n'est pas le bon" },
    { "If-Match must be one strong entity tag", "If-Match doit être un seul ETag fort" },
    { "this needs the permission to read", "il faut la permission de lire" },
    { "%d streams are open", "%1 flux sont ouverts" },
    { "others are signing in: try again", "d'autres se connectent : réessayez" },
    { "an object with username and password is expected",
      "un objet avec username et password est attendu" },
    { "try again in %d s", "réessayez dans %1 s" },
    { "a link that works once is not fetched ahead",
      "un lien qui ne sert qu'une fois ne se charge pas d'avance" },
    { "this address does not know this method", "cette adresse ne connaît pas cette méthode" },
    { "no such address", "cette adresse n'existe pas" },
    { "no such page", "cette page n'existe pas" },
    { "sign in, or send a token", "connectez-vous, ou envoyez un jeton" },
    { "this needs another role", "il faut un autre rôle" },
    { "this address does not take this Content-Type",
      "cette adresse n'accepte pas ce Content-Type" },
    { "the body is larger than %zu bytes", "le corps dépasse %1 octets" },
    { "the address is longer than %d bytes", "l'adresse dépasse %1 octets" },
    { "the answer is too large: ask for less", "la réponse est trop grande : demandez-en moins" },
    { "only from this machine, or as administrator",
      "seulement depuis cette machine, ou comme administrateur" },
    { "too much is waiting to be written", "trop d'écritures attendent" },
    { "cannot read a PEM text from %s", "aucun texte PEM ne peut être lu dans %1" },
    { "TLS needs both a certificate and a key", "TLS demande un certificat et une clé" },
    { "this libmicrohttpd was built without TLS", "cette libmicrohttpd a été bâtie sans TLS" },
    { "%s is no numeric address", "%1 n'est pas une adresse numérique" },
    { "cannot listen on %s port %u", "impossible d'écouter sur %1, port %2" },
    { "the address has a broken percent-encoding", "l'adresse a un codage-pourcent rompu" },
    { "the path has an encoded slash", "le chemin a une barre oblique codée" },
    { "the address has a control character", "l'adresse a un caractère de contrôle" },
    { "the address is not UTF-8", "l'adresse n'est pas en UTF-8" },
    { "the address does not begin with a slash",
      "l'adresse ne commence pas par une barre oblique" },
    { "more than %d parameters", "plus de %1 paramètres" },
    { "a parameter has no name", "un paramètre n'a pas de nom" },
    { "%s appears twice", "%1 figure deux fois" },
    /* batches of predictions */
    { "%s has no such column", "%1 n'a pas cette colonne" },
    { "%s, line 1, column %s: the column is missing",
      "%1, ligne 1, colonne %2 : la colonne manque" },
    { "%s, line %u, column %s: %s", "%1, ligne %2, colonne %3 : %4" },
    { "%s, line %u: more fields than columns", "%1, ligne %2 : plus de champs que de colonnes" },
    { "%s line %u: %s", "%1 ligne %2 : %3" },
    { "%s: no header line", "%1 : pas de ligne d'en-tête" },
    { "evidence has too many rows", "les preuves ont trop de lignes" },
    { "queries has too many rows", "les questions ont trop de lignes" },
    { "--%s: %s", "--%1 : %2" },
    { "expected a decimal number", "un nombre décimal est attendu" },
    { "expected a number", "un nombre est attendu" },
    { "a name is required", "un nom est requis" },
    { "expected 0 to 4294.967295", "de 0 à 4294.967295 est attendu" },
    { "expected 1s to 795364d", "de 1s à 795364d est attendu" },
    { "expected a duration such as 730d, or none", "une durée comme 730d, ou none, est attendue" },
    { "expected a rating between -1 and 1 (see --value-scale)",
      "une note entre -1 et 1 est attendue (voir --value-scale)" },
    { "expected integer seconds", "des secondes entières sont attendues" },
    { "expected on or off", "on ou off est attendu" },
    { "the number is out of range", "le nombre est hors limites" },
    { "no such flag", "cette option n'existe pas" },
    { "must not exceed --clip-high", "ne doit pas dépasser --clip-high" },
    { "must be less than --base-all", "doit être inférieur à --base-all" },
    { "needs --values", "demande --values" },
    { "flag without a setting", "option sans réglage" },
    /* batches of options */
    { "no such requirement", "aucune exigence de ce nom" },
    { "above 0, at most 1", "plus de 0, au plus 1" },
    { "state the risk or the probability, not both",
      "indiquez le risque ou la probabilité, pas les deux" },
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
    { "its body is missing", "son contenu manque" },
    { "it has a body", "elle a un contenu" },
    { "its body is gone and no entry redacts it",
      "son contenu a disparu et aucune entrée ne l'expurge" },
    { "its body was redacted and is still there", "son contenu a été expurgé et est toujours là" },
    { "its stored form cannot be read", "sa forme enregistrée ne peut pas être lue" },
    { "hash of the body", "empreinte du contenu" },
    { "hash of the header", "empreinte de l'en-tête" },
    { "link to the previous entry", "lien avec l'entrée précédente" },
    { "version of the record", "version de la fiche" },
    { "instance", "instance" },
    { "time falls", "la date recule" },
    { "signature of the head", "signature de la tête" },
    { "structure of the database", "structure de la base de données" },
    { "the entry is missing", "l'entrée manque" },
    { "the entry is missing, its signed head is there", "l'entrée manque, sa tête signée est là" },
    { "no signed head covers it", "aucune tête signée ne la couvre" },
    { "the anchor is not in the chain", "l'ancre n'est pas dans la chaîne" },
    { "%s is not empty", "%1 n'est pas vide" },
    { "%s is not a directory", "%1 n'est pas un répertoire" },
    { "the file is not a backup of a ledger", "le fichier n'est pas une sauvegarde d'un registre" },
    { "there is no ledger in %s", "il n'y a pas de registre dans %1" },
    { "there is no key %s", "il n'y a pas de clé %1" },
    { "%s is not a key", "%1 n'est pas une clé" },
    { "the key %s may be read by others; it must have mode 0600",
      "la clé %1 peut être lue par d'autres ; son mode doit être 0600" },
    { "the key beside this ledger is not its key",
      "la clé à côté de ce registre n'est pas la sienne" },
    { "the ledger was written by a newer version",
      "le registre a été écrit par une version plus récente" },
    { "the ledger's database: %.150s", "la base de données du registre : %1" },
    { "the file is not a ledger", "le fichier n'est pas un registre" },
    { "cannot open the key %s: %s", "impossible d'ouvrir la clé %1 : %2" },
    { "cannot read the key %s: %s", "impossible de lire la clé %1 : %2" },
    { "cannot make the directory %s: %s", "impossible de créer le répertoire %1 : %2" },
    { "cannot create %s: %s", "impossible de créer %1 : %2" },
    { "cannot open %s: %s", "impossible d'ouvrir %1 : %2" },
    { "cannot read %s: %s", "impossible de lire %1 : %2" },
    { "cannot write %s: %s", "impossible d'écrire %1 : %2" },
    { "%s exists", "%1 existe" },
    { "%s exists; a backup replaces nothing", "%1 existe ; une sauvegarde ne remplace rien" },
    /* what was being done, where no more can be said */
    { "record", "fiche" },
    { "introductions", "présentations" },
    { "portfolio", "portefeuille" },
    { "trust", "confiance" },
    { "changes", "modifications" },
    { "filters", "filtres" },
    { "snapshot: labels", "lecture : étiquettes" },
    { "user", "utilisateur" },
    { "token", "jeton" },
    /* exchange over the network */
    { "the TLS certificate of %s has expired", "le certificat TLS de %1 est expiré" },
    { "the TLS certificate of %s is not valid yet",
      "le certificat TLS de %1 n'est pas encore valable" },
    { "the TLS certificate of %s names another instance",
      "le certificat TLS de %1 nomme une autre instance" },
    { "the TLS certificate of %s was revoked", "le certificat TLS de %1 a été révoqué" },
    { "the revocation list of %s does not hold", "la liste de révocation de %1 n'est pas valable" },
    { "the revocation list of %s is out of date", "la liste de révocation de %1 est périmée" },
    { "the trust anchor of %s does not vouch for the TLS certificate",
      "l'ancre de confiance de %1 ne répond pas du certificat TLS" },
    { "the trust anchor of %s is no certificate",
      "l'ancre de confiance de %1 n'est pas un certificat" },
    { "no TLS connection to %s came about", "aucune connexion TLS avec %1 n'a abouti" },
    { "our own TLS certificate or key cannot be used",
      "notre propre certificat TLS ou sa clé est inutilisable" },
    { "the answer of the peer is too large", "la réponse du pair est trop grande" },
    { "the connection to %s was lost", "la connexion avec %1 a été perdue" },
    { "the host name of %s is not known", "le nom d'hôte de %1 est inconnu" },
    { "the peer has no address that begins with https://",
      "le pair n'a pas d'adresse qui commence par https://" },
    { "the proxy cannot be reached", "le mandataire est injoignable" },
    { "the proxy refuses to connect to %s (%ld)", "le mandataire refuse la connexion à %1 (%2)" },
    { "this libcurl cannot do what the exchange needs",
      "cette libcurl ne sait pas faire ce que l'échange demande" },
    { "1 to 86400", "de 1 à 86400" },
    { "exchange.json is no JSON object", "exchange.json n'est pas un objet JSON" },
    { "http://host:port, socks5h://host:port", "http://hôte:port, socks5h://hôte:port" },
    { "one thing at a time, please", "une chose à la fois, s'il vous plaît" },
    { "this certificate is not that of a confirmed peer",
      "ce certificat n'est pas celui d'un pair confirmé" },
    { "a bundle has 1 to %d bytes", "un lot compte de 1 à %1 octets" },
    { "a number of bytes", "un nombre d'octets" },
    { "the bundle ends before", "le lot finit avant" },
    { "the bundle goes on at %lld", "le lot continue à %1" },
    { "the bundle is gone", "le lot n'est plus là" },
    { "within the length", "dans la longueur" },
    { "cannot listen for peers on %s port %u", "écoute des pairs impossible sur %1, port %2" },
    { "too much is waiting", "trop de travail attend" },
    { "this bundle goes on over another connection", "ce lot continue par une autre connexion" },
    { "the bundle is from another peer", "le lot vient d'un autre pair" },
    { "the peer gave the bundle no name", "le pair n'a pas nommé le lot" },
    { "the peer sent another part than was asked for",
      "le pair a envoyé une autre partie que celle demandée" },
    { "the bundle is larger than %d bytes", "le lot dépasse %1 octets" },
    { "the peer says that it has more than was sent",
      "le pair dit avoir plus que ce qui a été envoyé" },
    { "bundles on their way: %s: %s", "lots en route : %1 : %2" },
    { "cannot read a receipt", "lecture d'un accusé impossible" },
    { "more bytes came than were announced", "plus d'octets sont venus qu'annoncé" },
    { "the bundle is not what its name says", "le lot n'est pas ce que dit son nom" },
    { "there is no receipt", "il n'y a pas d'accusé" },
    { "this bundle is being received already", "ce lot est déjà en cours de réception" },
    { "this is no name of a bundle", "ce n'est pas le nom d'un lot" },
    { "the peer is not confirmed", "le pair n'est pas confirmé" },
    { "the bundle does not hold, or is not from you for us",
      "le lot n'est pas valable, ou n'est pas de vous pour nous" },
    { "the receipt does not hold, or is not yours",
      "l'accusé n'est pas valable, ou n'est pas le vôtre" },
    { "there is no bundle for you", "il n'y a pas de lot pour vous" },
    { "there is no card now", "il n'y a pas de carte en ce moment" },
    { "%s has neither a pinned TLS key nor a trust anchor",
      "%1 n'a ni clé TLS épinglée ni ancre de confiance" },
    { "%s showed another TLS key than the pinned one",
      "%1 a présenté une autre clé TLS que la clé épinglée" },
    { "%s showed no TLS certificate", "%1 n'a présenté aucun certificat TLS" },
    { "%s cannot be reached", "%1 est injoignable" },
    { "%s does not accept our TLS certificate: it has not confirmed us, has suspended us, or knows "
      "another key",
      "%1 n'accepte pas notre certificat TLS : ce pair ne nous a pas confirmés, nous a suspendus "
      "ou connaît une autre clé" },
    { "cannot read %s", "lecture impossible : %1" },
    { "%s has no public key", "%1 n'a pas de clé publique" },
    { "%s is not a certificate in PEM", "%1 n'est pas un certificat PEM" },
    { "%s is not a certificate of the key %s", "%1 n'est pas un certificat de la clé %2" },
    { "%s is not a private key in PEM", "%1 n'est pas une clé privée PEM" },
    { "%s answered %ld: %s", "%1 a répondu %2 : %3" },
    { "%s answered %ld", "%1 a répondu %2" },
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

/* How much of the text the conversion that ends here may take: a number has only digits. */
static size_t most_of(char conversion_end, const char *text)
{
    return conversion_end == 's' ? strlen(text) : strspn(text, "-0123456789");
}

static bool match(const char *format, const char *text, struct place *places, size_t count)
{
    for (; *format; format++, text++) {
        size_t skip = conversion(format);
        if (skip) {
            size_t most = most_of(format[skip - 1], text);
            for (size_t len = 1; count < PLACES_MAX && len <= most; len++) {
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
