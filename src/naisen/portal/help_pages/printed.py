"""`python -m naisen.portal.help_pages.printed`: JSON of chapters in, their PDF out (pdf.py)."""

import json
import sys
from pathlib import Path

from naisen.portal.printing.apart import step_back
from naisen.portal.printing.typesetting import typeset

TEMPLATE = Path(__file__).with_name("manual.typ")


def main() -> None:
    """Set the chapters. Pictures are named by their path from `root`."""
    step_back()
    data = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(typeset(TEMPLATE, data, root=Path(data.pop("root"))))


if __name__ == "__main__":
    main()
