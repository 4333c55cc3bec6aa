"""The binding of an answer (STANAG 4778) in its header, judged by xmlsec1 where it is there."""
import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import door

SECRET = {"class": "SECRET", "permissive": {"Releasable To": [["CAN"]]}}
TYPE = "urn:nato:stanag:4778:bindinginformation:1:0"
FORM = re.compile(r'binding-type="([^"]+)"; binding-data-object="([A-Za-z0-9+/=]+)"$')


class Bindings(door.DoorTest):
    def bound(self, path, **headers):
        reply = self.administrator.get(path, headers={"Prefer": "binding-data", **headers})
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.header("preference-applied"), "binding-data")
        kind, data = FORM.match(reply.header("binding-data")).groups()
        self.assertEqual(kind, TYPE)
        return reply, base64.b64decode(data)

    def test_an_answer_brings_its_label_and_a_signature_over_both(self):
        actor = self.administrator.create("actors", nature="organisation", name_en="Bound", label=SECRET)
        path = f"/api/v1/actors/{actor['id']}"
        reply, bdo = self.bound(path)
        self.assertIn(b">SECRET<", bdo)
        self.assertIn(f'URI="{path}"'.encode(), bdo)
        if not shutil.which("xmlsec1"):
            self.skipTest("xmlsec1 is not installed")
        with tempfile.TemporaryDirectory() as folder:
            here = pathlib.Path(folder)
            (here / "key.pem").write_text(self.administrator.get("/api/v1/binding/key").json["pem"])
            (here / "body").write_bytes(reply.bytes)
            (here / "bdo").write_bytes(bdo)

            def verify():
                return subprocess.run(["xmlsec1", "--verify", "--pubkey-pem", "key.pem",
                                       f"--url-map:{path}", "body", "bdo"], cwd=folder,
                                      capture_output=True, check=False).returncode

            self.assertEqual(verify(), 0)
            (here / "body").write_bytes(reply.bytes.replace(b"Bound", b"Bounc"))
            self.assertNotEqual(verify(), 0)

    def test_nobody_gets_one_who_did_not_ask(self):
        reply = self.administrator.get("/api/v1/actors")
        self.assertEqual(reply.header("binding-data"), "")
        self.assertEqual(reply.header("preference-applied"), "")
        reply = self.administrator.get("/api/v1/actors", headers={"Prefer": "return=minimal"})
        self.assertEqual(reply.header("binding-data"), "")

    def test_an_answer_without_a_label_has_none(self):
        reply = self.administrator.get("/api/v1/policy", headers={"Prefer": "binding-data"})
        self.assertEqual(reply.status, 200)
        self.assertEqual(reply.header("binding-data"), "")

    def test_a_refused_answer_has_none(self):
        reply = self.administrator.get("/api/v1/actors/018f0000-0000-7000-8000-000000000001",
                                       headers={"Prefer": "binding-data"})
        self.assertEqual(reply.status, 404)
        self.assertEqual(reply.header("binding-data"), "")

    def test_the_command_line_writes_a_file_and_its_sidecar(self):
        self.administrator.create("actors", nature="organisation", name_en="In a file", label=SECRET)
        with tempfile.TemporaryDirectory() as folder:
            here = pathlib.Path(folder)
            file, sidecar = here / "the actors.csv", here / "the actors.csv.bdo"
            done = self.instance.run("actor", "export", "--out", str(file), "--bdo")
            self.assertEqual((done.returncode, done.stdout), (0, ""))
            self.assertIn(b"In a file", file.read_bytes())
            self.assertEqual([path.stat().st_mode & 0o777 for path in (file, sidecar)], [0o600, 0o600])
            done = self.instance.run("binding", "verify", str(file))
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("SECRET", done.stdout)
            if shutil.which("xmlsec1"):
                (here / "key.pem").write_text(self.administrator.get("/api/v1/binding/key").json["pem"])
                checked = subprocess.run(["xmlsec1", "--verify", "--pubkey-pem", "key.pem",
                                          f"--url-map:the%20actors.csv", file.name, sidecar.name],
                                         cwd=folder, capture_output=True, check=False)
                self.assertEqual(checked.returncode, 0, checked.stderr)
            file.write_bytes(file.read_bytes() + b"\n")
            done = self.instance.run("binding", "verify", str(sidecar))
            self.assertEqual(done.returncode, 16)
            self.assertIn("the actors.csv was changed after it was signed", done.stderr)
            self.assertEqual(sorted(path.name for path in here.iterdir() if path.name != "key.pem"),
                             [file.name, sidecar.name])

    def test_who_does_not_know_the_policy_reads_what_the_originator_says_in_another(self):
        """Elsewhere the policy is another one, which only NATO's has equivalents of."""
        def theirs(name):
            text = (pathlib.Path(os.environ["ENTENTE_SOURCE"]) / "policy" / name).read_text(encoding="utf-8")
            return text.replace("entente-default", "north").replace("07512034801", "07512034899")

        with tempfile.TemporaryDirectory() as folder:
            here = pathlib.Path(folder)
            (here / "report.txt").write_text("EXERCISE\n")
            made = self.instance.run("binding", "make", str(here / "report.txt"), "--label",
                                     "SECRET; Releasable To: CAN, USA; TLP:AMBER")
            self.assertEqual(made.returncode, 0, made.stderr)
            (here / "report.txt.bdo").write_text(made.stdout)
            (here / "key.pem").write_text(self.administrator.get("/api/v1/binding/key").json["pem"])
            if shutil.which("xmlsec1"):
                checked = subprocess.run(["xmlsec1", "--verify", "--pubkey-pem", "key.pem", "report.txt.bdo"],
                                         cwd=folder, capture_output=True, check=False)
                self.assertEqual(checked.returncode, 0, checked.stderr)

            def verify(*policies):
                other = ["--dir", str(here / "-".join(["other", *policies])), "--lang", "en"]
                subprocess.run([door.program(), *other, "--quiet", "init"], check=True, stdout=subprocess.DEVNULL)
                root = pathlib.Path(other[1])
                (root / "policy.spif.xml").write_text(theirs("entente.spif.xml"), encoding="utf-8")
                (root / "policies").mkdir(exist_ok=True)
                for name in policies:
                    (root / "policies" / name).write_text(theirs(name), encoding="utf-8")
                return subprocess.run([door.program(), *other, "binding", "verify", str(here / "report.txt"),
                                       "--key", str(here / "key.pem"), "--output", "json"],
                                      capture_output=True, text=True, check=False)

            done = verify()
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("entente-default and north have no equivalences", done.stderr)
            done = verify("nato.spif.xml")
            self.assertEqual(done.returncode, 0, done.stderr)
            told = json.loads(done.stdout)
            self.assertEqual(told["read_as"], "alternative")
            self.assertEqual(told["text"], "SECRET; Releasable To: CAN, USA; TLP:AMBER")
            self.assertEqual(told["label"]["policy"], "north")
            self.assertEqual([(one["kind"], one["policy"]) for one in told["other_labels"]],
                             [("alternative", "NATO"), ("alternative", "CAN")])

    def test_a_sidecar_without_a_file_or_a_label_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "x"
            for words in (("actor", "list", "--bdo"), ("actor", "list", "--all", "--out", str(file), "--bdo"),
                          ("policy", "--out", str(file), "--bdo")):
                done = self.instance.run(*words)
                self.assertNotEqual(done.returncode, 0, words)
                self.assertTrue(done.stderr, words)
            self.assertEqual(list(pathlib.Path(folder).iterdir()), [])
            self.assertEqual(self.instance.run("policy", "--out", str(file)).returncode, 0)
            self.assertTrue(file.stat().st_size > 100)

    def test_labels_go_to_xml_and_back(self):
        xml = self.administrator.get("/api/v1/label/to-xml?label=SECRET%3B%20Releasable%20To%3A%20CAN")
        self.assertEqual(xml.status, 200)
        read = self.administrator.post("/api/v1/label/from-xml", raw=xml.bytes,
                                          headers={"Content-Type": "application/xml"})
        self.assertEqual(read.status, 200)
        self.assertEqual(read.json["text"], "SECRET; Releasable To: CAN")
        read = self.administrator.post("/api/v1/label/from-xml", raw=xml.bytes.replace(b">CAN<", b">ZZZ<"),
                                       headers={"Content-Type": "application/xml"})
        self.assertEqual(read.status, 422)


door.main()
