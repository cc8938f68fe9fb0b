"""Keeps the cells of refused rows until the clerk has had them back; encrypted, for they may have PINs."""

import base64
import json
import os
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from naisen.portal.csv_files.models import Import

NONCE_BYTES = 12
Kept = dict[int, list[str]]


def seal(file: Import, *, header: Sequence[str], rows: Mapping[int, Sequence[str]]) -> bytes:
    """AES-256-GCM of the header (as row 1) and the rows by number, bound to this file of this tenant."""
    plain = json.dumps({1: list(header), **{number: list(cells) for number, cells in rows.items()}})
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher().encrypt(nonce, plain.encode(), _bound_to(file))


def unseal(file: Import) -> Kept:
    """Row number → cells; empty when nothing is kept any more."""
    if not file.rejected:
        return {}
    data = bytes(file.rejected)
    plain = _cipher().decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], _bound_to(file))
    return {int(number): cells for number, cells in json.loads(plain).items()}


def _cipher() -> AESGCM:
    return AESGCM(base64.b64decode(settings.CREDENTIAL_KEY))


def _bound_to(file: Import) -> bytes:
    return f"import|{file.tenant_id}|{file.sha256}".encode()
