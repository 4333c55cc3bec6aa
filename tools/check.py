#!/usr/bin/env python3
"""Builds and runs the tests, and counts them.

    check.py quick [--only WORD]    unit, oracle, golden, fuzz corpora, leak; gcc with ASan and UBSan
    check.py all                    quick and fault, clang without warnings, simulation beside api, identity
                                    and browser, documents
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
    done = run_within(command, cwd=cwd, env={**os.environ, **environment})
    if done.returncode == 77:  # as in Meson: there is nothing to test here
        print(f"{name}: skipped: {done.stdout.strip().splitlines()[0] if done.stdout else ''}")
        tally.skipped += 1
        return
    cases = count_stated(done.stdout) or count_unittest(done.stdout) or count_tap(done.stdout)
    if sum(cases) == 0:
        cases = (int(done.returncode == 0), 0, 0)
    passed, failed, skipped = cases
    if done.returncode != 0 and failed == 0:
        failed = 1
    tally.add(name, passed, failed, skipped)
    print(f"{name}: {passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    if failed:
        print(trouble(done.stdout))


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


def api(tally):
    """Black box over HTTP, against the program with sanitizers."""
    heading("api")
    if not os.path.exists(program(TEST_BUILD)):
        tally.add("api: no program", 0, 1)
        return
    for path in sorted(glob.glob(str(ROOT / "tests/api/test_*.py"))):
        script(tally, "api " + pathlib.Path(path).stem, [PYTHON, path],
               ENTENTE=program(TEST_BUILD), ENTENTE_SOURCE=str(ROOT))


def web(tally):
    """The interface: types, build, then the real program in a real browser."""
    heading("web")
    if not (ROOT / "web" / "node_modules").exists():
        print("web: skipped, web/node_modules is absent")
        tally.skipped += 1
        return
    script(tally, "web types", ["npm", "run", "--silent", "check"], cwd=ROOT / "web")
    made = run(["make", "--no-print-directory", "all"])
    tally.add("make", int(made.returncode == 0), int(made.returncode != 0))
    if made.returncode == 0 and (ROOT / "tests/browser/node_modules").exists():
        script(tally, "browser", ["node", "--test", "--test-reporter=tap"],
               cwd=ROOT / "tests/browser", ENTENTE=program("build"), ENTENTE_SOURCE=str(ROOT))


def identity(tally):
    """Signing in by way of a real OpenID provider and of a lying one, against the program with
    sanitizers."""
    heading("identity")
    if not (ROOT / "tests/oidc/node_modules").exists() or not os.path.exists(program(TEST_BUILD)):
        print("identity: skipped, tests/oidc/node_modules or the program is absent")
        tally.skipped += 1
        return
    script(tally, "identity", ["node", "--test", "--test-reporter=tap"], cwd=ROOT / "tests/oidc",
           ENTENTE=program(TEST_BUILD), ENTENTE_SOURCE=str(ROOT))


def documents(tally):
    """Commands shown in documents, against the program that they are about."""
    heading("documents")
    for path in sorted(glob.glob(str(ROOT / "tests/docs/test_*.py"))):
        plain = {"ENTENTE_PLAIN": program("build")} if os.path.exists(program("build")) else {}
        script(tally, "documents " + pathlib.Path(path).stem, [PYTHON, path],
               ENTENTE=program(TEST_BUILD), ENTENTE_SOURCE=str(ROOT), **plain)


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


def simulation(tally):
    """Exchange between simulated instances, without sanitizers: more worlds, the same on every machine.
    It yields to what runs beside it, since a browser is waited for and this is not."""
    heading("simulation")
    gentle = ["nice", "-n", "19"] if shutil.which("nice") else []
    for folder in ("build-clang", TEST_BUILD):
        path = ROOT / folder / "tests" / "sim" / "test_exchange_sim"
        if path.exists():
            script(tally, "exchange simulated", [*gentle, str(path), "worlds", str(WORLDS)])
            return
    tally.add("exchange simulated: no program", 0, 1)


def beside(tally, aside, *steps):
    """Steps, one after the other, and another one meanwhile with what they leave of the cores."""
    other = Tally()
    thread = threading.Thread(target=aside, args=(other,))
    thread.start()
    for step in steps:
        step(tally)
    thread.join()
    tally.join(other)


def everything(tally):
    steps = (lambda: quick(tally, suites=QUICK + ("fault",)), lambda: clang(tally),
             lambda: beside(tally, simulation, api, identity, web), lambda: documents(tally))
    for step in steps:
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
        documents(tally)
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
