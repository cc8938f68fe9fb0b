"""Default lines of many people, and the tenant's common one (S1-90, S1-94, D-04)."""

import pytest

from naisen.portal.audit.models import Entry
from naisen.portal.lines.default_actions import make_common, set_default_line
from naisen.portal.lines.default_effects import common_effects
from naisen.portal.lines.models import Line, LineCaller
from naisen.portal.people.choosing import Difference
from naisen.portal.people.models import Person
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant


def person(office: Tenant, name: str) -> Person:
    return Person.objects.get(tenant=office, name=name)


def one(someone: Person) -> frozenset[int]:
    return frozenset([someone.pk])


def lines_of(someone: Person) -> list[str]:
    return [line.code for line in someone.outbound_lines.order_by("code")]


def test_a_tick_makes_it_the_default_line_and_grants_it(
    office: Tenant, administrator: Login, second: Line
) -> None:
    """S1-90, D-04."""
    sato = person(office, "佐藤")
    done = set_default_line(by=administrator, line=second, change=Difference(added=one(sato)))
    assert (done.set, done.returned) == (1, 0)
    sato.refresh_from_db()
    assert (sato.default_line, sato.version, lines_of(sato)) == (second, 2, ["001", "002"])
    entry = Entry.objects.get(object_type="person", object_id=sato.pk, action="edit")
    assert entry.after == {
        "default_line": "大阪【0600000002】",
        "outbound_lines": ["大阪【0600000002】", "株式会社テスト【0500000000】"],
    }


def test_unticking_returns_to_the_common_line(office: Tenant, administrator: Login, main: Line) -> None:
    """S1-90: the line stays one to call out on."""
    tanaka = person(office, "田中")
    done = set_default_line(by=administrator, line=main, change=Difference(removed=one(tanaka)))
    assert (done.set, done.returned) == (0, 1)
    tanaka.refresh_from_db()
    assert (tanaka.default_line, lines_of(tanaka)) == (None, ["001"])


def test_who_has_another_line_by_now_is_left_alone(
    office: Tenant, administrator: Login, main: Line, second: Line
) -> None:
    tanaka = person(office, "田中")
    set_default_line(by=administrator, line=second, change=Difference(added=one(tanaka)))
    done = set_default_line(by=administrator, line=main, change=Difference(removed=one(tanaka)))
    assert done.returned == 0
    assert person(office, "田中").default_line == second


def test_nothing_changed_leaves_no_trace(administrator: Login, main: Line, tanaka: Person) -> None:
    before = Entry.objects.count()
    set_default_line(by=administrator, line=main, change=Difference(added=one(tanaka)))
    assert Entry.objects.count() == before
    assert Person.objects.get(pk=tanaka.pk).version == tanaka.version


def test_a_strangers_person_is_not_found(elsewhere: Tenant, administrator: Login, second: Line) -> None:
    theirs = Person.objects.filter(tenant=elsewhere)[0]
    with pytest.raises(Refusal):
        set_default_line(by=administrator, line=second, change=Difference(added=one(theirs)))
    assert not LineCaller.objects.filter(line=second).exists()


def test_exactly_one_line_is_the_common_one(
    office: Tenant, administrator: Login, main: Line, second: Line
) -> None:
    """S1-94: who calls out on the old one by default calls out on the new one, with its number."""
    make_common(by=administrator, tenant=office, line=second, instead_of=main.pk)
    assert Tenant.objects.get(pk=office.pk).common_line == second
    assert lines_of(person(office, "鈴木")) == lines_of(person(office, "佐藤")) == ["001", "002"]
    assert lines_of(person(office, "田中")) == ["001"]
    entry = Entry.objects.latest("sequence")
    assert (entry.action, entry.before, entry.after) == (
        "make_common",
        {"common_line": "株式会社テスト【0500000000】"},
        {"common_line": "大阪【0600000002】"},
    )


def test_who_may_not_call_out_does_not_gain_it(office: Tenant, main: Line, second: Line) -> None:
    LineCaller.objects.filter(line=main, person__name="佐藤").delete()
    effects = common_effects(office, second)
    assert [p.name for p in effects.moving] == [p.name for p in effects.granted] == ["鈴木"]
    assert [p.name for p in effects.silent] == ["佐藤"]
    make_common(by=None, tenant=office, line=second, instead_of=main.pk)
    assert lines_of(person(office, "佐藤")) == []


def test_the_first_common_line(office: Tenant, second: Line) -> None:
    """Without one nobody calls out by default; who may use the new one then can."""
    office.common_line = None
    office.save()
    LineCaller.objects.create(tenant=office, line=second, person=person(office, "鈴木"))
    effects = common_effects(office, second)
    assert [p.name for p in effects.starting] == ["鈴木"]
    assert [p.name for p in effects.silent] == ["佐藤"]
    make_common(by=None, tenant=office, line=second, instead_of=None)
    assert lines_of(person(office, "鈴木")) == ["001", "002"]


def test_another_choice_meanwhile_is_not_overwritten(
    office: Tenant, administrator: Login, main: Line, second: Line
) -> None:
    make_common(by=administrator, tenant=office, line=second, instead_of=main.pk)
    with pytest.raises(StaleVersion):
        make_common(by=administrator, tenant=office, line=main, instead_of=main.pk)
    assert Tenant.objects.get(pk=office.pk).common_line == second
