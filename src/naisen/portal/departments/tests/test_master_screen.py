"""所属マスタ and 所属編集 as the browser sees them (S1-80 … S1-85)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from naisen.portal.departments.models import Department, Membership
from naisen.portal.lines.models import Line
from naisen.portal.numbering.models import Number
from naisen.portal.people.actions import stop_people
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

MaxQueries = Callable[[int], Any]
SUPPORT = {"name": "サポート", "extension": "200", "multicast": "off", "ring_timeout_s": "360"}


@pytest.fixture
def browser(administrator: Login, sign_in: Callable[[Login], Client]) -> Client:
    return sign_in(administrator)


@pytest.fixture
def sales(office: Tenant) -> Department:
    """営業部, number 100, with 田中 and 鈴木."""
    return Department.objects.get(tenant=office)


@pytest.fixture
def crowd(office: Tenant) -> list[Person]:
    """300 more people, so that no page can hold everybody."""
    numbers = Number.objects.bulk_create(
        Number(tenant=office, digits=str(n), kind=Number.Kind.PERSON) for n in range(5000, 5300)
    )
    return Person.objects.bulk_create(
        Person(tenant=office, number=number, name=f"社員{number.digits}", kana="シャイン")
        for number in numbers
    )


def text(client: Client, path: str, **parameters: str) -> str:
    answer = client.get(path, parameters)
    assert answer.status_code == 200
    return str(answer.content.decode())


def members(department: Department) -> set[str]:
    with scope.scoped(scope.EVERYTHING):
        found = Membership.objects.filter(department=department)
        return set(found.values_list("person__name", flat=True))


def ids(tenant: Tenant) -> dict[str, int]:
    with scope.scoped(scope.EVERYTHING):
        return dict(Person.objects.filter(tenant=tenant).values_list("name", "pk"))


def join(department: Department, people: list[Person]) -> None:
    with scope.scoped(scope.EVERYTHING):
        Membership.objects.bulk_create(
            Membership(tenant=department.tenant, department=department, person=person) for person in people
        )


def departments(tenant: Tenant) -> set[str]:
    with scope.scoped(scope.EVERYTHING):
        return set(Department.objects.filter(tenant=tenant).values_list("name", flat=True))


def test_the_page_has_the_manuals_fields_and_columns(browser: Client) -> None:
    """S1-80 … S1-85, S1-08."""
    page = text(browser, "/departments/")
    for words in (
        "所属名",
        "所属共通内線番号",
        "マルチキャスト",
        "使用する",
        "使用しない",
        "ダイヤルタイムアウト",
        'value="360"',
        "田中【1000】",
        "鈴木【2000】",
        "佐藤【3000】",
        "登録日時",
        "編集",
        "削除",
        "00001",
        "全て選択する",
        "全ての選択を解除する",
        "選択した項目を削除する",
        "選択肢を検索してください",
        "検索結果: <b>1</b>件",
    ):
        assert words in page, words


def test_a_department_is_registered(browser: Client, office: Tenant, tanaka: Person) -> None:
    """S1-80, S1-84."""
    sent = SUPPORT | {"extension": "２００", "members": [tanaka.pk], "multicast": "on"}
    answer = browser.post("/departments/", sent, follow=True)
    assert "登録に成功しました" in answer.content.decode()
    with scope.scoped(scope.EVERYTHING):
        made = Department.objects.get(tenant=office, name="サポート")
        assert (made.number.digits, made.multicast) == ("200", True)
    assert members(made) == {"田中"}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"extension": "1000"}, "内線番号「1000」は「田中」が使用中です。"),
        ({"extension": "12345678"}, "7"),
        ({"extension": "abc"}, "内線番号は半角数字7桁以内で入力してください。"),
        ({"name": "営業部"}, "所属名「営業部」はすでに使われています。"),
        ({"ring_timeout_s": "0"}, "1"),
        ({"members": ["x"]}, "x"),
    ],
)
def test_errors_stand_at_their_fields_and_the_input_is_kept(
    browser: Client, office: Tenant, tanaka: Person, changed: dict[str, Any], words: str
) -> None:
    """S1-80, S1-43."""
    sent = SUPPORT | {"members": [tanaka.pk]} | changed
    answer = browser.post("/departments/", sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "保存できませんでした" in page
    assert words in page
    assert f'value="{sent["name"]}"' in page
    assert departments(office) == {"営業部"}


def test_multicast_is_offered_only_with_the_option(
    elsewhere: Tenant, stranger: Login, sign_in: Callable[[Login], Client]
) -> None:
    """S1-81: and a forged form cannot turn it on."""
    client = sign_in(stranger)
    assert 'name="multicast"' not in text(client, "/departments/")
    client.post("/departments/", SUPPORT | {"multicast": "on"})
    with scope.scoped(scope.EVERYTHING):
        assert not Department.objects.get(tenant=elsewhere, name="サポート").multicast


def test_an_empty_list_says_so(browser: Client, office: Tenant, sales: Department) -> None:
    """S1-11."""
    browser.post("/departments/delete/", {"ids": [sales.pk], "confirmed": "yes"})
    assert "データがありません。" in text(browser, "/departments/")


@pytest.mark.parametrize(
    ("parameters", "count"), [({"q": "営"}, 1), ({"q": "１０"}, 1), ({"q": "経理"}, 0), ({"sort": "'"}, 1)]
)
def test_the_list_is_searched(browser: Client, parameters: dict[str, str], count: int) -> None:
    assert f"検索結果: <b>{count}</b>件" in text(browser, "/departments/", **parameters)


def test_the_list_is_sorted_and_in_pages(browser: Client, office: Tenant) -> None:
    """S1-12."""
    numbers = Number.objects.bulk_create(
        Number(tenant=office, digits=str(n), kind=Number.Kind.DEPARTMENT) for n in range(200, 260)
    )
    Department.objects.bulk_create(
        Department(tenant=office, number=number, name=f"部{number.digits}") for number in numbers
    )
    first, last = (text(browser, "/departments/", sort="-name", page=page) for page in ("1", "2"))
    assert first.index("部259") < first.index("部258")
    assert "部209" not in first
    assert "営業部" in last
    assert "&lt; Prev" in last


def test_pages_cost_few_queries(
    browser: Client, sales: Department, crowd: list[Person], django_assert_max_num_queries: MaxQueries
) -> None:
    join(sales, crowd)
    with django_assert_max_num_queries(12):
        text(browser, "/departments/")
    with django_assert_max_num_queries(12):
        text(browser, f"/departments/{sales.pk}/")
    with django_assert_max_num_queries(12):
        browser.post("/departments/delete/", {"ids": [sales.pk]})


def test_the_deletion_says_whom_it_affects(browser: Client, office: Tenant, sales: Department) -> None:
    """S1-85, S1-10, D-06."""
    asked = browser.post("/departments/delete/", {"ids": [sales.pk]}).content.decode()
    assert "選択した所属を削除します、よろしいですか" in asked
    assert "営業部【100】" in asked
    assert "この番号で鳴らなくなるユーザ: 田中【1000】、鈴木【2000】。" in asked
    assert "ピックアップできなくなるユーザ: 田中【1000】、鈴木【2000】。" in asked
    assert "キャンセル" in asked
    assert departments(office) == {"営業部"}
    done = browser.post("/departments/delete/", {"ids": [sales.pk], "confirmed": "yes"}, follow=True)
    assert "1件の所属を削除しました" in done.content.decode()
    assert departments(office) == set()


def test_a_department_that_a_line_needs_is_not_offered_for_deletion(
    browser: Client, office: Tenant, sales: Department
) -> None:
    Line.objects.filter(tenant=office).update(no_answer="department", no_answer_department=sales)
    page = browser.post("/departments/delete/", {"ids": [sales.pk]}, follow=True).content.decode()
    assert "「応答がないとき」に使われているため、削除できません" in page
    assert departments(office) == {"営業部"}


def test_the_edit_shows_and_changes_everything(
    browser: Client, office: Tenant, sales: Department, tanaka: Person
) -> None:
    """S1-84: who is unticked leaves, who is ticked joins."""
    page = text(browser, f"/departments/{sales.pk}/")
    assert page.count("members_shown") == 2
    people = ids(office)
    sent = SUPPORT | {
        "name": "営業",
        "version": "1",
        "members": [people["田中"], people["佐藤"]],
        "members_shown": [people["田中"], people["鈴木"]],
    }
    done = browser.post(f"/departments/{sales.pk}/", sent, follow=True)
    assert "編集に成功しました" in done.content.decode()
    assert members(sales) == {"田中", "佐藤"}
    assert departments(office) == {"営業"}


def test_a_stale_form_comes_back_with_its_input(
    browser: Client, office: Tenant, sales: Department, tanaka: Person
) -> None:
    """Whoever joined meanwhile is in it; sent again, it is stored."""
    people = ids(office)
    shown = [people["田中"], people["鈴木"]]
    base = SUPPORT | {"extension": "100", "version": "1", "members_shown": shown}
    browser.post(f"/departments/{sales.pk}/", base | {"name": "先", "members": [*shown, people["佐藤"]]})
    late = browser.post(f"/departments/{sales.pk}/", base | {"name": "後", "members": [people["田中"]]})
    page = late.content.decode()
    assert "ほかの人がこの所属を変更しました" in page
    assert 'name="version" value="2"' in page
    assert 'value="後"' in page
    assert page.count("members_shown") == 3
    again = base | {
        "name": "後",
        "version": "2",
        "members": [people["田中"], people["佐藤"]],
        "members_shown": list(people.values()),
    }
    browser.post(f"/departments/{sales.pk}/", again)
    assert members(sales) == {"田中", "佐藤"}
    assert departments(office) == {"後"}


def test_a_page_never_holds_everybody(
    browser: Client, office: Tenant, sales: Department, crowd: list[Person]
) -> None:
    """S1-84 with many people: those who belong, and whom a search finds."""
    page = text(browser, "/departments/")
    assert 'name="members"' not in page
    join(sales, crowd)
    page = text(browser, f"/departments/{sales.pk}/")
    assert page.count('name="members"') == page.count('name="members_shown"') == 50
    assert "ほかに252人が選ばれています。" in page
    found = text(browser, f"/departments/{sales.pk}/candidates/", q="5299")
    assert "社員5299【5299】" in found
    assert "checked" in found
    assert 'name="members_shown"' in found
    assert text(browser, f"/departments/{sales.pk}/candidates/", q="さとう").count("checked") == 0


def test_who_stands_outside_the_page_stays(
    browser: Client, office: Tenant, sales: Department, crowd: list[Person]
) -> None:
    join(sales, crowd)
    sent = SUPPORT | {"version": "1", "members_shown": [crowd[0].pk], "members": []}
    browser.post(f"/departments/{sales.pk}/", sent)
    assert len(members(sales)) == 301
    assert "社員5000" not in members(sales)


def test_without_a_script_a_button_searches_and_keeps_the_input(
    browser: Client, office: Tenant, crowd: list[Person], tanaka: Person
) -> None:
    sent = {
        "name": "新しい",
        "extension": "",
        "members": [tanaka.pk],
        "members_find": "529",
        "find": "members",
    }
    page = browser.post("/departments/", sent).content.decode()
    assert 'value="新しい"' in page
    assert "社員5299【5299】" in page
    assert page.count("checked") >= 1
    assert "保存できませんでした" not in page
    assert departments(office) == {"営業部"}


def test_without_a_script_a_member_outside_the_page_is_found_and_ticked(
    browser: Client, office: Tenant, sales: Department, crowd: list[Person]
) -> None:
    join(sales, crowd)
    sent = SUPPORT | {"version": "1", "members_find": "5299", "find": "members"}
    page = browser.post(f"/departments/{sales.pk}/", sent).content.decode()
    assert f'name="members_shown" value="{crowd[-1].pk}"' in page


def test_a_stopped_person_is_marked(browser: Client, office: Tenant, tanaka: Person) -> None:
    stop_people(by=None, tenant=office, people=[tanaka])
    assert "停止中" in text(browser, "/departments/candidates/", q="田中")


def test_a_stranger_sees_and_changes_nothing(
    office: Tenant,
    elsewhere: Tenant,
    stranger: Login,
    sales: Department,
    tanaka: Person,
    sign_in: Callable[[Login], Client],
) -> None:
    client = sign_in(stranger)
    assert "営業部" not in text(client, "/departments/")
    assert "田中" not in text(client, "/departments/candidates/", q="田中")
    for path in (f"/departments/{sales.pk}/", f"/departments/{sales.pk}/candidates/"):
        assert client.get(path).status_code == client.get("/departments/999999/").status_code == 404
    assert client.post(f"/departments/{sales.pk}/", SUPPORT).status_code == 404
    client.post("/departments/delete/", {"ids": [sales.pk], "confirmed": "yes"})
    answer = client.post("/departments/", SUPPORT | {"members": [tanaka.pk]})
    assert "保存できませんでした" in answer.content.decode()
    assert "田中" not in answer.content.decode()
    assert (departments(office), departments(elsewhere)) == ({"営業部"}, {"配車"})


def test_a_reader_is_offered_no_change_and_can_make_none(
    office: Tenant, sales: Department, administrator: Login, sign_in: Callable[[Login], Client]
) -> None:
    administrator.role = Login.Role.READER
    administrator.save()
    client = sign_in(administrator)
    page = text(client, "/departments/")
    assert "選択した項目を削除する" not in page
    assert "ダイヤルタイムアウト" not in page
    assert "保存\n" not in text(client, f"/departments/{sales.pk}/")
    for path in ("/departments/", "/departments/delete/", f"/departments/{sales.pk}/"):
        assert client.post(path, SUPPORT | {"ids": [sales.pk], "confirmed": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/departments/?q=%00",
        "/departments/?page=x&sort=%00",
        "/departments/candidates/?q=%00",
        "/departments/99999999999999999999/",
    ],
)
def test_odd_requests_get_an_answer_below_500(browser: Client, path: str) -> None:
    assert browser.get(path).status_code < 500
