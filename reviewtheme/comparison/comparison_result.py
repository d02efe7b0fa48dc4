"""What comparing two runs gives: figures theme by theme, and every sentence that is read otherwise."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from reviewtheme.json_text import json_text

SCHEMA = "reviewtheme-comparison/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRun:
    """One of the two runs."""

    name: str
    """What it is called: the name of its file, or "first" and "second"."""
    models: tuple[str, ...]
    """Names and versions of the models that coded it; empty for what people labelled."""
    codebooks: tuple[str, ...]
    """Names and versions of their codebooks; empty for what people labelled."""
    documents: int
    """Documents that it has coded."""
    sentences: int
    """Sentences of the documents that are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoneDocument:
    """A document that only one of the runs has coded."""

    path: str
    """Its path or name there."""
    reason: str
    """What became of it in the other run: "absent", or the kind of failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeComparison:
    """What became of one theme in the sentences that both runs have."""

    id: str
    """Id of the theme."""
    name: str
    """Its name for people."""
    first: int
    """Sentences that carry it in the first run."""
    second: int
    """Sentences that carry it in the second run."""
    kept: int
    """Sentences that carry it in both."""
    added: int
    """Sentences that carry it in the second run only."""
    removed: int
    """Sentences that carry it in the first run only."""
    kappa: float | None
    """Cohen's kappa of the two runs, -1..1; None where both marked all sentences alike with or without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceMove:
    """Sentences that went from one stance to another."""

    first: str
    """Id of the stance in the first run."""
    second: str
    """Id of the stance in the second run."""
    sentences: int
    """Their number, 1 or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceComparison:
    """What became of the stances."""

    sentences: int
    """Sentences that have a stance in both runs."""
    changed: int
    """Those that have another one in the second run."""
    kappa: float | None
    """Cohen's kappa of the two runs, -1..1; None where only one stance was ever used."""
    moves: tuple[StanceMove, ...]
    """What became what, the most frequent first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one run reads a sentence."""

    themes: Mapping[str, float | None]
    """Id of each theme that it carries to its score, 0..1; None where no score is known."""
    stance: str
    """Id of its stance; empty where it has none."""
    stance_score: float | None
    """Probability of that stance, 0..1; None where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceChange:
    """A sentence that the runs read otherwise, or that only one of them has."""

    document: str
    """Path or name of its document, in the first run where that has it."""
    page: int | None
    """Page on which it begins, from 1; None where it is not known."""
    section: tuple[str, ...]
    """Headings above it, outermost first; empty where they are not known."""
    text: str
    """The sentence."""
    first: Reading | None
    """How the first run reads it; None where it has no such sentence."""
    second: Reading | None
    """How the second run reads it; None where it has no such sentence."""
    kept: tuple[str, ...]
    """Ids of the themes that both give it."""
    added: tuple[str, ...]
    """Ids of the themes that only the second run gives it; empty where one run has no such sentence."""
    removed: tuple[str, ...]
    """Ids of the themes that only the first run gives it; empty where one run has no such sentence."""
    stance_changed: bool
    """Whether both give it a stance, and not the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two runs over the same documents."""

    first: ComparedRun
    """The run that is compared with."""
    second: ComparedRun
    """The run that is compared."""
    documents: int
    """Documents that both have coded."""
    only_in_first: tuple[LoneDocument, ...]
    """Documents that the second run has not coded."""
    only_in_second: tuple[LoneDocument, ...]
    """Documents that the first run has not coded."""
    sentences: int
    """Sentences that both have: all figures are over these."""
    themes: tuple[ThemeComparison, ...]
    """Each theme that occurs in one of the runs, in codebook order."""
    stance: StanceComparison
    """What became of the stances."""
    changed: tuple[SentenceChange, ...]
    """The sentences that are read otherwise, in the order of the first run."""
    unmatched: tuple[SentenceChange, ...]
    """The sentences of documents compared that only one run has: those of the first, then the second's."""
    notes: tuple[str, ...]
    """What to know before reading the figures, a sentence each."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, schema "reviewtheme-comparison/1"."""
        return {"schema": SCHEMA, **asdict(self)}

    def to_json(self) -> str:
        """Return the same as JSON, indented."""
        return json_text(self.to_dict(), indent=2) + "\n"
