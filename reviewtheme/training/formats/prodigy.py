"""JSON lines that Prodigy exports (`db-out`): choices, yes-or-no answers, and spans.

* choice: `{"text", "options": [{"id", "text"}], "accept": ["A"], "answer": "accept"}`;
* yes or no: `{"text", "label": "A", "answer": "accept"}`; lines of one text are read together;
* spans: `{"text", "spans": [{"start", "end", "label"}], "answer": "accept"}`.

An ignored task is left out. A rejected one is a negative: its text carries nothing of what was proposed. The
`spans` of a task that has a `label` or options are highlights that Prodigy showed, and no answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reviewtheme.codebook import Theme
from reviewtheme.codebook_files import label_id
from reviewtheme.training.formats.found import Found, FoundText
from reviewtheme.training.formats.json_fields import (
    add_labelled_stretches,
    checked_span,
    surroundings,
    text_of,
)
from reviewtheme.training.formats.opened import Opened, Record

NAME = "Prodigy JSONL"
_ANSWERS = ("accept", "reject", "ignore")


def detect(opened: Opened) -> bool:
    """Know it by an answer, or by the hashes that Prodigy gives every task."""
    return any(
        record.fields.get("answer") in _ANSWERS or "_task_hash" in record.fields for record in opened.records
    )


def read(opened: Opened) -> Found:
    """Read every answered task."""
    found = Found(path=opened.path)
    asked: dict[tuple[str, str], int] = {}
    for record in opened.records:
        if record.fault or not record.fields:
            found.fault(record.place, "", record.fault or "it is no JSON object")
            continue
        answer = record.fields.get("answer")
        if answer == "ignore":
            found.skip("the coder ignored the task", record.place)
        elif answer not in _ANSWERS:
            found.skip("the task has no answer yet", record.place)
        else:
            _read_answered(found, record, asked, accepted=answer == "accept")
    if asked:
        found.notes.append(
            f"Texts answered with yes or no, theme by theme: {len(asked)}. A theme that was not asked about "
            "counts as absent."
        )
    _declare_options(found, opened.records)
    return found


def _read_answered(
    found: Found, record: Record, asked: dict[tuple[str, str], int], *, accepted: bool
) -> None:
    fields = record.fields
    text = text_of(found, record.place, fields)
    if text is None:
        return
    beside = surroundings(fields, fields.get("meta"))
    if isinstance(fields.get("label"), str):
        labels = (fields["label"],) if accepted else ()
        item = FoundText(place=record.place, text=text, labels=labels, label_field="label", **beside)
        _add_answer(found, item, asked)
    elif "accept" in fields or "options" in fields:
        chosen = _chosen(found, record) if accepted else ()
        found.items.append(
            FoundText(place=record.place, text=text, labels=chosen, label_field="accept", **beside)
        )
    else:
        _read_spans(found, record, text, accepted=accepted)


def _add_answer(found: Found, item: FoundText, asked: dict[tuple[str, str], int]) -> None:
    """Put the answers about one text together."""
    key = (item.document, item.text)
    before = found.items[asked[key]] if key in asked else None
    if isinstance(before, FoundText):
        found.items[asked[key]] = replace(before, labels=(*before.labels, *item.labels))
    else:
        asked[key] = len(found.items)
        found.items.append(item)


def _chosen(found: Found, record: Record) -> tuple[str, ...]:
    """Return the texts of the accepted options; their ids where they have no text."""
    chosen = record.fields.get("accept", [])
    if not isinstance(chosen, list) or not all(isinstance(value, str | int) for value in chosen):
        found.fault(record.place, "accept", "it is no list of options")
        return ()
    names = _options(record.fields)
    return tuple(names.get(value, str(value)) for value in chosen)


def _options(fields: Mapping[str, Any]) -> dict[str | int, str]:
    """Map the ids of options to what labels are called: the id where it is a word, else the text shown."""
    options = fields.get("options")
    return {
        option["id"]: option["id"] if isinstance(option["id"], str) else str(option.get("text", option["id"]))
        for option in (options if isinstance(options, list) else [])
        if isinstance(option, dict) and isinstance(option.get("id"), str | int)
    }


def _declare_options(found: Found, records: Sequence[Record]) -> None:
    """Keep every option as a theme that was coded with, whether or not it was ever chosen."""
    shown: dict[str, Theme] = {}
    for record in records:
        options = record.fields.get("options")
        for option in options if isinstance(options, list) else []:
            if isinstance(option, dict) and isinstance(option.get("id"), str):
                name = str(option.get("text") or option["id"])
                shown.setdefault(option["id"], Theme(id=label_id(option["id"]), name=name))
    found.declared = list({theme.id: theme for theme in shown.values()}.values())


def _read_spans(found: Found, record: Record, text: str, *, accepted: bool) -> None:
    spans = record.fields.get("spans") or []
    if not isinstance(spans, list) or not all(isinstance(span, dict) for span in spans):
        found.fault(record.place, "spans", "it is no list of spans")
        return
    checked = [
        checked_span(
            found,
            record.place,
            text,
            s.get("start"),
            s.get("end"),
            s.get("label"),
            quoted=s.get("text"),
            at="spans",
        )
        for s in spans
    ]
    add_labelled_stretches(
        found,
        record.place,
        text,
        spans=[span for span in checked if span is not None and accepted],
        labels=(),
        label_field="spans",
        beside=surroundings(record.fields, record.fields.get("meta")),
    )
