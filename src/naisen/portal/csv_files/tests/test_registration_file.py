"""A file that registers people: rows to errors, preview, one change (S1-50 … S1-57)."""

import pytest

from naisen.portal.audit.models import Entry
from naisen.portal.csv_files import jobs
from naisen.portal.csv_files.actions import confirm
from naisen.portal.csv_files.models import Import, ImportRow
from naisen.portal.csv_files.preview import preview
from naisen.portal.csv_files.reading.sheet import Unreadable
from naisen.portal.csv_files.tests.files import HEADER, Book, Number, csv_text, person
from naisen.portal.departments.models import Department
from naisen.portal.devices.models import Device
from naisen.portal.lines.models import Line
from naisen.portal.people.forwarding import Forwarding
from naisen.portal.people.models import Person
from naisen.portal.people.pins import pin_matches
from naisen.portal.people.snapshot import snapshot
from naisen.portal.refusals import Refusal
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants.models import Tenant

FULL = person(
    "髙﨑 ㈱①🎍",
    "4000",
    フリガナ="たかさき ﾀﾛｳ",
    パスワード="8264",
    所属="#100#",
    ユーザ固有初期回線="1",
    ピックアップ対象所属="#100#",
    着信回線="#1#",
    発信回線="#001#",
    内線ダイヤルタイムアウト="25",
    メモ="'+81 3\n2F",
)


def read(
    tenant: Tenant, *rows: list[str], by: Login | None = None, header: tuple[str, ...] = HEADER
) -> Import:
    data = csv_text(*rows, header=header).encode("utf-8-sig")
    return preview(by=by, tenant=tenant, kind=Import.Kind.REGISTRATION, name="新人.csv", data=data)


def problems(file: Import) -> list[tuple[int, str, str, str]]:
    """(row, column, value, reason) of every problem."""
    rows = ImportRow.objects.filter(file=file, kind=ImportRow.Kind.ERROR)
    return [(row.row, *problem) for row in rows for problem in row.change["problems"]]


def reasons(file: Import) -> list[tuple[int, str]]:
    return [(row, column) for row, column, _value, _reason in problems(file)]


def carry_out(file: Import, by: Login, *, without_errors: bool = False) -> Import:
    confirm(by=by, file=file, without_errors=without_errors)
    jobs.work(file.pk)
    file.refresh_from_db()
    return file


def test_everything_in_a_row_is_stored_as_the_screen_would(office: Tenant, administrator: Login) -> None:
    """S1-55, S1-72 … S1-74: and the apostrophe that defused a formula is not stored."""
    file = carry_out(read(office, FULL, by=administrator), administrator)
    assert file.state == Import.State.COMMITTED
    made = Person.objects.get(tenant=office, number__digits="4000")
    assert snapshot(made) == Forwarding().columns() | {
        "name": "髙﨑 ㈱①🎍",
        "kana": "タカサキ タロウ",
        "extension": "4000",
        "default_line": "株式会社テスト【0500000000】",
        "ring_timeout_s": 25,
        "memo": "+81 3\n2F",
        "departments": ["営業部"],
        "pickup_departments": ["営業部"],
        "inbound_lines": ["株式会社テスト【0500000000】"],
        "outbound_lines": ["株式会社テスト【0500000000】"],
        "devices": ["kmy00004"],
    }
    assert pin_matches("8264", made.pin_hash)
    assert made.serial > 0


def test_it_is_audited_as_the_screen_would(office: Tenant, administrator: Login) -> None:
    carry_out(read(office, FULL, by=administrator), administrator)
    made = Person.objects.get(tenant=office, number__digits="4000")
    entry = Entry.objects.get(object_type="person", object_id=made.pk)
    assert (entry.action, entry.actor_name, entry.object_name) == (
        "register",
        administrator.name,
        "髙﨑 ㈱①🎍【4000】",
    )
    assert entry.after == snapshot(made)
    assigned = Entry.objects.filter(object_type="device", action="assign").first()
    assert assigned is not None
    assert (assigned.object_name, assigned.after) == (
        "kmy00004 [cplus01.jp]",
        {"person": "髙﨑 ㈱①🎍【4000】"},
    )


