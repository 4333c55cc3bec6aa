"""Benchmark: the exact front of coalitions beside CBC's epsilon-constraint on the same needs.

  bench_cover.py     ENTENTE names the program; cover_cases of the same build makes the needs

For each size and kind some seeds: processor seconds of the kernel, in its own process, and of CBC
for the same front (least burden for each bound on risk and partners, both solved to the end). Both
have a limit of processor time for each need; where CBC runs into it, its front is not compared and
its time so far counts, so that the ratio is too low. Larger needs run with a budget of nodes: the
gap that is proven then. Prints one JSON object, and the table on standard error. Without CBC its
columns stay empty.
"""
import json
import math
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile

PROGRAM = pathlib.Path(os.environ["ENTENTE"])
CASES = PROGRAM.parents[2] / "bench" / "kernel" / "cover_cases"
KINDS = ("cover", "redundancy", "pooled", "sole use")
SEEDS = range(1, 6)
GRID = ((50, 8), (100, 10), (200, 12), (500, 16))
JUDGED = {(50, 8): 2, (100, 10): 1, (200, 12): 1}  # seeds that CBC solves too
BUDGETS = ((1000, 24, 0, 100000), (1000, 24, 1, 200000), (2000, 40, 0, 100000), (2000, 40, 0, 400000))
CBC_LIMIT, OWN_LIMIT = 20, 20


def limited(command, seconds):
    """Output of the command, or None when it needs more processor time than that."""
    limit = max(1, math.ceil(seconds))
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=False,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit)))
    return done.stdout if done.returncode == 0 else None


def ours(partners, rows, kind, seed, *more):
    found = limited([CASES, "time", partners, rows, kind, seed, *more], OWN_LIMIT)
    return found and json.loads(found)


def need_of(partners, rows, kind, seed):
    command = [CASES, "print", *map(str, (partners, rows, kind, seed))]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def total(columns, weight):
    return " + ".join(f"{weight(m)} x{j}" for j, (_, m) in enumerate(columns) if weight(m))


class Epsilon:
    """The front by the epsilon-constraint method; seconds are CBC's own."""

    def __init__(self, need, folder):
        self.columns = [(p, m) for p, partner in enumerate(need["partners"]) for m in partner["modes"]]
        self.model, self.answer = folder / "model.lp", folder / "answer.txt"
        self.burden = total(self.columns, lambda m: m["burden"])
        self.risk = total(self.columns, lambda m: m["risk"])
        self.members = " + ".join(f"x{j}" for j in range(len(self.columns)))
        self.lines = [f"{total(self.columns, lambda m, r=r: m['covers'].get(r['id'], 0))} >= {r['demand']}"
                      for r in need["requirements"]]
        for p, partner in enumerate(need["partners"]):
            if len(partner["modes"]) > 1:
                self.lines.append(" + ".join(f"x{j}" for j, (q, _) in enumerate(self.columns) if q == p) + " <= 1")
        self.seconds = 0

    def least(self, objective, lines):
        body = "\n".join(f" c{i}: {line}" for i, line in enumerate(self.lines + lines))
        names = "\n".join(f" x{j}" for j in range(len(self.columns)))
        self.model.write_text(f"Minimize\n o: {objective}\nSubject To\n{body}\nBinaries\n{names}\nEnd\n")
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = limited(["cbc", self.model, "ratio", "0", "allow", "0", "solve", "solu", self.answer],
                       CBC_LIMIT - self.seconds)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.seconds += after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        if done is None or self.seconds > CBC_LIMIT:
            raise TimeoutError
        words = self.answer.read_text().split("\n", 1)[0].split()
        return round(float(words[-1])) if words and words[0] == "Optimal" else None

    def points(self):
        """From many partners to few: a front with fewer partners begins at its own least burden."""
        found, partners = set(), None
        while True:
            within, most, largest = [f"{self.members} <= {partners}"] if partners else [], None, 0
            while True:
                limit = within + ([f"{self.risk} <= {most}"] if most is not None else [])
                burden = self.least(self.burden, limit)
                if burden is None:
                    break
                risk = self.least(self.risk, within + [f"{self.burden} <= {burden}"])
                members = self.least(self.members, within + [f"{self.burden} <= {burden}", f"{self.risk} <= {risk}"])
                found.add((burden, risk, members))
                largest, most = max(largest, members), risk - 1
            if largest <= 1:
                return found
            partners = largest - 1


