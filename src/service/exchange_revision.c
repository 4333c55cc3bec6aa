/*
 * Which revision of its originator a record stands at.
 *
 * Of our own: the entry that states it, as far as the snapshot's viewer may read it. Of a foreign
 * one: what the sources that provide it said; the newest by (time, entry), whoever carried it.
 *
 * A peer is told of a foreign record what others than that peer provide, and no further than
 * LIMIT_RELAYS: so that two who pass a record on to each other, or a ring of them, do not keep it
 * alive when the last real source withdraws it.
 */
#include "service/exchange_internal.h"

#include "base/limits.h"

int exchange_revision_compare(const struct exchange_revision *a, const struct exchange_revision *b)
{
    if (a->at_ms != b->at_ms)
        return a->at_ms < b->at_ms ? -1 : 1;
    return uuid_compare(a->entry, b->entry);
}

static bool is_end(const struct version_row *v)
{
    return v->operation == ENTRY_RETRACT || v->operation == ENTRY_REDACT;
}

int exchange_revision_own(struct snapshot *s, const struct row *row, struct error *err,
                          struct exchange_revision *ret)
{
    struct version_row *versions;
    size_t count = 0, at = 0;
    int code = snapshot_versions(s, row->id, err, &versions, &count);
    if (code < 0)
        return code;
    for (size_t i = 0; i < count; i++)
        if (row->retracted ? is_end(&versions[i]) : versions[i].operation == ENTRY_PUT)
            at = i;
    *ret = (struct exchange_revision){ .operation = row->retracted ? STATE_RETRACT : STATE_PUT };
    if (count == 0 || !uuid_parse(versions[at].entry, &ret->entry))
        return error_set(err, EN_CORRUPT, "a record without a version");
    ret->at_ms = versions[at].at_ms;
    for (size_t i = 0; i < at; i++)
        ret->past_redacted |= versions[i].operation == ENTRY_PUT && versions[i].redacted;
    return 0;
}

int exchange_revision_foreign(struct snapshot *s, struct slice record, struct error *err,
                              struct exchange_revision *ret)
{
    struct holding *sources;
    size_t count = 0;
    int code = holding_sources(s, record, err, &sources, &count);
    *ret = (struct exchange_revision){ .operation = 0 };
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct exchange_revision one = { .operation = (int)sources[i].op,
                                         .at_ms = sources[i].at_ms };
        if (one.operation == STATE_WITHDRAW || !uuid_parse(sources[i].entry, &one.entry))
            continue;
        if (ret->operation == 0 || exchange_revision_compare(ret, &one) < 0)
            *ret = one;
    }
    return code;
}

int exchange_relays(struct snapshot *s, struct slice record, struct slice peer, struct error *err,
                    int *ret)
{
    struct holding *sources;
    size_t count = 0;
    int least = LIMIT_RELAYS;
    int code = holding_sources(s, record, err, &sources, &count);
    for (size_t i = 0; code == 0 && i < count; i++)
        if (sources[i].op == STATE_PUT && !slice_eq(sources[i].peer, peer) &&
            sources[i].relays < least)
            least = (int)sources[i].relays;
    if (code == 0)
        *ret = least < LIMIT_RELAYS ? least + 1 : 0;
    return code;
}
