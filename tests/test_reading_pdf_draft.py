"""Whole PDFs: printed by real renderers from known text, published ones, scans, and long ones."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from html import escape
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from printed_documents import CHROMIUM, grouped, paragraphs, print_html, sentences
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from reviewtheme.document import BlockKind, Review, Source
from reviewtheme.errors import DamagedDocumentError, MissingExtraError, NoTextLayerError
from reviewtheme.reading import pdf_draft
from reviewtheme.reading.assemble import assemble
from reviewtheme.reading.draft import DraftReview
from reviewtheme.reading.pdf import render_page
from reviewtheme.reading.pdf_draft import read_pdf
from reviewtheme.reading.printed_page import PrintedPage
from reviewtheme.sentences import split_sentences

ROOT = Path(__file__).resolve().parent.parent
REVIEWS = ROOT.parent / "shared" / "reviews"
TRANSCRIBED = json.loads((ROOT / "tests/golden/transcribed_pages.json").read_text(encoding="utf-8"))["pages"]

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="apt-get install chromium")
needs_reviews = pytest.mark.skipif(not REVIEWS.is_dir(), reason="no published reviews beside the repository")


def review_of(content: Path | bytes, engine: str = "pdfium") -> Review:
    """Read a PDF as far as a review without facts."""
    draft = read_pdf(content, "made.pdf", engine=engine)
    source = Source(path="made.pdf", sha256="", media_type="application/pdf", pages=len(draft.pages))
    return assemble(source, draft)


def sentence_texts(review: Review) -> list[str]:
    """Give the sentences of a review, white space folded."""
    return [" ".join(sentence.text.split()) for sentence in split_sentences(review)]


def share(wanted: Sequence[str], got: Sequence[str]) -> float:
    """Give the share of wanted items that are among those got."""
    return (Counter(wanted) & Counter(got)).total() / len(wanted)


# --- printed by a browser ---------------------------------------------------------------------------

TITLE = "The Alder family"
KNOWN = sentences(120)


def _with_soft_hyphens(text: str) -> str:
    long = {"referral": "refer&shy;ral", "information": "infor&shy;mation", "interpreter": "inter&shy;preter"}
    html = escape(text)
    for word, broken in long.items():
        html = html.replace(word, broken)
    return html


def _columns(count: int) -> str:
    body = "".join(f"<p>{_with_soft_hyphens(text)}</p>" for text in grouped(KNOWN, 5))
    style = f"columns:{count};column-gap:{18 // count}mm;font-size:{13 - count * 2}pt;text-align:justify"
    return f"<h1>{TITLE}</h1><div style='{style}'>{body}</div>"


def _numbered() -> str:
    rows = "".join(
        f"<div style='display:flex;margin:8pt 0'><div style='flex:none;width:14mm'>4.{number}</div>"
        f"<div>{escape(text)}</div></div>"
        for number, text in enumerate(grouped(KNOWN[:90], 3), 1)
    )
    items = "".join(f"<li>{escape(text)}</li>" for text in KNOWN[90:105])
    letters = "".join(f"<li>{escape(text)}</li>" for text in KNOWN[105:])
    return f"<h1>{TITLE}</h1>{rows}<ul>{items}</ul><ol type='a'>{letters}</ol>"


CELLS = [
    f"Agency {row} knew fact {column} and wrote it into its own file"
    for row in range(9)
    for column in range(3)
]


def _tables() -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in CELLS[place : place + 3]) + "</tr>"
        for place in range(0, len(CELLS), 3)
    )
    before, after = paragraphs(grouped(KNOWN[:40], 5)), paragraphs(grouped(KNOWN[40:], 5))
    return f"<h1>{TITLE}</h1>{before}<table>{rows}</table>{after}"


@needs_chromium
@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (_columns(2), [TITLE, *KNOWN]),
        (_columns(3), [TITLE, *KNOWN]),
        (_numbered(), [TITLE, *KNOWN]),
        (_tables(), [TITLE, *KNOWN, *CELLS]),
    ],
    ids=["two columns", "three columns", "numbers and lists", "tables"],
)
def test_browser_prints_are_read_back(body: str, wanted: list[str], tmp_path: Path) -> None:
    """At least 97 % of the sentences come back exactly, and nothing that was not printed."""
    review = review_of(print_html(body, tmp_path))
    got = sentence_texts(review)
    assert share(wanted, got) >= 0.97
    assert share(got, wanted) >= 0.97
    assert not any("Child Practice Review: the Alder family" in text for text in got)


# --- printed page by page ---------------------------------------------------------------------------


def _wrapped(words: Sequence[str], canvas: Canvas, width: float) -> Iterator[str]:
    """Fill lines with words, breaking long ones as a typesetter does."""
    row = ""
    for word in words:
        longer = f"{row} {word}".strip()
        if canvas.stringWidth(longer, "Times-Roman", 11) <= width:
            row = longer
        elif (
            len(word) > 9
            and word.isalpha()
            and canvas.stringWidth(f"{row} {word[:5]}-", "Times-Roman", 11) <= width
        ):
            yield f"{row} {word[:5]}-"
            row = word[5:]
        else:
            yield row
            row = word
    yield row


def printed_with_footnotes(known: Sequence[str], notes: Sequence[str]) -> bytes:
    """Print running text over pages with heads, page numbers, broken words and footnotes at the foot."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4)
    rows = [row for text in grouped(known, 6) for row in [*_wrapped(text.split(), canvas, 430), ""]]
    pages = [rows[place : place + 36] for place in range(0, len(rows), 36)]
    for number, page in enumerate(pages, 1):
        canvas.setFont("Helvetica", 8)
        canvas.drawString(72, 800, "Review of the Birch family")
        canvas.drawRightString(520, 30, f"Page {number} of {len(pages)}")
        top = 760.0
        for row in page:
            canvas.setFont("Times-Roman", 11)
            canvas.drawString(72, top, row)
            top -= 15
        if number <= len(notes):
            canvas.setFont("Times-Roman", 6)
            canvas.drawString(72, 84, str(number))
            canvas.setFont("Times-Roman", 8.5)
            canvas.drawString(77, 80, notes[number - 1])
        canvas.showPage()
    canvas.save()
    return target.getvalue()


