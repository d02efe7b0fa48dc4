"""What stands on a printed page, whichever engine read it: lines of text with boxes, and ruled tables.

Coordinates are points (1/72 inch) from the top left corner of the page as shown.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

RAISED_SIZE = 0.85
"""A raised mark is at most this share of its line's font size."""
RAISED_BY = 0.12
"""A raised mark stands at least this share of the font size above its line."""
WIDE_GAP = 1.1
"""White space within a line that is wider than this many font sizes parts it into two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLine:
    """A line of text, or the part of one between two wide gaps."""

    text: str
    """The characters as printed, without white space at the ends; a line-end hyphen is "-"."""
    page: int
    """Page number, from 1."""
    left: float
    """Points from the left edge of the page."""
    top: float
    """Points from the top edge of the page."""
    right: float
    """Points from the left edge of the page."""
    bottom: float
    """Points from the top edge of the page."""
    baseline: float
    """Points from the top edge of the page."""
    size: float
    """Font size in points."""
    bold: bool = False
    """Whether it begins and ends in a bold font."""
    italic: bool = False
    """Whether it begins and ends in an italic or oblique font."""
    raised: tuple[tuple[int, int], ...] = ()
    """Stretches of `text` in small raised characters, half-open, in order."""
    indent: float = 0.0
    """Where the text begins after a mark or number set apart in front of it; 0 without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedWord:
    """A word with its box, from an engine that gives words."""

    text: str
    """The characters as printed."""
    left: float
    """Points from the left edge of the page."""
    top: float
    """Points from the top edge of the page."""
    right: float
    """Points from the left edge of the page."""
    bottom: float
    """Points from the top edge of the page."""
    baseline: float
    """Points from the top edge of the page."""
    size: float
    """Font size in points."""
    bold: bool = False
    """Whether the font is bold."""
    italic: bool = False
    """Whether the font is italic or oblique."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The box of one cell of a ruled table."""

    left: float
    """Points from the left edge of the page."""
    top: float
    """Points from the top edge of the page."""
    right: float
    """Points from the left edge of the page."""
    bottom: float
    """Points from the top edge of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedPage:
    """One page as an engine read it."""

    number: int
    """Counted from 1, in file order."""
    width: float
    """Points."""
    height: float
    """Points."""
    engine: str
    """What read it: "pdfium", "pdfplumber", "ocr" or "none"."""
    lines: tuple[PrintedLine, ...] = ()
    """In the order of the engine."""
    tables: tuple[tuple[Cell, ...], ...] = ()
    """Ruled tables, each as its cells, row by row."""
    has_drawing: bool = False
    """For a page without lines, whether anything else is drawn on it; an empty page has neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFrame:
    """How a page is shown: which part of the file's coordinates, and turned how far.

    The file's coordinates (PDF user space) go upwards from an origin that may lie off the page.
    """

    left: float
    """Of what is shown, in the file's coordinates."""
    bottom: float
    """Of what is shown, in the file's coordinates."""
    right: float
    """Of what is shown, in the file's coordinates."""
    top: float
    """Of what is shown, in the file's coordinates."""
    rotation: int = 0
    """Degrees by which the page is turned clockwise when it is shown: 0, 90, 180 or 270."""

    def in_file(
        self, left: float, top: float, right: float, bottom: float
    ) -> tuple[float, float, float, float]:
        """Turn a box on the page as shown into left, bottom, right, top in the file's coordinates."""
        if self.rotation == 90:
            return self.left + top, self.bottom + left, self.left + bottom, self.bottom + right
        if self.rotation == 180:
            return self.right - right, self.bottom + top, self.right - left, self.bottom + bottom
        if self.rotation == 270:
            return self.right - bottom, self.top - right, self.right - top, self.top - left
        return self.left + left, self.top - bottom, self.left + right, self.top - top


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCharacters:
    """The characters of one page, each with its place in the file's coordinates."""

    page: int
    """Page number, from 1."""
    frame: PageFrame
    """How the page is shown."""
    text: str
    """The characters in the order of the engine; U+FFFE stands for a hyphen at a line's end."""
    boxes: tuple[tuple[float, float, float, float], ...]
    """Left, bottom, right, top of each, as wide as its advance and as high as its font."""
    turns: bytes
    """Quarter turns anticlockwise, 0 to 3, of each in the file's coordinates."""


def lines_from_words(
    words: Iterable[PrintedWord], page: int, tables: Sequence[Sequence[Cell]] = ()
) -> tuple[PrintedLine, ...]:
    """Lines of the words of one page, from top to bottom and left to right.

    They are parted at wide gaps and at the borders of table cells.
    """
    rows: list[list[PrintedWord]] = []
    for word in sorted(words, key=lambda word: (word.baseline, word.left)):
        row = next((row for row in reversed(rows[-4:]) if _same_row(row, word)), None)
        if row is None:
            rows.append([word])
        else:
            row.append(word)
    return tuple(
        _line(part, page) for row in rows for part in _parts(sorted(row, key=lambda word: word.left), tables)
    )


def _same_row(row: list[PrintedWord], word: PrintedWord) -> bool:
    """Whether the word stands on the row's line, or is raised above it."""
    anchor = max(row, key=lambda other: other.size)
    tall = max(anchor.size, word.size)
    return abs(anchor.baseline - word.baseline) < (0.25 if anchor.size == word.size else 0.5) * tall


def _parts(row: list[PrintedWord], tables: Sequence[Sequence[Cell]]) -> list[list[PrintedWord]]:
    parts = [[row[0]]]
    for before, word in pairwise(row):
        gap = word.left - before.right
        if gap > WIDE_GAP * max(before.size, word.size) or _is_border_between(before, word, tables):
            parts.append([word])
        else:
            parts[-1].append(word)
    return parts


def _is_border_between(before: PrintedWord, word: PrintedWord, tables: Sequence[Sequence[Cell]]) -> bool:
    middle = (word.top + word.bottom) / 2
    return any(
        before.right - 1 < cell.left < word.left + 1 and cell.top < middle < cell.bottom
        for cells in tables
        for cell in cells
    )


def _line(words: list[PrintedWord], page: int) -> PrintedLine:
    lengths: Counter[float] = Counter()
    for word in words:
        lengths[word.size] += len(word.text)
    size = lengths.most_common(1)[0][0]
    baseline = max(word.baseline for word in words if word.size == size)
    text = ""
    raised: list[tuple[int, int]] = []
    for place, word in enumerate(words):
        if place and word.left - words[place - 1].right > 0.1 * size:
            text += " "
        if word.size <= RAISED_SIZE * size and baseline - word.baseline >= RAISED_BY * size:
            raised.append((len(text), len(text) + len(word.text)))
        text += word.text
    return PrintedLine(
        text=text,
        page=page,
        left=words[0].left,
        top=min(word.top for word in words),
        right=max(word.right for word in words),
        bottom=max(word.bottom for word in words),
        baseline=baseline,
        size=size,
        bold=words[0].bold and words[-1].bold,
        italic=words[0].italic and words[-1].italic,
        raised=tuple(raised),
    )
