"""Fit the two linear layers of a model, themes and stances, to sentences that are rows of features."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from reviewtheme.classification.logistic import MultiLabelLogisticRegression
from reviewtheme.classification.model import LinearWeights
from reviewtheme.training.ridge import RidgeDesign, products_of_few

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int_]
Matrix: TypeAlias = sparse.csr_matrix
NEVER = -30.0
"""Log-odds of what the training data never has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """What layers are fitted to."""

    themes: npt.NDArray[np.int_]
    """(sentences, themes that are fitted), 0/1"""
    stances: npt.NDArray[np.int_]
    """(sentences, stances), 0/1; a row without a stance is all 0"""
    weights: Floats
    """(sentences,), what each counts"""

    def with_stance(self, rows: Rows) -> Rows:
        """Return those of the rows that have a stance."""
        kept: Rows = rows[self.stances[rows].sum(axis=1) > 0]
        return kept


class LayerFitter(Protocol):
    """A way to fit layers to some sentences of a matrix that it holds."""

    def fit(self, rows: Rows, targets: Targets) -> tuple[LinearWeights, LinearWeights]:
        """Fit themes and stances to some rows, and return the two layers."""

    def score(self, seen: Rows, unseen: Rows, targets: Targets) -> tuple[Floats, Floats]:
        """Fit to some rows, and return the log-odds of themes and stances of others."""


class PlainFitter:
    """Fits layers from nothing.

    Args:
        matrix: (sentences, features).
        strength: inverse strength of the penalty for themes (scikit-learn's C).
        stance_strength: the same for stances.
    """

    def __init__(self, matrix: Matrix, strength: float, stance_strength: float) -> None:
        self.matrix, self.strength, self.stance_strength = matrix, strength, stance_strength
        self.products = products_of_few(matrix)

    def fit(self, rows: Rows, targets: Targets) -> tuple[LinearWeights, LinearWeights]:
        """Fit themes to the rows, and stances to those that have one."""
        with threadpool_limits(limits=1, user_api="blas"):  # the same sums whatever the number of cores
            return self._fit_themes(rows, targets), self._fit_stances(targets.with_stance(rows), targets)

    def score(self, seen: Rows, unseen: Rows, targets: Targets) -> tuple[Floats, Floats]:
        """Fit to some rows, and return the log-odds of others."""
        themes, stances = self.fit(seen, targets)
        parts = [("all", self.matrix[unseen])]
        return themes.decision(parts), stances.decision(parts)

    def _design(self, rows: Rows) -> RidgeDesign:
        return RidgeDesign(
            self.matrix[rows], None if self.products is None else self.products[np.ix_(rows, rows)]
        )

    def _fit_themes(self, rows: Rows, targets: Targets) -> LinearWeights:
        design = self._design(rows)
        fitted = MultiLabelLogisticRegression(C=self.strength).fit(
            design.columns, targets.themes[rows], sample_weight=targets.weights[rows]
        )
        return LinearWeights(
            coefficients=design.weights(fitted.coef_).astype(np.float16), intercepts=fitted.intercept_
        )

    def _fit_stances(self, rows: Rows, targets: Targets) -> LinearWeights:
        coefficients, intercepts = fit_stances(
            self._design(rows), targets.stances[rows], targets.weights[rows], self.stance_strength
        )
        return LinearWeights(coefficients=coefficients.astype(np.float16), intercepts=intercepts)


def fit_stances(
    design: RidgeDesign, stances: npt.NDArray[np.int_], weights: Floats, strength: float
) -> tuple[Floats, Floats]:
    """Fit one multinomial model; a stance that does not occur gets the odds of never.

    Args:
        design: the sentences, each with a stance.
        stances: (sentences, stances), 0/1.
        weights: (sentences,), what each counts.
        strength: inverse strength of the penalty.

    Returns:
        Coefficients, (features, stances), and intercepts, (stances,).
    """
    coefficients = np.zeros((design.features, stances.shape[1]), dtype=np.float32)
    intercepts = np.full(stances.shape[1], NEVER, dtype=np.float32)
    found = np.flatnonzero(stances.sum(axis=0))
    if len(found) == 1:
        intercepts[found] = 0
    if len(found) > 1:
        fitted = LogisticRegression(C=strength, tol=1e-3, max_iter=300)
        fitted.fit(design.columns, stances.argmax(axis=1), sample_weight=weights)
        sides = np.array([-0.5, 0.5]) if len(found) == 2 else np.ones(1)  # of two classes, it keeps one side
        coefficients[:, found] = design.weights(fitted.coef_.T) * sides
        intercepts[found] = fitted.intercept_ * sides
    return coefficients, intercepts
