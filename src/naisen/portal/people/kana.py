"""フリガナ as full-width katakana (S1-31)."""

import unicodedata

HIRAGANA_FIRST, HIRAGANA_LAST = 0x3041, 0x3096
TO_KATAKANA = 0x60


def to_katakana(text: str) -> str:
    """`text` with half-width kana and hiragana turned into full-width katakana, spaces trimmed."""
    wide = unicodedata.normalize("NFKC", text).strip()
    return "".join(
        chr(ord(c) + TO_KATAKANA) if HIRAGANA_FIRST <= ord(c) <= HIRAGANA_LAST else c for c in wide
    )
