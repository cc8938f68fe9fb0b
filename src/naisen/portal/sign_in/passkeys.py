"""Passkeys (WebAuthn level 3): what the browser is asked for, and whether its answer is right.

The library (fido2) checks challenge, origin, host, presence, verification and signature. A challenge lies in
the session and serves one answer.
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from naisen.portal import sealing
from naisen.portal.sign_in.models import Login, Passkey

SITE = "Naisen"
ASKED = "passkey_asked"
LONGEST_ANSWER = 20_000  # characters


class WrongAnswer(Exception):
    """The browser's answer does not prove a passkey; nothing is said about why."""


def host_of(request: HttpRequest) -> str:
    """The name that passkeys are bound to: the site's, without its port."""
    return re.sub(r":\d+\Z", "", request.get_host())


def why_not(request: HttpRequest) -> str:
    """Why browsers allow no passkeys at the address that this page has; empty when they do."""
    host = host_of(request)
    if re.fullmatch(r"[\d.]+|\[.*\]", host):
        return _("IPアドレス(%(host)s)で開いているため、パスキーは使えません。") % {"host": host}
    if request.scheme != "https" and host != "localhost" and not host.endswith(".localhost"):
        return _("https で開いていないため、パスキーは使えません。")
    return ""


def handle_of_user(login: Login) -> bytes:
    """What a passkey knows its login by (user.id): stable, and it tells nobody the login id."""
    return bytes.fromhex(sealing.fingerprint(str(login.pk), purpose="passkey user"))


def ask_to_create(request: HttpRequest, login: Login) -> dict[str, Any]:
    """Options for navigator.credentials.create: a passkey that knows whose it is, behind PIN or finger."""
    user = PublicKeyCredentialUserEntity(
        id=handle_of_user(login), name=login.login_id, display_name=login.name
    )
    options, state = _server(request).register_begin(
        user,
        credentials=[data_of(passkey) for passkey in passkeys_here(request, login)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    request.session[ASKED] = state
    return dict(options)["publicKey"]  # type: ignore[no-any-return]


def ask_to_use(request: HttpRequest, login: Login | None) -> dict[str, Any]:
    """Options for navigator.credentials.get: one of the login's passkeys, or any of this site's for None."""
    known = [data_of(passkey) for passkey in passkeys_here(request, login)] if login else None
    options, state = _server(request).authenticate_begin(
        known, user_verification=UserVerificationRequirement.REQUIRED
    )
    request.session[ASKED] = state
    return dict(options)["publicKey"]  # type: ignore[no-any-return]


def created(request: HttpRequest, answer: str) -> AuthenticatorData:
    """What a new passkey says of itself; raises WrongAnswer."""
    try:
        return _server(request).register_complete(_state(request), _parsed(answer))
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise WrongAnswer from error


def used(request: HttpRequest, answer: str, login: Login | None) -> Passkey:
    """The passkey that the answer proves, of `login` if one is given; raises WrongAnswer.

    A copy of a passkey shows by a count that does not grow: then it is refused.
    """
    state = _state(request)
    try:
        response = AuthenticationResponse.from_dict(_parsed(answer))
        passkey = _find(request, response.raw_id, login)
        _server(request).authenticate_complete(state, [data_of(passkey)], response)
        count = response.response.authenticator_data.counter
    except (ValueError, KeyError, TypeError, AssertionError) as error:
        raise WrongAnswer from error
    if count <= passkey.sign_count and count + passkey.sign_count > 0:
        raise WrongAnswer
    passkey.sign_count = count
    return passkey


def passkeys_here(request: HttpRequest, login: Login) -> Iterable[Passkey]:
    """The login's passkeys that work under the name the site is called by now."""
    return Passkey.objects.filter(login=login, host=host_of(request))


def data_of(passkey: Passkey) -> AttestedCredentialData:
    """The public half, as the library takes it."""
    return AttestedCredentialData(bytes(passkey.credential))


def _find(request: HttpRequest, credential_id: bytes, login: Login | None) -> Passkey:
    found = Passkey.objects.filter(
        credential_id=credential_id, host=host_of(request), login__is_active=True
    ).select_related("login")
    passkey = (found.filter(login=login) if login else found).first()
    if passkey is None:
        raise WrongAnswer
    return passkey


def _server(request: HttpRequest) -> Fido2Server:
    site = PublicKeyCredentialRpEntity(id=host_of(request), name=SITE)
    return Fido2Server(site, verify_origin=lambda origin: origin == _origin(request))


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _state(request: HttpRequest) -> dict[str, Any]:
    state = request.session.pop(ASKED, None)
    if not isinstance(state, dict):
        raise WrongAnswer
    return state


def _parsed(answer: str) -> Mapping[str, Any]:
    if len(answer) > LONGEST_ANSWER:
        raise ValueError
    parsed = json.loads(answer)
    if not isinstance(parsed, dict):
        raise ValueError
    return parsed
