/*
 * Files in, CSV out, no instance needed. Flags come from the service's own table, so a parameter
 * added there is a flag here. Answers are CSV whatever --output says: the columns of the queries
 * are passed through as they are.
 */
#include "cli/predict.h"

#include "cli/input.h"
#include "cli/progress.h"
#include "cli/render.h"
#include "service/predict.h"

static const struct parameter files[] = {
    { "evidence",
      IN_QUERY,
      { .name = "evidence",
        .type = FIELD_CODE,
        .flags = FIELD_REQUIRED,
        .target = "FILE",
        .help_en = "CSV with columns truster,trustee,time,valence,weight; \"-\": standard input",
        .help_fr = "CSV avec les colonnes truster,trustee,time,valence,weight ; « - » : entrée "
                   "standard" } },
    { "queries",
      IN_QUERY,
      { .name = "queries",
        .type = FIELD_CODE,
        .flags = FIELD_REQUIRED,
        .target = "FILE",
        .help_en = "CSV with columns truster,trustee,as_of; others are passed through",
        .help_fr = "CSV avec les colonnes truster,trustee,as_of ; les autres sont reprises" } },
};
enum { FILES = sizeof(files) / sizeof(files[0]) };

const struct operation *predict_operation(struct arena *a)
{
    size_t count = 0;
    while (predict_flags[count].name) {
        count++;
    }
    struct operation *o = arena_new_of(a, struct operation);
    struct parameter *p = arena_array_of(a, struct parameter, FILES + count + 1);
    if (!o || !p) {
        return NULL;
    }
    memcpy(p, files, sizeof(files));
    for (size_t i = 0; i < count; i++) {
        const struct predict_flag *f = &predict_flags[i];
        p[FILES + i] = (struct parameter){
            f->name,
            IN_QUERY,
            { .name = f->name,
              .type = f->argument ? FIELD_CODE : FIELD_BOOL,
              .target = f->argument,
              .help_en = f->help_en,
              .help_fr = f->help_fr },
        };
    }
    *o = (struct operation){
        .name = "trust.predict",
        .parameters = p,
        .help_en =
            "Trust for a file of queries from a file of evidence. Needs no instance. Prints "
            "the columns of the queries and belief, disbelief, uncertainty, prior, trust and "
            "forecast as CSV.",
        .help_fr = "La confiance pour un fichier de requêtes à partir d'un fichier d'éléments. "
                   "N'exige aucune instance. Affiche en CSV les colonnes des requêtes et belief, "
                   "disbelief, uncertainty, prior, trust et forecast.",
    };
    return o;
}

static int set_options(const struct arguments *args, struct predict_options *o, struct error *err)
{
    int code = 0;
    for (const struct predict_flag *f = predict_flags; f->name; f++) {
        const struct json *v = json_get(args->parameters, f->name);
        if (!v || (!f->argument && !args_switch(args, f->name))) {
            continue;
        }
        int one = predict_options_set(o, f->name, v->text, err);
        code = one < 0 ? one : code;
    }
    return code < 0 ? code : predict_options_check(o, err);
}

static void show_progress(void *context, size_t done, size_t total)
{
    progress_show(context, "predict", (int64_t)done, (int64_t)total);
}

int predict_verb(struct cli *c, const struct arguments *args, struct error *err)
{
    struct predict_options o = predict_options_default();
    struct progress p;
    struct buf evidence cleanup_buf = { 0 };
    struct buf queries cleanup_buf = { 0 };
    struct buf out cleanup_buf = { 0 };
    buf_init(&evidence, CLI_OUTPUT);
    buf_init(&queries, CLI_OUTPUT);
    buf_init(&out, CLI_OUTPUT);
    progress_init(&p, c);
    int code = set_options(args, &o, err);
    code = code == 0 ? input_read(args_text(c, args, "evidence"), &evidence, err) : code;
    code = code == 0 ? input_read(args_text(c, args, "queries"), &queries, err) : code;
    code = code == 0 ? predict_run(&o, buf_slice(&evidence), buf_slice(&queries), &out,
                                   show_progress, &p, err)
                     : code;
    progress_done(&p);
    return code == 0 ? render_write(c->out, &out, err) : code;
}
