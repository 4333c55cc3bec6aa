"""Agreements over HTTP: every answer as the published schema says, and what the figures mean."""
import door


class Agreements(door.DoorTest):
    """One agreement with an obligation, two transactions and a promise born of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        write = cls.contributor
        cls.us = write.create("actors", nature="organisation", name_en="We")["id"]
        cls.them = write.create("actors", nature="organisation", name_en="They")["id"]
        cls.old = write.create("agreements", title="Old", instrument="acsa", in_force="2020-01-01",
                               parties=[{"party": cls.us}, {"party": cls.them}])["id"]
        cls.agreement = write.create(
            "agreements", title="New", instrument="acsa", entry_rule="ratification", entry_delay="P30D",
            supersedes=cls.old, term="P1Y", renewal="automatic", notice_period="P60D", minimum_parties=2,
            parties=[{"party": cls.us, "role": "party"}, {"party": cls.them}],
            actions=[{"party": cls.us, "action": "ratification", "deposited": "2023-12-01"},
                     {"party": cls.them, "action": "ratification", "deposited": "2024-01-30"},
                     {"party": cls.them, "action": "declaration", "deposited": "2024-01-30"}])["id"]
        write.create("obligations", agreement=cls.agreement, obligor=cls.them, beneficiary=cls.us, act="notify",
                     text="Report", trigger="recurrence", starts="2024-03-31",
                     recurrence="FREQ=MONTHLY;BYMONTHDAY=-1", due_within="P10D", grace="P5D",
                     stakes="significant", survives=True,
                     instances=[{"on": "2024-03-31", "state": "fulfilled", "decided_on": "2024-04-02"}])
        for supplier, receiver, value in ((cls.us, cls.them, 0.1), (cls.them, cls.us, 0.3)):
            write.create("transactions", agreement=cls.agreement, supplier=supplier, receiver=receiver,
                         item="Fuel", quantity=2, unit="m3", value=value, currency="CAD", delivered="2024-05-01",
                         settlement="replacement_in_kind", state="delivered", due="2024-12-31")
        write.create("commitments", **{"from": cls.them, "to": cls.us, "text": "Promise", "stakes": "routine",
                                       "state": "open", "born_of": cls.agreement})

    def test_the_status_is_that_of_the_day(self):
        path = f"/api/v1/agreements/{self.agreement}/status"
        before = self.reader.get(f"{path}?as_of=2024-02-28").json
        after = self.reader.get(f"{path}?as_of=2024-02-29").json
        self.assertEqual((before["state"], before["in_force_on"]), ("signed", "2024-02-29"))
        self.assertEqual((after["state"], after["renews_on"], after["notice_by"]),
                         ("in_force", "2025-02-28", "2024-12-30"))
        self.assertEqual({p["state"] for p in after["parties"]}, {"bound"})
        self.assertEqual([e["at"] for e in after["timeline"]], sorted(e["at"] for e in after["timeline"]))
        old = self.reader.get(f"/api/v1/agreements/{self.old}/status?as_of=2024-02-29").json
        self.assertEqual((old["state"], old["superseded_by"], old["ends_on"]),
                         ("superseded", self.agreement, "2024-02-28"))

    def test_the_page_has_all_about_it(self):
        page = self.reader.get(f"/api/v1/agreements/{self.agreement}/page?as_of=2024-05-20").json
        instances = {i["on"]: i["state"] for i in page["obligations"][0]["instances"]}
        self.assertEqual(instances["2024-03-31"], "fulfilled")
        self.assertEqual(instances["2024-04-30"], "overdue")
        self.assertEqual(instances["2024-05-31"], "upcoming")
        self.assertEqual((len(page["transactions"]), len(page["commitments"])), (2, 1))
        self.assertEqual(page["balance"]["sums"], [{"currency": "CAD", "net": 0}])

    def test_the_balance_and_the_calendar_answer_as_published(self):
        row = self.reader.get(f"/api/v1/balance?of={self.us}&partner={self.them}").json["rows"][0]
        self.assertEqual(abs(row["net"]), 0.2)
        self.assertEqual(row["in_kind"][0]["unit"], "m3")
        items = self.reader.get("/api/v1/calendar?from=2024-12&until=2024-12").json["items"]
        self.assertIn(("2024-12-31", "transaction"), [(i["at"], i["what"]) for i in items])
        reply = self.reader.get("/api/v1/calendar?from=2024-12&until=2024-11")
        self.assertEqual(reply.status, 422)
        self.assertEqual(self.reader.get("/api/v1/today").status, 200)
        self.assertEqual(self.reader.get(f"/api/v1/agreements/{self.us}/status").status, 404)


if __name__ == "__main__":
    door.main()
