"""Start from another model: what it says of a sentence becomes columns beside the sentence's features.

    features X ──start layer──▶ log-odds Z ──▶ fit to [X, Z] ──fold──▶ one linear layer over X

Z is linear in X, so that the weights found for Z fold into weights for X: what comes out is a layer like any
other, which needs no other to run. A theme that the start model has, too, is fitted as a difference from what
the start model says of it: with few labels it stays near, with many it goes where they lead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from threadpoolctl import threadpool_limits

from reviewtheme.classification.logistic import MultiLabelLogisticRegression
from reviewtheme.classification.model import LinearWeights, Model
from reviewtheme.training.layers import NEVER, Targets, fit_stances
from reviewtheme.training.ridge import RidgeDesign, products_of_few

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int_]
Matrix: TypeAlias = sparse.csr_matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSettings:
    """How much is taken over from a start model."""

    strength: float = 1.5
    """Inverse strength of the penalty for themes (scikit-learn's C)."""
    stance_strength: float = 1.0
    """The same for stances."""
    reliance: float = 0.25
    """Standard deviation that start columns are given: the larger, the less their weight is penalised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedWeights:
    """Weights for the features in use and for the start columns, before they are folded into one layer."""

    own: Floats
    """(features in use, outputs)"""
    start: Floats
    """(start columns, outputs), for log-odds as the start layer gives them."""
    intercepts: Floats
    """(outputs,)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartDesign:
    """Features and standardised start columns of some sentences, side by side."""

    design: RidgeDesign
    """What to fit to."""
    means: Floats
    """Of each start column."""
    scales: Floats
    """What each was multiplied by after its mean was taken off."""

    def mixed(self, coefficients: Floats, intercepts: Floats) -> MixedWeights:
        """Turn weights of the design, (columns, outputs), into weights for log-odds as they come."""
        own, on_columns = np.split(coefficients, [len(coefficients) - len(self.means)])
        change = on_columns * self.scales[:, None]
        return MixedWeights(own=own, start=change, intercepts=intercepts - self.means @ change)


class StartLayer:
    """Some sentences beside what a layer of the start model says of them.

    Args:
        layer: the start model's layer.
        matrix: (sentences, features) of the start model.
        pairs: products of all pairs of its rows; see `ridge.products_of_few`.
        reliance: see `StartSettings`.
    """

    def __init__(self, layer: LinearWeights, matrix: Matrix, pairs: Floats | None, reliance: float) -> None:
        self.layer, self.reliance = layer, reliance
        said = matrix @ layer.coefficients.astype(np.float32) + layer.intercepts
        self.log_odds: Floats = np.asarray(said, dtype=np.float32)
        # a feature that no sentence has would get no weight: leaving it out changes nothing but the time
        self.in_use = np.unique(matrix.indices)
        self.matrix = matrix[:, self.in_use].tocsr()
        self.products = pairs

    def beside(self, rows: Rows) -> "StartDesign":
        """Return some of the sentences, with their start columns standardised."""
        columns = self.log_odds[rows]
        means = columns.mean(axis=0)
        scales = self.reliance / np.maximum(columns.std(axis=0), 1e-3)
        scaled = (columns - means) * scales
        matrix = sparse.hstack([self.matrix[rows], sparse.csr_matrix(scaled)], format="csr")
        gram = None if self.products is None else self.products[np.ix_(rows, rows)] + scaled @ scaled.T
        return StartDesign(design=RidgeDesign(matrix, gram), means=means, scales=scales)

    def never(self, outputs: int) -> MixedWeights:
        """Return weights of outputs that no sentence gets."""
        return MixedWeights(
            own=np.zeros((len(self.in_use), outputs), dtype=np.float32),
            start=np.zeros((self.log_odds.shape[1], outputs), dtype=np.float32),
            intercepts=np.full(outputs, NEVER, dtype=np.float32),
        )

    def decision(self, mixed: MixedWeights, rows: Rows) -> Floats:
        """Return log-odds of some of the sentences, (rows, outputs)."""
        found = self.matrix[rows] @ mixed.own + self.log_odds[rows] @ mixed.start + mixed.intercepts
        return np.asarray(found, dtype=np.float32)

    def fold(self, mixed: MixedWeights) -> LinearWeights:
        """Make one layer over all features of what was fitted."""
        coefficients = self.layer.coefficients.astype(np.float32) @ mixed.start
        coefficients[self.in_use] += mixed.own
        intercepts = mixed.intercepts + self.layer.intercepts @ mixed.start
        return LinearWeights(
            coefficients=coefficients.astype(np.float16), intercepts=intercepts.astype(np.float32)
        )


class StartedFitter:
    """Fits layers on top of a start model's; see `layers.LayerFitter`.

    Args:
        start: the start model; its stances are the codebook's.
        matrix: (sentences, features of the start model).
        settings: strengths of the penalties, and how much is taken over.
        known: column of a theme that is fitted, to its column in the start model.
    """

    def __init__(
        self, start: Model, matrix: Matrix, settings: StartSettings, known: Mapping[int, int]
    ) -> None:
        self.settings = settings
        pairs = products_of_few(matrix)
        self.themes = StartLayer(start.theme_weights, matrix, pairs, settings.reliance)
        self.stances = StartLayer(start.stance_weights, matrix, pairs, settings.reliance)
        self._known, self._calibration = dict(known), start.calibration

    def fit(self, rows: Rows, targets: Targets) -> tuple[LinearWeights, LinearWeights]:
        """Fit themes to the rows, and stances to those that have one."""
        themes, stances = self._fit(rows, targets)
        return self.themes.fold(themes), self.stances.fold(stances)

    def score(self, seen: Rows, unseen: Rows, targets: Targets) -> tuple[Floats, Floats]:
        """Fit to some rows, and return the log-odds of others."""
        themes, stances = self._fit(seen, targets)
        return self.themes.decision(themes, unseen), self.stances.decision(stances, unseen)

    def _fit(self, rows: Rows, targets: Targets) -> tuple[MixedWeights, MixedWeights]:
        with threadpool_limits(limits=1, user_api="blas"):  # the same sums whatever the number of cores
            return self._fit_themes(rows, targets), self._fit_stances(targets.with_stance(rows), targets)

    def _fit_themes(self, rows: Rows, targets: Targets) -> MixedWeights:
        """Fit one logistic regression a theme, each drawn towards what the start model says of it."""
        before = np.zeros((self.themes.log_odds.shape[1], targets.themes.shape[1]), dtype=np.float32)
        constants = np.zeros(targets.themes.shape[1], dtype=np.float32)
        for column, there in self._known.items():
            before[there, column] = self._calibration.slopes[there]
            constants[column] = self._calibration.offsets[there]
        beside = self.themes.beside(rows)
        fitted = MultiLabelLogisticRegression(C=self.settings.strength).fit(
            beside.design.columns,
            targets.themes[rows],
            sample_weight=targets.weights[rows],
            offset=self.themes.log_odds[rows] @ before + constants,
        )
        mixed = beside.mixed(beside.design.weights(fitted.coef_), fitted.intercept_ + constants)
        return replace(mixed, start=mixed.start + before)

    def _fit_stances(self, rows: Rows, targets: Targets) -> MixedWeights:
        if not len(rows):
            return self.stances.never(targets.stances.shape[1])
        beside = self.stances.beside(rows)
        coefficients, intercepts = fit_stances(
            beside.design, targets.stances[rows], targets.weights[rows], self.settings.stance_strength
        )
        return beside.mixed(coefficients, intercepts)
