"""Lines that stand side by side on a page, and the marks in front of them."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from reviewtheme.reading.labels import split_heading_mark
from reviewtheme.reading.printed_page import RAISED_SIZE, PrintedLine

_APART = 0.35
"""Lines whose baselines differ by at most this share of the font size stand side by side."""
_RAISED_APART = 0.6
"""The same for a mark of few characters in small print, beside its line."""
_LONGEST_RAISED = 4
CELL_GAP = 2.2
"""White space wider than this many font sizes parts the cells of a table without rules."""
_LEAST_SPACES = 3


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


def cells_of(row: Sequence[PrintedLine], *, gap: float = CELL_GAP) -> list[list[PrintedLine]]:
    """Parts of a row that wide gaps part; a mark or number in front stays with its text.

    `gap` is the width that parts them, in font sizes.
    """
    if _is_spread(row):
        return [list(row)]
    cells = [[row[0]]]
    for before, line in pairwise(row):
        wide = line.left - before.right > gap * max(before.size, line.size)
        if wide and not (len(cells) == 1 and len(cells[0]) == 1 and is_mark(before.text)):
            cells.append([line])
        else:
            cells[-1].append(line)
    return cells


def _is_spread(row: Sequence[PrintedLine]) -> bool:
    """Whether a row is a justified line of few words, its spaces all as wide."""
    gaps = [line.left - before.right for before, line in pairwise(row)]
    in_words = not any(line.text.strip("%£.,()").isdigit() for line in row)
    return in_words and len(gaps) >= _LEAST_SPACES and max(gaps) <= 1.25 * min(gaps)
