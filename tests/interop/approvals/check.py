"""An export of approvals, verified by a program of other people's making.

    check.py PASO WRITE_EXPORTS

Knows nothing but the format's description and Yubico's fido2. For the export as it is, and for one with
each kind of tampering, it and `paso verify approvals` must agree. Prints a line for each case and last
"N passed, N failed"; fails when anything failed.
"""

import hashlib
import json
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

import cbor2
from cryptography.exceptions import InvalidSignature
from fido2.cose import CoseKey
from fido2.webauthn import AuthenticatorData, CollectedClientData

LINE = b"paso approvals 1\n"
TAG = b"paso approval v1\0"
# Who must sign, by the table in docs (crates/domain/src/signing.rs): how many, and the second's roles.
NEEDED = {
    "card.refuse": (1, None),
    "card.revoke": (1, None),
    "erasure.propose": (2, {"ombudsman"}),
}
RP_ID, ORIGINS = "inm.example", ["https://inm.example"]


class Refused(Exception):
    pass


def demand(condition, why):
    if not condition:
        raise Refused(why)


def frames(data):
    demand(data.startswith(LINE), "another file")
    content, closing = data[len(LINE):-32], data[-32:]
    demand(hashlib.sha256(data[:-32]).digest() == closing, "closing hash")
    out = []
    while content:
        (length,) = struct.unpack(">I", content[:4])
        out.append(cbor2.loads(content[4:4 + length]))
        content = content[4 + length:]
    return out


def close(items):
    data = LINE
    for item in items:
        frame = cbor2.dumps(item, canonical=True)
        data += struct.pack(">I", len(frame)) + frame
    return data + hashlib.sha256(data).digest()


def signers_of(act, given, keys):
    """Officers, credentials and keys of whoever signed; refuses what is not proven."""
    challenge = hashlib.sha256(TAG + cbor2.dumps(act, canonical=True)).digest()
    demand(given and given[0][0] == act[5], "not the actor first")
    found = []
    for officer, role, at, (credential, auth, client, signature) in given:
        demand(credential in keys, "unknown passkey")
        owner, cose, since, until = keys[credential]
        demand(owner == officer, "not theirs")
        demand(since <= at and (until is None or at < until), "not then")
        try:
            key = CoseKey.parse(cbor2.loads(cose))
            key.verify(auth + hashlib.sha256(client).digest(), signature)
        except (InvalidSignature, ValueError) as error:
            raise Refused("signature") from error
        told = CollectedClientData(client)
        demand(told.type == CollectedClientData.TYPE.GET, "kind")
        demand(told.challenge == challenge, "challenge")
        demand(told.origin in ORIGINS and not told.cross_origin, "origin")
        data = AuthenticatorData(auth)
        demand(data.rp_id_hash == hashlib.sha256(RP_ID.encode()).digest(), "relying party")
        demand(data.is_user_present() and data.is_user_verified(), "nobody there")
        found.append((officer, credential, cose, role))
    for part in range(3):
        values = [signer[part] for signer in found]
        demand(len(set(values)) == len(values), "may be one person")
    return found


def verify(data):
    """How many acts each command has, by one person and by two; raises where anything is wrong."""
    header, *rest = frames(data)
    count = header[4]
    keys = {key[2]: (key[1], key[3], key[4], key[5]) for key in rest[:count]}
    acts, counts = {}, {}
    for position, kind, command, approvals, leaf in rest[count:]:
        commitment = leaf[102:134]
        read = cbor2.loads(approvals)
        if not read:
            demand(not command, f"{position}: nobody signed")
            continue
        act, given = read
        nonce = act[6]
        if nonce not in acts:
            signers = signers_of(act, given, keys)
            acts[nonce] = (approvals, [tuple(row) for row in act[7]], signers)
            tally = counts.setdefault(act[2], [0, 0])
            tally[len(signers) > 1] += 1
        same, missing, signers = acts[nonce]
        demand(same == approvals, "approvals differ")
        demand((kind, commitment) in missing, "moved")
        missing.remove((kind, commitment))
        if command:
            need, roles = NEEDED[command]
            demand(act[2] == command and len(signers) >= need, "too few")
            demand(roles is None or signers[1][3] in roles, "second role")
    demand(all(not missing for _, missing, _ in acts.values()), "row missing")
    return counts


