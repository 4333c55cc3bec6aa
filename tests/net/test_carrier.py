"""Two real processes over TLS: what is sent arrives, whole, once; cut connections go on where they
stopped; wrong certificates, proxies and settings are told apart by what is said about them."""
import datetime
import json
import os
import socket
import sys

from stands import UNKNOWN_HOST, Authority, Relay, hash_of, pin_of, run_all, self_signed

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)
DATA = {size: os.urandom(size) for size in (1, 1000, 3_000_000)}
BIG = DATA[3_000_000]


def the_pin_is_what_openssl_computes(world):
    a = world.stand("a")
    assert a.pin == pin_of(world.root, a.folder / "tls.crt")
    assert (a.folder / "tls.key").stat().st_mode & 0o777 == 0o600
    assert a.run("pin").stdout.strip() == a.pin, "the second start has the same key"


def a_certificate_near_its_end_is_made_anew_from_the_same_key(world):
    a = world.stand("a")
    old = world.root / "old.crt"
    from stands import openssl
    openssl(world.root, "req", "-x509", "-new", "-key", a.folder / "tls.key", "-out", old, "-days", "20", "-subj",
            "/CN=a")
    (a.folder / "tls.crt").write_bytes(old.read_bytes())
    assert a.run("pin").stdout.strip() == a.pin
    assert (a.folder / "tls.crt").read_bytes() != old.read_bytes()
    assert pin_of(world.root, a.folder / "tls.crt") == a.pin


def a_certificate_of_an_authority_is_left_alone(world):
    authority = Authority(world.root / "ca")
    a = world.stand("a")
    issued = authority.issue("a", a.folder / "tls.key", a.instance, end=NOW + 3 * DAY)
    (a.folder / "tls.crt").write_bytes(issued.read_bytes())
    assert a.run("pin").stdout.strip() == a.pin
    assert (a.folder / "tls.crt").read_bytes() == issued.read_bytes()


def a_key_that_others_may_read_is_refused(world):
    a = world.stand("a")
    (a.folder / "tls.key").chmod(0o644)
    code, said = a.refused("pin")
    assert code == 4 and "must have mode 0600" in said, said


def a_certificate_of_another_key_is_refused(world):
    a = world.stand("a")
    _, certificate = self_signed(world.root, "other")
    (a.folder / "tls.crt").write_bytes(certificate.read_bytes())
    code, said = a.refused("pin")
    assert code == 16 and "is not a certificate of the key" in said, said


def what_is_pushed_arrives_and_is_receipted(world):
    a, b = world.pair()
    for data in DATA.values():
        a.outgoing(data)
        report = a.do("push", "b")
        assert report["acknowledged"] and report["bundle"] == hash_of(data) and report["bytes"] == len(data)
        assert report["attempts"] == report["bundles"] == 1, report
        assert (b.folder / "taken" / hash_of(data)).read_bytes() == data
    assert [r["taken"] for r in a.receipts()] == [hash_of(d) for d in DATA.values()]
    assert not list((a.folder / "exchange" / b.instance / "to").iterdir()), "nothing is left behind"
    assert not list((b.folder / "exchange" / a.instance / "in").iterdir())


def what_is_pulled_arrives_and_is_receipted(world):
    a, b = world.pair()
    for data in DATA.values():
        b.outgoing(data)
        report = a.do("pull", "b")
        assert report["acknowledged"] and report["bundle"] == hash_of(data)
        assert (a.folder / "taken" / hash_of(data)).read_bytes() == data
    assert [r["taken"] for r in b.receipts()] == [hash_of(d) for d in DATA.values()]
    assert not list((a.folder / "exchange" / b.instance / "from").iterdir())
    assert not list((b.folder / "exchange" / a.instance / "out").iterdir())


def nothing_new_moves_nothing(world):
    a, b = world.pair()
    assert a.do("push", "b")["nothing"] and a.do("pull", "b")["nothing"]
    assert not b.taken() and not a.taken() and not a.receipts() and not b.receipts()


def the_card_is_fetched_from_the_confirmed_peer(world):
    a, _ = world.pair()
    assert a.do("card", "b") == {"card": True}


def a_push_that_is_cut_goes_on_where_it_stopped(world):
    a, b = world.pair()
    relay = Relay(b.port, cut_up=700_000, cuts=3)
    a.peers((b, {"url": f"https://127.0.0.1:{relay.port}"}))
    a.outgoing(BIG)
    report = a.do("push", "b")
    assert report["acknowledged"] and relay.cuts == 0 and relay.connections >= 4 and report["attempts"] == 4, report
    assert (b.folder / "taken" / hash_of(BIG)).read_bytes() == BIG
    whole = [("PUT", 200)]
    told = b.logged(lambda told: [t for t in told if (t["method"], t["status"]) in whole])
    last = [t["received"] for t in told if (t["method"], t["status"]) in whole]
    assert len(last) == 1 and last[0] < len(BIG) - 3 * 600_000, "what had arrived was not sent again"
    relay.close()


