"""Step: lines in the order in which they are read, columns one after the other, tables in their place.

A page is cut from top to bottom into bands. Where a band has a gutter with running text on both
sides, the left side is read before the right; elsewhere what stands on one baseline is one line,
or, parted by wide gaps, a row of a table without rules.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from reviewtheme.reading.layout.rows import cells_of, is_mark, rows_of
from reviewtheme.reading.layout.state import Layout, Strip, StripKind
from reviewtheme.reading.printed_page import RAISED_BY, RAISED_SIZE, PrintedLine

_CLOSING = frozenset(".,;:!?)]’”")
_WIDEST_PAGE = 14_400
"""Points; what stands farther out was put there by a damaged file."""
_MOST_GUTTERS = 3
"""Places tried as the gutter of a page or column."""
_LEAST_ROWS = 3
"""Rows on each side of a gutter before two columns are seen in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """A line, or a whole ruled table, to be put in order."""

    left: float
    top: float
    right: float
    bottom: float
    line: PrintedLine | None = None
    cells: tuple[Strip, ...] = ()


_Row = list[_Item]


def order_reading(layout: Layout) -> Layout:
    """Put strips in reading order: each column of a page a strip, each cell of a table one."""
    of_page: dict[int, list[Strip]] = {}
    for strip in layout.strips:
        of_page.setdefault(strip.page, []).append(strip)
    pages = {number: _items(parts) for number, parts in of_page.items()}
    known = _known_gutters(pages.values())
    strips: list[Strip] = []
    for number, items in pages.items():
        for column in _ordered(items, known):
            strips.extend(_strips(column, number))
    return replace(layout, strips=tuple(strips))


def _items(parts: Sequence[Strip]) -> list[_Item]:
    items = [
        _Item(left=line.left, top=line.top, right=line.right, bottom=line.bottom, line=line)
        for part in parts
        if part.kind is StripKind.BODY
        for line in part.lines
    ]
    for table in sorted({part.table for part in parts if part.kind is StripKind.CELL}):
        cells = tuple(part for part in parts if part.kind is StripKind.CELL and part.table == table)
        lines = [line for cell in cells for line in cell.lines]
        items.append(
            _Item(
                left=min(line.left for line in lines),
                top=min(line.top for line in lines),
                right=max(line.right for line in lines),
                bottom=max(line.bottom for line in lines),
                cells=cells,
            )
        )
    return items


# --- columns --------------------------------------------------------------------------------


def _known_gutters(pages: Iterable[Sequence[_Item]]) -> tuple[float, ...]:
    """Gutters of pages that have columns, for those pages on which the columns are short."""
    found: set[float] = set()
    for items in pages:
        ordered = sorted(items, key=lambda item: (item.top, item.left))
        for gutter in _gutters(ordered):
            if any(_in_columns(band, gutter) for band in _bands(ordered, gutter)):
                found.add(gutter)
    return tuple(sorted(found))


def _ordered(items: Sequence[_Item], known: Sequence[float]) -> list[list[_Item]]:
    """Columns in reading order, each with its items from top to bottom."""
    items = sorted(items, key=lambda item: (item.top, item.left))
    for gutter in (*_gutters(items), *known):
        bands = _bands(items, gutter)
        least_rows = 1 if gutter in known else _LEAST_ROWS
        in_columns = [_in_columns(band, gutter, least_rows=least_rows) for band in bands]
        if any(in_columns):
            return _along(gutter, bands, in_columns, known)
    return [items] if items else []


