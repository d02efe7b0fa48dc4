"""Embeddings of all-MiniLM-L6-v2, frozen, with logistic regression."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import torch
import transformers
from sentence_transformers import SentenceTransformer
from transformer import transformer_folder

from peers import Marks, PeerMissingError, TrainingSentences
from peers.logistic import LogisticCoder
from reviewtheme.codebook import Codebook


class MiniLMLogisticRegression:
    """sentence-transformers and scikit-learn."""

    note: ClassVar[str] = "frozen embeddings of the sentence alone, C = 10"

    def __init__(self, codebook: Codebook) -> None:  # noqa: ARG002
        self.transformer = load_transformer()
        self.coder = LogisticCoder(strength=10)

    def fit(self, sentences: TrainingSentences) -> None:
        """Embed the sentences, learn weights and threshold."""
        self.coder.fit(embed(self.transformer, sentences.texts), sentences)

    def predict(self, texts: Sequence[str], previous: Sequence[str]) -> Marks:  # noqa: ARG002
        """Mark sentences by their embeddings."""
        return self.coder.predict(embed(self.transformer, texts))

    def save(self, folder: Path) -> None:
        """Write transformer and weights."""
        self.transformer.save(str(folder))
        self.coder.save(folder)


def load_transformer() -> SentenceTransformer:
    """Load the transformer on the CPU, one thread.

    Raises:
        PeerMissingError: its weights are not the expected ones.
    """
    try:
        folder = transformer_folder()
    except SystemExit as error:
        raise PeerMissingError(f"not measured: {error}") from error
    torch.manual_seed(0)
    torch.set_num_threads(1)
    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer(str(folder), device="cpu")


def embed(transformer: SentenceTransformer, texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Return one row of length 1 a sentence."""
    return np.asarray(
        transformer.encode(list(texts), batch_size=32, show_progress_bar=False), dtype=np.float32
    )
