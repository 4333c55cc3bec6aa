/*
 * Terminal width of UTF-8 text, after the ranges of Unicode's East Asian Width and combining marks
 * that occur in names of people and places. It needs no locale: the same text is laid out alike
 * everywhere. Text from records never reaches a terminal with its control characters.
 */
#include "cli/width.h"

#include "base/utf8.h"

struct range {
    uint32_t first, last;
};

static const struct range wide[] = {
    { 0x1100, 0x115F },   { 0x2E80, 0x303E },   { 0x3041, 0xA4CF },   { 0xAC00, 0xD7A3 },
    { 0xF900, 0xFAFF },   { 0xFE30, 0xFE6F },   { 0xFF00, 0xFF60 },   { 0xFFE0, 0xFFE6 },
    { 0x1F300, 0x1F64F }, { 0x1F900, 0x1F9FF }, { 0x20000, 0x3FFFD },
};
static const struct range narrowless[] = {
    { 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD }, { 0x064B, 0x065F },
    { 0x0E31, 0x0E31 }, { 0x0E34, 0x0E3A }, { 0x0E47, 0x0E4E }, { 0x1AB0, 0x1AFF },
    { 0x1DC0, 0x1DFF }, { 0x200B, 0x200F }, { 0x20D0, 0x20FF }, { 0xFE00, 0xFE0F },
};

static bool within(uint32_t character, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

/* Length of the character at text (at least 1) and its columns. */
static size_t step(struct slice text, size_t *ret_columns)
{
    size_t len = utf8_sequence(text.ptr, text.len);
    if (len == 0) {
        *ret_columns = 1;
        return 1;
    }
    uint32_t character = (unsigned char)text.ptr[0] & (0xFFu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        character = character << 6 | ((unsigned char)text.ptr[i] & 0x3F);
    }
    *ret_columns = within(character, wide, sizeof(wide) / sizeof(wide[0]))                     ? 2
                   : within(character, narrowless, sizeof(narrowless) / sizeof(narrowless[0])) ? 0
                                                                                               : 1;
    return len;
}

size_t width_of(struct slice text)
{
    size_t total = 0;
    for (size_t i = 0, columns; i < text.len; total += columns) {
        i += step(slice_make(text.ptr + i, text.len - i), &columns);
    }
    return total;
}

void width_cut(struct slice text, size_t most, struct buf *out)
{
    if (most == 0 || width_of(text) <= most) {
        buf_add(out, text);
        return;
    }
    size_t at = 0, total = 0;
    for (;;) {
        size_t columns;
        size_t len = step(slice_make(text.ptr + at, text.len - at), &columns);
        if (total + columns > most - 1) {
            break;
        }
        at += len;
        total += columns;
    }
    buf_add(out, slice_make(text.ptr, at));
    buf_add_cstr(out, "…");
}

void width_clean(struct slice text, bool keep_lines, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char byte = (unsigned char)text.ptr[i];
        /* C1 controls are two bytes in UTF-8, C2 80 .. C2 9F; some terminals obey them. */
        bool c1 = byte == 0xC2 && i + 1 < text.len && (unsigned char)text.ptr[i + 1] < 0xA0;
        if (byte == '\n' && keep_lines) {
            buf_add_char(out, '\n');
        } else if (byte == '\n' || byte == '\t' || byte == '\r') {
            buf_add_char(out, ' ');
        } else if (byte == 0x02 || byte == 0x03) {
            continue; /* search marks its hits with these */
        } else if (byte < 0x20 || byte == 0x7F || c1) {
            buf_add_char(out, '?');
            i += c1;
        } else {
            buf_add_char(out, (char)byte);
        }
    }
}

void width_pad(size_t columns, struct buf *out)
{
    while (columns-- > 0) {
        buf_add_char(out, ' ');
    }
}
