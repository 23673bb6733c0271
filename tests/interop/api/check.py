"""Runs a register, gives a program of each of several roles a token, and has schemathesis ask all
that the document offers.

    check.py PASO

Schemathesis makes up requests from the document. Records cannot be made up, so the document it is
given names a few real numbers beside a false one; of the answers it says what the served one says.
"""

import json
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ADMINISTRATOR = "INM-0008"
ROLES = {
    "desk": "INM-0417",
    "checkpoint": "INM-0733",
    "supervisor": "INM-0102",
    "police": "GN-1180",
    "administrator": ADMINISTRATOR,
    "consulate-gt": "CG-0001",
    "inspector": "OIC-0021",
    "statistics": "UPM-0007",
    "child-protection": "PPN-0003",
}
EXAMPLES = 6
# Every operation's edges are tried by the role to which most of them open; for the others a 404 is
# mostly all there is to see, and fewer requests show it.
ALL_PHASES = "examples,coverage,fuzzing"
FEW_PHASES = "examples,fuzzing"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Register:
    """`paso serve` in a directory of its own."""

    def __init__(self, paso, scratch):
        self.path, self.directory = paso, scratch / "mx"
        port = free_port()
        self.host, self.url = f"mx.localhost:{port}", f"http://127.0.0.1:{port}"
        self(
            "init", "--demo", "--rules=demo", "--code=mx-test", "--name=Autoridad de prueba",
            "--issuer=https://mx.example", "--home=TAL", "--complaints=Defensoría, 800 000 0000",
            "--host=mx.localhost", f"--listen=127.0.0.1:{port}",
        )
        self.log = (scratch / "serve.log").open("w")
        self.process = subprocess.Popen(
            [paso, "--dir", self.directory, "serve"], stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        assert self.process.stdout.readline().startswith("ready"), "paso does not start"

    def __call__(self, *words):
        command = [self.path, "--dir", self.directory, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
        return done.stdout

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)

    def token(self, role, number):
        """An officer with the role, and what a program shows in their name."""
        by = f"--officer={ADMINISTRATOR}"
        self("officer", "enrol", number, "--name=Persona Ficticia", f"--role={role}", by)
        said = self(
            "token", "issue", f"--for={number}", f"--role={role}", "--post=TAL",
            "--purpose=Prueba de la interfaz", by,
        )
        return re.search(r"(?<![\w-])[\w-]{43}(?![\w-])", said).group()

    def ask(self, path, token=None, body=None):
        """Status, media type and JSON of an answer."""
        request = urllib.request.Request(self.url + path)
        request.add_header("Host", self.host)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)


def records(house, token, road):
    """One of everything that an address can name, and codes to be checked."""

    def made(path, body=None, by=token):
        status, answer = house.ask(path, by, body if body is not None else {})
        assert status == 201, f"{path}: {answer}"
        return answer

    card = made("/api/v1/cards", {
        "name": {"surnames": "Persona Ficticia", "given": "Número 1"}, "birth": "1990-05-31",
        "sex": "F", "nationality": "GTM", "person": "new",
        "documents": [{"kind": "passport", "number": "000000001", "issuer": "GTM"}],
    })
    under = f"/api/v1/cards/{card['number']}"
    entry, exit_ = made(f"{under}/entries"), made(f"{under}/exits")
    made(f"{under}/entries")
    met = made("/api/v1/encounters", {"place": "km 12", "outcome": "went-on"}, road)
    return {
        "number": [card["number"], "TAL-7K3M-9Q2X-F"],
        "stay": [entry["stay"]["stay"], "0" * 32],
        "code": [exit_["receipt"], met["receipt"], "2222-2222"],
        "id": [card["person"], "0" * 32],
    }, [card["text"], entry["stay"]["slip_text"]]


def told(document, known, texts):
    """The document with a few records' numbers in the place of all that could be."""
    for item in document["paths"].values():
        for operation in item.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["schema"] = {"type": "string", "enum": known[parameter["name"]]}
    scan = document["components"]["schemas"]["Text4296"]
    document["components"]["schemas"]["Text4296"] = {"anyOf": [{"enum": texts}, scan]}
    return document


def schemathesis(house, role, token, document, scratch):
    """One run, repeatable in every part."""
    return subprocess.run(
        [
            Path(sys.executable).with_name("st"), "run", document, f"--url={house.url}",
            f"--header=Authorization: Bearer {token}", f"--header=Host: {house.host}",
            f"--checks={CHECKS}", f"--max-examples={EXAMPLES}",
            f"--phases={ALL_PHASES if role == 'desk' else FEW_PHASES}",
            "--seed=7", "--no-shrink", "--generation-database=none", "--continue-on-failure",
            "--warnings=off", "--request-timeout=30", "--suppress-health-check=all", "--no-color",
        ],
        capture_output=True, text=True, check=False, cwd=scratch, timeout=300,
    )


def main():
    (paso,) = sys.argv[1:]
    passed = failed = 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="paso-api-") as scratch:
        scratch = Path(scratch)
        house = Register(paso, scratch)
        try:
            # The first administrator enrols themselves.
            roles = sorted(ROLES, key=lambda role: role != "administrator")
            tokens = {role: house.token(role, ROLES[role]) for role in roles}
            status, document = house.ask("/api/openapi.json")
            assert status == 200, document
            known, texts = records(house, tokens["desk"], tokens["checkpoint"])
            path = scratch / "openapi.json"
            path.write_text(json.dumps(told(document, known, texts)))
            for role, token in {**tokens, "nobody": "A" * 43}.items():
                done = schemathesis(house, role, token, path, scratch)
                count = re.search(r"(\d+) generated", done.stdout)
                count = int(count.group(1)) if count else 0
                if done.returncode == 0 and count:
                    passed += 1
                    print(f"ok   {role}: {count} requests", flush=True)
                else:
                    failed += 1
                    print(f"FAIL {role}: {done.stdout[-6_000:]}{done.stderr[-2_000:]}", flush=True)
        finally:
            house.stop()
    print(f"{time.monotonic() - began:.0f} s", flush=True)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
