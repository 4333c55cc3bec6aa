/*
 * This door's own verbs, as rows like those of the operation table: help, man page, completion and
 * parsing treat them alike. What can be an operation is one, and does not stand here.
 */
#include "cli/doors.h"

#include "cli/completion.h"
#include "cli/follow.h"
#include "cli/help.h"
#include "cli/instance.h"
#include "cli/man.h"
#include "cli/policy.h"
#include "cli/predict.h"
#include "cli/serve.h"
#include "cli/solve.h"

#define VALUE(n, placeholder, en, fr)                                                          \
    {                                                                                          \
        n, IN_QUERY,                                                                           \
        {                                                                                      \
            .name = n, .type = FIELD_CODE, .target = placeholder, .help_en = en, .help_fr = fr \
        }                                                                                      \
    }
#define NUMBER(n, en, fr)                                                  \
    {                                                                      \
        n, IN_QUERY,                                                       \
        {                                                                  \
            .name = n, .type = FIELD_INTEGER, .help_en = en, .help_fr = fr \
        }                                                                  \
    }
#define SWITCH(n, en, fr)                                               \
    {                                                                   \
        n, IN_QUERY,                                                    \
        {                                                               \
            .name = n, .type = FIELD_BOOL, .help_en = en, .help_fr = fr \
        }                                                               \
    }
#define POSITION(n, more, en, fr)                                                      \
    {                                                                                  \
        n, IN_PATH,                                                                    \
        {                                                                              \
            .name = n, .type = FIELD_TEXT, .flags = more, .help_en = en, .help_fr = fr \
        }                                                                              \
    }

static const struct parameter serve_parameters[] = {
    NUMBER("port", "port to listen on (default 8080; 0: any free one)",
           "port d'écoute (8080 par défaut ; 0 : n'importe quel port libre)"),
    VALUE("address", "ADDRESS", "numeric address to listen on (default 127.0.0.1)",
          "adresse numérique d'écoute (127.0.0.1 par défaut)"),
    VALUE("tls_cert", "FILE", "certificate chain, PEM; with --tls-key the server speaks HTTPS",
          "chaîne de certificats, PEM ; avec --tls-key, le serveur parle HTTPS"),
    VALUE("tls_key", "FILE", "private key, PEM", "clé privée, PEM"),
    NUMBER("exchange_port", "port on which peers are heard (0: any free one; default: none)",
           "port d'écoute des pairs (0 : n'importe quel port libre ; défaut : aucun)"),
    VALUE("exchange_address", "ADDRESS",
          "numeric address on which peers are heard (default 127.0.0.1)",
          "adresse numérique d'écoute des pairs (127.0.0.1 par défaut)"),
    SWITCH("https_in_front", "a proxy in front ends TLS: cookies are Secure",
           "un mandataire termine TLS : les témoins sont Secure"),
    NUMBER("threads", "threads (default: from the number of processors)",
           "fils d'exécution (défaut : selon le nombre de processeurs)"),
    SWITCH("print_login_link", "print a link that signs an administrator in, once",
           "afficher un lien qui connecte un administrateur, une fois"),
    { 0 },
};
static const struct operation serve_row = {
    .name = "serve",
    .parameters = serve_parameters,
    .help_en = "Serve the web interface and the HTTP API until Ctrl-C or SIGTERM. Makes the user "
               "\"admin\" when there is no administrator.",
    .help_fr = "Servir l'interface web et l'API HTTP jusqu'à Ctrl-C ou SIGTERM. Crée l'utilisateur "
               "« admin » quand il n'y a aucun administrateur.",
};

static const struct operation init_row = {
    .name = "init",
    .help_en = "Make a new instance in --dir, with a key of its own. Says what is there already.",
    .help_fr = "Créer une instance dans --dir, avec sa propre clé. Dit ce qui s'y trouve déjà.",
};

static const struct parameter restore_parameters[] = {
    POSITION("path", FIELD_REQUIRED, "the file that backup wrote", "le fichier écrit par backup"),
    { 0 },
};
static const struct operation restore_row = {
    .name = "restore",
    .parameters = restore_parameters,
    .help_en = "Make an instance from a backup. The whole file is verified first; --dir must be "
               "empty or absent.",
    .help_fr =
        "Créer une instance à partir d'une sauvegarde. Tout le fichier est vérifié d'abord ; "
        "--dir doit être vide ou absent.",
};

static const struct parameter follow_parameters[] = {
    VALUE("since", "EVENT", "begin after this event, or at the \"start\" (default: now)",
          "commencer après cet événement, ou au début avec « start » (défaut : maintenant)"),
    NUMBER("limit", "stop after so many changes", "s'arrêter après autant de modifications"),
    { 0 },
};
static const struct operation follow_row = {
    .name = "follow",
    .parameters = follow_parameters,
    .help_en = "Print changes as they come, until Ctrl-C.",
    .help_fr = "Afficher les modifications au fil de l'eau, jusqu'à Ctrl-C.",
};

static const struct parameter help_parameters[] = {
    POSITION("verb", FIELD_MANY, "a verb, a group of verbs, \"verbs\" or \"options\"",
             "un verbe, un groupe de verbes, « verbs » ou « options »"),
    { 0 },
};
static const struct operation help_row = {
    .name = "help",
    .parameters = help_parameters,
    .help_en = "Print help.",
    .help_fr = "Afficher l'aide.",
};

static const struct operation man_row = {
    .name = "man",
    .help_en = "Print the manual page, in roff.",
    .help_fr = "Afficher la page de manuel, en roff.",
};

static const struct choice shells[] = { { "bash", "Bash", "Bash" }, { 0 } };
static const struct parameter completion_parameters[] = {
    { "shell",
      IN_PATH,
      { .name = "shell",
        .type = FIELD_ENUM,
        .choices = shells,
        .help_en = "the shell",
        .help_fr = "l'interpréteur" } },
    { 0 },
};
static const struct operation completion_row = {
    .name = "completion",
    .parameters = completion_parameters,
    .help_en = "Print a completion script for the shell.",
    .help_fr = "Afficher un script de complétion pour l'interpréteur de commandes.",
};

static const struct verb rows[] = {
    { "serve", &serve_row, serve_run },
    { "init", &init_row, instance_init },
    { "restore", &restore_row, instance_restore },
    { "follow", &follow_row, follow_run },
    { "help", &help_row, help_run },
    { "man", &man_row, man_run },
    { "completion", &completion_row, completion_run },
    { "options solve", &solve_operation, solve_verb },
    { "policy check", &policy_check_operation, policy_check_verb },
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

int doors_make(struct arena *a, struct error *err, const struct verb **ret, size_t *ret_count)
{
    const struct operation *predict = predict_operation(a);
    struct verb *all = arena_array_of(a, struct verb, ROWS + 1);
    if (!all || !predict) {
        return error_set(err, EN_NO_MEMORY, "no memory for the verbs");
    }
    memcpy(all, rows, sizeof(rows));
    all[ROWS] = (struct verb){ "trust predict", predict, predict_verb };
    *ret = all;
    *ret_count = ROWS + 1;
    return 0;
}
