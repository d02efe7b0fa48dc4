"""A file is opened and its container known: tables, JSON records, or a REFI-QDA archive.

Which tool made it is the readers' business; this module only knows the bytes.
"""

import json
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from reviewtheme.errors import EncodingError
from reviewtheme.reading.text_encoding import decode_text
from reviewtheme.spreadsheet import Table, read_tables

_MOST_MEMBERS = 50_000
_LARGEST_MEMBER = 256 << 20
"""Bytes that one file of an archive may unpack to; the largest real project files have some tens of
millions."""
_LARGEST_RATIO = 250
"""How many times its packed size a file of over a megabyte may unpack to; text does not reach 20."""
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
)
"""What zipfile lets through for an archive that is damaged, encrypted or packed in an unknown way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One JSON value of a file."""

    place: str
    """Where it stands: "line 3" in JSON lines, "record 3" in a JSON list."""
    value: Any
    """The value; None where `fault` says that it cannot be read."""
    fault: str = ""
    """What is wrong with it, as a clause; empty where nothing is."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """The value where it is an object; else nothing."""
        return self.value if isinstance(self.value, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A zip archive whose members are read one by one, none of them onto the disk."""

    path: Path
    """The file."""
    members: tuple[str, ...]
    """Names of the files in it."""
    _by_name: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)
    _opened: list[zipfile.ZipFile] = field(default_factory=list, init=False, repr=False, compare=False)
    """The archive, once something was read: its list of thousands of members is read once."""

    def __post_init__(self) -> None:
        """Index the members by their last names; the first of equal ones counts."""
        self._by_name.update({_last_name(member): member for member in reversed(self.members)})

    def find(self, name: str) -> str | None:
        """Find a member by its last name, whatever its folder and case; None where there is none.

        Tools do not agree on the folder: "sources", "Sources", or none.
        """
        return self._by_name.get(_last_name(name.replace("\\", "/")))

    def read(self, member: str) -> bytes:
        """Read a member.

        Raises:
            ValueError: it is damaged, or would unpack to far more than a real one; a clause.
        """
        try:
            if not self._opened:
                self._opened.append(zipfile.ZipFile(self.path))
            archive = self._opened[0]
            info = archive.getinfo(member)
            bomb = info.file_size > (1 << 20) and info.file_size > _LARGEST_RATIO * max(info.compress_size, 1)
            if bomb or info.file_size > _LARGEST_MEMBER:
                raise _TooLargeError(
                    f"its '{member}' would unpack to {info.file_size >> 20} MB (a zip bomb?)"
                )
            with archive.open(info) as opened:
                return opened.read(_LARGEST_MEMBER)
        except _TooLargeError:
            raise
        except _ZIP_ERRORS as error:
            raise ValueError(f"its '{member}' is damaged: export it again") from error


def _last_name(path: str) -> str:
    return PurePosixPath(path).name.casefold()


class _TooLargeError(ValueError):
    """A member that is not unpacked."""


_NO_TABLE = Table(sheet="", header=(), rows=())
_NO_ARCHIVE = Archive(path=Path(), members=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file, or a sheet of it, ready to be recognised."""

    path: str
    """Path of the file, for messages."""
    table: Table = _NO_TABLE
    """Its table; one without columns where it is no table."""
    records: tuple[Record, ...] = ()
    """Its JSON values, in file order; none where it is no JSON."""
    archive: Archive = _NO_ARCHIVE
    """Its archive; one without members where it is none."""


def open_file(path: Path) -> tuple[Opened, ...]:
    """Open a file: one value, or one for each sheet of a workbook.

    Raises:
        ValueError: it cannot be read at all; a clause that says why.
        MissingExtraError: it is a workbook, and openpyxl is not installed.
    """
    try:
        with path.open("rb") as file:
            is_zip = file.read(4) == b"PK\x03\x04"
        return _open_zip(path) if is_zip else _open_text(path.read_bytes(), path)
    except OSError as error:
        raise ValueError(f"it cannot be opened ({error.strerror or error}): check the path") from error


def _open_text(content: bytes, path: Path) -> tuple[Opened, ...]:
    start = content[:200].decode(
        "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "ignore"
    )
    if not content.strip():
        raise ValueError("it is empty")
    if not start.lstrip().startswith(("{", "[")):
        return _open_tables(content, path)
    try:
        text = decode_text(content, str(path)).text
    except EncodingError as error:
        raise ValueError("its bytes are no text in any encoding that is tried: save it as UTF-8") from error
    return (Opened(path=str(path), records=_records(text)),)


def _open_tables(content: bytes, path: Path) -> tuple[Opened, ...]:
    return tuple(Opened(path=str(path), table=table) for table in read_tables(content, str(path)))


def _records(text: str) -> tuple[Record, ...]:
    """Read JSON lines, or a JSON document whose list (or one object) holds the records."""
    try:
        whole = json.loads(text)
    except json.JSONDecodeError as error:
        if text.lstrip().startswith("[") and "\n[" not in text.strip():
            raise ValueError(
                f"it is JSON that is damaged or cut short at line {error.lineno}, "
                f"column {error.colno} ({error.msg})"
            ) from error
        return tuple(_line(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip())
    except RecursionError as error:
        raise ValueError("its JSON is nested too deeply to be labelled data") from error
    except ValueError as error:  # Python's own limit on figures
        raise ValueError("its JSON has a number of too many figures to be labelled data") from error
    if isinstance(whole, list):
        return tuple(Record(place=f"record {n}", value=value) for n, value in enumerate(whole, 1))
    return (Record(place="line 1", value=whole),)


def _line(number: int, line: str) -> Record:
    try:
        return Record(place=f"line {number}", value=json.loads(line))
    except (ValueError, RecursionError) as error:
        message = "nested too deeply" if isinstance(error, RecursionError) else "a number of too many figures"
        message = error.msg if isinstance(error, json.JSONDecodeError) else message
        return Record(place=f"line {number}", value=None, fault=f"it is no JSON ({message})")


def _open_zip(path: Path) -> tuple[Opened, ...]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
    except _ZIP_ERRORS as error:
        raise ValueError("it begins like a zip file, but is damaged or cut short: export it again") from error
    if "xl/workbook.xml" in names:
        return _open_tables(path.read_bytes(), path)
    if len(names) > _MOST_MEMBERS:
        raise ValueError(f"it holds {len(names)} files, far more than a project has, and is not opened")
    for name in names:
        if _leaves_folder(name):
            raise ValueError(
                f"it holds a file with the path '{name}', which leads out of the archive: not opened"
            )
    if not any(name.lower().endswith(".qde") for name in names):
        raise ValueError(
            "it is a zip archive and no REFI-QDA project: unpack it, and name the files that you mean"
        )
    return (Opened(path=str(path), archive=Archive(path=path, members=tuple(names))),)


def _leaves_folder(name: str) -> bool:
    """Tell whether a member's name would lead out of the folder it is unpacked to ("zip slip")."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return ".." in parts or name.startswith(("/", "\\")) or name[1:2] == ":"
