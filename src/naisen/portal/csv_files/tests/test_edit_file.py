"""A file that changes people, by extension (S1-70 … S1-76)."""

from typing import Any

import pytest

from naisen.portal.audit.models import Entry
from naisen.portal.csv_files import jobs, stored
from naisen.portal.csv_files.actions import confirm, take_back
from naisen.portal.csv_files.downloads import template
from naisen.portal.csv_files.models import Import, ImportRow
from naisen.portal.csv_files.preview import preview
from naisen.portal.csv_files.tests.files import csv_text
from naisen.portal.departments.models import Department, Membership
from naisen.portal.lines.models import Line
from naisen.portal.people.actions import edit_person, stop_people
from naisen.portal.people.forms import initial_of
from naisen.portal.people.forwarding import Forwarding
from naisen.portal.people.models import Person
from naisen.portal.people.pins import hash_pin, pin_matches
from naisen.portal.people.queries import person_or_404
from naisen.portal.people.snapshot import snapshot
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

KEY, NEW = "内線番号", "新しい内線番号"


def read(tenant: Tenant, header: tuple[str, ...], *rows: tuple[str, ...]) -> Import:
    data = csv_text(*rows, header=header).encode("cp932")
    return preview(by=None, tenant=tenant, kind=Import.Kind.EDIT, name="編集.csv", data=data)


def read_template(tenant: Tenant, ending: str = "csv", **edits: dict[str, str]) -> Import:
    """The template with some cells edited: extension (after `x`) → header → text."""
    from naisen.portal.csv_files.columns import is_known
    from naisen.portal.csv_files.reading.read import read as opened

    sheet = opened(template(tenant, Import.Kind.EDIT, ending).content, f"a.{ending}", known=is_known)
    for row in sheet.rows:
        for name, text in edits.get(f"x{row.cells[0]}", {}).items():
            row.cells[sheet.header.index(name)] = text
    return read(tenant, tuple(sheet.header), *(tuple(row.cells) for row in sheet.rows))


def carry_out(file: Import, by: Login, *, without_errors: bool = False) -> Import:
    confirm(by=by, file=file, without_errors=without_errors)
    jobs.work(file.pk)
    file.refresh_from_db()
    return file


def undo(file: Import, by: Login) -> Import:
    take_back(by=by, file=file)
    jobs.work(file.pk)
    file.refresh_from_db()
    return file


def problems(file: Import) -> list[tuple[int, str, str]]:
    rows = ImportRow.objects.filter(file=file, kind=ImportRow.Kind.ERROR)
    return [(row.row, column, reason) for row in rows for column, _value, reason in row.change["problems"]]


def extensions(tenant: Tenant) -> dict[str, str]:
    return dict(Person.objects.filter(tenant=tenant).values_list("name", "number__digits"))


LINKED = ("departments", "pickup_departments", "inbound_lines", "outbound_lines")


def edit(person: Person, **changes: Any) -> None:
    """As somebody else would on the screen."""
    from naisen.portal.people.actions import PersonData

    person = person_or_404(person.tenant, person.pk)
    now = initial_of(person)
    version = now.pop("version")
    now |= {name: list(getattr(person, name).all()) for name in LINKED}
    forwarding = Forwarding.of(person)
    now = {name: now[name] for name in now.keys() - forwarding.columns()} | {"forwarding": forwarding}
    edit_person(by=None, person=person, version=version, data=PersonData(**{**now, **changes}))


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_template_carries_everything_and_changes_nothing(
    office: Tenant, ending: str, tanaka: Person
) -> None:
    """S1-70, S1-75: read as it is, every row is unchanged; a memo from a browser has other line breaks."""
    Person.objects.filter(pk=tanaka.pk).update(pin_hash=hash_pin("8264"), memo="+81\r\n=1+1", name="'=髙﨑")
    file = read_template(office, ending)
    assert (file.unchanged, file.updates, file.errors) == (3, 0, 0)


