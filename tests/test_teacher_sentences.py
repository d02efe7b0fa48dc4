"""Sentences for a teacher to score: none that has a label, none of a document that is to stay unread."""

import gzip
import json
import sys
from pathlib import Path

from reviewtheme.training.labelled import LabelledSentence

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "models"))

from teacher_sentences import parts_of_sentences, unlabelled_sentences  # noqa: E402


def labelled(text: str, register: str = "news", previous: str = "What came before.") -> LabelledSentence:
    """Give a labelled sentence."""
    return LabelledSentence(
        text=text, previous=previous, document="a", themes=(), stance="context", register=register
    )


def write_reports(folder: Path, source: str, reports: list[dict[str, object]]) -> None:
    """Write reports as they lie beside the project."""
    (folder / "unlabelled").mkdir(exist_ok=True)
    with gzip.open(folder / "unlabelled" / f"{source}.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(report) + "\n" for report in reports)


def test_labelled_sentences_scraps_and_documents_to_be_kept_are_left_out(tmp_path: Path) -> None:
    """A sentence is read once, with the one before it; a short one to be kept bars itself alone."""
    first = "Managers oversee the work of their teams well. Practice is better than before. Key findings"
    write_reports(
        tmp_path,
        "inspection_reports",
        [
            {"doc": "one", "pages": [first, "Children  are seen alone by their workers."]},
            {"doc": "two", "pages": ["Children are seen alone by their workers. Nobody keeps this secret."]},
            {
                "doc": "kept",
                "pages": [
                    "This one is for choosing only and nobody ever learns it. Nothing here may be read."
                ],
            },
        ],
    )
    write_reports(
        tmp_path,
        "coroners_reports",
        [
            {
                "doc": "three",
                "circumstances": "He died at home in March.",
                "concerns": "No policy was in place.",
            }
        ],
    )
    known = [labelled("Nobody keeps this SECRET.")]
    found = unlabelled_sentences(
        tmp_path,
        known,
        {"This one is for choosing only and nobody ever learns it.", "No policy was in place."},
    )
    assert [(sentence.text, sentence.previous) for sentence in found] == [
        ("He died at home in March.", ""),
        ("Managers oversee the work of their teams well.", ""),
        ("Practice is better than before.", "Managers oversee the work of their teams well."),
        ("Children are seen alone by their workers.", ""),
    ]


def test_parts_are_runs_of_a_sentence_or_two_halves() -> None:
    """Of each sentence three, of a short one one, within its register, and the same each time."""
    sentences = [
        labelled("The mother had moved four times in two years with her baby."),
        labelled("Police were not told."),
        labelled("Leaders know their services and act on what they find.", register="report"),
    ]
    parts = parts_of_sentences(sentences)
    assert parts == parts_of_sentences(sentences)
    assert len(parts) == 7
    halves, *runs = [part.text for part in parts[:3]]
    assert halves.startswith("The mother had moved four times")
    assert all(run in sentences[0].text for run in runs)
    assert all(3 <= len(run.split()) <= 9 for run in runs)
    assert not any("Leaders" in part.text for part in parts[:4])
    assert {part.previous for part in parts} <= {"", "What came before."}


def test_few_parts_are_made_of_inspection_reports() -> None:
    """There is unlabelled text of that kind."""
    texts = [f"Leaders of area {n} know their services and act on what they find." for n in range(400)]
    parts = parts_of_sentences([labelled(text, register="inspection") for text in texts])
    assert 0.15 * 3 * len(texts) < len(parts) < 0.35 * 3 * len(texts)
