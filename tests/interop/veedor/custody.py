"""Custody at `veedor`, from statements that pyca/cryptography sealed beside rows made here from the
formats' description; and a report of people taken, answered by a note signed here.
"""

import base64
import datetime
import hashlib
import json
import os
import re
import struct
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

from aics_tlog import parse_note
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

OPENED, MOVED, ENDED = 1, 2, 4
PLACE = "EM-EJEMPLO"


def sha256(data):
    return hashlib.sha256(data).digest()


def cbor(major, number):
    for bound, extra, form in [(24, None, None), (1 << 8, 24, ">B"), (1 << 16, 25, ">H"), (1 << 32, 26, ">I")]:
        if number < bound:
            head = number if extra is None else extra
            return bytes([major << 5 | head]) + (struct.pack(form, number) if form else b"")
    raise ValueError(number)


def text(value):
    return cbor(3, len(value)) + value.encode()


def octets(value):
    return cbor(2, len(value)) + value


class Sealer:
    """The ombudsman's public key, as `veedor statement-key` printed it."""

    def __init__(self, line):
        self.key = X25519PublicKey.from_public_bytes(base64.b64decode(line))
        self.suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)

    def seal(self, episode, group, kind, at, due=None):
        fields = octets(episode) + octets(group) + text(PLACE) + cbor(0, kind) + cbor(0, at)
        fields = cbor(4, 5 if due is None else 6) + fields + (b"" if due is None else cbor(0, due))
        padded = (bytes([len(fields)]) + fields).ljust(96, b"\0")
        sealed = b"\1" + self.suite.encrypt(padded, self.key, info=b"paso statement v1")
        assert len(sealed) == 145
        return sealed


def row(device, statement, minute):
    """A leaf of custody, and the row that it binds."""
    sealed, commitment, approvals = os.urandom(64), os.urandom(32), b"\x80"
    subject, kind = "episode:1", "custody.opened"
    envelope = (
        cbor(4, 8) + text(subject) + text(kind) + cbor(0, 1) + cbor(0, minute) + octets(sha256(sealed))
        + octets(commitment) + octets(sha256(approvals)) + octets(sha256(statement))
    )
    leaf = device.entry(3, commitment + sha256(b"paso envelope v1\0" + envelope), minute)
    whole = (
        cbor(4, 9) + octets(leaf) + text(subject) + text(kind) + cbor(0, 1) + cbor(0, minute)
        + octets(sealed) + octets(commitment) + octets(approvals) + octets(statement)
    )
    return leaf, whole


def now():
    return int(time.time())


