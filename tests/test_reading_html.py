"""Web pages: the article with its structure is kept, the rest is listed as left out."""

import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewtheme.document import BlockKind, RemovedReason
from reviewtheme.errors import DocumentError, EmptyDocumentError
from reviewtheme.reading.draft import DraftReview
from reviewtheme.reading.html import read_html

DOCUMENTS = Path(__file__).parent / "documents"
SENTENCE = (
    "The clinic wrote to the family twice in that spring, and nobody noticed that no answer ever came back."
)


def read(body: str, head: str = "") -> DraftReview:
    """Read a page with a body."""
    return read_html(f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode(), "a.html")


def texts(draft: DraftReview) -> list[str]:
    """Give the texts of the blocks."""
    return [block.text for block in draft.blocks]


def left_out(draft: DraftReview) -> list[str]:
    """Give what was left out as no part of the article."""
    return [it.text for it in draft.removed if it.reason is RemovedReason.WEB_FURNITURE]


def test_a_news_page() -> None:
    """Headline, subheadings, lists, table and quotation are kept; menus and adverts are not."""
    draft = read_html((DOCUMENTS / "news_page.html").read_bytes(), "news_page.html")
    assert [(block.kind.value, block.level, block.label, block.text[:32]) for block in draft.blocks] == [
        ("heading", 1, "", "Review finds gaps in care of Fen"),
        ("paragraph", 0, "", "Four services in Fenborough did "),
        ("paragraph", 0, "", "The twins, known as Child F and "),
        ("heading", 2, "", "What was missed"),
        ("list-item", 0, "", "A bruise seen by a nursery worke"),
        ("list-item", 0, "", "Two appointments that were not k"),
        ("list-item", 0, "1", "One record for both twins, held "),
        ("list-item", 0, "2", "A named nurse for every family i"),
        ("table", 0, "", "Service"),
        ("table", 0, "", "What it will do"),
        ("table", 0, "", "Housing"),
        ("table", 0, "", "Tell the nursery when a family m"),
        ("paragraph", 0, "", "“We are sorry,” said the board’s"),
        ("paragraph", 0, "", "The board has accepted every rec"),
    ]
    assert {
        "Home",
        "Weather",
        "Win a family holiday in our prize draw",
        "Bus route to be cut in June",
    } <= set(left_out(draft))
    assert [it.text for it in draft.removed if it.reason is RemovedReason.FOOTNOTE_MARK] == ["1"]
    everything = "".join(block.label + block.text for block in draft.blocks)
    letters = sum(map(str.isalnum, everything + "".join(it.text for it in draft.removed)))
    assert letters == draft.pages[0].characters


def test_a_report_exported_to_html_is_read_whole() -> None:
    """Where trafilatura finds too little, everything outside menus is the text."""
    points = "".join(f"<div><b>{n}</b> point</div>" for n in ("First", "Second", "Third"))
    draft = read(f"<nav><a href='/'>Start</a></nav>{points}")
    assert texts(draft) == ["First point", "Second point", "Third point"]
    assert left_out(draft) == ["Start"]


def test_a_page_of_links_is_read_rather_than_nothing() -> None:
    """A page that is a menu and nothing else still has its text."""
    assert texts(read("<nav><a href='a'>Reports</a></nav>")) == ["Reports"]


def test_line_breaks() -> None:
    """One line break is white space, two part paragraphs, white space in the source is folded."""
    draft = read(f"<article><p>{SENTENCE}<br>It went\n   on.<br><br>{SENTENCE} Again.</p></article>")
    assert texts(draft) == [f"{SENTENCE} It went on.", f"{SENTENCE} Again."]


def test_numbered_lists_count_as_in_a_browser() -> None:
    """Start, value and letters are respected; nested lists do not take the outer number."""
    draft = read(
        f"<article><p>{SENTENCE}</p><ol start=3><li><p>{SENTENCE} Three.</p>"
        f"<ul><li>{SENTENCE} Inner.</li></ul><li value=7>{SENTENCE} Seven.</ol>"
        f"<ol type=a><li>{SENTENCE} Letter.</ol></article>"
    )
    labels = [(block.label, block.text.rsplit(" ", 1)[-1]) for block in draft.blocks[1:]]
    assert labels == [("3", "Three."), ("", "Inner."), ("7", "Seven."), ("a", "Letter.")]


