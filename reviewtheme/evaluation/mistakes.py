"""Where marks and labels part: themes taken for one another, and the sentences that are furthest off."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from reviewtheme.codebook import Codebook
from reviewtheme.evaluation.evaluation_result import Confusion, Mistake
from reviewtheme.evaluation.predictions import Predictions
from reviewtheme.evaluation.scoring import Truth
from reviewtheme.training.labelled import LabelledSentence


def confusions_of(truth: Truth, predictions: Predictions, codebook: Codebook) -> tuple[Confusion, ...]:
    """Count, for each pair of themes, the sentences where one was missed and the other marked wrongly."""
    missed = (truth.themes & ~predictions.marked & truth.judged).astype(np.int64)
    wrong = (predictions.marked & ~truth.themes & truth.judged).astype(np.int64)
    table = missed.T @ wrong
    ids = codebook.theme_ids
    found = [
        Confusion(missed=ids[one], marked=ids[other], sentences=int(table[one, other]))
        for one, other in zip(*np.nonzero(table), strict=True)
    ]
    return tuple(sorted(found, key=lambda confusion: -confusion.sentences))


def worst_mistakes(
    labelled: Sequence[LabelledSentence],
    truth: Truth,
    predictions: Predictions,
    codebook: Codebook,
    *,
    most: int,
) -> tuple[Mistake, ...]:
    """Give at most so many false marks, the surest first, and as many misses; each sentence once a kind.

    A theme that cannot be marked at all is not told as a miss.
    """
    wrong = predictions.marked & ~truth.themes & truth.judged
    missed = truth.themes & ~predictions.marked & truth.judged & predictions.known
    return (
        *_surest("false", -predictions.scores, wrong, labelled, predictions, codebook, most),
        *_surest("missed", predictions.scores, missed, labelled, predictions, codebook, most),
    )


def _surest(
    kind: Literal["false", "missed"],
    order: npt.NDArray[np.float32],
    cells: npt.NDArray[np.bool_],
    labelled: Sequence[LabelledSentence],
    predictions: Predictions,
    codebook: Codebook,
    most: int,
) -> list[Mistake]:
    rows, columns = np.nonzero(cells)
    ids = codebook.theme_ids
    told: set[int] = set()
    mistakes: list[Mistake] = []
    for place in np.argsort(order[rows, columns], kind="stable"):
        row, column = int(rows[place]), int(columns[place])
        if len(mistakes) == most:
            break
        if row in told:
            continue
        told.add(row)
        sentence = labelled[row]
        mistakes.append(
            Mistake(
                kind=kind,
                theme=ids[column],
                score=float(predictions.scores[row, column]),
                document=sentence.document,
                text=sentence.text,
                previous=sentence.previous,
                labelled=sentence.themes,
                marked=tuple(ids[mark] for mark in np.flatnonzero(predictions.marked[row])),
            )
        )
    return mistakes
