"""Reads whatever a clerk drops: .csv and .xlsx; anything else is refused with what to do (S1-55)."""

from pathlib import PurePath

from django.utils.translation import gettext as _

from naisen.portal.csv_files.reading.decode import decode
from naisen.portal.csv_files.reading.sheet import MAX_BYTES, Known, Sheet, Unreadable, empty_file, sheet_of
from naisen.portal.csv_files.reading.table import rows_of
from naisen.portal.csv_files.reading.workbook import read_workbook

ZIP = b"PK\x03\x04"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"


def read(data: bytes, name: str, *, known: Known) -> Sheet:
    """The sheet in a file of this name; raises Unreadable with what to do. `known`: see sheet_of."""
    if not data.strip():
        raise Unreadable(empty_file())
    if len(data) > MAX_BYTES:
        raise Unreadable(
            _("ファイルが%(limit)sMBを超えています。ファイルを分けて、順に読み込んでください。")
            % {"limit": MAX_BYTES // 1024 // 1024}
        )
    _refuse_others(data, name)
    if data.startswith(ZIP):
        return read_workbook(data, known=known)
    text, encoding = decode(data)
    if text.lstrip().lower().startswith(("<html", "<!doctype", "<?xml")):
        raise Unreadable(save_as())
    return sheet_of(rows_of(text, known=known), encoding=encoding, known=known)


def save_as() -> str:
    """The message for a format that is not read."""
    return _(
        "この形式のファイルは読み込めません。「名前を付けて保存」で「Excelブック(.xlsx)」か"
        "「CSV UTF-8(コンマ区切り)」を選んで保存し直してください。"
    )


def _refuse_others(data: bytes, name: str) -> None:
    if data.startswith(OLD_EXCEL):
        if ENCRYPTED in data:
            raise Unreadable(
                _("パスワードで保護されたExcelブックは読み込めません。保護を外して保存し直してください。")
            )
        raise Unreadable(save_as())
    is_other_zip = data.startswith(ZIP) and (
        OPEN_DOCUMENT in data[:200] or PurePath(name).suffix.lower() in (".xlsb", ".ods", ".zip", ".numbers")
    )
    if is_other_zip or data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise Unreadable(save_as())
