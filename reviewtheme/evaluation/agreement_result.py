"""What a comparison of coders gives back: frozen values, and their JSON."""

from dataclasses import asdict, dataclass
from typing import Any

from reviewtheme.evaluation.evaluation_result import rounded
from reviewtheme.evaluation.resampling import Estimate
from reviewtheme.json_text import json_text

SCHEMA = "reviewtheme-agreement/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coder:
    """One coder, and how much of the work can be compared."""

    name: str
    """Name, as the path of the labels gives it."""
    sentences: int
    """Sentences that the coder coded."""
    compared: int
    """Those of them that another coder coded, too."""
    documents: int
    """Documents of all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """Agreement on one question; not defined where nobody ever gave more than one answer."""

    agreement: Estimate
    """Share of pairs of coders that agree on a sentence, 0..1."""
    kappa: Estimate
    """Cohen's kappa, -1..1; of more than two coders, the mean over pairs (Light 1971)."""
    ac1: Estimate
    """Gwet's AC1, -1..1, of all coders."""
    alpha: Estimate
    """Krippendorff's alpha for nominal codes, -1..1, of all coders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeAgreement:
    """How well coders agree on one theme."""

    id: str
    """Id of the theme."""
    name: str
    """Its name for people."""
    marked: dict[str, int]
    """Coder to the number of compared sentences marked with it."""
    prevalence: float
    """Share of all codes that are "yes", 0..1."""
    disputed: int
    """Sentences on which coders differ."""
    coefficients: Coefficients
    """Agreement on whether it is there; not known where no coder marked it."""
    f1: Estimate
    """F1 of one coder by the other, the mean over pairs: agreement on "yes" alone, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceAgreement:
    """How well coders agree on the stance."""

    sentences: int
    """Sentences to which two coders or more gave a stance."""
    disputed: int
    """Those on which they differ."""
    coefficients: Coefficients
    """Agreement over all stances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PairAgreement:
    """How well two of the coders agree."""

    coders: tuple[str, str]
    """Their names."""
    sentences: int
    """Sentences that both coded."""
    micro_f1: Estimate
    """F1 of the one by the other over all themes, 0..1."""
    mean_kappa: Estimate
    """Mean of Cohen's kappa over the themes that are marked often enough."""
    stance_kappa: Estimate
    """Cohen's kappa of their stances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanAgreement:
    """Means over the themes that are marked often enough to say something."""

    themes: int
    """Number of those themes."""
    least_sentences: int
    """Sentences that some coder must have marked with a theme for it to be among them."""
    coefficients: Coefficients
    """Mean of each coefficient."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A sentence that coders coded otherwise, with who said what."""

    document: str
    """Its document; empty where the data name none."""
    text: str
    """The sentence."""
    previous: str
    """The sentence before it; empty at a document's start."""
    coders: tuple[str, ...]
    """Who coded it."""
    agreed: tuple[str, ...]
    """Ids of the themes that all of them marked."""
    disputed: dict[str, tuple[str, ...]]
    """Id of each theme that only some marked, to those who did."""
    stances: dict[str, str]
    """Coder to stance, where one was given."""

    @property
    def stance_disputed(self) -> bool:
        """Whether the stances differ."""
        return len(set(self.stances.values())) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class UncomparedDocument:
    """A document that one coder alone coded."""

    document: str
    """Its name."""
    coder: str
    """Who coded it."""
    sentences: int
    """Its sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UncomparedSentence:
    """A sentence that one coder alone has, of a document that others coded, too."""

    document: str
    """Its document; empty where the data name none."""
    coder: str
    """Who has it."""
    text: str
    """The sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How well coders agree."""

    coders: tuple[Coder, ...]
    """In the order given."""
    codebook: str
    """Name and version of the label space."""
    sentences: int
    """Sentences that two coders or more coded: all figures are over these."""
    documents: int
    """Documents that these are of."""
    samples: int
    """Draws of documents for the intervals; 0 where there are none."""
    seed: int
    """What the draws depend on."""
    micro_f1: Estimate
    """F1 of one coder by the other over all themes, the mean over pairs, 0..1."""
    mean: MeanAgreement
    """Means over themes."""
    themes: tuple[ThemeAgreement, ...]
    """Each theme of the codebook, in its order, marked or not."""
    stance: StanceAgreement | None
    """None where no sentence has stances of two coders, or the codebook has fewer than two."""
    pairs: tuple[PairAgreement, ...]
    """Each two coders."""
    disputes: tuple[Dispute, ...]
    """Sentences that were coded otherwise, in document order."""
    uncompared_documents: tuple[UncomparedDocument, ...]
    """Documents that one coder alone coded."""
    uncompared_sentences: tuple[UncomparedSentence, ...]
    """Sentences that one coder alone has, in documents that others coded, too."""
    notes: tuple[str, ...]
    """What to know before believing the figures, a sentence each."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON-ready values; figures have 4 decimal places."""
        return {"schema": SCHEMA, **rounded(asdict(self))}

    def to_json(self) -> str:
        """Return one indented JSON object, schema "reviewtheme-agreement/1"."""
        return json_text(self.to_dict(), indent=2) + "\n"

    def theme(self, theme_id: str) -> ThemeAgreement:
        """Return the figures of one theme.

        Raises:
            KeyError: the label space has no such theme.
        """
        return {theme.id: theme for theme in self.themes}[theme_id]
