/* vCards: see vcard.h. */
#include "format/vcard.h"

enum { FOLD = 75 };

/* ---- lines ---- */

struct line {
    struct slice text; /* unfolded */
    unsigned number;   /* of its first physical line */
};

/* The next physical line without its end; false at the end of the text. */
static bool physical(struct vcard_reader *r, struct slice *ret)
{
    size_t begin = r->at, end;
    if (begin >= r->text.len)
        return false;
    const char *newline = memchr(r->text.ptr + begin, '\n', r->text.len - begin);
    end = newline ? (size_t)(newline - r->text.ptr) : r->text.len;
    r->at = newline ? end + 1 : end;
    r->line++;
    if (end > begin && r->text.ptr[end - 1] == '\r')
        end--;
    *ret = slice_make(r->text.ptr + begin, end - begin);
    return true;
}

static bool is_continued(const struct vcard_reader *r)
{
    return r->at < r->text.len && (r->text.ptr[r->at] == ' ' || r->text.ptr[r->at] == '\t');
}

/* Of the whole line: old programs fold within a character. */
static int check_utf8(const struct line *line, struct error *err)
{
    return slice_is_utf8(line->text)
               ? 1
               : error_set(err, EN_INVALID, "line %u: not UTF-8", line->number);
}

/* A logical line: 1, 0 at the end, or a code. One that is not continued is a slice of the text. */
static int next_line(struct vcard_reader *r, struct arena *a, struct error *err, struct line *ret)
{
    struct slice part;
    do {
        if (!physical(r, &part))
            return 0;
    } while (part.len == 0 && !is_continued(r));
    *ret = (struct line){ .text = part, .number = r->line };
    if (!is_continued(r))
        return check_utf8(ret, err);
    cleanup_buf struct buf all;
    buf_init(&all, VCARD_LINE_MAX);
    buf_add(&all, part);
    while (is_continued(r) && physical(r, &part))
        buf_add(&all, slice_make(part.ptr + 1, part.len - 1));
    if (buf_failed(&all))
        return error_set(err, all.no_memory ? EN_NO_MEMORY : EN_TOO_LARGE,
                         "line %u: longer than %d bytes", ret->number, VCARD_LINE_MAX);
    ret->text = arena_copy(a, buf_slice(&all));
    return ret->text.ptr ? check_utf8(ret, err) : error_set(err, EN_NO_MEMORY, "vcard");
}

/* ---- properties ---- */

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

static struct slice take_name(struct slice *rest)
{
    size_t n = 0;
    while (n < rest->len && is_name_char(rest->ptr[n]))
        n++;
    struct slice name = slice_make(rest->ptr, n);
    *rest = slice_make(rest->ptr + n, rest->len - n);
    return name;
}

static bool begins(struct slice s, char c)
{
    return s.len > 0 && s.ptr[0] == c;
}

static void skip(struct slice *s, size_t n)
{
    *s = slice_make(s->ptr + n, s->len - n);
}

/* ^n, ^' and ^^ of RFC 6868. */
static struct slice decode_caret(struct arena *a, struct slice value)
{
    if (!memchr(value.ptr, '^', value.len))
        return value;
    char *text = arena_alloc(a, value.len + 1);
    size_t n = 0;
    if (!text)
        return (struct slice){ 0 };
    for (size_t i = 0; i < value.len; i++) {
        char next = i + 1 < value.len ? value.ptr[i + 1] : '\0';
        bool coded = value.ptr[i] == '^' && (next == 'n' || next == '\'' || next == '^');
        text[n++] = !coded ? value.ptr[i] : next == 'n' ? '\n' : next == '\'' ? '"' : '^';
        i += coded;
    }
    return slice_make(text, n);
}

struct parsing {
    struct arena *arena;
    struct vcard_parameter parameters[VCARD_PARAMETERS_MAX];
    size_t count;
};

