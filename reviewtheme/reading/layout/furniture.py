"""Step: running heads, running feet and page numbers go out, found by repetition and position."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from reviewtheme.document import Removed, RemovedReason
from reviewtheme.reading.layout.rows import rows_of
from reviewtheme.reading.layout.state import Layout, Strip
from reviewtheme.reading.printed_page import PrintedLine

_ZONE = 0.14
"""Share of the page's height, at its top and at its bottom, in which furniture stands."""
_BESIDE_ZONE = 0.04
"""Share of the page's height in which the text next to that is looked at."""
_DRIFT = 6.0
"""Points by which the same furniture may move between pages."""
_NUMBER_GAP = 3.0
"""White space, in font sizes, between a running head and the page number beside it."""
_EXACT = 2.0
"""Points by which running heads that change with the chapter may move between pages."""
_LARGER = 0.6
"""Points by which a heading is larger than the body."""
_APART_FROM_TEXT = 1.9
"""Distance of such a head from the text, in font sizes of the body."""
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
    near = [row for strip in layout.strips for row in _edge_rows(strip, heights[strip.page])]
    rows = [row for row in near if row.baseline < _ZONE * heights[row.page]]
    furniture = {**_lone_numbers(rows), **_repeated(rows, near, len(layout.pages))}
    furniture |= _placed_alike(layout, [row for row in rows if id(row) not in furniture])
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
    zone = (_ZONE + _BESIDE_ZONE) * height
    near = [line for line in strip.lines if not zone < line.baseline < height - zone]
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


def _repeated(rows: Sequence[_Row], near: Sequence[_Row], pages: int) -> _Found:
    """Rows whose text, numbers aside, stands in the same place on enough pages."""
    groups: dict[tuple[bool, str], list[_Row]] = defaultdict(list)
    for row in rows:
        groups[row.key].append(row)
    enough = 2 if pages <= 5 else 3
    found: _Found = {}
    rare: _Found = {}
    for group in groups.values():
        for row in group:
            alike = {other.page for other in group if abs(other.baseline - row.baseline) <= _DRIFT}
            if len(alike) >= enough and (row.key[1].strip("#.") or _counts(row, group)):
                (found if 2 * len(alike) >= pages else rare)[id(row)] = (row, _reason(row))
    text: dict[int, list[_Row]] = defaultdict(list)
    for row in near:
        if id(row) not in found and id(row) not in rare:
            text[row.page].append(row)
    while lines := {
        key: row for key, (row, _) in rare.items() if any(_runs_into(row, other) for other in text[row.page])
    }:
        for key, row in lines.items():
            text[row.page].append(row)
            del rare[key]
    return found | rare


def _runs_into(row: _Row, other: _Row) -> bool:
    """Whether a row stands as close to another as the lines of notes do."""
    size = row.lines[0].size
    return (
        row.at_top == other.at_top
        and 0 < abs(other.baseline - row.baseline) < 1.6 * size
        and abs(other.lines[0].size - size) < 0.4
        and other.lines[0].left < row.lines[-1].right
        and row.lines[0].left < other.lines[-1].right
    )


def _counts(row: _Row, group: Iterable[_Row]) -> bool:
    """Whether a bare number goes up with the pages, as a page number does."""
    offset = _offset(row)
    return offset is not None and sum(_offset(other) == offset for other in group) >= 2


def _placed_alike(layout: Layout, rows: Sequence[_Row]) -> _Found:
    """Find running heads that change with the chapter, by their place, apart from the text of the page.

    At least half of them return on another page, or are what a larger heading says.
    """
    outermost: dict[tuple[int, bool], _Row] = {}
    for row in rows:
        known = outermost.get((row.page, row.at_top))
        if known is None or row.baseline < known.baseline:
            outermost[row.page, row.at_top] = row
    apart: dict[int, list[_Row]] = defaultdict(list)
    for row in _apart_from_text(layout, outermost):
        apart[round(row.baseline / _EXACT)].append(row)
    larger = {
        _wording(line.text)
        for strip in layout.strips
        for line in strip.lines
        if line.size > layout.body_size + _LARGER
    }
    found: _Found = {}
    for place, rows_there in list(apart.items()):
        around = [row for near in (place - 1, place, place + 1) for row in apart.get(near, ())]
        for row in rows_there:
            if id(row) not in found:
                group = [other for other in around if _alike(other, row)]
                if len(group) >= max(3, len(layout.pages) / 4) and _says_what_others_say(group, larger):
                    found |= {id(other): (other, _reason(other)) for other in group}
    return found


def _says_what_others_say(group: Sequence[_Row], larger: Set[str]) -> bool:
    """Whether half of the rows return, or are what a larger heading says."""
    texts = Counter(row.key for row in group)
    known = sum(texts[row.key] > 1 or _wording(row.text) in larger for row in group)
    return 2 * known >= len(group)


def _wording(text: str) -> str:
    return _DIGITS.sub("", text.casefold()).strip(". ")


def _alike(one: _Row, other: _Row) -> bool:
    return (
        one.at_top == other.at_top
        and abs(one.baseline - other.baseline) <= _EXACT
        and abs(one.lines[0].size - other.lines[0].size) <= _EXACT / 4
    )


def _apart_from_text(layout: Layout, outermost: Mapping[tuple[int, bool], _Row]) -> list[_Row]:
    """Rows no larger than the text that end as no sentence does, with white space towards the text."""
    apart = []
    for strip in layout.strips:
        for at_top in (True, False):
            row = outermost.get((strip.page, at_top))
            if row is None or not row.key[1].strip("#."):
                continue
            if row.text.endswith((".", "?", "!", ":", ";", ",")):
                continue
            line = row.lines[0]
            inner = [
                other.baseline
                for other in strip.lines
                if (other.baseline > line.baseline + 1 if at_top else other.baseline < line.baseline - 1)
            ]
            gap = min((abs(baseline - line.baseline) for baseline in inner), default=0.0)
            if line.size <= layout.body_size + 0.1 and gap > _APART_FROM_TEXT * layout.body_size:
                apart.append(row)
    return apart


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
