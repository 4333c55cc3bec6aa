"""What the exercise needs, who offers it, who can reach whom, and what was asked of whom before.

Two needs are open on --until. Their lines can be met in several ways and some offers fall short on
purpose: an agreement that has expired or is not in force, a type that is not able enough, a
complement that has to come from somebody else. All of it is fiction between real organisations.
"""

import random
from datetime import timedelta

HOME = "sample:ca-cansofcom"

# title: English, French, owner, parent, endorsements (actor, days, degree)
OBJECTIVES = [
    ("lives", "Nobody is lost to the spring floods", "Les inondations du printemps ne font aucune victime", "ca-ps",
     None, (("ca-gov-ab", -60, "full"), ("ca-redcross", -41, "full"), ("us-fema", -35, "partial"))),
    ("pumping", "Water out of the towns within a week", "L'eau hors des villes en une semaine", "ca-goc-ops", "lives",
     (("state-deu", -20, "full"), ("state-nld", -18, "reserved"))),
    ("harbour", "The harbour stays open and safe", "Le port reste ouvert et sûr", "ca-tc", None,
     (("ca-rcmp", -30, "full"), ("us-uscg", -25, "full"), ("ca-ccg", -22, "partial"))),
]

# actor, capability, title, and what differs from the usual
OFFERS = [
    # high-capacity pumping
    ("de-thw", "eu-hcp", "Pumping module of the north", dict(type=1, quantity=2, notice="PT12H", travel="P2D",
     sustain="P21D", burden=20, agreement="pumping", regions="001", needs="un-cargo-aircraft",
     by=("eu-ercc", "Module certification", "certified", 400))),
    ("state-nld", "eu-hcp", "Pumping module of the delta", dict(type=1, quantity=1, notice="PT12H", travel="P2D",
     sustain="P21D", burden=16, agreement="pumping", regions="001",
     by=("eu-ercc", "Module certification", "certified", 90))),
    ("state-dnk", "eu-hcp", "Pumping module of the straits", dict(type=1, quantity=1, notice="PT12H", travel="P2D",
     sustain="P14D", burden=9, agreement="pumping", regions="001")),
    ("state-bel", "eu-hcp", "Pumping module of the polders", dict(type=2, quantity=1, notice="P1D", travel="P3D",
     sustain="P30D", burden=14, agreement="pumping", regions="001")),
    ("us-fema", "eu-hcp", "Pumping task force", dict(type=2, quantity=1, notice="P1D", travel="P1D", sustain="P30D",
     burden=8, agreement="fema", regions="021", by=("us-fema", "Typed resource definition", "type 2", 200))),
    ("ca-gov-bc", "eu-hcp", "Provincial pumps", dict(type=2, quantity=1, notice="PT8H", travel="P1D", sustain="P30D",
     burden=5, agreement="provinces", regions="CAN")),
    ("ca-gov-sk", "eu-hcp", "Provincial pumps, trailer mounted", dict(type=3, quantity=2, notice="PT8H", travel="PT18H",
     sustain="P30D", burden=4, basis="mandate", regions="CAN")),
    ("us-teamrubicon", "eu-hcp", "Volunteer pump crews", dict(type=2, quantity=1, notice="P2D", travel="P1D",
     sustain="P14D", burden=3, basis="ad_hoc", regions="021")),
    # flood boats
    ("us-uscg", "eu-frb", "Flood boats of the district", dict(type=1, quantity=4, notice="PT12H", travel="PT18H",
     sustain="P14D", burden=9, agreement="boats", regions="021",
     by=("us-uscg", "Boat crew qualification", "certified", 300))),
    ("ca-ccg", "eu-frb", "Inshore rescue boats", dict(type=2, quantity=2, notice="PT4H", travel="PT12H", sustain="P10D",
     burden=6, basis="mandate", regions="CAN")),
    ("ca-redcross", "eu-frb", "Boats with volunteers", dict(type=3, quantity=2, notice="P1D", travel="PT12H",
     sustain="P7D", burden=3, agreement="redcross", regions="CAN")),
    ("nz-socc", "eu-frb", "Boats by air", dict(type=1, quantity=4, notice="P1D", travel="P1D", sustain="P21D",
     burden=15, agreement="socc", regions="001", needs="un-cargo-aircraft")),
    ("de-thw", "eu-frb", "Flood rescue module", dict(type=1, quantity=6, notice="PT12H", travel="P1D", sustain="P10D",
     burden=18, agreement="pumping", regions="001", needs="un-cargo-aircraft", asset="module-n")),
    ("ca-sarvac", "eu-frb", "Boats of the volunteers", dict(type=3, quantity=3, notice="PT6H", travel="PT12H",
     sustain="P5D", burden=2, basis="ad_hoc", regions="CAN")),
    # airlift
    ("ca-rcaf", "un-cargo-aircraft", "Strategic transport aircraft", dict(type=1, quantity=1, notice="PT12H",
     travel="PT6H", sustain="P30D", burden=5, basis="mandate", offered_by="ca-caf", asset="transport-1",
     shareable="true", windows=((-30, 120),))),
    ("us-transcom", "un-cargo-aircraft", "Channel airlift", dict(type=1, quantity=2, notice="P1D", travel="PT12H",
     sustain="P60D", burden=12, agreement="transcom", regions="001", shareable="true")),
    ("un-wfp", "un-cargo-aircraft", "Humanitarian air service", dict(type=2, quantity=2, notice="P3D", travel="P1D",
     sustain="P90D", burden=25, basis="mechanism", mechanism="EXERCISE: on request of the affected State",
     regions="001", last_resort="true")),
    ("gb-raf", "un-cargo-aircraft", "Tactical transport aircraft", dict(type=2, quantity=1, notice="P1D", travel="P1D",
     sustain="P14D", burden=10, basis="ad_hoc", regions="150;021")),
    ("ca-427soas", "un-utility-helicopter", "Squadron helicopters", dict(type=2, quantity=2, notice="PT3H",
     travel="PT12H", sustain="P14D", burden=5, basis="mandate", regions="CAN")),
    ("ca-rcaf", "un-utility-helicopter", "Tactical helicopters", dict(type=2, quantity=3, notice="PT12H", travel="PT18H",
     sustain="P21D", burden=6, basis="mandate", offered_by="ca-caf", asset="helicopters", regions="CAN")),
    ("us-uscg", "un-utility-helicopter", "Rescue helicopters", dict(type=1, quantity=2, notice="PT6H", travel="PT12H",
     sustain="P14D", burden=11, agreement="boats", regions="021")),
    # liaison
    ("ca-goc-ops", "eu-tast", "Liaison and support team", dict(quantity=1, notice="PT6H", travel="PT8H", sustain="P30D",
     burden=4, basis="mandate", regions="CAN", shareable="true")),
    ("ca-cjoc", "eu-tast", "Forward liaison team", dict(quantity=1, notice="PT12H", travel="PT8H", sustain="P30D",
     burden=5, basis="mandate", regions="001")),
    ("un-undac", "eu-tast", "Assessment and co-ordination team", dict(quantity=1, notice="P2D", travel="P1D",
     sustain="P21D", burden=7, basis="mechanism", mechanism="EXERCISE: on request of the affected State",
     regions="001")),
    ("state-deu", "eu-tast", "Technical assistance and support team", dict(quantity=1, notice="PT12H", travel="P1D",
     sustain="P21D", burden=9, agreement="pumping", regions="001")),
    # medical team, type 1 fixed
    ("ca-redcross", "who-emt-1f", "Emergency clinic", dict(quantity=1, notice="P1D", travel="PT12H", sustain="P28D",
     burden=6, agreement="redcross", regions="CAN",
     by=("ifrc", "EXERCISE classification", "type 1 fixed", 500))),
    ("us-samaritan", "who-emt-1f", "Emergency field clinic", dict(quantity=1, notice="P1D", travel="P1D", sustain="P28D",
     burden=8, basis="ad_hoc", regions="001")),
    ("nz-nzmat", "who-emt-1f", "Medical assistance team", dict(quantity=1, notice="P1D", travel="P2D", sustain="P14D",
     burden=14, basis="mechanism", mechanism="EXERCISE: through the coordination of medical teams", regions="001",
     needs="un-cargo-aircraft", by=("nz-nzmat", "EXERCISE classification", "type 1 fixed", -15))),
    # divers
    ("ca-jtf2", "cansof-maritime-special-operations", "Maritime element", dict(quantity=1, notice="PT4H",
     travel="PT10H", sustain="P7D", burden=5, basis="mandate", regions="CAN", last_resort="true")),
    ("us-nsw", "cansof-maritime-special-operations", "Maritime element", dict(quantity=1, notice="P1D", travel="PT12H",
     sustain="P10D", burden=8, agreement="nsw", regions="021")),
    ("gb-sbs", "cansof-maritime-special-operations", "Maritime element", dict(quantity=1, notice="P1D", travel="P1D",
     sustain="P14D", burden=9, agreement="uksf", regions="001")),
    ("au-2cdo", "cansof-maritime-special-operations", "Maritime element", dict(quantity=1, notice="P2D", travel="P2D",
     sustain="P21D", burden=13, agreement="socomd", regions="001", needs="un-cargo-aircraft")),
    ("ca-marlant", "fema-public-safety-dive-team", "Fleet diving unit", dict(type=1, quantity=1, notice="PT6H",
     travel="PT4H", sustain="P10D", burden=5, basis="mandate", regions="CAN", offered_by="ca-rcn")),
    ("ca-rcmp", "fema-public-safety-dive-team", "Underwater recovery team", dict(type=2, quantity=1, notice="PT8H",
     travel="PT10H", sustain="P7D", burden=4, basis="mandate", regions="CAN")),
    ("us-uscg", "fema-public-safety-dive-team", "Regional dive locker", dict(type=1, quantity=1, notice="PT12H",
     travel="PT18H", sustain="P10D", burden=10, agreement="boats", regions="021", asset="divers")),
    ("au-socomd", "fema-public-safety-dive-team", "Clearance divers", dict(type=1, quantity=1, notice="P2D",
     travel="P2D", sustain="P14D", burden=16, agreement="socomd", regions="001", needs="un-cargo-aircraft")),
]