def shown(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Desk:
    """The ombudsman's people: commands run by hand, and the pages."""

    def __init__(self, veedor, key):
        self.veedor, self.key = veedor, key

    def run(self, *words, code=0):
        command = [self.veedor.program, "--dir", self.veedor.directory, *words]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        return done.stdout

    def board(self, *more, code=0):
        return json.loads(self.run("board", "--key", self.key, "--json", *more, code=code))["authorities"][0]

    def ask(self, path, body=None, headers={}):
        request = urllib.request.Request(f"{self.veedor.url}/{path}", data=body, headers=headers)
        try:
            answer = urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.read().decode()


def signed(hub, origin, lines):
    """A note under the log's key, put together by hand (C2SP signed-note)."""
    note = "".join(line + "\n" for line in lines)
    public = hub.key.public_key().public_bytes_raw()
    key_id = sha256(origin.encode() + b"\n\1" + public)[:4]
    signature = base64.b64encode(key_id + hub.key.sign(note.encode())).decode()
    return f"{note}\n— {origin} {signature}\n".encode()


def custody(report, veedor, mirror, hub, sealer, key, origin):
    desk, began = Desk(veedor, key), now() - 600
    minute = began // 60
    handles = [bytes([number]) * 16 for number in range(1, 5)]
    group = b"\x77" * 16

    def grows(statements):
        for statement in statements:
            hub.push(*row(hub.devices[0], statement, minute))
        hub.publish()
        mirror.holds(len(hub.leaves))

    def told():
        statements = [sealer.seal(one, group, OPENED, began, began + 60) for one in handles]
        grows(statements + [sealer.seal(handles[0], b"", ENDED, began + 5)])
        found = desk.board()
        [place] = found["places"]
        assert (place["place"], place["present"], place["in"], place["out"]) == (PLACE, 3, 4, 1), found
        assert place["overdue"] == 3 and found["discrepancies"] == [], found
        assert {one["group"] for one in found["episodes"]} == {group.hex()}, found

    report.case("statements that pyca sealed, in rows made here, show as in minus out and as clocks", told)

    def published():
        desk.run("board", "--key", key, "--publish")
        _, page = desk.ask("custody?idioma=en")
        assert "3 clocks have run out" in page and PLACE not in page, page

    report.case("everybody sees clocks and whole days, and no place", published)

    def count(counted, name, *more):
        at, file = now(), veedor.directory / name
        words = ["--authority", "XX-IOP", "--place", PLACE, "--at", shown(at), "--counted", str(counted)]
        said = desk.run("count", "--key", key, *words, "-o", file, *more)
        note = parse_note(file.read_bytes().decode())
        name, rest = said.strip().splitlines()[-1].strip().split("+", 1)
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(rest.split("+", 1)[1])[1:])
        line = file.read_text().strip().splitlines()[-1].split(" ")
        assert line[1] == name
        signature = base64.b64decode(line[2])[4:]
        public.verify(signature, note.text.encode())
        try:
            public.verify(signature, note.text.replace("counted", "called").encode())
        except InvalidSignature:
            return note.text
        raise AssertionError("it verifies another text")

    def counted():
        time.sleep(1.1)
        assert "\nresult agrees 0\n" in count(3, "agrees.count")
        assert "\nresult missing 1\n" in count(2, "missing.count")
        assert "\nresult too-many 2\n" in count(5, "many.count")
        receipts = veedor.directory / "receipts"
        receipts.write_text(f"{handles[1].hex()}\n{handles[0].hex()}\n")
        note = count(3, "others.count", "--receipts", receipts)
        assert f"\nnot-committed-here {handles[0].hex()}\n" in note and "\nresult others 1\n" in note, note

    report.case("a head-count is held against what was committed, in a note that pyca verifies", counted)

    def tell(people):
        seen = datetime.datetime.fromtimestamp(began, datetime.UTC) - datetime.timedelta(hours=6)
        form = {
            "accion": "contar", "estado": "MX-CHP", "lugar": "Retén El Ejemplo", "personas": str(people),
            "fecha-dia": seen.day, "fecha-mes": seen.month, "fecha-anio": seen.year,
            "hora": seen.strftime("%H:%M"), "vehiculo": "camioneta gris", "relato": "Las vio doña Luz.",
        }
        status, page = desk.ask("taking?idioma=en", urllib.parse.urlencode(form).encode())
        assert status == 200 and len(page) < 35_000, (status, page)
        assert "<script" not in page and "Set-Cookie" not in page
        return re.findall(r"<strong>(T-[0-9A-Z-]+|[0-9A-Z-]{19})</strong>", page)

    def answer(folio, *lines):
        head = ["paso taking answer 1", "authority: XX-IOP", f"folio: {folio}", f"answered: {shown(now())}"]
        return signed(hub, origin, head + list(lines))

    def taken():
        (folio, secret), (other, _) = tell(4), tell(9)
        token = (veedor.directory / "taking.token").read_text().strip()
        status, asked = desk.ask("taking/pending", headers={"Authorization": f"Bearer {token}"})
        asked = {one["folio"]: one for one in json.loads(asked)["reports"]}
        assert asked[folio]["people"] == 4 and "Luz" not in json.dumps(asked), asked
        assert desk.ask("taking/pending")[0] == 404
        named = ["says: opened", f"group: {group.hex()}"]
        forged = answer(folio, *named).replace(b"opened", b"closed")
        assert desk.ask("taking/answer", forged)[0] == 400
        for one in (folio, other):
            assert desk.ask("taking/answer", answer(one, *named)) == (200, "the answer is kept\n")
        said = desk.run("taking", "check", "--key", key)
        assert f"{folio} XX-IOP: matched\n" in said and f"{other} XX-IOP: fewer 5\n" in said, said
        own = urllib.parse.urlencode({"folio": folio, "clave": secret}).encode()
        assert "Custody was opened for that many people" in desk.ask("taking/own?idioma=en", own)[1]
        _, page = desk.ask("takings?idioma=en")
        assert other in page and folio not in page and "Retén" not in page, page
        assert desk.run("taking", "read", "--key", key, folio) == "Las vio doña Luz.\n"

    report.case("people taken are told of, the log's key answers, and statements say whether it can be so", taken)

    def sampled():
        assert "Ask 59 people" in desk.ask("sample?idioma=en")[1]
        assert "Ask 299 people" in desk.ask("sample?omiten=1&idioma=en")[1]

    report.case("59 people show an omission of 5 %, 299 one of 1 %", sampled)

    def contradicted():
        grows([sealer.seal(handles[0], b"", MOVED, began + 30), os.urandom(145)])
        found = desk.board(code=2)
        assert [one["what"] for one in found["discrepancies"]] == ["after-end", "silent"], found

    report.case("what contradicts itself and what does not open is named", contradicted)
