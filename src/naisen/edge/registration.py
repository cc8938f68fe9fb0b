"""REGISTER: a device says where it is (C-01)."""

import re
from typing import Protocol

from naisen.edge.authentication import Devices, authenticate
from naisen.edge.engine import Registrar
from naisen.edge.media_flags import FRONTED, FRONTED_DOMAINS
from naisen.edge.refusals import WHY_NOT_WORDS, unavailable
from naisen.routing import Device

_ADDRESS = re.compile("sips?:", re.IGNORECASE)


class Registered(Devices, Protocol):
    """What a REGISTER asks of the directory."""

    def note_leaving(self, login: str, domain: str) -> None:
        """The device ends its registration itself."""


def answer_register(engine: Registrar, devices: Registered, min_expires_s: int) -> None:
    """Check who asks, then store the binding and say 200; anything else is answered with its reason.

    One binding a device: the newest replaces the one before it, so a phone that came back under another
    address is never refused and never rings twice (requirements S1-109: *the* connected terminal).
    `min_expires_s`: who asks for less gets 423 (RFC 3261 10.3). Raises DirectoryUnavailable.
    """
    to = engine.to_uri()
    device = authenticate(engine, devices, to.user, to.host)
    if device is None:
        return
    if not device.may_register:
        engine.reply(403, WHY_NOT_WORDS.get(device.why_not or "", "Forbidden"))
    elif _is_odd(engine.contacts(), engine.wanted_expiry_s()):
        engine.reply(400, "Bad Contact")
    elif 0 < (engine.wanted_expiry_s() or 0) < min_expires_s:
        engine.reply(423, "Interval Too Brief", (f"Min-Expires: {min_expires_s}",))
    else:
        _store(engine, devices, device)


def _store(engine: Registrar, devices: Registered, device: Device) -> None:
    if engine.wanted_expiry_s() == 0:
        devices.note_leaving(device.login, device.domain)
    if engine.store(device.login, device.domain):
        if engine.source().transport in FRONTED:
            engine.count(FRONTED_DOMAINS, device.domain)
        if not device.login_only:
            engine.remember_password(device.login, device.domain, device.ha1)
        engine.accept()
    else:
        unavailable(engine)


def _is_odd(contacts: str, expiry_s: int | None) -> bool:
    """More than one address, headers within it (RFC 3261 10.2.1), or `*` with anything but an end (10.3)."""
    if contacts.strip() == "*":
        return expiry_s != 0
    return len(_ADDRESS.findall(contacts)) > 1
