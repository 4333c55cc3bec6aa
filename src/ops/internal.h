/* What the files of ops share; nothing outside this folder includes it. */
#pragma once

#include "ops/ops.h"
#include "picture/picture.h"
#include "service/records.h"
#include "service/render.h"

/* Terse rows for tables of parameters. */
#define PARAMETER(n, p, t, fl, en, fr)        \
    {                                         \
        .name = (n), .place = (p), .field = { \
            .name = (n),                      \
            .type = (t),                      \
            .flags = (fl),                    \
            .label_en = (n),                  \
            .label_fr = (n),                  \
            .help_en = (en),                  \
            .help_fr = (fr)                   \
        }                                     \
    }
#define PATH_ID                                                              \
    PARAMETER("id", IN_PATH, FIELD_CODE, FIELD_REQUIRED, "The record's id.", \
              "L'identifiant de la fiche.")
#define QUERY_UNLABELLED                                                                         \
    PARAMETER("label", IN_QUERY, FIELD_TEXT, 0,                                                  \
              "The label of new records for which none is stated; without it whoever imports "   \
              "them alone reads them. An annotation's is never below that of what it is about.", \
              "L'étiquette des nouvelles fiches qui n'en indiquent pas ; sans elle, seul "      \
              "l'auteur de l'importation les lit. Celle d'une annotation n'est jamais "          \
              "au-dessous de celle de son objet.")
#define QUERY_LIMIT                                    \
    {                                                  \
        .name = "limit", .place = IN_QUERY, .field = { \
            .name = "limit",                           \
            .type = FIELD_INTEGER,                     \
            .min = 1,                                  \
            .max = LIMIT_PAGE,                         \
            .label_en = "limit",                       \
            .label_fr = "limit",                       \
            .help_en = "Items of one page.",           \
            .help_fr = "Éléments par page."          \
        }                                              \
    }
#define QUERY_CURSOR                                                                       \
    PARAMETER("cursor", IN_QUERY, FIELD_CODE, 0, "Where an earlier answer said \"next\".", \
              "Ce qu'une réponse précédente a donné comme « next ».")
#define QUERY_AS_OF                                                                        \
    PARAMETER("as_of", IN_QUERY, FIELD_WHEN, 0, "As things stood then; now, when absent.", \
              "Selon l'état à cette date ; maintenant, si absent.")

#define PATH_PEER                                            \
    PARAMETER("id", IN_PATH, FIELD_TEXT, FIELD_REQUIRED,     \
              "The peer: its id, its name or its instance.", \
              "Le pair : son identifiant, son nom ou son instance.")

/* Makes the chains by which operations_route finds a path's row. */
int route_index(struct operations *all, struct arena *a, struct error *err);

/* Inputs of a call, already checked and typed by ops_run. */
struct slice call_text(const struct call *c, const char *name);
int64_t call_int(const struct call *c, const char *name, int64_t fallback);
/* A decimal within its range; anything else is refused by name. */
int call_number(struct call *c, const char *name, double min, double max, double fallback,
                double *ret);
bool call_bool(const struct call *c, const char *name, bool fallback);
/* The order asked for: one of the words (ends with NULL), and whether - stood before it; empty when
 * none was asked for. Anything else is refused; the detail names the words. */
int call_sort(struct call *c, const char *const *words, const char *detail, struct slice *ret_word,
              bool *ret_descending);
/* The last millisecond that a date parameter can mean, but not after now; now when absent. */
int64_t call_as_of(const struct call *c);

/* Exchange opens snapshots of its own, and one at a time (peer_ops.c). */
struct peer;
void call_leave_snapshot(struct call *c);
int call_enter_snapshot(struct call *c);
/* The peer that a name, an instance or an id means; leaves the snapshot. */
int call_peer(struct call *c, struct peer *ret);

/* Answers. answer_end writes refs (when given) and marking, and ends the object. */
struct answer {
    struct call *call;
    struct json_writer out;
    struct render render;
};
int answer_begin(struct call *c, struct answer *ret);
int answer_end(struct answer *a);
/* The records of a page and where the next one begins, and the end. */
int answer_page(struct answer *a, const struct page *page);
/* The record as the whole answer, with refs, marking, ETag. */
int answer_record(struct call *c, struct row *row);
/* Reads a record that was just written, and answers it. */
/* The pin of our TLS key, for our card; makes the key when there is none (network_ops.c). */
int network_pin(struct call *c, struct slice *ret);
int answer_written(struct call *c, const struct kind *k, const struct written *w);
struct write_context call_write(struct call *c);
/* The marking of the whole answer, in both languages, for the door. */
int call_mark(struct call *c, const struct label *l);
/* The report of an import as the whole answer, in the language of the call. */
struct transfer_report;
int answer_report(struct call *c, const struct transfer_report *r);
/* The query of a list's parameters: filters, words, order, page. */
int call_list_query(struct call *c, struct list_query *q);

/* The audit of a read (audit.c): prepared while the snapshot is open, written after it is closed.
 */
struct audit {
    struct draft *drafts;
    size_t count;
};
int audit_prepare(struct call *c, struct audit *ret);
int audit_write(struct call *c, const struct audit *a);

/* Rows of the table, by file. */
extern const struct operation questions_rows[];  /* questions.c: trust, portfolio, today, ... */
extern const struct operation access_rows[];     /* accounts.c: me, users, tokens */
extern const struct operation instance_rows[];   /* instance.c: kinds, policy, maintenance */
extern const struct operation agreement_rows[];  /* agreements_ops.c: status, calendar, balance */
extern const struct operation continuity_rows[]; /* continuity_ops.c: key persons, handover */
extern const struct operation transfer_rows[]; /* transfer_ops.c: export, import, digest, sample */
extern const struct operation nurture_rows[];  /* nurture_ops.c: fading, plan, attention */
extern const struct operation health_rows[];   /* health_ops.c: shape, coverage, discovery */
extern const struct operation option_rows[];   /* options_ops.c: needs, options, requests */
extern const struct operation introduction_rows[]; /* introductions_ops.c */
extern const struct operation peer_rows[];         /* peer_ops.c: peers, card, fingerprint */
extern const struct operation exchange_rows[];     /* exchange_ops.c: bundles, receipts, sides */
extern const struct operation network_rows[];      /* network_ops.c: push, pull */
extern const struct operation release_rows[];      /* release_ops.c: releases, difference */
extern const struct operation binding_rows[];      /* binding_ops.c: labels in XML, sidecars */

/* Handlers of the rows made from kinds, records_ops.c. */
int handle_list(struct call *c);
int handle_get(struct call *c);
int handle_create(struct call *c);
int handle_change(struct call *c);
int handle_retract(struct call *c);
int handle_restore(struct call *c);
int handle_redact(struct call *c);
int handle_history(struct call *c);
int handle_export_csv(struct call *c);
int handle_import_csv(struct call *c);
/* "release_authority" and its like, as release.h takes them; NULL when none is stated. */
const struct json *release_grounds_of(struct call *c);
