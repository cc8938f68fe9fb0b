"""料金表: what is stored, what is refused, and who did it."""

from decimal import Decimal
from typing import Any

from django.test import Client

from naisen.portal.audit.models import Entry
from naisen.portal.calls.directory import rate_of
from naisen.portal.calls.models import Rate

FORM: dict[str, Any] = {"digits": "+44", "name": "イギリス", "unit_s": "30", "unit_yen": "12.5"}


def test_a_rate_is_registered_and_decides_by_the_longest_prefix(browser: Client) -> None:
    assert browser.post("/operator/rates/register/", FORM | {"digits": "＋４４"}).status_code == 302
    found = rate_of("+442071838750")
    assert found is not None
    assert (found.name, found.unit_s, found.unit_yen) == ("イギリス", 30, "12.5")
    assert rate_of("+33123456789") == rate_of("+1")
    entry = Entry.objects.latest("id")
    assert (entry.object_type, entry.action, entry.tenant_id) == ("rate", "register", None)
    assert (entry.after or {})["unit_yen"] == "12.5"


def test_what_is_wrong_stands_at_its_field(browser: Client) -> None:
    page = browser.post(
        "/operator/rates/register/", {"digits": "90", "name": "", "unit_s": "0", "unit_yen": "-1"}
    )
    assert set(page.context["form"].errors) == {"digits", "name", "unit_s", "unit_yen"}
    page = browser.post("/operator/rates/register/", FORM | {"digits": "090"})
    assert "すでにあります" in page.context["form"].errors["digits"][0]


def test_a_rate_is_edited_unless_somebody_else_was_quicker(browser: Client) -> None:
    rate = Rate.objects.get(prefix="090")
    address = f"/operator/rates/{rate.pk}/"
    form = FORM | {"digits": "090", "stamp": browser.get(address).context["form"].initial["stamp"]}
    assert browser.post(address, form).status_code == 302
    rate.refresh_from_db()
    assert (rate.name, rate.unit_s, rate.unit_yen) == ("イギリス", 30, Decimal("12.5"))
    stale = browser.post(address, form | {"unit_yen": "1"})
    assert "ほかの人" in stale.content.decode()
    again = form | {"unit_yen": "1", "stamp": stale.context["form"].data["stamp"]}
    assert browser.post(address, again).status_code == 302
    found = browser.get("/operator/rates/?q=09")
    assert found.context["page"].paginator.count == 1
    assert ">1</td>" in found.content.decode()


def test_a_rate_is_deleted_after_one_question(browser: Client) -> None:
    rate = Rate.objects.get(prefix="0570")
    address = f"/operator/rates/{rate.pk}/delete/"
    assert "よろしいですか" in browser.post(address).content.decode()
    assert Rate.objects.filter(pk=rate.pk).exists()
    browser.post(address, {"confirmed": "yes"})
    assert not Rate.objects.filter(pk=rate.pk).exists()
    assert Entry.objects.latest("id").action == "delete"
