"""The flow of evaluation: labelled sentences are marked, and the marks held against the labels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from reviewtheme.classification.classify import ModelChoice
from reviewtheme.classification.coded_review import ModelIdentity
from reviewtheme.classification.lexicon import default_lexicon
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model
from reviewtheme.codebook import Codebook
from reviewtheme.errors import UsageError
from reviewtheme.evaluation.evaluation_result import Baseline, Evaluation, EvaluationSetting
from reviewtheme.evaluation.mistakes import confusions_of, worst_mistakes
from reviewtheme.evaluation.predictions import Predictions, predict_by_keywords, predict_by_model
from reviewtheme.evaluation.scoring import Scorer, Truth
from reviewtheme.training.fitting import TrainingSettings, document_folds
from reviewtheme.training.known_sentences import seen_warning, share_known
from reviewtheme.training.labelled import LabelledSentence, documents_of
from reviewtheme.training.train import starting_model, train_on
from reviewtheme.training.training_data import (
    CodebookChoice,
    Labelled,
    PathLike,
    TrainingData,
    training_data,
)

_FEW_DOCUMENTS = 10
_KEYWORDS = "keyword list"
_BUNDLED = "bundled model"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationOptions:
    """What can be chosen about figures; none of it changes how sentences are marked."""

    samples: int = 1000
    """Draws of documents for the 95 % intervals; 0 leaves them out."""
    seed: int = 0
    """What the draws depend on."""
    baselines: bool = True
    """Whether the keyword list and the bundled model mark the sentences, too."""
    worst: int = 15
    """Most false marks, and most misses, that are shown with their sentence."""

    def __post_init__(self) -> None:
        """Refuse numbers that make no sense."""
        if self.samples < 0 or self.worst < 0:
            raise UsageError("The numbers of draws and of sentences to show are 0 or more.")


def evaluate(
    model: ModelChoice,
    labelled: Labelled,
    *,
    codebook: CodebookChoice = None,
    themes: Sequence[str] = (),
    documents: PathLike | None = None,
    skip_unknown: bool = False,
    options: EvaluationOptions | None = None,
) -> Evaluation:
    """Score a model on labelled sentences that it should not have learned from.

    Args:
        model: a loaded model, a model folder, or None for the bundled model.
        labelled: labelled data; sentences without a theme belong to it.
        codebook: the label space, or "default", where it is not the model's. Themes that the model does not
            know count as missed.
        themes: ids of the themes to score, where coders did not look for all of the codebook.
        documents: folder of the documents that some formats quote.
        skip_unknown: leave out labels that the codebook does not have; otherwise they are an error.
        options: what can be chosen about figures; None means the defaults.

    Raises:
        LabelledDataError: the data cannot be used; everything that is wrong is named.
        CodebookError: the codebook cannot be used, or has no such theme.
        ModelError: the model cannot be used.
    """
    chosen = model if isinstance(model, Model) else load_model(model)
    data = training_data(
        labelled,
        codebook=codebook or chosen.codebook,
        themes=themes,
        documents=documents,
        skip_unknown=skip_unknown,
    )
    identity = chosen.identity
    return assess(
        data,
        predict_by_model(chosen, data.sentences, data.codebook),
        options or EvaluationOptions(),
        Subject(name=f"{identity.name} {identity.version}", identity=identity),
        [*_unknown_themes(data.codebook, chosen), *_seen(data.sentences, chosen, "the model")],
    )


def cross_validate(
    labelled: Labelled,
    *,
    codebook: CodebookChoice = None,
    themes: Sequence[str] = (),
    start: Model | PathLike = "default",
    folds: int = 5,
    settings: TrainingSettings | None = None,
    documents: PathLike | None = None,
    skip_unknown: bool = False,
    options: EvaluationOptions | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Evaluation:
    """Score what training gives: each document is marked by a model that learned from the others alone.

    Args:
        labelled: labelled data of at least `folds` documents.
        codebook: as in `train`.
        themes: as in `train`.
        start: as in `train`. Figures flatter a start model that learned from these documents.
        folds: parts that documents are split into, 2 or more; one model is trained for each.
        settings: as in `train`; thresholds and calibration are chosen within the documents learned from.
        documents: folder of the documents that some formats quote.
        skip_unknown: leave out labels that the codebook does not have; otherwise they are an error.
        options: what can be chosen about figures; None means the defaults.
        progress: told in words what is being done.

    Raises:
        LabelledDataError: the data cannot be used, there are fewer documents than parts, or what is left to
            learn from has too few labels.
        CodebookError: the codebook cannot be used, or has no such theme.
        ModelError: the start model cannot be used.
        UsageError: there are fewer than two parts.
    """
    if folds < 2:
        raise UsageError("Cross-validation needs at least 2 parts: one to learn from, one to test on.")
    begin = starting_model(start)
    data = training_data(
        labelled,
        codebook=codebook,
        themes=themes,
        start=begin,
        documents=documents,
        skip_unknown=skip_unknown,
    )
    predictions = Predictions.nothing(len(data.sentences), data.codebook)
    for number, (seen, unseen) in enumerate(document_folds(documents_of(data.sentences), folds), 1):
        progress(f"Part {number} of {folds}: learning from {len(seen):,} sentences")
        learned = tuple(data.sentences[row] for row in seen)
        part = replace(data, sentences=learned, sources={"labelled": len(learned)}, report=None)
        model = train_on(part, begin, settings=settings)
        tested = [data.sentences[row] for row in unseen]
        predictions.put(unseen, predict_by_model(model, tested, data.codebook))
    begun = "from nothing" if begin is None else f"from {begin.identity.name} {begin.identity.version}"
    return assess(
        data,
        predictions,
        options or EvaluationOptions(),
        Subject(name=f"training {begun}, cross-validated by document in {folds} parts", folds=folds),
        _seen(data.sentences, begin, "the model that training started from") if begin else [],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What marked the sentences."""

    name: str
    """In words."""
    identity: ModelIdentity | None = None
    """The model, where it is one."""
    folds: int = 0
    """Parts of a cross-validation; 0 where it is none."""


