"""What a model is to learn from: files, or sentences, with the codebook they are held against."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from reviewtheme.classification.model import Model
from reviewtheme.codebook import Codebook, default_codebook
from reviewtheme.codebook_files import LABELS_FOUND, codebook_from_labels, label_id, read_codebook
from reviewtheme.errors import CodebookError, LabelledDataError
from reviewtheme.training.formats import LabelledData, ReadingReport, read_labelled
from reviewtheme.training.labelled import LabelledSentence

PathLike: TypeAlias = str | os.PathLike[str]
Labelled: TypeAlias = PathLike | Sequence[PathLike] | LabelledData | Sequence[LabelledSentence]
"""Files or folders of labelled data, data that were read, or sentences."""
CodebookChoice: TypeAlias = Codebook | PathLike | None
"""A codebook, the path of one, "default" for the one that comes with the program, or None for the labels that
the data have."""
_BLOCKS = 5
"""Parts that a single document is cut into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingData:
    """Sentences to learn from."""

    sentences: tuple[LabelledSentence, ...]
    """In reading order."""
    codebook: Codebook
    """The label space."""
    sources: Mapping[str, int]
    """Name of each part of the data to its number of sentences, in the order of `sentences`."""
    report: ReadingReport | None
    """What was read, skipped, and why; None for sentences that were given as such."""

    @property
    def documents(self) -> int:
        """Number of documents."""
        return len({sentence.document for sentence in self.sentences})


def training_data(
    labelled: Labelled,
    *,
    codebook: CodebookChoice = None,
    themes: Sequence[str] = (),
    start: Model | None = None,
    documents: PathLike | None = None,
    skip_unknown: bool = False,
) -> TrainingData:
    """Read labelled data, or take what was read, and decide on its codebook.

    Args:
        labelled: files or folders in any format of `read_labelled`, data that were read, or sentences.
        codebook: the label space. None makes one of the labels that the data have; where these are all of the
            start model's codebook, or of the program's own, they are a part of it, in its order and words.
        themes: ids of the themes to keep of that codebook; none means all. Labels of others are left out.
        start: the model that training starts from.
        documents: folder of the documents that the data quote (see `read_labelled`).
        skip_unknown: leave out labels that the codebook does not have, instead of refusing them.

    Raises:
        LabelledDataError: rows cannot be used, or there are none.
        CodebookError: the codebook cannot be used, or has no such theme.
    """
    chosen = chosen_codebook(codebook)
    if isinstance(labelled, str | os.PathLike):
        labelled = [labelled]
    if isinstance(labelled, LabelledData):
        data = _of_read(labelled, chosen, start)
    elif all(isinstance(item, LabelledSentence) for item in labelled):
        sentences = tuple(item for item in labelled if isinstance(item, LabelledSentence))
        data = _of_sentences(sentences, chosen, start)
    else:
        paths = [item for item in labelled if isinstance(item, str | os.PathLike)]
        if len(paths) < len(labelled):
            raise LabelledDataError("Labelled data are paths or labelled sentences, and not both together.")
        data = _of_read(_read(paths, chosen, start, documents, skip_unknown=skip_unknown), chosen, start)
    return _only(themes, data) if themes else data


def in_blocks(sentences: Sequence[LabelledSentence]) -> tuple[LabelledSentence, ...]:
    """Name five parts of a single document as documents, so that something can be held out.

    The parts are runs of sentences that follow each other, of about the same length.
    """
    return tuple(
        replace(sentence, document=f"{sentence.document}, part {place * _BLOCKS // len(sentences) + 1}")
        for place, sentence in enumerate(sentences)
    )


def chosen_codebook(codebook: CodebookChoice) -> Codebook | None:
    """Read the codebook that was chosen; None where the labels are to tell.

    Raises:
        CodebookError: it cannot be used.
    """
    if codebook is None or isinstance(codebook, Codebook):
        return codebook
    return default_codebook() if codebook == "default" else read_codebook(codebook)


def _read(
    paths: Sequence[PathLike],
    codebook: Codebook | None,
    start: Model | None,
    documents: PathLike | None,
    *,
    skip_unknown: bool,
) -> LabelledData:
    """Read files; where no codebook is given, by one that is known if it has all their labels."""
    data = read_labelled(paths, codebook, documents, skip_unknown=skip_unknown)
    whole = next((known for known in _known(start) if _knows_all(known, data.codebook)), None)
    if codebook is not None or whole is None:
        return data
    return replace(read_labelled(paths, whole, documents), codebook=_part(whole, data.codebook))


