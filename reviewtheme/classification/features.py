"""A sentence in its place becomes a row of numbers.

A sentence is known by its phrases (runs of words with the punctuation between them), by the parts of its
words (character n-grams), by their meaning (static vectors), and by the field's vocabulary (the lexicon).
Of the sentence before, phrases, meaning and vocabulary count, at less weight. A network that reads both may
stand beside. What depends on a word or on a text alone is worked out once, so that thousands of sentences
a second are possible.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol, Self, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from reviewtheme.classification.lexicon import Lexicon, split_words
from reviewtheme.classification.word_vectors import WordVectors

Matrix: TypeAlias = sparse.csr_matrix
Floats = npt.NDArray[np.float32]
FEATURE_PARTS = (
    "phrases",
    "subwords",
    "lexicon",
    "vectors",
    "previous_phrases",
    "previous_lexicon",
    "previous_vectors",
    "encoder",
)
_OPTIONAL_PARTS = ("vectors", "previous_vectors", "encoder")
PHRASE_TOKEN = re.compile(r"[a-z]+|\d+|[“”\"‘’':;?!.,()-]")
_CACHED_WORDS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceInPlace:
    """The text of a sentence with what a coder would have read before it."""

    text: str
    """The sentence itself."""
    previous: str = ""
    """The sentence or heading before it in the same document; empty at its start."""


def in_place(texts: Iterable[str]) -> list[SentenceInPlace]:
    """Read plain strings as consecutive sentences of one document."""
    sentences: list[SentenceInPlace] = []
    previous = ""
    for text in texts:
        sentences.append(SentenceInPlace(text=text, previous=previous))
        previous = text
    return sentences


class SentenceEncoder(Protocol):
    """A network that was taught beforehand, and reads a sentence with the one before it to a vector."""

    dimensions: int
    """Length of a vector."""
    vocabulary: tuple[str, ...]
    """Words, or parts of them, that it knows."""
    arrays: dict[str, npt.NDArray[Any]]
    """Its weights."""
    settings: dict[str, int]
    """What else it needs to be made again."""

    def vectors(self, sentences: Sequence[SentenceInPlace]) -> Floats:
        """Return a vector for each sentence, (sentences, dimensions).

        Raises:
            ModelError: it cannot be run.
        """

    def end_of_read(self, text: str) -> int:
        """Return from which character on the words of a long sentence change nothing."""


class TermWeights:
    """A vocabulary with the inverse document frequency of each term.

    Args:
        terms: the vocabulary, in column order.
        idf: one weight a term, float32.
    """

    def __init__(self, terms: Sequence[str], idf: npt.NDArray[np.float32]) -> None:
        self.terms = tuple(terms)
        self.idf = np.asarray(idf, dtype=np.float32)
        self.columns = {term: column for column, term in enumerate(self.terms)}
        self.columns_of_word: dict[str, npt.NDArray[np.int32]] = {}
        """Columns of the terms in a word, kept from one use to the next."""

    @classmethod
    def count(
        cls, rows: Iterable[Iterable[str]], documents: Sequence[Any] | npt.NDArray[Any], min_df: int
    ) -> Self:
        """Learn the terms that stand in at least `min_df` documents, in alphabetical order.

        Names of one case, which stand in one document, are thus never learned. The weights count rows.
        """
        frequency: Counter[str] = Counter()
        found_in: dict[str, set[Any]] = {}
        for terms, document in zip(rows, documents, strict=True):
            for term in set(terms):
                frequency[term] += 1
                found_in.setdefault(term, set()).add(document)
        kept = sorted(term for term, places in found_in.items() if len(places) >= min_df)
        total = len(documents)
        counts = np.array([frequency[term] for term in kept], dtype=np.float64)
        return cls(kept, (np.log((1 + total) / (1 + counts)) + 1).astype(np.float32))

    def weigh(self, counts: Matrix) -> Matrix:
        """Turn counts into rows of length 1 of (1 + log count) times idf."""
        weighted = counts.astype(np.float32)
        np.log(weighted.data, out=weighted.data)
        weighted.data += 1
        weighted.data *= self.idf[weighted.indices]
        return _unit_rows(weighted)


class SentenceFeatures:
    """Sentences in their place to a sparse matrix, one row each.

    It works as scikit-learn's transformers do, without their base class: importing scikit-learn takes
    longer than classifying a document does.

    Args:
        lexicon: finds the phrases of each theme.
        vectors: static word vectors; None leaves the two vector parts out.
        min_df: least number of documents that a phrase or character n-gram stands in.
        lexicon_weight: weight of a lexicon hit, beside rows of length 1 for phrases and subwords.
        vector_weight: length of the vector part.
        previous_weight: what the sentence before counts against the sentence itself.
        encoder: reads each sentence with the one before; None leaves its part out.
    """

    def __init__(
        self,
        lexicon: Lexicon,
        vectors: WordVectors | None = None,
        *,
        min_df: int = 3,
        lexicon_weight: float = 0.25,
        vector_weight: float = 1.0,
        previous_weight: float = 0.25,
        encoder: SentenceEncoder | None = None,
    ) -> None:
        self.lexicon = lexicon
        self.vectors = vectors
        self.min_df = min_df
        self.lexicon_weight = lexicon_weight
        self.vector_weight = vector_weight
        self.previous_weight = previous_weight
        self.encoder = encoder

    def fit(
        self,
        sentences: Sequence[SentenceInPlace],
        documents: Sequence[Any] | npt.NDArray[Any] | None = None,
    ) -> Self:
        """Learn the two vocabularies.

        Args:
            sentences: sentences to learn from.
            documents: name of each sentence's document; None means that each is a document of its own.
        """
        names = range(len(sentences)) if documents is None else documents
        parts = ({part for w in split_words(s.text) for part in subwords(w)} for s in sentences)
        self.phrases_ = TermWeights.count((phrase_ngrams(s.text) for s in sentences), names, self.min_df)
        self.subwords_ = TermWeights.count(parts, names, self.min_df)
        return self

    def restore(self, phrases: TermWeights, subword_terms: TermWeights) -> Self:
        """Take vocabularies that were learned before, as when a model is loaded."""
        self.phrases_, self.subwords_ = phrases, subword_terms
        return self

    def transform(self, sentences: Sequence[SentenceInPlace]) -> Matrix:
        """Return one row a sentence, the parts side by side in the order of `parts()`."""
        parts = [sparse.csr_matrix(part) for _, part in self.transform_parts(sentences)]
        return sparse.hstack(parts, format="csr")

    def transform_parts(self, sentences: Sequence[SentenceInPlace]) -> list[tuple[str, Matrix | Floats]]:
        """Return name and matrix of each part, one row a sentence; vectors and the encoder's part are dense.

        Raises:
            ModelError: the encoder cannot be run.
        """
        own = dict.fromkeys(sentence.text for sentence in sentences)
        texts = list(own | dict.fromkeys(sentence.previous for sentence in sentences))
        places = {text: place for place, text in enumerate(texts)}
        of_text = self._parts_of_texts(texts, len(own))
        here = [places[sentence.text] for sentence in sentences]
        before = [places[sentence.previous] for sentence in sentences]
        found: list[tuple[str, Matrix | Floats]] = []
        for name, _ in self.parts():
            if name == "encoder" and self.encoder is not None:
                found.append((name, self.encoder.vectors(sentences)))
            elif name.startswith("previous_"):
                part = of_text[name.removeprefix("previous_")][before] * np.float32(self.previous_weight)
                found.append((name, part))
            else:
                found.append((name, of_text[name][here]))
        return found

    def parts(self) -> list[tuple[str, int]]:
        """Return name and number of columns of each part, in column order."""
        widths = {
            "phrases": len(self.phrases_.terms),
            "subwords": len(self.subwords_.terms),
            "lexicon": len(self.lexicon.columns),
            "vectors": self.vectors.dimensions if self.vectors is not None else 0,
            "encoder": self.encoder.dimensions if self.encoder is not None else 0,
        }
        wide = [(name, widths[name.removeprefix("previous_")]) for name in FEATURE_PARTS]
        return [(name, width) for name, width in wide if width or name not in _OPTIONAL_PARTS]

    def _parts_of_texts(self, texts: list[str], own_texts: int) -> dict[str, Matrix | Floats]:
        """Work out what depends on a text alone, one row a text; parts of words of the first ones only."""
        words = [split_words(text) for text in texts]
        parts: dict[str, Matrix | Floats] = {
            "phrases": self.phrases_.weigh(
                _count_rows(texts, self._phrase_columns, len(self.phrases_.terms))
            ),
            "subwords": self.subwords_.weigh(self._count_subwords(words[:own_texts])),
            "lexicon": self._find_phrases(words) * np.float32(self.lexicon_weight),
        }
        if self.vectors is not None:
            parts["vectors"] = self.vectors.mean(words) * np.float32(self.vector_weight)
        return parts

    def _phrase_columns(self, text: str) -> list[int]:
        columns = self.phrases_.columns
        return [columns[term] for term in phrase_ngrams(text) if term in columns]

    def _count_subwords(self, words: list[list[str]]) -> Matrix:
        """Count character n-grams through a matrix of the distinct words, so that each word is cut once."""
        places: dict[str, int] = {}
        of_sentence = _count_rows(words, lambda ws: [places.setdefault(w, len(places)) for w in ws], None)
        parts = [self._columns_of(word) for word in places]
        of_word = _rows_of_ones(parts, len(self.subwords_.terms))
        of_sentence.resize(len(words), len(places))
        return (of_sentence @ of_word).tocsr()

    def _columns_of(self, word: str) -> npt.NDArray[np.int32]:
        cache = self.subwords_.columns_of_word
        cached = cache.get(word)
        if cached is None:
            if len(cache) >= _CACHED_WORDS:
                cache.clear()
            columns = self.subwords_.columns
            cached = np.array([columns[part] for part in subwords(word) if part in columns], dtype=np.int32)
            cache[word] = cached
        return cached

    def _find_phrases(self, words: list[list[str]]) -> Matrix:
        found = [self.lexicon.find_columns(of_sentence) for of_sentence in words]
        return _count_rows(found, lambda columns: columns, len(self.lexicon.columns))


def phrase_ngrams(text: str) -> list[str]:
    """Return runs of one to three tokens, punctuation among them."""
    tokens = PHRASE_TOKEN.findall(text.lower())
    pairs = [f"{a} {b}" for a, b in pairwise(tokens)]
    return [*tokens, *pairs, *(f"{a} {b}" for a, b in zip(pairs, tokens[2:], strict=False))]


def subwords(word: str) -> list[str]:
    """Return the runs of 3 to 5 characters of a word set between spaces."""
    padded = f" {word} "
    return [padded[i : i + n] for n in (3, 4, 5) for i in range(len(padded) - n + 1)]


def _count_rows(rows: Sequence[Any], columns: Callable[[Any], list[int]], width: int | None) -> Matrix:
    """Count the columns of each row into a sparse matrix, indices in order."""
    found = [columns(row) for row in rows]
    pointers = np.concatenate(([0], np.cumsum([len(f) for f in found]))).astype(np.int32)
    indices = np.fromiter((c for f in found for c in f), dtype=np.int32, count=int(pointers[-1]))
    width = width if width is not None else int(indices.max(initial=-1)) + 1
    counted = sparse.csr_matrix(
        (np.ones(len(indices), dtype=np.float32), indices, pointers), shape=(len(rows), width)
    )
    counted.sum_duplicates()
    return counted


def _rows_of_ones(rows: list[npt.NDArray[np.int32]], width: int) -> Matrix:
    pointers = np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int32)
    indices = np.concatenate(rows) if rows else np.empty(0, dtype=np.int32)
    return sparse.csr_matrix(
        (np.ones(len(indices), dtype=np.float32), indices, pointers), shape=(len(rows), width)
    )


def _unit_rows(matrix: Matrix) -> Matrix:
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1
    matrix.data /= np.repeat(lengths, np.diff(matrix.indptr)).astype(np.float32)
    return matrix
