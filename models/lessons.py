"""Sentences without labels, with what teachers say of them.

The larger teacher (build_teacher.py) reads too slowly to be asked at each build, and its weights are too
large to be kept: what it said is kept in large_teacher.npz, without text, by a digest of each sentence with
the one before it. Of a sentence that both teachers scored, the mean of their log-odds counts (of stances, of
their logarithms).
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from build_data import Build
from scipy.special import expit, logit, softmax
from teacher_sentences import parts_of_sentences, unlabelled_sentences
from teaching_plan import Floats, Rows, TeachingTargets
from two_halves import Parting

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.model import Model
from reviewtheme.codebook import Codebook
from reviewtheme.training.labelled import LabelledSentence

LARGE_TEACHER = Path(__file__).resolve().parent / "large_teacher.npz"
TAUGHT_WEIGHT = 0.3
"""What a sentence with teachers' scores counts beside one with labels."""
MORE_PARTS = (1, 2)
"""Seeds of further parts, of sentences of all registers but inspection, of which there is much other text."""
_LEAST_KNOWN = 0.95
_STEPS = 255
"""A score is kept as one of so many numbers beyond nothing."""
_SURE = 1e-3
"""No teacher is surer than this of anything, or a mean would hear the surest alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """Sentences with a teacher's scores."""

    sentences: tuple[SentenceInPlace, ...]
    themes: Floats
    """(sentences, themes), 0..1"""
    stances: Floats
    """(sentences, stances), 0..1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlabelled:
    """Sentences without labels, for teachers to score."""

    published: tuple[SentenceInPlace, ...]
    """Sentences of published reports."""
    published_parts: tuple[SentenceInPlace, ...]
    """Parts of labelled published ones."""
    invented_parts: tuple[SentenceInPlace, ...]
    """Parts of invented ones, made apart: another document changes no part of a published one."""

    @property
    def all(self) -> list[SentenceInPlace]:
        """Every sentence and part."""
        return [*self.of_published, *self.invented_parts]

    @property
    def of_published(self) -> list[SentenceInPlace]:
        """Published sentences, then parts of published ones: what the larger teacher scores."""
        return [*self.published, *self.published_parts]


def sentences_to_score(build: Build, parting: Parting) -> Unlabelled:
    """Return the sentences that teachers score: none of a document that is kept aside, or is for choosing.

    Raises:
        ValueError: the build names no folder of published sentences.
    """
    if build.folder is None:
        raise ValueError(
            "Sentences for teachers come from a folder of published ones: name it with --published."
        )
    published = unlabelled_sentences(build.folder, build.labelled, _texts_to_keep(build.folder, parting))
    return Unlabelled(
        published=tuple(published),
        published_parts=_all_parts(parting.learned[: parting.learned_published]),
        invented_parts=_all_parts(parting.learned[parting.learned_published :]),
    )


def no_lessons(codebook: Codebook) -> Lessons:
    """Return no lessons at all."""
    return Lessons(
        sentences=(),
        themes=np.empty((0, len(codebook.themes)), dtype=np.float32),
        stances=np.empty((0, len(codebook.stances)), dtype=np.float32),
    )


def ask(teacher: Model, sentences: Sequence[SentenceInPlace]) -> Lessons:
    """Have a teacher score sentences."""
    coded = teacher.code(sentences)
    return Lessons(sentences=tuple(sentences), themes=coded.scores, stances=coded.stance_scores)


def write_scores(lessons: Lessons, path: Path = LARGE_TEACHER) -> None:
    """Write what the larger teacher said, in the order of the digests."""
    digests, firsts = np.unique(_digests(lessons.sentences), return_index=True)
    themes, stances = (
        np.rint(scores[firsts] * _STEPS).astype(np.uint8) for scores in (lessons.themes, lessons.stances)
    )
    np.savez_compressed(path, digests=digests, themes=themes, stances=stances)


def read_scores(sentences: Sequence[SentenceInPlace], path: Path = LARGE_TEACHER) -> tuple[Rows, Lessons]:
    """Return which of some sentences the larger teacher scored, and what it said of them.

    Returns:
        Rows of the sentences that were scored, in rising order, and the lessons in that order.
    """
    with np.load(path, allow_pickle=False) as arrays:
        digests, themes, stances = (arrays[name] for name in ("digests", "themes", "stances"))
    asked = _digests(sentences)
    rows = np.flatnonzero(np.isin(asked, digests))
    found = np.searchsorted(digests, asked[rows])
    shares = stances[found].astype(np.float32)
    return rows, Lessons(
        sentences=tuple(sentences[row] for row in rows),
        themes=themes[found].astype(np.float32) / _STEPS,
        stances=shares / shares.sum(axis=1, keepdims=True),
    )


def large_teachers(unlabelled: Unlabelled) -> Lessons:
    """Return what the larger teacher said of the sentences that it is to score.

    Raises:
        SystemExit: of many of them it has said nothing, because the labelled sentences are others now.
    """
    sentences = unlabelled.of_published
    rows, lessons = read_scores(sentences)
    if len(rows) < _LEAST_KNOWN * len(sentences):
        raise SystemExit(
            f"{LARGE_TEACHER.name} knows {len(rows):,} of {len(sentences):,} sentences: the published "
            "sentences, or their labels, have changed. Run build_teacher.py again (about two hours)."
        )
    return lessons


def with_large_teacher(lessons: Lessons, path: Path = LARGE_TEACHER) -> Lessons:
    """Return lessons in which the larger teacher's scores count as much as those there are."""
    rows, second = read_scores(lessons.sentences, path)
    themes, stances = lessons.themes.copy(), lessons.stances.copy()
    themes[rows] = expit((_log_odds(themes[rows]) + _log_odds(second.themes)) / 2)
    both = [np.log(np.clip(scores, _SURE, 1)) for scores in (stances[rows], second.stances)]
    stances[rows] = softmax((both[0] + both[1]) / 2, axis=1)
    return Lessons(sentences=lessons.sentences, themes=themes, stances=stances)


