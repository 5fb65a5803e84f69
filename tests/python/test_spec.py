"""Judges the vectors by a reader written from core/spec alone: every acceptance with every member, every refusal refused.

Nothing of Satchel's code is used: cbor2 decodes, pycose builds what was signed, cryptography checks the signature.
"""

import json
import pathlib

import pytest
from rules import OPERATIONS
from wire import Refused

VECTORS = pathlib.Path(__file__).parent.parent / "vectors"
FILES = (
    "conventions identity record package block chain epoch grant claim envelope receipt credential organization promise proven offer"
).split()

# Short rules on numbers and words, which the Rust replay judges.
ELSEWHERE = {
    "category.parse", "chain.walk", "claim.transcript", "credential.role", "envelope.address", "grant.allows", "grant.covers", "grant.narrower",
    "hash.parse", "identity.fingerprint", "offer.open", "offer.parse_url", "offer.write_url", "period.check", "time.check",
}

# Where the code depends on which of several faults a program meets first; here it only counts that the object is refused.
ANY_CODE = {"cbor.period", "cose.verify", "key.check"}


def cases():
    for file in FILES:
        for number, case in enumerate(json.loads((VECTORS / f"{file}.json").read_text())):
            if case["op"] not in ELSEWHERE:
                yield pytest.param(case, id=f"{file}-{number}-{case['op']}-{case['name']}".replace(" ", "_"))


@pytest.mark.parametrize("case", cases())
def test_case(case):
    operation, expect = OPERATIONS[case["op"]], case["expect"]
    if "ok" in expect:
        assert operation(case["input"]) == expect["ok"]
    else:
        with pytest.raises(Refused) as refused:
            operation(case["input"])
        if case["op"] not in ANY_CODE:
            assert str(refused.value) == expect["code"]


def test_that_every_operation_is_met():
    met = {case["op"] for file in FILES for case in json.loads((VECTORS / f"{file}.json").read_text())}
    assert met == set(OPERATIONS) | ELSEWHERE


def test_that_a_change_is_noticed():
    """A reader that accepts everything would pass the acceptances: each accepted object with one bit changed must fail."""
    for file in ("identity", "record", "block", "receipt", "credential"):
        for case in json.loads((VECTORS / f"{file}.json").read_text()):
            if "ok" in case["expect"] and case["op"].endswith(".verify") and "bytes" in case["input"]:
                data = bytearray.fromhex(case["input"]["bytes"])
                for place in range(0, len(data), 7):
                    data[place] ^= 1 << (place % 8)
                    with pytest.raises(Refused):
                        OPERATIONS[case["op"]]({"bytes": data.hex()})
                    data[place] ^= 1 << (place % 8)
