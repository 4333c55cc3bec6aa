/*
 * Entente as a library: the third door onto the operation table, beside HTTP and the command line.
 *
 * An instance is one directory (ledger, key, picture). Everything the product can do is one call:
 * name an operation ("portfolio", "actor.create"; `entente help verbs` lists them), give its
 * parameters and body as JSON texts, get its answer as text. All functions may be called from any thread;
 * one instance may be open in several processes.
 *
 * Ownership: handles are freed by their _free; texts that a handle returns belong to it and live
 * as long as it does. Errors: 0, or a negative code whose word and message are in the result.
 *
 *     en_instance *i;
 *     en_result *r = NULL;
 *     if (en_instance_open("/var/lib/entente", 0, &i) == 0 &&
 *         en_instance_call(i, NULL, "portfolio", "{\"limit\":\"10\"}", NULL, &r) == 0)
 *         puts(en_result_text(r));
 *     en_result_free(r);
 *     en_instance_free(i);
 */
#ifndef ENTENTE_H
#define ENTENTE_H

#ifdef __cplusplus
extern "C" {
#endif

#include <stddef.h>

#define EN_API __attribute__((visibility("default")))

typedef struct en_instance en_instance;
typedef struct en_result en_result;

/* Opens the instance in a directory; create != 0 makes it when absent. On failure *ret_instance is
 * NULL and the code is returned (-14: it cannot be read or written, -15: damaged, ...). */
EN_API int en_instance_open(const char *directory, int create, en_instance **ret_instance);
EN_API void en_instance_free(en_instance *instance);

/*
 * Runs an operation. token: an API token ("ent_...") whose viewer asks, or NULL for the operator
 * (whoever holds the directory holds everything). parameters: JSON object of texts, or NULL. body:
 * JSON text, or the raw body of an import, or NULL. *ret_result is set whether it succeeded or not
 * (NULL only without memory). Returns 0 or the code.
 */
EN_API int en_instance_call(en_instance *instance, const char *token, const char *operation,
                            const char *parameters, const char *body, en_result **ret_result);
/* The same with the ETag of the version that the caller saw ("*": any), for changes. */
EN_API int en_instance_change(en_instance *instance, const char *token, const char *operation,
                              const char *parameters, const char *body, const char *etag,
                              en_result **ret_result);

/* The answer (JSON, or what the operation says), NUL-terminated; "" on failure. */
EN_API const char *en_result_text(const en_result *result);
EN_API size_t en_result_size(const en_result *result);
/* ETag of a record, or "". */
EN_API const char *en_result_etag(const en_result *result);
/* The marking of everything shown, English: "UNCLASSIFIED", or "" for answers without records. */
EN_API const char *en_result_marking(const en_result *result);
/* 0, or the code; its stable word ("not-found"); a sentence. */
EN_API int en_result_code(const en_result *result);
EN_API const char *en_result_word(const en_result *result);
EN_API const char *en_result_message(const en_result *result);
EN_API void en_result_free(en_result *result);

#ifdef __cplusplus
}
#endif

#endif
