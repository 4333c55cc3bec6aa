#!/usr/bin/env python3
"""Runs the console blocks of docs/manual.md in their order and compares what they print.

Commands begin with "$ " and run in a shell, in an empty folder, with the program and the
repository's data at hand. What differs from run to run stands as a word: <id>, <hash>, <time>,
<code>, <port>. With ENTENTE_BLESS=1 the blocks are rewritten. Prints TAP, one case a block.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(os.environ["ENTENTE_SOURCE"])
MANUAL = SOURCE / "docs" / "manual.md"
PROGRAM = pathlib.Path(os.environ["ENTENTE"])
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
VARIABLE = (
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{32}(?:[0-9a-f]{32})?\b"), "<hash>"),
    (re.compile(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"), "<time>"),
    (re.compile(r"login\?code=[\w-]{43}"), "login?code=<code>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:<port>"),
)


def in_place(match, word):
    """In a table the word keeps the width of what it stands for, so that columns stay aligned."""
    follows = match.string[match.end():match.end() + 2]
    return word.ljust(len(match.group())) if follows == "  " else word


def run(command, folder):
    environment = {"PATH": f"{folder}/bin:{os.environ['PATH']}", "HOME": str(folder), "LANG": "C.UTF-8",
                   "ENTENTE_DIR": f"{folder}/instance", "ASAN_OPTIONS": "detect_leaks=1"}
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=300, check=False)
    text = done.stdout.replace("\r\n", "\n").replace(f"{folder}/", "~/")
    for pattern, word in VARIABLE:
        text = pattern.sub(lambda match, word=word: in_place(match, word), text)
    return "\n".join(line.rstrip() for line in text.splitlines()) + ("\n" if text else "")


def played(block, folder):
    """The block as it is when its commands are run now; a command may go on over lines."""
    commands = re.findall(r"^\$ (.*(?:\\\n.*)*)$", block, re.MULTILINE)
    return "".join(f"$ {command}\n{run(command, folder)}" for command in commands)


def prepare(folder):
    (folder / "bin").mkdir()
    (folder / "bin" / "entente").symlink_to(PROGRAM)
    (folder / "data").symlink_to(SOURCE / "data")


def main():
    text = MANUAL.read_text(encoding="utf-8")
    blocks = BLOCK.findall(text)
    print(f"1..{len(blocks)}")
    failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        prepare(folder)
        for number, block in enumerate(blocks, 1):
            now = played(block, folder)
            title = f"the manual shows what {block.splitlines()[0][2:60]} prints"
            if os.environ.get("ENTENTE_BLESS") == "1":
                text = text.replace("```console\n" + block + "```", "```console\n" + now + "```", 1)
            elif now != block:
                failed += 1
                print(f"not ok {number} - {title}")
                old, new = block.splitlines(), now.splitlines()
                for a, b in zip(old + [""] * len(new), new + [""] * len(old)):
                    if a != b:
                        print(f"#   manual:  {a}\n#   printed: {b}")
                        break
                continue
            print(f"ok {number} - {title}")
    if os.environ.get("ENTENTE_BLESS") == "1":
        MANUAL.write_text(text, encoding="utf-8")
    return 1 if failed else 0


sys.exit(main())
