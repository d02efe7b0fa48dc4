"""Step: lines inside ruled tables are gathered cell by cell."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reviewtheme.reading.layout.state import Layout, Strip, StripKind
from reviewtheme.reading.printed_page import Cell, PrintedLine, PrintedPage


def gather_cells(layout: Layout) -> Layout:
    """One strip for each cell with text, after the strip of its page.

    A grid with text in one column only is text in a box, or rules around it, and no table; so is
    a cell as wide as its table.
    """
    pages = {page.number: page for page in layout.pages}
    strips: list[Strip] = []
    for strip in layout.strips:
        strips.extend(_part(strip, pages[strip.page]))
    return replace(layout, strips=tuple(strips))


def _part(strip: Strip, page: PrintedPage) -> list[Strip]:
    rest = strip.lines
    cells: list[Strip] = []
    tables = 0
    for table in page.tables:
        inside: dict[int, list[PrintedLine]] = defaultdict(list)
        outside = []
        spanning = _spanning(table)
        bands = _bands(table)
        for line in rest:
            cell = _cell_of(line, table, bands)
            if cell is None or cell in spanning:
                outside.append(line)
            else:
                inside[cell].append(line)
        if not _is_table([table[cell] for cell in inside]):
            continue
        rest = tuple(outside)
        above: Cell | None = None
        for cell in sorted(inside):
            if above and _is_parted(above, table[cell], spanning.values()):
                tables += 1
            above = table[cell]
            cells.append(Strip(page=strip.page, kind=StripKind.CELL, lines=tuple(inside[cell]), table=tables))
        tables += 1
    return [replace(strip, lines=rest), *cells]


def _spanning(table: Sequence[Cell]) -> dict[int, Cell]:
    """Cells as wide as their table, by index: text in a box between the rows."""
    left, right = min(cell.left for cell in table), max(cell.right for cell in table)
    return {
        index: cell for index, cell in enumerate(table) if cell.right - cell.left >= 0.95 * (right - left)
    }


def _is_parted(above: Cell, cell: Cell, spanning: Iterable[Cell]) -> bool:
    """Whether a cell as wide as the table stands between two cells."""
    return any(above.top < other.top and other.bottom <= cell.top + 1 for other in spanning)


_Bands = dict[tuple[float, float], list[int]]


def _bands(cells: Sequence[Cell]) -> _Bands:
    """Cells by index that reach from the same top to the same bottom, so that few are looked through."""
    bands: _Bands = defaultdict(list)
    for index, cell in enumerate(cells):
        bands[cell.top, cell.bottom].append(index)
    return bands


def _cell_of(line: PrintedLine, cells: Sequence[Cell], bands: _Bands) -> int | None:
    """Index of the first cell in which the middle of a line stands."""
    across, down = (line.left + line.right) / 2, (line.top + line.bottom) / 2
    return min(
        (
            index
            for (top, bottom), indices in bands.items()
            if top <= down <= bottom
            for index in indices
            if cells[index].left <= across <= cells[index].right
        ),
        default=None,
    )


def _is_table(cells: Sequence[Cell]) -> bool:
    """Whether two cells with text stand side by side."""
    return any(
        one.right <= other.left + 1 and min(one.bottom, other.bottom) - max(one.top, other.top) > 3
        for one in cells
        for other in cells
    )
