"""Step: headings are told from paragraphs by size and weight, and ranked into levels."""

import re
from dataclasses import replace

from reviewtheme.document import BlockKind
from reviewtheme.reading.labels import split_heading_mark
from reviewtheme.reading.layout.state import Layout, Paragraph

_LONGEST = 220
"""Characters; what is longer is no heading."""
_MOST_LINES = 4
_LARGER = 0.8
"""Points by which a heading is larger than the body, unless it is bold."""
_SENTENCE_END = re.compile(r"[.,;](\d{1,3})?$")

_Style = tuple[float, bool, int]


def find_headings(layout: Layout) -> Layout:
    """Paragraphs with headings among them, each with its level from 1."""
    letters = sum(len(line.text) for paragraph in layout.paragraphs for line in paragraph.lines)
    in_bold = sum(len(line.text) for paragraph in layout.paragraphs for line in paragraph.lines if line.bold)
    bold_stands_out = 2 * in_bold < letters
    headings = {
        index: _style(paragraph)
        for index, paragraph in enumerate(layout.paragraphs)
        if _is_heading(paragraph, layout.body_size, bold_stands_out)
    }
    ranks = {style: rank for rank, style in enumerate(sorted(set(headings.values()), key=_rank), start=1)}
    return replace(
        layout,
        paragraphs=tuple(
            _as_heading(paragraph, ranks[headings[index]]) if index in headings else paragraph
            for index, paragraph in enumerate(layout.paragraphs)
        ),
    )


def _is_heading(paragraph: Paragraph, body_size: float, bold_stands_out: bool) -> bool:
    if paragraph.kind is not BlockKind.PARAGRAPH or len(paragraph.lines) > _MOST_LINES:
        return False
    text = " ".join(line.text for line in paragraph.lines)
    if len(text) > _LONGEST or _SENTENCE_END.search(text) or not any(map(str.isalpha, text)):
        return False
    larger = min(line.size for line in paragraph.lines) > body_size + _LARGER
    bold = all(line.bold for line in paragraph.lines) and paragraph.lines[0].size >= body_size - _LARGER
    return larger or (bold and bold_stands_out)


def _style(paragraph: Paragraph) -> _Style:
    first = paragraph.lines[0]
    label = paragraph.label or split_heading_mark(first.text).label
    return (round(first.size), first.bold, label.count(".") + 1 if label else 0)


def _rank(style: _Style) -> tuple[float, bool, int]:
    size, bold, depth = style
    return (-size, not bold, depth)


def _as_heading(paragraph: Paragraph, level: int) -> Paragraph:
    marked = split_heading_mark(paragraph.lines[0].text)
    mark = len(paragraph.lines[0].text) - len(marked.text)
    return replace(
        paragraph,
        kind=BlockKind.HEADING,
        level=level,
        label=marked.label or paragraph.label,
        mark=max(mark, paragraph.mark),
    )
