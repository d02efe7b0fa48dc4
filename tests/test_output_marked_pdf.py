"""A marked PDF: highlights stand on their sentences, and the original stays as it was."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from printed_documents import sentences
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from reviewtheme.classification.classify import classify
from reviewtheme.classification.coded_review import CodedReview, CodedSentence, ModelIdentity
from reviewtheme.classification.model_folder import load_model
from reviewtheme.codebook import default_codebook
from reviewtheme.document import SectionRole
from reviewtheme.errors import (
    DamagedDocumentError,
    EncryptedDocumentError,
    MissingExtraError,
    ReviewThemeError,
    UnreadablePathError,
    UnsupportedDocumentError,
    UsageError,
)
from reviewtheme.output import marked_pdf as module
from reviewtheme.output.marked_pdf import marked_pdf
from reviewtheme.output.marks.colours import theme_colours
from reviewtheme.reading import read
from reviewtheme.sentences import split_sentences

ROOT = Path(__file__).parent.parent
REVIEWS = ROOT.parent / "shared" / "reviews"
sys.path.insert(0, str(ROOT / "benchmarks"))

import marked_pdf as reading_back  # noqa: E402 - the benchmark, which reads back what was marked

CODEBOOK = default_codebook()
WIDTH, HEIGHT = A4
WELL_KNOWN = 3
"""Every third sentence has two themes, every third has none."""


def coded(path: Path, *, engine: str = "auto") -> CodedReview:
    """Read a file and code its sentences by their number."""
    review = read(str(path), engine=engine)
    themes, stances = CODEBOOK.theme_ids, CODEBOOK.stance_ids
    marked = []
    for sentence in split_sentences(review):
        place = sentence.index
        own = {themes[place % len(themes)], themes[place * 7 % len(themes)]} if place % WELL_KNOWN else set()
        marked.append(
            CodedSentence(
                sentence=sentence,
                scores={
                    theme: 0.01 if theme not in own else 0.9 if theme == themes[place % len(themes)] else 0.6
                    for theme in themes
                },
                themes=CODEBOOK.in_order(own),
                stance=stances[place % len(stances)],
                stance_score=0.75,
            )
        )
    model = ModelIdentity(name="by-number", version="1", sha256="ab" * 32, codebook="test 1")
    return CodedReview(review=review, sentences=tuple(marked), codebook=CODEBOOK, model=model)


def printed(path: Path, columns: Sequence[Sequence[str]], *, per_page: int = 1, size: float = 10.5) -> Path:
    """Print paragraphs in columns with reportlab, a column or more on each page."""
    canvas = Canvas(str(path), pagesize=A4, invariant=1)
    gap, margin = 24.0, 60.0
    width = (WIDTH - 2 * margin - gap * (per_page - 1)) / per_page
    for place, paragraphs in enumerate(columns):
        left = margin + (place % per_page) * (width + gap)
        if place and place % per_page == 0:
            canvas.showPage()
        canvas.setFont("Helvetica", size)
        top = HEIGHT - 90
        for paragraph in paragraphs:
            for line in broken(paragraph, width, size):
                canvas.drawString(left, top, line)
                top -= 1.25 * size
            top -= 0.9 * size
    canvas.save()
    return path


def broken(text: str, width: float, size: float) -> list[str]:
    """Break a text into lines."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if stringWidth(longer, "Helvetica", size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Three pages of two columns; sentences run over lines, from column to column and from page to page."""
    words = " ".join(sentences(60)).split()
    share = len(words) // 6
    parts = [words[place * share : (place + 1) * share] for place in range(6)]
    return printed(tmp_path / "report.pdf", [[" ".join(part)] for part in parts], per_page=2)


def changed(path: Path, change: Callable[[Pdf], None], name: str = "changed.pdf", **how: object) -> Path:
    """Write a PDF again after a change."""
    other = path.with_name(name)
    with pikepdf.open(path) as pdf:
        change(pdf)
        pdf.save(other, **how)  # type: ignore[arg-type]
    return other


def drawn_through(pdf: Pdf, matrix: tuple[float, ...]) -> None:
    """Draw every page through a matrix."""
    for page in pdf.pages:
        page.contents_add(f"q {' '.join(map(str, matrix))} cm\n".encode(), prepend=True)
        page.contents_add(b"\nQ")


