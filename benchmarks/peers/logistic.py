"""Logistic regression over features that a peer made: one a theme, and one for the stance."""

from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from peers import Marks, TrainingSentences
from peers.thresholds import common_threshold, document_folds

Floats = npt.NDArray[np.float32]
Matrix: TypeAlias = sparse.csr_matrix | Floats
_FOLDS = 3
_NEVER = -20.0
"""Log-odds of a theme of which no sentence was seen."""


class LogisticCoder:
    """scikit-learn's logistic regression, one theme against the rest, with one threshold for all themes.

    Args:
        strength: inverse strength of the penalty (scikit-learn's C) for themes and stance.
    """

    def __init__(self, strength: float) -> None:
        self.strength = strength

    def fit(
        self, matrix: Matrix, sentences: TrainingSentences, judged: npt.NDArray[np.bool_] | None = None
    ) -> None:
        """Fit to all rows, after a cross-validation by document that chooses the threshold.

        Args:
            matrix: (sentences, features), sparse or dense.
            sentences: the labels.
            judged: rows that the threshold may be chosen on; None means all.
        """
        scores = np.zeros(sentences.themes.shape)
        for seen, unseen in document_folds(sentences, _FOLDS):
            coefficients, intercepts = self._fit_themes(matrix[seen], sentences.at(seen))
            scores[unseen] = _probabilities(matrix[unseen] @ coefficients + intercepts)
        rows = np.ones(len(scores), dtype=bool) if judged is None else judged
        self.threshold = common_threshold(scores[rows], sentences.themes[rows], sentences.weights[rows])
        self.coefficients, self.intercepts = self._fit_themes(matrix, sentences)
        labelled = np.flatnonzero(sentences.stances >= 0)
        self.stance = LogisticRegression(C=self.strength, max_iter=1000).fit(
            matrix[labelled], sentences.stances[labelled], sample_weight=sentences.weights[labelled]
        )

    def predict(self, matrix: Matrix) -> Marks:
        """Mark rows of features."""
        return Marks(
            themes=_probabilities(matrix @ self.coefficients + self.intercepts) >= self.threshold,
            stances=self.stance.predict(matrix),
        )

    def save(self, folder: Path) -> None:
        """Write the weights, 32 bits each."""
        np.savez(
            folder / "logistic.npz",
            coefficients=self.coefficients,
            intercepts=self.intercepts,
            stance_coefficients=self.stance.coef_.astype(np.float32),
            stance_intercepts=self.stance.intercept_.astype(np.float32),
        )

    def _fit_themes(self, matrix: Matrix, sentences: TrainingSentences) -> tuple[Floats, Floats]:
        coefficients = np.zeros((matrix.shape[1], sentences.themes.shape[1]), dtype=np.float32)
        intercepts = np.full(sentences.themes.shape[1], _NEVER, dtype=np.float32)
        for column, labels in enumerate(sentences.themes.T):
            if labels.any():
                fitted = LogisticRegression(C=self.strength, max_iter=1000)
                fitted.fit(matrix, labels, sample_weight=sentences.weights)
                coefficients[:, column], intercepts[column] = fitted.coef_[0], fitted.intercept_[0]
        return coefficients, intercepts


def _probabilities(log_odds: npt.NDArray[np.floating]) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -30, 30))), dtype=np.float32)
