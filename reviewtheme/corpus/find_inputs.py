"""Which files a run reads: files as named, and what stands in folders, in a stated order.

Arguments keep their order; a folder gives its files by name, then its sub-folders by name. Whether a
file is a document is decided by its content when it is read, never here. Hidden files and folders of a
folder (".git", ".DS_Store") and lock files of office programs ("~$…") are passed over.
"""

import hashlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from reviewtheme.corpus.outcome import FailedReview, FailureKind
from reviewtheme.errors import UnsupportedDocumentError, UsageError
from reviewtheme.reading.media_type import detect_media_type

_PASSED_OVER = (".", "~$")
_HEAD = 1 << 16
"""Bytes that tell the kind of a file that is too large to be read."""
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One file of a run."""

    path: str
    """What opens it, or "-" for standard input."""
    name: str
    """What results and messages call it: the path, with bytes that are no UTF-8 as "\\xe9"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What is known of a file's content before it is read as a document."""

    sha256: str
    """Hexadecimal digest of its bytes."""
    data: bytes | None = None
    """The bytes themselves where they cannot be read again (standard input)."""


def find_inputs(
    paths: Iterable[str | os.PathLike[str]], *, leave_out: Iterable[str | os.PathLike[str]] = ()
) -> tuple[Input, ...]:
    """Find the files of a run, each path once.

    Args:
        paths: files, folders (searched to any depth; links to folders are not followed), or "-".
        leave_out: files and folders that are not inputs where they stand in a searched folder, such as
            the output of the run.

    Raises:
        UsageError: there is not one file in the folders that were named.
    """
    given = [os.fspath(path) for path in paths]
    unwanted = {os.path.realpath(path) for path in leave_out}
    found: dict[str, Input] = {}
    for path in given:
        for file in _files(path, unwanted):
            name = readable_name(file)
            found.setdefault(name, Input(path=file, name=name))
    if given and not found:
        folders = ", ".join(f"'{readable_name(path)}'" for path in given)
        raise UsageError(f"There is no file in {folders}: name a folder that holds documents.")
    return tuple(found.values())


def readable_name(text: str) -> str:
    """Return a path (or a message with one) as text that can be written anywhere."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def look_at(file: Input, *, most_bytes: int) -> Content | FailedReview:
    """Take the digest of a file, or say why it cannot be read.

    Nothing but a regular file is ever read: a pipe could wait for ever and a device never end.

    Args:
        file: the file.
        most_bytes: size from which on a file cannot be read in the memory that a document may take.
    """
    if file.path == STANDARD_INPUT:
        data = sys.stdin.buffer.read()
        return Content(sha256=hashlib.sha256(data).hexdigest(), data=data)
    try:
        handle = os.open(file.path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        return _cannot_open(file, error)
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        return _special(file, status.st_mode)
    with os.fdopen(handle, "rb") as opened:
        if status.st_size > most_bytes:
            return _too_large(file, status.st_size, opened.read(_HEAD))
        try:
            return Content(sha256=hashlib.file_digest(opened, "sha256").hexdigest())
        except OSError as error:
            return _cannot_open(file, error)


def _files(path: str, unwanted: set[str]) -> Iterator[str]:
    if path == STANDARD_INPUT or not os.path.isdir(path):  # noqa: PTH112 - as below
        yield path
        return
    waiting = [path]
    while waiting:  # and no function that calls itself: folders may be nested deeper than Python's calls
        folder = waiting.pop()
        try:
            with os.scandir(folder) as listed:
                entries = sorted((entry.name, _is_folder(entry)) for entry in listed)
        except OSError:
            yield folder  # which cannot be read: its record will say why
            continue
        wanted = [(name, is_folder) for name, is_folder in entries if _is_wanted(folder, name, unwanted)]
        folders = [_joined(folder, name) for name, is_folder in wanted if is_folder]
        yield from (_joined(folder, name) for name, is_folder in wanted if not is_folder)
        yield from (link for link in folders if os.path.islink(link))  # noqa: PTH114 - a Path raises errors
        waiting.extend(below for below in reversed(folders) if not os.path.islink(below))  # noqa: PTH114


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_wanted(folder: str, name: str, unwanted: set[str]) -> bool:
    if name.startswith(_PASSED_OVER):
        return False
    return not unwanted or os.path.realpath(_joined(folder, name)) not in unwanted


def _joined(folder: str, name: str) -> str:
    return os.path.join(folder, name)  # noqa: PTH118 - bytes that are no UTF-8, and "./", stay as they are


def _cannot_open(file: Input, error: OSError | ValueError) -> FailedReview:
    try:
        mode = Path(file.path).lstat().st_mode
    except (OSError, ValueError):
        mode = 0
    if mode and not stat.S_ISREG(mode) and not stat.S_ISLNK(mode) and not stat.S_ISDIR(mode):
        return _special(file, mode)
    if isinstance(error, FileNotFoundError):
        what = "is a link to a file that does not exist" if stat.S_ISLNK(mode) else "does not exist"
        message = f"{file.name} {what}: check the name and the folder."
    elif isinstance(error, PermissionError):
        message = f"{file.name} may not be read: ask its owner for permission."
    else:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"{file.name} cannot be opened ({reason}): check the path."
    return FailedReview(path=file.name, kind=FailureKind.UNREADABLE_PATH, message=message)


def _special(file: Input, mode: int) -> FailedReview:
    if stat.S_ISDIR(mode):
        what = "is a link to a folder, which is not followed: name the folder itself"
    else:
        what = "is a device, pipe or socket: save the document as a file first"
    return FailedReview(path=file.name, kind=FailureKind.SPECIAL_FILE, message=f"{file.name} {what}.")


def _too_large(file: Input, size: int, head: bytes) -> FailedReview:
    try:
        detect_media_type(head + b".", file.name)
    except UnsupportedDocumentError as error:
        return FailedReview(path=file.name, kind=error.kind, message=str(error))
    except Exception:  # noqa: S110 - only the kind of file was asked for, and its size is reason enough
        pass
    message = (
        f"{file.name} has {size >> 20:,} MiB, more than one document may take in memory: "
        "allow more with --memory."
    )
    return FailedReview(path=file.name, kind=FailureKind.OUT_OF_MEMORY, message=message)