def turned(degrees: int) -> Callable[[Pdf], None]:
    """Turn what is drawn one way and the page the other, so that it is shown as before."""
    matrix = {
        90: (0, 1, -1, 0, HEIGHT, 0),
        180: (-1, 0, 0, -1, WIDTH, HEIGHT),
        270: (0, -1, 1, 0, 0, WIDTH),
    }[degrees]

    def change(pdf: Pdf) -> None:
        drawn_through(pdf, matrix)
        for page in pdf.pages:
            page.obj.Rotate = degrees
            if degrees != 180:
                page.obj.MediaBox = Array([0, 0, HEIGHT, WIDTH])

    return change


def cropped(pdf: Pdf) -> None:
    """Show a part of a larger sheet whose origin is far away."""
    drawn_through(pdf, (1, 0, 0, 1, 300, -200))
    for page in pdf.pages:
        page.obj.MediaBox = Array([100, -400, 1200, 1000])
        page.obj.CropBox = Array([300, -200, 300 + WIDTH, HEIGHT - 200])


def large_units(pdf: Pdf) -> None:
    """Say that a unit is two points."""
    for page in pdf.pages:
        page.obj.UserUnit = 2


def inheriting(pdf: Pdf) -> None:
    """Take the size of the pages from what they belong to."""
    for page in pdf.pages:
        del page.obj["/MediaBox"]
    pdf.Root.Pages.MediaBox = Array([0, 0, WIDTH, HEIGHT])


LAYOUTS: dict[str, Callable[[Pdf], None]] = {
    "as-printed": lambda _pdf: None,
    "turned-90": turned(90),
    "turned-180": turned(180),
    "turned-270": turned(270),
    "cropped": cropped,
    "large-units": large_units,
    "inheriting": inheriting,
}


