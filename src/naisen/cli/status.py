"""`naisen status`: what runs, whether Naisen does or not."""

import argparse
import json

from naisen.cli.choice import add_options
from naisen.runtime import state
from naisen.runtime.instance import Instance


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser("status", help="show what runs", description="Show what runs.")
    add_options(parser)
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(instance: Instance, options: argparse.Namespace) -> int:
    """Print the state; always 0 with --json, else 0 when ready and 3 when not."""
    now = state.current(instance).public()
    if options.json:
        print(json.dumps(now))
        return 0
    print(f"{'ready' if now['ready'] else 'not ready'}  {now['http']}  sip {now['sip']}")
    if "https" in now:
        print(f"  by TLS: {now['https']}  sip {now['sip_tls']}  {now['wss']}")
    for part in now["parts"]:
        print(
            f"  {part['name']:<12} {part['state']:<11} {part['pid'] or '-':>8}  {part.get('reason', '')}".rstrip()
        )
    return 0 if now["ready"] else 3
