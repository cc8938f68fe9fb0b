"""Where the next step of a verdict is done, for who may do it."""

from dataclasses import dataclass

from django.shortcuts import resolve_url
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from naisen.portal.devices.models import Device
from naisen.portal.registrations.diagnosis import Diagnosis

SHEET_HELPS = frozenset(
    {"never_seen", "wrong_password", "unknown_login", "unknown_domain", "uri_mismatch", "password_not_yet"}
)
"""Something in the phone must be typed again, as the settings sheet has it."""


@dataclass(frozen=True)
class NextStep:
    """A link: what is done there, and its address."""

    label: str | Promise
    address: str


def next_step(verdict: Diagnosis, device: Device, *, may_change: bool) -> NextStep | None:
    """The screen that the verdict's next step is done on; None where it is done at the phone, or not by readers."""
    if not may_change:
        return None
    if verdict.code in SHEET_HELPS:
        return NextStep(_("設定書PDF"), resolve_url("settings_sheet", device.pk))
    if verdict.code in ("unassigned", "waits_for_login"):
        return NextStep(_("ユーザを編集"), resolve_url("device_assign", device.pk))
    return NextStep(_("停止ユーザ一覧"), resolve_url("stopped_people")) if verdict.code == "stopped" else None
