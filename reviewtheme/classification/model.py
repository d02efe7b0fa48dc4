"""A trained model: sentences in their place to theme scores, themes and a stance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import expit, softmax

from reviewtheme.classification.coded_review import ModelIdentity
from reviewtheme.classification.features import SentenceFeatures, SentenceInPlace
from reviewtheme.codebook import Codebook

Floats = npt.NDArray[np.float32]
_BATCH = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearWeights:
    """A linear layer over sentence features."""

    coefficients: npt.NDArray[np.float16]
    """(features, outputs)"""
    intercepts: Floats
    """(outputs,)"""

    def decision(self, parts: Sequence[tuple[str, sparse.csr_matrix | Floats]]) -> Floats:
        """Return log-odds, (sentences, outputs), from feature parts in column order.

        The parts together have as many columns as there are coefficients for one output.
        """
        total = np.zeros((parts[0][1].shape[0], len(self.intercepts)), dtype=np.float32) + self.intercepts
        start = 0
        for _, part in parts:
            end = start + part.shape[1]
            total += part @ self.coefficients[start:end].astype(np.float32)
            start = end
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Turns log-odds into probabilities that mean what they say: expit(slope * log-odds + offset).

    Platt scaling, with the themes' parameters drawn towards common ones (see `training.calibration`).
    """

    slopes: Floats
    """(themes,)"""
    offsets: Floats
    """(themes,)"""

    def probabilities(self, log_odds: Floats) -> Floats:
        """Return probabilities 0..1, (sentences, themes)."""
        return np.asarray(expit(log_odds * self.slopes + self.offsets), dtype=np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """What a model says of some sentences."""

    scores: Floats
    """(sentences, themes), calibrated probabilities 0..1."""
    themes: npt.NDArray[np.bool_]
    """(sentences, themes), scores at or over the theme's threshold."""
    stance_scores: Floats
    """(sentences, stances), each row sums to 1; no columns where the codebook has no stances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Everything that classification needs, as arrays and plain values; made by training or loading."""

    identity: ModelIdentity
    """Name, version and digest."""
    codebook: Codebook
    """The label space."""
    features: SentenceFeatures
    """Fitted features."""
    theme_weights: LinearWeights
    """One output a theme."""
    calibration: Calibration
    """One slope and offset a theme."""
    thresholds: Floats
    """(themes,), each 0..1; a score at or over it marks the theme."""
    stance_weights: LinearWeights
    """One output a stance."""
    about: Mapping[str, object]
    """What the manifest says of training data and scores; JSON-ready."""

    def code(self, sentences: Sequence[SentenceInPlace]) -> Coding:
        """Score sentences, in batches so that memory stays flat."""
        starts = range(0, max(1, len(sentences)), _BATCH)
        batches = [self._code_batch(sentences[start : start + _BATCH]) for start in starts]
        return Coding(
            scores=np.concatenate([batch.scores for batch in batches]),
            themes=np.concatenate([batch.themes for batch in batches]),
            stance_scores=np.concatenate([batch.stance_scores for batch in batches]),
        )

    def log_odds(self, sentences: Sequence[SentenceInPlace]) -> tuple[Floats, Floats]:
        """Return log-odds before calibration: (sentences, themes) and (sentences, stances).

        Raises:
            ModelError: the model has an encoder that cannot be run.
        """
        parts = self.features.transform_parts(sentences)
        return self.theme_weights.decision(parts), self.stance_weights.decision(parts)

    def _code_batch(self, sentences: Sequence[SentenceInPlace]) -> Coding:
        themes, stances = self.log_odds(sentences)
        scores = self.calibration.probabilities(themes)
        return Coding(scores=scores, themes=scores >= self.thresholds, stance_scores=_shares(stances))


def _shares(log_odds: Floats) -> Floats:
    """Return softmax of each row; a codebook without stances has no columns, which softmax refuses."""
    return np.asarray(softmax(log_odds, axis=1), dtype=np.float32) if log_odds.size else log_odds
