/*
 * The options of the batch door: one table row per flag names it, explains it in both languages and
 * says which parameter it sets and within which bounds. Help, completion and parsing come from the
 * table.
 */
#include "service/predict.h"

#include "base/when.h"
#include "kernel/decay.h"
#include "service/predict_table.h"

#include <math.h>
#include <stddef.h>

enum take { TAKE_NUMBER, TAKE_DURATION, TAKE_SWITCH, TAKE_ON_OFF, TAKE_BASE_RATE };

struct setting {
    enum take take;
    size_t offset, second; /* into struct predict_options; second: a twin to set alike, or 0 */
    double low, high;
    bool open_low; /* low itself is refused */
    bool open_high;
    bool may_be_none; /* "none" means without bound */
};

struct predict_options predict_options_default(void)
{
    return (struct predict_options){ .parameters = trust_parameters_default(), .value_scale = 1 };
}

const struct predict_flag predict_flags[] = {
    { "half-life", "DURATION|none", "Time in which evidence loses half its weight (default 730d)",
      "Temps dans lequel un élément perd la moitié de son poids (730d par défaut)" },
    { "half-life-positive", "DURATION|none", "Half-life of kept promises only",
      "Demi-vie des promesses tenues seulement" },
    { "half-life-negative", "DURATION|none", "Half-life of broken promises only",
      "Demi-vie des promesses rompues seulement" },
    { "weight-prior", "NUMBER", "Evidence the prior is worth: W (3; values: 1)",
      "Poids de l'a priori : W (3; valeurs : 1)" },
    { "kappa", "NUMBER", "Share of evidence that stays uncertain (0.25)",
      "Part des éléments qui demeure incertaine (0,25)" },
    { "lambda", "NUMBER", "Prudence: weight of a breach in trust (1.5; forecast: always 1)",
      "Prudence : poids d'un manquement dans la confiance (1,5; prévision : toujours 1)" },
    { "rho", "NUMBER", "Reciprocity: what the other's evidence counts (0.5; values: 1.5)",
      "Réciprocité : ce que comptent les éléments de l'autre (0,5; valeurs : 1,5)" },
    { "witness-cap", "NUMBER|none", "Units all witnesses together may weigh (1)",
      "Poids maximal de tous les témoins ensemble (1)" },
    { "reporter-cap", "NUMBER|none", "Units one reporter may weigh in a reputation (4)",
      "Poids maximal d'un même rapporteur dans une réputation (4)" },
    { "prior-strength", "NUMBER", "Evidence the base rate is worth in a reputation: k (4)",
      "Poids du taux de base dans une réputation : k (4)" },
    { "base-rate", "NUMBER|rule", "Fix the base rate; rule: from the evidence (rule)",
      "Fixe le taux de base; rule : tiré des éléments (rule)" },
    { "base-rate-empty", "NUMBER", "Base rate where there is no evidence (0.6)",
      "Taux de base en l'absence d'éléments (0,6)" },
    { "base-kept", "NUMBER", "Kept evidence the base rate starts from (4.5)",
      "Éléments tenus au départ du taux de base (4,5)" },
    { "base-all", "NUMBER", "All evidence the base rate starts from (5)",
      "Total des éléments au départ du taux de base (5)" },
    { "clip-low", "NUMBER", "Lowest prior (0.02)", "A priori le plus bas (0,02)" },
    { "clip-high", "NUMBER", "Highest prior (0.98)", "A priori le plus haut (0,98)" },
    { "network", "on|off", "Use what others' evidence says (on)",
      "Tenir compte des éléments des autres (on)" },
    { "values", NULL, "Predict ratings between -1 and 1: column value in the evidence",
      "Prédire des notes de -1 à 1 : colonne value dans les éléments" },
    { "leave-one-out", NULL, "Values: as if the pair's own rating were absent",
      "Valeurs : comme si la note de la paire était absente" },
    { "value-scale", "NUMBER", "Values: ratings run from -NUMBER to NUMBER (1)",
      "Valeurs : les notes vont de -NUMBER à NUMBER (1)" },
    { "damping", "NUMBER", "Values: ratings a mean starts from: k (3)",
      "Valeurs : notes au départ d'une moyenne : k (3)" },
    { "delta", "NUMBER", "Values: weight of the witnesses (1)", "Valeurs : poids des témoins (1)" },
    { NULL, NULL, NULL, NULL },
};

#define AT(member) offsetof(struct predict_options, member)
#define BIG 1e9

