"""A listener that is attacked: by those who are no peer, and by a peer that plays with offsets, names,
sizes and methods. Nobody learns anything, nothing is written, and the listener goes on."""
import datetime
import json
import os
import ssl
import sys
import time

from stands import BUNDLE, RECEIPT, Authority, Client, IDS, hash_of, pin_of, run_all, self_signed

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
GET = b"GET /exchange/v1/card HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
# The listener ends the connection before the handshake is done, with an alert or without.
NO_HANDSHAKE = {"TLSV1_ALERT_PROTOCOL_VERSION", "SSLV3_ALERT_HANDSHAKE_FAILURE", "SSLEOFError",
                "SSLZeroReturnError", "ConnectionResetError"}
REFUSED = {"SSLV3_ALERT_BAD_CERTIFICATE", "TLSV1_ALERT_BAD_CERTIFICATE"}


def listening(world):
    """b listens for a; what a shows is in a's folder."""
    a, b = world.stand("a"), world.stand("b")
    b.peers((a, {}))
    b.serve()
    return a, b, Client(b.port, a.folder / "tls.key", a.folder / "tls.crt")


def a_peer_is_heard_over_tls_1_2_and_1_3(world):
    a, b, _ = listening(world)
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        client = Client(b.port, a.folder / "tls.key", a.folder / "tls.crt", least=version, most=version)
        status, headers, body = client.ask("GET", "/exchange/v1/card")
        assert (status, body) == (200, b'{"card":true}') and headers["Cache-Control"] == "no-store"


def older_tls_is_refused(world):
    a, b, _ = listening(world)
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1):
        client = Client(b.port, a.folder / "tls.key", a.folder / "tls.crt", least=version, most=version,
                        ciphers="ALL:@SECLEVEL=0")
        said = client.raw(GET)
        assert said in NO_HANDSHAKE, said


def ciphers_without_forward_secrecy_are_refused(world):
    a, b, _ = listening(world)
    client = Client(b.port, a.folder / "tls.key", a.folder / "tls.crt", most=ssl.TLSVersion.TLSv1_2,
                    ciphers="AES256-GCM-SHA384:AES128-GCM-SHA256:@SECLEVEL=0")
    said = client.raw(GET)
    assert said in NO_HANDSHAKE, said


def plain_http_hears_nothing(world):
    import socket
    _, b, _ = listening(world)
    with socket.create_connection(("127.0.0.1", b.port), timeout=60) as line:
        line.sendall(GET)
        try:
            answer = line.recv(1000)
        except ConnectionError:
            answer = b""
        assert b"HTTP" not in answer


def without_a_certificate_there_is_no_connection(world):
    _, b, _ = listening(world)
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        said = Client(b.port, least=version, most=version).raw(GET)
        assert not isinstance(said, bytes) or said == b"", said
    assert '"route"' not in (b.folder / "log").read_text(), "no request was read"


def strangers(world, authority):
    """Key and certificate of many who are no confirmed peer of b, and why."""
    folder = world.root
    yield "unknown", *self_signed(folder, "unknown")
    yield "named like a peer", *self_signed(folder, IDS["a"])
    key, _ = self_signed(folder, "signed")
    yield "of an authority that is nobody's", key, authority.issue("signed", key, IDS["a"])


def everybody_else_is_refused_alike_in_the_handshake(world):
    authority = Authority(world.root / "ca")
    a, b, _ = listening(world)
    c, d = world.stand("c"), world.stand("d")
    b.peers((a, {}), (c, {"state": "met"}), (d, {"state": "suspended"}))
    shown = list(strangers(world, authority)) + [(s.name, s.folder / "tls.key", s.folder / "tls.crt") for s in (c, d)]
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        said = {who: Client(b.port, key, certificate, least=version, most=version).raw(GET)
                for who, key, certificate in shown}
        assert len(set(said.values())) == 1 and set(said.values()) <= REFUSED, said
    assert '"route"' not in (b.folder / "log").read_text(), "no request was read"


