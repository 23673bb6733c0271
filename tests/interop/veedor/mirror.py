"""A hub written from the formats' description alone, and what `veedor` mirrors of it.

Entries, opening leaf, feed and anchor are made here byte by byte; heads are signed and the mirrored
tiles audited by aics-tlog, which shares nothing with Paso.
"""

import base64
import hashlib
import json
import struct
import threading
import time
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aics_tlog import (
    Checkpoint, MerkleTree, audit_tiles, format_vkey, parse_checkpoint, parse_note, sign_checkpoint,
    verify_checkpoint, vkey_from_ed25519,
)
from aics_tlog.tiles import entry_bundle_path, tile_path
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

import custody

ORIGIN = "log.mirrored.example/2026"
TOKEN = "the-token-of-a-hub-made-by-others"


def sha256(data):
    return hashlib.sha256(data).digest()


def raw(key):
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


class Device:
    """Entries in their 230 bytes."""

    def __init__(self):
        self.key = Ed25519PrivateKey.generate()
        self.stream = sha256(b"paso stream v1\0" + raw(self.key))[:16]
        self.sequence, self.last = 0, bytes(32)

    def heartbeat(self):
        return self.entry(4, bytes(32 + 32), 29_833_333)

    def entry(self, kind, binding, minute):
        self.sequence += 1
        signed = (
            b"\1" + self.stream + struct.pack(">Q", self.sequence) + self.last + bytes(8 + 32)
            + struct.pack(">I", minute) + bytes([kind]) + binding
        )
        leaf = signed + self.key.sign(b"paso entry v1\0" + signed)
        assert len(leaf) == 230
        self.last = sha256(leaf)
        return leaf


def cbor(major, number):
    for bound, extra, form in [(24, None, None), (1 << 8, 24, ">B"), (1 << 16, 25, ">H"), (1 << 32, 26, ">I")]:
        if number < bound:
            head = number if extra is None else extra
            return bytes([major << 5 | head]) + (struct.pack(form, number) if form else b"")
    raise ValueError(number)


def frame(data):
    return struct.pack(">I", len(data)) + data


# The rows of leaves that bind one; any other leaf stands alone.
ROWS = {}


def feed(leaves, first):
    header = cbor(4, 3) + cbor(3, len(ORIGIN)) + ORIGIN.encode() + cbor(0, first) + cbor(0, len(leaves))
    alone = lambda leaf: cbor(4, 1) + cbor(2, len(leaf)) + leaf
    rows = b"".join(frame(ROWS.get(leaf) or alone(leaf)) for leaf in leaves)
    whole = b"paso log feed 1\n" + frame(header) + rows
    return whole + sha256(whole)


def anchor():
    lines = ["paso anchor 1", "authority: XX-IOP", "name: Hub made by others",
             "valid-from: 2026-01-01T00:00:00Z", "valid-until: 2036-01-01T00:00:00Z"]
    for _ in range(2):
        key = bytes.fromhex("a3010120062158 20") + raw(Ed25519PrivateKey.generate())
        hexa = sha256(key).hex()
        lines.append("root: " + base64.urlsafe_b64encode(key).decode().rstrip("="))
        lines.append("fingerprint: " + " ".join(hexa[at:at + 4] for at in range(0, 64, 4)))
    return "\n".join(lines) + "\n"


class Hub:
    """The addresses a mirror asks for."""

    def __init__(self):
        self.key, self.devices = Ed25519PrivateKey.generate(), [Device(), Device()]
        self.vkey = vkey_from_ed25519(ORIGIN, self.key.public_key())
        self.leaves = [f"paso log opening v1\n{ORIGIN}\n".encode()]
        self.sent = self.leaves
        self.publish()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = hub.answer(self.path, self.headers.get("Authorization"))
                self.send_response(200 if body is not None else 404)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path, authorization):
        if path == "/log":
            return json.dumps({"logs": [{"origin": ORIGIN, "label": "2026"}]}).encode()
        if path == "/log/2026/checkpoint":
            return self.note
        if path.startswith("/log/2026/feed?from=") and authorization == f"Bearer {TOKEN}":
            first = int(path.split("=")[1])
            # Fewer rows than a mirror would take at a time.
            return feed(self.sent[first:first + 500], first)
        return None

    def grow(self, size):
        while len(self.leaves) < size:
            self.leaves.append(self.devices[len(self.leaves) % 2].heartbeat())
        self.sent = self.leaves
        self.publish()

    def push(self, leaf, row):
        ROWS[leaf] = row
        self.leaves.append(leaf)

    def signed(self, leaves):
        tree = MerkleTree()
        for leaf in leaves:
            tree.append(leaf)
        return sign_checkpoint(Checkpoint(ORIGIN, len(tree), tree.root()), self.key, ORIGIN).to_bytes()

    def publish(self, leaves=None):
        self.note = self.signed(leaves or self.leaves)


