/*
 * From an option to requests: one to each partner of it that is not our own, for what it would
 * bring. All are written together or none.
 *
 * A request tells of the need, of the partner's own offers and of the agreement that covers them,
 * so its label is at least the join of theirs. It carries an external id made of need, option and
 * partner: asked again, the one that stands is answered and nothing is written.
 */
#include "service/options_internal.h"

struct asking {
    struct write_context *context;
    struct option_desk *desk;
    const struct option *option;
    const struct json *input;
    const struct kind *kind;
    struct draft *drafts;
    size_t draft_count;
    struct slice *ids;
    size_t id_count;
};

/* ---- label ---- */

static int join_of(struct option_desk *d, struct slice record, struct error *err,
                   const struct label **label)
{
    struct row row;
    if (!record.len || !snapshot_readable(d->snapshot, record, NULL))
        return 0;
    int code = snapshot_get(d->snapshot, NULL, record, err, &row);
    if (code < 0)
        return code;
    *label = label_join(snapshot_policy(d->snapshot), d->arena, *label, row.label);
    return *label ? 0 : error_set(err, EN_NO_MEMORY, "label");
}

/* The join of everything that the request shows. */
static int revealed(struct option_desk *d, const struct option_mode *m, struct error *err,
                    const struct label **ret)
{
    const struct label *label = d->need.label;
    int code = join_of(d, d->actors[m->actor].id, err, &label);
    if (code == 0)
        code = join_of(d, d->principal, err, &label);
    for (uint32_t i = 0; code == 0 && i < m->use_count; i++) {
        const struct fit *f = m->uses[i].fit;
        code = join_of(d, d->offers[m->uses[i].offer].id, err, &label);
        if (code == 0)
            code = join_of(d, d->lines[f->line].capability, err, &label);
        if (code == 0)
            code = join_of(d, f->agreement, err, &label);
    }
    *ret = label;
    return code;
}

/* The label stated, when it is not below what the request shows; else that of what it shows. */
static int label_of(struct asking *x, const struct option_mode *m, struct error *err,
                    struct json **ret)
{
    struct option_desk *d = x->desk;
    const struct policy *p = snapshot_policy(d->snapshot);
    const struct json *stated = json_get(x->input, "label");
    const struct label *least = NULL, *label = NULL;
    int code = revealed(d, m, err, &least);
    if (code == 0 && stated && stated->type != JSON_NULL) {
        code = label_parse(p, d->arena, stated, S("/label"), err, &label);
        const struct label *both = code == 0 ? label_join(p, d->arena, label, least) : NULL;
        if (code == 0 && !both)
            code = error_set(err, EN_NO_MEMORY, "label");
        if (code == 0 && !label_equal(both, label))
            code = error_field(err, S("/label"), REASON_LABEL, "below what the request tells");
    }
    return code < 0 ? code : option_label_json(d, label ? label : least, err, ret);
}

/* ---- body ---- */

/* Parsed, so that its text is what the record's check expects of a decimal. */
static bool set_decimal(struct arena *a, struct json *o, const char *name, double value)
{
    struct buf text cleanup_buf;
    struct json *v = NULL;
    buf_init(&text, 64);
    json_write_number(&text, value);
    struct slice kept = arena_copy(a, buf_slice(&text));
    return kept.ptr && json_parse(a, kept, NULL, &v) == 0 &&
           json_object_set(a, o, slice_of(name), v) == 0;
}

static struct json *line_of(struct option_desk *d, const struct option_use *u)
{
    struct arena *a = d->arena;
    const struct option_line *l = &d->lines[u->fit->line];
    const struct option_offer *x = &d->offers[u->offer];
    struct json *o = json_new_object(a);
    bool complement = u->fit->line == d->line_count;
    struct slice unit = complement || !l->unit.len ? json_get_text(x->body, "unit") : l->unit;
    bool good =
        o &&
        json_set_nonempty(a, o, "capability", complement ? x->capability : l->capability) == 0 &&
        json_set_nonempty(a, o, "offer", x->id) == 0 &&
        json_set_nonempty(a, o, "unit", unit) == 0 &&
        json_set_nonempty(a, o, "required_by", l->required_by) == 0 &&
        json_set_nonempty(a, o, "note", l->note) == 0;
    if (good && l->type > 0)
        good = json_set_int(a, o, "type", l->type) == 0;
    if (good && !complement)
        good = set_decimal(a, o, "quantity", (double)u->quantity / 1e6);
    return good ? o : NULL;
}

