"""The front's certificate: the operator's files, or a self-signed one of our own."""

import contextlib
import datetime
import ipaddress
import os
import re
import socket
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.x509.oid import NameOID

from naisen.runtime.errors import StartError

VALID_DAYS, RENEW_DAYS = 825, 30
ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - no name that a certificate is for


def prepare_certificate(
    target: Path, *, own: Path, hosts: Iterable[str], certificate: Path | None, key: Path | None
) -> None:
    """Write chain and private key into `target` (PEM, mode 0600).

    They are the operator's (`certificate`, and `key` where the key is a file of its own), else the self-signed
    one in `own`, which is made when it is missing, too old, or not for these hosts. Raises StartError.
    """
    if certificate is None:
        names = sorted({*hosts, "localhost", "127.0.0.1", socket.gethostname()} - {ANY_ADDRESS})
        if not _still_good(own, names):
            _write(own, _self_signed(names))
        _write(target, own.read_bytes())
        return
    try:
        content = certificate.read_bytes() + (b"\n" + key.read_bytes() if key else b"")
        _check(content)
    except (OSError, ValueError) as error:
        raise StartError(
            f"cannot use the certificate {certificate}: {getattr(error, 'strerror', None) or error}; "
            "give a PEM file with the chain by --tls-cert, and its private key in it or by --tls-key"
        ) from error
    _write(target, content)


def _check(pem: bytes) -> None:
    """Raise ValueError unless the first certificate and the private key belong together."""
    found, key = x509.load_pem_x509_certificates(pem)[0], _private_key(pem)
    encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if found.public_key().public_bytes(encoding, form) != key.public_key().public_bytes(encoding, form):
        raise ValueError("the private key is not the certificate's")


def _private_key(pem: bytes) -> PrivateKeyTypes:
    found = re.search(
        rb"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END [A-Z ]*PRIVATE KEY-----", pem, re.DOTALL
    )
    if found is None:
        raise ValueError("there is no private key")
    return serialization.load_pem_private_key(found[0], None)


def _still_good(path: Path, names: list[str]) -> bool:
    with contextlib.suppress(OSError, ValueError):
        found = x509.load_pem_x509_certificate(path.read_bytes())
        alternatives = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        known = {*alternatives.get_values_for_type(x509.DNSName)}
        known |= {str(address) for address in alternatives.get_values_for_type(x509.IPAddress)}
        left = found.not_valid_after_utc - datetime.datetime.now(datetime.UTC)
        return known >= set(names) and left.days >= RENEW_DAYS
    return False


def _self_signed(names: list[str]) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Naisen")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    form, cipher = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    return certificate.public_bytes(pem) + key.private_bytes(pem, form, cipher)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write(path: Path, content: bytes) -> None:
    """Replace the file, whole or not at all; for this user's eyes only."""
    unfinished = path.with_name(path.name + ".new")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    unfinished.rename(path)
