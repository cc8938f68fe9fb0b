"""回線情報一覧, 発着信設定 and 初期回線一括設定 as the browser sees them (S1-90, S1-94, S1-120)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from naisen.portal.departments.models import Department
from naisen.portal.lines.models import Line, LineCaller, LineRecipient
from naisen.portal.numbering.models import Number
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

MaxQueries = Callable[[int], Any]
SETTINGS = {"ring_timeout_s": "60", "no_answer": "busy", "version": "1"}


@pytest.fixture
def browser(administrator: Login, sign_in: Callable[[Login], Client]) -> Client:
    return sign_in(administrator)


@pytest.fixture
def people(office: Tenant) -> dict[str, int]:
    """Name → id."""
    return dict(Person.objects.filter(tenant=office).values_list("name", "pk"))


@pytest.fixture
def crowd(office: Tenant) -> list[Person]:
    """100 more people: three pages in all."""
    numbers = Number.objects.bulk_create(
        Number(tenant=office, digits=str(n), kind=Number.Kind.PERSON) for n in range(5000, 5100)
    )
    return Person.objects.bulk_create(
        Person(tenant=office, number=number, name=f"社員{number.digits}", kana="シャイン")
        for number in numbers
    )


def text(client: Client, path: str, **parameters: str) -> str:
    answer = client.get(path, parameters)
    assert answer.status_code == 200
    return str(answer.content.decode())


def posted(client: Client, path: str, sent: dict[str, Any]) -> str:
    return str(client.post(path, sent, follow=True).content.decode())


def names(model: type[LineRecipient] | type[LineCaller], line: Line) -> set[str]:
    with scope.scoped(scope.EVERYTHING):
        return set(model._default_manager.filter(line=line).values_list("person__name", flat=True))


def default_of(office: Tenant) -> dict[str, str | None]:
    with scope.scoped(scope.EVERYTHING):
        return dict(Person.objects.filter(tenant=office).values_list("name", "default_line__code"))


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


def test_the_settings_are_stored(browser: Client, second: Line, people: dict[str, int]) -> None:
    """S1-120: nobody loses anything, so nothing is asked."""
    sent = SETTINGS | {
        "ring_timeout_s": "20",
        "no_answer": "forward",
        "no_answer_number": "０９０-1111-2222",
        "recipients": [people["田中"]],
        "callers": [people["鈴木"]],
    }
    assert "編集に成功しました" in posted(browser, f"/lines/{second.pk}/", sent)
    with scope.scoped(scope.EVERYTHING):
        second.refresh_from_db()
    assert (second.ring_timeout_s, second.no_answer_number) == (20, "09011112222")
    assert (names(LineRecipient, second), names(LineCaller, second)) == ({"田中"}, {"鈴木"})


def test_what_does_not_belong_to_the_choice_is_dropped(browser: Client, office: Tenant, second: Line) -> None:
    department = Department.objects.get(tenant=office)
    sent = SETTINGS | {
        "no_answer": "department",
        "no_answer_number": "0901",
        "no_answer_department": department.pk,
    }
    posted(browser, f"/lines/{second.pk}/", sent)
    with scope.scoped(scope.EVERYTHING):
        second.refresh_from_db()
    assert (second.no_answer, second.no_answer_number, second.no_answer_department_id) == (
        "department",
        "",
        department.pk,
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"no_answer": "forward"}, "転送先の番号を入力してください。"),
        (
            {"no_answer": "forward", "no_answer_number": "0600000002"},
            "この回線自身の番号へは転送できません。",
        ),
        ({"no_answer": "forward", "no_answer_number": "119"}, "緊急通報の番号へは転送できません。"),
        ({"no_answer": "forward", "no_answer_number": "abc"}, "番号は数字20桁以内で入力してください。"),
        ({"no_answer": "department"}, "鳴らす所属を選んでください。"),
        ({"ring_timeout_s": "0"}, "1"),
    ],
)
def test_errors_stand_at_their_fields(
    browser: Client, second: Line, changed: dict[str, str], words: str
) -> None:
    page = posted(browser, f"/lines/{second.pk}/", SETTINGS | changed)
    assert "保存できませんでした" in page
    assert words in page


def test_who_loses_the_line_is_asked_about(
    browser: Client, office: Tenant, main: Line, people: dict[str, int]
) -> None:
    """S1-120, S1-10, D-06."""
    everybody = list(people.values())
    sent = SETTINGS | {
        "recipients_shown": everybody,
        "callers_shown": everybody,
        "callers": [people["田中"], people["佐藤"]],
    }
    asked = posted(browser, f"/lines/{main.pk}/", sent)
    for words in (
        "「株式会社テスト【0500000000】」の発着信設定を保存します、よろしいですか",
        "この回線への電話で鳴らなくなるユーザ",
        "田中【1000】、鈴木【2000】、佐藤【3000】",
        "この回線への電話では、どの端末も鳴りません。",
        "この回線で発信できなくなるユーザ",
        "共通初期回線で発信できなくなるユーザ",
    ):
        assert words in asked, words
    assert len(names(LineRecipient, main)) == 3
    assert "編集に成功しました" in posted(browser, f"/lines/{main.pk}/", sent | {"confirmed": "yes"})
    assert (names(LineRecipient, main), names(LineCaller, main)) == (set(), {"田中", "佐藤"})


def test_a_dialog_comes_for_htmx(browser: Client, main: Line, people: dict[str, int]) -> None:
    sent = SETTINGS | {"callers": list(people.values()), "recipients_shown": list(people.values())}
    sent["callers_shown"] = sent["callers"]
    answer = browser.post(f"/lines/{main.pk}/", sent, headers={"HX-Request": "true"})
    assert "<dialog" in answer.content.decode()
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reselect"]) == ("#confirmation", "dialog")


def test_a_default_line_is_not_taken_away(browser: Client, main: Line, people: dict[str, int]) -> None:
    """S1-40."""
    sent = SETTINGS | {"callers_shown": list(people.values()), "callers": [people["鈴木"]]}
    page = posted(browser, f"/lines/{main.pk}/", sent | {"confirmed": "yes"})
    assert "発信から外せません: 田中【1000】" in page
    assert len(names(LineCaller, main)) == 3


def test_a_stale_form_comes_back_with_its_input(
    browser: Client, second: Line, people: dict[str, int]
) -> None:
    posted(browser, f"/lines/{second.pk}/", SETTINGS | {"recipients": [people["田中"]]})
    page = posted(
        browser,
        f"/lines/{second.pk}/",
        SETTINGS | {"ring_timeout_s": "33", "callers": [people["鈴木"]]},
    )
    assert "ほかの人がこの回線を変更しました" in page
    assert 'value="33"' in page
    assert 'name="version" value="2"' in page
    assert page.count('name="recipients_shown"') == 1
    assert names(LineCaller, second) == set()


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


def test_the_lines_of_default_lines(browser: Client) -> None:
    """S1-90."""
    page = text(browser, "/lines/defaults/")
    for words in ("識別番号", "001", "回線名", "回線番号", "0500000000", "初期回線一括設定</a>"):
        assert words in page, words


def test_the_people_of_a_line(browser: Client, main: Line, people: dict[str, int]) -> None:
    """S1-90: the tick stands where the line is already theirs."""
    page = " ".join(text(browser, f"/lines/{main.pk}/defaults/").split())
    for words in (
        "00001",
        "ユーザ名",
        "内線番号",
        "所属",
        "【初期回線タイプ】回線名",
        "【ユーザ固有初期回線】",
        "【共通初期回線】",
        "全て選択する",
        "全ての選択を解除する",
        "選択した項目を登録する",
        "&lt;&lt; 初期回線一括設定 回線一覧へ戻る",
    ):
        assert words in page, words
    assert page.count("checked") == 1
    assert f'value="{people["田中"]}" autocomplete="off" checked' in page


def test_ticking_asks_names_whom_the_line_is_new_for_and_grants_it(
    browser: Client, office: Tenant, second: Line, people: dict[str, int]
) -> None:
    """S1-90, D-04."""
    path = f"/lines/{second.pk}/defaults/save/"
    here = ",".join(map(str, people.values()))
    asked = posted(browser, path, {"here": here, "ids": [people["佐藤"]]})
    for words in (
        "「大阪【0600000002】」の初期回線の設定を登録します、よろしいですか",
        "この回線が初期回線になるユーザ",
        "この回線が発信回線にも新しく加わるユーザ",
        "佐藤【3000】",
    ):
        assert words in asked, words
    assert f'name="add" value="{people["佐藤"]}"' in asked
    sent = {"add": str(people["佐藤"]), "drop": "", "confirmed": "yes"}
    assert "登録に成功しました" in posted(browser, path, sent)
    assert default_of(office) == {"田中": "001", "鈴木": None, "佐藤": "002"}
    assert names(LineCaller, second) == {"佐藤"}


def test_unticking_asks_and_returns_to_the_common_line(
    browser: Client, office: Tenant, main: Line, people: dict[str, int]
) -> None:
    """S1-90."""
    path = f"/lines/{main.pk}/defaults/save/"
    asked = posted(browser, path, {"here": str(people["田中"])})
    assert "共通初期回線「株式会社テスト【0500000000】」に戻るユーザ" in asked
    posted(browser, path, {"here": str(people["田中"]), "confirmed": "yes"})
    assert default_of(office)["田中"] is None


def test_who_could_not_call_out_any_more_is_named(
    browser: Client, office: Tenant, second: Line, people: dict[str, int]
) -> None:
    LineCaller.objects.create(tenant=office, line=second, person_id=people["佐藤"])
    Person.objects.filter(name="佐藤").update(default_line=second)
    LineCaller.objects.filter(line__code="001", person__name="佐藤").delete()
    asked = posted(browser, f"/lines/{second.pk}/defaults/save/", {"here": str(people["佐藤"])})
    assert "回線を選ばずに発信できなくなるユーザ" in asked


def test_ticks_outlive_the_page_and_the_search(
    browser: Client, office: Tenant, second: Line, crowd: list[Person]
) -> None:
    """S1-90: what was ticked on page 1 and in a search is stored from page 3."""
    path = f"/lines/{second.pk}/defaults/"
    first = posted(browser, path, {"here": str(crowd[0].pk), "ids": [crowd[0].pk], "page": "3"})
    assert f'name="add" value="{crowd[0].pk}"' in first
    assert "登録していない変更が1人分あります" in first
    again = posted(browser, path, {"add": str(crowd[0].pk), "q": "5000"})
    assert "検索結果: <b>1</b>件" in again
    assert again.count("checked") == 1
    taken = posted(browser, path, {"add": str(crowd[0].pk), "here": str(crowd[0].pk)})
    assert 'name="add" value=""' in taken


def test_everybody_on_all_pages_at_once(
    browser: Client, office: Tenant, second: Line, crowd: list[Person]
) -> None:
    path = f"/lines/{second.pk}/defaults/"
    page = posted(browser, path, {"q": "社員", "all": "on"})
    assert "登録していない変更が100人分あります" in page
    add = ",".join(str(one.pk) for one in crowd)
    asked = posted(browser, f"{path}save/", {"add": add})
    assert "ほか50人" in asked
    posted(browser, f"{path}save/", {"add": add, "confirmed": "yes"})
    assert list(default_of(office).values()).count("002") == 100
    assert "登録していない変更が100人分あります" in posted(browser, path, {"q": "社員", "all": "off"})


def test_nothing_changed_is_said(browser: Client, main: Line, people: dict[str, int]) -> None:
    sent = {"here": str(people["田中"]), "ids": [people["田中"]]}
    assert "変更がありません。" in posted(browser, f"/lines/{main.pk}/defaults/save/", sent)


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
