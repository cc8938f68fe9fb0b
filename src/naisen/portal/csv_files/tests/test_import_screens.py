"""CSVインポート, ユーザ一括編集, the preview and 取り込み履歴, as a browser gets them (S1-50 … S1-76)."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from naisen.portal.csv_files import jobs
from naisen.portal.csv_files.models import Import, ImportRow
from naisen.portal.csv_files.tests.files import HEADER, csv_text, person
from naisen.portal.people.models import Person
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import Tenant

SignIn = Callable[[Login], Client]
MIXED = (person("森", "4000", 所属="#100#", パスワード="8264"), person("林", "1000", パスワード="7351926"))


def upload(
    client: Client, route: str, *rows: list[str], name: str = "新人.csv", header: Sequence[str] = HEADER
) -> Any:
    file = SimpleUploadedFile(name, csv_text(*rows, header=header).encode("utf-8-sig"))
    return client.post(reverse(route), {"file": file})


def text_of(response: Any) -> str:
    """The page's text, with single spaces."""
    return " ".join(unescape(response.content.decode()).split())


def newest() -> Import:
    see_everything()
    return Import.objects.order_by("-pk")[0]


def see_everything() -> None:
    """A request leaves its session's scope empty behind it."""
    scope.set_scope(scope.EVERYTHING)


def work(file: Import) -> None:
    """What the worker does."""
    see_everything()
    jobs.work(file.pk)


@pytest.fixture
def client(administrator: Login, sign_in: SignIn) -> Client:
    return sign_in(administrator)


def test_the_screens_offer_the_template_and_a_place_for_the_file(client: Client) -> None:
    """S1-50: ① CSVインポート ② CSVテンプレートをダウンロード ③ the file; S1-05: ユーザ一括編集 in the menu."""
    assert reverse("person_import") in text_of(client.get(reverse("person_register")))
    for route in ("person_import", "bulk_edit"):
        page = text_of(client.get(reverse(route)))
        assert "CSVテンプレートをダウンロード" in page
        assert 'type="file" name="file" required' in page
    assert ">ユーザ一括編集<" in text_of(client.get(reverse("people"))).replace("> ", ">").replace(" <", "<")


def test_the_templates_are_files(client: Client) -> None:
    """S1-50, S1-70."""
    found = client.get(reverse("person_import_template", args=["csv"]))
    assert found.content.decode().startswith("\ufeffユーザ名,フリガナ,内線番号,")
    assert "attachment" in found["Content-Disposition"]
    assert client.get(reverse("bulk_edit_template", args=["xlsx"])).content.startswith(b"PK")
    assert client.get("/people/bulk-edit/template.exe").status_code == 404


def test_a_file_leads_to_its_preview(client: Client) -> None:
    """S1-54, S1-56: what will happen, and each bad row with its reason."""
    response = upload(client, "person_import", *MIXED)
    assert response.status_code == 302
    page = text_of(client.get(response["Location"]))
    for words in (
        "1行にエラーがあります",
        "端末 00004 (kmy00004) を割り当てます。",
        "所属「営業部」の呼び出しで鳴ります。",
        "内線番号「1000」は「田中」が使用中です。",
        "エラーの1行を除く",
        "新規 1人",
    ):
        assert words in page
    assert "8264" not in page
    assert "7351926" not in page
    see_everything()
    assert not Person.objects.filter(name="森").exists()


def test_a_file_that_cannot_be_read_says_why(client: Client) -> None:
    """S1-55."""
    page = text_of(upload(client, "person_import", ["森"], header=("ユーザ名",)))
    assert "ファイルを読み込めませんでした" in page
    assert "見出し「内線番号」の列がありません" in page
    assert "ファイルが選ばれていません" in text_of(client.post(reverse("bulk_edit")))
    see_everything()
    assert not Import.objects.exists()


def test_the_worker_carries_it_out(client: Client, office: Tenant) -> None:
    """S1-57: 確定 queues one job; the page shows the progress, then the manual's message."""
    upload(client, "person_import", *MIXED)
    file = newest()
    refused = client.post(reverse("import_confirm", args=[file.pk]), follow=True)
    assert "エラーの行があります。" in text_of(refused)
    client.post(reverse("import_confirm", args=[file.pk]), {"without_errors": "yes"})
    see_everything()
    job = ProcrastinateJob.objects.get(task_name="csv_files.work")
    assert job.args == {"tenant_id": office.pk, "file_id": file.pk}
    assert "1行のうち0行" in text_of(client.get(reverse("import_file", args=[file.pk])))
    waiting = client.get(reverse("import_progress", args=[file.pk]), headers={"HX-Request": "true"})
    assert "反映しています" in waiting.content.decode()
    work(file)
    ended = client.get(reverse("import_progress", args=[file.pk]), headers={"HX-Request": "true"})
    assert ended["HX-Refresh"] == "true"
    page = text_of(client.get(reverse("import_file", args=[file.pk])))
    assert "登録に成功しました" in page
    assert "1人を登録しました。" in page
    assert "エラーの1行は除きました。" in page


def test_the_rejected_rows_come_back_with_their_reasons(client: Client) -> None:
    """S1-54: as they were, in a file that can be corrected and read again."""
    upload(client, "person_import", *MIXED)
    file = newest()
    found = client.get(reverse("import_rejected", args=[file.pk]))
    lines = found.content.decode("utf-8-sig").splitlines()
    assert lines[0].endswith("メモ,エラーの理由")
    assert lines[1].startswith("林,,1000,7351926,")
    assert "「1000」は「田中」が使用中です" in lines[1]
    again = found.content.decode("utf-8-sig").replace(",1000,", ",4001,")
    client.post(reverse("person_import"), {"file": SimpleUploadedFile("直した.csv", again.encode())})
    assert (newest().creates, newest().errors) == (1, 0)


