"""Agreements of the exercise, what they oblige whom to do, and what was supplied under them.

Terms are counted from --until, so that on every day one agreement is about to expire, one has just
expired, one waits for a signature and one has been denounced. All of it is fiction between real
organisations; generate.py loads it into the exercise.
"""

import random
from datetime import timedelta

HOME = "sample:ca-cansofcom"
CANADA = "sample:state-can"

# name: English title, French title, instrument, other parties, capabilities, terms
AGREEMENTS = {
    "transcom-old": ("Acquisition and cross-servicing agreement of the first exercise",
                     "Accord d'acquisition et de soutien du premier exercice", "acsa", ("us-transcom",),
                     ("un-cargo-aircraft",), {"signed": -2900, "entry_rule": "signature", "term": "P10Y"}),
    "transcom": ("Acquisition and cross-servicing agreement on airlift",
                 "Accord d'acquisition et de soutien sur le transport aérien", "acsa", ("us-transcom",),
                 ("un-cargo-aircraft", "un-transport"),
                 {"signed": -1135, "entry_rule": "signature", "term": "P5Y", "renewal": "automatic",
                  "notice_period": "P180D", "supersedes": "exercise:agreement-transcom-old"}),
    "helicopters": ("Implementing arrangement on helicopters",
                    "Arrangement de mise en œuvre sur les hélicoptères", "implementing", ("us-transcom",),
                    ("un-utility-helicopter",),
                    {"signed": -150, "entry_rule": "ratification", "parent": "exercise:agreement-transcom",
                     "acts": ((HOME, "ratification", -100), (HOME, "provisional_application", -90),
                              ("sample:us-transcom", "provisional_application", -90))}),
    "boats": ("Memorandum of understanding on boats and divers",
              "Protocole d'entente sur les embarcations et les plongeurs", "mou", ("us-uscg",),
              ("eu-frb", "fema-public-safety-dive-team", "un-utility-helicopter"),
              {"signed": 75 - 1096, "entry_rule": "signature", "term": "P3Y", "renewal": "consent",
               "notice_period": "P30D"}),
    "redcross": ("Arrangement on humanitarian support", "Arrangement sur le soutien humanitaire", "arrangement",
                 ("ca-redcross",), ("who-emt-1f", "eu-ets", "eu-frb"),
                 {"signed": -400, "in_force": -380, "entry_rule": "date", "notice_period": "P90D"}),
    "uksf": ("Arrangement on maritime special operations", "Arrangement sur les opérations spéciales maritimes",
             "arrangement", ("gb-uksf",), ("cansof-maritime-special-operations", "fema-public-safety-dive-team"),
             {"signed": -60, "entry_rule": "ratification", "term": "P5Y", "acts": ((HOME, "acceptance", -20),)}),
    "nsw": ("Arrangement on combined diving", "Arrangement sur la plongée combinée", "arrangement", ("us-nsw",),
            ("cansof-maritime-special-operations", "fema-public-safety-dive-team"),
            {"signed": -1500, "entry_rule": "signature", "term": "P10Y", "notice_period": "P90D",
             "acts": (("sample:us-nsw", "notice_of_termination", -200),),
             "surviving": "Protection of what was exchanged."}),
    "socomd": ("Memorandum of understanding on maritime tasks", "Protocole d'entente sur les tâches maritimes",
               "mou", ("au-socomd",), ("cansof-maritime-special-operations", "fema-public-safety-dive-team"),
               {"signed": 120 - 1461, "entry_rule": "signature", "term": "P2Y", "renewal": "automatic",
                "notice_period": "P60D"}),
    "cse": ("Information sharing arrangement on cyber incidents",
            "Arrangement d'échange d'information sur les incidents cybernétiques", "information_sharing",
            ("ca-cse",), ("pub-cyber-defence-of-government",),
            {"signed": -500, "entry_rule": "signature", "term": "P4Y", "notice_period": "P60D"}),
    "socc": ("Memorandum of understanding on boats", "Protocole d'entente sur les embarcations", "mou",
             ("nz-socc",), ("eu-frb", "fema-public-safety-dive-team"),
             {"signed": -40 - 731, "entry_rule": "signature", "term": "P2Y"}),
    "provinces": ("Arrangement on flood assistance", "Arrangement sur l'aide en cas d'inondation", "arrangement",
                  ("ca-gov-bc",), ("eu-hcp", "eu-fc"),
                  {"signed": -25 - 1096, "entry_rule": "signature", "term": "P3Y", "home": CANADA}),
    "pumping": ("Arrangement on civil protection modules", "Arrangement sur les modules de protection civile",
                "arrangement", ("state-deu", "state-nld", "state-bel", "state-dnk"),
                ("eu-hcp", "eu-frb", "eu-tast"),
                {"signed": -720, "entry_rule": "threshold", "entry_threshold": 3, "home": CANADA,
                 "minimum_parties": 2, "notice_period": "P180D", "depositary": "sample:eu-ercc",
                 "acts": ((CANADA, "approval", -700), ("sample:state-deu", "approval", -690),
                          ("sample:state-nld", "approval", -650), ("sample:state-bel", "approval", -300))}),
    "fema": ("Memorandum of understanding on flood response",
             "Protocole d'entente sur l'intervention en cas d'inondation", "mou", ("us-fema",),
             ("eu-hcp", "fema-swiftwater-flood-search-and-rescue-team", "eu-tast"),
             {"signed": -900, "entry_rule": "signature", "term": "P5Y", "renewal": "automatic",
              "notice_period": "P90D", "home": CANADA}),
    "training": ("Arrangement on instructor exchange", "Arrangement sur l'échange d'instructeurs", "arrangement",
                 ("gb-sfsg",), ("un-mobile-training",),
                 {"signed": -800, "entry_rule": "signature", "term": "P4Y",
                  "acts": (("sample:gb-sfsg", "suspension", -30),)}),
    "france": ("Information sharing arrangement, second draft",
               "Arrangement d'échange d'information, deuxième version", "information_sharing", ("state-fra",), (),
               {"stage": "negotiating", "home": CANADA}),
}