def a_refusal_is_heard_by_who_is_slow_to_ask(world):
    """What was sent after the certificate was never read; the connection is not reset over it."""
    a, b, _ = listening(world)
    b.peers((a, {"state": "suspended"}))
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        client = Client(b.port, a.folder / "tls.key", a.folder / "tls.crt", least=version, most=version)
        for after in (0, 0.2, 0.2):
            assert client.raw(GET, after) in REFUSED, (version, after)


def dates_and_lists_hold_for_peers_too(world):
    authority = Authority(world.root / "ca")
    old_key, old = self_signed(world.root, "old", end=NOW - DAY)
    key, _ = self_signed(world.root, "k")
    good = authority.issue("good", key, IDS["c"])
    revoked, unnamed = authority.issue("revoked", key, IDS["c"]), authority.issue("unnamed", key)
    other = authority.issue("other", key, IDS["d"])
    expired = authority.issue("expired", key, IDS["c"], start=NOW - 9 * DAY, end=NOW - DAY)
    early = authority.issue("early", key, IDS["c"], start=NOW + DAY, end=NOW + 9 * DAY)
    authority.revoke(revoked)
    a, b, _ = listening(world)
    a.pin = pin_of(world.root, old)
    c = world.stand("c")
    anchored = {"tls_pin": None, "trust_anchor": authority.anchor, "revocation_list": authority.revocations()}
    b.peers((a, {}), (c, anchored))
    said = {name: Client(b.port, k, certificate).raw(GET)
            for name, k, certificate in (("old", old_key, old), ("revoked", key, revoked), ("unnamed", key, unnamed),
                                         ("other", key, other), ("expired", key, expired), ("early", key, early))}
    assert set(said.values()) <= REFUSED, said
    assert Client(b.port, key, good).ask("GET", "/exchange/v1/card")[0] == 200


def a_connection_that_stays_open_is_judged_again_at_each_request(world):
    import http.client
    a, b, client = listening(world)
    line = http.client.HTTPSConnection("127.0.0.1", b.port, context=client.tls, timeout=60)
    line.request("GET", "/exchange/v1/card")
    assert line.getresponse().read() == b'{"card":true}'
    b.peers((a, {"state": "suspended"}))
    line.request("GET", "/exchange/v1/card")
    reply = line.getresponse()
    assert reply.status == 403 and b"not that of a confirmed peer" in reply.read()
    line.close()


def only_the_paths_of_the_protocol_exist(world):
    _, _, client = listening(world)
    name = hash_of(b"x")
    for path in ("/", "/api/v1/records", "/exchange/v1", "/exchange/v1/", "/exchange/v1/inbox", "/exchange/v1/inbox/",
                 "/exchange/v1/card/", "/exchange/v2/card", "/exchange/v1/receipts/" + name[:-1],
                 "/exchange/v1/inbox/" + name.upper(), "/exchange/v1/inbox/" + name + "/", "/healthz"):
        status, _, body = client.ask("GET", path)
        assert status == 404 and b"no such address" in body, (path, status, body)
    assert client.ask("GET", "/exchange/v1/receipts/" + name)[0] == 404
    for method, path, allow in (("POST", "/exchange/v1/card", "GET"), ("HEAD", "/exchange/v1/outbox", "GET"),
                                ("DELETE", "/exchange/v1/inbox/" + name, "GET, PUT"), ("PUT", "/exchange/v1/receipts",
                                                                                     "POST")):
        status, headers, _ = client.ask(method, path)
        assert status == 405 and headers["Allow"] == allow, (method, path, status, headers)


