"""Who runs the parts: the user who started Naisen, or the system user `naisen` when that is root."""

import os
import pwd
import subprocess

from naisen.runtime.errors import StartError

SERVICE_USER = "naisen"
SERVICE_HOME = "/var/lib/naisen"


def is_root() -> bool:
    """Tell whether this process is root: neither PostgreSQL nor the edge should ever be."""
    return os.geteuid() == 0


def ensure_service_user() -> pwd.struct_passwd:
    """Return the system user `naisen`, made if it is missing. Only root may call this."""
    try:
        return pwd.getpwnam(SERVICE_USER)
    except KeyError:
        pass
    made = subprocess.run(
        [
            *("/usr/sbin/useradd", "--system", "--user-group", "--no-create-home"),
            *("--home-dir", SERVICE_HOME, "--shell", "/usr/sbin/nologin", SERVICE_USER),
        ],
        capture_output=True,
        text=True,
    )
    if made.returncode != 0:
        raise StartError(f"cannot make the system user {SERVICE_USER}: {made.stderr.strip()}")
    return pwd.getpwnam(SERVICE_USER)


def become_service_user() -> None:
    """Turn this process from root into `naisen`, for good."""
    user = ensure_service_user()
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    if not os.access(".", os.R_OK | os.X_OK):
        os.chdir("/")
    os.environ |= {"HOME": SERVICE_HOME, "USER": SERVICE_USER, "LOGNAME": SERVICE_USER}
