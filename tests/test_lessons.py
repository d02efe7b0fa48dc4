"""What teachers said of sentences without labels is kept without text, found again, and brought together."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.codebook import default_codebook
from reviewtheme.training.labelled import LabelledSentence

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "models"))

from build_data import Build  # noqa: E402
from lessons import (  # noqa: E402
    LARGE_TEACHER,
    Lessons,
    Unlabelled,
    beside_labels,
    no_lessons,
    read_scores,
    sentences_to_score,
    with_large_teacher,
    write_scores,
)
from teaching_plan import TeachingSettings, TeachingTargets, steps_of  # noqa: E402
from two_halves import by_turns, part  # noqa: E402


def lessons_of(texts: list[str], themes: list[list[float]], stances: list[list[float]]) -> Lessons:
    """Give lessons, each sentence after the one before."""
    befores = ["", *texts[:-1]]
    return Lessons(
        sentences=tuple(
            SentenceInPlace(text=text, previous=before) for text, before in zip(texts, befores, strict=True)
        ),
        themes=np.array(themes, dtype=np.float32),
        stances=np.array(stances, dtype=np.float32),
    )


@given(st.lists(st.floats(0, 1, width=32), min_size=4, max_size=4))
def test_what_is_kept_is_found_again(tmp_path_factory: pytest.TempPathFactory, scores: list[float]) -> None:
    """To within half a step of 255, by the sentence and the one before it, in the order asked for."""
    path = tmp_path_factory.mktemp("kept") / "scores.npz"
    said = lessons_of(["One.", "Two."], [scores[:2], scores[2:]], [[0.25, 0.75], [1.0, 0.0]])
    write_scores(said, path)
    unknown = SentenceInPlace(text="Two.", previous="Another one.")
    rows, found = read_scores([said.sentences[1], unknown, said.sentences[0]], path)
    assert rows.tolist() == [0, 2]
    assert found.sentences == (said.sentences[1], said.sentences[0])
    assert found.themes == pytest.approx(said.themes[::-1], abs=0.5 / 255 + 1e-6)
    assert found.stances.sum(axis=1) == pytest.approx(1)
    assert found.stances == pytest.approx(said.stances[::-1], abs=0.01)


def test_another_invented_document_changes_no_lesson_of_published_sentences(tmp_path: Path) -> None:
    """Or the larger teacher would have to read all of them again."""
    (tmp_path / "unlabelled").mkdir()
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "dev.jsonl").write_text("", encoding="utf-8")

    def made_with(*invented: str) -> Unlabelled:
        published, added = (
            tuple(
                LabelledSentence(
                    text=text, previous="", document=text, themes=(), stance="context", register="news"
                )
                for text in texts
            )
            for texts in (
                ["The mother had moved four times in two years.", "No one told the police."],
                invented,
            )
        )
        build = Build(
            codebook=default_codebook(), published=published, invented=added, folder=tmp_path, output=tmp_path
        )
        return sentences_to_score(build, part(build))

    before = made_with("A baby slept on the sofa beside his aunt.")
    after = made_with("A baby slept on the sofa beside his aunt.", "Staff had not been trained at all.")
    assert before.of_published == after.of_published
    assert len(before.published_parts) == 3 * (3 + 1), "three seeds, a long sentence and a short one"
    assert len(before.invented_parts) < len(after.invented_parts)


def test_a_sentence_stands_once_and_without_text(tmp_path: Path) -> None:
    """The first of two that are alike is kept; the file holds numbers alone."""
    path = tmp_path / "scores.npz"
    said = lessons_of(["Nobody asked him."], [[0.2]], [[1.0]])
    twice = Lessons(
        sentences=said.sentences * 2,
        themes=np.array([[0.2], [0.8]], dtype=np.float32),
        stances=np.ones((2, 1), dtype=np.float32),
    )
    write_scores(twice, path)
    assert read_scores(said.sentences, path)[1].themes == pytest.approx(0.2)
    with np.load(path, allow_pickle=False) as arrays:
        assert {name: array.dtype.kind for name, array in arrays.items()} == {
            "digests": "u",
            "themes": "u",
            "stances": "u",
        }
        assert len(arrays["digests"]) == 1


def test_both_teachers_count_alike(tmp_path: Path) -> None:
    """Log-odds are averaged where both scored; elsewhere the one teacher's scores stay."""
    path = tmp_path / "scores.npz"
    large = lessons_of(["One."], [[0.2, 0.0]], [[0.2, 0.8]])
    write_scores(large, path)
    small = lessons_of(["One.", "Two."], [[0.8, 1.0], [0.3, 0.9]], [[0.8, 0.2], [0.6, 0.4]])
    both = with_large_teacher(small, path)
    assert both.themes == pytest.approx(np.array([[0.5, 0.5], [0.3, 0.9]]), abs=0.01)
    assert both.stances == pytest.approx(np.array([[0.5, 0.5], [0.6, 0.4]]), abs=0.01)
    assert small.themes[0, 0] == np.float32(0.8)


