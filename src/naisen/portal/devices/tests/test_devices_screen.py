"""アカウント一覧 (S1-100 … S1-109) and one device's page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from naisen.portal.conftest import SCOPED
from naisen.portal.devices.models import Credential, Device
from naisen.portal.people.models import Person
from naisen.portal.registrations.models import Failure
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import LoginServer, Tenant

SignIn = Callable[[Login], Client]
MaxQueries = Callable[[int], Any]


@pytest.fixture
def browser(administrator: Login, sign_in: SignIn) -> Client:
    return sign_in(administrator)


def text(client: Client, path: str, **parameters: str) -> str:
    answer = client.get(path, parameters)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_list_has_the_manuals_columns_and_every_device(browser: Client) -> None:
    """S1-100, S1-103, S1-104."""
    page = text(browser, "/devices/")
    for column in (
        "ID",
        "ユーザ名",
        "内線番号",
        "レジスト状況",
        "アカウント種別",
        "PBXサーバ",
        "設定書PDF",
        "PWリセット",
    ):
        assert f'scope="col">{column}</th>' in page
    assert "検索結果: <b>7</b>件" in page
    assert all(f">0000{n}</a>" in page for n in range(1, 8))
    assert page.count('<span class="unused">未使用</span>') == 8
    assert "選択してください" in page


def test_search_by_person_by_extension_and_by_words(browser: Client, tanaka: Person) -> None:
    """S1-100."""
    pk = str(tanaka.pk)
    for found in (
        {"person": pk},
        {"extension": "1000"},
        {"extension": "１０００"},
        {"q": "たなか"},
        {"q": "00001"},
    ):
        page = text(browser, "/devices/", **found)
        assert "検索結果: <b>1</b>件" in page, found
        assert ">00001</a>" in page
    empty = text(browser, "/devices/", extension="9999")
    assert "データがありません。" in empty
    assert "検索結果: <b>0</b>件" in empty


def test_nonsense_in_the_address_is_no_error(browser: Client) -> None:
    for parameters in ({"person": "x"}, {"page": "x"}, {"page": "99"}, {"person": "9" * 30}, {"q": "%_'\\"}):
        text(browser, "/devices/", **parameters)


def test_the_list_comes_in_pages_of_fifty(
    browser: Client, office: Tenant, django_assert_max_num_queries: MaxQueries
) -> None:
    """S1-12; and however many rows, at most 12 queries."""
    server = LoginServer.objects.get()
    Device.objects.bulk_create(
        Device(tenant=office, serial=n, unique_number=f"{n:03d}", login=f"bulk{n:05d}", server=server)
        for n in range(8, 121)
    )
    with django_assert_max_num_queries(12 + SCOPED):
        first = text(browser, "/devices/")
    assert first.count('<tr id="device-') == 50
    assert "検索結果: <b>120</b>件" in first
    assert 'href="?page=2" rel="next">Next &gt;</a>' in first
    last = text(browser, "/devices/", page="3", q="bulk")
    assert last.count('<tr id="device-') == 13
    assert 'href="?q=bulk&amp;page=2" rel="prev">&lt; Prev</a>' in last
    assert 'aria-label="最初のページ">«</a>' in last


def test_htmx_gets_the_results_alone_but_going_back_gets_the_page(browser: Client) -> None:
    part = browser.get("/devices/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "検索結果" in part
    again = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in browser.get("/devices/", headers=again).content.decode()


def test_a_registered_device_shows_its_terminal_and_one_that_is_not_its_reason(
    browser: Client, office: Tenant
) -> None:
    """S1-109; the wrong password with time, address and terminal."""
    device = Device.objects.get(tenant=office, serial=3)
    now = timezone.now()
    Credential.objects.update(effective_at=now - timedelta(hours=1))
    Failure.objects.create(
        tenant=office,
        device=device,
        domain=office.domain,
        login=device.login,
        address="203.0.113.9",
        reason="wrong_password",
        hour=now.replace(minute=0, second=0, microsecond=0),
        first_at=now,
        last_at=now,
        terminal="Yealink <T54W>",
    )
    page = text(browser, "/devices/")
    for words in (
        "パスワード違い",
        "端末のパスワードが一致しません。",
        "203.0.113.9",
        "Yealink &lt;T54W&gt;",
    ):
        assert words in page
    assert "入力し直してください" in page
    assert "拒否: パスワード違い" in text(browser, f"/devices/{device.pk}/")


def test_one_devices_page(browser: Client, office: Tenant, django_assert_max_num_queries: MaxQueries) -> None:
    device = Device.objects.get(tenant=office, serial=1)
    with django_assert_max_num_queries(12 + SCOPED):
        page = text(browser, f"/devices/{device.pk}/")
    for words in (
        "アカウント 00001",
        "田中",
        "1000",
        "kmy00001",
        "kmy.cplus01.jp",
        "cplus01.jp",
        "登録の履歴",
    ):
        assert words in page


def test_a_stranger_sees_nothing_of_it(office: Tenant, stranger: Login, sign_in: SignIn) -> None:
    client = sign_in(stranger)
    pk = Device.objects.get(tenant=office, serial=1).pk
    page = text(client, "/devices/")
    assert "検索結果: <b>3</b>件" in page
    assert "kmy" not in page
    assert "田中" not in page
    for path in (f"/devices/{pk}/", f"/devices/{pk}/person/", f"/devices/{pk}/reset-password/"):
        assert client.get(path).status_code == 404
        assert client.post(path, {"person": "", "version": "1", "confirmed": "yes"}).status_code in (404, 405)


def test_a_reader_sees_the_list_and_changes_nothing(
    office: Tenant, administrator: Login, sign_in: SignIn
) -> None:
    administrator.role = Login.Role.READER
    administrator.save()
    client = sign_in(administrator)
    pk = Device.objects.get(tenant=office, serial=1).pk
    assert f"/devices/{pk}/person/" not in text(client, "/devices/")
    for path in (f"/devices/{pk}/person/", f"/devices/{pk}/reset-password/"):
        assert client.get(path).status_code == 403
        assert client.post(path, {"person": "", "version": "1", "confirmed": "yes"}).status_code == 403


def test_the_list_is_narrowed_to_what_needs_attention(browser: Client) -> None:
    """S1-100: somebody's devices that are not registered, as the dashboard counts them; 未使用 ones are not."""
    page = text(browser, "/devices/", state="missing")
    assert [code for code in ("00001", "00002", "00003") if code not in page] == []
    assert "00004" not in page
    assert "データがありません。" in text(browser, "/devices/", state="registered")
    assert "00004" in text(browser, "/devices/", state="no such state")