def test_a_table_that_only_lays_out_the_page_has_no_cells() -> None:
    """Old pages and boxes are tables of one cell or around headings."""
    draft = read(
        f"<table><tr><td><h2>Findings</h2><p>{SENTENCE}</p></td><td><p>{SENTENCE} Two.</p></td></table>"
    )
    assert [block.kind for block in draft.blocks] == [
        BlockKind.HEADING,
        BlockKind.PARAGRAPH,
        BlockKind.PARAGRAPH,
    ]


def test_preformatted_text_is_read_as_plain_text() -> None:
    """Wrapped lines in it are joined."""
    draft = read(
        "<pre>1.1 The nurse rang the family on\nMonday and wrote to them after\nthat. It was too late.</pre>"
    )
    assert [(block.label, block.text) for block in draft.blocks] == [
        ("1.1", "The nurse rang the family on Monday and wrote to them after that. It was too late.")
    ]


def test_raised_figures_that_are_no_footnotes_stay() -> None:
    """A unit keeps its power, a day its ending."""
    draft = read(f"<article><p>{SENTENCE} It was 9 m<sup>2</sup> on the 4<sup>th</sup> floor.</p></article>")
    assert texts(draft)[0].endswith("It was 9 m2 on the 4th floor.")


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("<meta charset=utf-8>", "utf-8"),
        ("<meta charset='iso-8859-1'>", "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1252">', "cp1252"),
        ("<meta charset=koi8-r>", "koi8-r"),
        ("", "utf-8"),
        ("", "cp1252"),
        ("", "utf-16"),
        ("<meta charset=utf-8>", "cp1252"),
        ("<meta charset=no-such-encoding>", "utf-8"),
    ],
)
def test_encodings(declared: str, encoding: str) -> None:
    """A mark, what the page declares, and what its bytes show, in this order."""
    text = "Дом был холодным" if encoding == "koi8-r" else "The family’s “flat” – £90 a week"
    page = f"<html><head>{declared}</head><body><p>{text}</p></body></html>"
    assert texts(read_html(page.encode(encoding), "a.html")) == [text]


def test_a_page_without_a_letter() -> None:
    """A page that a script fills has nothing to read."""
    with pytest.raises(EmptyDocumentError, match=r"^a\.html .*script"):
        read("<script>show('everything')</script><div></div>")


def test_deep_nesting_is_no_danger() -> None:
    """Hundreds of nested elements are read."""
    assert "deep" in " ".join(texts(read("<div>" * 240 + "deep" + "</div>" * 240)))


fragments = st.lists(
    st.sampled_from(
        [
            *(
                "<p>",
                "</p>",
                "<ul><li>",
                "</ul>",
                "<table><tr><td>",
                "<td>",
                "</table>",
                "<h2>",
                "</h2>",
                "<br>",
                "<nav>",
            ),
            *(
                "</nav>",
                "<a href=x>",
                "</a>",
                "<ol>",
                "<li>",
                "<sup>1</sup>",
                "<!-- c -->",
                "&nbsp;",
                "&pound;",
                "<pre>",
            ),
            *("</pre>", "The nurse rang.", "4.12 It ended.", "• a visit", " ", "\n"),
        ]
    ),
    max_size=25,
)


@settings(deadline=None, max_examples=60)
@given(fragments)
def test_no_letter_is_lost(pieces: list[str]) -> None:
    """Every letter of a page is in a block, its label, or in what was removed."""
    with warnings.catch_warnings():
        try:
            draft = read("".join(pieces))
        except DocumentError:
            return
    kept = "".join(block.text for block in draft.blocks) + "".join(it.text for it in draft.removed)
    assert kept.count("nurse") == "".join(pieces).count("nurse")
    assert kept.count("ended") == "".join(pieces).count("ended")
    assert kept.count("visit") == "".join(pieces).count("visit")


def test_a_huge_table_takes_no_time() -> None:
    """Cells that are all alike are not compared with one another."""
    draft = read(
        f"<article><h1>Answers</h1><p>{SENTENCE}</p><table>{'<tr><td>Yes<td>No' * 3000}</table></article>"
    )
    assert sum(block.kind is BlockKind.TABLE for block in draft.blocks) == 6000
