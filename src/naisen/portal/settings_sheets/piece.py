"""`python -m naisen.portal.settings_sheets.piece`: JSON of sheets in, their PDF out (many.py)."""

import json
import sys

from naisen.portal.printing.apart import step_back
from naisen.portal.settings_sheets.document import pdf_of
from naisen.portal.settings_sheets.sheet import Layout, Sheet


def main() -> None:
    """Make one piece. Untagged: these are for printing, and the tags are two thirds of the bytes."""
    step_back()
    data = json.load(sys.stdin.buffer)
    sheets = [Sheet(**values) for values in data["sheets"]]
    pdf = pdf_of(sheets, data["words"], layout=Layout(data["layout"]), tagged=False)
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
