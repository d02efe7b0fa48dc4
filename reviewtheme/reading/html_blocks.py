"""The visible text of a web page as blocks, in order, with what each of them is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, islice

from lxml.html import HtmlElement

from reviewtheme.document import BlockKind
from reviewtheme.reading.labels import MarkedText, split_heading_mark, split_mark
from reviewtheme.reading.plain_text import draft_text

_UNSEEN = frozenset(
    (
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "iframe",
        "object",
        "math",
        "title",
        "datalist",
    )
)
_INLINE = frozenset(
    (
        *(
            "a",
            "abbr",
            "acronym",
            "b",
            "bdi",
            "bdo",
            "big",
            "cite",
            "code",
            "data",
            "del",
            "dfn",
            "em",
            "font",
        ),
        *("i", "img", "ins", "kbd", "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike"),
        *("strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
    )
)
_FURNITURE = frozenset(("nav", "footer", "aside", "form", "button", "select", "menu", "dialog"))
_FURNITURE_ROLES = frozenset(("navigation", "banner", "contentinfo", "search", "complementary", "dialog"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NOTED = re.compile(r"(?:[.,;:?!)\"'”’]|[^\W\d_]{3})\Z")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlBlock:
    """A block of a web page."""

    kind: BlockKind
    """What it is on the page."""
    text: str
    """One line, white space folded, without its mark; never empty."""
    label: str
    """The number before it, typed or counted by its list."""
    level: int
    """Heading level from 1; 0 for what is no heading."""
    bullet: str
    """The bullet typed before it; empty where there is none."""
    note_marks: tuple[str, ...]
    """Footnote marks that stood in it."""
    parent: int
    """Which element holds the block: the same number for blocks side by side."""
    in_furniture: bool
    """Whether it stands in a menu, a foot, an aside or a form, or is hidden."""
    link_letters: int
    """Letters and digits of it that are in links."""


_PASSED_THROUGH = frozenset(
    ("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "blockquote")
)
"""Elements whose blocks stand side by side with those around them."""


def walk_blocks(root: HtmlElement) -> Iterator[HtmlBlock]:
    """Yield the blocks of a page in the order in which they stand, hidden ones and menus as well."""
    body = root.find("body")
    walk = _Walk()
    place = _Place()
    yield from walk.inside(root if body is None else body, place)
    yield from walk.flush(place)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the page the walk is."""

    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    number: int = 0
    """Of the element that is walked."""
    parent: int = 0
    """Number of the element around it."""
    in_furniture: bool = False
    in_link: bool = False