/* One value of a parameter: quoted, or up to the next , ; or : */
static bool take_value(struct slice *rest, struct slice *ret)
{
    size_t n = 0;
    if (begins(*rest, '"')) {
        const char *end = memchr(rest->ptr + 1, '"', rest->len - 1);
        if (!end)
            return false;
        *ret = slice_make(rest->ptr + 1, (size_t)(end - rest->ptr) - 1);
        skip(rest, ret->len + 2);
        return true;
    }
    while (n < rest->len && rest->ptr[n] != ',' && rest->ptr[n] != ';' && rest->ptr[n] != ':' &&
           rest->ptr[n] != '"')
        n++;
    *ret = slice_make(rest->ptr, n);
    skip(rest, n);
    return !begins(*rest, '"');
}

/* ;NAME=value,"value" - or, in 3.0 files, ;VALUE alone, which is a type. */
static const char *take_parameter(struct parsing *p, struct slice *rest)
{
    struct slice value, name = take_name(rest);
    bool bare = !begins(*rest, '=');
    if (name.len == 0)
        return "a parameter without a name";
    if (!bare)
        skip(rest, 1);
    for (bool more = true; more;) {
        if (bare)
            value = name;
        else if (!take_value(rest, &value))
            return "a parameter whose quote does not close";
        if (p->count == VCARD_PARAMETERS_MAX)
            return "too many parameters";
        p->parameters[p->count++] =
            (struct vcard_parameter){ bare ? S("TYPE") : name,
                                      bare ? value : decode_caret(p->arena, value) };
        more = !bare && begins(*rest, ',');
        if (more)
            skip(rest, 1);
    }
    return NULL;
}

/* NULL, or what is wrong. */
static const char *parse_property(struct parsing *p, const struct line *line,
                                  struct vcard_property *ret)
{
    struct slice rest = line->text, name = take_name(&rest);
    p->count = 0;
    if (begins(rest, '.')) { /* a group in front */
        skip(&rest, 1);
        name = take_name(&rest);
    }
    if (name.len == 0)
        return "a line without the name of a property";
    while (begins(rest, ';')) {
        skip(&rest, 1);
        const char *wrong = take_parameter(p, &rest);
        if (wrong)
            return wrong;
    }
    if (!begins(rest, ':'))
        return "a line without a colon";
    skip(&rest, 1);
    *ret = (struct vcard_property){ .name = name, .value = rest, .line = line->number };
    return NULL;
}

static int keep_parameters(const struct parsing *p, struct vcard_property *property)
{
    struct vcard_parameter *all = arena_array_of(p->arena, struct vcard_parameter, p->count + 1);
    if (!all)
        return EN_NO_MEMORY;
    memcpy(all, p->parameters, p->count * sizeof *all);
    property->parameters = all;
    property->parameter_count = p->count;
    return 0;
}

/* ---- cards ---- */

void vcard_open(struct vcard_reader *r, struct slice text)
{
    if (slice_starts(text, S("\xef\xbb\xbf")))
        text = slice_make(text.ptr + 3, text.len - 3);
    *r = (struct vcard_reader){ .text = text };
}

/* Goes on behind the END of a card that cannot be read. */
static void skip_card(struct vcard_reader *r)
{
    struct slice line;
    while (physical(r, &line))
        if (slice_eq_fold(slice_trim(line), S("END:VCARD")))
            return;
}

static bool is_line(const struct vcard_property *p, struct slice name, struct slice value)
{
    return slice_eq_fold(p->name, name) && slice_eq_fold(slice_trim(p->value), value);
}

static int refuse(unsigned line, const char *what, struct error *err)
{
    return error_set(err, EN_INVALID, "line %u: %s", line, what);
}