def test_nothing_is_written_before_it_is_confirmed(office: Tenant) -> None:
    """S1-56."""
    before = (Person.objects.count(), Entry.objects.count())
    read(office, FULL)
    assert (Person.objects.count(), Entry.objects.count()) == before


def test_unused_devices_are_assigned_in_ascending_order(office: Tenant, administrator: Login) -> None:
    """S1-52: 00004 … 00007 are unused; a row with an error takes none; with too few, people get none."""
    rows = [person(f"新人{n}", str(4000 + n)) for n in range(5)]
    rows.insert(1, person("田中", "1000"))
    file = carry_out(read(office, *rows), administrator, without_errors=True)
    assert (file.creates, file.errors, file.without_device) == (5, 1, 1)
    found = Person.objects.filter(tenant=office, number__digits__startswith="400").order_by("number__digits")
    assert [[device.serial for device in one.devices.all()] for one in found] == [[4], [5], [6], [7], []]
    device = Device.objects.get(tenant=office, serial=4)
    assert (device.ever_assigned, device.version) == (True, 2)


def test_every_bad_cell_is_reported_at_once(office: Tenant) -> None:
    """S1-54: row as the spreadsheet shows, column, value and reason."""
    file = read(
        office,
        person("", "4000"),
        person("鈴木", "12345678", パスワード="12ab", 内線ダイヤルタイムアウト="0"),
        person("佐藤", "2000", 所属="#999#", 着信回線="1", ユーザ固有初期回線="#1#"),
        person("高橋", "4003", パスワード="4003", 発信回線="#9#"),
        person("伊藤", "4004", ユーザ固有初期回線="1"),
    )
    found = problems(file)
    assert sorted((row, column, value) for row, column, value, _reason in found) == sorted(
        [
            (2, "ユーザ名", ""),
            (3, "内線番号", "12345678"),
            (3, "パスワード", "•••"),
            (3, "内線ダイヤルタイムアウト", "0"),
            (4, "所属", "#999#"),
            (4, "ユーザ固有初期回線", "#1#"),
            (4, "着信回線", "1"),
            (4, "内線番号", "2000"),
            (5, "発信回線", "#9#"),
            (5, "パスワード", "•••"),
            (6, "ユーザ固有初期回線", "1"),
        ]
    )
    texts = " ".join(reason for *_rest, reason in found)
    for words in (
        "「999」の所属はありません",
        "「#」を付けずに",
        "「#」で囲んでください(例: #1#2#)",
        "「2000」は「鈴木」が使用中です",
        "ID「9」の回線はありません",
        "内線番号と同じにはできません",
        "発信回線にありません",
    ):
        assert words in texts


def test_rows_that_take_the_same_number_are_both_named(office: Tenant) -> None:
    """S1-54."""
    file = read(office, person("甲", "4000"), person("乙", "4001"), person("丙", "４０００"))
    assert [(row, reason) for row, _c, _v, reason in problems(file)] == [
        (2, "内線番号「4000」が2、4行目にあります。どれか1行だけにしてください。"),
        (4, "内線番号「4000」が2、4行目にあります。どれか1行だけにしてください。"),
    ]


def test_a_departments_number_is_taken(office: Tenant) -> None:
    """S1-32."""
    assert "「100」は「営業部」が使用中です" in problems(read(office, person("甲", "100")))[0][3]


def test_nothing_is_imported_while_a_row_is_bad(office: Tenant, administrator: Login) -> None:
    """S1-54: unless the clerk leaves the bad rows out herself."""
    file = read(office, person("甲", "4000"), person("乙", "abc"))
    with pytest.raises(Refusal, match="エラーの行があります"):
        confirm(by=administrator, file=file, without_errors=False)
    carry_out(file, administrator, without_errors=True)
    assert Person.objects.filter(tenant=office, name="甲").exists()
    assert not Person.objects.filter(tenant=office, name="乙").exists()


def test_full_width_digits_count_in_numbers_only(office: Tenant, administrator: Login) -> None:
    """S1-55."""
    carry_out(
        read(office, person("４番", "４０００", 内線ダイヤルタイムアウト="３０", 着信回線="＃１＃")),
        administrator,
    )
    made = Person.objects.get(tenant=office, number__digits="4000")
    assert (made.name, made.ring_timeout_s, made.inbound_lines.count()) == ("４番", 30, 1)


