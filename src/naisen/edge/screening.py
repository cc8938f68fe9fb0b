"""What every request must pass before anybody looks at what it wants."""

from naisen.edge.capabilities import SUPPORTED
from naisen.edge.engine import Screened
from naisen.edge.guessing import GOOD_HOSTS
from naisen.edge.trunks import SOURCES


def passes(engine: Screened) -> bool:
    """Whether to go on with the request; if not, it has been answered or dropped.

    1. A flood from an address where no phone of ours lives is dropped; phones and carriers are exempt,
    or a spoofed flood would cost them their registrations and calls. 2. Sanity (RFC 3261, RFC 4475), answered by the engine.
    3. Max-Forwards. 4. No multipart bodies: nothing here needs them, and Kamailio has been hurt by them.
    5. No extensions that we do not have (Require where we are the server).
    """
    host = engine.source_host()
    if engine.counted(GOOD_HOSTS, host) == 0 and not engine.noted(SOURCES, host) and engine.floods():
        engine.be_silent()
        return False
    if not engine.is_sane():
        return False
    if not engine.hops_left():
        _refuse(engine, 483, "Too Many Hops")
        return False
    return _body_is_fit(engine) and _extensions_are_known(engine)


def _body_is_fit(engine: Screened) -> bool:
    if not engine.content_type().lower().startswith("multipart"):
        return True
    _refuse(engine, 415, "Unsupported Media Type", "Accept: application/sdp")
    return False


def _extensions_are_known(engine: Screened) -> bool:
    required = engine.header("Require") if engine.method() in ("REGISTER", "OPTIONS") else ""
    unknown = [name for name in map(str.strip, required[:200].split(",")) if name and name not in SUPPORTED]
    if not unknown:
        return True
    _refuse(engine, 420, "Bad Extension", f"Unsupported: {', '.join(unknown)}")
    return False


def _refuse(engine: Screened, code: int, words: str, *headers: str) -> None:
    if engine.method() == "ACK":
        engine.be_silent()
    else:
        engine.reply(code, words, headers)
