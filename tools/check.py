#!/usr/bin/env python3
"""Builds and runs the tests, and counts them.

    check.py quick [--only WORD]    unit, oracle, golden, fuzz corpora, leak; gcc with ASan and UBSan
    check.py all                    quick and fault, clang without warnings, then side by side: simulation,
                                    api, identity, browser, documents
    check.py golden                 only the golden tests (make bless)
    check.py bench [--only WORD]    the benchmarks

What counts is one test case: a TAP line, or a whole test when it speaks no TAP. A test that fails
without saying which case failed counts as one failure. The last line is "N passed, N failed"; it is
also kept in build-test/tally.txt. The exit code is 0 only when nothing failed.
"""
import argparse
import glob
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TEST_BUILD = "build-test"
HANGS = 1500  # seconds: several times what the longest program takes
QUICK = ("unit", "oracle", "golden", "fuzz", "leak")
WORLDS = 1000  # that are simulated
# Python from the distribution: its packages (jsonschema, hypothesis) belong to that one.
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable


class Tally:
    """What passed, failed and was skipped, and the names of what failed."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.failures = []

    def add(self, name, passed, failed, skipped=0):
        self.passed += passed
        self.failed += failed
        self.skipped += skipped
        if failed:
            self.failures.append(f"{name} ({failed})" if failed > 1 else name)

    def join(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.failures += other.failures

    def line(self):
        return f"{self.passed} passed, {self.failed} failed"


def heading(text):
    print(f"== {text}\n", end="", flush=True)  # in one piece: two steps may print at once


def run(command, **more):
    return subprocess.run(command, cwd=more.pop("cwd", ROOT), check=False, **more)


def count_tap(text):
    """Passed, failed and skipped cases of a TAP stream (nested lines do not count)."""
    passed = failed = skipped = 0
    for line in text.splitlines():
        match = re.match(r"(not )?ok\b[^#]*(# *(skip|todo)\b)?", line, re.IGNORECASE)
        if not match:
            continue
        if match.group(3):
            skipped += 1
        elif match.group(1):
            failed += 1
        else:
            passed += 1
    return passed, failed, skipped


def count_stated(text):
    """What a runner says itself: "N passed, N failed", or the last lines of node --test."""
    said = re.findall(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", text, re.MULTILINE)
    if said:
        return tuple(int(n or 0) for n in said[-1])
    node = {word: int(n) for word, n in
            re.findall(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$", text, re.MULTILINE)}
    if "pass" in node:
        return node["pass"], node["fail"] + node["cancelled"], node["skipped"] + node["todo"]
    return None


def count_unittest(text):
    """The same of Python's unittest, from its last lines; None when it says nothing."""
    ran = re.search(r"^Ran (\d+) tests? in", text, re.MULTILINE)
    if not ran:
        return None
    bad = sum(int(n) for n in re.findall(r"(?:failures|errors|unexpected successes)=(\d+)",
                                         text[ran.end():]))
    skipped = sum(int(n) for n in re.findall(r"skipped=(\d+)", text[ran.end():]))
    return int(ran.group(1)) - bad - skipped, bad, skipped


