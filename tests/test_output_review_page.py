"""The page of a review as text: what is in it, the same each time, and safe whatever a document says."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from coded_reviews import CHILD_HOLLY, Marked, coded_review
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from reviewtheme.classification.classify import classify
from reviewtheme.classification.model import Model
from reviewtheme.codebook import Codebook, Stance, Theme, default_codebook
from reviewtheme.document import Block, BlockKind, Page, Review, Source
from reviewtheme.errors import ModelError
from reviewtheme.output.review_page import review_page


def parsed(page: str) -> html.HtmlElement:
    """Parse a page."""
    return html.document_fromstring(page)


def words(element: html.HtmlElement) -> str:
    """Return the words of an element with single spaces between them."""
    return " ".join(" ".join(element.itertext()).split())


def data(page: str) -> dict[str, Any]:
    """Return what the page's script knows."""
    found: dict[str, Any] = json.loads(parsed(page).get_element_by_id("data").text)
    return found


def test_facts_notes_and_summary_stand_at_the_top() -> None:
    """What the review is, how it was read, and what it teaches."""
    page = parsed(review_page(coded_review()))
    overview = words(page.get_element_by_id("overview"))
    assert "Child Holly" in overview
    assert "Page 4 has no text." in overview
    assert "Learning themes include: inter-agency communication;" in overview
    assert page.findtext(".//title") == "holly.pdf – reviewtheme"


def test_evidence_stands_by_theme_with_its_place() -> None:
    """Stance, page, score and section of each sentence; the body alone counts."""
    page = parsed(review_page(coded_review()))
    themes = page.get_element_by_id("evidence-list").findall("section")
    assert words(themes[0].find("h3")) == "Inter-agency communication 2"
    cards = [words(card) for card in themes[0].iterfind(".//li")]
    assert cards[0].startswith(CHILD_HOLLY[3].text)
    assert "→ Recommendation Page 2 Score 0.90 Findings" in cards[0]
    assert "▲ Concern Page 1 Score 0.81 Findings" in cards[1]
    assert "1 marked sentence in contents, glossary" in words(page.get_element_by_id("evidence"))
    assert len(page.get_element_by_id("document").find_class("marked")) == 5


def test_plots_have_the_numbers_of_their_tables() -> None:
    """Each plot is text and shapes, and a table beside it says the same."""
    page = parsed(review_page(coded_review()))
    profile, strip = page.find_class("plot")
    names = {"Inter-agency communication", "Supervision and management oversight"}
    for plot in (profile, strip):
        assert names <= {words(text) for text in plot.iterfind(".//text")}
        assert plot.find("svg").get("aria-label")
    rows = [words(row) for row in page.get_element_by_id("overview").iterfind(".//tbody/tr")]
    assert "Inter-agency communication 1 0 1 0 2" in rows
    assert "Inter-agency communication 1, 2" in rows


def test_all_of_the_text_is_there_in_order() -> None:
    """Every character of the review, sentences and what stands between them."""
    coded = coded_review()
    document = parsed(review_page(coded)).get_element_by_id("document")
    for mark in [
        *document.find_class("marks"),
        *document.find_class("page-mark"),
        *document.find_class("label"),
    ]:
        mark.drop_tree()
    assert words(document) == " ".join(coded.review.text.split())


def test_pages_are_marked_where_they_begin() -> None:
    """Once each, before the first sentence of theirs, inside a paragraph too."""
    coded = coded_review()
    document = parsed(review_page(coded)).get_element_by_id("document")
    assert [words(mark) for mark in document.find_class("page-mark")] == ["Page 1", "Page 2", "Page 3"]


def test_words_that_spoke_are_told_where_they_were_asked_for(small_model: Model) -> None:
    """Underlined in the sentence and listed below it."""
    review = Review(
        source=Source(path="-", sha256="ab" * 32, media_type="text/plain", pages=1),
        text="Supervision was regular and challenging.",
        pages=(Page(number=1, engine="text", characters=35, width=0, height=0),),
        blocks=(Block(kind=BlockKind.PARAGRAPH, start=0, end=40, page=1),),
    )
    coded = classify(review, model=small_model)
    marked = replace(coded, sentences=tuple(replace(s, themes=("supervision",)) for s in coded.sentences))
    page = review_page(marked, explaining=small_model)
    card = parsed(page).find_class("card")[0]
    assert "Supervision" in [words(word) for word in card.find_class("word")]
    assert "Words that spoke for it: supervision" in words(card)
    assert data(page)["document"] == "standard input"
    assert "spoke for it" not in review_page(marked)
    with pytest.raises(ModelError, match="coded by model"):
        review_page(coded_review(), explaining=small_model)


