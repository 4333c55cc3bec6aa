"""Releases over HTTP: lowering a label, asking as a partner, and what a partner would get."""
import subprocess
import tempfile

import door

ACTORS = "/api/v1/actors"
OPEN = {"class": "UNCLASSIFIED", "permissive": {}}
RESTRICTED = {"class": "RESTRICTED", "permissive": {}}
SECRET = {"class": "SECRET", "permissive": {}}
CLEARANCE = {"class": "RESTRICTED", "permissive": {"Releasable To": ["DEU"]}, "tlp": "GREEN"}
GROUNDS = {"authority": "Order 4", "reason": "Published"}


def partner_card():
    """The card of another instance: a peer is met by nothing else."""
    with tempfile.TemporaryDirectory(prefix="entente-peer-") as folder:
        def run(*words):
            return subprocess.run([door.program(), "--dir", folder + "/i", "--lang", "en", *words],
                                  capture_output=True, text=True, check=True, timeout=120).stdout
        run("init")
        return run("exchange", "card", "--name", "Partner")


class Releases(door.DoorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.instance.add_user("officer", "disclosure_officer", {"class": "SECRET", "tlp": "RED"})
        cls.officer = cls.instance.browser("officer")
        root = cls.instance.root
        card = {"card": partner_card(), "clearance": CLEARANCE}
        reply = root.post("/api/v1/peers", card)
        assert (reply.status, reply.json["errors"][0]["pointer"]) == (422, "/release"), reply.bytes
        reply = root.post("/api/v1/peers", {**card, "release": GROUNDS})
        assert reply.status == 201, reply.bytes
        cls.peer = reply.json["id"]
        fingerprint = root.get(f"/api/v1/peers/{cls.peer}").json["fingerprint"]
        reply = root.post(f"/api/v1/peers/{cls.peer}/confirm", {"fingerprint": fingerprint})
        assert reply.status == 200, reply.bytes

    def actor(self, name, label):
        return self.instance.root.create("actors", nature="unit", name_en=name, label=label)["id"]

    def as_partner(self, path, client=None, **more):
        return (client or self.instance.root).get(path, headers={"Entente-As": self.peer}, **more)

    def test_a_lower_label_needs_an_officer_and_grounds(self):
        made = self.actor("Lowered", SECRET)
        path = f"{ACTORS}/{made}"
        seen = self.officer.get(path)
        reply = self.officer.patch(path, {"label": OPEN}, seen.etag)
        self.assert_problem(reply, 422, "invalid")
        self.assertEqual(reply.json["errors"][0]["pointer"], "/release")
        reply = self.officer.patch(path, {"label": OPEN, "release": GROUNDS}, seen.etag)
        self.assertEqual(reply.status, 200, reply.bytes)
        releases = self.officer.get(f"/api/v1/releases?record={made}").json["items"]
        self.assertEqual([(r["state"], r["authority"]) for r in releases], [("approved", "Order 4")])
        other = self.actor("Not lowered", RESTRICTED)
        french = self.contributor.patch(f"{ACTORS}/{other}", {"label": OPEN}, "*",
                                        headers={"Accept-Language": "fr"})
        self.assertEqual(french.status, 403)
        self.assertIn("proposez une diffusion", french.json["detail"])

    def test_a_proposal_goes_through_the_queue(self):
        made = self.actor("Proposed", RESTRICTED)
        body = {"record": made, "label": OPEN, "reason": "They asked"}
        reply = self.officer.post("/api/v1/releases/propose", body)
        self.assertEqual(reply.status, 201, reply.bytes)
        release = reply.json["id"]
        self.assertEqual(reply.header("location"), f"/api/v1/releases/{release}")
        self.assert_problem(self.contributor.get("/api/v1/releases/queue"), 403, "forbidden")
        queue = self.officer.get("/api/v1/releases/queue").json
        self.assertIn(release, [r["id"] for r in queue["proposed"]])
        reply = self.officer.post(f"/api/v1/releases/{release}/decide",
                                  {"decision": "approve", "authority": "Order 9"})
        self.assertEqual(reply.status, 200, reply.bytes)
        self.assertEqual(self.officer.get(f"{ACTORS}/{made}").json["label"]["class"], "UNCLASSIFIED")
        reply = self.officer.post(f"/api/v1/releases/{release}/revoke", {"remark": "over"})
        self.assertEqual(reply.json["state"], "revoked")
        self.assertEqual(self.officer.get(f"{ACTORS}/{made}").json["label"]["class"], "RESTRICTED")

    def test_an_officer_reads_as_a_partner(self):
        shown, hidden = self.actor("Shown", RESTRICTED), self.actor("Hidden", SECRET)
        reply = self.as_partner(f"{ACTORS}/{shown}")
        self.assertEqual((reply.status, reply.header("entente-as")), (200, self.peer))
        self.assertEqual(reply.header("entente-as-narrowed"), "false")
        self.assert_problem(self.as_partner(f"{ACTORS}/{hidden}"), 404, "not-found")
        twin = self.instance.root.get(f"{ACTORS}/{shown}?as=Partner")
        self.assertEqual((twin.bytes, twin.header("entente-as")), (reply.bytes, self.peer))
        narrowed = self.as_partner(f"{ACTORS}/{shown}", self.officer)
        self.assertEqual(narrowed.header("entente-as-narrowed"), "true")
        self.assert_problem(self.as_partner(f"{ACTORS}/{shown}", self.contributor), 403, "forbidden")
        plain = self.instance.root.get(f"{ACTORS}/{shown}")
        self.assertEqual(plain.header("entente-as"), "")

    def test_pages_search_tables_and_calendars_are_the_partners_too(self):
        shown, hidden = self.actor("Lighthouse", RESTRICTED), self.actor("Lighthouse", SECRET)
        found = self.as_partner("/api/v1/search?q=lighthouse").json["items"]
        self.assertEqual([hit["id"] for hit in found], [shown])
        table = self.as_partner(f"{ACTORS}.csv?q=lighthouse").bytes.decode()
        self.assertIn(shown, table)
        self.assertNotIn(hidden, table)
        label = {"class": "SECRET", "permissive": {}}
        for name, more in (("Open call", {}), ("Closed call", {"label": label})):
            self.instance.root.create("engagements", title=name, when="2026-11-30", mode="visit",
                                      status="planned", participants=[{"actor": shown}], **more)
        calendar = self.as_partner(f"/api/v1/calendar.ics?of={shown}").bytes.decode()
        self.assertNotIn("Closed call", calendar)
        post = self.instance.root.create("actors", nature="position", name_en="Keeper",
                                         label=SECRET)["id"]
        page = f"/api/v1/handover/{post}/handover.html"
        self.assertEqual(self.instance.root.get(page).status, 200)
        self.assertEqual(self.as_partner(page).status, 404)

    def test_nothing_is_written_and_no_stream_is_read_as_a_partner(self):
        headers = {"Entente-As": self.peer}
        body = {"nature": "unit", "name_en": "No"}
        reply = self.instance.root.post(ACTORS, body, headers=headers)
        self.assert_problem(reply, 403, "forbidden")
        reply = self.instance.root.get("/api/v1/events", headers=headers, judge=False)
        self.assertEqual(reply.status, 415, reply.bytes)
        for empty in ({"headers": {"Entente-As": ""}}, {"path": ACTORS + "?as="}):
            path = empty.pop("path", ACTORS)  # a forgotten name does not show one's own view
            self.assert_problem(self.instance.root.get(path, **empty), 422, "invalid")
        reply = self.instance.root.get(ACTORS, headers={"Entente-As": "Nobody"})
        self.assert_problem(reply, 404, "not-found")
        reply = self.instance.root.get("/api/v1/users", headers=headers)
        self.assert_problem(reply, 403, "forbidden")

    def change_peer(self, body, client=None, **more):
        path = f"/api/v1/peers/{self.peer}"
        return (client or self.instance.root).patch(path, body, "*", **more)

    def decisions(self):
        reply = self.officer.get(f"/api/v1/peers/{self.peer}/releases")
        self.assertEqual(reply.status, 200, reply.bytes)
        return reply.json["items"]

    def test_more_for_a_peer_is_a_recorded_decision(self):
        known = len(self.decisions())
        more = {"clearance": {"class": "SECRET"}}
        reply = self.change_peer(more)
        self.assert_problem(reply, 422, "invalid")
        self.assertEqual([e["pointer"] for e in reply.json["errors"]], ["/release"])
        french = self.change_peer(more, headers={"Accept-Language": "fr"})
        self.assertIn("en vertu de quoi", french.json["errors"][0]["detail"])
        above = self.change_peer({**more, "release": GROUNDS}, self.officer)  # who is not German
        self.assertEqual([e["pointer"] for e in above.json["errors"]], ["/clearance"])
        reply = self.change_peer({**more, "release": {"authority": "Order 5"}})
        self.assertEqual([e["pointer"] for e in reply.json["errors"]], ["/release/reason"])
        until = {"authority": "Order 5", "reason": "Exercise", "until": "2999-01-01"}
        reply = self.change_peer({**more, "release": until})
        self.assertEqual((reply.status, reply.json["clearance"]["class"]), (200, "SECRET"))
        decisions = self.decisions()
        self.assertEqual(len(decisions), known + 1)
        made = next(d for d in decisions if d["authority"] == "Order 5")
        self.assertEqual((made["nature"], made["state"], made["until"]), ("clearance", "approved", "2999-01-01"))
        self.assertEqual((made["clearance_before"], made["clearance_after"]["class"]), (CLEARANCE, "SECRET"))
        queue = self.officer.get("/api/v1/releases/queue?days=3660").json
        self.assertNotIn(made["id"], [r["id"] for r in queue["expiring"]])
        reply = self.officer.post(f"/api/v1/releases/{made['id']}/revoke", {"remark": "over"})
        self.assertEqual((reply.status, reply.json["kind"], reply.json["state"]),
                         (200, "peer_release", "revoked"), reply.bytes)
        peer = self.officer.get(f"/api/v1/peers/{self.peer}").json
        self.assertEqual(peer["clearance"]["class"], CLEARANCE["class"])
        self.assertEqual(peer["clearance"]["permissive"], CLEARANCE["permissive"])
        self.assert_problem(self.officer.post(f"/api/v1/releases/{made['id']}/revoke", {}), 409, "conflict")

    def test_a_decision_over_a_peer_is_read_by_those_who_may_disclose(self):
        made = self.decisions()[0]["id"]
        for client in (self.contributor, self.officer):
            for path in (f"/api/v1/releases/{made}", f"/api/v1/actors/{made}"):
                self.assert_problem(client.get(path), 404, "not-found")
            listed = client.get("/api/v1/releases?limit=200").json["items"]
            self.assertNotIn(made, [item["id"] for item in listed])
        self.assert_problem(self.contributor.get(f"/api/v1/peers/{self.peer}/releases"), 403, "forbidden")
        reply = self.contributor.post(f"/api/v1/releases/{made}/revoke", {})
        self.assert_problem(reply, 404, "not-found")

    def test_no_peer_is_given_what_is_for_named_persons(self):
        red = {"clearance": {"tlp": "RED"}, "release": GROUNDS}
        reply = self.change_peer(red, self.instance.root)
        self.assert_problem(reply, 422, "invalid")
        self.assertEqual(reply.json["errors"][0]["pointer"], "/clearance")
        self.assertIn("TLP:AMBER+STRICT", reply.json["errors"][0]["detail"])
        reply = self.change_peer(red, self.instance.root, headers={"Accept-Language": "fr"})
        self.assertIn("personnes nommées", reply.json["errors"][0]["detail"])

    def test_the_difference_names_what_is_held_back(self):
        hidden = self.actor("Held back", SECRET)
        reply = self.instance.root.get(f"/api/v1/peers/{self.peer}/difference?limit=200")
        self.assertEqual(reply.status, 200, reply.bytes)
        held = {item["record"]: item for item in reply.json["held_back"]["items"]}
        self.assertEqual((held[hidden]["why"], held[hidden]["value"]), ("class", "SECRET"))
        self.assertFalse(reply.json["narrowed"])
        self.assert_problem(self.contributor.get(f"/api/v1/peers/{self.peer}/difference"), 403, "forbidden")

    def test_the_command_line_says_in_the_reader_s_words_what_is_held_back(self):
        hidden = self.actor("Kept", {"class": "CONFIDENTIAL", "permissive": {}})
        for language, said in (("en", "CONFIDENTIAL"), ("fr", "CONFIDENTIEL")):
            shown = self.instance.run("--lang", language, "peer", "difference", "Partner", "--limit", "200",
                                      "--columns", "record,why,value,label.class").stdout
            row = next(line for line in shown.splitlines() if hidden in line)
            self.assertEqual(row.split(), [hidden, "class", said, said], shown)


if __name__ == "__main__":
    door.main()
