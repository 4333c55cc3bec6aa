/* The log: one valid line per event whatever the fields hold; standard error is read through a
 * pipe. */
#include "check.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"

static int saved_stderr;
static int reading_end;

static int set_up(void **state)
{
    (void)state;
    int ends[2];
    if (pipe(ends) < 0) {
        return -1;
    }
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    saved_stderr = dup(STDERR_FILENO);
    dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    reading_end = ends[0];
    log_set_level(LOG_INFO);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    close(reading_end);
    return 0;
}

/* What was logged, parsed; fails unless it is exactly one line. NULL when nothing was. */
static struct json *logged(struct arena *a)
{
    char *text = arena_alloc(a, 65536);
    ssize_t len = read(reading_end, text, 65535);
    if (len <= 0) {
        return NULL;
    }
    assert_int_equal(text[len - 1], '\n');
    assert_null(memchr(text, '\n', (size_t)len - 1));
    struct json *v = NULL;
    assert_int_equal(json_parse(a, slice_make(text, (size_t)len), NULL, &v), 0);
    return v;
}

static void an_event_is_one_object_with_its_fields(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    log_line(LOG_WARNING, "request", log_text("method", S("GET")), log_number("status", 404));
    struct json *v = logged(a);
    assert_slice(json_get_text(v, "level"), "warning");
    assert_slice(json_get_text(v, "event"), "request");
    assert_slice(json_get_text(v, "method"), "GET");
    assert_int_equal(json_get_int(v, "status", 0), 404);
    assert_int_equal(json_get_text(v, "time").len, 24);
}

static void levels_below_the_least_are_silent(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    log_event(LOG_DEBUG, "quiet", NULL, 0);
    assert_null(logged(a));
    log_set_level(LOG_DEBUG);
    log_event(LOG_DEBUG, "loud", NULL, 0);
    assert_slice(json_get_text(logged(a), "event"), "loud");
}

static void hostile_text_cannot_break_the_line(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    log_line(LOG_INFO, "request", log_text("path", S("/a\n{\"event\":\"forged\"}\r\x1B[2J")));
    assert_slice(json_get_text(logged(a), "path"), "/a\n{\"event\":\"forged\"}\r\x1B[2J");
    log_line(LOG_INFO, "request", log_text("path", S("/\xFF\xC3")));
    assert_slice(json_get_text(logged(a), "path"), "/??");
}

static void long_lines_are_bounded(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    static char text[20000];
    memset(text, 'x', sizeof(text));
    log_line(LOG_INFO, "long", log_text("t", slice_make(text, sizeof(text))));
    assert_int_equal(json_get_text(logged(a), "t").len, 2048);
    memset(text, '\x01', sizeof(text)); /* six bytes each once escaped: only the head is left */
    log_line(LOG_INFO, "longer", log_text("t", slice_make(text, sizeof(text))));
    struct json *v = logged(a);
    assert_slice(json_get_text(v, "event"), "longer");
    assert_null(json_get(v, "t"));
}

#define case_of(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_of(an_event_is_one_object_with_its_fields),
        case_of(levels_below_the_least_are_silent),
        case_of(hostile_text_cannot_break_the_line),
        case_of(long_lines_are_bounded),
    };
    return run_suite(tests);
}