class Mirror:
    """What `veedor` serves of the hub, as aics-tlog reads tiles."""

    def __init__(self, veedor, hub):
        self.veedor, self.hub = veedor, hub
        self.token = (veedor.directory / "mirror.token").read_text().strip()

    def get(self, path, token=None):
        request = urllib.request.Request(f"{self.veedor.url}/mirror/XX-IOP/{path}")
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return None if error.status == 404 else error

    def read_tile(self, level, index, width):
        return self.get("2026/" + tile_path(level, index, width))

    def read_entry_bundle(self, index, width):
        return self.get("2026/" + entry_bundle_path(index, width), self.token)

    def head(self):
        note = parse_note(self.get("2026/checkpoint"))
        found = verify_checkpoint(note, self.hub.vkey)
        assert found.ok, found.error
        return parse_checkpoint(note.text)

    def waits(self, wanted):
        """Rounds come every second."""
        for _ in range(100):
            if wanted():
                return
            time.sleep(0.1)
        raise AssertionError("it did not happen within ten seconds")

    def holds(self, size):
        self.waits(lambda: self.get("2026/checkpoint") and self.head().size == size)
        head = self.head()
        audit_tiles(self, head.size, head.root)

    def pieces(self, kind):
        return list((self.veedor.directory / "mirror/XX-IOP/2026").glob(f"{kind}-*"))


def configure(directory, hub, sealing_key):
    """Adds the hub to veedor.toml; before it serves. Accounts are sealed to the key."""
    (directory / "iop.anchor").write_text(anchor())
    token = directory / "iop.token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    settings = directory / "veedor.toml"
    text = settings.read_text().replace("every_seconds = 5", "every_seconds = 1")
    settings.write_text(text + f"""
[taking]
statement_key = "{sealing_key}"

[[authority]]
code = "XX-IOP"
url = "{hub.url}"
token = "iop.token"
anchor = "iop.anchor"

[[log]]
vkeys = ["{format_vkey(hub.vkey)}"]
""")


def mirrors(report, veedor, hub, scratch, sealing_key):
    mirror = Mirror(veedor, hub)
    heads = {}

    def grows(size):
        hub.grow(size)
        mirror.holds(size)
        heads[size] = mirror.head()

    for size in [2, 256, 700, 1_300]:
        if size == 1_300:
            sealer, key = custody.Sealer(sealing_key), scratch / "statement.key"
            custody.custody(report, veedor, mirror, hub, sealer, key, ORIGIN)
        report.case(f"a log of their making is mirrored at {size}, and their auditor accepts every tile and entry",
                    grows, size)

    def older():
        for size, head in heads.items():
            audit_tiles(mirror, size, head.root)

    report.case("the tiles of every earlier head are still served", older)

    def secret():
        assert mirror.get("2026/" + entry_bundle_path(0, None)) is None
        assert mirror.get("2026/feed?from=0") is None
        assert mirror.get("2026/feed?from=0", TOKEN) is None

    report.case("entries and rows are for whoever has the mirror's own token", secret)

    def rows():
        assert mirror.get("2026/feed?from=0", mirror.token) == feed(hub.leaves, 0)

    report.case("the rows are given back byte by byte", rows)

    def refused(kind):
        mirror.waits(lambda: mirror.pieces(kind))
        assert mirror.head().size == 1_300
        [piece] = mirror.pieces(kind)
        return piece.name

    def older_head():
        hub.publish(hub.leaves[:700])
        refused("rollback")

    report.case("a hub that goes back to an older head is refused and kept as evidence", older_head)

    def fork():
        hub.publish(hub.leaves[:-1] + [b"another entry"])
        name = refused("fork")
        sides = [mirror.get(f"2026/evidence/{name}/{side}") for side in ("cosigned", "refused")]
        notes = [parse_note(side) for side in sides]
        assert all(verify_checkpoint(note, hub.vkey).ok for note in notes)
        one, other = (parse_checkpoint(note.text) for note in notes)
        assert one.size == other.size == 1_300 and one.root != other.root

    report.case("the evidence of a second tree convicts, by their verifier", fork)

    def changed_row():
        hub.grow(1_400)
        other = Device()
        hub.sent = hub.leaves[:1_350] + [other.heartbeat()] + hub.leaves[1_351:]
        refused("tree")

    report.case("rows that lead elsewhere than to the signed root are not taken", changed_row)

    def recovers():
        hub.stop()
        file = scratch / "recovery.feed"
        veedor.command("export", "--authority", "XX-IOP", "--year", "2026", "-o", file)
        assert file.read_bytes() == feed(hub.leaves[:1_300], 0)
        veedor.command("check")
        mirror.holds(1_300)

    report.case("with the hub gone: every tile, a recovery file, and a check that finds all whole", recovers)
