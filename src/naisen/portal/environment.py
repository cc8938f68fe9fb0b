"""Settings from the environment, through small functions that fail loudly (docs/settings.md)."""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict


def required(name: str) -> str:
    """The value of `name`; raises ImproperlyConfigured when it is missing or empty."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Start the portal with ./naisen, which sets it.")
    return value


def secret(name: str) -> str:
    """The content of the file that `name`_FILE points to, or the value of `name` itself."""
    path = os.environ.get(f"{name}_FILE", "")
    if not path:
        return required(name)
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE: cannot read {path}: {error.strerror}") from error


def flag(name: str) -> bool:
    """True for `1`, False for `0`, empty or missing; anything else raises ImproperlyConfigured."""
    value = os.environ.get(name, "0") or "0"
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1, not {value!r}.")
    return value == "1"


def number(name: str) -> int:
    """The whole number in `name`, 0 when it is missing; anything else raises ImproperlyConfigured."""
    value = os.environ.get(name, "0") or "0"
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def database(name: str) -> dict[str, Any]:
    """Django's settings for the PostgreSQL URL (or libpq string) in `name`."""
    parts = conninfo_to_dict(required(name))
    options = {k: v for k, v in parts.items() if k not in ("dbname", "user", "password", "host", "port")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.get("dbname") or "naisen",
        "USER": parts.get("user") or "",
        "PASSWORD": parts.get("password") or "",
        "HOST": parts.get("host") or "",
        "PORT": str(parts.get("port") or ""),
        "OPTIONS": options,
    }
