"""転送と着信拒否 in ユーザ編集: checked, version-checked, audited, and what routing then reads."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from naisen.portal.audit.models import Entry
from naisen.portal.calls.directory import TenantDirectory
from naisen.portal.people.models import FORWARDS, Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

Save = Callable[..., Any]


@pytest.fixture
def save(tanaka: Person, administrator: Login) -> Save:
    """A function that saves 田中's form with some of its fields changed."""
    client = Client()
    client.force_login(administrator)

    def saved(**changes: Any) -> Any:
        scope.set_scope(scope.EVERYTHING)
        line = tanaka.tenant.common_line
        assert line
        form = {
            "name": "田中",
            "extension": "1000",
            "ring_timeout_s": "60",
            "default_line": str(line.pk),
            "outbound_lines": [str(line.pk)],
            "version": str(Person.objects.get(pk=tanaka.pk).version),
            **changes,
        }
        answer = client.post(f"/people/{tanaka.pk}/", form)
        scope.set_scope(scope.EVERYTHING)
        tanaka.refresh_from_db()
        return answer

    return saved


def test_forwarding_is_stored_as_digits_audited_and_read_by_routing(
    save: Save, tanaka: Person, office: Tenant
) -> None:
    answer = save(
        do_not_disturb="on",
        forward_busy="2000",
        forward_no_answer="０９０-1111-2222",
        forward_unregistered="100",
    )
    assert answer.status_code == 302
    assert (tanaka.do_not_disturb, tanaka.forward_busy, tanaka.forward_no_answer) == (
        True,
        "2000",
        "09011112222",
    )
    called = TenantDirectory(office, at=timezone.now()).called(office.domain, "1000")
    assert called is not None
    assert (called.forwarding.no_answer, called.forwarding.unregistered) == ("09011112222", "100")
    entry = Entry.objects.filter(object_type="person", object_id=tanaka.pk).latest("sequence")
    assert entry.after is not None
    assert entry.after["forward_busy"] == "2000"
    assert entry.after["do_not_disturb"] is True


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("1000", "自分の内線番号へは転送できません"),
        ("4999", "4999 という内線番号はなく"),
        ("03123", "番号を確かめてください"),
        ("110", "110 へは転送できません"),
        ("0990123456", "へは転送できません"),
        ("010 1 202 555 0123", "アメリカ合衆国"),
        ("abc", "番号は数字20桁以内"),
    ],
)
@pytest.mark.parametrize("field", FORWARDS)
def test_where_no_call_can_go_is_refused_with_what_to_do(
    save: Save, tanaka: Person, field: str, target: str, words: str
) -> None:
    answer = save(**{field: target})
    assert words in str(answer.context["form"].errors[field])
    assert getattr(tanaka, field) == ""


def test_a_circle_is_refused_with_whose_forwarding_to_end(save: Save, tanaka: Person, office: Tenant) -> None:
    people = Person.objects.filter(tenant=office)
    people.filter(number__digits="2000").update(forward_always="3000")
    people.filter(number__digits="3000").update(forward_always="1000")
    answer = save(forward_always="2000")
    assert "先に 3000 の転送をやめるか" in str(answer.context["form"].errors["forward_always"])
    people.filter(number__digits="3000").update(forward_always="")
    assert save(forward_always="2000").status_code == 302


def test_a_circle_of_others_is_not_ones_own(save: Save, office: Tenant) -> None:
    people = Person.objects.filter(tenant=office)
    people.filter(number__digits="2000").update(forward_always="3000")
    people.filter(number__digits="3000").update(forward_always="2000")
    assert save(forward_always="2000").status_code == 302


def test_an_open_country_may_be_forwarded_to(save: Save, tanaka: Person, office: Tenant) -> None:
    Tenant.objects.filter(pk=office.pk).update(allowed_countries=["US"])
    assert save(forward_no_answer="+1 202 555 0123").status_code == 302
    assert tanaka.forward_no_answer == "+12025550123"


def test_forwarding_outside_needs_a_line_to_call_out_on(save: Save) -> None:
    answer = save(forward_busy="0312345678", outbound_lines=[], default_line="")
    assert "初期回線が発信回線に必要です" in str(answer.context["form"].errors["forward_busy"])


def test_a_form_that_was_opened_before_is_refused(save: Save, tanaka: Person) -> None:
    stale = str(tanaka.version)
    assert save(forward_busy="2000").status_code == 302
    answer = save(forward_busy="3000", version=stale)
    assert "ほかの人がこのユーザを変更しました" in str(answer.context["form"].non_field_errors())
    assert tanaka.forward_busy == "2000"
