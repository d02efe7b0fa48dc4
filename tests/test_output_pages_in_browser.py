"""Both pages in a real browser: clicks, keys, filters, corrections, accessibility; nothing leaves them."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import chromium, complaints, requests
from coded_reviews import CHILD_HOLLY, Marked, coded_review

from reviewtheme.classification.classify import classify
from reviewtheme.codebook import default_codebook
from reviewtheme.output.corpus_page import corpus_page
from reviewtheme.output.review_page import review_page
from reviewtheme.training.formats import read_labelled

if TYPE_CHECKING:
    from selenium.webdriver.chrome.webdriver import WebDriver
    from selenium.webdriver.remote.webelement import WebElement

Visit = Callable[..., "WebDriver"]
SAMPLE = Path(__file__).parent.parent / "corpus_sample" / "documents" / "child-practice-review-teasel.pdf"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HOSTILE = (
    Marked(
        text="</script><script>window.owned=1</script><img src=x onerror=window.owned=2>"
        " \u202egnihton\u202c &lt;b&gt;",
        themes=("supervision",),
        stance="concern",
    ),
    *CHILD_HOLLY,
)

pytestmark = pytest.mark.usefixtures("loopback")


@pytest.fixture(scope="module")
def browser(loopback: None, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[WebDriver]":  # noqa: ARG001
    """Give one browser for all tests here."""
    with chromium(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


@pytest.fixture
def visit(browser: "WebDriver", tmp_path: Path) -> Iterator[Visit]:
    """Give a way to open a page as a file; at the end, nothing was asked for and nothing went wrong."""

    def opened(page: str, name: str = "page.html", *, narrow: bool = False) -> "WebDriver":
        browser.set_window_size(380 if narrow else 1400, 1000)
        path = tmp_path / name
        path.write_text(page, encoding="utf-8")
        browser.get(path.as_uri())
        return browser

    browser.get("about:blank")
    requests(browser), complaints(browser)
    yield opened
    browser.execute_script("localStorage.clear()")
    assert requests(browser) == []
    assert complaints(browser) == []


@pytest.fixture(scope="module")
def sample_page() -> str:
    """Give the page of a document of the corpus, coded by the model that comes with the program."""
    return review_page(classify(SAMPLE))


def shown(browser: "WebDriver", selector: str) -> "list[WebElement]":
    """Return the elements that can be seen."""
    return [one for one in browser.find_elements("css selector", selector) if one.is_displayed()]


def one(browser: "WebDriver", selector: str) -> "WebElement":
    """Return the first element of a selector."""
    return browser.find_element("css selector", selector)


def panel(browser: "WebDriver", name: str) -> None:
    """Go to a part of the page by its link."""
    one(browser, f"a[data-panel={name}]").click()


def keys(browser: "WebDriver", *pressed: str) -> None:
    """Press keys, wherever the focus is."""
    browser.switch_to.active_element.send_keys(*pressed)


def filled(browser: "WebDriver", selector: str, text: str) -> None:
    """Write into a field, and wait until the page has taken it in."""
    field = one(browser, selector)
    field.clear()
    field.send_keys(text)
    time.sleep(0.2)


def text(browser: "WebDriver", selector: str) -> str:
    """Return the text of an element."""
    return str(one(browser, selector).get_attribute("textContent"))


def saved(browser: "WebDriver", name: str) -> Path:
    """Wait for a file that the page saves."""
    folder = Path(browser.capabilities["chrome"]["userDataDir"]).parent / "downloads"
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if (folder / name).exists():
            return folder / name
        time.sleep(0.05)
    raise AssertionError(f"{name} was not saved; the folder has {list(folder.glob('*'))}")


# --- a review ----------------------------------------------------------------------------------------------


def test_a_review_is_read_by_theme_and_in_the_text(visit: Visit) -> None:
    """Parts open by their links, evidence leads into the text."""
    browser = visit(review_page(coded_review()))
    assert [one.get_attribute("id") for one in shown(browser, ".panel") if one.size["height"] > 9] == [
        "overview"
    ]
    assert "Holly" in text(browser, ".facts")
    panel(browser, "evidence")
    assert browser.current_url.endswith("#evidence")
    assert text(browser, "#found") == "6 marks in 5 themes"
    shown(browser, "[data-show='3']")[0].click()
    assert one(browser, "a[data-panel=text]").get_attribute("aria-current")
    assert one(browser, "#s3").get_attribute("class").endswith("chosen")
    assert CHILD_HOLLY[3].text in text(browser, "#chosen-text")
    one(browser, "#next").click()
    assert text(browser, "#place") == "5 of 5"  # past the sentence without a theme


def test_filters_narrow_evidence_and_text(visit: Visit) -> None:
    """By words, theme, stance, page and score; and all come back."""
    browser = visit(review_page(coded_review()))
    panel(browser, "evidence")
    filled(browser, "#words", "WARD agrée")
    assert text(browser, "#found") == "1 mark in 1 theme"
    assert "agree who tells the ward" in shown(browser, ".card")[0].text
    assert "left-out" in one(browser, "#s1").get_attribute("class")
    assert "left-out" not in one(browser, "#s3").get_attribute("class")
    one(browser, "#filters [type=reset]").click()
    time.sleep(0.2)
    assert text(browser, "#found") == "6 marks in 5 themes"
    one(browser, "#theme option[value=inter-agency-communication]").click()
    time.sleep(0.2)
    assert text(browser, "#found") == "2 marks in 1 theme"
    one(browser, "input[name=stance]").click()  # concern
    time.sleep(0.2)
    assert text(browser, "#found") == "1 mark in 1 theme"
    one(browser, "#filters [type=reset]").click()
    filled(browser, "#from", "2")
    assert text(browser, "#found") == "3 marks in 3 themes"
    filled(browser, "#from", "")
    one(browser, "#least").send_keys("\ue010")  # End: the highest score
    time.sleep(0.2)
    assert text(browser, "#found") == "0 marks in 0 themes"


def test_corrections_are_saved_as_what_training_reads(visit: Visit, tmp_path: Path) -> None:
    """What was changed or confirmed is in the file, and nothing else; it survives a reload."""
    page = review_page(coded_review(path="cases/holly one.pdf"))
    browser = visit(page)
    panel(browser, "evidence")
    shown(browser, "[data-check='1']")[0].click()
    codebook = default_codebook()
    off = codebook.theme_ids.index("handover-and-transfer")
    on = codebook.theme_ids.index("supervision")
    one(browser, f"#chosen-theme-{off}").click()
    one(browser, "#chosen-themes summary").click()
    one(browser, f"#chosen-theme-{on}").click()
    one(browser, f"#chosen-stance-{codebook.stance_ids.index('recommendation')}").click()
    panel(browser, "text")
    one(browser, "#s4").click()
    one(browser, "#confirm").click()
    assert "1 sentence changed, 1 confirmed. Not saved yet." in text(browser, "#tally")
    assert "Supervision" in text(browser, "#s1 .marks")
    panel(browser, "evidence")
    assert "Taken off by you" in text(browser, ".card.removed .state")

    browser.get(browser.current_url.split("#")[0])  # they are still there
    assert "1 sentence changed, 1 confirmed." in text(browser, "#tally")
    one(browser, "#save").click()
    file = saved(browser, "holly one.pdf.corrections.jsonl")
    assert "Not saved yet" not in text(browser, "#tally")
    changed, confirmed = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert (changed["checked"], confirmed["checked"]) == ("changed", "confirmed")

    labelled = read_labelled(file, codebook).sentences
    assert labelled == read_labelled(file, codebook, skip_unknown=True).sentences
    first, second = labelled
    assert first.text == CHILD_HOLLY[1].text
    assert first.previous == CHILD_HOLLY[0].text
    assert first.document == "holly one.pdf"
    assert first.themes == ("inter-agency-communication", "supervision")
    assert first.stance == "recommendation"
    review = coded_review().review
    assert review.text[first.start : first.end] == first.text
    assert (second.text, second.themes, second.stance) == (CHILD_HOLLY[4].text, (), "context")
    assert [s.themes for s in read_labelled(file, codebook).sentences] == [first.themes, ()]

    one(browser, "#discard").click()
    browser.switch_to.alert.accept()
    assert text(browser, "#tally") == "None yet."
    browser.get(browser.current_url)
    assert text(browser, "#tally") == "None yet."
    copy = tmp_path / "copy.jsonl"
    strange = {**changed, "document": "another.pdf"}
    copy.write_text("\n".join([file.read_text(encoding="utf-8"), json.dumps(strange), "no JSON"]))
    one(browser, "#open").send_keys(str(copy))
    time.sleep(0.3)
    assert text(browser, "#tally").startswith("2 sentences taken over; 2 lines belong to another")
    assert "1 sentence changed, 1 confirmed." in text(browser, "#tally")
    file.unlink()


def test_a_page_that_cannot_keep_corrections_warns_before_it_is_closed(visit: Visit) -> None:
    """As in a private window; it says so, and warns no more once they are saved."""
    browser = visit(review_page(coded_review()))
    leaving = """
    const event = new Event("beforeunload", { cancelable: true });
    dispatchEvent(event);
    return event.defaultPrevented;
    """
    panel(browser, "text")
    one(browser, "#s1").click()
    one(browser, "#confirm").click()
    assert browser.execute_script(leaving) is False
    browser.execute_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    one(browser, "#s2").click()
    one(browser, "#confirm").click()
    assert browser.execute_script(leaving) is True
    assert "save before you close it" in text(browser, "#privacy")
    one(browser, "#save").click()
    saved(browser, "holly.pdf.corrections.jsonl").unlink()
    assert browser.execute_script(leaving) is False


def test_a_review_is_checked_with_the_keyboard_alone(visit: Visit) -> None:
    """Skip link, a sentence chosen, a theme ticked off, and back to where the reader was."""
    browser = visit(review_page(coded_review()))
    keys(browser, "\ue004")  # Tab
    assert browser.switch_to.active_element.text == "Skip to the content"
    browser.execute_script("document.querySelector('a[data-panel=evidence]').focus()")
    keys(browser, "\ue007")
    button = shown(browser, "[data-check]")[0]
    browser.execute_script("arguments[0].focus()", button)
    keys(browser, "\ue007")
    assert browser.switch_to.active_element.get_attribute("id") == "chosen-text"
    keys(browser, "\ue004")  # to the stance
    assert browser.switch_to.active_element.get_attribute("name") == "chosen-stance"
    keys(browser, "\ue015")  # the next one; the focus stays although the choices are drawn again
    assert browser.switch_to.active_element.get_attribute("name") == "chosen-stance"
    assert "1 sentence changed" in text(browser, "#tally")
    keys(browser, "\ue004")
    assert browser.switch_to.active_element.get_attribute("name") == "chosen-theme"
    keys(browser, " ")
    assert not browser.switch_to.active_element.is_selected()
    browser.execute_script("document.getElementById('onward').focus()")
    first = text(browser, "#chosen-text")
    keys(browser, "\ue007")
    assert browser.switch_to.active_element.get_attribute("id") == "onward"
    assert text(browser, "#chosen-text") != first
    button = shown(browser, "[data-check]")[1]
    browser.execute_script("document.getElementById('confirm').focus()")
    keys(browser, "\ue007")
    assert browser.switch_to.active_element.get_attribute("id") == "onward"  # the other has no more to do
    browser.execute_script("document.getElementById('restore').focus()")
    keys(browser, "\ue007")
    assert browser.switch_to.active_element.get_attribute("id") == "confirm"
    browser.execute_script("document.getElementById('back').focus()")
    keys(browser, "\ue007")
    assert browser.switch_to.active_element == button
    assert not one(browser, "#sentence-form").is_displayed()


def test_the_form_is_in_sight_in_a_narrow_window(visit: Visit) -> None:
    """Below the text of a long review it would be a thousand lines away; it goes when it is closed."""
    browser = visit(review_page(coded_review(CHILD_HOLLY * 12)), narrow=True)
    in_sight = """
    const { top, bottom } = document.getElementById("confirm").getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
    """
    sentence = """
    const { top } = document.getElementById(arguments[0]).getBoundingClientRect();
    return top > 0 && top < document.getElementById("checking").getBoundingClientRect().top;
    """
    panel(browser, "text")
    one(browser, "#s7").click()
    assert browser.execute_script(sentence, "s7")
    assert browser.execute_script(in_sight)
    one(browser, "#onward").click()
    assert "chosen" in one(browser, "#s8").get_attribute("class")
    assert browser.execute_script(sentence, "s8")
    one(browser, "#back").click()
    assert not one(browser, "#confirm").is_displayed()
    panel(browser, "evidence")
    browser.execute_script("document.querySelectorAll('[data-check]')[9].click()")
    time.sleep(0.2)
    assert browser.execute_script(in_sight)


def test_what_a_document_says_never_becomes_part_of_the_page(visit: Visit) -> None:
    """Neither as markup, nor as a script, nor by turning the text around; the file has it as it stands."""
    coded = coded_review(HOSTILE, path="<img src=x onerror=window.owned=3>.pdf")
    browser = visit(review_page(coded) + "<!-- -->", "hostile.html")
    assert browser.execute_script("return window.owned") is None
    assert browser.execute_script("return document.images.length") == 0
    assert "\u202e" not in browser.execute_script(
        "return document.documentElement.textContent.replace(data, '')"
    ).replace(text(browser, "#data"), "")
    assert "<img src=x onerror=window.owned=2> \ufffdgnihton\ufffd &lt;b&gt;" in text(browser, "#s0")
    panel(browser, "text")
    one(browser, "#s0").click()
    one(browser, "#confirm").click()
    lines = browser.execute_script("return labelled()")
    assert json.loads(lines[0])["text"] == HOSTILE[0].text


def test_a_script_that_got_into_the_page_does_not_run(browser: "WebDriver", tmp_path: Path) -> None:
    """The policy names the digest of the page's own script, and no other."""
    page = review_page(coded_review()).replace(
        "</h1>", "</h1><script>window.owned=1</script><img src=x onerror='window.owned=2'>"
    )
    path = tmp_path / "owned.html"
    path.write_text(page, encoding="utf-8")
    browser.get(path.as_uri())
    assert browser.execute_script("return window.owned") is None
    assert sum("Content Security Policy" in said for said in complaints(browser)) >= 2
    refused = browser.execute_async_script(
        "const done = arguments[0];"
        "fetch('https://example.org/').then(() => done('sent'), () => done('refused'))"
    )
    assert refused == "refused"
    assert complaints(browser)
    requests(browser)


