#!/usr/bin/env python3
"""Turn text files into one C file of constants: text_to_c.py OUT NAME=FILE ...

Each becomes `const char embedded_NAME[]` (NUL-terminated, UTF-8), for texts that a program carries
with it: default policies, schemas.
"""
import sys


def main():
    out, pairs = sys.argv[1], [a.split("=", 1) for a in sys.argv[2:]]
    with open(out, "w", encoding="utf-8") as c:
        c.write('/* Made from text files; do not edit. */\n#include "service/embedded.h"\n')
        for name, path in pairs:
            data = open(path, "rb").read()
            c.write(f"\nconst char embedded_{name}[] = {{")
            for i, byte in enumerate(data + b"\0"):
                c.write(("\n    " if i % 24 == 0 else " ") + f"{byte if byte < 128 else byte - 256},")
            c.write("\n};\n")


main()
