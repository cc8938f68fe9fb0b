"""The PIN that a person types on a phone (S1-33)."""

from itertools import pairwise

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _

from naisen.portal.refusals import Refusal

SHORTEST, LONGEST = 4, 10


def check_pin(pin: str, *, extension: str) -> None:
    """Raise Refusal (field `pin`) unless `pin` is 4 to 10 digits that nobody guesses first."""
    if not (pin.isascii() and pin.isdigit()):
        raise Refusal(_("パスワードは半角数字だけで入力してください。"), field="pin")
    if not SHORTEST <= len(pin) <= LONGEST:
        raise Refusal(
            _("パスワードは%(shortest)s桁から%(longest)s桁までで入力してください。")
            % {"shortest": SHORTEST, "longest": LONGEST},
            field="pin",
        )
    if pin == extension:
        raise Refusal(_("パスワードを内線番号と同じにはできません。"), field="pin")
    if is_run(pin):
        raise Refusal(
            _("「1234」や「1111」のような、続き番号や同じ数字だけのパスワードは使えません。"), field="pin"
        )


def is_run(pin: str) -> bool:
    """Whether each digit differs from the one before by the same -1, 0 or 1: 1234, 9876, 1111."""
    steps = {(int(b) - int(a)) for a, b in pairwise(pin)}
    return len(steps) == 1 and steps <= {-1, 0, 1}


def hash_pin(pin: str) -> str:
    """The argon2 hash that is stored; empty for no PIN."""
    return make_password(pin) if pin else ""
