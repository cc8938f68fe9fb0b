"""The options that every command shares: which data folder, and on which addresses."""

import argparse
import compileall
import hashlib
import os
import stat
import sys
from pathlib import Path

from naisen.runtime import identity
from naisen.runtime.address import Address
from naisen.runtime.database import SOURCE
from naisen.runtime.errors import StartError
from naisen.runtime.front import HTTPS_PORT, SIP_TLS_PORT
from naisen.runtime.instance import Instance, require_ours

DEFAULT_HTTP = "127.0.0.1:8080"
DEFAULT_SIP = "127.0.0.1:5060"


def checkout() -> Path:
    """Return the folder of the clone; ./naisen names it where the code runs from a copy."""
    return Path(os.environ.get("NAISEN_CHECKOUT") or SOURCE.parents[1])


def add_options(parser: argparse.ArgumentParser, *, addresses: bool = False) -> None:
    """Add --data, and --http and --sip where a command starts something."""
    parser.add_argument(
        "--data", metavar="DIR", type=Path, default=checkout() / "var", help="data folder (default: ./var)"
    )
    if addresses:
        parser.add_argument(
            "--http", metavar="HOST:PORT", default=DEFAULT_HTTP, help=f"for browsers ({DEFAULT_HTTP})"
        )
        parser.add_argument(
            "--sip", metavar="HOST:PORT", default=DEFAULT_SIP, help=f"for phones ({DEFAULT_SIP})"
        )
        _add_tls_options(parser)


def _add_tls_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--https", metavar="HOST:PORT", help=f"for browsers, and WSS (port {HTTPS_PORT}, or a free one)"
    )
    parser.add_argument(
        "--sip-tls", metavar="HOST:PORT", help=f"for phones on TLS (port {SIP_TLS_PORT}, or a free one)"
    )
    parser.add_argument(
        "--tls-cert", metavar="FILE", type=Path, help="certificate and chain, PEM (default: self-signed)"
    )
    parser.add_argument(
        "--tls-key", metavar="FILE", type=Path, help="its private key, if in a file of its own"
    )


def choose(options: argparse.Namespace) -> Instance:
    """Turn options into an instance. Root becomes the system user `naisen` here, once and for all."""
    data = options.data.expanduser().absolute()
    if identity.is_root():
        starts = hasattr(options, "http")
        asked, data = data, hand_over(data) if starts else _chosen(data)
        if data != asked and starts:
            print(
                f"the user {identity.SERVICE_USER} cannot enter {asked}: the data is in {data}",
                file=sys.stderr,
            )
        # The service user may not write beside the code, and every part would compile it anew.
        compileall.compile_dir(SOURCE, quiet=2)
        identity.become_service_user()
    sip = Address.parse(getattr(options, "sip", DEFAULT_SIP), "--sip")
    if sip.is_any:
        raise StartError(
            "--sip takes the address that phones reach, not 0.0.0.0: it stands in their settings"
        )
    return Instance(
        data=data.resolve(),
        http=Address.parse(getattr(options, "http", DEFAULT_HTTP), "--http"),
        sip=sip,
        demo=getattr(options, "demo", False),
        database_url=os.environ.get("DATABASE_URL") or None,
        https=_optional_address(options, "https", "--https"),
        sip_tls=_optional_address(options, "sip_tls", "--sip-tls"),
        tls_certificate=_optional_file(options, "tls_cert"),
        tls_key=_optional_file(options, "tls_key"),
    )


def _optional_address(options: argparse.Namespace, name: str, option: str) -> Address | None:
    text = getattr(options, name, None)
    return Address.parse(text, option) if text else None


def _optional_file(options: argparse.Namespace, name: str) -> Path | None:
    path = getattr(options, name, None)
    return path.expanduser().absolute() if path else None


def hand_over(data: Path) -> Path:
    """As root: return a data folder that the system user owns; the one asked for, or one it can enter."""
    user, chosen = identity.ensure_service_user(), _chosen(data)
    require_ours(chosen)
    try:
        chosen.mkdir(parents=True, exist_ok=True)
        owner = chosen.stat().st_uid
        if owner == 0:
            os.chown(chosen, user.pw_uid, user.pw_gid)
    except OSError as error:
        raise StartError(
            f"cannot make the data folder {chosen}: {error.strerror}; choose another with --data DIR"
        ) from error
    if owner not in (0, user.pw_uid):
        raise StartError(
            f"the data folder {chosen} belongs to another user (id {owner}): start Naisen as that user, "
            "or choose another folder with --data DIR"
        )
    return chosen


def _chosen(data: Path) -> Path:
    """The folder itself, or one of the system user's for one that it cannot enter; the same one every time."""
    if is_enterable(data.parent, identity.ensure_service_user().pw_uid):
        return data
    mark = hashlib.sha256(os.fsencode(data)).hexdigest()[:8]
    return Path(identity.SERVICE_HOME) / f"data-{mark}"


def is_enterable(folder: Path, uid: int) -> bool:
    """Tell whether an ordinary user may pass through the folder and all above it (those that exist)."""
    for place in (folder, *folder.parents):
        try:
            found = place.stat()
        except FileNotFoundError:
            continue
        except OSError:
            return False
        needed = stat.S_IXUSR if found.st_uid == uid else stat.S_IXOTH
        if not found.st_mode & needed:
            return False
    return True
