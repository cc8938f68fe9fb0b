"""Every reason has words in both languages."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from naisen.portal import edge_schema
from naisen.portal.registrations.models import Event
from naisen.portal.registrations.words import REASONS, UNKNOWN, words_for

SQL = Path(edge_schema.__file__).parent / "sql"
# What edge.note_failure is called with (engine's reasons) and what the portal finds out itself.
OF_THE_EDGE = {"wrong_password", "unknown_login", "unknown_domain", "banned", "replayed", "uri_mismatch"}
OF_THE_PORTAL = {"never_seen"}


def codes_of_the_verdict() -> set[str]:
    """Every code that the database's own rule can give."""
    return set(re.findall(r"THEN '([a-z_]+)'", (SQL / "2_verdict.sql").read_text()))


def test_every_code_has_words() -> None:
    gone = {what for what in Event.What.values if what not in ("registered", "moved")}
    assert codes_of_the_verdict() >= {"unassigned", "stopped", "password_not_yet"}
    assert codes_of_the_verdict() | OF_THE_EDGE | OF_THE_PORTAL | gone <= set(REASONS)


@pytest.mark.parametrize("code", REASONS)
def test_the_words_say_what_is_the_matter_and_what_to_do(code: str) -> None:
    words = words_for(code)
    assert len(str(words.short)) <= 12
    assert str(words.sentence).endswith("。")
    assert str(words.next_step).endswith("。")


def test_a_code_that_is_not_known_is_not_guessed() -> None:
    assert words_for("something_new") is UNKNOWN
    with translation.override("ja"):
        assert str(UNKNOWN.short) == "確認できません"
