"""What kind of file it is, decided by its bytes and never by its name.

Kinds that reviewtheme does not read are named in words, with the way out: half of them are a
"Save as" away from a kind that it does read.
"""

import re
import zipfile
import zlib
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable
from io import BytesIO
from typing import NamedTuple

from reviewtheme.errors import (
    DamagedDocumentError,
    EmptyDocumentError,
    EncryptedDocumentError,
    UnsupportedDocumentError,
)

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = "text/html"
PLAIN_TEXT = "text/plain"

ZIP_FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)
"""What Python raises over a damaged zip file."""

_READABLE = "PDF, Word (.docx), web page (HTML) or plain text"
_LARGEST_PART = 8 << 20
"""Bytes of a zip's list of contents; a real one has some kilobytes."""


def detect_media_type(content: bytes, path: str) -> str:
    """Tell the media type of a file: `PDF`, `DOCX`, `HTML` or `PLAIN_TEXT`.

    `content` is the whole file, `path` what messages call it. What has no mark of any other kind
    counts as plain text; whether it is text at all is found when it is decoded.

    Raises `EmptyDocumentError`, `UnsupportedDocumentError` for what is of another kind,
    `EncryptedDocumentError` for an Office file with a password, `DamagedDocumentError` for a broken zip.
    """
    if not content.strip(b"\0 \t\r\n\f\v") or content in (BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE):
        raise EmptyDocumentError(f"{path} is empty: there is nothing in it to read. Check the file.")
    for is_kind, media_type in _KINDS:
        if is_kind(content):
            return media_type
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_media_type(content, path)
    if content.startswith(_COMPOUND_FILE):
        raise _compound_file_error(content, path)
    for kind in _OTHER_KINDS:
        if kind.found_in(content):
            raise _unsupported(path, kind.name, kind.advice)
    return PLAIN_TEXT


def _unsupported(path: str, name: str, advice: str) -> UnsupportedDocumentError:
    return UnsupportedDocumentError(f"{path} is {name}, which reviewtheme does not read: {advice}.")


# --- kinds that are read ---------------------------------------------------------------------------

_HTML_START = re.compile(
    r"""(?: \s | <!--(?>.*?-->) | <\?xml[^>]*+> )*+               # comments and a declaration may come first
    <(?: !doctype\s+html | (?:html|head|body|title|meta|link|script|style|article|main|section|header|nav
    |div|h[1-6]|p|table|ul|ol|a|b|br|font|iframe|span|strong|em) (?:\s[^>]*)?/?> )""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def _is_pdf(content: bytes) -> bool:
    """Find the header, which readers accept anywhere in the first 1024 bytes."""
    place = content.find(b"%PDF-", 0, 1024)
    return place == 0 or (place > 0 and not _is_html(content))


def _is_html(content: bytes) -> bool:
    """Find a tag that opens a web page before any other text, as browsers do."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        start = content[:16384].decode("utf-16", errors="ignore")
    else:
        start = content[:16384].removeprefix(BOM_UTF8).decode("latin-1")
    return _HTML_START.match(start) is not None


_KINDS: tuple[tuple[Callable[[bytes], bool], str], ...] = ((_is_pdf, PDF), (_is_html, HTML))

# --- zip files -------------------------------------------------------------------------------------

_WORD_MAIN_PART = b"wordprocessingml.document.main+xml"
_SAVE_AS_DOCX = "open it in the program that made it and save it as .docx or PDF"
_PACKAGES = (
    (b"wordprocessingml.template", "a Word template", _SAVE_AS_DOCX),
    (b"ms-word", "a Word file with macros", "open it in Word and save it as .docx, which has none"),
    (b"spreadsheetml", "an Excel spreadsheet", "save the text in it as .docx, PDF or plain text"),
    (b"presentationml", "a PowerPoint presentation", "save it as PDF"),
    (b"oasis.opendocument.text", "an OpenDocument text (.odt)", _SAVE_AS_DOCX),
    (b"oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet", "save the text in it as .docx or PDF"),
    (b"oasis.opendocument", "an OpenDocument file", _SAVE_AS_DOCX),
    (b"application/epub", "an e-book (EPUB)", "convert it to PDF or .docx"),
)


def _zip_media_type(content: bytes, path: str) -> str:
    """Tell a Word file from the other kinds that are zip files, by the list of its contents."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            described = b"".join(_small_part(archive, name) for name in ("[Content_Types].xml", "mimetype"))
    except (ValueError, *ZIP_FAULTS) as error:
        raise DamagedDocumentError(
            f"{path} begins like a Word file or a zip file, but is damaged or cut short: fetch it again."
        ) from error
    if _WORD_MAIN_PART in described:
        return DOCX
    for mark, name, advice in _PACKAGES:
        if mark in described:
            raise _unsupported(path, name, advice)
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in names):
        raise _unsupported(path, "an Apple Pages, Numbers or Keynote file", "export it as .docx or PDF")
    raise _unsupported(path, "a zip archive", "unpack it and give the documents in it")


def _small_part(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read a part that describes the package; empty where there is none, or it is far too large."""
    if name not in archive.NameToInfo or archive.getinfo(name).file_size > _LARGEST_PART:
        return b""
    with archive.open(name) as part:
        return part.read(_LARGEST_PART)


# --- Office files of before 2007, and encrypted ones --------------------------------------------------

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("WordDocument", "an old Word .doc file", "open it in Word or LibreOffice and save it as .docx"),
    ("Workbook", "an old Excel spreadsheet (.xls)", "save the text in it as .docx, PDF or plain text"),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)", "save it as PDF"),
    ("__substg1.0_", "an Outlook message (.msg)", "save the message as plain text or PDF"),
)


