/* The digest: see digest.h. One walk writes both documents. */
#include "service/digest.h"

#include "base/limits.h"

enum { DAY = 86400 };

struct digest {
    struct trust_desk *desk;
    struct fading_query query;
    struct fading fading;
    size_t shown; /* of the fading rows */
    struct plan_set plan;
};

static int open_digest(struct node *n, struct snapshot *s, const struct plan_query *q,
                       struct error *err, struct digest *d)
{
    size_t kept = 0;
    *d = (struct digest){
        .query = { .of = q->of, .as_of = q->as_of, .floor = q->floor, .limit = LIMIT_DIGEST },
        .plan = { .query = q }
    };
    int code = trust_open(n, s, err, &d->desk);
    if (code == 0 && q->of.len)
        code = fading_make(d->desk, n, s, &d->query, err, &d->fading);
    if (code == 0 && q->of.len)
        code = plan_set_make(d->desk, n, s, q, err, &d->plan);
    for (size_t i = 0; code == 0 && i < d->fading.count; i++)
        if (fading_needs(&d->fading.rows[i]))
            d->fading.rows[kept++] = d->fading.rows[i];
    d->fading.count = kept;
    d->shown = kept < LIMIT_DIGEST ? kept : LIMIT_DIGEST;
    return code;
}

int digest_write(struct node *n, const struct plan_query *q, struct render *r, struct error *err)
{
    struct digest d;
    char as_of[32];
    int code = open_digest(n, r->snapshot, q, err, &d);
    when_format_ms(q->as_of * 1000, false, as_of);
    jw_key_cstr(r->out, "as_of", as_of);
    if (q->of.len && refs_add(r->refs, q->of))
        jw_key_text(r->out, "of", q->of);
    jw_key_fixed(r->out, "hours", q->hours, 2);
    jw_key_fixed(r->out, "floor", q->floor, 4);
    jw_key_int(r->out, "fading_count", (int64_t)d.fading.count);
    jw_key(r->out, "fading");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < d.shown; i++)
        code = fading_write_row(&d.fading.rows[i], &d.query, r, err);
    jw_array_end(r->out);
    if (code == 0 && q->of.len) {
        jw_key(r->out, "week");
        code = plan_write_week(&d.plan, 0, r, err);
    }
    if (code == 0)
        code = plan_write_planned(&d.plan, r, err);
    plan_write_compare(&d.plan, r->out);
    trust_close(d.desk);
    return code;
}

/* ---- documents ---- */

struct letter {
    struct snapshot *snapshot;
    struct buf *out;
    bool html, french;
};

/* A macro, so that formats stay literals. */
#define say(p, en, fr) ((p)->french ? (fr) : (en))

static void add_text(struct letter *p, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        const char *entity = !p->html   ? NULL
                             : c == '&' ? "&amp;"
                             : c == '<' ? "&lt;"
                             : c == '>' ? "&gt;"
                             : c == '"' ? "&quot;"
                                        : NULL;
        if (entity)
            buf_add_cstr(p->out, entity);
        else
            buf_add_char(p->out, c);
    }
}

static void add_heading(struct letter *p, const char *en, const char *fr)
{
    buf_add_cstr(p->out, p->html ? "<h2 style=\"font-size:1.1em\">" : "\n");
    add_text(p, slice_of(say(p, en, fr)));
    buf_add_cstr(p->out, p->html ? "</h2>\n<ul>\n" : "\n");
}

static void end_list(struct letter *p, bool empty)
{
    if (empty) {
        buf_add_cstr(p->out, p->html ? "<li>" : "  ");
        add_text(p, slice_of(say(p, "Nothing.", "Rien.")));
        buf_add_cstr(p->out, p->html ? "</li>\n" : "\n");
    }
    buf_add_cstr(p->out, p->html ? "</ul>\n" : "");
}

/* One item: what stands out, then why. Half a text is none. */
static void add_item(struct letter *p, struct slice strong, const struct buf *plain)
{
    if (!strong.ptr || buf_failed(plain))
        snapshot_fail(p->snapshot, EN_NO_MEMORY);
    buf_add_cstr(p->out, p->html ? "<li><strong>" : "- ");
    add_text(p, strong);
    buf_add_cstr(p->out, p->html ? "</strong><br>" : "\n  ");
    add_text(p, buf_slice(plain));
    buf_add_cstr(p->out, p->html ? "</li>\n" : "\n");
}