def tamperings(items, keys):
    """Names and altered exports."""
    def altered(change):
        copy = cbor2.loads(cbor2.dumps(items))
        change(copy)
        return close(copy)

    def approvals(row, change):
        def alter(copy):
            read = cbor2.loads(copy[row][3])
            change(read)
            written = cbor2.dumps(read, canonical=True)
            # On every row of the act, as whoever is at the database would write it.
            before = copy[row][3]
            for other in copy[1 + keys:]:
                if other[3] == before:
                    other[3] = written
        return altered(alter)

    first = 1 + keys
    last = len(items) - 1
    flip = lambda data, at: bytes(b ^ (1 if i == at % len(data) else 0) for i, b in enumerate(data))

    yield "a row left out", altered(lambda copy: copy[0].__setitem__(5, copy[0][5] - 1) or copy.pop(first))
    yield "approvals taken away", altered(lambda copy: copy[last].__setitem__(3, b"\x80"))
    yield "approvals swapped between acts", altered(
        lambda copy: (copy[first + 2].__setitem__(3, copy[last][3]), copy[last].__setitem__(3, items[first + 2][3])))
    yield "approvals damaged", altered(lambda copy: copy[last].__setitem__(3, copy[last][3][:-1]))
    yield "a commitment in the leaf", altered(lambda copy: copy[last].__setitem__(4, flip(copy[last][4], 110)))
    for row in (first, first + 2, first + 3):
        name = cbor2.loads(items[row][3])[0][2]
        for field, value in ((1, "gt-igm"), (2, "card.issue"), (3, 1_790_000_001), (4, "HUI"), (5, "INM-9999"), (6, bytes(16))):
            yield f"{name}: field {field} of the act", approvals(row, lambda read: read[0].__setitem__(field, value))
        for part in range(4):
            for at in (0, 7, -3):
                yield f"{name}: part {part} of the assertion, byte {at}", approvals(
                    row, lambda read: read[1][0][3].__setitem__(part, flip(read[1][0][3][part], at)))
        yield f"{name}: another officer's number", approvals(row, lambda read: read[1][0].__setitem__(0, "INM-9999"))
        yield f"{name}: when the passkey did not count", approvals(row, lambda read: read[1][0].__setitem__(2, 1))
        yield f"{name}: no signature", approvals(row, lambda read: read[1].clear())
    two = first + 3
    yield "one of two signatures", approvals(two, lambda read: read[1].pop())
    yield "the second before the first", approvals(two, lambda read: read[1].reverse())
    yield "the first signature twice", approvals(two, lambda read: read[1].__setitem__(1, read[1][0]))
    yield "the second in another role", approvals(two, lambda read: read[1][1].__setitem__(1, "desk"))
    yield "a passkey of nobody", altered(lambda copy: copy[1].__setitem__(2, bytes(32)))
    yield "a passkey of somebody else", altered(lambda copy: copy[1].__setitem__(1, "INM-9999"))
    yield "a passkey that ended before", altered(lambda copy: copy[2].__setitem__(5, 1_790_000_000))


def main():
    paso, write = sys.argv[1:]
    results = []

    def case(name, passed):
        results.append(passed)
        print(("ok   " if passed else "FAIL ") + name)

    def ours(path):
        command = [paso, "verify", "approvals", str(path), "--rp-id", RP_ID, "--json"]
        done = subprocess.run(command, capture_output=True, check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout else None

    def theirs(data):
        try:
            return verify(data)
        except (Refused, cbor2.CBORDecodeError):
            return None

    with tempfile.TemporaryDirectory() as directory:
        directory = Path(directory)
        subprocess.run([write, str(directory)], check=True)
        good = (directory / "good.approvals").read_bytes()
        code, told = ours(directory / "good.approvals")
        counts = {line["command"]: [line["by_one"], line["by_two"]] for line in told["commands"]}
        case("the export is good, to both", code == 0 and told["clean"] and theirs(good) == counts)
        case("and says what it should", counts == {
            "card.refuse": [1, 0], "card.revoke": [2, 0], "erasure.propose": [0, 1]})
        case("at the authority's own address", told["origins"] == {ORIGINS[0]: 5})
        for name in ("one-key", "unsigned"):
            path = directory / f"{name}.approvals"
            case(f"{name}: refused by both", ours(path)[0] == 1 and theirs(path.read_bytes()) is None)
        torn = directory / "torn.approvals"
        torn.write_bytes(good[:-40])
        case("torn: no file, to both", ours(torn)[0] == 2 and theirs(good[:-40]) is None)
        items = frames(good)
        case("written again it is the same", close(items) == good)
        for name, data in tamperings(items, items[0][4]):
            path = directory / "tampered.approvals"
            path.write_bytes(data)
            code, _ = ours(path)
            case(name, data != good and code in (1, 2) and theirs(data) is None)
        stranger = subprocess.run(
            [paso, "verify", "approvals", str(directory / "good.approvals"), "--rp-id", "evil.example"],
            capture_output=True, check=False)
        case("another authority's name: refused", stranger.returncode == 1)
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
