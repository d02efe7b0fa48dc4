"""Text that is nonsense is told from text, and never coded."""

import random
from io import BytesIO
from pathlib import Path

import pytest
from hostile_pdfs import good, one_page, show
from printed_documents import sentences

from reviewtheme.document import RemovedReason
from reviewtheme.errors import NoTextLayerError
from reviewtheme.reading import pdf_draft
from reviewtheme.reading.garbled_text import is_garbled
from reviewtheme.reading.pdf import read_pages
from reviewtheme.reading.pdf_draft import read_pdf

REVIEWS = Path(__file__).resolve().parent.parent.parent / "shared" / "reviews"
LINES = sentences(12)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def shifted(text: str, by: int) -> str:
    """Give a text as fonts without a map give it: each letter by its place in the font."""
    return "".join(chr(ord(c) + by) if 0x20 < ord(c) < 0x7F else c for c in text)


def permuted(text: str, seed: int) -> str:
    """Give a text as fonts give it whose letters were numbered as they came."""
    mixed = random.Random(seed).sample(LETTERS, 26)
    return text.lower().translate(str.maketrans(LETTERS, "".join(mixed)))


@pytest.mark.parametrize("by", [-31, -29, -3, -1, 1, 2, 3, 5, 29, 31])
def test_shifted_letters_are_nonsense(by: int) -> None:
    """By however much."""
    assert is_garbled([shifted(line, by) for line in LINES])


def test_permuted_letters_are_nonsense() -> None:
    """In all but a few of a hundred ways."""
    assert sum(is_garbled([permuted(line, seed) for line in LINES]) for seed in range(100)) >= 97


@pytest.mark.parametrize("sign", ["\ue000", "\uf0b7", "\ufffd", "\x02"])
def test_characters_without_meaning_are_nonsense(sign: str) -> None:
    """Where they are many, and not where one of them is a bullet."""
    assert is_garbled([sign * 60])
    assert not is_garbled([f"{sign} {line}" for line in LINES])


@pytest.mark.parametrize(
    "text",
    [
        " ".join(LINES),
        " ".join(LINES).upper(),
        "Dylai'r bwrdd sicrhau bod cofnodion trosglwyddo yn mynd gyda'r plentyn i bob man. " * 5,
        "Pracownik socjalny nie powiedział położnej o siniaku, a nadzór odbywał się co miesiąc. " * 5,
        "Die Hebamme wurde über den Bluterguss nicht unterrichtet, obwohl sie danach gefragt hatte. " * 5,
        "Shaqaalaha bulshada uma sheegin umulisada nabarka, kormeerka wuxuu dhacay bil kasta. " * 5,
        "كانت المشرفة غائبة عن الاجتماع ولم يخبر أحد القابلة. " * 5,
        "Ο κοινωνικός λειτουργός δεν ενημέρωσε τη μαία για τον μώλωπα. " * 5,
        "NHS CCG LSCB SCR MARAC MASH CAMHS DfE DHR CPS YOT IDVA MAPPA CSC GP EHCP PEP SENCO",
        "12.3 45.6 78.9 2019 2020 £4,500 " * 30,
        "Kxq",
        "",
    ],
)
def test_text_is_no_nonsense(text: str) -> None:
    """In English and other languages, in capitals, figures, abbreviations; nor is too little to judge."""
    assert not is_garbled([text])


def test_page_of_nonsense_is_left_out_and_named() -> None:
    """The pages beside it are read, and its text is kept among what was removed."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for content in (good(), one_page(show(shifted(" ".join(LINES[:6]), 3)))):
        writer.append(PdfReader(BytesIO(content)))
    out = BytesIO()
    writer.write(out)
    draft = read_pdf(out.getvalue(), "made.pdf", ocr=False)
    assert [(warning.kind, warning.page) for warning in draft.warnings] == [("page-garbled", 4)]
    assert {block.page for block in draft.blocks} == {1, 2, 3}
    (removed,) = [r for r in draft.removed if r.reason is RemovedReason.UNREADABLE_CHARACTER]
    assert removed.page == 4
    assert removed.text.startswith(shifted("By the spring", 3))


def test_document_of_nonsense_has_no_text_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not coded; the message says why, and what to install."""
    monkeypatch.setattr(pdf_draft, "missing_for_ocr", lambda: "To read it by OCR, install: Tesseract.")
    with pytest.raises(NoTextLayerError, match=r"fonts that do not say .* install: Tesseract"):
        read_pdf(one_page(show(shifted(" ".join(LINES[:6]), 3))), "made.pdf")


def test_page_of_nonsense_is_read_by_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where that is installed."""
    (page,) = read_pages(one_page(show(LINES[0])), name="made.pdf")
    monkeypatch.setattr(pdf_draft, "missing_for_ocr", lambda: None)
    monkeypatch.setattr(pdf_draft, "read_picture", lambda _picture, _page: page.lines)
    draft = read_pdf(one_page(show(shifted(" ".join(LINES[:6]), 3))), "made.pdf")
    assert [block.text for block in draft.blocks] == [LINES[0]]
    assert draft.pages[0].engine == "ocr"
    assert draft.warnings == ()


@pytest.mark.skipif(not REVIEWS.is_dir(), reason="no published reviews beside the repository")
def test_no_page_of_published_reviews_is_nonsense() -> None:
    """Of every ninth report; no page of all ninety was taken for nonsense when the limits were set."""
    pages = 0
    for path in sorted(REVIEWS.glob("*.pdf"))[::9]:
        if path.read_bytes()[:4] != b"%PDF":
            continue
        for page in read_pages(path, name=path.name):
            texts = [line.text for line in page.lines]
            assert not is_garbled(texts), (path.name, page.number)
            pages += 1
    assert pages > 50
