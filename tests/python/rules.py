"""Operations of the vectors on rules that span several objects."""

import hmac as hmac_

import objects
from objects import array, bytes_, evidence, hash_, maybe, time
from wire import Refused, Signed, check_signature, decode, key, labelled, need, sha256

OPENING = array(record=hash_, salt=hash_)
PROOF = array(resource=hash_, label=hash_, salt=hash_, promise=bytes_)
PACKAGE = array(
    record=bytes_, evidence=evidence, credential=maybe(objects.credential_evidence), proven=maybe(PROOF), replies_to=maybe(OPENING),
    supersedes=maybe(OPENING),
)
STATUS = array(credential=hash_, standing=objects.word({1: "active", 2: "suspended", 3: "ended"}), **{"from": time})
FILE = array(statement=bytes_, evidence=evidence)
MODULES = {"device": "identity", "device-removal": "identity", "root": "identity", "root-acceptance": "identity", "contact": "organization", "credential-request": "credential_request"}


def h(text):
    return bytes.fromhex(text)


def verify(kind, data, public=None):
    try:
        return objects.verify(kind, data, public)
    except Refused as refused:
        word = "malformed" if kind == "promise" and str(refused) == "kind" else str(refused)
        raise Refused(f"{MODULES.get(kind, kind)}.{word}") from None


def read(reader, data, cap, code):
    try:
        return reader(decode(data, cap))
    except Refused:
        raise Refused(code) from None


def root_of(identity):
    identity = verify("identity", h(identity))
    return {"identity": identity["hash"], "key": identity["actor"], "counter": 0, "state": identity["hash"], "next": identity["next"]}


def root_follow(root, change):
    """IDENT-9 to IDENT-12."""
    new = verify("root", h(change["statement"]))
    need(new["identity"] == root["identity"], "identity.other")
    need(new["counter"] > root["counter"], "identity.counter")
    need(new["counter"] == root["counter"] + 1 and new["previous"] == root["state"], "identity.follows")
    if root["next"] is None:
        need(change["acceptance"] is not None, "identity.successor")
        agreed = verify("root-acceptance", h(change["acceptance"]))
        named = agreed["actor"] == new["root"] and agreed["change"] == new["hash"]
        need(new["actor"] == root["key"] and named and new["next"] is None, "identity.successor")
    else:
        need(change["acceptance"] is None and new["actor"] == new["root"], "identity.successor")
        need(sha256(h(new["root"])).hex() == root["next"] and new["next"] is not None, "identity.successor")
    return {"identity": root["identity"], "key": new["root"], "counter": new["counter"], "state": new["hash"], "next": new["next"]}


def evidence_root(value):
    root = root_of(value["identity"])
    roots = value.get("roots")
    need(roots is None or len(roots) <= 16, "identity.too_long")
    need(roots is None or roots, "identity.malformed")
    for change in roots or []:
        root = root_follow(root, change)
    return root


def actors(value):
    """IDENT-6 and IDENT-7."""
    need(len(value["devices"]) <= 8, "identity.too_long")
    root = evidence_root(value)
    path = []
    found = None
    for data in value["devices"]:
        device = verify("device", h(data))
        need(device["identity"] == root["identity"], "identity.other")
        if found is None:
            need(device["actor"] == root["key"] and device["authority"] is None, "identity.root")
        else:
            follows = found["admin"] and device["actor"] == found["device"] and device["authority"] == found["authority"]
            need(follows, "identity.authority")
        found = {
            "identity": root["identity"], "root": root["key"], "device": device["device"], "authority": device["hash"],
            "sealing_key": device["sealing_key"], "admin": device["admin"],
        }
        path.append(found)
    need(found, "identity.empty")
    return path


def actor(value):
    return actors(value)[-1]


def acts(value, signed, for_, code):
    """IDENT-8: evidence, and the three names of a statement."""
    try:
        found = actor(value)
    except Refused:
        raise Refused(code) from None
    named = (found["device"], found["identity"], found["authority"]) == (signed["actor"], signed[for_], signed["authority"])
    need(named, code)
    return found


def credential_of(value):
    """CRED-5."""
    credential = verify("credential", h(value["credential"]))
    acts(value["issuer"], credential, "issuer", "credential.issuer")
    try:
        organization = verify("organization", h(value["organization"]))
    except Refused:
        raise Refused("credential.issuer") from None
    acts(value["organization_evidence"], organization, "organization", "credential.issuer")
    need(organization["organization"] == credential["issuer"], "credential.issuer")
    return credential, organization


