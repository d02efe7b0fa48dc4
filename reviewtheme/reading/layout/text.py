"""Step: the lines of each paragraph become one text, hyphens at line ends resolved, marks taken out."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from reviewtheme.document import Removed, RemovedReason
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
_KEPT_PREFIXES = frozenset(
    [
        "all",
        "anti",
        "co",
        "cross",
        "ex",
        "half",
        "long",
        "mid",
        "multi",
        "near",
        "non",
        "one",
        "part",
        "post",
        "pre",
        "pro",
        "quasi",
        "self",
        "semi",
        "short",
        "so",
        "two",
        "well",
    ]
)
"""Word parts that are set off with a hyphen more often than not."""


def write_text(layout: Layout) -> Layout:
    """Blocks in the place of paragraphs, and footnote marks in `removed`."""
    words = _Words.of(layout.paragraphs)
    blocks: list[DraftBlock] = []
    removed = list(layout.removed)
    for paragraph in layout.paragraphs:
        block = _block(paragraph, words)
        if block.text:
            blocks.append(block)
        for line in paragraph.lines:
            removed.extend(
                Removed(page=line.page, text=line.text[start:end].strip(), reason=RemovedReason.FOOTNOTE_MARK)
                for start, end in mark_stretches(line)
            )
    return replace(layout, paragraphs=(), blocks=tuple(blocks), removed=tuple(removed))


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
        paragraphs = tuple(paragraphs)
        counts: Counter[str] = Counter()
        for paragraph in paragraphs:
            for line in paragraph.lines:
                counts.update(_WORD.findall(line.text.casefold()))
        parts = [
            (before[1].casefold(), after[0].casefold())
            for paragraph in paragraphs
            for line, following in pairwise(paragraph.lines)
            if line.text.endswith("-")
            and (before := _BEFORE_HYPHEN.search(line.text))
            and (after := _AFTER_HYPHEN.match(following.text))
        ]
        broken = sum(left + right in counts for left, right in parts)
        hyphened = sum(f"{left}-{right}" in counts for left, right in parts)
        return cls(counts, broken > hyphened)

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
        if not after[0].islower() or "-" in left or "-" in right or left in _KEPT_PREFIXES:
            return True
        if not self.breaks_words:
            return True
        return len(left) > 2 and len(right) > 2 and bool(self.counts[left] and self.counts[right])
