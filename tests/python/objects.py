"""Every signed object of core/spec, member by member."""

from wire import Refused, Signed, decode, key, labelled, need

CATEGORIES = (
    "demographics problem allergy medication immunization vital_sign laboratory imaging procedure visit order appointment "
    "care_plan consent document provenance coverage other"
).split()
BLOCKS = {
    0: "genesis", 1: "device", 2: "epoch", 3: "record", 4: "grant", 5: "revocation", 6: "receipt", 7: "erasure", 8: "note",
    10: "share", 11: "renewed", 12: "paused", 13: "ended", 14: "status",
}
RIGHTS = {1: "read", 2: "append", 3: "order"}
PURPOSES = dict(enumerate("TREAT ETREAT PATRQT CAREMGT HPAYMT HRESCH FAMRQT".split(), 1))


def malformed():
    raise Refused("malformed")


# One reader for each type of member: CBOR value in, JSON value out.
def hash_(v):
    return v.hex() if type(v) is bytes and len(v) == 32 else malformed()


def public(v):
    if type(v) is not bytes or len(v) != 32:
        malformed()
    try:
        return key(v).hex()
    except Refused:
        malformed()


def bytes_(v):
    return v.hex() if type(v) is bytes else malformed()


def text(v):
    return v if type(v) is str else malformed()


def flag(v):
    return v if type(v) is bool else malformed()


def number(bits):
    return lambda v: v if type(v) is int and 0 <= v < 2**bits else malformed()


time = number(53)


def word(table):
    return lambda v: table[v] if type(v) is int and v in table else malformed()


category = word(dict(enumerate(CATEGORIES, 1)))


def many(item):
    return lambda v: [item(one) for one in v] if type(v) is list else malformed()


def maybe(item):
    def read(v):
        return None if v is None else item(v)

    read.optional = True
    return read


def array(**members):
    """CBOR-2 and CBOR-3: an array in this order; absent members at the end are left out, others are null."""
    readers = list(members.items())

    def read(v):
        if type(v) is not list or len(v) > len(readers) or (v and v[-1] is None):
            malformed()
        out = {}
        for place, (name, reader) in enumerate(readers):
            if place >= len(v) and not hasattr(reader, "optional"):
                malformed()
            out[name] = reader(v[place]) if place < len(v) else None
        return out

    return read


period = array(**{"from": time, "until": maybe(time)})
log = array(origin=text, key=public)
root_change = array(statement=bytes_, acceptance=maybe(bytes_))
_evidence = array(identity=bytes_, devices=many(bytes_), roots=maybe(many(root_change)))


def evidence(v):
    """IDENT-7; changes of root are shown only where there are any."""
    value = _evidence(v)
    if value["roots"] is None:
        del value["roots"]
    return value


card = array(statement=bytes_, evidence=evidence)
credential_evidence = array(credential=bytes_, issuer=evidence, organization=bytes_, organization_evidence=evidence)
intake = array(origin=text, mailbox=hash_, sealing_key=bytes_)
version = number(8)


def commitment(v):
    value = array(log_key=hash_, log=log)(v)
    return {"log_key": value["log_key"], "origin": value["log"]["origin"], "key": value["log"]["key"]}


def grantee(v):
    need(type(v) is list and len(v) == 2 and v[0] in (1, 2) and type(v[0]) is int, "malformed")
    return {"grantee": hash_(v[1]), "team": v[0] == 2}


