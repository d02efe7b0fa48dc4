"""fastText: averaged word and word-pair vectors, one output a theme."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Protocol, cast

import fasttext
import numpy as np
import numpy.typing as npt

from peers import Marks, TrainingSentences
from peers.thresholds import common_threshold, document_folds
from reviewtheme.codebook import Codebook

_SETTINGS = {
    "epoch": 25, "lr": 1.0, "dim": 100, "wordNgrams": 2, "minn": 3, "maxn": 5,
    "bucket": 100_000, "minCount": 2,
}  # fmt: skip
_PREFIX = "__label__"
_NO_LABEL = "none"
"""fastText skips lines without a label, so sentences without a theme have this one."""


class Scorer(Protocol):
    """What is used of a fitted fastText model."""

    def predict(
        self, texts: list[str], k: int, threshold: float
    ) -> tuple[list[list[str]], list[npt.NDArray[np.float32]]]:
        """Return labels and their probabilities, best first, for each text."""
        ...

    def save_model(self, path: str) -> None:
        """Write the model."""
        ...


class FastText:
    """fastText's supervised mode, `loss="ova"` for themes and `loss="softmax"` for the stance."""

    note: ClassVar[str] = (
        "25 epochs, 100 dimensions, word pairs and subwords, not quantised; weighs all sentences alike"
    )

    def __init__(self, codebook: Codebook) -> None:
        self.theme_ids, self.stance_ids = codebook.theme_ids, codebook.stance_ids

    def fit(self, sentences: TrainingSentences) -> None:
        """Learn both models, and the threshold by cross-validation."""
        scores = np.zeros(sentences.themes.shape)
        for seen, unseen in document_folds(sentences, 3):
            held_out = self._fit_themes(sentences.at(seen))
            scores[unseen] = _scores(held_out, [sentences.texts[row] for row in unseen], self.theme_ids)
        self.threshold = common_threshold(scores, sentences.themes, sentences.weights)
        self.themes = self._fit_themes(sentences)
        labels = [[self.stance_ids[stance]] if stance >= 0 else [] for stance in sentences.stances]
        self.stances = _train(sentences.texts, labels, loss="softmax")

    def predict(self, texts: Sequence[str], previous: Sequence[str]) -> Marks:  # noqa: ARG002
        """Mark sentences by their own words."""
        return Marks(
            themes=_scores(self.themes, texts, self.theme_ids) >= self.threshold,
            stances=_scores(self.stances, texts, self.stance_ids).argmax(axis=1),
        )

    def save(self, folder: Path) -> None:
        """Write both models."""
        self.themes.save_model(str(folder / "themes.bin"))
        self.stances.save_model(str(folder / "stances.bin"))

    def _fit_themes(self, sentences: TrainingSentences) -> Scorer:
        labels = [[self.theme_ids[c] for c in np.flatnonzero(row)] or [_NO_LABEL] for row in sentences.themes]
        return _train(sentences.texts, labels, loss="ova")


def _train(texts: Sequence[str], labels: Sequence[Sequence[str]], *, loss: str) -> Scorer:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "training.txt"
        lines = (
            " ".join([*(_PREFIX + label for label in own), _plain(text)])
            for text, own in zip(texts, labels, strict=True)
        )
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        fitted = fasttext.train_supervised(str(file), loss=loss, thread=1, verbose=0, seed=0, **_SETTINGS)
        return cast(Scorer, fitted)


def _scores(model: Scorer, texts: Sequence[str], labels: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return (sentences, labels), 0..1; a label that was never learned has 0."""
    columns = {_PREFIX + label: column for column, label in enumerate(labels)}
    scores = np.zeros((len(texts), len(labels)), dtype=np.float32)
    names, values = model.predict([_plain(text) for text in texts], k=-1, threshold=0.0)
    for row, (own, found) in enumerate(zip(names, values, strict=True)):
        for name, value in zip(own, found, strict=True):
            if name in columns:
                scores[row, columns[name]] = value
    return scores


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
