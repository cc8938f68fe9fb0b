"""Time-based one-time passwords (RFC 6238): SHA-1, 6 digits, 30 seconds, as every authenticator app has them."""

import base64
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

DIGITS = 6
STEP_S = 30
# Steps by which a phone's clock may be off.
DRIFT = 1
SECRET_BYTES = 20  # RFC 4226, section 4


def new_secret() -> str:
    """A new secret in base32, as it is typed into an app."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_of(secret: str, step: int) -> str:
    """The six digits of one 30-second step since 1970 (RFC 4226, section 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 15
    (number,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(number & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}d}"


def step_at(at: datetime) -> int:
    """The step that a time lies in."""
    return int(at.timestamp()) // STEP_S


def matching_step(secret: str, code: str, *, at: datetime, after: int = 0) -> int | None:
    """The step whose code this is, later than `after` and about `at`; None when there is none."""
    now = step_at(at)
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > after and hmac.compare_digest(code_of(secret, step).encode(), code.encode()):
            return step
    return None


def address(secret: str, *, account: str, issuer: str) -> str:
    """The otpauth address that the QR code carries (Google Authenticator's key URI format)."""
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer})}"
