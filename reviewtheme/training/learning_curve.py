"""Whether more labels would pay: scores on unseen documents, from ever larger parts of the labelled data."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.model import Model
from reviewtheme.errors import LabelledDataError, UsageError
from reviewtheme.training.fitting import TrainingSettings, document_folds
from reviewtheme.training.labelled import LabelledSentence, documents_of, theme_matrix
from reviewtheme.training.scores import Interval, f1_interval
from reviewtheme.training.train import starting_model, train_on
from reviewtheme.training.training_data import (
    CodebookChoice,
    Labelled,
    PathLike,
    TrainingData,
    training_data,
)

_SHARES = (1 / 8, 1 / 4, 1 / 2, 1.0)
_FEWEST_DOCUMENTS = 4
_PAYS = 0.02
"""Micro-F1 that doubling the labels must bring to be worth an afternoon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """What was learned from a part of the data."""

    sentences: int
    """Labelled sentences learned from, the mean over parts."""
    documents: int
    """Documents that they are of, the mean over parts."""
    labels: int
    """Themes on them, the mean over parts."""
    micro_f1: Interval
    """On documents that were not learned from, with its interval over documents."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearningCurve:
    """How scores grow with labels."""

    points: tuple[CurvePoint, ...]
    """From few to many, each about twice the one before; the last has all the data that a fit may see."""

    @property
    def gains(self) -> tuple[float, ...]:
        """Micro-F1 that each doubling brought."""
        return tuple(
            (after.micro_f1.value - before.micro_f1.value)
            / max(np.log2(max(after.sentences, 2) / max(before.sentences, 1)), 0.5)
            for before, after in pairwise(self.points)
        )

    @property
    def pays(self) -> bool:
        """Whether doubling the labels again can be expected to bring 0.02 of micro-F1 or more."""
        return self.expected_gain >= _PAYS

    @property
    def expected_gain(self) -> float:
        """Micro-F1 that the next doubling can be expected to bring: as much less again as the last ones did.

        Gains fall by about the same share from one doubling to the next; of two gains it is taken that the
        share is a half at best.
        """
        gains = self.gains
        if len(gains) < 2 or gains[-2] <= 0 or gains[-1] <= 0:
            return max(0.0, gains[-1] / 2 if gains else 0.0)
        return gains[-1] * float(np.clip(gains[-1] / gains[-2], 0.25, 0.75))

    @property
    def advice(self) -> str:
        """Say in a sentence or two whether more labels pay."""
        last = self.points[-1]
        known = f"{last.sentences:,} labelled sentences give a micro-F1 of {last.micro_f1.value:.2f}"
        if len(self.points) < 2:
            return f"{known}; there are too few to say what more would bring."
        brought = f"the last doubling brought {self.gains[-1]:+.3f}"
        expected = f"the next can be expected to bring about {self.expected_gain:.3f}"
        if self.pays:
            return f"{known}; {brought}, and {expected}: more labels pay."
        return (
            f"{known}; {brought}, and {expected}: more of the same hardly pays. Look at the worst sentences "
            "('reviewtheme evaluate'), make the codebook's rules clearer, or label rare themes alone."
        )


def learning_curve(
    labelled: Labelled,
    *,
    codebook: CodebookChoice = None,
    themes: Sequence[str] = (),
    start: Model | PathLike = "default",
    documents: PathLike | None = None,
    skip_unknown: bool = False,
    folds: int = 4,
    settings: TrainingSettings | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> LearningCurve:
    """Learn from an eighth, a quarter, a half and all of the labelled documents, and score on others.

    The documents are split into `folds` parts; what is learned from the others is scored on each. Parts that
    are too small to learn any theme from are left out.

    Args:
        labelled: as for `train`.
        codebook: as for `train`.
        themes: as for `train`.
        start: as for `train`; a start model that learned from these data makes the curve look better and
            flatter than it is.
        documents: as for `train`.
        skip_unknown: as for `train`.
        folds: parts that the documents are split into, 2 or more.
        settings: as for `train`.
        progress: told in words what is being done.

    Raises:
        LabelledDataError: the data cannot be used, or are of fewer than 4 documents.
        CodebookError: the codebook cannot be used.
        ModelError: the start model cannot be used.
        UsageError: there are fewer than 2 folds.
    """
    begin = starting_model(start)
    data = training_data(
        labelled,
        codebook=codebook,
        themes=themes,
        start=begin,
        documents=documents,
        skip_unknown=skip_unknown,
    )
    return learning_curve_on(data, begin, folds=folds, settings=settings, progress=progress)


def learning_curve_on(
    data: TrainingData,
    start: Model | None,
    *,
    folds: int = 4,
    settings: TrainingSettings | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> LearningCurve:
    """Draw the curve of data that were read; see `learning_curve`.

    Args:
        data: what to learn from.
        start: the model to start from; None means from nothing.
        folds: as for `learning_curve`.
        settings: as for `train`.
        progress: told in words what is being done.

    Raises:
        LabelledDataError: the data are of fewer than 4 documents, or have too few labels.
        UsageError: there are fewer than 2 folds.
    """
    if folds < 2:
        raise UsageError(f"The number of parts is {folds}: it must be 2 or more.")
    if data.documents < _FEWEST_DOCUMENTS:
        raise LabelledDataError(
            f"A learning curve needs labelled sentences of {_FEWEST_DOCUMENTS} documents at least, and there "
            f"are {data.documents}: label sentences of more documents, or name these in the data."
        )
    splits = list(document_folds(documents_of(data.sentences), min(folds, data.documents)))
    points = []
    for share in _SHARES:
        progress(f"Learning from {share:.1%} of the documents that are not held out, {len(splits)} times")
        point = _point(data, splits, share, start, settings)
        if point is None:
            progress(f"{share:.1%} of the documents have too few labels to learn from, and are left out")
        else:
            points.append(point)
    if not points:
        raise LabelledDataError(
            "No theme has enough labels to learn from while some documents are held out: label more."
        )
    return LearningCurve(points=tuple(points))


def _point(
    data: TrainingData,
    splits: Sequence[tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]],
    share: float,
    start: Model | None,
    settings: TrainingSettings | None,
) -> CurvePoint | None:
    """Score what a share of the documents gives; None where that is too little to learn from."""
    true = theme_matrix(data.sentences, data.codebook).astype(bool)
    marked = np.zeros_like(true)
    learned: list[list[LabelledSentence]] = []
    for number, (seen, unseen) in enumerate(splits):
        part = _share_of([data.sentences[row] for row in seen], share, number)
        try:
            model = train_on(
                replace(data, sentences=tuple(part), sources={"part": len(part)}), start, settings=settings
            )
        except LabelledDataError:
            return None
        coding = model.code([data.sentences[row].in_place for row in unseen])
        marked[unseen] = coding.themes
        learned.append(part)
    return CurvePoint(
        sentences=round(float(np.mean([len(part) for part in learned]))),
        documents=round(float(np.mean([len({s.document for s in part}) for part in learned]))),
        labels=round(float(np.mean([sum(len(s.themes) for s in part) for part in learned]))),
        micro_f1=f1_interval(true, marked, documents_of(data.sentences)),
    )


def _share_of(sentences: list[LabelledSentence], share: float, seed: int) -> list[LabelledSentence]:
    """Take whole documents in an order that the seed decides; smaller shares are parts of larger ones."""
    names = list(dict.fromkeys(s.document for s in sentences))
    order = np.random.default_rng(seed).permutation(len(names))
    kept = {names[place] for place in order[: max(1, round(share * len(names)))]}
    return [s for s in sentences if s.document in kept]
