"""The page of an evaluation: whole, the same each time, harmless, and readable without its plots."""

import re
import sys
from dataclasses import replace

import pytest
from evaluated import small_evaluation
from lxml import html

from reviewtheme.errors import MissingExtraError
from reviewtheme.evaluation.evaluate import EvaluationOptions
from reviewtheme.output.evaluation_page import evaluation_page

pytest.importorskip("matplotlib")
pytest.importorskip("jinja2")
EVIL = "</script><img src=x onerror=alert(1)> $a$ & \u202e\x1b[2J"


@pytest.fixture(scope="module")
def page() -> str:
    """Give the page of a small evaluation."""
    return evaluation_page(small_evaluation())


def test_same_evaluation_same_bytes(page: str) -> None:
    """No date, no chance."""
    assert evaluation_page(small_evaluation()) == page


def test_needs_nothing_else(page: str) -> None:
    """No script, no address to load from, and a policy that forbids both."""
    document = html.fromstring(page)
    assert not document.xpath("//script | //link | //img | //iframe | //object | //@onclick")
    assert all(
        address.startswith("#") for address in document.xpath("//@href | //@src | //@*[name()='xlink:href']")
    )
    (policy,) = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy


def test_figures_are_in_tables(page: str) -> None:
    """Every theme has its row, also one without labels; plots have a text in their place."""
    document = html.fromstring(page)
    rows = {
        row.xpath("string(th)"): [cell.text_content() for cell in row.xpath("td")]
        for row in document.xpath("//section[@aria-labelledby='themes']//tbody/tr")
    }
    assert rows["Supervision"][:5] == ["2", "2", "0.50", "0.50", "0.50"]
    assert rows["Drains"][:5] == ["none", "1", "–", "–", "–"]
    plots = document.xpath("//*[name()='svg']")
    assert len(plots) == 3
    assert all(plot.get("role") == "img" and plot.get("aria-label") for plot in plots)


def test_is_well_formed(page: str) -> None:
    """Ids are unique, links lead somewhere, parts and tables have names, cells have headings."""
    document = html.fromstring(page)
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in document.xpath("//a/@href")} <= set(ids)
    assert set(re.findall(r"url\(#([^)]+)\)", page)) <= set(ids)
    assert document.xpath("//html/@lang") == ["en"]
    assert all(label in ids for label in document.xpath("//@aria-labelledby"))
    assert all(heading.get("scope") for heading in document.xpath("//th"))
    assert len(document.xpath("//h1")) == 1


def test_hostile_text_is_text() -> None:
    """Of documents, themes, models and warnings."""
    evaluation = small_evaluation()
    evil = replace(
        evaluation,
        setting=replace(evaluation.setting, subject=EVIL),
        themes=tuple(replace(theme, name=EVIL) for theme in evaluation.themes),
        mistakes=tuple(replace(m, text=EVIL, document=EVIL) for m in evaluation.mistakes),
        warnings=(EVIL,),
    )
    page = evaluation_page(evil)
    assert not html.fromstring(page).xpath("//script | //img | //@onerror")
    assert "\u202e" not in page
    assert "\x1b" not in page
    assert "$a$" in page


def test_a_page_of_little() -> None:
    """Nothing labelled, no stance, no baseline, no mistake: what is left is still a page."""
    evaluation = small_evaluation(options=EvaluationOptions(samples=0, worst=0, baselines=False))
    unlabelled = tuple(replace(theme, support=0) for theme in evaluation.themes)
    little = replace(evaluation, themes=unlabelled, stance=None, registers=(), confusions=(), mistakes=())
    document = html.fromstring(evaluation_page(little))
    assert len(document.xpath("//*[name()='svg']")) == 1
    assert not document.xpath("//section[@aria-labelledby='stance']")


@pytest.mark.parametrize("package", ["jinja2", "matplotlib"])
def test_what_to_install_is_said(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a package is missing."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"{package}.*reviewtheme\[report\]"):
        evaluation_page(small_evaluation())