def opened(opening, commitment):
    need(labelled("record link", h(opening["record"]), h(opening["salt"])).hex() == commitment, "record.link")
    return opening["record"]


def package(data):
    """PACK-1 and PACK-2."""
    value = read(PACKAGE, data, 640 * 1024, "package.malformed")
    record = verify("record", h(value["record"]))
    acts(value["evidence"], record, "author", "package.author")
    credential = None
    if value["credential"]:
        credential, _ = credential_of(value["credential"])
        need(credential["subject"] == record["author"], "package.credential")
    links = {name: value[name] and opened(value[name], record[name]) for name in ("replies_to", "supersedes")}
    return {"record": record["hash"], "author": record["author"], "credential": credential and credential["hash"], **links}


def follow(blocks):
    """CHAIN-1, CHAIN-2 and CHAIN-5."""
    head = None
    for data in blocks:
        block = verify("block", h(data))
        if head is None:
            need(block["kind"] == "genesis", "chain.genesis")
            head = {"chain": block["hash"], "owner": block["owner"]}
        else:
            need(block["owner"] == head["owner"], "chain.owner")
            need(block["chain"] == head["chain"], "chain.other")
            need(not head["ended"], "chain.ended")
            need(block["sequence"] > head["sequence"], "chain.fork")
            need(block["sequence"] == head["sequence"] + 1, "chain.gap")
            need(block["previous"] == head["hash"], "chain.link")
        head |= {"sequence": block["sequence"], "hash": block["hash"], "time": block["time"], "ended": block["kind"] == "ended"}
        head["log"] = block["log"] or head["log"]
    need(head, "chain.genesis")
    return head


def chain_key(case):
    """CHAIN-3 and CHAIN-4."""
    known = {}
    for data in case["devices"]:
        found = actor(read(evidence, h(data), 32768, "identity.malformed"))
        need(found["identity"] == case["owner"], "chain.key")
        known.setdefault(found["authority"], [found, None])
    for data in case["removals"]:
        removal = verify("device-removal", h(data))
        need(removal["device"] in known, "chain.key")
        target = known[removal["device"]][0]
        by_root = removal["actor"] == target["root"] and removal["authority"] is None
        admin, gone = known.get(removal["authority"], ({"admin": False, "device": None}, None))
        by_admin = admin["admin"] and gone is None and admin["device"] == removal["actor"] and not target["admin"]
        need(removal["identity"] == target["identity"] and (by_root or by_admin), "chain.key")
        before = known[removal["device"]][1]
        known[removal["device"]][1] = removal["time"] if before is None else min(before, removal["time"])
    block = verify("block", h(case["block"]))
    found, removed = known.get(block["authority"], ({}, None))
    named = found.get("device") == block["actor"] and found.get("identity") == block["owner"]
    need(named and (removed is None or block["time"] < removed), "chain.key")
    return {"sequence": block["sequence"]}


class Keys:
    """CHAIN-3, CHAIN-4 and EPOCH-2 to EPOCH-3."""

    def __init__(self, owner):
        self.owner, self.known, self.root = owner, {}, None

    def add(self, value):
        try:
            path, root = actors(value), evidence_root(value)
        except Refused:
            raise Refused("chain.key") from None
        need(path[-1]["identity"] == self.owner, "chain.key")
        need(self.root in (None, root), "chain.key")
        need(all(self.known.get(one["authority"], [0, None])[1] is None for one in path), "chain.key")
        self.root = root
        self.known.setdefault(path[-1]["authority"], [path[-1], None])

    def remove(self, data, sequence):
        removal = verify("device-removal", h(data))
        need(removal["device"] in self.known, "chain.key")
        target = self.known[removal["device"]]
        by_root = removal["actor"] == self.root["key"] and removal["authority"] is None
        admin, gone = self.known.get(removal["authority"], ({"admin": False, "device": None}, None))
        by_admin = admin["admin"] and gone is None and admin["device"] == removal["actor"] and not target[0]["admin"]
        need(removal["identity"] == self.owner and (by_root or by_admin), "chain.key")
        target[1] = sequence if target[1] is None else target[1]

    def check(self, block):
        found, removed = self.known.get(block["authority"], ({}, None))
        named = found.get("device") == block["actor"] and found.get("identity") == block["owner"]
        need(named and (removed is None or block["sequence"] < removed), "chain.key")

    def list(self, block, content):
        later = []
        for data in content["removals"]:
            need(verify("device-removal", h(data))["device"] != block["authority"], "chain.key")
            try:
                self.remove(data, block["sequence"])
            except Refused:
                later.append(data)
        for change in content["roots"]:
            self.root = root_follow(self.root, change)
        for data in later:
            self.remove(data, block["sequence"])


