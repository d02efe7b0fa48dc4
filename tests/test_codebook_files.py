"""Codebooks from files and from labels."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled_files import LABELLED
from openpyxl import Workbook

from reviewtheme.codebook import default_codebook
from reviewtheme.codebook_files import codebook_from_labels, label_id, read_codebook
from reviewtheme.errors import CodebookError


def test_csv() -> None:
    """An id or a name is enough; rows keep their order."""
    codebook = read_codebook(LABELLED / "codebook.csv")
    assert codebook.theme_ids == ("supervision", "record-keeping", "child-s-voice")
    assert codebook.name == "codebook"
    keeping = codebook.theme("record-keeping")
    assert (keeping.name, keeping.group) == ("Record keeping", "Practice")
    assert keeping.mark_when == "What was written down, and where"
    assert codebook.stances == ()


def test_what_taguette_exports() -> None:
    """Its tags are names."""
    codebook = read_codebook(LABELLED / "codebook_taguette.csv")
    assert [(t.id, t.name, t.group) for t in codebook.themes] == [
        ("record-keeping", "Record keeping", ""),
        ("family-fathers", "Family.fathers", "Family"),
    ]


def test_workbook(tmp_path: Path) -> None:
    """A sheet is read like a CSV."""
    book = Workbook()
    for row in (["Name", "Definition"], ["Late help", "help that came late"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "codes.xlsx")
    (theme,) = read_codebook(tmp_path / "codes.xlsx").themes
    assert (theme.id, theme.name, theme.mark_when) == ("late-help", "Late help", "help that came late")


def test_refi_qda() -> None:
    """A code that is not codable is the group of those within it."""
    codebook = read_codebook(LABELLED / "codebook.qdc")
    assert [(t.id, t.group, t.mark_when) for t in codebook.themes] == [
        ("supervision", "Practice", "Oversight of a worker by a manager"),
        ("record-keeping", "", ""),
    ]


def test_toml_is_read_as_ever(tmp_path: Path) -> None:
    """Stances and rules come with it."""
    path = tmp_path / "own.toml"
    path.write_text(
        'name = "own"\nversion = "2"\n[[stance]]\nid = "risk"\nname = "Risk"\n[[theme]]\nid = "a"\n', "utf-8"
    )
    codebook = read_codebook(path)
    assert (codebook.name, codebook.theme_ids, codebook.stance_ids) == ("own", ("a",), ("risk",))


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("", "empty"),
        ("colour,size\nred,3\n", "column 'id' or 'name'"),
        ("id,name\n,\nx,X,extra\n", "row 3"),
        ("id,name,group\n,,Practice\n", "row 2: it has neither id nor name"),
        ("id\na\na\n", "more than once"),
        ('[[theme]]\nid = "a\n', "TOML with an error"),
        ("<CodeBook><Codes>", "XML is damaged"),
        ("<Project/>", "no REFI-QDA CodeBook"),
        ('<!DOCTYPE CodeBook [<!ENTITY e "x">]><CodeBook/>', "declares a document type"),
        ("<CodeBook/>", "no themes"),
    ],
)
def test_damaged(tmp_path: Path, content: str, part: str) -> None:
    """The error says what is wrong with which file."""
    path = tmp_path / "codes"
    path.write_text(content, "utf-8")
    with pytest.raises(CodebookError, match=part):
        read_codebook(path)


def test_missing(tmp_path: Path) -> None:
    """So does that of a file that is not there."""
    with pytest.raises(CodebookError, match="cannot be read"):
        read_codebook(tmp_path / "none.csv")


def test_labels_that_mean_one_theme() -> None:
    """Case, spaces and hyphens do not make two; the order of labels does not matter."""
    codebook = codebook_from_labels(["Late help", "late-help", "Housing", " LATE  HELP"])
    assert [(t.id, t.name) for t in codebook.themes] == [("housing", "Housing"), ("late-help", "Late help")]
    assert codebook_from_labels(["b", "a"]).theme_ids == codebook_from_labels(["a", "b"]).theme_ids
    with pytest.raises(CodebookError, match="no themes"):
        codebook_from_labels([])


def test_stances_of_the_default_codebook_are_known() -> None:
    """All of them come where some of them are used; others are taken as they are."""
    assert codebook_from_labels(["a"], stances=["Concern"]).stances == default_codebook().stances
    assert codebook_from_labels(["a"], stances=["Risk", "strength"]).stance_ids == ("risk", "strength")
    assert codebook_from_labels(["a"]).stances == ()


@given(st.text(min_size=1).filter(str.strip))
def test_an_id_is_its_own_id(label: str) -> None:
    """Making an id again changes nothing."""
    assert label_id(label_id(label)) == label_id(label)
