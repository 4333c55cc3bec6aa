/*
 * --all: the pages of a list as one answer.
 *
 * Each page is a call of its own, so that a long list costs no more memory at once than it must.
 * Invariant: the whole shows every marking that a page showed.
 */
#include "cli/pages.h"

#include "cli/render.h"

/* Several pages become one answer: items one after the other, references together, and every
 * marking that occurred, since the door may not join labels itself. */
struct pages {
    struct json *items, *refs;
    struct buf marking_en, marking_fr;
};

static void add_marking(struct buf *all, struct slice one)
{
    if (one.len > 0 && !(all->len >= one.len && memmem(all->ptr, all->len, one.ptr, one.len))) {
        buf_add_cstr(all, all->len > 0 ? " + " : "");
        buf_add(all, one);
    }
}

static int add_page(struct cli *c, struct pages *p, const struct json *page)
{
    const struct json *items = json_get(page, "items"), *refs = json_get(page, "refs");
    const struct json *marking = json_get(page, "marking");
    int code = 0;
    for (uint32_t i = 0; items && i < items->count && code == 0; i++) {
        code = json_array_add(c->arena, p->items, &items->items[i]);
    }
    for (uint32_t i = 0; refs && i < refs->count && code == 0; i++) {
        if (!json_get_slice(p->refs, refs->members[i].name)) {
            code =
                json_object_set(c->arena, p->refs, refs->members[i].name, &refs->members[i].value);
        }
    }
    add_marking(&p->marking_en, json_get_text(marking, "en"));
    add_marking(&p->marking_fr, json_get_text(marking, "fr"));
    return code;
}

/* The first page, with the members of all pages in place of its own. */
static int whole_answer(struct cli *c, struct pages *p, struct json *first)
{
    struct arena *a = c->arena;
    struct json *marking = json_new_object(a);
    struct json *en = json_new_text(a, arena_copy(a, buf_slice(&p->marking_en)));
    struct json *fr = json_new_text(a, arena_copy(a, buf_slice(&p->marking_fr)));
    if (!marking || !en || !fr || json_object_set(a, marking, S("en"), en) < 0 ||
        json_object_set(a, marking, S("fr"), fr) < 0 ||
        json_object_set(a, first, S("items"), p->items) < 0 ||
        json_object_set(a, first, S("refs"), p->refs) < 0 ||
        (p->marking_en.len > 0 && json_object_set(a, first, S("marking"), marking) < 0)) {
        return EN_NO_MEMORY;
    }
    json_object_remove(first, S("next"));
    return 0;
}

int pages_parse(struct cli *c, struct call *call, struct json **ret)
{
    struct slice text = arena_copy(c->arena, buf_slice(call->out));
    if (!text.ptr) {
        return error_set(call->err, EN_NO_MEMORY, "no memory for the answer");
    }
    return json_parse(c->arena, text, call->err, ret);
}

/* Runs the call again for every further page; *answer becomes the whole. */
static int follow_pages(struct cli *c, struct call *call, struct json *parameters, struct pages *p,
                        struct json *answer)
{
    struct slice next = json_get_text(answer, "next");
    int code = add_page(c, p, answer);
    while (next.len > 0 && code == 0) {
        struct json *page = NULL;
        if (json_set_text(c->arena, parameters, "cursor", next) < 0) {
            return error_set(call->err, EN_NO_MEMORY, "no memory for the pages");
        }
        buf_clear(call->out);
        call->parameters = parameters; /* ops_run puts typed values in their place */
        code = ops_run(call);
        code = code == 0 ? pages_parse(c, call, &page) : code;
        code = code == 0 ? add_page(c, p, page) : code;
        next = json_get_text(page, "next");
    }
    return code == 0 ? whole_answer(c, p, answer) : code;
}

int pages_show(struct cli *c, struct call *call, struct json *parameters, struct json *answer)
{
    struct pages p = { .items = json_new_array(c->arena), .refs = json_new_object(c->arena) };
    buf_init(&p.marking_en, LIMIT_TEXT);
    buf_init(&p.marking_fr, LIMIT_TEXT);
    call->marking_en = call->marking_fr = (struct slice){ 0 };
    int code = p.items && p.refs ? follow_pages(c, call, parameters, &p, answer) : EN_NO_MEMORY;
    buf_done(&p.marking_en);
    buf_done(&p.marking_fr);
    if (code == EN_NO_MEMORY) {
        return error_set(call->err, code, "no memory for the pages");
    }
    call->marking_en = call->marking_fr = (struct slice){ 0 };
    return code == 0 ? render_answer(c, call, answer, call->err) : code;
}
