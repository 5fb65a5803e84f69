"""Deterministic CBOR, COSE_Sign1 and Ed25519 as core/spec/conventions.md says, on off-the-shelf libraries."""

import hashlib

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pycose.algorithms import CoseAlgorithm
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519 as Curve
from pycose.messages import Sign1Message


class Refused(Exception):
    """Carries the stable code."""


def need(condition, code):
    if not condition:
        raise Refused(code)


@CoseAlgorithm.register_attribute()
class Ed25519(CoseAlgorithm):
    """RFC 9864's fully specified algorithm; the library knows only the older EdDSA (-8)."""

    identifier = -19
    fullname = "ED25519"

    @classmethod
    def verify(cls, key, data, signature):
        try:
            Ed25519PublicKey.from_public_bytes(key.x).verify(signature, data)
            return True
        except InvalidSignature:
            return False


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def labelled(label, *parts):
    """HASH-2."""
    return sha256(f"satchel {label} v1\0".encode(), *parts)


P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ORDER_8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
SMALL_ORDER = {0, 1, P - 1, ORDER_8, P - ORDER_8}


def key(raw):
    """SIG-1: a canonical point of large order."""
    y = int.from_bytes(raw, "little") % 2**255
    need(y < P or y - P in SMALL_ORDER, "key.encoding")
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    need(x2 == 0 or pow(x2, (P - 1) // 2, P) == 1, "key.encoding")
    need(y % P not in SMALL_ORDER, "key.weak")
    return raw


def check_signature(public, message, signature):
    """SIG-2: the library has no cofactor and compares R's bytes; small orders and large S are refused here."""
    r = int.from_bytes(signature[:32], "little") % 2**255
    need(r % P not in SMALL_ORDER, "key.signature")
    need(int.from_bytes(signature[32:], "little") < L, "key.signature")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        raise Refused("key.signature") from None


def decode(data, cap):
    """CBOR-1: what decodes and encodes again to the same bytes."""
    need(len(data) <= cap, "cbor.too_large")
    try:
        value = cbor2.loads(data)
    except Exception:
        raise Refused("cbor.malformed") from None
    need(cbor2.dumps(value, canonical=True) == data, "cbor.not_deterministic")
    return value


LABEL = "application/vnd.satchel.{}.v1+cbor"


class Signed:
    """COSE-1 and COSE-2: one shape; `verify` is COSE-3."""

    def __init__(self, kind, data, cap=4 << 20):
        self.label = LABEL.format(kind)
        need(len(data) <= cap, "malformed")
        try:
            tag = decode(data, cap)
        except Refused:
            raise Refused("malformed") from None
        need(isinstance(tag, cbor2.CBORTag) and tag.tag == 18, "malformed")
        need(type(tag.value) is list and len(tag.value) == 4, "malformed")
        protected, unprotected, payload, signature = tag.value
        need(type(protected) is bytes and type(payload) is bytes and type(signature) is bytes, "malformed")
        need(unprotected == {} and len(signature) == 64, "malformed")
        try:
            header = decode(protected, 256)
        except Refused:
            raise Refused("malformed") from None
        need(type(header) is dict and set(header) == {1, 3} and header[1] == -19, "malformed")
        need(header[3] == self.label, "kind")
        self.data, self.payload, self.signature = data, payload, signature

    def verify(self, public):
        message = Sign1Message.decode(self.data)
        message.external_aad = self.label.encode()
        message.key = OKPKey(crv=Curve, x=public)
        # The library's own structure is what is judged, strictly.
        try:
            check_signature(public, message._create_sig_structure(), self.signature)
        except Refused:
            raise Refused("signature") from None
        need(message.verify_signature(), "signature")
