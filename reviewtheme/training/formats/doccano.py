"""JSON lines that doccano exports, from projects of text classification and of sequence labelling.

* classification: `{"id", "text", "label": ["A", "B"]}`, in old versions `labels`;
* spans: `{"id", "text", "label": [[0, 5, "A"]]}`, in old versions `labels`; with relations, `entities` as
  objects of `start_offset`, `end_offset` and `label`; intents and slots have `entities` and `cats`.

What was imported beside the text comes out beside it (`document`, `previous`, `stance`), in old versions in
`meta`. doccano gives an empty list both to a text without a label and to one that nobody looked at yet.
"""

from collections.abc import Mapping
from typing import Any

from reviewtheme.training.formats.found import Found, FoundText, Span
from reviewtheme.training.formats.json_fields import (
    add_labelled_stretches,
    checked_span,
    surroundings,
    text_of,
)
from reviewtheme.training.formats.opened import Opened, Record

NAME = "doccano JSONL"
_LABEL_KEYS = ("label", "labels", "entities", "cats", "annotations")


def detect(opened: Opened) -> bool:
    """Know it by a text (`data` before renaming) with a list of labels."""
    return any(
        ("text" in record.fields or "data" in record.fields)
        and any(isinstance(record.fields.get(key), list) for key in _LABEL_KEYS)
        for record in opened.records
    )


def read(opened: Opened) -> Found:
    """Read every line: as labelled texts, or as documents if any line of the file has spans."""
    found = Found(path=opened.path)
    has_spans = any(_has_spans(record.fields) for record in opened.records)
    unlabelled = 0
    for record in opened.records:
        if record.fault or not record.fields:
            found.fault(record.place, "", record.fault or "it is no JSON object")
            continue
        unlabelled += not any(record.fields.get(key) for key in _LABEL_KEYS)
        _read_record(found, record, has_spans=has_spans)
    if unlabelled:
        found.notes.append(
            f"Texts without a label, read as having no theme: {unlabelled}. If some were not looked at yet, "
            "export only what is approved."
        )
    return found


def _read_record(found: Found, record: Record, *, has_spans: bool) -> None:
    fields = record.fields
    key = next((key for key in _LABEL_KEYS if isinstance(fields.get(key), list)), None)
    text = text_of(
        found, record.place, fields, "text" if "text" in fields or "data" not in fields else "data"
    )
    if key is None:
        found.fault(record.place, "label", "it has no list of labels")
    if text is None or key is None:
        return
    beside = surroundings(fields, fields.get("meta"), fields.get("metadata"))
    if has_spans:
        spans = [_span(found, record.place, text, value, key) for value in _span_values(fields)]
        cats = _names(found, record.place, fields.get("cats", []), "cats")
        add_labelled_stretches(
            found,
            record.place,
            text,
            spans=[span for span in spans if span is not None],
            labels=cats,
            label_field=key,
            beside=beside,
        )
        return
    labels = _names(found, record.place, fields[key], key)
    found.items.append(
        FoundText(place=record.place, text=text, labels=tuple(labels), label_field=key, **beside)
    )


def _has_spans(fields: Mapping[str, Any]) -> bool:
    return "entities" in fields or any(isinstance(value, list | dict) for value in _span_values(fields))


def _span_values(fields: Mapping[str, Any]) -> list[Any]:
    listed = (fields.get(key) for key in ("label", "labels", "entities", "annotations"))
    return [value for values in listed if isinstance(values, list) for value in values]


def _span(found: Found, place: str, text: str, value: object, key: str) -> Span | None:
    if isinstance(value, dict):
        start, end = value.get("start_offset"), value.get("end_offset")
        return checked_span(found, place, text, start, end, value.get("label"), at=key)
    if isinstance(value, list) and len(value) == 3:
        return checked_span(found, place, text, *value, at=key)
    found.fault(place, key, f"{value!r} is no span: [start, end, label] is expected")
    return None


def _names(found: Found, place: str, values: object, key: str) -> list[str]:
    """Keep the label names; old versions wrote numbers, which say nothing without their list."""
    if not isinstance(values, list):
        found.fault(place, key, "it is no list of labels")
        return []
    for value in values:
        if not isinstance(value, str) or not value.strip():
            found.fault(place, key, f"a label is {value!r}, and no name: export it with label names")
    return [value for value in values if isinstance(value, str) and value.strip()]
