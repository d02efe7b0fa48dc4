"""What stands under the highlights of marked PDFs, read back, and what marking leaves unchanged.

    python benchmarks/marked_pdf.py [--folder ../shared/reviews] [--every 1] [--pixels 4] [--pdfplumber]

Each PDF is classified and marked; the marked file is then opened by others than its writer: pypdf gives the
annotations, pdfium (with --pdfplumber: pdfplumber, too) the characters. The rule of comparison:

- A character is under a highlight if the middle of its own box lies in one of the highlight's quads. Letters
  and digits are taken quad by quad, in the order of the quads and pages, compatibility forms made plain.
- A sentence is covered if no letter or digit of it is missing there, and exact if none is there besides.
- Footnote marks within a sentence are no part of it, so they count as something besides.

Unchanged are: the text of every page, the links, the outline, and every pixel more than one away from a quad
(on the first `--pixels` pages of each file; 0 leaves that out).
"""

import argparse
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pypdfium2
from pypdfium2 import raw as pdfium

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.output.marked_pdf import marked_pdf

ROOT = Path(__file__).resolve().parent.parent
Quad = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What stands under the highlights of one sentence."""

    index: int
    """Of the sentence."""
    wanted: str
    """Letters and digits of the sentence."""
    found: str
    """Letters and digits under its highlights."""

    @property
    def missing(self) -> int:
        """Letters and digits of the sentence that are not under its highlights."""
        return len(self.wanted) - self._agreeing

    @property
    def besides(self) -> int:
        """Letters and digits under its highlights that are not the sentence's."""
        return len(self.found) - self._agreeing

    @property
    def _agreeing(self) -> int:
        if self.found == self.wanted:
            return len(self.wanted)
        matcher = SequenceMatcher(None, self.found, self.wanted, autojunk=False)
        return sum(block.size for block in matcher.get_matching_blocks())


@dataclass(frozen=True, slots=True)
class Characters:
    """The characters of a page and their middles, in the file's coordinates."""

    text: list[str]
    across: np.ndarray
    up: np.ndarray

    def under(self, quad: Quad) -> str:
        """Letters and digits whose middle lies in a quad."""
        left, bottom, right, top = quad
        inside = (self.across >= left) & (self.across <= right) & (self.up >= bottom) & (self.up <= top)
        return letters("".join(self.text[place] for place in np.flatnonzero(inside)))


def letters(text: str) -> str:
    """Letters and digits of a text, small, in plain forms."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if character.isalnum())


def highlights(content: bytes) -> Iterator[tuple[int, Any]]:
    """Yield the page number and the annotation of every highlight of the program's, by pypdf."""
    for number, page in enumerate(pypdf.PdfReader(BytesIO(content)).pages, start=1):
        for reference in page.get("/Annots") or ():
            annotation = reference.get_object()
            if isinstance(annotation, dict) and str(annotation.get("/NM", "")).startswith("reviewtheme-"):
                yield number, annotation


def quads_of(annotation: Any) -> list[Quad]:  # noqa: ANN401 - pypdf's objects
    """Left, bottom, right, top of each quad."""
    values = [float(value) for value in annotation["/QuadPoints"]]
    quads = []
    for place in range(0, len(values), 8):
        across, up = values[place : place + 8 : 2], values[place + 1 : place + 8 : 2]
        quads.append((min(across), min(up), max(across), max(up)))
    return quads


