"""Which sentences would teach a model most: uncertain ones, of many kinds, rare themes before common ones.

A sentence is worth what a label would tell about each theme: most where the probability is a half, little
where the model is sure. A theme counts more the fewer labels it has, and less with each sentence that was
chosen for it (a concave sum, so that greedy choice is near the best). A sentence like one that was chosen, or
of a document that several were chosen from, counts less.

A model that has hardly begun to learn its themes does not know what it does not know. So the first 90
sentences are chosen by another that knows themes of its own: a sentence is worth how likely it carries each
of those, so that all kinds of sentences are seen early. That does much better than drawing them by chance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.lexicon import split_words
from reviewtheme.classification.model import Model
from reviewtheme.codebook import Codebook
from reviewtheme.training.labelled import LabelledSentence

Floats = npt.NDArray[np.float32]
_LIKE_EXAMPLES = 2.0
"""Power of the likeness to labelled sentences of a theme that was not learned."""
_BEGINNING = 90
"""Sentences that a model must have learned from before it chooses; found by simulation."""
_FIRST = 0.2
"""Sentences that each theme is taken to have at the beginning, so that the very first does not count all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Sentences to choose from, in numbers."""

    worth: Floats
    """(sentences, themes), what a label would tell about each theme, 0..1"""
    directions: Floats
    """(sentences, dimensions), rows of length 1 or 0: sentences alike point the same way"""
    documents: npt.NDArray[np.str_]
    """(sentences,)"""
    told: Floats
    """(themes,), worth of what is labelled already: the more, the less is gained by more"""
    importance: Floats
    """(themes,), how much each theme counts"""


def first_candidates(
    judge: Model,
    scores: Floats,
    directions: Floats,
    documents: npt.NDArray[np.str_],
    labelled: Sequence[LabelledSentence],
) -> Candidates:
    """Return candidates for the beginning, to be chosen for the variety of themes that a model sees in them.

    Args:
        judge: what scored the sentences; its themes may be others than those that are labelled.
        scores: (sentences, themes), calibrated.
        directions: (sentences, dimensions), see `Candidates`.
        documents: (sentences,)
        labelled: sentences that are labelled.
    """
    seen = judge.code([s.in_place for s in labelled]).scores.sum(axis=0) if labelled else 0
    themes = np.ones(scores.shape[1], dtype=np.float32)
    return Candidates(
        worth=scores,
        directions=directions,
        documents=documents,
        told=themes * _FIRST + seen,
        importance=themes,
    )


def candidates_of(
    model: Model,
    scores: Floats,
    directions: Floats,
    documents: npt.NDArray[np.str_],
    labelled: Sequence[LabelledSentence],
) -> Candidates:
    """Return candidates to be chosen for what a model is unsure of; see `worth_of_labels`."""
    labels = np.array([sum(theme in s.themes for s in labelled) for theme in model.codebook.theme_ids])
    rarity = 1 / np.sqrt(labels + 1.0)
    return Candidates(
        worth=worth_of_labels(model, scores, directions, labelled),
        directions=directions,
        documents=documents,
        told=np.zeros(len(labels), dtype=np.float32),
        importance=np.asarray(rarity / rarity.mean(), dtype=np.float32),
    )


def worth_of_labels(
    model: Model, scores: Floats, directions: Floats, labelled: Sequence[LabelledSentence]
) -> Floats:
    """Return what a label would tell about each theme, 0..1, (sentences, themes).

    Of a theme that the model has not learned, that is how like a sentence is to the few labelled ones.

    Args:
        model: what scored the sentences.
        scores: (sentences, themes), calibrated.
        directions: (sentences, dimensions), see `Candidates`.
        labelled: sentences that are labelled; their themes are the model's.
    """
    worth = 2 * np.sqrt(scores * (1 - scores))
    for column, theme_id in enumerate(model.codebook.theme_ids):
        examples = [s.in_place for s in labelled if theme_id in s.themes]
        if model.thresholds[column] >= 1 and examples and directions.shape[1]:
            likeness = directions @ directions_of(model, examples).T
            worth[:, column] = np.maximum(likeness.max(axis=1), 0) ** _LIKE_EXAMPLES
    return np.asarray(worth, dtype=np.float32)


def directions_of(model: Model, sentences: Sequence[SentenceInPlace]) -> Floats:
    """Return the direction of each sentence's meaning; no columns for a model without word vectors."""
    vectors = model.features.vectors
    if vectors is None:
        return np.zeros((len(sentences), 0), dtype=np.float32)
    return vectors.mean([split_words(sentence.text) for sentence in sentences])


def choose(candidates: Candidates, number: int) -> list[int]:
    """Choose sentences greedily, so many at most.

    Returns:
        Indices, the most telling first; ties go to the earlier sentence.
    """
    told = candidates.told
    own = np.ones(len(candidates.worth))
    names, document = np.unique(candidates.documents, return_inverse=True)
    taken = np.zeros(len(names))
    chosen: list[int] = []
    for _ in range(min(number, len(own))):
        gain = (np.sqrt(told + candidates.worth) - np.sqrt(told)) @ candidates.importance
        gain *= own / (1 + taken[document])
        gain[chosen] = -1
        best = int(gain.argmax())
        chosen.append(best)
        told = told + candidates.worth[best]
        taken[document[best]] += 1
        likeness = np.clip(candidates.directions @ candidates.directions[best], 0, 1)
        own = np.minimum(own, 1 - likeness)
    return chosen


def is_beginning(model: Model, codebook: Codebook) -> bool:
    """Tell whether a model knows too little of the themes of a codebook to choose sentences for them."""
    return not set(codebook.theme_ids) <= set(model.codebook.theme_ids) or is_young(model)


def is_young(model: Model) -> bool:
    """Tell whether a model has learned from few sentences."""
    training = model.about.get("training")
    learned = training.get("sentences") if isinstance(training, Mapping) else None
    return isinstance(learned, int) and learned < _BEGINNING
