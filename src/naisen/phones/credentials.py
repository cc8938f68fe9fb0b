"""The demo's credentials file, `demo.json`: which devices there are and how they log in."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from naisen.phones.account import Account


class CredentialsError(Exception):
    """The file is missing or lacks something; the text is one readable line."""


@dataclass(frozen=True)
class DemoDevice:
    """One device of the file. A device without a person (未使用) has no extension."""

    account: Account
    extension: str | None
    person: str | None
    built_in: bool


def read_demo_devices(data_folder: Path) -> list[DemoDevice]:
    """The devices of `demo.json` in the data folder, built-in phones marked."""
    path = data_folder / "demo.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        built_in = frozenset(content.get("demo_phones", ()))
        return [_device(row, built_in) for row in content["devices"]]
    except OSError as error:
        raise CredentialsError(
            f"cannot read {path} ({error.strerror}): start the demo first (./naisen demo)"
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise CredentialsError(f"{path} is not the demo's credentials file ({error!r})") from error


def _device(row: dict[str, Any], built_in: frozenset[str]) -> DemoDevice:
    account = Account(login=row["login"], domain=row["domain"], password=row["password"])
    return DemoDevice(account, row.get("extension"), row.get("person"), account.login in built_in)


def devices_for_call(
    caller: str, callee: str, devices: Iterable[DemoDevice]
) -> tuple[DemoDevice, DemoDevice]:
    """A device of each extension, both in the first domain that has both; CredentialsError when none has.

    Two circles may use the same extensions. A device that no built-in phone uses comes first.
    """
    by_domain: dict[str, dict[str, DemoDevice]] = {}
    for device in sorted(devices, key=lambda device: device.built_in):
        if device.extension is not None:
            by_domain.setdefault(device.account.domain, {}).setdefault(device.extension, device)
    for found in by_domain.values():
        if caller in found and callee in found:
            return found[caller], found[callee]
    known = {extension for found in by_domain.values() for extension in found}
    missing = next((extension for extension in (caller, callee) if extension not in known), None)
    if missing is not None:
        raise CredentialsError(f"extension {missing} has no device that could make or take a call")
    raise CredentialsError(f"{caller} and {callee} do not belong to the same circle")
