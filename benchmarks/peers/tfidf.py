"""TF-IDF of words and word pairs with logistic regression: the usual first model."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import joblib
from sklearn.feature_extraction.text import TfidfVectorizer

from peers import Marks, TrainingSentences
from peers.logistic import LogisticCoder
from reviewtheme.codebook import Codebook


class TfidfLogisticRegression:
    """scikit-learn's `TfidfVectorizer` and `LogisticRegression`."""

    note: ClassVar[str] = "words and pairs, sublinear, C = 30"

    def __init__(self, codebook: Codebook) -> None:  # noqa: ARG002
        self.vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        self.coder = LogisticCoder(strength=30)

    def fit(self, sentences: TrainingSentences) -> None:
        """Learn vocabulary, weights and threshold."""
        self.coder.fit(self.vectorizer.fit_transform(sentences.texts), sentences)

    def predict(self, texts: Sequence[str], previous: Sequence[str]) -> Marks:  # noqa: ARG002
        """Mark sentences by their own words."""
        return self.coder.predict(self.vectorizer.transform(texts))

    def save(self, folder: Path) -> None:
        """Write vocabulary and weights."""
        joblib.dump(self.vectorizer, folder / "vectorizer.joblib")
        self.coder.save(folder)
