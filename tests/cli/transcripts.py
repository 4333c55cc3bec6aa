#!/usr/bin/env python3
"""Golden tests of a command line: runs the commands of transcripts and compares what they print.

A transcript holds commands ("$ entente ...") each followed by what it printed: standard output as
it is, then standard error with "2> " before each line, then "[exit N]" unless it was 0. A line end
that is missing shows as "(no newline)". With ENTENTE_BLESS=1 the transcripts are rewritten, so
that a diff shows what changed. Prints TAP.
"""
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile


def run(command, program, folder):
    words = shlex.split(command)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
                   "ENTENTE_DIR": str(folder)}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        environment[name] = os.environ.get(name, "")
    stdin = b""
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        if name == "STDIN":
            stdin = value.encode()
        else:
            environment[name] = value
    assert words[0] == "entente", command
    done = subprocess.run([program] + words[1:], input=stdin, capture_output=True, cwd=folder,
                          env=environment, timeout=60)
    lines = ["$ " + command]
    for prefix, data in (("", done.stdout), ("2> ", done.stderr)):
        text = data.decode("utf-8").replace("\r\n", "\\r\n").replace(str(folder), "$DIR")
        if text and not text.endswith("\n"):
            text += "(no newline)\n"
        lines += [prefix + line for line in text.split("\n")[:-1]]
    if done.returncode != 0:
        lines.append(f"[exit {done.returncode}]")
    return lines


def main():
    program, folder = os.environ["ENTENTE"], pathlib.Path(sys.argv[1])
    paths = sorted(folder.glob("*.txt"))
    print(f"1..{len(paths)}")
    failed = 0
    for number, path in enumerate(paths, 1):
        before = path.read_text(encoding="utf-8")
        commands = [line[2:] for line in before.split("\n") if line.startswith("$ ")]
        with tempfile.TemporaryDirectory() as scratch:
            after = "\n\n".join("\n".join(run(c, program, scratch)) for c in commands) + "\n"
        title = path.stem.replace("_", " ")
        if os.environ.get("ENTENTE_BLESS") == "1":
            path.write_text(after, encoding="utf-8")
        elif after != before:
            failed += 1
            print(f"not ok {number} - {title}")
            old, new = before.split("\n"), after.split("\n")
            at = next((i for i, pair in enumerate(zip(old, new)) if pair[0] != pair[1]),
                      min(len(old), len(new)))
            print(f"# {path.name}:{at + 1}")
            print(f"#   expected: {old[at] if at < len(old) else '(end)'}")
            print(f"#   printed:  {new[at] if at < len(new) else '(end)'}")
            continue
        print(f"ok {number} - {title}")
    return 1 if failed else 0


sys.exit(main())
