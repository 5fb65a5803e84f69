#!/usr/bin/env python3
"""Writes tests/vectors/request.json: signed requests, made from core/spec/relay.md with an Ed25519 that is not ours.

    python3 tests/relay/request_vectors.py tests/vectors/request.json

Needs `cryptography`. The same file comes out every time; `cargo test -p protocol --test request_vectors` replays it.
"""

import base64
import hashlib
import json
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SECRET = bytes(range(32))
KEY = Ed25519PrivateKey.from_private_bytes(SECRET)
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
NONCE = bytes(range(100, 116))
CREATED = 1_800_000_000
BODY = b'{"label":"x"}'


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def std64(data):
    return base64.b64encode(data).decode()


def request(**change):
    plain = {"method": "POST", "authority": "relay.example:8443", "path": "/v1/chains/ab/blocks", "query": "after=4&wait=25", "body": BODY.hex()}
    return {**plain, **change}


def parameters(body, public=PUBLIC, created=CREATED):
    covered = '"@method" "@authority" "@path" "@query"' + (' "content-digest"' if body is not None else "")
    return (
        f'({covered});created={created};expires={created + 60};nonce="{url64(NONCE)}";keyid="{url64(public)}"'
        f';alg="ed25519";tag="satchel-relay-v1"'
    )


def digest(body):
    return f"sha-256=:{std64(hashlib.sha256(bytes.fromhex(body)).digest())}:"


def base(plain, params):
    lines = [
        f'"@method": {plain["method"]}',
        f'"@authority": {plain["authority"]}',
        f'"@path": {plain["path"]}',
        f'"@query": ?{plain["query"]}',
    ]
    if plain["body"] is not None:
        lines.append(f'"content-digest": {digest(plain["body"])}')
    return "\n".join([*lines, f'"@signature-params": {params}'])


def headers(plain, params=None):
    params = params or parameters(plain["body"])
    pairs = [] if plain["body"] is None else [("Content-Digest", digest(plain["body"]))]
    pairs += [("Signature-Input", f"s={params}"), ("Signature", f"s=:{std64(KEY.sign(base(plain, params).encode()))}:")]
    return [{"name": name, "value": value} for name, value in pairs]


CASES = []


def case(rule, op, name, given, expect):
    CASES.append({"rule": rule, "op": op, "name": name, "input": given, "expect": expect})


def bases():
    for name, plain in [
        ("with a body", request()),
        ("without a body", request(method="GET", body=None)),
        ("without a query", request(method="DELETE", query="", body=None, authority="localhost")),
        ("an empty body is a body", request(body="")),
        ("path and query as sent", request(path="/v1/%41/../b", query="a=%20+&&b")),
    ]:
        given = {**plain, "key": PUBLIC.hex(), "created": CREATED, "nonce": NONCE.hex()}
        params = parameters(plain["body"])
        found = None if plain["body"] is None else digest(plain["body"])
        case("RELAY-12", "request.base", name, given, {"ok": {"content_digest": found, "signature_input": f"s={params}", "base": base(plain, params)}})


def verify(rule, name, expect, plain=None, sent=None, now=CREATED + 5):
    plain = plain or request()
    expect = {"ok": {"key": PUBLIC.hex(), "created": CREATED, "nonce": NONCE.hex()}} if expect is None else {"code": expect}
    case(rule, "request.verify", name, {**plain, "headers": sent or headers(plain), "now": now}, expect)


def bend(name, change):
    return [{**pair, "value": change(pair["value"])} if pair["name"] == name else pair for pair in headers(request())]


def resigned(change):
    """Signed properly, but over parameters of another form."""
    return headers(request(), change(parameters(BODY.hex())))


