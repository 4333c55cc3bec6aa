#!/usr/bin/env python3
"""The exercise generator: the same seed and day give the same files, and everything says EXERCISE."""

import csv
import os
import subprocess
import sys
import tempfile

SOURCE = sys.argv[1]
GENERATOR = os.path.join(SOURCE, "data", "exercise", "generate.py")
FILES = ["actors", "postings", "relationships", "engagements", "commitments", "disclosures", "assessments"]
TEXTS = {"actors": "name_en", "relationships": "purpose", "engagements": "title", "commitments": "text",
         "disclosures": "summary", "assessments": "rationale", "postings": "notes"}


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
    return all(r["external_ids"].startswith("exercise:") and r[TEXTS[name]].startswith("EXERCISE")
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
                  (every_story_has_its_promises, (rows,)), (a_minority_has_a_higher_label, (rows,))]
    print(f"1..{len(cases)}")
    for i, (case, arguments) in enumerate(cases, 1):
        print(f"{'ok' if case(*arguments) else 'not ok'} {i} - {case.__name__.replace('_', ' ')}")


main()
