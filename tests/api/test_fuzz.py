"""Hypothesis against every operation: whatever is sent, nothing fails inside, every answer is as
documented, and the server stays up. The inputs are drawn from the published description, then bent.
Deterministic: the same inputs in every run (FUZZ=1 draws new ones, and more of them).
"""
import json
import os
import socket
import string
import urllib.parse

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import door

FRESH = bool(os.environ.get("FUZZ"))
settings.register_profile("entente", deadline=None, derandomize=not FRESH, database=None,
                          max_examples=1000 if FRESH else 120,
                          suppress_health_check=list(HealthCheck))
settings.load_profile("entente")

TEXT = st.text(max_size=40)
WORDS = st.sampled_from(["", "0", "-1", "2026", "2026-02-30", "2026-13", "true", "null", "'", "*",
                         "\u202e", "a" * 400, "9" * 30, "-updated", "title", "actor", "é" * 100,
                         "01900000-0000-7000-8000-000000000000", "2026-05-01T00:00:00Z"])
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | TEXT | WORDS,
                    lambda inner: st.lists(inner, max_size=4) |
                    st.dictionaries(TEXT, inner, max_size=4), max_leaves=12)


def of_schema(schema, document, depth=0):
    """Values that often fit the schema, and often do not."""
    if "$ref" in schema:
        return of_schema(document["components"]["schemas"][schema["$ref"].split("/")[-1]],
                         document, depth)
    if depth > 4:
        return st.none()
    if "enum" in schema:
        fitting = st.sampled_from(schema["enum"])
    elif schema.get("type") == "object" or "properties" in schema:
        fitting = st.fixed_dictionaries({}, optional={
            name: of_schema(part, document, depth + 1)
            for name, part in schema.get("properties", {}).items()})
    elif schema.get("type") == "array":
        fitting = st.lists(of_schema(schema.get("items", {}), document, depth + 1), max_size=3)
    elif schema.get("type") == "integer":
        fitting = st.integers()
    elif schema.get("type") == "number":
        fitting = st.floats(allow_nan=False)
    elif schema.get("type") == "boolean":
        fitting = st.booleans()
    else:
        fitting = TEXT | WORDS
    return st.one_of(fitting, fitting, fitting, JSON)


class Fuzz(door.DoorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = [cls.contributor.create("actors", nature="unit", name_en=f"Known {n}")["id"]
                     for n in range(3)]
        document = cls.instance.judge.document
        cls.operations = [(method.upper(), path, operation)
                          for path, item in document["paths"].items()
                          for method, operation in item.items()
                          if operation["operationId"] not in ("events", "login", "logout",
                                                              "password", "export")]

    def draw_target(self, data, path, operation):
        values = st.sampled_from(self.known) | WORDS | TEXT
        path = path.replace("{id}", urllib.parse.quote(data.draw(values) or "x", safe=""))
        names = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
        query = data.draw(st.dictionaries(
            st.sampled_from(names) | TEXT if names else TEXT, values, max_size=5))
        return path + ("?" + urllib.parse.urlencode(query) if query else "")

    def check(self, method, path, raw, headers):
        """The door's client judges the answer; here only that nothing failed inside."""
        reply = self.instance.root.ask(method, path, raw=raw, headers=headers)
        self.assertLess(reply.status, 500, f"{method} {path} {raw!r}: {reply.bytes[:300]}")

    def test_no_input_makes_a_read_fail(self):
        reads = [o for o in self.operations if o[0] == "GET"]

        @given(st.data())
        def attempt(data):
            method, path, operation = data.draw(st.sampled_from(reads))
            self.check(method, self.draw_target(data, path, operation), None, {})

        attempt()

    def test_no_body_makes_a_write_fail(self):
        document = self.instance.judge.document
        # users are left alone: a lucky draw would lock the tests out
        writes = [o for o in self.operations if o[0] != "GET" and "/users" not in o[1]]

        @given(st.data())
        def attempt(data):
            method, path, operation = data.draw(st.sampled_from(writes))
            content = operation.get("requestBody", {}).get("content", {})
            media = next(iter(content), "application/json")
            schema = content.get(media, {}).get("schema", {})
            if media.endswith("json"):
                body = json.dumps(data.draw(of_schema(schema, document))).encode()
            else:
                body = data.draw(st.text(alphabet=string.printable, max_size=200)).encode()
            headers = {"Content-Type": media}
            if data.draw(st.booleans()):
                headers["If-Match"] = data.draw(st.sampled_from(['"1"', "*", '"', 'W/"1"', "é"]))\
                    .encode("utf-8").decode("latin-1")
            self.check(method, self.draw_target(data, path, operation), body, headers)

        attempt()

    def test_no_bytes_bring_the_server_down(self):
        @given(st.binary(max_size=300) | st.builds(
            lambda line, rest: line + rest,
            st.sampled_from([b"GET / HTTP/1.1\r\n", b"POST /api/v1/login HTTP/1.1\r\nHost: a\r\n",
                             b"GET /api/v1/actors?", b"OPTIONS * HTTP/1.0\r\n\r\n"]),
            st.binary(max_size=200)))
        def attempt(data):
            with socket.create_connection(("127.0.0.1", self.instance.port), timeout=20) as wire:
                wire.sendall(data)
                wire.settimeout(0.01)
                try:
                    answer = wire.recv(4096)
                except OSError:
                    return
                self.assertNotRegex(answer[:12], rb"^HTTP/1.[01] 5(?!05)")

        attempt()
        self.assertEqual(self.nobody.get("/healthz").status, 200)


if __name__ == "__main__":
    door.main()