static struct json *lines_of(struct option_desk *d, const struct option_mode *m)
{
    struct json *list = json_new_array(d->arena);
    for (uint32_t i = 0; list && i < m->use_count; i++) {
        struct json *line = line_of(d, &m->uses[i]);
        if (!line || json_array_add(d->arena, list, line) < 0)
            return NULL;
    }
    return list;
}

/* What hangs on it, from the need's priority, when nobody says. */
static struct slice stakes_of(const struct option_desk *d, const struct json *input)
{
    struct slice stated = json_get_text(input, "stakes");
    struct slice priority = json_get_text(d->need.body, "priority");
    if (stated.len)
        return stated;
    return slice_is(priority, "T1")   ? S("critical")
           : slice_is(priority, "T2") ? S("significant")
                                      : S("routine");
}

static struct slice agreement_of(const struct option_mode *m)
{
    for (uint32_t i = 0; i < m->use_count; i++)
        if (m->uses[i].fit->agreement.len)
            return m->uses[i].fit->agreement;
    return S("");
}

static bool last_resort(const struct option_desk *d, const struct option_mode *m)
{
    for (uint32_t i = 0; i < m->use_count; i++)
        if (d->offers[m->uses[i].offer].last_resort)
            return true;
    return false;
}

static struct slice external_id(struct asking *x, const struct option_mode *m)
{
    struct option_desk *d = x->desk;
    return arena_printf(d->arena, "need:" SLICE_FMT "/option:%s/" SLICE_FMT, SLICE_ARG(d->need.id),
                        x->option->key, SLICE_ARG(d->actors[m->actor].id));
}

static bool set_common(struct asking *x, const struct option_mode *m, struct json *o)
{
    struct option_desk *d = x->desk;
    struct arena *a = d->arena;
    struct slice text = json_get_text(x->input, "text");
    struct json *ids = json_new_array(a), *id = json_new_text(a, external_id(x, m));
    struct json *lines = lines_of(d, m);
    return ids && id && lines && json_array_add(a, ids, id) == 0 &&
           json_set_nonempty(a, o, "from", d->principal) == 0 &&
           json_set_nonempty(a, o, "to", d->actors[m->actor].id) == 0 &&
           json_set_text(a, o, "nature", S("support")) == 0 &&
           json_set_nonempty(a, o, "need", d->need.id) == 0 &&
           json_set_nonempty(a, o, "option", slice_of(x->option->key)) == 0 &&
           json_set_nonempty(a, o, "text",
                             text.len ? text : json_get_text(d->need.body, "title")) == 0 &&
           json_set_nonempty(a, o, "agreement", agreement_of(m)) == 0 &&
           json_set_nonempty(a, o, "stakes", stakes_of(d, x->input)) == 0 &&
           json_set_nonempty(a, o, "response_due", json_get_text(x->input, "response_due")) == 0 &&
           json_object_set(a, o, S("lines"), lines) == 0 &&
           json_object_set(a, o, S("external_ids"), ids) == 0 &&
           (!last_resort(d, m) || json_set_bool(a, o, "last_resort", true) == 0);
}

static bool set_state(struct asking *x, struct json *o)
{
    struct arena *a = x->desk->arena;
    char now[32];
    if (!json_get_bool(x->input, "submit", false))
        return json_set_text(a, o, "state", S("draft")) == 0;
    when_format_ms(x->context->now_ms, false, now);
    struct slice kept = arena_copy(a, slice_of(now));
    return json_set_text(a, o, "state", S("submitted")) == 0 &&
           json_set_text(a, o, "submitted_on", kept) == 0;
}

/* ---- drafts ---- */