def test_the_strip_leads_to_the_sentence(visit: Visit) -> None:
    """A click on a stroke shows its sentence."""
    browser = visit(review_page(coded_review()))
    browser.execute_script(
        """
        const strip = document.getElementById("strip");
        strip.scrollIntoView({ block: "center", behavior: "instant" });
        const isStroke = (one) => /stroke-width: 2.2/.test(one.getAttribute("style"));
        const stroke = [...strip.querySelectorAll("path")].filter(isStroke);
        const { left, top, width, height } = stroke[0].getBoundingClientRect();
        const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true };
        stroke[0].dispatchEvent(new MouseEvent("click", at));
        """
    )
    assert "concern" in str([s.stance for s in coded_review().sentences])
    assert text(browser, "#chosen-text") == CHILD_HOLLY[1].text


# --- a corpus ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corpus() -> str:
    """Give the page of three reviews."""
    return corpus_page(
        [
            coded_review(path="a/holly.pdf"),
            coded_review(path="a/rowan.pdf"),
            coded_review(HOSTILE, path="a/<b>.pdf"),
        ],
        pages={"a/rowan.pdf": "rowan.pdf.html"},
    )


def test_the_heat_map_sorts_and_filters(visit: Visit, corpus: str) -> None:
    """By name and by theme, with the focus kept; by part of a name, stance and rate."""
    browser = visit(corpus)
    panel(browser, "map")
    names = [row.text for row in shown(browser, "#heat tbody th")]
    assert sorted(names) == sorted(["<b>.pdf", "holly.pdf", "rowan.pdf"])
    assert one(browser, "#heat tbody a").get_attribute("href").endswith("/rowan.pdf.html")
    place = default_codebook().theme_ids.index("supervision")
    browser.execute_script(f"document.getElementById('sort-{place}').click()")
    assert shown(browser, "#heat tbody th")[0].text == "<b>.pdf"
    assert browser.switch_to.active_element.get_attribute("id") == f"sort-{place}"
    assert one(browser, "#heat th[aria-sort]").get_attribute("aria-sort") == "descending"
    filled(browser, "#map-words", "ROWAN")
    assert [row.text for row in shown(browser, "#heat tbody th")] == ["rowan.pdf"]
    assert text(browser, "#map-status") == "1 review"
    cells = [cell.text for cell in shown(browser, "#heat td.cell")]
    assert (len(cells), cells[place], cells.count("")) == (30, "1", 25)
    one(browser, "#map-measure option[value=share]").click()
    time.sleep(0.2)
    assert shown(browser, "#heat td.cell")[place].text == "17"
    one(browser, "#map-stance option[value='0']").click()
    time.sleep(0.2)
    assert shown(browser, "#heat td.cell")[place].text == ""


