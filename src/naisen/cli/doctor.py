"""`naisen doctor`: what is needed, whether it is there, and what to do where it is not."""

import argparse
import locale
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from naisen.cli.choice import add_options
from naisen.runtime import binaries, database, state
from naisen.runtime.address import require_free
from naisen.runtime.errors import StartError
from naisen.runtime.instance import SPACE_NEEDED_MB, Instance

OLDEST_KAMAILIO = (5, 6)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `advice` is empty where all is well."""

    subject: str
    found: str
    advice: str = ""

    def __str__(self) -> str:
        """✓ or ✕, what was found, and what to do."""
        mark = "✕" if self.advice else "✓"
        return f"{mark} {self.subject}: {self.found}" + (f"\n    → {self.advice}" if self.advice else "")


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    text = "check this machine and say what to do where something is wrong"
    parser = commands.add_parser("doctor", help=text, description=f"{text.capitalize()}.")
    add_options(parser, addresses=True)
    parser.set_defaults(run=run)


def run(instance: Instance, options: argparse.Namespace) -> int:
    """Print every finding; 1 when any of them asks for something."""
    findings = [finding for check in CHECKS for finding in _careful(check, instance)]
    for finding in findings:
        print(finding)
    wrong = [finding for finding in findings if finding.advice]
    print(f"{len(wrong)} to mend" if wrong else "all is well")
    return 1 if wrong else 0


def _careful(check: Callable[[Instance], Iterator[Finding]], instance: Instance) -> Iterator[Finding]:
    """A check that is refused is a finding too."""
    try:
        yield from check(instance)
    except (StartError, OSError) as error:
        yield Finding(check.__name__.replace("_", " "), "not right", str(error))


def packages(_: Instance) -> Iterator[Finding]:
    """Look for the Debian packages of requirements/debian.txt."""
    wanted = debian_packages(database.SOURCE.parents[1] / "requirements" / "debian.txt", "run")
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *wanted],
        capture_output=True,
        text=True,
    )
    installed = {line.split()[0] for line in asked.stdout.splitlines() if line.endswith(" installed")}
    missing = [name for name in wanted if name not in installed]
    found = f"{', '.join(missing)} missing" if missing else f"all {len(wanted)} installed"
    advice = f"sudo apt-get install --no-install-recommends {' '.join(missing)}" if missing else ""
    yield Finding("Debian packages", found, advice)


def debian_packages(path: Path, section: str) -> list[str]:
    """Return the packages of one section of the list."""
    names, current = [], ""
    for line in path.read_text().splitlines():
        if heading := re.fullmatch(r"\[(\w+)\]", line.strip()):
            current = heading[1]
        elif current == section and (name := line.partition("#")[0].strip()):
            names.append(name)
    return names


def versions(_: Instance) -> Iterator[Finding]:
    """Ask the programs for their versions."""
    yield Finding(
        "Python", sys.version.split()[0], "" if sys.version_info >= (3, 11) else "Naisen needs 3.11"
    )
    yield Finding("PostgreSQL", binaries.postgresql_folder().parent.name)
    said = _output(str(binaries.find("kamailio", "kamailio")), "-v")
    numbers = re.search(r"kamailio (\d+)\.(\d+)[\d.]*", said)
    good = numbers is not None and (int(numbers[1]), int(numbers[2])) >= OLDEST_KAMAILIO
    advice = "" if good else "Naisen needs Kamailio 5.6 or newer: use Debian 12 or newer"
    yield Finding("Kamailio", numbers[0].split()[1] if numbers else "unknown", advice)
    relay = _output(str(binaries.find("rtpengine", "rtpengine-daemon")), "--version")
    yield Finding("rtpengine", relay.strip().removeprefix("Version: ") or "unknown")


def _output(*command: str) -> str:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.stdout


def language(_: Instance) -> Iterator[Finding]:
    """Look for the locale that the parts run in: names in Japanese need UTF-8."""
    before = locale.setlocale(locale.LC_ALL)
    try:
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
    except locale.Error:
        yield Finding("locale", "C.UTF-8 is missing", "sudo apt-get install --reinstall libc-bin")
    else:
        yield Finding("locale", "C.UTF-8")
    finally:
        locale.setlocale(locale.LC_ALL, before)


def clock(_: Instance) -> Iterator[Finding]:
    """Compare the clock with the age of this file: calls, passwords and sessions go by it."""
    behind = Path(__file__).stat().st_mtime - time.time()
    now = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    yield Finding(
        "clock", now, "set the clock: it is behind this program's own files" if behind > 86_400 else ""
    )


def data_folder(instance: Instance) -> Iterator[Finding]:
    """Make the folders and write in them, as a start would."""
    instance.make_folders()
    free = shutil.disk_usage(instance.data).free // 2**20
    yield Finding("data folder", str(instance.data))
    advice = "" if free >= SPACE_NEEDED_MB else f"make room: {SPACE_NEEDED_MB} MB should be free"
    yield Finding("disk", f"{free} MB free", advice)


def addresses(instance: Instance) -> Iterator[Finding]:
    """Try the ports, or, where Naisen runs, look at its parts."""
    now = state.current(instance)
    if now.supervisor is None:
        require_free(instance.http, ("TCP",), "--http")
        yield Finding("port for browsers", f"{instance.http} is free")
        require_free(instance.sip, ("UDP", "TCP"), "--sip")
        yield Finding("port for phones", f"{instance.sip} is free")
    for part in now.parts if now.supervisor else []:
        advice = "" if part.state == state.READY else f"look into it: ./naisen logs {part.name}"
        yield Finding(part.name, f"{part.state} {part.reason}".strip(), advice)


def outside_database(instance: Instance) -> Iterator[Finding]:
    """Connect to the server that DATABASE_URL names, if it is set."""
    if instance.database_url:
        with database.connect(instance.database_url) as connection:
            yield Finding("DATABASE_URL", f"PostgreSQL {connection.info.server_version // 10_000} answers")


CHECKS = (packages, versions, language, clock, data_folder, addresses, outside_database)
