"""更新番号: what a person looked like when a file was made, in letters that no spreadsheet rewrites (S1-75).

Six letters for the whole, then two for each field, so that a stale row can be told from a fresh one and
the fields that changed be named. It says nothing about the values, and it is equal again when a change
was taken back.
"""

import hashlib
from collections.abc import Mapping
from zlib import crc32

# No vowels, so that no stamp is a word, and no digits, so that Excel makes no number or date of it.
LETTERS = "bcdfghjkmnpqrstvwxz"
WHOLE, EACH = 6, 2
PAIRS = [first + second for first in LETTERS for second in LETTERS]

FIELDS = (
    "name",
    "kana",
    "extension",
    "pin",
    "departments",
    "default_line",
    "pickup_departments",
    "inbound_lines",
    "outbound_lines",
    "ring_timeout_s",
    "memo",
)
LENGTH = WHOLE + EACH * len(FIELDS)


def stamp(values: Mapping[str, object]) -> str:
    """The stamp of these values, one for each of FIELDS; ids in lists are in ascending order."""
    texts = [repr(values[field]).encode("utf-8", "surrogatepass") for field in FIELDS]
    number = int.from_bytes(hashlib.blake2b(b"\0".join(texts), digest_size=8).digest())
    return _letters(number, WHOLE) + "".join(PAIRS[crc32(text) % len(PAIRS)] for text in texts)


def is_stamp(text: str) -> bool:
    """Whether `text` can be one."""
    return len(text) == LENGTH and not set(text) - set(LETTERS)


def changed_fields(before: str, now: str) -> list[str]:
    """The fields that differ between two stamps; empty when they are equal."""
    return [field for index, field in enumerate(FIELDS) if _part(before, index) != _part(now, index)]


def _part(whole: str, index: int) -> str:
    return whole[WHOLE + EACH * index : WHOLE + EACH * (index + 1)]


def _letters(number: int, count: int) -> str:
    letters = []
    for _ in range(count):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)