# agreement, who owes, act, words, trigger, recurrence (months between, day of the month), stakes,
# due within, grace, survives
OBLIGATIONS = [
    ("transcom", "us-transcom", "provide", "Hold one airlift slot a month for the other side", "recurrence", (1, 5),
     "significant", "P10D", "P5D", False),
    ("transcom", HOME, "notify", "Send the forecast of loads for the coming quarter", "recurrence", (3, 15),
     "routine", "P14D", "P7D", False),
    ("transcom", "us-transcom", "reimburse", "Settle the balance of the year", "recurrence", (12, 28), "significant",
     "P60D", "P30D", True),
    ("boats", "us-uscg", "provide", "Exercise one boat crew together every quarter", "recurrence", (3, 10),
     "significant", "P20D", "P10D", False),
    ("boats", HOME, "consult", "Meet half-yearly on readiness and spares", "recurrence", (6, 20), "routine", "P30D",
     "P15D", False),
    ("boats", "us-uscg", "notify", "Say within two days when a boat is withdrawn", "event", None, "critical", "P2D",
     "PT12H", False),
    ("redcross", "ca-redcross", "provide", "Keep one treatment team on the roster", "recurrence", (3, 1), "critical",
     "P15D", "P5D", False),
    ("redcross", HOME, "permit", "Give access to the staging area when asked", "request", None, "significant", "P3D",
     "P1D", False),
    ("nsw", HOME, "protect", "Protect the dive tables exchanged", "date", None, "critical", "P30D", "P0D", True),
    ("socomd", "au-socomd", "provide", "Receive two students on each course", "recurrence", (6, 12), "routine", "P45D",
     "P15D", False),
    ("cse", "ca-cse", "notify", "Pass indicators of the month", "recurrence", (1, 18), "significant", "P5D", "P2D",
     False),
    ("cse", HOME, "notify", "Report handling errors within a day", "event", None, "critical", "P1D", "PT6H", True),
    ("pumping", "state-deu", "provide", "Keep two pumping modules registered", "recurrence", (6, 3), "significant",
     "P30D", "P10D", False),
    ("pumping", "state-nld", "provide", "Keep one pumping module registered", "recurrence", (6, 3), "significant",
     "P30D", "P10D", False),
    ("fema", "us-fema", "notify", "Share the outlook of floods for the season", "recurrence", (3, 8), "significant",
     "P10D", "P5D", False),
    ("fema", HOME, "refrain", "Not pass the outlook to third parties", "date", None, "significant", "P30D", "P0D",
     True),
]

