/*
 * Markings in a SPIF: markingData (phrases and where they stand) and markingQualifier (prefix,
 * separator, suffix).
 *
 * A phrase is looked up by language: for French fr-CA, fr, any other fr, then one without language,
 * then English; for English the same with en. What is shown is what stands at the top of a page; a
 * phrase with the code noMarkingDisplay is the name in forms, one with replacePolicy stands for the
 * policy's name. Invariant: a text has no control characters and at most LIMIT_NAME bytes.
 */
#include "label/spif.h"

#include "base/limits.h"

enum code {
    CODE_TOP = 1,       /* shown at the top of a page */
    CODE_ELSEWHERE = 2, /* shown somewhere else only */
    CODE_NO_NAME = 4,   /* the name is not shown, only the phrase */
    CODE_INPUT = 8,     /* shown in forms only */
    CODE_POLICY = 16,   /* stands for the name of the policy */
    CODE_NO_CLASS = 32, /* the class is not shown */
};

static unsigned code_of(struct spif *s, const struct xml_node *n, struct slice word)
{
    static const struct {
        const char *word;
        unsigned code;
    } codes[] = {
        { "pageTop", CODE_TOP },
        { "pageTopBottom", CODE_TOP },
        { "pageBottom", CODE_ELSEWHERE },
        { "documentStart", CODE_ELSEWHERE },
        { "documentEnd", CODE_ELSEWHERE },
        { "firstLineOfText", CODE_ELSEWHERE },
        { "lastLineOfText", CODE_ELSEWHERE },
        { "subject", CODE_ELSEWHERE },
        { "xHeader", CODE_ELSEWHERE },
        { "portionMarking", CODE_ELSEWHERE },
        { "waterMark", CODE_ELSEWHERE },
        { "inputTitle", CODE_INPUT },
        { "noMarkingDisplay", CODE_INPUT },
        { "noNameDisplay", CODE_NO_NAME },
        { "replacePolicy", CODE_POLICY },
        { "suppressClassName", CODE_NO_CLASS },
    };
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        if (slice_is(word, codes[i].word)) {
            return codes[i].code;
        }
    }
    spif_refuse(s, n, "\"" SLICE_FMT "\" is no marking code", SLICE_ARG(word));
    return 0;
}

static unsigned codes_of(struct spif *s, const struct xml_node *data)
{
    static const char *const none[] = { NULL };
    static const char *const text[] = { "#text", NULL };
    unsigned codes = 0;
    for (const struct xml_node *c = data->first; c; c = c->next) {
        spif_known(s, c, none, text);
        codes |= code_of(s, c, slice_trim(c->text));
    }
    return codes;
}

/* How well a text in `lang` serves French or English: 0 not at all. */
static unsigned fits(struct slice lang, bool french)
{
    struct slice wanted = french ? S("fr") : S("en");
    struct slice other = french ? S("en") : S("fr");
    if (lang.len == 5 && slice_eq_fold(lang, french ? S("fr-CA") : S("en-CA"))) {
        return 5;
    }
    if (slice_eq_fold(lang, wanted)) {
        return 4;
    }
    if (lang.len > 3 && slice_eq_fold(slice_make(lang.ptr, 3), french ? S("fr-") : S("en-"))) {
        return 3;
    }
    if (lang.len == 0) {
        return 2;
    }
    bool is_other = lang.len >= 2 && slice_eq_fold(slice_make(lang.ptr, 2), other);
    return french && is_other ? 1 : 0;
}

/* A phrase under construction, with how well each side fits; the first of the best fit stays. */
struct choice {
    struct phrase phrase;
    unsigned en, fr;
};

static void offer(struct choice *c, struct slice lang, struct slice text)
{
    if (fits(lang, false) > c->en) {
        c->en = fits(lang, false);
        c->phrase.en = text;
    }
    if (fits(lang, true) > c->fr) {
        c->fr = fits(lang, true);
        c->phrase.fr = text;
    }
}

/* What nobody offered: the other language where there is one, else the fallback. */
static struct phrase settle(const struct choice *c, struct phrase fallback)
{
    struct phrase p = c->phrase;
    if (c->en == 0) {
        p.en = fallback.en;
    }
    if (c->fr == 0) {
        p.fr = fallback.fr;
    }
    return p;
}

static struct slice read_text(struct spif *s, const struct xml_node *n, struct slice text)
{
    if (text.len > LIMIT_NAME) {
        spif_refuse(s, n, "a phrase has at most %d bytes", LIMIT_NAME);
        return S("");
    }
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f) {
            spif_refuse(s, n, "no control characters");
            return S("");
        }
    }
    return spif_keep(s, text);
}

