"""Sentences with guesses for annotation tools: Label Studio, doccano and Prodigy, a task for each sentence.

The guesses are filled in, for a coder to correct; what the tool exports is read by `reviewtheme train`. Where
a tool has one list of labels (doccano, Prodigy), the stances are in it, after the themes, and called so:
"Concern (stance)". Labels bear the names of themes and stances where these are plain, else their ids:
`reviewtheme.training.formats` reads both.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.codebook import Codebook
from reviewtheme.json_text import json_text
from reviewtheme.output.label_names import LabelNames

_DIGITS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationTask:
    """A sentence to be labelled, with what is guessed of it."""

    text: str
    """The sentence, with a letter or digit in it."""
    document: str
    """Name of its document."""
    previous: str = ""
    """The sentence before it in its document; empty at its start."""
    page: int | None = None
    """Page on which it begins, from 1; None where unknown."""
    section: tuple[str, ...] = ()
    """Headings above it, outermost first."""
    start: int | None = None
    """First character in the text of its document, where known."""
    end: int | None = None
    """One past the last such character, where known."""
    themes: Mapping[str, float] = field(default_factory=dict)
    """Ids of the themes that are guessed, each with its probability, 0..1."""
    stance: str = ""
    """Id of the stance that is guessed; empty where none is."""
    stance_score: float | None = None
    """Probability of that stance, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotationTool:
    """How one tool takes tasks."""

    name: str
    """Name of the tool, for people."""
    ending: str
    """Of the file of tasks."""
    tasks: Callable[[Iterable[AnnotationTask], Codebook, str], Iterator[str]]
    """Makes the file of tasks, piece by piece, of tasks, a codebook and the name of the model."""
    configuration_name: str
    """Usual name of the file that tells the tool what can be labelled."""
    configuration: Callable[[Codebook], str]
    """Makes that file."""


def tasks_of(coded: CodedReview) -> Iterator[AnnotationTask]:
    """Make a task of each sentence of a review's body that has a letter or digit, in order.

    Sentences of contents, glossary, references and appendices are left out: they are no evidence.
    """
    previous = ""
    for sentence in coded.sentences:
        if not sentence.counts_as_evidence or not any(map(str.isalnum, sentence.text)):
            continue
        yield AnnotationTask(
            text=sentence.text,
            document=coded.review.source.path,
            previous=previous,
            page=sentence.page,
            section=sentence.section,
            start=sentence.start,
            end=sentence.end,
            themes={theme: sentence.scores[theme] for theme in sentence.themes},
            stance=sentence.stance,
            stance_score=sentence.stance_score if sentence.stance else None,
        )
        previous = sentence.text


def label_studio_tasks(tasks: Iterable[AnnotationTask], codebook: Codebook, model: str = "") -> Iterator[str]:
    """Make a JSON list of tasks with predictions, as Label Studio imports it, piece by piece.

    A task's score is the least sure of its guesses: Label Studio can show the least sure tasks first.
    """
    labels = LabelNames(codebook)
    first = True
    for task in tasks:
        yield "[\n" if first else ",\n"
        first = False
        yield json_text(_label_studio_task(task, labels, model))
    yield "[]\n" if first else "\n]\n"


def label_studio_configuration(codebook: Codebook) -> str:
    """Make the labelling configuration of a Label Studio project, in XML."""
    labels = LabelNames(codebook)
    lines = [
        "<View>",
        '  <Header value="$document, p. $page" size="5"/>',
        '  <Text name="previous" value="$previous"/>',
        '  <Text name="text" value="$text"/>',
        '  <Header value="Themes" size="5"/>',
        '  <Choices name="themes" toName="text" choice="multiple" showInline="true">',
        *(f"    <Choice value={quoteattr(label)}/>" for label in labels.themes.values()),
        "  </Choices>",
    ]
    if labels.stances:
        lines += [
            '  <Header value="Stance" size="5"/>',
            '  <Choices name="stance" toName="text" choice="single" showInline="true">',
            *(f"    <Choice value={quoteattr(label)}/>" for label in labels.stances.values()),
            "  </Choices>",
        ]
    return "\n".join([*lines, "</View>", ""])


def doccano_tasks(tasks: Iterable[AnnotationTask], codebook: Codebook, _model: str = "") -> Iterator[str]:
    """Make the JSON lines that a doccano project of text classification imports, one line a piece."""
    labels = LabelNames(codebook)
    for task in tasks:
        yield json_text({"text": task.text, "label": _labels_of(task, labels), **_beside(task)}) + "\n"


