"""R11 on a running instance: what is secret stands in no log, no command line, and no copy of the database."""

import base64
import subprocess
from pathlib import Path

import pytest

from naisen.runtime import binaries, cluster
from naisen.runtime.testing.instance import RunningInstance
from tests.chaos.clerk import Clerk

LOGIN, PIN = "kmy-admin", "5820461937"


@pytest.fixture(scope="module")
def planted(instance: RunningInstance) -> dict[str, str]:
    """Name → secret: all that the instance has, after it was used."""
    known = instance.credentials()
    found = {f"SIP password of {device['login']}": device["password"] for device in known["devices"]}
    found |= {f"password of {login['login']}": login["password"] for login in known["logins"]}
    found |= {f"file {path.name}": path.read_text().strip() for path in (instance.data / "secrets").iterdir()}
    clerk = Clerk(instance.http)
    clerk.sign_in(LOGIN, found[f"password of {LOGIN}"])
    path = "/people/register/"
    clerk.send(path, path, {"name": ["秘密"], "extension": ["7771"], "pin": [PIN]})
    assert "秘密" in clerk.get("/people/").text
    return {**found, "PIN": PIN, "session": next(c.value or "" for c in clerk.jar if c.name == "sessionid")}


def found_in(content: bytes, planted: dict[str, str]) -> list[str]:
    """Names of the secrets that stand in it: as they are, in base64, or in hex."""
    return [
        name
        for name, secret in planted.items()
        for form in (secret.encode(), base64.b64encode(secret.encode()), secret.encode().hex().encode())
        if form in content
    ]


def test_there_are_twenty_of_them(planted: dict[str, str]) -> None:
    assert len(planted) >= 20


def test_none_stands_in_a_log(instance: RunningInstance, planted: dict[str, str]) -> None:
    logs = {path.name: path.read_bytes() for path in (instance.data / "logs").iterdir()}
    assert logs
    assert {name: found_in(content, planted) for name, content in logs.items()} == {name: [] for name in logs}


def test_none_stands_in_a_command_line(planted: dict[str, str]) -> None:
    lines = b"\n".join(read(path) for path in Path("/proc").glob("[0-9]*/cmdline"))
    assert b"kamailio" in lines
    assert found_in(lines, planted) == []


def read(path: Path) -> bytes:
    """Its content; nothing when the process has just ended."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def test_a_stolen_database_yields_no_password(instance: RunningInstance, planted: dict[str, str]) -> None:
    """The key lies outside it; passwords of people and PINs are hashes."""
    secrets = instance.data / "secrets"
    password = (secrets / "database-administrator").read_text().strip()
    dump = subprocess.run(
        [
            binaries.postgresql_folder() / "pg_dump",
            "--host",
            sockets(instance),
            "--username",
            cluster.ADMINISTRATOR,
            "naisen",
        ],
        env={"PGPASSWORD": password, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        check=True,
    ).stdout
    assert "秘密".encode() in dump
    # A session's key is what the database knows it by: whoever steals it must steal it while it lasts.
    assert [name for name in found_in(dump, planted) if name != "session"] == []


def sockets(instance: RunningInstance) -> Path:
    """The folder of the cluster's socket."""
    return next(path.parent for path in instance.data.rglob(".s.PGSQL.*") if not path.name.endswith("lock"))
