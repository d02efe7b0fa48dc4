"""The kind of a file is decided by its content, and others are named with what to do."""

import io
import zipfile

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.errors import (
    DamagedDocumentError,
    DocumentError,
    EmptyDocumentError,
    EncryptedDocumentError,
    UnsupportedDocumentError,
)
from reviewtheme.reading.media_type import DOCX, HTML, PDF, PLAIN_TEXT, detect_media_type

COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def zip_of(parts: dict[str, str]) -> bytes:
    """Make a zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def word_file() -> bytes:
    """Make a small Word file."""
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("The nurse rang.")
    document.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7\n", PDF),
        (b"\n\n junk before it %PDF-1.4\n", PDF),
        (b"<!DOCTYPE html><title>A</title>", HTML),
        (b"\xef\xbb\xbf  <!-- a --><!-- b -->\n<HTML lang=en>", HTML),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x"><html>', HTML),
        (b"<p class='a'>A nurse rang.</p>", HTML),
        ("<html><p>A nurse rang.</p>".encode("utf-16"), HTML),
        (b"<html><p>A page that tells of %PDF-1.4 files", HTML),
        (b"A nurse rang. <p> is a tag.", PLAIN_TEXT),
        (b"BMI was high. GIF8 and MZ and ID3 are words here.", PLAIN_TEXT),
        (b"BMI was high", PLAIN_TEXT),
        ("Roedd y nyrs yn ffonio: tŷ".encode(), PLAIN_TEXT),
        ("A nurse rang.".encode("utf-16"), PLAIN_TEXT),
        (b"<x", PLAIN_TEXT),
    ],
)
def test_kinds_that_are_read(content: bytes, media_type: str) -> None:
    """Each kind is known by its content."""
    assert detect_media_type(content, "report.bin") == media_type


def test_a_word_file_is_known_by_its_list_of_contents() -> None:
    """The name plays no part, nor does a folder called "word" in another zip file."""
    assert detect_media_type(word_file(), "report.pdf") == DOCX
    with pytest.raises(UnsupportedDocumentError, match="zip archive"):
        detect_media_type(zip_of({"word/document.xml": "<w/>"}), "a.docx")


@pytest.mark.parametrize("content", [b"", b" \r\n\t", bytes(20), b"\xef\xbb\xbf", b"\xff\xfe"])
def test_empty(content: bytes) -> None:
    """No bytes, and bytes that are only white space or a mark, are empty."""
    with pytest.raises(EmptyDocumentError, match=r"^a\.txt is empty"):
        detect_media_type(content, "a.txt")


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (COMPOUND_FILE + "WordDocument".encode("utf-16-le"), "old Word .doc file"),
        (COMPOUND_FILE + "Workbook".encode("utf-16-le"), "old Excel"),
        (COMPOUND_FILE + "PowerPoint Document".encode("utf-16-le"), "old PowerPoint"),
        (COMPOUND_FILE + "__substg1.0_".encode("utf-16-le"), "Outlook message"),
        (COMPOUND_FILE, "Office file of an old kind"),
        (b"{\\rtf1\\ansi A nurse rang.}", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (b"GIF89a\x01\0", "GIF"),
        (b"II*\0", "TIFF"),
        (b"MM\0*", "TIFF"),
        (b"BM\x36\0\0\0", "BMP"),
        (b"RIFF\0\0\0\0WEBP", "WebP"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"\0\0\0\x18ftypmp42", "video"),
        (b"ID3\x03\0", "sound"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"7z\xbc\xaf\x27\x1c\0", "7-Zip"),
        (b"Rar!\x1a\x07\0", "RAR"),
        (b"a" * 257 + b"ustar\0", "tar archive"),
        (b"\x7fELF\x02", "program"),
        (b"MZ\x90\0", "Windows program"),
        (b"%!PS-Adobe-3.0", "PostScript"),
        (b"SQLite format 3\0", "database"),
        (b"<?xml version='1.0'?><w:wordDocument/>", "XML"),
        (zip_of({"a.txt": "A nurse rang."}), "zip archive"),
        (zip_of({"mimetype": "application/vnd.oasis.opendocument.text"}), "OpenDocument text"),
        (zip_of({"mimetype": "application/epub+zip"}), "EPUB"),
        (zip_of({"[Content_Types].xml": "application/vnd...spreadsheetml.sheet.main+xml"}), "Excel"),
        (zip_of({"[Content_Types].xml": "presentationml.presentation.main+xml"}), "PowerPoint"),
        (zip_of({"Index/Document.iwa": ""}), "Apple Pages"),
        (zip_of({"[Content_Types].xml": "ms-word.document.macroEnabled.main+xml"}), "macros"),
    ],
)
def test_kinds_that_are_not_read_are_named(content: bytes, named: str) -> None:
    """The refusal names the file and its kind and says what to do."""
    with pytest.raises(UnsupportedDocumentError, match=named) as caught:
        detect_media_type(content, "a.pdf")
    assert str(caught.value).startswith("a.pdf is a")
    assert ": " in str(caught.value)


def test_an_office_file_with_a_password() -> None:
    """Word keeps an encrypted file in a compound file."""
    with pytest.raises(EncryptedDocumentError, match="password"):
        detect_media_type(COMPOUND_FILE + "EncryptedPackage".encode("utf-16-le"), "a.docx")


def test_a_zip_file_that_was_cut_short() -> None:
    """A damaged zip file is said to be damaged."""
    with pytest.raises(DamagedDocumentError, match="cut short"):
        detect_media_type(word_file()[:2000], "a.docx")


@given(st.one_of(st.binary(max_size=600), st.binary(max_size=600).map(lambda tail: b"PK\x03\x04" + tail)))
def test_any_bytes_have_a_kind_or_a_reason(content: bytes) -> None:
    """Nothing but a kind or a stated reason ever comes back."""
    try:
        outcome = detect_media_type(content, "a")
    except DocumentError as error:
        outcome = str(error)
    assert outcome in (PDF, DOCX, HTML, PLAIN_TEXT) or outcome.startswith("a ")
