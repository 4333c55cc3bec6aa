#!/usr/bin/env python3
"""Makes two fictional years of a liaison cell's work between the organisations of data/sample.

The same seed and the same --until always give the same files. Every record says EXERCISE and has an
external id beginning with `exercise:`. No person is named. See README.md.
"""

import argparse
import csv
import os
import random
import sys
from datetime import date, timedelta

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import arrangements  # noqa: E402
import options  # noqa: E402
import texts  # noqa: E402

HOME = "sample:ca-cansofcom"
DAYS = 730
WEIGHTS = (("routine", 62), ("significant", 30), ("critical", 8))

# id, story, themes, priority, cadence (ideal, longest) in days, desk, releasable to (None: no
# higher labels), highest class
PARTNERS = [
    ("us-socom", "steady", ("crisis planning", "instructor exchange", "airlift"), "T1", 30, 60, "americas", "USA", "SECRET"),
    ("us-socnorth", "steady", ("Arctic search and rescue", "crisis planning", "port security"), "T1", 30, 75, "americas", "USA", "SECRET"),
    ("us-nsw", "ordinary", ("dive training", "port security"), "T2", 45, 90, "americas", "USA", "CONFIDENTIAL"),
    ("us-soceur", "ordinary", ("crisis planning", "medical evacuation"), "T3", 60, 120, "europe", "USA", "CONFIDENTIAL"),
    ("us-socafrica", "fading", ("instructor exchange", "medical evacuation"), "T3", 60, 150, "europe", "USA", "CONFIDENTIAL"),
    ("us-transcom", "one_sided_theirs", ("airlift", "relief logistics"), "T2", 45, 90, "americas", "USA", "RESTRICTED"),
    ("us-uscg", "steady", ("port security", "Arctic search and rescue"), "T2", 45, 90, "americas", "USA", "RESTRICTED"),
    ("us-fbi", "ordinary", ("radiological response", "information sharing"), "T2", 60, 120, "americas", "USA", "CONFIDENTIAL"),
    ("us-jsou", "ordinary", ("instructor exchange", "research trial"), "T3", 90, 180, "americas", None, None),
    ("gb-uksf", "recovering", ("dive training", "crisis planning", "airlift"), "T1", 30, 75, "europe", "GBR", "SECRET"),
    ("gb-sfsg", "ordinary", ("instructor exchange", "medical evacuation"), "T3", 60, 150, "europe", "GBR", "CONFIDENTIAL"),
    ("gb-dstl", "improving", ("research trial", "radiological response"), "T3", 60, 120, "europe", "GBR", "RESTRICTED"),
    ("au-socomd", "improving", ("instructor exchange", "crisis planning", "dive training"), "T1", 45, 90, "pacific", "AUS", "SECRET"),
    ("au-sasr", "ordinary", ("instructor exchange", "medical evacuation"), "T3", 90, 180, "pacific", "AUS", "CONFIDENTIAL"),
    ("nz-socc", "steady", ("instructor exchange", "dive training"), "T2", 60, 120, "pacific", "NZL", "CONFIDENTIAL"),
    ("nz-nzsas", "ordinary", ("dive training", "medical evacuation"), "T3", 90, 180, "pacific", "NZL", "CONFIDENTIAL"),
    ("jef", "ordinary", ("crisis planning", "port security"), "T3", 60, 120, "europe", None, None),
    ("daesh-coalition", "fading", ("information sharing", "crisis planning"), "T3", 90, 180, "europe", None, None),
    ("five-eyes", "steady", ("information sharing", "cyber incident"), "T1", 45, 90, "government", "FVEY", "SECRET"),
    ("ca-nato-del", "ordinary", ("crisis planning", "information sharing"), "T2", 45, 90, "europe", "NATO", "RESTRICTED"),
    ("norad", "steady", ("Arctic search and rescue", "airlift"), "T2", 45, 90, "americas", "USA", "CONFIDENTIAL"),
    ("ca-cjoc", "steady", ("crisis planning", "airlift", "medical evacuation"), "T1", 21, 45, "government", "CAN", "SECRET"),
    ("ca-rcaf", "one_sided_ours", ("airlift", "medical evacuation"), "T1", 30, 60, "government", "CAN", "RESTRICTED"),
    ("ca-rcn", "ordinary", ("port security", "dive training"), "T2", 30, 60, "government", "CAN", "RESTRICTED"),
    ("ca-jtfn", "improving", ("Arctic search and rescue", "relief logistics"), "T2", 45, 90, "government", "CAN", "RESTRICTED"),
    ("ca-crg", "ordinary", ("Arctic search and rescue",), "T3", 90, 150, "government", None, None),
    ("ca-rcmp", "steady", ("port security", "radiological response", "crisis planning"), "T1", 30, 60, "government", "CAN", "CONFIDENTIAL"),
    ("ca-gac", "improving", ("crisis planning", "information sharing", "relief logistics"), "T1", 30, 60, "government", "CAN", "CONFIDENTIAL"),
    ("ca-cse", "recovering", ("cyber incident", "information sharing"), "T1", 30, 60, "government", "CAN", "SECRET"),
    ("ca-cccs", "ordinary", ("cyber incident",), "T2", 45, 90, "government", "CAN", "RESTRICTED"),
    ("ca-csis", "betrayed", ("information sharing", "crisis planning"), "T2", 45, 90, "government", "CAN", "SECRET"),
    ("ca-cbsa", "ordinary", ("port security", "information sharing"), "T3", 60, 120, "government", "CAN", "RESTRICTED"),
    ("ca-ccg", "steady", ("Arctic search and rescue", "port security"), "T2", 45, 90, "government", None, None),
    ("ca-tc", "fading", ("port security",), "T4", 90, 180, "government", None, None),
    ("ca-goc-ops", "ordinary", ("crisis planning", "relief logistics"), "T2", 45, 90, "government", "CAN", "RESTRICTED"),
    ("ca-drdc", "ordinary", ("research trial", "radiological response"), "T2", 45, 120, "government", "CAN", "RESTRICTED"),
    ("ca-phac", "one_sided_theirs", ("medical evacuation", "radiological response"), "T3", 60, 120, "government", None, None),
    ("ca-redcross", "ordinary", ("relief logistics", "medical evacuation"), "T3", 60, 150, "government", None, None),
    ("ca-dallaire", "steady", ("instructor exchange", "research trial"), "T4", 90, 180, "government", None, None),
    ("icrc", "improving", ("relief logistics", "medical evacuation"), "T3", 90, 180, "europe", None, None),
    ("us-teamrubicon", "dormant", ("relief logistics",), "T5", 180, 365, "americas", None, None),
    ("us-gsof", "ordinary", ("research trial", "equipment support"), "T4", 120, 240, "americas", None, None),
    ("ca-cadsi", "troubled", ("equipment support", "research trial"), "T4", 90, 180, "government", None, None),
    ("ca-rmc", "improving", ("research trial", "instructor exchange"), "T3", 60, 150, "government", None, None),
    ("ca-cigi", "dormant", ("research trial",), "T5", 180, 365, "government", None, None),
    ("un-ocha", "ordinary", ("relief logistics", "crisis planning"), "T3", 90, 180, "europe", None, None),
    ("un-dpo", "new", ("medical evacuation", "crisis planning"), "T3", 60, 150, "europe", None, None),
    ("eu-eums", "new", ("crisis planning",), "T4", 90, 180, "europe", None, None),
]

