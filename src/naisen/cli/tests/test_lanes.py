"""The lanes of `./naisen test` hold every test, and none twice."""

from collections import Counter
from pathlib import Path

from naisen.cli.test import everything

ROOT = Path(__file__).parents[4]


def test_every_file_of_tests_is_in_one_lane() -> None:
    files = [
        path.relative_to(ROOT) for folder in ("src", "tests") for path in (ROOT / folder).rglob("test_*.py")
    ]
    jobs = [job for lanes in everything(ROOT) for lane in lanes for job in lane]
    words = [Path(word) for _name, command in jobs if "pytest" in command for word in command]
    found = Counter({file: sum(file.is_relative_to(word) for word in words) for file in files})
    assert {file: count for file, count in found.items() if count != 1} == {}
