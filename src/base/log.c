/*
 * The log: one line of JSON per event, in one write to standard error.
 *
 * Invariant: a line is valid JSON and valid UTF-8 whatever the fields hold, and contains no line
 * break, so that nothing a client sends can forge a second line. A line that is too long is cut to
 * its head. Library code must never call this: doors do, once per event.
 */
#include "base/log.h"

#include "base/json.h"
#include "base/when.h"

#include <errno.h>
#include <stdatomic.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 8192, TEXT_MAX = 2048 };

/* One process has one standard error, and one level for it. */
static atomic_int least_level = LOG_INFO;

void log_set_level(enum log_level least)
{
    atomic_store(&least_level, (int)least);
}

static const char *level_word(enum log_level level)
{
    static const char *const words[] = { "debug", "info", "warning", "error" };
    return (unsigned)level < sizeof(words) / sizeof(words[0]) ? words[level] : "error";
}

/* Text that may come from anywhere: bounded, and without bytes that are no characters. */
static void write_text(struct json_writer *w, struct slice text)
{
    char clean[TEXT_MAX];
    size_t len = text.len < TEXT_MAX ? text.len : TEXT_MAX;
    if (text.len <= TEXT_MAX && slice_is_utf8(text)) {
        jw_text(w, text);
        return;
    }
    for (size_t i = 0; i < len; i++) {
        clean[i] = (text.ptr[i] & 0x80) ? '?' : text.ptr[i];
    }
    jw_text(w, slice_make(clean, len));
}

static void write_head(struct json_writer *w, enum log_level level, const char *event)
{
    char now[32];
    when_format_ms(when_clock_ms(), true, now);
    jw_object(w);
    jw_key_cstr(w, "time", now);
    jw_key_cstr(w, "level", level_word(level));
    jw_key(w, "event");
    write_text(w, slice_of(event));
}

static void write_fields(struct json_writer *w, const struct log_field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        jw_key(w, fields[i].name);
        if (fields[i].is_number) {
            jw_int(w, fields[i].number);
        } else {
            write_text(w, fields[i].text);
        }
    }
}

/* One write per line keeps the lines of several threads apart. */
static void write_out(struct slice line)
{
    while (line.len > 0) {
        ssize_t written = write(STDERR_FILENO, line.ptr, line.len);
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return; /* nowhere to say it */
        }
        line = slice_make(line.ptr + written, line.len - (size_t)written);
    }
}

static bool compose(struct buf *line, enum log_level level, const char *event,
                    const struct log_field *fields, size_t count)
{
    struct json_writer w;
    buf_clear(line);
    jw_init(&w, line);
    write_head(&w, level, event);
    write_fields(&w, fields, count);
    jw_object_end(&w);
    buf_add_char(line, '\n');
    return !buf_failed(line);
}

void log_event(enum log_level level, const char *event, const struct log_field *fields,
               size_t count)
{
    if ((int)level < atomic_load_explicit(&least_level, memory_order_relaxed)) {
        return;
    }
    int saved = errno;
    cleanup_buf struct buf line;
    buf_init(&line, LINE_MAX_BYTES);
    if (compose(&line, level, event, fields, count) || compose(&line, level, event, NULL, 0)) {
        write_out(buf_slice(&line));
    } else {
        write_out(S("{\"level\":\"error\",\"event\":\"log-failed\"}\n"));
    }
    errno = saved;
}
