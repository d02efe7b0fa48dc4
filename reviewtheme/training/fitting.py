"""Fit a model to labelled sentences: out-of-document scores, calibration, thresholds, then the whole."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from reviewtheme.classification.coded_review import ModelIdentity
from reviewtheme.classification.features import SentenceFeatures
from reviewtheme.classification.lexicon import default_lexicon
from reviewtheme.classification.logistic import MultiLabelLogisticRegression
from reviewtheme.classification.model import LinearWeights, Model
from reviewtheme.classification.word_vectors import WordVectors
from reviewtheme.codebook import Codebook
from reviewtheme.errors import LabelledDataError
from reviewtheme.training.calibration import choose_thresholds, fit_calibration
from reviewtheme.training.labelled import LabelledSentence, documents_of, stance_matrix, theme_matrix

Floats = npt.NDArray[np.float32]
_NEVER = -30.0
"""Log-odds of a stance that the training data never has."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """What models that had not seen a sentence's document said of it."""

    log_odds: Floats
    """(sentences, themes)"""
    stance_log_odds: Floats
    """(sentences, stances)"""


def fit_model(
    labelled: Sequence[LabelledSentence],
    codebook: Codebook,
    *,
    vectors: WordVectors | None,
    weights: Floats | None = None,
    name: str,
    version: str,
    settings: TrainingSettings | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Model, HeldOut]:
    """Fit a model, and return it with the held-out log-odds it was calibrated on.

    Args:
        labelled: sentences of at least `settings.folds` documents.
        codebook: the label space; where no sentence has a stance, the model tells none.
        vectors: static word vectors, or None for a model without.
        weights: (sentences,), what each sentence counts; None means 1.
        name: name of the model in its manifest.
        version: version of the model in its manifest.
        settings: what can be chosen; None means the defaults.
        progress: told in words what is being done.

    Raises:
        LabelledDataError: there are fewer documents than folds, or no sentence carries a theme.
    """
    chosen = settings or TrainingSettings()
    if not any(sentence.stance for sentence in labelled):
        codebook = replace(codebook, stances=())
    counts = np.ones(len(labelled), dtype=np.float32) if weights is None else weights.astype(np.float32)
    themes, stances = theme_matrix(labelled, codebook), stance_matrix(labelled, codebook)
    folds = list(document_folds(documents_of(labelled), chosen.folds))
    if not themes.any():
        raise LabelledDataError(
            f"None of the {len(labelled)} labelled sentences carries a theme: there is nothing to learn from."
        )
    progress("Turning sentences into features")
    sentences = [s.in_place for s in labelled]
    features = SentenceFeatures(default_lexicon(), vectors).fit(sentences, documents=documents_of(labelled))
    matrix = features.transform(sentences)
    held_out = HeldOut(
        log_odds=np.zeros(themes.shape, dtype=np.float32),
        stance_log_odds=np.zeros(stances.shape, dtype=np.float32),
    )
    progress(f"Scoring held-out documents, in {len(folds)} parts")
    fits = Parallel(n_jobs=chosen.jobs)(
        delayed(_fit_both)(matrix[seen], themes[seen], stances[seen], counts[seen], chosen)
        for seen, _ in folds
    )
    for (_, unseen), fitted in zip(folds, fits, strict=True):
        for layer, scores in zip(fitted, (held_out.log_odds, held_out.stance_log_odds), strict=True):
            scores[unseen] = layer.decision([("all", matrix[unseen])])
    progress("Calibrating and choosing thresholds")
    calibration = fit_calibration(held_out.log_odds, themes, counts)
    thresholds = choose_thresholds(calibration.probabilities(held_out.log_odds), themes, counts)
    progress("Fitting to all documents")
    theme_weights, stance_weights = _fit_both(matrix, themes, stances, counts, chosen)
    model = Model(
        identity=ModelIdentity(
            name=name, version=version, sha256="", codebook=f"{codebook.name} {codebook.version}"
        ),
        codebook=codebook,
        features=features,
        theme_weights=theme_weights,
        calibration=calibration,
        thresholds=thresholds,
        stance_weights=stance_weights,
        about={},
    )
    return model, held_out


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


def _fit_both(
    matrix: sparse.csr_matrix,
    themes: npt.NDArray[np.int_],
    stances: npt.NDArray[np.int_],
    weights: Floats,
    settings: TrainingSettings,
) -> tuple[LinearWeights, LinearWeights]:
    """Fit themes on all rows, and stances on the rows that have one."""
    with_stance = stances.sum(axis=1) > 0
    with threadpool_limits(limits=1, user_api="blas"):  # the same sums whatever the number of cores
        return (
            _fit_themes(matrix, themes, weights, settings.strength),
            _fit_stances(
                matrix[with_stance], stances[with_stance], weights[with_stance], settings.stance_strength
            ),
        )


def _fit_themes(
    matrix: sparse.csr_matrix, targets: npt.NDArray[np.int_], weights: Floats, strength: float
) -> LinearWeights:
    fitted = MultiLabelLogisticRegression(C=strength).fit(matrix, targets, sample_weight=weights)
    return LinearWeights(coefficients=fitted.coef_.astype(np.float16), intercepts=fitted.intercept_)


def _fit_stances(
    matrix: sparse.csr_matrix, targets: npt.NDArray[np.int_], weights: Floats, strength: float
) -> LinearWeights:
    """Fit one multinomial model; a stance that never occurs gets the odds of never."""
    coefficients = np.zeros((matrix.shape[1], targets.shape[1]), dtype=np.float16)
    intercepts = np.full(targets.shape[1], _NEVER, dtype=np.float32)
    found = np.flatnonzero(targets.sum(axis=0))
    if len(found) == 1:
        intercepts[found] = 0
    if len(found) > 1:
        fitted = LogisticRegression(C=strength, tol=1e-3, max_iter=300)
        fitted.fit(matrix, targets.argmax(axis=1), sample_weight=weights)
        binary = len(found) == 2
        coefficients[:, found] = np.vstack([-fitted.coef_, fitted.coef_] if binary else [fitted.coef_]).T / (
            1 + binary
        )
        intercepts[found] = (
            np.concatenate([-fitted.intercept_, fitted.intercept_]) / 2 if binary else fitted.intercept_
        )
    return LinearWeights(coefficients=coefficients, intercepts=intercepts)