def test_the_same_review_gives_the_same_page() -> None:
    """Byte for byte: no time, no counter, no order of a set."""
    assert review_page(coded_review()) == review_page(coded_review())


def test_nothing_is_loaded_and_no_other_script_may_run() -> None:
    """One script, one style sheet, both named by the policy; no address anywhere but those of XML."""
    page = review_page(coded_review())
    root = parsed(page)
    scripts = [one for one in root.iter("script") if one.get("type") != "application/json"]
    assert len(scripts) == len(list(root.iter("style"))) == 1
    policy = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "script-src 'unsafe" not in policy
    addresses = set(re.findall(r"[a-z]+://[^\s\"'<]+", page))
    assert addresses == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert not root.xpath("//*[@src or @srcset or @*[starts-with(name(), 'on')]]")


@settings(max_examples=15, deadline=None)
@given(
    st.text(min_size=1, max_size=60).filter(lambda text: text.strip() != ""),
    st.text(min_size=1, max_size=30),
)
def test_no_text_breaks_the_page(said: str, name: str) -> None:
    """Whatever a document, a codebook or a file name holds is text, and the script has it whole."""
    codebook = Codebook(
        name="other",
        version="1",
        themes=(Theme(id="one", name=said or "x", group=name), Theme(id="two", name="$x^2$ {{ 7 * 7 }}")),
        stances=(Stance(id="odd", name=name),),
    )
    coded = coded_review(
        (Marked(text=said, themes=("one", "two"), stance="odd"), Marked(text="x", stance="odd")),
        path=f"{name}.pdf",
        codebook=codebook,
    )
    page = review_page(coded)
    page.encode("utf-8")
    known = data(page)
    assert [one["text"] for one in known["sentences"]] == [said, "x"]
    assert known["themes"][0]["name"] == said
    root = parsed(page)
    assert len(list(root.iter("script"))) == 2
    assert not list(root.iter("img"))
    assert "{{ 7 * 7 }}" in root.get_element_by_id("codebook").text_content()


def test_a_codebook_without_stances_or_a_review_without_themes_has_a_page() -> None:
    """Parts that have nothing to show say so."""
    codebook = Codebook(name="flat", version="1", themes=(Theme(id="one", name="One"),), stances=())
    plain = coded_review((Marked(text="It rained.", themes=("one",), stance=""),), codebook=codebook)
    page = parsed(review_page(plain))
    assert words(page.find_class("theme")[0].find("h3")) == "One 1"
    assert not page.find_class("stance")
    empty = parsed(review_page(coded_review((Marked(text="It rained."),))))
    assert "No theme was found" in words(empty.get_element_by_id("overview"))
    assert not empty.find_class("plot")
    nothing = replace(coded_review(), sentences=(), review=replace(coded_review().review, blocks=()))
    assert "0 sentences" in words(parsed(review_page(nothing)).find_class("size")[0])


def test_offsets_count_code_points() -> None:
    """As everywhere in the program, although a browser counts otherwise."""
    coded = coded_review((Marked(text="😀 smiled."), Marked(text="Then 𝒳 left.", themes=("training",))))
    second = data(review_page(coded))["sentences"][1]
    assert coded.review.text[second["start"] : second["end"]] == second["text"] == "Then 𝒳 left."


def test_every_theme_is_offered() -> None:
    """The filter and the corrections have the codebook's themes and stances, in its order."""
    page = review_page(coded_review())
    codebook = default_codebook()
    assert [theme["id"] for theme in data(page)["themes"]] == list(codebook.theme_ids)
    assert [stance["id"] for stance in data(page)["stances"]] == list(codebook.stance_ids)
    options = parsed(page).get_element_by_id("theme").xpath(".//option/@value")
    assert options == ["", *codebook.theme_ids]
