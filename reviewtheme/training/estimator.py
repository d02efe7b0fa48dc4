"""The classifier as scikit-learn knows classifiers: lists of sentences in, an indicator of themes out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score, f1_score
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.model import Model
from reviewtheme.codebook import Codebook, Theme
from reviewtheme.errors import LabelledDataError
from reviewtheme.training.fitting import TrainingSettings, fit_model
from reviewtheme.training.labelled import LabelledSentence
from reviewtheme.training.train import starting_model, vectors_for, with_documents
from reviewtheme.training.training_data import PathLike, TrainingData

Floats = npt.NDArray[np.float32]
_FLOOR = 1e-7
"""Probabilities nearer to 0 or 1 are taken for this far off, so that their log-odds are numbers."""


class ThemeClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Marks sentences with any number of themes; an estimator for pipelines and searches of scikit-learn.

    `X` is a sequence of strings, each a sentence on its own; or has two columns, the sentence and the one
    before it; or consists of `SentenceInPlace`. `y` is an indicator, (sentences, themes) of 0 and 1, or a
    sequence with the theme ids of each sentence. One label for each sentence, as other classifiers of
    scikit-learn take it, is read as one theme each: probabilities then sum to 1, and the likeliest is told.
    A theme with too few labels is never marked (see `reviewtheme.train`), unless the start model knows it.

    Args:
        themes: ids of the themes, in the order of the columns of `y`. None means the labels that `y` has,
            sorted, or numbers from 0 for an indicator. Themes that the start model has, too, are drawn
            towards what it says of them.
        start: "default", "nothing", a model, or a model folder.
        threshold: probability, over 0 and up to 1, from which a theme is marked. None means for each theme
            that of the best F1 on held-out sentences.
        strength: inverse strength of the penalty (scikit-learn's C); None means the default.
        least_positives: number of sentences that a theme must have to be learned.
        folds: number of parts in which sentences are held out to calibrate and to choose thresholds.
        jobs: number of processes that do so.

    Attributes:
        classes_: ids of the themes, or numbers where they have none, (themes,).
        one_each_: whether each sentence has one theme.
        model_: the fitted `Model`, which `reviewtheme.classification.model_folder.save_model` can write.
    """

    def __init__(
        self,
        *,
        themes: Sequence[str] | None = None,
        start: Model | PathLike = "default",
        threshold: float | None = None,
        strength: float | None = None,
        least_positives: int = 5,
        folds: int = 5,
        jobs: int = 1,
    ) -> None:
        self.themes = themes
        self.start = start
        self.threshold = threshold
        self.strength = strength
        self.least_positives = least_positives
        self.folds = folds
        self.jobs = jobs

    def fit(
        self,
        X: Any,  # noqa: ANN401, N803
        y: Any,  # noqa: ANN401
        sample_weight: npt.ArrayLike | None = None,
        groups: Sequence[Any] | npt.NDArray[Any] | None = None,
    ) -> Self:
        """Learn.

        Args:
            X: sentences, see the class.
            y: their themes, see the class.
            sample_weight: (sentences,), what each counts; None means 1.
            groups: document of each sentence, so that whole documents are held out for calibration and
                thresholds; None means that each sentence is a document of its own.

        Raises:
            ValueError: the data cannot be learned from; the message says why.
        """
        if y is None:
            raise ValueError(
                "requires y to be passed, but the target y is None: give the themes of each sentence."
            )
        sentences, y = sentences_in_place(X), _plain(y)
        self.one_each_ = _is_one_each(y)
        self.classes_, indicator = _one_hot(y) if self.one_each_ else _indicator(y, self.themes)
        documents = np.arange(len(sentences)) if groups is None else np.asarray(groups)
        check_consistent_length(sentences, indicator, documents)
        weights = None if sample_weight is None else _weights(sample_weight, len(sentences))
        if self.one_each_ and weights is not None and indicator[weights > 0].any(axis=0).sum() < 2:
            raise ValueError("Of the sentences that count, y has one class only: at least two are needed.")
        try:
            self.model_ = self._fit(sentences, indicator, documents, weights)
        except LabelledDataError as error:
            raise ValueError(str(error)) from error
        return self

    def predict_proba(self, X: Any) -> Floats:  # noqa: ANN401, N803
        """Return calibrated probabilities 0..1, (sentences, themes)."""
        check_is_fitted(self, "model_")
        sentences = sentences_in_place(X)
        scores = self.model_.code(sentences).scores[: len(sentences)]
        if not self.one_each_:
            return scores
        scores = np.clip(scores, _FLOOR, None)
        return np.asarray(scores / scores.sum(axis=1, keepdims=True), dtype=np.float32)

    def decision_function(self, X: Any) -> Floats:  # noqa: ANN401, N803
        """Return log-odds less those of the threshold, (sentences, themes): from 0 on, a theme is marked.

        Of one theme each, return log-probabilities, and of two classes the log-odds of the second,
        (sentences,).
        """
        scores = np.clip(self.predict_proba(X), _FLOOR, 1 - _FLOOR)
        if self.one_each_:
            log_scores = np.log(scores)
            two = log_scores.shape[1] == 2
            return np.asarray(log_scores[:, 1] - log_scores[:, 0] if two else log_scores, dtype=np.float32)
        thresholds = np.clip(self._thresholds(), _FLOOR, 1 - _FLOOR)
        return np.asarray(logit(scores) - logit(thresholds), dtype=np.float32)

    def predict(self, X: Any) -> npt.NDArray[Any]:  # noqa: ANN401, N803
        """Return 0/1, (sentences, themes); of one theme each, the likeliest, (sentences,)."""
        scores = self.predict_proba(X)
        if self.one_each_:
            return np.asarray(self.classes_[scores.argmax(axis=1)])
        return np.asarray(scores >= self._thresholds(), dtype=int)

    def score(
        self,
        X: Any,  # noqa: ANN401, N803
        y: Any,  # noqa: ANN401
        sample_weight: npt.ArrayLike | None = None,
    ) -> float:
        """Return micro-F1, 0..1; of one theme each, that is the share of sentences that are right."""
        marked = self.predict(X)
        if self.one_each_:
            return float(accuracy_score(y, marked, sample_weight=sample_weight))
        _, true = _indicator(_plain(y), [str(theme) for theme in self.classes_])
        return float(f1_score(true, marked, average="micro", sample_weight=sample_weight, zero_division=0.0))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array, tags.input_tags.two_d_array = True, False
        tags.input_tags.string = True
        tags.target_tags.required = True
        tags.classifier_tags.multi_label = True
        return tags

    def _fit(
        self,
        sentences: list[SentenceInPlace],
        indicator: npt.NDArray[np.int_],
        documents: npt.NDArray[Any],
        weights: Floats | None,
    ) -> Model:
        ids = [str(theme) for theme in self.classes_]
        labelled = tuple(
            LabelledSentence(
                text=sentence.text,
                previous=sentence.previous,
                document=str(document),
                themes=tuple(ids[column] for column in np.flatnonzero(row)),
                stance="",
            )
            for sentence, row, document in zip(sentences, indicator, documents, strict=True)
        )
        codebook = Codebook(
            name="themes", version="1", themes=tuple(Theme(id=i, name=i) for i in ids), stances=()
        )
        data = TrainingData(sentences=labelled, codebook=codebook, sources={}, report=None)
        parted, settings, _ = with_documents(data, self._settings())
        start = starting_model(self.start)
        model, _ = fit_model(
            parted,
            codebook,
            vectors=vectors_for(start),
            weights=weights,
            name="ThemeClassifier",
            version="1",
            settings=settings,
            start=start,
        )
        return model

    def _settings(self) -> TrainingSettings:
        settings = TrainingSettings(folds=self.folds, jobs=self.jobs, least_positives=self.least_positives)
        if self.strength is None:
            return settings
        return replace(
            settings, strength=self.strength, start=replace(settings.start, strength=self.strength)
        )

    def _thresholds(self) -> Floats | float:
        if self.threshold is None:
            return self.model_.thresholds
        if not 0 < self.threshold <= 1:
            raise ValueError(f"threshold is {self.threshold!r}: it must be over 0 and at most 1, or None.")
        return self.threshold


