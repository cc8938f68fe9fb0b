"""`naisen logs`: the last lines of the parts' logs."""

import argparse
import os

from naisen.cli.choice import add_options
from naisen.runtime.errors import StartError
from naisen.runtime.instance import Instance


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "logs", help="show what the parts say", description="Show what the parts say."
    )
    add_options(parser)
    parser.add_argument("part", nargs="?", metavar="PART", help="one part only (see: naisen status)")
    parser.add_argument("-f", "--follow", action="store_true", help="go on as more is written")
    parser.add_argument("-n", "--lines", type=int, default=50, metavar="N", help="how many lines (50)")
    parser.set_defaults(run=run)


def run(instance: Instance, options: argparse.Namespace) -> int:
    """Become `tail` on the log files; StartError when there is none of that name."""
    folder = instance.logs
    names = sorted(path.stem for path in folder.glob("*.log")) if folder.is_dir() else []
    if not names:
        raise StartError(f"there are no logs in {folder}; has Naisen been started with this data folder?")
    if options.part and options.part not in names:
        raise StartError(f"no log of {options.part!r}; there are: {', '.join(names)}")
    files = [str(folder / f"{name}.log") for name in ([options.part] if options.part else names)]
    follow = ["-F"] if options.follow else []
    os.execvp("tail", ["tail", "-n", str(options.lines), *follow, "--", *files])  # noqa: S606 - no shell
