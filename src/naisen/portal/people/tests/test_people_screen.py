"""ユーザ一覧, 停止ユーザ一覧 and what is done there (S1-20 … S1-25, S1-61 … S1-64)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from naisen.portal.numbering.models import Number
from naisen.portal.people.actions import stop_people
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

MaxQueries = Callable[[int], Any]


@pytest.fixture
def browser(administrator: Login, sign_in: Callable[[Login], Client]) -> Client:
    return sign_in(administrator)


def text(client: Client, path: str, **parameters: str) -> str:
    answer = client.get(path, parameters)
    assert answer.status_code == 200
    return str(answer.content.decode())


def stopped_extensions(tenant: Tenant) -> list[str]:
    with scope.scoped(scope.EVERYTHING):
        found = Person.objects.filter(tenant=tenant, stopped_at__isnull=False)
        return sorted(found.values_list("number__digits", flat=True))


def test_the_list_has_the_manuals_columns(browser: Client) -> None:
    """S1-20, S1-23."""
    page = text(browser, "/people/")
    for column in ("ユーザ名", "内線番号", "所属", "【初期回線タイプ】回線名", "登録日時", "編集", "停止"):
        assert column in page
    assert "検索結果: <b>3</b>件" in page
    assert "【ユーザ固有初期回線】" in page
    assert "【共通初期回線】" in page
    assert "株式会社テスト【0500000000】" in page
    assert "選択した項目を停止する" in page


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"q": "田中"}, ["田中"]),
        ({"q": "すず"}, ["鈴木"]),
        ({"q": "３０"}, ["佐藤"]),
        ({"q": "いない"}, []),
        ({"sort": "-extension"}, ["佐藤", "鈴木", "田中"]),
        ({"sort": "kana"}, ["佐藤", "鈴木", "田中"]),
        ({"sort": "password"}, ["田中", "鈴木", "佐藤"]),
    ],
)
def test_search_and_sort(browser: Client, parameters: dict[str, str], names: list[str]) -> None:
    page = text(browser, "/people/", **parameters)
    places = [page.find(f"<b>{name}</b>") for name in names]
    assert all(place > 0 for place in places)
    assert places == sorted(places)
    assert page.count('<input class="check"') == len(names)


def test_search_by_department(browser: Client, office: Tenant) -> None:
    page = text(browser, "/people/", department=str(office.departments.get().pk))
    assert "検索結果: <b>2</b>件" in page


def test_fifty_people_cost_no_more_queries_than_three(
    browser: Client, office: Tenant, django_assert_max_num_queries: MaxQueries
) -> None:
    numbers = Number.objects.bulk_create(
        Number(tenant=office, digits=str(n), kind=Number.Kind.PERSON) for n in range(5000, 5060)
    )
    Person.objects.bulk_create(Person(tenant=office, number=number, name="社員") for number in numbers)
    with django_assert_max_num_queries(12):
        page = text(browser, "/people/")
    assert page.count('<input class="check"') == 50


def test_stopping_asks_first_and_names_what_falls_silent(
    browser: Client, office: Tenant, tanaka: Person
) -> None:
    """S1-25, S1-10, D-06."""
    asked = browser.post("/people/stop/", {"ids": [tanaka.pk]}).content.decode()
    assert "選択したユーザを停止します、よろしいですか" in asked
    assert "田中【1000】" in asked
    assert "1台の端末で発信も着信もできなくなります。" in asked
    assert "所属「営業部」の呼び出しでも鳴りません。" in asked
    assert "停止する</button>" in " ".join(asked.split()).replace(" </button>", "</button>")
    assert stopped_extensions(office) == []
    done = browser.post("/people/stop/", {"ids": [tanaka.pk], "confirmed": "yes"}, follow=True)
    assert "1人を停止しました" in done.content.decode()
    assert stopped_extensions(office) == ["1000"]
    assert "検索結果: <b>2</b>件" in text(browser, "/people/")
    assert "田中" in text(browser, "/people/stopped/")


@pytest.mark.parametrize(
    ("path", "question", "left"),
    [
        ("/people/resume/", "選択したユーザを再開します、よろしいですか", True),
        ("/people/delete/", "選択したユーザを削除します、よろしいですか", False),
    ],
)
def test_a_stopped_person_is_resumed_or_deleted(
    browser: Client, office: Tenant, tanaka: Person, path: str, question: str, left: bool
) -> None:
    """S1-63, S1-64."""
    stop_people(by=None, tenant=office, people=[tanaka])
    assert question in browser.post(path, {"ids": [tanaka.pk]}).content.decode()
    browser.post(path, {"ids": [tanaka.pk], "confirmed": "yes"})
    assert stopped_extensions(office) == []
    with scope.scoped(scope.EVERYTHING):
        assert Person.objects.filter(pk=tanaka.pk).exists() == left


def test_nobody_chosen_is_said(browser: Client) -> None:
    answer = browser.post("/people/stop/", {"ids": ["x", "9" * 30]}, follow=True)
    assert "ユーザが選ばれていません" in answer.content.decode()


def test_a_stranger_can_neither_see_nor_stop_them(
    office: Tenant, tanaka: Person, stranger: Login, sign_in: Callable[[Login], Client]
) -> None:
    client = sign_in(stranger)
    assert "田中" not in text(client, "/people/")
    client.post("/people/stop/", {"ids": [tanaka.pk], "confirmed": "yes"})
    assert stopped_extensions(office) == []
    assert client.get(f"/people/{tanaka.pk}/").status_code == 404
    assert client.post(f"/people/{tanaka.pk}/", {"name": "x"}).status_code == 404


def test_a_reader_is_offered_no_change_and_can_make_none(
    office: Tenant, tanaka: Person, administrator: Login, sign_in: Callable[[Login], Client]
) -> None:
    administrator.role = Login.Role.READER
    administrator.save()
    client = sign_in(administrator)
    assert "停止する" not in text(client, "/people/")
    assert 'type="submit">保存' not in text(client, f"/people/{tanaka.pk}/")
    for path in ("/people/stop/", "/people/resume/", "/people/delete/", f"/people/{tanaka.pk}/"):
        assert client.post(path, {"ids": [tanaka.pk], "confirmed": "yes"}).status_code == 403
    assert client.get("/people/register/").status_code == 403
