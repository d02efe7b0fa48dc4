"""What the JSON formats of several tools have in common: where the text is, and what is said beside it."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from reviewtheme.sentences import split_text
from reviewtheme.training.formats.found import Found, FoundDocument, FoundText, Span

_DOCUMENT_KEYS = ("document", "doc", "document_name", "filename", "file_name")
_PREVIOUS_KEYS = ("previous", "prev")


class Surroundings(TypedDict):
    """What is said beside a text, as `FoundText` takes it."""

    document: str
    stance: str
    previous: str | None
    register: str


def surroundings(*sources: object) -> Surroundings:
    """Gather what is said beside a text, from a record and the objects within it; the first that has it."""
    objects = [source for source in sources if isinstance(source, Mapping)]
    return Surroundings(
        document=_first(objects, _DOCUMENT_KEYS) or "",
        stance=_first(objects, ("stance",)) or "",
        previous=_first(objects, _PREVIOUS_KEYS),
        register=_first(objects, ("register",)) or "",
    )


def text_of(found: Found, place: str, fields: Mapping[str, Any], key: str = "text") -> str | None:
    """Return the text of a record; None, with a fault, where there is none."""
    text = fields.get(key)
    if not isinstance(text, str) or not any(map(str.isalnum, text)):
        found.fault(place, key, "it is missing, or has no letter or digit in it")
        return None
    return text


def add_labelled_stretches(
    found: Found,
    place: str,
    text: str,
    *,
    spans: Sequence[Span],
    labels: Sequence[str],
    label_field: str,
    beside: Surroundings,
) -> None:
    """Add a text in which stretches are labelled, and perhaps the whole as well.

    What labels the whole is taken where the text is one sentence; a longer text is not all of one theme, so
    there it is left out and reported.
    """
    sentences = tuple(split_text(text))
    whole = [*labels, *([beside["stance"]] if beside["stance"] else [])]
    if len(sentences) > 1:
        for label in whole:
            found.skip(f"'{label}' labels a whole text in which stretches are labelled too", place)
        found.items.append(
            FoundDocument(
                place=place,
                text=text,
                sentences=sentences,
                spans=tuple(spans),
                name=beside["document"],
                label_field=label_field,
                register=beside["register"],
            )
        )
        return
    inked = [span.label for span in spans if text[span.start : span.end].strip()]
    found.items.append(
        FoundText(
            place=place, text=text, labels=(*labels, *dict.fromkeys(inked)), label_field=label_field, **beside
        )
    )


def checked_span(
    found: Found,
    place: str,
    text: str,
    start: object,
    end: object,
    label: object,
    *,
    quoted: object = None,
    at: str,
) -> Span | None:
    """Make a span of what a tool wrote; None, with a fault in the field `at`, where it cannot be one.

    Offsets are code points. Where the tool wrote the words too (`quoted`) and they stand at the offsets only
    if these are read as UTF-16 units, which is how a browser counts, they are read so.
    """
    if not isinstance(label, str) or not label.strip():
        found.fault(place, at, f"a label is {label!r}, and no name: export it with label names")
        return None
    if (
        isinstance(start, bool)
        or isinstance(end, bool)
        or not isinstance(start, int)
        or not isinstance(end, int)
    ):
        found.fault(place, at, f"the offsets of '{label}' are no whole numbers")
        return None
    if isinstance(quoted, str) and not _agree(text[start:end], quoted):
        units = _code_points(text, start, end)
        if units and _agree(text[units[0] : units[1]], quoted):
            start, end = units
        else:
            found.fault(
                place,
                at,
                f"the offsets of '{label}' ({start} to {end}) do not hold the words given with them",
            )
            return None
    if not 0 <= start < end <= len(text):
        found.fault(
            place, at, f"the offsets of '{label}' ({start} to {end}) are not in the text of {len(text)}"
        )
        return None
    return Span(start=start, end=end, label=label, place=place)


def _agree(text: str, quoted: str) -> bool:
    """Compare without white space: tools write line ends in their own way, and some cut off edges."""
    return "".join(text.split()) == "".join(quoted.replace("\\n", "\n").split())


def _code_points(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Turn offsets in UTF-16 units into offsets in code points; None where one splits a character."""
    units = text.encode("utf-16-le", "surrogatepass")
    try:
        return len(units[: 2 * start].decode("utf-16-le")), len(units[: 2 * end].decode("utf-16-le"))
    except UnicodeDecodeError:
        return None


def _first(objects: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> str | None:
    for fields in objects:
        for key in keys:
            value = fields.get(key)
            if isinstance(value, str):
                return value
            if isinstance(value, int) and not isinstance(value, bool):
                return str(value)
    return None
