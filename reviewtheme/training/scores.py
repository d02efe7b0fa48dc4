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
        """Write it as "0.75 (0.73 to 0.77)"; without a width, as of one document, the figure alone."""
        if self.low == self.high:
            return f"{self.value:.3f}"
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
    return _bootstrap(2 * (true & marked).sum(axis=1), true.sum(axis=1) + marked.sum(axis=1), documents)


def share_interval(right: Marks, documents: npt.NDArray[np.str_]) -> Interval:
    """Share of sentences that are right, with a bootstrap over documents; 0 where there are none."""
    return _bootstrap(right.astype(int), np.ones(len(right), dtype=int), documents)


def calibration_error(scores: Floats, true: Marks, bins: int = 10) -> float:
    """Return the expected calibration error over all (sentence, theme) pairs (Guo et al. 2017).

    Args:
        scores: (sentences, themes), probabilities 0..1.
        true: (sentences, themes).
        bins: number of bins of equal width.
    """
    found = reliability(scores, true, bins)
    pairs = sum(row.pairs for row in found)
    return sum(row.pairs * abs(row.share - row.mean_score) for row in found) / max(1, pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreBin:
    """How often marks of about one score are right: one row of a reliability diagram."""

    low: float
    """Lowest score of the bin, 0..1."""
    high: float
    """The score at which the next bin begins, 0..1."""
    pairs: int
    """Number of (sentence, theme) pairs with such a score."""
    mean_score: float
    """Their mean score, 0..1; what the share would be if calibration were perfect."""
    share: float
    """Share of them that carry the label, 0..1."""


def reliability(scores: Floats, true: Marks, bins: int = 10) -> tuple[ScoreBin, ...]:
    """Return the bins of equal width that have any pair, lowest first.

    Args:
        scores: (sentences, themes), probabilities 0..1.
        true: (sentences, themes).
        bins: number of bins.
    """
    flat, hits = scores.ravel(), true.ravel().astype(float)
    place = np.minimum((flat * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    total, right = np.bincount(place, flat, minlength=bins), np.bincount(place, hits, minlength=bins)
    return tuple(
        ScoreBin(
            low=number / bins,
            high=(number + 1) / bins,
            pairs=int(count[number]),
            mean_score=float(total[number] / count[number]),
            share=float(right[number] / count[number]),
        )
        for number in range(bins)
        if count[number]
    )


def _bootstrap(
    numerators: npt.NDArray[np.int_], denominators: npt.NDArray[np.int_], documents: npt.NDArray[np.str_]
) -> Interval:
    """Divide sums over sentences, and over the sentences of documents drawn with replacement."""
    if not len(documents):
        return Interval(value=0.0, low=0.0, high=0.0)
    names, owner = np.unique(documents, return_inverse=True)
    above = np.bincount(owner, numerators, minlength=len(names))
    below = np.bincount(owner, denominators, minlength=len(names))
    drawn = np.random.default_rng(0).integers(0, len(names), (_RESAMPLES, len(names)))
    totals = below[drawn].sum(axis=1)
    ratios = np.divide(above[drawn].sum(axis=1), totals, out=np.zeros(_RESAMPLES), where=totals > 0)
    low, high = np.percentile(ratios, [2.5, 97.5])
    whole = float(below.sum())
    return Interval(value=float(above.sum()) / whole if whole else 0.0, low=float(low), high=float(high))
