"""What a receipt's text yields by itself: the commitment that its leaf in the log must carry.

Written from docs/src/log-format.md alone; shares nothing with the Rust code.
"""

import hashlib
import hmac
import zlib

import cbor2

BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45(text):
    """RFC 9285: three characters are two bytes, two at the end are one."""
    out = bytearray()
    for at in range(0, len(text), 3):
        part = [BASE45.index(character) for character in text[at : at + 3]]
        value = sum(digit * 45**place for place, digit in enumerate(part))
        out += value.to_bytes(len(part) - 1, "big")
    return bytes(out)


def labelled(*words):
    """The label of an event: each word with its length, and schema 1."""
    parts = [len(word).to_bytes(8, "big") + word.encode() for word in words]
    return b"".join(parts) + (1).to_bytes(2, "big")


def commitment(code, text):
    """The commitment of a receipt's event, as the hexadecimal digits of an address."""
    envelope = cbor2.loads(zlib.decompress(base45(text)))
    _, _, payload, _ = getattr(envelope, "value", envelope)
    body, _, k_event, *_ = cbor2.loads(payload)
    message = labelled(f"receipt:{code}", "receipt.given") + cbor2.dumps(body, canonical=True)
    return hmac.new(k_event, message, hashlib.sha256).hexdigest()
