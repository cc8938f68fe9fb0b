"""SIP passwords: generated, encrypted, and given to the edge only as HA1 (rule 8)."""

import hashlib
import secrets

from naisen.portal import sealing

# No letter or digit that is easily read as another one: somebody types this into a phone.
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
PASSWORD_LENGTH = 20


class SecretUnreadable(Exception):
    """The cipher text is not of this row, or was made with another key."""


def generate_password() -> str:
    """A new SIP password: 20 characters, about 115 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_LENGTH))


def ha1(*, login: str, domain: str, password: str) -> str:
    """The digest secret of RFC 2617: MD5 of login:realm:password, in hex."""
    return hashlib.md5(f"{login}:{domain}:{password}".encode(), usedforsecurity=False).hexdigest()


def encrypt(password: str, *, tenant_id: int, device_id: int, version: int) -> bytes:
    """AES-256-GCM of `password`, bound to exactly this tenant, device and version."""
    return sealing.seal(password, bound_to=_bound_to(tenant_id, device_id, version))


def decrypt(secret: "bytes | memoryview[int]", *, tenant_id: int, device_id: int, version: int) -> str:
    """The password of exactly this tenant, device and version; raises SecretUnreadable."""
    try:
        return sealing.unseal(secret, bound_to=_bound_to(tenant_id, device_id, version))
    except sealing.Broken as error:
        raise SecretUnreadable(f"device {device_id}, version {version}") from error


def _bound_to(tenant_id: int, device_id: int, version: int) -> str:
    return f"{tenant_id}|{device_id}|{version}"
