#!/usr/bin/env python3
"""Judges the CSV reader: random texts, read by it and by Python's csv module, must agree.

Usage: csv_judge.py CSV_DUMP. Every text has its seed; nothing else is random.
"""

import csv
import io
import json
import random
import subprocess
import sys

PARTS = [",", ",", '"', '"', '""', "\n", "\r\n", "\r", "a", "b c", "é", " ", "=", "'", ";", '","', '"\n']


def text_of(seed: int) -> str:
    generator = random.Random(seed)
    return "".join(generator.choice(PARTS) for _ in range(generator.randrange(1, 25)))


def rows_of(text: str) -> list:
    """Rows as Python reads them, blank lines left out; None ends the list at an error."""
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            if row:
                rows.append(row)
    except csv.Error:
        rows.append(None)
    return rows


def main() -> int:
    texts = [text_of(seed) for seed in range(20000)]
    lines = "".join(json.dumps(text) + "\n" for text in texts)
    answer = subprocess.run([sys.argv[1]], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    answers = answer.stdout.decode().splitlines()
    print("1..1")
    assert len(answers) == len(texts)
    refused = 0
    for seed, (text, line) in enumerate(zip(texts, answers)):
        expected = rows_of(text)
        refused += None in expected
        if json.loads(line) != expected:
            print(f"not ok 1 - seed {seed}: {text!r}: {line} instead of {expected}")
            return 1
    assert 1000 < refused < 19000, refused
    print(f"ok 1 - {len(texts)} texts read as Python's csv module reads them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
