#!/usr/bin/env python3
"""Our vCard reader and writer beside python3-vobject: what we write it reads as we meant it, and
what it writes (3.0) we read as it meant it. Skipped without it. Prints TAP."""
import json
import random
import subprocess
import sys

try:
    import vobject
except ImportError:
    print("1..0 # SKIP python3-vobject is not installed")
    sys.exit(0)

DUMP = sys.argv[1]
PIECES = ["Québec", "a,b", "c;d", "back\\slash", "new\nline", "Ελλάδα", "x" * 70, "é" * 40, "日本", ": ", '"q"', "tab\tbed"]


def ours(arguments, data):
    return subprocess.run([DUMP] + arguments, input=data, stdout=subprocess.PIPE, check=True).stdout


def text(rng):
    return "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 6))).strip()


def written_by_us(rng):
    cards = [[["FN", "", text(rng)], ["NOTE", "LANGUAGE=fr", text(rng)], ["TITLE", "", text(rng)],
              ["UID", "", f"u{n}"]] for n in range(20)]
    data = ours(["--write"], "\n".join(json.dumps(c) for c in cards).encode())
    for line in data.split(b"\r\n"):
        if len(line) > 75:
            return "a line is longer than 75 octets"
        line.decode("utf-8")
    read = list(vobject.readComponents(data.decode("utf-8")))
    for card, component in zip(cards, read):
        for name, _, value in card:
            if component.contents[name.lower()][0].value != value:
                return f"{name}: {value!r} read as {component.contents[name.lower()][0].value!r}"
    return None if len(read) == len(cards) else f"{len(read)} cards"


def written_by_them(rng):
    for _ in range(20):
        card = vobject.vCard()
        values = {"fn": text(rng), "note": text(rng)}
        for name, value in values.items():
            card.add(name).value = value
        family, given = text(rng), text(rng)
        card.add("n").value = vobject.vcard.Name(family=family, given=given)
        lines = ours([], card.serialize().encode("utf-8")).decode().splitlines()
        read = {p[0].lower(): p for p in json.loads(lines[0])}
        for name, value in values.items():
            if read[name][2] != value:
                return f"{name}: {value!r} read as {read[name][2]!r}"
        if read["n"][3][:2] != [family, given]:
            return f"n: {read['n'][3]}"
    return None


def main():
    failed = 0
    tests = ((written_by_us, "vobject reads what we write as we meant it"),
             (written_by_them, "we read what vobject writes as it meant it"))
    print(f"1..{len(tests)}")
    for number, (run, title) in enumerate(tests, 1):
        wrong = run(random.Random(7))
        failed += wrong is not None
        print(f"{'not ok' if wrong else 'ok'} {number} - {title}" + (f"\n# {wrong}" if wrong else ""))
    sys.exit(1 if failed else 0)


main()