struct marking {
    struct choice shown, people, policy;
    bool replaces, no_class;
};

static void read_data(struct spif *s, const struct xml_node *n, struct marking *m)
{
    static const char *const attributes[] = { "phrase", NULL };
    static const char *const elements[] = { "code", NULL };
    spif_known(s, n, attributes, elements);
    unsigned codes = codes_of(s, n);
    struct slice phrase = S("");
    bool has_phrase = xml_get(n, "phrase", &phrase);
    struct slice text = has_phrase ? read_text(s, n, phrase) : S("");
    struct slice lang = xml_lang(n);
    m->no_class = m->no_class || (codes & CODE_NO_CLASS);
    if (codes & CODE_POLICY) {
        m->replaces = true;
        offer(&m->policy, lang, text);
        if (codes & CODE_NO_NAME) {
            offer(&m->shown, lang, S(""));
        }
    } else if ((codes & CODE_INPUT) && has_phrase) {
        offer(&m->people, lang, text);
    } else if (codes & CODE_NO_NAME) {
        offer(&m->shown, lang, text);
    } else if (has_phrase && ((codes & CODE_TOP) || !(codes & CODE_ELSEWHERE))) {
        offer(&m->shown, lang, text);
    }
}

void spif_read_marking(struct spif *s, const struct xml_node *n, struct word *w)
{
    struct marking m = { 0 };
    struct phrase name = { w->name, w->name };
    const struct xml_node *data = xml_child(n, SPIF_NS, "markingData");
    for (; data && s->code == 0; data = xml_next(data, SPIF_NS, "markingData")) {
        read_data(s, data, &m);
    }
    w->marking = settle(&m.shown, name);
    w->people = settle(&m.people, name);
    w->replaces_policy = m.replaces;
    w->policy = settle(&m.policy, name);
    w->suppresses_class = m.no_class;
    w->alone = (struct phrase){ S(""), S("") };
    struct qualifiers unused;
    spif_read_qualifiers(s, n, &unused, m.people.en || m.people.fr ? NULL : &w->people);
}

static void read_qualifier(struct spif *s, const struct xml_node *n, struct choice *prefix,
                           struct choice *separator, struct choice *suffix)
{
    static const char *const attributes[] = { "markingQualifier", "qualifierCode", NULL };
    static const char *const none[] = { NULL };
    spif_known(s, n, attributes, none);
    struct slice code = spif_need(s, n, "qualifierCode");
    struct slice text = S("");
    if (!xml_get(n, "markingQualifier", &text)) {
        spif_refuse(s, n, "the attribute \"markingQualifier\" is required");
    }
    text = read_text(s, n, text);
    if (slice_is(code, "prefix")) {
        offer(prefix, xml_lang(n), text);
    } else if (slice_is(code, "separator")) {
        offer(separator, xml_lang(n), text);
    } else if (slice_is(code, "suffix")) {
        offer(suffix, xml_lang(n), text);
    } else {
        spif_refuse(s, n, "qualifierCode is prefix, separator or suffix");
    }
}

void spif_read_qualifiers(struct spif *s, const struct xml_node *n, struct qualifiers *ret,
                          struct phrase *people)
{
    static const char *const attributes[] = { "markingCode", NULL };
    static const char *const elements[] = { "qualifier", NULL };
    struct choice prefix = { 0 }, separator = { 0 }, suffix = { 0 }, title = { 0 }, other = { 0 };
    const struct xml_node *mq = xml_child(n, SPIF_NS, "markingQualifier");
    for (; mq && s->code == 0; mq = xml_next(mq, SPIF_NS, "markingQualifier")) {
        spif_known(s, mq, attributes, elements);
        struct slice word = S("pageTop");
        unsigned code = xml_get(mq, "markingCode", &word) ? code_of(s, mq, word) : CODE_TOP;
        for (const struct xml_node *q = mq->first; q; q = q->next) {
            if (code == CODE_TOP) {
                read_qualifier(s, q, &prefix, &separator, &suffix);
            } else {
                read_qualifier(s, q, code == CODE_INPUT ? &title : &other, &other, &other);
            }
        }
    }
    struct phrase none = { S(""), S("") };
    *ret = (struct qualifiers){ .prefix = settle(&prefix, none),
                                .separator = settle(&separator, none),
                                .suffix = settle(&suffix, none) };
    if (people) {
        *people = settle(&title, *people);
    }
}
