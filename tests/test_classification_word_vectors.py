"""Word vectors: the direction of a sentence's words."""

import numpy as np
import pytest

from reviewtheme.classification.word_vectors import WordVectors

TABLE = np.array([[1, 0], [0, 1], [3, 4]])


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.int8])
def test_mean_is_a_direction(kind: type[np.generic]) -> None:
    """Rows have length 1; a word counts as often as it stands there."""
    mean = WordVectors(["a", "b", "c"], TABLE.astype(kind)).mean([["a"], ["c"], ["a", "a", "b"], ["a", "b"]])
    assert mean.dtype == np.float32
    expected = [[1, 0], [0.6, 0.8], np.array([2, 1]) / np.sqrt(5), np.array([1, 1]) / np.sqrt(2)]
    assert np.allclose(mean, expected, atol=1e-6)


def test_unknown_words_count_nothing() -> None:
    """A sentence without a known word is 0, and none at all is no row."""
    vectors = WordVectors(["a", "b", "c"], TABLE)
    assert np.allclose(vectors.mean([["z"], [], ["z", "b"]]), [[0, 0], [0, 0], [0, 1]])
    assert vectors.mean([]).shape == (0, 2)
    assert vectors.dimensions == 2
