"""`naisen test`: everything that must hold, from style to real calls."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import IO

from naisen.cli.choice import checkout
from naisen.runtime.errors import StartError

# mypy's Django plugin imports the settings, which ask for these; nothing is connected to or opened.
SETTINGS_STAND_IN = {
    **{"NAISEN_DATA": "/nonexistent", "NAISEN_HTTP": "127.0.0.1:8080", "NAISEN_SIP": "127.0.0.1:5060"},
    **{"NAISEN_PORTAL_DATABASE_URL": "postgresql:///naisen"},
    **{"NAISEN_DJANGO_KEY": "no secret", "NAISEN_CREDENTIAL_KEY": "no secret"},
}
SLOW = ("tests/calls", "tests/screens", "tests/runtime", "tests/chaos")
# Calls and kills go by seconds and run first, with the machine to themselves. The rest takes two processes for
# two cores; a browser's event loop stays in the process that drives it, so what drives one comes last in its own.
WITH_BROWSERS = ("tests/phones", "tests/screens")
WITH_SERVERS = ("tests/calls", "tests/runtime", "tests/chaos")
# What measures runs alone, at the end.
MEASURING = ("tests/speed",)


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
    failed = [name for name, command in checks() if not _passes(name, command, root)]
    if options.what == "fast":
        failed += _run_beside([[*_ignoring(SLOW), *options.rest]], root)
    elif options.rest:
        failed += _run_beside([options.rest], root)
    else:
        others = _ignoring(WITH_SERVERS + WITH_BROWSERS + MEASURING)
        failed += _run_beside([[*WITH_SERVERS]], root)
        failed += _run_beside([others, [*WITH_BROWSERS]], root)
        failed += _run_beside([[*MEASURING]], root)
    if failed:
        print(f"FAILED: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _ignoring(folders: tuple[str, ...]) -> list[str]:
    return [f"--ignore={folder}" for folder in folders]


def _run_beside(runs: list[list[str]], root: Path) -> list[str]:
    """Run pytest once for each list of words, side by side; the first one's output is seen as it comes."""
    commands = [python("pytest", "-q", "--durations=15", *words) for words in runs]
    with ThreadPoolExecutor() as pool, ExitStack() as stack:
        outputs = [None, *(stack.enter_context(tempfile.TemporaryFile()) for _ in commands[1:])]
        names = [f"tests {number}" for number in range(1, len(commands) + 1)]
        passed = list(pool.map(_passes, names, commands, [root] * len(commands), outputs))
        for output in outputs[1:]:
            if output is not None:
                output.seek(0)
                print(output.read().decode(errors="replace"), flush=True)
    return [name for name, well in zip(names, passed, strict=True) if not well]


def checks() -> list[tuple[str, list[str]]]:
    """Return the static checks: what each looks at, and its command."""
    return [
        ("style", python("ruff", "check", ".")),
        ("format", python("ruff", "format", "--check", ".")),
        ("types", python("mypy")),
        ("import rules", [str(Path(sys.executable).with_name("lint-imports"))]),
        ("templates", python("djlint", "src", "--lint", "--quiet")),
    ]


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` without what would make the tests use an instance that serves somebody."""
    foreign = ("DJANGO_", "NAISEN_", "DATABASE_URL")
    return {n: v for n, v in environment.items() if n.startswith("NAISEN_TEST_") or not n.startswith(foreign)}


def python(module: str, *words: str) -> list[str]:
    """Return the command that runs a module with this Python."""
    return [sys.executable, "-m", module, *words]


def _passes(name: str, command: list[str], root: Path, output: IO[bytes] | None = None) -> bool:
    began = time.monotonic()
    print(f"--- {name}", flush=True)
    environment = {**SETTINGS_STAND_IN, **without_settings(os.environ)}
    code = subprocess.run(
        command, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
    ).returncode
    print(f"--- {name}: {'ok' if code == 0 else 'FAILED'} ({time.monotonic() - began:.1f} s)", flush=True)
    return code == 0
