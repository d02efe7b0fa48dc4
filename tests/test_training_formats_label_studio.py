"""JSON that Label Studio exports."""

import json
from pathlib import Path

import pytest
from labelled_files import LABELLED, faults_of, notes, read_fixture, skipped, summary

from reviewtheme.codebook import default_codebook
from reviewtheme.training.formats import read_labelled


def test_choices() -> None:
    """The latest annotation counts, never a prediction beside one; an empty annotation is an answer."""
    data = read_fixture("label_studio_choices.json")
    assert summary(data) == [
        ("review-heron", "No one told the school.", ("information-sharing", "education"), "concern"),
        ("review-heron", "Her manager's post was vacant.", (), ""),
    ]
    assert data.sentences[0].previous == "The second call was about bruises."
    assert skipped(data) == {
        "a later annotation of the task, or the one marked as ground truth, was read": 1,
        "the annotation was cancelled by its coder": 1,
        "the task was not annotated": 1,
    }


def test_ground_truth_comes_before_what_is_later(tmp_path: Path) -> None:
    """The one that was marked as ground truth is read."""
    tasks = json.loads((LABELLED / "label_studio_choices.json").read_text("utf-8"))
    tasks[0]["annotations"][0]["ground_truth"] = True
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps(tasks), "utf-8")
    assert read_labelled(path, default_codebook()).sentences[0].themes == ("supervision",)


def test_predictions_are_read_only_where_nobody_annotated(tmp_path: Path) -> None:
    """The report says that no coder made them."""
    tasks = json.loads((LABELLED / "label_studio_choices.json").read_text("utf-8"))
    for task in tasks:
        task["annotations"] = []
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps(tasks), "utf-8")
    data = read_labelled(path, default_codebook())
    assert [s.themes for s in data.sentences] == [("neglect",), ("neglect",)]
    assert "a model's marks" in notes(data)
    assert skipped(data) == {"the task has neither annotation nor prediction": 2}


def test_labels_counted_as_a_browser_does() -> None:
    """Offsets in UTF-16 units are known by the words given with them; the text need not be called so."""
    data = read_fixture("label_studio_labels.json")
    assert [(s.text, s.themes) for s in data.sentences] == [
        ("Three workers held the case in eight weeks.", ("handover-and-transfer",)),
        ("The family met each of them once.", ()),
        ("🙂 No one told the school.", ("information-sharing", "education")),
    ]
    assert skipped(data) == {"a result is of the type 'relation', and neither choices nor labels": 1}


@pytest.mark.parametrize(
    ("place", "at", "part"),
    [
        ("record 1", "value", "do not hold the words"),
        ("record 2", "value", "label plain text instead"),
        ("record 3", "text", "is a link"),
        ("record 4", "result", "no list of results"),
        ("record 5", "labels", "is 'education' meant?"),
    ],
)
def test_all_bad_tasks_are_named_together(place: str, at: str, part: str) -> None:
    """Each fault has its task and its key."""
    faults = faults_of(LABELLED / "label_studio_damaged.json")
    assert len(faults) == 5
    assert any((one, key) == (place, at) and part in message for one, key, message in faults)


def test_short_form_is_refused() -> None:
    """It does not say which of its fields are labels."""
    assert "export as JSON" in faults_of(LABELLED / "label_studio_short.json")[0][2]


def test_export_that_was_cut_short(tmp_path: Path) -> None:
    """The fault says where."""
    path = tmp_path / "tasks.json"
    whole = (LABELLED / "label_studio_choices.json").read_text("utf-8")
    path.write_text(whole[: len(whole) // 2], "utf-8")
    assert "cut short at line" in faults_of(path)[0][2]
