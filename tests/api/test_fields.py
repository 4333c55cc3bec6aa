"""Custom fields (fields.json) from their definition to every place where fields show."""
import csv
import io
import json

import door

ACTORS = "/api/v1/actors"
FIELDS = {"actor": [
    {"name": "x_callsign", "type": "text", "label_en": "Call sign", "label_fr": "Indicatif",
     "help_en": "As heard on the radio.", "help_fr": "Tel qu'entendu à la radio.", "indexed": True},
    {"name": "x_grade", "type": "enum", "indexed": True, "label_en": "Grade",
     "choices": [{"value": "a", "en": "Grade A", "fr": "Classe A"},
                 {"value": "b", "en": "Grade B", "fr": "Classe B"}]},
    {"name": "x_boats", "type": "integer"},
    {"name": "x_ports", "type": "text", "many": True, "indexed": True},
    {"name": "x_sponsor", "type": "ref", "target": "actor"}]}


class Fields(door.DoorTest):
    files = {"fields.json": json.dumps(FIELDS)}

    def unit(self, name, **more):
        return self.contributor.create("actors", nature="unit", name_en=name, **more)

    def names(self, query):
        reply = self.reader.get(f"{ACTORS}?{query}")
        self.assertEqual(reply.status, 200, reply.bytes)
        return [item["name_en"] for item in reply.json["items"]]

    def test_values_are_kept_and_shown_with_their_references(self):
        sponsor = self.unit("Sponsor")
        made = self.unit("Whole", x_callsign="RAVEN", x_grade="a", x_boats=3,
                         x_ports=["Halifax", "Esquimalt"], x_sponsor=sponsor["id"])
        seen = self.reader.get(f"{ACTORS}/{made['id']}").json
        self.assertEqual((seen["x_callsign"], seen["x_grade"], seen["x_boats"], seen["x_ports"]),
                         ("RAVEN", "a", 3, ["Halifax", "Esquimalt"]))
        self.assertEqual(seen["refs"][sponsor["id"]]["title"], "Sponsor")
        hits = self.reader.get("/api/v1/search?q=raven").json["items"]
        self.assertEqual([hit["id"] for hit in hits], [made["id"]])

    def test_wrong_values_are_refused_at_their_field(self):
        for field, value, code in (("x_grade", "c", "choice"), ("x_boats", "three", "type"),
                                   ("x_callsign", 7, "type"), ("x_colour", "red", "unknown-field"),
                                   ("x_sponsor", self.instance.root.get("/api/v1/me")
                                    .json["user"]["id"], "reference")):
            reply = self.contributor.post(ACTORS, {"nature": "unit", "name_en": "No", field: value})
            self.assert_problem(reply, 422, "invalid")
            errors = [(error["pointer"], error["code"]) for error in reply.json["errors"]]
            self.assertEqual(errors, [("/" + field, code)])

    def test_indexed_fields_filter_lists(self):
        self.unit("Heron", x_callsign="HERON", x_grade="b", x_ports=["Gander"])
        self.unit("Swift", x_callsign="SWIFT", x_grade="b")
        self.assertEqual(self.names("x_callsign=HERON"), ["Heron"])
        self.unit("Tern", x_grade="a")
        graded = self.names("x_grade=b")
        self.assertLessEqual({"Heron", "Swift"}, set(graded))
        self.assertNotIn("Tern", graded)
        self.assertEqual(self.names("x_ports=Gander"), ["Heron"])
        self.assertEqual(self.reader.get(f"{ACTORS}?x_boats=3").status, 422)  # is not indexed

    def test_csv_has_a_column_for_each_and_takes_it_back(self):
        text = ("external_ids,nature,name_en,x_callsign,x_grade,x_ports\n"
                "t:1,unit,From a file,PLOVER,b,Sydney;Goose Bay\n"
                "t:2,unit,Wrong,OWL,z,\n")
        path, kind = f"{ACTORS}/import?label=UNCLASSIFIED", {"Content-Type": "text/csv"}
        refused = self.steward.post(path, raw=text.encode(), headers=kind)
        self.assertEqual(refused.json["failed"], 1, refused.bytes)
        self.assertEqual(refused.json["errors"][0]["column"], "x_grade")
        rows = "".join(text.splitlines(True)[:2])
        taken = self.steward.post(path, raw=rows.encode(), headers=kind)
        self.assertEqual((taken.json["created"], taken.json["failed"]), (1, 0), taken.bytes)
        exported = self.reader.get(f"{ACTORS}.csv")
        self.assertEqual(exported.status, 200)
        row = next(row for row in csv.DictReader(io.StringIO(exported.bytes.decode("utf-8-sig")))
                   if row["external_ids"] == "t:1")
        self.assertEqual((row["x_callsign"], row["x_grade"], row["x_ports"], row["x_boats"]),
                         ("PLOVER", "b", "Sydney;Goose Bay", ""))

    def test_the_api_describes_them(self):
        document = self.instance.judge.document
        shape = document["components"]["schemas"]["Actor"]["properties"]
        self.assertEqual(shape["x_grade"]["enum"], ["a", "b"])
        self.assertEqual(shape["x_boats"]["type"], "integer")
        self.assertEqual(shape["x_ports"]["type"], "array")
        parameters = {p["name"] for p in document["paths"][ACTORS]["get"]["parameters"]
                      if "name" in p}
        self.assertLessEqual({"x_callsign", "x_grade", "x_ports"}, parameters)

    def test_forms_are_told_their_names_and_choices_in_both_languages(self):
        kinds = self.reader.get("/api/v1/kinds").json
        actor = next(kind for kind in kinds["items"] if kind["name"] == "actor")
        fields = {field["name"]: field for field in actor["fields"]}
        callsign = fields["x_callsign"]
        self.assertEqual((callsign["label_en"], callsign["label_fr"]), ("Call sign", "Indicatif"))
        self.assertEqual(callsign["help_fr"], "Tel qu'entendu à la radio.")
        self.assertEqual([choice["fr"] for choice in fields["x_grade"]["choices"]],
                         ["Classe A", "Classe B"])

    def test_the_console_takes_them_as_flags(self):
        made = self.instance.run("--output", "json", "actor", "create", "--nature", "unit",
                                 "--name-en", "Console", "--x-callsign", "GULL", "--x-grade", "a")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(self.names("x_callsign=GULL"), ["Console"])


class Wrong(door.DoorTest):
    """A wrong file stops the program before it serves anything, and says where it is wrong."""

    def refused(self, text):
        with open(self.instance.folder + "/i/fields.json", "w", encoding="utf-8") as file:
            file.write(text)
        told = set()
        for words in (("actor", "list"), ("serve", "--port", "0")):
            done = self.instance.run(*words)
            self.assertEqual(done.returncode, 2, (words, done.stdout, done.stderr))
            told.add(done.stderr)
        self.assertEqual(len(told), 1, told)
        return told.pop()

    def test_a_bad_file_is_refused_with_the_place_of_each_mistake(self):
        text = self.refused('{"actor":[{"name":"x_a","type":"colour"},{"name":"bad","type":"text"}],'
                            '"castle":[]}')
        for place in ("fields.json/actor/0/type", "fields.json/actor/1/name", "fields.json/castle"):
            self.assertIn(place, text)
        text = self.refused('{"actor":[{"name":"x_u","type":"ref","target":"user"}]}')
        self.assertIn("fields.json/actor/0/target", text)
        text = self.refused('{"actor":[\n{"name":"x_a" "type":"text"}]}')
        self.assertIn("fields.json", text)
        self.assertIn("line 2", text)


if __name__ == "__main__":
    door.main()
