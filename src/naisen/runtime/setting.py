"""What every part is started with: the instance, its secrets, its database and the environment."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from naisen.runtime import database
from naisen.runtime.address import Address
from naisen.runtime.cluster import Cluster
from naisen.runtime.instance import Instance
from naisen.runtime.relay_ports import RelayPorts
from naisen.runtime.secret_files import Secrets

# What would change a part unseen: the operator's own database access, another Python, another part's rights.
NOT_PASSED_ON = frozenset(
    {"DATABASE_URL", "PGSERVICE", "PGOPTIONS", "PYTHONHOME", "PYTHONSTARTUP", "DJANGO_SETTINGS_MODULE"}
    | {
        "NAISEN_AS_OWNER",
        "NAISEN_OWNER_DATABASE_URL",
        "NAISEN_PORTAL_DATABASE_URL",
        "NAISEN_EDGE_DATABASE_URL",
    }
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One instance with everything that was chosen for it at its start."""

    instance: Instance
    secrets: Secrets

    @property
    def cluster(self) -> Cluster:
        """The private cluster (unused when DATABASE_URL names an outside server)."""
        return Cluster(
            folder=self.instance.cluster,
            sockets=self.instance.sockets,
            administrator_password=self.secrets.administrator_password,
            owner_password=self.secrets.owner_password,
        )

    @property
    def owner_url(self) -> str:
        """The schema owner's database URL."""
        return self.instance.database_url or self.cluster.owner_url

    @property
    def portal_url(self) -> str:
        """The portal's database URL; row-level security applies."""
        return database.role_url(self.owner_url, database.PORTAL_ROLE, self.secrets.roles.portal)

    @property
    def edge_url(self) -> str:
        """The edge's database URL; it sees the schema `edge` only."""
        return database.role_url(self.owner_url, database.EDGE_ROLE, self.secrets.roles.edge)

    def environment(self) -> dict[str, str]:
        """Return the environment that every part gets; the same in all of them, and no password in it."""
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
        return inherited | {
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "TMPDIR": str(self.instance.scratch),
            "PYTHONPATH": str(database.SOURCE.parent),
            "PYTHONSAFEPATH": "1",
            "PYTHONUNBUFFERED": "1",
            "NAISEN_DATA": str(self.instance.data),
            "NAISEN_HTTP": str(self.instance.http),
            "NAISEN_SIP": str(self.instance.sip),
        }

    def portal_environment(self) -> dict[str, str]:
        """Return what the portal, the worker and `manage` get on top."""
        return self.environment() | {
            "NAISEN_PORTAL_DATABASE_URL": self.portal_url,
            "NAISEN_DJANGO_KEY_FILE": str(self.secrets.django_key_file),
            "NAISEN_CREDENTIAL_KEY_FILE": str(self.secrets.credential_key_file),
            "NAISEN_FRONT_KEY_FILE": str(self.secrets.front_key_file),
        }

    def owner_environment(self) -> Mapping[str, str]:
        """Return what migrations and the demo's loader get: the portal's, as the schema's owner."""
        return database.owner_environment(self.portal_environment(), self.owner_url)


@dataclass(frozen=True, slots=True)
class Relay:
    """Where rtpengine takes orders, and the ports of the audio."""

    control: Address
    ports: RelayPorts


def python_paths() -> tuple[str, ...]:
    """Return the folders that a Python inside another program needs to import what we can."""
    packages = next((path for path in sys.path if Path(path).name == "site-packages"), None)
    return tuple(str(path) for path in (database.SOURCE.parent, packages) if path)
