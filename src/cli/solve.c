/*
 * A file in, JSON out, no instance needed. The answer is JSON whatever --output says: its form is
 * that of docs/options-format.md.
 */
#include "cli/solve.h"

#include "cli/input.h"
#include "cli/render.h"
#include "service/options_file.h"

#include <stdlib.h>

static const struct parameter parameters[] = {
    { "instance",
      IN_QUERY,
      { .name = "instance",
        .type = FIELD_CODE,
        .flags = FIELD_REQUIRED,
        .target = "FILE",
        .help_en = "the need and the partners' modes, as JSON; \"-\": standard input",
        .help_fr = "le besoin et les modes des partenaires, en JSON ; « - » : entrée standard" } },
    { "budget",
      IN_QUERY,
      { .name = "budget",
        .type = FIELD_INTEGER,
        .help_en = "stop after so many nodes and state the proven gap (default: no limit)",
        .help_fr = "s'arrêter après autant de nœuds et indiquer l'écart prouvé (défaut : sans "
                   "limite)" } },
    { "epsilon",
      IN_QUERY,
      { .name = "epsilon",
        .type = FIELD_CODE,
        .target = "SHARE",
        .help_en = "a gap that is good enough, 0 to 1 (default 0: the exact front)",
        .help_fr = "un écart suffisant, de 0 à 1 (défaut 0 : le front exact)" } },
    { "partners_max",
      IN_QUERY,
      { .name = "partners_max",
        .type = FIELD_INTEGER,
        .help_en = "look for coalitions of at most so many partners (default 128)",
        .help_fr = "chercher des coalitions d'au plus autant de partenaires (défaut 128)" } },
    { "no_readiness",
      IN_QUERY,
      { .name = "no_readiness",
        .type = FIELD_BOOL,
        .help_en = "readiness is shown, but is no objective",
        .help_fr = "le délai est affiché, mais n'est pas un objectif" } },
    { 0 },
};

const struct operation solve_operation = {
    .name = "options.solve",
    .parameters = parameters,
    .help_en =
        "The coalitions that meet a need: every one than which no other is better in burden, "
        "risk, number of partners and readiness. Needs no instance. Prints JSON.",
    .help_fr = "Les coalitions qui répondent à un besoin : toutes celles dont aucune autre n'est "
               "meilleure en charge, risque, nombre de partenaires et délai. N'exige aucune "
               "instance. Affiche du JSON.",
};

static int read_share(const struct cli *c, const struct arguments *args, struct error *err,
                      double *ret)
{
    const char *text = args_text(c, args, "epsilon");
    char *end = NULL;
    *ret = text ? strtod(text, &end) : 0;
    if (!text || (end != text && *end == '\0' && *ret >= 0 && *ret <= 1)) {
        return 0;
    }
    return error_field(err, S("--epsilon"), REASON_RANGE, "0..1");
}

static int read_options(const struct cli *c, const struct arguments *args, struct error *err,
                        struct cover_options *ret)
{
    int64_t budget = 0, partners = 0;
    struct cover_options o = { .readiness = !args_switch(args, "no_readiness") };
    int code = args_int(c, args, "budget", 1, INT64_MAX, 0, err, &budget);
    int next = args_int(c, args, "partners_max", 1, COVER_MEMBERS_MAX, 0, err, &partners);
    code = code < 0 ? code : next;
    next = read_share(c, args, err, &o.epsilon);
    o.budget = (uint64_t)budget;
    o.partners_max = (uint32_t)partners;
    *ret = o;
    return code < 0 ? code : next;
}

int solve_verb(struct cli *c, const struct arguments *args, struct error *err)
{
    struct cover_options o;
    struct buf text cleanup_buf = { 0 };
    struct buf out cleanup_buf = { 0 };
    buf_init(&text, CLI_OUTPUT);
    buf_init(&out, CLI_OUTPUT);
    int code = read_options(c, args, err, &o);
    code = code == 0 ? input_read(args_text(c, args, "instance"), &text, err) : code;
    code = code == 0 ? options_file_solve(buf_slice(&text), &o, &out, err) : code;
    return code == 0 ? render_write(c->out, &out, err) : code;
}
