"""回線情報一覧 as the browser sees it, and what holds for all screens of lines (S1-94, S1-120)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from naisen.portal.departments.models import Department
from naisen.portal.lines.models import Line, LineCaller, LineRecipient
from naisen.portal.lines.tests.asking import SETTINGS, default_of, names, posted, text
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

MaxQueries = Callable[[int], Any]


def test_the_list_has_the_manuals_columns(browser: Client, second: Line) -> None:
    """S1-120, S1-94."""
    page = text(browser, "/lines/")
    for words in (
        "ID",
        "識別番号",
        "回線名",
        "回線番号",
        "着信",
        "発信",
        "発着信設定",
        "0600000002",
        "3人",
        "0人",
    ):
        assert words in page, words
    assert page.count("共通</span>") == 1
    assert page.count("共通初期回線にする</button>") == 1


@pytest.mark.parametrize(
    ("path", "words", "count"),
    [
        ("/lines/", "大阪", 1),
        ("/lines/", "06-0000", 1),
        ("/lines/", "００２", 1),
        ("/lines/", "札幌", 0),
        ("/lines/defaults/", "大阪", 1),
        ("/lines/defaults/", "札幌", 0),
    ],
)
def test_the_lists_are_searched(browser: Client, second: Line, path: str, words: str, count: int) -> None:
    page = text(browser, path, q=words)
    assert f"検索結果: <b>{count}</b>件" in page
    assert ("データがありません。" in page) == (count == 0)


def test_pages_cost_few_queries(
    browser: Client,
    office: Tenant,
    main: Line,
    second: Line,
    crowd: list[Person],
    django_assert_max_num_queries: MaxQueries,
) -> None:
    LineCaller.objects.bulk_create(LineCaller(tenant=office, line=second, person=one) for one in crowd)
    LineRecipient.objects.bulk_create(LineRecipient(tenant=office, line=second, person=one) for one in crowd)
    for path in (
        "/lines/",
        "/lines/defaults/",
        f"/lines/{second.pk}/",
        f"/lines/{second.pk}/defaults/",
        f"/lines/{second.pk}/candidates/callers/?q=5",
    ):
        with django_assert_max_num_queries(12):
            text(browser, path)


def test_another_common_line_is_asked_about(
    browser: Client, office: Tenant, main: Line, second: Line
) -> None:
    """S1-94: whose calls show another number."""
    path = f"/lines/{second.pk}/common/"
    asked = posted(browser, path, {})
    for words in (
        "「大阪【0600000002】」を共通初期回線にします、よろしいですか",
        "発信するときに相手に表示される番号が 0600000002 に変わるユーザ",
        "鈴木【2000】、佐藤【3000】",
        "この回線が発信回線に加わるユーザ",
    ):
        assert words in asked, words
    assert "田中【1000】" not in asked
    confirmed = {"confirmed": "yes", "instead_of": str(main.pk)}
    assert "共通初期回線を「大阪【0600000002】」にしました" in posted(browser, path, confirmed)
    assert names(LineCaller, second) == {"鈴木", "佐藤"}
    back = f"/lines/{main.pk}/common/"
    assert "共通初期回線が変わりました" in posted(browser, back, confirmed)
    assert "すでに共通初期回線です" in posted(browser, path, {})


def test_a_stranger_sees_and_changes_nothing(
    office: Tenant,
    elsewhere: Tenant,
    main: Line,
    stranger: Login,
    people: dict[str, int],
    sign_in: Callable[[Login], Client],
) -> None:
    client = sign_in(stranger)
    for path in ("/lines/", "/lines/defaults/"):
        assert "株式会社テスト" not in text(client, path)
    for path in (
        f"/lines/{main.pk}/",
        f"/lines/{main.pk}/defaults/",
        f"/lines/{main.pk}/candidates/callers/",
    ):
        assert client.get(path).status_code == 404
        assert client.get(path.replace(str(main.pk), "999999", 1)).status_code == 404
    for path in (
        f"/lines/{main.pk}/",
        f"/lines/{main.pk}/common/",
        f"/lines/{main.pk}/defaults/",
        f"/lines/{main.pk}/defaults/save/",
    ):
        assert client.post(path, SETTINGS | {"confirmed": "yes"}).status_code == 404
    with scope.scoped(scope.EVERYTHING):
        theirs = Line.objects.get(tenant=elsewhere)
        department = Department.objects.get(tenant=office)
    path = f"/lines/{theirs.pk}/"
    assert "田中" not in posted(client, path, SETTINGS | {"callers": [people["田中"]]})
    foreign = SETTINGS | {"no_answer": "department", "no_answer_department": department.pk}
    assert "保存できませんでした" in posted(client, path, foreign)
    added = posted(client, f"{path}defaults/save/", {"add": str(people["佐藤"]), "confirmed": "yes"})
    assert "佐藤" not in added
    assert default_of(office) == {"田中": "001", "鈴木": None, "佐藤": None}


def test_a_reader_is_offered_no_change_and_can_make_none(
    office: Tenant, main: Line, second: Line, administrator: Login, sign_in: Callable[[Login], Client]
) -> None:
    administrator.role = Login.Role.READER
    administrator.save()
    client = sign_in(administrator)
    assert "共通初期回線にする" not in text(client, "/lines/")
    assert "btn-pri" not in text(client, f"/lines/{main.pk}/")
    assert "選択した項目を登録する" not in text(client, f"/lines/{main.pk}/defaults/")
    for path in (
        f"/lines/{main.pk}/",
        f"/lines/{second.pk}/common/",
        f"/lines/{main.pk}/defaults/save/",
    ):
        assert client.post(path, SETTINGS | {"confirmed": "yes"}).status_code == 403


def test_odd_requests_get_an_answer_below_500(browser: Client, main: Line) -> None:
    for path in (
        "/lines/?q=%00&sort=%00&page=x",
        "/lines/99999999999999999999/",
        f"/lines/{main.pk}/candidates/callers/?q=%00",
        f"/lines/{main.pk}/candidates/nobody/",
        f"/lines/{main.pk}/defaults/?q=%00&all=x&add=x,1,99999999999999999999&here=-1",
    ):
        assert browser.get(path).status_code < 500
    for path in (f"/lines/{main.pk}/", f"/lines/{main.pk}/defaults/", f"/lines/{main.pk}/defaults/save/"):
        sent = {"add": "999999999999999999", "ids": ["x", "\x00"], "callers": ["\x00"], "no_answer": "\x00"}
        assert browser.post(path, sent).status_code < 500
