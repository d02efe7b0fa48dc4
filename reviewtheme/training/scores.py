"""How well marks agree with labels; the label space is always the codebook's."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Marks = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]

_RESAMPLES = 500
_LEAST_FOR_MACRO = 10
"""Macro-F1 is over themes with at least so many labels: fewer say nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A figure with its 95 % interval."""

    value: float
    """The figure, 0..1."""
    low: float
    """2.5th percentile over resampled documents."""
    high: float
    """97.5th percentile over resampled documents."""

    def __str__(self) -> str:
        """Write it as "0.75 (0.73 to 0.77)"."""
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def f1(true: Marks, marked: Marks) -> float:
    """Micro-F1 over all cells of two equal matrices; 0 where nothing is labelled and nothing marked."""
    total = int(true.sum()) + int(marked.sum())
    return 2 * int((true & marked).sum()) / total if total else 0.0


def f1_by_theme(true: Marks, marked: Marks) -> list[float]:
    """F1 of each column."""
    return [f1(true[:, column], marked[:, column]) for column in range(true.shape[1])]


def macro_f1(true: Marks, marked: Marks) -> float:
    """Mean F1 of the themes that have at least ten labels; 0 where none has."""
    frequent = true.sum(axis=0) >= _LEAST_FOR_MACRO
    scores = np.array(f1_by_theme(true, marked))[frequent]
    return float(scores.mean()) if len(scores) else 0.0


def f1_interval(true: Marks, marked: Marks, documents: npt.NDArray[np.str_]) -> Interval:
    """Micro-F1 with a bootstrap over documents: sentences of one document resemble each other."""
    _, owner = np.unique(documents, return_inverse=True)
    sizes = int(owner.max()) + 1
    hits = np.bincount(owner, (true & marked).sum(axis=1), minlength=sizes)
    totals = np.bincount(owner, true.sum(axis=1) + marked.sum(axis=1), minlength=sizes)
    return _bootstrap(2 * hits, totals)


def share_interval(right: Marks, documents: npt.NDArray[np.str_]) -> Interval:
    """Share of sentences that are right, with a bootstrap over documents."""
    _, owner = np.unique(documents, return_inverse=True)
    sizes = int(owner.max()) + 1
    return _bootstrap(
        np.bincount(owner, right.astype(float), minlength=sizes), np.bincount(owner, minlength=sizes).astype(float)
    )


def calibration_error(scores: Floats, true: Marks, bins: int = 10) -> float:
    """Expected calibration error over all (sentence, theme) pairs, in bins of equal width (Guo et al. 2017)."""
    flat, hits = scores.ravel(), true.ravel().astype(float)
    place = np.minimum((flat * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    gaps = np.abs(np.bincount(place, hits, minlength=bins) - np.bincount(place, flat, minlength=bins))
    return float(gaps.sum() / count.sum())


def _bootstrap(numerators: npt.NDArray[np.float64], denominators: npt.NDArray[np.float64]) -> Interval:
    drawn = np.random.default_rng(0).integers(0, len(numerators), (_RESAMPLES, len(numerators)))
    totals = denominators[drawn].sum(axis=1)
    ratios = np.divide(numerators[drawn].sum(axis=1), totals, out=np.zeros(_RESAMPLES), where=totals > 0)
    low, high = np.percentile(ratios, [2.5, 97.5])
    whole = float(denominators.sum())
    return Interval(value=float(numerators.sum()) / whole if whole else 0.0, low=float(low), high=float(high))
