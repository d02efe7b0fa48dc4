"""Step: a paragraph that runs over a page end, a column, a footnote or a table is made whole."""

from collections.abc import Sequence, Set
from dataclasses import replace

from reviewtheme.document import BlockKind
from reviewtheme.reading.layout.footnotes import without_marks
from reviewtheme.reading.layout.paragraphs import ends_sentence, leaves_room
from reviewtheme.reading.layout.state import Layout, Paragraph

_FLOWING = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
_APART = (BlockKind.FOOTNOTE, BlockKind.TABLE)
_LEAST_OF_CELL = 40
"""Characters of a cell or footnote that breaks off; shorter ones are names, grades and figures."""


def join_continuations(layout: Layout) -> Layout:
    """Paragraphs joined with what continues them, which then stands no longer on its own."""
    paragraphs: list[Paragraph] = []
    joined: set[int] = set()
    for index, paragraph in enumerate(layout.paragraphs):
        if index in joined:
            continue
        whole = paragraph
        last = index
        while (following := _continuation(whole, last, layout.paragraphs, joined)) is not None:
            whole = replace(whole, lines=(*whole.lines, *layout.paragraphs[following].lines))
            joined.add(following)
            last = following
        paragraphs.append(whole)
    return replace(layout, paragraphs=tuple(paragraphs))


def _continuation(
    paragraph: Paragraph, index: int, paragraphs: Sequence[Paragraph], joined: Set[int]
) -> int | None:
    """Index of the paragraph that goes on with the sentence, or None."""
    if ends_sentence(without_marks(paragraph.lines[-1])):
        return None
    flows = paragraph.kind in _FLOWING
    if not flows and not _may_break_off(paragraph):
        return None
    for other in range(index + 1, len(paragraphs)):
        following = paragraphs[other]
        if other in joined or (flows and following.kind in _APART):
            continue
        if flows or following.lines[0].page > paragraph.lines[-1].page + 1:
            direct = other == index + 1
            return other if flows and _goes_on(paragraph, following, direct=direct) else None
        if following.kind is paragraph.kind and _goes_on_apart(paragraph, following):
            return other
    return None


def _goes_on(paragraph: Paragraph, other: Paragraph, *, direct: bool) -> bool:
    last, first = paragraph.lines[-1], other.lines[0]
    elsewhere = last.page != first.page or first.baseline < last.baseline or not direct
    if (
        other.kind is not BlockKind.PARAGRAPH
        or other.mark
        or not elsewhere
        or first.page - last.page > 2
        or abs(last.size - first.size) > 0.6
    ):
        return False
    if first.text[0].islower():
        return True
    if without_marks(last).endswith((":", ";")) or first.bold != last.bold:
        return False
    right = max(line.right for line in (*paragraph.lines, *other.lines))
    return not leaves_room(last, first, right)


def _may_break_off(paragraph: Paragraph) -> bool:
    """Whether it is a cell or footnote of such length that a page's end may part it."""
    return paragraph.kind in _APART and sum(len(line.text) for line in paragraph.lines) >= _LEAST_OF_CELL


def _goes_on_apart(paragraph: Paragraph, other: Paragraph) -> bool:
    """Whether a cell or footnote goes on at the same place across the next page."""
    last, first = paragraph.lines[-1], other.lines[0]
    return (
        first.page == last.page + 1
        and not other.mark
        and first.text[0].islower()
        and abs(first.left - last.left) < 3
    )