KINDS = {
    "identity": array(version=version, actor=public, recovery=array(delay=number(64), approvals=number(8)), salt=hash_, next=maybe(hash_)),
    "device": array(
        version=version, identity=hash_, device=public, sealing_key=hash_, admin=flag, time=time, salt=hash_, actor=public, authority=maybe(hash_)
    ),
    "device-removal": array(version=version, identity=hash_, device=hash_, time=time, salt=hash_, actor=public, authority=maybe(hash_)),
    "root": array(
        version=version, identity=hash_, counter=number(32), previous=hash_, root=public, next=maybe(hash_), time=time, salt=hash_, actor=public
    ),
    "root-acceptance": array(version=version, change=hash_, salt=hash_, actor=public),
    "record": array(
        version=version, subject=hash_, category=category, content=bytes_,
        attachments=many(array(hash=hash_, size=number(64), media_type=text)),
        replies_to=hash_, supersedes=hash_, time=time, salt=hash_, actor=public, author=hash_, authority=hash_,
    ),
    "block": array(
        version=version, chain=maybe(hash_), sequence=number(32), previous=maybe(hash_), time=time, kind=word(BLOCKS), body=hash_, salt=hash_,
        actor=public, owner=hash_, authority=hash_, log=maybe(commitment),
    ),
    "grant": array(
        version=version, patient=hash_, grantee=grantee, sealing_key=hash_,
        scope=array(categories=many(category), records=many(hash_), period=maybe(period), ongoing=flag),
        permissions=many(array(right=word(RIGHTS), period=period)), purpose=word(PURPOSES), transcript=hash_, time=time, salt=hash_,
        actor=public, authority=hash_,
    ),
    "claim": array(
        version=version, offer=hash_, evidence=evidence, credential=maybe(credential_evidence), name=text, sealing_key=bytes_, grantee=public,
        fetch=many(public), reply=array(origin=text, mailbox=hash_),
        purpose=word(PURPOSES), nonce=hash_, time=time, actor=public, claimant=hash_, authority=hash_, organization=maybe(card),
    ),
    "envelope": array(
        version=version, kind=word({n: n for n in (1, 2, 3, 4, 5, 16, 17, 18, 19, 20)}), mailbox=hash_, recipient=hash_, recipient_key=hash_, sequence=number(32),
        expires=time, body=bytes_, time=time, salt=hash_, actor=public, sender=hash_, authority=hash_, grant=maybe(hash_),
    ),
    "receipt": array(
        version=version, grant=hash_, patient=hash_, records=many(hash_), time=time, salt=hash_, actor=public, reader=hash_, authority=hash_
    ),
    "organization": array(
        version=version, organization=hash_, name=text, origin=text, resource=hash_, chain=hash_, log_key=hash_, epoch=hash_, log=log, time=time,
        salt=hash_, actor=public, authority=hash_, intake=maybe(intake), officers=many(array(name=text, device=hash_)),
    ),
    "contact": array(version=version, owner=hash_, name=text, intake=intake, time=time, salt=hash_, actor=public, authority=hash_),
    "credential-request": array(version=version, subject=hash_, name=text, time=time, salt=hash_, actor=public, authority=hash_),
    "promise": array(version=version, origin=text, map_key=hash_, commit=hash_, time=time, salt=hash_),
}
# Members of an inner array that the vectors show beside the outer ones.
FLAT = {
    "identity": {"recovery": {}},
    "grant": {"scope": {}, "grantee": {}},
    "claim": {"reply": {"origin": "reply_origin", "mailbox": "reply_mailbox"}},
}
CAPS = {
    "identity": 1024, "device": 2048, "device-removal": 2048, "root": 1024, "root-acceptance": 512, "record": 576 * 1024, "block": 2048, "grant": 192 * 1024, "claim": 48 * 1024,
    "envelope": 900 * 1024, "receipt": 64 * 1024, "credential": 4096, "organization": 8192, "contact": 8192, "promise": 1024, "credential-request": 2048,
}
HASHES = {
    "identity": "identity", "device": "statement", "device-removal": "statement", "root": "statement", "root-acceptance": "statement", "record": "record", "block": "block", "grant": "grant",
    "claim": "transcript", "envelope": "transcript", "receipt": "statement", "credential": "credential", "organization": "statement",
    "contact": "statement", "credential-request": "statement",
}
CLAIMS = {
    1: "issuer", 2: "subject", 4: "expires", 5: "not_before", 6: "issued", 7: "salt", -65537: "name", -65538: "role", -65539: "licence",
    -65540: "actor", -65541: "authority",
}


def hex_text(v):
    need(type(v) is str and len(v) == 64 and set(v) <= set("0123456789abcdef"), "malformed")
    return v


