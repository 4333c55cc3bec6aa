/*
 * One table of examples; a verb may have several. A test runs each through the parser.
 * Identifiers stand as $NAME, as a shell would fill them in.
 */
#include "cli/examples.h"

#include <stddef.h>

const struct example examples[] = {
    { "init", "--dir ./data init", "make a new instance in ./data",
      "créer une instance dans ./data" },
    { "serve", "serve --port 8080 --print-login-link",
      "serve on loopback and print a link that signs in once",
      "servir en local et afficher un lien de connexion à usage unique" },
    { "actor list", "actor list --country CAN --nature organisation", "Canadian organisations",
      "les organisations canadiennes" },
    { "actor list", "actor list --all --output csv --columns id,name_en,country",
      "three columns of every actor, for a spreadsheet",
      "trois colonnes de chaque acteur, pour un tableur" },
    { "actor get", "actor get $ID --lang fr", "one actor, in French", "un acteur, en français" },
    { "actor create",
      "actor create --nature organisation --name-en \"Harbour Office\" "
      "--name-fr \"Capitainerie\" --country CAN",
      "a new organisation", "une nouvelle organisation" },
    { "actor change", "actor change $ID --if-match $ETAG --short-en HO --clear until",
      "change one field and empty another, if nobody changed it since",
      "modifier un champ et en vider un autre, si personne ne l'a modifié depuis" },
    { "engagement create",
      "engagement create --title \"Port visit\" --when 2026-05-17 "
      "--mode visit --status held --participants actor=$US "
      "--participants actor=$THEM",
      "a meeting that took place, with two participants",
      "une rencontre qui a eu lieu, avec deux participants" },
    { "commitment create",
      "commitment create --from $US --to $THEM --text \"Send the charts\" "
      "--due 2026-06-01 --stakes significant --state open",
      "a promise with a due date", "une promesse avec échéance" },
    { "obligation create",
      "obligation create --agreement $ID --obligor $THEM --beneficiary $US --act notify "
      "--text \"Name the duty officer\" --trigger recurrence --starts 2026-01-31 "
      "--recurrence FREQ=YEARLY --due-within P30D --stakes routine",
      "what an agreement binds a partner to, every year",
      "ce à quoi un accord oblige un partenaire, chaque année" },
    { "transaction create",
      "transaction create --supplier $US --receiver $THEM --item \"Fuel\" --quantity 40 --unit t "
      "--value 51000 --currency CAD --settlement cash --due 2026-07 --state delivered "
      "--delivered 2026-04-02",
      "what was supplied, and how it is to be settled",
      "ce qui a été fourni, et comment cela sera réglé" },
    { "request create",
      "request create --from $US --to $THEM --nature support --text \"Two boats\" "
      "--response-due 2026-06-01 --stakes significant --state draft",
      "a request that is not sent yet", "une demande qui n'est pas encore envoyée" },
    { "portfolio", "portfolio --sort -trend --limit 10",
      "the ten relationships whose trust grows most",
      "les dix relations dont la confiance augmente le plus" },
    { "trust get", "trust get Canada \"United States\" --as-of 2025-01-01",
      "trust as it stood on that day", "la confiance telle qu'elle était ce jour-là" },
    { "trust explain", "trust explain $US $THEM --output json",
      "every record behind a figure, with its share",
      "chaque fiche derrière un chiffre, avec sa part" },
    { "trust what-if", "trust what-if $US $THEM --valence negative --stakes critical",
      "what a broken promise would cost, and what would mend it",
      "ce que coûterait une promesse rompue, et ce qui la réparerait" },
    { "trust predict",
      "trust predict --evidence evidence.csv --queries queries.csv "
      "--half-life 730d --lambda 1.5",
      "trust for a file of questions, from a file of evidence, without an instance",
      "la confiance pour un fichier de questions, à partir d'un fichier de preuves, sans "
      "instance" },
    { "introductions", "introductions --to $THEM --k 5", "who can introduce us to them, five ways",
      "qui peut nous présenter à eux, de cinq façons" },
    { "introductions", "introductions --region 145 --of $US",
      "who gives access to Western Asia, and who introduces us to them",
      "qui donne accès à l'Asie occidentale, et qui nous les présente" },
    { "introduction request", "introduction request --path $US --path $VIA --path $THEM",
      "a draft that asks $VIA to introduce us", "un brouillon qui prie $VIA de nous présenter" },
    { "search", "search \"harbour visit\" --kind engagement", "engagements about harbour visits",
      "les activités sur les visites de port" },
    { "follow", "follow --output json", "changes as they come, one JSON object a line",
      "les modifications au fil de l'eau, un objet JSON par ligne" },
    { "sample", "sample data/sample --home sample:ca-cansofcom",
      "load the sample network, seen from one of its actors",
      "charger le réseau d'exemple, vu par un de ses acteurs" },
    { "export", "export > entente.jsonl", "everything, with its history, as JSON Lines",
      "tout, avec son historique, en JSON Lines" },
    { "import", "--dir ./copy import entente.jsonl", "the same records in another instance",
      "les mêmes fiches dans une autre instance" },
    { "engagement import", "engagement import visits.csv --dry-run",
      "what would become of each row; nothing is written",
      "ce que deviendrait chaque ligne ; rien n'est écrit" },
    { "user create", "user create --body password.json --username maple --role contributor",
      "a user; the file holds {\"password\":\"...\"}, so that no command shows it",
      "un utilisateur ; le fichier contient {\"password\":\"...\"}, qu'aucune commande ne montre" },
    { "token create", "token create --user maple --name relay --scope read --expires 2027-01-31",
      "a token that acts as this user; its secret is shown once",
      "un jeton qui agit au nom de cet utilisateur ; son secret n'est montré qu'une fois" },
    { "verify", "verify", "check every entry, link and signature of the ledger",
      "vérifier chaque entrée, lien et signature du registre" },
    { "backup", "backup entente-backup.db", "one consistent file, while others work",
      "un seul fichier cohérent, pendant que d'autres travaillent" },
    { "restore", "--dir ./restored restore entente-backup.db", "an instance from a backup",
      "une instance à partir d'une sauvegarde" },
    { "completion", "completion bash > /etc/bash_completion.d/entente",
      "completion for every shell of this machine",
      "la complétion pour tous les interpréteurs de cette machine" },
    { "man", "man | man -l -", "read the manual page", "lire la page de manuel" },
    { NULL, NULL, NULL, NULL },
};
