"""./naisen itself: from anywhere, fast when all is there, and what it says when something is missing."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from naisen.runtime import identity
from naisen.runtime.testing.instance import COMMAND, outside_environment

ROOT_ONLY = pytest.mark.skipif(not identity.is_root(), reason="becomes another user, which only root can")
POLICY = Path("/usr/sbin/policy-rc.d")
# All that ./naisen needs before it has installed anything; sudo and apt-get are not among them.
TOOLS = (
    *(
        "sh",
        "id",
        "awk",
        "sed",
        "grep",
        "tail",
        "cut",
        "cat",
        "readlink",
        "dirname",
        "sha256sum",
        "mktemp",
        "wc",
    ),
    *("env", "mkdir", "mv", "rm", "chmod", "sleep", "flock", "tr", "setpriv"),
)


@pytest.fixture
def tools() -> Iterator[Path]:
    """A folder of programs that stands for a machine without Naisen's packages."""
    folder = Path(tempfile.mkdtemp(prefix="naisen-tools-"))
    folder.chmod(0o755)
    for name in TOOLS:
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    add_program(folder, "dpkg-query", "exit 1")
    yield folder
    shutil.rmtree(folder)


def add_program(folder: Path, name: str, body: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{body}\n")
    (folder / name).chmod(0o755)


def run(*words: str | Path, path: Path | None = None, **options: object) -> subprocess.CompletedProcess[str]:
    environment = outside_environment() | ({"PATH": str(path)} if path else {})
    return subprocess.run(
        words, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, cwd="/"
    )


def test_it_works_through_a_link_from_another_folder(tmp_path: Path) -> None:
    link = tmp_path / "phones"
    link.symlink_to(COMMAND)
    done = run(link, "--version")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Naisen ")


def test_it_is_fast_when_everything_is_there() -> None:
    run(COMMAND, "--version")
    began = time.monotonic()
    run(COMMAND, "--version")
    assert time.monotonic() - began < 1.0


def test_an_unknown_command_is_refused_with_the_known_ones() -> None:
    done = run(COMMAND, "fly")
    assert done.returncode == 2
    assert "demo" in done.stderr


@ROOT_ONLY
def test_without_root_and_sudo_it_says_the_one_command_and_stops(tools: Path) -> None:
    identity.ensure_service_user()
    copy = Path(tempfile.mkdtemp(prefix="naisen-copy-"))
    copy.chmod(0o755)
    shutil.copy(COMMAND, copy)
    shutil.copytree(COMMAND.parent / "requirements", copy / "requirements")
    as_user = (
        "setpriv",
        f"--reuid={identity.SERVICE_USER}",
        f"--regid={identity.SERVICE_USER}",
        "--clear-groups",
    )
    done = run(*as_user, copy / "naisen", "demo", path=tools)
    shutil.rmtree(copy)
    assert done.returncode == 1
    assert "apt-get install --no-install-recommends python3 python3-venv postgresql kamailio" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 2


@ROOT_ONLY
def test_when_apt_fails_its_last_words_are_shown_and_services_may_start_again(tools: Path) -> None:
    before = POLICY.read_text() if POLICY.exists() else None
    add_program(
        tools, "apt-get", f'cp {POLICY} "$0.policy"; echo "E: Unable to fetch some archives"; exit 100'
    )
    for name in ("cp", "update-rc.d"):
        (tools / name).symlink_to(shutil.which(name, path="/usr/bin:/bin:/usr/sbin") or "")
    done = run(COMMAND, "demo", path=tools)
    assert done.returncode == 1
    assert "E: Unable to fetch some archives" in done.stderr
    assert "its output is in" in done.stderr
    during = (tools / "apt-get.policy").read_text()
    assert "exit 101" in during, "no service may start while packages are installed"
    assert (POLICY.read_text() if POLICY.exists() else None) == before
