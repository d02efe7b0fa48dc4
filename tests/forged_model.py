"""Changes to the files of a model folder, as a forger makes them: the manifest names what was changed."""

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.model_folder import ENCODER, MANIFEST, VOCABULARY, WEIGHTS


def write_vocabulary(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the vocabulary and make the manifest name the changed file, as a forger would."""
    vocabulary = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
    change(vocabulary)
    forge(folder, VOCABULARY, json.dumps(vocabulary).encode())


def write_weights(folder: Path, **changes: npt.NDArray[Any] | None) -> None:
    """Change arrays (None takes one out) and make the manifest name the changed file."""
    _write_arrays(folder, WEIGHTS, changes)


def write_encoder(folder: Path, **changes: npt.NDArray[Any] | None) -> None:
    """Do the same with arrays of the encoder; one that it does not have is added."""
    _write_arrays(folder, ENCODER, changes)


def _write_arrays(folder: Path, file: str, changes: Mapping[str, npt.NDArray[Any] | None]) -> None:
    with np.load(folder / file) as stored:
        arrays = {name: stored[name] for name in stored.files} | dict(changes)
    content = io.BytesIO()
    kept = {name: np.ascontiguousarray(array) for name, array in arrays.items() if array is not None}
    np.savez(content, **kept)
    forge(folder, file, content.getvalue())


def write_manifest(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the manifest."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    change(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def forge(folder: Path, name: str, content: bytes) -> None:
    """Replace a file, and its digest in the manifest."""
    (folder / name).write_bytes(content)
    digest = {"sha256": hashlib.sha256(content).hexdigest()}
    write_manifest(folder, lambda manifest: manifest["files"].update({name: digest}))
