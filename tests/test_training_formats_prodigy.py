"""JSON lines that Prodigy exports."""

from pathlib import Path

import pytest
from labelled_files import LABELLED, faults_of, notes, read_fixture, skipped, summary

from reviewtheme.training.formats import read_labelled


def test_choices() -> None:
    """A rejected task carries nothing of what was proposed; an ignored one is left out."""
    data = read_fixture("prodigy_choice.jsonl")
    assert summary(data) == [
        ("review-heron", "No one told the school.", ("information-sharing", "education"), ""),
        ("review-otter", "The family met each of them once.", (), ""),
    ]
    assert data.sentences[0].previous == "The second call was about bruises."
    assert skipped(data) == {"the coder ignored the task": 1}


def test_options_are_the_label_space() -> None:
    """A codebook made of the file has the options that were never chosen, too."""
    codebook = read_labelled(LABELLED / "prodigy_choice.jsonl").codebook
    assert [(t.id, t.name) for t in codebook.themes] == [
        ("education", "School"),
        ("information-sharing", "Information sharing"),
        ("neglect", "Neglect"),
    ]


def test_yes_or_no_answers_of_one_text_are_put_together() -> None:
    """What was accepted is there, what was rejected is not, and highlights are no answers."""
    data = read_fixture("prodigy_binary.jsonl")
    assert summary(data) == [
        ("review-heron", "No one told the school.", ("information-sharing", "education"), "")
    ]
    assert "not asked about counts as absent" in notes(data)


def test_spans() -> None:
    """A phrase labels its sentence; the spans of a rejected task label nothing."""
    data = read_fixture("prodigy_spans.jsonl")
    assert [s.themes for s in data.sentences] == [("handover-and-transfer",), (), (), ()]


def test_unanswered_tasks_are_left_out(tmp_path: Path) -> None:
    """They are accounted for."""
    path = tmp_path / "tasks.jsonl"
    path.write_text(
        '{"text": "One.", "_task_hash": 1, "options": []}\n'
        '{"text": "Two.", "_task_hash": 2, "label": "a", "answer": "accept"}\n',
        "utf-8",
    )
    data = read_labelled(path)
    assert [s.text for s in data.sentences] == ["Two."]
    assert skipped(data) == {"the task has no answer yet": 1}


@pytest.mark.parametrize(
    ("place", "at", "part"),
    [
        ("line 1", "accept", "no list of options"),
        ("line 2", "spans", "no whole numbers"),
        ("line 3", "text", "missing"),
        ("line 4", "label", "is 'education' meant?"),
        ("line 5", "", "no JSON"),
    ],
)
def test_all_bad_lines_are_named_together(place: str, at: str, part: str) -> None:
    """Each fault has its line and its key."""
    faults = faults_of(LABELLED / "prodigy_damaged.jsonl")
    assert len(faults) == 5
    assert any((one, key) == (place, at) and part in message for one, key, message in faults)
