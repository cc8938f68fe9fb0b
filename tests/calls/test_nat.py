"""Phones behind a NAT (C-01), in network namespaces."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_phones_behind_a_nat(figure: Callable[[str], None]) -> None:
    """In a process of its own, which has left our network before it makes another."""
    # Root keeps its user: the parts run as the service user, and must own their files. Others get the rights that
    # they need over a network of their own from a user namespace.
    alone = ["--net"] if os.geteuid() == 0 else ["--map-current-user", "--keep-caps", "--net"]
    command = ["unshare", *alone, sys.executable, "-m", "tests.calls.nat.scenario"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    figure(done.stdout.strip().splitlines()[-1])