SEALED = array(recipient=hash_, sealed=bytes_)
EPOCH = array(
    removals=objects.many(bytes_), roots=objects.many(objects.root_change), devices=objects.many(evidence), sealed=objects.many(SEALED),
    recovery=maybe(array(key=bytes_, recover=objects.public)),
)


def chain_epoch(case):
    keys = Keys(case["owner"])
    for data in case["devices"]:
        keys.add(read(evidence, h(data), 32768, "identity.malformed"))
    for epoch in case["epochs"]:
        block = verify("block", h(epoch["block"]))
        keys.check(block)
        keys.list(block, EPOCH(decode(body(block, h(epoch["body"])), 1 << 20)))
    for data in case["joining"]:
        keys.add(read(evidence, h(data), 32768, "identity.malformed"))
    block = verify("block", h(case["block"]))
    keys.check(block)
    return {"sequence": block["sequence"]}


def root_follows(case):
    root = root_of(case["identity"])
    for data in case["changes"]:
        root = root_follow(root, read(objects.root_change, h(data), 4096, "identity.malformed"))
    return {name: root[name] for name in ("key", "counter", "state", "next")}


def body(block, data):
    """BLOCK-7."""
    need(len(data) >= 32 and labelled("body", data).hex() == block["body"], "block.body")
    return data[32:]


def status_at(statuses, name, at):
    """ORG-6."""
    of = [(s["standing"], s["from"]) for s in statuses if s["credential"] == name]
    reached = [standing for standing, since in of if since <= at]
    return "ended" if "ended" in reached else reached[-1] if reached else None


def standing(case):
    """CRED-6."""
    credential, _ = credential_of(read(objects.credential_evidence, h(case["evidence"]), 65536, "credential.malformed"))
    statuses = [read(STATUS, h(data), 256, "organization.status") for data in case["statuses"]]
    need(credential["subject"] == case["holder"], "credential.subject")
    need(case["time"] >= credential["not_before"], "credential.not_yet")
    need(case["time"] < credential["expires"], "credential.expired")
    found = status_at(statuses, labelled("credential status", h(credential["hash"])).hex(), case["time"])
    need(found is not None, "credential.unknown")
    need(found == "active", "credential.suspended")
    return {}


def status(case):
    """ORG-4."""
    block = verify("block", h(case["block"]))
    entry = read(STATUS, body(block, h(case["body"])), 256, "organization.status")
    ours = entry["credential"] == labelled("credential status", h(case["credential"])).hex()
    return {"standing": entry["standing"], "from": entry["from"]} if ours else {"standing": None, "from": None}


def log_entry(case):
    """LOG-1 to LOG-4."""
    place = case["sequence"].to_bytes(8, "big")
    label, salt = (hmac_.digest(h(case["log_key"]), word + place, "sha256") for word in (b"label", b"salt"))
    commit = sha256(b"head", h(case["block"]), salt)
    return {"label": label.hex(), "salt": salt.hex(), "commit": commit.hex(), "map_key": sha256(b"map", h(case["resource"]), label).hex()}


def proven(case):
    """TIME-P-1 and TIME-P-2."""
    proof = PROOF(decode(h(case["evidence"]), 4096))
    code = "proven.log"
    for log in case["logs"]:
        try:
            promise = verify("promise", h(proof["promise"]), h(log["key"]))
        except Refused as refused:
            code = code if str(refused) == "promise.signature" else "proven.promise"
            continue
        if promise["origin"] == log["origin"]:
            entry = sha256(b"map", h(proof["resource"]), h(proof["label"])), labelled("proven time", h(case["record"]), h(proof["salt"]))
            need((h(promise["map_key"]), h(promise["commit"])) == entry, "proven.entry")
            return {"time": promise["time"]}
    raise Refused(code)


