"""The relay's own description, exercised by a tester that knows nothing of Satchel.

Every operation is called with data made from the description, right and wrong, signed by keys made here. What is found and why it is no fault is
listed in EXPLAINED; everything else fails. SATCHEL_EXAMPLES says how many examples of each operation (default 25).
"""

import collections
import hashlib
import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import urllib.request

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi import checks as openapi

from signing import Key, Signed

ROOT = pathlib.Path(__file__).parents[2]
PROGRAM = os.environ.get("SATCHEL_RELAY_BIN", str(ROOT / "target/debug/relay-server"))
EXAMPLES = int(os.environ.get("SATCHEL_EXAMPLES", "25"))
SETTINGS = """
[rates.address]
per_second = 0
burst = 0
[rates.capability]
per_second = 0
burst = 0
[rates.create]
per_second = 0
burst = 0
[rates.intake]
per_second = 0
burst = 0
"""

# Checks that are not made, each with its reason. A finding of any other check is a fault of the relay or of its description.
EXPLAINED = {
    "positive_data_acceptance": "data of the right form is refused when the key has no such right (404), the id is taken (409), the body is not "
    "what the address says (401), or an index has nothing (404): what may be done is decided by signatures, which no schema can say",
    "ignored_auth": "the tester removes or replaces an Authorization header; here the signature of RFC 9421 counts, and `test_unsigned` "
    "below says of every operation that it is refused without one",
    "missing_required_header": "no header is required by the description but the signature, which is made here for every request",
    "use_after_free": "needs links between operations, which the description does not state",
    "ensure_resource_availability": "as above",
}

KEYS = [Key() for _ in range(3)]
CHAIN, MAILBOX, LOCATOR = ("%064x" % number for number in (1, 2, 3))


