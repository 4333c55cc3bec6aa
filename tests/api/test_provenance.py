"""Whose a record is, over HTTP: what a partner stated is theirs in every list, for officers by name."""
import os
import re
import shutil
import subprocess
import tempfile

import door

OPEN = {"class": "UNCLASSIFIED", "permissive": {}}
CLEARANCE = "SECRET; TLP:AMBER+STRICT"


class Partner:
    """Another instance, worked from its console."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="entente-partner-")
        self.run("init")

    def run(self, *words):
        done = subprocess.run([door.program(), "--dir", self.folder + "/i", "--lang", "en", *words],
                              capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def file(self, name):
        return os.path.join(self.folder, name)

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)


def fingerprint(run):
    return re.search(r"fingerprint\s+([\d ]+)", run("exchange", "fingerprint"))[1].strip()


class Provenance(door.DoorTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = Partner()
        cls.addClassCleanup(cls.partner.close)
        root = cls.instance.root
        actor = lambda name: root.create("actors", nature="organisation", name_en=name,
                                         label=OPEN)["id"]
        cls.home, cls.other = actor("Home"), actor("Other")
        cls.instance.command("home", cls.home)
        cls.tie = root.create("relationships", a=cls.home, b=cls.other, nature="institutional",
                              horizon="strategic", term="enduring", purpose="All of it",
                              label=OPEN, **{"from": "2020"})["id"]
        cls.meet(cls.partner, "Partner")
        cls.carry(cls.ours, cls.partner.run, "Partner")
        cls.state()
        cls.carry(cls.partner.run, cls.ours, "Here")

    @classmethod
    def ours(cls, *words):
        done = cls.instance.run(*words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @classmethod
    def meet(cls, partner, partner_name):
        for run, name in ((cls.ours, "Here"), (partner.run, partner_name)):
            run("exchange", "card", "--name", name, "--out", partner.file(name))
        for run, name, other in ((cls.ours, partner_name, partner.run),
                                 (partner.run, "Here", cls.ours)):
            run("peer", "meet", partner.file(name), "--clearance", CLEARANCE,
                "--authority", "Order 1", "--reason", "Joint work")
            run("peer", "confirm", name, *fingerprint(other).split())

    @classmethod
    def carry(cls, here, there, name):
        bundle = cls.partner.file(f"to-{name}.bundle")
        here("exchange", "export", name, "--out", bundle)
        there("exchange", "import", bundle)
        here("exchange", "receipt", bundle + ".receipt")

    @classmethod
    def state(cls):
        """What the partner says, of actors that are ours."""
        state = lambda kind, *words: re.search(
            r"^id\s+(\S+)", cls.partner.run(kind, "create", "--label", "UNCLASSIFIED", *words),
            re.M)[1]
        cls.commitment = state("commitment", "--from", cls.other, "--to", cls.home, "--text",
                               "Two tugs", "--stakes", "routine", "--state", "open",
                               "--made-on", "2026-01-05", "--due", "2026-01-07")
        cls.assessment = state("assessment", "--relationship", cls.tie, "--truster", cls.home,
                               "--trustee", cls.other, "--dimension", "ability", "--valence",
                               "positive", "--rationale", "Tugs are what we do", "--on", "2026-01-06")
        cls.relationship = state("relationship", "--a", cls.home, "--b", cls.other, "--nature",
                                 "institutional", "--horizon", "strategic", "--term", "enduring",
                                 "--purpose", "Tugs", "--from", "2021")

    def rows(self, client):
        """Every place where the partner's records stand in a list, as rows."""
        answers = {path: client.get("/api/v1/" + path).json for path in (
            "commitments", "assessments", f"commitments/{self.commitment}",
            f"commitments/{self.commitment}/history", "search?q=tugs", f"partners/{self.other}/brief",
            "today", "calendar?from=2026-01-01&until=2026-02-01", f"network?center={self.home}",
            f"assessments?relationship={self.tie}")}
        brief = answers[f"partners/{self.other}/brief"]
        history = answers[f"commitments/{self.commitment}/history"]["items"]
        pick = lambda items, key, value: [i for i in items if i[key] == value]
        found = {
            "list": pick(answers["commitments"]["items"], "id", self.commitment),
            "opinions": pick(answers["assessments"]["items"], "id", self.assessment),
            "record": [answers[f"commitments/{self.commitment}"]],
            "history": history,
            "version": [v["record"] for v in history],
            "search": pick(answers["search?q=tugs"]["items"], "id", self.commitment),
            "brief": pick(brief["commitments"]["theirs"], "id", self.commitment),
            "judged": pick(brief["assessments"], "id", self.assessment),
            "today": pick(answers["today"]["overdue"], "record", self.commitment),
            "recent": pick(answers["today"]["recent"], "id", self.commitment),
            "calendar": pick(answers["calendar?from=2026-01-01&until=2026-02-01"]["items"],
                             "record", self.commitment),
            "network": pick(answers[f"network?center={self.home}"]["edges"], "relationship",
                            self.relationship),
        }
        for place, items in found.items():
            self.assertEqual(len(items), 1, place)
        return {place: items[0] for place, items in found.items()}

    def test_an_officer_sees_whose_a_record_is_in_every_list(self):
        for place, row in self.rows(self.instance.root).items():
            with self.subTest(place):
                self.assertIs(row["theirs"], True)
                self.assertEqual(row["origin_name"], "Partner")
                self.assertRegex(row["origin"], r"^[0-9a-f-]{36}$")

    def test_others_see_that_it_is_theirs_and_no_name(self):
        here = self.instance.root.get("/api/v1/me").json["instance"]
        for place, row in self.rows(self.reader).items():
            with self.subTest(place):
                self.assertIs(row["theirs"], True)
                self.assertNotIn("origin_name", row)
                self.assertNotEqual(row["origin"], here)
        self.assert_problem(self.reader.get("/api/v1/peers"), 403, "forbidden")

    def test_what_would_go_on_to_a_third_says_whose_it_is(self):
        third = Partner()
        self.addCleanup(third.close)
        self.meet(third, "Third")
        peers = self.instance.root.get("/api/v1/peers").json["items"]
        path = "/api/v1/peers/" + next(p["id"] for p in peers if p["name"] == "Third")
        preview = self.instance.root.get(path + "/preview").json["new"]
        would = self.instance.root.get(path + "/difference?limit=200").json["would_get"]["items"]
        for items in (preview, would):
            rows = {row["record"]: row for row in items}
            self.assertEqual(rows[self.commitment]["origin_name"], "Partner")
            self.assertIs(rows[self.commitment]["theirs"], True)
            self.assertNotIn("theirs", rows[self.tie])

    def test_our_own_bear_nothing_new(self):
        root = self.instance.root
        page = root.get("/api/v1/relationships").json
        own = next(r for r in page["items"] if r["id"] == self.tie)
        self.assertFalse({"theirs", "origin_name"} & set(own))
        self.assertFalse({"theirs", "origin"} & set(page["refs"][self.home]))
        hit = root.get("/api/v1/search?q=Other").json["items"][0]
        self.assertFalse({"theirs", "origin", "origin_name"} & set(hit))

    def test_whose_it_is_is_for_the_server_to_say(self):
        made = self.instance.root.create("actors", nature="unit", name_en="Mine", label=OPEN,
                                         theirs=True, origin_name="Partner")
        self.assertFalse({"theirs", "origin_name"} & set(made))

    def test_the_etag_of_what_is_shown_is_that_of_the_viewer(self):
        path = f"/api/v1/commitments/{self.commitment}"
        officer, reader = self.instance.root.get(path), self.reader.get(path)
        for client, seen in ((self.instance.root, officer), (self.reader, reader)):
            again = client.get(path, headers={"If-None-Match": seen.etag})
            self.assertEqual(again.status, 304)
        refused = self.instance.root.patch(path, {"notes": "ours?"}, officer.etag)
        self.assert_problem(refused, 403, "forbidden")

    def test_the_pack_on_paper_says_whose_a_promise_is(self):
        root = self.instance.root
        post = root.create("actors", nature="position", name_en="Desk", parent=self.home,
                           label=OPEN)["id"]
        person = root.create("actors", nature="person", name_en="Kim", label=OPEN)["id"]
        root.create("postings", person=person, position=post, label=OPEN, **{"from": "2025"})
        tie = root.get(f"/api/v1/relationships/{self.tie}")
        changed = root.patch(f"/api/v1/relationships/{self.tie}", {"steward": post}, tie.etag)
        self.assertEqual(changed.status, 200, changed.bytes)
        page = f"/api/v1/handover/{post}/handover.html"
        self.assertIn("Two tugs <small>(from Partner)</small>", root.get(page).bytes.decode())
        french = root.get(page + "?language=fr").bytes.decode()
        self.assertIn("Two tugs <small>(de Partner)</small>", french)
        self.assertIn("Two tugs <small>(from another instance)</small>",
                      self.reader.get(page).bytes.decode())

    def test_the_console_says_from_whom_and_what_is_a_report(self):
        listed = self.ours("commitment", "list")
        self.assertIn("from Partner", listed)
        opinions = self.ours("assessment", "list")
        self.assertIn("reported by Partner", opinions)
        french = self.instance.run("--lang", "fr", "brief", self.other).stdout
        self.assertIn("de Partner", french)
        self.assertIn("rapporté par Partner", french)
        reader = self.instance.run("--as", "reader", "commitment", "list")
        self.assertIn("from another instance (…", reader.stdout)
        self.assertNotIn("Partner", reader.stdout)


if __name__ == "__main__":
    door.main()