def _compound_file_error(content: bytes, path: str) -> Exception:
    """Name the kind of an Office file of before 2007 by the streams that it holds."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return EncryptedDocumentError(
            f"{path} is an Office file that asks for a password: open it with the password and save a copy "
            "without one."
        )
    for stream, name, advice in _STREAMS:
        if stream.encode("utf-16-le") in content:
            return _unsupported(path, name, advice)
    return _unsupported(path, "an Office file of an old kind", "save it as .docx or PDF")


# --- other kinds -------------------------------------------------------------------------------------


class _OtherKind(NamedTuple):
    """A kind of file that is not read, and how to know it."""

    mark: bytes
    """The bytes that it has."""
    name: str
    """What it is, with its article."""
    advice: str
    """What to do, as a clause."""
    place: int = 0
    """Where the mark stands, in bytes from the start."""
    binary: bool = False
    """Whether the mark could begin a text too, so that a NUL byte must be near."""

    def found_in(self, content: bytes) -> bool:
        return content.startswith(self.mark, self.place) and (not self.binary or b"\0" in content[:512])


_RECOGNISE = "make a PDF of it with OCR (for instance with ocrmypdf) and give that"
_UNPACK = "unpack it and give the documents in it"
_GIVE_DOCUMENT = f"give the review itself, as {_READABLE}"
_OTHER_KINDS = (
    _OtherKind(b"{\\rtf", "a Rich Text (RTF) file", "open it in Word or LibreOffice and save it as .docx"),
    _OtherKind(b"\x89PNG\r\n", "a picture (PNG)", _RECOGNISE),
    _OtherKind(b"\xff\xd8\xff", "a picture (JPEG)", _RECOGNISE),
    _OtherKind(b"GIF8", "a picture (GIF)", _RECOGNISE, binary=True),
    _OtherKind(b"II*\0", "a picture or scan (TIFF)", _RECOGNISE),
    _OtherKind(b"MM\0*", "a picture or scan (TIFF)", _RECOGNISE),
    _OtherKind(b"BM", "a picture (BMP)", _RECOGNISE, binary=True),
    _OtherKind(b"WEBP", "a picture (WebP)", _RECOGNISE, place=8),
    _OtherKind(b"ftyphei", "a picture (HEIC)", _RECOGNISE, place=4),
    _OtherKind(b"ftyp", "a video or sound recording", _GIVE_DOCUMENT, place=4, binary=True),
    _OtherKind(b"ID3", "a sound recording", _GIVE_DOCUMENT, binary=True),
    _OtherKind(b"WAVE", "a sound recording", _GIVE_DOCUMENT, place=8, binary=True),
    _OtherKind(b"OggS", "a sound recording", _GIVE_DOCUMENT, binary=True),
    _OtherKind(b"\x1aE\xdf\xa3", "a video", _GIVE_DOCUMENT),
    _OtherKind(b"\x1f\x8b", "a packed file (gzip)", _UNPACK),
    _OtherKind(b"BZh", "a packed file (bzip2)", _UNPACK, binary=True),
    _OtherKind(b"\xfd7zXZ\0", "a packed file (xz)", _UNPACK),
    _OtherKind(b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", _UNPACK),
    _OtherKind(b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    _OtherKind(b"ustar", "a tar archive", _UNPACK, place=257),
    _OtherKind(b"\x7fELF", "a program", _GIVE_DOCUMENT),
    _OtherKind(b"MZ", "a Windows program", _GIVE_DOCUMENT, binary=True),
    _OtherKind(b"%!PS", "a PostScript file", "convert it to PDF"),
    _OtherKind(b"SQLite format 3\0", "a database (SQLite)", _GIVE_DOCUMENT),
    _OtherKind(b"<?xml", "an XML file", "save the document in it as .docx, HTML or plain text"),
    _OtherKind(b"\xef\xbb\xbf<?xml", "an XML file", "save the document in it as .docx, HTML or plain text"),
)
