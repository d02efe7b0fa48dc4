"""Step: tables without rules, whose cells are told by the white space between them, are gathered.

Rows of a page are followed downwards while their parts stand in the same columns. What was found
is a table where its rows begin side by side; in columns of running text they do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from reviewtheme.reading.layout.rows import cells_of, rows_of
from reviewtheme.reading.layout.state import Layout, Strip, StripKind
from reviewtheme.reading.printed_page import WIDE_GAP, PrintedLine

_LEAST_ROWS = 3
_MOST_LINES_OF_ROW = 15
_INDENT = 3.0
"""Points by which a cell may stand to the left of its column."""
_GUTTER = 4.0
"""Points of white space at least between a cell and the next column."""
_WIDEST_GAP = 4.0
"""White space between two rows of a table at most, in font sizes."""
_TOP_ALIGNED = 0.75
"""Share of the rows whose cells begin on one line."""
_IN_SMALL_LETTERS = 0.3
"""Share of the cells that may begin in small letters."""
_RUNNING_WIDTH = 14.0
"""Width from which a column may be running text, in font sizes."""


def gather_aligned_cells(layout: Layout) -> Layout:
    """One strip for each cell of a table without rules, after the strip of its page."""
    ruled = {strip.page: strip.table + 1 for strip in layout.strips}  # the last of a page has its last table
    strips: list[Strip] = []
    for strip in layout.strips:
        strips.extend(_part(strip, ruled[strip.page]) if strip.kind is StripKind.BODY else [strip])
    return replace(layout, strips=tuple(strips))


@dataclass(slots=True)
class _Row:
    """Lines on one baseline, by column."""

    baseline: float
    cells: dict[int, list[PrintedLine]]


@dataclass(slots=True)
class _Region:
    """Rows under one another whose parts stand in the same columns."""

    lefts: list[float]
    """Left edge of each column."""
    rights: list[float]
    rows: list[_Row] = field(default_factory=list)

    def add(self, baseline: float, parts: Sequence[Sequence[PrintedLine]]) -> bool:
        """Take in a row if each of its parts stands in a column of its own; tell whether it does."""
        placed: dict[int, list[PrintedLine]] = {}
        for part in parts:
            column = self._column(part[0].left, part[-1].right)
            if column is None or column in placed:
                return False
            placed[column] = list(part)
        for column, part in placed.items():
            self.lefts[column] = min(self.lefts[column], part[0].left)
            self.rights[column] = max(self.rights[column], part[-1].right)
        self.rows.append(_Row(baseline, placed))
        return True

    def _column(self, left: float, right: float) -> int | None:
        for column in range(len(self.lefts) - 1, -1, -1):
            is_last = column + 1 == len(self.lefts)
            starts = left >= self.lefts[column] - _INDENT or left <= self.rights[column] < right
            if starts or (left < self.lefts[column] < right):
                ends = is_last or right <= self.lefts[column + 1] - _GUTTER
                begins = column == 0 or left >= self.rights[column - 1] + _GUTTER
                return column if ends and begins else None
        return None


def _part(strip: Strip, tables: int) -> list[Strip]:
    """Part the lines of a page from its tables without rules."""
    rows = rows_of(strip.lines)
    if sum(len(row) > 1 for row in rows) < _LEAST_ROWS:
        return [strip]
    gone: set[int] = set()
    cells: list[Strip] = []
    for region in _regions(rows):
        grid = _grid(region)
        if grid is None:
            continue
        for lines in (cell for row in grid for cell in row):
            gone.update(map(id, lines))
            cells.append(Strip(page=strip.page, kind=StripKind.CELL, lines=tuple(lines), table=tables))
        tables += 1
    rest = tuple(line for line in strip.lines if id(line) not in gone)
    return [replace(strip, lines=rest), *cells] if cells else [strip]


def _regions(rows: Sequence[Sequence[PrintedLine]]) -> list[_Region]:
    regions: list[_Region] = []
    open_region: _Region | None = None
    for row in rows:
        parts = cells_of(row, gap=WIDE_GAP)
        baseline, size = max((line.baseline, line.size) for line in row)
        if open_region is not None and _follows(open_region, baseline, size, parts):
            continue
        open_region = None
        if len(parts) > 1:
            open_region = _Region([part[0].left for part in parts], [part[-1].right for part in parts])
            open_region.add(baseline, parts)
            regions.append(open_region)
    return regions


def _follows(region: _Region, baseline: float, size: float, parts: Sequence[Sequence[PrintedLine]]) -> bool:
    gap = baseline - region.rows[-1].baseline
    widest = (_WIDEST_GAP if len(parts) > 1 else 1.6) * size
    return gap <= widest and region.add(baseline, parts)


def _grid(region: _Region) -> list[list[list[PrintedLine]]] | None:
    """Cells row by row, or None where the region is no table."""
    rows = region.rows
    while rows and len(rows[-1].cells) == 1 and 0 in rows[-1].cells:
        rows = rows[:-1]  # what follows at the left margin alone is the next paragraph
    if sum(len(row.cells) > 1 for row in rows) < _LEAST_ROWS:
        return None
    bands = _bands(rows)
    beside = [band for band in bands if len(set().union(*(row.cells for row in band))) > 1]
    aligned = sum(len(band[0].cells) > 1 for band in beside)
    if (
        len(beside) < _LEAST_ROWS
        or aligned < _TOP_ALIGNED * len(beside)
        or max(map(len, bands)) > _MOST_LINES_OF_ROW
        or _goes_on_in_small_letters(bands)
        or _is_running_text(region, rows, bands)
    ):
        return None
    return [
        [
            [line for row in band for line in row.cells.get(column, ())]
            for column in sorted(set().union(*(row.cells for row in band)))
        ]
        for band in bands
    ]


def _bands(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Rows of the table, each of one or more lines: parted by white space, or where the first cell begins."""
    gaps = [after.baseline - before.baseline for before, after in pairwise(rows)]
    size = median(line.size for row in rows for part in row.cells.values() for line in part)
    closest = min(gaps)
    is_wrapped = closest < 1.6 * size
    by_space = is_wrapped and max(gaps) > 1.25 * closest
    bands = [[rows[0]]]
    for gap, row in zip(gaps, rows[1:], strict=True):
        if by_space:
            begins = gap > 1.2 * closest
        else:
            first = row.cells.get(0)
            begins = not is_wrapped or (first is not None and not first[0].text[0].islower())
        if begins:
            bands.append([row])
        else:
            bands[-1].append(row)
    return bands


def _goes_on_in_small_letters(bands: Sequence[Sequence[_Row]]) -> bool:
    """Whether many cells beside the first begin in small letters, as the lines of a column do."""
    starts = [
        next(row.cells[column] for row in band if column in row.cells)[0].text[0]
        for band in bands
        for column in set().union(*(row.cells for row in band)) - {0}
    ]
    return sum(map(str.islower, starts)) > _IN_SMALL_LETTERS * len(starts)


def _is_running_text(region: _Region, rows: Sequence[_Row], bands: Sequence[Sequence[_Row]]) -> bool:
    """Whether every column is wide and mostly filled, and most rows of the table have only one line."""
    for column, (left, right) in enumerate(zip(region.lefts, region.rights, strict=True)):
        parts = [row.cells[column] for row in rows if column in row.cells]
        filled = sum(part[-1].right - part[0].left >= 0.8 * (right - left) for part in parts)
        if right - left < _RUNNING_WIDTH * parts[0][0].size or 2 * filled < len(parts):
            return False
    lines = median(map(len, bands))
    return lines <= 1 or len(bands) < 2 * _LEAST_ROWS
