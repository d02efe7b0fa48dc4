"""Plain text becomes blocks: wrapped lines are joined again, headings and lists known as such.

An exported report is wrapped at some 80 characters; a saved news article has one paragraph a line.
Which of the two a text is, is decided once, from all its lines.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from reviewtheme.document import BlockKind, Page, ReadingWarning, Removed, RemovedReason
from reviewtheme.errors import EmptyDocumentError
from reviewtheme.reading.draft import DraftBlock, DraftReview
from reviewtheme.reading.labels import MarkedText, split_heading_mark, split_mark
from reviewtheme.reading.text_encoding import UNREADABLE, composed, decode_text


def read_plain_text(content: bytes, path: str) -> DraftReview:
    """Read the bytes of a text file; `path` is what messages call it.

    Raises `EncodingError` for what is no text in any encoding, `EmptyDocumentError` for text without
    a letter.
    """
    text, guessed = decode_text(content, path)
    draft = draft_text(text, path)
    if not guessed:
        return draft
    message = (
        f"The encoding is not certain; it was read as {guessed}. If letters look wrong, save it as UTF-8."
    )
    return replace(draft, warnings=(ReadingWarning(kind="encoding-guessed", message=message),))


def draft_text(text: str, path: str) -> DraftReview:
    """Cut text into headings, paragraphs and list items, each on one line.

    Raises `EmptyDocumentError` for text without a letter.
    """
    text = composed(text)
    letters = sum(map(str.isalnum, text))
    if letters == 0:
        raise EmptyDocumentError(f"{path} has no letters in it: there is nothing to read. Check the file.")
    drafted = list(_drafted(_paragraphs(_lines(UNREADABLE.sub("", text)))))
    removed = [Removed(page=1, text=it.mark, reason=RemovedReason.LIST_MARK) for it in drafted if it.mark]
    removed += [
        Removed(page=1, text=it, reason=RemovedReason.UNREADABLE_CHARACTER) for it in UNREADABLE.findall(text)
    ]
    return DraftReview(
        pages=(Page(number=1, engine="text", characters=letters, width=0, height=0),),
        blocks=tuple(it.block for it in drafted if it.block),
        removed=tuple(removed),
    )


_TERMINAL = re.compile(r"[.?!…:;,][\"'”’)\]]*\Z")
_WIDEST_WRAP = 130
"""Characters; a text whose lines are longer is not wrapped."""
_SHORT_LINE = 0.7
"""Share of the width of a wrapped text under which a line ends its paragraph."""
_LONGEST_HEADING = 90
"""Characters."""
_UNDERLINE = re.compile(r"(?:={3,}|-{3,}|_{3,}|~{3,})\Z")
_HASHES = re.compile(r"(#{1,6})\s+(?=\S)")


_LONGEST_ITEM = 200
"""Characters; a longer text after "12." is a numbered paragraph."""
_MOST_HEADING_LINES = 2
_HEADING_START = re.compile(r"[\"'“‘(]?[A-Z0-9]")
_NO_HEADING = re.compile(
    r"""\S:\s\S | \w@\w | https?: | www\. | \A(?:By|Published|Updated|Posted)\s
    | \A\W*(?:\w+\s)?\d{1,2}\s\w+\s\d{4}\W*\Z""",
    re.VERBOSE,
)
"""A line of data ("Date: …"), an address, a by-line or a date."""
_WINDOW = 60
"""Characters; hardly a word is longer."""
_WORD = re.compile(r"[\w'’]+(?:-[\w'’]+)*")
_BROKEN_WORD = re.compile(r"([\w'’]*[^\W\d_])[-\xad‐]\Z")
_PREFIXES = frozenset(
    (
        "self",
        "co",
        "non",
        "multi",
        "inter",
        "pre",
        "post",
        "well",
        "long",
        "short",
        "half",
        "ex",
        "re",
        "anti",
        "semi",
    )
)
"""Before these a hyphen mostly belongs to the word."""


class _Line(NamedTuple):
    """A line that is not blank."""

    text: str
    """White space folded."""
    first: bool
    """Whether it is the first line, or a blank line stands before it."""
    indent: int
    """White space before it, in characters."""


def _lines(text: str) -> list[_Line]:
    """Give the lines that are not blank, and know where blank ones stood."""
    lines: list[_Line] = []
    blank = True
    for raw in re.split(r"\r\n|[\n\r\v\f\x85\u2028\u2029]", text):
        folded = " ".join(raw.split())
        if folded:
            lines.append(_Line(folded, blank, len(raw) - len(raw.lstrip())))
        blank = not folded
    return lines


class _Wrap(NamedTuple):
    """How a text was broken into lines."""

    width: int
    """Characters of nearly all of its lines at most; 0 for a text with one paragraph a line."""
    words: frozenset[str]
    """The words within its lines, in lower case: they tell which hyphens belong."""


def _wrap_of(lines: list[_Line]) -> _Wrap:
    """Tell a wrapped text by its lines that go on in lower case where the line before was full."""
    pairs = [(line, after) for line, after in pairwise(lines) if not after.first and not _is_marked(after)]
    lengths = sorted(len(line.text) for line in lines)
    width = lengths[int(0.95 * (len(lengths) - 1))] if lengths else 0
    going_on = [line for line, after in pairs if _goes_on(line, after)]
    full = [line for line in going_on if len(line.text) >= _SHORT_LINE * width]
    wrapped = (
        len(going_on) > 0
        and len(going_on) >= 0.2 * len(pairs)
        and len(full) >= 0.5 * len(going_on)
        and width <= _WIDEST_WRAP
    )
    return _Wrap(width if wrapped else 0, _whole_words(lines))


def _whole_words(lines: list[_Line]) -> frozenset[str]:
    """Collect the words that stand within lines, without the halves of broken ones."""
    words: set[str] = set()
    broken = False
    for line in lines:
        found = _WORD.findall(line.text.casefold())[1 if broken else 0 :]
        broken = _BROKEN_WORD.search(line.text, max(0, len(line.text) - _WINDOW)) is not None
        words.update(found[:-1] if broken else found)
    return frozenset(words)


def _goes_on(line: _Line, after: _Line) -> bool:
    return after.text[0].islower() and _TERMINAL.search(line.text) is None


def _is_marked(line: _Line) -> bool:
    marked = split_mark(line.text)
    return bool(marked.bullet or marked.label)


class _Paragraph(NamedTuple):
    """Lines that belong together, joined."""

    text: str
    """One line, its mark still on it."""
    lines: int
    """Lines that it was made of."""
    first: bool
    """Whether a blank line stands before it."""
    underline: str = ""
    """The row of dashes or the like under it."""


def _paragraphs(lines: list[_Line]) -> list[_Paragraph]:
    """Join the lines that were one paragraph before they were wrapped."""
    wrap = _wrap_of(lines)
    paragraphs: list[_Paragraph] = []
    before: _Line | None = None
    for line in lines:
        if before is None or _begins_paragraph(paragraphs[-1], before, line, wrap):
            paragraphs.append(_Paragraph(line.text, 1, line.first))
        else:
            last = paragraphs.pop()
            if _UNDERLINE.match(line.text):
                paragraphs.append(last._replace(underline=line.text))
            else:
                joined = _join(last.text, line.text, wrap.words)
                paragraphs.append(last._replace(text=joined, lines=last.lines + 1))
        before = line
    return paragraphs


def _begins_paragraph(paragraph: _Paragraph, before: _Line, line: _Line, wrap: _Wrap) -> bool:
    """Tell whether a line break was meant, and not made by wrapping."""
    if _UNDERLINE.match(line.text):
        return line.first
    if line.first or not wrap.width or _UNDERLINE.match(before.text) or split_mark(line.text).bullet:
        return True
    ended = _TERMINAL.search(before.text) is not None
    first_word = line.text.split(maxsplit=1)[0]
    would_have_fitted = len(before.text) + len(first_word) < _SHORT_LINE * wrap.width
    if _is_marked(line):
        return ended or would_have_fitted or _is_marked(before)
    if line.text[0].islower():
        return False
    if would_have_fitted:
        return ended or paragraph.lines == 1
    return ended and line.indent >= before.indent + 2


def _join(text: str, line: str, words: frozenset[str]) -> str:
    """Join two wrapped lines; a hyphen at the end stays if the text's other words have it."""
    if not text.endswith(("-", "\xad", "‐")):
        return f"{text} {line}"
    parts = _BROKEN_WORD.search(text, max(0, len(text) - _WINDOW))
    rest = _WORD.match(line)
    if parts is None or rest is None or not line[0].islower():
        return f"{text} {line}"
    left, right = parts[1].casefold(), rest[0].casefold()
    if left + right in words:
        return text[:-1] + line
    compound = f"{left}-{right}" in words or left in _PREFIXES or (left in words and right in words)
    return text + line if compound else text[:-1] + line


