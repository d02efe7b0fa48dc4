"""Where sentences stand on the pages of their PDF, to the character.

    lines of the sentence ──▶ characters printed there ──▶ those of the sentence ──▶ one box a line

The box of a line says where its characters are; the text of the sentence says which of them are its own.
Where a page has no characters (a scan that was read by OCR), the share of the line is measured out.
"""

import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from reportlab.pdfbase.pdfmetrics import stringWidth

from reviewtheme.document import Line, Review, Sentence
from reviewtheme.reading.layout.characters import BULLET, plain_character
from reviewtheme.reading.printed_page import PageFrame, PrintedCharacters

_NOT_COMPARED = frozenset(f" -\u00ad{BULLET}")
_HYPHENS = frozenset("-\u00ad\u2010\u2011\ufffe")
_AROUND_LINE = 1.0  # points by which the middle of a character may lie outside its line's box
_SPECK = 4  # characters; fewer that happen to agree, away from the rest, are chance
_NEAR = 3  # characters between what agrees, as a footnote mark has
_ENOUGH = 0.8  # share of a sentence that must agree with what is printed for its place to be believed


class Quad(NamedTuple):
    """A box around text on one line, in the file's coordinates."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int
    """Quarter turns anticlockwise of the text's direction; 0 is from left to right."""

    @property
    def corners(self) -> tuple[float, ...]:
        """Upper left, upper right, lower left, lower right of the text: the order that Acrobat writes."""
        left, bottom, right, top, turn = self
        return (
            (left, top, right, top, left, bottom, right, bottom),
            (left, bottom, left, top, right, bottom, right, top),
            (right, bottom, left, bottom, right, top, left, top),
            (right, top, right, bottom, left, top, left, bottom),
        )[turn]


