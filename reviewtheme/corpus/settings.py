"""What a run is asked to do: what decides its results, and the limits of each document."""

from dataclasses import dataclass

DEADLINE = 300.0
"""Seconds that one document may take where nothing else is said."""
MEMORY = 2048
"""MiB that one document may take where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that a worker must know; sent to it when it starts."""

    model_folder: str | None
    """Folder of the model; None is the one that comes with the program."""
    model_sha256: str
    """Digest of the model's manifest: a worker with another model is refused."""
    engine: str
    """How PDFs are read: one of `reading.ENGINES`."""
    ocr: bool
    """Whether OCR is asked for, so that it is an error where it is missing."""
    reading_version: str
    """`reading_version()`: a worker with another program is refused."""
    deadline: float = DEADLINE
    """Seconds that one document may take."""
    memory: int = MEMORY
    """MiB that one document may take, on top of what an idle worker has."""

    @property
    def recipe(self) -> str:
        """What the result for a given content depends on; equal recipes give equal results."""
        return (
            f"model={self.model_sha256} reading={self.reading_version} engine={self.engine} ocr={self.ocr:d}"
        )
