"""Rules over more than one field of a person: the same for the screen, for a CSV row, and for the actions."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from naisen.portal.lines.models import Line
from naisen.portal.refusals import Refusal


def check_default_line(line: Line | None, allowed: Collection[Line]) -> None:
    """Raise Refusal (field `default_line`) when `line` is none of those the person may call out on (S1-40)."""
    if line is not None and line not in allowed:
        raise Refusal(
            _(
                "ユーザ固有初期回線「%(line)s」が発信回線にありません。発信回線に加えるか、別の回線を選んでください。"
            )
            % {"line": line},
            field="default_line",
        )