@pytest.fixture(scope="session")
def relay():
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder, "relay.toml")
        config.write_text(SETTINGS)
        child = subprocess.Popen(
            [PROGRAM, "--data", f"{folder}/data", "--listen", "127.0.0.1:0", "--config", str(config)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        url = child.stdout.readline().strip().removeprefix("listening on ")
        assert url.startswith("http://"), child.stderr.read()
        prepare(url)
        yield url
        child.terminate()
        _, said = child.communicate(timeout=30)
        assert "panicked" not in said and "failed inside the relay" not in said, said


def prepare(url: str) -> None:
    """A chain with entries, a mailbox and a locator, so that not everything is missing."""

    def call(method, path, body, key=KEYS[0]):
        answer = requests.request(
            method, url + path, data=json.dumps(body), headers={"content-type": "application/json"}, auth=Signed(key), timeout=10
        )
        assert answer.status_code in (200, 201), (path, answer.status_code, answer.text)

    call("PUT", f"/v1/chains/{CHAIN}", {"write": KEYS[0].hex, "read": [KEYS[1].hex], "recover": KEYS[2].hex, "public": False})
    for number in range(3):
        call(
            "POST",
            f"/v1/chains/{CHAIN}/blocks",
            {"label": "%064x" % (100 + number), "commit": "%064x" % number, "block": "AAAA", "slot": "AAAA", "body": "AAAA"},
        )
    call("PUT", f"/v1/mailboxes/{MAILBOX}", {"read": KEYS[0].hex, "send": [KEYS[1].hex], "intake": True, "contact": "AAAA"})


def served(url: str) -> dict:
    with urllib.request.urlopen(f"{url}/v1/openapi.json", timeout=10) as answer:
        return json.load(answer)


@pytest.fixture(scope="session")
def api(relay):
    description = served(relay)
    schema = schemathesis.openapi.from_dict(description)
    schema.config.update(base_url=relay)
    return schema


# A generator of its own: the tester sets the global one back before each example.
CHANCE = random.Random(1)
HASH = re.compile("[0-9a-f]{64}")


def aim(case) -> None:
    """Data of the right form is aimed at what exists and at keys that can sign; otherwise almost every call would meet nothing. What has another
    form stays as it is."""
    path, body = case.operation.path, case.body
    whole = case.method.upper() == "DELETE" and path.endswith("{id}")  # what is gone cannot be called any more
    given = case.path_parameters or {}
    if HASH.fullmatch(str(given.get("id"))) and not whole and CHANCE.random() < 0.7:
        case.path_parameters["id"] = MAILBOX if "mailboxes" in path else LOCATOR if "locators" in path else CHAIN
    if str(given.get("index", "")).isdigit():
        case.path_parameters["index"] = CHANCE.randrange(4)
    if case.query and str(case.query.get("wait", "")).isdigit():
        case.query["wait"] = 0
    if isinstance(body, bytes) and HASH.fullmatch(str(given.get("address"))):
        case.path_parameters["address"] = hashlib.sha256(body).hexdigest()
    if isinstance(body, dict):
        for name in ("write", "owner", "claim", "recover", "grantee", "read", "key"):
            if HASH.fullmatch(str(body.get(name))):
                body[name] = KEYS[0].hex
        for name in ("label", "commit"):
            if HASH.fullmatch(str(body.get(name))):
                body[name] = "%064x" % CHANCE.randrange(1 << 200)
        for name in ("read", "send"):
            if isinstance(body.get(name), list) and all(HASH.fullmatch(str(key)) for key in body[name]):
                body[name] = [KEYS[1].hex] * bool(body[name])


schema = schemathesis.pytest.from_fixture("api")

METHODS = ("get", "put", "post", "delete")
ANSWERS = collections.defaultdict(collections.Counter)
CHECKED = [
    schemathesis.checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_headers_conformance,
    openapi.response_schema_conformance,
    openapi.negative_data_rejection,
    openapi.unsupported_method,
]


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES <= 50,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_signed(case):
    aim(case)
    # Where the tester leaves the signature out, or another security is enough, nothing is signed.
    wanted = any(name.lower() == "signature" for name in case.headers or {})
    response = case.call(auth=Signed(CHANCE.choice([KEYS[0], *KEYS])) if wanted else None, timeout=30)
    ANSWERS[case.operation.label][response.status_code] += 1
    case.validate_response(response, checks=CHECKED)
    refused_properly(response)


def test_enough_was_reached(relay):
    """A tester that only meets refusals finds nothing: most operations must have succeeded at least once."""
    answers = sum(ANSWERS.values(), collections.Counter())
    reached = [label for label, codes in ANSWERS.items() if any(code < 300 for code in codes)]
    print(dict(answers), len(reached), "operations succeeded")
    assert len(ANSWERS) == len([1 for methods in served(relay)["paths"].values() for name in methods if name in METHODS])
    assert len(reached) >= 25, (sorted(reached), dict(answers))


def refused_properly(response) -> None:
    """RELAY-3: whatever is refused is a problem with a stable code, and shows nothing of the inside."""
    if response.status_code >= 400 and response.content:
        problem = response.json()
        assert problem["success"] is False and problem["status"] == response.status_code, problem
        assert problem["code"].split(".")[0] in ("relay", "offer"), problem
        for inside in ("sqlite", "panicked", "src/", "thread"):
            assert inside not in response.text.lower(), problem


def test_unsigned(relay):
    """What the description says needs a signature is refused without one, and with one that is not for this request."""
    description, tried = served(relay), 0
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            security = operation.get("security") if method in METHODS else None
            if not security or {} in security:
                continue
            url = relay + path.replace("{id}", CHAIN).replace("{address}", "%064x" % 5).replace("{index}", "0")
            bare = requests.request(method, url, timeout=10)
            assert (bare.status_code, bare.json()["code"]) == (401, "relay.signature"), (method, path, bare.text)
            other = Signed(KEYS[0])(requests.Request("GET", f"{relay}/v1/other").prepare())
            headers = {name: other.headers[name] for name in ("signature-input", "signature")}
            wrong = requests.request(method, url, headers=headers, timeout=10)
            assert (wrong.status_code, wrong.json()["code"]) == (401, "relay.signature"), (method, path, wrong.text)
            tried += 1
    assert tried > 25, tried
