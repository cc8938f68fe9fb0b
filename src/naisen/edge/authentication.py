"""Who is asking: the digest check that REGISTER and INVITE share."""

import re
from typing import Protocol

from naisen.edge import guessing
from naisen.edge.engine import Authenticator, Credentials, PasswordCheck
from naisen.routing import Device

LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z")
DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]{0,188}[a-z0-9])?\Z")
NOBODYS_HA1 = "0" * 32
"""Checked where there is no password, so that an unknown login costs the same time as a wrong one."""

USED_NONCES = "used_nonces"
"""Nonces of ours that have served, for as long as they live: tells a replay from an old nonce."""


class Devices(Protocol):
    """What the check asks of the directory."""

    def device(self, login: str, domain: str) -> Device | None:
        """The device, whatever its state."""

    def has_domain(self, domain: str) -> bool:
        """Whether a tenant has it."""

    def note_failure(self, domain: str, login: str, address: str, reason: str, terminal: str) -> None:
        """Keep a refused attempt for the administrator."""


def authenticate(
    engine: Authenticator, devices: Devices, name: str, domain: str, *, or_by_number: bool = False
) -> Device | None:
    """Return the device of `domain` that calls itself `name` and proved its password, or answer and return None.

    The name is its login. With `or_by_number` its extension will do, too: a phone that was called by its number
    says so of itself when it is transferred (baresip).

    The device may still be one that may not do anything (`may_register` is False): the caller of this
    decides what to answer then; the refusal is noted here. Raises DirectoryUnavailable.

    1. A name that can be nobody's: 403. 2. No credentials: challenge, which is no failure. 3. A guesser:
    silence. 4. One look-up. 5. The digest, against a password even where there is none. 6. The digest's
    URI must be the request's, or an answer to one question would do for another.
    """
    if not (LOGIN.match(name) and DOMAIN.match(domain)):
        engine.reply(403, "Forbidden")
        return None
    credentials = engine.credentials(domain)
    if credentials is None:
        engine.challenge(domain)
        return None
    login = credentials.login
    if login != name and not (or_by_number and name.isdigit() and LOGIN.match(login)):
        engine.reply(403, "Use Your Own Name")
        return None
    if guessing.is_banned(engine, login, domain):
        if guessing.is_first_notice(engine, login, domain):
            _note(engine, devices, domain, login, "banned")
        engine.be_silent()
        return None
    engine.begin_transaction()
    device = devices.device(login, domain)
    check = engine.check_password(domain, (device and device.ha1) or NOBODYS_HA1)
    if check in (PasswordCheck.RIGHT, PasswordCheck.WRONG):
        engine.count(USED_NONCES, credentials.nonce)
    elif check is PasswordCheck.STALE and engine.counted(USED_NONCES, credentials.nonce):
        _note(engine, devices, domain, login, "replayed")
    if check is not PasswordCheck.RIGHT or device is None:
        _refuse_answer(engine, devices, check, login, domain, device)
        return None
    if name not in (login, device.extension):
        engine.reply(403, "Use Your Own Name")
        return None
    return _accept(engine, devices, device, credentials)


def _accept(
    engine: Authenticator, devices: Devices, device: Device, credentials: Credentials
) -> Device | None:
    if not same_uri(credentials.uri, engine.request_uri()):
        _note(engine, devices, device.domain, device.login, "uri_mismatch")
        engine.reply(400, "Digest URI Differs")
        return None
    guessing.remember_good_address(engine, device.login, device.domain)
    if device.why_not:
        _note(engine, devices, device.domain, device.login, device.why_not)
    return device


def _refuse_answer(
    engine: Authenticator,
    devices: Devices,
    check: PasswordCheck,
    login: str,
    domain: str,
    device: Device | None,
) -> None:
    if check is PasswordCheck.MALFORMED:
        engine.reply(400, "Bad Credentials")
        return
    if check is PasswordCheck.WRONG:
        may_hear = guessing.count_wrong_answer(engine, login, domain)
        _note(engine, devices, domain, login, _why_wrong(devices, domain, device))
        if not may_hear:
            engine.be_silent()
            return
    # `stale` tells the phone that its password was not the trouble (RFC 2617 3.2.1).
    engine.challenge(domain, stale=check is PasswordCheck.STALE)


def _why_wrong(devices: Devices, domain: str, device: Device | None) -> str:
    if device is None:
        return "unknown_login" if devices.has_domain(domain) else "unknown_domain"
    return "wrong_password" if device.ha1 else "password_not_yet"


def _note(engine: Authenticator, devices: Devices, domain: str, login: str, reason: str) -> None:
    devices.note_failure(domain, login, engine.source_host(), reason, engine.terminal())


_URI = re.compile(r"(sips?):(?:([^@;?>]*)@)?(\[[^\]]+\]|[^:;?>]+)(?::(\d+))?", re.IGNORECASE)


def same_uri(one: str, other: str) -> bool:
    """Whether two SIP URIs name the same resource: scheme, user, host and port; parameters may differ."""
    if one == other:
        return True
    first, second = _URI.match(one), _URI.match(other)
    return bool(first and second) and _key(first) == _key(second)


def _key(match: re.Match[str] | None) -> tuple[str, ...]:
    scheme, user, host, port = match.groups() if match else ("", "", "", "")
    return ((scheme or "").lower(), user or "", (host or "").lower(), port or "5060")
