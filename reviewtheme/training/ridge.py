"""A penalised fit to few rows of many features, in as many columns as there are rows.

The weights that such a fit finds are sums of the rows. Rows X with the products K = X Xᵀ = L Lᵀ (Cholesky)
can therefore give way to L: the penalty, the scores and even the steps of L-BFGS are the same, and thousands
of columns stand for a hundred thousand. The weights of the features follow from what was found for L.
"""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.linalg import cholesky, solve_triangular

Floats = npt.NDArray[np.float32]
Matrix: TypeAlias = sparse.csr_matrix
MOST_ROWS = 8000
"""Rows up to which the products are worked out; beyond, they take more memory than they save time."""
_COMMON = 0.05
"""Share of rows from which a feature is taken for a dense one."""
_NUGGET = 1e-4
"""Added to the diagonal, for rows that are alike; rows have a length of about 2."""


def products_of_few(matrix: Matrix) -> Floats | None:
    """Return the scalar products of all pairs of rows, (rows, rows); None where the rows are too many."""
    return products(matrix) if matrix.shape[0] <= MOST_ROWS else None


def products(matrix: Matrix) -> Floats:
    """Return the scalar products of all pairs of rows, (rows, rows)."""
    common = np.bincount(matrix.indices, minlength=matrix.shape[1]) > _COMMON * matrix.shape[0]
    dense = matrix[:, np.flatnonzero(common)].toarray()
    rare = matrix[:, np.flatnonzero(~common)]
    return np.asarray((rare @ rare.T).toarray() + dense @ dense.T, dtype=np.float32)


class RidgeDesign:
    """Rows for a penalised fit, as they are or in fewer columns.

    Args:
        matrix: (rows, features).
        gram: products of all pairs of these rows; None leaves the rows as they are.
    """

    def __init__(self, matrix: Matrix, gram: Floats | None) -> None:
        self._matrix, self._lower = matrix, None
        if gram is not None and matrix.shape[0] < matrix.shape[1]:
            padded = gram.astype(np.float64) + _NUGGET * np.eye(len(gram))
            self._lower = cholesky(padded, lower=True, overwrite_a=True, check_finite=False)

    @property
    def features(self) -> int:
        """Number of features."""
        return int(self._matrix.shape[1])

    @property
    def columns(self) -> Matrix | Floats:
        """What to fit to, (rows, columns)."""
        return self._matrix if self._lower is None else self._lower.astype(np.float32)

    def weights(self, found: npt.NDArray[np.floating]) -> Floats:
        """Turn weights of the columns, (columns, outputs), into weights of the features."""
        if self._lower is None:
            return np.asarray(found, dtype=np.float32)
        of_rows = solve_triangular(self._lower, found, lower=True, trans="T", check_finite=False)
        return np.asarray(self._matrix.T @ of_rows.astype(np.float32), dtype=np.float32)