def claim_check(case):
    """CLAIM-4."""
    claim = verify("claim", h(case["claim"]))
    need(claim["offer"] == case["offer"], "claim.offer")
    found = acts(claim["evidence"], claim, "claimant", "claim.identity")
    voucher = None
    if claim["credential"]:
        credential, organization = credential_of(claim["credential"])
        need(credential["subject"] == claim["claimant"], "claim.credential")
        voucher = organization["name"]
    team = None
    if claim["organization"]:
        # CLAIM-9: what an organization says of itself when it claims for its team; nobody else vouches for it.
        try:
            statement = verify("organization", h(claim["organization"]["statement"]))
        except Refused:
            raise Refused("claim.organization") from None
        acts(claim["organization"]["evidence"], statement, "organization", "claim.organization")
        need(statement["organization"] == claim["claimant"] and not claim["credential"], "claim.organization")
        team = statement["name"]
    return {"claimant": claim["claimant"], "device": found["device"], "voucher": voucher, "team": team}


def cose(case):
    label = case["label"].removeprefix("application/vnd.satchel.").removesuffix(".v1+cbor")
    signed = Signed(label, h(case["bytes"]))
    signed.verify(key(h(case["key"])))
    return {"payload": signed.payload.hex()}


def link(case):
    """REC-4."""
    return {"record": opened(case, case["commitment"])}


def signature(case):
    check_signature(key(h(case["key"])), h(case["message"]), h(case["signature"]))
    return {}


def block_body(case):
    return {"content": body(verify("block", h(case["block"])), h(case["body"])).hex()}


def evidence_of(case):
    return actor(read(evidence, h(case["bytes"]), 32768, "identity.malformed"))


def credential_evidence(case):
    credential, organization = credential_of(read(objects.credential_evidence, h(case["evidence"]), 65536, "credential.malformed"))
    return {"credential": credential["hash"], "name": credential["name"], "organization": organization["name"]}


def organization_statement(case):
    statement = verify("organization", h(case["bytes"]))
    acts(read(evidence, h(case["evidence"]), 32768, "identity.malformed"), statement, "organization", "credential.issuer")
    return {"organization": statement["organization"], "name": statement["name"]}


def card(case):
    """ORG-7."""
    value = read(FILE, h(case["bytes"]), 32768, "organization.malformed")
    statement = verify("organization", h(value["statement"]))
    acts(value["evidence"], statement, "organization", "organization.other")
    return {"organization": statement["organization"], "name": statement["name"]}


def request(case):
    """REQ-1."""
    value = read(FILE, h(case["bytes"]), 16384, "credential_request.malformed")
    statement = verify("credential-request", h(value["statement"]))
    acts(value["evidence"], statement, "subject", "credential_request.subject")
    return {"subject": statement["subject"], "name": statement["name"]}


def labelled_hash(case):
    return {"hash": sha256(case["label"].encode() + b"\0", *map(h, case["parts"])).hex()}


OPERATIONS = {
    "block.body": block_body,
    "cbor.period": lambda case: objects.period(decode(h(case["bytes"]), 64)),
    "chain.epoch": chain_epoch,
    "root.follow": root_follows,
    "chain.follow": lambda case: follow(case["blocks"]),
    "chain.key": chain_key,
    "claim.check": claim_check,
    "cose.verify": cose,
    "credential.evidence": credential_evidence,
    "credential.standing": standing,
    "credential_request.open": request,
    "evidence.verify": evidence_of,
    "hash.labelled": labelled_hash,
    "key.check": lambda case: {"key": key(h(case["key"])).hex()},
    "log.entry": log_entry,
    "offer.nonce": lambda case: {"commitment": labelled("nonce", h(case["nonce"])).hex()},
    "organization.card": card,
    "organization.statement": organization_statement,
    "organization.status": status,
    "organization.status_name": lambda case: {"name": labelled("credential status", h(case["credential"])).hex()},
    "package.verify": lambda case: package(h(case["bytes"])),
    "promise.verify": lambda case: verify("promise", h(case["bytes"]), h(case["key"])),
    "proven.verify": proven,
    "record.link": link,
    "signature.verify": signature,
} | {
    f"{kind.replace('-', '_')}.verify": lambda case, kind=kind: verify(kind, h(case["bytes"]))
    for kind in objects.CAPS
    if kind != "promise"
}
