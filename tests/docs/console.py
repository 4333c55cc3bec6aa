"""Plays the console blocks of a page and compares what they print: what the tests of documents share.

Commands begin with "$ " and run in a shell, in an empty folder, with the program and the repository's
data at hand. What differs from run to run stands as a word: <id>, <hash>, <time>, <code>, <port>, ...
With ENTENTE_BLESS=1 the blocks are rewritten. Prints TAP, one case a block.
"""
import os
import pathlib
import re
import subprocess

SOURCE = pathlib.Path(os.environ["ENTENTE_SOURCE"])
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


class Page:
    """A page of docs/, and the folder in which its commands run."""

    def __init__(self, name, folder, before="", variable=()):
        self.path = SOURCE / "docs" / name
        self.name = name.removesuffix(".md")
        self.folder, self.before, self.variable = folder, before, VARIABLE + tuple(variable)
        self.text = self.path.read_text(encoding="utf-8")
        (folder / "bin").mkdir()
        (folder / "bin" / "entente").symlink_to(PROGRAM)
        (folder / "data").symlink_to(SOURCE / "data")

    def run(self, command):
        environment = {"PATH": f"{self.folder}/bin:{os.environ['PATH']}", "HOME": str(self.folder), "LANG": "C.UTF-8",
                       "ENTENTE_DIR": f"{self.folder}/instance", "ASAN_OPTIONS": "detect_leaks=1"}
        done = subprocess.run(["bash", "-c", self.before + command], cwd=self.folder, env=environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=300, check=False)
        text = done.stdout.replace("\r\n", "\n").replace(f"{self.folder}/", "~/")
        for pattern, word in self.variable:
            text = pattern.sub(lambda match, word=word: in_place(match, word), text)
        return "\n".join(line.rstrip() for line in text.splitlines()) + ("\n" if text else "")

    def played(self, block):
        """The block as it is when its commands are run now; a command may go on over lines."""
        commands = re.findall(r"^\$ ((?:.*\\\n)*.*)$", block, re.MULTILINE)
        return "".join(f"$ {command}\n{self.run(command)}" for command in commands)

    def check(self):
        """Every block in its order; the number of those that print something else."""
        bless = os.environ.get("ENTENTE_BLESS") == "1"
        blocks = BLOCK.findall(self.text)
        failed = 0
        print(f"1..{len(blocks)}")
        for number, block in enumerate(blocks, 1):
            now = self.played(block)
            title = f"{self.name} shows what {block.splitlines()[0][2:60]} prints"
            if bless:
                self.text = self.text.replace("```console\n" + block + "```", "```console\n" + now + "```", 1)
            elif now != block:
                failed += 1
                print(f"not ok {number} - {title}")
                old, new = block.splitlines(), now.splitlines()
                for a, b in zip(old + [""] * len(new), new + [""] * len(old)):
                    if a != b:
                        print(f"#   the page: {a}\n#   printed:  {b}")
                        break
                continue
            print(f"ok {number} - {title}", flush=True)
        if bless:
            self.path.write_text(self.text, encoding="utf-8")
        return failed