static int add_property(struct vcard *c, struct parsing *p, struct vcard_property *property,
                        struct error *err)
{
    if (slice_eq_fold(property->name, S("VERSION"))) {
        struct slice version = slice_trim(property->value);
        c->version = slice_is(version, "4.0") ? 4 : slice_is(version, "3.0") ? 3 : 0;
        return c->version ? 0 : refuse(property->line, "only versions 4.0 and 3.0 are read", err);
    }
    if (c->count == VCARD_PROPERTIES_MAX)
        return refuse(property->line, "a card has too many lines", err);
    if (keep_parameters(p, property) < 0)
        return error_set(err, EN_NO_MEMORY, "vcard");
    c->properties[c->count++] = *property;
    return 0;
}

/* Lines up to END; 1 when the card is whole. */
static int read_card(struct vcard_reader *r, struct parsing *p, struct error *err, struct vcard *c)
{
    for (;;) {
        struct line line;
        struct vcard_property property;
        int code = next_line(r, p->arena, err, &line);
        if (code < 0)
            return code;
        if (code == 0)
            return refuse(c->line, "a card that is not ended", err);
        const char *wrong = parse_property(p, &line, &property);
        if (wrong)
            return refuse(line.number, wrong, err);
        if (is_line(&property, S("END"), S("VCARD")))
            return c->version ? 1 : refuse(c->line, "a card without its version", err);
        if (is_line(&property, S("BEGIN"), S("VCARD")))
            return refuse(line.number, "a card within a card", err);
        code = add_property(c, p, &property, err);
        if (code < 0)
            return code;
    }
}

int vcard_next(struct vcard_reader *r, struct arena *a, struct error *err, struct vcard *ret)
{
    struct parsing *p = arena_new_of(a, struct parsing);
    struct line line;
    struct vcard_property begin;
    int code = p ? next_line(r, a, err, &line) : error_set(err, EN_NO_MEMORY, "vcard");
    if (code == EN_INVALID || code == EN_TOO_LARGE)
        skip_card(r);
    if (code <= 0)
        return code;
    p->arena = a;
    struct vcard c = { .line = line.number };
    const char *wrong = parse_property(p, &line, &begin);
    if (wrong || !is_line(&begin, S("BEGIN"), S("VCARD"))) {
        skip_card(r);
        return refuse(line.number, "BEGIN:VCARD is expected", err);
    }
    c.properties = arena_array_of(a, struct vcard_property, VCARD_PROPERTIES_MAX);
    if (!c.properties)
        return error_set(err, EN_NO_MEMORY, "vcard");
    code = read_card(r, p, err, &c);
    if (code == EN_INVALID || code == EN_TOO_LARGE)
        skip_card(r);
    if (code == 1)
        *ret = c;
    return code;
}

/* ---- what a card says ---- */

const struct vcard_property *vcard_find(const struct vcard *c, const char *name, size_t *at)
{
    while (*at < c->count) {
        const struct vcard_property *p = &c->properties[(*at)++];
        if (slice_eq_fold(p->name, slice_of(name)))
            return p;
    }
    return NULL;
}

struct slice vcard_parameter(const struct vcard_property *p, const char *name)
{
    for (size_t i = 0; i < p->parameter_count; i++)
        if (slice_eq_fold(p->parameters[i].name, slice_of(name)))
            return p->parameters[i].value;
    return S("");
}

bool vcard_is_type(const struct vcard_property *p, const char *word)
{
    for (size_t i = 0; i < p->parameter_count; i++) {
        struct slice list = p->parameters[i].value; /* "work,voice" in quotes is a list too */
        while (slice_eq_fold(p->parameters[i].name, S("TYPE")) && list.len)
            if (slice_eq_fold(slice_trim(slice_cut(&list, ',')), slice_of(word)))
                return true;
    }
    return false;
}

/* Undoes the escapes of a part of a value. */
static struct slice unescape(struct arena *a, struct slice value)
{
    char *text = arena_alloc(a, value.len + 1);
    size_t n = 0;
    if (!text)
        return S("");
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i], next = i + 1 < value.len ? value.ptr[i + 1] : '\0';
        if (c != '\\' || !next) {
            text[n++] = c;
            continue;
        }
        text[n++] = next == 'n' || next == 'N' ? '\n' : next;
        i++;
    }
    return slice_make(text, n);
}

