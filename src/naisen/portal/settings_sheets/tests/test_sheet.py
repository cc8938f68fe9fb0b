"""設定書PDF of one device, as a browser gets it."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from naisen.portal.audit.models import Entry
from naisen.portal.devices import queries
from naisen.portal.devices.actions import assign_device, reset_password
from naisen.portal.devices.models import Device
from naisen.portal.settings_sheets.queries import offers_of, sheet_of
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

SignIn = Callable[[Login], Client]


@pytest.fixture
def device(office: Tenant) -> Device:
    """田中's device, 00001."""
    return queries.devices(office).get(serial=1)


def sheet_page(device: Device) -> str:
    return reverse("settings_sheet", args=[device.pk])


def text_of(pdf: bytes) -> str:
    return PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_the_administrator_gets_the_sheet(administrator: Login, device: Device, sign_in: SignIn) -> None:
    password = queries.password_of(queries.open_credential(device))
    values = (device.login, device.tenant.domain, password, "田中", "1000", "00001", "127.0.0.1:5060")
    response = sign_in(administrator).get(sheet_page(device))
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    assert [value for value in values if value not in text_of(response.content)] == []


def test_nothing_keeps_a_copy(administrator: Login, device: Device, sign_in: SignIn) -> None:
    response = sign_in(administrator).get(sheet_page(device))
    assert "no-store" in response["Cache-Control"]


def test_the_file_is_named_after_the_device(administrator: Login, device: Device, sign_in: SignIn) -> None:
    response = sign_in(administrator).get(sheet_page(device))
    name = quote("設定書-00001.pdf")
    assert response["Content-Disposition"] == f"inline; filename*=utf-8''{name}"


def test_the_audit_trail_tells_who_saw_it(administrator: Login, device: Device, sign_in: SignIn) -> None:
    password = queries.password_of(queries.open_credential(device))
    sign_in(administrator).get(sheet_page(device))
    scope.set_scope(scope.EVERYTHING)
    entry = Entry.objects.get(action="show_settings_sheet")
    assert (entry.actor_id, entry.object_type, entry.object_id) == (administrator.pk, "device", device.pk)
    assert password not in str(vars(entry))


def test_a_stranger_gets_what_a_missing_device_gives(
    stranger: Login, device: Device, sign_in: SignIn
) -> None:
    browser = sign_in(stranger)
    theirs, missing = browser.get(sheet_page(device)), browser.get(reverse("settings_sheet", args=[999_999]))
    assert (theirs.status_code, missing.status_code) == (404, 404)
    scope.set_scope(scope.EVERYTHING)
    assert not Entry.objects.filter(action="show_settings_sheet").exists()


def test_a_reader_may_not_see_passwords(administrator: Login, device: Device, sign_in: SignIn) -> None:
    administrator.role = Login.Role.READER
    administrator.save(update_fields=["role"])
    assert sign_in(administrator).get(sheet_page(device)).status_code == 403


def test_nobody_without_sign_in_gets_it(device: Device, client: Client) -> None:
    response = client.get(sheet_page(device))
    assert (response.status_code, response["Location"].split("?")[0]) == (302, reverse("sign_in"))


def test_after_a_reset_the_new_password_stands_there_at_once(
    administrator: Login, device: Device, sign_in: SignIn
) -> None:
    old = queries.password_of(queries.open_credential(device))
    assign_device(by=administrator, device=device, person=None, version=device.version)
    device.refresh_from_db()
    credential = reset_password(by=administrator, device=device, version=device.version)
    new = queries.password_of(credential)
    text = text_of(sign_in(administrator).get(sheet_page(device)).content)
    tomorrow = tokyo(credential.effective_at)
    assert new in text
    assert old not in text
    assert "".join(f"使えるのは {tomorrow:%Y-%m-%d} 05:00 から".split()) in "".join(text.split())


def tokyo(moment: datetime) -> datetime:
    """The wall clock in Tokyo, which has no summer time."""
    return moment + timedelta(hours=9)


def test_the_sheet_offers_what_the_edge_says(
    device: Device, as_edge: Callable[..., list[tuple[object, ...]]]
) -> None:
    """C-01: UDP alone where the edge has no front; then all of its addresses are one."""
    for transport in ("udp", "tcp", "tls", "wss"):
        as_edge("SELECT edge.note_own_address(%s, %s)", transport, settings.SIP_ADDRESS)
    assert list(sheet_of(device, now=timezone.now()).offers) == [("UDP", "")]
    assert list(offers_of({})) == [("UDP", "")]
    addresses = {"tcp": settings.SIP_ADDRESS, "tls": "192.0.2.1:5061", "wss": "192.0.2.1:443"}
    assert list(offers_of(addresses)) == [
        ("UDP / TCP", ""),
        ("TLS", "192.0.2.1:5061"),
        ("WSS", "wss://192.0.2.1:443/sip"),
    ]
