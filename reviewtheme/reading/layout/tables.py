"""Step: lines inside ruled tables are gathered cell by cell."""

from collections import defaultdict
from collections.abc import Sequence
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
        for line in rest:
            cell = _cell_of(line, table)
            if cell is None or _spans(table[cell], table):
                outside.append(line)
            else:
                inside[cell].append(line)
        if not _is_table([table[cell] for cell in inside]):
            continue
        rest = tuple(outside)
        above: Cell | None = None
        for cell in sorted(inside):
            if above and _is_parted(above, table[cell], table):
                tables += 1
            above = table[cell]
            cells.append(Strip(page=strip.page, kind=StripKind.CELL, lines=tuple(inside[cell]), table=tables))
        tables += 1
    return [replace(strip, lines=rest), *cells]


def _spans(cell: Cell, table: Sequence[Cell]) -> bool:
    """Whether a cell is as wide as its table: text in a box between the rows."""
    left, right = min(other.left for other in table), max(other.right for other in table)
    return cell.right - cell.left >= 0.95 * (right - left)


def _is_parted(above: Cell, cell: Cell, table: Sequence[Cell]) -> bool:
    """Whether a cell as wide as the table stands between two cells."""
    return any(
        _spans(other, table) and above.top < other.top and other.bottom <= cell.top + 1 for other in table
    )


def _cell_of(line: PrintedLine, cells: Sequence[Cell]) -> int | None:
    across, down = (line.left + line.right) / 2, (line.top + line.bottom) / 2
    for index, cell in enumerate(cells):
        if cell.left <= across <= cell.right and cell.top <= down <= cell.bottom:
            return index
    return None


def _is_table(cells: Sequence[Cell]) -> bool:
    """Whether two cells with text stand side by side."""
    return any(
        one.right <= other.left + 1 and min(one.bottom, other.bottom) - max(one.top, other.top) > 3
        for one in cells
        for other in cells
    )
