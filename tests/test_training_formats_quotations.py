"""Taguette highlights and tables of quotations: words found again in the documents."""

from pathlib import Path

import pytest
from labelled_files import DOCUMENTS, LABELLED, faults_of, read_fixture, skipped, themes_by_text

from reviewtheme.codebook import default_codebook
from reviewtheme.training.formats import read_labelled
from reviewtheme.training.formats.quotations import find_quotation, searchable


def found(quotation: str, text: str) -> list[list[str]]:
    """Find a quotation and give the words at each place."""
    return [
        [text[start:end] for start, end in stretches]
        for stretches in find_quotation(quotation, searchable(text))
    ]


@pytest.mark.parametrize(
    ("quotation", "text", "expected"),
    [
        ("the school's “plan”", 'He saw the\nschool’s "plan" too.', [['the\nschool’s "plan']]),
        ("super- vision", "Supervision lapsed. Super-vision!", [["Supervision"], ["Super-vision"]]),
        ("ﬁrst oﬃce", "The first office.", [["first office"]]),
        ("art", "The start of art.", [["art"]]),
        ("art", "The start.", []),
        ("the board … record", "The board met, and kept a record.", [["The board", "record"]]),
        ("the record … board", "The board met, and kept a record.", []),
        ("café", "The cafe\u0301 shut.", [["cafe\u0301"]]),
        ("…", "Nothing…", []),
    ],
)
def test_find_quotation(quotation: str, text: str, expected: list[list[str]]) -> None:
    """Only letters and digits count, from a word's edge to a word's edge."""
    assert [[part.rstrip("\u0301") for part in place] for place in found(quotation, text)] == [
        [part.rstrip("\u0301") for part in place] for place in expected
    ]


def test_a_page_foot_within_a_long_quotation_is_passed_over() -> None:
    """It is found by its beginning and end, if each stands there once."""
    start = "Health visitors rang the duty desk on two days that week, "
    end = "and nobody who was there wrote either of the calls down."
    text = f"Before. {start}Page 3 of 40 {end} After."
    assert found(start + end, text) == [[f"{start}Page 3 of 40 {end}".rstrip(".")]]
    assert found(start + end, f"{text} {text}") == []


def test_taguette() -> None:
    """A highlight may have several tags, cross sentences, and stand in a text that wraps otherwise."""
    data = read_fixture("taguette.csv")
    assert themes_by_text(data) == {
        "Health visitors rang the duty desk twice, and nobody there wrote the calls down.": (
            "information-sharing",
            "record-keeping",
        ),
        "Supervision of the social worker had lapsed over the summer.": ("supervision",),
        "Her manager's post was vacant – it stayed so until November.": ("supervision",),
        "The nursery kept a careful diary of what the boy said, and shared it at every meeting.": (
            "child-voice",
        ),
    }
    assert len(data.sentences) == 15  # every sentence of the documents, coded or not
    assert skipped(data) == {
        "the quotation stands at several places and is too short to tell which is meant": 1,
        "the quotation carries no theme": 1,
    }


def test_table_of_quotations() -> None:
    """A document may be written with or without suffix and in any case: it is read once."""
    data = read_fixture("quotations.csv")
    assert set(themes_by_text(data).values()) == {
        ("information-sharing", "governance-and-quality-assurance"),
        ("supervision", "record-keeping"),
        ("handover-and-transfer",),
    }
    assert data.documents == ("review-heron.txt", "review-otter.txt")
    heron = [s for s in data.sentences if s.document == "review-heron.txt"]
    text = (DOCUMENTS / "review-heron.txt").read_text("utf-8")
    assert all(s.text in text for s in heron)
    assert len({s.start for s in heron}) == len(heron) == 9


def test_folder_of_documents_with_a_table(tmp_path: Path) -> None:
    """A folder is enough: its table is read, its other files are the documents."""
    for name in ("review-heron.txt", "review-otter.txt"):
        (tmp_path / "reviews").mkdir(exist_ok=True)
        (tmp_path / "reviews" / name).write_bytes((DOCUMENTS / name).read_bytes())
    (tmp_path / "quotations.csv").write_bytes((LABELLED / "quotations.csv").read_bytes())
    (tmp_path / "notes.csv").write_text("day,hours\nMonday,3\n", "utf-8")
    data = read_labelled(tmp_path, default_codebook())
    assert len(data.sentences) == 15
    report = {Path(file.path).name: file for file in data.report.files}
    assert report["quotations.csv"].format == "table of quotations"
    assert report["notes.csv"].format == ""
    assert report["notes.csv"].notes[0].startswith("Not read: it is no labelled data")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "taguette_damaged.csv",
            [("row 2", "quotation"), ("row 3", "document"), ("row 4", "tag"), ("row 5", "content")],
        ),
        (
            "quotations_damaged.csv",
            [("row 2", "Quotation"), ("row 3", "quotation"), ("row 4", "Document"), ("row 5", "Theme")],
        ),
    ],
)
def test_all_bad_rows_are_named_together(name: str, expected: list[tuple[str, str]]) -> None:
    """What is not in its document, or has none, is a fault of its row."""
    assert [(place, at) for place, at, _ in faults_of(LABELLED / name)] == expected


def test_every_row_of_an_unknown_tag_is_named(tmp_path: Path) -> None:
    """Also where several highlights of it label one sentence."""
    table = tmp_path / "highlights.csv"
    table.write_text(
        "id,document,tag,content\n1,review-otter,Nonsense,Three workers\n2,review-otter,Nonsense,the case\n",
        "utf-8",
    )
    assert [(place, at) for place, at, _ in faults_of(table)] == [("row 2", "tag"), ("row 3", "tag")]


def test_a_name_that_may_mean_several_documents(tmp_path: Path) -> None:
    """It is not guessed which."""
    (tmp_path / "heron.txt").write_text("One sentence.", "utf-8")
    (tmp_path / "heron.html").write_text("<html><body><p>One sentence.</p></body></html>", "utf-8")
    table = tmp_path / "q.csv"
    table.write_text("document,quotation,theme\nheron,One sentence,a\n", "utf-8")
    from reviewtheme.training.formats import BadRowsError

    with pytest.raises(BadRowsError, match="several documents"):
        read_labelled(table)
