"""`naisen credentials`: the demo's logins and devices."""

import argparse
import json
from typing import Any

from naisen.cli.choice import add_options
from naisen.runtime.errors import StartError
from naisen.runtime.instance import Instance

KEYS = ("logins", "devices", "feature_codes")


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    text = "show the demo's logins and devices with their passwords"
    parser = commands.add_parser("credentials", help=text, description=f"{text.capitalize()}.")
    add_options(parser)
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.set_defaults(run=run)


def run(instance: Instance, options: argparse.Namespace) -> int:
    """Print them; StartError when no demo has been started on this data folder."""
    found = read(instance)
    if options.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    for login in found["logins"]:
        print(f"sign in  {login['login']:<16} {login['password']}  ({login['role']} {login['tenant'] or ''})")
    for device in found["devices"]:
        whose = f"{device['person']} {device['extension']}" if device["person"] else "未使用"
        print(f"device   {device['login']}@{device['domain']}  {device['password']}  {whose}")
    for name, code in found["feature_codes"].items():
        print(f"dial     {code:<8} {name}")
    return 0


def read(instance: Instance) -> dict[str, Any]:
    """Return the demo's file without what only the runtime needs."""
    try:
        content = json.loads(instance.demo_file.read_text())
    except FileNotFoundError as error:
        raise StartError(f"no demo was started in {instance.data}; start one: ./naisen demo") from error
    except OSError as error:
        raise StartError(f"cannot read {instance.demo_file}: {error.strerror}") from error
    return {key: content[key] for key in KEYS}
