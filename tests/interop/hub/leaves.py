"""Reads the leaves of a register's log with a ruler and checks what each promises.

Written from docs/src/log-format.md alone; shares nothing with the Rust code. Devices' keys come from
the authority's trust bundle, whose own signature is checked by somebody else.
"""

import hashlib
from pathlib import Path

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LEAF_BYTES = 230
CLASSES = {1: "act", 2: "access", 3: "custody", 4: "heartbeat", 5: "administration"}
DEVICE = 4  # the purpose of a key in a bundle


def need(condition, reason):
    if not condition:
        raise ValueError(reason)


def device_keys(bundle):
    """The Ed25519 keys that a bundle gives to devices."""
    _, _, payload, _ = cbor2.loads(Path(bundle).read_bytes()).value
    keys = []
    for key in cbor2.loads(payload)[6]:
        if key[2] == DEVICE:
            cose = cbor2.loads(key[1])
            need(cose[1] == 1 and cose[-1] == 6, "a device's key of another kind")
            keys.append(Ed25519PublicKey.from_public_bytes(cose[-2]))
    need(keys, "the bundle has no device's key")
    return keys


def entries(log_dir, size):
    """What stands in the bundles, one leaf after the other."""
    for index in range(0, size, 256):
        width = min(256, size - index)
        name = f"{index // 256:03}" + (f".p/{width}" if width < 256 else "")
        data = (log_dir / "tile/entries" / name).read_bytes()
        while data:
            length = int.from_bytes(data[:2], "big")
            yield data[2 : 2 + length]
            data = data[2 + length :]


class Leaf:
    """One leaf, every field where the table says."""

    def __init__(self, data):
        need(len(data) == LEAF_BYTES, f"a leaf of {len(data)} bytes")
        number = lambda start, end: int.from_bytes(data[start:end], "big")
        need(data[0] == 1, "a leaf of another version")
        self.stream, self.sequence = data[1:17], number(17, 25)
        self.previous = data[25:57]
        self.seen, self.seen_root = number(57, 65), data[65:97]
        self.minute, self.commitment = number(97, 101), data[102:134]
        self.envelope, self.signature = data[134:166], data[166:]
        need(data[101] in CLASSES, "a leaf of an unknown class")
        self.kind = CLASSES[data[101]]
        self.signed, self.hash = b"paso entry v1\0" + data[:166], hashlib.sha256(data).digest()
        empty = bytes(32)
        need(self.sequence > 0, "a leaf without a number")
        need((self.previous == empty) == (self.sequence == 1), "a link that does not fit its number")
        need((self.seen == 0) == (self.seen_root == empty), "half a countersigned head")
        for field in (self.commitment, self.envelope):
            need((field == empty) == (self.kind == "heartbeat"), "a hash that does not fit its class")

    def signed_by(self, key):
        try:
            key.verify(self.signature, self.signed)
        except InvalidSignature:
            return False
        return True


def opening(data, origin):
    """The leaf that opens a log."""
    need(data.decode() == f"paso log opening v1\n{origin}\n", "the log is not opened as it should be")


def verify(log_dir, origin, size, keys, root_of):
    """Checks every leaf; `root_of(n)` is the root of the first n leaves. Counts leaves by class."""
    pinned, last, counts = {}, {}, {}
    for place, data in enumerate(entries(log_dir, size)):
        if place == 0:
            opening(data, origin)
            continue
        leaf = Leaf(data)
        if leaf.sequence == 1:
            need(leaf.stream not in pinned, f"a second first leaf of a stream, at {place}")
            signers = [key for key in keys if leaf.signed_by(key)]
            need(signers, f"no device signed the leaf at {place}")
            pinned[leaf.stream] = signers[0]
        else:
            need(leaf.stream in last, f"a stream that does not begin, at {place}")
            sequence, link = last[leaf.stream]
            need(leaf.sequence == sequence + 1, f"a gap in a stream, at {place}")
            need(leaf.previous == link, f"a broken link, at {place}")
            need(leaf.signed_by(pinned[leaf.stream]), f"no device signed the leaf at {place}")
        need(leaf.seen <= place, f"a head from the future, at {place}")
        if leaf.seen:
            need(leaf.seen_root == root_of(leaf.seen), f"a head that never was, at {place}")
        last[leaf.stream] = leaf.sequence, leaf.hash
        counts[leaf.kind] = counts.get(leaf.kind, 0) + 1
    return counts