def test_columns_that_are_left_out_have_the_forms_defaults(office: Tenant, administrator: Login) -> None:
    file = read(office, ["甲", "4000"], header=("ユーザ名*", " 内線番号 *"))
    carry_out(file, administrator)
    assert Person.objects.get(tenant=office, number__digits="4000").ring_timeout_s == 60


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (("ユーザ名",), "見出し「内線番号」の列がありません"),
        (("ユーザ名", "内線番号", "内線番号"), "見出し「内線番号」が2回あります"),
        (("ユーザ名", "内線番号", "携帯"), "知らない見出しがあります: 「携帯」(C)"),
        (("縺薙ｓ", "縺ｫ縺｡"), "読み取れる見出しがありません"),
    ],
)
def test_a_wrong_header_says_what_to_do(office: Tenant, header: tuple[str, ...], words: str) -> None:
    """S1-55."""
    with pytest.raises(Unreadable) as refusal:
        read(office, ["甲"] * len(header), header=header)
    assert words in refusal.value.message


def test_another_tenants_ids_do_not_exist(office: Tenant, elsewhere: Tenant) -> None:
    """R1: `#500#` is みなと物流's department; its line has the ID 1 there, and ours is taken."""
    file = read(office, person("甲", "4000", 所属="#500#"), person("乙", "1001"))
    assert reasons(file) == [(2, "所属")]
    line = Line.objects.get(tenant=office)
    other = read(office, person("甲", "4000", 着信回線="#1#"))
    assert ImportRow.objects.get(file=other).change["set"]["inbound_lines"] == [line.pk]


def test_the_pin_is_nowhere_in_the_clear(office: Tenant) -> None:
    """R11: neither in the preview of a good row nor in that of a bad one, nor in the kept cells."""
    file = read(office, person("甲", "4000", パスワード="8264917"), person("乙", "x", パスワード="7351926"))
    stored = str(list(ImportRow.objects.filter(file=file).values())) + str(bytes(file.rejected or b""))
    assert "8264917" not in stored
    assert "7351926" not in stored


def test_number_cells_are_pointed_out(office: Tenant) -> None:
    """S1-55."""
    data = bytes(Book([("ユーザ名", "内線番号"), ("甲", Number(4000))]))
    file = preview(by=None, tenant=office, kind=Import.Kind.REGISTRATION, name="a.xlsx", data=data)
    assert (file.errors, file.creates, file.encoding) == (0, 1, "Excel")
    assert "「内線番号」に数値のセルがあります" in file.notes[0]


def test_what_changed_since_the_preview_is_refused_row_by_row(office: Tenant, administrator: Login) -> None:
    """S1-75 and R9: a number taken, a department deleted, a device assigned; nothing is written."""
    from naisen.portal.devices.actions import assign_device
    from naisen.portal.people.actions import PersonData, register_person

    file = read(office, person("甲", "4000"), person("乙", "4001", 所属="#100#"), person("丙", "4002"))
    late = register_person(by=None, tenant=office, data=PersonData(name="先客", extension="4000"))
    Department.objects.get(tenant=office).delete()
    device = Device.objects.get(tenant=office, serial=6)
    assign_device(by=None, device=device, person=late, version=device.version)
    carry_out(file, administrator)
    assert file.state == Import.State.PREVIEWED
    assert "確認のあとに、ほかの変更がありました" in file.message
    assert [(row, reason) for row, _c, _v, reason in problems(file)] == [
        (2, "内線番号「4000」は「先客」が使用中です。別の番号にしてください。"),
        (3, "所属が削除されています。"),
        (4, "割り当てる端末が、ほかで使われました。もう一度ファイルを読み込んでください。"),
    ]
    assert not Person.objects.filter(tenant=office, name__in="甲乙丙").exists()
    assert (file.creates, file.errors) == (0, 3)


def test_a_file_is_carried_out_once(office: Tenant, administrator: Login) -> None:
    """A job that runs twice, as after a crash, does it once."""
    file = carry_out(read(office, FULL), administrator)
    jobs.work(file.pk)
    assert Person.objects.filter(tenant=office, number__digits="4000").count() == 1
    with pytest.raises(Refusal, match="すでに確定されています"):
        confirm(by=administrator, file=file, without_errors=False)
