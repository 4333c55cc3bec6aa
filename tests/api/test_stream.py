"""The event stream over HTTP: what arrives, for whom, from where on, and when it ends."""
import http.client
import json
import threading

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
                    self.events.append((event["id"], event["event"], json.loads(event["data"])))
                    event = {}
                elif name in ("id", "event", "data"):
                    event[name] = value
        except (OSError, ValueError, http.client.HTTPException):
            pass
        self.ended = True

    def records(self):
        return [data["id"] for _, _, data in self.events]

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

    def test_nobody_gets_no_stream(self):
        stream = Stream(self.nobody)
        self.assertEqual(stream.answer.status, 401)
        stream.close()


if __name__ == "__main__":
    door.main()
