"""Bundles in files: what cannot be written is told before, or else what was made all the same."""
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import door

CLEARANCE = "CONFIDENTIAL; Releasable To: CAN; TLP:AMBER"


class ExchangeFiles(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="entente-files-"))
        for name in ("ours", "theirs"):
            self.must(name, "init")
        card, shown = self.folder / "card", self.folder / "shown"
        self.must("theirs", "exchange", "card", "--name", "Theirs", "--out", card)
        self.must("ours", "peer", "meet", card, "--name", "Theirs", "--clearance", CLEARANCE,
                  "--authority", "Order 1", "--reason", "Joint work")
        shown = json.loads(self.must("theirs", "exchange", "fingerprint"))["fingerprint"]
        self.must("ours", "peer", "confirm", "Theirs", *shown.split())

    def tearDown(self):
        shutil.rmtree(self.folder)

    def run_in(self, name, *words, lang="en", output="json"):
        return subprocess.run([door.program(), "--dir", str(self.folder / name), "--output", output,
                               "--lang", lang, *map(str, words)],
                              capture_output=True, text=True, timeout=120, check=False)

    def must(self, name, *words):
        done = self.run_in(name, *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def made(self):
        return [item["number"] for item in json.loads(self.must("ours", "exchange", "log"))["items"]]

    def export(self, out, *more, lang="en"):
        return self.run_in("ours", "exchange", "export", "Theirs", "--out", out, *more, lang=lang)

    def test_the_log_is_read_page_by_page(self):
        for n in range(5):
            self.assertEqual(self.export(self.folder / f"{n}.bundle").returncode, 0)
        seen, cursor = [], []
        for size in (2, 2, 1):
            page = json.loads(self.must("ours", "exchange", "log", "--limit", 2, *cursor))
            self.assertEqual(len(page["items"]), size)
            seen += [item["number"] for item in page["items"]]
            cursor = ["--cursor", page.get("next", "")]
        self.assertNotIn("next", page)
        self.assertEqual(sorted(seen), [1, 2, 3, 4, 5])
        self.assertEqual(seen, self.made())
        everything = json.loads(self.must("ours", "exchange", "log", "--limit", 2, "--all"))
        self.assertEqual([item["number"] for item in everything["items"]], seen)

    def test_a_path_that_cannot_be_written_makes_no_bundle(self):
        (self.folder / "taken").mkdir()
        for out in (self.folder / "nowhere" / "x.bundle", self.folder / "taken"):
            done = self.export(out)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(str(out), done.stderr)
            self.assertNotIn("was made", done.stderr)
            self.assertEqual(self.made(), [])
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["card", "ours", "taken", "theirs"])

    def test_a_bundle_that_was_made_and_not_written_is_told_of(self):
        out = self.folder / "x.bundle"
        sidecar = self.folder / "x.bundle.bdo"
        sidecar.mkdir()  # the file could stand there; its binding, which comes first, cannot
        done = self.export(out, "--bdo")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("bundle 1 was made", done.stderr)
        self.assertIn("export again", done.stderr)
        self.assertIn(str(sidecar), done.stderr)
        self.assertIn("le lot 2 a été préparé", self.export(out, "--bdo", lang="fr").stderr)
        self.assertFalse(out.exists())
        sidecar.rmdir()
        done = self.export(out, "--bdo")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sorted(self.made()), [1, 2, 3])
        self.assertTrue(out.exists() and sidecar.is_file())

    def inspect(self, *words, lang, output):
        done = self.run_in("theirs", "exchange", "inspect", *words, lang=lang, output=output)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_a_bundle_looked_into_names_its_records_in_the_reader_s_language(self):
        out, card = self.folder / "x.bundle", self.folder / "card of ours"
        self.must("ours", "exchange", "card", "--name", "Ours", "--out", card)
        self.must("theirs", "peer", "meet", card, "--name", "Ours", "--clearance", CLEARANCE,
                  "--authority", "Order 1", "--reason", "Joint work")
        shown = json.loads(self.must("ours", "exchange", "fingerprint"))["fingerprint"]
        self.must("theirs", "peer", "confirm", "Ours", *shown.split())
        for names in (["--name-en", "Navy", "--name-fr", "Marine"], ["--name-en", "Plain"]):
            self.must("ours", "actor", "create", "--nature", "organisation", "--label", "UNCLASSIFIED",
                      *names)
        self.assertEqual(self.export(out).returncode, 0)
        changes = json.loads(self.inspect(out, lang="en", output="json"))["changes"]
        self.assertEqual(sorted((c["title"], c["title_fr"]) for c in changes),
                         [("Navy", "Marine"), ("Plain", "Plain")])
        english = self.inspect(out, lang="en", output="text")
        french = self.inspect(out, lang="fr", output="text")
        self.assertIn("Navy", english)
        self.assertNotIn("Marine", english)
        self.assertIn("Marine", french)
        self.assertNotIn("Navy", french)
        for text in (english, french):
            self.assertEqual(text.count("Plain"), 1)
        # of what ends, the name that it has here
        self.must("theirs", "exchange", "import", out)
        self.must("ours", "exchange", "receipt", f"{out}.receipt")
        gone = next(c["record"] for c in changes if c["title"] == "Navy")
        self.must("ours", "actor", "retract", gone, "--if-match", "*")
        end = self.folder / "end.bundle"
        self.assertEqual(self.export(end).returncode, 0)
        self.assertIn("Marine", self.inspect(end, lang="fr", output="text"))


if __name__ == "__main__":
    door.main()
