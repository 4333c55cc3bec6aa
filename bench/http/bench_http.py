"""Benchmark (d): GET of a record and of a page under wrk, beside the HTTP library's hello-world.

  bench_http.py [seconds a run]     ENTENTE and ENTENTE_SOURCE name the program and the source tree

The real program serves the sample network to a reader's token; bench/http/hello.c of the same build
answers with one constant body from the same library with the same thread pool. The runs take turns,
so that other work of the machine strikes all alike, and medians are reported. Processor time per
request is that of the server alone: wrk's share of the machine does not enter it. Limit: more than
half of hello-world's requests per second for a record. Prints one JSON object.
"""
import http.client
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(os.environ.get("ENTENTE_SOURCE", pathlib.Path(__file__).parents[2]))
PROGRAM = pathlib.Path(os.environ["ENTENTE"])
HELLO = PROGRAM.parents[2] / "bench" / "http" / "hello"
PASSWORD = "a long enough pass phrase"
ROUNDS, CONNECTIONS = 5, 32


class Server:
    """A child that serves until it is stopped."""

    def __init__(self, command, pattern):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.line = re.search(pattern, self.process.stdout.readline())
        self.port = int(self.line.group(1))

    def cpu(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rsplit(")", 1)[1]
        user, system = fields.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait()


def ask(port, method, path, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        headers["Content-Type"] = "application/json"
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status >= 400:
        sys.exit(f"{method} {path}: {answer.status} {text[:300]!r}")
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    return json.loads(text) if text.startswith(b"{") else {}, cookie, len(text)


def make_token(server):
    """A reader, and a token of theirs."""
    port = server.port
    _, cookie, _ = ask(port, "GET", server.line.group(2))
    me, _, _ = ask(port, "GET", "/api/v1/me", Cookie=cookie)
    ask(port, "POST", "/api/v1/users",
        {"username": "bench", "display_name": "Bench", "role": "reader", "language": "en",
         "active": True, "clearance": me["clearance"], "password": PASSWORD},
        Cookie=cookie, X_Entente_CSRF=me["csrf"])
    mine, cookie, _ = ask(port, "POST", "/api/v1/login",
                          {"username": "bench", "password": PASSWORD})
    token, _, _ = ask(port, "POST", "/api/v1/tokens",
                      {"name": "bench", "scope": "read",
                       "expires": f"{time.gmtime().tm_year + 1}-01-31"},
                      Cookie=cookie, X_Entente_CSRF=mine["csrf"])
    return token["token"]


def wrk(server, path, seconds, token):
    """Requests per second, and microseconds of the server's processor time per request."""
    before = server.cpu()
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s",
         "-H", f"Authorization: Bearer {token}", f"http://127.0.0.1:{server.port}{path}"],
        capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in done or "Socket errors" in done:
        sys.exit(done)
    requests = int(re.search(r"(\d+) requests in", done).group(1))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done).group(1))
    return rate, (server.cpu() - before) * 1e6 / max(requests, 1)


def main():
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    folder = tempfile.mkdtemp(prefix="entente-bench-")
    base = [str(PROGRAM), "--dir", f"{folder}/i", "--quiet"]
    servers = []
    try:
        subprocess.run(base + ["init"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(base + ["sample", "--path", str(SOURCE / "data" / "sample")], check=True,
                       stdout=subprocess.DEVNULL)
        real = Server(base + ["--lang", "en", "serve", "--port", "0", "--print-login-link"],
                      r"https?://127\.0\.0\.1:(\d+)(/login\?code=\S+)")
        servers.append(real)
        hello = Server([str(HELLO)], r"(\d+)")
        servers.append(hello)
        token = make_token(real)
        bearer = {"Authorization": f"Bearer {token}"}
        page_path = "/api/v1/actors?limit=50"
        page, _, page_bytes = ask(real.port, "GET", page_path, **bearer)
        record_path = f"/api/v1/actors/{page['items'][0]['id']}"
        _, _, record_bytes = ask(real.port, "GET", record_path, **bearer)
        runs = {"hello": (hello, "/"), "record": (real, record_path), "page": (real, page_path)}
        measured = {name: [] for name in runs}
        for name, (server, path) in runs.items():
            wrk(server, path, 1, token)
        for _ in range(ROUNDS):
            for name, (server, path) in runs.items():
                measured[name].append(wrk(server, path, seconds, token))
    finally:
        for server in servers:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    result = {"bench": "http", "record_bytes": record_bytes, "page_bytes": page_bytes,
              "page_items": len(page["items"])}
    for name, pairs in measured.items():
        result[f"{name}_per_s"] = round(statistics.median(rate for rate, _ in pairs))
        result[f"{name}_cpu_us"] = round(statistics.median(cpu for _, cpu in pairs), 1)
    result["record_share"] = round(result["record_per_s"] / result["hello_per_s"], 3)
    result["page_share"] = round(result["page_per_s"] / result["hello_per_s"], 3)
    result["record_share_limit"] = 0.5
    print(json.dumps(result))


if __name__ == "__main__":
    main()
