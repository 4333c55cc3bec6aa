"""What the black-box tests share: a fresh instance behind the real program, clients, and the judge.

Every answer that a client gets under /api/v1 is judged by the instance's own /openapi.json: its
status must be documented for that operation, its media type too, and its body must be valid. The
program is the one named by the environment variable ENTENTE. A test module ends with door.main().
"""
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

import jsonschema

# What any HTTP server may answer before an operation is reached (docs/http.md).
TRANSPORT = {304, 405, 414, 431}
PASSWORD = "a long enough pass phrase"


def program():
    path = os.environ.get("ENTENTE", "")
    if not os.path.exists(path):
        print("ENTENTE does not name the program")
        print("0 passed, 0 failed")
        sys.exit(77)
    return path


class Judge:
    """The published API description, as a judge of answers."""

    def __init__(self, document):
        self.document = document
        self.resolver = jsonschema.RefResolver("", document)
        self.patterns = []
        self.validators = {}
        for template, item in document["paths"].items():
            pattern = re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template)) + "$")
            self.patterns.append((template.count("{"), pattern, item))
        self.patterns.sort(key=lambda entry: entry[0])  # literal paths before patterns

    def operation(self, method, path):
        for _, pattern, item in self.patterns:
            if pattern.match(path) and method.lower() in item:
                return item[method.lower()]
        return None

    def check(self, method, path, reply):
        operation = self.operation("GET" if method == "HEAD" else method, path)
        if operation is None or method == "HEAD":
            assert reply.status < 500, f"{method} {path}: {reply.status}"
            return
        name = operation["operationId"]
        documented = operation["responses"].get(str(reply.status))
        if documented is None:
            assert reply.status in TRANSPORT, f"{name}: status {reply.status} is not documented"
            return
        if not reply.bytes:
            assert "content" not in documented or reply.status == 304, f"{name}: body missing"
            return
        media = reply.header("content-type").split(";")[0]
        content = documented.get("content", {})
        assert media in content, f"{name}: {media} is not documented for {reply.status}"
        if media.endswith("json"):
            self.validate(f"{name} {reply.status}", content[media]["schema"], reply.json)

    def validate(self, key, schema, value):
        if key not in self.validators:
            self.validators[key] = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        for error in self.validators[key].iter_errors(value):
            where = "/".join(str(part) for part in error.absolute_path)
            raise AssertionError(f"{key}: /{where}: {error.message[:300]}")


class Reply:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.bytes = body

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name), "")

    @property
    def json(self):
        return json.loads(self.bytes)

    @property
    def etag(self):
        return self.header("etag")


