"""Themes and stances as part of a spaCy pipeline; spaCy finds it by its entry point.

    nlp = spacy.load("en_core_web_sm")               # or any pipeline that sets sentence boundaries
    nlp.add_pipe("reviewtheme")
    doc = nlp("...")

    doc.spans["themes"]      a span for each theme of each sentence; its label is the theme's id, its score
                             stands at its place in doc.spans["themes"].attrs["scores"]
    sent._.themes            ids of the sentence's themes, in codebook order
    sent._.theme_scores      id to probability, 0..1, for every theme of the codebook
    sent._.stance            id of the most probable stance; empty where the codebook has none
    sent._.stance_score      its probability, 0..1
    doc._.themes             ids of the themes found, the most frequent first, then in codebook order
    doc._.theme_counts       id to number of sentences, for those themes
    doc._.stances            id to number of sentences, for every stance of the codebook
    doc._.theme_model        name, version, sha256 and codebook of the model

All are plain values and are kept by `doc.to_bytes()` and, with `store_user_data=True`, by `DocBin`. A second
component `reviewtheme_sentences` sets boundaries by the rules that `reviewtheme.classify` cuts with.
"""

import tempfile
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import raise_error

from reviewtheme.classification.classify import classify_documents
from reviewtheme.classification.coded_review import CodedSentence
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_files import read_file
from reviewtheme.classification.model_folder import CARD, load_model, model_path, save_model
from reviewtheme.codebook import default_codebook
from reviewtheme.errors import ModelError, UsageError
from reviewtheme.sentences import split_text

ErrorHandler = Callable[[str, Any, list[Doc], Exception], None]

_SENTENCES_AT_ONCE = 4096
_SPAN_VALUES: dict[str, object] = {"theme_scores": {}, "stance": "", "stance_score": 0.0}
_DOC_VALUES: dict[str, object] = {"theme_counts": {}, "stances": {}, "theme_model": {}}
_COLOURS = ("#a6cee3", "#fdbf6f", "#fb9a99", "#b2df8a", "#cab2d6", "#ffff99", "#8dd3c7", "#d9d9d9")
"""Light, so that the black letters of a label can be read on each."""


@Language.factory(
    "reviewtheme",
    assigns=[
        "doc.spans",
        *(f"doc._.{name}" for name in ("themes", *_DOC_VALUES)),
        *(f"span._.{name}" for name in ("themes", *_SPAN_VALUES)),
    ],
    requires=["token.is_sent_start"],
    default_config={"model": None, "spans_key": "themes"},
)
def make_theme_marker(nlp: Language, name: str, model: str | None, spans_key: str) -> "ThemeMarker":  # noqa: ARG001 - spaCy's
    """Make the component `reviewtheme`.

    Args:
        nlp: the pipeline.
        name: name of the component in it.
        model: folder or zip of a model; None is the model that comes with the program.
        spans_key: where in `doc.spans` the themes go.

    Raises:
        ModelError: the model is there and cannot be used. One that is missing is told of when it is needed:
            a pipeline that is being loaded brings its own.
    """
    return ThemeMarker(name, model, spans_key=spans_key)


