"""What users write becomes a query of full-text search, and never an error of its parser."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reviewtheme.corpus.query import full_text_query
from reviewtheme.errors import UsageError

SENTENCES = (
    "The handover at discharge was not planned",
    "No handover took place and he was discharged the same night",
    "Discharge papers were lost",
    "A hand was held over the letter",
    "They hand over at noon",
    "Co-sleeping was raised with both parents",
    "Disclosures were made to a teacher",
    "The café owner disclosed nothing",
    "Near misses are not recorded",
)
CASES = [
    ("handover discharge", {0, 1}),
    ("handover AND discharge", {0, 1}),
    ("handover NEAR discharge", {0, 1}),
    ("handover NEAR/1 discharge", {0}),
    ('"hand over"', {4}),
    ("hand over", {3, 4}),
    ("papers OR noon", {2, 4}),
    ("discharge NOT handover", {2}),
    ("(papers OR noon) lost", {2}),
    ("co-sleeping", {5}),
    ("disclos*", {6, 7}),
    ("disclosures", {6}),
    ("CAFE", {7}),
    ("near", {8}),
    ("teacher OR (noon AND (hand OR foot))", {4, 6}),
    ("nobody's", set()),
    ('text:"x" papers^2', set()),
]


@pytest.fixture(scope="module")
def table() -> Iterator[sqlite3.Connection]:
    """Table."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "CREATE VIRTUAL TABLE t USING fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    database.executemany("INSERT INTO t (rowid, text) VALUES (?, ?)", list(enumerate(SENTENCES)))
    yield database
    database.close()


def matches(database: sqlite3.Connection, asked: str) -> set[int]:
    """Give the numbers of the sentences that a query finds."""
    rows = database.execute("SELECT rowid FROM t WHERE t MATCH ?", (full_text_query(asked),))
    return {row[0] for row in rows}


@pytest.mark.parametrize(("asked", "found"), CASES)
def test_finds(asked: str, found: set[int], table: sqlite3.Connection) -> None:
    """Finds."""
    assert matches(table, asked) == found


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "AND",
        "a OR",
        "OR a",
        "a NOT",
        "(a",
        "a)",
        "()",
        '"a',
        '""',
        "a NEAR",
        "NEAR b",
        "(a OR b) NEAR c",
        "*",
        "-",
    ],
)
def test_refuses_with_a_sentence(asked: str) -> None:
    """Refuses with a sentence."""
    with pytest.raises(UsageError, match=r"\.$"):
        full_text_query(asked)


def test_refuses_brackets_without_end() -> None:
    """Refuses brackets without end."""
    with pytest.raises(UsageError, match="simpler"):
        full_text_query("(" * 10_000 + "a" + ")" * 10_000)


PIECES = st.sampled_from(
    ["a", "AND", "OR", "NOT", "NEAR", "NEAR/2", "(", ")", '"b c"', "d*", "e:f", "^", "ü", "'"]
)


@example("a\0b")
@given(st.text(max_size=40) | st.lists(PIECES, max_size=12).map(" ".join))
def test_whatever_is_asked_is_a_query_or_refused(table: sqlite3.Connection, asked: str) -> None:
    """Whatever is asked is a query or refused."""
    try:
        query = full_text_query(asked)
    except UsageError:
        return
    table.execute("SELECT count(*) FROM t WHERE t MATCH ?", (query,)).fetchone()
