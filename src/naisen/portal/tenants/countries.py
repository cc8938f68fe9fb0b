"""Countries with a telephone network of their own, and what they are called, offline."""

from collections.abc import Iterable
from functools import cache

import phonenumbers
from babel import Locale
from django.utils.translation import get_language
from django.utils.translation import gettext as _

HOME = "JP"


@cache
def country_codes() -> tuple[str, ...]:
    """ISO 3166's two letters of every country that can be called abroad, by Japanese name."""
    return tuple(sorted(phonenumbers.SUPPORTED_REGIONS - {HOME}, key=lambda code: name_of(code, "ja")))


def name_of(code: str, language: str) -> str:
    """アメリカ合衆国 or United States; the letters themselves where there is no name."""
    name: str = Locale.parse(language.split("-")[0]).territories.get(code, code)
    return name


def prefix_of(code: str) -> str:
    """+1: what a number there begins with."""
    return f"+{phonenumbers.country_code_for_region(code)}"


def countries_in_words(codes: Iterable[str]) -> str:
    """The names, or that all is closed."""
    names = [name_of(code, get_language() or "ja") for code in codes]
    return "、".join(names) or _("なし(海外への発信はすべてできません)")
