"""The PIN that a person types on a phone (S1-33)."""

import base64
import hmac
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from django.conf import settings
from django.utils.translation import gettext as _

from naisen.portal.refusals import Refusal

SHORTEST, LONGEST = 4, 10

# Four digits are guessed through in seconds whatever a hash costs, so the key outside the database guards
# them (docs/decisions/0010-imports.md). The small cost lets a file of 10,000 PINs be read while a clerk waits.
HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
PREFIX = "argon2$"


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
    """The keyed argon2id hash that is stored; empty for no PIN."""
    return PREFIX + HASHER.hash(_keyed(pin)) if pin else ""


def pin_matches(pin: str, stored: str) -> bool:
    """Whether `pin` is the one that `stored` was made from; never true for an empty one."""
    if not pin or not stored:
        return False
    try:
        return HASHER.verify(stored.removeprefix(PREFIX), _keyed(pin))
    except VerifyMismatchError:
        return False


def _keyed(pin: str) -> bytes:
    return hmac.digest(base64.b64decode(settings.CREDENTIAL_KEY), b"PIN|" + pin.encode(), "sha256")