def test_a_renumbering_stands_in_its_own_column(office: Tenant, administrator: Login) -> None:
    """S1-71."""
    carry_out(read(office, (KEY, NEW), ("1000", "1001"), ("2000", "")), administrator)
    assert extensions(office) == {"田中": "1001", "鈴木": "2000", "佐藤": "3000"}


def test_swaps_and_rings_work_within_one_file(office: Tenant, administrator: Login) -> None:
    """S1-71."""
    carry_out(read(office, (KEY, NEW), ("1000", "2000"), ("2000", "3000"), ("3000", "1000")), administrator)
    assert extensions(office) == {"田中": "2000", "鈴木": "3000", "佐藤": "1000"}
    carry_out(read(office, (KEY, NEW), ("2000", "3000"), ("3000", "2000")), administrator)
    assert extensions(office) == {"田中": "3000", "鈴木": "2000", "佐藤": "1000"}


def test_a_row_that_is_refused_frees_no_number(office: Tenant) -> None:
    """S1-71: 佐藤 cannot go, so 鈴木 cannot take 3000, so 田中 cannot take 2000."""
    file = read(office, (KEY, NEW), ("1000", "2000"), ("2000", "3000"), ("3000", "abc"))
    assert [(row, column) for row, column, _reason in problems(file)] == [(2, NEW), (3, NEW), (4, NEW)]
    assert "「2000」は「鈴木」が使用中です" in problems(file)[0][2]
    assert "(4行目にエラーがあるので、空きません)" in problems(file)[1][2]


def test_an_unknown_key_and_a_double_one_are_errors(office: Tenant) -> None:
    """S1-75."""
    file = read(office, (KEY, "メモ"), ("9999", "a"), ("1000", "b"), ("", "c"), ("1000", "d"))
    assert [row for row, _column, _reason in problems(file)] == [2, 3, 4, 5]
    assert "「9999」のユーザはいません" in problems(file)[0][2]
    assert "3、5行目" in problems(file)[1][2]
    assert "内線番号が空です" in problems(file)[2][2]


def test_lost_zeros_are_guessed_at(office: Tenant, tanaka: Person) -> None:
    """S1-55: Excel has made 800 of 0800."""
    edit(tanaka, extension="0800")
    assert "「0800」のことなら" in problems(read(office, (KEY, "メモ"), ("800", "a")))[0][2]


def test_an_empty_cell_means_empty_and_a_column_left_out_is_left_alone(
    office: Tenant, administrator: Login, tanaka: Person
) -> None:
    """S1-72, S1-74, S1-75."""
    before = snapshot(tanaka)
    carry_out(
        read(office, (KEY, "所属", "ユーザ固有初期回線"), ("1000", "", ""), ("2000", "#100#", "1")),
        administrator,
    )
    assert snapshot(Person.objects.get(pk=tanaka.pk)) == before | {"departments": [], "default_line": None}
    suzuki = Person.objects.get(tenant=office, number__digits="2000")
    assert suzuki.default_line == Line.objects.get(tenant=office)


def test_the_name_may_not_be_empty(office: Tenant) -> None:
    assert [
        (row, column) for row, column, _r in problems(read(office, (KEY, "ユーザ名"), ("1000", " ")))
    ] == [(2, "ユーザ名")]


def test_the_pin_is_kept_changed_or_removed(office: Tenant, administrator: Login, tanaka: Person) -> None:
    """S1-33, S1-75: 設定済み stands for the present one, which nobody can read back."""
    Person.objects.filter(pk=tanaka.pk).update(pin_hash=hash_pin("8264"))
    header = (KEY, "パスワード")
    assert read(office, header, ("1000", "設定済み"), ("2000", "")).unchanged == 2
    assert read(office, header, ("1000", "8264")).unchanged == 1
    assert "パスワードは設定されていません" in problems(read(office, header, ("2000", "設定済み")))[0][2]
    carry_out(read(office, header, ("1000", "7351")), administrator)
    tanaka.refresh_from_db()
    assert pin_matches("7351", tanaka.pin_hash)
    carry_out(read(office, header, ("1000", "")), administrator)
    tanaka.refresh_from_db()
    assert tanaka.pin_hash == ""