def credential(v):
    """CRED-1: a map of exactly these claims."""
    need(type(v) is dict and set(v) == set(CLAIMS) and all(type(k) is int for k in v), "malformed")
    readers = dict.fromkeys(CLAIMS.values(), text) | {
        "issuer": hex_text, "subject": hex_text, "expires": time, "not_before": time, "issued": time, "salt": hash_, "actor": public, "authority": hash_
    }
    out = {name: readers[name](v[number]) for number, name in CLAIMS.items()}
    need(out["role"] in ("practitioner", "laboratory", "desk"), "malformed")
    return out


def name_fits(name):
    """NAME-1."""
    plain = all(not (ord(c) < 32 or 127 <= ord(c) < 160 or 0x2028 <= ord(c) <= 0x202E or 0x2066 <= ord(c) <= 0x2069) for c in name)
    return plain and len(name.encode()) <= 200


def ascending(values):
    return all(a < b for a, b in zip(values, values[1:]))


def sound(p):
    return p is None or p["until"] is None or p["until"] > p["from"]


def rules(kind, v):
    """What a format demands beyond its members."""
    if kind == "identity":
        need(v["delay"] == 0 and v["approvals"] == 0, "rule")
    elif kind == "root":
        need(v["counter"] > 0, "rule")
    elif kind == "record":
        need(len(v["content"]) // 2 <= 512 * 1024, "too_large")
        need(len(v["attachments"]) <= 64, "attachments")
        need(all(1 <= len(a["media_type"].encode()) <= 127 for a in v["attachments"]), "rule")
        try:
            bytes.fromhex(v["content"]).decode()
        except UnicodeDecodeError:
            raise Refused("rule") from None
    elif kind == "block":
        first = v["kind"] == "genesis"
        need((v["sequence"] == 0) == first and (v["chain"] is None) == first and (v["previous"] is None) == first, "genesis")
        need((v["kind"] in ("genesis", "epoch")) == (v["log"] is not None), "log")
    elif kind == "grant":
        need(ascending([CATEGORIES.index(c) for c in v["categories"]]) and ascending(v["records"]), "rule")
        need(ascending([list(RIGHTS.values()).index(p["right"]) for p in v["permissions"]]), "rule")
        need(sound(v["period"]) and all(sound(p["period"]) for p in v["permissions"]), "rule")
        need(v["permissions"] and len(v["records"]) <= 4096, "rule")
    elif kind == "claim":
        need(name_fits(v["name"]) and 1 <= len(v["fetch"]) <= 16 and len(v["reply_origin"].encode()) <= 200, "rule")
    elif kind == "envelope":
        need(v["expires"] > v["time"], "rule")
    elif kind == "receipt":
        need(1 <= len(v["records"]) <= 1024, "rule")
    elif kind == "credential":
        need(v["name"] and name_fits(v["name"]) and name_fits(v["licence"]) and len(v["licence"].encode()) <= 100, "rule")
        need(v["expires"] > v["not_before"], "rule")
    elif kind in ("organization", "contact", "credential-request"):
        need(v["name"] and name_fits(v["name"]), "rule")
        officers = v.get("officers", [])
        need(len(officers) <= 16 and len({o["device"] for o in officers}) == len(officers), "rule")
        need(all(o["name"] and name_fits(o["name"]) for o in officers), "rule")


def verify(kind, data, public_key=None):
    """STMT-2: bytes in, members and hash out, or the second word of the code."""
    signed = Signed(kind, data, CAPS[kind])
    if kind == "promise":
        signed.verify(public_key)
    try:
        value = decode(signed.payload, CAPS[kind])
    except Refused:
        malformed()
    out = credential(value) if kind == "credential" else KINDS[kind](value)
    for outer, names in FLAT.get(kind, {}).items():
        for name, inner in out.pop(outer).items():
            out[names.get(name, name)] = inner
    need(kind == "credential" or out.pop("version") == 1, "version")
    rules(kind, out)
    if kind != "promise":
        signed.verify(bytes.fromhex(out["actor"]))
        out["hash"] = labelled(HASHES[kind], data).hex()
    return out
