"""A PDF file becomes blocks: pages are read, those without readable text by OCR, and laid out again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reviewtheme.document import Page, ReadingWarning, Removed, RemovedReason
from reviewtheme.errors import DamagedDocumentError, DocumentError, MissingExtraError, NoTextLayerError
from reviewtheme.reading.draft import DraftReview
from reviewtheme.reading.garbled_text import is_garbled
from reviewtheme.reading.layout import repair_layout
from reviewtheme.reading.ocr import RESOLUTION, missing_for_ocr, read_picture
from reviewtheme.reading.pdf import read_pages, render_page
from reviewtheme.reading.pdf_repair import INSTALL_REPAIR, can_repair, repair_pdf
from reviewtheme.reading.printed_page import PrintedPage


def read_pdf(
    content: Path | bytes, path: str, *, engine: str = "pdfium", ocr: bool | None = None
) -> DraftReview:
    """Read a PDF; `content` is its path or its bytes, `path` what messages call it.

    `engine` is "pdfium" (the fast way) or "pdfplumber" (the slow one, as a check on it). Pages
    without text, and pages whose text is nonsense because their fonts do not say which characters
    they hold, are read by OCR where it is installed, and named in `warnings` where it is not;
    `ocr` set to False leaves them unread, set to True asks that it be installed. A file that no
    engine opens is repaired where the extra `[repair]` is installed, and a warning says so.

    Raises `EncryptedDocumentError`, `DamagedDocumentError`, `NoTextLayerError` where no page has
    text, `MissingExtraError` where OCR is asked for and missing, or `UsageError` for an unknown engine.
    """
    missing = missing_for_ocr()
    if ocr and missing:
        raise MissingExtraError(f"{path} cannot be read with OCR, because it is not installed. {missing}")
    use_ocr = ocr is not False and missing is None
    try:
        return _read(content, path, engine, use_ocr=use_ocr)
    except DamagedDocumentError as error:
        return _read_repaired(content, path, engine, error, use_ocr=use_ocr)


def _read_repaired(
    content: Path | bytes, path: str, engine: str, error: DamagedDocumentError, *, use_ocr: bool
) -> DraftReview:
    """Read what is left of a damaged file, or say that it is damaged."""
    if not can_repair():
        raise DamagedDocumentError(f"{error} With pikepdf it may be repaired: {INSTALL_REPAIR}.") from error
    repaired = repair_pdf(content)
    if repaired is None:
        raise error
    try:
        draft = _read(repaired, path, engine, use_ocr=use_ocr)
    except DocumentError:
        raise error from None
    return replace(draft, warnings=(_REPAIRED, *draft.warnings))


def _read(content: Path | bytes, path: str, engine: str, *, use_ocr: bool) -> DraftReview:
    warnings: list[ReadingWarning] = []
    garbled: dict[int, Removed] = {}
    pages = _without_nonsense(read_pages(content, name=path, engine=engine), garbled)
    if use_ocr:
        pages = (_read_by_ocr(content, page) if _is_picture(page) else page for page in pages)
    draft = repair_layout(_noting(pages, warnings, garbled))
    if not any(page.characters for page in draft.pages) and not draft.blocks:
        raise _nothing_to_read(draft.pages, path, garbled=len(garbled))
    removed = sorted((*draft.removed, *garbled.values()), key=lambda removed: removed.page)
    return replace(draft, removed=tuple(removed), warnings=tuple(warnings))


_REPAIRED = ReadingWarning(
    kind="repaired",
    message="The file is damaged and was repaired before it was read: parts of it may be missing.",
)


def _without_nonsense(pages: Iterator[PrintedPage], garbled: dict[int, Removed]) -> Iterator[PrintedPage]:
    """Pages as they come; one whose text is not what it shows is a picture, and its text is kept aside."""
    for page in pages:
        texts = [line.text for line in page.lines]
        if is_garbled(texts):
            reason = RemovedReason.UNREADABLE_CHARACTER
            garbled[page.number] = Removed(page=page.number, text="\n".join(texts), reason=reason)
            yield replace(page, lines=(), tables=(), has_drawing=True)
        else:
            yield page


def _noting(
    pages: Iterator[PrintedPage], warnings: list[ReadingWarning], garbled: Mapping[int, Removed]
) -> Iterator[PrintedPage]:
    """Pages as they come, what is to be said about them noted."""
    for page in pages:
        if warning := _warning(page, is_nonsense=page.number in garbled):
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


def _nothing_to_read(pages: Sequence[Page], path: str, *, garbled: int) -> DocumentError:
    if all(page.engine == "none" for page in pages):
        return DamagedDocumentError(
            f"{path} is damaged: it opens as a PDF, but none of its {len(pages)} pages can be read. "
            "Fetch it again, or open it in a PDF viewer and save a new copy."
        )
    advice = missing_for_ocr() or "OCR was not used or found none either."
    if garbled:
        return NoTextLayerError(
            f"{path} has no text layer that can be read: {garbled} of its {len(pages)} pages have letters in "
            f"fonts that do not say which characters they are, and the others have none. {advice}"
        )
    what = "its only page is" if len(pages) == 1 else f"all its {len(pages)} pages are"
    return NoTextLayerError(f"{path} has no text layer: {what} without text, as in a scan. {advice}")


def _warning(page: PrintedPage, *, is_nonsense: bool) -> ReadingWarning | None:
    if page.engine == "none":
        return ReadingWarning(
            kind="page-unreadable",
            message=f"Page {page.number} is damaged and could not be read; its text is missing.",
            page=page.number,
        )
    if _is_picture(page):
        advice = missing_for_ocr() or "OCR was not used or found none either."
        if is_nonsense:
            return ReadingWarning(
                kind="page-garbled",
                message=f"Page {page.number} has text that is nonsense, because its fonts do not say which "
                f"characters they hold; it was left out. {advice}",
                page=page.number,
            )
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
