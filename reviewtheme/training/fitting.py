"""Fit a model to labelled sentences: out-of-document scores, calibration, thresholds, then the whole."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from sklearn.model_selection import GroupKFold

from reviewtheme.classification.coded_review import ModelIdentity
from reviewtheme.classification.features import SentenceFeatures
from reviewtheme.classification.lexicon import default_lexicon
from reviewtheme.classification.model import Calibration, LinearWeights, Model
from reviewtheme.classification.word_vectors import WordVectors
from reviewtheme.codebook import Codebook
from reviewtheme.errors import LabelledDataError
from reviewtheme.training.calibration import choose_thresholds, fit_calibration
from reviewtheme.training.labelled import LabelledSentence, documents_of, stance_matrix, theme_matrix
from reviewtheme.training.layers import NEVER, LayerFitter, Matrix, PlainFitter, Targets
from reviewtheme.training.start import StartedFitter, StartSettings

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
LEAST_DOCUMENTS = 2
"""A theme that stands in fewer documents is not learned: what would be found is that document."""
_LEAST_STANCES = 30
"""Fewer sentences with a stance leave the start model's stances as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSettings:
    """What can be chosen about a fit."""

    strength: float = 4.0
    """Inverse strength of the penalty for themes (scikit-learn's C)."""
    stance_strength: float = 1.5
    """The same for stances."""
    folds: int = 5
    """Number of parts that documents are split into for held-out scores."""
    jobs: int = 2
    """Number of processes that score held-out documents; it changes nothing but the time."""
    start: StartSettings = field(default_factory=StartSettings)
    """What is different where a fit starts from another model."""
    least_positives: int = 5
    """A theme that fewer sentences carry is not learned: what would be found is chance."""
    common_threshold: bool = False
    """Whether all themes share one threshold, for data that are too alike to choose one each."""


class Origin(StrEnum):
    """Where a theme of a model comes from."""

    LEARNED = "learned"
    """Fitted to the labelled sentences."""
    KEPT = "kept"
    """Too few labels to learn from; as the start model has it."""
    NEVER = "never marked"
    """Too few labels to learn from, and unknown to the start model, if there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """What models that had not seen a sentence's document said of it."""

    log_odds: Floats
    """(sentences, themes); of themes that are kept, what the start model says"""
    stance_log_odds: Floats
    """(sentences, stances)"""
    origins: tuple[Origin, ...]
    """Where each theme comes from."""