def a_pull_that_is_cut_goes_on_where_it_stopped(world):
    a, b = world.pair()
    relay = Relay(b.port, cut_down=700_000, cuts=3)
    a.peers((b, {"url": f"https://127.0.0.1:{relay.port}"}))
    b.outgoing(BIG)
    report = a.do("pull", "b")
    assert report["acknowledged"] and relay.cuts == 0
    assert (a.folder / "taken" / hash_of(BIG)).read_bytes() == BIG
    assert b.made() == 1, "the bundle was made once"
    relay.close()


def a_push_that_was_given_up_goes_on_at_the_next_call(world):
    a, b = world.pair()
    relay = Relay(b.port, cut_up=400_000, cuts=1)
    a.peers((b, {"url": f"https://127.0.0.1:{relay.port}"}))
    a.outgoing(BIG)
    done = a.run("push", "b", env={"STAND_ATTEMPTS": "1"})
    assert done.returncode == 14 and "was lost" in done.stderr, done
    assert not b.taken()
    report = a.do("push", "b")
    assert report["acknowledged"] and 0 < report["resumed_at"] < len(BIG) and a.made() == 1
    assert (b.folder / "taken" / hash_of(BIG)).read_bytes() == BIG
    relay.close()


def a_pull_that_was_given_up_goes_on_at_the_next_call(world):
    a, b = world.pair()
    relay = Relay(b.port, cut_down=700_000, cuts=1)
    a.peers((b, {"url": f"https://127.0.0.1:{relay.port}"}))
    b.outgoing(BIG)
    done = a.run("pull", "b", env={"STAND_ATTEMPTS": "1"})
    assert done.returncode == 14 and "was lost" in done.stderr, done
    report = a.do("pull", "b")
    assert report["acknowledged"] and 0 < report["resumed_at"] < len(BIG) and b.made() == 1
    assert (a.folder / "taken" / hash_of(BIG)).read_bytes() == BIG
    relay.close()


def an_old_bundle_is_made_anew_rather_than_sent_on(world):
    """What was decided in the meantime holds: after the time for resuming nothing old leaves."""
    a, b = world.pair()
    relay = Relay(b.port, cut_up=400_000, cuts=1)
    a.peers((b, {"url": f"https://127.0.0.1:{relay.port}"}))
    a.outgoing(BIG)
    a.run("push", "b", env={"STAND_ATTEMPTS": "1"})
    for path in (a.folder / "exchange" / b.instance / "to").iterdir():
        os.utime(path, (NOW.timestamp() - 3600, NOW.timestamp() - 3600))
    a.outgoing(b"decided otherwise")
    assert a.do("push", "b")["bundle"] == hash_of(b"decided otherwise")
    assert b.taken() == [hash_of(b"decided otherwise")]
    relay.close()


def a_receipt_that_was_not_heard_is_heard_later(world):
    """Another process of a sent it and did not hear that it was taken: it is not sent again."""
    a, b = world.pair()
    data = b"SLOW" + DATA[1000]
    a.outgoing(data)
    assert a.do("push", "b")["acknowledged"]
    first = b.logged(lambda told: sum(t["received"] for t in told) >= len(data))
    (a.folder / "exchange" / b.instance / "to" / hash_of(data)).write_bytes(data)
    report = a.do("push", "b")
    assert report["acknowledged"] and len(a.receipts()) == 2
    second = b.logged(lambda told: len(told) > len(first))
    assert all(t["received"] == 0 for t in second[len(first):]), second


def a_connection_that_stalls_is_given_up(world):
    a, b = world.pair()
    silent = socket.create_server(("127.0.0.1", 0))
    a.peers((b, {"url": f"https://127.0.0.1:{silent.getsockname()[1]}"}))
    (a.folder / "exchange.json").write_text('{"connect_s": 1, "stall_s": 1}')
    code, said = a.refused("pull", "b", env={"STAND_ATTEMPTS": "1"})
    assert code == 14 and "b cannot be reached" in said, said
    silent.close()


def nobody_listens(world):
    a, b = world.pair()
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))  # kept, and nobody listens
        a.peers((b, {"url": f"https://127.0.0.1:{deaf.getsockname()[1]}"}))
        a.outgoing(b"x")
        code, said = a.refused("push", "b")
    assert code == 14 and "b cannot be reached" in said, said


def a_host_name_that_nobody_knows(world):
    a, b = world.pair()
    a.peers((b, {"url": f"https://{UNKNOWN_HOST}:1"}))
    code, said = a.refused("pull", "b")
    assert code == 14 and "the host name of b is not known" in said, said


