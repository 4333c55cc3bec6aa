#!/usr/bin/env python3
"""Follows docs/two-instances.md: two instances as `make run-pair` makes and serves them, real processes
that speak TLS and carry files, and every command of the page in its order.

The program is that of ENTENTE_PLAIN when it is named: memory of the shipped program behaves otherwise
than that of the one with sanitizers, and the parser of bundles lives in a sandbox that notices.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

import console

VARIABLE = (
    (re.compile(r"\b\d{5}(?: \d{5}){7}\b"), "<fingerprint>"),
    (re.compile(r"(?<=(?:dle|ard): )\d+"), "<size>"),
)


class Pair:
    """tools/pair.py in a folder, from its last line until it is stopped."""

    def __init__(self, folder):
        program = os.environ.get("ENTENTE_PLAIN") or os.environ["ENTENTE"]
        self.log = open(folder / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, console.SOURCE / "tools" / "pair.py", "--entente", program, "--any-port"], cwd=folder,
            env={**os.environ, "LANG": "C.UTF-8"}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=self.log, text=True)
        self.said = []
        while not self.said or ".pair/commands" not in self.said[-1]:
            line = self.process.stdout.readline()
            assert line, "".join(self.said) + self.trouble()
            self.said.append(line)

    def trouble(self):
        self.log.seek(0)
        return self.log.read()

    def stop(self):
        """As Ctrl-C would; the exit code."""
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=120)
        self.process.stdout.close()
        return code


def main():
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        pair = Pair(folder)
        try:
            failed = console.Page("two-instances.md", folder, ". .pair/commands\n", VARIABLE).check()
        finally:
            code = pair.stop()
        logs = "".join(path.read_text(errors="replace") for path in sorted((folder / ".pair").glob("*.log")))
        if code != 0 or re.search(r"Sanitizer|runtime error|\"event\":\"fault\"", logs):
            print(f"# the instances ended with {code}\n# " + (pair.trouble() + logs)[-3000:].replace("\n", "\n# "))
            failed += 1
    return 1 if failed else 0


sys.exit(main())
