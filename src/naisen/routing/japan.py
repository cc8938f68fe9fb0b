"""Numbers outside as they are dialled in Japan (総務省, 電気通信番号計画), and countries of numbers abroad.

A number is written one way inside Naisen: national with its leading 0 (0312345678), or + and country code for
one abroad (+4420…). Carriers may want another way: `for_carrier`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

EMERGENCY = ("110", "118", "119")
"""Police, coast guard, fire and ambulance (C-12)."""
UNKNOWN_COUNTRY = "ZZ"
"""A number abroad that no country is known of: satellites, unassigned ranges. Nobody can open it."""


class Kind(StrEnum):
    """What a number outside is."""

    EMERGENCY = "emergency"
    SERVICE = "service"  # 104, 117, 177 …
    FIXED = "fixed"  # 0AB-J, ten digits
    IP_PHONE = "ip_phone"  # 050
    MOBILE = "mobile"  # 060, 070, 080, 090
    TOLL_FREE = "toll_free"  # 0120, 0800
    NAVI = "navi"  # 0570
    PREMIUM = "premium"  # 0990: refused
    CARRIER_CODE = "carrier_code"  # 00XY, another carrier's charge: refused
    ABROAD = "abroad"


REFUSED_KINDS = frozenset({Kind.PREMIUM, Kind.CARRIER_CODE})

_PLAN = (
    (Kind.EMERGENCY, re.compile(r"11[089]")),
    (Kind.SERVICE, re.compile(r"1(?!8[46])[0-9]{2}")),
    (Kind.CARRIER_CODE, re.compile(r"00[0-9]{2,18}")),
    (Kind.TOLL_FREE, re.compile(r"0120[0-9]{6}|0800[0-9]{7}")),
    (Kind.NAVI, re.compile(r"0570[0-9]{6}")),
    (Kind.PREMIUM, re.compile(r"0990[0-9]{6}")),
    (Kind.IP_PHONE, re.compile(r"050[0-9]{8}")),
    (Kind.MOBILE, re.compile(r"0[6789]0[1-9][0-9]{7}")),
    (Kind.FIXED, re.compile(r"0[1-9][1-9][0-9]{7}")),
    (Kind.ABROAD, re.compile(r"\+(?!81)[1-9][0-9]{4,14}")),
)
_ABROAD_PREFIX = re.compile(r"\A010(?=[1-9])")
_CARRIERS_WAY = re.compile(r"\+?[0-9]{3,20}\Z")


@dataclass(frozen=True, slots=True)
class OutsideNumber:
    """A number outside, written Naisen's way, and what it is."""

    number: str
    kind: Kind


def outside_number(dialled: str) -> OutsideNumber | None:
    """What was dialled (010 or + for abroad, +81 for Japan) as a number of the plan, None where it is none."""
    number = in_japan(_ABROAD_PREFIX.sub("+", dialled, count=1))
    kind = next((kind for kind, pattern in _PLAN if pattern.fullmatch(number)), None)
    return OutsideNumber(number, kind) if kind else None


def in_japan(number: str) -> str:
    """The number with 0 in the place of +81."""
    return f"0{number[3:]}" if number.startswith("+81") else number


def from_carrier(user: str) -> str:
    """The user part of a carrier's address as a number written Naisen's way, '' where it is no number.

    Carriers send +81312345678, 81312345678 or 0312345678, and for a hidden number a word such as anonymous.
    """
    if not _CARRIERS_WAY.match(user):
        return ""
    if user.startswith("81") and outside_number(f"+{user}"):
        user = f"+{user}"
    return in_japan(user)


def for_carrier(number: str, number_format: str) -> str:
    """A number written Naisen's way as a carrier wants it.

    'national': 0312345678, and 010 before a country code. 'e164': +81312345678. Numbers of three digits
    (110, 117) are the same everywhere. A line's own number may stand in the database with +81.
    """
    number = in_japan(number)
    if number_format == "e164":
        return f"+81{number[1:]}" if number.startswith("0") else number
    return f"010{number[1:]}" if number.startswith("+") else number


def ways_of_writing(number: str) -> tuple[str, ...]:
    """How a line's number may stand in the database: Naisen's way, or with +81."""
    return (number, f"+81{number[1:]}") if number.startswith("0") else (number,)


def country_of(number: str) -> str:
    """ISO 3166 letters of the country of a number abroad (+…), `UNKNOWN_COUNTRY` where nobody can say.

    Several countries share +1, +7 and others; which one a number belongs to needs the tables of Google's
    libphonenumber. They are loaded with the first call abroad only: it is rare, and they are large.
    """
    import phonenumbers

    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return UNKNOWN_COUNTRY
    return region if region and region.isalpha() else UNKNOWN_COUNTRY