struct slice vcard_text(struct arena *a, struct slice value)
{
    return memchr(value.ptr, '\\', value.len) ? unescape(a, value) : value;
}

size_t vcard_split(struct arena *a, struct slice value, char separator,
                   struct slice ret[VCARD_PARTS_MAX])
{
    size_t count = 0, begin = 0;
    for (size_t i = 0; i <= value.len && count < VCARD_PARTS_MAX; i++) {
        if (i < value.len && value.ptr[i] == '\\' && i + 1 < value.len) {
            i++;
            continue;
        }
        if (i < value.len && value.ptr[i] != separator)
            continue;
        ret[count++] = vcard_text(a, slice_make(value.ptr + begin, i - begin));
        begin = i + 1;
    }
    return arena_failed(a) ? 0 : count;
}

/* ---- writing ---- */

static void escape(struct buf *out, struct slice text, char separator)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '\r')
            continue;
        if (c == '\n') {
            buf_add_cstr(out, "\\n");
            continue;
        }
        if (c == '\\' || c == ',' || c == ';' || c == separator)
            buf_add_char(out, '\\');
        if ((unsigned char)c >= 0x20 || c == '\t')
            buf_add_char(out, c);
    }
}

/* The line in physical ones of at most FOLD octets: a character is never cut. */
static void add_folded(struct buf *out, struct slice line)
{
    size_t room = FOLD;
    while (line.len > room) {
        size_t n = room;
        while (n > FOLD - 4 && ((unsigned char)line.ptr[n] & 0xC0) == 0x80)
            n--;
        buf_add(out, slice_make(line.ptr, n));
        buf_add_cstr(out, "\r\n ");
        skip(&line, n);
        room = FOLD - 1; /* the space counts */
    }
    buf_add(out, line);
    buf_add_cstr(out, "\r\n");
}

static void begin_line(struct buf *line, const char *name, const char *parameters)
{
    buf_init(line, VCARD_LINE_MAX);
    buf_add_cstr(line, name);
    if (parameters[0]) {
        buf_add_char(line, ';');
        buf_add_cstr(line, parameters);
    }
    buf_add_char(line, ':');
}

/* A line that is too long fails the whole. */
static void end_line(struct buf *out, const struct buf *line)
{
    if (buf_failed(line)) {
        out->failed = true;
        out->no_memory |= line->no_memory;
        return;
    }
    add_folded(out, buf_slice(line));
}

void vcard_begin(struct buf *out)
{
    buf_add_cstr(out, "BEGIN:VCARD\r\nVERSION:4.0\r\n");
}

void vcard_end(struct buf *out)
{
    buf_add_cstr(out, "END:VCARD\r\n");
}

void vcard_add_text(struct buf *out, const char *name, const char *parameters, struct slice text)
{
    if (text.len)
        vcard_add_parts(out, name, parameters, ',', &text, 1);
}

void vcard_add_parts(struct buf *out, const char *name, const char *parameters, char separator,
                     const struct slice *parts, size_t count)
{
    cleanup_buf struct buf line;
    begin_line(&line, name, parameters);
    for (size_t i = 0; i < count; i++) {
        if (i)
            buf_add_char(&line, separator);
        escape(&line, parts[i], separator);
    }
    end_line(out, &line);
}

void vcard_add_value(struct buf *out, const char *name, const char *parameters, struct slice value)
{
    cleanup_buf struct buf line;
    if (!value.len)
        return;
    begin_line(&line, name, parameters);
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.ptr[i] >= 0x20 && value.ptr[i] != 0x7F)
            buf_add_char(&line, value.ptr[i]);
    end_line(out, &line);
}
