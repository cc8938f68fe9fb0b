"""`naisen bench …`: the figures that the README quotes, measured in a throw-away database."""

import argparse
import base64
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from naisen import figures
from naisen.load import sip
from naisen.runtime import cluster, database, identity
from naisen.runtime.testing.cluster import TestCluster

WHAT = {
    "portal": "every list page with 100, 10,000 and 100,000 people and devices",
    "csv": "a file of 10,000 rows: preview, commit, taking back, memory",
    "sheets": "1,000 settings sheets with QR codes in one file",
    "sip": "registrations and calls beside a plain Kamailio, in CPU seconds per 1,000, and the highest rates",
}


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    text = "measure, in a throw-away database"
    parser = commands.add_parser("bench", help=text, description=f"{text.capitalize()}.")
    help_of_all = "; ".join(f"{name}: {words}" for name, words in WHAT.items())
    parser.add_argument("what", choices=sorted(WHAT), help=help_of_all)
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(choice: None, options: argparse.Namespace) -> int:
    """Measure; what the portal measures, in a database made for it."""
    if options.what == "sip":
        return measure_sip(as_json=options.json)
    folder = Path(tempfile.mkdtemp(prefix="naisen-bench-"))
    served = TestCluster(folder, identity.SERVICE_USER if identity.is_root() else None, settings={})
    try:
        served.start()
        words = ["bench", options.what, *(["--json"] if options.json else [])]
        return subprocess.run(database.manage_command(*words), env=prepared(folder, served)).returncode
    finally:
        served.stop()
        shutil.rmtree(folder, ignore_errors=True)


def measure_sip(*, as_json: bool) -> int:
    """Measure the edge beside the baseline of bench/, and print the figures."""
    found = sip.measure(sip.WHOLE)
    print(figures.as_json(found) if as_json else f"{figures.as_text(found)}\nload averages: {sip.machine()}")
    return 0


def prepared(folder: Path, served: TestCluster) -> Mapping[str, str]:
    """The environment of a portal whose database has its tables."""
    passwords = database.Passwords(portal=cluster.new_password(), edge=cluster.new_password())
    environment = {
        **os.environ,
        **{"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(database.SOURCE.parent)},
        **{"NAISEN_DATA": str(folder), "NAISEN_HTTP": "127.0.0.1:8080", "NAISEN_SIP": "127.0.0.1:5060"},
        "NAISEN_PORTAL_DATABASE_URL": served.url(database.PORTAL_ROLE, passwords.portal),
        "NAISEN_OWNER_DATABASE_URL": served.owner_url,
        "NAISEN_DJANGO_KEY": secrets.token_urlsafe(32),
        "NAISEN_CREDENTIAL_KEY": base64.b64encode(secrets.token_bytes(32)).decode(),
    }
    database.prepare(served.owner_url, passwords=passwords, environment=environment)
    return environment
