"""Step: headings are told from paragraphs by size, weight, number and place, and ranked into levels."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reviewtheme.document import BlockKind
from reviewtheme.reading.labels import is_caption, is_detail, split_heading_mark
from reviewtheme.reading.layout.paragraphs import ends_sentence
from reviewtheme.reading.layout.state import Layout, Paragraph

_LONGEST = 220
"""Characters; what is longer is no heading."""
_MOST_LINES = 4
_LARGER = 0.8
"""Points by which a heading is larger than the body, unless it is bold."""
_SENTENCE_END = re.compile(r"[.,;](\d{1,3})?$")

_LONGEST_PLAIN = 80
"""Characters of a heading that is printed like the body."""
_LONGEST_UNNUMBERED = 60
_MOST_WORDS = 9
_FEW_HEADINGS = 0.34
"""Headings a page that stand out by size or weight; where there are fewer, lines alone are headings too."""
_PLAIN = re.compile(r"[A-Z“‘(\"'](?!.*(?:\.{3}|\s\d+$|@|https?:|www\.))[^•]*[\w)?”’]$")
_NO_HEADING = re.compile(r"(?:Dear|Yours|By|Published|Page|Note|Source)\b|.*\b(?:19|20)\d\d$")
_ASKS_FOR_MORE = re.compile(r"\b(?:a|an|and|as|at|by|for|from|in|is|of|on|or|that|the|to|was|were|with)$")

_STANDING = re.compile(
    r"(?:executive summary|introduction|background|methodology|contents|conclusions?|recommendations|glossary"
    r"|references|bibliography|acknowledgements|terms of reference|appendi(?:x|ces)(?:\s(?:\d{1,2}|[A-Z]))?"
    r"(?:\s?[:–-]\s?[\w ]{3,50})?)",
    re.IGNORECASE,
)
"""Headings that most reviews have, whatever follows them."""

_Style = tuple[float, bool, int]


def find_headings(layout: Layout) -> Layout:
    """Paragraphs with headings among them, each with its level from 1."""
    letters = sum(len(line.text) for paragraph in layout.paragraphs for line in paragraph.lines)
    in_bold = sum(len(line.text) for paragraph in layout.paragraphs for line in paragraph.lines if line.bold)
    bold_stands_out = 2 * in_bold < letters
    styled = {
        index
        for index, paragraph in enumerate(layout.paragraphs)
        if _stands_out(paragraph, layout.body_size, bold_stands_out)
    }
    few = len(styled) < _FEW_HEADINGS * len(layout.pages)
    found = set(styled)
    for index in range(len(layout.paragraphs) - 1, -1, -1):  # backwards: one may stand over another
        if index not in found and _stands_over(index, layout.paragraphs, found, few=few):
            found.add(index)
    headings = {index: _style(layout.paragraphs[index]) for index in sorted(found)}
    levels = _levels(headings.values())
    return replace(
        layout,
        paragraphs=tuple(
            _as_heading(paragraph, levels[headings[index]]) if index in headings else paragraph
            for index, paragraph in enumerate(layout.paragraphs)
        ),
    )


# --- headings in a print of their own -----------------------------------------------------------


def _stands_out(paragraph: Paragraph, body_size: float, bold_stands_out: bool) -> bool:
    """Whether a paragraph is a heading by its size or weight."""
    if paragraph.kind is not BlockKind.PARAGRAPH or len(paragraph.lines) > _MOST_LINES:
        return False
    text = _text(paragraph)
    if len(text) > _LONGEST or _SENTENCE_END.search(text) or not any(map(str.isalpha, text)):
        return False
    if is_caption(text) or is_detail(text):
        return False
    larger = min(line.size for line in paragraph.lines) > body_size + _LARGER
    bold = all(line.bold for line in paragraph.lines) and paragraph.lines[0].size >= body_size - _LARGER
    return larger or (bold and bold_stands_out)


def _text(paragraph: Paragraph) -> str:
    return " ".join(line.text for line in paragraph.lines)


# --- headings printed like the body -------------------------------------------------------------


def _stands_over(index: int, paragraphs: Sequence[Paragraph], found: set[int], *, few: bool) -> bool:
    """Whether a short line stands over running text, as a heading does.

    One with a number may do so anywhere; one without in italics or capitals, or where the
    document has `few` headings in a print of their own.
    """
    paragraph = paragraphs[index]
    if not _may_stand_over(paragraph) or index + 1 == len(paragraphs):
        return False
    following = paragraphs[index + 1]
    marked = split_heading_mark(paragraph.lines[0].text)
    if _STANDING.fullmatch(marked.text) and marked.text[0].isupper():
        return True
    if not _is_running(following, paragraph) and not (marked.label and index + 1 in found):
        return False
    if marked.label:
        under = following.label or split_heading_mark(following.lines[0].text).label
        return bool(paragraph.label) or under.startswith(f"{marked.label}.")
    return _is_alone(index, paragraphs, found) and (few or _is_set_off(paragraph, following))


def _may_stand_over(paragraph: Paragraph) -> bool:
    if paragraph.kind is not BlockKind.PARAGRAPH or len(paragraph.lines) > 1:
        return False
    text = split_heading_mark(paragraph.lines[0].text).text
    return (
        len(text) <= _LONGEST_PLAIN
        and len(text.split()) <= _MOST_WORDS + 3
        and _PLAIN.match(text) is not None
        and not _ASKS_FOR_MORE.search(text)
        and not _NO_HEADING.match(text)
        and not is_caption(text)
        and not is_detail(text)
    )


def _is_running(following: Paragraph, heading: Paragraph) -> bool:
    """Whether a paragraph is running text, on the page of its heading."""
    return (
        following.kind is BlockKind.PARAGRAPH
        and following.lines[0].page == heading.lines[0].page
        and abs(following.lines[0].size - heading.lines[0].size) < 2
        and (len(following.lines) > 1 or len(_text(following)) > _LONGEST_PLAIN)
        and not following.lines[0].text[0].islower()
    )


def _is_alone(index: int, paragraphs: Sequence[Paragraph], found: set[int]) -> bool:
    """Whether the text before has come to its end, and the line is short beside the text after it."""
    line, following = paragraphs[index].lines[0], paragraphs[index + 1]
    width = max(each.right for each in following.lines) - following.lines[0].left
    before = paragraphs[index - 1] if index else None
    return (
        (
            before is None
            or index - 1 in found
            or before.kind is not BlockKind.PARAGRAPH
            or ends_sentence(before.lines[-1].text)
        )
        and len(line.text) <= _LONGEST_UNNUMBERED
        and len(line.text.split()) <= _MOST_WORDS
        and line.right - line.left < 0.7 * width
        and abs(line.left - following.lines[0].left) < line.size
        and re.search(r"[^\W\d_]{4}", line.text) is not None
    )


def _is_set_off(paragraph: Paragraph, following: Paragraph) -> bool:
    """Whether a line is in italics or in capitals, and the text after it is not."""
    line, after = paragraph.lines[0], following.lines[0]
    return (line.italic and not after.italic) or (line.text.isupper() and not after.text.isupper())


# --- levels -------------------------------------------------------------------------------------


def _style(paragraph: Paragraph) -> _Style:
    first = paragraph.lines[0]
    marked = split_heading_mark(first.text)
    label = paragraph.label or marked.label
    outermost = _STANDING.fullmatch(marked.text) is not None
    return (round(first.size), first.bold, label.count(".") + 1 if label else int(outermost))


def _levels(styles: Iterable[_Style]) -> Mapping[_Style, int]:
    """Rank styles by size, then weight, then depth of number.

    A heading without a number ranks with the numbered ones in its print: with the deepest of them.
    """
    known = set(styles)
    deepest = {
        print_: max(depth for *other, depth in known if tuple(other) == print_)
        for print_ in {(size, bold) for size, bold, _ in known}
    }
    ranks = {
        (size, bold, depth): (-size, not bold, depth or deepest[size, bold]) for size, bold, depth in known
    }
    order = {rank: level for level, rank in enumerate(sorted(set(ranks.values())), start=1)}
    return {style: order[rank] for style, rank in ranks.items()}


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
