"""What a login may change about itself."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from naisen.portal.audit.actions import record
from naisen.portal.sign_in.models import Login
from naisen.portal.sign_in.sessions import end_sessions
from naisen.portal.tenants import scope


def choose_language(*, login: Login, language: str) -> None:
    """Remember the portal's language for `login`; a language that does not exist changes nothing."""
    if language in dict(settings.LANGUAGES) and login.language != language:
        login.language = language
        login.save(update_fields=["language"])


@transaction.atomic
def change_password(*, login: Login, password: str, session_key: str | None) -> int:
    """A new password; every other session of the login ends. Returns how many did."""
    login.set_password(password)
    login.password_is_temporary = False
    login.save(update_fields=["password", "password_is_temporary"])
    record_own(login=login, action="change_password")
    return end_sessions(login, but=session_key)


@transaction.atomic
def end_session(*, login: Login, session_key: str) -> None:
    """Sign one browser out."""
    end_one = login.sessions.filter(pk=session_key)
    session = end_one.first()
    if session is not None:
        record_own(login=login, action="end_session", before={"address": session.address})
        end_one.delete()


@transaction.atomic
def end_other_sessions(*, login: Login, session_key: str | None) -> int:
    """Sign out everywhere but in the browser whose session this is. Returns how many ended."""
    count = end_sessions(login, but=session_key)
    if count:
        record_own(login=login, action="end_sessions", after={"sessions": count})
    return count


def record_own(
    *,
    login: Login,
    action: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Append what a login did about itself to its tenant's audit trail, or to the operator's."""
    if login.tenant_id is None and login.kind != Login.Kind.OPERATOR:
        return
    own = scope.EVERYTHING if login.tenant_id is None else scope.of_tenants([login.tenant_id])
    with scope.scoped(own):
        record(by=login, tenant=login.tenant, action=action, subject=login, before=before, after=after)