def fit_model(
    labelled: Sequence[LabelledSentence],
    codebook: Codebook,
    *,
    vectors: WordVectors | None = None,
    weights: Floats | None = None,
    name: str,
    version: str,
    settings: TrainingSettings | None = None,
    start: Model | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Model, HeldOut]:
    """Fit a model, and return it with the held-out log-odds it was calibrated on.

    A theme of fewer than `settings.least_positives` sentences, or of one document alone, is not learned: it
    stays as the start model has it, and is never marked where there is none that knows it.

    Args:
        labelled: sentences of at least `settings.folds` documents.
        codebook: the label space; where no sentence has a stance, the model tells none, or those of `start`.
        vectors: static word vectors, or None for a model without; a start model brings its own.
        weights: (sentences,), what each sentence counts; None means 1.
        name: name of the model in its manifest.
        version: version of the model in its manifest.
        settings: what can be chosen; None means the defaults.
        start: the model to start from, whose features are kept; None means from nothing.
        progress: told in words what is being done.

    Raises:
        LabelledDataError: there are fewer documents than folds, no sentence carries a theme, or no theme has
            enough sentences.
    """
    chosen = settings or TrainingSettings()
    codebook = _with_stances(codebook, labelled, start)
    documents = documents_of(labelled)
    folds = list(document_folds(documents, chosen.folds))
    themes = theme_matrix(labelled, codebook)
    counts = np.ones(len(labelled), np.float32) if weights is None else weights.astype(np.float32)
    origins = _origins(themes[counts > 0], documents[counts > 0], codebook, start, chosen.least_positives)
    learned = np.array([origin is Origin.LEARNED for origin in origins])
    targets = Targets(themes=themes[:, learned], stances=stance_matrix(labelled, codebook), weights=counts)
    progress("Turning sentences into features")
    sentences = [s.in_place for s in labelled]
    features = start.features if start else _new_features(vectors, documents).fit(sentences, documents)
    matrix = features.transform(sentences)
    fitter = _fitter(matrix, chosen, start, np.array(codebook.theme_ids)[learned])
    progress(f"Scoring held-out documents, in {len(folds)} parts")
    log_odds, stance_log_odds = _score_held_out(fitter, folds, targets, chosen.jobs)
    progress("Calibrating and choosing thresholds")
    calibration = fit_calibration(log_odds, targets.themes, targets.weights)
    scores = calibration.probabilities(log_odds)
    thresholds = choose_thresholds(
        scores,
        targets.themes,
        targets.weights,
        common=chosen.common_threshold,
        usual=float(np.median(start.thresholds)) if start else None,
    )
    progress("Fitting to all documents")
    theme_weights, stance_weights = fitter.fit(np.arange(len(labelled)), targets)
    found = _Themes(weights=theme_weights, calibration=calibration, thresholds=thresholds, log_odds=log_odds)
    if not learned.all():
        found = _with_unlearned(found, origins, codebook, matrix, start)
    if start and _keeps_stances(labelled, codebook, start):
        stance_weights, stance_log_odds = start.stance_weights, start.stance_weights.decision([("", matrix)])
    model = Model(
        identity=ModelIdentity(
            name=name, version=version, sha256="", codebook=f"{codebook.name} {codebook.version}"
        ),
        codebook=codebook,
        features=features,
        theme_weights=found.weights,
        calibration=found.calibration,
        thresholds=found.thresholds,
        stance_weights=stance_weights,
        about={},
    )
    return model, HeldOut(log_odds=found.log_odds, stance_log_odds=stance_log_odds, origins=origins)


def document_folds(
    documents: npt.NDArray[np.str_], folds: int
) -> Iterator[tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]]:
    """Split sentence indices so that no document stands on both sides.

    Raises:
        LabelledDataError: there are fewer documents than folds.
    """
    found = len(set(documents))
    if found < folds:
        raise LabelledDataError(
            f"Scores on unseen documents need labelled sentences of at least {folds} documents, "
            f"and there are {found}: add documents, or name them in the data."
        )
    yield from GroupKFold(folds).split(documents, groups=documents)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Themes:
    """What was found out about themes."""

    weights: LinearWeights
    calibration: Calibration
    thresholds: Floats
    log_odds: Floats
    """(sentences, themes), held out"""


def _with_stances(codebook: Codebook, labelled: Sequence[LabelledSentence], start: Model | None) -> Codebook:
    """Give the codebook the stances that the model tells: if none is labelled, none or the start model's."""
    if any(sentence.stance for sentence in labelled):
        return codebook
    return replace(codebook, stances=start.codebook.stances if start else ())


def _keeps_stances(labelled: Sequence[LabelledSentence], codebook: Codebook, start: Model) -> bool:
    """Tell whether the stances stay as the start model has them: they are its own, and few are labelled."""
    own = codebook.stance_ids == start.codebook.stance_ids
    return own and sum(bool(sentence.stance) for sentence in labelled) < _LEAST_STANCES


def _origins(
    themes: npt.NDArray[np.int_],
    documents: npt.NDArray[np.str_],
    codebook: Codebook,
    start: Model | None,
    least: int,
) -> tuple[Origin, ...]:
    """Decide which themes can be learned.

    Raises:
        LabelledDataError: none can.
    """
    if not themes.any():
        raise LabelledDataError(
            f"None of the {len(themes)} labelled sentences carries a theme: there is nothing to learn from."
        )
    positives = themes.sum(axis=0)
    places = [len(set(documents[column > 0])) for column in themes.T]
    known = start.codebook.theme_ids if start else ()
    origins = tuple(
        Origin.LEARNED
        if number >= least and spread >= min(LEAST_DOCUMENTS, least)
        else Origin.KEPT
        if theme_id in known
        else Origin.NEVER
        for number, spread, theme_id in zip(positives, places, codebook.theme_ids, strict=True)
    )
    if Origin.LEARNED not in origins:
        best = int(positives.argmax())
        raise LabelledDataError(
            f"No theme has enough labels to learn from: '{codebook.theme_ids[best]}', which has the most, is "
            f"on {positives[best]} sentences of {places[best]} documents, and {least} of "
            f"{LEAST_DOCUMENTS} are needed. Label more; 'reviewtheme suggest' finds sentences that help most."
        )
    learned = np.array([origin is Origin.LEARNED for origin in origins])
    if themes[:, learned].all():
        name = codebook.theme_ids[int(learned.argmax())]
        raise LabelledDataError(
            f"'{name}' is on each of the {len(themes)} labelled sentences: there is nothing to tell it apart "
            "from. Add sentences that do not carry it."
        )
    return origins


