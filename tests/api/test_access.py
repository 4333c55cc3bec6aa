"""Who may do what over HTTP: sessions, tokens, roles, clearances, CSRF, throttling, headers."""
import http.client
import shutil
import ssl
import subprocess
import uuid
import warnings

import door

ACTORS = "/api/v1/actors"
BODY = {"nature": "unit", "name_en": "A unit"}


class Access(door.DoorTest):
    def sign_in(self, *who):
        """One attempt of a browser that is thrown away."""
        return door.Client(self.instance).login(*who)

    def test_nobody_gets_nothing_but_the_door(self):
        for path in (ACTORS, "/api/v1/me", "/api/v1/today", "/api/v1/kinds", "/api/v1/events",
                     f"{ACTORS}/{uuid.uuid4()}", "/api/v1/users", "/api/v1/search?q=a"):
            reply = self.nobody.get(path)
            self.assert_problem(reply, 401, "unauthenticated")
            self.assertEqual(reply.header("www-authenticate"), 'Bearer realm="entente"')
        for path in ("/", "/healthz", "/readyz", "/openapi.json", "/en/today"):
            self.assertEqual(self.nobody.get(path).status, 200)

    def test_every_operation_refuses_nobody(self):
        for path, item in self.instance.judge.document["paths"].items():
            for method, operation in item.items():
                if operation["operationId"] in ("login", "logout", "login.ways"):
                    continue
                reply = self.nobody.ask(method.upper(), path.replace("{id}", str(uuid.uuid4())))
                self.assertEqual(reply.status, 401, operation["operationId"])

    def test_roles_may_do_what_they_may_and_no_more(self):
        allowed = {"reader": 403, "contributor": 201, "steward": 201, "administrator": 201}
        for role, status in allowed.items():
            self.assertEqual(getattr(self, role).post(ACTORS, BODY).status, status, role)
        for role in ("reader", "contributor", "steward"):
            self.assert_problem(getattr(self, role).get("/api/v1/users"), 403, "forbidden")
        self.assertEqual(self.administrator.get("/api/v1/users").status, 200)

    def test_a_session_needs_its_csrf_token_to_change_anything(self):
        browser = self.instance.browser("contributor")
        self.assertEqual(browser.post(ACTORS, BODY).status, 201)
        csrf, browser.csrf = browser.csrf, None
        self.assert_problem(browser.post(ACTORS, BODY), 403, "forbidden")
        self.assert_problem(browser.post(ACTORS, BODY, headers={"X-Entente-CSRF": "A" * 43}), 403,
                            "forbidden")
        self.assertEqual(browser.get("/api/v1/me").json["csrf"], csrf)

    def test_requests_from_other_sites_change_nothing(self):
        browser = self.instance.browser("contributor")
        for headers in ({"Origin": "https://elsewhere.example"}, {"Origin": "null"},
                        {"Sec-Fetch-Site": "cross-site"}):
            self.assert_problem(browser.post(ACTORS, BODY, headers=headers), 403, "forbidden")

    def test_signing_out_ends_the_session(self):
        browser = self.instance.browser("reader")
        self.assertEqual(browser.get("/api/v1/me").status, 200)
        self.assertEqual(browser.post("/api/v1/logout").status, 204)
        self.assertEqual(browser.get("/api/v1/me").status, 401)

    def test_the_cookie_is_strict_and_hidden_from_scripts(self):
        reply = door.Client(self.instance).login("reader")
        flags = [part.strip() for part in reply.header("set-cookie").split(";")][1:]
        self.assertEqual(flags, ["Path=/", "HttpOnly", "SameSite=Strict"])

    def test_a_wrong_name_and_a_wrong_password_are_one_answer(self):
        one = self.sign_in("reader", "wrong")
        other = self.sign_in(f"nobody-{uuid.uuid4()}", "wrong")
        self.assert_problem(one, 401, "unauthenticated")
        self.assertEqual(one.bytes, other.bytes)

    def test_guessing_is_slowed_down_for_that_name_only(self):
        self.instance.add_user("guessed", "reader")
        statuses = [self.sign_in("guessed", f"guess {n}").status for n in range(8)]
        self.assertEqual(set(statuses), {401, 429})
        late = self.sign_in("guessed")
        self.assert_problem(late, 429, "too-many")
        self.assertGreaterEqual(int(late.header("retry-after")), 1)
        self.assertEqual(self.sign_in("contributor").status, 200)

    def test_the_link_works_once(self):
        again = self.nobody.get(self.instance.link)
        self.assertEqual(again.status, 303)
        self.assertEqual(again.header("set-cookie"), "")

    def test_a_deactivated_user_is_out_at_once(self):
        made = self.instance.add_user("leaver", "contributor")
        token, browser = self.instance.clients["leaver"], self.instance.browser("leaver")
        self.assertEqual((token.get(ACTORS).status, browser.get(ACTORS).status), (200, 200))
        path = f"/api/v1/users/{made['id']}"
        root = self.instance.root
        reply = root.patch(path, {"active": False}, root.get(path).etag)
        self.assertEqual(reply.status, 200, reply.bytes)
        self.assertEqual((token.get(ACTORS).status, browser.get(ACTORS).status), (401, 401))
        self.assertEqual(self.sign_in("leaver").status, 401)

    def test_a_changed_role_or_clearance_ends_the_sessions_but_no_token(self):
        made = self.instance.add_user("mover", "contributor")
        token, root = self.instance.clients["mover"], self.instance.root
        path = f"/api/v1/users/{made['id']}"
        for change in ({"role": "reader"}, {"clearance": {"class": "UNCLASSIFIED"}}):
            browser = self.instance.browser("mover")
            self.assertEqual(browser.get(ACTORS).status, 200)
            reply = root.patch(path, change, root.get(path).etag)
            self.assertEqual(reply.status, 200, reply.bytes)
            self.assert_problem(browser.get(ACTORS), 401, "unauthenticated")
            self.assertEqual(token.get(ACTORS).status, 200)
        self.assertIn("standing_since", root.get(path).json)

    def test_a_session_that_ended_does_not_come_back(self):
        made = self.instance.add_user("returner", "contributor")
        browser, root = self.instance.browser("returner"), self.instance.root
        path = f"/api/v1/users/{made['id']}"
        for active in (False, True):
            reply = root.patch(path, {"active": active}, root.get(path).etag)
            self.assertEqual(reply.status, 200, reply.bytes)
        self.assertEqual(browser.get(ACTORS).status, 401)
        self.assertEqual(self.instance.browser("returner").get(ACTORS).status, 200)

    def test_another_name_or_language_ends_no_session(self):
        made = self.instance.add_user("renamed", "contributor")
        browser, root = self.instance.browser("renamed"), self.instance.root
        path = f"/api/v1/users/{made['id']}"
        reply = root.patch(path, {"display_name": "Other", "language": "fr", "role": "contributor"},
                           root.get(path).etag)
        self.assertEqual(reply.status, 200, reply.bytes)
        self.assertEqual(browser.get(ACTORS).status, 200)

    def test_only_the_server_states_the_rule_and_the_standing(self):
        made = self.instance.add_user("stated", "reader")
        path, root = f"/api/v1/users/{made['id']}", self.instance.root
        for change in ({"rule": "mine"}, {"standing_since": "2020-01-01"}):
            reply = root.patch(path, change, root.get(path).etag)
            self.assert_problem(reply, 422, "invalid")
            self.assertEqual(reply.json["errors"][0]["code"], "read-only")

    def test_an_identity_is_one_user(self):
        root = self.instance.root
        identity = {"issuer": "https://idp.example", "subject": "s-1"}
        paths = [f"/api/v1/users/{self.instance.add_user(name, 'reader')['id']}"
                 for name in ("one", "two")]
        self.assertEqual(root.patch(paths[0], identity, root.get(paths[0]).etag).status, 200)
        reply = root.patch(paths[1], identity, root.get(paths[1]).etag)
        self.assertEqual(reply.json["errors"][0]["code"], "duplicate")
        reply = root.patch(paths[1], {"issuer": "https://idp.example"}, root.get(paths[1]).etag)
        self.assertEqual(reply.json["errors"][0]["code"], "required")

    def test_the_ways_in_are_told_to_everybody(self):
        reply = self.nobody.get("/api/v1/login/ways")
        self.assertEqual(reply.json, {"password": "everyone", "providers": []})

    def test_a_revoked_token_is_dead_and_a_scope_limits(self):
        browser = self.instance.browser("contributor")
        made = browser.post("/api/v1/tokens", {"name": "short", "scope": "read",
                                               "expires": "2099-01-01"}).json
        program = door.Client(self.instance, made["token"])
        self.assertEqual(program.get(ACTORS).status, 200)
        self.assert_problem(program.post(ACTORS, BODY), 403, "forbidden")
        self.assertEqual(browser.post(f"/api/v1/tokens/{made['id']}/revoke").status, 200)
        self.assert_problem(program.get(ACTORS), 401, "unauthenticated")
        self.assertNotIn(made["token"].encode(), browser.get("/api/v1/tokens").bytes)

    def test_a_new_password_ends_the_other_sessions(self):
        self.instance.add_user("changer", "reader")
        one, other = self.instance.browser("changer"), self.instance.browser("changer")
        wrong = one.post("/api/v1/password", {"current": "no", "new": "another pass phrase"})
        self.assertIn(wrong.status, (401, 403, 422))
        reply = one.post("/api/v1/password",
                         {"current": door.PASSWORD, "new": "another pass phrase"})
        self.assertEqual(reply.status, 204, reply.bytes)
        self.assertEqual((one.get("/api/v1/me").status, other.get("/api/v1/me").status), (200, 401))
        self.assertEqual(self.sign_in("changer").status, 401)
        self.assertEqual(self.sign_in("changer", "another pass phrase").status, 200)

    def test_passwords_and_tokens_never_come_back(self):
        for path in ("/api/v1/users", "/api/v1/me", "/api/v1/tokens"):
            text = self.instance.root.get(path).bytes
            self.assertNotIn(b"password", text)
            self.assertNotIn(b"argon2", text)
        self.assertNotIn(door.PASSWORD, self.instance.log_text())

    def test_an_unreadable_record_is_as_if_it_were_absent(self):
        self.instance.add_user("outsider", "reader", {"class": "UNCLASSIFIED"})
        outsider = self.instance.clients["outsider"]
        word = f"quagga{uuid.uuid4().hex[:6]}"
        lists = (f"{ACTORS}?q={word}", f"/api/v1/search?q={word}", ACTORS, f"{ACTORS}.csv")
        before = [outsider.get(path).bytes for path in lists]
        secret = self.contributor.create("actors", nature="unit", name_en=f"The {word} cell",
                                         label={"class": "SECRET", "tlp": "CLEAR"})
        self.assertEqual([outsider.get(path).bytes for path in lists], before)
        path = f"{ACTORS}/{secret['id']}"
        absent = f"{ACTORS}/{uuid.uuid4()}"
        for suffix in ("", "/history"):
            hidden, missing = outsider.get(path + suffix), outsider.get(absent + suffix)
            self.assertEqual(hidden.status, missing.status)
            self.assertEqual(hidden.bytes.replace(secret["id"].encode(), b"ID"),
                             missing.bytes.replace(absent.split("/")[-1].encode(), b"ID"))
        seen = self.reader.get(path)
        self.assertTrue(seen.header("x-entente-marking").startswith("SECRET"))

    def test_nobody_writes_above_their_clearance(self):
        self.instance.add_user("lowly", "contributor", {"class": "UNCLASSIFIED"})
        lowly = self.instance.clients["lowly"]
        reply = lowly.post(ACTORS, {**BODY, "label": {"class": "SECRET"}})
        self.assert_problem(reply, 422, "invalid")
        self.assertEqual(reply.json["errors"][0]["code"], "label")

    def test_reads_above_the_lowest_level_are_audited(self):
        made = self.contributor.create("actors", nature="unit", name_en="Audited",
                                       label={"class": "SECRET"})
        self.assertEqual(self.reader.get(f"{ACTORS}/{made['id']}").status, 200)
        items = self.instance.root.get("/api/v1/audits").json["items"]
        self.assertTrue(any(made["id"] in str(item) for item in items), items[:3])

    def test_every_answer_carries_the_security_headers(self):
        for path in ("/", "/healthz", ACTORS, "/api/v1/nothing", "/%zz", "/openapi.json"):
            reply = self.nobody.get(path)
            self.assertIn("default-src 'none'", reply.header("content-security-policy"))
            self.assertNotIn("unsafe", reply.header("content-security-policy"))
            self.assertEqual(reply.header("x-content-type-options"), "nosniff")
            self.assertEqual(reply.header("referrer-policy"), "no-referrer")

    def test_problems_are_in_the_language_asked_for(self):
        for language, title in (("en", "Sign in first"), ("fr", "Connectez-vous d'abord")):
            reply = self.nobody.get(ACTORS, headers={"Accept-Language": language})
            self.assertEqual(reply.json["title"], title)
            self.assertEqual(reply.header("content-language"), language)

    def test_a_wrong_method_names_the_right_ones(self):
        reply = self.reader.ask("DELETE", ACTORS)
        self.assertEqual(reply.status, 405)
        self.assertEqual(set(reply.header("allow").replace(" ", "").split(",")),
                         {"GET", "HEAD", "POST", "OPTIONS"})

    def test_the_description_is_openapi_3_1_with_a_tag(self):
        reply = self.nobody.get("/openapi.json")
        self.assertTrue(reply.json["openapi"].startswith("3.1"))
        same = self.nobody.get("/openapi.json", headers={"If-None-Match": reply.etag})
        self.assertEqual(same.status, 304)
        names = [operation["operationId"] for item in reply.json["paths"].values()
                 for operation in item.values()]
        self.assertEqual(len(names), len(set(names)))