def test_lessons_stand_after_labels_at_less_weight() -> None:
    """Labelled sentences keep what they had."""
    labels = TeachingTargets(
        themes=np.ones((2, 30), dtype=np.float32),
        stances=np.ones((2, 4), dtype=np.float32),
        weights=np.ones(2, dtype=np.float32),
        every=np.array([1, 2]),
    )
    lesson = lessons_of(["One."], [[0.5] * 30], [[0.25] * 4])
    targets = beside_labels(labels, lesson, every=3)
    assert targets.themes.shape == (3, 30)
    assert targets.weights.tolist() == pytest.approx([1, 1, 0.3])
    assert targets.every.tolist() == [1, 2, 3]
    assert beside_labels(labels, no_lessons(default_codebook())).themes.shape == (2, 30)


def test_the_kept_scores_are_whole() -> None:
    """Digests in rising order, a row of scores each, stances that sum to one."""
    with np.load(LARGE_TEACHER, allow_pickle=False) as arrays:
        digests, themes, stances = (arrays[name] for name in ("digests", "themes", "stances"))
    assert len(digests) > 100_000
    assert (digests[1:] > digests[:-1]).all()
    codebook = default_codebook()
    assert themes.shape == (len(digests), len(codebook.themes))
    assert stances.shape == (len(digests), len(codebook.stances))
    assert (np.abs(stances.sum(axis=1, dtype=np.int_) - 255) <= 2).all()


def test_each_sentence_is_shown_in_its_passes() -> None:
    """Labelled ones in each, those of every other pass in two of four, lessons of every fourth once."""
    every = np.array([1] * 10 + [2] * 9 + [4] * 30)
    targets = TeachingTargets(
        themes=np.zeros((49, 1), dtype=np.float32),
        stances=np.zeros((49, 1), dtype=np.float32),
        weights=np.ones(49, dtype=np.float32),
        every=every,
    )
    settings = TeachingSettings(passes=4, batch=4, rate=1.0, warm_up=0.1)
    steps = steps_of(np.arange(49) % 7, targets, settings)
    assert max(len(rows) for rows in steps) == 4
    shown = np.bincount(np.concatenate(steps), minlength=49)
    assert (shown * every == 4).all()
    again = steps_of(np.arange(49) % 7, targets, settings)
    assert all((a == b).all() for a, b in zip(steps, again, strict=True))


def test_what_counts_half_is_shown_half_as_often() -> None:
    """Of the published sentences; invented ones keep their weight."""
    labels = TeachingTargets(
        themes=np.zeros((3, 1), dtype=np.float32),
        stances=np.zeros((3, 1), dtype=np.float32),
        weights=np.array([0.5, 1, 0.6], dtype=np.float32),
        every=np.ones(3, dtype=np.int_),
    )
    shown = by_turns(labels, published=2)
    assert shown.every.tolist() == [2, 1, 1]
    assert shown.weights.tolist() == pytest.approx([1, 1, 0.6])
