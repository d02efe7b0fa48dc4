"""What a model, or a list of keywords, says of labelled sentences, in the columns of one label space."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.lexicon import Lexicon, split_words, themes_by_keywords
from reviewtheme.classification.model import Model
from reviewtheme.codebook import Codebook, default_codebook
from reviewtheme.training.labelled import LabelledSentence

UNKNOWN = -1
"""Stance that is not told, or not labelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """Scores, marks and stances of sentences. A theme that is not known is never marked."""

    scores: npt.NDArray[np.float32]
    """(sentences, themes), 0..1."""
    marked: npt.NDArray[np.bool_]
    """(sentences, themes)"""
    stances: npt.NDArray[np.int_]
    """(sentences,), column of the stance in the codebook, or `UNKNOWN`."""
    known: npt.NDArray[np.bool_]
    """(themes,), whether what predicts can mark the theme at all."""

    @staticmethod
    def nothing(sentences: int, codebook: Codebook) -> "Predictions":
        """Return predictions to fill: no theme is known, no stance told."""
        shape = (sentences, len(codebook.themes))
        return Predictions(
            scores=np.zeros(shape, dtype=np.float32),
            marked=np.zeros(shape, dtype=bool),
            stances=np.full(sentences, UNKNOWN),
            known=np.zeros(len(codebook.themes), dtype=bool),
        )

    def put(self, rows: npt.NDArray[np.int_], others: "Predictions") -> None:
        """Fill rows with what was predicted of them."""
        self.scores[rows] = others.scores
        self.marked[rows] = others.marked
        self.stances[rows] = others.stances
        self.known[:] |= others.known


def predict_by_model(model: Model, labelled: Sequence[LabelledSentence], codebook: Codebook) -> Predictions:
    """Let a model mark sentences; its themes and stances are found in the codebook by id."""
    predictions = Predictions.nothing(len(labelled), codebook)
    coding = model.code([sentence.in_place for sentence in labelled])
    here, there = _shared_columns(codebook.theme_ids, model.codebook.theme_ids)
    predictions.scores[:, here] = coding.scores[:, there]
    predictions.marked[:, here] = coding.themes[:, there]
    predictions.known[here] = True
    if model.codebook.stance_ids and set(model.codebook.stance_ids) <= set(codebook.stance_ids):
        column_of = np.array([codebook.stance_ids.index(stance) for stance in model.codebook.stance_ids])
        return replace(predictions, stances=column_of[coding.stance_scores.argmax(axis=1)])
    return predictions


def predict_by_keywords(
    lexicon: Lexicon, labelled: Sequence[LabelledSentence], codebook: Codebook
) -> Predictions:
    """Mark themes by `themes_by_keywords`; no stance is told."""
    predictions = Predictions.nothing(len(labelled), codebook)
    of_themes = set(default_codebook().theme_ids)  # stances and families of cues have columns, too
    column_of = {name: column for column, name in enumerate(codebook.theme_ids) if name in of_themes}
    for row, sentence in enumerate(labelled):
        found = themes_by_keywords(lexicon, split_words(sentence.text)) & column_of.keys()
        predictions.marked[row, sorted(column_of[theme_id] for theme_id in found)] = True
    predictions.known[[column_of[name] for name in lexicon.columns if name in column_of]] = True
    predictions.scores[:] = predictions.marked
    return predictions


def _shared_columns(
    wanted: Sequence[str], given: Sequence[str]
) -> tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]:
    """Return where the ids that both have stand in the one and in the other."""
    place = {name: column for column, name in enumerate(given)}
    pairs = [(column, place[name]) for column, name in enumerate(wanted) if name in place]
    both = np.array(pairs, dtype=int).reshape(-1, 2)
    return both[:, 0], both[:, 1]