@pytest.mark.parametrize("engine", ["auto", "pdfplumber"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_highlights_stand_on_their_sentences(report: Path, layout: str, engine: str) -> None:
    """Each letter of a sentence is under its highlights and no other, however the page is laid out."""
    path = changed(report, LAYOUTS[layout])
    review = coded(path, engine=engine)
    marked = marked_pdf(review)
    back = reading_back.read_back(review, marked)
    assert len(back) > 30
    assert [(each.index, each.found) for each in back] == [(each.index, each.wanted) for each in back]
    assert reading_back.changed_pixels(path.read_bytes(), marked, 2)[0] == 0
    assert reading_back.changed_pixels(path.read_bytes(), marked, 2)[1] > 1000


@pytest.mark.parametrize("engine", ["auto", "pdfplumber"])
def test_lines_are_where_they_are_shown(tmp_path: Path, engine: str) -> None:
    """Places are counted from the corner of the page as shown, however the file says where that is."""
    page = printed(tmp_path / "page.pdf", [[" ".join(sentences(4))]])
    expected = read(str(page), engine=engine)
    for layout, change in LAYOUTS.items():
        found = read(str(changed(page, change)), engine=engine)
        assert found.pages[0].height == pytest.approx(expected.pages[0].height, abs=0.1), layout
        for line, other in zip(expected.lines, found.lines, strict=True):
            assert (other.left, other.top) == pytest.approx((line.left, line.top), abs=0.15), layout


def test_sentences_run_over_columns_and_pages(report: Path) -> None:
    """One that ends on the next page is highlighted on both, and the notes say so."""
    review = coded(report)
    pages: dict[str, list[int]] = {}
    notes = {}
    for number, annotation in reading_back.highlights(marked_pdf(review)):
        index = annotation["/NM"].split("-")[1]
        pages.setdefault(index, []).append(number)
        notes[index, number] = annotation["/Contents"]
    over = {index: numbers for index, numbers in pages.items() if len(numbers) > 1}
    assert over
    for index, (first, second) in over.items():
        assert second == first + 1
        assert notes[index, first].endswith(f"The sentence stands on page {second}, too.")
        assert notes[index, second].endswith(f"The sentence stands on page {first}, too.")


@pytest.mark.parametrize(("layout", "turn"), [("as-printed", 0), ("turned-90", 1), ("turned-270", 3)])
def test_corners_follow_the_text(report: Path, layout: str, turn: int) -> None:
    """Upper left, upper right, lower left, lower right, as the reader of the text sees them."""
    for _, annotation in reading_back.highlights(marked_pdf(coded(changed(report, LAYOUTS[layout])))):
        values = [float(value) for value in annotation["/QuadPoints"]]
        for place in range(0, len(values), 8):
            x1, y1, x2, y2, x3, y3, x4, y4 = values[place : place + 8]
            along = {0: (1, 0), 1: (0, 1), 3: (0, -1)}[turn]
            down = {0: (0, -1), 1: (1, 0), 3: (-1, 0)}[turn]
            assert (x2 - x1) * along[0] + (y2 - y1) * along[1] > 0
            assert (x3 - x1) * down[0] + (y3 - y1) * down[1] > 0
            assert (x4 - x3, y4 - y3) == pytest.approx((x2 - x1, y2 - y1), abs=0.01)


def test_annotations_are_complete(report: Path) -> None:
    """Each has what Acrobat, Preview and browsers need: an appearance, a note, an author, a name."""
    review = coded(report)
    names = []
    for _, annotation in reading_back.highlights(marked_pdf(review)):
        sentence = review.sentences[int(annotation["/NM"].split("-")[1])]
        lead = CODEBOOK.theme(max(sentence.themes, key=lambda theme: sentence.scores[theme]))
        assert annotation["/Subtype"] == "/Highlight"
        assert annotation["/F"] == 4
        assert annotation["/T"] == "reviewtheme (model by-number 1)"
        assert annotation["/Subj"] == lead.name
        note = annotation["/Contents"].splitlines()
        assert note[0] == f"{lead.name}: 0.90"
        assert len(sentence.themes) == 1 or note[1].endswith(": 0.60")
        stance = next(each.name for each in CODEBOOK.stances if each.id == sentence.stance)
        assert f"Stance: {stance} (0.75)" in note
        colour = theme_colours(CODEBOOK.themes)[lead.id]
        assert tuple(float(part) for part in annotation["/C"]) == pytest.approx(colour)
        appearance = annotation["/AP"]["/N"]
        assert [float(part) for part in appearance["/BBox"]] == [float(part) for part in annotation["/Rect"]]
        assert b" re\n" in appearance.get_data()
        names.append(annotation["/NM"])
    assert len(names) == len(set(names))


def test_colours_are_light_and_differ() -> None:
    """Black text has a contrast of 7 to 1 at least (WCAG 1.4.6), and no two themes have one colour."""
    colours = theme_colours(CODEBOOK.themes)
    assert len(set(colours.values())) == len(CODEBOOK.themes)
    for colour in colours.values():
        red, green, blue = (((part + 0.055) / 1.055) ** 2.4 for part in colour)
        assert (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05) / 0.05 >= 7


def test_legend_and_bookmarks(report: Path) -> None:
    """A last page says what the colours mean; every theme leads to its sentences."""
    review = coded(report)
    reader = pypdf.PdfReader(BytesIO(marked_pdf(review)))
    assert len(reader.pages) == len(review.review.pages) + 1
    legend = " ".join(reader.pages[-1].extract_text().split())
    top, below = reader.outline
    assert top.title == "Themes (reviewtheme)"
    assert reader.get_destination_page_number(top) == len(reader.pages) - 1
    assert [item.title for item in below[::2]] == [
        f"{profile.theme.name} ({profile.sentences})" for profile in review.themes
    ]
    for profile, found in zip(review.themes, below[1::2], strict=True):
        counts = " ".join(map(str, profile.stances.values()))
        name = " ".join(profile.theme.name.split())
        assert name in legend
        assert counts in legend
        for index, item in zip(sorted(profile.evidence), found, strict=True):
            sentence = review.sentences[index]
            assert reader.get_destination_page_number(item) == sentence.page - 1
            assert item.title.startswith(f"p. {sentence.page} · ")
            assert sentence.text[:20] in item.title
            assert float(item["/Top"]) > 0


def test_same_review_same_bytes(report: Path) -> None:
    """Nothing depends on the time or on chance."""
    review = coded(report)
    assert marked_pdf(review) == marked_pdf(review)


def furnished(pdf: Pdf) -> None:
    """Add what other programs put into a PDF: a link, a field, an outline, labels, a claim."""
    page = pdf.pages[0].obj
    link = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Link,
        Rect=Array([60, 700, 200, 760]),
        A=Dictionary(S=Name.URI, URI=String("https://example.org/")),
    )
    field = pdf.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            Rect=Array([60, 20, 200, 40]),
            FT=Name.Tx,
            T="name",
            V="Holly",
        )
    )
    shared = pdf.make_indirect(Array([pdf.make_indirect(link), field]))
    page.Annots = shared
    pdf.pages[1].obj.Annots = shared
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=1)
    with pdf.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Summary", 0))
        outline.root.append(pikepdf.OutlineItem("Findings", 1))
    pdf.Root.PageLabels = Dictionary(Nums=Array([0, Dictionary(S=Name.r)]))
    with pdf.open_metadata() as metadata:
        metadata["pdfaid:part"] = "3"
        metadata["dc:title"] = "The review"


