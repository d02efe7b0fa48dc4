"""One threshold for all themes, chosen where a peer has not learned."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from sklearn.model_selection import GroupKFold

from peers import TrainingSentences

_GRID = np.arange(0.02, 0.91, 0.01)


def common_threshold(
    scores: npt.NDArray[np.floating], themes: npt.NDArray[np.int_], weights: npt.NDArray[np.float32]
) -> float:
    """Return the threshold of highest micro-F1.

    Args:
        scores: (sentences, themes), 0..1, of sentences whose documents the scorer had not seen.
        themes: (sentences, themes), 0/1.
        weights: (sentences,), what each sentence counts.
    """
    each = np.repeat(weights.astype(np.float64), scores.shape[1])
    true, flat = themes.ravel() * each, scores.ravel()
    found = [
        2 * true[marked].sum() / max(true.sum() + each[marked].sum(), 1e-9)
        for marked in (flat >= threshold for threshold in _GRID)
    ]
    return float(_GRID[int(np.argmax(found))])


def document_folds(
    sentences: TrainingSentences, folds: int
) -> Iterator[tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]]:
    """Split row numbers into learning and held-out ones, no document on both sides."""
    yield from GroupKFold(folds).split(sentences.texts, groups=sentences.documents)