def verifies():
    verify("RELAY-10", "with a body", None)
    verify("RELAY-10", "without a body", None, request(method="GET", body=None))
    verify("RELAY-10", "header names in any case", None, sent=[{**pair, "name": pair["name"].upper()} for pair in headers(request())])
    for name, change in [
        ("another method", {"method": "PUT"}),
        ("another authority", {"authority": "relay.example"}),
        ("another path", {"path": "/v1/chains/ac/blocks"}),
        ("another query", {"query": "after=5&wait=25"}),
        ("query left out", {"query": ""}),
    ]:
        verify("RELAY-10", name, "auth.signature", request(**change), headers(request()))
    verify("RELAY-16", "another body", "auth.content", request(body=b"{}".hex()), headers(request()))
    verify("RELAY-16", "body left out", "auth.content", request(body=None), headers(request()))
    verify("RELAY-16", "body added", "auth.content", request(), headers(request(body=None)))
    for name, change in [
        ("components in another order", lambda p: p.replace('"@method" "@authority"', '"@authority" "@method"')),
        ("a component less", lambda p: p.replace(' "@query"', "")),
        ("a component more", lambda p: p.replace('"content-digest"', '"content-digest" "date"')),
        ("a component twice", lambda p: p.replace('"@path"', '"@path" "@path"')),
        ("parameters in another order", lambda p: p.replace(';alg="ed25519";tag="satchel-relay-v1"', ';tag="satchel-relay-v1";alg="ed25519"')),
        ("a parameter more", lambda p: p + ";x=1"),
        ("another algorithm", lambda p: p.replace("ed25519", "rsa-v1_5-sha256")),
        ("another tag", lambda p: p.replace("relay-v1", "relay-v2")),
        ("longer life", lambda p: p.replace(f"expires={CREATED + 60}", f"expires={CREATED + 61}")),
        ("leading zero", lambda p: p.replace(f"created={CREATED}", f"created=0{CREATED}")),
        ("padded nonce", lambda p: p.replace(url64(NONCE), url64(NONCE) + "==")),
        ("short nonce", lambda p: p.replace(url64(NONCE), "AAAA")),
        ("a space", lambda p: p.replace(";created", "; created")),
        ("time beyond 2^53", lambda p: p.replace(str(CREATED), str(2**60)).replace(str(CREATED + 60), str(2**60 + 60))),
    ]:
        verify("RELAY-11", name, "auth.malformed", sent=resigned(change))
    weak = bytes([1] + [0] * 31)
    verify("RELAY-11", "weak key", "auth.key", sent=resigned(lambda p: p.replace(url64(PUBLIC), url64(weak))))
    high = (2**255 - 18).to_bytes(32, "little")
    verify("RELAY-11", "key not canonical", "auth.key", sent=resigned(lambda p: p.replace(url64(PUBLIC), url64(high))))
    verify("RELAY-11", "another label", "auth.malformed", sent=bend("Signature-Input", lambda v: "t" + v[1:]))
    verify("RELAY-11", "two signatures", "auth.malformed", sent=bend("Signature", lambda v: f"{v}, {v}"))
    verify("RELAY-11", "short signature", "auth.malformed", sent=bend("Signature", lambda v: "s=:AAAA:"))
    verify("RELAY-11", "digest of another kind", "auth.malformed", sent=bend("Content-Digest", lambda v: v.replace("sha-256", "sha-512")))
    verify("RELAY-11", "header twice", "auth.malformed", sent=headers(request()) + headers(request())[-1:])
    for left in ("Content-Digest", "Signature-Input", "Signature"):
        verify("RELAY-11", f"without {left}", "auth.malformed", sent=[pair for pair in headers(request()) if pair["name"] != left])
    verify("RELAY-10", "not signed at all", "auth.missing", sent=[{"name": "Accept", "value": "*/*"}])
    flipped = lambda v: v[:4] + ("A" if v[4] != "A" else "B") + v[5:]
    verify("RELAY-10", "signature flipped", "auth.signature", sent=bend("Signature", flipped))
    for name, now, expect in [
        ("half a minute ahead", CREATED - 30, None),
        ("further ahead", CREATED - 31, "auth.clock"),
        ("last second", CREATED + 60, None),
        ("too old", CREATED + 61, "auth.clock"),
        ("much too old", CREATED + 10**8, "auth.clock"),
    ]:
        verify("RELAY-14", name, expect, now=now)


MONTH = 30 * 24 * 3600
SOURCE, TARGET, OTHER = (bytes([n]) * 32 for n in (0xA1, 0xB2, 0xC3))
PARTS = [hashlib.sha256(part).digest() for part in (b"first", b"second")]


def permit(parts, source=SOURCE, target=TARGET, authority="relay.example:8443", created=CREATED, lifetime=MONTH):
    """What is signed: a request to the source's own address, whose body are the addresses (RELAY-38)."""
    body = b"".join(parts).hex()
    plain = request(authority=authority, path=f"/v1/chains/{source.hex()}/blobs/link", query=f"to={target.hex()}", body=body)
    params = parameters(body, created=created).replace(f"expires={created + 60}", f"expires={created + lifetime}")
    return base(plain, params), f"s={params}"


def links():
    common = {"authority": "relay.example:8443", "source": SOURCE.hex(), "target": TARGET.hex()}
    for name, parts in [("one part", PARTS[:1]), ("two parts", PARTS), ("none", [])]:
        text, params = permit(parts)
        given = {**common, "addresses": [part.hex() for part in parts], "key": PUBLIC.hex(), "created": CREATED, "nonce": NONCE.hex()}
        case("RELAY-38", "link.permit", name, given, {"ok": {"signature_input": params, "base": text}})

    def judged(name, expect, parts=PARTS, now=CREATED + 5, bend=lambda value: value, signed=None, **change):
        text, params = signed or permit(PARTS)
        signature = bend(f"s=:{std64(KEY.sign(text.encode()))}:")
        given = {**common, "addresses": [part.hex() for part in parts], "signature_input": params, "signature": signature, "now": now, **change}
        case("RELAY-38", "link.verify", name, given, {"ok": {"key": PUBLIC.hex()}} if expect is None else {"code": expect})

    judged("two parts", None)
    judged("half a minute ahead", None, now=CREATED - 30)
    judged("the last second of thirty days", None, now=CREATED + MONTH)
    judged("older", "auth.clock", now=CREATED + MONTH + 1)
    judged("from the future", "auth.clock", now=CREATED - 31)
    judged("for another chain", "auth.signature", target=OTHER.hex())
    judged("of another chain", "auth.signature", source=OTHER.hex())
    judged("the other way round", "auth.signature", source=TARGET.hex(), target=SOURCE.hex())
    judged("at another relay", "auth.signature", authority="relay.example")
    for name, parts in [("fewer parts", PARTS[:1]), ("more parts", PARTS + PARTS[:1]), ("in another order", PARTS[::-1]), ("none of them", [])]:
        judged(name, "auth.signature", parts=parts)
    judged("signature flipped", "auth.signature", bend=lambda v: v[:4] + ("A" if v[4] != "A" else "B") + v[5:])
    judged("short signature", "auth.malformed", bend=lambda v: "s=:AAAA:")
    judged("signed as a request of one minute", "auth.malformed", signed=permit(PARTS, lifetime=60))
    judged("signed for longer", "auth.malformed", signed=permit(PARTS, lifetime=MONTH + 1))


bases()
verifies()
links()
with open(sys.argv[1], "w", encoding="utf-8") as out:
    out.write("[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in CASES) + "\n]\n")
print(len(CASES), "cases")
