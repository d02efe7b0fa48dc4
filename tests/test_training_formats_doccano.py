"""JSON lines that doccano exports."""

import pytest
from labelled_files import LABELLED, faults_of, notes, read_fixture, summary


def test_classification() -> None:
    """Labels are names; what was imported beside the text comes out beside it."""
    data = read_fixture("doccano_classification.jsonl")
    assert summary(data) == [
        ("review-heron", "No one told the school.", ("information-sharing",), ""),
        (
            "review-otter",
            "The nursery kept a careful diary of what the boy said.",
            ("child-voice", "record-keeping"),
            "good-practice",
        ),
        ("review-otter", "The family met each of them once.", (), ""),
    ]
    assert data.sentences[1].previous == "The family met each of them once."
    assert data.report.files[0].format == "doccano JSONL"
    assert "read as having no theme: 1." in notes(data)


def test_spans_label_sentences() -> None:
    """Offsets are code points, also after an emoji; a document without spans has no themes."""
    data = read_fixture("doccano_spans.jsonl")
    assert [(s.text, s.themes) for s in data.sentences] == [
        ("Three workers held the case in eight weeks.", ("handover-and-transfer",)),
        ("The family met each of them once.", ()),
        ("🙂 No one told the school.", ("information-sharing",)),
        ("Her manager's post was vacant.", ()),
    ]
    assert (data.sentences[1].start, data.sentences[1].end) == (44, 77)


def test_entities_of_projects_with_relations() -> None:
    """They are objects there; a document without a name is named by file and line."""
    data = read_fixture("doccano_relations.jsonl")
    assert [s.themes for s in data.sentences] == [("handover-and-transfer",), ()]
    assert data.documents == ("doccano_relations, line 1",)


@pytest.mark.parametrize(
    ("line", "key", "part"),
    [
        ("line 1", "label", "(0 to 99) are not in the text of 28"),
        ("line 2", "label", "(5 to 5)"),
        ("line 2", "label", "is no span"),
        ("line 3", "text", "missing"),
        ("line 4", "annotations", "a label is 7"),
        ("line 5", "label", "no list of labels"),
        ("line 6", "", "no JSON"),
    ],
)
def test_all_bad_lines_are_named_together(line: str, key: str, part: str) -> None:
    """Each fault has its line and its key."""
    faults = faults_of(LABELLED / "doccano_damaged.jsonl")
    assert len(faults) == 7
    assert any((place, at) == (line, key) and part in message for place, at, message in faults)
