"""The independent verifier accepts a whole log and rejects it tampered with, each time for the
reason that fits."""

import base64
import re
import shutil
import subprocess
import sys
from pathlib import Path

VERIFIER = Path(__file__).with_name("verify_log.py")


def verify(log, keys, earlier=()):
    """The verifier's last word."""
    command = [sys.executable, VERIFIER, log, keys / "log", keys / "witness", *earlier]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    word = (done.stdout + done.stderr).strip()
    assert (done.returncode == 0) == word.startswith("accepted"), word
    return word


def entries_of(data):
    """The entries of a bundle."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        entries.append(data[at + 2 : end])
        at = end
    return entries


def bundle(entries):
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def edit(path, change):
    path.write_bytes(change(path.read_bytes()))


def edit_bundle(path, change):
    entries = entries_of(path.read_bytes())
    change(entries)
    path.write_bytes(bundle(entries))


def an_entry_changed(log, _):
    edit_bundle(log / "tile/entries/002", lambda all: all.__setitem__(0, b"another entry"))


def an_entry_and_its_leaf_changed(log, others):
    for name in ("tile/entries/002", "tile/0/002"):
        shutil.copy(others / "rewritten/log" / name, log / name)


def every_tile_rewritten_under_the_old_checkpoint(log, others):
    shutil.rmtree(log / "tile")
    shutil.copytree(others / "rewritten/log/tile", log / "tile")


def the_whole_log_rewritten_and_signed_anew(log, others):
    shutil.rmtree(log)
    shutil.copytree(others / "rewritten/log", log)


def rewritten_with_the_help_of_the_witness(log, others):
    shutil.rmtree(log)
    shutil.copytree(others / "conspired/log", log)


def rolled_back(log, others):
    shutil.rmtree(log)
    shutil.copytree(others / "short/log", log)


def a_leaf_tile_replaced(log, _):
    edit(log / "tile/0/007", lambda old: b"\xaa" * len(old))


def an_upper_tile_replaced(log, _):
    edit(log / "tile/1/000", lambda old: b"\xaa" * len(old))


def a_bit_of_the_top_flipped(log, _):
    edit(log / "tile/2/000.p/1", lambda old: old[:-1] + bytes([old[-1] ^ 1]))


def the_last_entry_cut_off(log, _):
    edit_bundle(log / "tile/entries/273.p/112", lambda all: all.pop())


def two_entries_exchanged(log, _):
    edit_bundle(log / "tile/entries/100", lambda all: all.insert(3, all.pop(4)))


def an_entry_slipped_in(log, _):
    edit_bundle(log / "tile/entries/273.p/112", lambda all: all.append(b"one more"))


def a_bundle_lost(log, _):
    (log / "tile/entries/055").unlink()


def a_bundle_torn(log, _):
    edit(log / "tile/entries/055", lambda old: old[:-1])


def checkpoint_lines(log):
    return (log / "checkpoint").read_text(encoding="utf-8").split("\n")


def put_checkpoint(log, lines):
    (log / "checkpoint").write_text("\n".join(lines), encoding="utf-8")


def the_root_changed(log, _):
    lines = checkpoint_lines(log)
    put_checkpoint(log, lines[:2] + [base64.b64encode(bytes(32)).decode()] + lines[3:])


def the_size_changed(log, _):
    lines = checkpoint_lines(log)
    put_checkpoint(log, lines[:1] + ["69999"] + lines[2:])


def the_log_s_signature_left_out(log, _):
    put_checkpoint(log, [line for line in checkpoint_lines(log) if "\u2014 log." not in line])


def the_cosignature_left_out(log, _):
    put_checkpoint(log, [line for line in checkpoint_lines(log) if "\u2014 witness." not in line])


def the_cosignature_s_time_changed(log, _):
    lines = checkpoint_lines(log)
    name, raw = lines[5].rsplit(" ", 1)
    raw = bytearray(base64.b64decode(raw))
    raw[11] ^= 1
    put_checkpoint(log, lines[:5] + [f"{name} {base64.b64encode(raw).decode()}"] + lines[6:])


def the_cosignature_of_another_checkpoint(log, others):
    other = (others / "honest/checkpoints/1000").read_text(encoding="utf-8").split("\n")
    put_checkpoint(log, checkpoint_lines(log)[:5] + other[5:])


NO_WITNESS = "no signature of the witness"
BAD_LOG = "the signature of the log does not fit"
BAD_WITNESS = "the signature of the witness does not fit"

TAMPERINGS = [
    (an_entry_changed, "tile/0/002 does not fit the entries"),
    (an_entry_and_its_leaf_changed, "tile/1/000 does not fit the entries"),
    (every_tile_rewritten_under_the_old_checkpoint, "the entries do not lead to the root"),
    (the_whole_log_rewritten_and_signed_anew, NO_WITNESS),
    (rewritten_with_the_help_of_the_witness, "the log does not continue its 1000"),
    (rolled_back, "the log shrank from 70000 to 1000"),
    (a_leaf_tile_replaced, "tile/0/007 does not fit the entries"),
    (an_upper_tile_replaced, "tile/1/000 does not fit the entries"),
    (a_bit_of_the_top_flipped, "tile/2/000.p/1 does not fit the entries"),
    (the_last_entry_cut_off, "tile/entries/273.p/112 is torn"),
    (two_entries_exchanged, "tile/0/100 does not fit the entries"),
    (an_entry_slipped_in, "tile/entries/273.p/112 has more than its entries"),
    (a_bundle_lost, "tile/entries/055 is missing"),
    (a_bundle_torn, "tile/entries/055 is torn"),
    (the_root_changed, BAD_LOG),
    (the_size_changed, BAD_LOG),
    (the_log_s_signature_left_out, "no signature of the log"),
    (the_cosignature_left_out, NO_WITNESS),
    (the_cosignature_s_time_changed, BAD_WITNESS),
    (the_cosignature_of_another_checkpoint, BAD_WITNESS),
]


def check(report, scratch):
    honest = scratch / "honest"
    keys = honest / "keys"
    earlier = sorted((honest / "checkpoints").iterdir(), key=lambda path: int(path.name))

    def accepted(log, word, known):
        found = verify(log, keys, known)
        assert found == word, found

    report.case(
        "verify_log.py accepts 70,000 entries and five heads",
        accepted, honest / "log", "accepted: 70000 entries", earlier,
    )
    report.case(
        "verify_log.py accepts the same log at 1,000",
        accepted, scratch / "short/log", "accepted: 1000 entries", (),
    )
    # Without an earlier head a conspiracy of log and witness looks like a log: it has to.
    report.case(
        "verify_log.py cannot see through a conspiracy alone",
        accepted, scratch / "conspired/log", "accepted: 70000 entries", (),
    )

    def rejected(tamper, reason):
        log = scratch / "tampered"
        shutil.copytree(honest / "log", log)
        try:
            tamper(log, scratch)
            found = verify(log, keys, earlier)
            assert found == f"rejected: {reason}", found
        finally:
            shutil.rmtree(log)

    for tamper, reason in TAMPERINGS:
        name = re.sub("_s_", "'s ", tamper.__name__).replace("_", " ")
        report.case(f"verify_log.py rejects: {name} ({reason})", rejected, tamper, reason)
