"""Runs a register with two witnesses, fetches its log and has everything here judge it.

    check.py PASO VEEDOR

Prints a line for each case and last "N passed, N failed"; fails when anything failed.
"""

import base64
import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tlog"))

import burns
import leaves
import register
import verify_log
from aics_tlog import verify_inclusion
from tamperings import bundle, entries_of

PEOPLE = 120


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


class Judge:
    """The verifiers here, over one fetched log."""

    def __init__(self, house, scratch, heads):
        self.house, self.heads = house, heads
        self.keys = {}
        for name, vkey in {
            "log": house.vkey, "ombudsman": house.ombudsman, "university": house.foreign.vkey,
        }.items():
            self.keys[name] = scratch / f"{name}.vkey"
            self.keys[name].write_text(f"{vkey}\n")
        self.devices = leaves.device_keys(scratch / "mx/bundle.cose")

    def whole(self, log, witness="ombudsman"):
        return verify_log.verify(log, self.keys["log"], self.keys[witness], *self.heads)

    def each_leaf(self, log):
        size = int((log / "checkpoint").read_text().split("\n")[1])
        hashes = list(verify_log.leaves(log, size))
        roots = {}

        def root_of(count):
            if count not in roots:
                roots[count] = verify_log.mth(hashes[:count])
            return roots[count]

        return leaves.verify(log, self.house.origin, size, self.devices, root_of)

    def word(self, log):
        """What both say of a log: why it is rejected, or that it is accepted."""
        try:
            self.whole(log)
            self.each_leaf(log)
        except (ValueError, OSError) as reason:
            return str(reason)
        return "accepted"


def edit_leaf(place, change):
    """Changes the leaf at a place of the log and leaves all else as it was."""

    def tamper(log):
        path = sorted((log / "tile/entries").rglob(f"{place // 256:03}*"))[-1]
        if path.is_dir():
            (path,) = path.iterdir()
        entries = entries_of(path.read_bytes())
        change(entries, place % 256)
        path.write_bytes(bundle(entries))

    return tamper


def flipped(byte):
    def change(entries, at):
        leaf = bytearray(entries[at])
        leaf[byte] ^= 1
        entries[at] = bytes(leaf)

    return change


def checkpoint(change):
    def tamper(log):
        path = log / "checkpoint"
        path.write_text(change(path.read_text()))

    return tamper


def without(name):
    return lambda text: "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith(f"\u2014 {name} ")
    )


def root_changed(text):
    lines = text.split("\n")
    lines[2] = base64.b64encode(bytes(32)).decode()
    return "\n".join(lines)


def size_grown(text):
    lines = text.split("\n")
    lines[1] = str(int(lines[1]) + 1)
    return "\n".join(lines)


def tile_forged(log):
    path = log / "tile/0/000"
    path.write_bytes(b"\xaa" * len(path.read_bytes()))


def tile_lost(log):
    (log / "tile/0/000").unlink()


def exchanged(entries, at):
    entries[at], entries[at + 1] = entries[at + 1], entries[at]


