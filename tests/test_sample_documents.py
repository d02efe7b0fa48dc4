"""The sample documents are there, open, and say what their sources say."""

import importlib.util
import json
import re
from collections import Counter
from pathlib import Path
from types import ModuleType

import docx
import pypdf
import pytest
from lxml import html

DOCUMENTS = Path(__file__).parent.parent / "corpus_sample" / "documents"
REVIEW = DOCUMENTS / "child-practice-review-teasel.pdf"
SUMMARY = DOCUMENTS / "learning-summary.docx"
NEWS_TEXT = DOCUMENTS / "news-article.txt"
NEWS_PAGE = DOCUMENTS / "news-article.html"
RUNNING_LINES = """
    Local Child Safeguarding Practice Review: Teasel Carrowden Safeguarding Children Partnership
    Published 14 May 2024 Page of
"""
ROMAN_MARKS = ["i", "ii", "iii", "iv", "v"]


def source_of(name: str) -> html.HtmlElement:
    """Parse one of the HTML sources."""
    return html.fromstring(
        (DOCUMENTS / "source" / name).read_bytes(), parser=html.HTMLParser(encoding="utf-8")
    )


def words(text: str) -> Counter[str]:
    """Count the words of a text; a hyphen joins, at the end of a line or within it."""
    return Counter(re.findall(r"[^\W\d_]+", re.sub(r"-\s*\n|-", "", text)))


def tokens(text: str) -> str:
    """Return the text on one line, with single spaces."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def pages() -> list[str]:
    """Return the text of each page of the review."""
    return [page.extract_text() for page in pypdf.PdfReader(REVIEW).pages]


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    """Return make_documents.py as a module."""
    spec = importlib.util.spec_from_file_location("make_documents", DOCUMENTS / "make_documents.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_readme_names_every_document() -> None:
    """A file that the README does not name is there by mistake."""
    readme = (DOCUMENTS / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in DOCUMENTS.iterdir() if path.is_file()} - {"README.md"}
    assert files == {path.name for path in (REVIEW, SUMMARY, NEWS_TEXT, NEWS_PAGE)} | {"make_documents.py"}
    assert [name for name in sorted(files) if name not in readme] == []


def test_review_says_what_its_source_says(pages: list[str]) -> None:
    """Word for word; the style sheet adds running lines on all pages but the cover, and one list's marks."""
    expected = words(" ".join(source_of("child-practice-review-teasel.html").find("body").itertext()))
    for _ in pages[1:]:
        expected += words(RUNNING_LINES)
    expected += Counter(ROMAN_MARKS)
    found = words("\n".join(pages))
    assert found - expected == Counter()
    assert expected - found == Counter()


def test_review_has_what_makes_reviews_hard_to_read(pages: list[str]) -> None:
    """Length, hyphenated line ends, and a paragraph that runs over the page."""
    assert 9 <= len(pages) <= 12
    assert sum(len(re.findall(r"[a-z]-\n[a-z]", page)) for page in pages) >= 10
    assert any(re.search(r"[a-z]\nPublished|Children Partnership\n[a-z]", page) for page in pages[2:])


def test_review_contents_name_the_right_pages(pages: list[str]) -> None:
    """Each line of the contents page leads to the page that bears the heading."""
    entries = re.findall(r"^(.+?) ?\.{3,} ?(\d+)$", pages[1], re.MULTILINE)
    [contents] = source_of("child-practice-review-teasel.html").find_class("contents")
    assert len(entries) == len(contents.findall(".//li"))
    for heading, number in entries:
        assert tokens(heading) in tokens(pages[int(number) - 1])


def test_review_footnotes_stand_on_the_page_of_their_mark(pages: list[str]) -> None:
    """A note that the renderer pushed to the next page would be no footnote of its paragraph."""
    notes = source_of("child-practice-review-teasel.html").find_class("fn")
    assert len(notes) == 3
    for note in notes:
        number = note.getparent().findtext("b").strip()
        [page] = [text for text in pages if re.search(rf"^{re.escape(number)}\b", text, re.MULTILINE)]
        assert tokens(note.text_content()) in tokens(page)


def test_summary_says_what_its_source_says() -> None:
    """Headings, paragraphs and items in order, and the table cell by cell."""
    body = source_of("learning-summary.html").find("body")
    document = docx.Document(str(SUMMARY))
    blocks = [tokens(e.text_content()) for e in body.iter("h1", "h2", "h3", "p", "li")]
    assert [paragraph.text for paragraph in document.paragraphs] == blocks
    rows = [[tokens(cell.text_content()) for cell in row] for row in body.iter("tr")]
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == rows
    styles = Counter(p.style.name for p in document.paragraphs if p.style is not None)
    assert styles["List Bullet"] >= 5
    assert styles["List Number"] >= 2
    assert styles["Heading 1"] >= 5


def test_news_text_is_plain_paragraphs() -> None:
    """About 30 sentences, UTF-8, blocks parted by blank lines."""
    text = NEWS_TEXT.read_text(encoding="utf-8")
    assert 25 <= len(re.findall(r'[.?!]"?(?:\s|$)', text)) <= 45
    assert "<" not in text
    assert len(text.split("\n\n")) > 15


def test_news_page_has_an_article_among_furniture() -> None:
    """The article is about 25 sentences, and there is text outside it that does not belong to it."""
    page = html.fromstring(NEWS_PAGE.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    [article] = page.iter("article")
    sentences = re.findall(r"[.?!]”?(?:\s|$)", " ".join(p.text_content() for p in article.findall("p")))
    assert 25 <= len(sentences) <= 45
    for furniture in (
        "cookie-banner",
        "breadcrumb",
        "share",
        "read-more",
        "advert",
        "related",
        "site-footer",
    ):
        assert page.find_class(furniture), furniture


def test_documents_are_what_their_sources_make(maker: ModuleType) -> None:
    """Byte for byte, where the tools are those that made the committed files."""
    try:
        import weasyprint  # noqa: F401
    except (ImportError, OSError) as error:
        pytest.skip(f"WeasyPrint cannot be imported, so nothing can be rendered: {error}")
    now = maker.tools()
    then = json.loads(maker.TOOLS.read_text(encoding="utf-8"))
    if now != then:
        pytest.skip(
            f"made with other versions, so lines may break elsewhere: {sorted(now.items() ^ then.items())}"
        )
    assert list(maker.differences()) == []


def test_check_tells_missing_from_changed(
    maker: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One sentence for each file that is not current, none for one that is."""
    (tmp_path / "same").write_bytes(b"made")
    (tmp_path / "changed").write_bytes(b"made before")
    monkeypatch.setattr(maker, "HERE", tmp_path)
    monkeypatch.setattr(maker, "tools", lambda: json.loads(maker.TOOLS.read_text(encoding="utf-8")))
    names = ("same", "changed", "missing")
    monkeypatch.setattr(maker, "DOCUMENTS", {name: ("a.html", lambda _: b"made") for name in names})
    changed, missing = maker.differences()
    assert changed.startswith("changed is not what source/a.html makes today (its source or this script")
    assert missing.startswith("missing is missing")
