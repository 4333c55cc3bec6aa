"""The event stream over HTTP: what arrives, for whom, from where on, and when it ends."""
import datetime
import http.client
import json
import threading
import time

import door


class Stream:
    """Reads /api/v1/events in a thread."""

    def __init__(self, client, last=None):
        headers = {"Accept": "text/event-stream"}
        if client.token:
            headers["Authorization"] = f"Bearer {client.token}"
        if client.cookie:
            headers["Cookie"] = client.cookie
        if last:
            headers["Last-Event-ID"] = last
        self.connection = http.client.HTTPConnection("127.0.0.1", client.instance.port, timeout=60)
        self.connection.request("GET", "/api/v1/events", headers=headers)
        self.answer = self.connection.getresponse()
        self.events, self.ended = [], False
        self.thread = threading.Thread(target=self.read, daemon=True)
        if self.answer.status == 200:
            self.answer.readline()  # "retry:": it has begun
            self.thread.start()

    def read(self):
        event = {}
        try:
            for line in self.answer:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "" and event:
                    self.events.append((event.get("id"), event["event"], json.loads(event["data"])))
                    event = {}
                elif name in ("id", "event", "data"):
                    event[name] = value
        except (OSError, ValueError, http.client.HTTPException):
            pass
        self.ended = True

    def records(self):
        return [data["id"] for _, name, data in self.events if name == "change"]

    def attention(self, relationship):
        return [data for _, name, data in self.events
                if name == "attention" and data["relationship"] == relationship]

    def sees(self, identifier):
        return door.wait_until(lambda: identifier in self.records())

    def close(self):
        self.connection.close()


class Events(door.DoorTest):
    def make(self, **more):
        return self.contributor.create("actors", nature="unit", name_en="Event", **more)["id"]

    def test_a_change_arrives_with_its_kind_version_and_operation(self):
        stream = Stream(self.reader)
        self.assertEqual(stream.answer.getheader("Content-Type"), "text/event-stream")
        made = self.make()
        self.assertTrue(stream.sees(made))
        path = f"/api/v1/actors/{made}"
        self.contributor.patch(path, {"notes": "x"}, self.contributor.get(path).etag)
        self.assertTrue(door.wait_until(lambda: len(stream.records()) >= 2))
        seen = [(name, data) for _, name, data in stream.events if data["id"] == made]
        self.assertEqual(seen, [
            ("change", {"kind": "actor", "id": made, "version": 1, "operation": "put"}),
            ("change", {"kind": "actor", "id": made, "version": 2, "operation": "put"})])
        stream.close()

    def test_a_stream_resumes_after_the_last_event_seen_without_gap_or_repeat(self):
        stream = Stream(self.reader)
        first = self.make()
        self.assertTrue(stream.sees(first))
        last = stream.events[-1][0]
        stream.close()
        missed = [self.make() for _ in range(5)]
        stream = Stream(self.reader, last)
        later = self.make()
        self.assertTrue(stream.sees(later))
        self.assertEqual(stream.records(), missed + [later])
        stream.close()

    def test_what_a_viewer_may_not_read_makes_no_event(self):
        self.instance.add_user("outsider", "reader", {"class": "UNCLASSIFIED"})
        stream = Stream(self.instance.clients["outsider"])
        hidden = self.make(label={"class": "SECRET"})
        shown = self.make()
        self.assertTrue(stream.sees(shown))
        self.assertEqual(stream.records(), [shown])
        self.assertNotIn(hidden, stream.records())
        stream.close()

    def test_signing_out_ends_the_stream(self):
        browser = self.instance.browser("reader")
        stream = Stream(browser)
        browser.post("/api/v1/logout")
        self.make()
        self.assertTrue(door.wait_until(lambda: stream.ended))
        self.assertEqual(stream.events, [])
        stream.close()

    def test_a_lower_clearance_acts_on_an_open_stream(self):
        made = self.instance.add_user("demoted", "reader")
        stream = Stream(self.instance.clients["demoted"])
        secret = self.make(label={"class": "SECRET"})
        self.assertTrue(stream.sees(secret))
        root, path = self.instance.root, f"/api/v1/users/{made['id']}"
        reply = root.patch(path, {"clearance": {"class": "UNCLASSIFIED"}}, root.get(path).etag)
        self.assertEqual(reply.status, 200, reply.bytes)
        hidden, shown = self.make(label={"class": "SECRET"}), self.make()
        self.assertTrue(stream.sees(shown))
        self.assertNotIn(hidden, stream.records())
        stream.close()

    def tie(self, home, name, **more):
        partner = self.contributor.create("actors", nature="organisation", name_en=name)["id"]
        relationship = self.contributor.create(
            "relationships", a=home, b=partner, nature="institutional", cadence_longest=30, **more)
        return partner, relationship["id"]

    def meet(self, home, partner, days_ago, **more):
        when = (datetime.date.today() - datetime.timedelta(days=days_ago)).isoformat()
        return self.contributor.create(
            "engagements", title="Talks", mode="call", status="held", when=when,
            participants=[{"actor": home}, {"actor": partner}], **more)["id"]

    def test_attention_that_evidence_moves_is_told_to_whom_may_read_it(self):
        home = self.contributor.create("actors", nature="organisation", name_en="Home")["id"]
        self.instance.run("home", home)
        partner, relationship = self.tie(home, "Neglected")
        self.meet(home, partner, 60)
        self.instance.add_user("low_reader", "reader", {"class": "UNCLASSIFIED"})
        stream, low = Stream(self.reader), Stream(self.instance.clients["low_reader"])
        hidden = self.meet(home, partner, 0, label={"class": "SECRET"})
        self.assertTrue(door.wait_until(lambda: stream.attention(relationship)))
        event = stream.attention(relationship)[0]
        self.assertEqual(event["contact"], "fresh")
        self.assertIn(event["trust"], ("later", "soon", "below"))
        self.assertEqual(event["day"], time.strftime("%Y-%m-%d", time.gmtime()))
        shown = self.make()
        self.assertTrue(low.sees(shown))
        # what they may read moves it for them, and only that: the same state, told once
        seen = self.meet(home, partner, 1)
        self.assertTrue(door.wait_until(lambda: low.attention(relationship)))
        self.assertEqual(len(low.attention(relationship)), 1)
        places = [data.get("id", name) for _, name, data in low.events]
        self.assertLess(places.index(seen), places.index("attention"))
        self.assertNotIn(hidden, places)
        stream.close()
        low.close()

    def test_who_comes_back_goes_on_after_the_last_change_not_after_attention(self):
        home = self.contributor.create("actors", nature="organisation", name_en="Home again")["id"]
        self.instance.run("home", home)
        partner, relationship = self.tie(home, "Forgotten")
        self.meet(home, partner, 60)
        stream = Stream(self.reader)
        last = self.meet(home, partner, 0)
        self.assertTrue(door.wait_until(lambda: stream.attention(relationship)))
        identified = [event for event in stream.events if event[0]]
        self.assertEqual(identified[-1][2]["id"], last)
        self.assertTrue(all(name == "change" for _, name, _ in identified))
        stream.close()
        missed = self.make()
        stream = Stream(self.reader, identified[-1][0])
        self.assertTrue(stream.sees(missed))
        self.assertEqual(stream.records(), [missed])
        stream.close()

    def test_nobody_gets_no_stream(self):
        stream = Stream(self.nobody)
        self.assertEqual(stream.answer.status, 401)
        stream.close()


if __name__ == "__main__":
    door.main()
