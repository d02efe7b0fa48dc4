"""JSON that Label Studio exports ("JSON", not "JSON-MIN"): choices and labels of text.

Of a task's annotations the one marked as ground truth is read, else the latest; cancelled ones are left out,
and so is a task without any. Where no task of the file was annotated, its predictions are read instead, and
the report says so. A choice of the control named "stance" is the stance.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reviewtheme.training.formats.found import Found, FoundText, Span
from reviewtheme.training.formats.json_fields import (
    add_labelled_stretches,
    checked_span,
    surroundings,
    text_of,
)
from reviewtheme.training.formats.opened import Opened, Record

NAME = "Label Studio JSON"
_RESULTS = ("annotations", "completions", "predictions")
"""`completions` is what versions before 1.0 called annotations."""
_LABEL_TYPES = ("labels", "hypertextlabels", "paragraphlabels")


def detect(opened: Opened) -> bool:
    """Know it by tasks whose data are beside their annotations, or by its short form, which is refused."""
    return any(
        (isinstance(record.fields.get("data"), dict) and any(key in record.fields for key in _RESULTS))
        or _is_short_form(record.fields)
        for record in opened.records
    )


def read(opened: Opened) -> Found:
    """Read every annotated task."""
    found = Found(path=opened.path)
    records = opened.records
    annotated = any(_annotations(record.fields) for record in records)
    if not annotated:
        found.notes.append(
            "No task was annotated: the predictions in the file were read as labels. They are a model's "
            "marks, and no coder's."
        )
    chosen = [(record, _chosen_results(found, record, annotated=annotated)) for record in records]
    has_spans = any(_type_of(result) in _LABEL_TYPES for _, results in chosen for result in results or ())
    for record, results in chosen:
        if results is not None:
            _read_task(found, record, results, has_spans=has_spans)
    return found


def _is_short_form(fields: Mapping[str, Any]) -> bool:
    """Tell a task of "JSON-MIN", in which labels and data cannot be told apart."""
    return "annotation_id" in fields and "annotator" in fields and "data" not in fields


def _annotations(fields: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return all annotations that were not cancelled."""
    listed = [a for key in _RESULTS[:2] for a in _objects(fields, key)]
    return [a for a in listed if not a.get("was_cancelled") and not a.get("skipped")]


def _objects(fields: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list; none where it is no list."""
    values = fields.get(key)
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []


def _chosen_results(found: Found, record: Record, *, annotated: bool) -> Sequence[Mapping[str, Any]] | None:
    """Choose the results of a task that count; None where it is left out or faulty."""
    fields = record.fields
    if record.fault or not isinstance(fields.get("data"), dict):
        short = "this is JSON-MIN, which does not say what is a label: export as JSON"
        found.fault(
            record.place,
            "",
            record.fault or (short if _is_short_form(fields) else "it is no task with 'data'"),
        )
        return None
    if not annotated:
        kept = _objects(fields, "predictions")
    else:
        kept = _annotations(fields)
        cancelled = sum(len(_objects(fields, key)) for key in _RESULTS[:2]) - len(kept)
        for _ in range(cancelled):
            found.skip("the annotation was cancelled by its coder", record.place)
        if not kept and not cancelled:
            found.skip("the task was not annotated", record.place)
    if not kept:
        if not annotated:
            found.skip("the task has neither annotation nor prediction", record.place)
        return None
    best = max(
        kept,
        key=lambda a: (bool(a.get("ground_truth")), str(a.get("updated_at") or a.get("created_at") or "")),
    )
    for _ in range(len(kept) - 1):
        found.skip(
            "a later annotation of the task, or the one marked as ground truth, was read", record.place
        )
    results = best.get("result")
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        found.fault(record.place, "result", "it is no list of results")
        return None
    return results


def _read_task(
    found: Found, record: Record, results: Sequence[Mapping[str, Any]], *, has_spans: bool
) -> None:
    data = record.fields["data"]
    text = _text(found, record, data)
    if text is None:
        return
    beside = surroundings(data, data.get("meta"), record.fields.get("meta"))
    labels: list[str] = []
    spans: list[Span] = []
    for result in results:
        if _type_of(result) == "choices":
            choices = _names(_value_of(result).get("choices"))
            if str(result.get("from_name")).casefold() == "stance":
                beside["stance"] = choices[0] if choices else beside["stance"]
            else:
                labels += choices
        elif _type_of(result) in _LABEL_TYPES:
            spans += _spans(found, record.place, text, result)
        else:
            found.skip(
                f"a result is of the type '{_type_of(result)}', and neither choices nor labels", record.place
            )
    if has_spans:
        add_labelled_stretches(
            found, record.place, text, spans=spans, labels=labels, label_field="labels", beside=beside
        )
    else:
        item = FoundText(place=record.place, text=text, labels=tuple(labels), label_field="choices", **beside)
        found.items.append(item)


def _text(found: Found, record: Record, data: Mapping[str, Any]) -> str | None:
    """Return a task's text: the field `text`, or the only field that is one."""
    strings = [key for key, value in data.items() if isinstance(value, str)]
    key = "text" if "text" in data or len(strings) != 1 else strings[0]
    text = text_of(found, record.place, data, key)
    if (
        text is not None
        and not any(map(str.isspace, text))
        and text.startswith(("/data/", "http:", "https:", "s3:"))
    ):
        found.fault(record.place, key, f"'{text}' is a link: the text itself must be in the task")
        return None
    return text


def _spans(found: Found, place: str, text: str, result: Mapping[str, Any]) -> list[Span]:
    value = _value_of(result)
    if _type_of(result) != "labels":
        found.fault(
            place, "value", f"'{_type_of(result)}' counts in a web page or dialogue: label plain text instead"
        )
        return []
    spans = [
        checked_span(
            found,
            place,
            text,
            value.get("start"),
            value.get("end"),
            label,
            quoted=value.get("text"),
            at="value",
        )
        for label in _names(value.get("labels"))
    ]
    return [span for span in spans if span is not None]


def _value_of(result: Mapping[str, Any]) -> Mapping[str, Any]:
    value = result.get("value")
    return value if isinstance(value, dict) else {}


def _type_of(result: Mapping[str, Any]) -> str:
    return str(result.get("type", "")).casefold()


def _names(values: object) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