# --- paragraphs to blocks ------------------------------------------------------------------------------


class _Drafted(NamedTuple):
    """What became of a paragraph."""

    block: DraftBlock | None
    """None for a row of dashes, which is no text."""
    mark: str
    """The bullet or row of dashes that was taken off; empty where there was none."""


def _drafted(paragraphs: list[_Paragraph]) -> Iterator[_Drafted]:
    """Make a block of each paragraph."""
    deepest = 0
    likely = [_may_be_heading(paragraph) for paragraph in paragraphs]
    for place, paragraph in enumerate(paragraphs):
        if likely[place] and _stands_as_heading(place, paragraphs, likely):
            hashes = _HASHES.match(paragraph.text)
            marked = split_heading_mark(paragraph.text[hashes.end() :] if hashes else paragraph.text)
            deepest = max(deepest, marked.depth)
            level = len(hashes[1]) if hashes else _level(paragraph, marked, deepest, first=place == 0)
            mark = hashes[1] if hashes else paragraph.underline
            yield _Drafted(_block(BlockKind.HEADING, marked, level), mark)
        elif _UNDERLINE.match(paragraph.text):
            yield _Drafted(None, paragraph.text)
        else:
            marked = split_mark(paragraph.text)
            is_item = bool(marked.bullet) or (marked.depth == 1 and len(marked.text) <= _LONGEST_ITEM)
            kind = BlockKind.LIST_ITEM if is_item else BlockKind.PARAGRAPH
            yield _Drafted(_block(kind, marked), marked.bullet or paragraph.underline)


