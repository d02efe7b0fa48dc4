"""Step: the lines of each paragraph become one text, hyphens at line ends resolved, marks taken out."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest

from reviewtheme.document import BlockKind, Removed, RemovedReason
from reviewtheme.reading.draft import DraftBlock, DraftLine
from reviewtheme.reading.layout.footnotes import mark_stretches
from reviewtheme.reading.layout.state import Layout, Paragraph
from reviewtheme.reading.printed_page import PrintedLine

_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_BEFORE_HYPHEN = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-$")
_AFTER_HYPHEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LONGEST_WORD = 60
_SOFT_HYPHEN = "\u00ad"
_SET_OFF = frozenset(("co", "multi", "non", "quasi", "self", "semi", "well"))
"""Word parts that are set off with a hyphen nearly always."""
_OFTEN_SET_OFF = frozenset(
    (
        *("all", "anti", "cross", "ex", "half", "long", "mid", "near"),
        *("one", "part", "post", "pre", "pro", "short", "so", "two"),
    )
)
"""Word parts that are set off with a hyphen before a whole word, and begin other words as well."""
_NO_WORD = re.compile(
    r"(?:[ts]ion|ment|ness|[ae]nce|tive|ture|[lnrsv]?ity|[dlnt]?ing|ally|ably|ibly|cial|tial|bour|tuni?ty)s?"
    r"|cies|ties|dren|ous|ious|ated|ating|fully|ural"
)
"""Ends of English words that are no words."""
_OFTEN_BROKEN = 0.03
"""Share of the lines that end in a hyphen where words are broken at line ends; elsewhere far fewer do."""


def write_text(layout: Layout) -> Layout:
    """Blocks in the place of paragraphs, and footnote marks in `removed`."""
    words = _Words.of(layout.paragraphs)
    blocks: list[DraftBlock] = []
    removed = list(layout.removed)
    marked: dict[tuple[int, str], int] = {}
    for paragraph in layout.paragraphs:
        block = _block(paragraph, words)
        for line in paragraph.lines:
            marks = [line.text[start:end].strip() for start, end in mark_stretches(line)]
            removed.extend(
                Removed(page=line.page, text=mark, reason=RemovedReason.FOOTNOTE_MARK) for mark in marks
            )
            for mark in re.findall(r"\w+|[*†‡§]+", " ".join(marks)):
                marked.setdefault((line.page, mark), len(blocks))
        if block.text:
            blocks.append(block)
    return replace(layout, paragraphs=(), blocks=tuple(_anchored(blocks, marked)), removed=tuple(removed))


def _anchored(blocks: Iterable[DraftBlock], marked: Mapping[tuple[int, str], int]) -> Iterator[DraftBlock]:
    """Yield the blocks, each footnote with the block that bears its mark, on its page or the one before."""
    for index, block in enumerate(blocks):
        if block.kind is not BlockKind.FOOTNOTE or not block.label:
            yield block
            continue
        places = (marked.get((page, block.label)) for page in (block.page, block.page - 1))
        place = next((place for place in places if place is not None and place < index), None)
        yield replace(block, anchor=place)


def _block(paragraph: Paragraph, words: "_Words") -> DraftBlock:
    text = ""
    pieces: list[DraftLine] = []
    for index, line in enumerate(paragraph.lines):
        stretch = _stretch(line, paragraph.mark if index == 0 else 0)
        if not stretch:
            continue
        if text:
            text = words.join(text, stretch)
        if pieces and pieces[-1].end > len(text):  # the hyphen went
            pieces[-1] = replace(pieces[-1], end=len(text))
        pieces.append(_piece(line, len(text), len(text) + len(stretch)))
        text += stretch
    return DraftBlock(
        kind=paragraph.kind,
        text=text.replace(_SOFT_HYPHEN, ""),
        page=paragraph.lines[0].page,
        label=paragraph.label,
        level=paragraph.level,
        lines=tuple(pieces),
    )


def _stretch(line: PrintedLine, mark: int) -> str:
    """Give what of a line belongs into the text: no list or footnote mark, white space folded."""
    text = line.text
    for start, end in reversed(mark_stretches(line)):
        text = text[:start] + text[end:] if start >= mark else text
    text = _SPACES.sub(" ", text[mark:]).strip()
    return text if text.endswith(_SOFT_HYPHEN) else text.replace(_SOFT_HYPHEN, "")


def _piece(line: PrintedLine, start: int, end: int) -> DraftLine:
    return DraftLine(
        start=start,
        end=end,
        page=line.page,
        left=line.left,
        top=line.top,
        right=line.right,
        bottom=line.bottom,
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """The words that the document uses within its lines, to decide hyphens at line ends by."""

    counts: Counter[str]
    breaks_words: bool
    """Whether the document's lines end within words at all."""

    @classmethod
    def of(cls, paragraphs: Iterable[Paragraph]) -> "_Words":
        counts: Counter[str] = Counter()
        parts: list[tuple[str, str]] = []
        lines = 0
        for paragraph in paragraphs:
            lines += len(paragraph.lines)
            rest = ""
            for line, following in zip_longest(paragraph.lines, paragraph.lines[1:]):
                text = line.text.removeprefix(rest)  # the halves of a broken word are no words
                rest = ""
                if following is not None and (broken := _broken(line.text, following.text)):
                    text, rest = text[: -len(broken[0]) - 1], broken[1]
                    parts.append((broken[0].casefold(), rest.casefold()))
                counts.update(_WORD.findall(text.casefold()))
        broken_words = sum(left + right in counts or _is_no_word(right) for left, right in parts)
        hyphened = sum(f"{left}-{right}" in counts for left, right in parts)
        often = len(parts) > max(_OFTEN_BROKEN * lines, 2)
        return cls(counts, broken_words > hyphened or (often and broken_words == hyphened))

    def join(self, text: str, stretch: str) -> str:
        """Make the text so far ready for the next line's stretch to follow it."""
        if text.endswith(_SOFT_HYPHEN):
            return text[:-1]
        if not text.endswith(("-", "/")):
            return f"{text} "
        before = _BEFORE_HYPHEN.search(text, max(len(text) - _LONGEST_WORD, 0))
        after = _AFTER_HYPHEN.match(stretch)
        if before and after:
            return text if self.keeps_hyphen(before[1], after[0]) else text[:-1]
        if not text.endswith((" -", " /")) and stretch[0].isalnum():
            return text
        return f"{text} "

    def keeps_hyphen(self, before: str, after: str) -> bool:
        """Whether the hyphen between two parts of a word at a line's end belongs to the word."""
        left, right = before.casefold(), after.casefold()
        whole, compound = self.counts[left + right], self.counts[f"{left}-{right}"]
        if whole or compound:
            return compound >= whole
        if not after[0].islower() or "-" in left or "-" in right or left in _SET_OFF:
            return True
        if _is_no_word(right):
            return False
        if not self.breaks_words:
            return True
        both = bool(self.counts[left] and self.counts[right])
        return both and (left in _OFTEN_SET_OFF or min(len(left), len(right)) > 2)


def _broken(text: str, following: str) -> tuple[str, str] | None:
    """Give the parts of a word on both sides of a hyphen at the end of a line, or None."""
    if not text.endswith("-"):
        return None
    before = _BEFORE_HYPHEN.search(text, max(len(text) - _LONGEST_WORD, 0))
    after = _AFTER_HYPHEN.match(following)
    return (before[1], after[0]) if before and after else None


def _is_no_word(part: str) -> bool:
    return _NO_WORD.fullmatch(part) is not None
