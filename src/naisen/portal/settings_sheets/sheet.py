"""What stands on one settings sheet (S1-108)."""

from dataclasses import dataclass, field

TRANSPORT = "UDP"


@dataclass(frozen=True)
class Sheet:
    """The values of one device's sheet, ready to print.

    `person` and `extension` are None for a device that is 未使用. `server` is host:port, the outbound proxy.
    `usable_from` is the tenant's local date and time when the password begins to work, None if it works now.
    """

    tenant: str
    code: str
    kind: str
    person: str | None
    extension: str | None
    login: str
    password: str = field(repr=False)
    domain: str
    server: str
    issued_on: str
    usable_from: str | None = None
    transport: str = TRANSPORT
