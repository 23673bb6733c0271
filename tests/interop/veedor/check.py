"""A log's client of other people's making asks `veedor serve` for cosignatures, and a hub of other
people's making is mirrored by it (`mirror.py`).

    check.py VEEDOR WRITE_LOG

Prints a line for each case and last "N passed, N failed"; fails when anything failed.
"""

import hashlib
import logging
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

from aics_tlog import (
    Checkpoint, FileSystemTileReader, MerkleTree, consistency_proof_from_tiles, format_vkey,
    parse_checkpoint, parse_note, parse_vkey, sign_checkpoint, verify_checkpoint,
    vkey_from_ed25519,
)
from aics_witness.feeder import (
    WitnessAhead, WitnessClient, WitnessRejected, merge_cosignatures,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

import mirror

ORIGIN = "log.example.org/2026"
THEIR_ORIGIN = "theirs.example.net/2026"
SIZES = [1, 256, 300, 1_000]


class Veedor:
    """A data directory and the process that owns it."""

    def __init__(self, program, directory, logs, configure):
        self.program, self.directory = program, directory
        follow = [word for vkey in logs for word in ("--log", vkey)]
        self.command("init", "--name", "veedor.example.org/1", "--listen", "127.0.0.1:0", *follow)
        self.key = parse_vkey((directory / "vkey").read_text().strip())
        configure(directory)
        self.start()

    def command(self, *words):
        command = [self.program, "--dir", self.directory, *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def start(self):
        self.process = subprocess.Popen(
            [self.program, "--dir", self.directory, "serve"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        ready, self.url = self.process.stdout.readline().split()
        assert ready == "ready", ready

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=10)
        self.process.stdout.close()

    def ask(self, path, body=None):
        """Status, content type and body of an answer."""
        request = urllib.request.Request(f"{self.url}/{path}", data=body)
        try:
            answer = urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers.get("Content-Type"), answer.read()

    def client(self, state=None):
        return WitnessClient(self.url, format_vkey(self.key), state_path=state, max_attempts=1)


class Report:
    """Counts cases. A case passes if it returns; what it raises is printed."""

    def __init__(self):
        self.passed = self.failed = 0

    def case(self, name, run, *arguments):
        try:
            run(*arguments)
        except Exception as error:  # a broken case must not hide the others
            self.failed += 1
            print(f"FAIL {name}: {type(error).__name__}: {error}", flush=True)
        else:
            self.passed += 1
            print(f"ok   {name}", flush=True)


def refuses(error, status, run, *arguments):
    """The call fails with this error, and this status where the error has one."""
    try:
        run(*arguments)
    except error as found:
        assert getattr(found, "status", status) == status, found
    else:
        raise AssertionError("accepted")


def expect(answer, status, kind, body=None):
    assert answer[:2] == (status, kind), answer
    assert body is None or answer[2] == body, answer


def cosigned(veedor, log_key, note, lines=""):
    """aics-tlog accepts the note with a fresh cosignature by veedor."""
    note = parse_note(merge_cosignatures(note, lines) if lines else note)
    found = verify_checkpoint(note, log_key, [veedor.key], 1, max_age_seconds=60)
    assert found.ok and found.cosignature_count == 1, found.error
    return found.size


def ours(report, veedor, scratch):
    """A log that Paso's code wrote, fed by their client from its tiles."""
    honest, rewritten = scratch / "honest", scratch / "rewritten"
    log_key = parse_vkey((honest / "keys/log").read_text().strip())
    checkpoint = lambda log, size: (log / f"requests/{size}").read_text().split("\n\n", 1)[1]
    names = {size: f"{old}-{size}" for old, size in zip([0, *SIZES], SIZES)}
    note = {size: checkpoint(honest, name) for size, name in names.items()}
    forged = {size: checkpoint(rewritten, name) for size, name in names.items()}
    tiles = FileSystemTileReader(honest / "log")
    proof = lambda old, new: consistency_proof_from_tiles(tiles, old, new, SIZES[-1])
    state = scratch / "client.json"

    def submit(size, note=note, **options):
        with veedor.client(options.get("state")) as client:
            return client.submit(note[size], proof, old_size=options.get("old"))

    def grows(size):
        assert cosigned(veedor, log_key, note[size], submit(size, state=state)) == size

    def raw(old, size, hashes="", note=note):
        return veedor.ask("add-checkpoint", f"old {old}\n{hashes}\n{note[size]}".encode())

    for size in SIZES[:-1]:
        report.case(f"their client gets {names[size]} cosigned, and their verifier accepts", grows, size)
    text, size_text = "text/plain; charset=utf-8", "text/x.tlog.size"
    garbage = "A" * 43 + "=\n"
    for name, arguments, status in [
        ("409 and the size: another one stored", (1, 1_000), 409),
        ("409 and the size: nothing assumed", (0, 256), 409),
        ("422: no proof", (300, 1_000), 422),
        ("422: a proof that leads elsewhere", (300, 1_000, garbage * 10), 422),
        ("422: a proof from a size to itself", (300, 300, garbage), 422),
        ("422: another tree of that size", (300, 300, "", forged), 422),
        ("400: old above new", (301, 300), 400),
        ("400: a torn proof line", (300, 1_000, garbage[4:]), 400),
        ("400: 64 proof lines", (300, 1_000, garbage * 64), 400),
    ]:
        answer = (409, size_text, b"300\n") if status == 409 else (status, text)
        report.case(f"status {name}", lambda *a: expect(raw(*a[0]), *a[1]), arguments, answer)
    for name, body in [
        ("nothing", b""), ("a page", b"<html>"), ("not UTF-8", b"old 1\n\xff\n"), ("zeros", b"\0" * 70_000),
        ("more than any request", b"old 1\n" * 100_000),
    ]:
        report.case(f"status 400: {name}", lambda b: expect(veedor.ask("add-checkpoint", b), 400, text), body)
    changed = {1_000: note[1_000].replace("\n1000\n", "\n999\n")}
    report.case("status 403: a text that the log did not sign",
                refuses, WitnessRejected, 403, lambda: submit(1_000, changed, old=300))
    foreign = {1_000: note[1_000].replace("log.ex", "fog.ex", 1)}
    report.case("status 404: a log that nobody follows",
                refuses, WitnessRejected, 404, lambda: submit(1_000, foreign, old=300))
    report.case("their client sees that a rewritten history is refused",
                refuses, WitnessRejected, 422, lambda: submit(1_000, forged, old=300))
    report.case("a client that forgot its state learns the size and goes on", submit, 1_000)
    report.case("the same head is cosigned again", lambda: submit(1_000))
    report.case("a log that was restored learns that veedor knows more",
                refuses, WitnessAhead, 409, lambda: submit(300))

    def remembers():
        veedor.kill()
        veedor.start()
        # Their client raises WitnessRolledBack if a size it saw is gone.
        with veedor.client(state) as client:
            client.submit(note[1_000], proof)
        refuses(WitnessRejected, 422, lambda: submit(1_000, forged, old=1_000))

    report.case("killed and started again, it has forgotten nothing", remembers)

    hash_ = hashlib.sha256(ORIGIN.encode()).hexdigest()

    def monitored():
        answer = veedor.ask(f"{hash_}/checkpoint")
        expect(answer, 200, text)
        assert cosigned(veedor, log_key, answer[2]) == 1_000

    report.case("a monitor gets the newest head, and their verifier accepts it", monitored)

    def convicts(size):
        [piece] = (veedor.directory / "logs" / hash_ / "evidence").glob(f"fork-{size}-*")
        note = lambda side: veedor.ask(f"{hash_}/evidence/{piece.name}/{side}")
        expect(note("cosigned"), 200, text, (piece / "cosigned").read_bytes())
        expect(note("refused"), 200, text, (piece / "refused").read_bytes())
        stood = note("cosigned")[2]
        came = note("refused")[2].split(b"\n\n", 1)[1]
        heads = []
        for one in (stood, came):
            parsed = parse_note(one)
            assert verify_checkpoint(parsed, log_key).ok, one
            heads.append(parse_checkpoint(parsed.text))
        assert heads[0].size == heads[1].size == size and heads[0].root != heads[1].root, heads
        cosigned(veedor, log_key, stood)

    for size in [300, 1_000]:
        report.case(f"the evidence of the fork at {size} convicts, by their verifier", convicts, size)

    def board():
        status, kind, page = veedor.ask("")
        assert (status, kind) == (200, "text/html; charset=utf-8"), (status, kind)
        assert ORIGIN in page.decode() and "fork-1000-" in page.decode()

    report.case("the board names the log and its forks", board)


def theirs(report, veedor, key):
    """A log that aics-tlog wrote and signed."""
    log_key = vkey_from_ed25519(THEIR_ORIGIN, key.public_key())
    tree = MerkleTree()

    def signed(by=key):
        head = Checkpoint(THEIR_ORIGIN, len(tree), tree.root())
        return sign_checkpoint(head, by, THEIR_ORIGIN).to_bytes()

    def follows():
        with veedor.client() as client:
            for index in range(40):
                tree.append(f"entry {index} of another log".encode())
                note = signed()
                lines = client.submit(note, tree.consistency_proof)
                assert cosigned(veedor, log_key, note, lines) == index + 1

    def stranger():
        with veedor.client() as client:
            client.submit(signed(Ed25519PrivateKey.generate()), tree.consistency_proof, old_size=40)

    report.case("a log of their making is cosigned at each of 40 sizes", follows)
    report.case("status 403: a stranger's key", refuses, WitnessRejected, 403, stranger)


def main():
    program, write_log = sys.argv[1:]
    # Their client also logs what it raises.
    logging.disable()
    report = Report()
    with tempfile.TemporaryDirectory(prefix="paso-veedor-") as scratch:
        scratch = Path(scratch)
        subprocess.run([write_log, scratch / "honest", "1000"], check=True)
        subprocess.run([write_log, scratch / "rewritten", "1000", "5"], check=True)
        key = Ed25519PrivateKey.generate()
        logs = [
            (scratch / "honest/keys/log").read_text().strip(),
            format_vkey(vkey_from_ed25519(THEIR_ORIGIN, key.public_key())),
        ]
        hub, made = mirror.Hub(), [program, "statement-key", "-o", scratch / "statement.key"]
        said = subprocess.run(made, check=True, capture_output=True, text=True).stdout
        sealing_key = said.strip().splitlines()[-1].strip()
        configure = lambda to: mirror.configure(to, hub, sealing_key)
        veedor = Veedor(program, scratch / "veedor", logs, configure)
        try:
            ours(report, veedor, scratch)
            theirs(report, veedor, key)
            mirror.mirrors(report, veedor, hub, scratch, sealing_key)
        finally:
            veedor.kill()
    print(f"{report.passed} passed, {report.failed} failed")
    return report.failed > 0


if __name__ == "__main__":
    sys.exit(main())
