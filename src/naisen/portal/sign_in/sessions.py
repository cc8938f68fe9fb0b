"""Where somebody is signed in: Django's database sessions, with whose they are (SESSION_ENGINE)."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from naisen.portal.sign_in.models import Login, SignInSession
from naisen.portal.sign_in.throttle import address_of

# How exact «last seen» is: a row is written at most once in this time.
EXACT_TO = timedelta(minutes=1)
# What a session remembers of the browser that it began in.
BEGAN = "began"
CONFIRMED_AT = "confirmed_at"
# How long after entering the password somebody may change how to sign in.
FRESH = timedelta(minutes=15)


class SessionStore(DatabaseStore):
    """A session whose row tells its login, its browser and when it was last used."""

    last_seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[SignInSession]:
        """Sessions are SignInSession rows."""
        return SignInSession

    def create_model_instance(self, data: dict[str, Any]) -> SignInSession:
        """The row of this session."""
        row: Any = super().create_model_instance(data)
        began, now = data.get(BEGAN, {}), timezone.now()
        row.login_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.address, row.terminal = began.get("address", ""), began.get("terminal", "")
        row.signed_in_at = datetime.fromisoformat(began["at"]) if began else now
        row.last_seen_at = now
        return row  # type: ignore[no-any-return]

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]
        self.last_seen_at = row.last_seen_at if row else None
        return row

    def touch(self) -> None:
        """Note that the session is in use, unless that was noted a moment ago."""
        now = timezone.now()
        if self.last_seen_at is not None and now - self.last_seen_at > EXACT_TO:
            SignInSession.objects.filter(pk=self.session_key).update(last_seen_at=now)


def remember_browser(request: HttpRequest) -> None:
    """Note in the session where and when it began."""
    request.session[BEGAN] = {
        "address": address_of(request),
        "terminal": request.headers.get("User-Agent", "")[:255],
        "at": timezone.now().isoformat(),
    }
    confirm(request)


def confirm(request: HttpRequest) -> None:
    """Note that the person has just shown who they are."""
    request.session[CONFIRMED_AT] = timezone.now().isoformat()


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person has shown who they are within FRESH."""
    at = request.session.get(CONFIRMED_AT)
    return at is not None and timezone.now() - datetime.fromisoformat(at) < FRESH


def sessions_of(login: Login) -> QuerySet[SignInSession]:
    """Where a login is signed in now, the last used first."""
    return SignInSession.objects.filter(login=login, expire_date__gt=timezone.now()).order_by("-last_seen_at")


def handle_of(session: SignInSession) -> str:
    """What a page calls a session by: its key would be as good as a password."""
    return salted_hmac("naisen.session", session.session_key).hexdigest()[:32]


def end_sessions(login: Login, *, but: str | None = None) -> int:
    """End the sessions of a login, all but the one with the key `but`. Returns how many."""
    return sessions_of(login).exclude(pk=but or "").delete()[0]