def assess(
    data: TrainingData,
    predictions: Predictions,
    options: EvaluationOptions,
    subject: Subject,
    warnings: Sequence[str],
) -> Evaluation:
    """Hold predictions, whoever made them, against the labels of the same sentences.

    Args:
        data: labelled sentences.
        predictions: what is said of them, in the columns of the data's codebook.
        options: what can be chosen about figures.
        subject: what made the predictions.
        warnings: what to know of it before believing the figures.
    """
    codebook, sentences = data.codebook, data.sentences
    truth = Truth.of(sentences, codebook)
    scorer = Scorer(truth, samples=options.samples, seed=options.seed)
    tables = scorer.tables(predictions)
    themes = scorer.themes(predictions, tables, codebook)
    baselines, more = _baselines(data, predictions, scorer, subject) if options.baselines else ((), ())
    return Evaluation(
        setting=EvaluationSetting(
            subject=subject.name,
            model=subject.identity,
            folds=subject.folds,
            codebook=f"{codebook.name} {codebook.version}",
            sentences=len(sentences),
            documents=scorer.bootstrap.documents,
            labels=int(truth.themes.sum()),
            disputed=int((~truth.judged).sum()),
            samples=scorer.bootstrap.samples,
            seed=options.seed,
        ),
        micro=scorer.micro(tables),
        macro=scorer.macro(tables, themes),
        themes=tuple(themes),
        stance=scorer.stance(predictions, codebook),
        calibration=scorer.calibration(predictions),
        registers=tuple(scorer.registers(predictions, codebook)),
        baselines=tuple(baselines),
        confusions=confusions_of(truth, predictions, codebook),
        mistakes=worst_mistakes(sentences, truth, predictions, codebook, most=options.worst),
        warnings=(*warnings, *more, *_reading_notes(data), *_about_the_data(truth, codebook)),
    )


def _baselines(
    data: TrainingData, predictions: Predictions, scorer: Scorer, subject: Subject
) -> tuple[list[Baseline], list[str]]:
    """Mark the sentences by the keyword list and, where it is another, the bundled model."""
    codebook, sentences = data.codebook, data.sentences
    bundled = load_model()
    others = [(_KEYWORDS, predict_by_keywords(default_lexicon(), sentences, codebook))]
    warnings: list[str] = []
    if subject.identity is None or subject.identity.sha256 != bundled.identity.sha256:
        others.append((_BUNDLED, predict_by_model(bundled, sentences, codebook)))
        warnings = _seen(sentences, bundled, "the bundled model")
    compared = (scorer.baseline(name, theirs, predictions, codebook) for name, theirs in others)
    return [baseline for baseline in compared if baseline is not None], warnings


def _reading_notes(data: TrainingData) -> tuple[str, ...]:
    """Give what reading said of single files and of all of them."""
    if data.report is None:
        return ()
    return (*(note for file in data.report.files for note in file.notes), *data.report.notes)


def _unknown_themes(codebook: Codebook, model: Model) -> list[str]:
    unknown = [theme_id for theme_id in codebook.theme_ids if theme_id not in model.codebook.theme_ids]
    if not unknown:
        return []
    return [f"The model does not know these themes, and cannot mark them: {', '.join(unknown)}."]


def _seen(sentences: Sequence[LabelledSentence], model: Model, name: str) -> list[str]:
    """Warn where a model has learned from the sentences, or where its manifest does not tell."""
    texts = [sentence.text for sentence in sentences]
    if share_known(texts, model.about) is None:
        return [
            f"The manifest of {name} does not tell what it learned from: if these sentences were among that, "
            "its figures are too good."
        ]
    warning = seen_warning(texts, model.about, name)
    return [warning] if warning else []


def _about_the_data(truth: Truth, codebook: Codebook) -> list[str]:
    """Say what the data are too few for."""
    notes = []
    documents = len(np.unique(truth.documents))
    if documents == 1:
        notes.append("All sentences are of one document: no interval can be given. Name documents.")
    elif documents < _FEW_DOCUMENTS:
        notes.append(f"There are only {documents} documents: the intervals are rough, and likely too narrow.")
    absent = int((truth.themes.sum(axis=0) == 0).sum())
    if absent:
        notes.append(
            f"Themes without a label in these data: {absent} of {len(codebook.themes)}. How well they are "
            "marked is not known."
        )
    return notes
