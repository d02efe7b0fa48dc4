"""The files that a model is made of, in a folder or in one zip: found, measured, then read.

A model may come from anybody. Nothing is read before its size is known, nothing is unpacked to the
disk, and a zip that holds anything but the files of a model at its top is refused whole.
"""

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from reviewtheme.errors import ModelError

MANIFEST, VOCABULARY, WEIGHTS, CARD = "manifest.json", "vocabulary.json", "weights.npz", "MODEL_CARD.md"
ENCODER = "encoder.npz"
NEEDED = (MANIFEST, VOCABULARY, WEIGHTS)
LIMITS = {MANIFEST: 4 << 20, VOCABULARY: 64 << 20, WEIGHTS: 256 << 20, ENCODER: 256 << 20, CARD: 4 << 20}
"""Most bytes that a file of a model may have, before and after unpacking."""
ZIP_FAULTS = (
    OSError,
    ValueError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What Python raises over a damaged zip."""
_TIGHTEST = 200
"""Bytes that one byte of a zip may unpack to; words take 5, numbers 1, and a bomb a thousand."""
_LARGEST_DIRECTORY = 64 << 10
"""Bytes of a zip's list of contents; that of a model has some 300."""
_DIRECTORY_END = struct.Struct("<4s4H2LH")


def is_zip_path(path: Path) -> bool:
    """Tell from its name whether a model is to be written as one zip."""
    return path.suffix.lower() == ".zip"


def read_file(model: Path, name: str) -> bytes:
    """Read one of the files of a model, which is a folder or a zip.

    Raises:
        ModelError: there is no such model or file, it is larger than a model needs, or the zip is forged.
    """
    return _from_zip(model, name) if _is_file(model) else _from_folder(model / name)


def write_files(model: Path, contents: Mapping[str, bytes]) -> None:
    """Write the files of a model to a folder, or to one zip where the name ends in ".zip".

    Each file appears whole or not at all, the manifest last.

    Raises:
        ModelError: the folder or the zip cannot be written.
    """
    try:
        if is_zip_path(model):
            _replace(model, _zipped(contents))
            return
        model.mkdir(parents=True, exist_ok=True)
        for name in sorted(contents, key=lambda name: name == MANIFEST):
            _replace(model / name, contents[name])
    except OSError as error:
        raise ModelError(
            f"The model cannot be written to '{model}' ({error.strerror}): choose another folder."
        ) from error


def _replace(path: Path, content: bytes) -> None:
    partial = path.with_name(f".{path.name}.partial")
    partial.write_bytes(content)
    partial.replace(path)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


# --- a folder ----------------------------------------------------------------------------------------------


def _from_folder(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as file:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise ModelError(
                    f"'{path}' is a device, pipe or socket, and no file of a model: it is not used."
                )
            if status.st_size > LIMITS[path.name]:
                raise _too_large(path)
            return file.read(status.st_size)
    except (FileNotFoundError, NotADirectoryError) as error:
        if path.name == MANIFEST:
            raise ModelError(
                f"There is no model in '{path.parent}': name a folder or a zip that holds a {MANIFEST}."
            ) from error
        raise ModelError(f"'{path}' is missing: copy or train the model again.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ModelError(f"'{path}' cannot be read ({reason}): copy or train the model again.") from error


def _too_large(path: Path) -> ModelError:
    return ModelError(f"'{path}' is larger than a model needs ({LIMITS[path.name]} bytes): it is not used.")


# --- a zip -------------------------------------------------------------------------------------------------


def _from_zip(model: Path, name: str) -> bytes:
    try:
        with model.open("rb") as file:
            _check_size(model, file)
            with zipfile.ZipFile(file) as archive:
                members = _members(model, archive)
                if name not in members:
                    raise _refused(model, f"it lacks {name}")
                with archive.open(members[name]) as member:
                    content = member.read(LIMITS[name] + 1)
                if len(content) != members[name].file_size:
                    raise _refused(model, f"'{name}' in it is not as long as it says")
                return content
    except ZIP_FAULTS as error:
        raise ModelError(
            f"There is no model in '{model}', or it is damaged ({_one_line(error)}): copy the zip or train "
            "the model again."
        ) from error


def _check_size(model: Path, file: io.BufferedReader) -> None:
    """Refuse a zip that is no zip, or that is too large to be looked through, by its last bytes."""
    size = file.seek(0, os.SEEK_END)
    if size > sum(LIMITS.values()):
        raise _refused(model, "it is larger than a model needs")
    file.seek(max(0, size - _DIRECTORY_END.size - 0xFFFF))
    tail = file.read()
    place = tail.rfind(b"PK\5\6")
    if place < 0 or len(tail) - place < _DIRECTORY_END.size:
        raise ModelError(f"There is no model in '{model}': name a folder or a zip that holds a {MANIFEST}.")
    directory = _DIRECTORY_END.unpack_from(tail, place)
    if directory[5] > _LARGEST_DIRECTORY or b"PK\6\7" in tail:
        raise _refused(model, "its list of contents is larger than a model needs")
    file.seek(0)
    if file.read(4) != b"PK\3\4":
        raise _refused(model, "something stands in it before the zip begins")


def _members(model: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return what a zip holds by name, if that is the files of a model and nothing else."""
    members: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.orig_filename
        if name not in LIMITS:
            raise _refused(
                model,
                f"it holds {_one_line(name)!r}, and a model has {', '.join(LIMITS)} and nothing else",
            )
        if name in members:
            raise _refused(model, f"it holds two files called '{name}'")
        if fault := _fault(member):
            raise _refused(model, f"'{name}' in it {fault}")
        members[name] = member
    missing = [name for name in NEEDED if name not in members]
    if missing:
        raise _refused(model, f"it lacks {' and '.join(missing)}")
    return members


def _fault(member: zipfile.ZipInfo) -> str:
    """Say why a member is not read; empty where nothing is wrong with it."""
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "is a link or a device, and no file"
    if member.flag_bits & 0x1:
        return "is encrypted"
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in a way that is not read"
    if member.file_size > LIMITS[member.orig_filename]:
        return f"is larger than a model needs ({LIMITS[member.orig_filename]} bytes)"
    if member.file_size > _TIGHTEST * (member.compress_size + 64):
        return "unpacks to more than a model needs (a zip bomb, perhaps)"
    return ""


def _refused(model: Path, why: str) -> ModelError:
    return ModelError(f"'{model}' is not used as a model: {why}. Get the model from where it was made.")


def _one_line(value: object) -> str:
    """Return a text out of a zip as one short line."""
    text = str(value)
    return "".join(c if c.isprintable() else "?" for c in text[:80]) + ("…" if len(text) > 80 else "")


def _zipped(contents: Mapping[str, bytes]) -> bytes:
    """Pack the files of a model; the bytes depend on the files alone, not on the clock."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in (name for name in LIMITS if name in contents):
            member = zipfile.ZipInfo(name)
            member.external_attr = (stat.S_IFREG | 0o644) << 16
            kind = zipfile.ZIP_STORED if name in (WEIGHTS, ENCODER) else zipfile.ZIP_DEFLATED
            archive.writestr(member, contents[name], kind, 9)
    return packed.getvalue()
