"""The document itself: text, QR code, fonts, several sheets."""

import io
import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
import zxingcpp
from django.utils import translation
from pypdf import PdfReader

from naisen.portal.devices.secrets import generate_password
from naisen.portal.printing import typesetting
from naisen.portal.printing.typesetting import FontsMissing
from naisen.portal.settings_sheets.document import pdf_of, png_of
from naisen.portal.settings_sheets.qr import qr_png, softphone_text
from naisen.portal.settings_sheets.sheet import Layout, Sheet
from naisen.portal.settings_sheets.tests.png import grey_picture, one_bit_picture
from naisen.portal.settings_sheets.words import sheet_words

# A phone looks for a QR code; some random password has lines that pass for a bar code of another kind.
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)

SHEET = Sheet(
    tenant="株式会社テスト",
    code="00001",
    kind="SIP端末",
    person="髙﨑①",
    extension="1000",
    login="kaisha-001",
    password="abcdEFGH2345jkmnPQRS",
    domain="kaisha.example",
    server="192.0.2.10:5060",
    issued_on="2026-11-24",
    effective_at="2026-11-20 10:00",
)


def pages_of(*sheets: Sheet, layout: Layout = Layout.ANY_PHONE) -> list[str]:
    """The text of every page without spaces (a reader may see some between two scripts)."""
    pages = PdfReader(io.BytesIO(pdf_of(sheets, sheet_words(), layout=layout))).pages
    return ["".join(page.extract_text().split()) for page in pages]


@pytest.mark.parametrize(
    "value",
    [
        SHEET.tenant,
        SHEET.code,
        SHEET.kind,
        SHEET.person,
        SHEET.extension,
        SHEET.login,
        SHEET.domain,
        SHEET.server,
        SHEET.transport,
        SHEET.issued_on,
    ],
)
def test_every_value_can_be_copied_out_of_the_pdf(value: str) -> None:
    assert value in pages_of(SHEET)[0]


@pytest.mark.parametrize("layout", Layout)
def test_every_way_to_register_is_offered_with_its_address(layout: Layout) -> None:
    """C-01, S1-108."""
    offers = (("UDP / TCP", ""), ("TLS", "192.0.2.10:5061"), ("WSS", "wss://192.0.2.10:8443/sip"))
    (page,) = pages_of(replace(SHEET, offers=offers), layout=layout)
    for text in ("UDP/TCP", "TLS", "192.0.2.10:5061", "WSS", "wss://192.0.2.10:8443/sip"):
        assert text in page


def test_the_password_is_copied_without_gaps() -> None:
    text = PdfReader(io.BytesIO(pdf_of([SHEET], sheet_words()))).pages[0].extract_text()
    assert SHEET.password in text


@pytest.mark.parametrize("layout", Layout)
def test_the_qr_code_is_read_back_from_a_picture(layout: Layout) -> None:
    pixels, width, height = grey_picture(png_of(SHEET, sheet_words(), layout=layout))
    picture = zxingcpp.ImageView(memoryview(pixels), width, height, zxingcpp.ImageFormat.Lum)
    (code,) = zxingcpp.read_barcodes(picture, formats=QR)
    assert code.text == softphone_text(SHEET)


def test_a_hundred_codes_with_the_fixed_mask_are_read_back() -> None:
    for number in range(100):
        sheet = replace(SHEET, login=f"kaisha-{number:03d}", password=generate_password())
        pixels, width, height = one_bit_picture(qr_png(softphone_text(sheet)), enlarged=4)
        picture = zxingcpp.ImageView(memoryview(pixels), width, height, zxingcpp.ImageFormat.Lum)
        assert [code.text for code in zxingcpp.read_barcodes(picture, formats=QR)] == [softphone_text(sheet)]


def test_the_qr_code_says_all_that_a_softphone_needs() -> None:
    account = ElementTree.fromstring(softphone_text(SHEET)).find("Account")
    assert account is not None
    assert {field.tag: field.text for field in account} == {
        "RegisterServer": "kaisha.example",
        "OutboundServer": "192.0.2.10:5060",
        "UserID": "kaisha-001",
        "AuthID": "kaisha-001",
        "AuthPass": "abcdEFGH2345jkmnPQRS",
        "AccountName": "kaisha-001",
        "DisplayName": "1000",
    }
    assert softphone_text(SHEET).isascii()


def test_a_password_that_waits_says_from_when() -> None:
    assert (
        "使えるのは2026-11-25"
        in pages_of(replace(SHEET, effective_at="2026-11-25 05:00", is_waiting=True))[0]
    )
    assert "使えるのは" not in pages_of(SHEET)[0]


def test_an_unused_device_says_that_it_is_silent() -> None:
    (page,) = pages_of(replace(SHEET, person=None, extension=None))
    assert "未使用です" in page
    assert "未使用です" not in pages_of(SHEET)[0]


def test_many_sheets_make_one_document_a_page_each() -> None:
    codes = [f"{number:05d}" for number in range(1, 6)]
    pages = pages_of(*(replace(SHEET, code=code) for code in codes))
    assert [code in page for code, page in zip(codes, pages, strict=True)] == [True] * 5


@pytest.mark.parametrize("layout", Layout)
def test_the_longest_values_stay_on_the_page(layout: Layout) -> None:
    longest = replace(SHEET, login="a" * 32, domain="d" * 64, person="長" * 100, tenant="社" * 100)
    (page,) = pages_of(replace(longest, is_waiting=True), layout=layout)
    assert "a" * 32 in page
    assert "d" * 64 in page


def test_the_mobile_sheet_says_how_to_scan_and_what_to_type_instead() -> None:
    """S1-101."""
    (page,) = pages_of(SHEET, layout=Layout.MOBILE)
    for words in (
        "モバイル(Call)設定書",
        "QRコードを読み取ります",
        "手入力",
        SHEET.password,
        SHEET.extension,
    ):
        assert words is not None
        assert words in page


def test_the_font_is_embedded() -> None:
    pdf = pdf_of([SHEET], sheet_words())
    names = {name.decode().split("-")[0] for name in re.findall(rb"/BaseFont ?/\w{6}\+([\w-]+)", pdf)}
    assert names == {"BIZUDPGothic", "BIZUDGothic"}


def test_the_words_follow_the_language() -> None:
    with translation.override("en"):
        assert sheet_words()["lang"] == "en"
    assert sheet_words()["lang"] == "ja"


def test_a_missing_font_names_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(typesetting, "FONTS", tmp_path / "none")
    typesetting._fonts.cache_clear()
    with pytest.raises(FontsMissing, match="fonts-morisawa-bizud-gothic"):
        pdf_of([SHEET], sheet_words())
