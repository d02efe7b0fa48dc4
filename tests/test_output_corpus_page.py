"""The page of a corpus as text: counts, intervals, pairs, years and kinds, recommendations, failures."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from coded_reviews import CHILD_HOLLY, Marked, coded_review
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from typer.testing import CliRunner

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.classification.model import Model
from reviewtheme.cli import app
from reviewtheme.codebook import Codebook, Theme, default_codebook
from reviewtheme.corpus import CorpusResult, DuplicateReview, FailedReview
from reviewtheme.corpus.database import CorpusWriter
from reviewtheme.corpus.find_inputs import Input
from reviewtheme.corpus.run import Record
from reviewtheme.corpus.settings import Settings
from reviewtheme.corpus_commands import write_corpus_page
from reviewtheme.document import Fact
from reviewtheme.errors import UsageError
from reviewtheme.output.corpus_page import corpus_page, corpus_page_from_database
from reviewtheme.output.pages.corpus_digest import MOST_RECOMMENDATIONS, Interval, rate


def review(
    path: str, *, date: str = "", kind: str = "", marked: tuple[Marked, ...] = CHILD_HOLLY
) -> CodedReview:
    """Make a coded review that states its date and kind."""
    coded = coded_review(marked, path=path)
    stated = (("date", date), ("kind-of-review", kind))
    facts = tuple(Fact(name=name, value=value, start=0, end=1) for name, value in stated if value)
    return replace(coded, review=replace(coded.review, facts=facts))


NOTHING = (Marked(text="It rained."), Marked(text="Glossary", themes=("neglect",)))
RESULTS: tuple[CorpusResult, ...] = (
    review("in/a.pdf", date="2019-05-01", kind="serious case review"),
    FailedReview(path="in/b.pdf", kind="encrypted", message="in/b.pdf asks for a <password>."),
    review("in/c.pdf", date="2020-01-01/2021-02-02", kind="serious case review"),
    DuplicateReview(path="in/d.pdf", sha256="ab" * 32, original="in/a.pdf"),
    review("in/e.pdf", marked=NOTHING),
)


def parsed(page: str) -> html.HtmlElement:
    """Parse a page."""
    return html.document_fromstring(page)


def words(element: html.HtmlElement) -> str:
    """Return the words of an element with single spaces between them."""
    return " ".join(" ".join(element.itertext()).split())


def rows(page: str, part: str) -> list[str]:
    """Return the rows of the tables of a part of the page."""
    return [words(row) for row in parsed(page).get_element_by_id(part).iterfind(".//tbody/tr")]


def data(page: str) -> dict[str, Any]:
    """Return what the page's script knows."""
    found: dict[str, Any] = json.loads(parsed(page).get_element_by_id("data").text)
    return found


@pytest.fixture(scope="module")
def page() -> str:
    """Give the page of those results."""
    return corpus_page(RESULTS)


def test_what_could_not_be_coded_is_told(page: str) -> None:
    """Nothing is left out in silence."""
    top = words(parsed(page).find_class("top")[0])
    assert "3 reviews with 14 sentences, 2019 to 2021" in top
    assert "1 file could not be coded: encrypted 1" in top
    assert "in/b.pdf asks for a <password>." in top
    assert "1 file had the same content as another, and was read once" in top


def test_prevalence_has_its_interval(page: str) -> None:
    """Of reviews by Wilson, of sentences in 100 by Student; sentences by stance."""
    found = rows(page, "prevalence")
    assert found[0] == "Inter-agency communication 2 67 % 21 % to 94 % 22.2 (0.0 to 70.0) 4 2 0 2 0"
    assert "Neglect 1 33 % 6 % to 79 % 16.7 (0.0 to 88.4) 1 0 0 0 1" in found
    assert "Found in no review: " in words(parsed(page).get_element_by_id("prevalence"))


def test_pairs_count_sentences_with_both(page: str) -> None:
    """Of each theme's sentences, and of those with either."""
    assert rows(page, "together") == [
        "Supervision and management oversight Record keeping 2 100 % 100 % 100 %",
        "Inter-agency communication Handover, transfer and continuity 2 50 % 100 % 50 %",
    ]


def test_years_and_kinds_are_those_that_documents_state(page: str) -> None:
    """The later year of two; those that state none are told or have a column."""
    part = words(parsed(page).get_element_by_id("time"))
    assert "1 review without a known year is left out" in part
    heads = [words(head) for head in parsed(page).get_element_by_id("time").iterfind(".//thead//th")]
    assert heads == ["Theme", "2019 (1)", "2021 (1)"]
    kinds = [words(head) for head in parsed(page).get_element_by_id("kinds").iterfind(".//thead//th")]
    assert kinds == ["Theme", "serious case review (2)", "kind not stated (1)"]
    assert "Neglect 0.0 (0.0 to 0.0) 0 % (0 to 66) 50.0 100 % (21 to 100)" in rows(page, "kinds")


def test_rare_kinds_share_a_column() -> None:
    """A table of forty columns tells nobody anything."""
    page = corpus_page([review(f"{n}.pdf", kind=f"kind {n % 12}") for n in range(13)])
    kinds = [words(head) for head in parsed(page).get_element_by_id("kinds").iterfind(".//thead//th")]
    assert (len(kinds), kinds[1], kinds[-1]) == (9, "kind 0 (2)", "other kinds (5)")


def test_the_heat_map_counts_by_stance(page: str) -> None:
    """Each theme that a review has, with its sentences by stance; names without the folder of all."""
    reviews = data(page)["reviews"]
    codebook = default_codebook()
    assert [one["name"] for one in reviews] == ["a.pdf", "c.pdf", "e.pdf"]
    assert [one["year"] for one in reviews] == [2019, 2021, None]
    assert [codebook.theme_ids.index("inter-agency-communication"), 1, 0, 1, 0] in reviews[0]["cells"]
    assert reviews[2]["cells"] == [[codebook.theme_ids.index("neglect"), 0, 0, 0, 1]]


