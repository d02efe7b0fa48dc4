"""Which sentences would teach a model most: those whose labels would settle most doubt about all the others.

What a model says of a sentence and a theme with probability p has the variance p(1 - p): its doubt. Log-odds
are linear in features, so that a label tells something about every sentence that is like the labelled one.
Chosen is, one after another, the sentence whose label would lower the uncertainty of all log-odds most, each
weighed by its doubt, given what is labelled or chosen already (A-optimal design for a Bayesian logistic
regression in its normal approximation, with one covariance for all themes: Chaloner and Verdinelli, 1995,
section 4; for a pool of candidates: Yu, Bi and Tresp, 2006). So what is chosen is uncertain, unlike the rest
of the choice, and like many others. A theme counts more the fewer labels it has.

What is like what is judged by the model that comes with the program, by its features and by what it says. It
also says what is doubtful until there is a model that has learned from 30 sentences, by themes of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from threadpoolctl import threadpool_limits

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.lexicon import split_words
from reviewtheme.classification.model import Model
from reviewtheme.codebook import Codebook
from reviewtheme.training.labelled import LabelledSentence
from reviewtheme.training.ridge import products
from reviewtheme.training.start import StartSettings

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int_]
MOST_CANDIDATES = 2500
"""Sentences that are compared with one another; of more, those with the most doubt."""
_MOST_LABELLED = 2500
"""Labelled sentences that are taken into account; of more, a sample in even steps."""
_BEGINNING = 30
"""Sentences that a model must have learned from before its doubts count; found by simulation."""
_LEAST_DOUBT = 0.02
"""Taken for the doubt that a label settles where a model is surer: it may be sure and wrong."""
_UNSEEN = 0.05
"""Probability of a theme that was not learned and has no example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidates:
    """Sentences to choose from, in numbers."""

    doubt: Floats
    """(sentences, themes), variance of what a label would say, 0 to 0.25"""
    likeness: Floats
    """(sentences, sentences), covariance of log-odds, given what is labelled"""
    importance: Floats
    """(themes,), how much each theme counts; they sum to 1"""