# agreement, partner, items (words, capability, unit, value of one), currency
SUPPLIES = [
    ("transcom", "us-transcom", (("Flight hours, tactical transport", "un-cargo-aircraft", "hour", 9800),
                                 ("Aviation fuel", "", "m3", 1150), ("Pallets and nets", "", "set", 340)), "USD"),
    ("boats", "us-uscg", (("Boat days with crew", "eu-frb", "day", 2600),
                          ("Breathing gas", "fema-public-safety-dive-team", "bottle", 95)), "USD"),
    ("redcross", "ca-redcross", (("Shelter kits", "eu-ets", "kit", 210), ("Ration packs", "", "pack", 14)), "CAD"),
    ("socomd", "au-socomd", (("Training days", "", "day", 1900), ("Range hours", "", "hour", 450)), "AUD"),
    ("fema", "us-fema", (("Pump hours", "eu-hcp", "hour", 380), ("Sandbags", "eu-fc", "1000", 520)), "USD"),
    ("pumping", "state-nld", (("Hose sections", "eu-hcp", "section", 130),), "EUR"),
]
SETTLEMENTS = (("cash", 5), ("replacement_in_kind", 3), ("equal_value_exchange", 2))
LIQUIDATION = {"cash": 90, "replacement_in_kind": 365, "equal_value_exchange": 365}


def partner_of(name):
    return name if name.startswith("sample:") else "sample:" + name