# Ties among partners: what others say of them is heard as testimony.
TIES = [
    ("us-socom", "gb-uksf", "crisis planning", 0.96), ("us-socom", "au-socomd", "instructor exchange", 0.97),
    ("au-socomd", "nz-socc", "dive training", 0.95), ("us-uscg", "ca-ccg", "Arctic search and rescue", 0.97),
    ("ca-rcmp", "us-fbi", "radiological response", 0.9), ("ca-gac", "un-ocha", "relief logistics", 0.85),
    ("ca-redcross", "icrc", "relief logistics", 0.97), ("ca-cjoc", "ca-rcaf", "airlift", 0.9),
    ("norad", "ca-rcaf", "airlift", 0.95), ("ca-cjoc", "un-dpo", "medical evacuation", 0.85),
]

DESKS = {"americas": ("Americas", "Amériques"), "europe": ("Europe and Africa", "Europe et Afrique"),
         "pacific": ("Indo-Pacific", "Indo-Pacifique"),
         "government": ("Whole of Government", "Pangouvernemental")}

# Per story: contacts and promises over the two years (each way), and how a promise of each side
# ends at time t (0: two years ago, 1: --until): (kept, late), the rest is broken.
STORIES = {
    "steady": (16, 6, lambda t: (0.93, 0.05), lambda t: (0.94, 0.05)),
    "ordinary": (10, 4, lambda t: (0.80, 0.12), lambda t: (0.86, 0.10)),
    "improving": (13, 5, lambda t: (min(0.96, max(0.1, 1.5 * t - 0.4)), 0.3 - 0.26 * t), lambda t: (0.88, 0.09)),
    "recovering": (15, 5, lambda t: (0.94, 0.05), lambda t: (0.93, 0.05)),
    "betrayed": (12, 5, lambda t: (0.84, 0.1), lambda t: (0.9, 0.08)),
    "one_sided_theirs": (10, 5, lambda t: (0.25, 0.35), lambda t: (0.97, 0.03)),
    "one_sided_ours": (13, 6, lambda t: (0.96, 0.04), lambda t: (0.45, 0.3)),
    "troubled": (8, 5, lambda t: (0.4, 0.3), lambda t: (0.72, 0.2)),
    "fading": (9, 4, lambda t: (0.82, 0.12), lambda t: (0.84, 0.1)),
    "dormant": (3, 1, lambda t: (0.8, 0.1), lambda t: (0.8, 0.1)),
    "new": (0, 0, lambda t: (1, 0), lambda t: (1, 0)),
}
POSTURES = {"steady": "maintain", "ordinary": "maintain", "improving": "improve", "recovering": "improve",
            "betrayed": "improve", "one_sided_theirs": "improve", "one_sided_ours": "maintain",
            "troubled": "develop", "fading": "maintain", "dormant": "dormant", "new": "initiate"}


