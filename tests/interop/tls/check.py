"""What a browser, a scanner and a flood of requests find at a running hub (see `run`)."""

import http.client
import pathlib
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import warnings

paso = sys.argv[1]
host = "paso.example"
# An address for documents (RFC 5737): whatever of it is found afterwards, the hub has kept.
asker = "203.0.113.77"
passed, failed = 0, 0


def check(what, good):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED: {what}")


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


def certificate(where):
    """An authority for certificates, and one for the hub."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", f"{where}/ca.key", "-out", f"{where}/ca.pem",
            "-subj", "/CN=test", "-addext", "basicConstraints=critical,CA:TRUE")
    openssl("req", *key, "-keyout", f"{where}/key.pem", "-out", f"{where}/hub.csr", "-subj", f"/CN={host}")
    (where / "names").write_text(f"subjectAltName=DNS:{host}\n")
    openssl("x509", "-req", "-in", f"{where}/hub.csr", "-CA", f"{where}/ca.pem", "-CAkey", f"{where}/ca.key",
            "-CAcreateserial", "-extfile", f"{where}/names", "-out", f"{where}/hub.pem")
    (where / "key.pem").chmod(0o600)


class Hub:
    """A running `paso serve` with these settings in `[web]`."""

    def __init__(self, data, settings):
        path = data / "paso.toml"
        text = path.read_text()
        for name, value in settings.items():
            text = re.sub(rf"(?m)^(# )?{name} = .*$", lambda _: f"{name} = {value}", text)
        path.write_text(text)
        self.said = open(data / "messages", "a+b")
        self.process = subprocess.Popen([paso, "--dir", data, "serve", "--until-eof"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.said, text=True)
        self.origin = self.process.stdout.readline().removeprefix("ready ").strip()

    def stop(self):
        self.process.stdin.close()
        return self.process.wait(timeout=30)


def trusting(where, least, most):
    context = ssl.create_default_context(cafile=where / "ca.pem")
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.set_alpn_protocols(["h2", "http/1.1"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context.minimum_version, context.maximum_version = least, most
    return context


def over_tls(where, port, version):
    plain = socket.create_connection(("127.0.0.1", port), timeout=10)
    return trusting(where, version, version).wrap_socket(plain, server_hostname=host)


def ask(stream, path, authority, method="GET", headers={}):
    stream.settimeout(10)
    lines = [f"{method} {path} HTTP/1.1", f"Host: {authority}", "Connection: close", "Content-Length: 0"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    stream.sendall("\r\n".join(lines + ["", ""]).encode())
    answer = http.client.HTTPResponse(stream)
    answer.begin()
    return answer


def tls(data, where):
    hub = Hub(data, {"listen": '"127.0.0.1:0"', "host": f'"{host}"', "certificate": f'"{where}/hub.pem"',
                     "certificate_key": f'"{where}/key.pem"', "contact": '["mailto:aviso@paso.example"]'})
    port = int(hub.origin.rsplit(":", 1)[1])
    authority = f"{host}:{port}"
    check("the origin is https", hub.origin == f"https://{authority}")
    V = ssl.TLSVersion
    for version, name in [(V.TLSv1_3, "TLSv1.3"), (V.TLSv1_2, "TLSv1.2")]:
        stream = over_tls(where, port, version)
        check(name, stream.version() == name and stream.selected_alpn_protocol() == "http/1.1")
        answer = ask(stream, "/", authority)
        header = lambda name: answer.getheader(name) or ""
        check("the first page", answer.status == 200)
        check("two years of TLS", int(header("strict-transport-security").removeprefix("max-age=") or 0) >= 31536000)
        policy = header("content-security-policy")
        check("nothing runs", "default-src 'none'" in policy and "script-src" not in policy and "unsafe" not in policy)
        check("nothing is framed", "frame-ancestors 'none'" in policy)
        check("trusted types", "require-trusted-types-for 'script'" in policy)
        for name, value in {"cache-control": "no-store", "x-content-type-options": "nosniff",
                            "cross-origin-opener-policy": "same-origin", "referrer-policy": "same-origin",
                            "cross-origin-embedder-policy": "require-corp"}.items():
            check(name, header(name) == value)
        check("no word about the server", not header("server") and not header("x-powered-by"))
    for version in [V.TLSv1, V.TLSv1_1]:
        try:
            over_tls(where, port, version)
            check(f"{version} is refused", False)
        except (ssl.SSLError, OSError):
            check(f"{version} is refused", True)
    answer = ask(over_tls(where, port, V.TLSv1_3), "/.well-known/security.txt", authority)
    text = answer.read().decode()
    check("security.txt", answer.status == 200 and "Contact: mailto:aviso@paso.example\n" in text
          and f"Canonical: {hub.origin}/.well-known/security.txt" in text and "Expires: " in text)
    check("another name", ask(over_tls(where, port, V.TLSv1_3), "/", "elsewhere.example").status == 421)
    answer = ask(over_tls(where, port, V.TLSv1_3), "/verify", authority, "POST", {"Origin": "https://elsewhere.example"})
    check("a form from elsewhere", answer.status == 403)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as plain:
        plain.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        check("no answer in clear", b"200" not in plain.recv(100))
    check("it ends", hub.stop() == 0)


def behind_another(data):
    path = data / "paso.toml"
    path.write_text(re.sub(r"(?m)^certificate", "# certificate", path.read_text()))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    hub = Hub(data, {"listen": f'"127.0.0.1:{port}"', "proxy": "true"})
    check("the origin is that of the server in front", hub.origin == f"https://{host}")

    def knock(address):
        stream = socket.create_connection(("127.0.0.1", port), timeout=10)
        return ask(stream, "/entrar/puesto", host, "POST", {"X-Forwarded-For": f"198.51.100.1, {address}"})

    answers = [knock(asker) for _ in range(75)]
    often = [answer for answer in answers if answer.status == 429]
    check("a shift signs in, a flood does not", 0 < len(often) <= 15)
    check("when to come again", often and int(often[-1].getheader("retry-after")) >= 1)
    check("in words", often and "Demasiadas veces" in often[-1].read().decode())
    check("others are not concerned", knock("203.0.113.78").status != 429)
    check("it ends", hub.stop() == 0)
    binary = socket.inet_aton(asker)
    for file in sorted(data.rglob("*")):
        if file.is_file():
            held = file.read_bytes()
            check(f"no address in {file.name}", asker.encode() not in held and b"127.0.0.1:" not in
                  (held if file.name == "messages" else b""))
            if not file.name.endswith(("-wal", "-shm")):
                check(f"no address in the bytes of {file.name}", binary not in held)


with tempfile.TemporaryDirectory() as place:
    where = pathlib.Path(place)
    data = where / "data"
    certificate(where)
    subprocess.run([paso, "--dir", data, "init", "--code", "mx-tls", "--name", "Prueba", "--issuer", "https://t.example",
                    "--home", "TAL", "--complaints", "Nadie", "--listen", "127.0.0.1:0"], check=True, capture_output=True)
    tls(data, where)
    behind_another(data)
print(f"{passed} passed, {failed} failed")
sys.exit(failed != 0)
