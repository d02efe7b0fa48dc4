"""The numbers that Word shows before paragraphs, which stand nowhere in their text."""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element


class Number(NamedTuple):
    """What Word shows before a paragraph."""

    label: str
    """The number, without a full stop at its end; empty for a bullet."""
    is_bullet: bool
    """Whether it is a bullet."""


class _Level(NamedTuple):
    """How one level of a list counts."""

    format: str
    """Word's name of the kind of number, e.g. "lowerRoman"."""
    pattern: str
    """What is shown, with "%1" for the number of level 1 and so on."""
    start: int
    """The first number."""


class Numbering:
    """Counts the paragraphs of every list of a document, in the document's order."""

    def __init__(self, root: Element | None) -> None:
        """Take the root element of the numbering part; None for a document without one."""
        elements = list(root) if root is not None else []
        levels = {
            it.get(qn("w:abstractNumId")): _levels(it) for it in elements if it.tag == qn("w:abstractNum")
        }
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counted_with: dict[str, str] = {}
        for element in elements:
            if element.tag == qn("w:num"):
                self._add(element, levels)
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)

    def _add(self, element: Element, levels: dict[str | None, dict[int, _Level]]) -> None:
        """Add one list; lists of one kind count on, unless one says where it starts."""
        number_id = element.get(qn("w:numId"), "")
        kind = element.find(qn("w:abstractNumId")).get(qn("w:val"))
        own = dict(levels.get(kind, {}))
        self._counted_with[number_id] = f"kind {kind}"
        for override in element.findall(qn("w:lvlOverride")):
            level = int(override.get(qn("w:ilvl"), "0"))
            start = override.find(qn("w:startOverride"))
            own.update(_levels(override))
            if start is not None and level in own:
                own[level] = own[level]._replace(start=int(start.get(qn("w:val"), "1")))
                self._counted_with[number_id] = f"list {number_id}"
        self._levels[number_id] = own

    def next(self, number_id: str, level: int) -> Number | None:
        """Count a paragraph of a list and give what is shown before it; None for no list, or none shown."""
        levels = self._levels.get(number_id, {})
        if level not in levels:
            return None
        counts = self._counts[self._counted_with[number_id]]
        for above in range(level):
            counts.setdefault(above, levels[above].start if above in levels else 1)
        counts[level] = counts[level] + 1 if level in counts else levels[level].start
        for deeper in [it for it in counts if it > level]:
            del counts[deeper]
        if levels[level].format == "bullet":
            return Number("", is_bullet=True)
        shown = re.sub(
            r"%(\d)", lambda place: _shown(int(place[1]) - 1, level, counts, levels), levels[level].pattern
        )
        label = shown.strip().rstrip(".:").strip()
        return Number(label, is_bullet=False) if label else None


def _levels(parent: Element) -> dict[int, _Level]:
    """Read the levels under an element."""
    levels = {}
    for element in parent.findall(qn("w:lvl")):
        levels[int(element.get(qn("w:ilvl"), "0"))] = _Level(
            format=_value(element, "w:numFmt", "decimal"),
            pattern=_value(element, "w:lvlText", "")[:_LONGEST_PATTERN],
            start=int(_value(element, "w:start", "1")),
        )
    return levels


def _value(element: Element, name: str, default: str) -> str:
    child = element.find(qn(name))
    return default if child is None else str(child.get(qn("w:val"), default))


def _shown(place: int, level: int, counts: dict[int, int], levels: dict[int, _Level]) -> str:
    """Write the count of one level as that level writes it."""
    if place > level or place not in counts:
        return ""
    return _WRITTEN.get(levels[place].format if place in levels else "decimal", str)(counts[place])


_MOST_LETTERED, _MOST_ROMAN = 780, 32767
"""The last numbers that Word writes so: what goes on in figures, as a file may begin at two milliards."""
_LONGEST_PATTERN = 255


def _letters(count: int) -> str:
    """Write 1 as "a", 27 as "aa", 28 as "bb", as Word does."""
    if count > _MOST_LETTERED:
        return str(count)
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)


_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def _roman(count: int) -> str:
    if count > _MOST_ROMAN:
        return str(count)
    written = ""
    for value, sign in _ROMAN:
        written += sign * (count // value)
        count %= value
    return written


_WRITTEN: dict[str, Callable[[int], str]] = {
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
    "decimalZero": "{:02d}".format,
    "none": lambda _count: "",
}