static int prepare(struct asking *x, const struct option_mode *m, struct error *err)
{
    struct option_desk *d = x->desk;
    struct json *label = NULL, *o = json_new_object(d->arena);
    char id[UUID_TEXT + 1];
    int code = label_of(x, m, err, &label);
    if (code < 0)
        return code;
    if (!o || !set_common(x, m, o) || !set_state(x, o) ||
        json_object_set(d->arena, o, S("label"), label) < 0)
        return error_set(err, EN_NO_MEMORY, "request");
    struct draft *draft = &x->drafts[x->draft_count];
    *draft = (struct draft){ .operation = ENTRY_PUT,
                             .kind = slice_of(x->kind->name),
                             .record = uuid_new(x->context->now_ms),
                             .user = records_user(snapshot_viewer(d->snapshot), d->arena),
                             .expected = 0 };
    code = records_prepare(d->snapshot, x->kind, o, NULL, /* unchecked_references= */ false, err,
                           &draft->label, &draft->body);
    if (code < 0)
        return code;
    uuid_format(draft->record, id);
    x->ids[x->id_count] = arena_copy(d->arena, slice_of(id));
    if (!x->ids[x->id_count].ptr || !draft->user.ptr)
        return error_set(err, EN_NO_MEMORY, "request");
    x->id_count++;
    x->draft_count++;
    return 0;
}

static int ask_partner(struct asking *x, const struct option_mode *m, struct error *err)
{
    struct row row;
    struct slice external = external_id(x, m);
    if (!external.ptr)
        return error_set(err, EN_NO_MEMORY, "request");
    int code = snapshot_find_own(x->desk->snapshot, x->kind, external, NULL, &row);
    if (code == 0) {
        x->ids[x->id_count++] = row.id;
        return 0;
    }
    return code == EN_NOT_FOUND ? prepare(x, m, err)
                                : error_set(err, code, "the requests cannot be read");
}

static int prepare_all(struct asking *x, struct slice key, struct error *err)
{
    struct option_desk *d = x->desk;
    struct option_set set;
    struct option *option = NULL;
    int code = option_solve(d, err, &set);
    if (code == 0)
        code = option_by_key(&set, key, err, &option);
    if (code == 0 && !slice_is(json_get_text(d->need.body, "state"), "open"))
        code = error_set(err, EN_CONFLICT, "the need is not open");
    if (code < 0)
        return code;
    x->option = option;
    x->drafts = arena_array_of(d->arena, struct draft, option->member_count + 1);
    x->ids = arena_array_of(d->arena, struct slice, option->member_count + 1);
    if (!x->drafts || !x->ids)
        return error_set(err, EN_NO_MEMORY, "requests");
    for (uint32_t i = 0; code == 0 && i < option->member_count; i++)
        if (!d->actors[option->members[i]->actor].own)
            code = ask_partner(x, option->members[i], err);
    return code;
}

static int append_all(struct asking *x, struct arena *a, struct error *err)
{
    struct appended *done = arena_array_of(a, struct appended, x->draft_count + 1);
    if (!done)
        return error_set(err, EN_NO_MEMORY, "requests");
    if (x->draft_count == 0)
        return 0;
    return ledger_append(node_ledger(x->context->node), x->drafts, x->draft_count,
                         x->context->now_ms, err, done);
}

int options_request(struct write_context *w, const struct option_query *q, struct slice key,
                    const struct json *input, struct error *err, const struct slice **ret_ids,
                    size_t *ret_count)
{
    struct arena *a = snapshot_arena(w->snapshot);
    struct asking x = { .context = w,
                        .input = input,
                        .kind = kinds_find(snapshot_kinds(w->snapshot), S("request")) };
    int code = option_desk_open(w->node, w->snapshot, q, err, &x.desk);
    if (code == 0)
        code = prepare_all(&x, key, err);
    option_desk_close(x.desk);
    int failure = snapshot_failure(w->snapshot);
    snapshot_close(w->snapshot);
    if (failure < 0 && failure != code) {
        error_clear(err);
        code = error_set(err, failure, "the requests were not written");
    }
    if (code == 0)
        code = append_all(&x, a, err);
    *ret_ids = x.ids;
    *ret_count = x.id_count;
    return code;
}
