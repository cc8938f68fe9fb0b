"""Work that takes much memory, in a process of its own: the memory goes when the process ends.

typst keeps what it has laid out, 0.3 MB a sheet, for the next document; a portal or worker that made a
few large ones would stay that big. Data go in and out by pipe, never as arguments or files.
"""

import os
import subprocess
import sys
from pathlib import Path

import naisen

NICENESS = 10  # calls come first
WITHIN_S = 300
SOURCE = Path(naisen.__file__).parents[1]


class PrintingFailed(Exception):
    """The process ended badly; the message is its last line, which holds no data of a tenant."""


def run_apart(module: str, data: bytes) -> bytes:
    """What `python -m module` writes when it reads `data`."""
    ended = subprocess.run(
        [sys.executable, "-m", module],
        input=data,
        capture_output=True,
        env=_environment(),
        timeout=WITHIN_S,
    )
    if ended.returncode != 0:
        lines = ended.stderr.decode(errors="replace").strip().splitlines()
        raise PrintingFailed(lines[-1] if lines else f"{module} ended with {ended.returncode}")
    return ended.stdout


def step_back() -> None:
    """Let everything else go first; for the module that runs apart."""
    os.nice(NICENESS)


def _environment() -> dict[str, str]:
    """Ours without Naisen's own variables: keys and passwords are no business of a typesetter."""
    others = {
        name: value for name, value in os.environ.items() if not name.startswith(("NAISEN_", "DJANGO_"))
    }
    return {**others, "PYTHONPATH": str(SOURCE)}