class Client:
    """Somebody who asks: nobody, a browser (cookie) or a program (token)."""

    def __init__(self, instance, token=None):
        self.instance = instance
        self.token = token
        self.cookie = None
        self.csrf = None

    def ask(self, method, path, body=None, headers=None, raw=None, judge=True):
        """body: a value sent as JSON; raw: bytes sent as they are."""
        sent = {"Connection": "close"}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if self.cookie:
            sent["Cookie"] = self.cookie
            if method not in ("GET", "HEAD") and self.csrf:
                sent["X-Entente-CSRF"] = self.csrf
        if body is not None:
            raw = json.dumps(body).encode()
            sent["Content-Type"] = ("application/merge-patch+json" if method == "PATCH"
                                    else "application/json")
        sent.update(headers or {})
        connection = http.client.HTTPConnection("127.0.0.1", self.instance.port, timeout=60)
        try:
            connection.request(method, path, raw, sent)
            answer = connection.getresponse()
            reply = Reply(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()
        if judge and self.instance.judge and not reply.header("content-encoding"):
            self.instance.judge.check(method, urllib.parse.unquote(path.split("?")[0]), reply)
        return reply

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.ask("POST", path, body, **more)

    def patch(self, path, body, etag=None, **more):
        headers = dict(more.pop("headers", {}))
        if etag is not None:
            headers["If-Match"] = etag
        return self.ask("PATCH", path, body, headers=headers, **more)

    def take_cookie(self, reply):
        self.cookie = reply.header("set-cookie").split(";")[0]

    def login(self, username, password=PASSWORD):
        reply = self.post("/api/v1/login", {"username": username, "password": password})
        if reply.status == 200:
            self.take_cookie(reply)
            self.csrf = reply.json["csrf"]
        return reply

    def create(self, plural, **fields):
        """A record; fails the test when it is refused."""
        reply = self.post(f"/api/v1/{plural}", fields)
        assert reply.status == 201, f"{plural}: {reply.status} {reply.bytes[:500]}"
        return reply.json


class Instance:
    """A fresh directory, the program serving it, and one user of every role."""

    ROLES = ("reader", "contributor", "steward", "administrator")

    def __init__(self, files=None):
        """files: texts to stand in the instance's directory, by name."""
        self.folder = tempfile.mkdtemp(prefix="entente-api-")
        self.judge = None
        self.process = None
        self.port = None
        self.log = open(os.path.join(self.folder, "log"), "w", encoding="utf-8")
        self.command("init")
        for name, text in (files or {}).items():
            with open(os.path.join(self.folder, "i", name), "w", encoding="utf-8") as file:
                file.write(text)
        self.start()
        try:
            self.populate()
        except BaseException:
            self.process.kill()
            raise

    def populate(self):
        self.root = Client(self)
        self.root.take_cookie(self.root.get(self.link, judge=False))
        self.root.csrf = self.root.get("/api/v1/me", judge=False).json["csrf"]
        self.judge = Judge(self.root.get("/openapi.json", judge=False).json)
        self.clearance = self.root.get("/api/v1/me").json["clearance"]
        self.clients = {}
        for role in self.ROLES:
            self.add_user(role, role)

    def run(self, *words):
        """The program in this instance, to its end, whatever it is."""
        return subprocess.run([program(), "--dir", self.folder + "/i", "--lang", "en", *words],
                              capture_output=True, text=True, timeout=120)

    def command(self, *words):
        subprocess.run([program(), "--dir", self.folder + "/i", "--quiet", *words], check=True,
                       stdout=subprocess.DEVNULL, timeout=120)

    def start(self, port=0, *options):
        self.process = subprocess.Popen(
            [program(), "--dir", self.folder + "/i", "--lang", "en", "serve", "--port", str(port),
             "--print-login-link", *options],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        match = re.search(r"https?://127\.0\.0\.1:(\d+)(/login\?code=\S+)", line)
        assert match, f"no link in {line!r}: {self.log_text()}"
        self.port, self.link = int(match.group(1)), match.group(2)

    def stop(self):
        """Ends it as Ctrl-C would; returns the exit code."""
        self.process.terminate()
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        return code

    def log_text(self):
        self.log.flush()
        with open(self.log.name, encoding="utf-8") as file:
            return file.read()

    def add_user(self, name, role, clearance=None):
        """Makes a user and a client that holds a token of theirs."""
        reply = self.root.post("/api/v1/users", {
            "username": name, "display_name": name.title(), "role": role, "language": "en",
            "active": True, "clearance": clearance or self.clearance, "password": PASSWORD})
        assert reply.status == 201, reply.bytes
        browser = Client(self)
        assert browser.login(name).status == 200
        scope = {"reader": "read", "administrator": "admin"}.get(role, "write")
        token = browser.post("/api/v1/tokens", {
            "name": "tests", "scope": scope, "expires": f"{time.gmtime().tm_year + 1}-01-31"})
        assert token.status == 201, token.bytes
        self.clients[name] = Client(self, token.json["token"])
        return reply.json

    def browser(self, name):
        client = Client(self)
        assert client.login(name).status == 200
        return client

    def close(self):
        code = self.stop()
        text = self.log_text()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        found = [line for line in text.splitlines()
                 if "Sanitizer" in line or "runtime error" in line or '"event":"fault"' in line]
        assert not found, "\n".join(found[:20])
        return code


class DoorTest(unittest.TestCase):
    """One instance for all tests of a class."""

    files = {}

    @classmethod
    def setUpClass(cls):
        cls.instance = Instance(cls.files)
        for name, client in cls.instance.clients.items():
            setattr(cls, name, client)
        cls.nobody = Client(cls.instance)

    @classmethod
    def tearDownClass(cls):
        code = cls.instance.close()
        assert code == 0, f"the server ended with {code}"

    def assert_problem(self, reply, status, code):
        self.assertEqual(reply.status, status, reply.bytes[:500])
        self.assertEqual(reply.header("content-type"), "application/problem+json")
        self.assertEqual(reply.json["code"], code)
        self.assertEqual(reply.json["status"], status)


def wait_until(condition, seconds=30):
    """Waits for something that will happen; the limit is there to fail instead of to hang."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def main():
    program()
    result = unittest.main(module="__main__", exit=False, verbosity=2).result
    failed = len(result.failures) + len(result.errors)
    print(f"{max(0, result.testsRun - failed - len(result.skipped))} passed, {failed} failed")
    sys.exit(1 if failed else 0)