def choose_to_label(
    number: int,
    sentences: Sequence[SentenceInPlace],
    labelled: Sequence[LabelledSentence],
    *,
    learner: Model,
    codebook: Codebook,
    scores: Floats | None,
    judge: Model,
) -> list[int]:
    """Choose the sentences whose labels would teach a model most.

    Args:
        number: how many at most.
        sentences: what to choose from.
        labelled: sentences that are labelled already.
        learner: the model that is to learn.
        codebook: what is labelled; the learner has all its themes where its doubts count.
        scores: (sentences, themes of the learner), calibrated; None while its doubts do not count.
        judge: says what is like what, and what is doubtful while the learner's doubts do not count.

    Returns:
        Indices, the most telling first.
    """
    if scores is None:
        known, doubt = _known_to(judge, judge.codebook, labelled), _doubt_of(judge.code(sentences).scores)
        importance = np.full(doubt.shape[1], 1 / doubt.shape[1], dtype=np.float32)
    else:
        known = _known_to(learner, codebook, labelled)
        doubt = _doubt_of_learner(learner, scores, sentences, labelled)[:, _columns(learner, codebook)]
        importance = _importance_of(codebook, labelled)
    rows = _most_doubtful(doubt, importance)
    likeness = _likeness(judge, [sentences[row] for row in rows], known, importance)
    candidates = Candidates(doubt=doubt[rows], likeness=likeness, importance=importance)
    return [int(rows[place]) for place in choose(candidates, number)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """Sentences that are labelled, `_MOST_LABELLED` at most."""

    sentences: tuple[LabelledSentence, ...]
    doubt: Floats
    """(sentences, themes), of the model that is to learn; see `Candidates`"""


def _known_to(model: Model, codebook: Codebook, labelled: Sequence[LabelledSentence]) -> _Known:
    """Return what is labelled, with the doubt that a model has of it about themes of a codebook."""
    rows = np.unique(
        np.linspace(0, len(labelled) - 1, min(len(labelled), _MOST_LABELLED)).round().astype(int)
    )
    sentences = tuple(labelled[row] for row in rows)
    if not sentences:
        return _Known(sentences=(), doubt=np.zeros((0, len(codebook.themes)), dtype=np.float32))
    scores = model.code([s.in_place for s in sentences]).scores
    return _Known(sentences=sentences, doubt=_doubt_of(scores[:, _columns(model, codebook)]))


def _columns(model: Model, codebook: Codebook) -> list[int]:
    """Return a model's columns of the themes of a codebook."""
    return [model.codebook.theme_ids.index(theme_id) for theme_id in codebook.theme_ids]


def _doubt_of(scores: Floats) -> Floats:
    """Return the variance of a label of each probability, 0 to 0.25."""
    return np.asarray(scores * (1 - scores), dtype=np.float32)


def _doubt_of_learner(
    model: Model, scores: Floats, sentences: Sequence[SentenceInPlace], labelled: Sequence[LabelledSentence]
) -> Floats:
    """Return what a model that learns is unsure of, (sentences, themes).

    Of a theme that it has not learned, a sentence is the more doubtful the more like an example it is.

    Args:
        model: what scored the sentences.
        scores: (sentences, themes), calibrated.
        sentences: what was scored.
        labelled: sentences that are labelled; their themes are the model's.
    """
    doubt = _doubt_of(scores)
    directions = _directions(model, sentences)
    for column in np.flatnonzero(model.thresholds >= 1):
        theme_id = model.codebook.theme_ids[column]
        examples = [s.in_place for s in labelled if theme_id in s.themes]
        doubt[:, column] = _UNSEEN * (1 - _UNSEEN)
        if examples and directions.shape[1]:
            likeness = (directions @ _directions(model, examples).T).max(axis=1)
            doubt[:, column] = _doubt_of(np.clip(likeness, 0, 1) ** 2 / 2)
    return doubt


def _importance_of(codebook: Codebook, labelled: Sequence[LabelledSentence]) -> Floats:
    """Return how much each theme counts: the more the fewer labels it has; (themes,), they sum to 1."""
    labels = np.array([sum(theme in s.themes for s in labelled) for theme in codebook.theme_ids])
    rarity = 1 / np.sqrt(labels + 1.0)
    return np.asarray(rarity / rarity.sum(), dtype=np.float32)


def _most_doubtful(doubt: Floats, importance: Floats) -> Rows:
    """Return the rows to compare with one another, in order: all, or those with the most doubt."""
    rows = np.argsort(-(doubt @ importance), kind="stable")[:MOST_CANDIDATES]
    return np.sort(rows)


def choose(candidates: Candidates, number: int) -> list[int]:
    """Choose sentences greedily, so many at most.

    Returns:
        Indices, the most telling first; ties go to the earlier sentence.
    """
    likeness, doubt = candidates.likeness.copy(), candidates.doubt
    information = _information(doubt, candidates.importance)
    chosen: list[int] = []
    with threadpool_limits(limits=1, user_api="blas"):  # the same sums whatever the number of cores
        for _ in range(min(number, len(doubt))):
            settled = np.square(likeness) @ doubt * doubt / (1 + doubt * likeness.diagonal()[:, None])
            gain = settled @ candidates.importance
            gain[chosen] = -1
            best = int(gain.argmax())
            chosen.append(best)
            with_best = likeness[best].copy()
            likeness -= np.outer(with_best / (with_best[best] + 1 / information[best]), with_best)
    return chosen


def _information(doubt: Floats, importance: Floats) -> Floats:
    """Return what a label of each sentence tells, (sentences,): its doubt about themes it is unsure of."""
    most = (np.square(doubt) @ importance) / np.maximum(doubt @ importance, 1e-9)
    return np.asarray(np.maximum(most, _LEAST_DOUBT), dtype=np.float32)


def is_beginning(model: Model, codebook: Codebook) -> bool:
    """Tell whether a model knows too little of the themes of a codebook to have doubts that count."""
    training = model.about.get("training")
    learned = training.get("sentences") if isinstance(training, Mapping) else None
    young = isinstance(learned, int) and learned < _BEGINNING
    return young or not set(codebook.theme_ids) <= set(model.codebook.theme_ids)


def _likeness(
    judge: Model, sentences: Sequence[SentenceInPlace], known: _Known, importance: Floats
) -> Floats:
    """Return the covariance of the sentences' log-odds, given what is labelled; see `Candidates`."""
    settings, places = StartSettings(), [*sentences, *(s.in_place for s in known.sentences)]
    matrix = judge.features.transform(places)
    said = matrix @ judge.theme_weights.coefficients.astype(np.float32) + judge.theme_weights.intercepts
    scaled = (said - said.mean(axis=0)) * settings.reliance / np.maximum(said.std(axis=0), 1e-3)
    with threadpool_limits(limits=1, user_api="blas"):  # the same sums whatever the number of cores
        alike = products(matrix) + scaled @ scaled.T
    covariance = settings.strength * alike  # as training penalises weights
    own, told = np.arange(len(sentences)), np.arange(len(sentences), len(places))
    return _given(covariance, own, told, _information(known.doubt, importance))


def _given(covariance: Floats, own: Rows, told: Rows, information: Floats) -> Floats:
    """Return the covariance of some sentences once others are labelled."""
    among = covariance[np.ix_(own, own)]
    if not len(told):
        return among
    noise = np.diag(1 / information)
    across = covariance[np.ix_(told, own)].astype(np.float64)
    with threadpool_limits(limits=1, user_api="blas"):
        solved = cho_solve(cho_factor(covariance[np.ix_(told, told)] + noise), across)
        return np.asarray(among - across.T @ solved, dtype=np.float32)


def _directions(model: Model, sentences: Sequence[SentenceInPlace]) -> Floats:
    """Return the direction of each sentence's meaning; no columns for a model without word vectors."""
    vectors = model.features.vectors
    if vectors is None:
        return np.zeros((len(sentences), 0), dtype=np.float32)
    return vectors.mean([split_words(sentence.text) for sentence in sentences])
