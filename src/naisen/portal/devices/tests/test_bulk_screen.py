"""全て選択する, then 未使用にする or PWリセット (S1-10, S1-105, S1-110)."""

from collections.abc import Callable

import pytest
from django.test import Client

from naisen.portal.devices.actions import assign_device
from naisen.portal.devices.models import Credential, Device
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

SignIn = Callable[[Login], Client]
UNASSIGN, RESET = "/devices/unassign/", "/devices/reset-passwords/"


@pytest.fixture
def browser(administrator: Login, sign_in: SignIn) -> Client:
    return sign_in(administrator)


def devices(office: Tenant, *serials: int) -> list[Device]:
    return list(Device.objects.filter(tenant=office, serial__in=serials).select_related("person"))


def seen(found: list[Device]) -> list[str]:
    return [f"{device.pk}:{device.version}" for device in found]


def told(browser: Client, address: str, **sent: object) -> str:
    answer = browser.post(address, sent, follow=True)
    scope.set_scope(scope.EVERYTHING)
    return str(answer.content.decode())


def silenced(office: Tenant, *serials: int) -> None:
    for device in devices(office, *serials):
        assign_device(by=None, device=device, person=None, version=device.version)


def test_the_list_has_the_manuals_words(browser: Client) -> None:
    """S1-10."""
    page = browser.get("/devices/").content.decode()
    assert "全て選択する" in page
    assert "全ての選択を解除する" in page
    assert page.count('form="bulkbar"') == 7


def test_several_fall_silent_after_a_confirmation_that_names_each(browser: Client, office: Tenant) -> None:
    """S1-10, S1-105."""
    ids = [device.pk for device in devices(office, 1, 2, 7)]
    question = told(browser, UNASSIGN, ids=ids)
    assert "選択したアカウントを未使用にします、よろしいですか" in question
    assert "00001 田中【1000】" in question
    assert question.count("発信も着信もできなくなります。") == 2
    assert "すでに未使用です。" in question
    assert question.count('name="seen"') == 2
    assert "2台を未使用にしました" in told(
        browser, UNASSIGN, confirmed="yes", seen=seen(devices(office, 1, 2))
    )
    assert [device.person for device in devices(office, 1, 2)] == [None, None]


def test_several_passwords_are_reset(browser: Client, office: Tenant) -> None:
    """S1-110, S1-111, D-10: those in use, and those that never were, are named and left alone."""
    silenced(office, 1, 2)
    ids = [device.pk for device in devices(office, 1, 2, 3, 7)]
    question = told(browser, RESET, ids=ids)
    assert question.count("いまの設定書は、もう使えません。") == 2
    assert "使用中のため、リセットしません。" in question
    assert "まだ使用したことがないため、リセットしません。" in question
    assert "05:00 から使えます" in question
    before = Credential.objects.filter(tenant=office, ended_at__isnull=False).count()
    assert "2台のパスワードをリセットしました" in told(
        browser, RESET, confirmed="yes", seen=seen(devices(office, 1, 2))
    )
    assert Credential.objects.filter(tenant=office, ended_at__isnull=False).count() == before + 2


@pytest.mark.parametrize(
    ("address", "serials", "words"),
    [
        (UNASSIGN, (7,), "選択したアカウントは、すべて未使用です。"),
        (RESET, (1,), "いまは未使用のアカウントだけでできます。"),
        (UNASSIGN, (), "アカウントが選ばれていません。"),
    ],
)
def test_nothing_to_do_is_said(
    browser: Client, office: Tenant, address: str, serials: tuple[int, ...], words: str
) -> None:
    assert words in told(browser, address, ids=[device.pk for device in devices(office, *serials)])


def test_all_or_none_when_one_has_changed_meanwhile(browser: Client, office: Tenant) -> None:
    as_asked = seen(devices(office, 1, 2))
    silenced(office, 2)
    answer = told(browser, UNASSIGN, confirmed="yes", seen=as_asked)
    assert "ほかの人がアカウント 00002 を変更しました" in answer
    assert devices(office, 1)[0].person is not None


def test_nonsense_is_passed_over(browser: Client) -> None:
    for value in ("x", "1", "1:x", ":", "9" * 30 + ":1", "1:" + "9" * 30, "１:１"):
        assert "アカウントが選ばれていません。" in told(browser, UNASSIGN, confirmed="yes", seen=value)


def test_strangers_devices_are_missing(
    browser: Client, office: Tenant, stranger: Login, sign_in: SignIn
) -> None:
    theirs, ids = sign_in(stranger), [device.pk for device in devices(office, 1, 2)]
    for address in (UNASSIGN, RESET):
        assert "アカウントが選ばれていません。" in told(theirs, address, ids=ids)
        answer = told(theirs, address, confirmed="yes", seen=seen(devices(office, 1, 2)))
        assert "なくなっています" in answer
    assert devices(office, 1)[0].person is not None


def test_a_reader_may_not(office: Tenant, administrator: Login, sign_in: SignIn) -> None:
    administrator.role = Login.Role.READER
    administrator.save()
    reader = sign_in(administrator)
    assert "bulkbar" not in reader.get("/devices/").content.decode()
    for address in (UNASSIGN, RESET):
        assert reader.post(address, {"confirmed": "yes", "seen": seen(devices(office, 1))}).status_code == 403
