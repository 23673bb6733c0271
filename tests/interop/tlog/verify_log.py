"""Verifies a whole transparency log in a directory, from the C2SP texts alone.

    verify_log.py LOG_DIRECTORY LOG_KEY WITNESS_KEY [EARLIER_CHECKPOINT ...]

Rebuilds the tree from the entries, compares every tile, and asks of the newest and each earlier
checkpoint that log and witness signed it and that its root fits. Shares nothing with the Rust code.
"""

import base64
import hashlib
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def need(condition, reason):
    if not condition:
        raise ValueError(reason)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def vkey(path, kind):
    """signed-note: name+id+base64(type || key)."""
    name, key_id, key = Path(path).read_text().strip().split("+", 2)
    raw = base64.b64decode(key, validate=True)
    need(raw[0] == kind and len(raw) == 33, f"{path} is not a key of type {kind}")
    need(sha256(name.encode(), b"\n", raw).hex()[:8] == key_id, f"{path} has a wrong number")
    return name, bytes.fromhex(key_id), Ed25519PublicKey.from_public_bytes(raw[1:])


def signed_by(lines, key, message_of, who):
    """Whether `key` signed; a line that claims it and does not fit spoils the note."""
    found = False
    for line in lines:
        dash, name, signature = line.split(" ")
        raw = base64.b64decode(signature, validate=True)
        if dash == "\u2014" and name == key[0] and raw[:4] == key[1]:
            try:
                key[2].verify(raw[-64:], message_of(raw[4:-64]))
            except InvalidSignature:
                raise ValueError(f"the signature of the {who} does not fit") from None
            found = True
    need(found, f"no signature of the {who}")


def checkpoint(path, log, witness):
    """tlog-checkpoint and tlog-cosignature: the size and root that both signed."""
    text, _, signatures = path.read_bytes().decode().rpartition("\n\n")
    body, lines = f"{text}\n".encode(), signatures.splitlines()
    cosigned = lambda time: b"cosignature/v1\ntime %d\n%s" % (int.from_bytes(time, "big"), body)
    signed_by(lines, log, lambda _: body, "log")
    signed_by(lines, witness, cosigned, "witness")
    origin, size, root = text.split("\n")
    need(origin == log[0], "another log's checkpoint")
    return int(size), base64.b64decode(root, validate=True)


def tile_path(row, index, width):
    """tlog-tiles: three digits a folder, x before all but the last."""
    name = f"{index % 1000:03}"
    while index := index // 1000:
        name = f"x{index % 1000:03}/{name}"
    return f"tile/{row}/{name}" + (f".p/{width}" if width < 256 else "")


def fetch(log_dir, path):
    need((log_dir / path).is_file(), f"{path} is missing")
    return (log_dir / path).read_bytes()


def leaves(log_dir, size):
    """RFC 6962: the leaf hashes, from the entry bundles."""
    for first in range(0, size, 256):
        width = min(256, size - first)
        path = tile_path("entries", first // 256, width)
        data, at = fetch(log_dir, path), 0
        for _ in range(width):
            end = at + 2 + int.from_bytes(data[at : at + 2], "big")
            need(at + 2 <= end <= len(data), f"{path} is torn")
            yield sha256(b"\0", data[at + 2 : end])
            at = end
        need(at == len(data), f"{path} has more than its entries")


def mth(hashes):
    """RFC 6962 2.1, over the hashes of leaves or of full subtrees of one size."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256()
    k = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1", mth(hashes[:k]), mth(hashes[k:]))


def verify(log_dir, log_key, witness_key, *earlier):
    log, witness = vkey(log_key, 1), vkey(witness_key, 4)
    size, root = checkpoint(log_dir / "checkpoint", log, witness)
    row = entries = list(leaves(log_dir, size))
    for level in range(8):
        for index in range(0, len(row), 256):
            part = row[index : index + 256]
            path = tile_path(level, index // 256, len(part))
            need(fetch(log_dir, path) == b"".join(part), f"{path} does not fit the entries")
        row = [mth(row[i : i + 256]) for i in range(0, len(row) - 255, 256)]
    need(mth(entries) == root, "the entries do not lead to the root")
    for path in earlier:
        old_size, old_root = checkpoint(Path(path), log, witness)
        need(old_size <= size, f"the log shrank from {old_size} to {size}")
        need(mth(entries[:old_size]) == old_root, f"the log does not continue its {old_size}")
    return size


if __name__ == "__main__":
    try:
        print(f"accepted: {verify(Path(sys.argv[1]), *sys.argv[2:])} entries")
    except ValueError as reason:
        sys.exit(f"rejected: {reason}")
