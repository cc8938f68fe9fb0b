"""SIP passwords: generated, encrypted, and given to the edge only as HA1 (rule 8)."""

import base64
import hashlib
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

# No letter or digit that is easily read as another one: somebody types this into a phone.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PASSWORD_LENGTH = 20
NONCE_BYTES = 12


class SecretUnreadable(Exception):
    """The cipher text is not of this row, or was made with another key."""


def generate_password() -> str:
    """A new SIP password: 20 characters, about 115 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_LENGTH))


def ha1(*, login: str, domain: str, password: str) -> str:
    """The digest secret of RFC 2617: MD5 of login:realm:password, in hex."""
    return hashlib.md5(f"{login}:{domain}:{password}".encode(), usedforsecurity=False).hexdigest()


def encrypt(password: str, *, tenant_id: int, device_id: int, version: int) -> bytes:
    """AES-256-GCM of `password`: 12 bytes of nonce, then cipher text and tag."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, password.encode(), _bound_to(tenant_id, device_id, version))


def decrypt(secret: "bytes | memoryview[int]", *, tenant_id: int, device_id: int, version: int) -> str:
    """The password of exactly this tenant, device and version; raises SecretUnreadable."""
    data = bytes(secret)
    try:
        plain = _cipher().decrypt(
            data[:NONCE_BYTES], data[NONCE_BYTES:], _bound_to(tenant_id, device_id, version)
        )
    except InvalidTag as error:
        raise SecretUnreadable(f"device {device_id}, version {version}") from error
    return plain.decode()


def _cipher() -> AESGCM:
    return AESGCM(base64.b64decode(settings.CREDENTIAL_KEY))


def _bound_to(tenant_id: int, device_id: int, version: int) -> bytes:
    return f"{tenant_id}|{device_id}|{version}".encode()