@pytest.mark.parametrize("engine", ["pdfium", "pdfplumber"])
def test_text_over_pages_heads_and_footnotes_is_whole(engine: str) -> None:
    """Sentences over page ends come back whole, words broken at line ends too, footnotes apart."""
    known, notes = (
        sentences(150, 40),
        ["The diary has no entry for that day.", "See the timeline in the annex."],
    )
    review = review_of(printed_with_footnotes(known, notes), engine)
    assert share(known, sentence_texts(review)) >= 0.97
    assert [
        (block.label, review.text[block.start : block.end])
        for block in review.blocks
        if block.kind is BlockKind.FOOTNOTE
    ] == [("1", notes[0]), ("2", notes[1])]
    assert not any("Birch" in text or "Page" in text for text in sentence_texts(review))
    assert any(
        len({line.page for line in review.lines if block.start <= line.start < block.end}) == 2
        for block in review.blocks
    )


def test_reading_twice_gives_the_same() -> None:
    """Same input, same output."""
    content = printed_with_footnotes(sentences(40), [])
    assert read_pdf(content, "x") == read_pdf(content, "x")


# --- scans --------------------------------------------------------------------------------------------


def scan(*pages: str | None) -> bytes:
    """Make a PDF whose pages are pictures; None is a page of text."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4)
    for text in pages:
        if text is None:
            canvas.drawString(72, 700, "This page has text.")
        else:
            drawn = Canvas(picture := BytesIO(), pagesize=A4)
            drawn.setFont("Helvetica", 14)
            drawn.drawString(72, 700, text)
            drawn.save()
            image: Image.Image = render_page(picture.getvalue(), 1, resolution=200)
            canvas.drawImage(ImageReader(image), 0, 0, *A4)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


@pytest.fixture
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make OCR look as if it were not installed."""
    monkeypatch.setattr(pdf_draft, "missing_for_ocr", lambda: 'Install: pip install "reviewtheme[ocr]".')


@pytest.mark.usefixtures("without_ocr")
def test_scan_without_ocr_says_what_to_install() -> None:
    """A PDF of pictures alone is refused with the way out."""
    with pytest.raises(
        NoTextLayerError, match=r"made\.pdf has no text layer.*all its 2 pages.*reviewtheme\[ocr\]"
    ):
        read_pdf(scan("One.", "Two."), "made.pdf")


@pytest.mark.usefixtures("without_ocr")
def test_single_picture_page_is_a_warning() -> None:
    """Where other pages have text, a picture among them is named."""
    draft = read_pdf(scan(None, "Two."), "made.pdf")
    (warning,) = draft.warnings
    assert (warning.kind, warning.page) == ("page-without-text", 2)
    assert "reviewtheme[ocr]" in warning.message


@pytest.mark.usefixtures("without_ocr")
def test_ocr_asked_for_but_missing() -> None:
    """Who asks for OCR must have it."""
    with pytest.raises(MissingExtraError, match=r"made\.pdf.*reviewtheme\[ocr\]"):
        read_pdf(scan(None), "made.pdf", ocr=True)


def test_ocr_can_be_declined() -> None:
    """A scan is left unread where OCR is not wanted, and said to be."""
    draft = read_pdf(scan(None, "Two."), "made.pdf", ocr=False)
    assert [page.engine for page in draft.pages] == ["pdfium", "pdfium"]
    assert [warning.kind for warning in draft.warnings] == ["page-without-text"]