def test_what_was_there_stays(report: Path) -> None:
    """Text, links, fields and the outline; pages keep their labels; only the claim to PDF/A goes."""
    path = changed(report, furnished)
    marked = marked_pdf(coded(path))
    original = path.read_bytes()
    assert reading_back.page_texts(marked)[:3] == reading_back.page_texts(original)
    assert reading_back.links(marked)[:3] == reading_back.links(original)
    assert reading_back.links(marked)[0]
    assert reading_back.outline(marked)[:3] == ["Summary", "Findings", "Themes (reviewtheme)"]
    with pikepdf.open(BytesIO(marked)) as pdf:
        assert pdf.Root.AcroForm.Fields[0].V == "Holly"
        assert [page.label for page in pdf.pages] == ["i", "ii", "iii", "Legend"]
        assert pdf.pages[0].obj.Annots[-2].Subtype == "/Link"  # on top of the highlights
        first, second = (
            {str(each.get("/NM", "")) for each in pdf.pages[number].obj.Annots} for number in (0, 1)
        )
        assert first & second == {""}
        metadata = pdf.open_metadata()
        assert "pdfaid:part" not in metadata
        assert metadata["dc:title"] == "The review"
        assert pdf.check_pdf_syntax() == []
    assert "The original is signed" in pypdf.PdfReader(BytesIO(marked)).pages[-1].extract_text()


@pytest.mark.parametrize("odd", [b"(odd)", b"[1 null]", b"<</Nums 3 /Kids 4 /First 5 /SigFlags []>>"])
def test_odd_parts_do_no_harm(tmp_path: Path, odd: bytes) -> None:
    """What is not as it should be in the original does not keep it from being marked."""
    page = printed(tmp_path / "page.pdf", [[" ".join(sentences(4))]])
    for name in ("/PageLabels", "/Metadata", "/Outlines", "/AcroForm", "/Annots"):

        def spoil(pdf: Pdf, name: str = name) -> None:
            (pdf.pages[0].obj if name == "/Annots" else pdf.Root)[name] = pikepdf.Object.parse(odd)

        review = coded(changed(page, spoil, fix_metadata_version=False))
        back = reading_back.read_back(review, marked_pdf(review))
        assert back, name
        assert not any(each.missing for each in back), name


def test_outline_that_leads_in_a_ring(report: Path) -> None:
    """The bookmarks are added all the same."""

    def ring(pdf: Pdf) -> None:
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Summary", 0))
        pdf.Root.Outlines.First.Next = pdf.Root.Outlines.First
        del pdf.Root.Outlines.Last

    with pikepdf.open(BytesIO(marked_pdf(coded(changed(report, ring))))) as pdf:
        assert str(pdf.Root.Outlines.Last.Title) == "Themes (reviewtheme)"
        assert str(pdf.Root.Outlines.First.Next.Title) == "Themes (reviewtheme)"


