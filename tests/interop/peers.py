"""Paso's cards and those of two other implementations, each read by the other side.

Started by `run` with the path of Paso's example program, which issues and reads cards. Every check
prints one line; the last line counts them.
"""

import json
import subprocess
import sys
import time
import zlib
from importlib.metadata import version

import cbor2
import claim169
import cwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

PASO = sys.argv[1]
NOW = int(time.time())
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
passed = failed = 0


def check(what, good, detail=""):
    global passed, failed
    if good:
        passed += 1
        print(f"ok      {what}")
    else:
        failed += 1
        print(f"FAILED  {what} {detail}")


def refused(what, function):
    try:
        result = function()
    except Exception as error:  # each library has its own
        check(what, True, error)
    else:
        check(what, False, f"accepted: {result!r}")


def to_base45(data):
    text = ""
    for at in range(0, len(data), 2):
        pair = data[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(3 if len(pair) == 2 else 2):
            value, digit = divmod(value, 45)
            text += ALPHABET[digit]
    return text


def from_base45(text):
    data = b""
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        value = sum(ALPHABET.index(c) * 45**n for n, c in enumerate(group))
        data += value.to_bytes(len(group) - 1, "big")
    return data


def pack(envelope):
    return to_base45(zlib.compress(envelope, 9))


def tamper(text):
    envelope = bytearray(zlib.decompress(from_base45(text)))
    at = envelope.index(b"TVR")
    envelope[at] ^= 1
    return pack(bytes(envelope))


class Key:
    """One private key in the forms the libraries want."""

    def __init__(self, algorithm):
        self.algorithm = algorithm
        if algorithm == "ES256":
            self.private = ec.derive_private_key(0x1234567, ec.SECP256R1())
            self.raw_private = self.private.private_numbers().private_value.to_bytes(32, "big")
            self.public = self.private.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
        else:
            self.raw_private = bytes(range(32))
            self.private = ed25519.Ed25519PrivateKey.from_private_bytes(self.raw_private)
            self.public = self.private.public_key().public_bytes(
                serialization.Encoding.Raw, serialization.PublicFormat.Raw
            )
        pem = self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self.cose = cwt.COSEKey.from_pem(pem, kid=b"peer")


def paso(command, lines=()):
    run = subprocess.run(
        [PASO, *command],
        input="".join(json.dumps(line) + "\n" for line in lines),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def cose_key_to_public(encoded):
    key = cbor2.loads(bytes.fromhex(encoded))
    return b"\x04" + key[-2] + key[-3] if key[1] == 2 else key[-2]


def ours_read_by_claim169(card):
    what = f"claim169 reads our {card['algorithm']} card of {len(card['text'])} characters"
    decode = (
        claim169.decode_with_ecdsa_p256
        if card["algorithm"] == "ES256"
        else claim169.decode_with_ed25519
    )
    public = cose_key_to_public(card["cose_key"])
    result = decode(card["text"], public)
    claim, meta = result.claim169, result.cwt_meta
    read = {
        "id": claim.id,
        "name": claim.full_name,
        "birth": claim.date_of_birth,
        "gender": claim.gender,
        "nationality": claim.nationality,
        "legal_status": claim.legal_status,
        "country": claim.country_of_issuance,
        "issuer": meta.issuer,
        "issued_at": meta.issued_at,
        "not_before": meta.not_before,
        "expires": meta.expires_at,
    }
    expected = {name: card[name] for name in read}
    check(what, result.is_verified() and read == expected, f"{read} != {expected}")
    key_id = bytes(claim169.inspect(card["text"]).key_id).hex()
    check("claim169 finds the key's name", key_id == card["kid"], key_id)
    refused("claim169 refuses it tampered with", lambda: decode(tamper(card["text"]), public))


def ours_read_by_cwt(card):
    what = f"cwt reads our {card['algorithm']} card of {len(card['text'])} characters"
    envelope = zlib.decompress(from_base45(card["text"]))
    members = cbor2.loads(bytes.fromhex(card["cose_key"]))
    members[3] = -7 if card["algorithm"] == "ES256" else -8
    members[2] = bytes.fromhex(card["kid"])
    key = cwt.COSEKey.new(members)
    claims = cwt.decode(envelope, key)
    identity = claims[169]
    read = {
        "id": identity[1],
        "name": identity[4],
        "birth": identity.get(8),
        "gender": identity[9],
        "nationality": identity[13],
        "legal_status": identity[22],
        "country": identity[23],
        "document_tail": identity[24],
        "issuer": claims[1],
        "issued_at": claims[6],
        "not_before": claims[5],
        "expires": claims[4],
        "status": claims[65535]["status_list"],
    }
    expected = {name: card[name] for name in read}
    check(what, read == expected, f"{read} != {expected}")
    changed = zlib.decompress(from_base45(tamper(card["text"])))
    refused("cwt refuses it tampered with", lambda: cwt.decode(changed, key))


def theirs(what, key, text, expected):
    """A peer's card, then the same tampered with, then under another key."""
    other = Key("EdDSA" if key.algorithm == "ES256" else "ES256")
    request = {"algorithm": key.algorithm, "public_key": key.public.hex()}
    stranger = {"algorithm": other.algorithm, "public_key": other.public.hex()}
    answer, tampered, wrong = paso(
        ["read"],
        [
            {**request, "text": text},
            {**request, "text": tamper(text)},
            {**stranger, "text": text},
        ],
    )
    read = {name: answer.get(name) for name in expected}
    good = answer.get("verified") is True and read == expected
    check(f"we read {what} {key.algorithm}", good, f"{answer} != {expected}")
    check("we refuse it tampered with", not tampered.get("verified"), tampered)
    check("we refuse it under another key", not wrong.get("verified"), wrong)


def theirs_by_claim169(key):
    claim = claim169.Claim169Input(id="PEER-1", full_name="Prueba Ficticia")
    claim.date_of_birth = "19840118"
    claim.gender = 1
    claim.nationality = "GTM"
    claim.email = "ficticia@example.com"
    claim.marital_status = 2
    claim.legal_status = "TVR"
    claim.country_of_issuance = "MEX"
    meta = claim169.CwtMetaInput(issuer="https://peer.example")
    meta.issued_at = NOW
    meta.not_before = NOW
    meta.expires_at = NOW + 86400
    encode = (
        claim169.encode_with_ecdsa_p256 if key.algorithm == "ES256" else claim169.encode_with_ed25519
    )
    text = encode(claim, meta, key.raw_private)
    expected = {
        "id": "PEER-1",
        "name": "Prueba Ficticia",
        "birth": "19840118",
        "gender": 1,
        "nationality": "GTM",
        "email": "ficticia@example.com",
        "marital_status": 2,
        "legal_status": "TVR",
        "country": "MEX",
        "issuer": "https://peer.example",
        "issued_at": NOW,
        "not_before": NOW,
        "expires": NOW + 86400,
    }
    theirs("claim169's", key, text, expected)


def theirs_by_cwt(key):
    identity = {1: "PEER-2", 4: "Prueba Ficticia", 9: 2, 22: "TVR", 24: "12345", 75: "odd"}
    identity[62] = [{0: b"face", 1: 0}]
    status = {"status_list": {"idx": 9, "uri": "https://peer.example/s"}}
    expected = {
        "id": "PEER-2",
        "name": "Prueba Ficticia",
        "gender": 2,
        "legal_status": "TVR",
        "document_tail": "12345",
        "biometrics": 1,
        "unknown": 1,
        "unknown_claims": 1,
        "issuer": "https://peer.example",
        "expires": NOW + 60,
        "status": status["status_list"],
    }
    for form, value in (("map", identity), ("byte string", cbor2.dumps(identity))):
        claims = {1: "https://peer.example", 4: NOW + 60, -70001: 1, 169: value, 65535: status}
        for tagged in (False, True):
            envelope = cwt.encode_and_sign(claims, key.cose, tagged=tagged)
            tag = "61(18)" if tagged else "18"
            theirs(f"cwt's {form} in tag {tag},", key, pack(envelope), expected)
    # And with no tag at all.
    bare = cbor2.dumps(cbor2.loads(cwt.encode_and_sign({169: identity}, key.cose)).value)
    theirs("cwt's map without a tag,", key, pack(bare), {"id": "PEER-2"})


print(f"peers: claim169 {version('claim169')}, cwt {version('cwt')}")
for card in paso(["issue", str(NOW)]):
    ours_read_by_claim169(card)
    ours_read_by_cwt(card)
for algorithm in ("ES256", "EdDSA"):
    theirs_by_claim169(Key(algorithm))
    theirs_by_cwt(Key(algorithm))
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
