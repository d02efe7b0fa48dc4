"""Static word vectors: one fixed vector a word, distilled once from a sentence transformer."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse


class WordVectors:
    """Looks up the vectors of words.

    Args:
        words: the vocabulary, lower case.
        table: one row a word, any float or integer type; a longer row counts more in the mean.
    """

    def __init__(self, words: Sequence[str], table: npt.NDArray[np.generic]) -> None:
        self.words = tuple(words)
        self.table = table
        self._rows = {word: row for row, word in enumerate(self.words)}

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return int(self.table.shape[1])

    def mean(self, sentences: Sequence[Sequence[str]]) -> npt.NDArray[np.float32]:
        """Return the direction of each sentence's words: rows of length 1, or 0 where no word is known."""
        known = [[self._rows[w] for w in words if w in self._rows] for words in sentences]
        pointers = np.concatenate(([0], np.cumsum([len(rows) for rows in known])))
        rows = np.fromiter((row for found in known for row in found), dtype=np.int32, count=int(pointers[-1]))
        used, places = np.unique(rows, return_inverse=True)
        bags = sparse.csr_matrix(
            (np.ones(len(rows), dtype=np.float32), places, pointers), shape=(len(known), len(used))
        )
        sums = bags @ self.table[used].astype(np.float32)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(sums / np.maximum(lengths, 1e-6), dtype=np.float32)

    def shares(self, words: Sequence[str], weights: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return what each word adds to the product of the sentence's direction with some weights."""
        known = [self._rows.get(word, -1) for word in words]
        vectors = np.array([self.table[row] if row >= 0 else np.zeros(self.dimensions) for row in known])
        vectors = vectors.reshape(len(words), self.dimensions).astype(np.float32)
        length = max(float(np.linalg.norm(vectors.sum(axis=0))), 1e-6)
        return np.asarray(vectors @ weights / length, dtype=np.float32)
