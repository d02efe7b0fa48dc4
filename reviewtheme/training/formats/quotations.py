"""Find a quotation in a document, where a tool exports the words and not their place.

Letters and digits are compared, without regard to case, spaces, punctuation and ligatures: what a coder's
tool made of a PDF never agrees with another program on the rest. A quotation begins and ends at a word's
edge. One that leaves words out with "…" is found part by part. A long one that is not found whole, because a
page's foot or a note stands in it, is found by its beginning and its end.
"""

import re
import unicodedata
from dataclasses import dataclass

_ELLIPSIS = re.compile(r"[\[(]?\s*(?:…|\.\s?\.\s?\.)\s*[\])]?")
_LONG = 80
"""Letters and digits of a quotation that may be found by its beginning and its end."""
_EDGE = 30
"""Letters and digits of that beginning and that end."""
_MOST_BETWEEN = 1.5
"""How much longer, as a ratio, the text may be than such a quotation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchableText:
    """A document's letters and digits, and where each stands."""

    letters: str
    """Letters and digits of the text in lower case, ligatures taken apart."""
    places: tuple[int, ...]
    """For each of them, the index of its character in the text."""
    edges: frozenset[int]
    """Indices into `letters` at which a word begins, and the length of `letters`."""


def searchable(text: str) -> SearchableText:
    """Prepare a text to be searched."""
    letters: list[str] = []
    places: list[int] = []
    edges: set[int] = set()
    in_word = False
    for place, character in enumerate(text):
        plain = [c for c in unicodedata.normalize("NFKD", character).casefold() if c.isalnum()]
        if plain and not in_word:
            edges.add(len(letters))
        if not unicodedata.combining(character):
            in_word = bool(plain)
        letters += plain
        places += [place] * len(plain)
    return SearchableText(
        letters="".join(letters), places=tuple(places), edges=frozenset({*edges, len(letters)})
    )


def find_quotation(quotation: str, text: SearchableText) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Find every place of a quotation.

    Returns:
        For each place, the stretches that it covers there (several where it leaves words out), as half-open
        offsets into the text; none where it is not found.
    """
    whole = _occurrences(_letters(quotation), text)
    if whole:
        return tuple((stretch,) for stretch in whole)
    parts = [_letters(part) for part in _ELLIPSIS.split(quotation)]
    parts = [part for part in parts if part]
    in_parts = _find_in_order(parts, text) if len(parts) > 1 else ()
    if in_parts:
        return (in_parts,)
    by_edges = _find_by_edges(_letters(quotation), text)
    return ((by_edges,),) if by_edges else ()


def _letters(text: str) -> str:
    return searchable(text).letters


def _occurrences(letters: str, text: SearchableText, start: int = 0) -> list[tuple[int, int]]:
    """Find letters that begin and end at a word's edge, from an index of letters on."""
    found = []
    place = text.letters.find(letters, start) if letters else -1
    while place >= 0:
        end = place + len(letters)
        if place in text.edges and end in text.edges:
            found.append((text.places[place], text.places[end - 1] + 1))
            place = text.letters.find(letters, end)
        else:
            place = text.letters.find(letters, place + 1)
    return found


def _find_in_order(parts: list[str], text: SearchableText) -> tuple[tuple[int, int], ...]:
    """Find parts one after the other; nothing where one is missing."""
    stretches: list[tuple[int, int]] = []
    for part in parts:
        after = stretches[-1][1] if stretches else 0
        following = [stretch for stretch in _occurrences(part, text) if stretch[0] >= after]
        if not following:
            return ()
        stretches.append(following[0])
    return tuple(stretches)


def _find_by_edges(letters: str, text: SearchableText) -> tuple[int, int] | None:
    """Find a long quotation by its beginning and end, if each stands in the text once, near enough."""
    if len(letters) < _LONG:
        return None
    start, end = text.letters.find(letters[:_EDGE]), text.letters.find(letters[-_EDGE:])
    once = text.letters.count(letters[:_EDGE]) == 1 == text.letters.count(letters[-_EDGE:])
    length = end + _EDGE - start
    if not once or not len(letters) / _MOST_BETWEEN <= length <= len(letters) * _MOST_BETWEEN:
        return None
    return text.places[start], text.places[end + _EDGE - 1] + 1