def nondominated(points):
    return sorted(p for p in points if not any(q != p and all(a <= b for a, b in zip(q, p)) for q in points))


def judged(partners, rows, kind, seed, own):
    with tempfile.TemporaryDirectory() as folder:
        peer = Epsilon(need_of(partners, rows, kind, seed), pathlib.Path(folder))
        try:
            points = peer.points()
        except TimeoutError:
            points = None
    same = None if points is None else nondominated(points) == sorted(map(tuple, own["front"]))
    return {"seconds": peer.seconds, "same": same, "ratio": peer.seconds / own["seconds"]}


def cell(partners, rows, kind):
    runs = [ours(partners, rows, kind, seed) for seed in SEEDS]
    seconds = [run["seconds"] if run else OWN_LIMIT for run in runs]
    peers = [judged(partners, rows, kind, seed, run) for seed, run in zip(SEEDS, runs)
             if run and shutil.which("cbc") and seed <= JUDGED.get((partners, rows), 0)]
    return {"partners": partners, "requirements": rows, "kind": KINDS[kind],
            "median_ms": round(1e3 * statistics.median(seconds), 2), "most_ms": round(1e3 * max(seconds), 2),
            "all_ms": [round(1e3 * s, 2) for s in seconds], "unfinished": runs.count(None),
            "front": statistics.median(len(run["front"]) for run in runs if run) if any(runs) else None,
            "cbc_s": round(statistics.median(p["seconds"] for p in peers), 2) if peers else None,
            "cbc_ratio": round(statistics.median(p["ratio"] for p in peers)) if peers else None,
            "cbc_runs": len(peers), "cbc_finished": sum(p["same"] is not None for p in peers),
            "differs": sum(p["same"] is False for p in peers), "ratios": [round(p["ratio"], 1) for p in peers]}


def with_budget(partners, rows, kind, budget):
    runs = [ours(partners, rows, kind, seed, budget) for seed in SEEDS[:3]]
    runs = [run for run in runs if run]
    gaps = [run["gap"] if run["gap"] >= 0 else None for run in runs]
    return {"partners": partners, "requirements": rows, "kind": KINDS[kind], "budget": budget, "gaps": gaps,
            "seconds": [round(run["seconds"], 2) for run in runs], "points": [len(run["front"]) for run in runs]}


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def main():
    cells, budgets = [], []
    print(f"{'need':>10} {'kind':<11}{'median':>9}{'most':>10}{'points':>8}{'CBC':>9}{'ratio':>8}", file=sys.stderr)
    for partners, rows in GRID:
        for kind in range(len(KINDS)):
            c = cell(partners, rows, kind)
            cells.append(c)
            print(f"{partners:>6} x {rows:<2}{c['kind']:<11}{c['median_ms']:>7} ms{c['most_ms']:>7} ms{c['front'] or '':>8}"
                  f"{c['cbc_s'] or '':>7} s{c['cbc_ratio'] or '':>8}", file=sys.stderr, flush=True)
    for size in BUDGETS:
        b = with_budget(*size)
        budgets.append(b)
        print(f"{size[0]:>6} x {size[1]:<2}{b['kind']:<11} budget {size[3]}: gaps {b['gaps']} in {b['seconds']} s",
              file=sys.stderr, flush=True)
    small = [ms for c in cells if c["partners"] <= 200 for ms in c["all_ms"]]
    plain = [ms for c in cells if c["partners"] <= 200 and c["kind"] != "sole use" for ms in c["all_ms"]]
    ratios = [r for c in cells for r in c["ratios"]]
    for c in cells:
        del c["all_ms"], c["ratios"]
    print(json.dumps({"cells": cells, "budgets": budgets, "p95_ms_up_to_200x12": percentile(small, .95),
                      "p95_ms_without_sole_use": percentile(plain, .95),
                      "cbc_ratio_median": round(statistics.median(ratios)) if ratios else None,
                      "fronts_that_differ": sum(c["differs"] for c in cells)}))
    return 1 if any(c["differs"] for c in cells) else 0


sys.exit(main())
