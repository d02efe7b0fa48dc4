"""Results as tables: what was marked, a matrix of 0 and 1 for statistics, and a row for each review."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reviewtheme.classification.coded_review import CodedReview, CodedSentence
from reviewtheme.codebook import Codebook
from reviewtheme.corpus import CorpusResult, DuplicateReview, FailedReview

Cell = str | int | float
Row = list[Cell]

_DIGITS = 4
_MARKS = (
    "document",
    "sentence",
    "page",
    "section",
    "part",
    "text",
    "theme",
    "theme_name",
    "score",
    "stance",
    "stance_score",
    "start",
    "end",
    "failure",
)
_MATRIX = ("document", "number", "page", "section", "part", "quotation", "stance")
_REVIEWS = ("document", "sha256", "media_type", "pages", "sentences", "marked_sentences")
_FACTS = ("kind-of-review", "publisher", "date", "child", "age", "event", "agency")
_ENDS = ("model", "warnings", "failure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of results."""

    name: str
    """Name of its sheet or file."""
    header: Callable[[Codebook], tuple[str, ...]]
    """Gives the names of its columns."""
    rows: Callable[[CorpusResult, Codebook], Iterator[Row]]
    """Gives the rows of a result, each as long as the header."""


def _marks(result: CorpusResult, codebook: Codebook) -> Iterator[Row]:
    """Give a row for each sentence and theme, and one for each sentence without a theme."""
    if not isinstance(result, CodedReview):
        yield [result.path, *[""] * (len(_MARKS) - 2), _reason(result)]
        return
    path = result.review.source.path
    for sentence in result.sentences:
        for theme_id in sentence.themes or ("",):
            name = codebook.theme(theme_id).name if theme_id else ""
            yield [
                path,
                sentence.index,
                sentence.page,
                " > ".join(sentence.section),
                str(sentence.sentence.role),
                sentence.text,
                theme_id,
                name,
                round(sentence.scores[theme_id], _DIGITS) if theme_id else "",
                sentence.stance,
                round(sentence.stance_score, _DIGITS),
                sentence.start,
                sentence.end,
                "",
            ]


def _matrix(result: CorpusResult, codebook: Codebook) -> Iterator[Row]:
    """Give a row for each sentence, with 1 under the themes that it carries."""
    if not isinstance(result, CodedReview):
        return
    path = result.review.source.path
    for sentence in result.sentences:
        yield [
            path,
            sentence.index,
            sentence.page,
            " > ".join(sentence.section),
            str(sentence.sentence.role),
            sentence.text,
            sentence.stance,
            *(int(theme in sentence.themes) for theme in codebook.theme_ids),
        ]


def _reviews(result: CorpusResult, codebook: Codebook) -> Iterator[Row]:
    """Give the row of a review: its facts, and under each theme the number of sentences that count."""
    themes: Row
    if not isinstance(result, CodedReview):
        sha256 = result.sha256 if isinstance(result, DuplicateReview) else ""
        empty: Row = [""] * (len(_REVIEWS) + len(_FACTS) + len(_ENDS) - 3)
        themes = [""] * len(codebook.themes)
        yield [result.path, sha256, *empty, _reason(result), *themes]
        return
    source = result.review.source
    counts = {profile.theme.id: profile.sentences for profile in result.themes}
    themes = [counts.get(theme, 0) for theme in codebook.theme_ids]
    yield [
        source.path,
        source.sha256,
        source.media_type,
        source.pages,
        len(result.sentences),
        sum(map(_is_marked, result.sentences)),
        *(_fact(result, name) for name in _FACTS),
        f"{result.model.name} {result.model.version}",
        " ".join(warning.message for warning in result.warnings),
        "",
        *themes,
    ]


MARKS = Table(name="marks", header=lambda _: _MARKS, rows=_marks)
"""A row for each sentence and theme, one for each sentence without, and one for each failure."""
MATRIX = Table(name="matrix", header=lambda codebook: (*_MATRIX, *codebook.theme_ids), rows=_matrix)
"""A row for each sentence, a column for each theme."""
REVIEWS = Table(
    name="reviews",
    header=lambda codebook: (
        *_REVIEWS,
        *(name.replace("-", "_") for name in _FACTS),
        *_ENDS,
        *codebook.theme_ids,
    ),
    rows=_reviews,
)
"""A row for each file."""
TABLES = (MARKS, MATRIX, REVIEWS)
"""All tables, the one that is read back first."""


def _reason(result: FailedReview | DuplicateReview) -> str:
    kind = result.kind if isinstance(result, FailedReview) else "duplicate"
    return f"{kind}: {result.message}"


def _is_marked(sentence: CodedSentence) -> bool:
    return bool(sentence.themes) and sentence.counts_as_evidence


def _fact(coded: CodedReview, name: str) -> str:
    return "; ".join(dict.fromkeys(fact.value for fact in coded.review.facts if fact.name == name))
