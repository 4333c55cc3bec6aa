#!/usr/bin/env python3
"""What the command line does that a transcript cannot show: terminals, signals, full disks, the
manual page under groff and the completion script under bash. Prints TAP."""
import os
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import fcntl
import termios
import unicodedata

PROGRAM = os.environ["ENTENTE"]
FOLDER = tempfile.mkdtemp()
ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": FOLDER, "LANG": "C.UTF-8", "TERM": "xterm",
               "ENTENTE_DIR": FOLDER, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", ""),
               "UBSAN_OPTIONS": os.environ.get("UBSAN_OPTIONS", "")}


def entente(*words, **more):
    return subprocess.run([PROGRAM, *words], env=ENVIRONMENT, capture_output=True, timeout=60,
                          check=False, **more)


def read_all(descriptor):
    data = b""
    while True:
        ready, _, _ = select.select([descriptor], [], [], 30)
        try:
            chunk = os.read(descriptor, 65536) if ready else b""
        except OSError:  # the other side is closed
            chunk = b""
        if not chunk:
            return data.decode()
        data += chunk


def on_terminal(*words, columns=60, stream="stderr"):
    """Runs with one stream on a terminal; what the terminal got, and the other stream."""
    outside, inside = pty.openpty()
    fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: inside}
    process = subprocess.Popen([PROGRAM, *words], env=ENVIRONMENT, stdin=subprocess.DEVNULL, **streams)
    os.close(inside)
    shown = read_all(outside)
    other = process.stdout if stream == "stderr" else process.stderr
    rest = other.read().decode()
    other.close()
    process.wait()
    os.close(outside)
    return shown, rest


def columns_of(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
               for c in line)


def progress_is_drawn_on_a_terminal_and_cleared():
    shown, answer = on_terminal("verify")
    assert "verify [" in shown and "100%" in shown, shown
    assert shown.endswith("\r\x1b[K"), repr(shown)
    assert "entries  100" in answer, answer


def no_progress_without_a_terminal_or_when_unwanted():
    assert entente("verify").stderr == b""
    for flag in ("--no-progress", "--quiet"):
        shown, _ = on_terminal(flag, "verify")
        assert shown == "", repr(shown)


def a_progress_line_fits_the_terminal():
    shown, _ = on_terminal("verify", columns=30)
    for line in shown.replace("\x1b[K", "").split("\r"):
        assert columns_of(line) < 30, line


def tables_fit_the_terminal_and_say_what_is_left_out():
    shown, remarks = on_terminal("actor", "list", columns=60, stream="stdout")
    lines = shown.replace("\r\n", "\n").split("\n")
    assert len(lines) > 4, shown
    for line in lines:
        assert columns_of(line) <= 60, (columns_of(line), line)
    assert "More columns" in remarks, remarks


def a_pipe_gets_every_column():
    text = entente("actor", "list").stdout.decode()
    assert "said \"no\", then left" in text and "…" not in text, text


def a_full_disk_is_an_error():
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, "actor", "list"], env=ENVIRONMENT, stdout=full,
                              stderr=subprocess.PIPE, check=False)
    assert done.returncode == 15, done.returncode
    assert b"No space left" in done.stderr, done.stderr


def following_ends_well_when_asked_to_stop():
    process = subprocess.Popen([PROGRAM, "follow", "--since", "start"], env=ENVIRONMENT,
                               stdout=subprocess.PIPE)
    assert process.stdout.readline().startswith(b"put"), "no first change"
    process.send_signal(signal.SIGTERM)
    process.stdout.close()
    assert process.wait(timeout=30) == 0, process.returncode


def the_language_comes_from_the_environment():
    for name, value, french in (("LANG", "fr_CA.UTF-8", True), ("LC_ALL", "fr", True),
                                ("LANG", "en_CA.UTF-8", False)):
        environment = {**ENVIRONMENT, name: value}
        done = subprocess.run([PROGRAM], env=environment, capture_output=True, check=True)
        assert ("Verbes" in done.stdout.decode()) == french, (name, value)