class Exercise:
    def __init__(self, seed, until, names):
        self.rng = random.Random(seed)
        self.seed = seed
        self.until = until
        self.start = until - timedelta(days=DAYS)
        self.names = names
        self.rows = {}
        self.said = set()  # (from, to, text): no promise is worded twice
        self.numbers = {}

    # -- small things --

    def number(self, what):
        self.numbers[what] = self.numbers.get(what, 0) + 1
        return self.numbers[what]

    def fill(self, phrase, when):
        """Slots get words; season and quarter are those of the date."""
        dated = {"season": texts.SEASONS[when.month % 12 // 3], "quarter": texts.QUARTERS[(when.month - 1) // 3]}
        for slot in list(texts.SLOTS) + list(dated):
            if "{" + slot + "}" in phrase:
                word = dated.get(slot) or self.rng.choice(texts.SLOTS[slot])
                phrase = phrase.replace("{" + slot + "}", word)
        return phrase[0].upper() + phrase[1:]

    def add(self, kind, **fields):
        self.rows.setdefault(kind, []).append(fields)

    def day(self, first, last):
        span = (last - first).days
        return first + timedelta(days=self.rng.randint(0, max(span, 0)))

    def workday(self, d):
        return d - timedelta(days=max(0, d.weekday() - 4))

    def pick(self, pairs):
        words, weights = zip(*pairs)
        return self.rng.choices(words, weights)[0]

    def name(self, partner):
        full, short = self.names[partner]
        return short or full

    def label(self, partner, share):
        """A minority of records is for fewer readers."""
        releasable, highest = partner[7], partner[8]
        if not releasable or self.rng.random() >= share:
            return ""
        classes = ["RESTRICTED", "CONFIDENTIAL", "SECRET"]
        allowed = classes[:classes.index(highest) + 1]
        level = self.rng.choices(allowed, [6, 3, 2][:len(allowed)])[0]
        parts = [level]
        if level != "RESTRICTED" and self.rng.random() < 0.2:
            parts.append("Caveat: LIAISON")
        if releasable in ("FVEY", "NATO", "CAN"):
            parts.append("Releasable To: " + releasable)
        else:
            parts.append("Releasable To: CAN, " + releasable)
        if self.rng.random() < 0.4:
            parts.append(self.rng.choice(["TLP:AMBER", "TLP:GREEN"]))
        return "; ".join(parts)

    def odds(self, partner, ours, when):
        """(kept, late) of a partner's word to us, or of ours to it, by its story; others are ordinary."""
        story = next((p[1] for p in PARTNERS if "sample:" + p[0] == partner), "ordinary")
        return STORIES[story][3 if ours else 2]((when - self.start).days / DAYS)

    # -- the cell itself --

    def cell(self):
        self.add("actors", external_ids="exercise:cell", nature="unit", name_en="EXERCISE Liaison Cell",
                 name_fr="EXERCICE Cellule de liaison", short_en="EX Liaison", short_fr="EX Liaison",
                 parent=HOME, country="CAN", audience="internal",
                 notes="EXERCISE: a fictional cell; nothing here happened.")
        for desk, (en, fr) in DESKS.items():
            self.add("actors", external_ids="exercise:position-" + desk, nature="position",
                     name_en="EXERCISE Liaison Desk " + en, name_fr="EXERCICE Bureau de liaison " + fr,
                     parent="exercise:cell", country="CAN", audience="internal",
                     notes="EXERCISE: a fictional position.")
        ends = self.rotate([("exercise:position-" + d, "CAN", "internal") for d in DESKS], "Liaison Officer",
                           240, 400, planned=True)
        self.successor(min(ends))

    def rotate(self, positions, title, shortest, longest, planned=False):
        """Officers take posts one after the other, with a week of handover; none is named. Of our own
        posts the planned end is known. Returns the ends still to come, with their positions."""
        person, ends = 0, []
        for position, country, audience in positions:
            begin = self.start - timedelta(days=self.rng.randint(30, 200))
            while begin < self.until:
                person += 1
                end = begin + timedelta(days=self.rng.randint(shortest, longest))
                number = self.number("person")
                self.add("actors", external_ids=f"exercise:person-{number}", nature="person",
                         name_en=f"EXERCISE {title} {person}",
                         name_fr=f"EXERCICE {'Officier de liaison' if title.startswith('Liaison') else 'Représentant'} {person}",
                         country=country, audience=audience,
                         notes="EXERCISE: nobody; persons are numbered, never named.")
                last = begin if end > self.until else end
                self.add("postings", external_ids=f"exercise:posting-{number}",
                         person=f"exercise:person-{number}", position=position, **{"from": begin.isoformat()},
                         until="" if end > self.until and not planned else
                         (end if planned else last).isoformat(), primary="true", notes="EXERCISE")
                if end > self.until:
                    ends.append((end, position))
                begin = end - timedelta(days=7)
        return ends

    def successor(self, rotation):
        """For the post that rotates next it is known who comes."""
        end, position = rotation
        self.add("actors", external_ids="exercise:person-next", nature="person",
                 name_en="EXERCISE Liaison Officer, designated", name_fr="EXERCICE Officier de liaison désigné",
                 country="CAN", audience="internal", notes="EXERCISE: nobody; persons are numbered, never named.")
        self.add("postings", external_ids="exercise:posting-next", person="exercise:person-next",
                 position=position, **{"from": (end - timedelta(days=7)).isoformat()}, until="", primary="true",
                 notes="EXERCISE")

    def counterparts(self):
        """Some partners have a desk of their own for us."""
        positions = []
        for p in PARTNERS:
            if p[3] not in ("T1", "T2") or STORIES[p[1]][0] == 0:
                continue
            identity = "exercise:desk-" + p[0]
            self.add("actors", external_ids=identity, nature="position",
                     name_en=f"EXERCISE Partner Desk, {self.name(p[0])}", name_fr="",
                     parent="sample:" + p[0], country="", audience="",
                     notes="EXERCISE: a fictional position at a real organisation.")
            positions.append((identity, "", ""))
        self.rotate(positions, "Partner Representative", 300, 600)

    # -- relationships --

    def relationship(self, identity, a, b, partner, begin, themes):
        priority, ideal, longest = partner[3], partner[4], partner[5]
        strategic = priority in ("T1", "T2")
        bound = not strategic and self.rng.random() < 0.3
        self.add("relationships", external_ids=identity, a=a, b=b, nature="institutional",
                 horizon="strategic" if strategic else "situational",
                 term="time_bound" if bound else "enduring", **{"from": begin.isoformat()},
                 until=(self.until + timedelta(days=365)).isoformat() if bound else "",
                 purpose="EXERCISE: " + self.rng.choice(texts.PURPOSES).format(theme=" and ".join(themes[:2])),
                 steward="exercise:position-" + partner[6] if a == HOME else "",
                 priority=priority, posture=POSTURES[partner[1]], cadence_ideal=ideal, cadence_longest=longest,
                 instruments=self.instruments(themes),
                 integration=self.integration(themes) if a == HOME else "", notes="EXERCISE")

    def instruments(self, themes):
        words = {"relief logistics": "diplomatic", "information sharing": "informational",
                 "cyber incident": "informational", "equipment support": "economic",
                 "radiological response": "law_enforcement"}
        return ";".join(sorted({words.get(t, "military") for t in themes}))

    def integration(self, themes):
        levels = ["deconflicted", "compatible", "integrated"]
        items = []
        for theme in themes[:2]:
            at = self.rng.randint(0, 1)
            day = self.until + timedelta(days=self.rng.randint(90, 500))
            items.append(f"channel={theme},level={levels[at]},target={levels[at + 1]},date={day:%Y-%m}")
        return ";".join(items)

    # -- engagements --

    def engagement(self, participants, relationship, theme, when, status, label="", by=None):
        number = self.number("engagement")
        mode, title = self.rng.choice(texts.THEMES[theme]["engagements"])
        days = self.rng.randint(2, 6) if mode in ("exercise", "training", "exchange", "deployment") else 0
        end = when + timedelta(days=days)
        if status == "held" and end > self.until:
            end = when
        slot = texts.THEMES[theme]["slot"]
        place = self.rng.choice(texts.SLOTS[slot]) if slot else "Ottawa"
        title = title.replace("{%s}" % slot, place) if slot else title
        outcome = self.pick((("positive", 62), ("neutral", 30), ("negative", 8))) if status == "held" else ""
        self.add("engagements", external_ids=f"exercise:engagement-{number:04}",
                 title="EXERCISE " + self.fill(title, when), when=when.isoformat(),
                 until=end.isoformat() if end > when else "", all_day="true" if days else "",
                 mode=mode, place="" if mode in ("call", "message") else place,
                 country="" if mode in ("call", "message") else "CAN", status=status,
                 cancelled_by=by or "",
                 cancelled_on=self.cancelled_on(when).isoformat() if status == "cancelled" else "",
                 cancelled_why=self.rng.choice(texts.CANCELLED) if status == "cancelled" else "",
                 participants=";".join(participants), relationships=relationship, topics=theme,
                 aim="EXERCISE: " + self.fill(self.rng.choice(texts.THEMES[theme]["aims"]), when),
                 summary="EXERCISE: " + self.rng.choice(texts.SUMMARIES[outcome]) if outcome else "",
                 outcome=outcome, notes="EXERCISE", label=label)
        return f"exercise:engagement-{number:04}"

    def cancelled_on(self, when):
        return min(when - timedelta(days=self.rng.choice([1, 2, 3, 5, 12, 20])), self.until)

    def contacts(self, partner, count):
        """Held and cancelled ones up to --until, some planned after it; returns the held ones."""
        story, themes = partner[1], partner[2]
        last = self.until - timedelta(days=self.rng.randint(1, partner[4]))
        if story == "fading":
            last = self.until - timedelta(days=self.rng.randint(210, 260))
        if story == "dormant":
            last = self.until - timedelta(days=self.rng.randint(400, 500))
        us = f"actor={HOME},position=exercise:position-{partner[6]}"
        them = "actor=sample:" + partner[0]
        relationship = "exercise:relationship-" + partner[0]
        held = []
        days = sorted(self.workday(self.day(self.start, last)) for _ in range(count))
        for when in days:
            cancelled = self.rng.random() < 0.09
            by = self.rng.choice([HOME, "sample:" + partner[0]]) if cancelled else None
            others = []
            if not cancelled and self.rng.random() < 0.1:
                other = self.rng.choice([p for p in PARTNERS if p[0] != partner[0] and p[6] == partner[6]
                                         and p[1] not in ("new", "fading", "dormant")])
                others = ["actor=sample:" + other[0]]
            e = self.engagement([us, them] + others, relationship, self.rng.choice(themes), when,
                                "cancelled" if cancelled else "held", self.label(partner, 0.16), by)
            if not cancelled:
                held.append((when, e))
        ahead = {"new": 1, "dormant": 0, "fading": 0}.get(story, self.rng.choice([0, 1, 1, 2]))
        for _ in range(ahead):
            when = self.until + timedelta(days=self.rng.randint(3, 100))
            self.engagement([us, them], relationship, self.rng.choice(themes),
                            when + timedelta(days=(7 - when.weekday()) % 7 if when.weekday() > 4 else 0),
                            "planned", self.label(partner, 0.1))
        return held

    # -- promises --

    def promise_text(self, giver, taker, themes, due):
        for _ in range(200):
            theme = self.rng.choice(themes)
            text = self.fill(self.rng.choice(texts.THEMES[theme]["promises"]), due)
            if (frozenset((giver, taker)), text) not in self.said:
                self.said.add((frozenset((giver, taker)), text))
                return "EXERCISE: " + text
        raise SystemExit("no words left for " + taker)

    def promise(self, giver, taker, themes, made, born, odds, label="", stakes=None, end=None):
        """end: (state, due, decided) when the story wants a certain one."""
        due = made + timedelta(days=self.rng.randint(14, 75))
        kept, late = odds((due - self.start).days / DAYS)
        state, decided = self.ending(due, made, kept, late)
        if end:
            state, due, decided = end
        self.add("commitments", external_ids=f"exercise:commitment-{self.number('commitment'):04}",
                 **{"from": giver}, to=taker, text=self.promise_text(giver, taker, themes, due), due=due.isoformat(),
                 stakes=stakes or self.pick(WEIGHTS), state=state, made_on=made.isoformat(),
                 decided_on=decided.isoformat() if decided else "", born_of=born or "", notes="EXERCISE",
                 label=label)

    def ending(self, due, made, kept, late):
        """How a promise stands on --until; one that is due later may have been kept already."""
        draw = self.rng.random()
        if due > self.until:
            if draw < 0.15 * kept and made < self.until:
                return "kept", self.day(made, self.until)
            return "open", None
        if self.rng.random() < 0.02:
            return self.rng.choice(["waived", "disputed"]), due
        if draw < kept:
            return "kept", self.day(max(made, due - timedelta(days=20)), due)
        if draw < kept + late:
            decided = due + timedelta(days=self.rng.randint(2, 40))
            return ("late", decided) if decided <= self.until else ("open", None)
        decided = due + timedelta(days=self.rng.randint(5, 30))
        return ("broken", decided) if decided <= self.until else ("open", None)

    def promises(self, partner, held, count):
        story, themes = partner[1], partner[2]
        theirs, ours = STORIES[story][2], STORIES[story][3]
        them = "sample:" + partner[0]
        for side in range(2):
            odds = ours if side else theirs
            giver, taker = (HOME, them) if side else (them, HOME)
            for _ in range(count + self.rng.randint(-1, 1) if count > 1 else count):
                made, born = self.rng.choice(held) if held else (self.start, None)
                self.promise(giver, taker, themes, made, born, odds, self.label(partner, 0.14))
        if story == "recovering":
            broken = self.until - timedelta(days=150 + self.rng.randint(-4, 4))
            made = broken - timedelta(days=60)
            self.promise(them, HOME, themes, made, None, theirs, stakes="critical",
                         end=("broken", broken - timedelta(days=6), broken))
            for gap in (118, 92, 67, 41, 18):
                due = self.until - timedelta(days=gap)
                self.promise(them, HOME, themes, due - timedelta(days=21), None, theirs,
                             stakes=self.rng.choice(["routine", "routine", "significant"]),
                             end=("kept", due, due - timedelta(days=self.rng.randint(0, 9))))
        if story == "one_sided_ours":
            for gap in (9, 33):
                due = self.until - timedelta(days=gap)
                self.promise(HOME, them, themes, due - timedelta(days=40), None, ours, stakes="significant",
                             end=("open", due, None))
        if story in ("one_sided_theirs", "troubled"):
            due = self.until - timedelta(days=self.rng.randint(10, 45))
            self.promise(them, HOME, themes, due - timedelta(days=50), None, theirs, end=("open", due, None))

    # -- confidences and judgements --

    def disclosures(self, partner, held):
        count = {"steady": 2, "recovering": 2, "betrayed": 2, "improving": 2}.get(partner[1], 1)
        if not held or partner[3] in ("T4", "T5"):
            return
        them = "sample:" + partner[0]
        for i in range(count):
            given, _ = self.rng.choice(held)
            ours = self.rng.random() < 0.5
            what = self.rng.choice(["strength", "vulnerability"])
            state, decided = "in_confidence", ""
            if (self.until - given).days > 400 and self.rng.random() < 0.5:
                state, decided = "honoured", (given + timedelta(days=370)).isoformat()
            elif self.rng.random() < 0.1:
                state, decided = "released", self.day(given, self.until).isoformat()
            if partner[1] == "betrayed" and i == 0:
                ours, what, state = True, "vulnerability", "breached"
                decided = max(given, self.until - timedelta(days=95)).isoformat()
            self.disclosure(HOME if ours else them, them if ours else HOME, what, given, state, decided,
                            self.label(partner, 0.45))

    def disclosure(self, giver, taker, what, given, state, decided, label):
        self.add("disclosures", external_ids=f"exercise:disclosure-{self.number('disclosure'):03}",
                 **{"from": giver}, to=taker, what=what,
                 summary="EXERCISE: " + self.fill(self.rng.choice(texts.DISCLOSURES[what]), given),
                 given=given.isoformat(), handling=self.rng.choice(texts.HANDLING), state=state,
                 decided_on=decided, notes="EXERCISE", label=label)

    def assessments(self, partner, held):
        bad = partner[1] in ("one_sided_theirs", "troubled", "betrayed")
        for _ in range(self.rng.choice([1, 1, 2]) if held else 0):
            dimension = self.rng.choice(["ability", "benevolence", "integrity"])
            on, _ = self.rng.choice(held)
            early = partner[1] == "improving" and (on - self.start).days < DAYS / 2
            valence = "negative" if self.rng.random() < (0.65 if bad or early else 0.12) else "positive"
            self.add("assessments", external_ids=f"exercise:assessment-{self.number('assessment'):03}",
                     relationship="exercise:relationship-" + partner[0], truster=HOME, trustee="sample:" + partner[0],
                     dimension=dimension, valence=valence, weight=self.rng.choice(["0.3", "0.5", "0.5", "0.7"]),
                     rationale="EXERCISE: " + self.fill(self.rng.choice(texts.RATIONALES[dimension, valence]), on),
                     by="exercise:position-" + partner[6], on=on.isoformat(), notes="EXERCISE",
                     label=self.label(partner, 0.3))

    # -- all of it --

    def ties(self):
        by_id = {p[0]: p for p in PARTNERS}
        for a, b, theme, reliable in TIES:
            identity = f"exercise:relationship-{a}-{b}"
            begin = self.start - timedelta(days=self.rng.randint(100, 900))
            self.relationship(identity, "sample:" + a, "sample:" + b, by_id[a], begin, (theme,))
            for _ in range(self.rng.randint(2, 4)):
                when = self.workday(self.day(self.start, self.until))
                self.engagement(["actor=sample:" + a, "actor=sample:" + b], identity, theme, when, "held")
            for side in range(2):
                giver, taker = ("sample:" + a, "sample:" + b) if side else ("sample:" + b, "sample:" + a)
                for _ in range(self.rng.randint(2, 3)):
                    self.promise(giver, taker, (theme,), self.day(self.start, self.until - timedelta(days=20)),
                                 None, lambda t, r=reliable: (r, (1 - r) / 2))

    def run(self):
        self.cell()
        self.counterparts()
        for partner in PARTNERS:
            story = partner[1]
            contacts, promises = STORIES[story][:2]
            begin = self.start - timedelta(days=self.rng.randint(60, 1500))
            if story == "new":
                begin = self.until - timedelta(days=self.rng.randint(20, 45))
            self.relationship("exercise:relationship-" + partner[0], HOME, "sample:" + partner[0], partner,
                              begin, partner[2])
            held = self.contacts(partner, contacts + (self.rng.randint(-1, 3) if contacts > 3 else 0))
            self.promises(partner, held, promises)
            self.disclosures(partner, held)
            self.assessments(partner, held)
        self.ties()
        arrangements.Arrangements(self, self.seed, self.odds).run()
        options.Options(self, self.seed, self.odds).run()
        return self.rows


def read_names(path):
    with open(path, encoding="utf-8", newline="") as f:
        return {r["id"]: (r["name_en"], r["abbr_en"]) for r in csv.DictReader(f)}


def write(rows, directory):
    os.makedirs(directory, exist_ok=True)
    for name, items in rows.items():
        columns = []
        for item in items:
            columns += [c for c in item if c not in columns]
        with open(os.path.join(directory, name + ".csv"), "w", encoding="utf-8", newline="") as f:
            out = csv.DictWriter(f, columns)
            out.writeheader()
            out.writerows(items)


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--until", type=date.fromisoformat, required=True, metavar="DATE",
                        help="the day on which the two years end (YYYY-MM-DD)")
    parser.add_argument("--out", required=True, metavar="DIR", help="where the CSV files go")
    parser.add_argument("--sample", default=os.path.join(here, "..", "sample"), metavar="DIR",
                        help="the sample network (default: data/sample)")
    a = parser.parse_args()
    names = read_names(os.path.join(a.sample, "actors.csv"))
    missing = [p[0] for p in PARTNERS if p[0] not in names]
    if missing:
        raise SystemExit("not in the sample network: " + ", ".join(missing))
    rows = Exercise(a.seed, a.until, names).run()
    write(rows, a.out)
    print(", ".join(f"{len(items)} {name}" for name, items in rows.items()))


if __name__ == "__main__":
    main()
