"""Tables of labelled sentences, as CSV and Excel, and what this program itself writes."""

import csv
import io
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_files import LABELLED, faults_of, notes, read_fixture, skipped, summary, themes_by_text
from openpyxl import Workbook

from reviewtheme import spreadsheet
from reviewtheme.codebook import Codebook, Theme, default_codebook
from reviewtheme.errors import MissingExtraError
from reviewtheme.training.formats import BadRowsError, read_labelled

THEMES = default_codebook().theme_ids


def workbook(path: Path, *sheets: list[list[object]]) -> Path:
    """Write a workbook with these rows in its sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_column_of_themes() -> None:
    """Several themes in a cell are parted by semicolon, bar or comma, and never within a theme's name."""
    data = read_fixture("sentences.csv")
    assert [(themes, stance) for _, _, themes, stance in summary(data)] == [
        (("information-sharing", "record-keeping"), "concern"),
        ((), "context"),
        (("information-sharing",), "concern"),
        (("handover-and-transfer",), "concern"),
        (("information-sharing", "child-voice", "record-keeping"), "good-practice"),
    ]
    assert data.documents == ("review-heron", "review-otter")
    assert data.sentences[1].previous.startswith("Health visitors")
    assert data.sentences[3].previous == ""


def test_a_comma_within_a_name_does_not_part_a_list(tmp_path: Path) -> None:
    """The longest known name is taken first."""
    path = tmp_path / "t.csv"
    path.write_text('text,themes\nOne.,"Supervision, Handover, transfer and continuity, training"\n', "utf-8")
    data = read_labelled(path, default_codebook())
    assert set(data.sentences[0].themes) == {"supervision", "handover-and-transfer", "training"}


def test_a_codebook_whose_ids_have_commas_is_not_parted_at_them(tmp_path: Path) -> None:
    """Then only semicolons and bars part."""
    path = tmp_path / "t.csv"
    path.write_text('text,themes\nOne.,"a,b; c"\n', "utf-8")
    themes = tuple(Theme(id=i, name=i) for i in ("a,b", "a", "b", "c"))
    data = read_labelled(path, Codebook(name="x", version="1", themes=themes, stances=()))
    assert data.sentences[0].themes == ("a,b", "c")


def test_one_column_for_each_theme() -> None:
    """Semicolons part the columns here, as Excel writes them in half of Europe; yes and x count as 1."""
    data = read_fixture("marked.csv")
    assert [s.themes for s in data.sentences] == [("supervision",), ("supervision", "record-keeping"), ()]
    assert notes(data) == "Columns that were not used: Page, Coder."


def test_columns_of_unknown_themes_are_faults(tmp_path: Path) -> None:
    """A misspelt column is not passed over."""
    path = tmp_path / "t.csv"
    path.write_text("text,supervison,training\nOne.,1,0\nTwo.,0,1\n", "utf-8")
    assert [(place, at) for place, at, _ in faults_of(path)] == [("row 2", "themes")]
    data = read_labelled(path, default_codebook(), skip_unknown=True)
    assert themes_by_text(data) == {"Two.": ("training",)}
    assert skipped(data) == {"'supervison' is no theme of codebook 'safeguarding-reviews'": 1}


def test_a_slip_in_a_column_of_marks_is_a_fault(tmp_path: Path) -> None:
    """Without a codebook, too: the theme would be gone. Other columns are other things, and 1.0 is 1."""
    rows = [f"Sentence {chr(97 + n)}.,{float(n % 2)},{n % 3},{'a note' if n == 4 else ''}" for n in range(12)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["text,Late help,Children,Remark", *rows]), "utf-8")
    data = read_labelled(path)
    assert data.codebook.theme_ids == ("late-help",)
    assert sum(len(s.themes) for s in data.sentences) == 6
    assert notes(data).startswith("Columns that were not used: Children, Remark.")
    path.write_text(path.read_text("utf-8").replace("Sentence c.,0.0", "Sentence c.,2"), "utf-8")
    with pytest.raises(BadRowsError, match="row 4, Late help: it is '2', and neither 0 nor 1"):
        read_labelled(path)


def test_codebook_from_columns_keeps_themes_without_a_positive(tmp_path: Path) -> None:
    """The label space is what the table declares, and not what happens to be marked."""
    path = tmp_path / "t.csv"
    path.write_text("text,Late help,Housing\nOne.,1,0\nTwo.,0,0\n", "utf-8")
    codebook = read_labelled(path).codebook
    assert codebook.theme_ids == ("housing", "late-help")
    assert codebook.theme("late-help").name == "Late help"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "sentences_damaged.csv",
            [("row 2", "themes"), ("row 3", "text"), ("row 4", ""), ("row 5", "stance")],
        ),
        ("marked_damaged.csv", [("row 2", "Record keeping"), ("row 3", "supervision")]),
    ],
)
def test_all_bad_rows_are_named_together(name: str, expected: list[tuple[str, str]]) -> None:
    """Each fault has the row that a spreadsheet shows, and its column."""
    assert [(place, at) for place, at, _ in faults_of(LABELLED / name)] == expected


def test_workbook_is_read_like_a_csv(tmp_path: Path) -> None:
    """Numbers and truth values are read as they are typed; other sheets are named."""
    path = workbook(
        tmp_path / "labelled.xlsx",
        [["How to use this file"]],
        [["text", "supervision", "training", "page"], ["One.", 1, False, 3], ["Two.", None, True, 4.0]],
    )
    data = read_labelled(path, default_codebook())
    assert [s.themes for s in data.sentences] == [("supervision",), ("training",)]
    assert "Sheets that are no labelled data, and were not read: Sheet 1." in notes(data)


