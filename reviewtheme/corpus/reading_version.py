"""A digest of everything in the program that decides how a document is read, cut and coded."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable

_SOURCES = ("reading", "classification", "document.py", "sentences.py")
_LIBRARIES = (
    "charset-normalizer",
    "lxml",
    "numpy",
    "onnx",
    "onnxruntime",
    "pdfminer.six",
    "pdfplumber",
    "pikepdf",
    "pypdfium2",
    "pytesseract",
    "python-docx",
    "scipy",
    "spacy",
    "tokenizers",
    "trafilatura",
)


@cache
def reading_version() -> str:
    """Return 16 hexadecimal digits that change with the program's reading and with its libraries.

    Whether OCR is installed belongs to it: with OCR, a scan that failed can be read.
    """
    from reviewtheme.reading.ocr import missing_for_ocr

    digest = hashlib.sha256()
    root = resources.files("reviewtheme")
    for name in _SOURCES:
        for source in _python_files(root.joinpath(name)):
            digest.update(source.read_bytes())
    for library in _LIBRARIES:
        digest.update(f"{library} {_version(library)}\n".encode())
    digest.update(b"ocr" if missing_for_ocr() is None else b"no ocr")
    return digest.hexdigest()[:16]


def _python_files(place: Traversable) -> Iterator[Traversable]:
    if place.is_file():
        if place.name.endswith(".py"):
            yield place
        return
    for child in sorted(place.iterdir(), key=lambda child: child.name):
        yield from _python_files(child)


def _version(library: str) -> str:
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return "none"
