"""Scores agree with scikit-learn's, and their intervals behave."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from reviewtheme.training.scores import (
    Interval,
    calibration_error,
    f1,
    f1_by_theme,
    f1_interval,
    macro_f1,
    reliability,
    share_interval,
)

CHANCE = np.random.default_rng(1)
TRUE = CHANCE.random((400, 5)) < [0.5, 0.3, 0.1, 0.03, 0]
MARKED = TRUE ^ (CHANCE.random((400, 5)) < 0.1)
DOCUMENTS = np.array([f"d{row // 20}" for row in range(400)])


def test_f1_agrees_with_scikit_learn() -> None:
    """Over all cells and for each theme, false marks of themes that never occur included."""
    assert f1(TRUE, MARKED) == pytest.approx(f1_score(TRUE, MARKED, average="micro"))
    expected = f1_score(TRUE, MARKED, average=None, zero_division=0)
    assert f1_by_theme(TRUE, MARKED) == pytest.approx(list(expected))
    often = TRUE.sum(axis=0) >= 10
    assert macro_f1(TRUE, MARKED) == pytest.approx(expected[often].mean())


def test_nothing_to_score() -> None:
    """Is 0 and no crash."""
    none = np.zeros((3, 2), dtype=bool)
    assert f1(none, none) == macro_f1(none, none) == 0
    empty = Interval(value=0, low=0, high=0)
    assert f1_interval(none[:0], none[:0], DOCUMENTS[:0]) == empty
    assert share_interval(none[:0, 0], DOCUMENTS[:0]) == empty
    assert calibration_error(np.zeros((0, 2), dtype=np.float32), none[:0]) == 0


def test_intervals_hold_the_figure() -> None:
    """And are the same at every call; one document alone has no width."""
    interval = f1_interval(TRUE, MARKED, DOCUMENTS)
    assert interval.value == pytest.approx(f1(TRUE, MARKED))
    assert interval.low < interval.value < interval.high
    assert interval == f1_interval(TRUE, MARKED, DOCUMENTS)
    alone = share_interval(TRUE[:, 0], np.full(400, "one"))
    assert alone.low == alone.high == alone.value == pytest.approx(TRUE[:, 0].mean())
    assert str(alone) == f"{alone.value:.3f}"  # a width of nothing would be read as certainty
    assert str(Interval(value=0.75, low=0.7, high=0.8)) == "0.750 (0.700 to 0.800)"


def test_intervals_are_over_documents() -> None:
    """Sentences of one document that resemble each other make the figure less sure."""
    alike = np.repeat(CHANCE.random(20) < 0.5, 20)
    by_document = share_interval(alike, DOCUMENTS)
    by_sentence = share_interval(alike, np.array([str(row) for row in range(400)]))
    assert by_document.high - by_document.low > 2 * (by_sentence.high - by_sentence.low)


def test_calibration_error() -> None:
    """0 where scores are what happens, and the gap where they are not."""
    true = np.array([[True], [False], [True], [False]])
    assert calibration_error(np.full((4, 1), 0.5, dtype=np.float32), true) == pytest.approx(0)
    assert calibration_error(np.full((4, 1), 0.9, dtype=np.float32), true) == pytest.approx(0.4)
    assert calibration_error(true.astype(np.float32), true) == 0


def test_reliability_counts_every_pair_once() -> None:
    """A bin has the scores from its low end on, the last its high end too; empty bins are left out."""
    scores = np.array([[0.0, 0.05], [0.10, 1.0]], dtype=np.float32)
    true = np.array([[False, True], [True, True]])
    rows = reliability(scores, true)
    assert [(row.low, row.pairs, row.share) for row in rows] == [(0.0, 2, 0.5), (0.1, 1, 1.0), (0.9, 1, 1.0)]
    assert rows[0].mean_score == pytest.approx(0.025)