def test_recommendations_stand_under_their_themes() -> None:
    """The best scores first; what there is no room for is counted."""
    number = MOST_RECOMMENDATIONS + 5
    order = list(range(number))
    random.Random(7).shuffle(order)
    asks = tuple(
        Marked(text=f"Ask {n}.", themes=("training",), stance="recommendation", score=n / number)
        for n in order
    )
    found = data(corpus_page([review("one.pdf", marked=asks), review("two.pdf")]))
    training = found["recommendations"][default_codebook().theme_ids.index("training")]
    assert training["all"] == number
    scores = [score for _, score in training["kept"]]
    assert len(scores) == MOST_RECOMMENDATIONS
    assert all(a >= b for a, b in pairwise(scores))
    assert found["texts"][training["kept"][0][0]][:3] == [f"Ask {number - 1}.", 0, 1]
    assert len(found["texts"]) == MOST_RECOMMENDATIONS + 1


def test_a_codebook_without_recommendations_is_not_said_to_have_none() -> None:
    """They cannot be known by it, which is told in their place."""
    codebook = Codebook(name="own", version="1", themes=(Theme(id="a", name="Arrears"),), stances=())
    coded = coded_review([Marked(text="Pay it.", themes=("a",), stance="")], codebook=codebook)
    told = "has no stance “recommendation”"
    assert told in corpus_page([coded])
    assert told not in corpus_page([coded_review()])


def test_results_are_let_go_as_they_come() -> None:
    """A run of thousands of reviews is not kept in memory."""
    import weakref

    kept: list[weakref.ref[CodedReview]] = []

    def come() -> Iterator[CorpusResult]:
        for number in range(4):
            one = review(f"{number}.pdf")
            kept.append(weakref.ref(one))
            assert sum(ref() is not None for ref in kept) <= 2
            yield one

    assert len(data(corpus_page(come()))["reviews"]) == 4


def test_the_same_results_give_the_same_page(page: str) -> None:
    """Byte for byte."""
    assert corpus_page(RESULTS) == page


def test_a_database_gives_the_page_of_its_reviews(tmp_path: Path, small_model: Model, page: str) -> None:
    """The same counts, pairs, years, kinds and recommendations as from the run itself."""
    corpus = tmp_path / "corpus.sqlite"
    recipe = Settings(
        model_folder=None, model_sha256="cd" * 32, engine="auto", ocr=False, reading_version="1"
    )
    with CorpusWriter(corpus, small_model, recipe, inputs=len(RESULTS)) as writer:
        for place, result in enumerate(RESULTS):
            name = result.review.source.path if isinstance(result, CodedReview) else result.path
            digest = f"{place:064d}"
            if isinstance(result, CodedReview):
                source = replace(result.review.source, sha256=digest)
                result = replace(
                    result, model=small_model.identity, review=replace(result.review, source=source)
                )
            writer.add(Record(place=place, file=Input(path=name, name=name), sha256=digest, outcome=result))
        writer.end()
    summary = CliRunner().invoke(app, ["summary", str(corpus), "--page", str(tmp_path / "corpus.html")])
    assert summary.exit_code == 0, summary.output
    made = (tmp_path / "corpus.html").read_text(encoding="utf-8")
    assert made == corpus_page_from_database(corpus)
    assert "Themes of corpus.sqlite" in words(parsed(made).find_class("top")[0])
    for part in ("prevalence", "together", "time", "kinds"):
        assert rows(made, part) == rows(page, part)
    assert data(made) == data(page)


def test_the_page_of_a_database_never_replaces_it(tmp_path: Path) -> None:
    """And goes without the options of the table."""
    corpus = tmp_path / "corpus.sqlite"
    corpus.write_text("precious")
    with pytest.raises(UsageError, match="choose another name"):
        write_corpus_page(corpus, corpus)
    assert corpus.read_text() == "precious"
    refused = CliRunner().invoke(app, ["summary", str(corpus), "--page", "x.html", "--json"])
    assert isinstance(refused.exception, UsageError)


def test_nothing_to_count_is_said() -> None:
    """An empty corpus, and one without a theme, have a page."""
    for results in ((), (review("a.pdf", marked=(Marked(text="It rained."),)),), RESULTS[1:2]):
        assert "No theme was found." in words(parsed(corpus_page(results)).get_element_by_id("prevalence"))


def test_pages_of_reviews_are_linked() -> None:
    """By their addresses beside this page, known when all reviews have come."""
    pages: dict[str, str] = {}

    def come() -> Iterator[CorpusResult]:
        yield review("in/a.pdf")
        pages["in/a.pdf"] = "a.pdf.html"

    assert data(corpus_page(come(), pages=pages))["reviews"][0]["page"] == "a.pdf.html"


@given(st.integers(0, 40), st.integers(1, 400))
def test_shares_have_the_interval_of_scipy(part: int, more: int) -> None:
    """Wilson's, held against an independent one."""
    from scipy.stats import binomtest

    known = binomtest(part, part + more).proportion_ci(method="wilson")
    assert Interval(part, part + more).bounds == pytest.approx((known.low, known.high), abs=1e-9)


def test_means_have_the_interval_of_scipy() -> None:
    """Student's, held against an independent one; one value has none."""
    from scipy.stats import sem, t

    values = [3.0, 5.0, 4.0, 9.0]
    known = t.interval(0.95, 3, loc=5.25, scale=sem(values))
    assert rate(values).bounds == pytest.approx((known[0], known[1]))
    assert rate([3.0]).bounds is None
