"""Template tags of the frame: icons, form fields, times."""

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache
def icon(name: str, size: str = "") -> SafeString:
    """`{% icon "phone" "sm" %}`: one symbol of the vendored sprite, hidden from screen readers."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        f" icon-{size}" if size else "",
        static("icons/sprite.svg"),
        name,
    )


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, span: int = 12, unit: str = "") -> dict[str, Any]:
    """A form field with its label, hint and errors, `span` of 12 columns wide."""
    return {"field": bound, "span": span, "unit": unit}


@register.inclusion_tag("components/chips.html")
def chips(bound: BoundField, span: int = 12) -> dict[str, Any]:
    """A multi-select as a checkbox list, which chips.js turns into chips (S1-09)."""
    return {"field": bound, "span": span}


@register.inclusion_tag("components/checks.html")
def checks(bound: BoundField, span: int = 12) -> dict[str, Any]:
    """A few choices as plain checkboxes, all in sight (S1-35)."""
    return {"field": bound, "span": span}


@register.inclusion_tag("components/people_chips.html")
def people_chips(bound: BoundField, span: int = 12) -> dict[str, Any]:
    """A multi-select of people, searched for on the server (people.choosing)."""
    return {"field": bound, "span": span}


@register.inclusion_tag("components/radios.html")
def radios(bound: BoundField, span: int = 12) -> dict[str, Any]:
    """One of a few choices, all in sight."""
    return {"field": bound, "span": span}


@register.filter
def moment(at: datetime | None, zone: str = "") -> str:
    """`2022-06-16 17:18:06` in the tenant's zone (S1-13; the operator has none); empty for None."""
    return (
        at.astimezone(ZoneInfo(zone or settings.OPERATORS_ZONE)).strftime("%Y-%m-%d %H:%M:%S") if at else ""
    )


@register.simple_tag(takes_context=True)
def sort_link(context: dict[str, Any], key: str) -> str:
    """The address that sorts the list by `key`; a second click turns the order around."""
    parameters = context["request"].GET.copy()
    for place in ("page", "before", "after"):
        parameters.pop(place, None)
    parameters["sort"] = f"-{key}" if context["sort"] == key else key
    return f"?{parameters.urlencode()}"


@register.filter
def order(sort: str, key: str) -> str:
    """The value of aria-sort for the column `key`."""
    return {key: "ascending", f"-{key}": "descending"}.get(sort, "none")


@register.filter
def initial(name: str) -> str:
    """The first character of a name, for the round mark."""
    return name[:1]
