"""`python -m naisen.cli`, which ./naisen runs."""

import sys

from naisen.cli.main import main

sys.exit(main())
