"""The estimator keeps scikit-learn's contract, as far as an estimator of texts can."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import Tags
from sklearn.utils.estimator_checks import parametrize_with_checks
from sklearn.utils.validation import check_is_fitted, validate_data

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.model import Model
from reviewtheme.training.estimator import ThemeClassifier
from reviewtheme.training.labelled import LabelledSentence

THEMES = ("information-sharing", "risk-assessment", "supervision")


class NumbersAsText(ThemeClassifier):
    """The estimator with rows of numbers written as words, so that scikit-learn's checks can feed it."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "NumbersAsText":  # noqa: ANN401, N803
        """Check as estimators of numbers do, and learn from words."""
        numbers, labels = validate_data(self, X, y, multi_output=y is not None and np.asarray(y).ndim > 1)
        return super().fit(words(numbers), labels, sample_weight)

    def predict_proba(self, X: Any) -> npt.NDArray[np.float32]:  # noqa: ANN401, N803
        """Check, and score words."""
        check_is_fitted(self)
        return super().predict_proba(words(validate_data(self, X, reset=False)))

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.one_d_array, tags.input_tags.two_d_array = False, True
        tags.input_tags.string = False
        return tags


def words(rows: npt.NDArray[Any]) -> list[str]:
    """Write each number as a word that says its column and, roughly, its size."""
    sizes = np.clip(np.round(np.asarray(rows, dtype=float) * 2), -25, 25).astype(int)
    return [
        " ".join(
            f"x{chr(97 + place % 26)}{'n' if size < 0 else 'p'}{chr(97 + abs(size))}"
            for place, size in enumerate(row)
        )
        for row in sizes.tolist()
    ]


def expected_failures(_estimator: object) -> dict[str, str]:
    """Name the checks that an estimator of texts with held-out calibration does not pass, and why."""
    return {
        "check_sample_weight_equivalence_on_dense_data": "a sentence given twice may be learned and held out",
        "check_supervised_y_2d": "a column of 0 and 1 is an indicator of one theme, no vector of classes",
        "check_methods_sample_order_invariance": "sums of 32-bit numbers depend on their order",
    }


@parametrize_with_checks(
    [NumbersAsText(start="nothing", folds=2, least_positives=1)], expected_failed_checks=expected_failures
)
@pytest.mark.filterwarnings("ignore")
def test_contract_of_scikit_learn(estimator: NumbersAsText, check: Callable[[object], None]) -> None:
    """Every check that scikit-learn has for classifiers, several outputs included."""
    check(estimator)


@pytest.fixture(scope="module")
def data(
    few_labelled: tuple[LabelledSentence, ...],
) -> tuple[list[str], npt.NDArray[np.int_], npt.NDArray[np.str_]]:
    """Give texts, an indicator of three themes, and documents."""
    indicator = np.array([[theme in s.themes for theme in THEMES] for s in few_labelled], dtype=int)
    return [s.text for s in few_labelled], indicator, np.array([s.document for s in few_labelled])


@pytest.fixture(scope="module")
def fitted_classifier(
    data: tuple[list[str], npt.NDArray[np.int_], npt.NDArray[np.str_]], small_model: Model
) -> ThemeClassifier:
    """Give a classifier that knows these texts."""
    texts, indicator, documents = data
    return ThemeClassifier(themes=THEMES, start=small_model, folds=2).fit(texts, indicator, groups=documents)


def test_marks_what_it_learned(
    fitted_classifier: ThemeClassifier, data: tuple[list[str], npt.NDArray[np.int_], npt.NDArray[np.str_]]
) -> None:
    """Probabilities, decisions and marks agree, and the marks are mostly right."""
    texts, indicator, _ = data
    marks, scores = fitted_classifier.predict(texts), fitted_classifier.predict_proba(texts)
    assert marks.shape == scores.shape == indicator.shape
    assert tuple(fitted_classifier.classes_) == THEMES
    assert ((fitted_classifier.decision_function(texts) >= 0) == marks.astype(bool)).mean() > 0.999
    assert fitted_classifier.score(texts, indicator) > 0.7
    assert fitted_classifier.predict([]).shape == (0, 3)


def test_takes_theme_ids_and_sentences_in_place(
    data: tuple[list[str], npt.NDArray[np.int_], npt.NDArray[np.str_]], small_model: Model
) -> None:
    """Lists of ids are the same as an indicator, and two columns the same as sentences in place."""
    texts, indicator, documents = data
    ids = [[THEMES[column] for column in np.flatnonzero(row)] for row in indicator]
    before = ["", *texts[:-1]]
    make = ThemeClassifier(themes=THEMES, start=small_model, folds=2)
    first = clone(make).fit(np.array([texts, before], dtype=object).T, indicator, groups=documents)
    in_place = [SentenceInPlace(text=t, previous=b) for t, b in zip(texts, before, strict=True)]
    second = clone(make).fit(in_place, ids, groups=documents)
    assert np.array_equal(first.predict_proba(in_place), second.predict_proba(in_place))