def beside_labels(labels: TeachingTargets, lessons: Lessons, every: int = 1) -> TeachingTargets:
    """Return targets of labelled sentences and of lessons after them.

    Args:
        labels: what the labelled sentences are.
        lessons: what the others are.
        every: in which passes each lesson is shown: 1 for each pass, 2 for every other, and so on.
    """
    count = len(lessons.sentences)
    return TeachingTargets(
        themes=np.concatenate([labels.themes, lessons.themes]),
        stances=np.concatenate([labels.stances, lessons.stances]),
        weights=np.concatenate([labels.weights, np.full(count, TAUGHT_WEIGHT, dtype=np.float32)]),
        every=np.concatenate([labels.every, np.full(count, every)]),
    )


def _all_parts(labelled: Sequence[LabelledSentence]) -> tuple[SentenceInPlace, ...]:
    others = [sentence for sentence in labelled if sentence.register != "inspection"]
    more = (part for seed in MORE_PARTS for part in parts_of_sentences(others, seed))
    return (*parts_of_sentences(labelled), *more)


def _texts_to_keep(folder: Path, parting: Parting) -> set[str]:
    """Return texts whose documents are not to be read: those kept aside, and those for choosing."""
    dev = (folder / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return {sentence.text for sentence in parting.kept} | {json.loads(line)["text"] for line in dev}


def _digests(sentences: Sequence[SentenceInPlace]) -> npt.NDArray[np.uint64]:
    """Return a number for each sentence with the one before it."""
    texts = (f"{sentence.previous}\n{sentence.text}".encode() for sentence in sentences)
    found = b"".join(hashlib.sha256(text).digest()[:8] for text in texts)
    return np.frombuffer(found, dtype=">u8").astype(np.uint64)


def _log_odds(scores: Floats) -> Floats:
    return np.asarray(logit(np.clip(scores, _SURE, 1 - _SURE)), dtype=np.float32)
