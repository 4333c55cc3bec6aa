#!/usr/bin/env python3
"""The options kernel against integer programming: the same front by the epsilon-constraint method.

  judge_cover.py     ENTENTE names the program

Generated needs, larger than enumeration can judge, are given to `entente options solve` and to CBC
(or GLPK) as integer programs: the least burden within the risk, partners and hours allowed, then
the least risk at that burden, for every bound in turn. Each program is a file in a temporary
folder. Skipped when no solver is there. Prints TAP.
"""
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAM = os.environ["ENTENTE"]
KINDS = ("cover", "redundancy", "pooled quantities", "modes", "complements")
CASES = 1  # of each kind; `make bench ONLY=cover` compares many more


def need_of(kind, rng):
    """Some twenty partners, up to six requirements: seconds for a solver, too many to enumerate."""
    rows, partners = rng.randint(4, 6), rng.randint(16, 22)
    most = {"cover": 1, "redundancy": 2, "pooled quantities": 7}.get(kind, 2)
    need = {"requirements": [{"id": f"r{r}", "demand": rng.randint(1, most)} for r in range(rows)],
            "partners": []}
    for p in range(partners):
        modes = [mode_of(kind, rng, m, p, rows) for m in range(rng.randint(2, 3) if kind == "modes" else 1)]
        need["partners"].append({"id": f"p{p}", "modes": modes})
    return need


def mode_of(kind, rng, number, partner, rows):
    served = {partner % rows} | {r for r in range(rows) if rng.random() < .25}
    top = 5 if kind == "pooled quantities" else 1
    mode = {"id": f"m{number}", "burden": rng.randint(5, 90), "risk": rng.randint(1, 600),
            "readiness": rng.choice((0, 24)), "covers": {f"r{r}": rng.randint(1, top) for r in sorted(served)}}
    if kind == "complements":
        mode["wants"] = [c for c in "xy" if rng.random() < .2]
        mode["gives"] = [c for c in "xy" if rng.random() < .3]
    return mode


def columns_of(need, hours):
    return [(p, mode) for p, partner in enumerate(need["partners"]) for mode in partner["modes"]
            if mode.get("readiness", 0) <= hours]


def total(columns, weight):
    return " + ".join(f"{weight(mode)} x{j}" for j, (_, mode) in enumerate(columns) if weight(mode))


def constraints(need, columns):
    for r in need["requirements"]:
        served = total(columns, lambda m, r=r: m["covers"].get(r["id"], 0))
        yield f"{served or '0 x0'} >= {r['demand']}"
    for p in {p for p, _ in columns}:
        modes = [j for j, (q, _) in enumerate(columns) if q == p]
        if len(modes) > 1:
            yield " + ".join(f"x{j}" for j in modes) + " <= 1"
    for j, (_, mode) in enumerate(columns):
        for wanted in mode.get("wants", ()):
            givers = [f" + x{k}" for k, (_, m) in enumerate(columns) if wanted in m.get("gives", ())]
            if f" + x{j}" not in givers:
                yield f"- x{j}{''.join(givers)} >= 0"


class Solver:
    """The value of an integer program, or None when it has no solution."""

    def __init__(self, folder):
        self.name = next((n for n in ("cbc", "glpsol") if shutil.which(n)), None)
        self.model, self.answer = folder / "model.lp", folder / "answer.txt"

    def least(self, objective, lines, count):
        names = " ".join(f"x{j}" for j in range(count))
        body = "\n".join(f" c{i}: {line}" for i, line in enumerate(lines))
        self.model.write_text(f"Minimize\n o: {objective}\nSubject To\n{body}\nBinaries\n {names}\nEnd\n")
        command = ["cbc", str(self.model), "ratio", "0", "allow", "0", "solve", "solu", str(self.answer)] \
            if self.name == "cbc" else ["glpsol", "--lp", str(self.model), "-o", str(self.answer)]
        self.answer.unlink(missing_ok=True)
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=True)
        return self.value(self.answer.read_text())

    def value(self, text):
        if self.name == "cbc":
            found = re.match(r"Optimal - objective value\s+([-\d.e+]+)", text)
        else:
            found = re.search(r"Status:\s+INTEGER OPTIMAL.*?Objective:\s+\S+ = ([-\d.e+]+)", text, re.S)
        return None if found is None else round(float(found.group(1)))


def front_of(need, solver, hours, partners_max):
    """Least burden, then least risk, under ever smaller risk, for each number of partners."""
    columns = columns_of(need, hours)
    if not columns:
        return set()
    count, found = len(columns), set()
    burden, risk = total(columns, lambda m: m["burden"]), total(columns, lambda m: m["risk"])
    members = " + ".join(f"x{j}" for j in range(count))
    base = list(constraints(need, columns))
    for partners in range(1, partners_max + 1):
        within, most = base + [f"{members} <= {partners}"], None
        while True:
            limit = within + ([f"{risk} <= {most}"] if most is not None else [])
            least = solver.least(burden, limit, count)
            if least is None:
                break
            best = solver.least(risk, within + [f"{burden} <= {least}"], count)
            found.add((least, best, partners, hours))
            most = best - 1
            if most < 0:
                break
    return found


def nondominated(points):
    return sorted(p for p in points if not any(q != p and all(a <= b for a, b in zip(q, p)) for q in points))


def judged(need, solver):
    done = subprocess.run([PROGRAM, "options", "solve", "--instance", "-", "--partners-max", "6"],
                          input=json.dumps(need), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["state"] == "exact", answer["state"]
    given = sorted((p["burden"], p["risk"], p["partners"], p["readiness"]) for p in answer["points"])
    hours = sorted({mode["readiness"] for p in need["partners"] for mode in p["modes"]})
    truth = nondominated(set().union(*(front_of(need, solver, h, 6) for h in hours)))
    return given, truth


def main():
    with tempfile.TemporaryDirectory() as folder:
        solver = Solver(pathlib.Path(folder))
        if solver.name is None:
            print("1..0 # SKIP neither cbc nor glpsol is installed")
            return 0
        print(f"1..{len(KINDS)}")
        failed = 0
        for number, kind in enumerate(KINDS, 1):
            rng, wrong, points = random.Random(number), [], 0
            for case in range(CASES):
                given, truth = judged(need_of(kind, rng), solver)
                points += len(truth)
                if given != truth:
                    wrong.append((case, given, truth))
            good = not wrong and points > 0
            failed += not good
            print(f"{'ok' if good else 'not ok'} {number} - {kind}: the front of {solver.name}, {points} points")
            for case, given, truth in wrong:
                print(f"# case {case}: only here {sorted(set(given) - set(truth))}")
                print(f"# case {case}: only there {sorted(set(truth) - set(given))}")
    return 1 if failed else 0


sys.exit(main())
