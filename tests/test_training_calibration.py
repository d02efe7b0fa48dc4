"""Probabilities that mean what they say, and thresholds that do not overfit."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy.special import expit

from reviewtheme.training.calibration import choose_thresholds, fit_calibration
from reviewtheme.training.scores import calibration_error

Drawn = tuple[npt.NDArray[np.float32], npt.NDArray[np.int_], npt.NDArray[np.float32]]


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    """Draw log-odds that are twice too sure and 0.7 too high, labels, and weights of 1."""
    chance = np.random.default_rng(3)
    true = chance.normal(-2.5, 2, (3000, 4))
    labels = (chance.random(true.shape) < 1 / (1 + np.exp(-true))).astype(int)
    return (2 * true + 0.7).astype(np.float32), labels, np.ones(3000, dtype=np.float32)


def test_slopes_and_offsets_are_found(drawn: Drawn) -> None:
    """Those that turn the log-odds back into true ones."""
    log_odds, labels, weights = drawn
    calibration = fit_calibration(log_odds, labels, weights)
    assert np.allclose(calibration.slopes, 0.5, atol=0.08)
    assert np.allclose(calibration.offsets, -0.35, atol=0.2)
    before = calibration_error(expit(log_odds), labels.astype(bool))
    after = calibration_error(calibration.probabilities(log_odds), labels.astype(bool))
    assert after < 0.01 < before


def test_rare_themes_are_drawn_towards_the_others(drawn: Drawn) -> None:
    """A theme with no positive at all has a usable slope, not an endless one."""
    log_odds, labels, weights = drawn
    rare = labels.copy()
    rare[:, 0] = 0
    calibration = fit_calibration(log_odds, rare, weights)
    assert 0.2 < calibration.slopes[0] < 1
    assert np.isfinite(calibration.offsets).all()


def test_weights_are_repeats(drawn: Drawn) -> None:
    """A sentence that counts twice is a sentence that stands there twice."""
    log_odds, labels, _ = drawn
    twice = np.arange(600) % 2 + 1
    by_weight = fit_calibration(log_odds[:600], labels[:600], twice.astype(np.float32))
    rows = np.repeat(np.arange(600), twice)
    by_repeat = fit_calibration(log_odds[rows], labels[rows], np.ones(len(rows), dtype=np.float32))
    assert np.allclose(by_weight.slopes, by_repeat.slopes, atol=0.01)
    thresholds = choose_thresholds(
        by_weight.probabilities(log_odds[:600]), labels[:600], twice.astype(np.float32)
    )
    repeated = choose_thresholds(
        by_weight.probabilities(log_odds[rows]), labels[rows], np.ones(len(rows), dtype=np.float32)
    )
    assert np.allclose(thresholds, repeated)


def test_thresholds_are_where_f1_is_best() -> None:
    """With many positives; a theme without any takes the common one."""
    scores = np.tile(np.linspace(0.005, 0.995, 2000, dtype=np.float32)[:, None], (1, 2))
    labels = (scores > 0.5).astype(int)
    labels[:, 1] = 0
    both = choose_thresholds(scores, labels, np.ones(2000, dtype=np.float32))
    own = choose_thresholds(scores[:, :1], labels[:, :1], np.ones(2000, dtype=np.float32))
    assert own[0] == pytest.approx(0.5, abs=0.05)
    assert ((both > 0.1) & (both < 0.71)).all()
    assert both[1] == pytest.approx(0.6, abs=0.12)
