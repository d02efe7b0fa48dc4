"""Step: running heads, running feet and page numbers go out, found by repetition and position."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reviewtheme.document import Removed, RemovedReason
from reviewtheme.reading.layout.rows import rows_of
from reviewtheme.reading.layout.state import Layout, Strip
from reviewtheme.reading.printed_page import PrintedLine

_ZONE = 0.14
"""Share of the page's height, at its top and at its bottom, in which furniture stands."""
_DRIFT = 6.0
"""Points by which the same furniture may move between pages."""
_NUMBER_GAP = 3.0
"""White space, in font sizes, between a running head and the page number beside it."""
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"[-–—|\s]*(?:page\s*)?(?:(\d{1,4})|[ivxl]{1,6})(?:\s*(?:of|/)\s*\d{1,4})?[-–—|\s]*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """The lines on one baseline near the edge of a page."""

    page: int
    at_top: bool
    baseline: float
    """Points from the top of the page, or from its bottom for a foot."""
    lines: tuple[PrintedLine, ...]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def key(self) -> tuple[bool, str]:
        return self.at_top, _DIGITS.sub("#", self.text.casefold()).replace(" ", "")


def remove_furniture(layout: Layout) -> Layout:
    """Take out rows that return near the edge of several pages, or that number the page."""
    heights = {page.number: page.height for page in layout.pages}
    rows = [row for strip in layout.strips for row in _edge_rows(strip, heights[strip.page])]
    furniture = {**_lone_numbers(rows), **_repeated(rows, len(layout.pages))}
    gone = {id(line): reason for row, reason in furniture.values() for line in row.lines}
    removed = [
        Removed(page=row.page, text=row.text, reason=reason)
        for row, reason in sorted(furniture.values(), key=lambda entry: (entry[0].page, not entry[0].at_top))
    ]
    strips = (
        replace(strip, lines=tuple(line for line in strip.lines if id(line) not in gone))
        for strip in layout.strips
    )
    return replace(
        layout, strips=tuple(strip for strip in strips if strip.lines), removed=(*layout.removed, *removed)
    )


def _edge_rows(strip: Strip, height: float) -> list[_Row]:
    near = [line for line in strip.lines if not _ZONE * height < line.baseline < (1 - _ZONE) * height]
    return [
        _Row(
            page=strip.page,
            at_top=row[0].baseline < height / 2,
            baseline=row[0].baseline if row[0].baseline < height / 2 else height - row[0].baseline,
            lines=tuple(row),
        )
        for whole in rows_of(near)
        for row in _apart(whole)
    ]


def _apart(row: list[PrintedLine]) -> list[list[PrintedLine]]:
    """Part a row from the page number at one of its ends."""
    for number, rest in ((row[:1], row[1:]), (row[-1:], row[:-1])):
        if rest and _PAGE_NUMBER.fullmatch(number[0].text):
            gap = max(rest[0].left - number[0].right, number[0].left - rest[-1].right)
            if gap > _NUMBER_GAP * rest[0].size:
                return [rest, number]
    return [row]


_Found = dict[int, tuple[_Row, RemovedReason]]


def _repeated(rows: Sequence[_Row], pages: int) -> _Found:
    """Rows whose text, numbers aside, stands in the same place on enough pages."""
    groups: dict[tuple[bool, str], list[_Row]] = defaultdict(list)
    for row in rows:
        groups[row.key].append(row)
    enough = 2 if pages <= 5 else 3
    found: _Found = {}
    for group in groups.values():
        for row in group:
            alike = {other.page for other in group if abs(other.baseline - row.baseline) <= _DRIFT}
            if len(alike) >= enough and (row.key[1].strip("#.") or _counts(row, group)):
                found[id(row)] = (row, _reason(row))
    return found


def _counts(row: _Row, group: Iterable[_Row]) -> bool:
    """Whether a bare number goes up with the pages, as a page number does."""
    offset = _offset(row)
    return offset is not None and sum(_offset(other) == offset for other in group) >= 2


def _lone_numbers(rows: Sequence[_Row]) -> _Found:
    """Bare numbers that count the pages, wherever near the edge they stand."""
    numbers = [row for row in rows if _PAGE_NUMBER.fullmatch(row.text)]
    return {
        id(row): (row, RemovedReason.PAGE_NUMBER)
        for row in numbers
        if _counts(row, numbers) or _offset(row) == 0
    }


def _offset(row: _Row) -> int | None:
    match = _PAGE_NUMBER.fullmatch(row.text)
    return int(match[1]) - row.page if match and match[1] else None


def _reason(row: _Row) -> RemovedReason:
    if _PAGE_NUMBER.fullmatch(row.text):
        return RemovedReason.PAGE_NUMBER
    return RemovedReason.RUNNING_HEAD if row.at_top else RemovedReason.RUNNING_FOOT
