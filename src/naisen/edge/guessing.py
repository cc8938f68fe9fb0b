"""Who guesses passwords, and what that costs (R10).

Only wrong answers to a nonce of ours count: whoever sent them could be reached, so nobody can have a victim
banned from a spoofed address. Counted per source and per device; an address from which a device has
registered before is exempt for that device, so that an attack locks no owner out.
"""

from naisen.edge.engine import Authenticator

LIMIT = 20
"""Wrong answers in a window of 60 s (the tables' autoexpire) after which a source or a device is silent."""

BY_SOURCE, BY_DEVICE, NOTED = "guesses_by_source", "guesses_by_device", "ban_noted"
GOOD, GOOD_HOSTS = "good_addresses", "good_hosts"


def is_banned(engine: Authenticator, login: str, domain: str) -> bool:
    """Whether this source may not try this login now."""
    host, device = engine.source_host(), f"{login}@{domain}"
    if max(engine.counted(BY_SOURCE, host), engine.counted(BY_DEVICE, device)) < LIMIT:
        return False
    return not _is_known(engine, login, domain)


def is_first_notice(engine: Authenticator, login: str, domain: str) -> bool:
    """Whether a ban of this source for this login has not been noted in the last minute."""
    return engine.count(NOTED, f"{login}@{domain} {engine.source_host()}") == 1


def count_wrong_answer(engine: Authenticator, login: str, domain: str) -> bool:
    """Count a wrong answer that came with a nonce of ours; False where its sender is to hear nothing of it.

    Compared once it is counted, so that of those who guess at the same moment no more than LIMIT learn anything.
    """
    by_source = engine.count(BY_SOURCE, engine.source_host())
    by_device = engine.count(BY_DEVICE, f"{login}@{domain}")
    return max(by_source, by_device) <= LIMIT or _is_known(engine, login, domain)


def _is_known(engine: Authenticator, login: str, domain: str) -> bool:
    """Whether the device has proved its password from this source before."""
    host = engine.source_host()
    good = engine.counted(GOOD, f"{login}@{domain} {host}") > 0
    return good or engine.is_bound_from(login, domain, host)


def remember_good_address(engine: Authenticator, login: str, domain: str) -> None:
    """Note that the device's right password came from here; the host is no flooder either."""
    host = engine.source_host()
    engine.count(GOOD, f"{login}@{domain} {host}")
    engine.count(GOOD_HOSTS, host)
