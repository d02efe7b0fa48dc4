"""The mark that stands before a paragraph or list item: its number ("4.12", "(iii)") or a bullet."""

import re
from typing import NamedTuple

_BULLETS = "•▪●◦‣■□►➢✓✔·∙⁃\uf0b7\uf0a7\uf0d8\uf0fc"
_BULLET = re.compile(rf"(?:[{_BULLETS}]\s*|[-–—*]\s+|o\s+(?=[A-Z]))(?=\S)")
_LABEL = re.compile(
    r"""
    (?: (?P<deep> \d{1,2}(?:\.\d{1,3}){1,3} ) [.)]? \s+ (?=["“‘'(\[]?[A-Z])   # 4.12; not "2.5 million"
      | (?P<number> \d{1,3} ) \. \s+ (?=\D)                                 # 4.
      | (?P<closed> \(?(?:\d{1,3}|[a-zA-Z]|[ivxl]{1,6}|[IVXL]{1,6})\) ) \s+  # (iii), a), 4)
      | (?P<letter> [a-z]|[ivxl]{2,5} ) \. \s+ (?=["“‘'(\[]?[A-Z])           # a., iv.
    ) (?=\S)
    """,
    re.VERBOSE,
)
_HEADING_NUMBER = re.compile(r"(\d{1,2})\s+(?=[A-Z])")
_MONTH = re.compile(
    r"\d{1,2}\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b(?!\s+[a-z])", re.IGNORECASE
)
_DETAIL = re.compile(
    r"""(?: (?:(?:lead|independent|overview|report|review|panel|case|principal|the)\s+)*
            (?:authors?|reviewers?|chair(?:person|man|woman)?|writers?|inspectors?|facilitators?
              |consultants?)
            (?:\s+and\s+(?:authors?|chair))?
          | (?:(?:report|review|final|publication|inspection|completion|issue)\s+)*
            dates?(?:\s+of\s+[\w\s]{3,30})?
          | (?:first\s+|date\s+|report\s+)?
            (?:published|agreed|approved|completed|signed\s+off|endorsed|updated|ratified)
            (?:\s+(?:by|on|at)\b[^:]{0,40})?
          | (?:prepared|produced|written|commissioned|submitted|authored|report)\s+(?:by|for|to)\b[^:]{0,30}
          | version | status | classification | isbn | issn | urn | e-?mail | tel(?:ephone)? | website
          | contact | (?:case\s+|unique\s+)?reference(?:\s+number)?
        )\s*:\s*\S""",
    re.VERBOSE | re.IGNORECASE,
)
_CAPTION = re.compile(r"(?:Table|Figure|Fig|Chart|Graph|Diagram|Map)\.?\s+[A-Z]?\d{1,3}\b", re.IGNORECASE)


class MarkedText(NamedTuple):
    """A line or paragraph with the mark before it taken off."""

    bullet: str
    """The bullet as it stood, without white space; empty where there is none."""
    label: str
    """The number as it stood, without a full stop at its end; empty where there is none."""
    text: str
    """What follows the mark."""

    @property
    def depth(self) -> int:
        """Levels of the number: 1 for "4", 2 for "4.12"; 0 where there is no number."""
        return self.label.count(".") + 1 if self.label else 0


def split_mark(text: str) -> MarkedText:
    """Take the bullet or number off the start of a text that has no outer white space.

    A mark with nothing after it is text. A bare number ("4 Analysis") is left on: see `split_heading_mark`.
    """
    if bullet := _BULLET.match(text):
        return MarkedText(bullet[0].strip(), "", text[bullet.end() :])
    if (label := _LABEL.match(text)) and not _MONTH.match(text):
        number = next(group for group in label.groups() if group)
        return MarkedText("", number, text[label.end() :])
    return MarkedText("", "", text)


def split_heading_mark(text: str) -> MarkedText:
    """Take the number off the start of a heading, where it may stand bare: "4 Analysis of practice"."""
    marked = split_mark(text)
    if marked.label or marked.bullet or _MONTH.match(text):
        return marked
    if number := _HEADING_NUMBER.match(text):
        return MarkedText("", number[1], text[number.end() :])
    return marked


def is_detail(text: str) -> bool:
    """Tell a line of data of a title page, such as "Lead reviewer: …" or "Published: …", from a heading."""
    return _DETAIL.match(text) is not None


def is_caption(text: str) -> bool:
    """Tell a caption, such as "Table 2: …", from a heading."""
    return _CAPTION.match(text) is not None