def test_takes_labels_of_data_frames_and_sparse_matrices(
    fitted_classifier: ThemeClassifier, data: tuple[list[str], npt.NDArray[np.int_], npt.NDArray[np.str_]]
) -> None:
    """As an indicator is often kept."""
    texts, indicator, documents = data
    frame, matrix = pd.DataFrame(indicator, columns=list(THEMES)), sparse.csr_matrix(indicator)
    own = fitted_classifier.score(texts, indicator)
    assert fitted_classifier.score(texts, frame) == fitted_classifier.score(texts, matrix) == own
    for labels in (frame, matrix):
        again = clone(fitted_classifier).fit(pd.Series(texts), labels, groups=documents)
        assert np.array_equal(again.predict(texts[:20]), fitted_classifier.predict(texts[:20]))


@settings(max_examples=25, deadline=None)
@given(low=st.floats(0.01, 1.0), high=st.floats(0.01, 1.0), place=st.integers(0, 200))
def test_a_higher_threshold_never_adds_a_theme(
    fitted_classifier: ThemeClassifier,
    data: tuple[list[str], npt.NDArray[np.int_], npt.NDArray[np.str_]],
    low: float,
    high: float,
    place: int,
) -> None:
    """What is marked at the higher one is marked at the lower one."""
    low, high = sorted((low, high))
    texts = data[0][place : place + 20]
    marks = [_at(fitted_classifier, threshold).predict(texts) for threshold in (low, high)]
    assert (marks[1] <= marks[0]).all()


def _at(classifier: ThemeClassifier, threshold: float) -> ThemeClassifier:
    """Give the same fitted classifier with another threshold."""
    other = ThemeClassifier(**{**classifier.get_params(deep=False), "threshold": threshold})
    other.__dict__.update({key: value for key, value in vars(classifier).items() if key.endswith("_")})
    return other


def test_searches_pipelines_and_groups(
    data: tuple[list[str], npt.NDArray[np.int_], npt.NDArray[np.str_]], small_model: Model
) -> None:
    """A grid search over a pipeline, and cross-validation by document."""
    texts, indicator, documents = data
    pipeline = make_pipeline(FunctionTransformer(_stripped), ThemeClassifier(start=small_model, folds=2))
    search = GridSearchCV(
        pipeline, {"themeclassifier__threshold": [0.2, 0.6]}, cv=GroupKFold(2), scoring="f1_micro"
    ).fit(texts, indicator, groups=documents)
    assert search.best_params_["themeclassifier__threshold"] in (0.2, 0.6)
    scores = cross_validate(
        ThemeClassifier(start=small_model, folds=2), texts, indicator, groups=documents, cv=GroupKFold(3)
    )
    assert (scores["test_score"] > 0.2).all()


def _stripped(texts: Sequence[str]) -> list[str]:
    return [text.strip() for text in texts]


def test_one_label_each(
    data: tuple[list[str], npt.NDArray[np.int_], npt.NDArray[np.str_]], small_model: Model
) -> None:
    """A vector of labels is learned as other classifiers do."""
    texts, indicator, documents = data
    labels = np.where(indicator[:, 0] == 1, "sharing", "other")
    classifier = ThemeClassifier(start=small_model, folds=2).fit(texts, labels, groups=documents)
    assert set(classifier.predict(texts)) == {"sharing", "other"}
    assert np.allclose(classifier.predict_proba(texts).sum(axis=1), 1, atol=1e-5)
    assert classifier.decision_function(texts).shape == (len(texts),)
    assert classifier.score(texts, labels) > 0.9


@pytest.mark.parametrize(
    ("texts", "labels", "message"),
    [
        ("one string", [[1]], "one string"),
        ([1, 2], [[0], [1]], "must be a sentence"),
        (["a b", "c d"], [[0], [2]], "0 and 1"),
        (["a b", "c d"], [["x"], ["y"]], "none of the themes"),
        (["a b"] * 12, [["supervision"]] * 3 + [[]] * 9, "No theme has enough labels"),
        (["a b", "c d"], None, "y to be passed"),
    ],
)
def test_what_cannot_be_learned_from_is_a_value_error(texts: Any, labels: Any, message: str) -> None:  # noqa: ANN401
    """In words that say what is wrong."""
    with pytest.raises(ValueError, match=message):
        ThemeClassifier(themes=["supervision"], start="nothing").fit(texts, labels)


def test_threshold_must_be_a_probability(fitted_classifier: ThemeClassifier) -> None:
    """At 0, everything would be marked."""
    with pytest.raises(ValueError, match="over 0"):
        _at(fitted_classifier, 0.0).predict(["Nobody told the school."])
