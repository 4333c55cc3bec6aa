#!/usr/bin/env python3
"""Turns a folder of web files into one C file with a constant table (src/http/static.h).

    embed.py [--depfile FILE] OUTPUT [FOLDER]

Every file gets its content type, a strong entity tag (SHA-256 of its bytes) and, where it helps, a
gzip form made once, here. Names that hold a hash ("app-3f2a91c0.js") are marked immutable. Without
the folder the table holds one page that says the interface was not built. The same input gives the
same output, byte for byte; the output is rewritten only when it changes.
"""
import argparse
import gzip
import hashlib
import os
import re
import sys

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
# A hash in a name: eight capitals and digits (esbuild), or eight and more letters with a digit.
HASHED = re.compile(r"[-.]([A-Z2-7]{8}|(?=[0-9A-Za-z_]*[0-9])[0-9A-Za-z_]{8,})\.[a-z0-9]+$")

NOT_BUILT = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Entente</title>
<h1>Entente</h1>
<p>The server runs, but the browser interface was not built into this program.
Its interface for programs is described at <a href="/openapi.json">/openapi.json</a>.
<p lang="fr">Le serveur fonctionne, mais l'interface web n'a pas &eacute;t&eacute; int&eacute;gr&eacute;e
&agrave; ce programme. Son interface de programmation est d&eacute;crite dans
<a href="/openapi.json">/openapi.json</a>.
</html>
"""


def c_string(data):
    """A C string literal in lines; octal escapes always have three digits, so none runs on."""
    table = []
    for byte in range(256):
        char = chr(byte)
        if char in '"\\':
            table.append("\\" + char)
        elif char == "?":
            table.append("\\?")  # no trigraphs
        elif 32 <= byte < 127:
            table.append(char)
        else:
            table.append("\\%03o" % byte)
    lines = []
    for start in range(0, len(data), 60):
        lines.append('    "' + "".join(table[b] for b in data[start:start + 60]) + '"')
    return "\n".join(lines) if lines else '    ""'


def collect(folder):
    """{path: bytes} of the files below, and everything looked at (for the depfile)."""
    files, seen = {}, [folder]
    for root, folders, names in os.walk(folder):
        folders.sort()
        seen += [os.path.join(root, name) for name in folders]
        for name in sorted(names):
            whole = os.path.join(root, name)
            seen.append(whole)
            if name.startswith(".") or name.endswith(".map"):
                continue
            with open(whole, "rb") as file:
                files["/" + os.path.relpath(whole, folder).replace(os.sep, "/")] = file.read()
    return files, seen


def render(files):
    out = ["/* Made by tools/embed.py; do not edit. */", '#include "http/static.h"', ""]
    rows = []
    for number, (path, data) in enumerate(sorted(files.items(), key=lambda item: item[0].encode())):
        kind = TYPES.get(os.path.splitext(path)[1].lower(), "application/octet-stream")
        packed = gzip.compress(data, 9, mtime=0)
        tag = hashlib.sha256(data).hexdigest()[:32]
        name = os.path.basename(path)
        immutable = HASHED.search(name) is not None and not kind.startswith("text/html")
        out += [f"static const char file_{number}[] =", c_string(data) + ";"]
        packed_text, packed_size = "NULL", 0
        if len(packed) < len(data) * 9 // 10 and len(data) > 512:
            out += [f"static const char file_{number}_gzip[] =", c_string(packed) + ";"]
            packed_text, packed_size = f"file_{number}_gzip", len(packed)
        quoted = path.replace("\\", "\\\\").replace('"', '\\"')
        rows.append(f'    {{ "{quoted}", "{kind}", "{tag}", {"true" if immutable else "false"},\n'
                    f"      file_{number}, {len(data)}, {packed_text}, {packed_size} }},")
    out += ["", "const struct static_file web_files[] = {"] + rows + ["};",
            f"const size_t web_file_count = {len(rows)};", ""]
    return "\n".join(out)


def write_if_changed(path, text):
    try:
        with open(path, encoding="ascii") as file:
            if file.read() == text:
                return
    except OSError:
        pass
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--depfile")
    parser.add_argument("output")
    parser.add_argument("folder", nargs="?", default="")
    args = parser.parse_args()
    files, seen = {}, []
    if args.folder and os.path.isdir(args.folder):
        files, seen = collect(args.folder)
    elif args.folder:
        seen = [os.path.dirname(args.folder)]  # it changes when the folder appears
    if "/index.html" not in files:
        files["/index.html"] = NOT_BUILT
    write_if_changed(args.output, render(files))
    if args.depfile:
        with open(args.depfile, "w", encoding="utf-8") as file:
            names = " ".join(name.replace(" ", "\\ ") for name in seen)
            file.write(f"{args.output}: {names}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
