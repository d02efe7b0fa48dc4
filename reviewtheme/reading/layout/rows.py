"""Lines that stand side by side on a page, and the marks in front of them."""

from collections.abc import Iterable, Sequence

from reviewtheme.reading.labels import split_heading_mark
from reviewtheme.reading.printed_page import RAISED_SIZE, PrintedLine

_APART = 0.35
"""Lines whose baselines differ by at most this share of the font size stand side by side."""
_RAISED_APART = 0.6
"""The same for a mark of few characters in small print, beside its line."""
_LONGEST_RAISED = 4


def rows_of(lines: Iterable[PrintedLine]) -> list[list[PrintedLine]]:
    """Lines by baseline, from top to bottom, those on one baseline from left to right."""
    rows: list[list[PrintedLine]] = []
    for line in sorted(lines, key=lambda line: (line.baseline, line.left)):
        row = next((row for row in reversed(rows[-3:]) if _same_row(row, line)), None)
        if row is None:
            rows.append([line])
        else:
            row.append(line)
    rows.sort(key=lambda row: max(row, key=lambda line: line.size).baseline)
    return [sorted(row, key=lambda line: line.left) for row in rows]


def _same_row(row: Sequence[PrintedLine], line: PrintedLine) -> bool:
    """Whether the line stands beside the row, or is a small mark raised beside it."""
    if any(other.left < line.right - 1 and line.left < other.right - 1 for other in row):
        return False
    tallest = max(line.size, *(other.size for other in row))
    raised = any(
        other.size <= RAISED_SIZE * tallest and len(other.text) <= _LONGEST_RAISED for other in (*row, line)
    )
    return abs(row[0].baseline - line.baseline) <= (_RAISED_APART if raised else _APART) * tallest


def is_mark(text: str) -> bool:
    """Whether a text is nothing but a bullet or a number that stands before a paragraph."""
    marked = split_heading_mark(f"{text} A")
    return marked.text == "A" and bool(marked.bullet or marked.label)
