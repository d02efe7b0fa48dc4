"""Logistic regression for many labels at once agrees with scikit-learn's for one."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression

from reviewtheme.classification.logistic import MultiLabelLogisticRegression

Array = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def data() -> tuple[sparse.csr_matrix, Array, Array]:
    """Give sparse rows, three labels that depend on them, and weights."""
    chance = np.random.default_rng(5)
    rows = sparse.random(300, 40, density=0.2, random_state=chance, format="csr", dtype=np.float32)
    logits = rows @ chance.normal(0, 2, (40, 3)) - 0.5
    labels = (chance.random((300, 3)) < 1 / (1 + np.exp(-logits))).astype(float)
    return rows, labels, chance.uniform(0.2, 2, 300)


@pytest.mark.parametrize("strength", [0.5, 4.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_agrees_with_scikit_learn(
    data: tuple[sparse.csr_matrix, Array, Array], strength: float, weighted: bool
) -> None:
    """Coefficients, intercepts and probabilities of each label are those that scikit-learn finds."""
    rows, labels, weights = data
    given = weights if weighted else None
    ours = MultiLabelLogisticRegression(C=strength, max_iter=500).fit(rows, labels, sample_weight=given)
    for label in range(labels.shape[1]):
        peer = LogisticRegression(C=strength, max_iter=2000, tol=1e-8)
        peer.fit(rows, labels[:, label], sample_weight=given)
        assert np.allclose(ours.coef_[:, label], peer.coef_[0], atol=0.02)
        assert ours.intercept_[label] == pytest.approx(peer.intercept_[0], abs=0.02)
        assert np.allclose(ours.predict_proba(rows)[:, label], peer.predict_proba(rows)[:, 1], atol=0.004)


def test_soft_labels_are_weighted_hard_ones(data: tuple[sparse.csr_matrix, Array, Array]) -> None:
    """A probability p is p of a row that has the label and 1 - p of one that has not."""
    rows, labels, _ = data
    soft = np.clip(labels * 0.7 + 0.1, 0, 1)[:, :1]
    ours = MultiLabelLogisticRegression(C=2.0, max_iter=500).fit(rows, soft)
    doubled = MultiLabelLogisticRegression(C=2.0, max_iter=500).fit(
        sparse.vstack([rows, rows], format="csr"),
        np.vstack([np.ones_like(soft), np.zeros_like(soft)]),
        sample_weight=np.concatenate([soft, 1 - soft]).ravel(),
    )
    assert np.allclose(ours.coef_, doubled.coef_, atol=0.01)
    assert np.allclose(ours.intercept_, doubled.intercept_, atol=0.01)


def test_a_label_without_an_example_is_improbable(data: tuple[sparse.csr_matrix, Array, Array]) -> None:
    """And one that every row has is probable; neither stops the others."""
    rows, labels, _ = data
    ends = np.column_stack([np.zeros(300), np.ones(300), labels[:, 0]])
    scores = MultiLabelLogisticRegression().fit(rows, ends).predict_proba(rows)
    assert scores[:, 0].max() < 0.05
    assert scores[:, 1].min() > 0.95
    assert np.isfinite(scores).all()


def test_is_the_same_at_every_fit(data: tuple[sparse.csr_matrix, Array, Array]) -> None:
    """Bit by bit."""
    rows, labels, weights = data
    first = MultiLabelLogisticRegression().fit(rows, labels, sample_weight=weights)
    second = MultiLabelLogisticRegression().fit(rows, labels, sample_weight=weights)
    assert first.coef_.tobytes() == second.coef_.tobytes()
    assert (first.predict(rows) == (first.predict_proba(rows) > 0.5)).all()


def test_keeps_the_contract_of_estimators(data: tuple[sparse.csr_matrix, Array, Array]) -> None:
    """Parameters are kept untouched and copied by `clone`; nothing is predicted before a fit."""
    model = MultiLabelLogisticRegression(C=3.5, max_iter=7)
    assert clone(model).get_params() == {"C": 3.5, "max_iter": 7}
    with pytest.raises(NotFittedError):
        model.predict(data[0])