/* The record is told of: it enters marking and audit. */
static int show(struct letter *p, const struct nurture_row *row, struct error *err)
{
    struct row shown;
    int code = snapshot_get(p->snapshot, NULL, row->relationship, err, &shown);
    return code < 0 ? code : snapshot_get(p->snapshot, NULL, row->partner, err, &shown);
}

static struct slice name_of(const struct letter *p, const struct nurture_row *row)
{
    return p->french && row->title_fr.len ? row->title_fr : row->title;
}

static void say_fading(const struct letter *p, const struct fading_row *row, int64_t as_of,
                       double floor, struct buf *out)
{
    char date[32];
    long long since = nurture_days_since(row->row, as_of);
    buf_printf(out, say(p, "Trust %.2f.", "Confiance %.2f."), row->trust.trust.expectation);
    if (row->falls == 0)
        buf_printf(out, say(p, " It is below %.2f.", " Elle est sous %.2f."), floor);
    when_format_ms((as_of + (row->falls > 0 ? row->falls : 0)) * 1000, false, date);
    if (row->falls > 0)
        buf_printf(out,
                   say(p, " Left alone, it falls below %.2f on %.10s.",
                       " Sans rien, elle passe sous %.2f le %.10s."),
                   floor, date);
    if (since < 0)
        buf_add_cstr(out, say(p, " No contact is known.", " Aucun contact connu."));
    else
        buf_printf(out,
                   say(p, " Last contact %lld days ago.", " Dernier contact il y a %lld jours."),
                   since);
    if (since >= 0 && row->overdue_days > 0)
        buf_printf(out, say(p, " %lld days late.", " %lld jours de retard."),
                   (long long)row->overdue_days);
}

static int print_fading(struct letter *p, const struct digest *d, struct error *err)
{
    int code = 0;
    add_heading(p, "Fading", "Relations qui s'étiolent");
    for (size_t i = 0; code == 0 && i < d->shown; i++) {
        const struct fading_row *row = &d->fading.rows[i];
        struct buf text cleanup_buf;
        buf_init(&text, LIMIT_TEXT);
        say_fading(p, row, d->query.as_of, d->query.floor, &text);
        code = show(p, row->row, err);
        add_item(p, name_of(p, row->row), &text);
    }
    end_list(p, d->shown == 0);
    return code;
}

static struct slice mode_of(const struct letter *p, struct slice mode)
{
    const struct field *f =
        kind_field(kinds_find(snapshot_kinds(p->snapshot), S("engagement")), S("mode"));
    for (const struct choice *c = f ? f->choices : NULL; c && c->value; c++)
        if (slice_is(mode, c->value))
            return slice_of(p->french ? c->fr : c->en);
    return mode;
}

/* "Call – Harbour Office, 2026-11-27, 0.5 h" */
static struct slice strong_of(const struct letter *p, struct slice mode, struct slice name,
                              int64_t day, double hours)
{
    struct arena *a = snapshot_arena(p->snapshot);
    struct slice on = nurture_day(a, day * DAY), form = mode_of(p, mode);
    if (hours <= 0)
        return arena_printf(a, SLICE_FMT " – " SLICE_FMT ", " SLICE_FMT, SLICE_ARG(form),
                            SLICE_ARG(name), SLICE_ARG(on));
    return arena_printf(a, SLICE_FMT " – " SLICE_FMT ", " SLICE_FMT ", %g h", SLICE_ARG(form),
                        SLICE_ARG(name), SLICE_ARG(on), hours);
}

static int print_lines(struct letter *p, const struct nurture_plan *x, struct error *err)
{
    int code = 0;
    for (uint32_t i = 0; code == 0 && i < x->plan.line_count && x->plan.lines[i].week == 0; i++) {
        const struct attention_line *l = &x->plan.lines[i];
        const struct nurture_row *row = x->arms[l->arm].row;
        struct buf text cleanup_buf;
        buf_init(&text, LIMIT_TEXT);
        plan_reason(x, i, p->french, &text);
        code = show(p, row, err);
        add_item(p,
                 strong_of(p, slice_of(x->policy->types[l->type].mode), name_of(p, row),
                           plan_line_day(x, i), l->hours),
                 &text);
    }
    return code;
}

