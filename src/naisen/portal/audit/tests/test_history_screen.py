"""変更履歴: filters, paging, CSV, the history of one object, and the check of the chain."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from naisen.portal.audit.actions import Changed, record, record_all
from naisen.portal.audit.models import Entry
from naisen.portal.departments.models import Department
from naisen.portal.devices.models import Device
from naisen.portal.lines.models import Line
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant
from naisen.runtime.testing.cluster import TestCluster

SignIn = Callable[[Login], Client]
MaxQueries = Callable[[int], Any]


@pytest.fixture
def browser(administrator: Login, sign_in: SignIn) -> Client:
    return sign_in(administrator)


def text(client: Client, path: str, **parameters: str) -> str:
    answer = client.get(path, parameters)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.fixture
def edited(office: Tenant, administrator: Login, tanaka: Person) -> Entry:
    """伊藤 renumbers 田中."""
    return record(
        by=administrator,
        tenant=office,
        action="edit",
        subject=tanaka,
        before={"extension": "1000", "memo": ""},
        after={"extension": "1001", "memo": "=HYPERLINK(1)"},
    )


def test_the_list_says_who_when_what_and_from_what_to_what(browser: Client, edited: Entry) -> None:
    page = text(browser, "/history/")
    row = page[page.index("<tbody>") : page.index("</tr>", page.index("<tbody>"))]
    for words in ("伊藤 彩", "田中【1000】", "ユーザ", "編集", "内線番号", "1000", "1001"):
        assert words in row


def rows(page: str) -> int:
    return page.count('<th class="c-what" scope="row"')


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"kind": "person", "q": "田中"}, 2),
        ({"q": "1001"}, 1),
        ({"q": "伊藤 1001"}, 1),
        ({"q": "hyperlink"}, 1),
        ({"q": "memo"}, 0),
        ({"q": "no such words"}, 0),
        ({"kind": "department"}, 0),
        ({"actor": "0", "kind": "person"}, 3),
        ({"actor": "x", "kind": "nonsense", "since": "yesterday", "object": "-1"}, 14),
    ],
)
def test_it_is_narrowed(browser: Client, edited: Entry, parameters: dict[str, str], count: int) -> None:
    page = text(browser, "/history/", **parameters)
    assert rows(page) == count
    assert f"検索結果: <b>{count}</b>件" in page


def test_by_person_and_by_period(browser: Client, edited: Entry, administrator: Login) -> None:
    assert rows(text(browser, "/history/", actor=str(administrator.pk))) == 1
    today = timezone.localdate(timezone=_tokyo())
    assert rows(text(browser, "/history/", since=str(today), until=str(today))) == 14
    tomorrow, yesterday = str(today + timedelta(days=1)), str(today - timedelta(days=1))
    assert rows(text(browser, "/history/", since=tomorrow)) == 0
    assert rows(text(browser, "/history/", until=yesterday)) == 0
    assert rows(text(browser, "/history/", until="9999-12-31")) == 14


def _tokyo() -> Any:
    from zoneinfo import ZoneInfo

    return ZoneInfo("Asia/Tokyo")


def test_it_comes_in_pages_of_fifty(
    browser: Client, office: Tenant, tanaka: Person, django_assert_max_num_queries: MaxQueries
) -> None:
    """S1-12."""
    many = [Changed(subject=tanaka, before={"memo": str(n)}, after={"memo": str(n + 1)}) for n in range(120)]
    record_all(by=None, tenant=office, action="edit", changes=many)
    with django_assert_max_num_queries(12):
        first = text(browser, "/history/")
    assert rows(first) == 50
    assert "検索結果: <b>133</b>件" in first
    assert rows(text(browser, "/history/", page="3")) == 33
    part = browser.get("/history/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


def table(client: Client, **parameters: str) -> list[list[str]]:
    answer = client.get("/history/history.csv", parameters)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_csv_has_all_that_was_found_and_nothing_that_calculates(browser: Client, edited: Entry) -> None:
    header, *found = table(browser, kind="person", q="1001")
    assert header == ["日時", "変更した人", "対象", "名前", "操作", "変更前 → 変更後"]
    ((at, *who, details),) = found
    assert at[:4] == str(timezone.now().year)
    assert who == ["伊藤 彩", "ユーザ", "田中【1000】", "編集"]
    assert details == "内線番号: 1000 → 1001\nメモ: — → =HYPERLINK(1)"
    assert len(table(browser)) == 15


def test_a_name_that_a_spreadsheet_would_calculate_is_defused(
    browser: Client, office: Tenant, tanaka: Person
) -> None:
    tanaka.name = "=cmd|' /C calc'!A0"
    record(by=None, tenant=office, action="edit", subject=tanaka, before={"a": 1}, after={"a": 2})
    assert table(browser)[1][3].startswith("'=cmd")


def test_each_object_shows_its_own_history(browser: Client, office: Tenant, administrator: Login) -> None:
    person, device = (
        Person.objects.filter(tenant=office).first(),
        Device.objects.filter(tenant=office).first(),
    )
    department, line = Department.objects.get(tenant=office), Line.objects.get(tenant=office)
    assert person
    assert device
    for subject, path in (
        (person, f"/people/{person.pk}/"),
        (device, f"/devices/{device.pk}/"),
        (department, f"/departments/{department.pk}/"),
        (line, f"/lines/{line.pk}/"),
    ):
        with scope.scoped(scope.EVERYTHING):
            record(by=administrator, tenant=office, action="edit", subject=subject, after={"x": 2})
        page = text(browser, path)
        assert "最近の変更" in page
        link = f"/history/?kind={subject._meta.model_name}&amp;object={subject.pk}"
        assert link in page
        found = text(browser, "/history/", kind=str(subject._meta.model_name), object=str(subject.pk))
        assert "1件の対象だけを表示しています。" in found
        assert rows(found) >= 1


def test_a_stranger_sees_nothing_of_it(office: Tenant, stranger: Login, sign_in: SignIn) -> None:
    client = sign_in(stranger)
    person = Person.objects.filter(tenant=office).first()
    assert person
    assert "田中" not in text(client, "/history/")
    assert rows(text(client, "/history/", kind="person", object=str(person.pk))) == 0
    assert "田中" not in str(table(client))
    assert "伊藤" not in text(client, "/history/")


def test_nobody_writes_there(browser: Client) -> None:
    for path in ("/history/", "/history/history.csv"):
        assert browser.post(path).status_code == 405


def test_a_whole_chain_verifies(elsewhere: Tenant, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("verify_audit")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3, "two tenants and the operator"
    assert all(line.endswith("entries, whole") for line in lines)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit_entry SET actor_name = 'somebody else' WHERE sequence = 5", "broken at entry 5 ("),
        ("UPDATE audit_entry SET after = '{}' WHERE sequence = 1", "broken at entry 1 ("),
        ("DELETE FROM audit_entry WHERE sequence IN (6, 7)", "entries 6 to 7 are missing before it"),
        ("DELETE FROM audit_entry WHERE sequence = 1", "entries 1 to 1 are missing before it"),
    ],
)
def test_a_chain_that_was_tampered_with_fails_and_names_the_place(
    office: Tenant,
    database_cluster: TestCluster,
    capsys: pytest.CaptureFixture[str],
    statement: str,
    words: str,
) -> None:
    """By somebody with the owner's rights: the portal's own role could not."""
    with psycopg.connect(database_cluster.owner_url) as connection:
        connection.execute(statement)
    with pytest.raises(CommandError, match="1 audit trail"):
        call_command("verify_audit")
    assert words in capsys.readouterr().out