def the_manual_page_has_no_warnings():
    for language in ("en", "fr"):
        page = entente("--lang", language, "man")
        assert page.returncode == 0
        assert b"actor list" in page.stdout and b"EXIT STATUS" in page.stdout or language == "fr"
        if shutil.which("groff"):
            made = subprocess.run(["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-z"],
                                  input=page.stdout, capture_output=True, check=False)
            assert made.returncode == 0 and made.stderr == b"", made.stderr.decode()
        if shutil.which("lexgrog"):
            path = os.path.join(FOLDER, "entente.1")
            with open(path, "wb") as file:
                file.write(page.stdout)
            name = subprocess.run(["lexgrog", path], capture_output=True, check=False)
            assert name.returncode == 0 and b"entente - " in name.stdout, name


def complete(script, *words):
    """What bash offers for these words, the last one being typed."""
    quoted = " ".join(f"'{word}'" for word in words)
    program = (f"source '{script}'; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; "
               "_entente; printf '%s\\n' \"${COMPREPLY[@]}\"")
    done = subprocess.run(["bash", "--norc", "-c", program], capture_output=True, check=True,
                          cwd=FOLDER)
    assert done.stderr == b"", done.stderr
    return set(done.stdout.decode().split())


def bash_completes_verbs_flags_and_words():
    script = os.path.join(FOLDER, "completion.bash")
    with open(script, "wb") as file:
        file.write(entente("completion", "bash").stdout)
    assert subprocess.run(["bash", "-n", script], capture_output=True, check=False).stderr == b""
    assert complete(script, "entente", "act") == {"actor"}
    assert {"list", "get", "create"} <= complete(script, "entente", "actor", "")
    assert complete(script, "entente", "--output", "json", "actor", "li") == {"list"}
    assert complete(script, "entente", "actor", "list", "--na") == {"--nature"}
    assert complete(script, "entente", "actor", "list", "--nature", "") == {"organisation", "person"}
    assert complete(script, "entente", "--output", "") == {"text", "json", "csv"}
    assert complete(script, "entente", "actor", "list", "--lang", "f") == {"fr"}
    assert "--truster" in complete(script, "entente", "trust", "explain", "--tr")


def no_word_makes_it_crash():
    """Every verb with every kind of nonsense ends with a known exit code."""
    verbs = [line.split("  ")[1] for line in
             entente("help", "verbs").stdout.decode().split("\n") if line.startswith("  ") and line[2] != " "]
    assert len(verbs) > 15, verbs
    for verb in verbs:
        if verb == "follow":
            continue  # would wait for changes
        for nonsense in (["--"], ["--="], ["-"], ["--limit"], ["--body"], ["--body="], ["--if-match"],
                         ["\xff\udcfe"], ["a"] * 40, ["--all=yes"], ["--output", ""], ["--columns", ",,"],
                         ["--columns", "id", "1"], ["--lang=fr", "--help"], [""]):
            done = entente(*verb.split(), *nonsense, stdin=subprocess.DEVNULL)
            assert 0 <= done.returncode <= 17 and b"Sanitizer" not in done.stderr and \
                b"runtime error" not in done.stderr, (verb, nonsense, done)


TESTS = [value for value in list(globals().values())
         if callable(value) and getattr(value, "__module__", "") == "__main__" and
         value.__name__ not in ("entente", "read_all", "on_terminal", "columns_of", "complete")]


def main():
    failed = 0
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        title = test.__name__.replace("_", " ")
        try:
            test()
            print(f"ok {number} - {title}")
        except AssertionError as error:
            failed += 1
            print(f"not ok {number} - {title}")
            print("# " + str(error).replace("\n", "\n# "))
    shutil.rmtree(FOLDER)
    return 1 if failed else 0


sys.exit(main())
