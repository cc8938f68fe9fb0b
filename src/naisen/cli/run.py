"""`naisen demo` and `naisen up`: start everything and stay until Ctrl-C."""

import argparse
import json
from collections.abc import Callable

from naisen.cli.choice import add_options
from naisen.runtime.instance import Instance
from naisen.runtime.supervisor import serve


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both commands."""
    for name, demo, text in (
        ("demo", True, "start with a demo company and two built-in phones"),
        ("up", False, "start for real use"),
    ):
        parser = commands.add_parser(name, help=text, description=f"{text.capitalize()}; Ctrl-C stops it.")
        add_options(parser, addresses=True)
        parser.set_defaults(run=run, demo=demo)


def run(instance: Instance, options: argparse.Namespace) -> int:
    """Run until a signal stops it; 0 then."""
    serve(instance, say, announce(instance))
    say("stopped")
    return 0


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    print(line, flush=True)


def announce(instance: Instance) -> Callable[[], None]:
    """Return what prints the line that starts with «ready»."""

    def ready() -> None:
        words = [f"ready  http://{instance.http}  sip {instance.sip}"]
        if instance.demo:
            login = json.loads(instance.demo_file.read_text())["logins"][0]
            words.append(f"sign in: {login['login']} / {login['password']}")
        say("  ".join(words))

    return ready