def configure(folder, *options, env=None):
    if (ROOT / folder / "build.ninja").exists():
        return True
    shutil.rmtree(ROOT / folder, ignore_errors=True)
    done = run(["meson", "setup", folder, *options], env=env, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        print(done.stdout)
        shutil.rmtree(ROOT / folder, ignore_errors=True)
    return done.returncode == 0


def build(tally, folder, name, *options, env=None):
    """Configures and builds; True when it worked."""
    if configure(folder, *options, env=env) and \
            run(["ninja", "-C", folder, "--quiet"]).returncode == 0:
        return True
    tally.add(name, 0, 1)
    return False


def selected(folder, suites, only):
    """Names of the tests of these suites; only: a word of the name or the suite."""
    listed = run(["meson", "introspect", "--tests", folder], capture_output=True, text=True)
    names = []
    for test in json.loads(listed.stdout):
        kinds = {suite.split(":")[-1] for suite in test["suite"]}
        if kinds & set(suites) and (not only or only in test["name"] or only in kinds):
            names.append(test["name"])
    return names


def count_meson(tally, folder):
    with open(ROOT / folder / "meson-logs" / "testlog.json", encoding="utf-8") as log:
        for line in log:
            test = json.loads(line)
            result = test["result"]
            passed, failed, skipped = count_tap(test.get("stdout") or "")
            if passed + failed + skipped == 0:
                passed, failed, skipped = (result == "OK", 0, result == "SKIP")
            if result not in ("OK", "SKIP", "EXPECTEDFAIL") and failed == 0:
                failed = 1
            tally.add(test["name"], int(passed), int(failed), int(skipped))


def meson_tests(tally, folder, suites, only=None):
    names = selected(folder, suites, only)
    if not names:
        print(f"no test of {', '.join(suites)}" + (f" with \"{only}\"" if only else ""))
        return
    run(["meson", "test", "-C", folder, "--no-rebuild", "--print-errorlogs", "--quiet", *names])
    count_meson(tally, folder)


def sanitized(tally):
    # With less optimisation gcc sees fewer ranges and guesses that numbers could be longer.
    return build(tally, TEST_BUILD, "build with gcc and sanitizers",
                 "-Db_sanitize=address,undefined", "-Db_lundef=false", "-Doptimization=1",
                 "-Dc_args=-Wno-format-truncation")


def quick(tally, only=None, suites=QUICK):
    heading(", ".join(suites))
    if sanitized(tally):
        meson_tests(tally, TEST_BUILD, suites, only)


def run_within(command, **more):
    """Runs a program and all that it starts; what does not end fails instead of being waited for."""
    process = subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               start_new_session=True, **more)
    try:
        said, _ = process.communicate(timeout=HANGS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate()
        said += f"\nnot ok - it did not end within {HANGS} s\n"
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return subprocess.CompletedProcess(command, process.returncode, said)


def script(tally, name, command, cwd=ROOT, **environment):
    """One test program outside of Meson, counted by what it prints."""
    began = time.monotonic()
    done = run_within(command, cwd=cwd, env={**os.environ, **environment})
    if done.returncode == 77:  # as in Meson: there is nothing to test here
        print(f"{name}: skipped: {done.stdout.strip().splitlines()[0] if done.stdout else ''}\n", end="")
        tally.skipped += 1
        return
    cases = count_stated(done.stdout) or count_unittest(done.stdout) or count_tap(done.stdout)
    if sum(cases) == 0:
        cases = (int(done.returncode == 0), 0, 0)
    passed, failed, skipped = cases
    if done.returncode != 0 and failed == 0:
        failed = 1
    tally.add(name, passed, failed, skipped)
    # In one piece: others print, too.
    print(f"{name}: {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else "") +
          f", {time.monotonic() - began:.0f} s\n" + (trouble(done.stdout) + "\n" if failed else ""),
          end="", flush=True)


class Job:
    """A test program outside of Meson that may run beside others: it shares no port and no file."""

    def __init__(self, name, command, cwd=ROOT, **environment):
        self.name, self.command, self.cwd, self.environment = name, command, cwd, environment

    def run(self, tally):
        script(tally, self.name, self.command, self.cwd, **self.environment)


def side_by_side(tally, *lanes):
    """Runs lanes of jobs at once, each one after the other. Browsers and servers wait more than they work,
    so that the lanes may be more than the cores."""
    tallies = [Tally() for _ in lanes]

    def follow(lane, own):
        while True:
            try:
                job = lane.pop(0)  # two lanes may be the same list
            except IndexError:
                return
            try:
                job.run(own)
            except OSError as problem:  # there is no such program
                print(f"{job.name}: {problem}\n", end="")
                own.add(job.name, 0, 1)

    threads = [threading.Thread(target=follow, args=pair) for pair in zip(lanes, tallies)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for own in tallies:
        tally.join(own)


def trouble(text):
    """What a failed run said: all of it when short, else what stands around each failure."""
    lines = text.splitlines()
    if len(lines) <= 60:
        return text
    wanted = set(range(len(lines) - 15, len(lines)))
    for number, line in enumerate(lines):
        if re.match(r"\s*not ok\b|FAIL:|ERROR:|Traceback", line):
            wanted.update(range(number, min(number + 25, len(lines))))
    return "\n".join(lines[number] for number in sorted(wanted))


def program(folder):
    return str(ROOT / folder / "src" / "cli" / "entente")


def tested():
    """What test programs are told: the program to test and where the project is."""
    return {"ENTENTE": program(TEST_BUILD), "ENTENTE_SOURCE": str(ROOT)}


def python_jobs(folder, **environment):
    return [Job(f"{folder} {pathlib.Path(path).stem}", [PYTHON, path], **tested(), **environment)
            for path in sorted(glob.glob(str(ROOT / "tests" / folder / "test_*.py")))]


def node_jobs(tally, folder, **environment):
    """One for each file of a folder of tests in node."""
    cwd = ROOT / "tests" / folder
    if not (cwd / "node_modules").exists():
        print(f"{folder}: skipped, tests/{folder}/node_modules is absent")
        tally.skipped += 1
        return []
    return [Job(f"{folder} {path.stem}", ["node", "--test", "--test-reporter=tap", path.name], cwd,
                **{**tested(), **environment}) for path in sorted(cwd.glob("test-*.mjs"))]


def web(tally):
    """The interface: its types, and the program that contains it. True when there is one to open."""
    heading("web")
    if not (ROOT / "web" / "node_modules").exists():
        print("web: skipped, web/node_modules is absent")
        tally.skipped += 1
        return False
    script(tally, "web types", ["npm", "run", "--silent", "check"], cwd=ROOT / "web")
    made = run(["make", "--no-print-directory", "all"])
    tally.add("make", int(made.returncode == 0), int(made.returncode != 0))
    return made.returncode == 0


def programs(tally):
    """Black box, side by side: over HTTP, signing in by way of a real OpenID provider and of a lying one,
    and the commands that documents show, against the program with sanitizers; the interface in a real
    browser, against the one that people get; and simulated instances, with what the others leave of the
    cores."""
    jobs = node_jobs(tally, "browser", ENTENTE=program("build")) if web(tally) else []
    jobs.sort(key=lambda job: job.name != "browser test-axe")  # opens every page, and ends last
    heading("simulation, browser, identity, api, documents")
    if not os.path.exists(program(TEST_BUILD)):
        tally.add("no program", 0, 1)
        return
    plain = {"ENTENTE_PLAIN": program("build")} if os.path.exists(program("build")) else {}
    jobs += node_jobs(tally, "oidc") + python_jobs("api") + python_jobs("docs", **plain)
    side_by_side(tally, jobs, jobs, [simulation()])


def clang(tally):
    """Every file compiles with clang, too, without a warning."""
    heading("clang")
    if shutil.which("clang") is None:
        print("clang: skipped, there is none")
        tally.skipped += 1
        return
    if build(tally, "build-clang", "build with clang without warnings", "-Dwerror=true",
             "-Dbuildtype=debug", env={**os.environ, "CC": "clang"}):
        tally.add("build with clang without warnings", 1, 0)


def simulation():
    """Exchange between simulated instances, without sanitizers: more worlds, the same on every machine.
    It yields to what runs beside it, since a browser is waited for and this is not."""
    gentle = ["nice", "-n", "19"] if shutil.which("nice") else []
    folder = "build-clang" if os.path.exists(ROOT / "build-clang" / "tests") else TEST_BUILD
    path = ROOT / folder / "tests" / "sim" / "test_exchange_sim"
    return Job("exchange simulated", [*gentle, str(path), "worlds", str(WORLDS)])


def everything(tally):
    for step in (lambda: quick(tally, suites=QUICK + ("fault",)), lambda: clang(tally),
                 lambda: programs(tally)):
        began = time.monotonic()
        step()
        print(f"   {time.monotonic() - began:.0f} s, so far {tally.line()}", flush=True)


def figures(value, name=""):
    """The leaves of a result with dotted names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from figures(inner, f"{name}.{key}" if name else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from figures(inner, f"{name}.{number}")
    else:
        yield name, f"{value:.6g}" if isinstance(value, float) else str(value)


def benchmarks(only):
    """Programs bench_* of the build and scripts bench_*.py; each prints one JSON object."""
    listed = run(["meson", "introspect", "--targets", "build-bench"], capture_output=True, text=True)
    found = [(t["name"], [t["filename"][0]]) for t in json.loads(listed.stdout)
             if t["type"] == "executable" and t["name"].startswith("bench_")]
    found += [(pathlib.Path(path).stem, [PYTHON, path])
              for path in sorted(glob.glob(str(ROOT / "bench/**/bench_*.py"), recursive=True))]
    return [(name[len("bench_"):], command) for name, command in found if not only or only in name]


def bench(tally, only):
    """Every benchmark beside its peer in the same run; a table, and build-bench/results.json."""
    heading("bench")
    if not build(tally, "build-bench", "build the benchmarks", "-Dbench=true", "-Dtests=false",
                 "-Dbuildtype=release"):
        return
    results = {}
    for name, command in benchmarks(only):
        print(f"-- {name}", flush=True)
        done = run(command, stdout=subprocess.PIPE, text=True,
                   env={**os.environ, "ENTENTE": program("build-bench"), "ENTENTE_SOURCE": str(ROOT)})
        try:
            results[name] = json.loads(done.stdout)
        except ValueError:
            print(done.stdout)
        good = done.returncode == 0 and name in results
        tally.add(name, int(good), int(not good))
        for figure, value in figures(results.get(name, {})):
            print(f"   {figure:<44} {value:>16}")
    path = ROOT / "build-bench" / "results.json"
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(f"as JSON: {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("quick", "all", "golden", "bench"))
    parser.add_argument("--only")
    given = parser.parse_args()
    tally = Tally()
    if given.what == "quick":
        quick(tally, given.only, QUICK + ("fault",) if given.only else QUICK)
    elif given.what == "golden":
        quick(tally, suites=("golden",))
        side_by_side(tally, python_jobs("docs"))
    elif given.what == "bench":
        bench(tally, given.only)
    else:
        everything(tally)
    for name in tally.failures:
        print(f"failed: {name}")
    if tally.skipped:
        print(f"{tally.skipped} skipped")
    if tally.passed + tally.failed == 0:
        tally.add("nothing ran", 0, 1)
    print(tally.line(), flush=True)
    (ROOT / TEST_BUILD).mkdir(exist_ok=True)
    (ROOT / TEST_BUILD / "tally.txt").write_text(tally.line() + "\n", encoding="utf-8")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
