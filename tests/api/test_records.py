"""Records over HTTP: create, read, change, retract, restore, history, paging, filters, tags."""
import concurrent.futures
import gzip
import json
import uuid

import door

ACTORS = "/api/v1/actors"


class Records(door.DoorTest):
    def actor(self, name="Partner", **more):
        return self.contributor.create("actors", nature="organisation", name_en=name, **more)

    def test_what_is_imported_without_a_label_is_the_importers_until_they_give_it_free(self):
        path, kind = f"{ACTORS}/import", {"Content-Type": "text/csv"}
        rows = b"external_ids,nature,name_en\nq:1,unit,Quiet Cove Unit\n"
        taken = self.steward.ask("POST", path, raw=rows, headers=kind).json
        self.assertEqual(taken["created"], 1)
        self.assertIn("NAMED PERSONS ONLY", taken["notes"][0])
        find = f"{ACTORS}?external_ids=q:1"
        mine = self.steward.get(find).json["items"][0]
        self.assertEqual(mine["label"]["persons"], [self.steward.get("/api/v1/me").json["user"]["id"]])
        self.assertIn("PERSONNES DÉSIGNÉES SEULEMENT", mine["marking"]["fr"])
        for other in (self.administrator, self.reader):
            self.assertEqual(other.get(find).json["items"], [])
            self.assertEqual(other.get(f"{ACTORS}/{mine['id']}").status, 404)
            self.assertNotIn("Quiet Cove", other.get("/api/v1/search?q=Quiet+Cove").bytes.decode())
        one, patch = f"{ACTORS}/{mine['id']}", {"Content-Type": "application/merge-patch+json"}
        nothing = self.steward.ask("PATCH", one, {"label": {"persons": None}}, headers={**patch, "If-Match": "*"})
        self.assertEqual((nothing.status, nothing.json["errors"][0]["pointer"]), (422, "/label/class"))
        free = {"label": {"class": "UNCLASSIFIED"}}
        refused = self.steward.ask("PATCH", one, free, headers={**patch, "If-Match": "*"})
        self.assertEqual((refused.status, refused.json["errors"][0]["pointer"]), (422, "/release"))
        free["release"] = {"authority": "Own notes", "reason": "Sorted"}
        given = self.steward.ask("PATCH", one, free, headers={**patch, "If-Match": "*"})
        self.assertEqual(given.status, 200, given.bytes)
        self.assertEqual(self.reader.get(one).json["name_en"], "Quiet Cove Unit")
        releases = self.administrator.get(f"/api/v1/releases?record={mine['id']}").json["items"]
        self.assertEqual([r["authority"] for r in releases], ["Own notes"])
        back = {"label": mine["label"]}
        refused = self.steward.ask("PATCH", one, back, headers={**patch, "If-Match": "*"})
        self.assertEqual((refused.status, refused.json["errors"][0]["pointer"]), (422, "/label/persons"))

    def test_a_created_record_is_found_at_its_location_with_its_tag(self):
        made = self.contributor.post(ACTORS, {"nature": "state", "name_en": "Freedonia",
                                              "name_fr": "Libertonie", "country": "CAN"})
        self.assertEqual(made.status, 201)
        self.assertTrue(made.etag.startswith('"') and made.etag.endswith('"'))
        got = self.contributor.get(made.header("location"))
        self.assertEqual(got.status, 200)
        for name in ("id", "version", "name_en", "name_fr", "country", "label"):
            self.assertEqual(got.json[name], made.json[name])
        self.assertTrue(got.header("x-entente-marking").startswith("UNCLASSIFIED"))
        self.assertEqual(got.header("cache-control"), "no-store")

    def test_every_kind_can_be_made_and_listed(self):
        a, b = self.actor("A")["id"], self.actor("B")["id"]
        person = self.contributor.create("actors", nature="person", name_en="Pat Example")["id"]
        post = self.contributor.create("actors", nature="position", name_en="Liaison officer")["id"]
        tie = self.contributor.create("relationships", a=a, b=b, nature="institutional")["id"]
        acsa = self.contributor.create("agreements", title="Support", instrument="acsa")["id"]
        words = self.contributor.create("vocabularies", title="Words")["id"]
        boat, ship = (self.contributor.create("concepts", vocabulary=words, pref=name)["id"]
                      for name in ("Boat", "Ship"))
        kinds = [k["plural"] for k in self.reader.get("/api/v1/kinds").json["items"]]
        bodies = {
            "postings": {"person": person, "position": post, "from": "2025-07", "primary": True},
            "memberships": {"member": a, "group": b, "from": "1949"},
            "engagements": {"title": "Staff talks", "when": "2026-03-04", "mode": "meeting",
                            "status": "held", "participants": [{"actor": a}, {"actor": b}]},
            "commitments": {"from": a, "to": b, "text": "Send the list", "stakes": "routine",
                            "state": "open", "due": "2026-12"},
            "disclosures": {"from": a, "to": b, "what": "strength", "summary": "A spare bridge",
                            "given": "2026-01-02", "state": "in_confidence"},
            "assessments": {"relationship": tie, "truster": a, "trustee": b, "on": "2026-02",
                            "dimension": "ability", "valence": "positive", "rationale": "It works"},
            "agreements": {"title": "Arrangement", "instrument": "arrangement",
                           "parties": [{"party": a}, {"party": b, "role": "host"}],
                           "entry_rule": "ratification", "term": "P5Y", "renewal": "automatic",
                           "notice_period": "P6M", "regions": ["021", "CA-AB"],
                           "actions": [{"party": a, "action": "ratification",
                                        "deposited": "2025-03"}]},
            "obligations": {"agreement": acsa, "obligor": a, "beneficiary": b, "act": "notify",
                            "text": "Name the duty officer", "stakes": "routine",
                            "trigger": "recurrence", "starts": "2025-01-31",
                            "recurrence": "FREQ=YEARLY", "due_within": "P30D",
                            "instances": [{"on": "2025-01-31", "state": "fulfilled",
                                           "decided_on": "2025-02-14"}]},
            "transactions": {"agreement": acsa, "supplier": a, "receiver": b, "item": "Fuel",
                             "quantity": 40, "unit": "t", "value": 51000.5, "currency": "CAD",
                             "delivered": "2025-04", "settlement": "replacement_in_kind",
                             "state": "delivered"},
            "requests": {"from": a, "to": b, "nature": "support", "text": "Two boats",
                         "stakes": "significant", "state": "declined", "answer": "declined",
                         "reason": "Both are at sea", "submitted_on": "2025-05-01",
                         "answered_on": "2025-05-02", "lines": [{"quantity": 2}]},
            "vocabularies": {"title": "Words of A", "owner": a},
            "concepts": {"vocabulary": words, "pref": "Small craft", "capability": True},
            "mappings": {"from": boat, "to": ship, "relation": "close", "by": a},
            "objectives": {"title": "A safe strait", "owner": a},
            "needs": {"title": "Boats in the strait", "state": "open", "region": "CA-BC",
                      "requirements": [{"capability": boat, "quantity": 2}]},
            "offers": {"actor": b, "capability": boat, "quantity": 2, "notice": "PT12H"},
            "accesses": {"holder": b, "to": "person", "target": person},
            "annotations": {"about": a, "text": "They moved in May", "stance": "note"},
        }
        # releases are made by deciding (test_release.py)
        self.assertLessEqual(set(kinds), set(bodies) | {"actors", "relationships", "releases"})
        for plural, fields in bodies.items():
            made = self.contributor.create(plural, **fields)
            listed = self.reader.get(f"/api/v1/{plural}").json["items"]
            self.assertIn(made["id"], [item["id"] for item in listed])

    def test_an_absent_record_and_a_made_up_id_are_the_same_404(self):
        for identifier in (str(uuid.uuid4()), "01900000-0000-7000-8000-000000000000"):
            self.assert_problem(self.reader.get(f"{ACTORS}/{identifier}"), 404, "not-found")

    def test_a_change_needs_the_tag_of_the_version_it_changes(self):
        made = self.actor("Before")
        path = f"{ACTORS}/{made['id']}"
        self.assert_problem(self.contributor.patch(path, {"name_en": "After"}), 428,
                            "precondition-required")
        tag = self.contributor.get(path).etag
        changed = self.contributor.patch(path, {"name_en": "After"}, tag)
        self.assertEqual(changed.status, 200)
        self.assertEqual(changed.json["version"], made["version"] + 1)
        self.assert_problem(self.contributor.patch(path, {"name_en": "Late"}, tag), 412, "stale")
        self.assertEqual(self.contributor.get(path).json["name_en"], "After")
        again = self.contributor.patch(path, {"name_en": "Third"}, changed.etag)
        self.assertEqual(again.status, 200)

    def test_of_many_who_change_one_version_exactly_one_succeeds(self):
        path = f"{ACTORS}/{self.actor('Contested')['id']}"
        tag = self.contributor.get(path).etag
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            replies = list(pool.map(
                lambda n: self.contributor.patch(path, {"notes": f"by {n}"}, tag), range(12)))
        self.assertEqual(sorted(r.status for r in replies), [200] + [412] * 11)
        winner = next(r for r in replies if r.status == 200)
        self.assertEqual(self.contributor.get(path).json["notes"], winner.json["notes"])

    def test_a_merge_patch_sets_replaces_and_removes(self):
        made = self.actor("Patch", short_en="P", regions=["021", "154"], notes="old")
        path = f"{ACTORS}/{made['id']}"
        reply = self.contributor.patch(
            path, {"short_en": None, "regions": ["150"], "name_fr": "Pièce"},
            self.contributor.get(path).etag)
        self.assertEqual(reply.status, 200)
        self.assertNotIn("short_en", reply.json)
        self.assertEqual(reply.json["regions"], ["150"])
        self.assertEqual(reply.json["name_fr"], "Pièce")
        self.assertEqual(reply.json["notes"], "old")
        bad = self.contributor.patch(path, {"name_en": None}, reply.etag)
        self.assert_problem(bad, 422, "invalid")
        self.assertEqual(bad.json["errors"][0]["pointer"], "/name_en")
        self.assertEqual(bad.json["errors"][0]["code"], "required")

    def test_field_errors_name_every_field_in_the_reader_s_language(self):
        body = {"nature": "ghost", "colour": "red", "latitude": 91, "regions": "021"}
        english = self.contributor.post(ACTORS, body)
        self.assert_problem(english, 422, "invalid")
        found = {(e["pointer"], e["code"]) for e in english.json["errors"]}
        self.assertLessEqual({("/name_en", "required"), ("/nature", "choice"),
                              ("/colour", "unknown-field"), ("/latitude", "range")}, found)
        french = self.contributor.post(ACTORS, body, headers={"Accept-Language": "fr-CA"})
        self.assertEqual(french.json["title"], "Les données ne sont pas valides")
        self.assertEqual(french.header("content-language"), "fr")
        details = {e["pointer"]: e["detail"] for e in french.json["errors"]}
        self.assertTrue(details["/name_en"].startswith("est obligatoire"))
        self.assertEqual({(e["pointer"], e["code"]) for e in french.json["errors"]}, found)

    def test_an_idempotency_key_makes_one_record_of_two_requests(self):
        key = {"Idempotency-Key": str(uuid.uuid4())}
        body = {"nature": "unit", "name_en": f"Once {uuid.uuid4()}"}
        first = self.contributor.post(ACTORS, body, headers=key)
        second = self.contributor.post(ACTORS, body, headers=key)
        self.assertEqual((first.status, second.status), (201, 201))
        self.assertEqual(first.json["id"], second.json["id"])
        other = self.contributor.post(ACTORS, {**body, "name_en": "Another"}, headers=key)
        self.assertIn(other.status, (409, 422))
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            key = {"Idempotency-Key": str(uuid.uuid4())}
            ids = {r.json["id"] for r in pool.map(
                lambda _: self.contributor.post(ACTORS, body, headers=key), range(8))}
        self.assertEqual(len(ids), 1)

    def test_a_retracted_record_is_gone_until_it_is_restored(self):
        made = self.actor("Fleeting")
        path = f"{ACTORS}/{made['id']}"
        reply = self.contributor.post(f"{path}/retract", {"reason": "a test"},
                                      headers={"If-Match": self.contributor.get(path).etag})
        self.assertEqual(reply.status, 200, reply.bytes)
        self.assertTrue(reply.json["retracted"])
        self.assert_problem(self.contributor.get(path), 410, "gone")
        listed = self.reader.get(f"{ACTORS}?q=Fleeting").json["items"]
        self.assertNotIn(made["id"], [item["id"] for item in listed])
        restored = self.contributor.post(f"{path}/restore")
        self.assertEqual(restored.status, 200, restored.bytes)
        self.assertEqual(self.contributor.get(path).json["name_en"], "Fleeting")

    def test_history_tells_every_version(self):
        made = self.actor("First")
        path = f"{ACTORS}/{made['id']}"
        self.contributor.patch(path, {"name_en": "Second"}, self.contributor.get(path).etag)
        items = self.reader.get(f"{path}/history").json["items"]
        names = {item["version"]: item["record"]["name_en"] for item in items}
        self.assertEqual(names, {1: "First", 2: "Second"})

    def test_pages_join_to_the_whole_list_while_others_insert(self):
        mark = f"paging{uuid.uuid4().hex[:8]}"
        expected = [self.actor(f"{mark} {n:02}")["id"] for n in range(23)]
        path = f"{ACTORS}?q={mark}&limit=5&sort=title"
        seen = []
        while path:
            reply = self.reader.get(path)
            self.assertLessEqual(len(reply.json["items"]), 5)
            seen += [item["id"] for item in reply.json["items"]]
            link = reply.header("link")
            self.assertEqual(bool(link), "next" in reply.json)
            path = link[1:link.index(">")] if link else None
            # before and after where the cursor stands
            expected_now = self.actor(f"{mark} 00 inserted")["id"]
            self.assertNotIn(expected_now, expected)
        self.assertEqual([i for i in seen if i in set(expected)], expected)
        self.assertEqual(len(seen), len(set(seen)))

    def test_a_broken_cursor_is_refused(self):
        for n in range(3):
            self.actor(f"Cursor {n}")
        cursor = self.reader.get(f"{ACTORS}?limit=1").json["next"]
        for broken in ("x", "=" * 8, cursor + "!", cursor[:8]):
            with self.subTest(cursor=broken):
                reply = self.reader.get(f"{ACTORS}?limit=1&cursor={broken}")
                self.assert_problem(reply, 422, "invalid")

    def test_filters_are_the_declared_fields_and_nothing_else(self):
        self.actor("French partner", country="FRA")
        items = self.reader.get(f"{ACTORS}?country=FRA").json["items"]
        self.assertTrue(items and all(item["country"] == "FRA" for item in items))
        self.assert_problem(self.reader.get(f"{ACTORS}?colour=red"), 422, "invalid")
        self.assertIn(self.reader.get(f"{ACTORS}?limit=0").status, (400, 422))
        self.assertIn(self.reader.get(f"{ACTORS}?limit=100000").status, (400, 422))
        self.assert_problem(self.reader.get(f"{ACTORS}?limit=1&limit=2"), 400, "invalid")

    def test_an_unchanged_record_is_304_and_a_changed_one_is_not(self):
        path = f"{ACTORS}/{self.actor('Cached')['id']}"
        tag = self.reader.get(path).etag
        self.assertEqual(self.reader.get(path, headers={"If-None-Match": tag}).status, 304)
        self.contributor.patch(path, {"notes": "new"}, tag)
        self.assertEqual(self.reader.get(path, headers={"If-None-Match": tag}).status, 200)

    def test_a_compressed_answer_is_the_same_answer(self):
        for n in range(20):
            self.actor(f"Compressible {n}", notes="again and again " * 20)
        path = f"{ACTORS}?q=Compressible&limit=20"
        plain = self.reader.get(path)
        packed = self.reader.get(path, headers={"Accept-Encoding": "gzip"})
        self.assertEqual(packed.header("content-encoding"), "gzip")
        self.assertLess(len(packed.bytes), len(plain.bytes) / 3)
        self.assertEqual(gzip.decompress(packed.bytes), plain.bytes)
        self.assertNotEqual(packed.etag, plain.etag)
        for tag in (packed.etag, plain.etag):
            self.assertEqual(self.reader.get(path, headers={"If-None-Match": tag}).status, 304)

    def test_search_finds_what_was_written_a_moment_ago(self):
        word = f"zanzibar{uuid.uuid4().hex[:6]}"
        made = self.actor(f"The {word} office")
        items = self.reader.get(f"/api/v1/search?q={word}").json["items"]
        self.assertEqual([item["id"] for item in items], [made["id"]])

    def test_limits_are_refusals_not_failures(self):
        long = self.contributor.post(ACTORS, {"nature": "unit", "name_en": "x" * 400})
        self.assert_problem(long, 422, "invalid")
        self.assertEqual(long.json["errors"][0]["code"], "too-long")
        deep = b'{"nature":' * 100 + b"1" + b"}" * 100
        reply = self.contributor.ask("POST", ACTORS, raw=deep,
                                     headers={"Content-Type": "application/json"})
        self.assertIn(reply.status, (400, 413))
        broken = self.contributor.ask("POST", ACTORS, raw=b'{"nature":\n "unit",}',
                                      headers={"Content-Type": "application/json"})
        self.assert_problem(broken, 400, "invalid")
        self.assertRegex(broken.json["detail"], r"line 2")
        self.assert_problem(self.contributor.ask("POST", ACTORS, raw=b"a,b\n",
                                                 headers={"Content-Type": "text/csv"}),
                            415, "unsupported")

    def test_csv_goes_out_and_comes_back_in(self):
        made = self.actor("Round trip", external_ids=[f"t:{uuid.uuid4()}"], country="CAN")
        reply = self.reader.get(f"{ACTORS}.csv?q=Round")
        self.assertEqual(reply.status, 200)
        self.assertIn(b"Round trip", reply.bytes)
        dry = self.steward.ask("POST", f"{ACTORS}/import?dry_run=true", raw=reply.bytes,
                               headers={"Content-Type": "text/csv"})
        self.assertEqual(dry.status, 200, dry.bytes)
        self.assertEqual(self.reader.get(f"{ACTORS}/{made['id']}").json["version"], 1)
        self.assert_problem(self.contributor.ask("POST", f"{ACTORS}/import", raw=reply.bytes,
                                                 headers={"Content-Type": "text/csv"}),
                            403, "forbidden")

    def test_head_has_the_headers_of_get(self):
        path = f"{ACTORS}/{self.actor('Head')['id']}"
        got, head = self.reader.get(path), self.reader.ask("HEAD", path)
        self.assertEqual(head.status, 200)
        self.assertEqual(head.bytes, b"")
        for name in ("etag", "content-type", "content-length", "x-entente-marking"):
            self.assertEqual(head.header(name), got.header(name))

    def test_what_was_acknowledged_survives_a_restart(self):
        made = self.actor("Durable")
        self.assertEqual(self.instance.stop(), 0)
        self.instance.start(self.instance.port)
        self.assertEqual(self.reader.get(f"{ACTORS}/{made['id']}").json["name_en"], "Durable")


