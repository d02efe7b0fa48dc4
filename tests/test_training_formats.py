"""Reading labelled data as a whole: recognition, several files, the report, and hostile bytes."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelled_files import DOCUMENTS, LABELLED, faults_of, skipped, zip_folder

from reviewtheme.codebook import default_codebook
from reviewtheme.errors import CodebookError, LabelledDataError, ReviewThemeError
from reviewtheme.training.formats import READERS, BadRowsError, read_labelled

FORMATS = {
    "sentences.csv": "table of sentences",
    "marked.csv": "table of sentences",
    "quotations.csv": "table of quotations",
    "taguette.csv": "Taguette highlights",
    "sentences.jsonl": "JSONL",
    "doccano_classification.jsonl": "doccano JSONL",
    "doccano_spans.jsonl": "doccano JSONL",
    "doccano_relations.jsonl": "doccano JSONL",
    "label_studio_choices.json": "Label Studio JSON",
    "label_studio_labels.json": "Label Studio JSON",
    "prodigy_choice.jsonl": "Prodigy JSONL",
    "prodigy_binary.jsonl": "Prodigy JSONL",
    "prodigy_spans.jsonl": "Prodigy JSONL",
}


@pytest.mark.parametrize(("name", "format_name"), FORMATS.items())
def test_formats_are_known_by_their_content(tmp_path: Path, name: str, format_name: str) -> None:
    """A file's name says nothing."""
    path = tmp_path / "labelled.data"
    path.write_bytes((LABELLED / name).read_bytes())
    report = read_labelled(path, None, DOCUMENTS).report
    assert [file.format for file in report.files] == [format_name]


def test_every_reader_has_a_fixture() -> None:
    """The REFI-QDA projects are packed by their own tests."""
    assert {reader.name for reader in READERS} == {*FORMATS.values(), "REFI-QDA project"}


def test_several_files_have_one_codebook(tmp_path: Path) -> None:
    """Labels of all files make it, and sentences keep the order of the files."""
    paths = [LABELLED / "sentences.jsonl", zip_folder(LABELLED / "nvivo", tmp_path / "p.qdpx")]
    data = read_labelled(paths)
    assert data.codebook.theme_ids == ("information-sharing", "neglect", "supervision")
    assert [file.sentences for file in data.report.files] == [3, 3]
    assert data.report.sentences == len(data.sentences) == 6
    assert data.documents == ("review-heron", "review-otter")


def test_report_is_written_for_people() -> None:
    """It says what was read, and what was left out and why."""
    text = str(read_labelled(LABELLED / "label_studio_choices.json", default_codebook()).report)
    assert "Label Studio JSON: 2 sentences of 1 documents, 2 themes" in text
    assert "skipped 1: the annotation was cancelled by its coder (record 2)" in text


def test_coders_who_disagree_are_noted(tmp_path: Path) -> None:
    """The same sentence with other themes is read, and said."""
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path, theme in zip(paths, ("training", "supervision"), strict=True):
        path.write_text(f"document,text,themes\nd,One.,{theme}\nd,Two.,training\n", "utf-8")
    report = read_labelled(paths, default_codebook()).report
    assert "not with the same themes: 1." in report.notes[0]
    assert report.notes[0] in str(report)


def test_labels_that_are_stances(tmp_path: Path) -> None:
    """In tools that have one list of codes, stances are among them."""
    path = tmp_path / "t.csv"
    path.write_text('text,themes\nOne.,"training; Good practice"\nTwo.,"concern, context"\n', "utf-8")
    data = read_labelled(path, default_codebook())
    assert [(s.themes, s.stance) for s in data.sentences] == [(("training",), "good-practice"), ((), "")]
    assert skipped(data) == {"a sentence is labelled with two stances": 1}


def test_faults_of_all_files_are_raised_together() -> None:
    """Nothing is read then."""
    paths = [LABELLED / name for name in ("sentences_damaged.csv", "prodigy_damaged.jsonl", "none.csv")]
    with pytest.raises(BadRowsError) as caught:
        read_labelled(paths, default_codebook())
    assert len({fault.file for fault in caught.value.faults}) == 3
    for path in paths:
        assert f"'{path}' cannot be used as it is:" in str(caught.value)


