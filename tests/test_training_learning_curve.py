"""Whether more labels would pay, by scores on documents that were not learned from."""

import re
from dataclasses import replace

import pytest

from reviewtheme.classification.model import Model
from reviewtheme.errors import LabelledDataError, UsageError
from reviewtheme.training.fitting import TrainingSettings
from reviewtheme.training.labelled import LabelledSentence
from reviewtheme.training.learning_curve import CurvePoint, LearningCurve, learning_curve
from reviewtheme.training.scores import Interval


def curve(*scores: float) -> LearningCurve:
    """Give a curve whose every point has twice the sentences of the one before."""
    return LearningCurve(
        points=tuple(
            CurvePoint(
                sentences=100 * 2**place,
                documents=10,
                labels=50,
                micro_f1=Interval(value=score, low=score - 0.02, high=score + 0.02),
            )
            for place, score in enumerate(scores)
        )
    )


@pytest.mark.parametrize(
    ("scores", "pays", "said"),
    [
        ((0.40, 0.50, 0.58), True, "the last doubling brought [+]0.080.*more labels pay"),
        ((0.60, 0.66, 0.68), False, "hardly pays"),
        ((0.70, 0.72, 0.71), False, "brought -0.010.*hardly pays"),
        ((0.50,), False, "too few to say"),
    ],
)
def test_advice(scores: tuple[float, ...], pays: bool, said: str) -> None:
    """A steep curve calls for more labels, a flat one for better rules."""
    found = curve(*scores)
    assert found.pays == pays
    assert re.search(said, found.advice)
    assert 0 <= found.expected_gain < max([0.001, *found.gains])


def test_grows_with_documents(few_labelled: tuple[LabelledSentence, ...], small_model: Model) -> None:
    """Points hold ever more documents, never those that are scored."""
    told: list[str] = []
    kept = ("information-sharing", "risk-assessment", "inter-agency-communication")
    found = learning_curve(
        few_labelled,
        themes=kept,
        start=small_model,
        folds=2,
        settings=TrainingSettings(folds=2, jobs=1),
        progress=told.append,
    )
    documents = [point.documents for point in found.points]
    assert documents == sorted(documents)
    assert documents[-1] == 7  # half of 14
    assert found.points[-1].micro_f1.value > 0.3
    assert told
    assert found == learning_curve(
        few_labelled, themes=kept, start=small_model, folds=2, settings=TrainingSettings(folds=2, jobs=1)
    )


def test_what_gives_no_curve(few_labelled: tuple[LabelledSentence, ...], small_model: Model) -> None:
    """Too few documents, too few labels, and no parts are said."""
    with pytest.raises(LabelledDataError, match="4 documents at least, and there are 1"):
        learning_curve([replace(s, document="x") for s in few_labelled], start=small_model)
    with pytest.raises(LabelledDataError, match="label more"):
        learning_curve(few_labelled[::40], start=small_model, folds=2)
    with pytest.raises(UsageError, match="2 or more"):
        learning_curve(few_labelled, start=small_model, folds=1)