def only_https_addresses_are_taken(world):
    a, b = world.pair()
    for url in (None, "", "http://127.0.0.1:1", "file:///etc/passwd", "https://", "https://user@127.0.0.1:1",
                "https://127.0.0.1:1/?x=", "https://127.0.0.1:1/ x"):
        a.peers((b, {"url": url}))
        code, said = a.refused("pull", "b")
        assert code == 2 and "no address that begins with https://" in said, (url, said)


def a_peer_that_is_not_confirmed_is_not_even_called(world):
    a, b = world.pair()
    for state in ("met", "suspended", "ended"):
        a.peers((b, {"state": state}))
        for verb in ("push", "pull", "card"):
            code, said = a.refused(verb, "b")
            assert code == 6 and "not confirmed" in said, said
    assert not (b.folder / "log").read_text()


def a_server_with_another_key_hears_nothing(world):
    a, b = world.pair()
    a.peers((b, {"tls_pin": a.pin}))
    a.outgoing(b"for b alone")
    for verb in ("push", "pull"):
        code, said = a.refused(verb, "b")
        assert code == 4 and "another TLS key than the pinned one" in said, said
    assert "exchange\"" not in (b.folder / "log").read_text(), "no request left"


def a_server_of_a_peer_without_pin_or_anchor_is_not_believed(world):
    a, b = world.pair()
    a.peers((b, {"tls_pin": None}))
    code, said = a.refused("pull", "b")
    assert code == 4 and "neither a pinned TLS key nor a trust anchor" in said, said


def a_server_whose_certificate_has_expired_is_refused(world):
    key, certificate = self_signed(world.root, "old", end=NOW - DAY)
    a, b = world.stand("a"), world.stand("b", key=key, certificate=certificate)
    b.peers((a, {}))
    b.serve()
    a.peers((b, {}))
    code, said = a.refused("pull", "b")
    assert code == 4 and "the TLS certificate of b has expired" in said, said


def issued(world, name, authority, instance=None, **dates):
    key, _ = self_signed(world.root, "k" + name)
    return world.stand(name, key=key, certificate=authority.issue(name, key, instance, **dates))


def an_authority_of_its_own_vouches_for_a_peer(world):
    authority = Authority(world.root / "ca")
    from stands import IDS
    a, b = issued(world, "a", authority, IDS["a"]), issued(world, "b", authority, IDS["b"])
    known = {"tls_pin": None, "trust_anchor": authority.anchor, "revocation_list": authority.revocations()}
    b.peers((a, known))
    b.serve()
    a.peers((b, known))
    a.outgoing(b"hello")
    assert a.do("push", "b")["acknowledged"]
    # revoked: told apart by who asks, refused alike by who answers
    authority.revoke(world.root / "ca" / "b.crt")
    a.peers((b, {**known, "revocation_list": authority.revocations()}))
    code, said = a.refused("pull", "b")
    assert code == 4 and "the TLS certificate of b was revoked" in said, said
    authority.revoke(world.root / "ca" / "a.crt")
    b.peers((a, {**known, "revocation_list": authority.revocations()}))
    a.peers((b, known))
    code, said = a.refused("pull", "b")
    assert code == 4 and "does not accept our TLS certificate" in said, said


def what_cannot_be_checked_is_refused(world):
    authority, other = Authority(world.root / "ca"), Authority(world.root / "other")
    from stands import IDS
    a, b = world.stand("a"), issued(world, "b", authority, IDS["b"])
    b.peers((a, {}))
    b.serve()
    good = {"tls_pin": None, "trust_anchor": authority.anchor, "revocation_list": authority.revocations()}
    old = authority.revocations("-crl_lastupdate", "20200101000000Z", "-crl_nextupdate", "20200201000000Z")
    for change, words in (
            ({"trust_anchor": other.anchor, "revocation_list": None}, "does not vouch"),
            ({"trust_anchor": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
              "revocation_list": None}, "is no certificate"),
            ({"revocation_list": other.revocations()}, "revocation list of b does not hold"),
            ({"revocation_list": "nonsense"}, "revocation list of b does not hold"),
            ({"revocation_list": old}, "revocation list of b is out of date"),
            ({"trust_anchor": None, "tls_pin": b.pin}, "revocation list of b does not hold"),
            ({"instance": IDS["c"]}, "names another instance"),
            ({"tls_pin": a.pin}, "another TLS key")):
        a.peers((b, {**good, **change}))
        code, said = a.refused("pull", "b")
        assert code == 4 and words in said, (words, said)
    a.peers((b, {**good, "tls_pin": b.pin}))
    assert a.do("pull", "b")["nothing"]