def _block(kind: BlockKind, marked: MarkedText, level: int = 0) -> DraftBlock:
    return DraftBlock(kind=kind, text=marked.text, page=1, label=marked.label, level=level)


def _level(paragraph: _Paragraph, marked: MarkedText, deepest: int, *, first: bool) -> int:
    """Give a heading's level: by its number; without one, under the numbered ones."""
    if marked.depth:
        return marked.depth
    if first or paragraph.underline.startswith("=") or marked.text.isupper():
        return 1
    return deepest + 1 if deepest else 2


def _may_be_heading(paragraph: _Paragraph) -> bool:
    """Tell whether a paragraph looks like a heading, by itself."""
    if paragraph.underline or _HASHES.match(paragraph.text):
        return True
    marked = split_heading_mark(paragraph.text)
    return (
        paragraph.lines <= 2
        and len(paragraph.text) <= _LONGEST_HEADING
        and not marked.bullet
        and not marked.label.endswith(")")
        and _TERMINAL.search(paragraph.text) is None
        and _NO_HEADING.search(paragraph.text) is None
        and _HEADING_START.match(marked.text) is not None
    )


def _stands_as_heading(place: int, paragraphs: list[_Paragraph], likely: list[bool]) -> bool:
    """Tell whether something follows that a heading may stand over, and it is no row of short lines."""
    paragraph = paragraphs[place]
    if paragraph.underline or _HASHES.match(paragraph.text):
        return True
    if place + 1 == len(paragraphs):
        return False
    if (
        split_mark(paragraph.text).depth == 1
        and likely[place + 1]
        and split_mark(paragraphs[place + 1].text).depth == 1
    ):
        return False  # "1. Health visitor", "2. School nurse": a list
    start, end = place, place + 1
    while (
        start > 0
        and not paragraphs[start].first
        and likely[start - 1]
        and place - start < _MOST_HEADING_LINES
    ):
        start -= 1
    while (
        end < len(paragraphs)
        and not paragraphs[end].first
        and likely[end]
        and end - start <= _MOST_HEADING_LINES
    ):
        end += 1
    return end - start <= _MOST_HEADING_LINES
