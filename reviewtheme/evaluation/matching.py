"""The same sentence in the work of several coders: by document, text, and which of equal texts it is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reviewtheme.codebook import Codebook
from reviewtheme.evaluation.coefficients import MISSING
from reviewtheme.training.labelled import LabelledSentence, stance_matrix, theme_matrix

Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedWork:
    """What one coder labelled."""

    name: str
    """The coder."""
    sentences: Sequence[LabelledSentence]
    """In document order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Sentences of all coders, each once; document by document, as they first occur."""

    sentences: tuple[LabelledSentence, ...]
    """Each sentence as the first coder who has it gave it; the labels are not to be used."""
    themes: npt.NDArray[np.int_]
    """(coders, sentences, themes): 0, 1, or `MISSING` where a coder does not have the sentence."""
    stances: npt.NDArray[np.int_]
    """(coders, sentences), column of the stance, or `MISSING`."""

    @property
    def has(self) -> npt.NDArray[np.bool_]:
        """(coders, sentences), who coded what."""
        return np.asarray(self.themes[:, :, 0] != MISSING)

    def at(self, rows: npt.NDArray[np.bool_]) -> "Matched":
        """Return some of the sentences."""
        return Matched(
            sentences=tuple(self.sentences[row] for row in np.flatnonzero(rows)),
            themes=self.themes[:, rows],
            stances=self.stances[:, rows],
        )


def match_sentences(works: Sequence[CodedWork], codebook: Codebook, *, by_text_alone: bool) -> Matched:
    """Find the same sentences; of equal ones in a document, the first is that of others that is first, too.

    Args:
        works: what each coder labelled, by the codebook.
        codebook: the label space.
        by_text_alone: leave documents out of it, as where coders name them in other ways.
    """
    keys = [_keys(work.sentences, by_text_alone=by_text_alone) for work in works]
    order = _documents_together(keys)
    place = {key: row for row, key in enumerate(order)}
    first: dict[Key, LabelledSentence] = {}
    themes = np.full((len(works), len(order), len(codebook.themes)), MISSING)
    stances = np.full((len(works), len(order)), MISSING)
    for number, (work, own) in enumerate(zip(works, keys, strict=True)):
        rows = np.array([place[key] for key in own], dtype=int)
        themes[number, rows] = theme_matrix(work.sentences, codebook)
        told = stance_matrix(work.sentences, codebook)
        if told.shape[1]:
            stances[number, rows] = np.where(told.any(axis=1), told.argmax(axis=1), MISSING)
        for key, sentence in zip(own, work.sentences, strict=True):
            first.setdefault(key, sentence)
    return Matched(sentences=tuple(first[key] for key in order), themes=themes, stances=stances)


def _keys(sentences: Sequence[LabelledSentence], *, by_text_alone: bool) -> list[Key]:
    seen: Counter[tuple[str, str]] = Counter()
    keys = []
    for sentence in sentences:
        what = ("" if by_text_alone else sentence.document, " ".join(sentence.text.split()))
        keys.append((*what, seen[what]))
        seen[what] += 1
    return keys


def _documents_together(keys: Sequence[Sequence[Key]]) -> list[Key]:
    """Order keys by document as it first occurs, then as they first occur."""
    every = list(dict.fromkeys(key for own in keys for key in own))
    documents = {name: number for number, name in enumerate(dict.fromkeys(key[0] for key in every))}
    return sorted(every, key=lambda key: documents[key[0]])
