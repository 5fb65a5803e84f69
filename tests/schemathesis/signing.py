"""Signs requests as RELAY-10 to RELAY-13 say (RFC 9421, RFC 9530), written from the page and not from the relay's code."""

import base64
import hashlib
import os
import time
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from requests.auth import AuthBase

LIFETIME = 60
TAG = "satchel-relay-v1"


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def std64(data: bytes) -> str:
    return base64.b64encode(data).decode()


class Key:
    """A capability."""

    def __init__(self) -> None:
        self.secret = Ed25519PrivateKey.generate()
        self.public = self.secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def hex(self) -> str:
        return self.public.hex()


class Signed(AuthBase):
    """Signs the very bytes that are about to be sent."""

    def __init__(self, key: Key) -> None:
        self.key = key

    def __call__(self, request):
        url = urlsplit(request.url)
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        covered = ["@method", "@authority", "@path", "@query"]
        # An empty path and an empty query are signed as "/" and "?".
        values = [request.method, url.netloc.lower(), url.path or "/", "?" + url.query]
        if body:
            digest = f"sha-256=:{std64(hashlib.sha256(body).digest())}:"
            request.headers["content-digest"] = digest
            covered.append("content-digest")
            values.append(digest)
        created = int(time.time())
        names = " ".join(f'"{name}"' for name in covered)
        parameters = (
            f'({names});created={created};expires={created + LIFETIME};nonce="{url64(os.urandom(16))}"'
            f';keyid="{url64(self.key.public)}";alg="ed25519";tag="{TAG}"'
        )
        lines = [f'"{name}": {value}' for name, value in zip(covered, values)]
        base = "\n".join([*lines, f'"@signature-params": {parameters}'])
        request.headers["signature-input"] = f"s={parameters}"
        request.headers["signature"] = f"s=:{std64(self.key.secret.sign(base.encode()))}:"
        return request
