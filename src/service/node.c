/*
 * Opening a node: policies, kinds, ledger, picture; and keeping the picture current.
 *
 * Files of the directory: ledger.db and key are the truth; picture.db is disposable;
 * policy.spif.xml, trust.json and fields.json, when present, replace the built-in policies,
 * nurture.json overlays its own; policies/ holds the security policies of partners; config.json
 * says how people come in. Invariant: the picture has taken in every entry of an append before the
 * append returns.
 */
#include "service/node_internal.h"

#include "base/fault.h"
#include "base/limits.h"
#include "label/policies.h"
#include "service/embedded.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONFIG_MAX = 4 * 1024 * 1024, NODE_ARENA = 16 * 1024 * 1024 };

/* The text of DIR/name, or the fallback when there is no such file. */
static int read_config(struct node *n, const char *name, const char *fallback, struct error *err,
                       struct slice *ret)
{
    struct slice path = arena_printf(n->arena, "%s/%s", n->directory, name);
    if (!path.ptr)
        return error_set(err, EN_NO_MEMORY, "node");
    FILE *f = fopen(path.ptr, "rbe");
    if (!f && errno == ENOENT) {
        *ret = slice_of(fallback);
        return 0;
    }
    if (!f)
        return error_set(err, EN_IO, "%s: %s", path.ptr, strerror(errno));
    struct buf text cleanup_buf;
    buf_init(&text, CONFIG_MAX);
    char chunk[8192];
    size_t got;
    while ((got = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(&text, slice_make(chunk, got));
    bool bad = ferror(f) != 0;
    fclose(f);
    if (bad)
        return error_set(err, EN_IO, "%s cannot be read", path.ptr);
    if (buf_failed(&text))
        return error_set(err, EN_TOO_LARGE, "%s is larger than %d bytes", path.ptr, CONFIG_MAX);
    *ret = arena_copy(n->arena, buf_slice(&text));
    return ret->ptr ? 0 : error_set(err, EN_NO_MEMORY, "node");
}

static void hash_text(crypto_generichash_state *h, struct slice text)
{
    uint64_t len = text.len;
    crypto_generichash_update(h, (const unsigned char *)&len, sizeof len);
    crypto_generichash_update(h, (const unsigned char *)text.ptr, text.len);
}

static void hash_fields(crypto_generichash_state *h, const struct field *fields)
{
    for (const struct field *f = fields; f && f->name; f++) {
        uint32_t shape[2] = { f->type, f->flags };
        hash_text(h, slice_of(f->name));
        crypto_generichash_update(h, (const unsigned char *)shape, sizeof shape);
        hash_fields(h, f->fields);
    }
}

/* Everything that shapes the picture: another value means that it must be made anew. */
static void fingerprint(const struct node *n, struct slice policy, struct slice weights,
                        char ret[65])
{
    static const char layout[] = "picture 7 " ENTENTE_VERSION;
    unsigned char hash[32];
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, sizeof hash);
    hash_text(&h, slice_of(layout));
    hash_text(&h, policy);
    hash_text(&h, weights);
    for (size_t i = 0; i < n->kinds->count; i++) {
        hash_text(&h, slice_of(n->kinds->items[i]->name));
        hash_fields(&h, n->kinds->items[i]->fields);
    }
    crypto_generichash_final(&h, hash, sizeof hash);
    sodium_bin2hex(ret, 65, hash, sizeof hash);
}

static void follow(void *context, int64_t last_seq)
{
    struct node *n = context;
    (void)last_seq;
    /* a failure leaves the picture behind; node_refresh tries again before the next read */
    if (atomic_load(&n->bulk) == 0)
        picture_follow(n->picture, n->ledger, NULL);
}

static int open_picture(struct node *n, const struct node_options *options, struct slice policy,
                        struct slice weights, struct error *err)
{
    char print[65];
    fingerprint(n, policy, weights, print);
    struct slice path = arena_printf(n->arena, "%s/picture.db", n->directory);
    struct picture_options o = { .path = path.ptr,
                                 .policy = n->policy,
                                 .kinds = n->kinds,
                                 .weights = &n->weights,
                                 .instance = ledger_instance(n->ledger),
                                 .fingerprint = slice_of(print),
                                 .progress = options->progress,
                                 .progress_context = options->progress_context };
    if (!path.ptr)
        return error_set(err, EN_NO_MEMORY, "node");
    int code = picture_open(&o, err, &n->picture);
    bool agrees = false;
    if (code == 0)
        code = picture_agrees(n->picture, n->ledger, err, &agrees);
    if (code == 0 && agrees)
        code = picture_follow(n->picture, n->ledger, err);
    /* another ledger's picture, or damage: it is made anew, once */
    if (code == EN_CORRUPT || (code == 0 && !agrees))
        code = picture_rebuild(n->picture, n->ledger, err);
    return code;
}

static void set_operator(struct node *n)
{
    n->operator=(struct viewer){ .username = S("operator"),
                                 .display_name = S("Operator"),
                                 .role = ROLE_ADMINISTRATOR,
                                 .permissions = role_permissions(ROLE_ADMINISTRATOR),
                                 .clearance = clearance_all(n->policy) };
}

/* The file overlays the built-in policy. */
static int read_nurture(struct node *n, struct error *err)
{
    const struct kind *engagement = kinds_find(n->kinds, S("engagement"));
    struct slice text;
    int code = read_config(n, "nurture.json", "", err, &text);
    if (code == 0)
        code = nurture_parse(slice_of(embedded_nurture), engagement, NULL, err, &n->nurture);
    return code < 0 ? code : nurture_parse(text, engagement, &n->nurture, err, &n->nurture);
}

/* The instance's own policy. Without what its file says, a record without label would be open to
 * anyone, so the file must say it; and a policy in the form of before must not be passed over. */
static int read_policy(struct node *n, struct error *err, struct slice *ret_text)
{
    struct slice before = S("");
    int code = read_config(n, "policy.json", "", err, &before);
    if (code == 0 && before.len > 0)
        code = error_set(err, EN_UNSUPPORTED,
                         "policy.json is not read any more: a policy is policy.spif.xml");
    if (code == 0)
        code = read_config(n, "policy.spif.xml", embedded_policy, err, ret_text);
    if (code == 0)
        code = policy_load(*ret_text, err, &n->policy);
    if (code == 0 && !policy_states_default(n->policy))
        code = error_set(err, EN_INVALID,
                         "policy.spif.xml does not say what a record without label is");
    return code;
}

enum { POLICY_FILES = 64 };

static int is_policy_file(const struct dirent *entry)
{
    static const char end[] = ".spif.xml";
    size_t len = strlen(entry->d_name);
    return len >= sizeof end && strcmp(entry->d_name + len - (sizeof end - 1), end) == 0;
}

/* The policy files of DIR/policies, by name, behind those that the program carries. */
static int read_policy_files(struct node *n, struct error *err, struct slice *texts, size_t *count)
{
    struct slice path = arena_printf(n->arena, "%s/policies", n->directory);
    struct dirent **names = NULL;
    int found = path.ptr ? scandir(path.ptr, &names, is_policy_file, alphasort) : 0;
    if (!path.ptr)
        return error_set(err, EN_NO_MEMORY, "node");
    if (found < 0)
        return errno == ENOENT ? 0 : error_set(err, EN_IO, "%s: %s", path.ptr, strerror(errno));
    int code = found > POLICY_FILES ? error_set(err, EN_TOO_LARGE, "%s has more than %d files",
                                                path.ptr, POLICY_FILES)
                                    : 0;
    for (int i = 0; i < found; i++) {
        struct slice name = arena_printf(n->arena, "policies/%s", names[i]->d_name);
        if (code == 0 && !name.ptr)
            code = error_set(err, EN_NO_MEMORY, "node");
        if (code == 0)
            code = read_config(n, name.ptr, "", err, &texts[(*count)++]);
        free(names[i]);
    }
    free(names);
    return code;
}

/* `own`: the text of the instance's own policy, which is not read twice. */
static int read_policies(struct node *n, struct slice own, struct error *err)
{
    const char *const built_in[] = { embedded_policy, embedded_policy_nato, embedded_policy_can,
                                     embedded_policy_tlp };
    enum { BUILT_IN = sizeof built_in / sizeof *built_in };
    struct slice *texts = arena_array_of(n->arena, struct slice, BUILT_IN + POLICY_FILES);
    size_t count = 0;
    if (!texts)
        return error_set(err, EN_NO_MEMORY, "node");
    for (size_t i = 0; i < BUILT_IN; i++)
        if (own.ptr != built_in[i])
            texts[count++] = slice_of(built_in[i]);
    int code = read_policy_files(n, err, texts, &count);
    return code < 0 ? code : policies_load(n->policy, texts, count, err, &n->policies);
}

static int open_parts(struct node *n, const struct node_options *options, struct error *err)
{
    struct slice policy, weights, custom, config;
    struct ledger_options lo = { .directory = options->directory,
                                 .create = options->create,
                                 .now_ms = options->now_ms };
    int code = ledger_open(&lo, err, &n->ledger);
    if (code == 0)
        code = read_policy(n, err, &policy);
    if (code == 0)
        code = read_policies(n, policy, err);
    if (code == 0 && !(n->viewers = viewer_cache_new(n->policy)))
        code = error_set(err, EN_NO_MEMORY, "node");
    if (code == 0)
        code = read_config(n, "trust.json", embedded_weights, err, &weights);
    if (code == 0)
        code = weights_parse(weights, err, &n->weights);
    if (code == 0)
        code = read_config(n, "fields.json", "", err, &custom);
    if (code == 0)
        code = kinds_make(n->arena, custom, err, &n->kinds);
    if (code == 0)
        code = read_nurture(n, err);
    if (code == 0)
        code = read_config(n, "config.json", "", err, &config);
    if (code == 0)
        code = config_parse(n->arena, n->policy, n->directory, config, err, &n->config);
    if (code < 0)
        return code;
    set_operator(n);
    return open_picture(n, options, policy, weights, err);
}

int node_open(const struct node_options *options, struct error *err, struct node **ret)
{
    struct node *n = base_calloc(1, sizeof *n);
    if (!n || sodium_init() < 0) {
        base_free(n);
        return error_set(err, EN_NO_MEMORY, "node");
    }
    pthread_mutex_init(&n->decay_lock, NULL);
    n->arena = arena_new(NODE_ARENA);
    n->folds = fold_cache_new();
    n->rows = row_cache_new();
    n->networks = shape_cache_new();
    n->directory = n->arena ? arena_cstr(n->arena, slice_of(options->directory)) : NULL;
    bool ready = n->directory && n->folds && n->rows && n->networks;
    int code = ready ? open_parts(n, options, err) : error_set(err, EN_NO_MEMORY, "node");
    if (code < 0) {
        node_close(n);
        return code;
    }
    ledger_listen(n->ledger, follow, n);
    *ret = n;
    return 0;
}

void node_close(struct node *n)
{
    if (!n)
        return;
    ledger_close(n->ledger); /* first: its writer calls the picture */
    picture_close(n->picture);
    fold_cache_free(n->folds);
    viewer_cache_free(n->viewers);
    row_cache_free(n->rows);
    policies_free(n->policies);
    shape_cache_free(n->networks);
    policy_free(n->policy);
    for (size_t i = 0; i < n->decay_count; i++)
        base_free(n->decays[i]);
    base_free(n->decays);
    pthread_mutex_destroy(&n->decay_lock);
    arena_free(n->arena);
    base_free(n);
}

struct ledger *node_ledger(struct node *n)
{
    return n->ledger;
}

struct signer *node_signer(struct node *n)
{
    return ledger_signer(n->ledger);
}

struct picture *node_picture(struct node *n)
{
    return n->picture;
}

const struct policy *node_policy(const struct node *n)
{
    return n->policy;
}

const struct policies *node_policies(const struct node *n)
{
    return n->policies;
}

const struct kinds *node_kinds(const struct node *n)
{
    return n->kinds;
}

const struct weights *node_weights(const struct node *n)
{
    return &n->weights;
}

const struct nurture *node_nurture(const struct node *n)
{
    return &n->nurture;
}

const struct config *node_config(const struct node *n)
{
    return &n->config;
}

const char *node_directory(const struct node *n)
{
    return n->directory;
}

const struct viewer *node_operator(struct node *n)
{
    return &n->operator;
}

int node_refresh(struct node *n, struct error *err)
{
    int64_t last = 0, position = picture_position(n->picture);
    int code = ledger_wait(n->ledger, position, /* timeout_ms= */ 0, &last);
    if (code < 0)
        return error_set(err, code, "the ledger cannot be read");
    return last > position ? picture_follow(n->picture, n->ledger, err) : 0;
}

const struct decay *node_decay(struct node *n, int64_t half_life)
{
    const struct decay *found = NULL;
    pthread_mutex_lock(&n->decay_lock);
    for (size_t i = 0; !found && i < n->decay_count; i++)
        if (n->decays[i]->half_life == half_life)
            found = n->decays[i];
    struct decay **wider =
        found ? NULL : base_realloc(n->decays, (n->decay_count + 1) * sizeof *n->decays);
    if (wider) {
        n->decays = wider;
        struct decay *made = decay_new(half_life);
        if (made)
            found = wider[n->decay_count++] = made;
    }
    pthread_mutex_unlock(&n->decay_lock);
    return found;
}

int node_snapshot(struct node *n, const struct viewer *v, struct arena *a, int64_t now_ms,
                  struct error *err, struct snapshot **ret)
{
    int code = EN_BUSY;
    /* another process may be making the picture anew: following it is the way to be current */
    for (int attempt = 0; code == EN_BUSY && attempt < 3; attempt++) {
        code = node_refresh(n, err);
        if (code == 0)
            code = snapshot_open(n->picture, v, a, now_ms, err, ret);
    }
    return code;
}

void node_bulk_begin(struct node *n)
{
    atomic_fetch_add(&n->bulk, 1);
}

int node_bulk_end(struct node *n, struct error *err)
{
    atomic_fetch_sub(&n->bulk, 1);
    return node_refresh(n, err);
}

/* ---- the stream of changes ---- */

int node_changes_at(struct node *n, const struct viewer *v, struct arena *a, int64_t now_ms,
                    int64_t after, size_t max, struct error *err, struct change **ret,
                    size_t *ret_count, int64_t *ret_last)
{
    struct snapshot *s = NULL;
    struct version_row *rows = NULL;
    size_t count = 0, shown = 0;
    int64_t last = after;
    int code = node_snapshot(n, v, a, now_ms, err, &s);
    if (code < 0)
        return code;
    code = snapshot_changes(s, after, max, err, &rows, &count, &last);
    struct change *changes = arena_array_of(a, struct change, count + 1);
    if (code == 0)
        code = snapshot_failure(s);
    for (size_t i = 0; code == 0 && i < count; i++)
        if (!rows[i].kind->system)
            changes[shown++] =
                (struct change){ .event_id = rows[i].entry,
                                 .kind = slice_of(rows[i].kind->name),
                                 .id = rows[i].id,
                                 .version = rows[i].version,
                                 .operation = entry_operation_word(rows[i].operation),
                                 .seq = rows[i].seq };
    snapshot_close(s);
    if (code < 0)
        return error_set(err, code, "changes");
    *ret = changes;
    *ret_count = shown;
    *ret_last = last;
    return 0;
}

int node_changes(struct node *n, const struct viewer *v, struct arena *a, int64_t after, size_t max,
                 struct error *err, struct change **ret, size_t *ret_count, int64_t *ret_last)
{
    return node_changes_at(n, v, a, when_clock_ms(), after, max, err, ret, ret_count, ret_last);
}

int64_t node_seq_of(struct node *n, const struct viewer *v, struct slice event_id)
{
    struct arena *a cleanup_arena = arena_new(LIMIT_BODY);
    struct snapshot *s = NULL;
    if (!a || node_snapshot(n, v, a, when_clock_ms(), NULL, &s) < 0)
        return 0;
    int64_t seq = snapshot_seq_of(s, event_id);
    snapshot_close(s);
    return seq;
}

int64_t node_moment_of(struct node *n, const struct viewer *v, struct slice event_id)
{
    struct arena *a cleanup_arena = arena_new(LIMIT_BODY);
    struct snapshot *s = NULL;
    struct version_row *rows = NULL;
    size_t count = 0;
    int64_t last = 0;
    if (!a || node_snapshot(n, v, a, when_clock_ms(), NULL, &s) < 0)
        return 0;
    int64_t seq = snapshot_seq_of(s, event_id);
    int code = seq > 0 ? snapshot_changes(s, seq - 1, 1, NULL, &rows, &count, &last) : 0;
    int64_t at = code == 0 && count > 0 ? rows[0].at_ms : 0;
    snapshot_close(s);
    return at;
}

int64_t node_wait(struct node *n, int64_t after, int timeout_ms)
{
    int64_t last = after;
    ledger_wait(n->ledger, after, timeout_ms, &last);
    return last;
}
