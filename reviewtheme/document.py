"""The values that pass between the stages: a review, its parts, and its sentences.

All are frozen. Offsets are Python string indices into `Review.text`, half-open, so that
`review.text[sentence.start:sentence.end] == sentence.text` always holds.
"""

from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block of text is on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list-item"
    TABLE = "table"
    FOOTNOTE = "footnote"


class SectionRole(StrEnum):
    """What part of the document a block belongs to; only the body counts as evidence."""

    BODY = "body"
    CONTENTS = "contents"
    GLOSSARY = "glossary"
    REFERENCES = "references"
    APPENDIX = "appendix"


class RemovedReason(StrEnum):
    """Why text of a page is not in `Review.text`."""

    RUNNING_HEAD = "running-head"
    RUNNING_FOOT = "running-foot"
    PAGE_NUMBER = "page-number"
    LIST_MARK = "list-mark"
    FOOTNOTE_MARK = "footnote-mark"
    WEB_FURNITURE = "web-furniture"
    UNREADABLE_CHARACTER = "unreadable-character"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The file that a review was read from."""

    path: str
    """The path as given, or "-" for standard input."""
    sha256: str
    """Hexadecimal digest of the file's bytes."""
    media_type: str
    """IANA media type, decided by content, e.g. "application/pdf"."""
    pages: int
    """Number of pages; 1 for kinds of file that have none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page, or the whole of a file that has no pages."""

    number: int
    """Counted from 1, in file order (not the printed number)."""
    engine: str
    """What read it: "pdfium", "pdfplumber", "ocr", "text", "html", "docx" or "none"."""
    characters: int
    """Letters and digits found on the page, before anything was taken out."""
    width: float
    """Points (1/72 inch); 0 where the file has no pages."""
    height: float
    """Points (1/72 inch); 0 where the file has no pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Where a stretch of `Review.text` stands on a page."""

    start: int
    """First character in `Review.text`."""
    end: int
    """One past the last character in `Review.text`."""
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
class Block:
    """A heading, paragraph, list item, table cell or footnote."""

    kind: BlockKind
    """What it is on the page."""
    start: int
    """First character in `Review.text`."""
    end: int
    """One past the last character in `Review.text`."""
    page: int
    """Page on which it begins, from 1."""
    label: str = ""
    """Number printed before it ("4.12", "(iii)"), which is not part of its text."""
    level: int = 0
    """Heading level from 1 (outermost); 0 for what is no heading."""
    section: tuple[str, ...] = ()
    """Headings above it, outermost first, each with its label; its own not included."""
    role: SectionRole = SectionRole.BODY
    """Part of the document it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Text of a page that was taken out of `Review.text`, and why."""

    page: int
    """Page number, from 1."""
    text: str
    """The text as it stood."""
    reason: RemovedReason
    """Why it was taken out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that the text states about the review itself."""

    name: str
    """Which fact: "kind-of-review", "publisher", "date", "child", "age", "event" or "agency"."""
    value: str
    """The value, normalised where it can be (dates as ISO 8601)."""
    start: int
    """First character in `Review.text` that states it."""
    end: int
    """One past the last such character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingWarning:
    """Something that the reader of the result should know about how it was read."""

    kind: str
    """Stable name, e.g. "page-without-text"."""
    message: str
    """One sentence for the user."""
    page: int | None = None
    """Page number, from 1, where it concerns one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One document as canonical text with its structure."""

    source: Source
    """The file it was read from."""
    text: str
    """NFC, "\\n" line ends; a block is one line, blocks are parted by a blank line."""
    pages: tuple[Page, ...]
    """Every page, in order."""
    blocks: tuple[Block, ...]
    """In reading order, not overlapping."""
    lines: tuple[Line, ...] = ()
    """Where the text stands on the pages (PDF only), in text order."""
    removed: tuple[Removed, ...] = ()
    """What was taken out, in page order."""
    facts: tuple[Fact, ...] = ()
    """What the text states about the review."""
    warnings: tuple[ReadingWarning, ...] = ()
    """What to know about how it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence, heading, list item or table cell: the unit that is coded."""

    index: int
    """Place among the sentences of the review, from 0."""
    text: str
    """Exactly `review.text[start:end]`."""
    start: int
    """First character in `Review.text`."""
    end: int
    """One past the last character in `Review.text`."""
    page: int
    """Page on which it begins, from 1."""
    block: int
    """Index of its block in `Review.blocks`."""
    kind: BlockKind
    """Kind of its block."""
    section: tuple[str, ...] = ()
    """Headings above it, outermost first."""
    role: SectionRole = SectionRole.BODY
    """Part of the document it belongs to."""
