"""The words that spoke for a theme: what each word of a sentence adds to the theme's log-odds.

The model is linear, so each feature adds its value times its weight. A phrase's part is shared out among its
words, that of a run of characters goes to its word, a lexicon hit to the words of the hit, and the vector's
part to each word by its own vector. What the sentence before adds is told as one sum.

An encoder's vector belongs to no word: what a word adds to it is what the log-odds lose when the sentence
is read without the word (occlusion), and what is left over is spread evenly.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.features import (
    PHRASE_TOKEN,
    Matrix,
    SentenceEncoder,
    SentenceInPlace,
    phrase_ngrams,
    subwords,
)
from reviewtheme.classification.lexicon import split_words
from reviewtheme.classification.model import Model

_WORD = re.compile(r"[A-Za-z0-9]+(?:['’][A-Za-z0-9]+)*")
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordEvidence:
    """What one word of a sentence adds to the log-odds of a theme."""

    text: str
    """The word as it stands."""
    start: int
    """First character in the sentence's text."""
    end: int
    """One past its last character."""
    weight: float
    """What it adds, in log-odds before calibration; negative where it speaks against the theme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why a sentence has the score that it has for a theme."""

    theme_id: str
    """Id of the theme."""
    words: tuple[WordEvidence, ...]
    """Every word of the sentence, in order."""
    previous: float
    """What the sentence before adds, in log-odds."""
    baseline: float
    """Log-odds of a sentence without any known word; of one without words, all that it says itself."""

    def strongest(self, most: int = 3) -> tuple[WordEvidence, ...]:
        """Return the words that speak most for the theme, the strongest first."""
        speaking = [word for word in self.words if word.weight > 0]
        return tuple(sorted(speaking, key=lambda word: (-word.weight, word.start))[:most])


def explain_theme(model: Model, sentence: SentenceInPlace, theme_id: str) -> Explanation:
    """Tell what each word of a sentence adds to a theme.

    The parts add up: baseline + previous + all words = the model's log-odds before calibration.

    Args:
        model: the model that coded the sentence.
        sentence: the sentence with the one before it.
        theme_id: a theme of the model's codebook.

    Raises:
        CodebookError: the codebook has no such theme.
    """
    return explain_themes(model, [(sentence, theme_id)])[0]


def explain_themes(model: Model, marks: Sequence[tuple[SentenceInPlace, str]]) -> list[Explanation]:
    """Tell what each word of sentences adds to a theme of each, as `explain_theme` does; faster for many.

    Args:
        model: the model that coded the sentences.
        marks: sentences with the ones before them, each with a theme of the model's codebook.

    Raises:
        CodebookError: the codebook has no such theme.
    """
    for theme_id in {theme_id for _, theme_id in marks}:
        model.codebook.theme(theme_id)
    columns = {theme_id: column for column, theme_id in enumerate(model.codebook.theme_ids)}
    parts = model.features.transform_parts([sentence for sentence, _ in marks])
    own_parts = [(name, part) for name, part in parts if name != "encoder"]
    explained = [
        _explanation(
            model, sentence.text, columns[theme_id], _added(model, own_parts, row, columns[theme_id])
        )
        for row, (sentence, theme_id) in enumerate(marks)
    ]
    encoder = model.features.encoder
    if encoder is None:
        return explained
    last = model.theme_weights.coefficients[-encoder.dimensions :]  # the encoder's part
    weights, (_, whole) = last.astype(np.float32), parts[-1]
    read = _without_each_word(encoder, [sentence for sentence, _ in marks])
    return [
        _with_encoder(explanation, np.vstack([own, others]) @ weights[:, columns[theme_id]])
        for explanation, (_, theme_id), own, others in zip(explained, marks, whole, read, strict=True)
    ]


def _without_each_word(encoder: SentenceEncoder, sentences: Sequence[SentenceInPlace]) -> Iterator[Floats]:
    """Give the vectors of each sentence without the one before, empty, and without each word.

    Words beyond the part of a long sentence that is read are left out: they add nothing.
    """
    found: dict[SentenceInPlace, Floats] = {}
    for sentence in sentences:
        if sentence not in found:
            text, end = sentence.text, encoder.end_of_read(sentence.text)
            words = [match for match in _WORD.finditer(text) if match.start() < end]
            cut = [text[: word.start()] + text[word.end() :] for word in words]
            found[sentence] = encoder.vectors(
                [
                    SentenceInPlace(text=text),
                    SentenceInPlace(text=""),
                    *(replace(sentence, text=without) for without in cut),
                ]
            )
        yield found[sentence]


