"""The flow of training: labelled data become a model, from another model or from nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model, save_model
from reviewtheme.classification.word_vectors import WordVectors
from reviewtheme.errors import LabelledDataError
from reviewtheme.training.fitting import TrainingSettings, fit_model
from reviewtheme.training.known_sentences import seen_warning
from reviewtheme.training.labelled import LabelledSentence
from reviewtheme.training.model_card import describe, write_card
from reviewtheme.training.training_data import (
    CodebookChoice,
    Labelled,
    PathLike,
    TrainingData,
    in_blocks,
    training_data,
)

_FEWEST = 10
"""Sentences that can be cut into parts of which one is held out."""
_ONE_DOCUMENT = (
    "All sentences are of one document, or no documents were named: what was held out are parts of it. "
    "Scores on other documents will be lower, and all themes share one threshold."
)

_NONE_WITHOUT = (
    "Every labelled sentence carries a theme: what sentences without one look like was not learned, and of "
    "whole documents too much will be marked. Add the sentences that no theme was given to."
)


def train(
    labelled: Labelled,
    *,
    codebook: CodebookChoice = None,
    themes: Sequence[str] = (),
    start: Model | PathLike = "default",
    output: PathLike | None = None,
    documents: PathLike | None = None,
    skip_unknown: bool = False,
    name: str = "",
    settings: TrainingSettings | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Model:
    """Learn a model from labelled sentences.

    A theme on fewer than 5 sentences, or in one document alone, is not learned: it stays as the start model
    has it, and is never marked where that does not know it. `Model.about["themes"]` and the card say so.
    Calibration and thresholds are chosen on documents that the scoring fit had not seen. Where all sentences
    are of one document, parts of it stand in for documents, and themes share one threshold.

    Args:
        labelled: files or folders in any format of `read_labelled`, data that were read, or sentences.
        codebook: a codebook, the path of one (TOML, CSV, Excel, `.qdc`), "default" for the whole codebook
            that comes with the program, or None for the labels that the data have.
        themes: ids of the themes to learn, where not all of the codebook.
        start: "default" or "accurate" for a model that comes with the program, "nothing", a model, or a
            model folder.
            Starting from a model, few labels help at once.
        output: folder to write the model to; None writes nothing.
        documents: folder of the documents that the data quote without saying where (see `read_labelled`).
        skip_unknown: leave out labels that the codebook does not have, instead of refusing them.
        name: name of the model; empty means that of the folder, or of the codebook.
        settings: what can be chosen about the fit; None means the defaults.
        progress: told in words what is being done.

    Returns:
        The model, as it was written where `output` is given; `about` has the held-out scores.

    Raises:
        LabelledDataError: rows cannot be used, or no theme has enough labels.
        CodebookError: the codebook cannot be used.
        ModelError: the start model cannot be used, or the folder cannot be written.
    """
    begin = starting_model(start)
    progress("Reading labelled data")
    data = training_data(
        labelled,
        codebook=codebook,
        themes=themes,
        start=begin,
        documents=documents,
        skip_unknown=skip_unknown,
    )
    return train_on(data, begin, output=output, name=name, settings=settings, progress=progress)


def train_on(
    data: TrainingData,
    start: Model | None,
    *,
    output: PathLike | None = None,
    name: str = "",
    settings: TrainingSettings | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Model:
    """Learn a model from data that were read; see `train`.

    Args:
        data: what to learn from.
        start: the model to start from; None means from nothing.
        output: folder to write the model to; None writes nothing.
        name: name of the model; empty means that of the folder, or of the codebook.
        settings: what can be chosen about the fit; None means the defaults.
        progress: told in words what is being done.

    Raises:
        LabelledDataError: no theme has enough labels.
        ModelError: the folder cannot be written.
    """
    sentences, chosen, notes = with_documents(data, settings or TrainingSettings())
    model, held_out = fit_model(
        sentences,
        data.codebook,
        vectors=vectors_for(start),
        name=name or (Path(output).name if output else "") or data.codebook.name,
        version="1",
        settings=chosen,
        start=start,
        progress=progress,
    )
    described = describe(
        model,
        held_out,
        data.sentences,
        data.sources,
        start=start.identity if start else None,
        notes=(*notes, *about_the_figures(data, start)),
    )
    if output is None:
        return described
    progress("Writing the model folder")
    return save_model(described, output, write_card(described))


def about_the_figures(data: TrainingData, start: Model | None) -> tuple[str, ...]:
    """Say what makes held-out figures look better than the model will be on other documents."""
    notes = []
    if start is not None:
        texts = [sentence.text for sentence in data.sentences]
        notes.append(seen_warning(texts, start.about, "the model that training started from"))
    if all(sentence.themes for sentence in data.sentences):
        notes.append(_NONE_WITHOUT)
    return tuple(note for note in notes if note)


def starting_model(start: Model | PathLike) -> Model | None:
    """Load the model to start from; None for "nothing".

    Raises:
        ModelError: it cannot be used.
    """
    if start == "nothing":
        return None
    return start if isinstance(start, Model) else load_model(start)


def vectors_for(start: Model | None) -> WordVectors | None:
    """Give the word vectors that a fit from nothing uses, those of the bundled model; a start has its own."""
    return load_model().features.vectors if start is None else None


def with_documents(
    data: TrainingData, settings: TrainingSettings
) -> tuple[Sequence[LabelledSentence], TrainingSettings, tuple[str, ...]]:
    """Return sentences of two documents at least, settings that fit their number, and what to say of it.

    Raises:
        LabelledDataError: there is one document, too short to be cut into parts.
    """
    if data.documents > 1:
        return data.sentences, replace(settings, folds=min(settings.folds, data.documents)), ()
    if len(data.sentences) < _FEWEST:
        raise LabelledDataError(
            f"There are {len(data.sentences)} labelled sentences of one document, and at least {_FEWEST} are "
            "needed: label more."
        )
    return in_blocks(data.sentences), replace(settings, common_threshold=True), (_ONE_DOCUMENT,)