class Tls(door.DoorTest):
    """The same door over TLS. It is stopped and started again, so it has an instance of its own."""

    def restart(self, *options):
        self.assertEqual(self.instance.stop(), 0)
        self.instance.start(0, *options)

    def test_over_tls_the_cookie_is_secure_and_hsts_is_sent(self):
        if shutil.which("openssl") is None:
            self.skipTest("openssl is absent")
        key, certificate = (f"{self.instance.folder}/{name}.pem" for name in ("key", "cert"))
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        self.restart("--tls-cert", certificate, "--tls-key", key)
        trust = ssl.create_default_context()
        trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection("127.0.0.1", self.instance.port, timeout=60,
                                                 context=trust)
        connection.request("GET", self.instance.link)
        answer = connection.getresponse()
        self.assertEqual(answer.status, 303)
        self.assertIn("; Secure", answer.getheader("Set-Cookie"))
        self.assertEqual(answer.getheader("Strict-Transport-Security"), "max-age=31536000")
        connection.close()
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it is old is the point
            old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        connection = http.client.HTTPSConnection("127.0.0.1", self.instance.port, timeout=60,
                                                 context=old)
        with self.assertRaises(OSError):
            connection.request("GET", "/healthz")

    def test_behind_a_proxy_that_ends_tls_the_cookie_is_secure_too(self):
        self.restart("--https-in-front")
        reply = door.Client(self.instance).get(self.instance.link)
        self.assertIn("; Secure", reply.header("set-cookie"))
        self.assertEqual(reply.header("strict-transport-security"), "max-age=31536000")


if __name__ == "__main__":
    door.main()
