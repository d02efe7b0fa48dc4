"""What changed between two runs as CSV: a row for each change, safe for spreadsheets."""

import csv
import io
from collections.abc import Iterator

from reviewtheme.comparison.comparison_result import Comparison, Reading, SentenceChange
from reviewtheme.output.csv_table import safe_cell
from reviewtheme.output.tables import Row

_DIGITS = 4
_HEADER = ("document", "page", "section", "text", "change", "theme", "theme_name", "first", "second")


def comparison_csv(comparison: Comparison) -> str:
    """Return the table of changes.

    `change` is "added" or "removed" for a theme, with its score under `first` or `second` ("marked" where no
    score is known); "stance", with the stances there; or "only-in-first" or "only-in-second" for a sentence
    that the other run does not have, with its themes there.
    """
    names = {theme.id: theme.name for theme in comparison.themes}
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(_HEADER)
    for change in (*comparison.changed, *comparison.unmatched):
        place: Row = [change.document, change.page or "", " > ".join(change.section), change.text]
        writer.writerows([safe_cell(cell) for cell in (*place, *row)] for row in _rows(change, names))
    return table.getvalue()


def _rows(change: SentenceChange, names: dict[str, str]) -> Iterator[Row]:
    if change.second is None:
        yield ["only-in-first", "", "", _themes(change.first), ""]
    elif change.first is None:
        yield ["only-in-second", "", "", "", _themes(change.second)]
    else:
        for theme in change.removed:
            yield ["removed", theme, names.get(theme, theme), _score(change.first, theme), ""]
        for theme in change.added:
            yield ["added", theme, names.get(theme, theme), "", _score(change.second, theme)]
        if change.stance_changed:
            yield ["stance", "", "", change.first.stance, change.second.stance]


def _themes(reading: Reading | None) -> str:
    return "; ".join(reading.themes) if reading else ""


def _score(reading: Reading, theme: str) -> str | float:
    score = reading.themes[theme]
    return "marked" if score is None else round(score, _DIGITS)
