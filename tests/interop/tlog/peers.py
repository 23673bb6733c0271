"""PyPI's aics-tlog reads our logs and proofs, and its companion aics-witness cosigns our checkpoints
and refuses what ours refuses."""

import base64
import hashlib
import json
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from aics_tlog import leaf_hash, verify_inclusion

ORIGIN = "log.example.org/2026"
WITNESS_NAME = "witness.example.net/other"


def aics_tlog(*arguments):
    """The one JSON object that the program prints."""
    command = [sys.executable, "-m", "aics_tlog", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    answer = json.loads(done.stdout)
    assert answer["ok"] == (done.returncode == 0), answer
    return answer


def accepts(*arguments):
    answer = aics_tlog(*arguments)
    assert answer["ok"], answer


def refuses(why, *arguments):
    answer = aics_tlog(*arguments)
    assert not answer["ok"] and why in answer["error"], answer


def reader(report, scratch):
    """aics-tlog as a client of our tiles."""
    honest = scratch / "honest"
    witness = (honest / "keys/witness").read_text().strip()
    key = ["--vkey-file", honest / "keys/log"]
    served = ["--tiles", honest / "log", *key]
    report.case(
        "aics-tlog accepts checkpoint and cosignature",
        accepts, "verify-checkpoint", *served, "--witness-key", witness, "--quorum", 1,
    )
    for path in sorted((honest / "proofs").glob("*.entry")):
        report.case(
            f"aics-tlog finds entry {path.stem} in our tiles",
            accepts, "verify-inclusion", *served, "--index", path.stem, "--leaf", path,
        )
        report.case(f"aics-tlog verifies our proof file of entry {path.stem}", proof_file, path)
    for path in sorted((honest / "checkpoints").iterdir()):
        report.case(
            f"aics-tlog finds that our log continues its {path.name}",
            accepts, "verify-consistency", *served, "--old-checkpoint", path,
        )
    other = scratch / "rewritten/checkpoints/1000"
    report.case(
        "aics-tlog refuses a rewritten log's head",
        refuses, "history was rewritten",
        "verify-consistency", *served, "--old-checkpoint", other,
    )
    report.case(
        "aics-tlog refuses another entry",
        refuses, "not included at this index",
        "verify-inclusion", *served, "--index", 1, "--leaf", honest / "proofs/0.entry",
    )

    def forged(tile, why):
        log = scratch / "tampered"
        shutil.copytree(honest / "log", log)
        try:
            (log / tile).write_bytes(b"\xaa" * (log / tile).stat().st_size)
            entry = honest / "proofs/23333.entry"
            wanted = ["--index", 23_333, "--leaf", entry]
            refuses(why, "verify-inclusion", "--tiles", log, *key, *wanted)
        finally:
            shutil.rmtree(log)

    for tile, why in [
        ("tile/0/091", "tile/0/091 does not match its parent"),
        ("tile/1/000", "tile/1/000 does not match its parent"),
        ("tile/2/000.p/1", "right-edge tiles do not match the root"),
    ]:
        report.case(f"aics-tlog refuses a forged {tile}", forged, tile, why)


def proof_file(entry):
    """Our tlog-proof, taken apart here and verified by their function."""
    head, _, note = entry.with_suffix(".tlog-proof").read_text().partition("\n\n")
    header, index, *hashes = head.split("\n")
    assert header == "c2sp.org/tlog-proof@v1" and index == f"index {entry.stem}", head
    _, size, root, *_ = note.split("\n")
    hashes = [base64.b64decode(line) for line in hashes]
    leaf = leaf_hash(entry.read_bytes())
    at, size, root = int(entry.stem), int(size), base64.b64decode(root)
    assert verify_inclusion(leaf, at, size, hashes, root)
    assert not verify_inclusion(leaf, at, size, hashes[1:], root)


class Witness:
    """aics-witness as a process of its own, following our log."""

    def __init__(self, directory, log_key):
        directory.mkdir()
        self.directory = directory
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        listen = f"127.0.0.1:{self.port}"
        init = self.run("init", "--name", WITNESS_NAME, "--listen", listen)
        self.key = directory / "vkey"
        self.key.write_text(init.stdout.split()[-1] + "\n")
        self.run("add-log", "--origin", ORIGIN, "--vkey", log_key)
        self.process = subprocess.Popen(
            self.command("serve"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def command(self, verb, *arguments):
        config = str(self.directory / "witness.json")
        return [sys.executable, "-m", "aics_witness", verb, "--config", config, *arguments]

    def run(self, *arguments):
        return subprocess.run(
            self.command(*arguments), capture_output=True, text=True, check=True
        )

    def ask(self, path, body=None):
        """Status, content type and body of an answer."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{path}", data=body)
        for _ in range(200):
            try:
                answer = urllib.request.urlopen(request, timeout=10)
            except urllib.error.HTTPError as error:
                answer = error
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError):
                    raise
                time.sleep(0.05)  # it has not opened its port yet
                continue
            with answer:
                return answer.status, answer.headers.get("Content-Type") or "", answer.read()
        raise TimeoutError("aics-witness does not answer")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)


def witness(report, scratch, examples):
    """aics-witness as a witness of our log, beside ours."""
    honest = scratch / "honest"
    log_key = honest / "keys/log"
    theirs = Witness(scratch / "aics-witness", log_key.read_text().strip())
    body_file = scratch / "body"
    request_file = scratch / "request"

    def ours(*arguments):
        command = [examples / "ask_witness", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True)

    def read(body, answer):
        request_file.write_bytes(body)
        body_file.write_bytes(answer[2])
        status, content_type = str(answer[0]), answer[1]
        return ours("read", request_file, theirs.key, status, content_type, body_file)

    def cosigned(name):
        body = (honest / "requests" / name).read_bytes()
        answer = theirs.ask("add-checkpoint", body)
        assert answer[0] == 200, answer
        done = read(body, answer)
        assert done.stdout == "cosigned\n", done.stdout
        note = scratch / "cosigned"
        note.write_text(done.stderr)
        accepts(
            "verify-checkpoint", "--note", note, "--vkey-file", log_key,
            "--witness-key", theirs.key.read_text().strip(), "--quorum", 1,
        )

    def judged(stored, body, status, understood):
        answer = theirs.ask("add-checkpoint", body)
        assert answer[0] == status, answer
        request_file.write_bytes(body)
        stored = honest / "checkpoints" / stored if stored else "-"
        judged = ours("judge", log_key, stored, request_file).stdout.strip()
        assert judged == str(status), f"ours says {judged}"
        if understood:
            word = read(body, answer).stdout.strip()
            assert word == understood, word

    def refused(stored, cases):
        for name, body, status, understood in cases:
            name = f"aics-witness and ours answer {status}: {name}"
            report.case(name, judged, stored, body, status, understood)

    request = lambda log, name: (scratch / log / "requests" / name).read_bytes()
    last = request("honest", "1000-70000")
    lines = last.split(b"\n")
    note = last.split(b"\n\n", 1)[1]
    try:
        refused("", [
            ("nothing stored yet", last, 409, "Stored { size: 0 }"),
        ])
        for name in ["0-1", "1-256", "256-300", "300-1000"]:
            report.case(f"aics-witness cosigns {name}, and we verify it", cosigned, name)
        refused("1000", [
            ("empty body", b"", 400, None),
            ("not a request", b"hello\n", 400, None),
            ("leading zero", last.replace(b"old 1000", b"old 01000"), 400, None),
            ("torn proof line", last.replace(lines[1], lines[1][:-4]), 400, None),
            ("64 proof lines", b"\n".join(lines[:1] + lines[1:2] * 64 + lines[1:]), 400, None),
            ("no blank line", last.replace(b"\n\n", b"\n", 1), 400, None),
            ("old above new", last.replace(b"old 1000", b"old 70001"), 400, "NotUnderstood"),
            ("unknown log", last.replace(b"log.ex", b"fog.ex", 1), 404, "UnknownLog"),
            ("changed size", last.replace(b"\n70000\n", b"\n70001\n"), 403, "NotTrusted"),
            ("another size stored", request("honest", "300-1000"), 409, "Stored { size: 1000 }"),
            ("a rollback", request("honest", "256-300"), 409, "KnowsLarger { size: 1000 }"),
            ("no proof", b"old 1000\n\n" + note, 422, "BadProof"),
            ("a changed proof", last.replace(lines[1], lines[2]), 422, "BadProof"),
            ("a rewritten history", request("rewritten", "1000-70000"), 422, "BadProof"),
            ("another tree of that size", b"old 1000\n\n"
                + request("rewritten", "300-1000").split(b"\n\n", 1)[1], 422, "OtherTree"),
        ])
        report.case("aics-witness cosigns 1000-70000, and we verify it", cosigned, "1000-70000")

        def again():
            body = b"old 70000\n\n" + note
            answer = theirs.ask("add-checkpoint", body)
            assert answer[0] == 200 and read(body, answer).stdout == "cosigned\n", answer

        report.case("aics-witness cosigns an unchanged head again", again)

        def monitored():
            path = hashlib.sha256(ORIGIN.encode()).hexdigest() + "/checkpoint"
            status, _, note = theirs.ask(path)
            assert status == 200 and note.startswith(f"{ORIGIN}\n70000\n".encode()), note

        report.case("aics-witness shows monitors our newest head", monitored)

        def kept():
            evidence = theirs.run("evidence").stdout
            assert ORIGIN in evidence, evidence

        report.case("aics-witness keeps the forks as evidence", kept)
    finally:
        theirs.stop()


def check(report, scratch, examples):
    reader(report, scratch)
    witness(report, scratch, examples)
