"""サークル設定: 端末操作でのログイン, and whom it lets in or drops (D-01, S1-105, S1-107)."""

import os
import re
from collections.abc import Callable

import psycopg
import pytest
from django.test import Client

from naisen.portal.audit.models import Entry
from naisen.portal.devices.models import Device
from naisen.portal.registrations.queries import status_of
from naisen.portal.registrations.status import State
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

URL = "/circle/"
ON, OFF = {"allows_phone_login": "yes", "seen": "no"}, {"allows_phone_login": "no", "seen": "yes"}
CONFIRMED = {"confirmed": "yes"}
SignIn = Callable[[Login], Client]
Ask = Callable[..., list[tuple[object, ...]]]
BIND = (
    "INSERT INTO location (ruid, username, domain, contact, expires, last_modified, user_agent)"
    " VALUES ('x', 'kmy00004', 'kmy.cplus01.jp', 'sip:a@192.0.2.1', '2100-01-01', now(), 'Phone X')"
)


def allowed(tenant: Tenant) -> bool:
    scope.set_scope(scope.EVERYTHING)
    return Tenant.objects.get(pk=tenant.pk).allows_phone_login


def spare(tenant: Tenant) -> Device:
    scope.set_scope(scope.EVERYTHING)
    return Device.objects.select_related("server").get(tenant=tenant, login="kmy00004")


def test_it_is_not_used_at_first(administrator: Login, sign_in: SignIn, office: Tenant) -> None:
    page = sign_in(administrator).get(URL).content.decode()
    (chosen,) = re.findall(r'<input type="radio"[^>]*value="(\w+)"[^>]*checked', page)
    assert chosen == "no"
    assert not allowed(office)


def test_the_question_says_which_devices_are_let_in(
    administrator: Login, sign_in: SignIn, office: Tenant
) -> None:
    asked = sign_in(administrator).post(URL, ON).content.decode()
    assert "端末操作でのログインを「使用する」にします、よろしいですか" in asked
    assert "未使用の4台が接続できるようになり、「ログイン待ち」と表示されます。" in asked
    assert "00004、00005、00006、00007" in asked
    assert not allowed(office)


def test_the_question_says_which_devices_are_dropped(
    administrator: Login, sign_in: SignIn, office: Tenant, as_edge: Ask
) -> None:
    client = sign_in(administrator)
    client.post(URL, ON | CONFIRMED)
    asked = client.post(URL, OFF).content.decode()
    assert "未使用の4台は接続できなくなります。" in asked
    assert allowed(office)


def test_it_is_stored_and_written_down(administrator: Login, sign_in: SignIn, office: Tenant) -> None:
    client = sign_in(administrator)
    answer = client.post(URL, ON | CONFIRMED, follow=True).content.decode()
    assert "編集に成功しました" in answer
    assert allowed(office)
    entry = Entry.objects.get(object_type="tenant", action="edit")
    assert (entry.actor_id, entry.before, entry.after) == (
        administrator.pk,
        {"allows_phone_login": False},
        {"allows_phone_login": True},
    )
    assert "端末操作でのログイン" in answer


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    administrator: Login, sign_in: SignIn, office: Tenant
) -> None:
    client = sign_in(administrator)
    Tenant.objects.filter(pk=office.pk).update(allows_phone_login=True)
    answer = client.post(URL, {"allows_phone_login": "no", "seen": "no"} | CONFIRMED, follow=True)
    assert "ほかの人がこの設定を変更しました" in answer.content.decode()
    assert allowed(office)


def test_a_reader_sees_it_and_cannot_change_it(reader: Login, sign_in: SignIn, office: Tenant) -> None:
    client = sign_in(reader)
    page = client.get(URL).content.decode()
    assert "端末操作でのログイン" in page
    assert 'type="submit">保存' not in page
    assert client.post(URL, ON | CONFIRMED).status_code == 403
    assert not allowed(office)


def test_a_stranger_changes_only_their_own(stranger: Login, sign_in: SignIn, office: Tenant) -> None:
    sign_in(stranger).post(URL, ON | CONFIRMED)
    assert not allowed(office)
    assert stranger.tenant
    assert allowed(stranger.tenant)


@pytest.mark.django_db(transaction=True)
def test_a_connected_spare_device_waits_for_a_login(
    office: Tenant, administrator: Login, sign_in: SignIn, as_edge: Ask
) -> None:
    """The list says ログイン待ち; switched off again, the edge is told to drop it (C-09)."""
    client = sign_in(administrator)
    assert status_of(office, [spare(office)])[spare(office).pk].state == State.UNREGISTERED
    client.post(URL, ON | CONFIRMED)
    as_edge(BIND)
    status = status_of(office, [spare(office)])[spare(office).pk]
    assert (status.state, status.waits_for_login) == (State.REGISTERED, True)
    assert "ログイン待ち" in client.get("/devices/").content.decode()
    assert "そのうちログイン待ちの1台は、すぐに切れます。" in client.post(URL, OFF).content.decode()
    with psycopg.connect(os.environ["NAISEN_EDGE_DATABASE_URL"], autocommit=True) as edge:
        edge.execute("LISTEN edge_drop")
        client.post(URL, OFF | CONFIRMED)
        told = [note.payload for note in edge.notifies(timeout=5, stop_after=4)]
    assert len(told) == 4
    assert any('"kmy00004"' in payload for payload in told)
    assert "ログイン待ち" not in client.get("/devices/").content.decode()