def sentences_in_place(texts: Any) -> list[SentenceInPlace]:  # noqa: ANN401
    """Read what scikit-learn passes around as sentences.

    Args:
        texts: strings; rows of a sentence and the one before; or `SentenceInPlace`.

    Raises:
        ValueError: it is something else.
    """
    if isinstance(texts, str | bytes):
        raise ValueError("X is one string: give a list of sentences.")
    rows = list(np.asarray(texts, dtype=object)) if hasattr(texts, "__array__") else list(texts)
    sentences = []
    for row in rows:
        if isinstance(row, SentenceInPlace):
            sentences.append(row)
        elif isinstance(row, str):
            sentences.append(SentenceInPlace(text=row))
        elif len(parts := _parts(row)) == 2:
            sentences.append(SentenceInPlace(text=parts[0], previous=parts[1]))
        else:
            raise ValueError(
                f"X holds {row!r}: each item must be a sentence, or a sentence and the one before it."
            )
    return sentences


def _parts(row: object) -> tuple[str, ...]:
    """Return the strings of a row; none where it is no row of strings."""
    if not isinstance(row, list | tuple | np.ndarray) or not all(isinstance(part, str) for part in row):
        return ()
    return tuple(row)


def _weights(sample_weight: npt.ArrayLike, sentences: int) -> Floats:
    weights = np.asarray(sample_weight, dtype=np.float32)
    if weights.shape != (sentences,):
        raise ValueError(f"sample_weight has shape {weights.shape}, and there are {sentences} sentences.")
    if not (weights > 0).any():
        raise ValueError("Every sample_weight is zero: there is nothing to learn from.")
    return weights