class SentencePlaces:
    """The pages of a review, asked where a sentence stands.

    Args:
        review: whose lines say roughly where its sentences are.
        characters: of each page that has any, under its number.
        frames: how each page is shown, under its number, by which the boxes of `review.lines` are understood.
    """

    def __init__(
        self, review: Review, characters: Mapping[int, PrintedCharacters], frames: Mapping[int, PageFrame]
    ) -> None:
        self._review = review
        self._pages = {number: _Page(each) for number, each in characters.items()}
        self._frames = frames
        self._ends = [line.end for line in review.lines]
        self._starts = [line.start for line in review.lines]

    def of(self, sentence: Sentence) -> dict[int, list[Quad]]:
        """Return the boxes of a sentence, line by line, under the numbers of its pages.

        Empty where nothing says where the sentence is.
        """
        lines = self._lines(sentence)
        parts = [self._printed(line) for line in lines]
        stretches = self._stretches(sentence, lines, parts)
        places: dict[int, list[Quad]] = {}
        for line, letters, (first, last) in zip(lines, parts, stretches, strict=True):
            page = self._pages.get(line.page)
            if page is not None and first < last:
                found = page.quad(letters.indices[first:last], runs_on=line.end < sentence.end)
                places.setdefault(line.page, []).append(found)
            elif (quad := self._elsewhere(sentence, line)) is not None:
                places.setdefault(line.page, []).append(quad)
        return places

    def _lines(self, sentence: Sentence) -> list[Line]:
        first, last = bisect_right(self._ends, sentence.start), bisect_left(self._starts, sentence.end)
        return [line for line in self._review.lines[first:last] if line.page in self._frames]

    def _printed(self, line: Line) -> "_Letters":
        """Give what is printed in the box of a line."""
        page = self._pages.get(line.page)
        return page.within(self._box(line)) if page is not None else _Letters("", [])

    def _box(self, line: Line) -> tuple[float, float, float, float]:
        return self._frames[line.page].in_file(line.left, line.top, line.right, line.bottom)

    def _stretches(
        self, sentence: Sentence, lines: Sequence[Line], parts: Sequence["_Letters"]
    ) -> list[tuple[int, int]]:
        """Tell from where to where the letters printed in each line are the sentence's own."""
        wanted = _compared(sentence.text)
        before = self._review.text[lines[0].start : sentence.start] if lines else ""
        agreeing = _agreeing("".join(part.text for part in parts), wanted, len(_compared(before)))
        stretches = []
        offsets = accumulate((len(part.text) for part in parts), initial=0)
        for offset, part in zip(offsets, parts, strict=False):
            within = [
                (max(start - offset, 0), min(end - offset, len(part.text)))
                for start, end in agreeing
                if start < offset + len(part.text) and end > offset
            ]
            stretches.append((within[0][0], within[-1][1]) if within else (0, 0))
        return stretches

    def _elsewhere(self, sentence: Sentence, line: Line) -> Quad | None:
        """Find the sentence's share of a line that does not print it where it should, or measure it out."""
        start, end = max(sentence.start, line.start), min(sentence.end, line.end)
        wanted = _compared(self._review.text[start:end])
        if not wanted:
            return None
        left, _, _, top = self._box(line)
        page = self._pages.get(line.page)
        if page is not None and len(wanted) >= _SPECK:
            quads = [page.quad(found, runs_on=False) for found in page.find(wanted)]
            if quads:
                return min(quads, key=lambda quad: abs(quad.top - top) + abs(quad.left - left))
        return self._measured(line, start, end)

    def _measured(self, line: Line, start: int, end: int) -> Quad:
        """Measure out a share of a line, by how wide its letters usually are."""
        whole, to_start, to_end = (
            stringWidth(self._review.text[line.start : place], "Helvetica", 1.0)
            for place in (line.end, start, end)
        )
        scale = (line.right - line.left) / (whole or 1.0)
        frame = self._frames[line.page]
        box = frame.in_file(line.left + scale * to_start, line.top, line.left + scale * to_end, line.bottom)
        return Quad(*box, turn=frame.rotation // 90)


class _Letters(NamedTuple):
    """Printed characters as they are compared with text, each with its index on the page."""

    text: str
    indices: list[int]


class _Page:
    """The characters of a page, found by place or by text."""

    def __init__(self, characters: PrintedCharacters) -> None:
        self._text = characters.text
        self._turns = characters.turns
        self._boxes = np.array(characters.boxes, dtype=float).reshape(-1, 4)
        self._across = (self._boxes[:, 0] + self._boxes[:, 2]) / 2
        self._up = (self._boxes[:, 1] + self._boxes[:, 3]) / 2

    def within(self, box: tuple[float, float, float, float]) -> _Letters:
        """Return the characters whose middle lies in a box."""
        left, bottom, right, top = box
        inside = (
            (self._across > left - _AROUND_LINE)
            & (self._across < right + _AROUND_LINE)
            & (self._up > bottom - _AROUND_LINE)
            & (self._up < top + _AROUND_LINE)
        )
        return self._letters(np.flatnonzero(inside).tolist())

    def find(self, wanted: str) -> Iterator[list[int]]:
        """Yield the characters of every place on the page where a text is printed."""
        text, indices = self._whole
        for start in _occurrences(text, wanted):
            yield indices[start : start + len(wanted)]

    def quad(self, found: Sequence[int], *, runs_on: bool) -> Quad:
        """Return the box around characters of one line; with the hyphen that follows, where text runs on."""
        last = found[-1] + 1
        with_hyphen = runs_on and self._text[last : last + 1] in _HYPHENS
        boxes = self._boxes[[*found, last] if with_hyphen else found]
        left, bottom = boxes[:, :2].min(axis=0).tolist()
        right, top = boxes[:, 2:].max(axis=0).tolist()
        return Quad(left, bottom, right, top, self._turns[found[len(found) // 2]])

    @cached_property
    def _whole(self) -> _Letters:
        return self._letters(range(len(self._text)))

    def _letters(self, indices: Iterable[int]) -> _Letters:
        pairs = [(letter, index) for index in indices for letter in _letters_of(self._text[index])]
        return _Letters("".join(letter for letter, _ in pairs), [index for _, index in pairs])


@lru_cache(maxsize=4096)
def _letters_of(character: str) -> str:
    """Give a character as it is compared: plain, accents apart; nothing for spaces and marks."""
    plain = unicodedata.normalize("NFD", plain_character(character, first=True) or "")
    return "" if plain in _NOT_COMPARED else plain


def _compared(text: str) -> str:
    return "".join(map(_letters_of, text))


def _agreeing(printed: str, wanted: str, expected: int) -> list[tuple[int, int]]:
    """Tell which stretches of what is printed are the text wanted; none where too little agrees.

    Of several places the one nearest to `expected` is taken.
    """
    if not wanted:
        return []
    exact = min(_occurrences(printed, wanted), key=lambda start: abs(start - expected), default=None)
    if exact is not None:
        return [(exact, exact + len(wanted))]
    matcher = SequenceMatcher(None, printed, wanted, autojunk=False)
    runs = [(block.a, block.a + block.size) for block in matcher.get_matching_blocks() if block.size]
    while len(runs) > 1 and _is_speck(runs[0]) and runs[1][0] - runs[0][1] > _NEAR:
        del runs[0]
    while len(runs) > 1 and _is_speck(runs[-1]) and runs[-1][0] - runs[-2][1] > _NEAR:
        del runs[-1]
    return runs if sum(end - start for start, end in runs) >= _ENOUGH * len(wanted) else []


def _is_speck(run: tuple[int, int]) -> bool:
    return run[1] - run[0] < _SPECK


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    place = text.find(wanted)
    while place >= 0:
        yield place
        place = text.find(wanted, place + 1)
