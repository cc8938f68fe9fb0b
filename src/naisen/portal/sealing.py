"""Secrets at rest: sealed, or hashed, with the key that never lies in the database (rule 8)."""

import base64
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class Broken(Exception):
    """The cipher text was bound to something else, made with another key, or changed."""


def seal(text: str, *, bound_to: str) -> bytes:
    """AES-256-GCM of `text`: 12 bytes of nonce, then cipher text and tag; readable for `bound_to` only."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(_key()).encrypt(nonce, text.encode(), bound_to.encode())


def unseal(sealed: "bytes | memoryview[int]", *, bound_to: str) -> str:
    """The text that was sealed for exactly `bound_to`; raises Broken."""
    data = bytes(sealed)
    try:
        plain = AESGCM(_key()).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], bound_to.encode())
    except InvalidTag as error:
        raise Broken from error
    return plain.decode()


def fingerprint(text: str, *, purpose: str) -> str:
    """HMAC-SHA256 in hex: what to look a text up by without storing it. Differs from purpose to purpose."""
    return hmac.digest(_key(), f"{purpose}|{text}".encode(), "sha256").hex()


def _key() -> bytes:
    return base64.b64decode(settings.CREDENTIAL_KEY)
