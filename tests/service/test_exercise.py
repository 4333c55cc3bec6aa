#!/usr/bin/env python3
"""The exercise generator: the same seed and day give the same files, and everything says EXERCISE."""

import csv
import os
import re
import subprocess
import sys
import tempfile
from datetime import date

SOURCE = sys.argv[1]
GENERATOR = os.path.join(SOURCE, "data", "exercise", "generate.py")
FILES = ["actors", "postings", "relationships", "engagements", "commitments", "disclosures", "assessments",
         "agreements", "obligations", "transactions", "objectives", "needs", "offers", "accesses", "requests"]
TEXTS = {"actors": "name_en", "relationships": "purpose", "engagements": "title", "commitments": "text",
         "disclosures": "summary", "assessments": "rationale", "postings": "notes",
         "agreements": "title", "obligations": "text", "transactions": "item", "objectives": "title",
         "needs": "title", "offers": "title", "accesses": "basis", "requests": "text"}


def generate(directory, until, seed="1"):
    subprocess.run([sys.executable, GENERATOR, "--until", until, "--seed", seed, "--out", directory],
                   check=True, stdout=subprocess.DEVNULL)
    return {name: read(os.path.join(directory, name + ".csv")) for name in FILES}


def read(path):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def same_seed_same_files(a, b):
    return a == b


def another_seed_other_files(a, b):
    return a["commitments"] != b["commitments"]


def everything_says_exercise(rows):
    return all(r["external_ids"].startswith("exercise:") and "EXERCISE" in r[TEXTS[name]]
               and r["notes"].startswith("EXERCISE") for name in FILES for r in rows[name])


def every_external_id_stands_once(rows):
    ids = [r["external_ids"] for name in FILES for r in rows[name]]
    return len(ids) == len(set(ids))


def no_two_promises_to_one_partner_are_worded_alike(rows):
    said = [(frozenset((r["from"], r["to"])), r["text"]) for r in rows["commitments"]]
    return len(said) == len(set(said))


def nothing_is_decided_after_the_last_day(rows, until):
    done = [r["decided_on"] for r in rows["commitments"] + rows["disclosures"] if r["decided_on"]]
    held = [r["when"] for r in rows["engagements"] if r["status"] == "held"]
    planned = [r["when"] for r in rows["engagements"] if r["status"] == "planned"]
    return max(done) <= until and max(held) <= until < min(planned)


def everything_referred_to_is_there(rows):
    """In the exercise itself or in the sample network."""
    known = {r["external_ids"] for name in FILES for r in rows[name]}
    for name in ("actors", "capabilities"):
        known |= {"sample:" + r["id"] for r in read(os.path.join(SOURCE, "data", "sample", name + ".csv"))}
    said = {word for name in FILES for r in rows[name] for cell in r.values()
            for word in re.findall(r"\b(?:sample|exercise):[\w.-]+", cell)}
    return said <= known


def what_was_agreed_and_asked_is_over_by_the_last_day(rows, until):
    decided = [d for r in rows["obligations"] for d in re.findall(r"decided_on=([\d-]+)", r["instances"])]
    acts = [d for r in rows["agreements"] for d in re.findall(r"deposited=([\d-]+)", r["actions"])]
    dates = [r[c] for r in rows["requests"] for c in ("submitted_on", "answered_on", "settled_on", "closed_on")]
    dates += [r["settled"] for r in rows["transactions"]]
    return max(decided) <= until and max(acts) <= until and max(dates) <= until


def no_act_or_instance_stands_twice(rows):
    return all(len(items) == len(set(items)) for name, column in
               (("obligations", "instances"), ("agreements", "actions"), ("offers", "needs"))
               for r in rows[name] for items in [re.findall(r"on=[\d-]+,|party=[^;]+|sample:[\w-]+", r[column])])


def there_is_something_of_every_sort(rows):
    """Ways to settle, states of requests, and offers that fall short in different ways."""
    settlements = {(r["settlement"], r["state"]) for r in rows["transactions"]}
    answers = {r["answer"] for r in rows["requests"]}
    open_requests = [r for r in rows["requests"] if r["state"] in ("submitted", "validated")]
    agreements = {r["agreement"] for r in rows["offers"]}
    return all((how, "settled") in settlements for how in ("cash", "replacement_in_kind", "equal_value_exchange")) \
        and {s for _, s in settlements} >= {"ordered", "delivered", "settled", "disputed", "waived"} \
        and answers >= {"full", "part", "declined", "none"} and len(open_requests) == 2 \
        and agreements >= {"exercise:agreement-" + n for n in ("socc", "uksf", "nsw", "boats", "pumping")} \
        and any(r["needs"] for r in rows["offers"]) and any(r["attested_by"] for r in rows["offers"]) \
        and {r["external_ids"] for r in rows["needs"]} == {"exercise:need-flood", "exercise:need-boats"}


def thursday_is_a_thursday_to_come(rows, until):
    need = next(r for r in rows["needs"] if r["external_ids"] == "exercise:need-boats")
    days = {date.fromisoformat(d) for d in re.findall(r"required_by=([\d-]+)", need["requirements"])}
    return len(days) == 1 and all(d.weekday() == 3 and 3 <= (d - date.fromisoformat(until)).days < 10 for d in days)


def every_story_has_its_promises(rows):
    states = {r["state"] for r in rows["commitments"]}
    return states >= {"open", "kept", "late", "broken"} and len(rows["commitments"]) > 400 \
        and len(rows["engagements"]) > 500


def a_minority_has_a_higher_label(rows):
    labels = [r["label"] for name in ("engagements", "commitments") for r in rows[name]]
    return 0.02 < sum(1 for l in labels if l) / len(labels) < 0.3


def main():
    with tempfile.TemporaryDirectory() as d:
        a = generate(os.path.join(d, "a"), "2026-11-23")
        b = generate(os.path.join(d, "b"), "2026-11-23")
        c = generate(os.path.join(d, "c"), "2026-11-23", "7")
        e = generate(os.path.join(d, "e"), "2028-02-29", "3")
    cases = [(same_seed_same_files, (a, b)), (another_seed_other_files, (a, c))]
    for rows, until in ((a, "2026-11-23"), (c, "2026-11-23"), (e, "2028-02-29")):
        cases += [(everything_says_exercise, (rows,)), (every_external_id_stands_once, (rows,)),
                  (no_two_promises_to_one_partner_are_worded_alike, (rows,)),
                  (nothing_is_decided_after_the_last_day, (rows, until)),
                  (everything_referred_to_is_there, (rows,)),
                  (what_was_agreed_and_asked_is_over_by_the_last_day, (rows, until)),
                  (no_act_or_instance_stands_twice, (rows,)), (there_is_something_of_every_sort, (rows,)),
                  (thursday_is_a_thursday_to_come, (rows, until)),
                  (every_story_has_its_promises, (rows,)), (a_minority_has_a_higher_label, (rows,))]
    print(f"1..{len(cases)}")
    for i, (case, arguments) in enumerate(cases, 1):
        print(f"{'ok' if case(*arguments) else 'not ok'} {i} - {case.__name__.replace('_', ' ')}")


main()
