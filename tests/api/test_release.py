"""Releases over HTTP: lowering a label, asking as a partner, and what a partner would get."""
import json

import door

ACTORS = "/api/v1/actors"
OPEN = {"class": "UNCLASSIFIED", "permissive": {}}
RESTRICTED = {"class": "RESTRICTED", "permissive": {}}
SECRET = {"class": "SECRET", "permissive": {}}
CLEARANCE = {"class": "RESTRICTED", "permissive": {"Releasable To": ["DEU"]}, "tlp": "GREEN"}
PEER = "01890000-0000-7000-8000-0000000000aa"
INSTANCE = "bbbbbbbb-bbbb-7bbb-8bbb-bbbbbbbbbbbb"
GROUNDS = {"authority": "Order 4", "reason": "Published"}


def peer_lines():
    """A peer as an export would state it: meeting one needs another instance."""
    body = {"box_key": "b" * 64, "clearance": CLEARANCE, "instance": INSTANCE, "name": "Partner",
            "sign_key": "b" * 64, "state": "confirmed"}
    return json.dumps({"id": PEER, "kind": "peer", "operation": "put", "version": 1,
                       "at": "2026-01-01T00:00:00Z", "user": "test", "label": OPEN, "body": body}) + "\n"


class Releases(door.DoorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.instance.add_user("officer", "disclosure_officer", {"class": "SECRET", "tlp": "RED"})
        cls.officer = cls.instance.browser("officer")
        reply = cls.instance.root.ask("POST", "/api/v1/import", raw=peer_lines().encode(),
                                      headers={"Content-Type": "application/x-ndjson"})
        assert reply.status == 200 and reply.json["failed"] == 0, reply.bytes

    def actor(self, name, label):
        return self.instance.root.create("actors", nature="unit", name_en=name, label=label)["id"]

    def as_partner(self, path, client=None, **more):
        return (client or self.instance.root).get(path, headers={"Entente-As": PEER}, **more)

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
        self.assertEqual((reply.status, reply.header("entente-as")), (200, PEER))
        self.assertEqual(reply.header("entente-as-narrowed"), "false")
        self.assert_problem(self.as_partner(f"{ACTORS}/{hidden}"), 404, "not-found")
        twin = self.instance.root.get(f"{ACTORS}/{shown}?as=Partner")
        self.assertEqual((twin.bytes, twin.header("entente-as")), (reply.bytes, PEER))
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
        headers = {"Entente-As": PEER}
        body = {"nature": "unit", "name_en": "No"}
        reply = self.instance.root.post(ACTORS, body, headers=headers)
        self.assert_problem(reply, 403, "forbidden")
        reply = self.instance.root.get("/api/v1/events", headers=headers, judge=False)
        self.assertEqual(reply.status, 415, reply.bytes)
        reply = self.instance.root.get(ACTORS, headers={"Entente-As": "Nobody"})
        self.assert_problem(reply, 404, "not-found")
        reply = self.instance.root.get("/api/v1/users", headers=headers)
        self.assert_problem(reply, 403, "forbidden")

    def test_the_difference_names_what_is_held_back(self):
        hidden = self.actor("Held back", SECRET)
        reply = self.instance.root.get(f"/api/v1/peers/{PEER}/difference?limit=200")
        self.assertEqual(reply.status, 200, reply.bytes)
        held = {item["record"]: item for item in reply.json["held_back"]["items"]}
        self.assertEqual((held[hidden]["why"], held[hidden]["value"]), ("class", "SECRET"))
        self.assertFalse(reply.json["narrowed"])
        self.assert_problem(self.contributor.get(f"/api/v1/peers/{PEER}/difference"), 403, "forbidden")


if __name__ == "__main__":
    door.main()
