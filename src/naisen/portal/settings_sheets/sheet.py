"""What stands on one settings sheet (S1-108)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

TRANSPORT = "UDP"


class Layout(StrEnum):
    """Whom the sheet is for: any phone, or an app that scans the QR code (モバイル(Call), S1-101)."""

    ANY_PHONE = "any_phone"
    MOBILE = "mobile"


@dataclass(frozen=True)
class Sheet:
    """The values of one device's sheet, ready to print.

    `person` and `extension` are None for a device that is 未使用. `server` is host:port, the outbound proxy.
    `offers` are the ways to register, by name, each with the address that it needs ('': `server`). `effective_at` is
    the tenant's local date and time from which the password works; `is_waiting` says that it lies ahead.
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
    effective_at: str
    is_waiting: bool = False
    transport: str = TRANSPORT
    offers: Sequence[tuple[str, str]] = ((TRANSPORT, ""),)
