"""JSON that is safe to show: it reads back equal, and nothing in it steers a terminal or breaks a line."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.json_text import STEERING, json_text


@given(
    st.recursive(st.text() | st.none() | st.integers(), lambda v: st.lists(v) | st.dictionaries(st.text(), v))
)
def test_it_reads_back_equal_and_steers_nothing(value: object) -> None:
    """Whatever the strings and names in it hold; the line ends are those of its own layout."""
    assert json.loads(json_text(value)) == value
    assert json.loads(json_text(value, indent=2)) == value
    assert not [c for c in json_text(value) if unicodedata.category(c) in STEERING]
    assert {c for c in json_text(value, indent=2) if unicodedata.category(c) in STEERING} <= {"\n"}


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\x9b2J", r"\u009b2J"),
        ("\x7f", r"\u007f"),
        ("\u202egnp", r"\u202egnp"),
        ("one\u2028two\x85", r"one\u2028two\u0085"),
        ("\U000e0041", r"\udb40\udc41"),
        ("\ud800", r"\ud800"),
        ("“naïve” café 😀", "“naïve” café 😀"),
    ],
)
def test_only_what_steers_is_escaped(text: str, written: str) -> None:
    """Letters, quotation marks and pictures stay as they are."""
    assert json_text(text) == f'"{written}"'
