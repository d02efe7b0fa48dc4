"""The Excel workbook, as openpyxl and pandas read it."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from coded_reviews import CHILD_HOLLY, Marked, coded_review

from reviewtheme.codebook import default_codebook
from reviewtheme.corpus import CorpusResult, FailedReview
from reviewtheme.output import workbook
from reviewtheme.output.workbook import LONGEST_CELL, write_workbook
from reviewtheme.training.formats import read_labelled

openpyxl = pytest.importorskip("openpyxl")
CODEBOOK = default_codebook()
FAILED = FailedReview(path="bad.pdf", kind="damaged", message="bad.pdf is damaged: get it anew.")


def written(*results: CorpusResult, tell: Callable[[str], None] = lambda _: None) -> bytes:
    """Write a workbook."""
    file = io.BytesIO()
    write_workbook(results, CODEBOOK, file, tell=tell)
    return file.getvalue()


def opened(content: bytes) -> Any:  # noqa: ANN401 - a library without types
    """Open a workbook as openpyxl does."""
    return openpyxl.load_workbook(io.BytesIO(content))


def column(sheet: Any, name: str) -> list[Any]:  # noqa: ANN401 - the same
    """Give the cells under a name."""
    place = [cell.value for cell in sheet[1]].index(name)
    return [row[place] for row in sheet.iter_rows(min_row=2)]


def test_sheets_and_kinds_of_cells() -> None:
    """Three sheets with frozen, bold headers; text is text and numbers are numbers."""
    book = opened(written(coded_review(), FAILED))
    assert book.sheetnames == ["marks", "matrix", "reviews"]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.b for cell in sheet[1])
    marks = book["marks"]
    assert marks.max_row == 1 + sum(max(1, len(one.themes)) for one in CHILD_HOLLY) + 1
    assert {type(cell.value) for cell in column(marks, "score")[:3]} == {float}
    assert {type(cell.value) for cell in column(marks, "page")[:-1]} == {int}
    assert column(marks, "failure")[-1].value == "damaged: bad.pdf is damaged: get it anew."
    assert {cell.value for cell in column(book["matrix"], "supervision")} == {0, 1}


def test_pandas_reads_it(tmp_path: Path) -> None:
    """With the types of its columns."""
    pandas = pytest.importorskip("pandas")
    path = tmp_path / "reviews.xlsx"
    path.write_bytes(written(coded_review()))
    frames = pandas.read_excel(path, sheet_name=None)
    assert frames["matrix"]["supervision"].sum() == 2
    assert list(frames["matrix"]["quotation"]) == [one.text for one in CHILD_HOLLY]
    assert frames["marks"]["score"].max() == 0.9
    assert frames["reviews"]["child"].item() == "Holly"


@pytest.mark.parametrize(
    "text", ["=1+1", "+44 20", "-2+3", "@SUM(A1)", "\t=1", "＝1", "#N/A", "#REF!", "=A\nB"]
)
def test_formulas_and_errors_are_text(text: str) -> None:
    """And stay text when the cell is edited; nothing is put before them."""
    book = opened(written(coded_review([Marked(text=text, themes=("neglect",))], path=text)))
    for sheet, name in (
        (book["marks"], "text"),
        (book["matrix"], "quotation"),
        (book["reviews"], "document"),
    ):
        (cell,) = column(sheet, name)
        assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    with zipfile.ZipFile(io.BytesIO(written(coded_review([Marked(text=text)])))) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


def test_line_ends_and_markup() -> None:
    """Stay within their cell."""
    text = 'He said:\n"no" & <left>\n</t></is></c> 😀'
    (cell,) = column(opened(written(coded_review([Marked(text=text)])))["marks"], "text")
    assert cell.value == text


def test_what_a_cell_cannot_hold() -> None:
    """Is cut or replaced, and told; what just fits is whole."""
    fits, long, wide = "a" * LONGEST_CELL, "b" * (LONGEST_CELL + 1), "😀" * (LONGEST_CELL // 2 + 1)
    told: list[str] = []
    book = opened(written(coded_review([Marked(text=t) for t in (fits, long, wide)]), tell=told.append))
    kept = [cell.value for cell in column(book["marks"], "text")]
    assert kept[0] == fits
    assert all(text.endswith(" […]") for text in kept[1:])
    assert all(len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL for text in kept)
    assert len(told) == 1
    assert told[0].startswith("4 cells of the workbook are cut")
    told.clear()
    book = opened(written(coded_review([Marked(text="a\x00b\ud800\ufffe c")]), tell=told.append))
    assert column(book["marks"], "text")[0].value == "a\ufffdb\ufffd\ufffd c"
    assert told[0].startswith("2 cells of the workbook had characters that Excel cannot hold")


def test_more_rows_than_a_sheet_holds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Go on to a further sheet with a header of its own, and all are read back."""
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    coded = coded_review([Marked(text=f"Sentence {number}.") for number in range(7)])
    content = written(coded)
    book = opened(content)
    assert book.sheetnames == ["marks", "matrix", "reviews", "marks 2", "marks 3", "matrix 2", "matrix 3"]
    texts = [cell.value for name in ("marks", "marks 2", "marks 3") for cell in column(book[name], "text")]
    assert texts == [f"Sentence {number}." for number in range(7)]
    (tmp_path / "a.xlsx").write_bytes(content)
    assert len(read_labelled(tmp_path / "a.xlsx", CODEBOOK).sentences) == 7


def test_same_bytes_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the clock says."""
    first = written(coded_review())
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert written(coded_review()) == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        assert b"dcterms" not in parts.read("docProps/core.xml").split(b">", 1)[1]


def test_read_back_as_labels(tmp_path: Path) -> None:
    """The first sheet is read, and the others are no labelled data: nothing is read twice."""
    (tmp_path / "a.xlsx").write_bytes(written(coded_review([*CHILD_HOLLY, Marked(text="=1+1 is 2")])))
    data = read_labelled(tmp_path / "a.xlsx", CODEBOOK)
    assert [(s.text, s.themes, s.stance) for s in data.sentences] == [
        *((one.text, CODEBOOK.in_order(one.themes), one.stance) for one in CHILD_HOLLY),
        ("=1+1 is 2", (), "context"),
    ]
    assert "matrix, reviews" in str(data.report)
