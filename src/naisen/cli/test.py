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
# Names the file to which every pytest adds a line for each failed test (conftest.py): shown last, where they are seen.
FAILURES = "NAISEN_TEST_FAILURES"
Job = tuple[str, list[str]]  # its name and its command


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
    """Run all checks, even after one has failed, and the tests; 0 only when all is well."""
    root = checkout()
    if not (root / "tests").is_dir():
        raise StartError(f"there are no tests in {root}")
    if options.what == "fast":
        ignored = [f"--ignore={folder}" for folder in SLOW]
        phases = [[[*checks(), tests("tests", *ignored, *options.rest)]]]
    elif options.rest:
        phases = [[[*checks(), tests("tests", *options.rest)]]]
    else:
        phases = everything(root)
    with tempfile.NamedTemporaryFile() as failures:
        os.environ[FAILURES] = failures.name
        failed = [name for lanes in phases for name in _run_beside(lanes, root)]
        print(failures.read().decode(errors="replace"), end="", file=sys.stderr)
    if failed:
        print(f"FAILED: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def everything(root: Path) -> list[list[list[Job]]]:
    """Return the whole suite for two cores: phases, one after another, of lanes, side by side, of jobs, in turn.

    Calls mostly wait, so they go with browsers, which do not. A browser's event loop stays in the process that
    drives it, so what drives one comes last in its own. What measures runs alone, at the end.
    """
    calls, screens = (_files(root, f"tests/{folder}") for folder in ("calls", "screens"))
    without_servers = [
        f"tests/{name}" for name in ("docs", "routing", "secrets", "speed/test_query_counts.py")
    ]
    return [
        [
            [
                tests("screens 1", *screens[::2]),
                tests("parts", "src", *without_servers),
            ],
            [
                tests("screens 2", "tests/phones", *screens[1::2]),
                *checks(),
                tests("kills", "tests/runtime", "tests/chaos"),
            ],
            [
                tests("calls 1", *calls[::2]),
                tests("calls 2", *calls[1::2]),
                tests("isolation", "tests/isolation", "tests/migrations"),
            ],
        ],
        [[tests("speed", "tests/speed/test_bench_sip.py")]],
    ]


def _files(root: Path, folder: str) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in (root / folder).glob("test_*.py"))


def tests(name: str, *words: str) -> Job:
    """Return the job that runs pytest with these words."""
    return name, python("pytest", "-q", "--durations=15", *words)


def _run_beside(lanes: list[list[Job]], root: Path) -> list[str]:
    """Run the lanes side by side and name what failed; the first lane's output is seen as it comes."""
    with ThreadPoolExecutor() as pool, ExitStack() as stack:
        outputs = [None, *(stack.enter_context(tempfile.TemporaryFile()) for _ in lanes[1:])]
        failed = list(pool.map(_failing, lanes, [root] * len(lanes), outputs))
        for output in outputs[1:]:
            if output is not None:
                output.seek(0)
                print(output.read().decode(errors="replace"), flush=True)
    return [name for names in failed for name in names]


def _failing(lane: list[Job], root: Path, output: IO[bytes] | None) -> list[str]:
    return [name for name, command in lane if not _passes(name, command, root, output)]


def checks() -> list[Job]:
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
    print(f"--- {name}\n", end="", flush=True)  # whole: lanes print side by side
    environment = {**SETTINGS_STAND_IN, **without_settings(os.environ)}
    code = subprocess.run(
        command, cwd=root, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
    ).returncode
    print(f"--- {name}: {'ok' if code == 0 else 'FAILED'} ({time.monotonic() - began:.1f} s)", flush=True)
    return code == 0
