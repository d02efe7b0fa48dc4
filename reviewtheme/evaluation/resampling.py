"""The bootstrap over documents: counts are summed by document once, then documents are drawn again.

Sentences of one document resemble each other, so that documents and not sentences are drawn (the cluster
bootstrap; Field and Welsh 2007). Every figure of a report comes from the same draws, so that figures can be
compared draw by draw.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Counts = npt.NDArray[np.float64]
_BLOCK = 100
"""Draws that are summed at once, so that memory stays flat."""
LEAST_DOCUMENTS = 5
"""Documents that must have a theme for its figures to have intervals."""
_FEWEST = 2
"""Documents without which there is nothing to draw from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A figure with its 95 % interval; None is what cannot be said, which is neither 0 nor 1."""

    value: float | None
    """The figure; None where it is not defined, as recall is without labels."""
    low: float | None = None
    """2.5th percentile over drawn documents; None where it is not known."""
    high: float | None = None
    """97.5th percentile over drawn documents; None where it is not known."""

    def __str__(self) -> str:
        """Write it as "0.75 (0.73 to 0.77)", or as a dash."""
        if self.value is None:
            return "–"
        span = "" if self.low is None or self.high is None else f" ({self.low:.2f} to {self.high:.2f})"
        return f"{self.value:.2f}{span}"


class DocumentBootstrap:
    """Sums counts over all sentences, and over the sentences of documents drawn with replacement.

    Args:
        documents: document of each sentence.
        samples: number of draws; 0 leaves intervals unknown.
        seed: what the draws depend on, with the number of documents.
    """

    def __init__(self, documents: Sequence[str] | npt.NDArray[np.str_], *, samples: int, seed: int) -> None:
        names, owner = np.unique(np.asarray(documents, dtype=str), return_inverse=True)
        self.documents = len(names)
        """Number of documents."""
        self._owner = sparse.csr_matrix(
            (np.ones(len(owner)), (owner, np.arange(len(owner)))), shape=(len(names), len(owner))
        )
        self.samples = samples if len(names) >= _FEWEST else 0
        """Number of draws; 0 where there are too few documents to draw from."""
        chosen = np.random.default_rng(seed).multinomial(
            len(names), np.full(len(names), 1 / len(names)), size=self.samples
        )
        whole = np.ones((1, len(names)), dtype=np.int32)
        self._weights = np.concatenate([whole, chosen.astype(np.int32)])

    def documents_with(self, marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.int_]:
        """Count the documents that have a mark in a sentence, for each column of (sentences, columns)."""
        return np.asarray((self._owner @ marks.astype(np.int64) > 0).sum(axis=0))

    def totals(self, counts: npt.NDArray[np.generic]) -> Counts:
        """Sum counts a sentence, (sentences, ...), to (1 + draws, ...); the first row is of all sentences."""
        flat = counts.reshape(len(counts), -1).astype(np.float64)
        of_document = self._owner @ flat
        blocks = [
            self._weights[start : start + _BLOCK].astype(np.float64) @ of_document
            for start in range(0, len(self._weights), _BLOCK)
        ]
        return np.concatenate(blocks).reshape(len(self._weights), *counts.shape[1:])


def estimate(draws: Counts) -> Estimate:
    """Make an estimate of a figure's values, (1 + draws,), the first of which is that of all sentences.

    Draws in which the figure is not defined (NaN) are left out.
    """
    value, drawn = float(draws[0]), draws[1:][~np.isnan(draws[1:])]
    if math.isnan(value):
        return Estimate(value=None)
    if not len(drawn):
        return Estimate(value=value)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(value=value, low=float(low), high=float(high))


def estimates(draws: Counts, documents: npt.NDArray[np.int_]) -> list[Estimate]:
    """Make an estimate of each column, (1 + draws, figures).

    Args:
        draws: what the figures are.
        documents: (figures,), documents that have what a figure is about. Where these are few, draws differ
            too little to tell anything ("1.00 to 1.00"), and no interval is given.
    """
    return [
        estimate(draws[:, column] if enough else draws[:1, column])
        for column, enough in enumerate((documents >= LEAST_DOCUMENTS).tolist())
    ]


def divide(above: npt.ArrayLike, below: npt.ArrayLike) -> Counts:
    """Divide element by element; NaN where the divisor is 0, which is what is not defined."""
    numerators, denominators = np.broadcast_arrays(
        np.asarray(above, dtype=np.float64), np.asarray(below, dtype=np.float64)
    )
    quotients = np.full(numerators.shape, np.nan)
    np.divide(numerators, denominators, out=quotients, where=denominators != 0)
    return quotients


def mean_of_defined(values: Counts, columns: npt.NDArray[np.bool_]) -> Counts:
    """Average chosen columns, (..., figures), leaving out what is not defined; NaN where nothing is left."""
    chosen = values[..., columns]
    known = ~np.isnan(chosen)
    return divide(np.where(known, chosen, 0).sum(axis=-1), known.sum(axis=-1))
