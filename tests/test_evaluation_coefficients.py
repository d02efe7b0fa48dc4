"""The coefficients give what their inventors published, and what other programs work out."""

import math

import krippendorff
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from reviewtheme.evaluation.coefficients import (
    MISSING,
    CodeCounts,
    cohen_kappa,
    count_codes,
    gwet_ac1,
    gwet_ac1_of_table,
    krippendorff_alpha,
    observed_agreement,
    percent_agreement,
)

Codes = npt.NDArray[np.int_]
FOUR_OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)
"""Krippendorff (2011), section C; 0 is missing. Gwet's handbook uses the same for AC1."""


def summed(codes: Codes, categories: int) -> CodeCounts:
    """Count codes over all sentences."""
    return CodeCounts.from_columns(count_codes(codes, categories).columns.sum(axis=0))


def table(one: Codes, other: Codes, categories: int) -> npt.NDArray[np.float64]:
    """Cross two coders' codes."""
    cells = np.zeros((categories, categories))
    np.add.at(cells, (one, other), 1)
    return cells


def test_alpha_of_krippendorffs_binary_example() -> None:
    """Meg and Owen, ten items, two categories: 0.095."""
    meg, owen = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert krippendorff_alpha(summed(np.array([meg, owen]), 2)) == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_krippendorffs_nominal_example() -> None:
    """Ben and Gerry, twelve articles, five categories: 0.692."""
    ben, gerry = ["abcde".index(c) for c in "aabbdcccedda"], ["abcde".index(c) for c in "babbbccceddd"]
    assert krippendorff_alpha(summed(np.array([ben, gerry]), 5)) == pytest.approx(0.692, abs=5e-4)


def test_four_observers_with_missing_codes() -> None:
    """Alpha is 0.743 (Krippendorff 2011); agreement 0.818, AC1 0.775 (Gwet 2014)."""
    counts = summed(FOUR_OBSERVERS - 1, 5)
    assert krippendorff_alpha(counts) == pytest.approx(0.743, abs=5e-4)
    assert percent_agreement(counts) == pytest.approx(0.818, abs=5e-4)
    assert gwet_ac1(counts) == pytest.approx(0.77544, abs=5e-6)


@pytest.mark.parametrize(
    ("cells", "agreement", "kappa", "ac1"),
    [
        (((40, 9), (6, 45)), 0.85, 0.70, 0.70),
        (((80, 10), (5, 5)), 0.85, 0.32, 0.81),
        (((118, 5), (2, 0)), 0.944, -0.023, 0.941),
    ],
)
def test_the_paradox_of_kappa(
    cells: tuple[tuple[int, int], ...], agreement: float, kappa: float, ac1: float
) -> None:
    """The tables of Feinstein and Cicchetti (1990), and Gwet's (2002): a rare "no" ruins kappa, not AC1."""
    counts = np.array(cells, dtype=float)
    places = 2 if agreement == 0.85 else 3
    assert observed_agreement(counts) == pytest.approx(agreement)
    assert round(float(cohen_kappa(counts)), places) == kappa
    assert round(float(gwet_ac1_of_table(counts)), places) == ac1


@st.composite
def codes(draw: st.DrawFn, coders: int = 4, missing: bool = True) -> Codes:
    """Draw codes of some coders, in three categories."""
    least = MISSING if missing else 0
    rows = st.lists(st.integers(least, 2), min_size=coders, max_size=coders)
    return np.array(draw(st.lists(rows, min_size=2, max_size=25))).T


@given(codes())
def test_alpha_is_that_of_another_program(drawn: Codes) -> None:
    """Any number of missing codes."""
    ours = float(krippendorff_alpha(summed(drawn, 3)))
    paired = drawn[:, (drawn != MISSING).sum(axis=0) >= 2]
    if len(set(paired[paired != MISSING].tolist())) < 2:
        assert math.isnan(ours)
        return
    counts = np.array([[(paired[:, i] == c).sum() for c in range(3)] for i in range(paired.shape[1])])
    theirs = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
    assert ours == pytest.approx(theirs, abs=1e-9)


@given(codes(coders=2, missing=False))
def test_kappa_is_that_of_scikit_learn(drawn: Codes) -> None:
    """Two coders who coded everything."""
    assume(len(set(drawn.ravel().tolist())) > 1)
    ours = float(cohen_kappa(table(drawn[0], drawn[1], 3)))
    assert ours == pytest.approx(cohen_kappa_score(drawn[0], drawn[1]), abs=1e-9)


@given(codes(coders=2, missing=False))
def test_two_coders_are_a_case_of_many(drawn: Codes) -> None:
    """Both ways to AC1 and to agreement are one; no coefficient is over 1 or changes with the order."""
    counts, cells = summed(drawn, 3), table(drawn[0], drawn[1], 3)
    assert float(gwet_ac1(counts)) == pytest.approx(float(gwet_ac1_of_table(cells)))
    assert float(percent_agreement(counts)) == pytest.approx(float(observed_agreement(cells)))
    swapped = summed(drawn[::-1], 3)
    for coefficient in (gwet_ac1, krippendorff_alpha):
        value = float(coefficient(counts))
        assert math.isnan(value) or (-1 <= value <= 1 + 1e-9 and value == float(coefficient(swapped)))


@given(codes(coders=3, missing=False))
def test_full_agreement_is_one(drawn: Codes) -> None:
    """Where coders only ever say one thing, AC1 is 1, too, and kappa and alpha are not known."""
    same = np.array([drawn[0]] * 3)
    several = len(set(drawn[0].tolist())) > 1
    assert float(gwet_ac1(summed(same, 3))) == pytest.approx(1)
    for value in (krippendorff_alpha(summed(same, 3)), cohen_kappa(table(same[0], same[1], 3))):
        assert float(value) == pytest.approx(1) if several else math.isnan(float(value))
