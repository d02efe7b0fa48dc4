"""Step: bullets, numbers and letters in front of paragraphs are told from their text."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from reviewtheme.document import BlockKind, Removed, RemovedReason
from reviewtheme.reading.labels import MarkedText, split_heading_mark, split_mark
from reviewtheme.reading.layout.footnotes import FOOTNOTE_MARK
from reviewtheme.reading.layout.rows import is_mark
from reviewtheme.reading.layout.state import Layout, Paragraph

_BARE_NUMBER = re.compile(r"(\d{1,3})(?:\.(?=[A-Z‘“])|\s+(?=[A-Z‘“]))")
_GLUED_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,3})+)\.?(?=[A-Z‘“][a-z])")
_SAME_MARGIN = 12.0
"""Points; numbers of one and of three digits may be set flush right."""
_PARAGRAPH_NUMBER = re.compile(r"\d+(\.\d+)*")


def tell_marks(layout: Layout) -> Layout:
    """Paragraphs with `label` and `mark` set; those with a bullet or letter are list items."""
    removed = list(layout.removed)
    counting = _counting(layout.paragraphs)
    paragraphs = []
    for index, paragraph in enumerate(layout.paragraphs):
        if paragraph.kind is BlockKind.FOOTNOTE:
            paragraphs.append(_footnote(paragraph))
            continue
        if _is_bare_mark(paragraph):
            removed.append(_list_mark(paragraph, paragraph.lines[0].text))
            continue
        marked = _marked(paragraph, bare=index in counting)
        paragraphs.append(_item(paragraph, marked))
        if marked.bullet:
            removed.append(_list_mark(paragraph, marked.bullet))
    return replace(layout, paragraphs=tuple(paragraphs), removed=tuple(removed))


def _is_bare_mark(paragraph: Paragraph) -> bool:
    """Whether nothing follows a bullet or number; in a cell that is a figure."""
    cell = paragraph.kind is BlockKind.TABLE
    return len(paragraph.lines) == 1 and not cell and is_mark(paragraph.lines[0].text)


def _list_mark(paragraph: Paragraph, text: str) -> Removed:
    return Removed(page=paragraph.lines[0].page, text=text, reason=RemovedReason.LIST_MARK)


def _marked(paragraph: Paragraph, *, bare: bool) -> MarkedText:
    """Part a paragraph's first line from the mark before it; `bare` allows for "12 Text"."""
    first = paragraph.lines[0]
    if first.raised and first.raised[0][0] == 0:
        return MarkedText("", "", first.text)
    if glued := _GLUED_NUMBER.match(first.text):
        return MarkedText("", glued[1], first.text[glued.end() :])
    if bare and (number := _BARE_NUMBER.match(first.text)):
        return MarkedText("", number[1], first.text[number.end() :])
    return split_heading_mark(first.text) if first.indent else split_mark(first.text)


def _counting(paragraphs: Sequence[Paragraph]) -> set[int]:
    """Find paragraphs with a bare number in front that counts on from another's at the same margin."""
    numbered = [
        (int(number[1]), paragraph.lines[0].left, index)
        for index, paragraph in enumerate(paragraphs)
        if paragraph.kind is BlockKind.PARAGRAPH and (number := _BARE_NUMBER.match(paragraph.lines[0].text))
    ]
    counting: set[int] = set()
    for (before, margin, one), (after, other_margin, other) in pairwise(numbered):
        if after == before + 1 and abs(margin - other_margin) < _SAME_MARGIN:
            counting |= {one, other}
    return counting


def _item(paragraph: Paragraph, marked: MarkedText) -> Paragraph:
    kind = paragraph.kind
    if kind is BlockKind.PARAGRAPH and (
        marked.bullet or (marked.label and not _PARAGRAPH_NUMBER.fullmatch(marked.label))
    ):
        kind = BlockKind.LIST_ITEM
    mark = len(paragraph.lines[0].text) - len(marked.text)
    return replace(paragraph, kind=kind, label=marked.label, mark=mark)


def _footnote(paragraph: Paragraph) -> Paragraph:
    first = paragraph.lines[0]
    if first.raised and first.raised[0][0] == 0:
        end = first.raised[0][1]
        raised = first.raised[1:]
        rest = first.text[end:]
        return replace(
            paragraph,
            lines=(replace(first, raised=raised), *paragraph.lines[1:]),
            label=first.text[:end].strip(),
            mark=end + len(rest) - len(rest.lstrip()),
        )
    match = FOOTNOTE_MARK.match(first.text)
    if match is None:
        return paragraph
    return replace(paragraph, label=match[1] or match[2], mark=match.end())