def _plain(y: Any) -> Any:  # noqa: ANN401
    """Take labels out of a sparse matrix or a data frame, which are no sequences of rows."""
    if sparse.issparse(y):
        return y.toarray()
    return np.asarray(y) if hasattr(y, "__array__") else y


def _is_one_each(y: Any) -> bool:  # noqa: ANN401
    """Tell one label for each sentence from an indicator and from lists of theme ids."""
    rows = list(y)
    return bool(rows) and not any(
        isinstance(row, list | tuple | set | frozenset | np.ndarray) for row in rows
    )


def _one_hot(y: Any) -> tuple[npt.NDArray[Any], npt.NDArray[np.int_]]:  # noqa: ANN401
    """Return the classes and the indicator of one label each.

    Raises:
        ValueError: the labels are no classes, or all the same.
    """
    check_classification_targets(y)
    classes, places = np.unique(np.asarray(y), return_inverse=True)
    if len(classes) < 2:
        raise ValueError(f"y has one class only, {classes[0]!r}: at least two are needed.")
    return classes, np.eye(len(classes), dtype=int)[places]


def _indicator(y: Any, themes: Sequence[str] | None) -> tuple[npt.NDArray[Any], npt.NDArray[np.int_]]:  # noqa: ANN401
    """Return the classes and the indicator of what scikit-learn passes around as labels.

    Raises:
        ValueError: it is neither an indicator nor theme ids, or does not fit the themes.
    """
    if not _is_indicator(y):
        return _indicator_of_ids(y, themes)
    indicator = np.asarray(y)
    if indicator.ndim != 2 or not np.isin(indicator, (0, 1)).all():
        raise ValueError("y must be an indicator, (sentences, themes) of 0 and 1, or the theme ids of each.")
    if themes is not None and len(themes) != indicator.shape[1]:
        raise ValueError(f"y has {indicator.shape[1]} columns, and there are {len(themes)} themes.")
    classes = np.arange(indicator.shape[1]) if themes is None else np.array(themes)
    return classes, indicator.astype(int)


def _is_indicator(y: Any) -> bool:  # noqa: ANN401
    """Tell numbers from theme ids."""
    if hasattr(y, "__array__"):
        return np.asarray(y).dtype.kind in "biuf"
    return any(not isinstance(label, str) for row in y if not isinstance(row, str) for label in row)


def _indicator_of_ids(
    y: Any,  # noqa: ANN401
    themes: Sequence[str] | None,
) -> tuple[npt.NDArray[Any], npt.NDArray[np.int_]]:
    rows = list(y)
    if any(isinstance(row, str) or not hasattr(row, "__iter__") for row in rows):
        raise ValueError(
            "y must have the theme ids of each sentence in a list, also where it is one or none."
        )
    found = sorted({label for row in rows for label in row})
    ids = list(themes) if themes is not None else found
    unknown = sorted(set(found) - set(ids))
    if unknown:
        raise ValueError(f"y has '{unknown[0]}', which is none of the themes.")
    return np.array(ids), np.array([[theme in row for theme in ids] for row in rows], dtype=int).reshape(
        len(rows), len(ids)
    )