def _new_features(vectors: WordVectors | None, documents: npt.NDArray[np.str_]) -> SentenceFeatures:
    """Give features whose phrases stand in at least three documents, or in all where there are fewer."""
    return SentenceFeatures(default_lexicon(), vectors, min_df=min(3, len(set(documents))))


def _fitter(
    matrix: Matrix, settings: TrainingSettings, start: Model | None, theme_ids: npt.NDArray[np.str_]
) -> LayerFitter:
    if start is None:
        return PlainFitter(matrix, settings.strength, settings.stance_strength)
    there = {theme_id: column for column, theme_id in enumerate(start.codebook.theme_ids)}
    known = {column: there[theme_id] for column, theme_id in enumerate(theme_ids) if theme_id in there}
    return StartedFitter(start, matrix, settings.start, known)


def _score_held_out(
    fitter: LayerFitter,
    folds: Sequence[tuple[npt.NDArray[np.int_], npt.NDArray[np.int_]]],
    targets: Targets,
    jobs: int,
) -> tuple[Floats, Floats]:
    """Return log-odds of themes and stances for every sentence, by fits to other documents."""
    log_odds = np.zeros(targets.themes.shape, dtype=np.float32)
    stance_log_odds = np.zeros(targets.stances.shape, dtype=np.float32)
    scored = Parallel(n_jobs=jobs)(delayed(fitter.score)(seen, unseen, targets) for seen, unseen in folds)
    for (_, unseen), scores in zip(folds, scored, strict=True):
        log_odds[unseen], stance_log_odds[unseen] = scores
    return log_odds, stance_log_odds


def _with_unlearned(
    learned: _Themes,
    origins: Sequence[Origin],
    codebook: Codebook,
    matrix: Matrix,
    start: Model | None,
) -> _Themes:
    """Add the themes that were not learned, as the start model has them or so that they are never marked."""
    own = np.array([origin is Origin.LEARNED for origin in origins])
    coefficients = np.zeros((matrix.shape[1], len(origins)), dtype=np.float16)
    log_odds = np.full((matrix.shape[0], len(origins)), NEVER, dtype=np.float32)
    intercepts = np.full(len(origins), NEVER, dtype=np.float32)
    slopes, offsets, thresholds = np.ones((3, len(origins)), dtype=np.float32)
    offsets[:] = 0
    coefficients[:, own], intercepts[own] = learned.weights.coefficients, learned.weights.intercepts
    slopes[own], offsets[own] = learned.calibration.slopes, learned.calibration.offsets
    thresholds[own], log_odds[:, own] = learned.thresholds, learned.log_odds
    if start and Origin.KEPT in origins:
        kept = np.array([origin is Origin.KEPT for origin in origins])
        there = [start.codebook.theme_ids.index(i) for i in np.array(codebook.theme_ids)[kept]]
        coefficients[:, kept] = start.theme_weights.coefficients[:, there]
        intercepts[kept] = start.theme_weights.intercepts[there]
        slopes[kept], offsets[kept] = start.calibration.slopes[there], start.calibration.offsets[there]
        thresholds[kept] = start.thresholds[there]
        log_odds[:, kept] = start.theme_weights.decision([("", matrix)])[:, there]
    return _Themes(
        weights=LinearWeights(coefficients=coefficients, intercepts=intercepts),
        calibration=Calibration(slopes=slopes, offsets=offsets),
        thresholds=thresholds,
        log_odds=log_odds,
    )
