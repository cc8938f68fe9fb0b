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


def device_of(extension: str, devices: Iterable[DemoDevice], domain: str | None = None) -> DemoDevice:
    """A device that rings for the extension, in `domain` if given; one without a built-in phone comes first."""
    found = [
        device
        for device in devices
        if device.extension == extension and domain in (None, device.account.domain)
    ]
    if not found:
        raise CredentialsError(f"extension {extension} has no device that could make or take a call")
    return min(found, key=lambda device: device.built_in)
