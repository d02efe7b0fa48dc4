"""Engines: pages of PDFs made here, as lines with boxes, and files that cannot be read."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from reviewtheme.errors import DamagedDocumentError, EncryptedDocumentError, UsageError
from reviewtheme.reading import pdf
from reviewtheme.reading.pdf import ENGINES, read_pages, render_page
from reviewtheme.reading.printed_page import PrintedPage

_HEIGHT = A4[1]


def drawn(draw: Callable[[Canvas], None], **options: object) -> bytes:
    """Give a PDF of what is drawn on a canvas."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=A4, **options)
    draw(canvas)
    canvas.save()
    return target.getvalue()


def first_page(content: bytes, engine: str = "pdfium") -> PrintedPage:
    """Read the first page of a PDF."""
    return next(iter(read_pages(content, name="made.pdf", engine=engine)))


def _text_page(canvas: Canvas) -> None:
    canvas.setFont("Helvetica-Bold", 14)
    canvas.drawString(72, _HEIGHT - 100, "What the panel found")
    canvas.setFont("Times-Italic", 11)
    canvas.drawString(72, _HEIGHT - 130, "The plan was late and nobody asked why.")


@pytest.mark.parametrize("engine", ENGINES)
def test_lines_have_box_size_and_style(engine: str) -> None:
    """Both engines see the same lines in the same places."""
    page = first_page(drawn(_text_page), engine)
    heading, line = page.lines
    assert page.engine == engine
    assert (round(page.width), round(page.height)) == (595, 842)
    assert (heading.text, heading.size, heading.bold, heading.italic) == (
        "What the panel found",
        14,
        True,
        False,
    )
    assert (line.text, line.size, line.bold, line.italic) == (
        "The plan was late and nobody asked why.",
        11,
        False,
        True,
    )
    assert heading.left == pytest.approx(72, abs=2)
    assert heading.baseline == pytest.approx(100, abs=0.2)
    assert heading.top < heading.baseline <= heading.bottom < line.top


@pytest.mark.parametrize("engine", ENGINES)
def test_raised_mark_is_noted(engine: str) -> None:
    """A footnote mark is part of the line's text, and known to be raised."""

    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(72, 700)
        text.setFont("Helvetica", 12)
        text.textOut("The visit was cancelled.")
        text.setFont("Helvetica", 7)
        text.setRise(4)
        text.textOut("12")
        text.setFont("Helvetica", 12)
        text.setRise(0)
        text.textOut(" It was not booked again.")
        canvas.drawText(text)

    (line,) = first_page(drawn(draw), engine).lines
    assert [line.text[start:end] for start, end in line.raised] == ["12"]
    assert line.text.replace("12", "") == "The visit was cancelled. It was not booked again."


@pytest.mark.parametrize("engine", ENGINES)
def test_wide_gap_parts_a_line(engine: str) -> None:
    """What stands far apart on one baseline is not one line."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 700, "4.12")
        canvas.drawString(110, 700, "The school rang twice.")

    assert [line.text for line in first_page(drawn(draw), engine).lines] == ["4.12", "The school rang twice."]


def _table_page(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 10)
    canvas.grid([72, 200, 400], [600, 640, 680])
    for x, y, text in (
        (76, 660, "Agency and what it knew"),
        (204, 660, "Police"),
        (76, 620, "Date"),
        (204, 620, "May"),
    ):
        canvas.drawString(x, y, text)


@pytest.mark.parametrize("engine", ENGINES)
def test_ruled_table_gives_its_cells(engine: str) -> None:
    """A grid of rules is a table; a line that touches a border is parted there."""
    page = first_page(drawn(_table_page), engine)
    ((*cells,),) = page.tables
    assert [(round(cell.left), round(cell.top)) for cell in cells] == [
        (72, 162),
        (200, 162),
        (72, 202),
        (200, 202),
    ]
    assert {line.text for line in page.lines} == {"Agency and what it knew", "Police", "Date", "May"}


def test_rules_that_enclose_nothing_are_no_table() -> None:
    """A line under the running head and a frame around the page make no table of two cells."""

    def draw(canvas: Canvas) -> None:
        _text_page(canvas)
        canvas.line(72, 780, 520, 780)
        canvas.rect(40, 40, 500, 760)

    assert all(len(table) < 2 for table in first_page(drawn(draw)).tables)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_page_is_read_as_shown(turn: int) -> None:
    """Boxes are those of the page as shown, whatever its /Rotate says."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(drawn(_text_page))))
    writer.pages[0].rotate(turn)
    target = BytesIO()
    writer.write(target)
    page = first_page(target.getvalue())
    for line in page.lines:
        assert 0 <= line.left < line.right <= page.width
        assert 0 <= line.top < line.bottom <= page.height
    assert {line.text for line in page.lines} == {
        "What the panel found",
        "The plan was late and nobody asked why.",
    }


