"""From bytes to text, in the encodings that Japanese spreadsheets write (S1-55)."""

import codecs

from django.utils.translation import gettext as _

from naisen.portal.csv_files.reading.sheet import Unreadable

# UTF-32's mark begins with UTF-16's, so it is asked first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "", ""),
    (codecs.BOM_UTF32_BE, "", ""),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)


def decode(data: bytes) -> tuple[str, str]:
    """The text and the name of its encoding; raises Unreadable.

    UTF-8 with or without a mark, UTF-16 with one, else CP932: Shift_JIS with the NEC and IBM
    extensions (㈱, ①, 髙, 﨑). Nothing is normalised.
    """
    for mark, codec, name in MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], codec), name
    if b"\0" in data:
        raise Unreadable(unknown_encoding())
    try:
        return data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as error:
        # The encoding that gets further is the one that was meant.
        return _strict(data, "cp932", at_least=error.start), "Shift_JIS"


def _strict(data: bytes, codec: str, *, at_least: int = 0) -> str:
    if not codec:
        raise Unreadable(unknown_encoding())
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        row = data[: max(error.start, at_least)].count(b"\n") + 1
        raise Unreadable(
            _(
                "%(row)s行目あたりの文字を読み取れません。"
                "「CSV UTF-8(コンマ区切り)」で保存し直して、もう一度読み込んでください。"
            )
            % {"row": row}
        ) from error
    if "\0" in text:
        raise Unreadable(unknown_encoding())
    return text


def unknown_encoding() -> str:
    """The message for bytes that are no text."""
    return _(
        "文字コードを読み取れません。「CSV UTF-8(コンマ区切り)」かExcelブック(.xlsx)で保存し直して、"
        "もう一度読み込んでください。"
    )