# holder, to, what, strength, basis
ACCESSES = [
    ("ca-goc-ops", "person", dict(target="sample:ca-gov-ab"), "strong", "daily call in the season"),
    ("ca-gac", "person", dict(target="sample:state-deu"), "strong", "embassy"),
    ("ca-nato-del", "person", dict(target="sample:eu-eums"), "fair", "corridor work of the delegation"),
    ("icrc", "region", dict(region="SSD"), "strong", "long presence"),
    ("un-dpo", "region", dict(region="017"), "fair", "missions on the ground"),
    ("ca-jtfn", "region", dict(region="CA-NU"), "strong", "detachments in the communities"),
    ("ca-crg", "region", dict(region="CA-NT"), "strong", "patrols who live there"),
    ("us-transcom", "tool", dict(subject="EXERCISE: load planning tool"), "fair", "exercise arrangement"),
    ("ca-ccg", "tool", dict(subject="EXERCISE: harbour traffic picture", concept="sample:pub-transport-safety-and-security"),
     "strong", "shared watch"),
    ("ca-drdc", "insight", dict(subject="EXERCISE: flood modelling of the Bow River"), "strong", "research programme"),
    ("ca-rmc", "insight", dict(subject="EXERCISE: history of aid to the civil power"), "weak", "one scholar"),
    ("ca-csis", "insight", dict(subject="EXERCISE: threats to ports", concept="sample:pub-security-intelligence"), "fair",
     "standing exchange"),
]

