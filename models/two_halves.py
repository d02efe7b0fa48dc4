"""A model of two halves, which learn apart: linear layers over features of words, and a network.

The network's vector is one part of the features more, and the model is a mean of what both say, in which the
network counts twice as much: one linear layer over all features. Calibration, thresholds, the network's share
and figures are from documents that are kept aside, a fifth of the published ones and a tenth of the invented,
named by digest in held_out_documents.json: nobody who wrote phrases for the lexicon had seen them.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from build_data import Build
from teaching_plan import Floats, Taught, TeachingTargets

from reviewtheme.classification.coded_review import ModelIdentity
from reviewtheme.classification.features import SentenceFeatures, SentenceInPlace
from reviewtheme.classification.lexicon import default_lexicon
from reviewtheme.classification.model import Calibration, LinearWeights, Model
from reviewtheme.classification.word_vectors import WordVectors
from reviewtheme.codebook import Codebook
from reviewtheme.training.calibration import choose_thresholds, fit_calibration
from reviewtheme.training.fitting import HeldOut, Origin, TrainingSettings
from reviewtheme.training.labelled import LabelledSentence, stance_matrix, theme_matrix
from reviewtheme.training.layers import PlainFitter, Targets
from reviewtheme.training.model_card import describe

HERE = Path(__file__).resolve().parent
NETWORK_SHARE = 2 / 3
"""What the network's log-odds count in the mean of both: chosen on the documents that are kept aside."""
SHARE_NOTE = "The network counts two thirds in the mean of both halves, as was best on those kept aside."


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearHalf:
    """Layers over features of words."""

    features: SentenceFeatures
    themes: LinearWeights
    stances: LinearWeights


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """Labelled sentences to learn from, and those of the documents that are kept aside."""

    learned: tuple[LabelledSentence, ...]
    learned_weights: Floats
    """(learned,), what each counts"""
    kept: tuple[LabelledSentence, ...]
    """The published first."""
    kept_weights: Floats
    """(kept,)"""
    learned_published: int
    """Number of the learned sentences that are published; they come first."""
    kept_published: int
    """The same of those that are kept."""


def part(build: Build) -> Parting:
    """Keep aside the documents that are named in held_out_documents.json."""
    aside = set(json.loads((HERE / "held_out_documents.json").read_text(encoding="utf-8")))
    labelled, weights = build.labelled, build.weights
    digests = (hashlib.sha256(sentence.document.encode()).hexdigest()[:16] for sentence in labelled)
    is_kept = np.array([digest in aside for digest in digests])
    kept_published = int(is_kept[: len(build.published)].sum())
    return Parting(
        learned=tuple(labelled[row] for row in np.flatnonzero(~is_kept)),
        learned_weights=weights[~is_kept],
        kept=tuple(labelled[row] for row in np.flatnonzero(is_kept)),
        kept_weights=weights[is_kept],
        learned_published=len(build.published) - kept_published,
        kept_published=kept_published,
    )


def linear_half(
    sentences: Sequence[SentenceInPlace],
    targets: TeachingTargets,
    documents: npt.NDArray[np.str_],
    vectors: WordVectors,
    least_documents: int,
) -> LinearHalf:
    """Fit the linear half.

    Args:
        sentences: what it learns from, those of `documents` first.
        targets: what each sentence is.
        documents: that of each of the first sentences, whose phrases and parts of words are learned.
        vectors: static word vectors.
        least_documents: in so many documents a phrase or part of a word stands, or it is not learned.
    """
    features = SentenceFeatures(default_lexicon(), vectors, min_df=least_documents)
    matrix = features.fit(sentences[: len(documents)], documents).transform(sentences)
    settings = TrainingSettings()
    fitter = PlainFitter(matrix, settings.strength, settings.stance_strength)
    likeliest = np.eye(targets.stances.shape[1], dtype=int)[targets.stances.argmax(axis=1)]
    stances = np.where(targets.stances.any(axis=1, keepdims=True), likeliest, 0)
    themes, stance_weights = fitter.fit(
        np.arange(len(sentences)),
        Targets(themes=targets.themes, stances=stances, weights=targets.weights),
    )
    return LinearHalf(features=features, themes=themes, stances=stance_weights)


def join(name: str, version: str, codebook: Codebook, half: LinearHalf, taught: Taught) -> Model:
    """Make one model of both halves; calibration and thresholds are to come."""
    half.features.encoder = taught.encoder
    themes = len(codebook.themes)
    columns = np.arange(themes + len(codebook.stances))
    return Model(
        identity=ModelIdentity(
            name=name, version=version, sha256="", codebook=f"{codebook.name} {codebook.version}"
        ),
        codebook=codebook,
        features=half.features,
        theme_weights=_mean(half.themes, taught, columns[:themes]),
        calibration=Calibration(slopes=np.ones(themes), offsets=np.zeros(themes)),
        thresholds=np.full(themes, 0.5, dtype=np.float32),
        stance_weights=_mean(half.stances, taught, columns[themes:]),
        about={},
    )


def measure(model: Model, parting: Parting, notes: Sequence[str]) -> Model:
    """Calibrate a model on sentences that it did not learn from, choose its thresholds, and describe it."""
    kept = parting.kept
    log_odds, stance_log_odds = model.log_odds([sentence.in_place for sentence in kept])
    themes = theme_matrix(kept, model.codebook)
    calibration = fit_calibration(log_odds, themes, parting.kept_weights)
    probabilities = calibration.probabilities(log_odds)
    thresholds = choose_thresholds(probabilities, themes, parting.kept_weights)
    return describe(
        replace(model, calibration=calibration, thresholds=thresholds),
        HeldOut(
            log_odds=log_odds, stance_log_odds=stance_log_odds, origins=(Origin.LEARNED,) * themes.shape[1]
        ),
        kept,
        {"published": parting.kept_published, "invented": len(kept) - parting.kept_published},
        learned_from=parting.learned,
        notes=[*notes, SHARE_NOTE],
    )


def targets_of(labelled: Sequence[LabelledSentence], codebook: Codebook, weights: Floats) -> TeachingTargets:
    """Return the labels of sentences, and what each counts."""
    return TeachingTargets(
        themes=theme_matrix(labelled, codebook).astype(np.float32),
        stances=stance_matrix(labelled, codebook).astype(np.float32),
        weights=weights,
        every=np.ones(len(labelled), dtype=np.int_),
    )


def by_turns(labels: TeachingTargets, published: int) -> TeachingTargets:
    """Show published sentences that count less in fewer passes, and not at less weight.

    Passes that their number does not divide show some of them once more than others.

    Args:
        labels: what the sentences are, the published first.
        published: number of the published.
    """
    seldom = (labels.weights < 1) & (np.arange(len(labels.weights)) < published)
    return replace(
        labels,
        every=np.where(seldom, np.rint(1 / labels.weights).astype(np.int_), labels.every),
        weights=np.where(seldom, np.float32(1), labels.weights),
    )


def _mean(weights: LinearWeights, taught: Taught, columns: npt.NDArray[np.int_]) -> LinearWeights:
    share, rest = np.float32(NETWORK_SHARE), np.float32(1 - NETWORK_SHARE)
    both = [rest * weights.coefficients.astype(np.float32), share * taught.coefficients[:, columns]]
    return LinearWeights(
        coefficients=np.vstack(both).astype(np.float16),
        intercepts=rest * weights.intercepts + share * taught.intercepts[columns],
    )