def an_authority_vouches_no_longer_than_the_certificate_lasts(world):
    authority = Authority(world.root / "ca")
    from stands import IDS
    a, b = world.stand("a"), issued(world, "b", authority, IDS["b"], start=NOW - 9 * DAY, end=NOW - DAY)
    b.peers((a, {}))
    b.serve()
    a.peers((b, {"tls_pin": None, "trust_anchor": authority.anchor}))
    code, said = a.refused("pull", "b")
    assert code == 4 and "has expired" in said, said


def a_proxy_carries_the_connection(world):
    a, b = world.pair()
    proxy = Relay()
    (a.folder / "exchange.json").write_text(json.dumps({"proxy": f"http://127.0.0.1:{proxy.port}"}))
    a.outgoing(BIG)
    assert a.do("push", "b")["acknowledged"]
    assert proxy.seen and set(proxy.seen) == {f"CONNECT 127.0.0.1:{b.port} HTTP/1.1"}
    proxy.close()


def a_proxy_of_the_environment_is_used_unless_the_settings_say_none(world):
    a, b = world.pair()
    proxy = Relay()
    environment = {"https_proxy": f"http://127.0.0.1:{proxy.port}", "no_proxy": ""}
    assert a.do("pull", "b", env=environment)["nothing"] and len(proxy.seen) == 1
    (a.folder / "exchange.json").write_text('{"proxy": ""}')
    assert a.do("pull", "b", env=environment)["nothing"] and len(proxy.seen) == 1
    proxy.close()


def a_proxy_that_refuses_or_is_not_there_is_named(world):
    a, _ = world.pair()
    proxy = Relay(answer=b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    (a.folder / "exchange.json").write_text(json.dumps({"proxy": f"http://127.0.0.1:{proxy.port}"}))
    code, said = a.refused("pull", "b")
    assert code == 4 and "the proxy refuses to connect to b (403)" in said, said
    proxy.close()
    (a.folder / "exchange.json").write_text(json.dumps({"proxy": f"http://{UNKNOWN_HOST}:1"}))
    code, said = a.refused("pull", "b")
    assert code == 14 and "the proxy cannot be reached" in said, said


def settings_that_are_not_understood_are_refused(world):
    a, _ = world.pair()
    for text, words in (('{"prxy": ""}', "prxy is not a known field"), ('{"proxy": 1}', "proxy has the wrong type"),
                        ('{"stall_s": 0}', "stall_s is out of range"), ("[]", "no JSON object"),
                        ('{"proxy": "https://x:1"}', "proxy has the wrong format"), ("{", "")):
        (a.folder / "exchange.json").write_text(text)
        code, said = a.refused("pull", "b")
        assert code == 2 and words in said, (text, said)


def a_bundle_that_does_not_hold_is_refused_and_forgotten(world):
    a, b = world.pair()
    a.outgoing(b"FORGED")
    code, said = a.refused("push", "b")
    assert code == 6 and "b answered 422: the bundle does not hold, or is not from you for us" in said, said
    assert "secret" not in said and not b.taken() and not list((b.folder / "exchange" / a.instance / "in").iterdir())
    b.outgoing(b"FORGED")
    code, said = a.refused("pull", "b")
    assert code == 6 and "secret" in said, "who took it may know why"
    assert not a.taken() and not list((a.folder / "exchange" / b.instance / "from").iterdir())


def who_lacks_more_is_sent_more_but_not_for_ever(world):
    a, b = world.pair()
    a.outgoing(b"GAP")
    assert a.do("push", "b")["acknowledged"] and a.made() == 3
    b.outgoing(b"GAP")
    assert a.do("pull", "b")["acknowledged"] and b.made() == 3


def what_does_not_fit_one_bundle_is_carried_in_several(world):
    a, b = world.pair()
    parts = [b"MOREMORElast", b"MORElast", b"last"]
    for carry, sender, taker in (("push", a, b), ("pull", b, a)):
        sender.outgoing(parts[0])
        report = a.do(carry, "b")
        assert report["bundles"] == 3 and report["acknowledged"] and report["bundle"] == hash_of(parts[-1]), report
        assert taker.taken() == sorted(map(hash_of, parts)) and sender.made() == 3
        assert [r["taken"] for r in sender.receipts()] == [hash_of(part) for part in parts]


def a_suspension_cuts_off_at_once(world):
    a, b = world.pair()
    assert a.do("pull", "b")["nothing"]
    b.peers((a, {"state": "suspended"}))
    code, said = a.refused("pull", "b")
    assert code == 4 and "does not accept our TLS certificate" in said, said
    b.peers((a, {}))
    assert a.do("pull", "b")["nothing"]


if __name__ == "__main__":
    sys.exit(run_all([value for value in list(globals().values()) if callable(value) and
                      getattr(value, "__module__", "") == "__main__" and value.__name__ != "issued"
                      and (len(sys.argv) < 2 or sys.argv[1] in value.__name__)]))