def test_rejected_rows_are_written_so_that_nothing_is_calculated(client: Client) -> None:
    upload(client, "person_import", person("=1+1", "x"))
    found = client.get(reverse("import_rejected", args=[newest().pk])).content.decode()
    assert "'=1+1" in found


def test_a_preview_can_be_given_up(client: Client) -> None:
    upload(client, "person_import", *MIXED)
    response = client.post(reverse("import_cancel", args=[newest().pk]))
    assert response["Location"] == reverse("person_import")
    see_everything()
    assert not Import.objects.exists()
    assert not ImportRow.objects.exists()


def test_tabs_show_what_they_say(client: Client) -> None:
    """ui-guide: 変わる行とエラー / エラー / 変更 / 新規 / 変更なし, in pages."""
    rows = [person(f"新人{n}", str(5000 + n)) for n in range(60)]
    upload(client, "person_import", *rows, *MIXED[1:])
    address = reverse("import_file", args=[newest().pk])
    assert "新人49" in text_of(client.get(address))
    assert "新人50" not in text_of(client.get(address))
    assert "新人50" in text_of(client.get(f"{address}?show=creates&page=2"))
    errors = text_of(client.get(f"{address}?show=errors"))
    assert "林" in errors
    assert "新人1" not in errors
    assert "この条件の行はありません" in text_of(client.get(f"{address}?show=unchanged"))
    assert client.get(f"{address}?show=nonsense").status_code == 200


def test_a_preview_takes_a_fixed_number_of_queries(
    client: Client, django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    upload(client, "person_import", *[person(f"新人{n}", str(5000 + n)) for n in range(60)])
    with django_assert_max_num_queries(14):
        client.get(reverse("import_file", args=[newest().pk]))


def test_a_bulk_edit_is_shown_cell_by_cell(client: Client) -> None:
    """S1-56: before → after, and what it does to people and phones."""
    header = ("内線番号", "新しい内線番号", "所属", "着信回線", "ユーザ固有初期回線")
    upload(
        client, "bulk_edit", ["1000", "1001", "", "", ""], ["3000", "", "#100#", "#1#", "1"], header=header
    )
    page = text_of(client.get(reverse("import_file", args=[newest().pk])))
    for words in (
        "変更 2人",
        "内線 1000 ではなく 1001 で呼び出せるようになります。",
        "所属「営業部」の呼び出しで、田中さんの1台は鳴らなくなります。",
        "所属「営業部」の呼び出しで、佐藤さんの1台が新しく鳴ります。",
        "株式会社テスト【0500000000】 への着信で、田中さんの1台は鳴らなくなります。",
        "発信に使う回線が 共通初期回線 になります。",
        "更新番号のない行は",
    ):
        assert words in page


def test_an_import_is_taken_back_after_a_confirmation(client: Client, office: Tenant) -> None:
    """S1-76."""
    upload(client, "person_import", MIXED[0])
    file = newest()
    client.post(reverse("import_confirm", args=[file.pk]))
    work(file)
    address = reverse("import_take_back", args=[file.pk])
    asked = text_of(client.post(address))
    assert "「新人.csv」の取り込みを取り消します、よろしいですか" in asked
    assert "登録した1人を削除します。" in asked
    client.post(address, {"confirmed": "yes"})
    work(file)
    page = text_of(client.get(reverse("import_file", args=[file.pk])))
    assert "この取り込みは取り消されました" in page
    see_everything()
    assert not Person.objects.filter(tenant=office, name="森").exists()


def test_the_history_says_who_when_and_what(client: Client, administrator: Login) -> None:
    """S1-76: 取り込み履歴."""
    assert "データがありません。" in text_of(client.get(reverse("imports")))
    upload(client, "person_import", *MIXED)
    page = text_of(client.get(reverse("imports")))
    for words in ("新人.csv", administrator.name, "新規 1・変更 0・エラー 1", "確認待ち"):
        assert words in page


def test_a_stranger_finds_nothing(client: Client, stranger: Login, sign_in: SignIn) -> None:
    """R1: 404 on every address of the file, and its name in no list."""
    upload(client, "person_import", *MIXED)
    file, other = newest(), sign_in(stranger)
    for route in ("import_file", "import_progress", "import_rejected"):
        assert other.get(reverse(route, args=[file.pk])).status_code == 404
    for route in ("import_confirm", "import_cancel", "import_take_back"):
        assert other.post(reverse(route, args=[file.pk]), {"confirmed": "yes"}).status_code == 404
    assert "新人.csv" not in text_of(other.get(reverse("imports")))
    assert newest().state == Import.State.PREVIEWED


def test_a_reader_reads_and_changes_nothing(client: Client, administrator: Login, sign_in: SignIn) -> None:
    upload(client, "person_import", *MIXED)
    file = newest()
    see_everything()
    administrator.role = Login.Role.READER
    administrator.save()
    reader = sign_in(administrator)
    page = text_of(reader.get(reverse("import_file", args=[file.pk])))
    assert "確定</button>" not in page
    assert "エラーの行をCSVでダウンロード" not in page
    assert reader.get(reverse("imports")).status_code == 200
    for response in (
        reader.get(reverse("person_import")),
        reader.get(reverse("bulk_edit_template", args=["csv"])),
        reader.get(reverse("import_rejected", args=[file.pk])),
        reader.post(reverse("import_confirm", args=[file.pk])),
    ):
        assert response.status_code == 403
