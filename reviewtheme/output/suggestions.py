"""Sentences to label next, as a spreadsheet or as tasks of an annotation tool."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from reviewtheme.codebook import Codebook
from reviewtheme.errors import UsageError
from reviewtheme.output.annotation_tasks import TOOLS, AnnotationTask
from reviewtheme.output.csv_table import to_csv
from reviewtheme.output.files import whole_file
from reviewtheme.output.label_names import LabelNames
from reviewtheme.output.tables import Row, Table
from reviewtheme.output.workbook import write_workbook
from reviewtheme.training.formats.known_labels import KnownLabels
from reviewtheme.training.suggest import Suggestion, Suggestions

FORMATS = ("xlsx", "csv", *TOOLS)
"""Names of the formats."""
_COLUMNS = ("text", "themes", "stance", "document", "page", "section", "previous", "start", "end")


def write_suggestions(
    suggestions: Suggestions, path: Path, kind: str, *, tell: Callable[[str], None] = lambda _: None
) -> None:
    """Write suggestions with the model's guesses filled in; the finished file is read by `train`.

    Args:
        suggestions: what to write.
        path: the file.
        kind: one of `FORMATS`.
        tell: takes a sentence on what could not be written as it is.

    Raises:
        UsageError: the format is unknown, or the file cannot be written.
        MissingExtraError: it is "xlsx", and openpyxl is not installed.
    """
    if kind not in FORMATS:
        raise UsageError(f"'{kind}' is no format of suggestions: choose {', '.join(FORMATS)}.")
    tasks: list[Any] = [task_of(suggestion) for suggestion in suggestions.sentences]
    codebook = suggestions.codebook
    with whole_file(path, is_binary=kind == "xlsx") as file:
        if kind == "xlsx":
            write_workbook(tasks, codebook, file, tables=(_TABLE,), tell=tell)
        elif kind == "csv":
            file.write(to_csv(tasks, table=_TABLE, codebook=codebook))
        else:
            file.writelines(TOOLS[kind].tasks(tasks, codebook, suggestions.model))


def task_of(suggestion: Suggestion) -> AnnotationTask:
    """Make a task of a suggestion."""
    sentence = suggestion.sentence
    return AnnotationTask(
        text=sentence.text,
        document=suggestion.document,
        previous=suggestion.previous,
        page=sentence.page,
        section=sentence.section,
        start=sentence.start,
        end=sentence.end,
        themes=suggestion.themes,
        stance=suggestion.stance,
        stance_score=sentence.stance_score if suggestion.stance else None,
    )


def _rows(task: Any, codebook: Codebook) -> Iterator[Row]:  # noqa: ANN401 - a table of tasks, not of results
    names = LabelNames(codebook)
    yield [
        task.text,
        "; ".join(_cell_names([t for t in codebook.theme_ids if t in task.themes], names, codebook)),
        names.stances[task.stance] if task.stance else "",
        task.document,
        task.page,
        " > ".join(task.section),
        task.previous,
        task.start,
        task.end,
    ]


def _cell_names(themes: Sequence[str], names: LabelNames, codebook: Codebook) -> Iterator[str]:
    """Give names that a cell of several can hold, else ids."""
    known = KnownLabels(codebook)
    for theme in themes:
        name = names.themes[theme]
        yield name if known.split(name) == (name,) else theme


_TABLE = Table(name="to label", header=lambda _: _COLUMNS, rows=_rows)
