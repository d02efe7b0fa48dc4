"""A small evaluation and a small comparison of coders whose figures can be worked out by hand."""

import numpy as np

from reviewtheme.classification.model_folder import load_model
from reviewtheme.codebook import Codebook, Stance, Theme
from reviewtheme.evaluation.agreement import agreement
from reviewtheme.evaluation.agreement_result import Agreement
from reviewtheme.evaluation.evaluate import EvaluationOptions, Subject, assess
from reviewtheme.evaluation.evaluation_result import Evaluation
from reviewtheme.evaluation.predictions import UNKNOWN, Predictions
from reviewtheme.training.labelled import LabelledSentence
from reviewtheme.training.training_data import TrainingData

CODEBOOK = Codebook(
    name="small",
    version="1",
    themes=(
        Theme(id="supervision", name="Supervision"),
        Theme(id="lighting", name="Street lighting"),
        Theme(id="drains", name="Drains"),
    ),
    stances=(Stance(id="concern", name="Concern"), Stance(id="context", name="Context")),
)


def sentence(
    text: str,
    themes: tuple[str, ...] = (),
    *,
    document: str = "elm",
    stance: str = "",
    disputed: tuple[str, ...] = (),
    stance_disputed: bool = False,
    register: str = "",
) -> LabelledSentence:
    """Make a labelled sentence."""
    return LabelledSentence(
        text=text,
        previous="",
        document=document,
        themes=themes,
        stance=stance,
        register=register,
        disputed=disputed,
        stance_disputed=stance_disputed,
    )


SENTENCES = (
    sentence("Supervision lapsed in May.", ("supervision",), stance="concern"),
    sentence("The lamps were dark.", ("lighting",), stance="concern"),
    sentence("Nobody asked about the lamps.", ("lighting",), document="oak", stance="concern"),
    sentence("The road is long.", document="oak", stance="context"),
    sentence(
        "The worker was new.",
        ("supervision",),
        document="oak",
        stance="concern",
        disputed=("lighting",),
        stance_disputed=True,
    ),
    sentence("It rained.", document="yew", stance="context", register="news"),
)
SCORES = (
    (0.9, 0.2, 0.0),
    (0.1, 0.8, 0.0),
    (0.7, 0.1, 0.0),
    (0.2, 0.1, 0.6),
    (0.4, 0.9, 0.0),
    (0.1, 0.1, 0.1),
)
STANCES = (0, 0, 1, 1, 1, UNKNOWN)


def predictions() -> Predictions:
    """Give scores; from 0.5 on they are marks."""
    scores = np.array(SCORES, dtype=np.float32)
    return Predictions(
        scores=scores, marked=scores >= 0.5, stances=np.array(STANCES), known=np.ones(3, dtype=bool)
    )


def small_evaluation(
    sentences: tuple[LabelledSentence, ...] = SENTENCES, *, options: EvaluationOptions | None = None
) -> Evaluation:
    """Score those predictions."""
    data = TrainingData(sentences=sentences, codebook=CODEBOOK, sources={}, report=None)
    subject = Subject(name="a test", identity=load_model().identity)
    return assess(data, predictions(), options or EvaluationOptions(samples=200), subject, [])


def small_agreement() -> Agreement:
    """Compare three coders of five sentences; one of them has coded fewer, and one more."""
    texts = ("The lamps were dark.", "The drain was full.", "It rained.", "A day passed.", "It rained.")
    documents = ("elm", "elm", "oak", "oak", "oak")
    marks = {
        "ann": ("lighting", "drains", "", "drains", ""),
        "ben": ("lighting", "lighting", "", "", "drains"),
        "cat": ("lighting", "drains", ""),
    }
    stances = {"ann": "concern", "ben": "context", "cat": "concern"}
    works = [
        [
            sentence(text, tuple(mark.split()), document=document, stance=stances[coder])
            for text, document, mark in zip(texts, documents, own, strict=False)
        ]
        for coder, own in marks.items()
    ]
    works[0].append(sentence("Ann alone read this.", document="fir"))
    works[2].append(sentence("Cat cut this otherwise.", document="oak"))
    return agreement(*works, names=list(marks), codebook=CODEBOOK, samples=200)