class Questions(door.DoorTest):
    """The questions, on a handful of records: that they answer, and what the figures mean."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        write = cls.contributor
        cls.us = write.create("actors", nature="organisation", name_en="We")["id"]
        cls.them = write.create("actors", nature="organisation", name_en="They")["id"]
        cls.tie = write.create("relationships", a=cls.us, b=cls.them, nature="institutional")["id"]
        for n, state in enumerate(("kept", "kept", "broken")):
            write.create("commitments", **{
                "from": cls.them, "to": cls.us, "text": f"Promise {n}", "stakes": "significant",
                "state": state, "due": f"2026-0{n + 1}-02", "made_on": "2025-12-01",
                "decided_on": f"2026-0{n + 1}-01"})
        cls.pair = f"truster={cls.us}&trustee={cls.them}"

    def test_an_explanation_adds_up_to_the_last_digit(self):
        reply = self.reader.get(f"/api/v1/trust/explain?{self.pair}&as_of=2026-06-01").json
        signs = {item["record"]: item["valence"] for item in reply["items"]}
        self.assertEqual(sorted(signs.values()), [-1, 1, 1])
        total = sum(item["contribution_ppm"] for item in reply["items"])
        self.assertEqual(total, reply["sum_ppm"])
        self.assertEqual(total, reply["expectation_ppm"] - reply["prior_ppm"])
        for item in reply["items"]:
            self.assertEqual(item["contribution_ppm"], round(item["contribution"] * 1e6))

    def test_trust_is_as_of_a_date(self):
        before = self.reader.get(f"/api/v1/trust?{self.pair}&as_of=2025-01-01").json
        after = self.reader.get(f"/api/v1/trust?{self.pair}&as_of=2026-02-15").json
        fallen = self.reader.get(f"/api/v1/trust?{self.pair}&as_of=2026-03-15").json
        self.assertEqual(before["evidence"], 0)
        self.assertGreater(after["trust"], before["trust"])
        self.assertLess(fallen["trust"], after["trust"])

    def test_every_question_answers_as_it_is_documented(self):
        for path in (f"/api/v1/portfolio?of={self.us}", f"/api/v1/trust/series?{self.pair}",
                     f"/api/v1/trust/what-if?{self.pair}&valence=negative&stakes=critical",
                     f"/api/v1/partners/{self.them}/brief", "/api/v1/today", "/api/v1/kinds",
                     f"/api/v1/network?center={self.us}&depth=2", "/api/v1/policy",
                     "/api/v1/search?q=promise", "/api/v1/trust/policy"):
            with self.subTest(path=path):
                reply = self.reader.get(path)
                self.assertEqual(reply.status, 200, reply.bytes[:300])

    def test_a_missing_parameter_is_named(self):
        reply = self.reader.get(f"/api/v1/trust?truster={self.us}")
        self.assert_problem(reply, 422, "invalid")
        self.assertEqual(reply.json["errors"][0]["code"], "required")
        self.assertIn("trustee", reply.json["errors"][0]["pointer"])

    def test_the_metrics_name_operations_and_nothing_of_records(self):
        self.reader.get("/api/v1/search?q=Promise")
        text = self.nobody.get("/metrics").bytes.decode()
        self.assertIn('operation="search"', text)
        self.assertNotIn(self.us, text)
        self.assertNotIn("Promise", text)
        self.assertNotIn("Promise", self.instance.log_text())
        self.assertNotIn(self.us, self.instance.log_text())


if __name__ == "__main__":
    door.main()
