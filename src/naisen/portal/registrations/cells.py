"""The status of a device as one cell of a page."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from naisen.portal.devices.models import Device
from naisen.portal.registrations.queries import status_of
from naisen.portal.registrations.status import State, Status
from naisen.portal.registrations.words import Words, words_of
from naisen.portal.tenants.models import Tenant

MEANT = frozenset({"unassigned", "stopped", "cancelled", "tenant_closed"})
"""Reasons that are nobody's trouble; a red badge is for what has to be repaired."""
UNSTEADY = frozenset({"flapping", "nat_rewrites"})
"""Reasons that a registered device may have."""


@dataclass(frozen=True)
class Cell:
    """What components/status.html shows of one device."""

    device_id: int
    status: Status
    zone: ZoneInfo

    @property
    def digest(self) -> str:
        """Differs when the cell would look different; the page sends it back (see live.js)."""
        seen = (self.status.state, self.status.terminal, self.status.waits_for_login, self.status.reason)
        return f"{zlib.crc32(repr((*seen, self.status.since)).encode()):08x}"

    @property
    def is_registered(self) -> bool:
        """Shown as ✓."""
        return self.status.state == State.REGISTERED

    @property
    def is_unregistered(self) -> bool:
        """Shown as ✕."""
        return self.status.state == State.UNREGISTERED

    @property
    def is_not_applicable(self) -> bool:
        """Shown as —."""
        return self.status.state == State.NOT_SUPPORTED

    @property
    def is_unknown(self) -> bool:
        """Shown as ?."""
        return self.status.state == State.UNKNOWN

    @property
    def is_meant(self) -> bool:
        """Not registered because somebody wants it so: 未使用, stopped, cancelled."""
        return self.status.reason.code in MEANT

    @property
    def is_shaky(self) -> bool:
        """Registered, but it comes and goes."""
        return self.is_registered and self.status.reason.code in UNSTEADY

    @property
    def needs_words(self) -> bool:
        """Whether there is something to explain: ✕ and ?."""
        return not self.is_registered and not self.is_not_applicable

    @property
    def word(self) -> str:
        """The word beside the icon."""
        if self.is_registered:
            return _("ログイン待ち") if self.status.waits_for_login else _("登録中")
        if self.is_not_applicable:
            return _("対象外")
        return _("確認") if self.is_unknown else _("未登録")

    @cached_property
    def words(self) -> Words:
        """Why it is as it is, and what to do."""
        return words_of(self.status.reason)

    @property
    def facts(self) -> list[tuple[str | Promise, str]]:
        """Label and value of what else is known about the reason; of nine labels two or three are looked up."""
        reason = self.status.reason
        pairs = [
            (gettext_lazy("新しいパスワードの開始日時"), self._time(self._starts_at())),
            (gettext_lazy("最初の日時"), self._time(reason.first_at if reason.count > 1 else None)),
            (gettext_lazy("最後の日時"), self._time(reason.at)),
            (gettext_lazy("1時間の回数"), str(reason.count) if reason.count > 1 else ""),
            (gettext_lazy("入力されたID"), reason.login if reason.code == "unknown_login" else ""),
            (gettext_lazy("入力されたドメイン"), reason.domain if reason.code == "unknown_domain" else ""),
            (gettext_lazy("接続元"), reason.address),
            (gettext_lazy("端末"), reason.terminal),
            (gettext_lazy("未登録になった日時"), "" if self.is_registered else self._time(self.status.since)),
        ]
        return [(label, value) for label, value in pairs if value]

    def _starts_at(self) -> datetime | None:
        """When a password that does not work yet will."""
        at = self.status.reason.effective_at
        return at if at and at > timezone.now() else None

    def _time(self, at: datetime | None) -> str:
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def cells_of(tenant: Tenant, devices: Iterable[Device]) -> dict[int, Cell]:
    """Device id → Cell, with as many queries as `status_of` needs."""
    zone = ZoneInfo(tenant.time_zone)
    return {pk: Cell(pk, status, zone) for pk, status in status_of(tenant, devices).items()}