@pytest.mark.usefixtures("without_ocr")
def test_empty_page_is_told_as_empty() -> None:
    """The blank back of a cover is no scan: the warning says so, and asks for no OCR."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4)
    canvas.drawString(72, 700, "This page has text.")
    canvas.showPage()
    canvas.showPage()
    canvas.save()
    (warning,) = read_pdf(target.getvalue(), "made.pdf").warnings
    assert (warning.kind, warning.page) == ("page-without-text", 2)
    assert "nothing is printed" in warning.message


@pytest.mark.skipif(pdf_draft.missing_for_ocr() is not None, reason=f"{pdf_draft.missing_for_ocr()}")
def test_scan_is_read_by_ocr() -> None:
    """With Tesseract a picture of text is text, and the page says so."""
    draft = read_pdf(scan(None, "The plan was late and nobody asked."), "made.pdf")
    assert [page.engine for page in draft.pages] == ["pdfium", "ocr"]
    assert [block.text for block in draft.blocks][1:] == ["The plan was late and nobody asked."]
    assert draft.warnings == ()


def test_pages_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """One such page is a warning; if there is no other, the file is damaged."""
    unread = PrintedPage(number=1, width=0, height=0, engine="none")
    good = next(iter(pdf_draft.read_pages(scan(None), name="x")))
    monkeypatch.setattr(pdf_draft, "read_pages", lambda *_, **__: iter([unread, good]))
    assert [warning.kind for warning in read_pdf(b"", "made.pdf").warnings] == ["page-unreadable"]
    monkeypatch.setattr(pdf_draft, "read_pages", lambda *_, **__: iter([unread]))
    with pytest.raises(DamagedDocumentError, match="none of its 1 pages"):
        read_pdf(b"", "made.pdf")


# --- published reviews --------------------------------------------------------------------------------


def _published() -> list[Path]:
    files = sorted(REVIEWS.glob("*.pdf")) if REVIEWS.is_dir() else []
    return [path for path in files if path.read_bytes()[:5] == b"%PDF-"]


@cache
def _draft(path: Path) -> DraftReview:
    return read_pdf(path, path.name)


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


@needs_reviews
def test_no_letter_of_a_page_is_lost() -> None:
    """Of every page 99.5 % of the letters and digits are in a block or in `removed`, and none twice."""
    for path in _published():
        draft = _draft(path)
        kept: Counter[int] = Counter()
        for block in draft.blocks:
            kept[block.page] += _letters(block.label)
            for line in block.lines:
                kept[line.page] += _letters(block.text[line.start : line.end])
        for removed in draft.removed:
            kept[removed.page] += _letters(removed.text)
        for page in draft.pages:
            assert 0.995 * page.characters <= kept[page.number] <= 1.005 * page.characters, (
                path.name,
                page.number,
            )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@needs_reviews
@pytest.mark.parametrize("engine", ["pdfium", pytest.param("pdfplumber", marks=pytest.mark.slow)])
def test_transcribed_pages(engine: str) -> None:
    """Pages transcribed by hand: sentences exact and in order, words, nothing else among them."""
    pages = TRANSCRIBED if engine == "pdfium" else TRANSCRIBED[:3]
    wanted, found, strange, words_wanted, words_found = 0, 0, 0, 0, 0
    for page in pages:
        path = REVIEWS / page["file"]
        review = review_of(path, engine)
        got = [" ".join(s.text.split()) for s in split_sentences(review) if s.page == page["page"]]
        digests = [_digest(text) for text in got]
        exact = (Counter(digests) & Counter(page["sentences"])).total()
        wanted, found, strange = wanted + len(page["sentences"]), found + exact, strange + len(got) - exact
        words = Counter(_digest(word) for text in got for word in text.split())
        words_wanted += sum(page["words"].values())
        words_found += (words & Counter(page["words"])).total()
        in_order = [
            page["sentences"].index(digest)
            for digest in dict.fromkeys(digests)
            if digest in page["sentences"]
        ]
        assert in_order == sorted(in_order), path.name
    assert found / wanted >= 0.97
    assert strange / wanted <= 0.03
    assert words_found / words_wanted >= 0.99


# --- long documents -----------------------------------------------------------------------------------

_READ = """
import re, sys
from pathlib import Path
sys.modules["torch"] = None  # spaCy loads it where it is installed
from reviewtheme.reading import read
from reviewtheme.sentences import split_sentences
assert split_sentences(read(sys.argv[1]))
print(int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from /proc")
@needs_reviews
def test_memory_stays_flat(tmp_path: Path) -> None:
    """600 pages are read and split in under 350 MiB, and 1.3 times what 60 pages take."""
    peaks = {}
    for pages in (60, 600):
        joined = pypdfium2.PdfDocument.new()
        for path in _published():
            part = pypdfium2.PdfDocument(path)
            joined.import_pages(part, pages=list(range(min(len(part), pages - len(joined)))))
            part.close()
            if len(joined) == pages:
                break
        joined.save(tmp_path / "joined.pdf")
        joined.close()
        command = [sys.executable, "-c", _READ, str(tmp_path / "joined.pdf")]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
        peaks[pages] = float(done.stdout)
    assert peaks[600] < 350
    assert peaks[600] <= 1.3 * peaks[60]
