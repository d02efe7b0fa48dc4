"""Results as files: which file each result goes to, written whole or not at all."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain, count
from pathlib import Path
from typing import IO, Any

from reviewtheme.errors import UsageError

UNWRITABLE = "backslashreplace"
"""What becomes of what UTF-8 cannot hold (a file name may hold it): an escape, which JSON reads back."""
_LONGEST_NAME = 255
"""Bytes of a file's name on the usual file systems."""
_LONGEST_PREFIX = 60
"""Characters of a file's name by which it is known while it is written."""


@contextmanager
def whole_file(path: Path, *, is_binary: bool = False) -> Iterator[IO[Any]]:
    """Give a file to write to, which is at its place whole or not at all; none where nothing was written.

    Text is UTF-8 with the line ends as given. A link stays, and what it leads to is written; a device or pipe
    (/dev/null, /dev/stdout) stays, and takes the whole.

    Raises:
        UsageError: the folder does not exist or may not be written to.
    """
    place = Path(os.path.realpath(path))
    try:
        folder = None if is_device(path) else place.parent
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{place.name[:_LONGEST_PREFIX]}.")
        partial = Path(name)
        try:
            with _opened(handle, is_binary=is_binary) as file:
                yield file
            if folder is None:
                with partial.open("rb") as whole, path.open("wb") as device:
                    shutil.copyfileobj(whole, device)
            elif partial.stat().st_size:
                partial.chmod(0o644)
                partial.replace(place)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(
            f"'{path}' cannot be written ({error.strerror}): choose another --output."
        ) from error


def write_whole(path: Path, content: str) -> None:
    """Write a text file so that it is there whole or not at all; none where the content is empty.

    Raises:
        UsageError: the folder does not exist or may not be written to.
    """
    with whole_file(path) as file:
        file.write(content)


def is_device(path: Path) -> bool:
    """Tell whether a path is a device or pipe, which takes what is written and is no file to be replaced."""
    return path.exists() and not path.is_file() and not path.is_dir()


def refuse_inputs(output: Path, inputs: Sequence[str]) -> None:
    """Refuse an output that is one of the inputs.

    Raises:
        UsageError: writing would replace a document, or put results among the documents.
    """
    for given in inputs:
        if _is_same_file(output, given):
            if output.is_dir():
                raise UsageError(
                    f"--output '{output}' is the folder of the documents, where results would be read as "
                    "documents the next time: choose another folder."
                )
            raise UsageError(f"--output '{output}' is one of the documents: choose another name.")


def name_in_folder(folder: Path, source: str, ending: str, taken: set[str]) -> Path:
    """Name a result after its document, with a number where two documents have one name.

    A name that becomes too long for file systems loses letters before the ending.
    """
    stem = Path(source).name if source != "-" else "standard-input"
    tails = chain([ending], (f"-{number}{ending}" for number in count(2)))
    name = next(name for name in (_fitting(stem, tail) for tail in tails) if name.lower() not in taken)
    taken.add(name.lower())
    return folder / name


class OutputFolder:
    """A folder in which files are made, each whole or not at all, and none in the place of a document.

    Args:
        path: the folder.
        inputs: the documents asked for.
    """

    def __init__(self, path: Path, inputs: Sequence[str] = ()) -> None:
        self.path = path
        """The folder."""
        self._inputs = inputs
        self._taken: set[str] = set()

    def file(self, name: str, *, is_binary: bool = False) -> AbstractContextManager[IO[Any]]:
        """Give a file of this name to write to."""
        path = self.path / name
        refuse_inputs(path, self._inputs)
        self._taken.add(name.lower())
        return whole_file(path, is_binary=is_binary)

    def name_for(self, source: str, ending: str) -> str:
        """Name a file after a document; no other file of the folder has that name."""
        return name_in_folder(self.path, source, ending, self._taken).name


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


def _fitting(stem: str, tail: str) -> str:
    while len(f"{stem}{tail}".encode("utf-8", "surrogatepass")) > _LONGEST_NAME:
        stem = stem[:-1]
    return f"{stem}{tail}"


def _opened(handle: int, *, is_binary: bool) -> IO[Any]:
    if is_binary:
        return os.fdopen(handle, "wb")
    return os.fdopen(handle, "w", encoding="utf-8", errors=UNWRITABLE, newline="")


def _is_same_file(output: Path, given: str) -> bool:
    try:
        return output.samefile(given)
    except (OSError, ValueError):  # one of them does not exist, or cannot
        return False