def test_a_line_outside_the_outgoing_ones_is_refused(office: Tenant) -> None:
    """S1-40."""
    file = read(office, (KEY, "発信回線", "ユーザ固有初期回線"), ("1000", "", "1"))
    assert "発信回線にありません" in problems(file)[0][2]
    assert "発信回線にありません" in problems(read(office, (KEY, "発信回線"), ("1000", "")))[0][2]


def test_a_stale_row_is_refused_with_what_changed(office: Tenant, tanaka: Person) -> None:
    """S1-75: the file was made before somebody else wrote the memo."""
    known = stored.everybody(office)
    header = (KEY, "ユーザ名", "メモ", "更新番号")
    rows = [(one.extension, f"{one.name}様", one.values["memo"], one.stamp) for one in known]
    edit(tanaka, memo="2F")
    file = read(office, header, *rows)
    assert (file.updates, file.errors) == (2, 1)
    assert problems(file) == [
        (
            2,
            "メモ",
            "ファイルを作ったあとに変更されています(いまは「2F」)。最新の内容をダウンロードして、直してください。",
        )
    ]


def test_a_change_of_another_column_makes_no_row_stale(office: Tenant, tanaka: Person) -> None:
    """S1-75: what the file does not have, it does not overwrite."""
    row = ("1000", "田中様", stored.everybody(office)[0].stamp)
    edit(tanaka, memo="2F")
    assert read(office, (KEY, "ユーザ名", "更新番号"), row).updates == 1


def test_without_its_stamp_a_row_is_taken_and_the_clerk_is_told(office: Tenant) -> None:
    """S1-75: the clerk has deleted the column."""
    file = read(office, (KEY, "メモ"), ("1000", "a"))
    assert file.updates == 1
    assert "更新番号のない行は" in file.notes[0]
    spoilt = read(office, (KEY, "メモ", "更新番号"), ("1000", "a", "1.2E+10"))
    assert "更新番号が書き換えられています" in problems(spoilt)[0][2]


def test_who_changed_a_person_after_the_preview_loses_nothing(
    office: Tenant, administrator: Login, tanaka: Person
) -> None:
    """R9, no lost update: also by the department's screen, which is another side of the same data."""
    file = read(office, (KEY, "メモ"), ("1000", "a"), ("2000", "b"), ("3000", "c"))
    edit(tanaka, kana="タナカ イチロウ")
    suzuki = Person.objects.get(tenant=office, number__digits="2000")
    Membership.objects.filter(person=suzuki).delete()
    carry_out(file, administrator)
    assert file.state == Import.State.PREVIEWED
    assert [(row, reason) for row, _column, reason in problems(file)] == [
        (2, "あとから変更されています: フリガナ(いまは「タナカ イチロウ」)"),
        (3, "あとから変更されています: 所属(いまは「」)"),
    ]
    carry_out(file, administrator, without_errors=True)
    assert set(Person.objects.filter(tenant=office).values_list("memo", flat=True)) == {"", "c"}


def test_an_edit_is_audited_with_what_differs(office: Tenant, administrator: Login, tanaka: Person) -> None:
    carry_out(read(office, (KEY, NEW, "所属"), ("1000", "1001", "")), administrator)
    entry = Entry.objects.filter(object_type="person", object_id=tanaka.pk).first()
    assert entry is not None
    assert (entry.action, entry.object_name) == ("edit", "田中【1001】")
    assert entry.before == {"extension": "1000", "departments": ["営業部"]}
    assert entry.after == {"extension": "1001", "departments": []}
    tanaka.refresh_from_db()
    assert tanaka.version == 2


def test_an_import_is_taken_back_in_one_click(office: Tenant, administrator: Login) -> None:
    """S1-76: cell by cell, the links and the numbers too."""
    before = {one.pk: snapshot(one) for one in Person.objects.filter(tenant=office)}
    header = (KEY, NEW, "ユーザ名", "所属", "着信回線", "パスワード", "内線ダイヤルタイムアウト")
    file = carry_out(
        read(
            office,
            header,
            ("1000", "2000", "甲", "", "", "8264", "30"),
            ("2000", "1000", "乙", "#100#", "#1#", "", "60"),
        ),
        administrator,
    )
    assert {one.pk: snapshot(one) for one in Person.objects.filter(tenant=office)} != before
    undo(file, administrator)
    assert file.state == Import.State.TAKEN_BACK
    assert {one.pk: snapshot(one) for one in Person.objects.filter(tenant=office)} == before
    assert not Person.objects.filter(tenant=office).exclude(pin_hash="").exists()


