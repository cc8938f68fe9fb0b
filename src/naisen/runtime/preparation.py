"""Brings a data folder up to what this version of Naisen needs; does nothing where that is already so."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from naisen.runtime import commands, database
from naisen.runtime.setting import Setting

PORTAL = database.SOURCE / "portal"
Say = Callable[[str], None]


async def prepare_database(setting: Setting, say: Say) -> None:
    """Roles, migrations and, for the demo, its data. PostgreSQL must be accepting connections."""
    await asyncio.to_thread(_prepare_roles, setting)
    stamp = database.schema_stamp()
    await _once(setting, "schema", stamp, ("migrate", "--no-input"), "migrate the database", say)
    if setting.instance.demo:
        files = sorted((PORTAL / "demo").rglob("*.py"))
        stamp = f"{stamp} {database.files_stamp(files)} {setting.instance.data}"
        if not setting.instance.demo_file.exists():
            await asyncio.to_thread(database.forget_prepared, setting.owner_url, "demo")
        await _once(setting, "demo", stamp, ("load_demo",), "load the demo's data", say)


def _prepare_roles(setting: Setting) -> None:
    if setting.instance.database_url is None:
        setting.cluster.make_database()
    database.prepare_roles(setting.owner_url, setting.secrets.roles)


async def _once(
    setting: Setting, key: str, stamp: str, command: tuple[str, ...], what: str, say: Say
) -> None:
    """Run a management command as the schema's owner, unless the database says that it was done."""
    if await asyncio.to_thread(database.is_prepared, setting.owner_url, key, stamp):
        return
    say(f"{what} …")
    await _manage(setting, command, what, setting.owner_environment())
    await asyncio.to_thread(database.record_prepared, setting.owner_url, key, stamp)


async def prepare_assets(setting: Setting) -> None:
    """Translations and static files, made in the data folder when their sources have changed."""
    sources = (path for folder in ("static", "locale") for path in sorted((PORTAL / folder).rglob("*")))
    stamp, recorded = database.files_stamp(_outside_caches(sources)), setting.instance.run / "assets.stamp"
    made = (setting.instance.data / "static").is_dir()
    if made and recorded.exists() and recorded.read_text() == stamp:
        return
    await _manage(setting, ("prepare_assets",), "prepare the portal's files", setting.portal_environment())
    recorded.write_text(stamp)


def _outside_caches(paths: Iterable[Path]) -> Iterable[Path]:
    return (path for path in paths if path.suffix not in (".mo", ".pyc"))


async def _manage(
    setting: Setting, words: tuple[str, ...], what: str, environment: Mapping[str, str]
) -> None:
    instance = setting.instance
    await commands.run(
        what,
        database.manage_command(*words),
        environment=environment,
        folder=instance.run,
        log=instance.logs / f"{words[0]}.log",
    )
