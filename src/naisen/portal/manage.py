"""Django's command line for the portal: `naisen manage …`."""

import os
import sys


def main() -> None:
    """Run one Django management command, named in `sys.argv`."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "naisen.portal.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
