"""Probabilities that mean what they say, and thresholds that do not overfit rare themes."""

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from reviewtheme.classification.model import Calibration

Floats = npt.NDArray[np.float32]
Labels = npt.NDArray[np.int_]

_SHRINKAGE = 0.3
"""Inverse penalty on what a theme's slope and offset differ by from the common ones."""
_THRESHOLD_PRIOR = 600
"""A theme's threshold counts half against the common one when it has this many positives."""

_COMMON_PRIOR = 400
"""The common threshold counts half against the usual one when there are this many positives in all."""


def fit_calibration(log_odds: Floats, labels: Labels, weights: Floats) -> Calibration:
    """Platt scaling of held-out log-odds, each theme drawn towards what is common to all.

    One logistic regression over all (sentence, theme) pairs, with a slope and an offset common to all
    themes, left almost free, and a penalised difference from them for each theme.

    Args:
        log_odds: (sentences, themes), from models that had not seen the sentence's document.
        labels: (sentences, themes), 0/1.
        weights: (sentences,), what each sentence counts.
    """
    sentences, themes = log_odds.shape
    pair_theme = np.tile(np.arange(themes), sentences)
    flat = log_odds.ravel().astype(np.float64)
    one_hot = sparse.csr_matrix(
        (np.ones(flat.size), (np.arange(flat.size), pair_theme)), shape=(flat.size, themes)
    )
    common = 10.0  # scales the common slope up, so that the penalty hardly touches it
    design = sparse.hstack(
        [sparse.csr_matrix(flat[:, None] * common), one_hot, one_hot.multiply(flat[:, None])], format="csr"
    )
    with threadpool_limits(limits=1, user_api="blas"):  # the same sums whatever the number of cores
        fitted = LogisticRegression(C=_SHRINKAGE, max_iter=500, solver="lbfgs").fit(
            design, labels.ravel(), sample_weight=np.repeat(weights, themes)
        )
    coefficients = fitted.coef_[0]
    slopes = coefficients[0] * common + coefficients[1 + themes :]
    offsets = fitted.intercept_[0] + coefficients[1 : 1 + themes]
    return Calibration(slopes=slopes.astype(np.float32), offsets=offsets.astype(np.float32))


def choose_thresholds(
    scores: Floats,
    labels: Labels,
    weights: Floats,
    *,
    common: bool = False,
    usual: float | None = None,
) -> Floats:
    """Choose one threshold a theme for the best F1, drawn towards the common one where positives are few.

    Args:
        scores: (sentences, themes), calibrated and held out.
        labels: (sentences, themes), 0/1.
        weights: (sentences,), what each sentence counts.
        common: give every theme the common one.
        usual: what the common one is drawn towards where labels are few; None leaves it as it is found.
    """
    for_all = _best_threshold(scores.ravel(), labels.ravel(), np.repeat(weights, scores.shape[1]))
    if usual is not None:
        total = float((labels * weights[:, None]).sum())
        trust = total / (total + _COMMON_PRIOR)
        for_all = float(expit(trust * logit(for_all) + (1 - trust) * logit(usual)))
    if common:
        return np.full(scores.shape[1], for_all, dtype=np.float32)
    thresholds = []
    for theme in range(scores.shape[1]):
        positives = float(labels[:, theme] @ weights)
        own = _best_threshold(scores[:, theme], labels[:, theme], weights) if positives else for_all
        trust = positives / (positives + _THRESHOLD_PRIOR)
        thresholds.append(expit(trust * logit(own) + (1 - trust) * logit(for_all)))
    return np.array(thresholds, dtype=np.float32)


def _best_threshold(scores: Floats, labels: Labels, weights: Floats) -> float:
    """Return the threshold of best weighted F1, from a grid and smoothed over its neighbours."""
    grid = np.arange(0.10, 0.71, 0.02)
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(labels[order] * weights[order])
    marked = np.cumsum(weights[order])
    counts = np.searchsorted(-scores[order], -grid, side="right")
    f1 = np.array([2 * hits[n - 1] / (marked[n - 1] + hits[-1]) if n and hits[-1] else 0.0 for n in counts])
    smooth = np.convolve(np.pad(f1, 2, mode="edge"), np.ones(5) / 5, mode="valid")
    return float(grid[int(np.argmax(smooth))])
