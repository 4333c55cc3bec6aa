"""Users and tokens over HTTP and at the console: what an administrator may give, and to whom."""
import json
import time
import uuid

import door
from test_stream import Stream

USERS = "/api/v1/users"
UNTIL = f"{time.gmtime().tm_year + 1}-01-31"


def of(user):
    return f"{USERS}/{user['id']}"


class Users(door.DoorTest):
    def new_user(self, role="reader", clearance=None):
        name = f"u-{uuid.uuid4().hex[:12]}"
        return name, self.instance.add_user(name, role, clearance)

    def change(self, who, user, patch):
        return who.patch(of(user), patch, self.instance.root.get(of(user)).etag)

    def assert_field(self, reply, pointer):
        self.assert_problem(reply, 422, "invalid")
        self.assertIn(pointer, [error["pointer"] for error in reply.json["errors"]], reply.bytes)

    def test_a_password_reset_by_an_administrator_signs_the_user_out_everywhere(self):
        name, user = self.new_user()
        one, two = self.instance.browser(name), self.instance.browser(name)
        other = self.instance.browser("reader")
        self.assertEqual(self.change(self.administrator, user, {"language": "fr"}).status, 200)
        self.assertEqual(one.get("/api/v1/me").status, 200)
        reply = self.change(self.administrator, user, {"password": "another pass phrase"})
        self.assertEqual(reply.status, 200, reply.bytes)
        self.assertEqual(one.get("/api/v1/me").status, 401)
        self.assertEqual(two.get("/api/v1/me").status, 401)
        self.assertEqual(other.get("/api/v1/me").status, 200)
        self.assertEqual(self.instance.root.get("/api/v1/me").status, 200)
        self.assertEqual(door.Client(self.instance).login(name, "another pass phrase").status, 200)

    def test_an_administrator_gives_no_clearance_above_their_own(self):
        self.new_user()
        name, _ = self.new_user("administrator", {"class": "CONFIDENTIAL"})
        low, (_, user) = self.instance.clients[name], self.new_user(clearance={"class": "UNCLASSIFIED"})
        self.assert_field(self.change(low, user, {"clearance": {"class": "SECRET"}}), "/clearance")
        reply = self.change(low, user, {"clearance": {"class": "CONFIDENTIAL"}})
        self.assertEqual(reply.status, 200, reply.bytes)

    def test_a_token_for_another_user_acts_as_that_user(self):
        name, user = self.new_user()
        body = {"name": "relay", "scope": "admin", "expires": UNTIL, "user": user["id"]}
        made = self.instance.root.post("/api/v1/tokens", body)
        self.assertEqual(made.status, 201, made.bytes)
        client = door.Client(self.instance, made.json["token"])
        me = client.get("/api/v1/me").json
        self.assertEqual(me["user"]["username"], name)
        self.assertEqual(me["permissions"], ["read"])
        self.assertEqual(client.get(USERS).status, 403)
        browser = self.instance.browser("contributor")
        self.assert_field(browser.post("/api/v1/tokens", body), "/user")

    def test_a_token_of_ones_own_needs_no_user(self):
        browser = self.instance.browser("reader")
        made = browser.post("/api/v1/tokens", {"name": "t", "scope": "read", "expires": UNTIL})
        self.assertEqual(made.status, 201, made.bytes)

    def test_users_have_no_label_of_their_own(self):
        _, user = self.new_user()
        reply = self.change(self.instance.root, user, {"label": {"class": "SECRET"}})
        self.assert_field(reply, "/label")

    def test_null_removes_one_part_of_a_clearance(self):
        _, user = self.new_user(clearance={"class": "SECRET",
                                           "permissive": {"Releasable To": ["CAN"]}})
        reply = self.change(self.instance.root, user, {"clearance": {"permissive": None}})
        self.assertEqual(reply.status, 200, reply.bytes)
        self.assertEqual(reply.json["clearance"], {"class": "SECRET"})

    def test_a_user_is_named_by_no_question_and_no_reference(self):
        name, user = self.new_user()
        writer, identifier = self.contributor, user["id"]
        self.assertEqual(writer.get(f"/api/v1/network?center={identifier}").status, 404)
        actor = writer.create("actors", nature="unit", name_en="Asked about")["id"]
        for path in (f"portfolio?of={identifier}", f"today?of={identifier}",
                     f"partners/{actor}/brief?of={identifier}"):
            reply = writer.get("/api/v1/" + path)
            self.assertEqual(reply.status, 200, path)
            self.assertNotIn(name.encode(), reply.bytes, path)
        other = writer.create("actors", nature="unit", name_en="Other")["id"]
        promise = {"from": actor, "to": other, "text": "t", "state": "open", "stakes": "routine"}
        self.assert_field(writer.post("/api/v1/commitments", {**promise, "born_of": identifier}),
                          "/born_of")

    def test_an_event_that_one_may_not_read_is_no_place_to_go_on_from(self):
        name, _ = self.new_user(clearance={"class": "UNCLASSIFIED"})
        everything = Stream(self.reader)
        hidden = self.contributor.create("actors", nature="unit", name_en="Hidden",
                                         label={"class": "SECRET"})["id"]
        self.assertTrue(everything.sees(hidden))
        between = self.contributor.create("actors", nature="unit", name_en="Between")["id"]
        self.assertTrue(everything.sees(between))
        event = next(e[0] for e in everything.events if e[2]["id"] == hidden)
        everything.close()
        stream = Stream(self.instance.clients[name], last=event)
        after = self.contributor.create("actors", nature="unit", name_en="After")["id"]
        self.assertTrue(stream.sees(after))
        self.assertEqual(stream.records(), [after])
        stream.close()


