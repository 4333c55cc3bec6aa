/*
 * The raw client; see client.h.
 */
#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE_MS = 20000 };

struct client client_open(uint16_t port)
{
    struct client c = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0) };
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_true(c.fd >= 0);
    assert_int_equal(connect(c.fd, (struct sockaddr *)&at, sizeof(at)), 0);
    return c;
}

/* The server may close while we still send: that is for the reader to find out. */
void client_send(struct client *c, struct slice bytes)
{
    while (bytes.len > 0) {
        ssize_t n = send(c->fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);
        if (n <= 0) {
            return;
        }
        bytes = slice_make(bytes.ptr + n, bytes.len - (size_t)n);
    }
}

/* Above zero: read; zero: the server closed; below: it did nothing for long. */
static int read_some(struct client *c, struct buf *out, int patience_ms)
{
    struct pollfd p = { .fd = c->fd, .events = POLLIN };
    char block[16384];
    if (poll(&p, 1, patience_ms) <= 0) {
        return -1;
    }
    ssize_t n = recv(c->fd, block, sizeof(block), 0);
    if (n <= 0) {
        return 0;
    }
    buf_add(out, slice_make(block, (size_t)n));
    return 1;
}

bool client_read_all(struct client *c, struct buf *out)
{
    int rc = 1;
    while (rc > 0) {
        rc = read_some(c, out, PATIENCE_MS);
    }
    return rc == 0;
}

void client_read_for(struct client *c, struct buf *out, int silence_ms)
{
    while (read_some(c, out, silence_ms) > 0) {
    }
}

bool client_read_until(struct client *c, struct buf *out, const char *text)
{
    while (!memmem(buf_slice(out).ptr, out->len, text, strlen(text))) {
        if (read_some(c, out, PATIENCE_MS) <= 0) {
            return false;
        }
    }
    return true;
}

void client_close(struct client *c)
{
    close(c->fd);
}

void client_exchange(uint16_t port, struct slice bytes, struct buf *out)
{
    struct client c = client_open(port);
    buf_clear(out);
    client_send(&c, bytes);
    assert_true(client_read_all(&c, out));
    client_close(&c);
}

int reply_status(const struct buf *reply)
{
    int64_t status = 0;
    struct slice s = buf_slice(reply);
    if (s.len < 12 || !slice_starts(s, S("HTTP/1."))) {
        return 0;
    }
    return slice_to_int64(slice_make(s.ptr + 9, 3), &status) ? (int)status : 0;
}

struct slice reply_header(const struct buf *reply, const char *name)
{
    struct slice rest = buf_slice(reply);
    while (rest.len > 0) {
        struct slice value = slice_trim(slice_cut(&rest, '\n'));
        if (value.len == 0) {
            break;
        }
        struct slice field = slice_cut(&value, ':');
        if (slice_eq_fold(field, slice_of(name))) {
            return slice_trim(value);
        }
    }
    return S("");
}

struct slice reply_body(const struct buf *reply)
{
    struct slice s = buf_slice(reply);
    const char *end = memmem(s.ptr, s.len, "\r\n\r\n", 4);
    return end ? slice_make(end + 4, s.len - (size_t)(end + 4 - s.ptr)) : S("");
}
