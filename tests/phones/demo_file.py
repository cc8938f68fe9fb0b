"""The demo's credentials file as the tests need it."""

import json
from pathlib import Path


def write_demo_file(folder: Path) -> Path:
    """田中 (1000, two devices), 鈴木 (2000), a device without a person, and two strangers in another circle."""
    rows = [
        ("o1", "other.example", "1000", "Other"),
        ("o2", "other.example", "5000", "Another"),
        ("t1", "kaisha.example", "1000", "田中"),
        ("t2", "kaisha.example", "1000", "田中"),
        ("s1", "kaisha.example", "2000", "鈴木"),
        ("free", "kaisha.example", None, None),
    ]
    devices = [
        {
            "login": login,
            "domain": domain,
            "password": f"Secret-Of-{login}",
            "extension": extension,
            "person": person,
        }
        for login, domain, extension, person in rows
    ]
    content = {"devices": devices, "demo_phones": ["t1", "s1"]}
    (folder / "demo.json").write_text(json.dumps(content), encoding="utf-8")
    return folder
