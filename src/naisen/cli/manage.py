"""`naisen manage …`: Django's own commands, with the instance's database and keys."""

import argparse
import os
from dataclasses import replace

from naisen.cli.choice import add_options
from naisen.runtime import database, state
from naisen.runtime.address import Address
from naisen.runtime.errors import StartError
from naisen.runtime.instance import Instance
from naisen.runtime.secret_files import Secrets
from naisen.runtime.setting import Setting

# These change or show the schema, or write past row-level security: they work as its owner.
OWNER_COMMANDS = frozenset({"migrate", "showmigrations", "sqlmigrate", "load_demo", "procrastinate"})


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "manage",
        help="run a management command of the portal",
        description="Run a command of the portal (Django).",
    )
    add_options(parser)
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="…", help="for example: shell")
    parser.set_defaults(run=run)


def run(instance: Instance, options: argparse.Namespace) -> int:
    """Become the management command; StartError when the database does not run."""
    now = state.current(instance)
    if now.supervisor is None and instance.database_url is None:
        raise StartError(
            "Naisen does not run on this data folder, and with it its database; start it: ./naisen up"
        )
    running = replace(instance, http=Address.parse(now.http, "--http"), sip=Address.parse(now.sip, "--sip"))
    running.make_folders()
    setting = Setting(running, Secrets.of(running.secrets))
    owner = bool(options.words) and options.words[0] in OWNER_COMMANDS
    environment = setting.owner_environment() if owner else setting.portal_environment()
    command = database.manage_command(*options.words)
    os.execve(command[0], command, dict(environment))  # noqa: S606 - no shell
