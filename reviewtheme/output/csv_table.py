"""Coded reviews as CSV: one row for each sentence and theme, and one for each sentence without a theme."""

import csv
import io
from collections.abc import Iterator, Sequence

from reviewtheme.classification.coded_review import CodedSentence
from reviewtheme.corpus import CorpusResult, DuplicateReview, FailedReview

COLUMNS = (
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
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def to_csv(results: Sequence[CorpusResult], *, header: bool = True) -> str:
    """Return a table that spreadsheets read: quoted where needed, no cell starts a formula."""
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    if header:
        writer.writerow(COLUMNS)
    for result in results:
        for row in _rows(result):
            writer.writerow([safe_cell(value) for value in row])
    return table.getvalue()


def safe_cell(value: str | int | float) -> str | int | float:
    """Put an apostrophe before text that a spreadsheet would take for a formula; a mere sign is none.

    A carriage return becomes a space: a writer of CSV need not quote it, and a reader may end the row there.
    """
    if not isinstance(value, str):
        return value
    is_formula = len(value) > 1 and value.startswith(_FORMULA_STARTS)
    return ("'" if is_formula else "") + value.replace("\r", " ")


def _rows(result: CorpusResult) -> Iterator[list[str | int | float]]:
    if isinstance(result, FailedReview):
        yield [result.path, *[""] * (len(COLUMNS) - 2), f"{result.kind}: {result.message}"]
        return
    if isinstance(result, DuplicateReview):
        yield [result.path, *[""] * (len(COLUMNS) - 2), f"duplicate: {result.message}"]
        return
    path = result.review.source.path
    for sentence in result.sentences:
        for theme_id in sentence.themes or ("",):
            name = result.codebook.theme(theme_id).name if theme_id else ""
            yield _row(path, sentence, theme_id, name)


def _row(path: str, sentence: CodedSentence, theme_id: str, name: str) -> list[str | int | float]:
    return [
        path,
        sentence.index,
        sentence.page,
        " > ".join(sentence.section),
        str(sentence.sentence.role),
        sentence.text,
        theme_id,
        name,
        round(sentence.scores[theme_id], 4) if theme_id else "",
        sentence.stance,
        round(sentence.stance_score, 4),
        sentence.start,
        sentence.end,
        "",
    ]
