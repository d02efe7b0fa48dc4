"""Size of the HTML pages, time to write them, and time until they can be used in Chromium.

python benchmarks/report_pages.py                        # a corpus of 500 reviews, put together
python benchmarks/report_pages.py --published ../shared  # and pages of 20 published reports

Needs the extras "report" and "dev", and Debian's chromium and chromium-driver. A page can be used when the
browser has loaded it and each of its parts was opened once and drawn.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import reviewtheme as rt
from reviewtheme.classification.coded_review import CodedReview, CodedSentence, ModelIdentity
from reviewtheme.codebook import default_codebook
from reviewtheme.document import Block, BlockKind, Fact, Page, Review, Sentence, Source
from reviewtheme.output.corpus_page import corpus_page
from reviewtheme.output.review_page import review_page
from reviewtheme.training.formats import read_labelled
from reviewtheme.training.labelled import LabelledSentence

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))
LABELLED = HERE.parent / "corpus_sample" / "labelled"
KINDS = (
    "serious case review",
    "child safeguarding practice review",
    "inspection",
    "domestic homicide review",
)
SENTENCES = 360
"""A review's; published inspection reports have 352 in the middle."""


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--reviews", type=int, default=500)
    arguments.add_argument("--published", type=Path, help="folder with reviews/*.pdf")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure_corpus(asked.reviews, Path(folder))
        if asked.published:
            measure_reviews(sorted(asked.published.glob("reviews/*.pdf"))[:20], Path(folder))


def measure_corpus(number: int, folder: Path) -> None:
    """Write the page of a corpus whose reviews come one by one, and open it."""
    begun = time.perf_counter()
    sentences = sum(len(coded.sentences) for coded in invented_reviews(number))
    making = time.perf_counter() - begun
    begun = time.perf_counter()
    page = corpus_page(invented_reviews(number))
    took = time.perf_counter() - begun - making
    path = folder / "corpus.html"
    path.write_text(page, encoding="utf-8")
    print(f"corpus of {number} reviews, {sentences:,} sentences: {size(path)}, written in {took:.1f} s")
    print(f"  {usable([path], folder)}")


def measure_reviews(files: Sequence[Path], folder: Path) -> None:
    """Code published reports, write their pages with the words that spoke, and open them."""
    model = rt.load_model(None)
    paths, took = [], 0.0
    for file in files:
        coded = rt.classify(file, model=model)
        begun = time.perf_counter()
        page = review_page(coded, explaining=model)
        took += time.perf_counter() - begun
        paths.append(folder / f"{file.name}.html")
        paths[-1].write_text(page, encoding="utf-8")
    largest = max(paths, key=lambda path: path.stat().st_size)
    print(f"{len(paths)} pages of reviews: {took / len(paths):.2f} s each; the largest {size(largest)}")
    print(f"  {usable(paths, folder)}")


def size(path: Path) -> str:
    """Return the size of a file."""
    return f"{path.stat().st_size / 2**20:.2f} MiB"


def usable(paths: Sequence[Path], folder: Path) -> str:
    """Tell how long the browser takes to load pages and to draw each of their parts; the slowest counts."""
    from browser import chromium

    loaded, drawn = [], []
    with chromium(folder) as driver:
        driver.get("about:blank")
        for path in paths:
            begun = time.perf_counter()
            driver.get(path.as_uri())
            loaded.append(time.perf_counter() - begun)
            script = """
            const done = arguments[0], begun = performance.now();
            for (const link of document.querySelectorAll(".tabs a")) {
              link.click();
              document.body.offsetHeight;
            }
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun)));
            """
            drawn.append(driver.execute_async_script(script) / 1000)
    slowest = max(a + b for a, b in zip(loaded, drawn, strict=True))
    return f"loaded after at most {max(loaded):.2f} s, every part drawn after {slowest:.2f} s"


def invented_reviews(number: int) -> Iterator[CodedReview]:
    """Put reviews together from labelled sentences of the invented corpus."""
    chance = random.Random(17)  # noqa: S311 - a corpus, not a secret
    pool = [
        sentence
        for file in sorted(LABELLED.glob("*.jsonl"))
        for sentence in read_labelled(file, default_codebook()).sentences
    ]
    for place in range(number):
        yield invented_review(f"reviews/review-{place:04d}.pdf", chance.choices(pool, k=SENTENCES), chance)


def invented_review(path: str, labelled: Sequence[LabelledSentence], chance: random.Random) -> CodedReview:
    """Make a coded review of labelled sentences, a paragraph each."""
    codebook = default_codebook()
    coded, blocks, start = [], [], 0
    for index, one in enumerate(labelled):
        end, page = start + len(one.text), 1 + index // 20
        blocks.append(Block(kind=BlockKind.PARAGRAPH, start=start, end=end, page=page))
        scores = {theme: round(chance.random(), 4) for theme in codebook.theme_ids}
        sentence = Sentence(
            index=index, text=one.text, start=start, end=end, page=page, block=index, kind=BlockKind.PARAGRAPH
        )
        coded.append(
            CodedSentence(
                sentence=sentence,
                scores=scores,
                themes=one.themes,
                stance=one.stance or "context",
                stance_score=0.8,
            )
        )
        start = end + 2
    facts = (
        Fact(name="date", value=f"{chance.randint(2005, 2025)}-03-01", start=0, end=1),
        Fact(name="kind-of-review", value=chance.choice(KINDS), start=0, end=1),
    )
    review = Review(
        source=Source(path=path, sha256="0" * 64, media_type="application/pdf", pages=18),
        text="\n\n".join(one.text for one in labelled),
        pages=tuple(
            Page(number=n, engine="pdfium", characters=2000, width=595, height=842) for n in range(1, 19)
        ),
        blocks=tuple(blocks),
        facts=facts,
    )
    identity = ModelIdentity(name="invented", version="1", sha256="0" * 64, codebook="invented")
    return CodedReview(review=review, sentences=tuple(coded), codebook=codebook, model=identity)


if __name__ == "__main__":
    main()