def rebuilt(change):
    """An operator who changes a leaf and makes every tile anew. Only the head still tells."""

    def tamper(log):
        change(log)
        size = int((log / "checkpoint").read_text().split("\n")[1])
        row, level = list(verify_log.leaves(log, size)), 0
        while row:
            for index in range(0, len(row), 256):
                part = row[index : index + 256]
                path = log / verify_log.tile_path(level, index // 256, len(part))
                path.write_bytes(b"".join(part))
            full = range(0, len(row) - 255, 256)
            row, level = [verify_log.mth(row[at : at + 256]) for at in full], level + 1

    return tamper


def tamperings(house):
    leaf = flipped(140)
    fits = "tile/0/000 does not fit the entries"
    return [
        ("a leaf's envelope changed", edit_leaf(7, leaf), fits),
        ("a leaf's clock turned back", edit_leaf(8, flipped(100)), fits),
        ("two leaves exchanged", edit_leaf(9, exchanged), fits),
        ("a leaf changed and every tile made anew", rebuilt(edit_leaf(7, leaf)),
            "the entries do not lead to the root"),
        ("a leaf torn off", edit_leaf(11, lambda entries, at: entries.pop(at)),
            "tile/entries/000 is torn"),
        ("a tile forged", tile_forged, fits),
        ("a tile lost", tile_lost, "tile/0/000 is missing"),
        ("another root", checkpoint(root_changed), "the signature of the log does not fit"),
        ("another size", checkpoint(size_grown), "the signature of the log does not fit"),
        ("the log's signature left out", checkpoint(without(house.origin)),
            "no signature of the log"),
        ("the ombudsman's signature left out", checkpoint(without("veedor.example/1")),
            "no signature of the witness"),
    ]


def leaf_rules(judge, log, scratch):
    """What tiles cannot tell: rules of leaves, on leaves whose tree was made anew around them."""

    def broken(change, reason):
        tampered = register.copied(log, scratch / "tampered")
        rebuilt(change)(tampered)
        try:
            judge.each_leaf(tampered)
        except ValueError as found:
            assert re.fullmatch(reason, str(found)), found
            return
        raise AssertionError("accepted")

    return [
        (f"leaves.py rejects: {name}", broken, change, reason)
        for name, change, reason in [
            ("a commitment changed", edit_leaf(7, flipped(102)), "no device signed the leaf at 7"),
            ("an envelope changed", edit_leaf(7, flipped(134)), "no device signed the leaf at 7"),
            ("a leaf left out, its place filled by the next",
                edit_leaf(7, lambda entries, at: entries.__setitem__(at, entries[at + 1])),
                "a gap in a stream, at 7"),
            ("the opening leaf of another log",
                edit_leaf(0, lambda entries, at: entries.__setitem__(at, b"paso log opening v1\nx\n")),
                "the log is not opened as it should be"),
        ]
    ]


def proofs(house, judge, note, size):
    """Receipts' proofs, fetched by their codes and the commitments that their papers yield."""
    assert house.receipts, "no receipt was given"
    for code, commitment in house.receipts:
        url = f"{house.url}/log/proof/{code}"
        for guess in ("", f"/{bytes(32).hex()}"):
            assert register.get(url + guess)[0] == 404, f"{code} alone finds something: {guess}"
        status, body = register.get(f"{url}/{commitment}")
        assert status == 200, f"{code}: {status}"
        head, _, proof_note = body.decode().partition("\n\n")
        header, extra, index, *path = head.split("\n")
        assert header == "c2sp.org/tlog-proof@v1" and extra.startswith("extra "), head
        data = base64.b64decode(extra.split()[1])
        leaf = leaves.Leaf(data)
        assert leaf.commitment.hex() == commitment, f"{code}: another leaf"
        assert any(leaf.signed_by(key) for key in judge.devices), "nobody signed the receipt's leaf"
        tree, root = proof_note.split("\n")[1:3]
        hashes = [base64.b64decode(line) for line in path]
        at = int(index.split()[1])
        arguments = at, int(tree), hashes, base64.b64decode(root)
        assert verify_inclusion(verify_log.sha256(b"\0", data), *arguments), f"{code} is not in"
        assert not verify_inclusion(verify_log.sha256(b"\0", data[:-1]), *arguments)


def mirror_only(house):
    for path in ("tile/entries/000", "feed?from=0"):
        for token in (None, "wrong"):
            status, _ = register.get(f"{house.base}/{path}", token)
            assert status == 404, f"{path} was shown: {status}"


def main():
    paso, veedor = sys.argv[1:]
    report = Report()
    with tempfile.TemporaryDirectory(prefix="paso-hub-") as scratch:
        scratch = Path(scratch)
        house = register.Register(paso, veedor, scratch)
        try:
            run(report, house, scratch)
        except BaseException:
            print((scratch / "mx.log").read_text()[-2_000:], file=sys.stderr)
            raise
        finally:
            house.stop()
            if report.failed:
                print((scratch / "mx.log").read_text()[-2_000:], file=sys.stderr)
    print(f"{report.passed} passed, {report.failed} failed")
    return report.failed > 0


def run(report, house, scratch):
    heads = []
    for first in range(0, PEOPLE, 40):
        house.people(first, 40)
        size, note = house.settled()
        heads.append(scratch / f"head-{size}")
        heads[-1].write_bytes(note)
    log = scratch / "log"
    house.fetch(log, note, size)
    judge = Judge(house, scratch, heads)

    def accepted(witness):
        assert judge.whole(log, witness) == size

    def counted():
        counts = judge.each_leaf(log)
        print(f"     {size} leaves: {counts}", flush=True)
        assert counts["act"] > size // 2, counts

    report.case(f"verify_log.py accepts {size} leaves and the ombudsman", accepted, "ombudsman")
    report.case("aics-witness cosigned the same head", accepted, "university")
    report.case("leaves.py accepts every leaf, link and countersigned head", counted)
    report.case("receipts' proofs hold for aics-tlog", proofs, house, judge, note, size)
    report.case("leaves are for the mirror only", mirror_only, house)

    def rejected(tamper, reason):
        tampered = register.copied(log, scratch / "tampered")
        tamper(tampered)
        assert judge.word(tampered) == reason, judge.word(tampered)

    for name, tamper, reason in tamperings(house):
        report.case(f"rejected: {name} ({reason})", rejected, tamper, reason)
    for name, check, *arguments in leaf_rules(judge, log, scratch):
        report.case(name, check, *arguments)
    burns.check(report, house, scratch, judge)


if __name__ == "__main__":
    sys.exit(main())
