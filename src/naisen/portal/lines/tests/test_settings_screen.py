"""発着信設定 as the browser sees it (S1-120)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from naisen.portal.departments.models import Department
from naisen.portal.lines.models import Line, LineCaller, LineRecipient
from naisen.portal.lines.tests.asking import SETTINGS, names, posted
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

MaxQueries = Callable[[int], Any]


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