@pytest.mark.parametrize("aes", [False, True])
def test_protection_that_allows_comments_stays(report: Path, aes: bool) -> None:
    """A file that opens without a password, and may be commented, is marked and keeps its protection."""
    allowed = pikepdf.Permissions(print_highres=False, print_lowres=False)
    encryption = pikepdf.Encryption(owner="key", R=4 if aes else 3, aes=aes, metadata=aes, allow=allowed)
    path = changed(report, lambda _: None, encryption=encryption)
    review = coded(path)
    marked = marked_pdf(review)
    with pikepdf.open(BytesIO(marked)) as pdf:
        assert pdf.is_encrypted
        assert not pdf.allow.print_highres
        assert pdf.allow.modify_annotation
    assert not any(each.missing or each.besides for each in reading_back.read_back(review, marked))
    if not aes:
        assert marked == marked_pdf(review)


@pytest.mark.parametrize(
    ("forbidden", "message"),
    [
        ({"modify_annotation": False}, "does not allow comments"),
        ({"modify_assembly": False, "modify_other": False}, "does not allow added pages and bookmarks"),
    ],
)
def test_protection_that_forbids_it_is_told(report: Path, forbidden: dict[str, bool], message: str) -> None:
    """What the author does not allow is not done."""
    encryption = pikepdf.Encryption(owner="key", allow=pikepdf.Permissions(**forbidden))
    path = changed(report, lambda _: None, encryption=encryption)
    with pytest.raises(EncryptedDocumentError, match=message):
        marked_pdf(coded(path))


def test_file_that_has_changed_is_refused(report: Path) -> None:
    """Marks would stand at wrong places."""
    review = coded(report)
    report.write_bytes(report.read_bytes() + b"\n")
    with pytest.raises(UnreadablePathError, match="has changed since it was classified"):
        marked_pdf(review)
    report.unlink()
    with pytest.raises(UnreadablePathError, match="cannot be opened to be marked"):
        marked_pdf(review)


def test_other_kinds_of_file_are_refused(tmp_path: Path) -> None:
    """The message names another format."""
    path = tmp_path / "notes.txt"
    path.write_text("\n\n".join(sentences(3)), encoding="utf-8")
    with pytest.raises(UnsupportedDocumentError, match="choose another format, such as html"):
        marked_pdf(coded(path))


def test_standard_input_is_refused(report: Path) -> None:
    """It cannot be read a second time."""
    review = coded(report)
    source = replace(review.review.source, path="-")
    with pytest.raises(UsageError, match="standard input"):
        marked_pdf(replace(review, review=replace(review.review, source=source)))


