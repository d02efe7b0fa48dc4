"""A PDF file becomes blocks: its pages are read, those without text by OCR, and their layout repaired."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from reviewtheme.document import Page, ReadingWarning
from reviewtheme.errors import DamagedDocumentError, DocumentError, MissingExtraError, NoTextLayerError
from reviewtheme.reading.draft import DraftReview
from reviewtheme.reading.layout import repair_layout
from reviewtheme.reading.ocr import RESOLUTION, missing_for_ocr, read_picture
from reviewtheme.reading.pdf import read_pages, render_page
from reviewtheme.reading.printed_page import PrintedPage


def read_pdf(
    content: Path | bytes, path: str, *, engine: str = "pdfium", ocr: bool | None = None
) -> DraftReview:
    """Read a PDF; `content` is its path or its bytes, `path` what messages call it.

    `engine` is "pdfium" (the fast way) or "pdfplumber" (the slow one, as a check on it). Pages
    without text are read by OCR where it is installed, and named in `warnings` where it is not;
    `ocr` set to False leaves them unread, set to True asks that it be installed.

    Raises `EncryptedDocumentError`, `DamagedDocumentError`, `NoTextLayerError` where no page has
    text, `MissingExtraError` where OCR is asked for and missing, or `UsageError` for an unknown engine.
    """
    missing = missing_for_ocr()
    if ocr and missing:
        raise MissingExtraError(f"{path} cannot be read with OCR, because it is not installed. {missing}")
    warnings: list[ReadingWarning] = []
    pages = read_pages(content, name=path, engine=engine)
    if ocr is not False and missing is None:
        pages = (_read_by_ocr(content, page) if _is_picture(page) else page for page in pages)
    draft = repair_layout(_noting(pages, warnings))
    if not any(page.characters for page in draft.pages) and not draft.blocks:
        raise _nothing_to_read(draft.pages, path)
    return replace(draft, warnings=tuple(warnings))


def _noting(pages: Iterator[PrintedPage], warnings: list[ReadingWarning]) -> Iterator[PrintedPage]:
    """Pages as they come, what is to be said about them noted."""
    for page in pages:
        if warning := _warning(page):
            warnings.append(warning)
        yield page


def _is_picture(page: PrintedPage) -> bool:
    return page.has_drawing and not page.lines


def _read_by_ocr(content: Path | bytes, page: PrintedPage) -> PrintedPage:
    try:
        picture = render_page(content, page.number, resolution=RESOLUTION)
        lines = read_picture(picture, page.number)
    except (RuntimeError, OSError):  # the page stays without text, and a warning says so
        return page
    return replace(page, engine="ocr", lines=lines) if lines else page


def _nothing_to_read(pages: Sequence[Page], path: str) -> DocumentError:
    if all(page.engine == "none" for page in pages):
        return DamagedDocumentError(
            f"{path} is damaged: it opens as a PDF, but none of its {len(pages)} pages can be read. "
            "Fetch it again, or open it in a PDF viewer and save a new copy."
        )
    advice = missing_for_ocr() or "OCR was not used or found none either."
    what = "its only page is" if len(pages) == 1 else f"all its {len(pages)} pages are"
    return NoTextLayerError(f"{path} has no text layer: {what} without text, as in a scan. {advice}")


def _warning(page: PrintedPage) -> ReadingWarning | None:
    if page.engine == "none":
        return ReadingWarning(
            kind="page-unreadable",
            message=f"Page {page.number} is damaged and could not be read; its text is missing.",
            page=page.number,
        )
    if _is_picture(page):
        advice = missing_for_ocr() or "OCR was not used or found none either."
        return ReadingWarning(
            kind="page-without-text",
            message=f"Page {page.number} is a picture without text. {advice}",
            page=page.number,
        )
    if not page.lines:
        return ReadingWarning(
            kind="page-without-text",
            message=f"Page {page.number} has no text: nothing is printed on it.",
            page=page.number,
        )
    return None
