"""Keys and passwords in DIR/secrets: made once, read ever after, mode 0600."""

import base64
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from naisen.runtime import cluster
from naisen.runtime.database import Passwords
from naisen.runtime.errors import StartError

NEEDED_BY_DATA = ("credential-key", "database-administrator")


@dataclass(frozen=True, slots=True)
class Secrets:
    """The key files, and the database passwords."""

    django_key_file: Path
    credential_key_file: Path
    front_key_file: Path
    administrator_password: str
    owner_password: str
    roles: Passwords

    @classmethod
    def of(cls, folder: Path, *, has_data: bool = False) -> Self:
        """Read the folder's secrets; make those that are missing.

        With `has_data` (a cluster was made with them) none may be missing: raises StartError.
        """
        for name in NEEDED_BY_DATA if has_data else ():
            if not (folder / name).exists():
                raise StartError(
                    f"{folder / name} is missing, and the data cannot be used without it; "
                    "put it back from a backup, or start with a new folder: --data DIR"
                )
        return cls(
            django_key_file=_ensure(folder / "django-key", secrets.token_urlsafe(64)),
            credential_key_file=_ensure(
                folder / "credential-key", base64.b64encode(secrets.token_bytes(32)).decode()
            ),
            front_key_file=_ensure(folder / "front-key", secrets.token_hex(32)),
            administrator_password=_password(folder, "database-administrator"),
            owner_password=_password(folder, "database-owner"),
            roles=Passwords(
                portal=_password(folder, "database-portal"), edge=_password(folder, "database-edge")
            ),
        )


def _password(folder: Path, name: str) -> str:
    return _ensure(folder / name, cluster.new_password()).read_text().strip()


def _ensure(path: Path, content: str) -> Path:
    """Write the file unless it is there; whole or not at all, since a lost key makes all passwords unreadable."""
    if not path.exists():
        unfinished = path.with_name(path.name + ".new")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    return path
