"""`naisen bench sip` in its short form: that it measures, not how fast anything is."""

import json
import os
import shutil
import subprocess
import sys

from naisen import figures
from naisen.load import cpu, sip


def test_the_bench_measures_every_figure_of_both() -> None:
    assert shutil.which("sipp"), "sip-tester is in requirements/debian.txt"
    found = sip.measure(sip.SHORT)
    assert [(figure.name, figure.unit) for figure in found] == [
        ("REGISTER", "CPU s/1000"),
        ("call", "CPU s/1000"),
        ("ring group of 10", "CPU s/1000"),
        ("highest rate of call, 0.1 % failed", "1/s"),
        ("highest rate of REGISTER, 0.1 % failed", "1/s"),
    ]
    assert [figure for figure in found if figure.naisen <= 0 or figure.baseline <= 0] == []
    first = json.loads(figures.as_json(found))[0]
    assert list(first) == ["name", "unit", "naisen", "baseline", "ratio"]


def test_the_cpu_of_a_process_counts_with_that_of_its_dead_children() -> None:

    before = cpu.seconds_of([os.getpid()])
    subprocess.run([sys.executable, "-c", "sum(range(20_000_000))"], check=True)
    assert cpu.seconds_of([os.getpid()]) - before > 0.1
