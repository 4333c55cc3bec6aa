"""The real program, twice: two instances meet by their cards, and one's records reach the other over
the network, from the command line, over the API and by itself; a retraction follows."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ENTENTE = os.environ["ENTENTE"]
ENVIRONMENT = {**os.environ, "LANG": "C.UTF-8", "https_proxy": "", "HTTPS_PROXY": ""}


class Instance:
    """One instance: its folder, and its server when it runs."""

    def __init__(self, root, name, clearance):
        self.name, self.clearance = name, clearance
        self.folder = pathlib.Path(root) / name
        self.process, self.peers, self.page = None, "", ""
        self.run("init")

    def call(self, *words):
        return subprocess.run([ENTENTE, "--dir", str(self.folder), "--lang", "en", "--output", "json", *map(str, words)],
                              capture_output=True, text=True, timeout=300, check=False, env=ENVIRONMENT,
                              stdin=subprocess.DEVNULL)

    def run(self, *words):
        done = self.call(*words)
        assert done.returncode == 0 and "Sanitizer" not in done.stderr, (words, done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else None

    def refused(self, *words):
        done = self.call(*words)
        assert done.returncode > 0 and "Sanitizer" not in done.stderr, (words, done.stdout, done.stderr)
        return done.returncode, done.stderr

    def actor(self, name, label):
        return self.run("actor", "create", "--nature", "organisation", "--name-en", name, "--label", label)["id"]

    def serve(self):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen(
            [ENTENTE, "--dir", str(self.folder), "--lang", "en", "serve", "--port", "0", "--exchange-port", "0"],
            stdout=subprocess.PIPE, stderr=self.log, text=True, env=ENVIRONMENT)
        self.page = self.process.stdout.readline().split()[-1]
        heard = self.process.stdout.readline()
        assert heard.startswith("Peers are heard at https://127.0.0.1:"), heard
        self.peers = heard.split()[4]

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            code = self.process.wait(timeout=120)
            self.process.stdout.close()
            self.log.close()
            self.process = None
            said = (self.folder / "log").read_text(errors="replace")
            assert code == 0 and "Sanitizer" not in said and "runtime error" not in said, (code, said[-3000:])


def meet(one, other):
    """`one` meets `other` by its card, and hears its fingerprint."""
    card = one.folder.parent / f"{other.name}-for-{one.name}.card"
    done = other.call("exchange", "card", "--name", other.name, "--url", other.peers, "--out", card)
    assert done.returncode == 0, done.stderr
    one.run("peer", "meet", card, "--name", other.name, "--clearance", other.clearance,
            "--authority", "Order 1", "--reason", "They exchange")
    fingerprint = other.run("exchange", "fingerprint")["fingerprint"]
    assert one.run("peer", "confirm", other.name, *fingerprint.split())["state"] == "confirmed"


def names(instance):
    return sorted(item["name_en"] for item in instance.run("actor", "list")["items"])


def api(instance, method, path, token):
    request = urllib.request.Request(instance.page.rstrip("/") + path, method=method,
                                     headers={"Authorization": "Bearer " + token})
    try:
        with urllib.request.urlopen(request, timeout=120) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


class Story:
    """What happens, step by step; each step is a test."""

    def __init__(self, root):
        self.a = Instance(root, "a", "SECRET; Releasable To: CAN")
        self.b = Instance(root, "b", "CONFIDENTIAL; Releasable To: GBR")

    def each_meets_the_other_by_its_card(self):
        self.b.serve()
        meet(self.a, self.b)
        meet(self.b, self.a)
        peers = self.a.run("peer", "list")["items"]
        assert len(peers) == 1 and len(peers[0]["tls_pin"]) == 44 and peers[0]["url"] == self.b.peers, peers

    def what_is_pushed_arrives_and_nothing_else(self):
        self.low = self.a.actor("Low", "UNCLASSIFIED")
        self.a.actor("High", "SECRET")
        report = self.a.run("exchange", "push", "b")
        assert report["acknowledged"] and report["result"]["outcome"] == "taken" and report["result"]["put"] == 1, report
        assert names(self.b) == ["Low"] and names(self.a) == ["High", "Low"]
        assert self.a.run("exchange", "push", "b")["nothing"]

    def what_is_pulled_arrives(self):
        self.b.actor("Theirs", "UNCLASSIFIED")
        report = self.a.run("exchange", "pull", "b")
        assert report["acknowledged"] and report["result"]["put"] == 1, report
        assert names(self.a) == ["High", "Low", "Theirs"] and self.a.run("exchange", "pull", "b")["nothing"]

    def a_retraction_follows_and_is_proved(self):
        self.a.run("actor", "retract", self.low, "--if-match", "*", "--reason", "no more")
        report = self.a.run("exchange", "push", "b")
        assert report["result"]["retract"] == 1, report
        assert names(self.b) == ["Theirs"]
        proof = json.dumps(self.a.run("exchange", "proof", self.low))
        assert "retract" in proof, proof

    def over_the_api_too_but_only_for_who_may(self):
        self.a.serve()
        self.a.actor("By the API", "UNCLASSIFIED")
        tokens = {}
        for role in ("steward", "disclosure_officer"):
            body = self.a.folder / "password.json"
            body.write_text('{"password":"correct horse battery staple"}')
            user = self.a.run("user", "create", "--body", body, "--username", role, "--display-name", role,
                              "--role", role, "--clearance", "SECRET; Releasable To: CAN, GBR")
            tokens[role] = self.a.run("token", "create", "--user", user["id"], "--name", role, "--scope", "admin",
                                      "--expires", "2099-01-01")["token"]
        peer = self.a.run("peer", "list")["items"][0]["id"]
        assert api(self.a, "POST", f"/api/v1/peers/{peer}/push", tokens["steward"])[0] == 403
        assert "By the API" not in names(self.b)
        status, report = api(self.a, "POST", f"/api/v1/peers/{peer}/push", tokens["disclosure_officer"])
        assert status == 200 and report["result"]["put"] == 1, (status, report)
        assert "By the API" in names(self.b)
        self.a.stop()

    def what_is_written_is_sent_by_itself_when_it_is_asked_for(self):
        (self.a.folder / "exchange.json").write_text('{"push": true, "push_after_s": 1}')
        self.a.serve()
        self.a.actor("By itself", "UNCLASSIFIED")
        for _ in range(300):
            if "By itself" in names(self.b):
                break
            time.sleep(0.2)
        assert "By itself" in names(self.b)
        self.a.stop()
        (self.a.folder / "exchange.json").unlink()

    def a_suspension_is_heard_of_as_a_refusal(self):
        self.b.run("peer", "change", "a", "--state", "suspended", "--if-match", "*")
        self.a.actor("Too late", "UNCLASSIFIED")
        code, said = self.a.refused("exchange", "push", "b")
        assert code == 4 and "does not accept our TLS certificate" in said, said
        code, said = self.b.refused("exchange", "pull", "a")
        assert code == 6 and "the peer is not confirmed" in said, said
        done = self.a.call("--lang", "fr", "exchange", "push", "b")
        assert "n'accepte pas notre certificat TLS" in done.stderr, done.stderr
        self.b.stop()
        assert "Too late" not in names(self.b)

    def both_ledgers_hold(self):
        assert self.a.run("verify")["sound"] and self.b.run("verify")["sound"]


def main():
    root = tempfile.mkdtemp(prefix="entente-pair-")
    story = Story(root)
    steps = [name for name in vars(Story) if not name.startswith("_")]
    failed = 0
    print(f"1..{len(steps)}", flush=True)
    for number, name in enumerate(steps, 1):
        try:
            getattr(story, name)()
            print(f"ok {number} - {name.replace('_', ' ')}", flush=True)
        except Exception:  # pylint: disable=broad-except
            import traceback
            failed += 1
            print(f"not ok {number} - {name.replace('_', ' ')}")
            print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
    for instance in (story.a, story.b):
        if instance.process:
            instance.process.kill()
            instance.process.wait()
    shutil.rmtree(root)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
