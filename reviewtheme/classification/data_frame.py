"""Coded reviews as one pandas data frame; the one module that knows pandas."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, get_args

from reviewtheme.classification.coded_review import CodedReview, CodedSentence
from reviewtheme.codebook import Codebook
from reviewtheme.document import BlockKind, SectionRole
from reviewtheme.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from pandas import DataFrame as DataFrame

Rows = Literal["sentences", "marks"]
"""What has a row: each sentence, or each theme of a sentence."""

_PLACE = ("document", "sha256", "sentence", "page", "section", "part", "kind", "text", "start", "end")
_SENTENCES = (*_PLACE, "stance", "stance_score", "themes")
_MARKS = (*_PLACE, "stance", "stance_score", "theme", "theme_name", "score")
_WHOLE_NUMBERS = ("sentence", "page", "start", "end")
_TEXTS = ("document", "sha256", "section", "text", "theme_name")
_SCORE = "_score"
_CHUNK = 20_000
"""Rows."""


def data_frame(reviews: Iterable[CodedReview], codebook: Codebook, rows: Rows) -> "DataFrame":
    """Return one frame of reviews that were coded by one codebook; its columns depend on that alone.

    Raises:
        MissingExtraError: pandas is not installed.
        UsageError: `rows` is neither "sentences" nor "marks", or a theme has the id of another column.
    """
    if rows not in get_args(Rows):
        raise UsageError(f"A frame has no rows of '{rows}': choose one of {', '.join(get_args(Rows))}.")
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtraError('A data frame needs pandas: pip install "reviewtheme[pandas]".') from error
    names: tuple[str, ...]
    if rows == "marks":
        names, each = _MARKS, _mark_rows
        kinds = _plain_types(names, codebook) | {"theme": pd.CategoricalDtype(codebook.theme_ids)}
    else:
        names, each = (*_SENTENCES, *_theme_columns(codebook)), _sentence_rows
        kinds = _plain_types(names, codebook) | dict.fromkeys(codebook.theme_ids, "bool")
        kinds |= {f"{theme}{_SCORE}": "float32" for theme in codebook.theme_ids}
    frames = [
        pd.DataFrame(
            {name: pd.Series(values, dtype=kinds.get(name, "object")) for name, values in columns.items()}
        )
        for columns in _filled(names, each(reviews, codebook))
    ]
    return pd.concat(frames, ignore_index=True)


def _plain_types(names: Sequence[str], codebook: Codebook) -> dict[str, Any]:
    """Give the type of each column that does not depend on the themes."""
    import pandas as pd

    kinds: dict[str, Any] = dict.fromkeys(_WHOLE_NUMBERS, "int64")
    kinds |= dict.fromkeys((name for name in _TEXTS if name in names), "str")
    kinds |= dict.fromkeys((name for name in ("score", "stance_score") if name in names), "float32")
    kinds["part"] = pd.CategoricalDtype([str(role) for role in SectionRole])
    kinds["kind"] = pd.CategoricalDtype([str(kind) for kind in BlockKind])
    kinds["stance"] = pd.CategoricalDtype(codebook.stance_ids)
    return kinds


def _theme_columns(codebook: Codebook) -> tuple[str, ...]:
    """Name the columns of the themes: whether each is marked, then each score."""
    names = (*codebook.theme_ids, *(f"{theme}{_SCORE}" for theme in codebook.theme_ids))
    taken = [name for number, name in enumerate(names) if name in (*_SENTENCES, *names[:number])]
    if taken:
        raise UsageError(
            f"Codebook '{codebook.name}' has a theme whose column would be a second '{taken[0]}': give the "
            'theme another id, or ask for rows="marks", which has no column for each theme.'
        )
    return names


def _filled(
    names: Sequence[str], rows: Iterable[Sequence[object]]
) -> Iterator[dict[str, tuple[object, ...]]]:
    """Give columns of few enough rows that the values, not yet packed, take little room; at least once."""
    remaining = iter(rows)
    empty: tuple[tuple[object, ...], ...] = ((),) * len(names)
    chunk = list(islice(remaining, _CHUNK))
    while True:
        yield dict(zip(names, zip(*chunk, strict=True) if chunk else empty, strict=True))
        chunk = list(islice(remaining, _CHUNK))
        if not chunk:
            return


def _place(review: CodedReview, sentence: CodedSentence) -> tuple[object, ...]:
    source = review.review.source
    return (
        source.path,
        source.sha256,
        sentence.index,
        sentence.page,
        " > ".join(sentence.section),
        str(sentence.sentence.role),
        str(sentence.sentence.kind),
        sentence.text,
        sentence.start,
        sentence.end,
        sentence.stance or None,
        sentence.stance_score if sentence.stance else None,
    )


def _sentence_rows(reviews: Iterable[CodedReview], codebook: Codebook) -> Iterator[Sequence[object]]:
    ids = codebook.theme_ids
    for review in reviews:
        for sentence in review.sentences:
            marks = [theme in sentence.themes for theme in ids]
            scores = [sentence.scores[theme] for theme in ids]
            yield (*_place(review, sentence), sentence.themes, *marks, *scores)


def _mark_rows(reviews: Iterable[CodedReview], codebook: Codebook) -> Iterator[Sequence[object]]:
    names = {theme.id: theme.name for theme in codebook.themes}
    for review in reviews:
        for sentence in review.sentences:
            for theme in sentence.themes:
                yield (*_place(review, sentence), theme, names[theme], sentence.scores[theme])
