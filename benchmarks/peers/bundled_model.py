"""The models that come with reviewtheme, as models/build_*.py made them from the same sentences."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from peers import Marks, PeerMissingError, TrainingSentences
from peers.this_project import marks_of
from reviewtheme.classification.model_folder import load_model, save_model
from reviewtheme.codebook import Codebook
from reviewtheme.errors import ModelError
from reviewtheme.training.known_sentences import digests_of


class DefaultModel:
    """The bundled default model."""

    name: ClassVar[str] = "default"
    note: ClassVar[str] = "as bundled: taught by accurate, with unlabelled reports; reads the sentence before"

    def __init__(self, _: Codebook) -> None:
        try:
            self.model = load_model(self.name)
        except ModelError as error:
            raise PeerMissingError(f"not measured: {error}") from error

    def fit(self, sentences: TrainingSentences) -> None:
        """Learn nothing more, but make sure that it learned from these sentences alone."""
        training: Any = self.model.about["training"]
        given = digests_of(sentences.texts)
        known = [digest for digest in training["sentence_digests"] if digest <= given[-1]]
        if not set(known) <= set(given):
            raise PeerMissingError("not measured: it learned from other sentences than the peers here")

    def predict(self, texts: Sequence[str], previous: Sequence[str]) -> Marks:
        """Mark sentences in their place."""
        return marks_of(self.model, texts, previous)

    def save(self, folder: Path) -> None:
        """Write the model folder."""
        save_model(self.model, folder, card="")


class AccurateModel(DefaultModel):
    """The bundled model with a transformer."""

    name: ClassVar[str] = "accurate"
    note: ClassVar[str] = "as bundled: learned from the documents not kept aside; reads the sentence before"