def _with_encoder(explanation: Explanation, read: Floats) -> Explanation:
    """Add what the words say to the encoder, from log-odds of the whole and of `_without_each_word`."""
    whole, alone, empty, *without = read.tolist()
    added = [whole - score for score in without]
    left = alone - empty - sum(added)  # what words say together only
    share = left / max(1, len(added))
    values = [value + share for value in added] + [0.0] * (len(explanation.words) - len(added))
    return replace(
        explanation,
        words=tuple(
            replace(word, weight=word.weight + value)
            for word, value in zip(explanation.words, values, strict=True)
        ),
        previous=explanation.previous + whole - alone,
        baseline=explanation.baseline + empty + (0.0 if added else left),
    )


def _added(
    model: Model, parts: Sequence[tuple[str, Matrix | Floats]], row: int, column: int
) -> dict[str, dict[int, float]]:
    """Return what each feature of a row adds to a theme: part to place within it to log-odds."""
    added: dict[str, dict[int, float]] = {}
    start = 0
    for name, part in parts:
        if isinstance(part, np.ndarray):
            places, values = np.arange(part.shape[1]), part[row]
        else:
            inside = slice(part.indptr[row], part.indptr[row + 1])
            places, values = part.indices[inside], part.data[inside]
        weights = model.theme_weights.coefficients[start + places, column].astype(np.float32)
        added[name] = dict(zip(places.tolist(), (values * weights).tolist(), strict=True))
        start += part.shape[1]
    return added


def _explanation(model: Model, text: str, column: int, added: dict[str, dict[int, float]]) -> Explanation:
    spans = [match.span() for match in _WORD.finditer(text)]
    totals = np.zeros(len(spans))
    _share_phrases(model, text, added["phrases"], spans, totals)
    _share_words(model, text, added, spans, totals, column)
    before = sum(sum(values.values()) for name, values in added.items() if name.startswith("previous_"))
    own = sum(sum(values.values()) for name, values in added.items() if not name.startswith("previous_"))
    left = own - totals.sum()  # what belongs to no word, such as punctuation
    spread = left / max(1, len(spans))
    return Explanation(
        theme_id=model.codebook.theme_ids[column],
        words=tuple(
            WordEvidence(text=text[a:b], start=a, end=b, weight=float(total + spread))
            for (a, b), total in zip(spans, totals, strict=True)
        ),
        previous=float(before),
        baseline=float(model.theme_weights.intercepts[column]) + (0.0 if spans else float(left)),
    )


def _share_phrases(
    model: Model,
    text: str,
    added: dict[int, float],
    spans: list[tuple[int, int]],
    totals: npt.NDArray[np.float64],
) -> None:
    """Share what each phrase adds among the words that its tokens stand in."""
    tokens = [match.start() for match in PHRASE_TOKEN.finditer(text.lower())]
    terms = phrase_ngrams(text)
    lengths = [1] * len(tokens) + [2] * max(0, len(tokens) - 1) + [3] * max(0, len(tokens) - 2)
    firsts = [*range(len(tokens)), *range(max(0, len(tokens) - 1)), *range(max(0, len(tokens) - 2))]
    times = Counter(terms)
    for term, first, length in zip(terms, firsts, lengths, strict=True):
        place = model.features.phrases_.columns.get(term)
        if place is not None:
            share = added.get(place, 0.0) / times[term] / length
            for token in tokens[first : first + length]:
                for word in _words_at(token, spans):
                    totals[word] += share


def _share_words(
    model: Model,
    text: str,
    added: dict[str, dict[int, float]],
    spans: list[tuple[int, int]],
    totals: npt.NDArray[np.float64],
    column: int,
) -> None:
    """Give each word what its character runs, its lexicon hits and its vector add."""
    features = model.features
    words = split_words(text)
    owners = [i for i, (a, b) in enumerate(spans) for _ in split_words(text[a:b])]
    if len(owners) != len(words):  # letters beyond a to z cut words in another way: leave them unshared
        return
    runs = Counter(part for word in words for part in subwords(word))
    for owner, word in zip(owners, words, strict=True):
        for part in subwords(word):
            place = features.subwords_.columns.get(part)
            totals[owner] += added["subwords"].get(place, 0.0) / runs[part] if place is not None else 0.0
    hits = features.lexicon.find(words)
    counts = Counter(hit.column for hit in hits)
    for hit in hits:
        share = added["lexicon"].get(hit.column, 0.0) / counts[hit.column] / (hit.end - hit.start)
        for owner in owners[hit.start : hit.end]:
            totals[owner] += share
    if features.vectors is not None:
        start = 0
        for name, width in features.parts():
            if name == "vectors":
                break
            start += width
        weights = model.theme_weights.coefficients[start : start + features.vectors.dimensions, column]
        shares = features.vectors.shares(words, weights.astype(np.float32))
        for owner, value in zip(owners, shares, strict=True):
            totals[owner] += float(value) * features.vector_weight


def _words_at(place: int, spans: list[tuple[int, int]]) -> list[int]:
    return [i for i, (a, b) in enumerate(spans) if a <= place < b]