def _along(
    gutter: float, bands: Sequence[Sequence[_Row]], in_columns: Sequence[bool], known: Sequence[float]
) -> list[list[_Item]]:
    """Columns of bands that a gutter parts or does not part."""
    columns: list[list[_Item]] = []
    across: list[_Item] = []
    for place, (band, parted) in enumerate(zip(bands, in_columns, strict=True), start=1):
        if not parted:
            across.extend(item for row in band for item in row)
            continue
        start, end = _trimmed(band, gutter, across)
        end = len(band) if place == len(bands) else end  # a heading would have its text below it
        across.extend(item for row in band[:start] for item in row)
        beside = [item for row in band[start:end] for item in row]
        columns.append(across)
        columns.extend(_ordered([item for item in beside if item.right <= gutter], known))
        columns.extend(_ordered([item for item in beside if item.left >= gutter], known))
        across = [item for row in band[end:] for item in row]
    columns.append(across)
    return [column for column in columns if column]


def _gutters(items: Sequence[_Item]) -> list[float]:
    """Places across the page that part lines standing side by side, those that part most first."""
    places: Counter[int] = Counter()
    for left, right in _side_by_side([item for item in items if item.line]):
        places.update(range(max(0, int(left.right) + 1), min(int(right.left) + 1, _WIDEST_PAGE)))
    gutters: list[float] = []
    while places and len(gutters) < _MOST_GUTTERS:
        place, rows = places.most_common(1)[0]
        if rows < _LEAST_ROWS:
            break
        alike = [other for other, count in places.items() if abs(other - place) < 40 and count >= 0.9 * rows]
        gutters.append(float(sorted(alike)[len(alike) // 2]))
        places = Counter({other: n for other, n in places.items() if abs(other - gutters[-1]) >= 40})
    return gutters


def _side_by_side(lines: Sequence[_Item]) -> list[tuple[_Item, _Item]]:
    """Neighbours across a gap: each line with the next one to its right at about the same height."""
    pairs: list[tuple[_Item, _Item]] = []
    for row in _item_rows(lines):
        pairs.extend(
            (before, item)
            for before, item in pairwise(sorted(row, key=lambda item: item.left))
            if before.right <= item.left
        )
    return pairs


def _bands(items: Sequence[_Item], gutter: float) -> list[list[_Row]]:
    """Rows from top to bottom, cut wherever rows that cross the gutter and rows that do not meet."""
    return [
        list(band)
        for _, band in groupby(
            _item_rows(items), key=lambda row: any(item.left < gutter < item.right for item in row)
        )
    ]


def _item_rows(items: Sequence[_Item]) -> list[_Row]:
    """Items, sorted from top to bottom, that stand side by side."""
    rows: list[_Row] = []
    for item in items:
        if rows and item.top < (rows[-1][0].top + rows[-1][0].bottom) / 2:
            rows[-1].append(item)
        else:
            rows.append([item])
    return rows


def _in_columns(band: Sequence[_Row], gutter: float, *, least_rows: int = _LEAST_ROWS) -> bool:
    """Whether a band has running text on both sides of the gutter, and nothing across it."""
    items = [item for row in band for item in row]
    left = [item for item in items if item.right <= gutter]
    right = [item for item in items if item.left >= gutter]
    return (
        len(left) + len(right) == len(items)
        and _runs_on(left, least_rows)
        and _runs_on(right, least_rows)
        and _is_aligned(right)
    )


def _is_aligned(items: Sequence[_Item]) -> bool:
    """Whether most rows begin at one place: the wide spaces of justified text make no column."""
    lefts = [min(item.left for item in row) for row in _item_rows(items)]
    enough = max(0.6 * len(lefts), min(_LEAST_ROWS, len(lefts)))
    return any(sum(abs(left - other) <= 2 for other in lefts) >= enough for left in lefts)


def _trimmed(band: Sequence[_Row], gutter: float, above: Sequence[_Item]) -> tuple[int, int]:
    """Find the rows of a band that are columns: no end of a paragraph above, no heading below."""
    start, end = 0, len(band)
    bottom = max((item.bottom for item in above), default=0.0)
    while band[start][-1].right <= gutter and band[start][0].top - bottom < _height(band[start][0]):
        bottom = band[start][0].bottom
        start += 1
    floor = max(item.bottom for row in band for item in row if item.left >= gutter)
    for index in range(len(band) - 1, start, -1):
        first, before = band[index][0], band[index - 1][0]
        if band[index][-1].left >= gutter or first.top < floor:
            break
        if first.top - before.bottom > _height(first):
            end = index
    return start, end


def _height(item: _Item) -> float:
    return item.bottom - item.top


def _runs_on(items: Sequence[_Item], least_rows: int) -> bool:
    """Whether lines are a column of running text: most of them fill the column's width."""
    rows = _item_rows([item for item in items if item.line])
    if len(rows) < least_rows:
        return False
    edges = [(min(item.left for item in row), max(item.right for item in row)) for row in rows]
    width = max(right for _, right in edges) - min(left for left, _ in edges)
    size = max(item.line.size for row in rows for item in row if item.line)
    filled = sum(right - left >= 0.6 * width for left, right in edges)
    return width >= 8 * size and 2 * filled >= len(rows)


# --- rows -----------------------------------------------------------------------------------


def _strips(column: Sequence[_Item], page: int) -> list[Strip]:
    """Cut one column into strips: its lines in rows, and the cells of tables where they stand."""
    strips: list[Strip] = []
    run: list[PrintedLine] = []
    for item in column:
        if item.line:
            run.append(item.line)
            continue
        strips.extend(_rows_as_strips(run, page))
        strips.extend(replace(cell, lines=_cell_lines(cell.lines)) for cell in item.cells)
        run = []
    return [*strips, *_rows_as_strips(run, page)]


def _cell_lines(lines: Sequence[PrintedLine]) -> tuple[PrintedLine, ...]:
    return tuple(_join(row) for row in rows_of(lines))


def _rows_as_strips(lines: Sequence[PrintedLine], page: int) -> list[Strip]:
    """Make a strip of each run of text, and of each cell of a row with wide gaps."""
    strips: list[Strip] = []
    run: list[PrintedLine] = []
    for row in rows_of(lines):
        cells = cells_of(row)
        if len(cells) == 1:
            run.append(_join(cells[0]))
            continue
        if run:
            strips.append(Strip(page=page, kind=StripKind.BODY, lines=tuple(run)))
            run = []
        strips.extend(Strip(page=page, kind=StripKind.CELL, lines=(_join(cell),)) for cell in cells)
    if run:
        strips.append(Strip(page=page, kind=StripKind.BODY, lines=tuple(run)))
    return strips


def _touches(before: PrintedLine, part: PrintedLine, size: float) -> bool:
    """Whether nothing but a footnote mark or closing punctuation makes a part of its own."""
    gap = part.left - before.right
    if part.text[0] in _CLOSING:
        return gap < 0.3 * size
    return gap < 0.1 * size and min(before.size, part.size) <= RAISED_SIZE * size


def _join(parts: Sequence[PrintedLine]) -> PrintedLine:
    """One line of parts that stand side by side."""
    first = parts[0]
    if len(parts) == 1:
        return first
    main = max(parts, key=lambda part: len(part.text))
    size, baseline = main.size, main.baseline
    text = ""
    raised: list[tuple[int, int]] = []
    for place, part in enumerate(parts):
        if place and not _touches(parts[place - 1], part, size):
            text += " "
        if part.size <= RAISED_SIZE * size and baseline - part.baseline >= RAISED_BY * size:
            raised.append((len(text), len(text) + len(part.text)))
        raised.extend((len(text) + start, len(text) + end) for start, end in part.raised)
        text += part.text
    return PrintedLine(
        text=text,
        page=first.page,
        left=first.left,
        top=min(part.top for part in parts),
        right=max(part.right for part in parts),
        bottom=max(part.bottom for part in parts),
        baseline=baseline,
        size=size,
        bold=all(part.bold for part in parts if not is_mark(part.text)),
        italic=all(part.italic for part in parts if not is_mark(part.text)),
        raised=tuple(raised),
        indent=parts[1].left if is_mark(first.text) else 0.0,
    )