def _known(start: Model | None) -> tuple[Codebook, ...]:
    """Return the codebooks that labels found may be a part of."""
    return (*((start.codebook,) if start else ()), default_codebook())


def _of_read(data: LabelledData, codebook: Codebook | None, start: Model | None) -> TrainingData:
    sources: dict[str, int] = {}
    for file in data.report.files:
        name, number = Path(file.path).name, 2
        while name in sources:
            name, number = f"{Path(file.path).name} ({number})", number + 1
        if file.sentences:
            sources[name] = file.sentences
    given = codebook or data.codebook
    if codebook is None and given.name == LABELS_FOUND:
        whole = next((known for known in _known(start) if _has_ids(known, data.sentences)), None)
        given = _part(whole, given) if whole else given
    _check(data.sentences, given)
    return TrainingData(sentences=data.sentences, codebook=given, sources=sources, report=data.report)


def _of_sentences(
    sentences: tuple[LabelledSentence, ...], codebook: Codebook | None, start: Model | None
) -> TrainingData:
    if not sentences:
        raise LabelledDataError("There is no labelled sentence to learn from.")
    space = codebook or _codebook_of(sentences, start)
    _check(sentences, space)
    return TrainingData(
        sentences=sentences, codebook=space, sources={"labelled": len(sentences)}, report=None
    )


def _codebook_of(sentences: Sequence[LabelledSentence], start: Model | None) -> Codebook:
    """Make a codebook of the labels of sentences; a part of one that is known, where that has them all."""
    found = codebook_from_labels(
        (theme for s in sentences for theme in s.themes), stances=(s.stance for s in sentences if s.stance)
    )
    whole = next((known for known in _known(start) if _has_ids(known, sentences)), None)
    if whole is not None:
        return _part(whole, found)
    names = {label_id(theme): theme for s in sentences for theme in s.themes}
    return replace(found, themes=tuple(replace(t, id=names[t.id]) for t in found.themes))


def _check(sentences: Sequence[LabelledSentence], codebook: Codebook) -> None:
    """Refuse sentences with labels that the codebook does not have."""
    for what, known, used in (
        ("theme", codebook.theme_ids, {theme for s in sentences for theme in s.themes}),
        ("stance", codebook.stance_ids, {s.stance for s in sentences if s.stance}),
    ):
        unknown = sorted(used - set(known))
        if unknown:
            raise LabelledDataError(
                f"The {what} '{unknown[0]}' of the labelled sentences is not in codebook '{codebook.name}': "
                "name the codebook that they were labelled by."
            )


def _only(themes: Sequence[str], data: TrainingData) -> TrainingData:
    """Keep some themes."""
    kept = data.codebook.in_order(themes)
    codebook = replace(data.codebook, themes=tuple(data.codebook.theme(theme) for theme in kept))
    sentences = tuple(
        replace(s, themes=tuple(theme for theme in s.themes if theme in kept)) for s in data.sentences
    )
    return replace(data, sentences=sentences, codebook=codebook)


def _has_ids(codebook: Codebook, sentences: Sequence[LabelledSentence]) -> bool:
    """Tell whether all labels of some sentences are ids of a codebook."""
    themes = {theme for s in sentences for theme in s.themes}
    stances = {s.stance for s in sentences if s.stance}
    return bool(themes) and themes <= set(codebook.theme_ids) and stances <= set(codebook.stance_ids)


def _knows_all(codebook: Codebook, found: Codebook) -> bool:
    """Tell whether a codebook has every label of another, as a theme or as a stance, by id or by name."""
    known = {label_id(label) for t in codebook.themes for label in (t.id, t.name)}
    known |= {label_id(label) for s in codebook.stances for label in (s.id, s.name)}
    themes, stances = {theme.id for theme in found.themes}, {stance.id for stance in found.stances}
    return {label_id(label) for label in themes | stances} <= known


def _part(codebook: Codebook, found: Codebook) -> Codebook:
    """Return the part of a codebook whose themes were found, under its own ids and names."""
    labels = {label_id(theme.id) for theme in found.themes}
    kept = tuple(t for t in codebook.themes if {label_id(t.id), label_id(t.name)} & labels)
    if not kept:
        raise CodebookError(f"None of the labels is a theme of codebook '{codebook.name}'.")
    return replace(codebook, themes=kept)