def test_recommendations_are_found_by_their_words(visit: Visit, corpus: str) -> None:
    """They stand under their themes, with the review and page."""
    browser = visit(corpus)
    panel(browser, "asked")
    assert text(browser, "#asked-status") == "3 recommendations in 1 theme"
    card = shown(browser, "#asked-list .card")[0].text
    assert CHILD_HOLLY[3].text in card
    assert "Page 2" in card
    filled(browser, "#asked-words", "nothing of the sort")
    assert text(browser, "#asked-status") == "0 recommendations in 0 themes"


# --- both --------------------------------------------------------------------------------------------------

AXE = """
const [standards, done] = arguments;
const told = ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).slice(0, 3)}`;
const seen = { exclude: [[".panel[hidden]"]] };
axe.run(seen, { runOnly: standards }).then(({ violations }) => done(violations.map(told)));
"""
TARGETS = """
const controls = "button, input:not(.unseen), select, summary, .tabs a, label.choice, label.tick";
const inLabel = (one) => one.matches("input") && one.closest("label.choice, label.tick");
return [...document.querySelectorAll(controls)]
  .filter((one) => one.checkVisibility({ contentVisibilityAuto: true }) && !inLabel(one))
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 24 || box.height < 24)
  .map(([what, box]) => `${what} ${box.width} x ${box.height}`);
"""


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("which", ["review", "corpus"])
def test_the_pages_meet_the_accessibility_guidelines(
    visit: Visit, corpus: str, which: str, narrow: bool
) -> None:
    """Every part by axe's rules for WCAG A and AA; targets of 24 pixels; nothing wider than the window."""
    axe = pytest.importorskip("axe_core_python", reason="pip install axe-core-python")
    source = (Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    page = review_page(coded_review()) if which == "review" else corpus
    browser = visit(page, narrow=narrow)
    browser.execute_script(source)
    parts = [link.get_attribute("data-panel") for link in browser.find_elements("css selector", ".tabs a")]
    assert len(parts) >= 4
    for part in parts:
        panel(browser, part)
        if part == "text":
            one(browser, "#s1").click()
        browser.execute_script(
            "for (const one of document.querySelectorAll('.panel details')) one.open = true"
        )
        faults = browser.execute_async_script(AXE, STANDARDS)
        assert faults == [], part
        assert browser.execute_script(TARGETS) == [], part
        if narrow:
            wide = browser.execute_script("return document.documentElement.scrollWidth")
            assert wide <= browser.execute_script("return innerWidth"), part


def test_both_pages_print_every_part(visit: Visit, corpus: str, tmp_path: Path) -> None:
    """What is on no screen at once is all on paper, without the controls."""
    import base64

    pypdf = pytest.importorskip("pypdf")
    for page, wanted, controls in (
        (
            review_page(coded_review()),
            ("Overview", "Evidence by theme", "Full text with marks", "Codebook"),
            "Save corrections",
        ),
        (
            corpus,
            ("How common", "Themes by review", "come together", "Change by year", "Recommendations"),
            "Small cells",
        ),
    ):
        browser = visit(page)
        printed = tmp_path / "printed.pdf"
        printed.write_bytes(base64.b64decode(browser.print_page()))
        read = "\n".join(sheet.extract_text() for sheet in pypdf.PdfReader(printed).pages)
        assert [title for title in wanted if title not in read] == []
        assert CHILD_HOLLY[3].text[:30] in read.replace("\n", " ")
        assert controls not in read


def test_a_real_review_is_quick_to_use(visit: Visit, browser: "WebDriver", sample_page: str) -> None:
    """A document of the corpus, coded by the real model: loaded, every part drawn, filtered ten times."""
    browser.execute_cdp_cmd(
        "Performance.enable", {"timeDomain": "threadTicks"}
    )  # others' work does not count
    visit(sample_page)
    for part in ("evidence", "text", "codebook", "evidence"):
        panel(browser, part)
    assert shown(browser, ".card")
    browser.execute_script("for (let turn = 0; turn < 10; turn += 1) filter()")
    measured = browser.execute_cdp_cmd("Performance.getMetrics", {})["metrics"]
    spent = {one["name"]: one["value"] for one in measured}["TaskDuration"]
    assert 0 < spent < 3
