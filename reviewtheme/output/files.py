"""Results as files: which file each result goes to, written whole or not at all."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from reviewtheme.errors import UsageError


def write_whole(path: Path, content: str) -> None:
    """Write a text file so that it is there whole or not at all.

    Raises:
        UsageError: the folder does not exist or may not be written to.
    """
    try:
        handle, partial = tempfile.mkstemp(dir=path.parent or Path(), prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(content)
            Path(partial).chmod(0o644)
            Path(partial).replace(path)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"'{path}' cannot be written ({error.strerror}): choose another --output.") from error


def refuse_inputs(output: Path, inputs: Sequence[str]) -> None:
    """Refuse an output that is one of the inputs.

    Raises:
        UsageError: writing would replace a document.
    """
    for given in inputs:
        if output.exists() and Path(given).exists() and output.samefile(given):
            raise UsageError(f"--output '{output}' is one of the documents: choose another name.")


def name_in_folder(folder: Path, source: str, ending: str, taken: set[str]) -> Path:
    """Name a result after its document, with a number where two documents have one name."""
    stem = Path(source).name if source != "-" else "standard-input"
    name, number = f"{stem}{ending}", 2
    while name.lower() in taken:
        name, number = f"{stem}-{number}{ending}", number + 1
    taken.add(name.lower())
    return folder / name
