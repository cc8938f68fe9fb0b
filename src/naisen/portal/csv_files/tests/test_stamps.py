"""更新番号 (S1-75)."""

from naisen.portal.csv_files.stamps import FIELDS, changed_fields, is_stamp, stamp

VALUES = dict.fromkeys(FIELDS, "") | {"departments": (1, 2), "ring_timeout_s": 60}


def test_a_stamp_is_letters_that_no_spreadsheet_rewrites() -> None:
    assert stamp(VALUES).isalpha()
    assert stamp(VALUES).islower()
    assert is_stamp(stamp(VALUES))
    assert not is_stamp("12345")


def test_it_is_the_same_again_when_a_change_was_taken_back() -> None:
    assert stamp(dict(VALUES)) == stamp(VALUES)


def test_it_names_the_fields_that_changed() -> None:
    now = stamp(VALUES | {"memo": "2F", "departments": (1,)})
    assert changed_fields(stamp(VALUES), now) == ["departments", "memo"]
    assert changed_fields(now, now) == []
