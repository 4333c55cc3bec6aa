#!/usr/bin/python3
"""CSV import of a million engagements, beside `sqlite3 .import` of the same file.

Ours judges every row, resolves its references, writes a hash-chained and signed ledger durably, and
makes the picture (tables, their indexes, full text, evidence). The peer puts cells into one bare
table; a second peer adds to that a primary key, two indexes and full text, which is nearer to what
a reader needs. Usage: bench_import.py [--rows N] [--directory D]; ENTENTE names the program. Prints
one JSON object.
"""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time

ACTORS = 2000
WORDS = ("port security planning dive training airlift slot medical evacuation arrangement information sharing "
         "draft Arctic rescue table-top exercise instructor exchange radiological response review").split()


def write_actors(path):
    with open(path, "w", encoding="utf-8") as f:
        f.write("external_ids,nature,name_en,country\n")
        for i in range(ACTORS):
            f.write(f"b:{i},organisation,Organisation {i},CAN\n")


def write_engagements(path, rows):
    draw = random.Random(1)
    with open(path, "w", encoding="utf-8") as f:
        f.write("external_ids,title,when,mode,status,participants,place,country,summary\n")
        for i in range(rows):
            a = draw.randrange(ACTORS)
            b = (a + 1 + draw.randrange(40)) % ACTORS
            title = " ".join(draw.choices(WORDS, k=4))
            summary = " ".join(draw.choices(WORDS, k=9))
            day = f"{2000 + draw.randrange(26)}-{1 + draw.randrange(12):02}-{1 + draw.randrange(28):02}"
            f.write(f"e:{i},{title},{day},meeting,held,actor=b:{a};actor=b:{b},Ottawa,CAN,{summary}\n")


def processor():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(command, **more):
    """Seconds by the clock, and of processor time."""
    begin, used = time.monotonic(), processor()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=sys.stderr, **more)
    return time.monotonic() - begin, processor() - used


def sqlite_bare(directory, csv):
    db = os.path.join(directory, "bare.db")
    seconds = timed(["sqlite3", db, ".mode csv", f".import {csv} engagements"])
    os.remove(db)
    return seconds


def sqlite_indexed(directory, csv):
    db = os.path.join(directory, "indexed.db")
    schema = ("CREATE TABLE engagements(external_ids TEXT PRIMARY KEY, title, \"when\", mode, status,"
              " participants, place, country, summary); CREATE INDEX w ON engagements(\"when\");"
              "CREATE INDEX t ON engagements(title); CREATE VIRTUAL TABLE words USING fts5(text,"
              " tokenize='unicode61 remove_diacritics 2', prefix='2 3');")
    seconds = timed(["sqlite3", db, schema, ".mode csv", f".import --skip 1 {csv} engagements",
                     "INSERT INTO words SELECT title || ' ' || place || ' ' || summary FROM engagements"])
    os.remove(db)
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=1000000)
    parser.add_argument("--directory", default="/var/tmp")
    given = parser.parse_args()
    program = os.environ.get("ENTENTE", "entente")
    with tempfile.TemporaryDirectory(dir=given.directory) as d:
        actors, csv, home = (os.path.join(d, n) for n in ("actors.csv", "engagements.csv", "home"))
        write_actors(actors)
        write_engagements(csv, given.rows)
        bare, indexed = sqlite_bare(d, csv), sqlite_indexed(d, csv)
        entente = [program, "--dir", home, "--quiet"]
        subprocess.run(entente + ["init"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(entente + ["actor", "import", actors], check=True, stdout=subprocess.DEVNULL)
        check = timed(entente + ["engagement", "import", "--dry-run", csv])
        ours = timed(entente + ["engagement", "import", csv])
        report = {"rows": given.rows, "csv_bytes": os.path.getsize(csv)}
        for name, spent in (("sqlite_import", bare), ("sqlite_indexed", indexed), ("entente_check", check),
                            ("entente_import", ours)):
            report[f"{name}_s"], report[f"{name}_cpu_s"] = (round(seconds, 3) for seconds in spent)
        report |= {"rows_per_s": round(given.rows / ours[0]), "ratio_to_sqlite_import": round(ours[0] / bare[0], 2),
                   "ratio_to_sqlite_indexed": round(ours[0] / indexed[0], 2),
                   "cpu_ratio_to_sqlite_import": round(ours[1] / bare[1], 2),
                   "cpu_ratio_to_sqlite_indexed": round(ours[1] / indexed[1], 2),
                   "aim": "ratio_to_sqlite_import <= 4"}
    print(json.dumps(report))


main()
