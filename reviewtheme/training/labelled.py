"""Labelled sentences, and the matrices of labels that training and scoring work with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.codebook import Codebook


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSentence:
    """A sentence as a coder labelled it."""

    text: str
    """The sentence."""
    previous: str
    """The sentence before it in its document; empty at its start."""
    document: str
    """Name of its document: data are split by it, never by sentence."""
    themes: tuple[str, ...]
    """Ids of its themes, in codebook order."""
    stance: str
    """Id of its stance; empty where it was not labelled."""
    register: str = ""
    """Kind of text, e.g. "news"; empty where unknown."""
    start: int | None = None
    """First character in the text of its document, as the coder's tool had it; None where unknown."""
    end: int | None = None
    """One past the last such character; None where unknown."""
    disputed: tuple[str, ...] = ()
    """Ids of themes that only some of its coders gave it, in codebook order: scoring leaves these out."""
    stance_disputed: bool = False
    """Whether its coders gave it different stances: scoring leaves the stance out."""

    @property
    def in_place(self) -> SentenceInPlace:
        """The sentence as the features want it."""
        return SentenceInPlace(text=self.text, previous=self.previous)


def theme_matrix(labelled: Sequence[LabelledSentence], codebook: Codebook) -> npt.NDArray[np.int_]:
    """Return 0/1 labels, (sentences, themes), in the codebook's order."""
    columns = {theme_id: column for column, theme_id in enumerate(codebook.theme_ids)}
    matrix = np.zeros((len(labelled), len(columns)), dtype=int)
    for row, sentence in enumerate(labelled):
        matrix[row, [columns[theme_id] for theme_id in sentence.themes]] = 1
    return matrix


def stance_matrix(labelled: Sequence[LabelledSentence], codebook: Codebook) -> npt.NDArray[np.int_]:
    """Return 0/1 stances, (sentences, stances); a row without a stance is all 0."""
    columns = {stance_id: column for column, stance_id in enumerate(codebook.stance_ids)}
    matrix = np.zeros((len(labelled), len(columns)), dtype=int)
    for row, sentence in enumerate(labelled):
        if sentence.stance:
            matrix[row, columns[sentence.stance]] = 1
    return matrix


def documents_of(labelled: Iterable[LabelledSentence]) -> npt.NDArray[np.str_]:
    """Return the document of each sentence."""
    return np.array([sentence.document for sentence in labelled])
