"""What is compared: each way of coding sentences is one small class in a module of its own.

A peer learns from labelled sentences and then marks others with themes and a stance. Its module imports
the library it needs, so that a library that is not there costs its own row of the table and no other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import ClassVar, Protocol, Self, cast

import numpy as np
import numpy.typing as npt

from reviewtheme.codebook import Codebook

PEERS = {
    "keyword list": "keyword_list:KeywordList",
    "TF-IDF + logistic regression": "tfidf:TfidfLogisticRegression",
    "spaCy textcat_multilabel": "spacy_textcat:SpacyTextcat",
    "fastText": "fast_text:FastText",
    "MiniLM + logistic regression": "minilm:MiniLMLogisticRegression",
    "SetFit (MiniLM)": "set_fit:SetFit",
    "this project, linear": "this_project:ThisProject",
    "this project, default": "bundled_model:DefaultModel",
    "this project, accurate": "bundled_model:AccurateModel",
}
"""Name in the tables to module and class."""

SLOW = frozenset({"spaCy textcat_multilabel", "SetFit (MiniLM)"})
"""Peers whose fit takes so long that cross-validation leaves them out unless asked."""


class PeerMissingError(Exception):
    """The library or the weights of a peer are not there; the message says what to install."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSentences:
    """Labelled sentences as columns."""

    texts: tuple[str, ...]
    """The sentences."""
    previous: tuple[str, ...]
    """The sentence before each in its document; empty at its start."""
    themes: npt.NDArray[np.int_]
    """(sentences, themes), 0/1, in the codebook's order."""
    stances: npt.NDArray[np.int_]
    """(sentences,), column of the stance in the codebook; -1 where none was labelled."""
    documents: npt.NDArray[np.str_]
    """(sentences,), name of each sentence's document."""
    weights: npt.NDArray[np.float32]
    """(sentences,), what each sentence counts, for the peers that can weigh sentences."""

    def at(self, rows: npt.NDArray[np.int_]) -> Self:
        """Return the sentences of these row numbers."""
        return type(self)(
            texts=tuple(self.texts[row] for row in rows),
            previous=tuple(self.previous[row] for row in rows),
            themes=self.themes[rows],
            stances=self.stances[rows],
            documents=self.documents[rows],
            weights=self.weights[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What a peer says of some sentences."""

    themes: npt.NDArray[np.bool_]
    """(sentences, themes), in the codebook's order."""
    stances: npt.NDArray[np.int_]
    """(sentences,), column of the stance in the codebook."""


class Peer(Protocol):
    """A way of coding sentences."""

    note: ClassVar[str]
    """How it is set up, in a few words for the reader of the table."""

    def fit(self, sentences: TrainingSentences) -> None:
        """Learn, with everything that is chosen chosen on these sentences alone."""
        ...

    def predict(self, texts: Sequence[str], previous: Sequence[str]) -> Marks:
        """Mark sentences; nothing is remembered from one call to the next that would make it faster."""
        ...

    def save(self, folder: Path) -> None:
        """Write what prediction needs, so that its size can be taken."""
        ...


def peer_class(name: str) -> Callable[[Codebook], Peer]:
    """Import the class of a peer.

    Raises:
        PeerMissingError: the library that it needs is not installed.
    """
    module, _, attribute = PEERS[name].partition(":")
    try:
        return cast(Callable[[Codebook], Peer], getattr(import_module(f"peers.{module}"), attribute))
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in ("peers", "reviewtheme"):
            raise
        raise PeerMissingError(
            f"not installed: {error.name} (pip install 'reviewtheme[benchmarks]')"
        ) from error


def make_peer(name: str, codebook: Codebook) -> Peer:
    """Make an unfitted peer.

    Raises:
        PeerMissingError: the library or the weights that it needs are not there.
    """
    return peer_class(name)(codebook)