def test_cropped_page_counts_from_its_own_corner() -> None:
    """Boxes are counted from the corner of the crop box."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(drawn(_text_page))))
    writer.pages[0].cropbox.lower_left = (50, 20)
    target = BytesIO()
    writer.write(target)
    assert first_page(target.getvalue()).lines[0].left == pytest.approx(72 - 50, abs=2)


def test_line_end_hyphen_is_kept_for_the_layout() -> None:
    """Pdfium's own sign for a hyphen at a line's end does not reach the text."""

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 11)
        canvas.drawString(72, 700, "Nobody passed on the informa-")
        canvas.drawString(72, 686, "tion from the clinic.")

    assert [line.text for line in first_page(drawn(draw)).lines] == [
        "Nobody passed on the informa-",
        "tion from the clinic.",
    ]


def test_page_that_pdfium_cannot_read_goes_to_pdfplumber(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other engine is tried, and the page says which one read it."""

    def fail(*_: object) -> None:
        raise RuntimeError("no page")

    monkeypatch.setattr(pdf._PdfiumFile, "page", fail)
    page = first_page(drawn(_text_page))
    assert (page.engine, page.lines[0].text) == ("pdfplumber", "What the panel found")


def test_page_that_no_engine_can_read_is_still_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that both engines fail on keeps its place, with engine "none"."""

    def fail(*_: object) -> None:
        raise RuntimeError("no page")

    monkeypatch.setattr(pdf._PdfiumFile, "page", fail)
    monkeypatch.setattr(pdf._PdfplumberFile, "page", fail)
    assert first_page(drawn(_text_page)) == PrintedPage(number=1, width=0, height=0, engine="none")


@pytest.mark.parametrize("engine", ENGINES)
def test_password_is_asked_for(engine: str) -> None:
    """A file that opens with a password only is named as such by both engines."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(drawn(_text_page))))
    writer.encrypt("secret", algorithm="AES-128")
    target = BytesIO()
    writer.write(target)
    with pytest.raises(EncryptedDocumentError, match=r"made\.pdf asks for a password"):
        first_page(target.getvalue(), engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_file_encrypted_without_password_is_read(engine: str) -> None:
    """Many published PDFs are encrypted against changes only, and open without a password."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(drawn(_text_page))))
    writer.encrypt("", "owner", algorithm="AES-128")
    target = BytesIO()
    writer.write(target)
    assert len(first_page(target.getvalue(), engine).lines) == 2


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7\n", b"%PDF-1.4\n" + bytes(range(256)) * 9, b"no PDF at all"]
)
def test_damaged_file_is_named(content: bytes, engine: str) -> None:
    """Whatever the engines raise, the user reads one sentence that names the file."""
    with pytest.raises(DamagedDocumentError, match=r"made\.pdf is damaged"):
        first_page(content, engine)


def test_unknown_engine_is_a_usage_error() -> None:
    """The engines there are are named."""
    with pytest.raises(UsageError, match="pdfium, pdfplumber"):
        first_page(drawn(_text_page), "acrobat")


def test_path_and_bytes_give_the_same(tmp_path: Path) -> None:
    """A file is read alike from its path and from its bytes."""
    content = drawn(_text_page)
    path = tmp_path / "made.pdf"
    path.write_bytes(content)
    assert list(read_pages(path, name="a")) == list(read_pages(content, name="b"))


def test_threads_may_read_side_by_side() -> None:
    """Pdfium may be used by one thread at a time; readers in several threads take turns."""

    def draw(canvas: Canvas) -> None:
        for _ in range(45):
            _text_page(canvas)
            canvas.showPage()

    content = drawn(draw)
    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(lambda _: sum(len(p.lines) for p in read_pages(content, name="x")), range(4)))
    assert counts == [90] * 4


def test_rendered_page_has_the_resolution_asked_for() -> None:
    """A picture of an A4 page at 72 dots per inch has as many dots as the page has points."""
    picture = render_page(drawn(_text_page), 1, resolution=72)
    assert picture.mode == "L"
    assert picture.size == (596, 842)
