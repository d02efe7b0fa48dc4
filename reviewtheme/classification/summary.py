"""The summary that librarians of review repositories write: learning themes and recommendations."""

from dataclasses import dataclass

from reviewtheme.classification.coded_review import CodedReview

_NAMED = 8
"""Most themes that a sentence of the summary names: a list of all of them tells nobody what matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPoint:
    """One theme named in the summary, with the sentences it rests on."""

    theme_id: str
    """Id of the theme."""
    name: str
    """Its name for people."""
    sentences: tuple[int, ...]
    """Indices of the sentences it rests on, the most telling first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSummary:
    """What a review teaches, in a librarian's two sentences."""

    learning: tuple[SummaryPoint, ...]
    """Themes in which something was missed or done well, the most frequent first."""
    recommendations: tuple[SummaryPoint, ...]
    """Themes for which something is asked, the most frequent first."""
    tells_recommendations: bool = True
    """Whether the codebook has a stance for recommendations; without it, nothing is said of them."""

    @property
    def text(self) -> str:
        """The two sentences, with the eight leading themes each; each says so where nothing was found."""
        learning = _sentence("Learning themes include", self.learning, "No learning themes were found.")
        if not self.tells_recommendations:
            return learning
        asked = _sentence("Recommendations include", self.recommendations, "No recommendations were found.")
        return f"{learning}\n{asked}"


def summarise(coded: CodedReview) -> ReviewSummary:
    """Name the themes of a coded review, each with its sentences.

    A theme is learning where a sentence about it is a concern or good practice, and a recommendation
    where a sentence about it asks for something. Plain context is neither. With a codebook that does not
    tell these stances apart, every theme found is learning.
    """
    learning = {"concern", "good-practice"}
    if not learning & set(coded.codebook.stance_ids):
        learning = {sentence.stance for sentence in coded.sentences} - {"recommendation"}
    return ReviewSummary(
        learning=_points(coded, learning),
        recommendations=_points(coded, {"recommendation"}),
        tells_recommendations="recommendation" in coded.codebook.stance_ids,
    )


def _points(coded: CodedReview, stances: set[str]) -> tuple[SummaryPoint, ...]:
    points = []
    for profile in coded.themes:
        telling = tuple(i for i in profile.evidence if coded.sentences[i].stance in stances)
        if telling:
            points.append(SummaryPoint(theme_id=profile.theme.id, name=profile.theme.name, sentences=telling))
    return tuple(sorted(points, key=lambda point: -len(point.sentences)))


def _sentence(opening: str, points: tuple[SummaryPoint, ...], none: str) -> str:
    if not points:
        return none
    named = [_lower_first(point.name) for point in points[:_NAMED]]
    if len(points) > _NAMED:
        named.append(f"and {len(points) - _NAMED} more")
    return f"{opening}: {'; '.join(named)}."


def _lower_first(name: str) -> str:
    return name[0].lower() + name[1:]
