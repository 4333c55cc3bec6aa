#!/usr/bin/env python3
"""Prints docs/limits.md from src/base/limits.h; with --check says whether the file is up to date.

With ENTENTE_BLESS=1 --check rewrites it. Prints TAP when it checks.
"""
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADER = ROOT / "src" / "base" / "limits.h"
PAGE = ROOT / "docs" / "limits.md"

INTRO = """# Limits

Every limit has a name in `src/base/limits.h`; this page is made from it (`make bless`). Values are bytes unless the meaning says otherwise. What goes past a limit is
refused whole, never cut: over HTTP with 413 and on the command line with exit code 9, or as a field error that names the limit.

| name | value | meaning |
|---|---|---|
"""


def readable(value):
    for unit, size in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if value >= size and value % size == 0:
            return f"{value // size} {unit}"
    return f"{value:,}".replace(",", " ")


def rows():
    for line in HEADER.read_text(encoding="utf-8").splitlines():
        match = re.match(r"\s*LIMIT_(\w+) = ([0-9* ]+),\s*(?:/\* (.*?) \*/)?", line)
        if match:
            name, expression, meaning = match.groups()
            value = 1
            for factor in expression.split("*"):
                value *= int(factor)
            yield name.lower().replace("_", " "), readable(value), meaning or ""


def page():
    return INTRO + "".join(f"| {name} | {value} | {meaning} |\n" for name, value, meaning in rows())


def check():
    made = page()
    if os.environ.get("ENTENTE_BLESS") == "1":
        PAGE.write_text(made, encoding="utf-8")
    same = PAGE.exists() and PAGE.read_text(encoding="utf-8") == made
    print("1..1")
    print(("ok" if same else "not ok") + " 1 - docs limits says what limits.h says")
    return 0 if same else 1


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(check())
    print(page(), end="")
