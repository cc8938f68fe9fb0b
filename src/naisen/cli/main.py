"""Reads the command line, gives up root, and hands over to the command."""

import argparse
import sys
from io import TextIOWrapper
from typing import cast

from naisen.cli import bench, call_test, credentials, doctor, manage, run, show_logs, status, test
from naisen.cli.choice import choose
from naisen.runtime.errors import StartError
from naisen.version import VERSION

COMMANDS = (run, status, credentials, show_logs, doctor, call_test, manage, bench, test)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="naisen",
        description="A hosted phone system: the portal, the SIP engine and the store behind them.",
        epilog="Start with: ./naisen demo",
    )
    top.add_argument("--version", action="version", version=f"Naisen {VERSION}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add_to(commands)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run the command; returns the exit code. Every expected trouble is one line on stderr and code 1."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character must not end the program.
        cast(TextIOWrapper, stream).reconfigure(errors="replace")
    options = parser().parse_args(arguments)
    try:
        return int(options.run(choose(options) if hasattr(options, "data") else None, options))
    except StartError as error:
        print(f"naisen: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except OSError as error:
        print(f"naisen: {error.strerror or error}: {error.filename or ''}", file=sys.stderr)
        return 1
