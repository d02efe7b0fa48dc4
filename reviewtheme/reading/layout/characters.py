"""Step: characters become plain text: ligatures, bullets of private fonts, spaces, what is no character."""

import re
import unicodedata
from dataclasses import replace

from reviewtheme.document import Removed, RemovedReason
from reviewtheme.reading.layout.state import Layout
from reviewtheme.reading.printed_page import PrintedLine

BULLET = "•"
_WATCHED = re.compile("[^ -~‘’“”–—£•…\u00e0-\u00ff]")
_SPACES = re.compile(r"\s+")
_DASH_BULLET = re.compile(r"^\s*[−―](?=\s)")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff")
_BULLETS = frozenset("▪■●◼◾⚫►▶➢➤❖✓✔◆⬧\x81\x83\x95·∙‣⁃○◦□")


def repair_characters(layout: Layout) -> Layout:
    """Plain characters throughout; what stands for no character goes to `removed`."""
    removed = list(layout.removed)
    strips = []
    for strip in layout.strips:
        lines = []
        for line in strip.lines:
            if not _WATCHED.search(line.text):
                lines.append(line)
                continue
            repaired, unreadable = _repair(line)
            if unreadable:
                reason = RemovedReason.UNREADABLE_CHARACTER
                removed.append(Removed(page=line.page, text=unreadable, reason=reason))
            if repaired.text:
                lines.append(repaired)
        strips.append(replace(strip, lines=tuple(lines)))
    return replace(layout, strips=tuple(strips), removed=tuple(removed))


def _repair(line: PrintedLine) -> tuple[PrintedLine, str]:
    """Give the line in plain characters, and what could not be read."""
    text, unreadable = "", ""
    places = []
    for character in line.text:
        places.append(len(text))
        plain = plain_character(character, first=not text.strip())
        if plain is None:
            unreadable += character
        else:
            text += plain
    places.append(len(text))
    text = _DASH_BULLET.sub(BULLET, text)
    raised = tuple((places[start], places[end]) for start, end in line.raised if places[start] < places[end])
    lead = len(text) - len(text.lstrip())
    raised = tuple((max(start - lead, 0), end - lead) for start, end in raised if end > lead)
    return replace(line, text=text.strip(), raised=raised), unreadable


def plain_character(character: str, *, first: bool) -> str | None:
    """Plain text for one character, "" for one without meaning, None for one that cannot be read.

    `first` says that nothing stands before it on its line, where an odd sign is a bullet.
    """
    code = ord(character)
    if character.isspace():
        return " "
    if character in _INVISIBLE:
        return ""
    if character in _BULLETS and (first or not character.isprintable()):
        return BULLET
    if unicodedata.category(character) == "Co":
        return BULLET if first else None
    if code < 0x20 or 0x7F <= code < 0xA0 or character in "\ufffd\ufffe\uffff":
        return None
    if 0xFB00 <= code <= 0xFB06:
        return unicodedata.normalize("NFKC", character)
    return "-" if character in "\u2010\u2011" else character
