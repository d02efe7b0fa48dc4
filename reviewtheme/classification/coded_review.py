"""What classification gives back: sentences with their themes and stance, and the whole review."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from reviewtheme.codebook import Codebook, Theme
from reviewtheme.document import BlockKind, ReadingWarning, Review, SectionRole, Sentence

if TYPE_CHECKING:
    from reviewtheme.classification.data_frame import DataFrame, Rows


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedSentence:
    """A sentence with its themes and its stance."""

    sentence: Sentence
    """The sentence in its place."""
    scores: Mapping[str, float]
    """Theme id to calibrated probability, 0..1, for every theme of the codebook."""
    themes: tuple[str, ...]
    """Ids of the themes whose score reaches their threshold, in codebook order."""
    stance: str
    """Id of the most probable stance; empty where the codebook has none."""
    stance_score: float
    """Probability of that stance, 0..1."""

    @property
    def index(self) -> int:
        """Place among the sentences of the review, from 0."""
        return self.sentence.index

    @property
    def text(self) -> str:
        """The sentence as it stands in the review."""
        return self.sentence.text

    @property
    def start(self) -> int:
        """First character in `Review.text`."""
        return self.sentence.start

    @property
    def end(self) -> int:
        """One past the last character in `Review.text`."""
        return self.sentence.end

    @property
    def page(self) -> int:
        """Page on which the sentence begins, from 1."""
        return self.sentence.page

    @property
    def section(self) -> tuple[str, ...]:
        """Headings above the sentence, outermost first."""
        return self.sentence.section

    @property
    def counts_as_evidence(self) -> bool:
        """Whether it stands in the body: not in contents, glossary, references or appendix."""
        return self.sentence.role is SectionRole.BODY


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelIdentity:
    """Which model did the coding."""

    name: str
    """Name in its manifest."""
    version: str
    """Version in its manifest."""
    sha256: str
    """Digest over its manifest, which holds the digests of its files."""
    codebook: str
    """Name and version of its codebook, e.g. "safeguarding-reviews 1.2"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeProfile:
    """How one theme stands in a review; only sentences that count as evidence."""

    theme: Theme
    """The theme."""
    sentences: int
    """Number of sentences that carry it."""
    stances: Mapping[str, int]
    """Stance id to number of those sentences, for every stance of the codebook."""
    evidence: tuple[int, ...]
    """Indices of those sentences, the most telling first."""


@dataclass(frozen=True, kw_only=True)  # not slotted: the themes are worked out once, when they are asked for
class CodedReview:
    """A review whose sentences are coded."""

    review: Review
    """The document."""
    sentences: tuple[CodedSentence, ...]
    """Every sentence, in order; `sentences[i].index == i`."""
    codebook: Codebook
    """The label space."""
    model: ModelIdentity
    """Which model did the coding."""

    @property
    def warnings(self) -> tuple[ReadingWarning, ...]:
        """What to know about how the document was read."""
        return self.review.warnings

    @cached_property
    def themes(self) -> tuple[ThemeProfile, ...]:
        """The themes found, the most frequent first, then in codebook order; body text alone counts."""
        profiles = (self._profile(theme) for theme in self.codebook.themes)
        found = [profile for profile in profiles if profile.sentences]
        return tuple(sorted(found, key=lambda profile: -profile.sentences))

    def to_dataframe(self, rows: "Rows" = "sentences") -> "DataFrame":
        """Return the sentences as a pandas data frame.

        By sentence, which is the default, themes are columns: under a theme's id, whether it is marked
        (bool); under the id with `_score` after it, its probability (float32, 0..1). By mark, which is the
        tidy form, each theme of each sentence has a row with `theme`, `theme_name` and `score`, and a
        sentence without a theme has none. Frames of reviews that one model coded have the same columns, and
        can be put together by `pandas.concat`.

        Both have `document` (path), `sha256`, `sentence` (place in the document, from 0), `page`, `section`
        (headings, ` > ` between them), `part` ("body", "contents", "glossary", "references" or "appendix":
        only the body counts as evidence), `kind` ("heading", "paragraph", ...), `text`, `start`, `end`,
        `stance` and `stance_score`. By sentence, `themes` has the tuple of the ids that are marked.

        Args:
            rows: "sentences" or "marks".

        Raises:
            MissingExtraError: pandas is not installed; it comes with the extra "pandas".
            UsageError: `rows` is something else, or a theme of the codebook has the id of another column.
        """
        from reviewtheme.classification.data_frame import data_frame

        return data_frame([self], self.codebook, rows)

    def _profile(self, theme: Theme) -> ThemeProfile:
        bearers = [s for s in self.sentences if theme.id in s.themes and s.counts_as_evidence]
        stances = {stance: sum(s.stance == stance for s in bearers) for stance in self.codebook.stance_ids}
        ranked = sorted(bearers, key=lambda s: (-self._telling(s, theme.id), s.index))
        return ThemeProfile(
            theme=theme, sentences=len(bearers), stances=stances, evidence=tuple(s.index for s in ranked)
        )

    def _telling(self, sentence: CodedSentence, theme_id: str) -> float:
        """Rank full sentences that say something of practice above headings, cells and bare facts."""
        full = (
            sentence.sentence.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM) and len(sentence.text) >= 40
        )
        takes_a_stance = sentence.stance not in self.codebook.stance_ids[-1:]
        return sentence.scores[theme_id] + 0.5 * full + 0.25 * takes_a_stance