def names_that_are_paths_reach_no_file(world):
    _, b, client = listening(world)
    before = sorted(str(p) for p in b.folder.rglob("*") if p.name != "log")
    for name in ("../" * 8 + "etc/passwd", "..%2f" * 8 + "etc/passwd", "%2e%2e/tls.key", "/tls.key", ".", "..",
                 "a" * 64 + "%00", "%00" * 64, "g" * 64, "a" * 63 + "/", "a" * 65, "a" * 8000):
        for method in ("GET", "PUT"):
            status, _, body = client.ask(method, "/exchange/v1/inbox/" + name + "?offset=0&length=1", b"x",
                                         {"Content-Type": BUNDLE})
            assert status in (400, 404, 414), (name, status, body)
        assert client.ask("GET", "/exchange/v1/receipts/" + name)[0] in (400, 404, 414)
    assert sorted(str(p) for p in b.folder.rglob("*") if p.name != "log") == before, "nothing was written"


def offsets_that_do_not_fit_are_refused(world):
    _, b, client = listening(world)
    data = os.urandom(1000)
    name = hash_of(data)
    for offset, length, status in (("", "", 400), ("-1", "1000", 400), ("+1", "1000", 400), ("0x1", "1000", 400),
                                   ("0", "1e3", 400), ("0", "0", 413), ("0", str(2 ** 40), 413),
                                   ("0", "9" * 30, 400), ("1001", "1000", 400), ("1", "1000", 400),
                                   ("0", "999", 400)):
        got, _, body = client.put(name, data, offset, length)
        assert got == status, (offset, length, got, body)
    assert client.put(name, data[:500], 0, 1000)[0] == 202
    for offset in (0, 499, 501, 1000):
        status, _, body = client.put(name, data[offset:], offset, 1000)
        assert status == 409 and b"goes on at 500" in body, (offset, status, body)
    assert client.ask("GET", "/exchange/v1/inbox/" + name)[2] == b'{"have":500,"answered":false}'
    assert client.put(name, data[500:], 500, 1000)[0] == 200
    assert (b.folder / "taken" / name).read_bytes() == data
    assert client.ask("GET", "/exchange/v1/inbox/" + name)[2] == b'{"have":0,"answered":true}'


def more_than_was_announced_is_refused(world):
    """Chunked bodies announce nothing themselves."""
    _, b, client = listening(world)
    name = hash_of(b"x" * 100)

    def chunks():
        for _ in range(40):
            yield b"x" * 100_000
    try:
        status = client.ask("PUT", f"/exchange/v1/inbox/{name}?offset=0&length=150000", chunks(),
                            {"Content-Type": BUNDLE, "Transfer-Encoding": "chunked"})[0]
        assert status == 413
    except (ConnectionError, ssl.SSLError):
        pass  # told so while it was still sending
    assert not b.taken()
    assert b'"have":0' in client.ask("GET", "/exchange/v1/inbox/" + name)[2]


def a_bundle_under_another_name_is_refused_and_forgotten(world):
    _, b, client = listening(world)
    name = hash_of(b"another")
    status, _, body = client.put(name, b"this one", 0, 8)
    assert status == 422 and b"not what its name says" not in body, body
    told = json.loads(body)
    assert told["code"] == "invalid" and "hash it was announced under" in told["detail"], told
    assert not b.taken() and b'"have":0' in client.ask("GET", "/exchange/v1/inbox/" + name)[2]


def a_bundle_that_does_not_hold_tells_nothing(world):
    _, b, client = listening(world)
    data = b"FORGED" + os.urandom(10)
    status, _, body = client.put(hash_of(data), data, 0, len(data))
    assert status == 422 and b"does not hold, or is not from you" in body and b"secret" not in body
    assert client.ask("GET", "/exchange/v1/receipts/" + hash_of(data))[0] == 404 and not b.taken()


def a_receipt_that_does_not_hold_tells_nothing(world):
    _, b, client = listening(world)
    for body in (b"", b"{", b"[]", b'{"taken":""}', os.urandom(1000)):
        status, _, said = client.ask("POST", "/exchange/v1/receipts", body, {"Content-Type": RECEIPT})
        assert status == 422 and b"the receipt does not hold, or is not yours" in said, (body, status, said)
    assert not b.receipts()


