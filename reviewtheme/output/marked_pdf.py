"""The original PDF with its evidence highlighted in the colours of the themes (extra `[marked]`).

    the original ──▶ where its sentences stand ──▶ highlights with notes ──▶ legend at the end ──▶ bookmarks

The original's pages, text, links, outline and forms stay as they are, and its pages keep their numbers.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from reviewtheme.classification.coded_review import CodedReview, CodedSentence
from reviewtheme.document import Line, Review
from reviewtheme.errors import (
    DamagedDocumentError,
    EncryptedDocumentError,
    MissingExtraError,
    UnreadablePathError,
    UnsupportedDocumentError,
    UsageError,
)
from reviewtheme.reading.media_type import PDF
from reviewtheme.reading.printed_page import PageFrame

if TYPE_CHECKING:
    import pikepdf

    from reviewtheme.output.marks.places import SentencePlaces

_LEAST_VERSION = "1.5"  # of PDF; blending came with 1.4, the subjects of notes with 1.5
_CLAIMS = ("pdfaid:part", "pdfaid:conformance", "pdfaid:amd", "pdfaid:rev", "pdfuaid:part")


def marked_pdf(coded: CodedReview) -> bytes:
    """Return the PDF that a review was read from, with its evidence highlighted.

    Each sentence of the body that carries a theme is highlighted in the colour of its most probable theme,
    with a note that names all its themes, their scores and the stance. Bookmarks lead to the sentences of
    each theme, and a legend stands after the last page. The same review gives the same bytes, unless the
    file is encrypted with AES, which takes a new random number each time.

    Raises:
        MissingExtraError: pikepdf or reportlab is not installed.
        UnsupportedDocumentError: the review was not read from a PDF.
        UnreadablePathError: the file is no longer there, or is another one by now.
        EncryptedDocumentError: its author does not allow that it be marked.
        DamagedDocumentError: it is too damaged to be written anew.
    """
    missing = [package for package in ("pikepdf", "reportlab") if find_spec(package) is None]
    if missing:
        raise MissingExtraError(
            f'A marked PDF needs {" and ".join(missing)}: pip install "reviewtheme[marked]".'
        )
    import pikepdf

    path = coded.review.source.path
    content = _original(coded)
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            _check(pdf, coded)
            _mark(pdf, coded, content)
            return _saved(pdf)
    except pikepdf.PasswordError as error:
        raise EncryptedDocumentError(
            f"{path} asks for a password: save a copy without one in a PDF viewer, and classify that."
        ) from error
    except (pikepdf.PdfError, RuntimeError, MemoryError) as error:  # qpdf's own are of all three kinds
        raise DamagedDocumentError(
            f"{path} is too damaged to be marked: open it in a PDF viewer, save a new copy and classify "
            "that, or choose another format, such as html."
        ) from error


def _original(coded: CodedReview) -> bytes:
    source = coded.review.source
    if source.media_type != PDF:
        raise UnsupportedDocumentError(
            f"{source.path} is no PDF ({source.media_type}), so there is no PDF to mark: choose another "
            "format, such as html."
        )
    if source.path == "-":
        raise UsageError(
            "A PDF from standard input cannot be read again to be marked: save it as a file and name that."
        )
    try:
        content = Path(source.path).read_bytes()
    except OSError as error:
        raise UnreadablePathError(
            f"{source.path} cannot be opened to be marked ({error.strerror}): it was there when it was "
            "classified; put it back, or classify it where it is now."
        ) from error
    if hashlib.sha256(content).hexdigest() != source.sha256:
        raise UnreadablePathError(
            f"{source.path} has changed since it was classified, so marks could stand at wrong places: "
            "classify it again."
        )
    return content


def _check(pdf: "pikepdf.Pdf", coded: CodedReview) -> None:
    """Refuse what may not be marked, or whose pages are not those that were read."""
    path, count = coded.review.source.path, len(coded.review.pages)
    if pdf.is_encrypted and not pdf.owner_password_matched:
        allowed = pdf.allow
        forbidden = [] if allowed.modify_annotation else ["comments"]
        if not (allowed.modify_assembly or allowed.modify_other):
            forbidden.append("added pages and bookmarks")
        if forbidden:
            raise EncryptedDocumentError(
                f"{path} is protected: its author does not allow {' or '.join(forbidden)}. Ask for a copy "
                "without that protection, or choose another format, such as html."
            )
    if len(pdf.pages) != count:
        raise DamagedDocumentError(
            f"{path} is damaged: {count} pages were read, but {len(pdf.pages)} would be written. Open it "
            "in a PDF viewer, save a new copy and classify that, or choose another format, such as html."
        )


def _mark(pdf: "pikepdf.Pdf", coded: CodedReview, content: bytes) -> None:
    from reviewtheme.output.marks.bookmarks import add_bookmark
    from reviewtheme.output.marks.contents import MarksContents, evidence_of
    from reviewtheme.output.marks.highlights import add_highlights
    from reviewtheme.output.marks.legend import legend_pages

    evidence = evidence_of(coded)
    finder = _finder(pdf, coded.review, content, evidence)
    contents = MarksContents(coded, {each.index: finder.of(each.sentence) for each in evidence})
    add_highlights(pdf, list(contents.highlights()))
    last = len(pdf.pages)
    _append(pdf, legend_pages(contents.legend(is_signed=_is_signed(pdf))))
    add_bookmark(pdf, contents.bookmarks(legend=last + 1))
    _withdraw_claims(pdf)


def _finder(
    pdf: "pikepdf.Pdf", review: Review, content: bytes, evidence: Sequence[CodedSentence]
) -> "SentencePlaces":
    from reviewtheme.output.marks.places import SentencePlaces
    from reviewtheme.reading.pdf import read_characters
    from reviewtheme.reading.pdf_repair import repair_pdf

    numbers = _pages_of(review.lines, evidence)
    characters = {each.page: each for each in read_characters(content, numbers)}
    if not characters and (repaired := repair_pdf(content)) is not None:  # reading had to repair it, too
        characters = {each.page: each for each in read_characters(repaired, numbers)}
    frames = {
        number: characters[number].frame if number in characters else _frame(pdf.pages[number - 1])
        for number in numbers
    }
    return SentencePlaces(review, characters, frames)


def _pages_of(lines: Sequence[Line], evidence: Sequence[CodedSentence]) -> list[int]:
    """Tell on which pages the evidence stands; a sentence may run over several."""
    ends = [each.end for each in evidence]  # in order, as sentences do not overlap
    pages = set()
    for line in lines:
        following = bisect_right(ends, line.start)
        if following < len(evidence) and evidence[following].start < line.end:
            pages.add(line.page)
    return sorted(pages)


def _frame(page: "pikepdf.Page") -> PageFrame:
    """Tell how a page is shown that pdfium cannot read."""
    whole, cut = ([float(value) for value in box.as_list()] for box in (page.mediabox, page.cropbox))
    return PageFrame(
        left=max(min(whole[0::2]), min(cut[0::2])),
        bottom=max(min(whole[1::2]), min(cut[1::2])),
        right=min(max(whole[0::2]), max(cut[0::2])),
        top=min(max(whole[1::2]), max(cut[1::2])),
        rotation=page.rotation % 360,
    )


def _is_signed(pdf: "pikepdf.Pdf") -> bool:
    import pikepdf

    form = pdf.Root.get("/AcroForm")
    flags = form.get("/SigFlags") if isinstance(form, pikepdf.Dictionary) else None
    return isinstance(flags, int) and bool(flags & 1)


def _append(pdf: "pikepdf.Pdf", pages: bytes) -> None:
    """Put the legend after the last page, named as such where the pages have printed numbers of their own."""
    import pikepdf

    last = len(pdf.pages)
    with pikepdf.open(BytesIO(pages)) as legend:
        pdf.pages.extend(legend.pages)
    if "/PageLabels" in pdf.Root:
        with suppress(pikepdf.PdfError):  # labels that no viewer understands stay as they are
            labels = pikepdf.NumberTree(pdf.Root.PageLabels)
            labels[last] = pikepdf.Dictionary(P=pikepdf.String("Legend"))


def _withdraw_claims(pdf: "pikepdf.Pdf") -> None:
    """Take out the claim to be PDF/A or PDF/UA, for which viewers refuse to edit notes, too.

    The marks are not made to those standards.
    """
    import pikepdf

    if not isinstance(pdf.Root.get("/Metadata"), pikepdf.Stream):
        return
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        for claim in _CLAIMS:
            if claim in metadata:
                del metadata[claim]


def _saved(pdf: "pikepdf.Pdf") -> bytes:
    import pikepdf

    pdf.trailer.Size = 0  # qpdf puts the number there, but only where a damaged file has not lost its place
    file = BytesIO()
    pdf.save(
        file,
        min_version=_LEAST_VERSION,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,  # hundreds of small objects come in
        fix_metadata_version=False,  # it fails where metadata is odd
        encryption=pdf.is_encrypted,  # with the protection that it had
        static_id=pdf.is_encrypted,  # an identifier cannot come from content that is encrypted by it
        deterministic_id=not pdf.is_encrypted,
    )
    return file.getvalue()
