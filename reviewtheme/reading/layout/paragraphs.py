"""Step: lines become paragraphs, by their distance, indentation, marks and style."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from reviewtheme.document import BlockKind
from reviewtheme.reading.labels import is_detail, split_mark
from reviewtheme.reading.layout.footnotes import begins_footnote
from reviewtheme.reading.layout.state import Layout, Paragraph, Strip, StripKind
from reviewtheme.reading.printed_page import PrintedLine

SENTENCE_ENDS = (".", "?", "!", "…")
_BREAKS = (*SENTENCE_ENDS, ":", ";")
_AROUND = 4
"""Lines before and after among which the width of the text is looked for."""
_LEAST_ENTRIES = 3
_RUNS_ON = re.compile(
    r"[.?!…,:;]['’”)]?$|[.?!] [A-Z]|[-–]$|\b(?:a|an|and|as|at|by|for|from|in|is|of|on|or|that|the|to|with)$"
)
"""Marks of running text: a clause ends in the line or at its end, or a word that asks for another."""
_CLOSING = "\"'’”)]»"
_KINDS = {
    StripKind.BODY: BlockKind.PARAGRAPH,
    StripKind.CELL: BlockKind.TABLE,
    StripKind.FOOTNOTE: BlockKind.FOOTNOTE,
}


def form_paragraphs(layout: Layout) -> Layout:
    """Paragraphs of every strip, none of them over two strips yet."""
    leadings = _leadings(layout.strips)
    paragraphs: list[Paragraph] = []
    for strip in layout.strips:
        column = _Column(strip, leadings)
        start = 0
        for index in range(1, len(strip.lines) + 1):
            if index == len(strip.lines) or column.begins_at(index, start):
                lines = strip.lines[start:index]
                parts = [(line,) for line in lines] if _is_listing(lines, strip.kind) else [lines]
                paragraphs.extend(Paragraph(kind=_KINDS[strip.kind], lines=part) for part in parts)
                start = index
    return replace(layout, strips=(), paragraphs=tuple(paragraphs))


def _is_listing(lines: Sequence[PrintedLine], kind: StripKind) -> bool:
    """Whether lines are entries of their own, as in an address or a list of names.

    Nothing else has several lines of which each begins with a capital or number and none runs on.
    """
    return (
        kind is StripKind.BODY
        and len(lines) >= _LEAST_ENTRIES
        and split_mark(lines[0].text).text == lines[0].text
        and not any(line.bold or line.indent or line.text[0].islower() for line in lines)
        and not any(_RUNS_ON.search(line.text) for line in lines[:-1])
        and not ends_sentence(lines[-1].text)
    )


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does, quotation marks and brackets aside."""
    return text.rstrip(_CLOSING).endswith(SENTENCE_ENDS)


def first_word(line: PrintedLine) -> str:
    """Give the first word of a line."""
    return line.text.split(maxsplit=1)[0]


def leaves_room(line: PrintedLine, following: PrintedLine, right: float) -> bool:
    """Whether the first word of the following line would have fitted on this one before `right`."""
    width = following.right - (following.indent or following.left)
    needed = width * (len(first_word(following)) + 1) / max(len(following.text), 1)
    return line.right + needed < right - 0.5 * line.size


def _leadings(strips: Sequence[Strip]) -> dict[float, float]:
    """For each font size the usual distance between the baselines of a paragraph, in points."""
    distances: dict[float, Counter[float]] = {}
    for strip in strips:
        for line, following in pairwise(strip.lines):
            distance = following.baseline - line.baseline
            if line.size == following.size and 0.9 * line.size < distance < 2.2 * line.size:
                distances.setdefault(line.size, Counter())[round(2 * distance) / 2] += 1
    return {size: _usual(counter) for size, counter in distances.items()}


def _usual(distances: Counter[float]) -> float:
    """Choose the smallest distance that is common: larger ones part paragraphs."""
    enough = min(0.15 * distances.total(), max(distances.values()))
    return min(distance for distance, count in distances.items() if count >= enough)


@dataclass(frozen=True, slots=True)
class _Column:
    """The lines of a strip, asked where a paragraph begins."""

    strip: Strip
    leadings: dict[float, float]

    @property
    def left(self) -> float:
        return min(line.left for line in self.strip.lines)

    @property
    def right(self) -> float:
        return max(line.right for line in self.strip.lines)

    def begins_at(self, index: int, start: int) -> bool:
        """Whether a paragraph begins at line `index`, the one before it having begun at `start`."""
        before, line = self.strip.lines[index - 1], self.strip.lines[index]
        if self.strip.kind is StripKind.FOOTNOTE:
            return begins_footnote(line) and (ends_sentence(before.text) or bool(line.raised))
        return (
            self._is_apart(before, line)
            or (line.text[0].isupper() and is_detail(line.text))
            or self._is_marked(index)
            or self._changes_style(before, line)
            or self._is_set_in(index, start)
            or self._stops_short(index)
        )

    def _is_apart(self, before: PrintedLine, line: PrintedLine) -> bool:
        leading = self.leadings.get(line.size, 1.3 * line.size)
        distance = line.baseline - before.baseline
        return distance > 1.2 * leading + 0.5 or distance < 0

    def _is_marked(self, index: int) -> bool:
        before, line = self.strip.lines[index - 1], self.strip.lines[index]
        if line.indent:
            return True
        marked = split_mark(line.text)
        if marked.bullet:
            return marked.bullet not in "-–—" or not before.text[-1].isalnum()
        return bool(marked.label) and (
            before.text.endswith((".", ":", ";", "?", "!", " and", " or")) or self._stops_short(index)
        )

    def _changes_style(self, before: PrintedLine, line: PrintedLine) -> bool:
        if abs(before.size - line.size) > 0.6:
            within = line.text[0].islower() and not ends_sentence(before.text)
            return not within or abs(before.size - line.size) > 0.2 * line.size
        if before.bold == line.bold:
            return False
        return not line.text[0].islower() or ends_sentence(before.text)

    def _is_set_in(self, index: int, start: int) -> bool:
        """Whether the line is set in or out against a paragraph whose sentence has ended."""
        before, line, first = self.strip.lines[index - 1], self.strip.lines[index], self.strip.lines[start]
        if not ends_sentence(before.text) and line.text[0].islower():
            return False
        step = 0.7 * line.size
        if index - start == 1:
            hung = first.indent or bool(split_mark(first.text).text != first.text)
            return line.left > first.left + step and not hung and ends_sentence(before.text)
        return abs(line.left - before.left) > step

    def _stops_short(self, index: int) -> bool:
        """Whether the line before ends although the next word would have fitted on it."""
        before, line = self.strip.lines[index - 1], self.strip.lines[index]
        if line.text[0].islower():
            return False
        around = self.strip.lines[max(index - _AROUND, 0) : index + _AROUND]
        left, right = min(each.left for each in around), max(each.right for each in around)
        if before.right < self.left + 0.6 * (self.right - self.left):
            return leaves_room(before, line, right)
        spare = 0.0 if before.text.endswith(_BREAKS) else 0.15 * (right - left)
        return leaves_room(before, line, right - spare)