class Console(door.DoorTest):
    def console(self, *words):
        done = self.instance.run("--output", "json", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_a_clearance_is_given_in_words_or_as_json(self):
        words = self.console("user", "create", "--username", "words", "--role", "reader",
                             "--clearance", "secret; Releasable To: CAN; TLP:AMBER")
        spelled = self.console("user", "create", "--username", "spelled", "--role", "reader",
                               "--clearance", '{"class":"SECRET","tlp":"AMBER",'
                               '"permissive":{"Releasable To":["CAN"]}}')
        for part in ("class", "tlp", "permissive"):
            self.assertEqual(words["clearance"][part], spelled["clearance"][part])
        self.assertEqual(words["clearance"]["permissive"], {"Releasable To": ["CAN"]})
        refused = self.instance.run("user", "create", "--username", "x", "--role", "reader",
                                    "--clearance", "COSMIC")
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--clearance", refused.stderr)

    def test_the_operator_makes_a_token_for_a_user_by_name(self):
        made = self.console("token", "create", "--user", "reader", "--name", "relay", "--scope",
                            "write", "--expires", UNTIL)
        me = door.Client(self.instance, made["token"]).get("/api/v1/me").json
        self.assertEqual((me["user"]["username"], me["permissions"]), ("reader", ["read"]))
        whose = self.instance.run("token", "create", "--name", "relay", "--scope", "read",
                                  "--expires", UNTIL)
        self.assertEqual(whose.returncode, 2)
        self.assertIn("user is required", whose.stderr)
        nobody = self.instance.run("token", "create", "--user", "nobody", "--name", "relay",
                                   "--scope", "read", "--expires", UNTIL)
        self.assertIn("nobody", nobody.stderr)


class Proxy(door.DoorTest):
    """The instance is started again as if a proxy stood before it."""

    def test_behind_a_proxy_the_counters_are_for_administrators(self):
        self.assertEqual(self.nobody.get("/metrics").status, 200)
        self.assertEqual(self.instance.stop(), 0)
        self.instance.start(0, "--https-in-front")
        for client in (self.nobody, self.steward):
            self.assertEqual(client.get("/metrics").status, 403)
        self.assertEqual(self.administrator.get("/metrics").status, 200)


if __name__ == "__main__":
    door.main()
