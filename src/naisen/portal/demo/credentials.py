"""What `naisen credentials` prints; written when the demo is loaded, readable by its owner only."""

import json
import os
from pathlib import Path
from typing import Any

from naisen.portal.demo.company import DEMO_PHONES
from naisen.portal.devices import queries
from naisen.portal.devices.models import Device
from naisen.portal.sign_in.models import Login
from naisen.routing.features import FEATURE_CODES


def read_passwords(path: Path) -> dict[str, str]:
    """Login id → password of an earlier demo.json; empty when there is none."""
    if not path.exists():
        return {}
    return {login["login"]: login["password"] for login in json.loads(path.read_text())["logins"]}


def write_credentials(path: Path, *, passwords: dict[str, str]) -> None:
    """Write the demo's logins and devices to `path` (mode 0600), whole or not at all."""
    content = {
        "logins": [
            _login(login, passwords) for login in Login.objects.select_related("tenant").order_by("pk")
        ],
        "devices": [_device(device) for device in _all_devices()],
        "feature_codes": FEATURE_CODES,
        "demo_phones": list(DEMO_PHONES),
    }
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
    draft.replace(path)


def _all_devices() -> list[Device]:
    return list(
        Device.objects.select_related("tenant", "server", "person", "person__number").order_by(
            "tenant_id", "serial"
        )
    )


def _login(login: Login, passwords: dict[str, str]) -> dict[str, Any]:
    return {
        "role": f"{login.kind}-reader" if login.role == Login.Role.READER else login.kind,
        "tenant": login.tenant.name if login.tenant else None,
        "login": login.login_id,
        "password": passwords[login.login_id],
    }


def _device(device: Device) -> dict[str, Any]:
    return {
        "login": device.login,
        "password": queries.password_of(queries.open_credential(device)),
        "domain": device.tenant.domain,
        "extension": device.person.number.digits if device.person else None,
        "person": device.person.name if device.person else None,
    }