def bodies_that_are_too_large_or_of_another_kind_are_refused(world):
    _, b, client = listening(world)
    head = "POST /exchange/v1/receipts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
    assert b" 413 " in client.raw((head % (RECEIPT, 2 ** 40)).encode())[:20]
    assert b" 415 " in client.raw((head % ("text/plain", 5)).encode() + b"hello")[:20]
    head = "PUT /exchange/v1/inbox/" + "a" * 64 + "?offset=0&length=10 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    assert b" 400 " in client.raw((head + f"Content-Type: {BUNDLE}\r\nContent-Length: 11\r\n\r\n" + "x" * 11).encode())[:20]
    assert b" 415 " in client.raw((head + "Content-Length: 5\r\n\r\nhello").encode())[:20]
    assert not b.taken()


def one_peer_keeps_few_unfinished_bundles(world):
    a, b, client = listening(world)
    for number in range(9):
        data = bytes([number]) * 100
        assert client.put(hash_of(data), data[:50], 0, 100)[0] == 202
    kept = list((b.folder / "exchange" / a.instance / "in").iterdir())
    assert len(kept) == 4, kept
    assert hash_of(bytes([8]) * 100) in [p.name for p in kept], "the newest is kept"


def peers_do_not_reach_each_others_bundles(world):
    a, b, client = listening(world)
    c = world.stand("c")
    b.peers((a, {}), (c, {}))
    other = Client(b.port, c.folder / "tls.key", c.folder / "tls.crt")
    data = os.urandom(100)
    assert client.put(hash_of(data), data[:50], 0, 100)[0] == 202
    assert other.ask("GET", "/exchange/v1/inbox/" + hash_of(data))[2] == b'{"have":0,"answered":false}'
    assert other.put(hash_of(data), data[50:], 50, 100)[0] == 409
    assert client.put(hash_of(data), data[50:], 50, 100)[0] == 200
    assert other.ask("GET", "/exchange/v1/receipts/" + hash_of(data))[0] == 404
    b.outgoing(b"for whoever asks")
    tag = client.ask("GET", "/exchange/v1/outbox")[1]["ETag"]
    status, headers, _ = other.ask("GET", "/exchange/v1/outbox", headers={"Range": "bytes=5-", "If-Range": tag})
    assert status == 200 and "Content-Range" not in headers, "made for it, from the start"


def ranges_are_answered_or_ignored(world):
    a, b, client = listening(world)
    data = os.urandom(1000)
    b.outgoing(data)
    status, headers, body = client.ask("GET", "/exchange/v1/outbox")
    tag = headers["ETag"]
    assert (status, body, tag) == (200, data, f'"{hash_of(data)}"') and headers["Accept-Ranges"] == "bytes"
    for asked, status, rest in (("bytes=400-", 206, data[400:]), ("bytes=999-", 206, data[999:]),
                                ("bytes=1000-", 416, None), ("bytes=" + "9" * 18 + "-", 416, None),
                                ("bytes=" + "9" * 40 + "-", 200, data), ("bytes=0-", 200, data),
                                ("bytes=-5", 200, data), ("bytes=5-6", 200, data), ("bytes=+5-", 200, data),
                                ("lines=5-", 200, data), ("bytes=-", 200, data), ("bytes=1-,2-", 200, data)):
        got, headers, body = client.ask("GET", "/exchange/v1/outbox", headers={"Range": asked, "If-Range": tag})
        assert got == status and (rest is None or body == rest), (asked, got, len(body))
        if got == 206:
            assert headers["Content-Range"] == f"bytes {1000 - len(rest)}-999/1000"
    b.outgoing(b"something else")
    for wrong in ('"' + "0" * 64 + '"', tag.strip('"'), "W/" + tag, ""):
        got, _, body = client.ask("GET", "/exchange/v1/outbox", headers={"Range": "bytes=5-", "If-Range": wrong})
        assert (got, body) == (200, b"something else"), (wrong, got)
    assert client.ask("GET", "/exchange/v1/outbox", headers={"Range": "bytes=5-"})[0] == 200
    del a


