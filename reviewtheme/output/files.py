"""Results as files: which file each result goes to, written whole or not at all."""

import os
import tempfile
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

from reviewtheme.errors import UsageError

UNWRITABLE = "backslashreplace"
"""What becomes of what UTF-8 cannot hold (a file name may hold it): an escape, which JSON reads back."""


def write_whole(path: Path, content: str) -> None:
    """Write a text file so that it is there whole or not at all.

    Raises:
        UsageError: the folder does not exist or may not be written to.
    """
    _write_whole(path, [content])


def write_whole_if_any(path: Path, pieces: Iterable[str]) -> None:
    """Write a text file from its pieces, whole or not at all; no file where there is nothing to tell.

    Raises:
        UsageError: the folder does not exist or may not be written to.
    """
    remaining = iter(pieces)
    first = next((piece for piece in remaining if piece), None)
    if first is not None:
        _write_whole(path, chain([first], remaining))


def _write_whole(path: Path, pieces: Iterable[str]) -> None:
    try:
        handle, partial = tempfile.mkstemp(dir=path.parent or Path(), prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors=UNWRITABLE, newline="") as file:
                file.writelines(pieces)
            Path(partial).chmod(0o644)
            Path(partial).replace(path)
        except BaseException:
            Path(partial).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(
            f"'{path}' cannot be written ({error.strerror}): choose another --output."
        ) from error


def refuse_inputs(output: Path, inputs: Sequence[str]) -> None:
    """Refuse an output that is one of the inputs.

    Raises:
        UsageError: writing would replace a document.
    """
    for given in inputs:
        if _is_same_file(output, given):
            raise UsageError(f"--output '{output}' is one of the documents: choose another name.")


def name_in_folder(folder: Path, source: str, ending: str, taken: set[str]) -> Path:
    """Name a result after its document, with a number where two documents have one name."""
    stem = Path(source).name if source != "-" else "standard-input"
    name, number = f"{stem}{ending}", 2
    while name.lower() in taken:
        name, number = f"{stem}-{number}{ending}", number + 1
    taken.add(name.lower())
    return folder / name


def make_folder(folder: Path) -> None:
    """Make a folder where there is none.

    Raises:
        UsageError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The folder '{folder}' cannot be made ({error.strerror}): choose another --output."
        ) from error


def _is_same_file(output: Path, given: str) -> bool:
    try:
        return output.samefile(given)
    except (OSError, ValueError):  # one of them does not exist, or cannot
        return False