class ThemeMarker:
    """Marks the sentences of documents with themes and a stance.

    Args:
        name: name of the component, for messages.
        model: a loaded model, the folder or zip of one, or None for the model that comes with the program.
        spans_key: where in `doc.spans` the themes go.
    """

    def __init__(self, name: str, model: Model | str | None = None, *, spans_key: str = "themes") -> None:
        self.name = name
        self.spans_key = spans_key
        self._folder = model_path(None if isinstance(model, Model) else model)
        self._model: Model | None = model if isinstance(model, Model) else None
        self._card = ""
        self._error_handler: ErrorHandler = raise_error
        if self._model is None and self._folder.exists():
            self._load(self._folder)
        _set_extensions()

    @property
    def coding_model(self) -> Model:
        """The model that marks; loaded when it is first asked for.

        It is not called `model`: spaCy asks each component whether it has that, for a model of its own kind.

        Raises:
            ModelError: it is missing, or cannot be used.
        """
        return self._load(self._folder) if self._model is None else self._model

    def __call__(self, doc: Doc) -> Doc:
        """Mark one document.

        Raises:
            UsageError: no sentence boundaries are set.
        """
        return self._mark([(doc, _sentences(doc, self.name))])[0]

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 128) -> Iterator[Doc]:
        """Mark a stream of documents, many at once: short ones are done twenty times as fast so.

        Args:
            stream: documents with sentence boundaries.
            batch_size: most documents at once; fewer where they are long.
        """
        batch: list[tuple[Doc, list[Span]]] = []
        for doc in stream:
            try:
                batch.append((doc, _sentences(doc, self.name)))
            except UsageError as error:
                self._error_handler(self.name, self, [doc], error)
            if len(batch) >= batch_size or sum(len(s) for _, s in batch) >= _SENTENCES_AT_ONCE:
                yield from self._mark(batch)
                batch = []
        yield from self._mark(batch)

    def set_error_handler(self, error_handler: ErrorHandler) -> None:
        """Choose what becomes of documents of a stream that cannot be marked, as in all of spaCy."""
        self._error_handler = error_handler

    def get_error_handler(self) -> ErrorHandler:
        """Give what becomes of such documents; at first, the error is raised."""
        return self._error_handler

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002 - spaCy's
        """Write the model, so that the pipeline marks in the same way wherever it is loaded."""
        save_model(self.coding_model, path, self._card)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Self:  # noqa: ARG002 - spaCy's
        """Read the model that `to_disk` wrote. Nothing in it is run.

        Raises:
            ModelError: it is missing, damaged or newer than the program.
        """
        self._load(Path(path))
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:  # noqa: ARG002 - spaCy's
        """Return the model as the bytes of a zip."""
        with tempfile.TemporaryDirectory() as folder:
            packed = Path(folder) / "model.zip"
            save_model(self.coding_model, packed, self._card)
            return packed.read_bytes()

    def from_bytes(self, content: bytes, *, exclude: Iterable[str] = ()) -> Self:  # noqa: ARG002 - spaCy's
        """Read the model that `to_bytes` gave. Nothing in it is run.

        Raises:
            ModelError: it is no model, damaged, or newer than the program.
        """
        with tempfile.TemporaryDirectory() as folder:
            packed = Path(folder) / "model.zip"
            packed.write_bytes(content)
            self._load(packed)
        return self

    def _load(self, folder: Path) -> Model:
        self._model = load_model(folder)
        self._card = ""
        with suppress(ModelError, UnicodeDecodeError):  # a model may have no card
            self._card = read_file(folder, CARD).decode("utf-8")
        return self._model

    def _mark(self, batch: Sequence[tuple[Doc, list[Span]]]) -> list[Doc]:
        """Code the sentences of all documents in one go, and write the results into them."""
        texts = [[sentence.text.strip() for sentence in sentences] for _, sentences in batch]
        for (doc, sentences), coded in zip(
            batch, classify_documents(texts, model=self.coding_model), strict=True
        ):
            for sentence, marks in zip(sentences, coded, strict=True):
                sentence._.themes = marks.themes
                sentence._.theme_scores = dict(marks.scores)
                sentence._.stance = marks.stance
                sentence._.stance_score = marks.stance_score
            doc.spans[self.spans_key] = _span_group(doc, sentences, coded, self.spans_key)
            self._summarise(doc, coded)
        return [doc for doc, _ in batch]

    def _summarise(self, doc: Doc, coded: Sequence[CodedSentence]) -> None:
        codebook = self.coding_model.codebook
        found = Counter(theme for marks in coded for theme in marks.themes)
        ranked = sorted(codebook.in_order(found), key=lambda theme: -found[theme])
        stances = Counter(marks.stance for marks in coded)
        doc._.themes = tuple(ranked)
        doc._.theme_counts = {theme: found[theme] for theme in ranked}
        doc._.stances = {stance: stances[stance] for stance in codebook.stance_ids}
        doc._.theme_model = asdict(self.coding_model.identity)


@Language.component("reviewtheme_sentences", assigns=["token.is_sent_start", "doc.sents"])
def set_sentences(doc: Doc) -> Doc:
    """Set sentence boundaries by the rules for published reviews that `reviewtheme.classify` cuts with."""
    places = [token.idx for token in doc]
    starts = {bisect_right(places, start) - 1 for start, _ in split_text(doc.text)} | {0}
    for token in doc:
        token.is_sent_start = token.i in starts
    return doc


def displacy_colours() -> dict[str, str]:
    """Give displaCy a colour for each theme of the codebook that comes with the program, by group."""
    themes = default_codebook().themes
    groups = list(dict.fromkeys(theme.group for theme in themes))
    return {theme.id: _COLOURS[groups.index(theme.group) % len(_COLOURS)] for theme in themes}


def _set_extensions() -> None:
    for holder, values in ((Span, _SPAN_VALUES), (Doc, _DOC_VALUES)):
        for name, default in values.items():
            if not holder.has_extension(name):
                holder.set_extension(name, default=default)
        if not holder.has_extension("themes"):
            holder.set_extension("themes", getter=_themes, setter=_set_themes)


def _themes(place: Doc | Span) -> tuple[str, ...]:
    """Return the themes of a document or sentence. What was saved may come back as a list: always a tuple."""
    kept: dict[Any, Any] = place.doc.user_data
    return tuple(kept.get(_themes_key(place), ()))


def _set_themes(place: Doc | Span, themes: Sequence[str]) -> None:
    kept: dict[Any, Any] = place.doc.user_data
    kept[_themes_key(place)] = tuple(themes)


def _themes_key(place: Doc | Span) -> tuple[object, ...]:
    extent = (place.start_char, place.end_char) if isinstance(place, Span) else (None, None)
    return ("reviewtheme", "themes", *extent)


def _sentences(doc: Doc, name: str) -> list[Span]:
    """Give the sentences of a document that hold more than white space.

    Raises:
        UsageError: no sentence boundaries are set.
    """
    if not doc.text.strip():
        return []
    if not doc.has_annotation("SENT_START"):
        raise UsageError(
            f"The component '{name}' marks sentences, and no sentence boundaries are set: add a component "
            f"that sets them before it, such as nlp.add_pipe('reviewtheme_sentences', before='{name}'), or "
            "'sentencizer', 'senter' or 'parser'."
        )
    return [sentence for sentence in doc.sents if sentence.text.strip()]


def _span_group(
    doc: Doc, sentences: Sequence[Span], coded: Sequence[CodedSentence], spans_key: str
) -> SpanGroup:
    """Give a span for each mark, without the white space around the sentence."""
    spans, scores = [], []
    for sentence, marks in zip(sentences, coded, strict=True):
        if marks.themes:
            words = [token.i for token in sentence if not token.is_space]
            spans += [Span(doc, words[0], words[-1] + 1, label=theme) for theme in marks.themes]
            scores += [marks.scores[theme] for theme in marks.themes]
    return SpanGroup(doc, name=spans_key, spans=spans, attrs={"scores": scores})
