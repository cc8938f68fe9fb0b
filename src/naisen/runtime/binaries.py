"""Where Debian puts the programs that the parts are made of."""

import os
import re
import shutil
from pathlib import Path

from naisen.runtime.errors import StartError

# An ordinary user's PATH lacks these on Debian, and Kamailio lives there.
SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"
POSTGRESQL_ROOT = Path("/usr/lib/postgresql")
OLDEST_POSTGRESQL = 15


def find(program: str, package: str) -> Path:
    """Return the program's path, or raise StartError naming the Debian package that carries it."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', '')}:{SYSTEM_FOLDERS}")
    if found is None:
        raise StartError(f"{program} is missing; install it: sudo apt-get install {package}")
    return Path(found)


def postgresql_folder(wanted_major: int | None = None) -> Path:
    """Return the folder with PostgreSQL's server programs: the newest, or the major version asked for.

    A cluster is tied to the major version that made it, so an upgrade of Debian must not change it unseen.
    """
    installed = {
        int(folder.name): folder / "bin"
        for folder in (POSTGRESQL_ROOT.iterdir() if POSTGRESQL_ROOT.is_dir() else ())
        if re.fullmatch(r"\d+", folder.name) and (folder / "bin" / "initdb").exists()
    }
    if wanted_major is not None:
        if wanted_major not in installed:
            raise StartError(
                f"this data folder was made by PostgreSQL {wanted_major}, which is not installed; "
                f"install it: sudo apt-get install postgresql-{wanted_major}"
            )
        return installed[wanted_major]
    usable = [major for major in installed if major >= OLDEST_POSTGRESQL]
    if not usable:
        raise StartError("PostgreSQL is missing; install it: sudo apt-get install postgresql")
    return installed[max(usable)]
