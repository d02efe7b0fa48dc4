"""The CSV table: its rows, and cells that no spreadsheet takes for a formula."""

import csv
import io

import pytest
from coded_reviews import CHILD_HOLLY, Marked, coded_review
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.codebook import default_codebook
from reviewtheme.corpus import FailedReview
from reviewtheme.output.csv_table import safe_cell, to_csv
from reviewtheme.output.tables import MARKS

COLUMNS = MARKS.header(default_codebook())


def rows(table: str) -> list[dict[str, str]]:
    """Read a table as another program would."""
    return list(csv.DictReader(io.StringIO(table, newline="")))


def test_a_row_for_each_sentence_and_theme() -> None:
    """And one for each sentence without a theme."""
    table = rows(to_csv([coded_review()]))
    assert tuple(table[0]) == COLUMNS
    assert len(table) == sum(max(1, len(one.themes)) for one in CHILD_HOLLY)
    assert [(r["sentence"], r["theme"], r["score"]) for r in table[1:3]] == [
        ("1", "inter-agency-communication", "0.8123"),
        ("1", "handover-and-transfer", "0.8123"),
    ]
    assert table[1]["theme_name"] == "Inter-agency communication"
    assert table[1]["section"] == "Findings"
    assert [(r["theme"], r["score"], r["stance"]) for r in table if r["sentence"] == "4"] == [
        ("", "", "context")
    ]
    assert table[-1]["part"] == "glossary"


def test_a_failure_is_a_row() -> None:
    """With its reason in a column of its own."""
    failed = FailedReview(path="bad.pdf", kind="damaged", message="bad.pdf is damaged: get it anew.")
    (row,) = rows(to_csv([failed]))
    assert row["document"] == "bad.pdf"
    assert row["failure"] == "damaged: bad.pdf is damaged: get it anew."
    assert not any(value for name, value in row.items() if name not in ("document", "failure"))


def test_header_once() -> None:
    """Pieces of a table can be put together."""
    pieces = to_csv([coded_review()]) + to_csv([coded_review()], header=False)
    assert pieces.count("theme_name") == 1
    assert to_csv([]) == ",".join(COLUMNS) + "\n"


@pytest.mark.parametrize("text", ["=1+1", "+44 20", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(0)"])
def test_formulas_are_text(text: str) -> None:
    """In any cell that holds text of a document."""
    safe = "'" + text.replace("\r", " ")
    assert safe_cell(text) == safe
    table = rows(to_csv([coded_review([Marked(text=text)], path=text)]))
    assert table[0]["text"] == table[0]["document"] == safe


@pytest.mark.parametrize("value", ["-", "plain", "", "1=1", 3, -3, -0.5])
def test_other_cells_are_left_alone(value: str | float) -> None:
    """Standard input is called "-", and negative numbers are numbers."""
    assert safe_cell(value) == value


@given(st.text(alphabet=st.sampled_from("ab,;\"\n\r\t=+-@ '’|"), min_size=1, max_size=30))
def test_any_text_is_read_back(text: str) -> None:
    """Quotation marks, commas and line ends stay within their cell."""
    (row,) = rows(to_csv([coded_review([Marked(text=text)])]))
    assert row["text"].removeprefix("'") == text.replace("\r", " ").removeprefix("'")
    assert not row["text"].startswith(("=", "+", "@", "\t", "\r")) or len(text) == 1
