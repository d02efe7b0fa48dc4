"""Logistic regression for many labels at once, from hard labels or from a teacher's probabilities."""

from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted
from threadpoolctl import threadpool_limits

Floats = npt.NDArray[np.float32]


class MultiLabelLogisticRegression(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One logistic regression a label, fitted together by L-BFGS.

    scikit-learn's own takes one label at a time and no soft targets; fitted together, thirty labels
    cost little more than one, since the sparse matrix is read once for all.

    Args:
        C: inverse strength of the L2 penalty, as in `sklearn.linear_model.LogisticRegression`.
        max_iter: most L-BFGS iterations.
    """

    def __init__(self, C: float = 4.0, max_iter: int = 120) -> None:  # noqa: N803
        self.C = C
        self.max_iter = max_iter

    def fit(
        self,
        X: sparse.csr_matrix | Floats,  # noqa: N803
        y: npt.NDArray[Any],
        sample_weight: npt.NDArray[Any] | None = None,
        offset: Floats | None = None,
    ) -> Self:
        """Fit to targets.

        Args:
            X: (sentences, features), sparse or dense.
            y: (sentences, labels), each 0..1: labels or a teacher's probabilities.
            sample_weight: (sentences,), what each sentence counts; None means 1.
            offset: (sentences, labels), log-odds that are known before: what is fitted is added to them,
                and the penalty draws towards them. None means 0.
        """
        features = X.astype(np.float32) if isinstance(X, np.ndarray) else X.tocsr().astype(np.float32)
        targets = np.asarray(y, dtype=np.float32)
        weights = np.ones(len(targets)) if sample_weight is None else np.asarray(sample_weight)
        share = np.clip(np.average(targets, axis=0, weights=weights), 1e-4, 1 - 1e-4)
        start = np.zeros((features.shape[1] + 1, targets.shape[1]))
        if offset is None:
            start[-1] = np.log(share / (1 - share))
        with threadpool_limits(limits=1, user_api="blas"):  # more threads sum in another order, and slower
            found = minimize(
                _Loss(features, targets, weights[:, None].astype(np.float32), self.C, offset),
                start.ravel(),
                jac=True,
                method="L-BFGS-B",
                options={"maxiter": self.max_iter, "maxcor": 6},
            )
        fitted = found.x.reshape(start.shape).astype(np.float32)
        self.coef_, self.intercept_ = fitted[:-1], fitted[-1]
        self.classes_ = np.arange(targets.shape[1])
        return self

    def decision_function(self, X: sparse.csr_matrix) -> Floats:  # noqa: N803
        """Return log-odds, (sentences, labels)."""
        check_is_fitted(self, "coef_")
        return np.asarray(X @ self.coef_ + self.intercept_, dtype=np.float32)

    def predict_proba(self, X: sparse.csr_matrix) -> Floats:  # noqa: N803
        """Return probabilities 0..1, (sentences, labels)."""
        return np.asarray(expit(self.decision_function(X)), dtype=np.float32)

    def predict(self, X: sparse.csr_matrix) -> npt.NDArray[np.int_]:  # noqa: N803
        """Return 0/1 labels at probability 0.5, (sentences, labels)."""
        return (self.decision_function(X) > 0).astype(int)


class _Loss:
    """Penalised cross-entropy and its gradient, for scipy's minimiser."""

    def __init__(
        self,
        features: sparse.csr_matrix | Floats,
        targets: Floats,
        weights: Floats,
        c: float,
        offset: Floats | None,
    ) -> None:
        self.features = features
        self.transposed = features.T if isinstance(features, np.ndarray) else features.T.tocsr()
        self.targets, self.weights, self.c, self.offset = targets, weights, c, offset

    def __call__(self, flat: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        coefficients = flat.reshape(self.features.shape[1] + 1, self.targets.shape[1])
        inner, intercept = coefficients[:-1], coefficients[-1]
        logits = self.features @ inner.astype(np.float32) + intercept.astype(np.float32)
        if self.offset is not None:
            logits += self.offset
        losses = self.weights * (np.logaddexp(0, logits) - self.targets * logits)
        residual = self.weights * (expit(logits) - self.targets)
        gradient = np.empty_like(coefficients)
        gradient[:-1] = self.c * (self.transposed @ residual) + inner
        gradient[-1] = self.c * residual.sum(axis=0)
        return self.c * float(losses.sum(dtype=np.float64)) + 0.5 * float((inner**2).sum()), gradient.ravel()