class _Walk:
    """Collects inline text and turns it into a block where a block ends."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._note_marks: list[str] = []
        self._link_letters = 0
        self._label = ""
        self._numbers = count(1)

    def inside(self, element: HtmlElement, place: _Place) -> Iterator[HtmlBlock]:
        """Yield the blocks that end inside an element."""
        self._add(element.text, place)
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _UNSEEN:
                yield from self._child(child, place)
            self._add(child.tail, place)

    def flush(self, place: _Place) -> Iterator[HtmlBlock]:
        """Yield what was collected; two line breaks part it."""
        text = "".join(self._pieces)
        if not text.strip():
            self._pieces.clear()
            return
        for part in re.split(r"\n\s*\n", text):
            if folded := " ".join(part.split()):
                yield self._block(folded, place)
        self._pieces.clear()
        self._note_marks.clear()
        self._link_letters = 0

    def _block(self, text: str, place: _Place) -> HtmlBlock:
        marked = split_heading_mark(text) if place.level else split_mark(text)
        label, self._label = self._label or marked.label, ""
        if marked.label and label != marked.label:
            marked = MarkedText(
                "", "", text
            )  # counted by its list, and yet with a number typed: that is text
        is_item = place.kind is BlockKind.PARAGRAPH and (
            bool(marked.bullet) or (bool(label) and "." not in label)
        )
        return HtmlBlock(
            kind=BlockKind.LIST_ITEM if is_item else place.kind,
            text=marked.text,
            label=label,
            level=place.level,
            bullet=marked.bullet,
            note_marks=tuple(self._note_marks),
            parent=place.parent,
            in_furniture=place.in_furniture,
            link_letters=self._link_letters,
        )

    def _add(self, text: str | None, place: _Place) -> None:
        if text:
            self._pieces.append(re.sub(r"\s+", " ", text))  # line ends in the source are spaces
            self._link_letters += sum(map(str.isalnum, text)) if place.in_link else 0

    def _child(self, child: HtmlElement, place: _Place) -> Iterator[HtmlBlock]:
        """Yield the blocks that end in a child element, which is itself inline or a block."""
        if child.tag == "br":
            self._pieces.append("\n")
        elif child.tag == "sup" and self._is_note_mark(child):
            self._note_marks.append(child.text_content().strip())
        elif child.tag in _INLINE:
            yield from self.inside(child, replace(place, in_link=place.in_link or child.tag == "a"))
        else:
            yield from self.flush(place)
            if child.tag == "pre":
                yield from _preformatted(child, self._inner(child, place))
                return
            if child.tag == "li":
                self._label = _item_label(child)
            inner = self._inner(child, place)
            yield from self.inside(child, inner)
            yield from self.flush(inner)
            if child.tag == "li":
                self._label = ""

    def _is_note_mark(self, child: HtmlElement) -> bool:
        """Tell a footnote's number, after a word or a mark, from a raised figure, after a unit."""
        mark = child.text_content().strip().strip("[]()")
        before = "".join(self._pieces[-2:]).rstrip()
        return mark.isdigit() and len(mark) <= 3 and _NOTED.search(before) is not None

    def _inner(self, child: HtmlElement, place: _Place) -> _Place:
        """Say where the walk is once it is inside a block element."""
        tag = child.tag
        kind, level = place.kind, place.level
        if tag in _HEADINGS:
            kind, level = BlockKind.HEADING, _HEADINGS[tag]
        elif tag == "li":
            kind, level = BlockKind.LIST_ITEM, 0
        elif tag in ("td", "th") and not _is_layout(child):
            kind, level = BlockKind.TABLE, 0
        passed = tag in _PASSED_THROUGH
        return replace(
            place,
            kind=kind,
            level=level,
            number=place.number if passed else next(self._numbers),
            parent=place.number,
            in_furniture=place.in_furniture or _is_furniture(child),
        )


def _is_furniture(element: HtmlElement) -> bool:
    """Tell whether an element is hidden, or says itself that it is no part of the text."""
    return (
        element.tag in _FURNITURE
        or element.get("role") in _FURNITURE_ROLES
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDDEN.search(element.get("style", "")) is not None
    )


def _is_layout(cell: HtmlElement) -> bool:
    """Tell whether the table of a cell only lays out the page: one cell, or headings or tables in it."""
    table = next(cell.iterancestors("table"), None)
    if table is None or table.get("role") in ("presentation", "none"):
        return True
    if next(table.iterdescendants("table", *_HEADINGS), None) is not None:
        return True
    return len(list(islice(table.iterdescendants("td", "th"), 2))) < 2


def _item_label(item: HtmlElement) -> str:
    """Count an item of a numbered list as a browser does; empty for an item with a bullet."""
    parent = item.getparent()
    if parent is None or parent.tag != "ol":
        return ""
    number = _whole_number(parent.get("start"), 1) - 1
    for sibling in parent.iterchildren("li"):
        number = _whole_number(sibling.get("value"), number + 1)
        if sibling is item:
            break
    kind = parent.get("type", "1")
    if kind in "aA" and 1 <= number <= 26:
        return chr(ord(kind) + number - 1)
    return str(number)


def _whole_number(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch(r"-?\d{1,6}", text.strip()) else default


def _preformatted(element: HtmlElement, place: _Place) -> Iterator[HtmlBlock]:
    """Yield the blocks of preformatted text, which is wrapped as plain text is."""
    text = element.text_content()
    if any(map(str.isalnum, text)):
        for block in draft_text(text, "").blocks:
            yield HtmlBlock(
                kind=block.kind,
                text=block.text,
                label=block.label,
                level=block.level,
                bullet="",
                note_marks=(),
                parent=place.parent,
                in_furniture=place.in_furniture,
                link_letters=0,
            )
