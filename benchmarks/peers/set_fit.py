"""SetFit: all-MiniLM-L6-v2 tuned on pairs of sentences, then logistic regression."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from setfit import SetFitModel, Trainer, TrainingArguments
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from peers import Marks, TrainingSentences
from peers.logistic import LogisticCoder
from peers.minilm import embed, load_transformer
from reviewtheme.codebook import Codebook

SHOTS = 16
"""Sentences a theme, and as many without a theme, that the transformer is tuned on."""
STEPS = 100
"""Batches of 16 pairs; more would take hours on a CPU."""


class SetFit:
    """SetFit's contrastive tuning on a sample; its logistic head on the embeddings of all sentences."""

    note: ClassVar[str] = (
        f"transformer tuned on {SHOTS} sentences a theme, {STEPS} batches of 16 pairs; head on all sentences"
    )

    def __init__(self, codebook: Codebook) -> None:  # noqa: ARG002
        self.transformer = load_transformer()
        self.coder = LogisticCoder(strength=10)

    def fit(self, sentences: TrainingSentences) -> None:
        """Tune on the sample; the threshold is chosen on documents that are not in it."""
        sample = sample_rows(sentences)
        self._tune(sentences.at(sample))
        judged = ~np.isin(sentences.documents, sentences.documents[sample])
        embeddings = embed(self.transformer, sentences.texts)
        self.coder.fit(embeddings, sentences, judged if judged.any() else None)

    def predict(self, texts: Sequence[str], previous: Sequence[str]) -> Marks:  # noqa: ARG002
        """Mark sentences by their embeddings."""
        return self.coder.predict(embed(self.transformer, texts))

    def save(self, folder: Path) -> None:
        """Write transformer and weights."""
        self.transformer.save(str(folder))
        self.coder.save(folder)

    def _tune(self, sample: TrainingSentences) -> None:
        model = SetFitModel(
            model_body=self.transformer,
            model_head=OneVsRestClassifier(LogisticRegression()),
            multi_target_strategy="one-vs-rest",
        )
        with tempfile.TemporaryDirectory() as folder:
            arguments = TrainingArguments(
                output_dir=folder,
                batch_size=16,
                max_steps=STEPS,
                seed=0,
                report_to="none",
                show_progress_bar=False,
                save_strategy="no",
            )
            trainer = Trainer(model=model, args=arguments)
            trainer.train_embeddings(list(sample.texts), sample.themes.tolist(), args=arguments)


def sample_rows(sentences: TrainingSentences) -> npt.NDArray[np.int_]:
    """Draw so many rows a theme, and so many without one, each row once."""
    random = np.random.default_rng(0)
    groups = [*sentences.themes.T.astype(bool), ~sentences.themes.any(axis=1)]
    drawn = [random.permutation(np.flatnonzero(group))[:SHOTS] for group in groups]
    return np.unique(np.concatenate(drawn))