def test_the_message_stays_short(tmp_path: Path) -> None:
    """One fault in many rows is one line; the error has all of them."""
    path = tmp_path / "t.csv"
    path.write_text("text,themes\n" + "One.,nonsense\n" * 500, "utf-8")
    with pytest.raises(BadRowsError) as caught:
        read_labelled(path, default_codebook())
    assert len(str(caught.value)) < 500
    path.write_text("text,themes\n" + "".join(f"One {n}.,nonsense\n" for n in range(500)), "utf-8")
    with pytest.raises(BadRowsError) as caught:
        read_labelled(path, default_codebook())
    assert len(caught.value.faults) == 500
    assert "row 9 and 492 more, themes: 'nonsense' is no theme" in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"Dear colleague, the review is attached.", b"[1, 2]", b"{}", b"a,b\n1,2\n", b"\x00\x01\x02"],
)
def test_what_is_no_labelled_data(tmp_path: Path, content: bytes) -> None:
    """The error is of the file, and says what would be known."""
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    assert [(place, at) for place, at, _ in faults_of(path)] == [("", "")]


def test_nothing_to_read(tmp_path: Path) -> None:
    """An empty folder, an empty table, and data without any label."""
    with pytest.raises(LabelledDataError, match="no file with labelled data"):
        read_labelled(tmp_path, default_codebook())
    (tmp_path / "t.csv").write_text("text,themes\n", "utf-8")
    with pytest.raises(LabelledDataError, match="no labelled sentence"):
        read_labelled(tmp_path / "t.csv")
    (tmp_path / "t.csv").write_text("text,themes\nOne.,\n", "utf-8")
    with pytest.raises(CodebookError, match=r"No label was found in '.*t\.csv'"):
        read_labelled(tmp_path / "t.csv")
    (tmp_path / "t.csv").write_text("text,themes\nOne.,\n,\n;,\n", "utf-8")
    with pytest.raises(BadRowsError, match="row 4, text: it is empty"):
        read_labelled(tmp_path / "t.csv")
    (tmp_path / "p.jsonl").write_text('{"text": "One.", "label": "a", "answer": "ignore"}\n', "utf-8")
    with pytest.raises(LabelledDataError, match="skipped 1: the coder ignored the task"):
        read_labelled(tmp_path / "p.jsonl")


@pytest.mark.parametrize("name", [*FORMATS, "codebook.qdc"])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_damage_never_surprises(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    """Whatever bytes are changed or cut off: the file is read, or the error says what is wrong."""
    content = bytearray((LABELLED / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(1, 8))] = data.draw(st.binary(max_size=4))
    path = tmp_path_factory.mktemp("damage") / "labelled"
    path.write_bytes(content)
    with contextlib.suppress(ReviewThemeError):
        read_labelled(path, default_codebook(), DOCUMENTS, skip_unknown=True)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 99) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


def places_of(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Give the path to every value within a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, part in inner for place in places_of(part, (*path, key)))]


@pytest.mark.parametrize("name", [name for name in FORMATS if ".json" in name])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_values_of_another_kind_never_surprise(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    """A JSON value is put in the place of any other, as other versions of a tool may do."""
    text = (LABELLED / name).read_text("utf-8")
    records = json.loads(text) if name.endswith(".json") else list(map(json.loads, text.split("\n")[:1]))
    *above, last = data.draw(st.sampled_from(places_of(records)[1:]))
    holder = records
    for key in above:
        holder = holder[key]
    holder[last] = data.draw(json_values)
    path = tmp_path_factory.mktemp("kinds") / "labelled"
    path.write_text(json.dumps(records), "utf-8")
    with contextlib.suppress(ReviewThemeError):
        read_labelled(path, default_codebook())
    with contextlib.suppress(ReviewThemeError):
        read_labelled(path)


@pytest.mark.parametrize("tool", ["nvivo", "atlas_ti", "qualcoder"])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_damaged_projects_never_surprise(
    tmp_path_factory: pytest.TempPathFactory, tool: str, data: st.DataObject
) -> None:
    """The same for the bytes of an archive."""
    folder = tmp_path_factory.mktemp("damage")
    path = zip_folder(LABELLED / tool, folder / "p.qdpx")
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place : place + data.draw(st.integers(1, 40))] = data.draw(st.binary(max_size=4))
    path.write_bytes(content)
    with contextlib.suppress(ReviewThemeError):
        read_labelled(path)
