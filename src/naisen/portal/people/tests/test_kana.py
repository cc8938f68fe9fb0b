"""フリガナ is kept as full-width katakana (S1-31)."""

import pytest

from naisen.portal.people.kana import to_katakana


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ﾀﾅｶ", "タナカ"),
        ("たなか", "タナカ"),
        ("ｶﾞﾊﾟ", "ガパ"),
        (" タナカ　ミサキ ", "タナカ ミサキ"),
        ("", ""),
        ("ゔ", "ヴ"),
    ],
)
def test_kana(typed: str, kept: str) -> None:
    assert to_katakana(typed) == kept
