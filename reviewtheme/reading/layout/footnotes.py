"""Step: footnotes are parted from the body: small print at the foot of a column that begins with a mark."""

import re
from dataclasses import replace

from reviewtheme.reading.layout.state import Layout, Strip, StripKind
from reviewtheme.reading.printed_page import PrintedLine

_SMALLER = 0.7
"""Points by which footnotes are smaller than the body."""
FOOTNOTE_MARK = re.compile(r"\s*(?:\[?(\d{1,3})[\].)]?|([*†‡§]{1,3}))\s*(?=\S)")


def part_footnotes(layout: Layout) -> Layout:
    """Put the footnotes of each column into a strip of their own."""
    strips: list[Strip] = []
    for strip in layout.strips:
        start = _start(strip, layout.body_size) if strip.kind is StripKind.BODY else None
        if start is None:
            strips.append(strip)
            continue
        if start:
            strips.append(replace(strip, lines=strip.lines[:start]))
        strips.append(replace(strip, kind=StripKind.FOOTNOTE, lines=strip.lines[start:]))
    return replace(layout, strips=tuple(strips))


def begins_footnote(line: PrintedLine) -> bool:
    """Whether a line of small print begins with a raised mark, a number or a sign."""
    return bool(line.raised and line.raised[0][0] == 0) or bool(FOOTNOTE_MARK.match(line.text))


def _start(strip: Strip, body_size: float) -> int | None:
    """Index of the first line of the footnotes, or None."""
    start = None
    for index in range(len(strip.lines) - 1, -1, -1):
        line = strip.lines[index]
        if line.size > body_size - _SMALLER:
            break
        if begins_footnote(line):
            start = index
    return start


_RAISED_TEXT = re.compile(r"\d{1,3}([,–-]\d{1,3})*|[*†‡§]{1,3}|[a-zivx]")


def mark_stretches(line: PrintedLine) -> tuple[tuple[int, int], ...]:
    """Stretches of a line that point to footnotes, as against the raised letters of "1st" or "m2"."""
    return tuple(
        (start, end)
        for start, end in line.raised
        if _RAISED_TEXT.fullmatch(line.text[start:end].strip()) and not _is_unit(line.text[:start])
    )


def without_marks(line: PrintedLine) -> str:
    """Give the text of a line less its footnote marks, without white space at its end."""
    text = line.text
    for start, end in reversed(mark_stretches(line)):
        text = text[:start] + text[end:]
    return text.rstrip()


def _is_unit(before: str) -> bool:
    return bool(re.search(r"(?:^|[\d\s])(?:k|c|m)?m$", before))