# from us or to us, partner, nature, words, stakes, how many of these over two years
REQUESTS = [
    ("out", "us-transcom", "support", "One airlift slot for the rotation", "significant", 4),
    ("out", "us-uscg", "support", "Two boats with crews for the exercise period", "significant", 4),
    ("out", "us-fema", "support", "Pumps for a training site", "routine", 3),
    ("out", "ca-rcaf", "support", "One aircraft for a short-notice lift", "critical", 4),
    ("out", "ca-redcross", "support", "A treatment post for the exercise", "routine", 3),
    ("out", "de-thw", "support", "Two pumping instructors", "routine", 3),
    ("out", "state-nld", "support", "A pumping module for the trial", "significant", 2),
    ("out", "ca-ccg", "support", "A platform for divers", "significant", 3),
    ("out", "ca-rcmp", "information", "Assessment of the harbour approaches", "significant", 3),
    ("out", "us-nsw", "support", "Dive supervisors for the course", "significant", 3),
    ("out", "ca-csis", "information", "Threat picture for the planning group", "critical", 3),
    ("out", "us-teamrubicon", "support", "Volunteers for a warehouse", "routine", 2),
    ("in", "ca-goc-ops", "support", "Planners for the flood desk", "significant", 3),
    ("in", "us-uscg", "information", "Ice outlook for the northern sites", "routine", 3),
    ("in", "ca-gov-ab", "support", "Boats and engineers for a river town", "critical", 2),
    ("in", "nz-socc", "support", "Two instructors for the dive course", "routine", 2),
]
REASONS = ("Crews are committed elsewhere in that period.", "The airfield is closed for repairs.",
           "No authority to act before the new year.", "Stocks are below the floor set for our own use.")


