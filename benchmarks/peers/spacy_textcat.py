"""spaCy's `textcat_multilabel`, one for themes and stances together."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import spacy
from spacy.language import Language
from spacy.training import Example
from thinc.api import fix_random_seed

from peers import Marks, TrainingSentences
from peers.thresholds import common_threshold, document_folds
from reviewtheme.codebook import Codebook

EPOCHS = 5
_BATCH = 32
_DROPOUT = 0.2


class SpacyTextcat:
    """spaCy's default ensemble (bag of words and a convolutional network with attention), from nothing."""

    note: ClassVar[str] = (
        f"default ensemble, {EPOCHS} epochs, stances as further labels; threshold chosen on one fifth of the "
        "documents, held out once; weighs all sentences alike"
    )

    def __init__(self, codebook: Codebook) -> None:
        self.theme_ids, self.stance_ids = codebook.theme_ids, codebook.stance_ids

    def fit(self, sentences: TrainingSentences) -> None:
        """Choose the threshold with a first pipeline, then learn from all."""
        seen, unseen = next(document_folds(sentences, 5))
        first = self._train(sentences.at(seen))
        scores = self._scores(first, [sentences.texts[row] for row in unseen])[0]
        self.threshold = common_threshold(scores, sentences.themes[unseen], sentences.weights[unseen])
        self.pipeline = self._train(sentences)

    def predict(self, texts: Sequence[str], previous: Sequence[str]) -> Marks:  # noqa: ARG002
        """Mark sentences by their own words."""
        themes, stances = self._scores(self.pipeline, texts)
        return Marks(themes=themes >= self.threshold, stances=stances.argmax(axis=1))

    def save(self, folder: Path) -> None:
        """Write the pipeline."""
        self.pipeline.to_disk(folder)

    def _train(self, sentences: TrainingSentences) -> Language:
        fix_random_seed(0)
        random = np.random.default_rng(0)
        pipeline = spacy.blank("en")
        classifier = pipeline.add_pipe("textcat_multilabel")
        for label in (*self.theme_ids, *self.stance_ids):
            classifier.add_label(label)  # type: ignore[attr-defined]
        examples = [
            Example.from_dict(pipeline.make_doc(text), {"cats": self._labels(themes, stance)})
            for text, themes, stance in zip(sentences.texts, sentences.themes, sentences.stances, strict=True)
        ]
        optimizer = pipeline.initialize(lambda: examples)
        for _ in range(EPOCHS):
            order = random.permutation(len(examples))
            for start in range(0, len(order), _BATCH):
                batch = [examples[row] for row in order[start : start + _BATCH]]
                pipeline.update(batch, sgd=optimizer, drop=_DROPOUT)
        return pipeline

    def _labels(self, themes: npt.NDArray[np.int_], stance: int) -> dict[str, float]:
        marked = {label: float(mark) for label, mark in zip(self.theme_ids, themes, strict=True)}
        if stance >= 0:
            marked |= {label: float(column == stance) for column, label in enumerate(self.stance_ids)}
        return marked

    def _scores(
        self, pipeline: Language, texts: Sequence[str]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Return (sentences, themes) and (sentences, stances), 0..1."""
        found = [document.cats for document in pipeline.pipe(texts)]
        themes, stances = (
            np.array([[cats.get(label, 0.0) for label in labels] for cats in found], dtype=np.float32)
            for labels in (self.theme_ids, self.stance_ids)
        )
        return themes, stances
