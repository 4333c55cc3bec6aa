/*
 * Moving many records: CSV of a kind in and out, the whole instance as JSON Lines, its digest, the
 * sample network. The work is done by service/transfer.h; here it meets the operation table.
 */
#include "service/transfer.h"

#include "ops/internal.h"
#include "ops/messages.h"

#include <stdio.h>

static struct transfer_progress progress_of(const struct call *c)
{
    return (struct transfer_progress){ .step = c->progress, .context = c->progress_context };
}

/* The details of the rows in the reader's language. */
static int details_in_french(struct call *c, const struct transfer_report *r)
{
    for (size_t i = 0; i < r->error_count; i++) {
        char text[256], twin[256];
        struct slice *detail = &r->errors[i].detail;
        snprintf(text, sizeof text, SLICE_FMT, SLICE_ARG(*detail));
        if (!message_in_french(text, twin, sizeof twin))
            continue;
        struct slice kept = arena_copy(c->arena, slice_of(twin));
        if (!kept.ptr)
            return error_set(c->err, EN_NO_MEMORY, "import");
        *detail = kept;
    }
    return 0;
}

int answer_report(struct call *c, const struct transfer_report *r)
{
    struct json_writer out;
    if (c->french && details_in_french(c, r) < 0)
        return EN_NO_MEMORY;
    jw_init(&out, c->out);
    jw_object(&out);
    transfer_write_report(r, c->french, &out);
    jw_object_end(&out);
    return 0;
}

int handle_export_csv(struct call *c)
{
    struct list_query q;
    int code = call_list_query(c, &q);
    return code < 0 ? code : transfer_export_csv(c->snapshot, &q, c->out, c->err);
}

const struct json *release_grounds_of(struct call *c)
{
    const struct slice prefix = S("release_");
    struct json *grounds = NULL;
    for (uint32_t i = 0; i < c->parameters->count; i++) {
        const struct json_member *m = &c->parameters->members[i];
        if (!slice_starts(m->name, prefix))
            continue;
        if (!grounds && !(grounds = json_new_object(c->arena)))
            return NULL;
        if (json_object_set(c->arena, grounds,
                            slice_make(m->name.ptr + prefix.len, m->name.len - prefix.len),
                            &m->value) < 0)
            return NULL;
    }
    return grounds;
}

int handle_import_csv(struct call *c)
{
    struct transfer_report report;
    struct transfer_progress progress = progress_of(c);
    struct write_context w = call_write(c);
    w.grounds = release_grounds_of(c);
    w.unlabelled = call_text(c, "label");
    int code = transfer_import_csv(&w, c->operation->kind, c->raw, call_bool(c, "dry_run", false),
                                   &progress, c->err, &report);
    return code < 0 ? code : answer_report(c, &report);
}

static int handle_export(struct call *c)
{
    struct transfer_progress progress = progress_of(c);
    return transfer_export(c->node, c->snapshot, &progress, c->out, c->err);
}

static int handle_import(struct call *c)
{
    struct transfer_report report;
    struct transfer_progress progress = progress_of(c);
    struct write_context w = call_write(c);
    int code = transfer_import(&w, c->raw, &progress, c->err, &report);
    return code < 0 ? code : answer_report(c, &report);
}

static int handle_digest(struct call *c)
{
    char hex[65];
    struct json_writer out;
    int code = transfer_digest(c->node, c->snapshot, c->err, hex);
    if (code < 0)
        return code;
    jw_init(&out, c->out);
    jw_object(&out);
    jw_key_cstr(&out, "digest", hex);
    jw_object_end(&out);
    return 0;
}

/* A sample with bad rows is a broken sample: the verb fails, and says where. */
static int refuse_sample(struct call *c, const struct transfer_report *r)
{
    for (size_t i = 0; i < r->error_count && i < ERROR_FIELDS_MAX; i++)
        error_field(c->err, r->errors[i].column, r->errors[i].reason, "line %lld " SLICE_FMT,
                    (long long)r->errors[i].line, SLICE_ARG(r->errors[i].detail));
    return error_set(c->err, EN_INVALID, "%lld rows are wrong; their file was not loaded",
                     (long long)r->failed);
}

static int handle_sample(struct call *c)
{
    struct transfer_report report;
    struct transfer_progress progress = progress_of(c);
    char *path = arena_cstr(c->arena, call_text(c, "path"));
    if (!path)
        return error_set(c->err, EN_NO_MEMORY, "sample");
    struct write_context w = call_write(c);
    int code = transfer_sample(&w, path, call_text(c, "home"), &progress, c->err, &report);
    if (code == 0 && report.failed)
        return refuse_sample(c, &report);
    return code < 0 ? code : answer_report(c, &report);
}

static const struct parameter sample_parameters[] = {
    PARAMETER("path", IN_QUERY, FIELD_TEXT, FIELD_REQUIRED,
              "A directory of CSV files: data/sample, or one made by data/exercise/generate.py.",
              "Un répertoire de fichiers CSV : data/sample, ou un fait par "
              "data/exercise/generate.py."),
    PARAMETER("home", IN_QUERY, FIELD_TEXT, 0,
              "The home actor, by id, external id (sample:ca-cansofcom) or name, if none is set.",
              "L'acteur d'attache, par identifiant, identifiant externe (sample:ca-cansofcom) ou "
              "nom, si aucun n'est choisi."),
    { 0 },
};

const struct operation transfer_rows[] = {
    { .name = "export",
      .method = "GET",
      .path = "/api/v1/export",
      .permission = PERMIT_ADMIN,
      .flags = OP_READ | OP_LONG,
      .media = "application/x-ndjson",
      .help_en = "Exports everything you may read, with its history, as JSON Lines.",
      .help_fr = "Exporte tout ce que vous pouvez lire, avec son historique, en JSON Lines.",
      .handle = handle_export },
    { .name = "import",
      .method = "POST",
      .path = "/api/v1/import",
      .permission = PERMIT_ADMIN,
      .flags = OP_WRITE | OP_RAW_BODY | OP_LONG,
      .answer = "ImportReport",
      .help_en = "Restores an export into an instance that does not have its records.",
      .help_fr = "Restaure une exportation dans une instance qui n'a pas ses fiches.",
      .handle = handle_import },
    { .name = "digest",
      .method = "GET",
      .path = "/api/v1/digest",
      .permission = PERMIT_ADMIN,
      .flags = OP_READ,
      .answer = "Digest",
      .help_en = "Hash of everything you may read: equal records give an equal digest.",
      .help_fr = "Empreinte de tout ce que vous pouvez lire : mêmes fiches, même empreinte.",
      .handle = handle_digest },
    { .name = "sample",
      .permission = PERMIT_ADMIN,
      .flags = OP_WRITE | OP_NO_HTTP | OP_LONG,
      .parameters = sample_parameters,
      .answer = "ImportReport",
      .help_en = "Loads the sample network, or an exercise, from a directory of CSV files.",
      .help_fr = "Charge le réseau d'exemple, ou un exercice, d'un répertoire de fichiers CSV.",
      .handle = handle_sample },
    { 0 },
};
