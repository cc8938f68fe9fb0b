"""`naisen test`: everything that must hold, from style to real calls."""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from naisen.cli.choice import checkout
from naisen.runtime.errors import StartError

# mypy's Django plugin imports the settings, which ask for these; nothing is connected to or opened.
SETTINGS_STAND_IN = {
    **{"NAISEN_DATA": "/nonexistent", "NAISEN_HTTP": "127.0.0.1:8080", "NAISEN_SIP": "127.0.0.1:5060"},
    **{"NAISEN_PORTAL_DATABASE_URL": "postgresql:///naisen"},
    **{"NAISEN_DJANGO_KEY": "no secret", "NAISEN_CREDENTIAL_KEY": "no secret"},
}
# A file's tests stay together: they share an instance, and some break it.
IN_PARALLEL = ("-n", "2", "--dist", "loadfile")
SLOW = ("tests/calls", "tests/screens", "tests/runtime", "tests/chaos")


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "test",
        help="check style, types and import rules, and run the tests",
        description="Check Naisen itself.",
    )
    parser.add_argument("what", nargs="?", choices=["fast"], help="fast: without servers, calls and browsers")
    parser.add_argument("rest", nargs=argparse.REMAINDER, metavar="…", help="passed on to pytest")
    parser.set_defaults(run=run)


def run(choice: None, options: argparse.Namespace) -> int:
    """Run all checks, even after one has failed, then the tests; 0 only when all is well."""
    root = checkout()
    if not (root / "tests").is_dir():
        raise StartError(f"there are no tests in {root}")
    skipped = [f"--ignore={folder}" for folder in SLOW] if options.what == "fast" else []
    failed = [name for name, command in checks() if not _passes(name, command, root)]
    if not _passes(
        "tests", python("pytest", "-q", "--durations=15", *IN_PARALLEL, *skipped, *options.rest), root
    ):
        failed.append("tests")
    if failed:
        print(f"FAILED: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def checks() -> list[tuple[str, list[str]]]:
    """Return the static checks: what each looks at, and its command."""
    return [
        ("style", python("ruff", "check", ".")),
        ("format", python("ruff", "format", "--check", ".")),
        ("types", python("mypy")),
        ("import rules", [str(Path(sys.executable).with_name("lint-imports"))]),
        ("templates", python("djlint", "src", "--lint", "--quiet")),
    ]


def python(module: str, *words: str) -> list[str]:
    """Return the command that runs a module with this Python."""
    return [sys.executable, "-m", module, *words]


def _passes(name: str, command: list[str], root: Path) -> bool:
    began = time.monotonic()
    print(f"--- {name}", flush=True)
    environment = {**SETTINGS_STAND_IN, **os.environ}
    code = subprocess.run(command, cwd=root, env=environment, stdin=subprocess.DEVNULL).returncode
    print(f"--- {name}: {'ok' if code == 0 else 'FAILED'} ({time.monotonic() - began:.1f} s)", flush=True)
    return code == 0