def doccano_configuration(codebook: Codebook) -> str:
    """Make the label types that a doccano project imports, in JSON, each with its colour."""
    labels = LabelNames(codebook)
    types = [
        {
            "text": label,
            "prefix_key": None,
            "suffix_key": None,
            "background_color": colour,
            "text_color": "#ffffff",
        }
        for label, colour in labels.colours().items()
    ]
    return json_text(types, indent=2) + "\n"


def prodigy_tasks(tasks: Iterable[AnnotationTask], codebook: Codebook, _model: str = "") -> Iterator[str]:
    """Make the JSON lines that Prodigy's choice interface shows, one line a piece, with guesses ticked."""
    labels = LabelNames(codebook)
    options = [{"id": theme, "text": label} for theme, label in labels.themes.items()]
    options += [{"id": label, "text": label} for label in labels.listed_stances.values()]
    for task in tasks:
        beside = _beside(task)
        shown = {key: beside[key] for key in ("document", "page", "section") if key in beside}
        themes = [theme for theme in labels.themes if theme in task.themes]
        accept = [*themes, *_listed_stance_of(task, labels)]
        line = {"text": task.text, "options": options, "accept": accept, **beside, "meta": shown}
        yield json_text(line) + "\n"


def prodigy_configuration(_codebook: Codebook) -> str:
    """Make the `prodigy.json` under which several options can be ticked and none is sent by a click."""
    return json_text({"choice_style": "multiple", "choice_auto_accept": False}, indent=2) + "\n"


TOOLS: dict[str, AnnotationTool] = {
    "labelstudio": AnnotationTool(
        name="Label Studio",
        ending=".json",
        tasks=label_studio_tasks,
        configuration_name="labelling-configuration.xml",
        configuration=label_studio_configuration,
    ),
    "doccano": AnnotationTool(
        name="doccano",
        ending=".jsonl",
        tasks=doccano_tasks,
        configuration_name="label-types.json",
        configuration=doccano_configuration,
    ),
    "prodigy": AnnotationTool(
        name="Prodigy",
        ending=".jsonl",
        tasks=prodigy_tasks,
        configuration_name="prodigy.json",
        configuration=prodigy_configuration,
    ),
}
"""The tools, by the names of their formats."""


def write_tasks(tool: str, reviews: Iterable[CodedReview], codebook: Codebook, file: IO[str]) -> None:
    """Write the tasks of all reviews for a tool, named as in `TOOLS`; the model is that of the first."""
    remaining = iter(reviews)
    first = next(remaining, None)
    model = f"{first.model.name} {first.model.version}" if first else ""
    tasks = (task for coded in chain([first] if first else [], remaining) for task in tasks_of(coded))
    file.writelines(TOOLS[tool].tasks(tasks, codebook, model))


def _labels_of(task: AnnotationTask, labels: LabelNames) -> list[str]:
    """Return the labels guessed of a task: themes in codebook order, then the stance."""
    return [*_themes_of(task, labels), *_listed_stance_of(task, labels)]


def _themes_of(task: AnnotationTask, labels: LabelNames) -> list[str]:
    return [label for theme, label in labels.themes.items() if theme in task.themes]


def _stance_of(task: AnnotationTask, labels: LabelNames) -> list[str]:
    return [labels.stances[task.stance]] if task.stance else []


def _listed_stance_of(task: AnnotationTask, labels: LabelNames) -> list[str]:
    return [labels.listed_stances[task.stance]] if task.stance else []


def _label_studio_task(task: AnnotationTask, labels: LabelNames, model: str) -> dict[str, Any]:
    data = {"text": task.text, **_beside(task)}
    data.setdefault("page", "?")  # the configuration names it
    choices = (("themes", _themes_of(task, labels)), ("stance", _stance_of(task, labels)))
    result = [
        {"id": name, "from_name": name, "to_name": "text", "type": "choices", "value": {"choices": chosen}}
        for name, chosen in choices
        if chosen
    ]
    scores = [*task.themes.values(), *([] if task.stance_score is None else [task.stance_score])]
    prediction: dict[str, Any] = {"model_version": model, "result": result}
    if scores:
        prediction["score"] = round(min(scores), _DIGITS)
    return {"data": data, "predictions": [prediction]}


def _beside(task: AnnotationTask) -> dict[str, Any]:
    """Give what is said beside the text; nothing that a reader would take for a label."""
    known = {
        "document": task.document,
        "previous": task.previous,
        "page": task.page,
        "section": " > ".join(task.section),
        "start": task.start,
        "end": task.end,
        "scores": {theme: round(score, _DIGITS) for theme, score in task.themes.items()},
    }
    return {key: value for key, value in known.items() if value is not None}
