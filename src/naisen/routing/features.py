"""What can be dialled besides numbers: the feature codes, the same for every tenant."""

PICK_UP_DEPARTMENT = "*8"
"""Alone: pick up a call that rings at one of my departments (C-05)."""
PICK_UP_EXTENSION = "**"
"""Before an extension: pick up the call that rings there (C-05)."""
CHOOSE_LINE = "*9"
"""Before a line's 識別番号 and a number outside: call on that line instead of the default one (C-07)."""
HIDE_NUMBER = "184"
"""Before a number: show no number."""
SHOW_NUMBER = "186"
"""Before a number: show it, whatever the telephone would do by itself."""

FEATURE_CODES = {
    "pickup_department": PICK_UP_DEPARTMENT,
    "pickup_extension": PICK_UP_EXTENSION,
    "choose_line": CHOOSE_LINE,
    "hide_number": HIDE_NUMBER,
    "show_number": SHOW_NUMBER,
}
"""All of them by the names that `naisen credentials --json` gives them."""

LINE_CODE_DIGITS = 3
"""How many digits a line's 識別番号 has (S1-90)."""


def split_hiding(digits: str) -> tuple[bool | None, str]:
    """The digits without a 184 or 186 before them, and whether the number is to be hidden (None: not said)."""
    for prefix, is_hidden in ((HIDE_NUMBER, True), (SHOW_NUMBER, False)):
        if digits.startswith(prefix) and len(digits) > len(prefix):
            return is_hidden, digits.removeprefix(prefix)
    return None, digits


def split_line(digits: str) -> tuple[str, str]:
    """The 識別番号 of the line that was chosen and the number after it; '' and all digits without one."""
    start, end = len(CHOOSE_LINE), len(CHOOSE_LINE) + LINE_CODE_DIGITS
    if digits.startswith(CHOOSE_LINE) and digits[start:end].isdecimal() and len(digits) > end:
        return digits[start:end], digits[end:]
    return "", digits
