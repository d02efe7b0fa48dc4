"""Take the pictures of the report pages that stand in the documentation, in headless Chromium.

python docs/make_page_pictures.py

Needs the extras "report" and "dev", and Debian's chromium and chromium-driver.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

import reviewtheme as rt
from reviewtheme.classification.model import Model
from reviewtheme.output.corpus_page import corpus_page
from reviewtheme.output.review_page import review_page
from reviewtheme.training.formats import read_labelled

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parent / "corpus_sample"
sys.path.insert(0, str(HERE.parent / "tests"))

_REVIEWS = 40
_COLOURS = 256
"""Colours of a picture: enough for a page, and a third of the bytes."""
_KINDS = ("Serious Case Review", "Local Child Safeguarding Practice Review")


def main() -> None:
    """Write the pages, open them, and take a picture of each."""
    from browser import chromium

    model = rt.load_model(None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        review, corpus = folder / "review.html", folder / "corpus.html"
        coded = rt.classify(SAMPLE / "documents" / "child-practice-review-teasel.pdf", model=model)
        review.write_text(review_page(coded, explaining=model), encoding="utf-8")
        title = f"{_REVIEWS} invented reviews"
        corpus.write_text(corpus_page(coded_samples(folder, model), title=title), encoding="utf-8")
        with chromium(folder, 1400, 1160) as driver:
            driver.get(review.as_uri())
            driver.execute_script("showPanel('evidence'); document.querySelector('[data-check]').click()")
            take(driver.get_screenshot_as_png(), "review-page")
            driver.get(corpus.as_uri())
            driver.execute_script("showPanel('map')")
            take(driver.get_screenshot_as_png(), "corpus-page")


def coded_samples(folder: Path, model: Model) -> Iterator[rt.CodedReview]:
    """Write documents of the invented corpus as text files and code them."""
    documents: dict[str, list[str]] = {}
    for sentence in read_labelled(SAMPLE / "labelled" / "report.jsonl", rt.default_codebook()).sentences:
        documents.setdefault(sentence.document, []).append(sentence.text)
    for place, name in enumerate(list(documents)[:_REVIEWS]):
        path = folder / f"{name}.txt"
        title = (_KINDS[place % 2], f"Published: 14 March {2014 + place % 9}")
        path.write_text("\n\n".join((*title, *documents[name])), encoding="utf-8")
        yield rt.classify(path, model=model)


def take(picture: bytes, name: str) -> None:
    """Save a picture of the screen with few colours."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    few = image.quantize(_COLOURS, dither=Image.Dither.NONE)
    few.save(HERE / "pictures" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