class Options:
    def __init__(self, exercise, seed, odds):
        """odds: as in arrangements.py."""
        self.ex = exercise
        self.rng = random.Random(f"{seed}/options")
        self.odds = odds

    def day(self, days):
        return self.ex.until + timedelta(days=days)

    def at(self, days):
        return self.day(days).isoformat()

    def thursday(self):
        """The next one that leaves three days."""
        first = self.day(3)
        return first + timedelta(days=(3 - first.weekday()) % 7)

    def objective(self, name, english, french, owner, parent, endorsements):
        self.ex.add("objectives", external_ids="exercise:objective-" + name, title=f"{english} (EXERCISE)",
                    title_fr=f"{french} (EXERCICE)", owner="sample:" + owner,
                    parent="exercise:objective-" + parent if parent else "",
                    shared_with=";".join("sample:" + a for a, _, _ in endorsements),
                    endorsements=";".join(f"actor=sample:{a},on={self.at(d)},degree={how}"
                                          for a, d, how in endorsements), notes="EXERCISE")

    # -- needs --

    def line(self, capability, **more):
        pairs = [("capability", "sample:" + capability)] + list(more.items())
        return ",".join(f"{k}={v}" for k, v in pairs)

    def needs(self):
        self.ex.add("needs", external_ids="exercise:need-flood", title="Flood relief in Alberta (EXERCISE)",
                    title_fr="Secours aux sinistrés des inondations en Alberta (EXERCICE)",
                    objective="exercise:objective-pumping", requester=HOME, region="CA-AB", place="High River",
                    latitude="50.58", longitude="-113.87", priority="T1", agreement_rule="required",
                    close_when="The river is below the flood stage for three days", state="open",
                    requirements=";".join((
                        self.line("eu-hcp", type=2, quantity=2, required_by=self.at(10), duration="P14D"),
                        self.line("who-emt-1f", quantity=1, required_by=self.at(8), duration="P14D"),
                        self.line("un-cargo-aircraft", quantity=1, required_by=self.at(6), duration="P10D"),
                        self.line("eu-tast", quantity=1, required_by=self.at(5), duration="P21D"))),
                    common_causes="actors=sample:de-thw\\;sample:state-nld,probability=0.9,"
                                  "note=One staging airfield in Europe",
                    **{"from": self.at(4)}, until=self.at(32), notes="EXERCISE: fiction; no such flood is known.")
        thursday = self.thursday()
        due = thursday.isoformat()
        self.ex.add("needs", external_ids="exercise:need-boats", title="Boats, divers and permission by Thursday (EXERCISE)",
                    title_fr="Embarcations, plongeurs et autorisation d'ici jeudi (EXERCICE)",
                    objective="exercise:objective-harbour", requester=HOME, region="CA-NS", place="Halifax",
                    latitude="44.65", longitude="-63.57", priority="T2", agreement_rule="required",
                    close_when="The harbour is declared clear", state="open",
                    requirements=";".join((
                        self.line("eu-frb", type=2, quantity=3, required_by=due, duration="P5D"),
                        self.line("fema-public-safety-dive-team", type=2, quantity=1, redundancy=2, required_by=due,
                                  duration="P5D"),
                        self.line("pub-transport-safety-and-security", quantity=1, required_by=due,
                                  note="Permission to close the inner harbour"))),
                    **{"from": self.at(1)}, until=(thursday + timedelta(days=9)).isoformat(),
                    notes="EXERCISE: fiction; nothing was found in the harbour.")

    # -- offers --

    def offer(self, actor, capability, title, terms):
        terms = dict(terms)
        number = self.ex.number("offer")
        agreement, by = terms.pop("agreement", None), terms.pop("by", None)
        needs, windows = terms.pop("needs", None), terms.pop("windows", ())
        row = dict(external_ids=f"exercise:offer-{number:02}", actor="sample:" + actor,
                   capability="sample:" + capability, title="EXERCISE " + title, regions=terms.pop("regions", ""),
                   **{"from": self.at(-self.rng.randint(100, 600))}, until=self.at(self.rng.randint(150, 700)))
        if agreement:
            row.update(basis="agreement", agreement="exercise:agreement-" + agreement)
        if by:
            row.update(attested_by="sample:" + by[0], standard=by[1], level=by[2], attested_until=self.at(by[3]))
        if needs:
            row.update(needs="sample:" + needs, stand_alone="false")
        if "offered_by" in terms:
            terms["offered_by"] = "sample:" + terms["offered_by"]
        row["windows"] = ";".join(f"from={self.at(a)},until={self.at(b)}" for a, b in windows)
        self.ex.add("offers", **row, **terms, notes="EXERCISE: fiction; nobody has offered this.")

    def access(self, holder, to, what, strength, basis):
        number = self.ex.number("access")
        self.ex.add("accesses", external_ids=f"exercise:access-{number:02}", holder="sample:" + holder, to=to,
                    strength=strength, basis="EXERCISE: " + basis,
                    **{"from": self.at(-self.rng.randint(50, 700))}, **what, notes="EXERCISE")

    # -- requests --

    def answer(self, partner, ours, submitted, due):
        """How a past request ended: state, answer, days, reason."""
        kept, late = self.odds("sample:" + partner, ours, submitted)
        draw = self.rng.random()
        early = submitted + timedelta(days=self.rng.randint(0, max((due - submitted).days, 0)))
        if draw < kept * 0.8:
            return "full", early, ""
        if draw < kept * 0.8 + 0.1:
            return "part", early, ""
        if draw < kept * 0.8 + 0.1 + late:
            return "full", due + timedelta(days=self.rng.randint(2, 9)), ""
        if draw < 0.93:
            return "declined", early, self.rng.choice(REASONS)
        return "none", None, ""

    def request(self, way, partner, nature, words, stakes, submitted):
        due = submitted + timedelta(days=self.rng.choice([3, 5, 7, 14]))
        answer, answered, reason = self.answer(partner, way == "in", submitted, due)
        dates, state = {}, {"declined": "declined", "none": "expired"}.get(answer)
        if answered:
            dates["answered_on"] = answered
        if state:
            dates["closed_on"] = answered or due + timedelta(days=7)
        else:
            state = "settled"
            step = answered
            for name, least, most in (("accepted_on", 0, 3), ("deployed_on", 1, 9), ("released_on", 3, 20),
                                      ("settled_on", 5, 40)):
                step = step + timedelta(days=self.rng.randint(least, most))
                dates[name] = step
        self.put(way, partner, nature, words, stakes, state, submitted, due, answer=answer, reason=reason,
                 **{name: d.isoformat() for name, d in dates.items()})

    def put(self, way, partner, nature, words, stakes, state, submitted, due, **more):
        number = self.ex.number("request")
        us, them = HOME, "sample:" + partner
        self.ex.add("requests", external_ids=f"exercise:request-{number:02}", **{"from": us if way == "out" else them},
                    to=them if way == "out" else us, nature=nature, text="EXERCISE: " + words, stakes=stakes,
                    state=state, submitted_on=submitted.isoformat(), response_due=due.isoformat(), notes="EXERCISE",
                    **more)

    def requests(self):
        for way, partner, nature, words, stakes, count in REQUESTS:
            for serial in range(count):
                submitted = self.day(-self.rng.randint(100, 720))
                self.request(way, partner, nature, f"{words}, serial {serial + 1}", stakes, submitted)
        self.put("out", "ca-gov-bc", "support", "Pumps before the thaw", "significant", "cancelled", self.day(-60),
                 self.day(-46), closed_on=self.at(-50))
        self.put("out", "ca-cadsi", "information", "Stocks of pumps with industry", "routine", "expired", self.day(-40),
                 self.day(-26), answer="none", closed_on=self.at(-19))
        self.put("out", "ca-tc", "information", "Notices for the harbour", "significant", "settled", self.day(-75),
                 self.day(-70), answer="full", answered_on=self.at(-66), settled_on=self.at(-60))
        self.put("out", "us-fema", "support", "Pumps for High River", "critical", "submitted", self.day(-2), self.day(1),
                 need="exercise:need-flood", agreement="exercise:agreement-fema",
                 lines=self.line("eu-hcp", type=2, quantity=1, required_by=self.at(10)))
        self.put("in", "ca-goc-ops", "information", "State of readiness of the liaison cell", "significant",
                 "validated", self.day(-5), self.ex.until)

    def run(self):
        for row in OBJECTIVES:
            self.objective(*row)
        self.needs()
        for row in OFFERS:
            self.offer(*row)
        for row in ACCESSES:
            self.access(*row)
        self.requests()
