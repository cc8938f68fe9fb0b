"""初期回線一括設定 as the browser sees it (S1-90)."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from naisen.portal.lines.models import Line, LineCaller
from naisen.portal.lines.tests.asking import default_of, names, posted, text
from naisen.portal.people.models import Person
from naisen.portal.tenants.models import Tenant

MaxQueries = Callable[[int], Any]


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
