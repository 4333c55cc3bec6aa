"""What the tests of the carrier share: stand-ins for instances, certificates, a carrier that cuts,
a proxy, and a client that sends whatever it likes."""
import datetime
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time

STAND = os.environ["STAND"]
IDS = {name: f"0190a000-0000-7000-8000-00000000000{name}" for name in "abcd"}
BUNDLE = "application/vnd.entente.bundle"
RECEIPT = "application/vnd.entente.receipt+json"
UNKNOWN_HOST = "x" * 64 + ".invalid"  # longer than a label may be: no name server is asked
OWN_LINE = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


def hash_of(data):
    return hashlib.blake2b(data, digest_size=32).hexdigest()


def openssl(folder, *words):
    done = subprocess.run(["openssl", *map(str, words)], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


class Authority:
    """A certificate authority of a partner, with a revocation list."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir()
        (self.folder / "index.txt").write_text("")
        (self.folder / "serial").write_text("01\n")
        (self.folder / "crlnumber").write_text("01\n")
        (self.folder / "ca.cnf").write_text(
            "[ca]\ndefault_ca=own\n[own]\ndatabase=index.txt\nserial=serial\ncrlnumber=crlnumber\n"
            "new_certs_dir=.\ncertificate=ca.crt\nprivate_key=ca.key\ndefault_md=sha256\npolicy=any\n"
            "default_days=30\ndefault_crl_days=30\nunique_subject=no\ncopy_extensions=copy\n"
            "[any]\ncommonName=supplied\n[req]\ndistinguished_name=dn\n[dn]\n")
        openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "ca.key", "-out", "ca.crt", "-days", "30", "-subj", "/CN=Authority",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        self.anchor = (self.folder / "ca.crt").read_text()

    def issue(self, name, key, instance=None, start=None, end=None):
        """A certificate for the key file; dates are datetimes."""
        extension = ["-addext", f"subjectAltName=URI:urn:uuid:{instance}"] if instance else []
        openssl(self.folder, "req", "-new", "-key", key, "-out", name + ".csr", "-subj", "/CN=" + name, *extension)
        dates = []
        for flag, date in (("-startdate", start), ("-enddate", end)):
            dates += [flag, date.strftime("%Y%m%d%H%M%SZ")] if date else []
        openssl(self.folder, "ca", "-config", "ca.cnf", "-batch", "-notext", "-in", name + ".csr", "-out",
                name + ".crt", *dates)
        return self.folder / (name + ".crt")

    def revoke(self, certificate):
        openssl(self.folder, "ca", "-config", "ca.cnf", "-revoke", certificate)

    def revocations(self, *more):
        openssl(self.folder, "ca", "-config", "ca.cnf", "-gencrl", "-out", "list.pem", *more)
        return (self.folder / "list.pem").read_text()


def self_signed(folder, name, days=30, end=None):
    """Key and certificate files of somebody; end: a datetime in the past for one that has expired."""
    key, certificate = pathlib.Path(folder) / (name + ".key"), pathlib.Path(folder) / (name + ".crt")
    openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", key, "-out", certificate, "-days", days, "-subj", "/CN=" + name)
    if end:
        authority = Authority(pathlib.Path(folder) / (name + "-ca"))
        certificate = authority.issue(name, key, start=end - datetime.timedelta(days=9), end=end)
    os.chmod(key, 0o600)
    return key, certificate


def pin_of(folder, certificate):
    spki = openssl(folder, "x509", "-in", certificate, "-noout", "-pubkey")
    der = subprocess.run(["openssl", "pkey", "-pubin", "-outform", "DER"], input=spki, capture_output=True,
                         check=True).stdout
    import base64
    return base64.b64encode(hashlib.sha256(der).digest()).decode()


class Stand:
    """One instance: its folder, its listener when it serves."""

    def __init__(self, root, name, **identity):
        self.name, self.instance = name, IDS[name]
        self.folder = pathlib.Path(root) / name
        (self.folder / "taken").mkdir(parents=True)
        if identity:
            shutil.copy(identity["key"], self.folder / "tls.key")
            shutil.copy(identity["certificate"], self.folder / "tls.crt")
        self.pin = self.run("pin").stdout.strip()
        self.process, self.port = None, 0

    def run(self, *words, env=None, **more):
        """A verb, run to its end, away from any proxy of this machine; env: what is added to its environment."""
        return subprocess.run([STAND, str(self.folder), self.instance, *words], capture_output=True, text=True,
                              timeout=120, check=False, env={**OWN_LINE, **(env or {})}, **more)

    def do(self, *words, **more):
        """The report of a verb that works."""
        done = self.run(*words, **more)
        assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def refused(self, *words, **more):
        """Exit code and message of a verb that does not."""
        done = self.run(*words, **more)
        assert done.returncode > 0 and "Sanitizer" not in done.stderr, (done.returncode, done.stdout, done.stderr)
        return done.returncode, done.stderr.strip()

    def peers(self, *peers):
        """Writes what this one knows of others: pairs of a stand and what differs from the usual."""
        rows = []
        for other, more in peers:
            row = {"name": other.name, "instance": other.instance, "state": "confirmed",
                   "url": f"https://127.0.0.1:{other.port}", "tls_pin": other.pin}
            row.update(more)
            rows.append({key: value for key, value in row.items() if value is not None})
        new = self.folder / "peers.new"
        new.write_text(json.dumps(rows))
        new.rename(self.folder / "peers.json")

    def serve(self, *words):
        self.log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen([STAND, str(self.folder), self.instance, "serve", *words],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.port = int(self.process.stdout.readline())

    def stop(self):
        """Ends the listener, which must have had nothing to complain of."""
        if self.process:
            self.process.stdin.close()
            code = self.process.wait(timeout=60)
            self.process.stdout.close()
            self.process = None
            self.log.close()
            said = (self.folder / "log").read_text(errors="replace")
            assert code == 0 and "Sanitizer" not in said and "runtime error" not in said, (code, said[-4000:])

    def outgoing(self, data):
        (self.folder / "outgoing").write_bytes(data)

    def logged(self, enough):
        """The requests that the listener has told of, once they are enough: it tells after it answered."""
        until = time.monotonic() + 60
        while True:
            lines = [json.loads(line) for line in (self.folder / "log").read_text().splitlines()]
            told = [line for line in lines if line["event"] == "exchange"]
            if enough(told):
                return told
            assert time.monotonic() < until, told
            time.sleep(0.02)

    def taken(self):
        return sorted(path.name for path in (self.folder / "taken").iterdir())

    def receipts(self):
        path = self.folder / "receipts"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def made(self):
        path = self.folder / "made"
        return len(path.read_text().splitlines()) if path.exists() else 0


class World:
    """A folder of stands that know each other, taken away afterwards."""

    def __enter__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="entente-net-"))
        self.stands = []
        return self

    def __exit__(self, *error):
        for stand in self.stands:
            stand.stop()
        shutil.rmtree(self.root)

    def stand(self, name, **identity):
        stand = Stand(self.root, name, **identity)
        self.stands.append(stand)
        return stand

    def pair(self):
        """a, which asks, and b, which listens; each has met and confirmed the other."""
        a, b = self.stand("a"), self.stand("b")
        b.peers((a, {}))
        b.serve()
        a.peers((b, {}))
        return a, b


class Relay:
    """A carrier between client and server: as a plain line, or as an HTTP proxy. It cuts connections
    after so many bytes of the given direction, as often as it is told."""

    def __init__(self, port=None, cut_up=None, cut_down=None, cuts=0, answer=None):
        self.target, self.cut_up, self.cut_down, self.cuts, self.answer = port, cut_up, cut_down, cuts, answer
        self.connections, self.seen = 0, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self.accept, daemon=True)]
        self.threads[0].start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self.carry, args=(client,), daemon=True)
            thread.start()

    def connect(self, client):
        if self.target:
            return socket.create_connection(("127.0.0.1", self.target))
        head = b""
        while b"\r\n\r\n" not in head:
            part = client.recv(1)
            if not part:
                return None
            head += part
        self.seen.append(head.split(b"\r\n")[0].decode())
        if self.answer:
            client.sendall(self.answer)
            client.close()
            return None
        host, port = self.seen[-1].split(" ")[1].rsplit(":", 1)
        server = socket.create_connection((host, int(port)))
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return server

    def carry(self, client):
        server = self.connect(client)
        if not server:
            return
        up = threading.Thread(target=self.pump, args=(client, server, self.cut_up), daemon=True)
        up.start()
        self.pump(server, client, self.cut_down)
        up.join()
        client.close()
        server.close()

    def pump(self, source, target, cut):
        """Carries one direction. A cut ends what the receiver hears, after it was given everything; the
        other end hears of it when the receiver hangs up: so how far it came is the same each time."""
        passed = 0
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                passed += len(data)
                target.sendall(data)
                if cut and passed >= cut and self.cuts > 0:
                    self.cuts -= 1
                    break
        except OSError:
            pass
        try:
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self):
        self.listener.close()


def context(key=None, certificate=None, least=ssl.TLSVersion.TLSv1_2, most=ssl.TLSVersion.TLSv1_3, ciphers=None):
    """TLS of a client that believes anybody and shows what it is told to."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    if ciphers:
        tls.set_ciphers(ciphers)
    tls.minimum_version, tls.maximum_version = least, most
    if key:
        tls.load_cert_chain(certificate, key)
    return tls


class Client:
    """A peer that speaks the protocol by hand, over one connection at a time."""

    def __init__(self, port, key=None, certificate=None, **tls):
        self.port, self.tls = port, context(key, certificate, **tls)

    def ask(self, method, path, body=None, headers=None):
        """Status, headers and body."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, context=self.tls, timeout=60)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            reply = connection.getresponse()
            return reply.status, dict(reply.getheaders()), reply.read()
        finally:
            connection.close()

    def put(self, name, data, offset, length, **headers):
        return self.ask("PUT", f"/exchange/v1/inbox/{name}?offset={offset}&length={length}", data,
                        {"Content-Type": BUNDLE, **headers})

    def raw(self, data, after=0):
        """What comes back for these bytes, or the error of TLS as text; after: seconds from the handshake on."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as plain:
            try:
                with self.tls.wrap_socket(plain) as line:
                    time.sleep(after)
                    line.sendall(data)
                    answer = b""
                    while True:
                        part = line.recv(65536)
                        if not part:
                            return answer
                        answer += part
            except ssl.SSLError as error:
                return error.reason or type(error).__name__
            except ConnectionError as error:
                return type(error).__name__


def run_all(tests):
    """Runs the tests, prints TAP."""
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, test in enumerate(tests, 1):
        title = test.__name__.replace("_", " ")
        try:
            with World() as world:
                test(world)
            print(f"ok {number} - {title}", flush=True)
        except Exception:  # pylint: disable=broad-except
            import traceback
            failed += 1
            print(f"not ok {number} - {title}")
            print("# " + traceback.format_exc().replace("\n", "\n# "), flush=True)
    return 1 if failed else 0
