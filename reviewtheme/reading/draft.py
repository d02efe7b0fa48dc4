"""What every reader hands to `assemble`: the blocks of a document before they have offsets.

A reader of any kind of file (PDF, HTML, DOCX, plain text) yields one `DraftReview`; `assemble`
turns it into a `Review` with canonical text, offsets, heading paths and section roles.
"""

from dataclasses import dataclass

from reviewtheme.document import BlockKind, Page, ReadingWarning, Removed


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """Where a stretch of a draft block's text stands on a page."""

    start: int
    """First character in `DraftBlock.text`."""
    end: int
    """One past the last character in `DraftBlock.text`."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBlock:
    """A heading, paragraph, list item, table cell or footnote, not yet placed in the text."""

    kind: BlockKind
    """What it is on the page."""
    text: str
    """One line, white space folded, no list mark, no label; never empty."""
    page: int
    """Page on which it begins, from 1."""
    label: str = ""
    """Number printed before it ("4.12", "(iii)"), which is not part of its text."""
    level: int = 0
    """Heading level from 1 (outermost); 0 for what is no heading."""
    anchor: int | None = None
    """For a footnote, the index of the block that bears its mark; None where that is the block before."""
    lines: tuple[DraftLine, ...] = ()
    """Where the text stands on the pages, in text order; empty for files without pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftReview:
    """A whole document as blocks in reading order."""

    pages: tuple[Page, ...]
    """Every page, in order."""
    blocks: tuple[DraftBlock, ...]
    """In reading order; a sentence is never spread over two of them."""
    removed: tuple[Removed, ...] = ()
    """What was taken out, in page order."""
    warnings: tuple[ReadingWarning, ...] = ()
    """What to know about how it was read."""
