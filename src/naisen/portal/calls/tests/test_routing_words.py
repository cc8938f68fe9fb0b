"""Every step and every reason of routing has a sentence, and it takes the step's values."""

import pytest

from naisen.portal.calls.routing_words import FORWARDS, REASONS, SENTENCES, Names, reason_words, sentence
from naisen.routing import STEP_KEYS
from naisen.routing.decision import FORWARD_REASONS
from naisen.routing.reasons import REFUSALS


def test_nothing_is_without_words_and_no_words_are_left_over() -> None:
    assert set(SENTENCES) == set(STEP_KEYS)
    assert set(REFUSALS) <= set(REASONS)
    assert set(FORWARDS) == set(FORWARD_REASONS)


@pytest.mark.parametrize("key", STEP_KEYS)
def test_a_sentence_takes_its_values(key: str) -> None:
    step = {"key": key, **dict.fromkeys(STEP_KEYS[key], "7")}
    words = sentence(step)
    assert words.endswith("。")
    assert "%" not in words


def test_names_stand_where_they_are_known() -> None:
    names = Names({5: "鈴木"}, {6: "営業部"}, {"kmy00002": "鈴木 (kmy00002)"})
    assert sentence({"key": "number_is", "digits": "2000", "kind": "person", "id": 5}, names) == (
        "2000 は鈴木さんの内線番号です。"
    )
    assert sentence({"key": "number_is", "digits": "100", "kind": "department", "id": 6}, names) == (
        "100 は所属「営業部」の共通内線番号です。"
    )
    assert sentence({"key": "number_is", "digits": "100", "kind": "department", "id": 9}, names) == (
        "100 は所属の共通内線番号です。"
    )
    assert "鈴木 (kmy00002)" in sentence({"key": "device_registered", "login": "kmy00002"}, names)
    forwards = {"key": "forwards", "why": "forward_busy", "digits": "3000"}
    assert sentence(forwards) == "話中なので、3000 に転送します。"
    assert sentence({"key": "caller", "login": "x", "extension": "1000", "name": "田中"}) == (
        "田中 1000 が発信しました。"
    )


def test_what_is_not_known_is_said_as_it_is() -> None:
    assert sentence({"key": "something_new"}) == "something_new"
    assert reason_words("something_new") == "something_new"
