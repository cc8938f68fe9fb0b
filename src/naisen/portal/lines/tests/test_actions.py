"""発着信設定: what is stored, and what is refused (S1-120, S1-39, S1-40)."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, connection, transaction

from naisen.portal.audit.models import Entry
from naisen.portal.departments.models import Department
from naisen.portal.lines.actions import LineSettings, edit_line
from naisen.portal.lines.models import Line, LineCaller, LineRecipient
from naisen.portal.people.actions import PersonData, edit_person
from naisen.portal.people.choosing import Difference
from naisen.portal.people.models import Person
from naisen.portal.refusals import Refusal, StaleVersion
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

NOBODY = Difference()
FORWARD = LineSettings(no_answer=Line.NoAnswer.FORWARD, no_answer_number="09011112222")


def ids(office: Tenant, *names: str) -> frozenset[int]:
    return frozenset(Person.objects.filter(tenant=office, name__in=names).values_list("pk", flat=True))


def names(model: type[LineRecipient] | type[LineCaller], line: Line) -> set[str]:
    return set(model._default_manager.filter(line=line).values_list("person__name", flat=True))


def test_settings_and_people_are_stored(office: Tenant, administrator: Login, second: Line) -> None:
    """S1-120."""
    edited = edit_line(
        by=administrator,
        line=second,
        version=1,
        settings=replace(FORWARD, ring_timeout_s=20),
        recipients=Difference(added=ids(office, "田中", "鈴木")),
        callers=Difference(added=ids(office, "佐藤")),
    )
    stored = Line.objects.get(pk=second.pk)
    assert (stored.ring_timeout_s, stored.no_answer, stored.no_answer_number, stored.version) == (
        20,
        "forward",
        "09011112222",
        2,
    )
    assert edited == stored
    assert names(LineRecipient, second) == {"田中", "鈴木"}
    assert names(LineCaller, second) == {"佐藤"}
    entry = Entry.objects.filter(object_type="line").latest("sequence")
    assert entry.after == {
        "ring_timeout_s": 20,
        "no_answer": "forward",
        "no_answer_number": "09011112222",
        "recipients_joined": ["田中【1000】", "鈴木【2000】"],
        "callers_joined": ["佐藤【3000】"],
    }


def test_people_are_taken_away_and_the_others_stay(office: Tenant, administrator: Login, main: Line) -> None:
    edit_line(
        by=administrator,
        line=main,
        version=1,
        settings=LineSettings(),
        recipients=Difference(removed=ids(office, "佐藤")),
        callers=Difference(removed=ids(office, "鈴木")),
    )
    assert names(LineRecipient, main) == {"田中", "鈴木"}
    assert names(LineCaller, main) == {"田中", "佐藤"}


def test_the_default_line_is_not_taken_away(office: Tenant, administrator: Login, main: Line) -> None:
    """S1-40: refused with the reason, as in the person's own form."""
    with pytest.raises(Refusal, match="田中【1000】") as refusal:
        edit_line(
            by=administrator,
            line=main,
            version=1,
            settings=LineSettings(),
            recipients=NOBODY,
            callers=Difference(removed=ids(office, "田中", "鈴木")),
        )
    assert refusal.value.field == "callers"
    assert names(LineCaller, main) == {"田中", "鈴木", "佐藤"}


def test_a_persons_own_form_gets_stale(office: Tenant, administrator: Login, second: Line) -> None:
    """S1-39: the same data from both sides."""
    sato = Person.objects.get(tenant=office, name="佐藤")
    edit_line(
        by=administrator,
        line=second,
        version=1,
        settings=LineSettings(),
        recipients=Difference(added=frozenset([sato.pk])),
        callers=NOBODY,
    )
    assert [str(line) for line in sato.inbound_lines.order_by("code")] == [
        "株式会社テスト【0500000000】",
        "大阪【0600000002】",
    ]
    with pytest.raises(StaleVersion):
        edit_person(by=administrator, person=sato, version=1, data=PersonData(name="佐藤", extension="3000"))


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (replace(FORWARD, no_answer_number=""), "no_answer_number"),
        (replace(FORWARD, no_answer_number="0600000002"), "no_answer_number"),
        (replace(FORWARD, no_answer_number="119"), "no_answer_number"),
        (LineSettings(no_answer=Line.NoAnswer.DEPARTMENT), "no_answer_department"),
    ],
)
def test_no_answer_must_lead_somewhere(
    administrator: Login, second: Line, settings: LineSettings, field: str
) -> None:
    """S1-120: not nowhere, not back to the line, not to the fire brigade."""
    with pytest.raises(Refusal) as refusal:
        edit_line(
            by=administrator, line=second, version=1, settings=settings, recipients=NOBODY, callers=NOBODY
        )
    assert refusal.value.field == field


def test_a_stale_form_overwrites_nothing(administrator: Login, second: Line) -> None:
    edit_line(by=administrator, line=second, version=1, settings=FORWARD, recipients=NOBODY, callers=NOBODY)
    with pytest.raises(StaleVersion):
        edit_line(
            by=administrator,
            line=second,
            version=1,
            settings=LineSettings(),
            recipients=NOBODY,
            callers=NOBODY,
        )
    assert Line.objects.get(pk=second.pk).no_answer == "forward"


def test_a_strangers_person_is_not_found(elsewhere: Tenant, administrator: Login, second: Line) -> None:
    theirs = frozenset(Person.objects.filter(tenant=elsewhere).values_list("pk", flat=True))
    with pytest.raises(Refusal) as refusal:
        edit_line(
            by=administrator,
            line=second,
            version=1,
            settings=LineSettings(),
            recipients=Difference(added=theirs),
            callers=NOBODY,
        )
    assert refusal.value.field == "recipients"


@pytest.mark.parametrize(
    "columns",
    [
        {"no_answer": "forward"},
        {"no_answer": "department"},
        {"no_answer": "sing"},
        {"no_answer_number": "1000"},
        {"max_calls": 0},
    ],
)
def test_the_database_holds_the_rules(second: Line, columns: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Line.objects.filter(pk=second.pk).update(**columns)


def test_a_line_rings_its_own_tenants_department(elsewhere: Tenant, second: Line) -> None:
    theirs = Department.objects.get(tenant=elsewhere)
    Line.objects.filter(pk=second.pk).update(no_answer="department", no_answer_department=theirs)
    with pytest.raises(IntegrityError, match="same_tenant"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
