"""Digest authentication."""

import KSR

from naisen.edge.engine import Credentials, PasswordCheck
from naisen.edge.kemi.message import Message, text

HASH_GIVEN = 1  # pv_auth_check: what we give is HA1
QOP_AUTH, STALE = 1, 16  # auth_challenge
CHECKS = {
    # Not a nonce of this process: every phone's, after the edge was started anew. A fresh one settles it.
    -1: PasswordCheck.STALE,
    -2: PasswordCheck.WRONG,
    -4: PasswordCheck.STALE,
    -5: PasswordCheck.STALE,
    -6: PasswordCheck.STALE,
}


class Authentication(Message):
    """The digest's part of `engine.Authenticator`."""

    def credentials(self, realm: str) -> Credentials | None:
        if KSR.auth.has_credentials(realm) < 0:
            return None
        return Credentials(text("$aU"), text("$adu"), text("$adn"))

    def check_password(self, realm: str, ha1: str) -> PasswordCheck:
        result = KSR.auth.pv_auth_check(realm, ha1, HASH_GIVEN, 0)
        return PasswordCheck.RIGHT if result > 0 else CHECKS.get(result, PasswordCheck.MALFORMED)

    def challenge(self, realm: str, *, stale: bool = False) -> None:
        KSR.auth.auth_challenge(realm, QOP_AUTH | STALE if stale else QOP_AUTH)
