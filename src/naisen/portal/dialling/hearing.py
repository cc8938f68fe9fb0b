"""What the person at the telephone hears and sees when a call is refused (D-03)."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# SIP code → its name in RFC 3261 21, and what most telephones make of it.
HEARD: Mapping[int, tuple[str, str | Promise]] = {
    403: ("Forbidden", _("すぐに切れます。多くの電話機では話中音が鳴り、「403」と表示されます。")),
    404: ("Not Found", _("すぐに切れます。多くの電話機では話中音が鳴り、「404」と表示されます。")),
    480: (
        "Temporarily Unavailable",
        _("呼び出しは終わり、多くの電話機では話中音が鳴って「480」と表示されます。"),
    ),
    486: ("Busy Here", _("話中音が鳴ります。")),
    603: ("Decline", _("呼び出しは終わり、話中音が鳴ります。")),
}


def heard(code: int) -> str:
    """「480 Temporarily Unavailable: …」."""
    name, words = HEARD.get(code, ("", _("呼び出しは終わり、話中音が鳴ります。")))
    return f"{code} {name}: {words}"