/* One row per flag, in the order of predict_flags. */
static const struct setting settings[] = {
    { TAKE_DURATION, AT(parameters.half_life_kept), AT(parameters.half_life_broken) },
    { TAKE_DURATION, AT(parameters.half_life_kept) },
    { TAKE_DURATION, AT(parameters.half_life_broken) },
    { TAKE_NUMBER, AT(parameters.prior_weight), AT(parameters.value_prior), 0, BIG, true },
    { TAKE_NUMBER, AT(parameters.kappa), 0, 0, BIG },
    { TAKE_NUMBER, AT(parameters.lambda), 0, 0, BIG, true },
    { TAKE_NUMBER, AT(parameters.reciprocity), AT(parameters.value_reciprocity), 0, BIG },
    { TAKE_NUMBER, AT(parameters.witness_cap), 0, 0, BIG, .may_be_none = true },
    { TAKE_NUMBER, AT(parameters.reporter_cap), 0, 0, BIG, .may_be_none = true },
    { TAKE_NUMBER, AT(parameters.prior_strength), 0, 0, BIG, true },
    { TAKE_BASE_RATE, AT(parameters.base_rate), 0, 0, 1, true, true },
    { TAKE_NUMBER, AT(parameters.base_rate), 0, 0, 1, true, true },
    { TAKE_NUMBER, AT(parameters.base_kept), 0, 0, BIG, true },
    { TAKE_NUMBER, AT(parameters.base_all), 0, 0, BIG, true },
    { TAKE_NUMBER, AT(parameters.clip_low), 0, 0, 1, true, true },
    { TAKE_NUMBER, AT(parameters.clip_high), 0, 0, 1, true, true },
    { TAKE_ON_OFF, AT(parameters.network) },
    { TAKE_SWITCH, AT(values) },
    { TAKE_SWITCH, AT(leave_one_out) },
    { TAKE_NUMBER, AT(value_scale), 0, 0, BIG, true },
    { TAKE_NUMBER, AT(parameters.value_damping), 0, 0, BIG },
    { TAKE_NUMBER, AT(parameters.value_witness), 0, 0, BIG },
};
_Static_assert(sizeof(settings) / sizeof(settings[0]) + 1 ==
                   sizeof(predict_flags) / sizeof(predict_flags[0]),
               "every flag has its setting");

static void *member(struct predict_options *o, size_t offset)
{
    return (char *)o + offset;
}

static int refuse(const char *flag, enum reason reason, const char *expected, struct error *err)
{
    error_field(err, slice_of(flag), reason, "%s", expected);
    return error_set(err, EN_INVALID, "--%s: %s", flag, expected);
}

static int set_number(struct predict_options *o, const char *flag, const struct setting *s,
                      struct slice value, struct error *err)
{
    int64_t micro = 0;
    double x = HUGE_VAL;
    if (!s->may_be_none || !slice_is(value, "none")) {
        if (!predict_parse_micro(value, &micro))
            return refuse(flag, REASON_FORMAT, "expected a decimal number", err);
        x = (double)micro / 1e6;
        if (x < s->low || x > s->high || (s->open_low && x <= s->low) ||
            (s->open_high && x >= s->high))
            return refuse(flag, REASON_RANGE, "the number is out of range", err);
    }
    *(double *)member(o, s->offset) = x;
    if (s->second)
        *(double *)member(o, s->second) = x;
    return 0;
}

static int set_duration(struct predict_options *o, const char *flag, const struct setting *s,
                        struct slice value, struct error *err)
{
    int64_t seconds = DECAY_NONE;
    if (!slice_is(value, "none")) {
        if (!when_parse_duration(value, &seconds))
            return refuse(flag, REASON_FORMAT, "expected a duration such as 730d, or none", err);
        if (seconds <= 0 || seconds > DECAY_HALF_LIFE_MAX)
            return refuse(flag, REASON_RANGE, "expected 1s to 795364d", err);
    }
    *(int64_t *)member(o, s->offset) = seconds;
    if (s->second)
        *(int64_t *)member(o, s->second) = seconds;
    return 0;
}

static int set_on_off(struct predict_options *o, const char *flag, const struct setting *s,
                      struct slice value, struct error *err)
{
    if (!slice_is(value, "on") && !slice_is(value, "off"))
        return refuse(flag, REASON_CHOICE, "expected on or off", err);
    *(bool *)member(o, s->offset) = slice_is(value, "on");
    return 0;
}

static int set_base_rate(struct predict_options *o, const char *flag, const struct setting *s,
                         struct slice value, struct error *err)
{
    bool rule = slice_is(value, "rule");
    int code = rule ? 0 : set_number(o, flag, s, value, err);
    if (code == 0)
        o->parameters.base_rate_fixed = !rule;
    return code;
}

int predict_options_set(struct predict_options *o, const char *flag_name, struct slice value,
                        struct error *err)
{
    size_t i = 0;
    while (predict_flags[i].name && !slice_is(slice_of(flag_name), predict_flags[i].name))
        i++;
    if (!predict_flags[i].name)
        return refuse(flag_name, REASON_UNKNOWN_FIELD, "no such flag", err);
    const struct setting *s = &settings[i];
    switch (s->take) {
    case TAKE_NUMBER:
        return set_number(o, flag_name, s, value, err);
    case TAKE_DURATION:
        return set_duration(o, flag_name, s, value, err);
    case TAKE_ON_OFF:
        return set_on_off(o, flag_name, s, value, err);
    case TAKE_BASE_RATE:
        return set_base_rate(o, flag_name, s, value, err);
    case TAKE_SWITCH:
        *(bool *)member(o, s->offset) = true;
        return 0;
    }
    return error_set(err, EN_INTERNAL, "flag without a setting");
}

int predict_options_check(const struct predict_options *o, struct error *err)
{
    const struct trust_parameters *p = &o->parameters;
    if (p->clip_low > p->clip_high)
        return refuse("clip-low", REASON_RANGE, "must not exceed --clip-high", err);
    if (p->base_kept >= p->base_all)
        return refuse("base-kept", REASON_RANGE, "must be less than --base-all", err);
    if (o->leave_one_out && !o->values)
        return refuse("leave-one-out", REASON_RULE, "needs --values", err);
    return 0;
}
