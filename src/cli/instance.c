/*
 * Making an instance, new or from a backup. Neither ever touches one that is there: init of an
 * existing directory only tells about it, restore into one is refused by the ledger.
 */
#include "cli/instance.h"

#include "cli/run.h"

static int tell(struct cli *c, struct node *n, struct error *err)
{
    struct buf out cleanup_buf = { 0 };
    char id[UUID_TEXT + 1], key[2 * 32 + 1];
    uint8_t public_key[32];
    struct ledger_head head;
    int code = ledger_head_get(node_ledger(n), err, &head);
    if (code < 0) {
        return code;
    }
    uuid_format(ledger_instance(node_ledger(n)), id);
    ledger_public_key(node_ledger(n), public_key);
    for (size_t i = 0; i < sizeof(public_key); i++) {
        key[2 * i] = "0123456789abcdef"[public_key[i] >> 4];
        key[2 * i + 1] = "0123456789abcdef"[public_key[i] & 15];
    }
    key[sizeof(key) - 1] = '\0';
    struct json_writer w;
    buf_init(&out, LIMIT_TEXT);
    jw_init(&w, &out);
    jw_object(&w);
    jw_key_cstr(&w, "directory", c->options.directory);
    jw_key_cstr(&w, "instance", id);
    jw_key_cstr(&w, "public_key", key);
    jw_key_int(&w, "entries", head.seq);
    jw_object_end(&w);
    return run_show(c, &out, err);
}

static int open_and_tell(struct cli *c, bool create, struct error *err)
{
    struct progress p;
    struct node *n cleanup_node = NULL;
    progress_init(&p, c);
    int code = run_open(c, create, &p, err, &n);
    return code < 0 ? code : tell(c, n, err);
}

int instance_init(struct cli *c, const struct arguments *args, struct error *err)
{
    (void)args;
    return open_and_tell(c, /* create= */ true, err);
}

int instance_restore(struct cli *c, const struct arguments *args, struct error *err)
{
    const char *path = args_text(c, args, "path");
    int code = ledger_restore(path, c->options.directory, when_clock_ms(), err);
    return code < 0 ? code : open_and_tell(c, /* create= */ false, err);
}
