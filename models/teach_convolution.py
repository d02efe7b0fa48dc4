"""Teach the convolutional network of the default model, and turn it into plain arrays.

Its words begin with the vectors that were distilled from a sentence transformer. On two cores eight passes
over 376,000 sentences take about a quarter of an hour. Sums are done with 16 bits, which is faster, and two
threads, so that the same machine gives the same model.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from teaching import RARE, teach
from teaching_plan import Floats, Rows, Taught, TeachingSettings, TeachingTargets
from torch.nn import functional

from reviewtheme.classification.convolution_encoder import (
    NUMBER,
    WINDOW,
    ConvolutionEncoder,
    convolution_words,
)
from reviewtheme.classification.encoder_arrays import whole_numbers
from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.word_vectors import WordVectors

SETTINGS = TeachingSettings(passes=8, batch=128, rate=1.5e-3, warm_up=0.03)
MARKS = ("“", "”", '"', "‘", "’", "'", ":", ";", "?", "!", ".", ",", "(", ")", "-")
_FILTERS, _DIMENSIONS, _DROPOUT = 320, 320, 0.2
_WORD_LENGTH = 3.0
"""Mean length of a word's vector at the beginning."""
_SHARES = (1.0, 2.0, 0.3)
"""What largest values, means, and largest values of the sentence before are multiplied by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """The words of distinct texts, and which of them each sentence is."""

    rows: list[list[int]]
    """Of each text, 0 for a word that is not known."""
    own: list[int]
    """The text of each sentence."""
    before: list[int]
    """That of the one before it."""


class Network(torch.nn.Module):
    """The network with its head."""

    def __init__(self, words: torch.Tensor, outputs: int, themes: int) -> None:
        super().__init__()
        self.words = torch.nn.Embedding.from_pretrained(words, freeze=False, padding_idx=0)
        self.windows = torch.nn.Linear(WINDOW * words.shape[1], _FILTERS)
        self.hidden = torch.nn.Linear(3 * _FILTERS, _DIMENSIONS)
        self.head = torch.nn.Linear(_DIMENSIONS, outputs)
        self.dropout = torch.nn.Dropout(_DROPOUT)
        self.head.bias.data[:themes] = RARE

    def forward(self, own: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
        """Return log-odds, (sentences, outputs), from the words of both sentences, (sentences, words)."""
        largest, means = self._pooled(own)
        parts = (largest, means, self._pooled(before)[0])
        read = torch.cat([part * share for part, share in zip(parts, _SHARES, strict=True)], 1)
        vectors = torch.relu(self.hidden(self.dropout(read)))
        found: torch.Tensor = self.head(self.dropout(vectors))
        return found

    def _pooled(self, words: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        known = (words > 0)[:, :, None]
        read = functional.pad(self.dropout(self.words(words)), (0, 0, WINDOW // 2, WINDOW // 2))
        length = words.shape[1]
        windows = torch.cat([read[:, start : start + length] for start in range(WINDOW)], 2)
        found = torch.relu(self.windows(windows)).masked_fill(~known, 0)
        return found.amax(1), found.sum(1) / known.sum(1).clamp(min=1)


def teach_convolution(
    sentences: Sequence[SentenceInPlace],
    targets: TeachingTargets,
    vectors: WordVectors,
    settings: TeachingSettings,
    progress: Callable[[str], None],
) -> Taught:
    """Teach the network, and return it with its head.

    Args:
        sentences: what it learns from.
        targets: what each sentence is, in the same order.
        vectors: where its words begin.
        settings: how it is taught.
        progress: told in words how far it is.
    """
    torch.manual_seed(settings.seed)
    torch.set_num_threads(2)
    vocabulary = (*vectors.words, *MARKS, NUMBER)
    texts = _read(sentences, vocabulary)
    themes, stances = targets.themes.shape[1], targets.stances.shape[1]
    network = Network(_beginning(vectors, len(vocabulary)), themes + stances, themes).train()

    def read(rows: Rows) -> torch.Tensor:
        own, before = ([texts.rows[of[row]] for row in rows] for of in (texts.own, texts.before))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found: torch.Tensor = network(_padded(own), _padded(before))
        return found

    lengths = [len(texts.rows[text]) for text in texts.own]
    optimizer = torch.optim.AdamW(network.parameters(), lr=settings.rate, weight_decay=0.01, fused=True)
    teach(network, read, lengths, targets, optimizer, settings, progress)
    weights = {name: values.detach().numpy() for name, values in network.eval().state_dict().items()}
    encoder = ConvolutionEncoder(vocabulary, _arrays(weights, 1.0))
    length = float(np.linalg.norm(encoder.vectors(sentences[:5000]), axis=1).mean())
    return Taught(
        encoder=ConvolutionEncoder(vocabulary, _arrays(weights, length)),
        coefficients=length * weights["head.weight"].T,
        intercepts=weights["head.bias"],
    )


def _read(sentences: Sequence[SentenceInPlace], vocabulary: Sequence[str]) -> _Texts:
    rows = {word: row for row, word in enumerate(vocabulary, start=1)}
    places: dict[str, int] = {}
    for text in (text for sentence in sentences for text in (sentence.previous, sentence.text)):
        places.setdefault(text, len(places))
    return _Texts(
        rows=[[rows.get(word, 0) for word in convolution_words(text)] for text in places],
        own=[places[sentence.text] for sentence in sentences],
        before=[places[sentence.previous] for sentence in sentences],
    )


def _beginning(vectors: WordVectors, words: int) -> torch.Tensor:
    """Return the rows of words at the beginning, the first for what is not known."""
    table = np.zeros((words + 1, vectors.dimensions), dtype=np.float32)
    table[1 : len(vectors.words) + 1] = vectors.table
    return torch.tensor(table * (_WORD_LENGTH * len(vectors.words) / np.linalg.norm(table, axis=1).sum()))


def _padded(rows: Sequence[Sequence[int]]) -> torch.Tensor:
    filled = np.zeros((len(rows), max(1, *(len(row) for row in rows))), dtype=np.int64)
    for place, row in enumerate(rows):
        filled[place, : len(row)] = row
    return torch.tensor(filled)


def _arrays(weights: dict[str, Floats], length: float) -> dict[str, npt.NDArray[np.generic]]:
    """Turn the weights into the arrays of an encoder whose vectors are so much shorter."""
    numbers, scales = whole_numbers(weights["words.weight"][1:].T)
    shares = np.repeat(np.array(_SHARES, dtype=np.float32), _FILTERS)[:, None]
    return {
        "words": np.ascontiguousarray(numbers.T),
        "word_scales": scales,
        "windows": weights["windows.weight"].T.reshape(WINDOW, -1, _FILTERS).astype(np.float16),
        "window_biases": weights["windows.bias"],
        "hidden": (weights["hidden.weight"].T * shares / length).astype(np.float16),
        "hidden_biases": (weights["hidden.bias"] / np.float32(length)),
    }
