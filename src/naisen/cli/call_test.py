"""`naisen call-test FROM TO`: one real call through the running system."""

import argparse

from naisen.cli.choice import add_options
from naisen.phones.call_test import main as place_call
from naisen.runtime import state
from naisen.runtime.errors import StartError
from naisen.runtime.instance import Instance


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    text = "place a real call between two extensions of the demo and measure it"
    parser = commands.add_parser("call-test", help=text, description=f"{text.capitalize()}.")
    add_options(parser)
    parser.add_argument("caller", metavar="FROM", help="the extension that calls")
    parser.add_argument("callee", metavar="TO", help="the extension that is called")
    parser.add_argument("--json", action="store_true", help="report for programs")
    parser.set_defaults(run=run)


def run(instance: Instance, options: argparse.Namespace) -> int:
    """Place the call; 0 when it rang, was heard both ways and ended, 1 with a line that says what failed."""
    now = state.current(instance)
    if now.supervisor is None:
        raise StartError("Naisen does not run on this data folder; start it: ./naisen demo")
    words = [options.caller, options.callee, "--data", str(instance.data), "--sip", now.sip]
    return place_call([*words, "--json"] if options.json else words)
