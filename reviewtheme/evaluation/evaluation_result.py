"""What evaluation gives back: frozen values, and their JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from reviewtheme.classification.coded_review import ModelIdentity
from reviewtheme.evaluation.resampling import Estimate
from reviewtheme.json_text import json_text

SCHEMA = "reviewtheme-evaluation/1"
_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Precision, recall and F1, each 0..1; not known where there is no label."""

    precision: Estimate
    """Share of marks that are right."""
    recall: Estimate
    """Share of labels that were marked."""
    f1: Estimate
    """Harmonic mean of both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeQuality:
    """How well one theme is marked. Of a theme without a label, only the counts say something."""

    id: str
    """Id of the theme."""
    name: str
    """Its name for people."""
    support: int
    """Sentences that are labelled with it."""
    predicted: int
    """Sentences that were marked with it."""
    right: int
    """Sentences that are labelled and were marked."""
    documents: int
    """Documents that have a sentence labelled with it. Intervals are given from five on."""
    prevalence: float
    """Share of the judged sentences that are labelled with it, 0..1."""
    quality: Quality
    """Precision, recall and F1."""
    average_precision: float | None
    """Mean precision over the ranks of the labelled sentences by score, 0..1: does not depend on thresholds;
    by chance it is the prevalence."""
    kappa: Estimate
    """Cohen's kappa of marks and labels, -1..1."""
    ac1: Estimate
    """Gwet's AC1 of marks and labels, -1..1: unlike kappa, it does not fall because a theme is rare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanQuality:
    """Means over the themes that have enough labels to say something."""

    themes: int
    """Number of those themes."""
    least_labels: int
    """Labels that a theme needs to be among them."""
    precision: Estimate
    """Mean precision."""
    recall: Estimate
    """Mean recall."""
    f1: Estimate
    """Mean F1."""
    average_precision: float | None
    """Mean average precision."""
    kappa: Estimate
    """Mean kappa."""
    ac1: Estimate
    """Mean AC1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """Pairs of a sentence and a theme whose scores lie in one range."""

    low: float
    """Least score."""
    high: float
    """Where the next range begins; the last has 1 in it."""
    pairs: int
    """Number of pairs."""
    mean_score: float | None
    """Mean of the scores; None where there are no pairs."""
    share_labelled: float | None
    """Share of the pairs that are labelled; None where there are no pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrationQuality:
    """Whether a score of 0.8 is right in eight of ten cases."""

    error: float
    """Expected calibration error, 0..1: mean gap of score and share, by the number of pairs."""
    likely_error: float | None
    """The same over pairs with a score of 0.1 or more alone: nearly all pairs are plainly no, and hide in
    `error` how well the others do. None where there are none."""
    bins: tuple[ReliabilityBin, ...]
    """Ten ranges of equal width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceScores:
    """How well one stance is told."""

    id: str
    """Id of the stance."""
    name: str
    """Its name for people."""
    support: int
    """Sentences that are labelled with it."""
    predicted: int
    """Sentences that were told to have it."""
    quality: Quality
    """Precision, recall and F1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceQuality:
    """How well stances are told, over the sentences that have an undisputed one."""

    sentences: int
    """Number of those sentences."""
    accuracy: Estimate
    """Share told right."""
    macro_f1: Estimate
    """Mean F1 over the stances that are labelled."""
    kappa: Estimate
    """Cohen's kappa."""
    ac1: Estimate
    """Gwet's AC1."""
    most_frequent: float
    """Accuracy of telling the most frequent stance always."""
    stances: tuple[StanceScores, ...]
    """Each stance, in codebook order."""
    confusion: tuple[tuple[int, ...], ...]
    """Sentences by stance: a row for each labelled one, a column for each told one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Something else that marked the same sentences, over the themes that it and the codebook share."""

    name: str
    """What it is."""
    themes: tuple[str, ...]
    """Ids of the shared themes: all figures here are over these alone."""
    micro_f1: Estimate
    """Its micro-F1."""
    macro_f1: Estimate
    """Its mean F1 over themes with enough labels."""
    model_micro_f1: Estimate
    """Micro-F1 of what was evaluated, over the same themes."""
    model_macro_f1: Estimate
    """Mean F1 of what was evaluated, over the same themes."""
    lead: Estimate
    """Micro-F1 of what was evaluated less that of the baseline; its interval is of the difference."""
    f1: dict[str, float | None]
    """F1 of each shared theme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """A theme that was missed where another was marked wrongly, in the same sentence."""

    missed: str
    """Id of the labelled theme."""
    marked: str
    """Id of the theme that was marked in its place."""
    sentences: int
    """Number of sentences, at least 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mistake:
    """A mark that no label bears out, or a label without a mark."""

    kind: Literal["false", "missed"]
    """"false": marked and not labelled; "missed": labelled and not marked."""
    theme: str
    """Id of the theme."""
    score: float
    """What the model gave it, 0..1."""
    document: str
    """Document of the sentence."""
    text: str
    """The sentence."""
    previous: str
    """The sentence before it; empty at a document's start."""
    labelled: tuple[str, ...]
    """Ids of all its labels."""
    marked: tuple[str, ...]
    """Ids of all its marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterQuality:
    """Quality on one kind of text."""

    register: str
    """The kind of text, as the data name it; empty where they do not."""
    sentences: int
    """Sentences of it."""
    documents: int
    """Documents that these are of."""
    micro_f1: Estimate
    """Micro-F1 over all themes."""
    stance_accuracy: Estimate
    """Share of stances told right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSetting:
    """What was evaluated, and on what."""

    subject: str
    """What marked the sentences, in words."""
    model: ModelIdentity | None
    """The model; None in cross-validation, where there is one for each part."""
    folds: int
    """Parts of the cross-validation by document; 0 where a model was evaluated."""
    codebook: str
    """Name and version of the label space."""
    sentences: int
    """Labelled sentences."""
    documents: int
    """Documents that these are of."""
    labels: int
    """Pairs of a sentence and a theme that are labelled."""
    disputed: int
    """Pairs that only some coders labelled: neither right nor wrong to mark, and left out of every figure."""
    samples: int
    """Draws of documents for the intervals; 0 where there are none."""
    seed: int
    """What the draws depend on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """How well sentences were marked, by their labels."""

    setting: EvaluationSetting
    """What was evaluated, and on what."""
    micro: Quality
    """Over all pairs of a sentence and a theme."""
    macro: MeanQuality
    """Means over themes."""
    themes: tuple[ThemeQuality, ...]
    """Each theme of the codebook, in its order, with labels or without."""
    stance: StanceQuality | None
    """None where no stance was labelled, or the codebook has fewer than two."""
    calibration: CalibrationQuality
    """Whether scores mean what they say."""
    registers: tuple[RegisterQuality, ...]
    """By kind of text, where the data name more than one."""
    baselines: tuple[Baseline, ...]
    """What else marked the same sentences."""
    confusions: tuple[Confusion, ...]
    """The most frequent first."""
    mistakes: tuple[Mistake, ...]
    """The surest false marks, highest score first, then the surest misses, lowest score first."""
    warnings: tuple[str, ...]
    """What to know before believing the figures, a sentence each."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON-ready values; figures have 4 decimal places."""
        return {"schema": SCHEMA, **rounded(asdict(self))}

    def to_json(self) -> str:
        """Return one indented JSON object, schema "reviewtheme-evaluation/1"."""
        return json_text(self.to_dict(), indent=2) + "\n"

    def theme(self, theme_id: str) -> ThemeQuality:
        """Return the figures of one theme.

        Raises:
            KeyError: the label space has no such theme.
        """
        return {theme.id: theme for theme in self.themes}[theme_id]


def rounded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Round every number in plain values to 4 decimal places, and make tuples lists."""
    return {key: _rounded(value) for key, value in fields.items()}


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, _DIGITS)
    if isinstance(value, dict):
        return rounded(value)
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value