def by_pdfium(content: bytes, numbers: set[int]) -> dict[int, Characters]:
    """Characters of some pages by pdfium, each with the middle of its ink."""
    document = pypdfium2.PdfDocument(content)
    pages = {}
    for number in sorted(numbers):
        page = document[number - 1]
        text_page = page.get_textpage()
        count = text_page.count_chars()
        text = [chr(pdfium.FPDFText_GetUnicode(text_page.raw, index) or 0xFFFD) for index in range(count)]
        boxes = np.array([text_page.get_charbox(index) for index in range(count)]).reshape(-1, 4)
        pages[number] = Characters(text, (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2)
        text_page.close()
        page.close()
    document.close()
    return pages


def by_pdfplumber(content: bytes, numbers: set[int]) -> dict[int, Characters]:
    """Characters of some pages by pdfplumber; pages that are not turned."""
    import pdfplumber

    pages = {}
    with pdfplumber.open(BytesIO(content)) as document:
        for number in sorted(numbers):
            page = document.pages[number - 1]
            if page.rotation:
                continue
            left, bottom = page.mediabox[:2]
            chars = page.chars
            pages[number] = Characters(
                [char["text"] for char in chars],
                np.array([(char["x0"] + char["x1"]) / 2 + min(left, 0) for char in chars]),
                np.array([(char["y0"] + char["y1"]) / 2 + min(bottom, 0) for char in chars]),
            )
            page.close()
    return pages


def read_back(coded: CodedReview, content: bytes, engine: str = "pdfium") -> list[ReadBack]:
    """Read what stands under the highlights of each sentence of the evidence."""
    marked = list(highlights(content))
    characters = {"pdfium": by_pdfium, "pdfplumber": by_pdfplumber}[engine](
        content, {number for number, _ in marked}
    )
    found: dict[int, str] = {}
    for number, annotation in marked:
        index = int(annotation["/NM"].split("-")[1])
        under = "".join(characters[number].under(quad) for quad in quads_of(annotation))
        found[index] = found.get(index, "") + under
    return [
        ReadBack(each.index, letters(each.text), found.get(each.index, ""))
        for each in coded.sentences
        if each.themes and each.counts_as_evidence
    ]


def page_texts(content: bytes) -> list[str]:
    """Text of each page, by pdfium."""
    document = pypdfium2.PdfDocument(content)
    texts = []
    for page in document:
        text_page = page.get_textpage()
        texts.append(text_page.get_text_range())
        text_page.close()
        page.close()
    document.close()
    return texts


def links(content: bytes) -> list[list[str]]:
    """Every link of each page: its place and its address, or the kind of its destination, by pypdf."""
    return [
        [
            f"{[round(float(value), 3) for value in annotation['/Rect']]} "
            f"{annotation.get('/A', {}).get('/URI', '')} {'/Dest' in annotation}"
            for annotation in (reference.get_object() for reference in page.get("/Annots") or ())
            if annotation.get("/Subtype") == "/Link"
        ]
        for page in pypdf.PdfReader(BytesIO(content)).pages
    ]


def outline(content: bytes) -> list[str]:
    """Titles of the outline at every level, in order, by pypdf."""

    def titles(items: list[Any]) -> Iterator[str]:
        for item in items:
            if isinstance(item, list):
                yield from titles(item)
            else:
                yield str(item.title)

    return list(titles(pypdf.PdfReader(BytesIO(content)).outline))


def changed_pixels(original: bytes, marked: bytes, number: int, *, scale: float = 1.0) -> tuple[int, int]:
    """How many pixels of a page differ away from the quads, and how many differ within them."""
    before, after = pypdfium2.PdfDocument(original), pypdfium2.PdfDocument(marked)
    page = before[number - 1]
    first = page.render(scale=scale).to_numpy().astype(int)
    second = after[number - 1].render(scale=scale).to_numpy().astype(int)
    differs = np.abs(first - second).max(axis=2) > 0
    within = np.zeros_like(differs)
    for at, annotation in highlights(marked):
        for left, bottom, right, top in quads_of(annotation) if at == number else ():
            corners = [
                shown_at(page, x, y, differs.shape[1], differs.shape[0])
                for x, y in ((left, bottom), (right, top))
            ]
            columns, rows = sorted(c[0] for c in corners), sorted(c[1] for c in corners)
            within[max(rows[0] - 1, 0) : rows[1] + 2, max(columns[0] - 1, 0) : columns[1] + 2] = True
    before.close()
    after.close()
    return int((differs & ~within).sum()), int((differs & within).sum())


def shown_at(page: pypdfium2.PdfPage, x: float, y: float, width: int, height: int) -> tuple[int, int]:
    """Column and row of a place of the page in its picture, by pdfium."""
    import ctypes

    column, row = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, column, row)
    return column.value, row.value


def main() -> None:
    """Mark every PDF of a folder and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ROOT.parent / "shared" / "reviews")
    parser.add_argument("--every", type=int, default=1, help="take every n-th file")
    parser.add_argument(
        "--pixels", type=int, default=4, help="pages of each file that are compared as pictures"
    )
    parser.add_argument("--pdfplumber", action="store_true", help="read back with pdfplumber, too")
    arguments = parser.parse_args()

    from reviewtheme.classification.classify import classify
    from reviewtheme.classification.model_folder import load_model

    model = load_model()
    engines = ["pdfium", *(["pdfplumber"] if arguments.pdfplumber else [])]
    results: dict[str, list[ReadBack]] = {engine: [] for engine in engines}
    files = pages = kept = 0
    seconds = 0.0
    for path in sorted(arguments.folder.glob("*.pdf"))[:: arguments.every]:
        original = path.read_bytes()
        if b"%PDF-" not in original[:1024]:
            continue
        coded = classify(str(path), model=model)
        started = time.process_time()
        marked = marked_pdf(coded)
        seconds += time.process_time() - started
        files, pages = files + 1, pages + len(coded.review.pages)
        for engine in engines:
            back = read_back(coded, marked, engine)
            results[engine] += back
            for each in back:
                if each.missing:
                    print(f"{path.name}: sentence {each.index}, {engine}: {each.missing} missing")
        kept += unchanged(path.name, original, marked, len(coded.review.pages), arguments.pixels)
    print(
        f"{files} files, {pages} pages, {seconds / max(pages, 1) * 30:.2f} s of processor time for 30 pages"
    )
    for engine, back in results.items():
        covered = sum(not each.missing for each in back)
        exact = sum(each.found == each.wanted for each in back)
        print(
            f"{engine}: {len(back)} sentences, {covered / len(back):.2%} covered, "
            f"{exact / len(back):.2%} exact, "
            f"at most {max(each.besides for each in back)} letters and digits besides"
        )
    print(f"text, links, outline and other pixels unchanged in {kept} of {files} files")


def unchanged(name: str, original: bytes, marked: bytes, pages: int, pictures: int) -> bool:
    """Whether text, links, outline and what is away from highlights are as they were; says what is not."""
    faults = [
        what
        for what, same in (
            ("text", page_texts(original) == page_texts(marked)[:pages]),
            ("links", links(original) == links(marked)[:pages]),
            ("outline", outline(original) == outline(marked)[: len(outline(original))]),
            *(
                (f"pixels of page {number}", changed_pixels(original, marked, number)[0] == 0)
                for number in range(1, min(pages, pictures) + 1)
            ),
        )
        if not same
    ]
    if faults:
        print(f"{name}: changed: {', '.join(faults)}")
    return not faults


if __name__ == "__main__":
    main()
