"""reviewtheme itself, fitted as `reviewtheme train --from nothing` does it."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np

from peers import Marks, PeerMissingError, TrainingSentences
from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.classification.word_vectors import WordVectors
from reviewtheme.codebook import Codebook
from reviewtheme.training.fitting import TrainingSettings, fit_model
from reviewtheme.training.labelled import LabelledSentence

VECTORS = Path(__file__).resolve().parent.parent.parent / "models" / "word_vectors.npz"


class ThisProject:
    """`fit_model` with the distilled word vectors; sees the sentence before."""

    note: ClassVar[str] = "reads the sentence before; thresholds a theme"

    def __init__(self, codebook: Codebook) -> None:
        if not VECTORS.is_file():
            raise PeerMissingError(f"not measured: there is no models/{VECTORS.name}")
        with np.load(VECTORS, allow_pickle=False) as arrays:
            self.vectors = WordVectors(arrays["words"].tolist(), arrays["table"])
        self.codebook = codebook

    def fit(self, sentences: TrainingSentences) -> None:
        """Fit, calibrate, choose thresholds."""
        self.model, _ = fit_model(
            self._labelled(sentences),
            self.codebook,
            vectors=self.vectors,
            weights=sentences.weights,
            name="benchmark",
            version="1",
            settings=TrainingSettings(jobs=1),
        )

    def predict(self, texts: Sequence[str], previous: Sequence[str]) -> Marks:
        """Mark sentences in their place."""
        return marks_of(self.model, texts, previous)

    def save(self, folder: Path) -> None:
        """Write the model folder."""
        save_model(self.model, folder, card="")

    def _labelled(self, sentences: TrainingSentences) -> list[LabelledSentence]:
        theme_ids, stance_ids = np.array(self.codebook.theme_ids), self.codebook.stance_ids
        return [
            LabelledSentence(
                text=text,
                previous=previous,
                document=str(document),
                themes=tuple(theme_ids[themes > 0].tolist()),
                stance=stance_ids[stance] if stance >= 0 else "",
            )
            for text, previous, themes, stance, document in zip(
                sentences.texts,
                sentences.previous,
                sentences.themes,
                sentences.stances,
                sentences.documents,
                strict=True,
            )
        ]


def marks_of(model: Model, texts: Sequence[str], previous: Sequence[str]) -> Marks:
    """Have a model mark sentences in their place."""
    pairs = zip(texts, previous, strict=True)
    coding = model.code([SentenceInPlace(text=text, previous=before) for text, before in pairs])
    return Marks(themes=coding.themes, stances=coding.stance_scores.argmax(axis=1))