def an_old_bundle_is_not_sent_on(world):
    a, b, client = listening(world)
    b.outgoing(b"as it was decided yesterday")
    tag = client.ask("GET", "/exchange/v1/outbox")[1]["ETag"]
    for path in (b.folder / "exchange" / a.instance / "out").iterdir():
        os.utime(path, (NOW.timestamp() - 3600, NOW.timestamp() - 3600))
    b.outgoing(b"as it is decided now")
    status, _, body = client.ask("GET", "/exchange/v1/outbox", headers={"Range": "bytes=5-", "If-Range": tag})
    assert (status, body) == (200, b"as it is decided now")


def a_newer_connection_takes_an_upload_over(world):
    import socket
    _, b, client = listening(world)
    data = os.urandom(300_000)
    name = hash_of(data)
    head = (f"PUT /exchange/v1/inbox/{name}?offset=0&length={len(data)} HTTP/1.1\r\nHost: x\r\n"
            f"Content-Type: {BUNDLE}\r\nContent-Length: {len(data)}\r\n\r\n").encode()
    with client.tls.wrap_socket(socket.create_connection(("127.0.0.1", b.port), timeout=60)) as line:
        line.sendall(head + data[:100_000])
        have = 0
        for _ in range(500):
            have = int(client.ask("GET", "/exchange/v1/inbox/" + name)[2].split(b":")[1].split(b",")[0])
            if have == 100_000:
                break
            time.sleep(0.01)
        assert client.put(name, data[have:], have, len(data))[0] == 200
        assert (b.folder / "taken" / name).read_bytes() == data
        try:
            line.sendall(data[100_000:])
            answer = line.recv(100)
        except (ConnectionError, ssl.SSLError):
            answer = b""
        assert b" 200 " not in answer[:20], "the older connection has nothing any more"
    assert len(b.taken()) == 1


def one_thing_at_a_time_for_each_peer(world):
    import threading
    _, _, client = listening(world)
    data = b"SLOW" + os.urandom(10)
    slow = threading.Thread(target=client.put, args=(hash_of(data), data, 0, len(data)))
    slow.start()
    for _ in range(1000):
        if f'"have":{len(data)}'.encode() in client.ask("GET", "/exchange/v1/inbox/" + hash_of(data))[2]:
            break
        time.sleep(0.001)
    status, headers, _ = client.ask("GET", "/exchange/v1/outbox")
    assert status == 429 and int(headers["Retry-After"]) >= 1, "while the bundle is being taken"
    assert client.ask("GET", "/exchange/v1/card")[0] == 429
    slow.join()
    assert client.ask("GET", "/exchange/v1/outbox")[0] == 204


def many_bundles_in_a_short_time_are_too_many(world):
    _, b, client = listening(world)
    statuses = [client.ask("GET", "/exchange/v1/outbox")[0] for _ in range(122)]
    assert statuses[:120] == [204] * 120 and statuses[120:] == [429] * 2
    assert client.ask("GET", "/exchange/v1/card")[0] == 200 and b.made() == 120


def broken_requests_leave_the_listener_alive(world):
    _, _, client = listening(world)
    for data in (b"\x00" * 5000, b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"A" * 100_000,
                 b"GET /exchange/v1/card HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
                 b"GET /exchange/v1/%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                 b"PUT /exchange/v1/inbox/" + b"a" * 64 + b"?offset=0&length=5 HTTP/1.1\r\nHost: x\r\nContent-Type: "
                 + BUNDLE.encode() + b"\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"):
        client.raw(data + b"\r\n\r\n")
    assert client.ask("GET", "/exchange/v1/card")[0] == 200


if __name__ == "__main__":
    sys.exit(run_all([value for value in list(globals().values()) if callable(value) and
                      getattr(value, "__module__", "") == "__main__" and value.__name__ not in ("listening", "strangers")
                      and (len(sys.argv) < 2 or sys.argv[1] in value.__name__)]))