static int print_week(struct letter *p, const struct digest *d, struct error *err)
{
    bool empty = true;
    int code = 0;
    add_heading(p, "This week", "Cette semaine");
    for (size_t i = 0; code == 0 && i < d->plan.count; i++) {
        const struct attention_plan *plan = &d->plan.plans[i].plan;
        empty &= plan->line_count == 0 || plan->lines[0].week != 0;
        code = print_lines(p, &d->plan.plans[i], err);
    }
    end_list(p, empty);
    return code;
}

static int print_planned(struct letter *p, const struct digest *d, struct error *err)
{
    size_t count = 0;
    const struct plan_arm **all = plan_planned(&d->plan, snapshot_arena(p->snapshot), &count);
    int code = all ? 0 : error_set(err, EN_NO_MEMORY, "digest");
    add_heading(p, "Planned already", "Déjà prévu");
    for (size_t i = 0; code == 0 && i < count; i++) {
        const struct nurture_row *row = all[i]->row;
        const struct contact *c = &row->contacts.next;
        struct row shown;
        code = show(p, row, err);
        if (code == 0)
            code = snapshot_get(p->snapshot, NULL, c->engagement, err, &shown);
        if (code < 0)
            break;
        struct buf title cleanup_buf;
        buf_init(&title, LIMIT_TEXT);
        buf_add(&title, snapshot_title(p->snapshot, &shown, p->french));
        add_item(p, strong_of(p, c->mode, name_of(p, row), c->at / DAY, 0), &title);
    }
    end_list(p, count == 0);
    return code;
}

static void print_marking(struct letter *p)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_TEXT);
    label_write_marking(snapshot_policy(p->snapshot), snapshot_marking(p->snapshot), p->french,
                        &text);
    if (buf_failed(&text))
        snapshot_fail(p->snapshot, EN_NO_MEMORY);
    buf_add_cstr(p->out, p->html ? "<p style=\"font-weight:bold;text-align:center\">" : "");
    add_text(p, buf_slice(&text));
    buf_add_cstr(p->out, p->html ? "</p>\n" : "\n");
}

static void print_title(struct letter *p, const struct plan_query *q)
{
    struct reference of;
    bool named = snapshot_reference(p->snapshot, q->of, NULL, &of);
    struct slice day = nurture_day(snapshot_arena(p->snapshot), q->as_of);
    buf_add_cstr(p->out, p->html ? "<h1 style=\"font-size:1.3em\">" : "\n");
    add_text(p, slice_of(say(p, "Attention, ", "À surveiller, ")));
    add_text(p, day);
    if (named) {
        buf_add_cstr(p->out, " – ");
        add_text(p, p->french && of.title_fr.len ? of.title_fr : of.title);
    }
    buf_add_cstr(p->out, p->html ? "</h1>\n" : "\n");
}

static void print_begin(struct letter *p)
{
    if (!p->html)
        return;
    buf_printf(p->out,
               "<!doctype html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
               "<meta name=\"viewport\" content=\"width=device-width\">\n<title>%s</title>\n"
               "</head>\n<body style=\"font-family:sans-serif;max-width:44em;margin:auto\">\n",
               say(p, "en", "fr"), say(p, "Attention", "À surveiller"));
}

int digest_print(struct node *n, struct snapshot *s, const struct plan_query *q,
                 enum digest_form form, bool french, struct error *err, struct buf *out)
{
    struct digest d;
    struct buf body cleanup_buf;
    buf_init(&body, LIMIT_RESPONSE);
    struct letter p = {
        .snapshot = s, .out = &body, .html = form == DIGEST_HTML, .french = french
    };
    int code = open_digest(n, s, q, err, &d);
    print_title(&p, q);
    if (code == 0)
        code = print_fading(&p, &d, err);
    if (code == 0)
        code = print_week(&p, &d, err);
    if (code == 0)
        code = print_planned(&p, &d, err);
    trust_close(d.desk);
    if (code == 0 && buf_failed(&body))
        code = error_set(err, EN_NO_MEMORY, "digest");
    if (code < 0)
        return code;
    p.out = out; /* the marking is known only now */
    print_begin(&p);
    print_marking(&p);
    buf_add(out, buf_slice(&body));
    print_marking(&p);
    buf_add_cstr(out, p.html ? "</body>\n</html>\n" : "");
    return 0;
}