class Arrangements:
    def __init__(self, exercise, seed, odds):
        """odds: of a partner (its own and ours), how a promise ends at time t: (kept, late)."""
        self.ex = exercise
        self.rng = random.Random(f"{seed}/arrangements")
        self.odds = odds

    def at(self, days):
        return (self.ex.until + timedelta(days=days)).isoformat()

    # -- agreements --

    def agreement(self, name, english, french, instrument, others, covers, terms):
        terms = dict(terms)
        home, signed = terms.pop("home", HOME), terms.pop("signed", None)
        parties = [home] + [partner_of(o) for o in others]
        acts = [(p, "signature", signed) for p in parties] if signed is not None else []
        acts += terms.pop("acts", ())
        if "in_force" in terms:
            terms["in_force"] = self.at(terms["in_force"])
        self.ex.add("agreements", external_ids="exercise:agreement-" + name, title="EXERCISE " + english,
                    title_fr="EXERCICE " + french, instrument=instrument, binding="false",
                    concluded=self.at(signed) if signed is not None else "",
                    parties=";".join("party=" + p for p in parties),
                    actions=";".join(f"party={p},action={act},deposited={self.at(on)}" for p, act, on in acts),
                    covers=";".join("sample:" + c for c in covers), languages="en;fr",
                    notes="EXERCISE: fiction; no such agreement exists.", **terms)

    # -- obligations --

    def occurrences(self, months, day, first, last):
        """Every so many months, always on the same day of the month, as the rule says."""
        year, month = first.year, first.month
        while True:
            on = first.replace(year=year, month=month, day=day)
            if on > last:
                return
            if on >= first:
                yield on
            year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1

    def instance(self, on, obligor, other, days, grace, extra=""):
        """How one occurrence stands on --until; what is not decided is not stored."""
        kept, late = self.odds(other, obligor == HOME, on)
        draw, due = self.rng.random(), on + timedelta(days=days)
        if draw < kept:
            state, decided = "fulfilled", on + timedelta(days=self.rng.randint(0, days))
        elif draw < kept + late:
            state, decided = "late", due + timedelta(days=grace + self.rng.randint(1, 25))
        else:
            state, decided = "breached", due + timedelta(days=grace + self.rng.randint(5, 30))
        if decided > self.ex.until:
            return None
        return f"on={on.isoformat()},state={state},decided_on={decided.isoformat()}{extra}"

    def obligation(self, agreement, obligor, act, words, trigger, recurrence, stakes, within, grace, survives):
        others = [partner_of(o) for o in AGREEMENTS[agreement][3]]
        home = AGREEMENTS[agreement][5].get("home", HOME)
        obligor = partner_of(obligor)
        beneficiary = home if obligor != HOME else others[0]
        other = others[0] if obligor == HOME else obligor
        days, slack = int(within[1:-1]), int(grace[1:-1]) if grace.startswith("P") and grace[1] != "T" else 1
        begin = self.ex.until + timedelta(days=max(AGREEMENTS[agreement][5]["signed"] + 30, -730))
        instances, rule, starts = [], "", ""
        if recurrence:
            months, day = recurrence
            dates = list(self.occurrences(months, day, begin, self.ex.until))
            rule = f"FREQ=MONTHLY;INTERVAL={months};BYMONTHDAY={day}"
            starts = dates[0].isoformat() if dates else self.at(30)
            instances = [self.instance(on, obligor, other, days, slack) for on in dates]
        elif trigger == "date":
            starts = self.at(20)
        else:
            for _ in range(4):
                on = begin + timedelta(days=self.rng.randint(0, max((self.ex.until - begin).days - 40, 0)))
                instances.append(self.instance(on, obligor, other, days, slack))
        seen = {}
        for i in instances:
            if i:
                seen.setdefault(i.split(",")[0], i)
        self.ex.add("obligations", external_ids=f"exercise:obligation-{self.ex.number('obligation'):02}",
                    agreement="exercise:agreement-" + agreement, obligor=obligor, beneficiary=beneficiary, act=act,
                    text="EXERCISE: " + words, trigger=trigger, starts=starts, recurrence=rule, due_within=within,
                    grace=grace, stakes=stakes, survives="true" if survives else "",
                    instances=";".join(seen[k] for k in sorted(seen)), notes="EXERCISE")

    # -- transactions --

    def ending(self, other, ours, due, settlement):
        """State, day of the settlement and whether it was met in full."""
        kept, late = self.odds(other, ours, due)
        draw = self.rng.random()
        if draw < kept:
            settled = due - timedelta(days=self.rng.randint(0, 30 if settlement == "cash" else 120))
        elif draw < kept + late + 0.1:
            settled = due + timedelta(days=self.rng.randint(3, 60))
        else:
            return ("defaulted" if due + timedelta(days=60) < self.ex.until else "delivered"), None
        return ("settled", settled) if settled <= self.ex.until else ("delivered", None)

    def transaction(self, agreement, partner, item, currency, delivered, settlement, state=None):
        words, capability, unit, price = item
        number = self.ex.number("transaction")
        ours = self.rng.random() < 0.5  # we received, we owe the settlement
        quantity = self.rng.randint(2, 40)
        due = delivered + timedelta(days=LIQUIDATION[settlement])
        home = AGREEMENTS[agreement][5].get("home", HOME)
        settled = None
        if state is None:
            state, settled = self.ending("sample:" + partner, ours, due, settlement)
        if settled and settled < delivered:
            settled = delivered
        self.ex.add("transactions", external_ids=f"exercise:transaction-{number:03}",
                    agreement="exercise:agreement-" + agreement,
                    supplier="sample:" + partner if ours else home, receiver=home if ours else "sample:" + partner,
                    item="EXERCISE: " + words, capability="sample:" + capability if capability else "",
                    order=f"EX-{number:04}", quantity=quantity, unit=unit, value=quantity * price, currency=currency,
                    delivered="" if state == "ordered" else delivered.isoformat(), settlement=settlement,
                    due="" if state == "ordered" else due.isoformat(),
                    settled=settled.isoformat() if settled else "", state=state, notes="EXERCISE")

    def transactions(self):
        kinds, weights = zip(*SETTLEMENTS)
        for agreement, partner, items, currency in SUPPLIES:
            first = max(AGREEMENTS[agreement][5]["signed"] + 20, -725)
            for _ in range(self.rng.randint(7, 10)):
                delivered = self.ex.until + timedelta(days=self.rng.randint(first, -4))
                self.transaction(agreement, partner, self.rng.choice(items), currency, delivered,
                                 self.rng.choices(kinds, weights)[0])
        us, boats = SUPPLIES[0], SUPPLIES[1]
        self.transaction("transcom", "us-transcom", us[2][1], "USD", self.ex.until - timedelta(days=118), "cash",
                         "delivered")  # overdue for four weeks
        self.transaction("boats", "us-uscg", boats[2][0], "USD", self.ex.until - timedelta(days=380),
                         "replacement_in_kind", "delivered")
        self.transaction("transcom", "us-transcom", us[2][0], "USD", self.ex.until, "cash", "ordered")
        self.transaction("boats", "us-uscg", boats[2][1], "USD", self.ex.until - timedelta(days=150), "cash",
                         "disputed")
        self.transaction("redcross", "ca-redcross", SUPPLIES[2][2][1], "CAD", self.ex.until - timedelta(days=200),
                         "cash", "waived")

    def run(self):
        for name, row in AGREEMENTS.items():
            self.agreement(name, *row)
        for row in OBLIGATIONS:
            self.obligation(*row)
        self.transactions()