def test_damaged_workbook(tmp_path: Path) -> None:
    """A workbook that was cut short, or lacks its parts, is a fault of the file."""
    whole = workbook(tmp_path / "whole.xlsx", [["text", "themes"], ["One.", "training"]]).read_bytes()
    path = tmp_path / "labelled.xlsx"
    path.write_bytes(whole[: len(whole) // 2])
    assert "damaged or cut short" in faults_of(path)[0][2]
    with zipfile.ZipFile(io.BytesIO(whole)) as parts, zipfile.ZipFile(path, "w") as packed:
        for name in parts.namelist():
            content = parts.read(name)
            packed.writestr(name, content[:-40] if "sheet1" in name else content)
    assert "damaged Excel workbook" in faults_of(path)[0][2]


def far_out(path: Path, cells: list[tuple[int, str]]) -> Path:
    """Write a workbook of two sentences and of cells far out, which a few hundred bytes can say."""
    small = workbook(path, [["text", "themes"], ["No one asked her.", "supervision"]])
    rows = "".join(f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row>' for row, column in cells)
    with zipfile.ZipFile(small) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    members[sheet] = members[sheet].replace(b"</sheetData>", rows.encode() + b"</sheetData>")
    members[sheet] = members[sheet].replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_what_a_workbook_says_of_its_size_is_not_believed(tmp_path: Path) -> None:
    """Nor does it take minutes to find that out."""
    data = read_labelled(far_out(tmp_path / "far.xlsx", []), default_codebook())
    assert [sentence.text for sentence in data.sentences] == ["No one asked her."]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([(1 << 20, "XFD")], "16384 cells"),
        ([(2_000_000_000, "A")], "far out"),
        ([(row, "XFD") for row in range(3, 200)], "far out"),
    ],
)
def test_cells_far_out_are_told(
    cells: list[tuple[int, str]], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not waited for: the sheet would have milliards of cells."""
    monkeypatch.setattr(spreadsheet, "_MOST_CELLS", 2_000_000)
    with pytest.raises(BadRowsError, match=said):
        read_labelled(far_out(tmp_path / "far.xlsx", cells), default_codebook())


def test_workbook_without_openpyxl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install."""
    path = workbook(tmp_path / "labelled.xlsx", [["text", "themes"], ["One.", "training"]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r"reviewtheme\[tables\]"):
        read_labelled(path)


def test_rows_of_one_sentence_are_put_together(tmp_path: Path) -> None:
    """What the program writes has a row for each sentence and theme, and is read again."""
    path = tmp_path / "t.csv"
    path.write_text(
        "document,sentence,page,text,theme,theme_name,score,stance,start,end,failure\n"
        "a.pdf,0,1,'=One.,training,Training,0.9,concern,0,5,\n"
        "a.pdf,0,1,'=One.,supervision,Supervision,0.8,concern,0,5,\n"
        "a.pdf,1,1,'=One.,,,,context,9,14,\n"
        "b.pdf,,,,,,,,,,encrypted: asks for a password\n",
        "utf-8",
    )
    data = read_labelled(path, default_codebook())
    assert [(s.text, s.themes, s.start) for s in data.sentences] == [
        ("=One.", ("supervision", "training"), 0),
        ("=One.", (), 9),
    ]
    assert skipped(data) == {"the row says that a document could not be read": 1}


def test_without_documents_the_file_is_one(tmp_path: Path) -> None:
    """Splitting by document must not take each row for one."""
    path = tmp_path / "labelled.csv"
    path.write_text("text,themes\nOne.,training\nTwo. Three.,\n", "utf-8")
    data = read_labelled(path, default_codebook())
    assert data.documents == ("labelled",)
    assert not data.report.files[0].documents_named
    assert "Name documents" in notes(data)
    assert "hold several sentences: 1" in notes(data)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    """Excel writes CSV in whatever its system has."""
    path = tmp_path / "t.csv"
    path.write_text("text;themes\nThe mother’s café – shut.;training\n", encoding)
    assert read_labelled(path, default_codebook()).sentences[0].text == "The mother’s café – shut."


def test_an_open_quotation_mark_does_not_swallow_the_rest(tmp_path: Path) -> None:
    """It is a fault of the file, and not one long sentence."""
    path = tmp_path / "t.csv"
    path.write_text('text,themes\n"One.,training\nTwo.,\n', "utf-8")
    assert "quotation mark left open" in faults_of(path)[0][2]


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1)
texts = cells.filter(lambda text: any(map(str.isalnum, text)) and text.lstrip().lstrip("\ufeff")[:1] != "'")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(texts, st.sets(st.sampled_from(THEMES))), min_size=1, max_size=5))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, set[str]]]) -> None:
    """What is written as CSV is read again, whatever the text."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["document", "text", "themes"])
    for number, (text, themes) in enumerate(rows):
        writer.writerow([f"d{number}", text, "; ".join(sorted(themes))])
    path = tmp_path_factory.mktemp("csv") / "labelled.csv"
    path.write_text(table.getvalue(), "utf-8")
    data = read_labelled(path, default_codebook())
    assert [(s.text, set(s.themes)) for s in data.sentences] == [
        (" ".join(text.strip().removeprefix("\ufeff").split()), themes) for text, themes in rows
    ]
