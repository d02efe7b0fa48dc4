"""A small convolutional network that reads a sentence with the one before: runs of three words to a vector.

Kim 2014 (https://arxiv.org/abs/1408.5882): each word has a vector, a window of three words turns on filters,
and of each filter the sentence keeps the largest value and the mean. Of the sentence before, the largest
values are read too. One hidden layer makes a vector of all that.

A filter is linear in its three words, so that each distinct word is multiplied once, and a window is the sum
of three rows: thousands of sentences a second with plain numpy.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.encoder_arrays import check_arrays, check_sizes, finite
from reviewtheme.classification.features import PHRASE_TOKEN, SentenceInPlace

Floats = npt.NDArray[np.float32]
CONVOLUTION_ARRAYS = (
    "words",
    "word_scales",
    "windows",
    "window_biases",
    "hidden",
    "hidden_biases",
)
"""Every array of the network."""
NUMBER = "0"
"""The word that stands for every number."""
MOST_WORDS = 100
"""Words and marks that are read of a text, from its beginning."""
WINDOW = 3
"""Words of a window."""
_KINDS: Mapping[str, npt.DTypeLike] = {"words": np.int8, "windows": np.float16, "hidden": np.float16}
_BOUNDS = {"words": 50_000, "width": 1024, "filters": 1024, "outputs": 4096}
_TEXTS_AT_ONCE = 32
"""Texts whose windows are worked out together: their rows stay in the processor's cache."""


class ConvolutionEncoder:
    """A convolutional network from a sentence in its place to a vector, none of whose values is negative.

    Args:
        words: the words and marks that it knows, in the order of the rows of `arrays["words"]`.
        arrays: the weights by the names of `CONVOLUTION_ARRAYS`, with W words of width D, F filters and H
            outputs: words (W, D) of 8 bits with word_scales (W,), windows (3, D, F), window_biases (F,),
            hidden (3 F, H), for the largest values, the means and the largest values of the sentence
            before, and hidden_biases (H,).

    Raises:
        ValueError: the arrays do not fit each other or the words.
    """

    def __init__(self, words: Sequence[str], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        _check(words, arrays)
        self.vocabulary, self.arrays = tuple(words), dict(arrays)
        self.settings: dict[str, int] = {}
        self.dimensions = len(self.arrays["hidden_biases"])
        """Length of a sentence's vector."""
        self._rows = {word: row for row, word in enumerate(self.vocabulary)}
        self._windows = np.concatenate(list(self.arrays["windows"].astype(np.float32)), axis=1)
        self._hidden = self.arrays["hidden"].astype(np.float32)

    @classmethod
    def restore(
        cls, vocabulary: Sequence[str], arrays: Mapping[str, npt.NDArray[Any]], settings: Mapping[str, Any]
    ) -> Self:
        """Make it again from what a model folder holds.

        Raises:
            ValueError: the parts are not those of such a network, or do not fit each other.
        """
        if settings:
            raise ValueError("a network of this kind has no settings")
        return cls(vocabulary, arrays)

    def vectors(self, sentences: Sequence[SentenceInPlace]) -> Floats:
        """Return a vector for each sentence, (sentences, dimensions).

        Raises:
            ModelError: sums of the weights leave all bounds.
        """
        places: dict[str, int] = {}
        for text in (text for sentence in sentences for text in (sentence.previous, sentence.text)):
            places.setdefault(text, len(places))
        here = [places[sentence.text] for sentence in sentences]
        before = [places[sentence.previous] for sentence in sentences]
        with np.errstate(over="ignore", invalid="ignore"):  # told as an error of the model
            largest, means = self._pooled([convolution_words(text) for text in places])
            read = np.hstack([largest[here], means[here], largest[before]])
            found = finite(read @ self._hidden + self.arrays["hidden_biases"])
        return np.maximum(found, 0, out=found)

    def end_of_read(self, text: str) -> int:
        """Return where reading of a sentence ends: beyond so many words and marks, nothing changes."""
        found = list(PHRASE_TOKEN.finditer(text.lower()))[:MOST_WORDS]
        if len(found) < MOST_WORDS:
            return len(text)
        ends = accumulate(len(character.lower()) for character in text)  # one may be two in lower case
        return next(place for place, end in enumerate(ends, start=1) if end >= found[-1].end())

    def _pooled(self, texts: Sequence[Sequence[str]]) -> tuple[Floats, Floats]:
        """Return the largest value and the mean of each filter in each text, (texts, filters) each.

        Texts of like length are worked out together: shorter ones are filled up with blanks, and one stands
        before and after each. What is not known is a blank, too.
        """
        blank = len(self.vocabulary)
        rows = [self._rows.get(word, blank) for words in texts for word in words]
        used, places = np.unique([*rows, blank], return_inverse=True)
        before, own, after = np.split(finite(self._of_words(used) @ self._windows), WINDOW, axis=1)
        own += self.arrays["window_biases"]
        own[-1] = -np.inf  # in no blank's place a window is looked at
        lengths = np.array([len(words) for words in texts])
        ends = np.cumsum(lengths)
        largest, means = np.empty((2, len(texts), own.shape[1]), dtype=np.float32)
        by_length = np.argsort(lengths, kind="stable")
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            chosen = by_length[start : start + _TEXTS_AT_ONCE]
            words = np.full((len(chosen), lengths[chosen[-1]] + 2), len(used) - 1)
            for row, length, end in zip(words, lengths[chosen], ends[chosen], strict=True):
                row[1 : length + 1] = places[end - length : end]
            found = own[words[:, 1:-1]]
            found += before[words[:, :-2]]
            found += after[words[:, 2:]]
            np.maximum(found, 0, out=found)
            known = np.maximum(1, (words < len(used) - 1).sum(axis=1, dtype=np.float32))
            largest[chosen] = found.max(axis=1, initial=0)
            means[chosen] = found.sum(axis=1) / known[:, None]
        return largest, means

    def _of_words(self, rows: npt.NDArray[np.int64]) -> Floats:
        """Return the vectors of some rows in rising order; of the blank, which is one beyond all, zeros."""
        known = rows[rows < len(self.vocabulary)]
        vectors = np.zeros((len(rows), self.arrays["words"].shape[1]), dtype=np.float32)
        vectors[: len(known)] = self.arrays["words"][known] * self.arrays["word_scales"][known][:, None]
        return vectors


def convolution_words(text: str) -> list[str]:
    """Return the words and marks of a text that are read; numbers are one word."""
    found = PHRASE_TOKEN.findall(text.lower())[:MOST_WORDS]
    return [NUMBER if word[0].isdigit() else word for word in found]


def _check(words: Sequence[str], arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Refuse arrays that do not fit each other, are of another kind, or are beyond all bounds."""
    if sorted(arrays) != sorted(CONVOLUTION_ARRAYS):
        raise ValueError(f"a network has the arrays {', '.join(CONVOLUTION_ARRAYS)}, and no others")
    if len(set(words)) != len(words):
        raise ValueError("its words are not distinct")
    width, filters = arrays["words"].shape[-1], arrays["window_biases"].shape[-1]
    outputs = arrays["hidden_biases"].shape[-1]
    check_sizes({"words": len(words), "width": width, "filters": filters, "outputs": outputs}, _BOUNDS)
    shapes = {
        "words": (len(words), width),
        "word_scales": (len(words),),
        "windows": (WINDOW, width, filters),
        "window_biases": (filters,),
        "hidden": (WINDOW * filters, outputs),
        "hidden_biases": (outputs,),
    }
    check_arrays(arrays, shapes, _KINDS)
