"""設定書PDF一覧, 設定書CSV一覧, モバイル(Call)PDF一覧 and モバイル(Call)CSV一覧 (S1-101)."""

import csv
import io
import stat
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
from django.db.models import Max
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader

from naisen.portal.audit.models import Entry
from naisen.portal.devices import queries as device_queries
from naisen.portal.devices.actions import assign_device, issue_device, reset_password
from naisen.portal.devices.models import Device
from naisen.portal.settings_sheets import outputs, tasks
from naisen.portal.settings_sheets.models import FOLDER, SILENT_FOR, SheetsFile
from naisen.portal.settings_sheets.outputs import Output
from naisen.portal.settings_sheets.qr import softphone_text
from naisen.portal.settings_sheets.queries import sheets_of
from naisen.portal.settings_sheets.tasks import forget_expired, make
from naisen.portal.settings_sheets.views import many
from naisen.portal.sign_in.models import Login
from naisen.portal.tenants import scope
from naisen.portal.tenants.models import LoginServer, Tenant

SignIn = Callable[[Login], Client]
ADDRESS = "/devices/settings-sheets/"


@pytest.fixture
def browser(administrator: Login, sign_in: SignIn) -> Client:
    return sign_in(administrator)


@pytest.fixture
def few_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three sheets are many; the worker's jobs run in the test's own connection."""
    monkeypatch.setattr(many, "AT_ONCE", 3)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)


def hand_out(browser: Client, output: str, **sent: object) -> bytes:
    answer = browser.post(ADDRESS, {"output": output, "confirmed": "yes", **sent})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    scope.set_scope(scope.EVERYTHING)
    return bytes(answer.content)


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def entries() -> list[Entry]:
    scope.set_scope(scope.EVERYTHING)
    return list(Entry.objects.filter(action="show_settings_sheets"))


def secrets_of(tenant: Tenant) -> list[str]:
    scope.set_scope(scope.EVERYTHING)
    found = device_queries.devices(tenant)
    return [device_queries.password_of(device_queries.open_credential(device)) for device in found]


def test_the_list_offers_the_four_outputs(browser: Client) -> None:
    """S1-101."""
    page = browser.get("/devices/").content.decode()
    for output in Output:
        assert f'name="output" value="{output.value}"' in page
        assert str(output.label) in page


@pytest.mark.parametrize("output", ["pdf", "mobile_pdf"])
def test_every_device_has_a_page(browser: Client, office: Tenant, output: str) -> None:
    """S1-101: without a search, all devices at once, in ID order."""
    pages = PdfReader(io.BytesIO(hand_out(browser, output))).pages
    texts = [page.extract_text() for page in pages]
    assert len(texts) == 7
    assert all(f"{number:05d}" in text for number, text in enumerate(texts, start=1))
    assert all(secret in text for secret, text in zip(secrets_of(office), texts, strict=True))
    assert ("モバイル(Call)" in texts[0]) == (output == "mobile_pdf")


def test_the_csv_has_the_japanese_columns(browser: Client, office: Tenant) -> None:
    """S1-101."""
    head, *rows = rows_of(hand_out(browser, "csv"))
    assert head == [
        "ID",
        "ユーザ名",
        "内線番号",
        "アカウント(ユーザID)",
        "パスワード",
        "ドメイン",
        "サーバ",
        "方式",
        "使用開始",
    ]
    assert [row[4] for row in rows] == secrets_of(office)
    assert rows[0][:4] == ["00001", "田中", "1000", "kmy00001"]
    assert rows[-1][1:3] == ["未使用", "未使用"]
    assert rows[0][5:8] == [office.domain, "127.0.0.1:5060", "UDP"]


def test_the_mobile_csv_carries_what_the_app_scans(browser: Client, office: Tenant) -> None:
    """S1-101."""
    head, *rows = rows_of(hand_out(browser, "mobile_csv"))
    ids = [device.pk for device in device_queries.devices(office)]
    sheets = sheets_of(office, ids, now=timezone.now())
    assert head[-1] == "QRコードの内容"
    assert [row[-1] for row in rows] == [softphone_text(sheet) for sheet in sheets]


def test_a_formula_in_a_name_is_defused(browser: Client, office: Tenant) -> None:
    person = device_queries.devices(office).get(serial=1).person
    assert person
    person.name = '=HYPERLINK("http://evil.example")'
    person.save(update_fields=["name"])
    assert rows_of(hand_out(browser, "csv"))[1][1] == "'" + person.name


def test_a_search_narrows_the_output_and_the_confirmation_says_so(browser: Client) -> None:
    question = browser.post(ADDRESS, {"output": "csv", "q": "すずき"}).content.decode()
    assert "設定書CSV一覧として1件を出力します、よろしいですか" in question
    assert "検索結果の1件だけです。全7件を出力するには" in question
    assert '<input type="hidden" name="q" value="すずき">' in question
    assert "data-download" in question
    assert len(rows_of(hand_out(browser, "csv", q="すずき"))) == 2
    everything = browser.post(ADDRESS, {"output": "pdf"}).content.decode()
    assert "設定書PDF一覧として7件を出力します" in everything
    assert "検索結果の" not in everything


def test_ticked_devices_are_named_and_handed_out(browser: Client, office: Tenant) -> None:
    """S1-10."""
    ids = [device.pk for device in device_queries.devices(office).filter(serial__in=(1, 2))]
    question = browser.post(ADDRESS, {"output": "pdf", "ids": ids}).content.decode()
    assert "00001 田中【1000】" in question
    assert "00002 鈴木【2000】" in question
    assert [row[0] for row in rows_of(hand_out(browser, "csv", ids=ids))[1:]] == ["00001", "00002"]


def test_nothing_found_is_said(browser: Client) -> None:
    for sent in ({"output": "pdf", "q": "だれでもない"}, {"output": "exe"}, {"output": "pdf", "ids": "x"}):
        answer = browser.post(ADDRESS, {**sent, "confirmed": "yes"}, follow=True)
        assert "出力するアカウントがありません" in answer.content.decode()


def test_after_a_reset_the_csv_says_from_when(browser: Client, administrator: Login, office: Tenant) -> None:
    """S1-111."""
    device = device_queries.devices(office).get(serial=1)
    assign_device(by=administrator, device=device, person=None, version=device.version)
    device.refresh_from_db()
    credential = reset_password(by=administrator, device=device, version=device.version)
    row = rows_of(hand_out(browser, "csv"))[1]
    tokyo = credential.effective_at + timedelta(hours=9)
    assert (row[4], row[8]) == (device_queries.password_of(credential), f"{tokyo:%Y-%m-%d} 05:00")


def test_one_entry_says_how_many(browser: Client, office: Tenant) -> None:
    hand_out(browser, "csv")
    (entry,) = entries()
    assert (entry.after, entry.object_id) == ({"output": "csv", "count": 7}, office.pk)
    assert not any(secret in str(vars(entry)) for secret in secrets_of(office))


def test_the_file_has_a_japanese_name_and_is_saved(browser: Client) -> None:
    answer = browser.post(ADDRESS, {"output": "mobile_csv", "confirmed": "yes"})
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert "モバイル(Call)CSV一覧.csv" in unquote(answer["Content-Disposition"])


def test_a_reader_gets_403(administrator: Login, sign_in: SignIn) -> None:
    administrator.role = Login.Role.READER
    administrator.save(update_fields=["role"])
    reader = sign_in(administrator)
    assert reader.post(ADDRESS, {"output": "csv", "confirmed": "yes"}).status_code == 403
    assert 'name="output"' not in reader.get("/devices/").content.decode()
    assert entries() == []


def test_a_stranger_gets_her_own_only(office: Tenant, stranger: Login, sign_in: SignIn) -> None:
    theirs = sign_in(stranger)
    foreign = [device.pk for device in Device.objects.filter(tenant=office)]
    assert len(rows_of(hand_out(theirs, "csv"))) == 4
    answer = theirs.post(ADDRESS, {"output": "csv", "confirmed": "yes", "ids": foreign}, follow=True)
    assert "出力するアカウントがありません" in answer.content.decode()


def order(browser: Client, output: str = "csv") -> str:
    """The address of an ordered output."""
    answer = browser.post(ADDRESS, {"output": output, "confirmed": "yes"})
    assert answer.status_code == 302
    scope.set_scope(scope.EVERYTHING)
    return str(answer["Location"])


def made(browser: Client, output: str = "csv") -> tuple[str, SheetsFile]:
    """An ordered output that the worker has made."""
    page = order(browser, output)
    scope.set_scope(scope.EVERYTHING)
    file = SheetsFile.objects.latest("pk")
    make(tenant_id=file.tenant_id, file_id=file.pk)
    file.refresh_from_db()
    return page, file


@pytest.mark.usefixtures("few_at_once")
class TestLarge:
    """What the worker makes."""

    def test_it_is_ordered_made_and_fetched_once(self, browser: Client, office: Tenant) -> None:
        page = order(browser)
        scope.set_scope(scope.EVERYTHING)
        job = ProcrastinateJob.objects.get(task_name="settings_sheets.make")
        assert "作成しています" in browser.get(page).content.decode()
        assert "7件のうち0件" in browser.get(page, headers={"HX-Request": "true"}).content.decode()
        make(**job.args)
        scope.set_scope(scope.EVERYTHING)
        file = SheetsFile.objects.get()
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
        assert "できあがりました" in browser.get(page).content.decode()
        answer = browser.post(f"{page}file/")
        assert [row[4] for row in rows_of(answer.content)[1:]] == secrets_of(office)
        assert "no-store" in answer["Cache-Control"]
        assert not file.path.exists()
        again = browser.post(f"{page}file/", follow=True).content.decode()
        assert "もうありません" in again
        assert "ダウンロード済みです" in again
        assert len(entries()) == 1

    def test_a_pdf_too(self, browser: Client) -> None:
        page, file = made(browser, "mobile_pdf")
        assert file.done == 7
        assert len(PdfReader(io.BytesIO(browser.post(f"{page}file/").content)).pages) == 7

    def test_only_who_ordered_it_may_have_it(
        self, browser: Client, administrator: Login, office: Tenant, sign_in: SignIn
    ) -> None:
        page, _file = made(browser)
        colleague = Login.objects.create_login(
            login_id="colleague", password="x" * 12, name="別の管理者", kind=Login.Kind.TENANT, tenant=office
        )
        for somebody in (sign_in(colleague), Client()):
            assert somebody.get(page).status_code in (302, 404)
            assert somebody.post(f"{page}file/").status_code in (302, 404)
        assert browser.get(f"{page}file/").status_code == 405
        administrator.role = Login.Role.READER
        administrator.save(update_fields=["role"])
        assert browser.post(f"{page}file/").status_code == 403

    def test_the_token_is_long_and_not_kept(self, browser: Client) -> None:
        token = order(browser).split("/")[-2]
        scope.set_scope(scope.EVERYTHING)
        assert len(token) * 6 >= 128
        assert token not in str(SheetsFile.objects.values().get())

    def test_it_expires(self, browser: Client) -> None:
        page, file = made(browser)
        SheetsFile.objects.update(expires_at=timezone.now())
        assert browser.get(page).status_code == 404
        assert browser.post(f"{page}file/").status_code == 404
        assert forget_expired(timestamp=0) == 1
        assert not file.path.exists()

    def test_a_file_without_a_row_is_removed(self, browser: Client) -> None:
        _page, file = made(browser)
        stray = file.path.with_name("stray")
        stray.touch()
        assert stray.parent.name == FOLDER
        forget_expired(timestamp=0)
        assert file.path.exists()
        assert not stray.exists()

    def test_a_failure_is_said_and_leaves_nothing(
        self, browser: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_words: object, **_more: object) -> None:
            raise OSError("no space left")

        page = order(browser)
        monkeypatch.setattr(outputs, "write", fails)
        scope.set_scope(scope.EVERYTHING)
        file = SheetsFile.objects.get()
        with pytest.raises(OSError, match="no space"):
            make(tenant_id=file.tenant_id, file_id=file.pk)
        assert not file.path.exists()
        assert "作成できませんでした" in browser.get(page).content.decode()

    def test_a_job_that_lost_its_worker_is_said(self, browser: Client) -> None:
        page = order(browser)
        scope.set_scope(scope.EVERYTHING)
        SheetsFile.objects.update(reported_at=timezone.now() - SILENT_FOR * 2)
        assert "作成できませんでした" in browser.get(page).content.decode()


def test_several_pieces_make_one_file_in_order(
    browser: Client, office: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    from naisen.portal.settings_sheets import many as pieces

    monkeypatch.setattr(pieces, "PIECE", 2)
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(hand_out(browser, "pdf"))).pages]
    assert [f"{number:05d}" in text for number, text in enumerate(texts, start=1)] == [True] * 7


def test_a_hundred_devices_take_few_queries(
    office: Tenant, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    server = LoginServer.objects.get()
    last = Device.objects.filter(tenant=office).aggregate(last=Max("serial"))["last"]
    for number in range(last + 1, last + 20):
        issue_device(by=None, tenant=office, server=server, login=f"more{number:05d}")
    ids = list(device_queries.devices(office).values_list("pk", flat=True))
    with django_assert_max_num_queries(3):  # type: ignore[attr-defined]
        assert len(list(sheets_of(office, ids, now=timezone.now()))) == len(ids)
