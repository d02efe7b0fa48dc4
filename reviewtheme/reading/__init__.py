"""A file becomes a `Review`: its kind is found, its text read, repaired and put in order.

    path ──open──▶ bytes ──detect──▶ media type ──reader──▶ DraftReview ──assemble──▶ Review ──facts──▶ Review

Each kind of file has one module, imported when a file of that kind comes.
"""

import hashlib
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from reviewtheme.document import Review, Source
from reviewtheme.errors import MissingExtraError, UnreadablePathError, UsageError
from reviewtheme.reading.draft import DraftReview
from reviewtheme.reading.media_type import DOCX, HTML, PDF, PLAIN_TEXT, detect_media_type

__all__ = ["ENGINES", "read", "read_text"]

ENGINES = ("auto", "pdfium", "pdfplumber")
"""What `read` can be told to read PDFs with; "auto" chooses page by page."""


def read(source: str | os.PathLike[str] | BinaryIO, *, engine: str = "auto", ocr: bool = False) -> Review:
    """Read a document: PDF, Word (.docx), web page or plain text, known by its content.

    `source` is a path, "-" for standard input, or a file opened for reading bytes. `engine` (one of
    `ENGINES`) and `ocr` concern PDFs only: pages without a text layer are read by OCR where it is
    installed, and are a warning where it is not; with `ocr`, that is an error.

    Raises a `DocumentError` that says what is wrong with the file and what to do, `MissingExtraError`
    where OCR is asked for and not installed, `UsageError` for an unknown engine.
    """
    if engine not in ENGINES:
        raise UsageError(f"There is no engine {engine!r}. Choose one of: {', '.join(ENGINES)}.")
    path, content = _open(source)
    media_type = detect_media_type(content, path)
    digest = hashlib.sha256(content).hexdigest()
    if media_type == PDF:
        file = _file_of(source)
        if file is not None:
            content = b""  # the engine takes from the file what a page needs: its bytes are let go
        draft = _read_pdf(file or content, path, engine, ocr)
    else:
        draft = _READERS[media_type](content, path)
    return _review(draft, path, digest, media_type)


def read_text(text: str, *, path: str = "-") -> Review:
    """Read text that is in memory already, as if it were the content of a plain text file.

    `path` is what messages and the result call it. Raises `EmptyDocumentError` for text without a letter.
    """
    from reviewtheme.reading.plain_text import draft_text

    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return _review(draft_text(text, path), path, digest, PLAIN_TEXT)


def _review(draft: DraftReview, path: str, digest: str, media_type: str) -> Review:
    """Put a draft in order and add what its text states about the review."""
    from reviewtheme.reading.assemble import assemble
    from reviewtheme.reading.facts import find_facts

    source = Source(path=path, sha256=digest, media_type=media_type, pages=len(draft.pages))
    review = assemble(source, draft)
    return replace(review, facts=find_facts(review))


# --- readers, one for each kind of file ------------------------------------------------------------------


def _read_pdf(content: Path | bytes, path: str, engine: str, ocr: bool) -> DraftReview:
    from reviewtheme.reading.ocr import missing_for_ocr
    from reviewtheme.reading.pdf_draft import read_pdf

    missing = missing_for_ocr() if ocr else None
    if missing:
        raise MissingExtraError(f"{path} was to be read with OCR, which is not installed. {missing}")
    return read_pdf(content, path, engine="pdfium" if engine == "auto" else engine)


def _read_docx(content: bytes, path: str) -> DraftReview:
    from reviewtheme.reading.docx import read_docx

    return read_docx(content, path)


def _read_html(content: bytes, path: str) -> DraftReview:
    from reviewtheme.reading.html import read_html

    return read_html(content, path)


def _read_plain_text(content: bytes, path: str) -> DraftReview:
    from reviewtheme.reading.plain_text import read_plain_text

    return read_plain_text(content, path)


_READERS: dict[str, Callable[[bytes, str], DraftReview]] = {
    DOCX: _read_docx,
    HTML: _read_html,
    PLAIN_TEXT: _read_plain_text,
}

# --- opening -----------------------------------------------------------------------------------------------


def _open(source: str | os.PathLike[str] | BinaryIO) -> tuple[str, bytes]:
    """Give what messages call a source, and all its bytes."""
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        return (path, sys.stdin.buffer.read()) if path == "-" else (path, _bytes_of(Path(path)))
    content = source.read()
    if not isinstance(content, bytes):
        raise UsageError("A document must be opened for reading bytes: open(path, 'rb').")
    return str(getattr(source, "name", "-")), content


def _file_of(source: str | os.PathLike[str] | BinaryIO) -> Path | None:
    """Give the path of a source that can be read again; None for a stream."""
    if isinstance(source, str | os.PathLike) and os.fspath(source) != "-":
        return Path(source)
    return None


def _bytes_of(path: Path) -> bytes:
    """Read a regular file; anything else may wait for ever, or never end."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UnreadablePathError(f"{path} is a folder: name the documents in it.")
        if not stat.S_ISREG(mode):
            raise UnreadablePathError(
                f"{path} is a device, pipe or socket: save the document as a file first."
            )
        return path.read_bytes()
    except FileNotFoundError as error:
        raise UnreadablePathError(f"{path} does not exist: check the name and the folder.") from error
    except PermissionError as error:
        raise UnreadablePathError(f"{path} may not be read: ask its owner for permission.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UnreadablePathError(f"{path} cannot be opened ({reason}): check the path.") from error
