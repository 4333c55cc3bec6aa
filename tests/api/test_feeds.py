"""Calendar feeds, vCards and the handover page over HTTP: who gets them, and in what form."""
import datetime
import time
import uuid

import door

SOON = (datetime.date.today() + datetime.timedelta(days=20)).isoformat()
LOW = {"class": "UNCLASSIFIED", "permissive": {}}
SECRET = {"class": "SECRET", "permissive": {"Releasable To": [["CAN"]]}}
CARD = ("BEGIN:VCARD\r\nVERSION:4.0\r\nUID:card-1\r\nKIND:individual\r\nFN:Jane Roe\r\n"
        "EMAIL:jane@example.org\r\nEND:VCARD\r\n")


class Feeds(door.DoorTest):
    def token(self, browser, scope):
        reply = browser.post("/api/v1/tokens", {
            "name": scope, "scope": scope, "expires": f"{time.gmtime().tm_year + 1}-01-31"})
        self.assertEqual(reply.status, 201)
        return reply.json

    def feed(self, token):
        return self.nobody.get(f"/feeds/{token}.ics", judge=False)

    def test_a_feed_shows_what_its_subscriber_may_read(self):
        if "low" not in self.instance.clients:
            self.instance.add_user("low", "reader", LOW)
        for title, label in (("Open visit", LOW), ("Closed visit", SECRET)):
            self.administrator.create("engagements", title=title, when=SOON, mode="visit",
                                      status="planned", label=label)
        high = self.feed(self.token(self.instance.browser("contributor"), "calendar")["token"])
        low = self.feed(self.token(self.instance.browser("low"), "calendar")["token"])
        self.assertEqual((high.status, low.status), (200, 200))
        self.assertEqual(low.header("content-type"), "text/calendar; charset=utf-8")
        self.assertEqual(low.header("content-disposition"), 'attachment; filename="calendar.ics"')
        self.assertEqual(low.header("cache-control"), "no-store")
        self.assertIn(b"SUMMARY:Closed visit", high.bytes)
        self.assertIn(b"SUMMARY:Open visit", low.bytes)
        self.assertNotIn(b"Closed visit", low.bytes)

    def test_accepted_lines_of_a_plan_are_a_calendar_that_others_read(self):
        try:
            import icalendar
        except ImportError:
            self.skipTest("python3-icalendar is not installed")
        us, them = (self.administrator.create("actors", nature="organisation", name_en=name)["id"]
                    for name in ("Us", "Them, of the coast"))
        tie = self.administrator.create("relationships", a=us, b=them, nature="institutional")["id"]
        line = {"relationship": tie, "type": "visit", "on": SOON}
        reply = self.administrator.post("/api/v1/plan/accept", line)
        self.assertEqual(reply.status, 201, reply.bytes)
        self.administrator.create("engagements", title="Not from a plan", when=SOON, mode="call",
                                  status="planned", participants=[{"actor": us}, {"actor": them}])
        query = f"/api/v1/calendar.ics?of={us}&from={SOON}&until={SOON}"
        events = {}
        for name, path in (("accepted", query + "&accepted=true"), ("all", query)):
            file = icalendar.Calendar.from_ical(self.administrator.get(path).bytes)
            self.assertEqual([part.errors for part in file.walk() if part.errors], [])
            events[name] = file.walk("VEVENT")
        self.assertEqual((len(events["accepted"]), len(events["all"])), (1, 2))
        event = events["accepted"][0]
        self.assertEqual(str(event["UID"]), "urn:uuid:" + reply.json["id"])
        self.assertEqual(event["DTSTART"].dt, datetime.date.fromisoformat(SOON))
        self.assertEqual(str(event["SUMMARY"]), reply.json["title"])

    def test_a_revoked_feed_is_gone(self):
        browser = self.instance.browser("reader")
        token = self.token(browser, "calendar")
        self.assertEqual(self.feed(token["token"]).status, 200)
        self.assertEqual(browser.post(f"/api/v1/tokens/{token['id']}/revoke").status, 200)
        self.assertEqual(self.feed(token["token"]).status, 404)

    def test_no_other_token_is_taken_from_an_address(self):
        browser = self.instance.browser("reader")
        strong = self.token(browser, "read")["token"]
        for wrong in (strong, "ent_" + "A" * 43, "x", "../api/v1/actors"):
            reply = self.feed(wrong)
            self.assertEqual(reply.status, 404, wrong)
            self.assertNotIn(strong.encode(), reply.bytes)
        self.assertEqual(self.nobody.get("/feeds/", judge=False).status, 404)

    def test_a_feed_token_opens_nothing_else(self):
        token = self.token(self.instance.browser("administrator"), "calendar")["token"]
        client = door.Client(self.instance, token)
        self.assertEqual(client.get("/api/v1/calendar.ics").status, 200)
        for path in ("/api/v1/actors", "/api/v1/today", "/api/v1/me", "/api/v1/events",
                     "/api/v1/users", "/api/v1/export"):
            self.assert_problem(client.get(path), 403, "forbidden")

    def test_the_log_does_not_hold_the_address(self):
        token = self.token(self.instance.browser("reader"), "calendar")["token"]
        self.assertEqual(self.feed(token).status, 200)
        self.assertNotIn(token, self.instance.log_text())

    def test_cards_come_in_once_and_go_out(self):
        path, headers = "/api/v1/actors/import-vcard?label=UNCLASSIFIED", {"Content-Type": "text/vcard"}
        dry = self.steward.post(path + "&dry_run=true", raw=CARD.encode(), headers=headers)
        self.assertEqual((dry.status, dry.json["created"]), (200, 1))
        self.assertEqual(self.steward.post(path, raw=CARD.encode(), headers=headers).json["created"], 1)
        again = self.steward.post(path, raw=CARD.encode(), headers=headers).json
        self.assertEqual((again["created"], again["unchanged"]), (0, 1))
        found = self.steward.get("/api/v1/actors?external_ids=vcard:card-1").json["items"][0]
        card = self.reader.get(f"/api/v1/actors/{found['id']}/vcard")
        self.assertEqual(card.header("content-type"), "text/vcard; charset=utf-8")
        self.assertIn(b"EMAIL:jane@example.org\r\n", card.bytes)
        self.assertIn(f"UID:urn:uuid:{found['id']}\r\n".encode(), card.bytes)
        back = self.steward.post(path, raw=card.bytes, headers=headers).json
        self.assertEqual((back["created"], back["changed"], back["unchanged"]), (0, 0, 1))
        csv = self.steward.post(path, raw=b"a,b\r\n", headers={"Content-Type": "text/csv"})
        self.assert_problem(csv, 415, "unsupported")
        self.assert_problem(self.reader.post(path, raw=CARD.encode(), headers=headers), 403, "forbidden")

    def calendar(self, *components):
        return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" +
                "".join(f"BEGIN:VEVENT\r\n{c}\r\nEND:VEVENT\r\n" for c in components) +
                "END:VCALENDAR\r\n").encode()

    def send(self, data, dry=False):
        reply = self.steward.post("/api/v1/engagements/import-ics?label=UNCLASSIFIED" +
                                  ("&dry_run=true" if dry else ""),
                                  raw=data, headers={"Content-Type": "text/calendar"})
        self.assertEqual(reply.status, 200, reply.bytes)
        return reply.json

    def test_events_come_in_once_and_say_what_is_wrong(self):
        day = SOON.replace("-", "")
        partner = self.steward.create("actors", nature="organisation", name_en="Harbour Office")
        good = (f"UID:one@x\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:Port visit\r\nCATEGORIES:Visit\r\n"
                "ATTENDEE;CN=Harbour Office:mailto:h@x.example")
        mixed = self.send(self.calendar(good, "UID:two@x\r\nSUMMARY:No start",
                                        f"UID:three@x\r\nDTSTART:{day}T000000Z\r\nRRULE:FREQ=SECONDLY"))
        self.assertEqual((mixed["created"], mixed["failed"]), (0, 2))
        self.assertEqual([e["line"] for e in mixed["errors"]], [11, 15])
        self.assertEqual(self.send(self.calendar(good), dry=True)["created"], 1)
        self.assertEqual(self.send(self.calendar(good))["created"], 1)
        self.assertEqual(self.send(self.calendar(good))["unchanged"], 1)
        found = self.reader.get("/api/v1/engagements?external_ids=ics:one@x").json["items"][0]
        self.assertEqual((found["when"], found["mode"], found["status"]), (SOON, "visit", "planned"))
        self.assertEqual(found["participants"], [{"actor": partner["id"]}])
        moved = good + "\r\nSTATUS:CANCELLED"
        self.assertEqual(self.send(self.calendar(moved))["changed"], 1)
        found = self.reader.get("/api/v1/engagements?external_ids=ics:one@x").json["items"]
        self.assertEqual([e["status"] for e in found], ["cancelled"])

    def test_a_recurring_event_comes_in_as_its_days(self):
        day = SOON.replace("-", "")
        weekly = f"UID:weekly@x\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:Call\r\nRRULE:FREQ=WEEKLY;COUNT=3"
        self.assertEqual(self.send(self.calendar(weekly))["created"], 3)
        self.assertEqual(self.send(self.calendar(weekly))["unchanged"], 3)
        endless = f"UID:daily@x\r\nDTSTART;VALUE=DATE:{day}\r\nSUMMARY:Call\r\nRRULE:FREQ=DAILY"
        self.assertEqual(self.send(self.calendar(endless), dry=True)["rows"], 200)

    def test_our_own_calendar_changes_nothing_when_it_comes_back(self):
        self.steward.create("engagements", title="Both sides; twice, \"so\"", when=SOON + "T09:30:00Z",
                            until=SOON + "T11:00:00Z", mode="meeting", status="planned", aim="A\nB")
        report = self.send(self.administrator.get("/api/v1/calendar.ics").bytes)
        self.assertEqual((report["created"], report["changed"], report["failed"]), (0, 0, 0))
        self.assertGreater(report["unchanged"], 0)

    def test_a_page_runs_nothing_and_is_shown(self):
        post = self.administrator.create("actors", nature="position", name_en="Desk")
        page = self.reader.get(f"/api/v1/handover/{post['id']}/handover.html")
        self.assertEqual(page.status, 200)
        self.assertEqual(page.header("content-type"), "text/html; charset=utf-8")
        self.assertEqual(page.header("content-disposition"), "")
        policy = page.header("content-security-policy")
        self.assertIn("default-src 'none'", policy)
        self.assertIn("sandbox", policy)
        self.assertNotIn("script-src", policy)
        self.assertEqual(self.reader.get(f"/api/v1/handover/{uuid.uuid4()}").status, 404)


if __name__ == "__main__":
    door.main()
