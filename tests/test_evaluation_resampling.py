"""Figures and their intervals: documents are drawn whole, and the same draws serve every figure."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.evaluation.resampling import (
    LEAST_DOCUMENTS,
    DocumentBootstrap,
    Estimate,
    divide,
    estimate,
    estimates,
    mean_of_defined,
)


@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 9)), min_size=1, max_size=30),
    st.integers(0, 5),
)
def test_draws_are_of_whole_documents(rows: list[tuple[str, int]], seed: int) -> None:
    """The first row is the plain sum; every other one is a sum of as many documents as there are."""
    documents, counts = [name for name, _ in rows], np.array([[count, 1] for _, count in rows])
    bootstrap = DocumentBootstrap(documents, samples=20, seed=seed)
    totals = bootstrap.totals(counts)
    assert totals[0].tolist() == counts.sum(axis=0).tolist()
    assert len(totals) == 1 + (20 if bootstrap.documents > 1 else 0)
    sizes = [documents.count(name) for name in set(documents)]
    for drawn in totals[1:, 1]:
        assert min(sizes) * len(sizes) <= drawn <= max(sizes) * len(sizes)


def test_same_seed_same_draws() -> None:
    """And another seed gives others."""
    documents, counts = [f"d{n % 7}" for n in range(50)], np.arange(50)
    first, again, other = (
        DocumentBootstrap(documents, samples=30, seed=seed).totals(counts) for seed in (1, 1, 2)
    )
    assert (first == again).all()
    assert not (first == other).all()


def test_interval_is_that_of_the_textbook() -> None:
    """For a mean over many documents of one sentence each, nearly 1.96 standard errors either way."""
    values = np.random.default_rng(5).random(400)
    bootstrap = DocumentBootstrap([str(n) for n in range(400)], samples=2000, seed=0)
    found = estimate(bootstrap.totals(values) / 400)
    error = 1.96 * values.std() / 20
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - error, abs=0.15 * error)
    assert found.high == pytest.approx(values.mean() + error, abs=0.15 * error)


def test_what_is_not_defined_is_not_known() -> None:
    """NaN is no figure; draws without one are left out."""
    assert estimate(np.array([math.nan, 0.5])) == Estimate(value=None)
    assert estimate(np.array([0.5])) == Estimate(value=0.5)
    some = estimate(np.array([0.5, math.nan, 0.4, 0.4]))
    assert (some.value, some.low, some.high) == (0.5, 0.4, 0.4)
    assert [str(Estimate(value=None)), str(Estimate(value=0.5)), str(some)] == [
        "–",
        "0.50",
        "0.50 (0.40 to 0.40)",
    ]


def test_few_documents_give_no_interval() -> None:
    """Of a theme in fewer than five documents."""
    draws = np.array([[0.5, 0.5], [0.4, 0.4], [0.6, 0.6]])
    few, enough = estimates(draws, np.array([LEAST_DOCUMENTS - 1, LEAST_DOCUMENTS]))
    assert few == Estimate(value=0.5)
    assert enough.low is not None


def test_division_and_means() -> None:
    """Nothing divided by nothing is not defined, and is in no mean."""
    quotients = divide([1, 1, 0], [2, 0, 0])
    assert quotients[0] == 0.5
    assert np.isnan(quotients[1:]).all()
    assert float(mean_of_defined(quotients, np.array([True, True, False]))) == 0.5
    assert math.isnan(float(mean_of_defined(quotients, np.array([False, True, False]))))