def test_what_depends_on_an_import_keeps_it(office: Tenant, administrator: Login, tanaka: Person) -> None:
    """S1-76: and the clerk is told what; nothing is changed."""
    file = carry_out(
        read(office, (KEY, NEW, "メモ"), ("1000", "1001", "a"), ("2000", "", "b")), administrator
    )
    edit(tanaka, memo="別の人のメモ")
    undo(file, administrator)
    assert file.state == Import.State.COMMITTED
    assert "2行目: あとから変更されています: メモ(いまは「別の人のメモ」)" in file.message
    assert extensions(office)["田中"] == "1001"


def test_imports_are_taken_back_the_last_one_first(office: Tenant, administrator: Login) -> None:
    """S1-76: once the later one is taken back, nothing depends on the earlier one."""
    first = carry_out(read(office, (KEY, "メモ"), ("1000", "a")), administrator)
    second = carry_out(read(office, (KEY, "メモ"), ("1000", "b")), administrator)
    assert undo(first, administrator).state == Import.State.COMMITTED
    assert undo(second, administrator).state == Import.State.TAKEN_BACK
    assert undo(first, administrator).state == Import.State.TAKEN_BACK


def test_a_number_that_was_given_on_keeps_an_import(
    office: Tenant, administrator: Login, tanaka: Person
) -> None:
    """S1-76: 1000 is somebody else's by now."""
    from naisen.portal.people.actions import PersonData, register_person

    file = carry_out(read(office, (KEY, NEW), ("1000", "1001")), administrator)
    register_person(by=None, tenant=office, data=PersonData(name="新人", extension="1000"))
    undo(file, administrator)
    assert "「1000」は「新人」が使用中です" in file.message


def test_stopping_somebody_does_not_keep_an_import(
    office: Tenant, administrator: Login, tanaka: Person
) -> None:
    file = carry_out(read(office, (KEY, "メモ"), ("1000", "a")), administrator)
    stop_people(by=None, tenant=office, people=[tanaka])
    assert undo(file, administrator).state == Import.State.TAKEN_BACK
    tanaka.refresh_from_db()
    assert tanaka.is_stopped


def test_the_template_names_departments_and_lines_by_their_ids(office: Tenant) -> None:
    """S1-72 … S1-74."""
    text = template(office, Import.Kind.EDIT, "csv").content.decode("utf-8-sig")
    assert text.startswith("内線番号,新しい内線番号,ユーザ名,フリガナ,パスワード,所属,")
    assert "1000,,田中,タナカ,,#100#,1,#100#,#1#,#1#,60,," in text
    assert Department.objects.get(tenant=office).number.digits == "100"


def test_lines_are_given_by_their_ids(office: Tenant, administrator: Login) -> None:
    """S1-73: `#1#2#` replaces both directions; an ID that is nobody's is refused by row."""
    first = Line.objects.get(tenant=office)
    second = Line.objects.create(tenant=office, code="002", name="大阪", number="0600000002")
    both = "#1#2#"
    header = (KEY, "着信回線", "発信回線")
    carry_out(read(office, header, ("2000", both, "#2#"), ("3000", "", "")), administrator)
    suzuki, sato = (Person.objects.get(tenant=office, number__digits=digits) for digits in ("2000", "3000"))
    assert set(suzuki.inbound_lines.all()) == {first, second}
    assert list(suzuki.outbound_lines.all()) == [second]
    assert not sato.inbound_lines.exists()
    refused = read(office, header, ("2000", both, "#99#"), ("3000", "2", ""))
    assert [(row, column) for row, column, _reason in problems(refused)] == [(2, "発信回線"), (3, "着信回線")]
