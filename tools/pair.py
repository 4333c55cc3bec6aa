#!/usr/bin/env python3
"""Two instances beside each other, for docs/two-instances.md (`make run-pair`).

    pair.py --entente PROGRAM [--dir .pair] [--any-port]

Makes the instances `a` and `b` in --dir when they are not there: a handful of the sample's actors, the
made-up records of data/pair, and each other's cards, met and not yet confirmed, which is left to whoever
follows the page. Then serves both on loopback until Ctrl-C, each with a port of its own for its peer.
Running again goes on with what is there. Everything is done by verbs that anybody may use.
"""
import argparse
import csv
import os
import pathlib
import random
import re
import shlex
import signal
import socket
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FRENCH = os.environ.get("LC_ALL", os.environ.get("LANG", "")).startswith("fr")
# Folder, name, home, what the other one may read, ports: pages, peers.
SIDES = (
    ("a", "CANSOFCOM", "ca-cansofcom", "RESTRICTED; Releasable To: GBR; TLP:AMBER", 8081, 8441),
    ("b", "UKSF", "gb-uksf", "SECRET; Releasable To: CAN; TLP:AMBER", 8082, 8442),
)
ACTORS = ("ca-cansofcom", "gb-uksf", "us-socom", "ca-redcross")


def say(english, french):
    print(french if FRENCH else english, flush=True)


def free(port=None):
    """This port of loopback when nothing listens there, else any that is free: one below those that the
    system hands out itself (32768 and up on Linux), so that no connection takes it before the server does."""
    while True:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                port = port or random.randrange(10000, 32768)
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                port = None


class Side:
    """One of the two: its folder, and its server when it runs."""

    def __init__(self, program, folder, row, any_port):
        letter, self.name, self.home, self.clearance, page, peers = row
        self.program, self.letter = program, letter
        self.folder = folder / letter
        self.page, self.peers = (free(), free()) if any_port else (free(page), free(peers))
        self.url = f"https://127.0.0.1:{self.peers}"
        self.process = None

    def run(self, *words):
        done = subprocess.run([self.program, "--dir", self.folder, "--quiet", *map(str, words)],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            sys.exit(done.returncode)
        return done.stdout

    def make(self, sample):
        """The instance with its records; what was loaded before is found again by its external id."""
        if not (self.folder / "ledger.db").exists():
            self.run("init")
        self.run("sample", sample, "--home", f"sample:{self.home}")
        self.run("sample", ROOT / "data" / "pair" / self.letter)

    def meet(self, other):
        """The other one by its card; or, when its ports have changed since, its new address."""
        card = self.folder.parent / f"{other.name.lower()}.card"
        other.run("exchange", "card", "--name", other.name, "--url", other.url, "--out", card)
        known = self.run("peer", "list", "--output", "csv")
        if other.name not in known:
            self.run("peer", "meet", card, "--name", other.name, "--actor", f"sample:{other.home}",
                     "--clearance", self.clearance, "--authority", "Exercise order 3",
                     "--reason", "The exercise that both take part in")
        elif other.url not in known:
            self.run("peer", "change", other.name, "--url", other.url, "--if-match", "*")

    def serve(self):
        self.process = subprocess.Popen(
            [self.program, "--dir", self.folder, "--quiet", "serve", "--port", str(self.page),
             "--exchange-port", str(self.peers), "--print-login-link"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
            stderr=open(f"{self.folder}.log", "ab"))  # pylint: disable=consider-using-with
        lines = [self.process.stdout.readline() for _ in range(2)]
        links = [re.search(r"https?://\S+", line) for line in lines]
        if not all(links):
            self.stop()
            say(f"{self.name} does not run; {self.folder}.log says why.",
                f"{self.name} ne fonctionne pas ; {self.folder}.log dit pourquoi.")
            sys.exit(1)
        print(f"  {self.name:<10} {links[0].group()}", flush=True)
        say(f"{'':13}for peers: {links[1].group()}", f"{'':13}pour ses pairs : {links[1].group()}")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait() if self.process else 0


def sample_of(folder):
    """The sample's own rows of a few actors and of what stands above them."""
    with open(ROOT / "data" / "sample" / "actors.csv", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = {row["id"]: row for row in reader}
    wanted = set()
    for actor in ACTORS:
        while actor and actor not in wanted:
            wanted.add(actor)
            actor = rows[actor]["parent"]
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "actors.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[actor] for actor in sorted(wanted))
    return folder


def write_commands(folder, program):
    """A shell function for each side, and for a third that the page makes."""
    third = ("c", "SOCOM")
    names = [(row[0], row[1].lower()) for row in SIDES] + [(third[0], third[1].lower())]
    text = "".join(f'{name}() {{ {shlex.quote(program)} --dir {shlex.quote(str(folder / letter))} "$@"; }}\n'
                   for letter, name in names)
    (folder / "commands").write_text(text, encoding="utf-8")


def wait_for(sides):
    """Until a signal, or until one of them ends by itself."""
    stop = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.append(True))
    while not stop and all(side.process.poll() is None for side in sides):
        signal.sigtimedwait((signal.SIGCHLD,), 1)
    return stop


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entente", required=True, help="the program")
    parser.add_argument("--dir", default=".pair", help="where the instances are (default: .pair)")
    parser.add_argument("--any-port", action="store_true", help="any free ports, not the usual ones")
    given = parser.parse_args()
    folder, program = pathlib.Path(given.dir).resolve(), str(pathlib.Path(given.entente).resolve())
    folder.mkdir(parents=True, exist_ok=True)
    sides = [Side(program, folder, row, given.any_port) for row in SIDES]
    say("Two instances, each with its own key and records.", "Deux instances, chacune avec sa clé et ses fiches.")
    sample = sample_of(folder / "sample")
    for side in sides:
        side.make(sample)
    for side, other in (sides, sides[::-1]):
        side.meet(other)
    write_commands(folder, program)
    try:
        for side in sides:
            side.serve()
        say("The links sign in once, within 15 minutes. Stop both with Ctrl-C; remove them with rm -r "
            f"{given.dir}.\nGo on in another terminal, with docs/two-instances.md:  . {given.dir}/commands",
            "Les liens servent une fois, dans les 15 minutes. Arrêt des deux : Ctrl-C ; suppression : rm -r "
            f"{given.dir}.\nLa suite dans un autre terminal, avec docs/two-instances.md :  . {given.dir}/commands")
        stopped = wait_for(sides)
    finally:
        codes = [side.stop() for side in sides]
    return 0 if stopped and not any(codes) else 1


if __name__ == "__main__":
    sys.exit(main())
