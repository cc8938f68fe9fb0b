"""Every requirement that is built has a test that cites it: docs/requirements-covered.txt says which are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COVERED = ROOT / "docs" / "requirements-covered.txt"
NUMBER = re.compile(r"\b(?:S1|S2|C|D)-\d{2,3}\b|\bR\d{1,2}\b")
SPAN = re.compile(r"((?:S1|S2|C|D)-\d{2,3})\s*(?:…|to|-|–)\s*((?:S1|S2|C|D)-\d{2,3})")


def covered() -> list[str]:
    """The numbers in the file; `#` begins a remark."""
    lines = (line.partition("#")[0].split() for line in COVERED.read_text(encoding="utf-8").splitlines())
    return [number for line in lines for number in line]


def cited() -> set[str]:
    """Every number that a test names by itself; a span (S1-20 … S1-43) names only what it is about."""
    tests = [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "src").rglob("tests/test_*.py")]
    texts = (path.read_text(encoding="utf-8") for path in tests if path != Path(__file__))
    return {number for text in texts for number in NUMBER.findall(SPAN.sub("", text))}


def test_none_is_listed_twice() -> None:
    assert len(covered()) == len(set(covered()))


@pytest.mark.parametrize("number", covered())
def test_a_test_cites(number: str) -> None:
    assert number in cited()