def test_missing_packages_are_named(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And how to install them."""
    review = coded(report)
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "pikepdf" else object())
    with pytest.raises(MissingExtraError, match=r'pikepdf: pip install "reviewtheme\[marked\]"'):
        marked_pdf(review)


def test_lost_sentences_are_told(report: Path) -> None:
    """A sentence of which nothing says where it stands has a bookmark, and the legend names it."""
    review = coded(report)
    first = next(each for each in review.sentences if each.themes)
    lines = tuple(each for each in review.review.lines if each.start >= first.end or each.end <= first.start)
    marked = marked_pdf(replace(review, review=replace(review.review, lines=lines)))
    assert f"no highlight: number {first.index}" in " ".join(
        pypdf.PdfReader(BytesIO(marked)).pages[-1].extract_text().split()
    )
    assert str(first.index) not in {each["/NM"].split("-")[1] for _, each in reading_back.highlights(marked)}
    assert any(first.text[:20] in title for title in reading_back.outline(marked))


def test_only_the_body_is_marked(report: Path) -> None:
    """What stands in references counts as no evidence; a review without any has a legend that says so."""
    review = coded(report)
    elsewhere = tuple(
        replace(each, sentence=replace(each.sentence, role=SectionRole.REFERENCES))
        for each in review.sentences
    )
    marked = marked_pdf(replace(review, sentences=elsewhere))
    assert list(reading_back.highlights(marked)) == []
    assert "marked 0 sentences" in " ".join(pypdf.PdfReader(BytesIO(marked)).pages[-1].extract_text().split())


def test_names_that_the_font_cannot_write(report: Path) -> None:
    """The legend falls back to the theme's id; notes and bookmarks have the name."""
    review = coded(report)
    theme = review.themes[0].theme
    named = replace(theme, name="Надзор & <контроль>")
    themes = tuple(named if each.id == theme.id else each for each in CODEBOOK.themes)
    other = replace(review, codebook=replace(CODEBOOK, themes=themes))
    marked = marked_pdf(other)
    assert theme.id in pypdf.PdfReader(BytesIO(marked)).pages[-1].extract_text()
    assert any(title.startswith("Надзор & <контроль> (") for title in reading_back.outline(marked))


@pytest.mark.parametrize("share", [0.5, 0.8, 0.97, 0.995])
def test_damaged_files_are_marked_or_refused(report: Path, share: float) -> None:
    """A file cut short is marked rightly where it can be read, or refused with a sentence."""
    content = report.read_bytes()
    path = report.with_name("cut.pdf")
    path.write_bytes(content[: int(share * len(content))])
    try:
        review = coded(path)
        marked = marked_pdf(review)
    except ReviewThemeError as error:
        assert str(path) in str(error)  # noqa: PT017 - either end will do
        return
    assert not any(each.missing for each in reading_back.read_back(review, marked))


def test_page_that_would_be_lost_is_told(report: Path) -> None:
    """Where readers of PDF do not agree on the pages, none is lost silently."""
    review = coded(report)
    pages = (*review.review.pages, review.review.pages[-1])
    with pytest.raises(DamagedDocumentError, match="4 pages were read, but 3 would be written"):
        marked_pdf(replace(review, review=replace(review.review, pages=pages)))


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")
def test_scanned_pages(tmp_path: Path) -> None:
    """Highlights of a page that was read by OCR stand on the lines that OCR found."""
    from PIL import Image

    from reviewtheme.reading.pdf import render_page

    printed_page = printed(tmp_path / "printed.pdf", [[" ".join(sentences(4))]], size=13)
    picture = render_page(printed_page, 1, resolution=200)
    scan = tmp_path / "scan.pdf"
    assert isinstance(picture, Image.Image)
    picture.save(scan, resolution=200)
    review = coded(scan)
    assert review.review.pages[0].engine == "ocr"
    marked = marked_pdf(review)
    under = reading_back.by_pdfium(printed_page.read_bytes(), {1})[1]
    for _, annotation in reading_back.highlights(marked):
        sentence = review.sentences[int(annotation["/NM"].split("-")[1])]
        found = "".join(under.under(quad) for quad in reading_back.quads_of(annotation))
        back = reading_back.ReadBack(sentence.index, reading_back.letters(sentence.text), found)
        assert back.missing <= 0.05 * len(back.wanted)
        assert back.besides <= 0.05 * len(back.wanted)


def published(every: int) -> list[Path]:
    """Every n-th of the published reviews that are PDFs."""
    files = sorted(REVIEWS.glob("*.pdf")) if REVIEWS.is_dir() else []
    return [path for path in files if path.read_bytes()[:1024].count(b"%PDF-")][::every]


def check_published(paths: Sequence[Path]) -> None:
    """At least 99 of 100 highlighted sentences cover the words of theirs, and nothing else is changed."""
    model = load_model()
    back = []
    for path in paths:
        review = classify(str(path), model=model)
        marked = marked_pdf(review)
        original = path.read_bytes()
        assert hashlib.sha256(original).hexdigest() == review.review.source.sha256
        back += reading_back.read_back(review, marked)
        assert reading_back.unchanged(path.name, original, marked, len(review.review.pages), 2), path.name
    covered = sum(not each.missing for each in back)
    assert len(back) > 100 * len(paths)
    assert covered >= 0.99 * len(back)
    assert sum(each.besides > 3 for each in back) <= 0.01 * len(back)


@pytest.mark.skipif(not published(1), reason="the published reviews are not there")
def test_published_reviews() -> None:
    """A few of them; `-m slow` and `benchmarks/marked_pdf.py` read back more."""
    check_published(published(30))


@pytest.mark.slow
@pytest.mark.skipif(not published(1), reason="the published reviews are not there")
def test_twenty_published_reviews() -> None:
    """Twenty of them, spread over all."""
    check_published(published(4)[:20])
