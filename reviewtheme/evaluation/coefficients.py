"""Coefficients of agreement, worked out from counts that can be summed over sentences.

All functions take arrays with any leading axes (draws, themes), so that a bootstrap is one call. What is not
defined is NaN: where one category alone was ever used, agreement beyond chance has no meaning for kappa and
alpha.

Sources: Cohen (1960) for kappa; Gwet (2008; Handbook of Inter-Rater Reliability, 2014) for AC1, also with
several coders and missing codes; Krippendorff (Content Analysis, 2004, ch. 11; "Computing Krippendorff's
Alpha-Reliability", 2011) for alpha.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reviewtheme.evaluation.resampling import Counts, divide

MISSING = -1
"""Code of a sentence that a coder did not code."""


def observed_agreement(table: Counts) -> Counts:
    """Return the share on the diagonal of cross tables, (..., categories, categories)."""
    return divide(np.trace(table, axis1=-2, axis2=-1), table.sum(axis=(-2, -1)))


def cohen_kappa(table: Counts) -> Counts:
    """Return Cohen's kappa of cross tables of two coders, (..., categories, categories)."""
    total = table.sum(axis=(-2, -1))
    chance = divide((table.sum(axis=-1) * table.sum(axis=-2)).sum(axis=-1), total**2)
    return _beyond_chance(observed_agreement(table), chance)


def gwet_ac1_of_table(table: Counts) -> Counts:
    """Return Gwet's AC1 of cross tables of two coders, (..., categories, categories)."""
    total = table.sum(axis=(-2, -1))
    shares = divide((table.sum(axis=-1) + table.sum(axis=-2)) / 2, total[..., None])
    return _beyond_chance(observed_agreement(table), _gwet_chance(shares))


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCounts:
    """What AC1 and alpha need of sentences that any number of coders coded; sums over sentences.

    Leading axes are the same for all; the last axis of `shares` and `values` is the category.
    """

    agreement: Counts
    """Share of pairs of coders that agree, summed over sentences with two codes or more."""
    paired: Counts
    """Number of sentences with two codes or more."""
    shares: Counts
    """Share of a sentence's codes in each category, summed over sentences with a code."""
    coded: Counts
    """Number of sentences with a code."""
    disagreement: Counts
    """Ordered pairs of unlike codes in a sentence, divided by its codes less one, summed."""
    values: Counts
    """Codes in each category, of sentences with two codes or more."""

    @property
    def columns(self) -> Counts:
        """All counts side by side, (..., 4 + 2 categories), to be summed together."""
        single = np.stack([self.agreement, self.paired, self.coded, self.disagreement], axis=-1)
        return np.concatenate([single, self.shares, self.values], axis=-1)

    @staticmethod
    def from_columns(columns: Counts) -> "CodeCounts":
        """Undo `columns`."""
        categories = (columns.shape[-1] - 4) // 2
        return CodeCounts(
            agreement=columns[..., 0],
            paired=columns[..., 1],
            coded=columns[..., 2],
            disagreement=columns[..., 3],
            shares=columns[..., 4 : 4 + categories],
            values=columns[..., 4 + categories :],
        )


def count_codes(codes: npt.NDArray[np.int_], categories: int) -> CodeCounts:
    """Count for each sentence what its coders said.

    Args:
        codes: (coders, sentences, ...), a category from 0 on, or `MISSING`.
        categories: number of categories of the label space.
    """
    votes = np.stack([(codes == category).sum(axis=0) for category in range(categories)], axis=-1)
    said = votes.sum(axis=-1).astype(np.float64)
    paired = said >= 2
    alike = (votes * (votes - 1)).sum(axis=-1)
    unlike = said**2 - (votes**2).sum(axis=-1)
    return CodeCounts(
        agreement=np.nan_to_num(divide(alike, said * (said - 1))),
        paired=paired.astype(np.float64),
        shares=np.nan_to_num(divide(votes, said[..., None])),
        coded=(said > 0).astype(np.float64),
        disagreement=np.where(paired, np.nan_to_num(divide(unlike, said - 1)), 0.0),
        values=np.where(paired[..., None], votes, 0).astype(np.float64),
    )


def percent_agreement(counts: CodeCounts) -> Counts:
    """Return the mean share of pairs of coders that agree, over sentences with two codes or more."""
    return divide(counts.agreement, counts.paired)


def gwet_ac1(counts: CodeCounts) -> Counts:
    """Return Gwet's AC1 of any number of coders, codes missing at will."""
    shares = divide(counts.shares, counts.coded[..., None])
    return _beyond_chance(percent_agreement(counts), _gwet_chance(shares))


def krippendorff_alpha(counts: CodeCounts) -> Counts:
    """Return Krippendorff's alpha for nominal codes, any number of coders, codes missing at will."""
    total = counts.values.sum(axis=-1)
    observed = divide(counts.disagreement, total)
    expected = divide(total**2 - (counts.values**2).sum(axis=-1), total * (total - 1))
    return 1 - divide(observed, expected)


def _gwet_chance(shares: Counts) -> Counts:
    return divide((shares * (1 - shares)).sum(axis=-1), shares.shape[-1] - 1)


def _beyond_chance(observed: Counts, chance: Counts) -> Counts:
    return divide(observed - chance, 1 - chance)
