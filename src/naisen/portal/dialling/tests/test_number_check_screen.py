"""「番号チェック」: every kind of trouble is found, and nothing where there is none."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from naisen.portal.departments.models import Department, Membership
from naisen.portal.devices.models import Device
from naisen.portal.dialling.checks import check, shares
from naisen.portal.dialling.forwards import going_round
from naisen.portal.dialling.words import TROUBLES
from naisen.portal.lines.models import Line, LineCaller, LineRecipient, Trunk
from naisen.portal.numbering.models import Number
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant


@pytest.fixture
def sound(office: Tenant) -> Tenant:
    """`office` with nothing to mend: its line has a carrier, and without telephones calls go on to 営業部."""
    trunk = Trunk.objects.create(
        name="NTT", kind=Trunk.Kind.BY_ADDRESS, host="192.0.2.1", sources=["192.0.2.1"]
    )
    Line.objects.filter(tenant=office).update(trunk=trunk)
    Person.objects.filter(tenant=office).update(forward_unregistered="100")
    return office


def found(tenant: Tenant) -> dict[str, list[str]]:
    """Trouble → the digits that have it."""
    page = check(tenant, TROUBLES).rows
    kinds = {trouble.trouble for trouble in page}
    return {kind: [one.digits for one in page if one.trouble == kind] for kind in kinds}


def people(tenant: Tenant, *digits: str) -> QuerySet[Person]:
    return Person.objects.filter(tenant=tenant, number__digits__in=digits)


def test_nothing_is_found_where_everything_rings(sound: Tenant) -> None:
    assert found(sound) == {}


def stop(tenant: Tenant, *digits: str) -> None:
    people(tenant, *digits).update(stopped_at="2026-01-01T00:00:00Z")


def empty_department(tenant: Tenant) -> None:
    Membership.objects.filter(tenant=tenant).delete()


def stopped_department(tenant: Tenant) -> None:
    stop(tenant, "1000", "2000")


def department_without_devices(tenant: Tenant) -> None:
    Device.objects.filter(tenant=tenant, person__number__digits__in=("1000", "2000")).update(person=None)
    people(tenant, "1000", "2000").update(forward_always="3000")


def person_without_device(tenant: Tenant) -> None:
    Device.objects.filter(tenant=tenant, person__number__digits="3000").update(person=None)
    people(tenant, "3000").update(forward_unregistered="")


def never_seen(tenant: Tenant) -> None:
    people(tenant, "3000").update(forward_unregistered="")


def default_line(tenant: Tenant) -> None:
    line = Line.objects.get(tenant=tenant)
    people(tenant, "1000").update(default_line=line)
    LineCaller.objects.filter(tenant=tenant, person__number__digits="1000").delete()


def common_line(tenant: Tenant) -> None:
    other = Line.objects.create(
        tenant=tenant,
        code="002",
        name="大阪",
        number="0600000002",
        trunk=Trunk.objects.get(),
        no_answer="forward",
        no_answer_number="3000",
    )
    person = people(tenant, "3000").get()
    LineCaller.objects.filter(tenant=tenant, person=person).delete()
    LineCaller.objects.create(tenant=tenant, person=person, line=other)


def no_recipients(tenant: Tenant) -> None:
    LineRecipient.objects.filter(tenant=tenant).delete()


def recipients_stopped(tenant: Tenant) -> None:
    LineRecipient.objects.filter(tenant=tenant).exclude(person__number__digits="3000").delete()
    stop(tenant, "3000")


def no_trunk(tenant: Tenant) -> None:
    Line.objects.filter(tenant=tenant).update(trunk=None)


def to_nobody(tenant: Tenant) -> None:
    people(tenant, "1000").update(forward_busy="4999")


def to_stopped(tenant: Tenant) -> None:
    people(tenant, "1000").update(forward_no_answer="3000")
    stop(tenant, "3000")


def round_and_round(tenant: Tenant) -> None:
    people(tenant, "1000").update(forward_always="2000")
    people(tenant, "2000").update(forward_always="1000")


def to_itself(tenant: Tenant) -> None:
    people(tenant, "1000").update(forward_busy="1000")


def abroad(tenant: Tenant) -> None:
    people(tenant, "1000").update(forward_no_answer="01012025550123")


def to_police(tenant: Tenant) -> None:
    people(tenant, "1000").update(forward_no_answer="110")


def line_to_nobody(tenant: Tenant) -> None:
    Line.objects.filter(tenant=tenant).update(no_answer="forward", no_answer_number="4999")


ARRIVE = (
    "INSERT INTO edge.location (ruid, username, domain, contact, expires, user_agent, last_modified) VALUES"
    " ('a', 'kmy00003', 'kmy.cplus01.jp', 'sip:kmy00003@192.0.2.5', now() AT TIME ZONE 'UTC' + interval '1 h',"
    " 'phone', now() AT TIME ZONE 'UTC')"
)
LINE = "0500000000"
CASES: list[tuple[Callable[[Tenant], None], str, list[str]]] = [
    (empty_department, "department_empty", ["100"]),
    (stopped_department, "department_stopped", ["100"]),
    (department_without_devices, "department_no_device", ["100"]),
    (person_without_device, "person_no_device", ["3000"]),
    (never_seen, "person_never_seen", ["3000"]),
    (default_line, "default_line_not_allowed", ["1000"]),
    (common_line, "common_line_not_allowed", ["3000"]),
    (no_recipients, "line_no_recipients", [LINE]),
    (recipients_stopped, "line_recipients_stopped", [LINE]),
    (no_trunk, "line_no_trunk", [LINE]),
    (to_nobody, "forward_missing", ["1000"]),
    (to_stopped, "forward_stopped", ["1000"]),
    (round_and_round, "forward_loop", ["1000", "2000"]),
    (to_itself, "forward_loop", ["1000"]),
    (abroad, "forward_abroad", ["1000"]),
    (to_police, "forward_not_allowed", ["1000"]),
    (line_to_nobody, "forward_missing", [LINE]),
]


@pytest.mark.django_db(transaction=True)
def test_a_device_that_was_registered_once_is_no_trouble(
    sound: Tenant, as_edge: Callable[..., list[tuple[object, ...]]]
) -> None:
    never_seen(sound)
    as_edge(ARRIVE)
    as_edge("DELETE FROM edge.location")
    assert found(sound) == {}


@pytest.mark.parametrize(("spoil", "trouble", "digits"), CASES, ids=[case[0].__name__ for case in CASES])
def test_each_trouble_is_found_alone(
    sound: Tenant, spoil: Callable[[Tenant], None], trouble: str, digits: list[str]
) -> None:
    spoil(sound)
    assert found(sound) == {trouble: digits}


def test_forwarding_to_an_open_country_is_no_trouble(sound: Tenant) -> None:
    abroad(sound)
    Tenant.objects.filter(pk=sound.pk).update(allowed_countries=["US"])
    sound.refresh_from_db()
    assert found(sound) == {}


def test_every_trouble_has_words_with_its_values(sound: Tenant) -> None:
    for language in ("ja", "en"):
        with translation.override(language):
            for words in TROUBLES.values():
                assert "%(" not in str(words.effect) % {"detail": "x", "digits": "1"}


def test_the_page_names_the_trouble_and_leads_to_where_it_is_mended(
    office: Tenant, administrator: Login
) -> None:
    client = Client()
    client.force_login(administrator)
    page = client.get("/number-check/").content.decode()
    assert "通信事業者につながっていない回線" in page
    assert "一度も登録されていない端末" in page
    scope.set_scope(scope.EVERYTHING)
    line = Line.objects.get(tenant=office)
    assert f"/lines/{line.pk}/" in page
    only = client.get("/number-check/?kind=line_no_trunk").content.decode()
    assert "株式会社テスト【0500000000】" in only
    assert "一度も登録されていない端末です" not in only


def test_a_page_beyond_the_last_is_the_last(office: Tenant, administrator: Login) -> None:
    client = Client()
    client.force_login(administrator)
    for page in ("9", "0", "x", "9" * 12):
        assert "一度も登録されていない端末" in client.get(f"/number-check/?page={page}").content.decode()


def test_nothing_of_another_tenant_is_found(sound: Tenant, elsewhere: Tenant) -> None:
    assert found(sound) == {}
    assert found(elsewhere) != {}


def test_the_statements_do_not_grow_with_the_people(sound: Tenant) -> None:
    def hire(digits: range) -> None:
        numbers = Number.objects.bulk_create(
            Number(tenant=sound, digits=str(one), kind=Number.Kind.PERSON) for one in digits
        )
        Person.objects.bulk_create(
            Person(tenant=sound, number=number, name=f"人{number.digits}", forward_busy="4999")
            for number in numbers
        )

    hire(range(5000, 5001))
    with CaptureQueriesContext(connection) as few:
        check(sound, TROUBLES)
    hire(range(5001, 5120))
    with CaptureQueriesContext(connection) as many:
        check(sound, TROUBLES, offset=100)
    assert len(many) == len(few)
    assert check(sound, TROUBLES).counts == {"forward_missing": 120, "person_no_device": 120}
    assert len(check(sound, TROUBLES).rows) == 50
    assert len(check(sound, TROUBLES, offset=200).rows) == 40
    assert check(sound, TROUBLES, offset=9_000).rows == check(sound, TROUBLES, offset=200).rows
    first = check(sound, TROUBLES, offset=100).rows
    assert [one.trouble for one in first] == ["forward_missing"] * 20 + ["person_no_device"] * 30
    assert first[20:] == check(sound, TROUBLES, only="person_no_device", limit=30).rows
    assert Department.objects.filter(tenant=sound).exists()


def test_each_row_of_a_page_is_of_the_kind_whose_turn_it_is() -> None:
    counts = {"a": 3, "b": 0, "c": 5, "d": 2}
    assert shares(counts, 0, 10) == {"a": (0, 3), "c": (0, 5), "d": (0, 2)}
    assert shares(counts, 2, 4) == {"a": (2, 1), "c": (0, 3)}
    assert shares(counts, 9, 10) == {"d": (1, 1)}
    assert shares(counts, 10, 10) == {}


@dataclass(frozen=True)
class Somebody:
    """A person as far as a check asks."""

    digits: str
    is_stopped: bool
    forward: str
    has_device: bool
    default: str
    lines: tuple[str, ...]

    def troubles(self) -> set[str]:
        """The rules, for one person. `sound` has two lines, the common one and `other`."""
        if self.is_stopped:
            return set()
        reachable = self.forward in ("always", "unregistered")
        wrong_default = self.default != "" and self.default not in self.lines
        no_common = not self.default and self.lines and "common" not in self.lines
        found = {
            "person_no_device": not reachable and not self.has_device,
            "person_never_seen": not reachable and self.has_device,
            "default_line_not_allowed": wrong_default,
            "common_line_not_allowed": no_common,
        }
        return {trouble for trouble, is_so in found.items() if is_so}


def everybody() -> list[Somebody]:
    """One of each kind."""
    kinds = itertools.product(
        (False, True),
        ("", "always", "unregistered", "busy"),
        (False, True),
        ("", "common", "other"),
        ((), ("common",), ("other",), ("common", "other")),
    )
    return [Somebody(str(50_000 + n), *kind) for n, kind in enumerate(kinds)]


def hired(tenant: Tenant, all_of_them: list[Somebody]) -> None:
    """They, their devices and lines."""
    common = Line.objects.get(tenant=tenant)
    other = Line.objects.create(
        tenant=tenant,
        code="002",
        name="大阪",
        number="0600000002",
        trunk=Trunk.objects.get(),
        no_answer="forward",
        no_answer_number="3000",
    )
    lines = {"": None, "common": common, "other": other}
    numbers = Number.objects.bulk_create(
        Number(tenant=tenant, digits=one.digits, kind=Number.Kind.PERSON) for one in all_of_them
    )
    made = Person.objects.bulk_create(
        Person(
            tenant=tenant,
            number=number,
            name=f"人{one.digits}",
            stopped_at="2026-01-01T00:00:00Z" if one.is_stopped else None,
            default_line=lines[one.default],
            **({f"forward_{one.forward}": "100"} if one.forward else {}),
        )
        for one, number in zip(all_of_them, numbers, strict=True)
    )
    both = list(zip(all_of_them, made, strict=True))
    LineCaller.objects.bulk_create(
        LineCaller(tenant=tenant, person=person, line=lines[line])
        for one, person in both
        for line in one.lines
    )
    server = Device.objects.filter(tenant=tenant).values_list("server_id", flat=True)[0]
    Device.objects.bulk_create(
        Device(
            tenant=tenant,
            serial=int(one.digits),
            unique_number=one.digits,
            login=f"x{one.digits}",
            server_id=server,
            person=person,
        )
        for one, person in both
        if one.has_device
    )


def test_what_is_counted_is_what_is_wrong_with_each_and_stands_on_the_pages(sound: Tenant) -> None:
    """One of every kind of person: what is told of all at once is what the rules say of each."""
    all_of_them = everybody()
    hired(sound, all_of_them)
    counts = check(sound, TROUBLES).counts
    for kind in (
        "default_line_not_allowed",
        "common_line_not_allowed",
        "person_no_device",
        "person_never_seen",
    ):
        wrong = [one.digits for one in all_of_them if kind in one.troubles()]
        assert counts[kind] == len(wrong) > 5
        pages = [check(sound, TROUBLES, only=kind, offset=n, limit=7).rows for n in range(0, len(wrong), 7)]
        assert [trouble.digits for page in pages for trouble in page] == wrong
    Tenant.objects.filter(pk=sound.pk).update(common_line=None)
    sound.refresh_from_db()
    assert check(sound, TROUBLES).counts["common_line_not_allowed"] == 0


def test_what_goes_round_is_found_with_what_leads_there() -> None:
    """1 → 2 → 3 → 2; 4 → 5, which is the end; 6 → itself. A long way is followed once, not from each number anew."""
    assert going_round({"1": "2", "2": "3", "3": "2", "4": "5", "6": "6"}) == {"1", "2", "3", "6"}
    assert going_round({}) == set()
    long = {str(number): str(number + 1) for number in range(100_000)}
    assert going_round(long) == set()
    assert len(going_round({**long, "100000": "0"})) == 100_001
