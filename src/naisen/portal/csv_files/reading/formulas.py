"""Cells that a spreadsheet would run as a formula: defused on the way out, restored on the way in.

`=HYPERLINK(…)` in a name must not run on a clerk's machine, and `+81…` in a memo must come back as it was.
"""

import re

DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
DEFUSED = re.compile(r"'+[=+\-@\t\r]")


def defuse(text: str) -> str:
    """`text` with an apostrophe before it when a spreadsheet would calculate it."""
    return f"'{text}" if DANGEROUS.match(text) else text


def restore(cell: str) -> str:
    """What `defuse` was given."""
    return cell[1:] if DEFUSED.match(cell) else cell
