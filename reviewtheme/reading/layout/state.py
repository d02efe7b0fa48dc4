"""What the steps of the layout repair hand on to each other."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from reviewtheme.document import BlockKind, Page, Removed
from reviewtheme.reading.draft import DraftBlock
from reviewtheme.reading.printed_page import PrintedLine, PrintedPage


class StripKind(StrEnum):
    """What a strip of lines is on its page."""

    BODY = "body"
    CELL = "cell"
    FOOTNOTE = "footnote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Lines of one page that are read one after the other: a column, a cell, the footnotes."""

    page: int
    """Page number, from 1."""
    kind: StripKind
    """What it is on its page."""
    lines: tuple[PrintedLine, ...]
    """In reading order."""
    table: int = -1
    """For a cell, which table of its page it is of: a number that its other cells have too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Lines that make one block."""

    kind: BlockKind
    """What it is on the page."""
    lines: tuple[PrintedLine, ...]
    """In reading order; over a page end they are of two pages."""
    label: str = ""
    """Number printed in front, as it stands at the start of the first line."""
    mark: int = 0
    """Characters of the first line that are its label or list mark, with the white space after."""
    level: int = 0
    """Heading level from 1; 0 for what is no heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A document on its way from printed lines to blocks."""

    pages: tuple[PrintedPage, ...]
    """Every page, in order, with its tables and without its lines."""
    body_size: float
    """Font size of most of the document's characters, in points."""
    strips: tuple[Strip, ...] = ()
    """Lines in reading order, until they have become paragraphs."""
    paragraphs: tuple[Paragraph, ...] = ()
    """Paragraphs in reading order, until they have become blocks."""
    blocks: tuple[DraftBlock, ...] = ()
    """The result."""
    removed: tuple[Removed, ...] = ()
    """What the steps took out so far."""


def begin(pages: Iterable[PrintedPage]) -> tuple[Layout, tuple[Page, ...]]:
    """Layout of pages of which nothing is known yet: one strip a page, lines as the engine gave them.

    Also gives the pages as the result will name them.
    """
    sizes: Counter[float] = Counter()
    strips: list[Strip] = []
    bare: list[PrintedPage] = []
    read: list[Page] = []
    for page in pages:
        for line in page.lines:
            sizes[line.size] += len(line.text)
        if page.lines:
            strips.append(Strip(page=page.number, kind=StripKind.BODY, lines=page.lines))
        bare.append(replace(page, lines=()))
        read.append(_page(page))
    body_size = max(sizes, key=lambda size: (sizes[size], size), default=0.0)
    return Layout(pages=tuple(bare), body_size=body_size, strips=tuple(strips)), tuple(read)


def _page(page: PrintedPage) -> Page:
    return Page(
        number=page.number,
        engine=page.engine,
        characters=sum(sum(map(str.isalnum, line.text)) for line in page.lines),
        width=page.width,
        height=page.height,
    )
