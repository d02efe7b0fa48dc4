"""JSON lines of this program: `{"text", "themes", "stance", "document", "previous", "register"}`.

`text` and `themes` (a list of ids or names) are needed, the rest is not. Without `previous`, the line before
of the same document is meant. `doc` and `prev` are read as `document` and `previous`. `start` and `end` give
the place in the document, where they are there. `disputed` (a list as `themes`) and `stance_disputed` tell
what only some of several coders gave: scoring leaves it out, and training takes `themes` and `stance` as they
stand, so that a theme under `disputed` alone counts as not given.
"""

from collections.abc import Mapping
from typing import Any

from reviewtheme.training.formats.found import Found, FoundText
from reviewtheme.training.formats.json_fields import surroundings, text_of
from reviewtheme.training.formats.opened import Opened

NAME = "JSONL"


def detect(opened: Opened) -> bool:
    """Know it by `text` and `themes` in one object."""
    return any("text" in record.fields and "themes" in record.fields for record in opened.records)


def read(opened: Opened) -> Found:
    """Read every line; each is a labelled text."""
    found = Found(path=opened.path)
    for record in opened.records:
        if record.fault or not record.fields:
            found.fault(record.place, "", record.fault or "it is no JSON object")
            continue
        text = text_of(found, record.place, record.fields)
        themes = _themes(found, record.place, record.fields, "themes")
        disputed = _themes(found, record.place, {"disputed": [], **record.fields}, "disputed")
        start, end = (_offset(found, record.place, record.fields, key) for key in ("start", "end"))
        stance_disputed = _flag(found, record.place, record.fields, "stance_disputed")
        if text is not None and themes is not None and disputed is not None:
            found.items.append(
                FoundText(
                    place=record.place,
                    text=text,
                    labels=themes,
                    start=start,
                    end=end,
                    disputed=disputed,
                    stance_disputed=stance_disputed,
                    **surroundings(record.fields),
                )
            )
    return found


def _themes(found: Found, place: str, fields: Mapping[str, Any], key: str) -> tuple[str, ...] | None:
    themes = fields.get(key)
    if not isinstance(themes, list) or not all(isinstance(theme, str) and theme.strip() for theme in themes):
        found.fault(place, key, "it is no list of theme ids or names")
        return None
    return tuple(themes)


def _flag(found: Found, place: str, fields: Mapping[str, Any], key: str) -> bool:
    value = fields.get(key)
    if value is not None and not isinstance(value, bool):
        found.fault(place, key, f"it is {value!r}, and neither true nor false")
    return value is True


def _offset(found: Found, place: str, fields: Mapping[str, Any], key: str) -> int | None:
    value = fields.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    found.fault(place, key, f"it is {value!r}, and no whole number from 0 on")
    return None
