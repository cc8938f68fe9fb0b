"""The live cells: only the changed ones, only one's own (S1-109, rule 5)."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from naisen.portal.devices.models import Credential, Device
from naisen.portal.registrations.models import Failure
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant


@pytest.fixture
def browser(administrator: Login, sign_in: Callable[[Login], Client]) -> Client:
    Credential.objects.update(effective_at=timezone.now() - timedelta(hours=1))
    return sign_in(administrator)


def shown(client: Client) -> dict[str, str]:
    """Device id → digest, as the list shows them."""
    page = client.get("/devices/").content.decode()
    return dict(re.findall(r'data-device="(\d+)" data-digest="([0-9a-f]{8})"', page))


def asked(client: Client, cells: dict[str, str]) -> list[str]:
    """The ids of the cells that are answered."""
    text = ",".join(f"{pk}.{digest}" for pk, digest in cells.items())
    page = client.get("/registrations/cells/", {"cells": text}).content.decode()
    assert page.count('hx-swap-oob="true"') == page.count('id="state-')
    return re.findall(r'id="state-(\d+)"', page)


def refuse(device: Device) -> None:
    now = timezone.now()
    with scope.scoped(scope.EVERYTHING):
        Failure.objects.create(
            tenant_id=device.tenant_id,
            device=device,
            domain="d",
            login=device.login,
            address="203.0.113.9",
            reason="wrong_password",
            hour=now,
            first_at=now,
            last_at=now,
        )


def test_only_what_changed_is_answered(
    browser: Client, office: Tenant, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    device = Device.objects.get(tenant=office, serial=1)
    cells = shown(browser)
    assert len(cells) == 7
    assert asked(browser, cells) == []
    refuse(device)
    with django_assert_max_num_queries(10):
        assert asked(browser, cells) == [str(device.pk)]


def test_another_tenants_cells_are_never_answered(
    office: Tenant, stranger: Login, sign_in: Callable[[Login], Client]
) -> None:
    theirs = {str(pk): "00000000" for pk in Device.objects.filter(tenant=office).values_list("pk", flat=True)}
    assert asked(sign_in(stranger), theirs) == []


@pytest.mark.parametrize(
    "text", ["", "x", "1", ".", "1.2.3", "-1.a", "²." + "a" * 9, "9" * 40 + ".a", "," * 999]
)
def test_nonsense_is_answered_with_nothing(browser: Client, text: str) -> None:
    answer = browser.get("/registrations/cells/", {"cells": text})
    assert answer.status_code == 200
    assert "state-" not in answer.content.decode()


def test_only_what_must_be_repaired_is_red(office: Tenant, browser: Client) -> None:
    """A spare device is 未登録 because nobody uses it; 佐藤's, which never came, is somebody's trouble."""
    used, spare = (
        {
            str(pk)
            for pk in Device.objects.filter(tenant=office, person__isnull=unused).values_list("pk", flat=True)
        }
        for unused in (False, True)
    )
    page = browser.get("/devices/").content.decode()
    badges = dict(re.findall(r'id="state-(\d+)".*?class="st (st-\w+)"', page, re.DOTALL))
    assert {badges[pk] for pk in used} == {"st-bad"}
    assert {badges[pk] for pk in spare} == {"st-quiet"}
