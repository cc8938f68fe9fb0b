"""`python -m naisen.cli`, which ./naisen runs."""

import signal
import sys
from types import FrameType


def leave(number: int, frame: FrameType | None) -> None:
    """End at once: nothing has been started. `demo` and `up` end well by Ctrl-C, whenever it comes."""
    raise SystemExit(0 if {"demo", "up"} & set(sys.argv[1:]) else 128 + number)


# Before the imports, which take most of a second: whoever changes her mind meanwhile sees no traceback.
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, leave)

from naisen.cli.main import main  # noqa: E402

sys.exit(main())
